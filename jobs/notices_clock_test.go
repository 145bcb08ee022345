package jobs

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// promised makes a default policy, day and night, of four hours for the first answer, and a team
// with the ticket that is filed then.
func (h *house) promised(members ...int64) (number, team int64) {
	h.t.Helper()
	targets := models.PolicyTargets{}
	for p := int64(models.PriorityLow); p <= models.PriorityUrgent; p++ {
		targets[p] = map[string]int64{models.PromiseFirst: 240}
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		var err error
		if team, err = models.InsertTeam(ctx, tx, "Night shift", models.At(h.clock.Now()), members...); err != nil {
			return err
		}
		return models.InsertPolicy(ctx, tx, &models.Policy{Name: "Standard", IsDefault: true, WarnPercent: 75, Targets: targets, CreatedAt: models.At(h.clock.Now())})
	})
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	number = h.latest()
	if err := h.desk.SetTeam(h.t.Context(), h.agent, number, team, 0); err != nil {
		h.t.Fatal(err)
	}
	return number, team
}

func (h *house) tellPromises() {
	h.t.Helper()
	if _, err := h.desk.TellPromises(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// AG-6, AG-7: of a promise that is near its end the assigned agent hears, of one that was not kept
// the team too, in the app and by mail, once each and with what it was worked out from; nobody of
// another project, no viewer, nobody outside.
func TestAgentsHearOfPromises(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.clock.at.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
		alan, olga := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent), h.newAgent("Olga Other", "olga@lodge.example", models.RoleAgent)
		vera, lin := h.newAgent("Vera Viewer", "vera@lodge.example", models.RoleViewer), h.newAgent("Lin Zhao", "lin@lodge.example", models.RoleAgent)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SetAgentProjects(ctx, tx, olga.ID, map[int64]models.Role{})
		})
		number, _ := h.promised(alan.ID, lin.ID, vera.ID, olga.ID)
		if err := h.desk.Assign(t.Context(), h.agent, number, alan.ID, 0); err != nil {
			t.Fatal(err)
		}
		r := h.running("w")
		h.settle(r)
		told := func(a desk.Actor, kind string) int { return strings.Count(" "+h.notices(a)+" ", " "+kind+" ") }
		h.clock.forward(2*time.Hour + 59*time.Minute)
		h.tellPromises()
		h.settle(r)
		if n := told(alan, models.NoticeWarned); n != 0 {
			t.Fatalf("warned %d times too early", n)
		}
		for range 2 {
			h.clock.forward(time.Minute)
			h.tellPromises()
			h.settle(r)
		}
		for a, want := range map[*desk.Actor]int{&alan: 1, &lin: 0, &vera: 0, &olga: 0, &h.agent: 0} {
			if n := told(*a, models.NoticeWarned); n != want {
				t.Errorf("%s was warned %d times, want %d", a.Name, n, want)
			}
		}
		for range 2 {
			h.clock.forward(time.Hour)
			h.tellPromises()
			h.settle(r)
		}
		for a, want := range map[*desk.Actor]int{&alan: 1, &lin: 1, &vera: 0, &olga: 0, &h.agent: 0} {
			if n := told(*a, models.NoticeBroken); n != want {
				t.Errorf("%s heard %d times of the broken promise, want %d", a.Name, n, want)
			}
		}
		var subjects []string
		for _, m := range h.post.to("alan@lodge.example") {
			if strings.HasPrefix(m.Subject, "Due soon #") || strings.HasPrefix(m.Subject, "Overdue #") {
				subjects = append(subjects, strings.Fields(m.Subject)[0])
				if !strings.Contains(m.Text, "Wed, 25 Nov 2026, 13:00 UTC (4 h, day and night, policy Standard)") {
					t.Errorf("the mail says\n%s", m.Text)
				}
			}
		}
		if !slices.Equal(subjects, []string{"Due", "Overdue"}) {
			t.Errorf("mails to Alan: %v", subjects)
		}
		page, err := h.desk.Notices(t.Context(), alan, 0)
		if err != nil || page.Notices[0].Clock == nil || page.Notices[0].Clock.Policy != "Standard" || page.Notices[0].Clock.Minutes != 240 {
			t.Errorf("the notice says %+v, %v", page.Notices[0], err)
		}
		for _, m := range h.post.to("ada@example.com") {
			if text := whole(t, m); strings.Contains(text, "Standard") || strings.Contains(text, "verdue") {
				t.Errorf("the customer was told of it: %s", m.Subject)
			}
		}
	})
}

// AG-7: each kind is told in the app and by mail as its own two settings say; mails wait for
// quiet hours.
func TestPromiseNoticesFollowTheirSettings(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.clock.at.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
		agents := map[string]desk.Actor{}
		var ids []int64
		kinds := []string{models.NoticeWarned, models.NoticeBroken}
		for _, kind := range kinds {
			for _, way := range []string{"app", "mail", "quiet"} {
				a := h.newAgent("Agent "+kind+way, kind+way+"@lodge.example", models.RoleAgent)
				s, only := desk.NoticeSettings{App: map[string]bool{}, Mail: map[string]bool{}}, map[string]bool{kind: true}
				switch way {
				case "app":
					s.App = only
				case "mail":
					s.Mail = only
				case "quiet":
					s.Mail, s.QuietFrom, s.QuietUntil = only, "10:00", "20:00"
				}
				if err := h.desk.SaveNoticeSettings(t.Context(), a, s); err != nil {
					t.Fatal(err)
				}
				agents[kind+way], ids = a, append(ids, a.ID)
			}
		}
		h.promised(ids...)
		r := h.running("w")
		h.settle(r)
		for range 2 {
			h.clock.forward(3 * time.Hour)
			h.tellPromises()
			h.settle(r)
		}
		mailed := func(name string) int { return len(h.post.to(name + "@lodge.example")) }
		for _, kind := range kinds {
			if got := h.notices(agents[kind+"app"]); got != kind {
				t.Errorf("who wants %s in the app has %q", kind, got)
			}
			if got := h.notices(agents[kind+"mail"]); got != "" || mailed(kind+"app") != 0 {
				t.Errorf("%s: unwanted in the app %q, by mail %d", kind, got, mailed(kind+"app"))
			}
			if n := mailed(kind + "mail"); n != 1 {
				t.Errorf("who wants %s by mail got %d", kind, n)
			}
			if n := mailed(kind + "quiet"); n != 0 {
				t.Errorf("%s: %d mails did not wait for quiet hours", kind, n)
			}
		}
		h.clock.forward(4*time.Hour + 59*time.Minute)
		h.settle(r)
		for _, kind := range kinds {
			if n := mailed(kind + "quiet"); n != 0 {
				t.Errorf("%s: %d mails before quiet hours ended", kind, n)
			}
		}
		h.clock.forward(time.Hour)
		h.settle(r)
		for _, kind := range kinds {
			if n := mailed(kind + "quiet"); n != 1 {
				t.Errorf("%s: %d mails after quiet hours", kind, n)
			}
		}
	})
}

// AG-7: when a company's bought time runs low, the assigned agent and the administrators hear.
func TestAgentsHearOfLowTime(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		alan, lin := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent), h.newAgent("Lin Zhao", "lin@lodge.example", models.RoleAgent)
		ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		number := h.latest()
		if err := h.desk.Assign(t.Context(), h.agent, number, alan.ID, 0); err != nil {
			t.Fatal(err)
		}
		r := h.running("w")
		h.settle(r)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ticket, err := models.TicketByNumber(ctx, tx, number)
			if err != nil {
				return err
			}
			e := &models.Event{TicketID: ticket.ID, Kind: models.EventTimeLow, Data: `{"company":"Calder Print","left":90}`, Version: ticket.Version, CreatedAt: models.At(h.clock.Now())}
			if err := models.InsertEvent(ctx, tx, e); err != nil {
				return err
			}
			return models.Enqueue(ctx, tx, desk.JobNotify, "low", map[string]int64{"event": e.ID}, h.clock.Now())
		})
		h.settle(r)
		for a, want := range map[*desk.Actor]bool{&alan: true, &ines: true, &lin: false} {
			if got := strings.Contains(h.notices(*a), models.NoticeTimeLow); got != want {
				t.Errorf("%s was told: %v", a.Name, got)
			}
		}
		mails := h.post.to("ines@lodge.example")
		if last := mails[len(mails)-1]; !strings.HasPrefix(last.Subject, "Little time left #") || !strings.Contains(last.Text, "Calder Print has 1 h 30 m of bought time left") {
			t.Errorf("%s\n%s", last.Subject, last.Text)
		}
	})
}

// AG-7: a mail that waited for quiet hours is not sent when the promise has been kept meanwhile.
func TestKeptPromisesAreNotMailed(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.clock.at.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
	alan := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
	only := map[string]bool{models.NoticeWarned: true, models.NoticeBroken: true}
	if err := h.desk.SaveNoticeSettings(t.Context(), alan, desk.NoticeSettings{App: only, Mail: only, QuietFrom: "10:00", QuietUntil: "20:00"}); err != nil {
		t.Fatal(err)
	}
	number, _ := h.promised(alan.ID)
	r := h.running("w")
	h.clock.forward(5 * time.Hour)
	h.tellPromises()
	h.settle(r)
	if got := h.notices(alan); got != models.NoticeBroken {
		t.Fatalf("told %q", got)
	}
	h.answer(number, "We are on it.")
	h.clock.forward(8 * time.Hour)
	h.settle(r)
	if n := len(h.post.to("alan@lodge.example")); n != 0 {
		t.Errorf("%d mails about a promise that was kept by then", n)
	}
}

package handlers

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// promise makes a default policy, day and night: hours until the first answer, the next one and
// the solution, whatever the priority. Warned from three quarters on.
func (o *office) policy(first, next, resolution int64) *models.Policy {
	o.t.Helper()
	targets := models.PolicyTargets{}
	for p := int64(models.PriorityLow); p <= models.PriorityUrgent; p++ {
		targets[p] = map[string]int64{models.PromiseFirst: first * 60, models.PromiseNext: next * 60, models.PromiseResolution: resolution * 60}
	}
	policy := &models.Policy{Name: "Standard", IsDefault: true, WarnPercent: 75, Targets: targets, CreatedAt: models.At(o.desk.Now())}
	o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertPolicy(ctx, tx, policy) })
	return policy
}

// zone sets an agent's own time zone.
func (o *office) zone(name, zone string) {
	o.t.Helper()
	if err := o.desk.SaveNoticeSettings(o.t.Context(), o.actor(name), desk.NoticeSettings{Zone: zone}); err != nil {
		o.t.Fatal(err)
	}
}

var chipText = regexp.MustCompile(`class="due([^"]*)"[^>]*>.*?<span data-due-text>([^<]*)</span>`)

// chips are the chips of a page, with the state that each is drawn in.
func chips(body string) string {
	var all []string
	for _, m := range chipText.FindAllStringSubmatch(body, -1) {
		state := "calm"
		for _, word := range []string{"soon", "late", "paused"} {
			if strings.Contains(m[1], "due--"+word) {
				state = word
			}
		}
		all = append(all, state+": "+m[2])
	}
	return strings.Join(all, ", ")
}

// AG-6, AG-1: the chip of a ticket follows its promises from calm over soon to overdue, rests while
// the ticket waits for the customer, and goes when it ends.
func TestQueueChipFollowsThePromise(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.now.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
	o.policy(4, 2, 0)
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	look := func(want string, lists ...string) {
		t.Helper()
		page := b.get("/agent").must(t, http.StatusOK)
		if got := chips(page.body); got != want {
			t.Errorf("at %s the chip says %q, want %q", o.desk.Now().Format(time.TimeOnly), got, want)
		}
		for _, due := range models.QueueDues {
			shown := strings.Contains(b.get("/agent?due="+due).must(t, http.StatusOK).body, "on fire</a>")
			if listed := strings.Contains(" "+strings.Join(lists, " ")+" ", " "+due+" "); shown != listed {
				t.Errorf("at %s it is among %s: %v", o.desk.Now().Format(time.TimeOnly), due, shown)
			}
		}
	}
	look("calm: Answer in 4 h 00 m", "today")
	o.forward(2*time.Hour + 59*time.Minute)
	look("calm: Answer in 1 h 01 m", "today")
	o.forward(time.Minute)
	look("soon: Answer in 1 h 00 m", "soon", "today")
	o.forward(time.Hour)
	look("late: Answer overdue 1 m", "overdue")
	o.forward(5*time.Minute + 30*time.Second)
	look("late: Answer overdue 5 m", "overdue")
	if _, err := o.desk.TellPromises(t.Context()); err != nil {
		t.Fatal(err)
	}
	look("late: Answer overdue 5 m", "overdue", "broken")
	o.forward(26 * time.Hour)
	b = o.signIn("grace") // the day is over
	look("late: Answer overdue 1 d", "overdue", "broken")
	if _, err := o.desk.ReplyAsAgent(t.Context(), o.actor("grace"), n, desk.AgentReply{Body: "We are on our way."}); err != nil {
		t.Fatal(err)
	}
	look("", "broken")
}

// AG-6: while the ticket waits for the customer its clock rests, and the list says so; a date set
// by hand comes first where it is nearer, with the promise in its title.
func TestQueueChipPausesAndGivesWay(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.now.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
	o.policy(0, 0, 24*10)
	_, n := o.file("Printer on fire")
	b, ctx := o.signIn("grace"), t.Context()
	if got := chips(b.get("/agent").body); got != "calm: Solve by 5 Dec" {
		t.Errorf("the chip says %q", got)
	}
	o.zone("grace", "Asia/Tokyo")
	page := b.get("/agent")
	page.has(t, "Solution promised by Sat, 5 Dec 2026, 18:00 Tokyo", `data-place="Asia/Tokyo"`)
	if err := o.desk.SetDue(ctx, o.actor("grace"), n, o.desk.Now().Add(48*time.Hour), 0); err != nil {
		t.Fatal(err)
	}
	page = b.get("/agent")
	if got := chips(page.body); got != "calm: Due Fri" {
		t.Errorf("with a nearer date the chip says %q", got)
	}
	page.has(t, "Due date Fri, 27 Nov 2026, 18:00 Tokyo · Solution promised by Sat, 5 Dec 2026, 18:00 Tokyo")
	if err := o.desk.SetDue(ctx, o.actor("grace"), n, time.Time{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := o.desk.ChangeStatus(ctx, o.actor("grace"), n, "waiting", 0); err != nil {
		t.Fatal(err)
	}
	if got := chips(b.get("/agent").body); got != "paused: Paused" {
		t.Errorf("waiting for the customer the chip says %q", got)
	}
	b.get("/agent?due=paused").must(t, http.StatusOK).has(t, "on fire</a>", "Clock paused")
	b.get(ticketURL(n)).must(t, http.StatusOK).has(t, "Paused, 240 h left")
}

// AG-6, AG-1: the lists of what is overdue and due soon stand at the side with their sizes, count
// nothing of a project that the agent may not see, and can be saved and found by the palette.
func TestDueListsAtTheSide(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.policy(4, 2, 0)
	o.file("Printer on fire")
	o.file("Printer on fire")
	o.forward(3*time.Hour + time.Minute)
	o.file("Printer on fire")
	side := func(who, name string) string {
		t.Helper()
		page := o.signIn(who).get("/agent").must(t, http.StatusOK)
		m := regexp.MustCompile(`href="/agent\?due=` + name + `&amp;view=open"[^>]*><span>[^<]*</span>(?:<span class="badge">([^<]*)</span>)?`).FindStringSubmatch(page.body)
		if m == nil {
			t.Fatalf("no list of what is %s", name)
		}
		return m[1]
	}
	if got := side("grace", "soon"); got != "2" {
		t.Errorf("%q are due soon", got)
	}
	o.forward(time.Hour)
	for who, want := range map[string]string{"grace": "2", "vera": "2", "frida": ""} {
		if got := side(who, "overdue"); got != want {
			t.Errorf("%s counts %q overdue", who, got)
		}
	}
	o.signIn("frida").get("/agent?due=overdue").must(t, http.StatusOK).lacks(t, "on fire</a>").has(t, "Nothing is overdue", "<h1>Overdue</h1>")
	b := o.signIn("grace")
	page := b.get("/agent?due=overdue&view=open").must(t, http.StatusOK)
	page.has(t, `aria-current="page"><span>Overdue`, "filter-chip", `<option value="overdue" selected>Overdue`, "/agent/views/new?query=due%3Doverdue").lacks(t, "queue__sorts")
	if n := strings.Count(page.body, `aria-current="page"><span>`); n != 1 {
		t.Errorf("%d lists are the present one", n)
	}
	b.get("/agent?due=nonsense").must(t, http.StatusNotFound)
	b.get("/agent/rows?due=nonsense", "HX-Request", "true").must(t, http.StatusNotFound)
	b.get("/agent/find?q=overdue", "HX-Request", "true").must(t, http.StatusOK).has(t, "/agent?due=overdue&amp;view=open")
	b.send("/agent/views", "name", "Burning", "whose", "me", "query", "due=overdue&view=open&priority=normal").must(t, http.StatusSeeOther)
	b.get("/agent").must(t, http.StatusOK).has(t, "Burning", "/agent?due=overdue&amp;priority=normal&amp;view=open")
	b.get("/agent?due=overdue&view=open&q=printer").must(t, http.StatusOK).has(t, `name="due" value="overdue"`)
}

// AG-6, AG-2: the ticket's page says of each promise what it is, how it stands and why; the link to
// its policy is for those who may change it, and the timeline tells what happened with the facts.
func TestPromisesOnTheTicket(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.now.Store(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC).UnixMilli())
	policy := o.policy(4, 2, 30)
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address, sla := ticketURL(n), fmt.Sprintf("/agent/settings/sla/%d", policy.ID)
	page := b.get(address).must(t, http.StatusOK)
	page.has(t, "Promises", "First answer", "Answer in 4 h 00 m", "4 h, day and night", "Solution", "By Thu 15:00", "Standard", "30 h of working time").lacks(t, sla, "Kept", "Next answer")
	o.signIn("ines").get(address).must(t, http.StatusOK).has(t, `href="`+sla+`"`)
	o.signIn("vera").get(address).must(t, http.StatusOK).has(t, "Answer in 4 h 00 m").lacks(t, sla)
	o.signIn("frida").get(address).must(t, http.StatusNotFound).lacks(t, "Promises")
	o.forward(5 * time.Hour)
	if _, err := o.desk.TellPromises(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get(address).must(t, http.StatusOK).has(t, "Answer overdue 1 h 00 m", "The first answer was due <time datetime=\"2026-11-25T13:00:00Z\"", " (4 h, day and night, policy Standard)")
	if _, err := o.desk.ReplyAsAgent(t.Context(), o.actor("grace"), n, desk.AgentReply{Body: "We are on our way."}); err != nil {
		t.Fatal(err)
	}
	b.get(address).must(t, http.StatusOK).has(t, "Kept late", "Earlier promises", "By Thu 15:00")
	// Nothing of it is for people outside.
	o.browser().get(threadURL(link, "")).must(t, http.StatusOK).lacks(t, "Standard", "was due", "Kept late", "overdue")
}

// AG-6, EV-1: a page that is open learns within its next question that a changed policy moved the
// deadline, though nothing was said or done on the ticket; asked again there is no news.
func TestOpenPageLearnsMovedDeadlines(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	policy := o.policy(4, 2, 30)
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	poll := func(body string) string {
		t.Helper()
		m := regexp.MustCompile(`hx-get="(` + ticketURL(n) + `/updates[^"]*)"`).FindStringSubmatch(body)
		if m == nil {
			t.Fatal("the page asks for nothing")
		}
		return html.UnescapeString(m[1])
	}
	asks := poll(b.get(ticketURL(n)).must(t, http.StatusOK).has(t, "Answer in 4 h 00 m").body)
	b.get(asks, "HX-Request", "true").must(t, http.StatusNoContent)
	policy.Targets[models.PriorityNormal][models.PromiseFirst] = 60
	o.write(func(ctx context.Context, tx *models.Tx) error {
		if err := models.UpdatePolicy(ctx, tx, policy); err != nil {
			return err
		}
		_, _, err := models.RecomputePromises(ctx, tx, 0, 256, models.At(o.desk.Now()))
		return err
	})
	news := b.get(asks, "HX-Request", "true").must(t, http.StatusOK).has(t, "Answer in 1 h 00 m").lacks(t, `id="entry-`)
	b.get(poll(news.body), "HX-Request", "true").must(t, http.StatusNoContent)
	// An address from before there was a mark asks for nothing new.
	b.get(regexp.MustCompile(`&promises=[^&]*`).ReplaceAllString(asks, ""), "HX-Request", "true").must(t, http.StatusNoContent)
}

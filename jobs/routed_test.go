package jobs

import (
	"context"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// AG-4, AG-7: a ticket that a rule routes is told to its new team and its new agent, each once and by
// the right words, whether it is new, changed or answered; and to nobody else.
func TestRoutedIsToldOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		alan := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
		kay := h.newAgent("Kay Niner", "kay@lodge.example", models.RoleAgent)
		bea := h.newAgent("Bea Tenner", "bea@lodge.example", models.RoleAgent)
		everything := map[string]bool{models.NoticeAssigned: true, models.NoticeNew: true, models.NoticeAnswered: true, models.NoticeReopened: true}
		for _, a := range []desk.Actor{alan, kay, bea} {
			if err := h.desk.SaveNoticeSettings(ctx, a, desk.NoticeSettings{App: everything, Mail: everything}); err != nil {
				t.Fatal(err)
			}
		}
		var crew, other int64
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			if crew, err = models.InsertTeam(ctx, tx, "Crew", 1, alan.ID, kay.ID); err != nil {
				return err
			}
			if other, err = models.InsertTeam(ctx, tx, "Other", 1, bea.ID, kay.ID); err != nil {
				return err
			}
			for i, r := range []*models.RoutingRule{
				{Name: "Fire", OnCreate: true, Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"fire"}}},
					Actions: models.RouteActions{TeamID: crew, Assign: models.RouteAgent, AgentID: alan.ID}},
				{Name: "Water", OnCreate: true, Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"water"}}}, Actions: models.RouteActions{TeamID: other}},
				{Name: "Lawyer", OnChange: true, Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"lawyer"}}},
					Actions: models.RouteActions{TeamID: other, Assign: models.RouteAgent, AgentID: bea.ID, Reassign: true}},
				{Name: "Urgent", OnChange: true, Conditions: []models.RouteCondition{{On: models.RoutePriority, Values: []string{"4"}}}, Actions: models.RouteActions{TeamID: crew, Reassign: true}},
			} {
				r.Position = int64(i)
				if err := models.InsertRoutingRule(ctx, tx, r); err != nil {
					return err
				}
			}
			return nil
		})
		r := h.running("w")
		mails := map[string]int{}
		told := func(when string, want map[string]string) {
			t.Helper()
			h.settle(r)
			for name, a := range map[string]desk.Actor{"alan": alan, "kay": kay, "bea": bea, "grace": h.agent} {
				if got := h.notices(a); got != want[name] {
					t.Errorf("%s: %s was told %q, want %q", when, name, got, want[name])
				}
				if err := h.desk.ReadNotices(ctx, a, 0); err != nil {
					t.Fatal(err)
				}
				address := name + "@lodge.example"
				all := h.post.to(address)
				if fresh := len(all) - mails[address]; name != "grace" && fresh != len(strings.Fields(want[name]))-len(strings.Fields(want["before "+name])) {
					t.Errorf("%s: %d mails to %s", when, fresh, name)
				}
				mails[address] = len(all)
			}
		}
		link := h.file(desk.SubmitInput{Email: "ada@example.com", Name: "Ada", Title: "Printer on fire", Description: "It burns."})
		first := h.latest()
		told("new", map[string]string{"alan": "assigned", "kay": "new"})
		if m := h.post.to("alan@lodge.example"); len(m) != 1 || !strings.HasPrefix(m[0].Subject, "Yours now #") || !strings.Contains(m[0].Text, "rule “Fire” gave you") {
			t.Errorf("mail to Alan: %+v", m)
		}
		h.file(desk.SubmitInput{Email: "bob@example.com", Name: "Bob", Title: "Water", Description: "Everywhere."})
		second := h.latest()
		told("new in another team", map[string]string{"alan": "assigned", "before alan": "assigned", "kay": "new new", "before kay": "new", "bea": "new"})
		if _, err := h.portal.Reply(ctx, link, desk.ReplyInput{Body: "I call my lawyer."}); err != nil {
			t.Fatal(err)
		}
		told("answered", map[string]string{"alan": "assigned", "before alan": "assigned", "kay": "new new new", "before kay": "new new", "bea": "assigned new", "before bea": "new"})
		if err := h.desk.SetPriority(ctx, h.agent, second, models.PriorityUrgent, 0); err != nil {
			t.Fatal(err)
		}
		told("changed", map[string]string{"alan": "new assigned", "before alan": "assigned", "kay": "new new new new", "before kay": "new new new", "bea": "assigned new", "before bea": "assigned new"})
		if m := h.post.to("alan@lodge.example"); len(m) != 2 || !strings.HasPrefix(m[1].Subject, "For your team #") || !strings.Contains(m[1].Text, "rule “Urgent” gave your team") {
			t.Errorf("mail to Alan: %+v", m)
		}
		_ = first
		for _, to := range []string{"ada@example.com", "bob@example.com"} {
			for _, m := range h.post.to(to) {
				for _, inside := range []string{"Fire”", "Lawyer”", "Crew", "Other"} {
					if strings.Contains(whole(t, m), inside) {
						t.Errorf("%s reads of %q", to, inside)
					}
				}
			}
		}
	})
}

// NU-1, AG-4: a status that a rule sets is told to the people outside as any other is, once, and on a new
// ticket not at all.
func TestRoutedStatusIsMailed(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := h.stage()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range []*models.RoutingRule{
			{Name: "Wait", OnChange: true, Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"logs"}}}, Actions: models.RouteActions{StatusID: cat.Projects[0].StatusBySlug("waiting").ID}},
			{Name: "Begin", OnCreate: true, Actions: models.RouteActions{StatusID: cat.Projects[0].StatusBySlug("in-progress").ID}},
		} {
			if err := models.InsertRoutingRule(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	before := len(s.post.to("ada@example.com"))
	if err := h.desk.Retitle(t.Context(), h.agent, s.number, "Printer on fire: logs needed", 0); err != nil {
		t.Fatal(err)
	}
	got := s.since("ada@example.com", before)
	if len(got) != 1 || !strings.HasPrefix(got[0].Subject, "Waiting for you: ") || strings.Contains(whole(t, got[0]), "Wait”") {
		t.Fatalf("%d mails %v", len(got), got)
	}
	h.file(desk.SubmitInput{Email: "bob@example.com", Name: "Bob"})
	h.settle(s.runner)
	if mails := h.post.to("bob@example.com"); len(mails) != 1 {
		t.Errorf("%d mails about one new ticket", len(mails))
	}
}

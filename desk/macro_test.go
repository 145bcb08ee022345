package desk

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lodge/models"
)

// AG-2: what still stands between braces and is a variable is found, and nothing else.
func TestUnfilled(t *testing.T) {
	for body, want := range map[string]string{
		"Hello {{reporter.name}}, {{ agent.name }} here, {{reporter.name}}": "reporter.name agent.name",
		"{{ .Values.image }} and {{other.thing}} and {reporter.name}":       "",
		"{{Reporter.Name}}": "",
		"":                  "",
	} {
		if got := strings.Join(unfilled(body), " "); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// AG-2, SE-4: a macro knows its variables, names the missing ones, and what a customer typed
// becomes plain words and never a variable or a link.
func TestMacroIsFilled(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		boss := Actor{ID: h.ada.ID, Role: models.RoleAdmin}
		number := h.ticketOf(h.file(false).Token).Number
		if err := h.Retitle(ctx, h.ada, number, "{{agent.name}} [x](https://evil.example)", 0); err != nil {
			t.Fatal(err)
		}
		sheet := MacroSheet{Name: "Hello", Body: "Hello {{reporter.first_name}} of {{company.name}}: {{ticket.title}}\n\n{{agent.name}}, {{project.name}} {{ticket.reference}}"}
		id, err := h.SaveMacro(ctx, boss, 0, sheet)
		if err != nil {
			t.Fatal(err)
		}
		m, err := h.FillMacro(ctx, h.ada, number, id)
		if err != nil || !slices.Equal(m.Missing, []string{"company.name"}) {
			t.Fatalf("missing %v, %v", m, err)
		}
		want := "Hello Rosa of {{company.name}}: \\{\\{agent.name\\}\\} \\[x\\](https://evil.example)\n\nAda, Acme " + h.byNumber(number).Reference
		if m.Text != want || strings.Contains(m.Text, "Inner") {
			t.Errorf("text\n%s\nwant\n%s", m.Text, want)
		}
		// The reply with it is refused until somebody fills it in; a note is not.
		_, err = h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: m.Text})
		h.fault(err, "body")
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: m.Text}); err != nil {
			t.Errorf("a note: %v", err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: strings.ReplaceAll(m.Text, "{{company.name}}", "Calder")}); err != nil {
			t.Errorf("filled in: %v", err)
		}
		for field, bad := range map[string]MacroSheet{
			"body": {Name: "x", Body: "Hello {{reporter.nmae}}"}, "name": {Body: "x"}, "status": {Name: "x", Body: "x", MacroActions: models.MacroActions{Status: "nowhere"}},
			"project": {Name: "x", Body: "x", Project: "nowhere"}, "priority": {Name: "x", Body: "x", MacroActions: models.MacroActions{Priority: 9}}} {
			_, err := h.SaveMacro(ctx, boss, 0, bad)
			h.fault(err, field)
		}
	})
}

// SE-4: shared macros are an administrator's; one's own are nobody else's, not even to read.
func TestMacroRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		other := &models.Agent{Address: "o@acme.example", AddressKey: "o@acme.example", Name: "Otto", Role: models.RoleAdmin, CreatedAt: 1}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, other) })
		boss := Actor{ID: other.ID, Role: models.RoleAdmin}
		number := h.ticketOf(h.file(false).Token).Number
		_, err := h.SaveMacro(ctx, h.ada, 0, MacroSheet{Name: "Shared", Body: "x"})
		h.kind(err, models.KindForbidden)
		_, err = h.SaveMacro(ctx, Actor{ID: 99, Role: models.RoleViewer}, 0, MacroSheet{Name: "Mine", Body: "x", Own: true})
		h.kind(err, models.KindForbidden)
		mine, err := h.SaveMacro(ctx, h.ada, 0, MacroSheet{Name: "Mine", Body: "x", Own: true})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.Macro(ctx, boss, mine)
		h.kind(err, models.KindNotFound)
		_, err = h.FillMacro(ctx, boss, number, mine)
		h.kind(err, models.KindNotFound)
		h.kind(h.ApplyMacro(ctx, boss, number, mine), models.KindNotFound)
		h.kind(h.DeleteMacro(ctx, boss, mine), models.KindNotFound)
		shared, err := h.SaveMacro(ctx, boss, 0, MacroSheet{Name: "Shared", Body: "x", Project: "acme"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SaveMacro(ctx, h.ada, shared, MacroSheet{Name: "Taken over", Body: "x", Own: true})
		h.kind(err, models.KindForbidden)
		h.kind(h.DeleteMacro(ctx, h.ada, shared), models.KindForbidden)
		foreign := Actor{ID: 98, Projects: map[int64]models.Role{999: models.RoleAgent}}
		_, err = h.Macro(ctx, foreign, shared)
		h.kind(err, models.KindNotFound)
		if list, err := h.TicketMacros(ctx, h.ada, number, "shar"); err != nil || len(list) != 1 || list[0].ID != shared {
			t.Errorf("list %v, %v", list, err)
		}
	})
}

// AG-2: applying a macro does all of it or nothing, along the graph and within rights.
func TestMacroIsApplied(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		boss := Actor{ID: h.ada.ID, Role: models.RoleAdmin}
		number := h.ticketOf(h.file(false).Token).Number
		if err := h.SetTags(ctx, h.ada, number, []string{"old"}, 0); err != nil {
			t.Fatal(err)
		}
		id, err := h.SaveMacro(ctx, boss, 0, MacroSheet{Name: "Done", Body: "x", MacroActions: models.MacroActions{Status: "resolved", Priority: models.PriorityLow, Tags: []string{"new"}, Take: true}})
		if err != nil {
			t.Fatal(err)
		}
		h.kind(h.ApplyMacro(ctx, Actor{ID: 99, Role: models.RoleViewer}, number, id), models.KindForbidden)
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Done.", Macro: id}); err != nil {
			t.Fatal(err)
		}
		if waiting, err := h.Ticket(ctx, h.ada, number, ""); err != nil || len(waiting.Waiting) > 1 {
			t.Fatalf("%+v %v", waiting, err)
		} else if len(waiting.Waiting) == 1 {
			// The status goes out with the words, not before them.
			if waiting.Status.Slug == "resolved" {
				t.Error("the status did not wait for the reply")
			}
			if err := h.SendNow(ctx, h.ada, number, waiting.Waiting[0].PID); err != nil {
				t.Fatal(err)
			}
		}
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || page.Status.Slug != "resolved" || page.Priority != models.PriorityLow || page.AssigneeID != h.ada.ID || !slices.Equal(page.Properties.Tags, []string{"new", "old"}) {
			t.Fatalf("%+v %v", page, err)
		}
		// No step leads there: the form says so before, and the words go out without it.
		back, err := h.SaveMacro(ctx, boss, 0, MacroSheet{Name: "Back", Body: "x", MacroActions: models.MacroActions{Status: "open", Priority: models.PriorityUrgent}})
		if err != nil {
			t.Fatal(err)
		}
		before := h.byNumber(number)
		filled, err := h.FillMacro(ctx, h.ada, number, back)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "Looked at it.", Macro: back}); err != nil {
			t.Fatal(err)
		}
		if after := h.byNumber(number); !filled.StatusGone || after.StatusID != before.StatusID || after.Priority != models.PriorityUrgent {
			t.Error("a status was set that no step leads to, or the rest was not done")
		}
	})
}

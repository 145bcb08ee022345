package desk

import (
	"context"
	"strings"
	"testing"

	"lodge/models"
)

// AG-3, PC-3, A73: agents fill in what people outside never see, and it stays unseen; whoever may
// not open tickets in a project opens none there.
func TestCreateForSomebody(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		in := NewTicketInput{Project: "acme", Email: "Nina@Example.com", Name: "Nina", Title: "Called", Description: "By phone", Template: "bug-report", Priority: "4", Assignee: itoa(h.ada.ID),
			Fields: map[string][]string{}}
		cat, err := h.db.Catalog(ctx)
		if err != nil {
			t.Fatal(err)
		}
		hidden := ""
		for _, tpl := range cat.ProjectBySlug("acme").Templates {
			if tpl.Slug != "bug-report" {
				continue
			}
			for _, f := range tpl.Fields {
				in.Fields["field."+f.Slug] = []string{"ANSWER " + f.Slug}
				if len(f.Options) > 0 {
					in.Fields["field."+f.Slug] = f.Options[:1]
				}
				if f.Hidden {
					hidden = f.Slug
				}
			}
		}
		number, err := h.CreateTicket(ctx, h.ada, in)
		if err != nil {
			t.Fatal(err)
		}
		got := h.ticketByNumber(number)
		if got.Priority != models.PriorityUrgent || got.AssigneeID == nil || *got.AssigneeID != h.ada.ID || got.Unproven || len(got.Fields()) == 0 {
			t.Errorf("it is %+v", got)
		}
		link, _ := h.ParticipantLinks(&h.personOn(got.ID, got.ReporterID).Participant)
		page := h.whole(link)
		h.must(page, []string{"By phone", "Called"}, nil)
		if hidden != "" {
			h.must(page, nil, []string{"ANSWER " + hidden})
			if !strings.Contains(got.RawFields, "ANSWER "+hidden) {
				t.Errorf("what the agent filled in is lost: %s", got.RawFields)
			}
		}
		form, err := h.NewTicketForm(ctx, h.ada, NewTicketAsk{Email: "nina@example.com"})
		if err != nil || form.Contact == nil || form.Contact.Name != "Nina" {
			t.Fatalf("the form knows %+v, %v", form, err)
		}
		for who, actor := range map[string]Actor{"viewer": {ID: h.ada.ID, Role: models.RoleViewer}, "nobody": {}} {
			if _, err := h.CreateTicket(ctx, actor, in); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s: %v", who, err)
			}
			if _, err := h.SuggestContacts(ctx, actor, "nina"); who == "nobody" && models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s sees contacts: %v", who, err)
			}
		}
		in.Project = "nowhere"
		_, err = h.CreateTicket(ctx, h.ada, in)
		h.kind(err, models.KindNotFound)
		in.Project, in.Email, in.Title = "acme", "", strings.Repeat("x", 201)
		_, err = h.CreateTicket(ctx, h.ada, in)
		h.fault(err, "email")
		h.fault(err, "title")
	})
}

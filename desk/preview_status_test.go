package desk

import (
	"context"
	"testing"

	"lodge/models"
)

// AG-2, NU-1: the previewed mail names the status that goes along or that its macro sets, where it is another one
// and can be set; it changes nothing.
func TestPreviewNamesTheStatus(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.ticketOf(h.file(false).Token).Number
		macro, err := h.SaveMacro(ctx, Actor{ID: h.ada.ID, Role: models.RoleAdmin}, 0, MacroSheet{Name: "Done", Body: "Done.", MacroActions: models.MacroActions{Status: "resolved"}})
		if err != nil {
			t.Fatal(err)
		}
		was := h.byNumber(number).StatusID
		for _, c := range []struct {
			in   AgentReply
			want string
			over bool
		}{
			{AgentReply{Body: "Hi"}, "", false},
			{AgentReply{Body: "Hi", Status: "nowhere"}, "", false},
			{AgentReply{Body: "Hi", Status: "resolved"}, "Resolved", true},
			{AgentReply{Body: "Hi", Macro: macro}, "Resolved", true},
			{AgentReply{Body: "Hi", Macro: macro + 99}, "", false},
		} {
			p, err := h.PreviewReply(ctx, h.ada, number, c.in, 0)
			if err != nil || p.Letter == nil {
				t.Fatalf("%+v: %v", c.in, err)
			}
			if p.Letter.Status != c.want || p.Letter.Over != c.over {
				t.Errorf("%+v: %q %v", c.in, p.Letter.Status, p.Letter.Over)
			}
		}
		if h.byNumber(number).StatusID != was {
			t.Error("a preview has set a status")
		}
	})
}

package jobs

import (
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// SE-4, A3, A49: a project's own words are in the mails of their language, and in no mail to somebody who has not
// proven their address.
func TestOwnWordsAreSent(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
		own := desk.OwnWords{Subject: "Got it: {title}", Body: "Moin {name},\n\n{message}\n\nthis is {project}."}
		if err := h.desk.SaveMailText(t.Context(), h.agent, "support", "created", "en", own); models.KindOf(err) != models.KindForbidden {
			t.Errorf("an agent may: %v", err)
		}
		if err := h.desk.SaveMailText(t.Context(), ines, "support", "created_unproven", "en", own); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a fixed mail: %v", err)
		}
		if err := h.desk.SaveMailText(t.Context(), ines, "support", "created", "en", desk.OwnWords{Subject: "x {secret}", Body: "y"}); models.KindOf(err) != models.KindInvalid {
			t.Errorf("an unknown variable: %v", err)
		}
		if err := h.desk.SaveMailText(t.Context(), ines, "support", "created", "en", own); err != nil {
			t.Fatal(err)
		}
		r := h.running("w")
		h.file(desk.SubmitInput{Email: "rosa@example.com", Title: "{project} {{.Link}}"})
		h.settle(r)
		if m := h.last("rosa@example.com"); strings.Contains(m.Subject+m.Text+m.HTML, "Got it") || strings.Contains(m.Text, "{project}") {
			t.Errorf("to an address that is not proven:\n%s\n%s", m.Subject, m.Text)
		}
		h.prove("ada@example.com")
		h.file(desk.SubmitInput{Email: "ada@example.com", Title: "{project} {{.Link}}"})
		h.settle(r)
		m := h.last("ada@example.com")
		if !strings.HasPrefix(m.Subject, "Got it: {project} {{.Link}}") || !strings.Contains(m.Text, "this is Support.") || !strings.HasPrefix(m.Text, "Moin") || !strings.Contains(m.HTML, "this is Support.") {
			t.Errorf("%s\n%s", m.Subject, m.Text)
		}
		if err := h.desk.ResetMailText(t.Context(), ines, "support", "created", "en"); err != nil {
			t.Fatal(err)
		}
		h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Again"})
		h.settle(r)
		if m := h.last("ada@example.com"); !strings.HasPrefix(m.Subject, "We received your request: Again") {
			t.Errorf("after going back: %s", m.Subject)
		}
	})
}

package jobs

import (
	"strings"
	"testing"
	"time"

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

// NU-1: a mail of several answers has the project's own words once, its own subject, and each answer once.
func TestOwnWordsOfABatch(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
	if err := h.desk.SaveMailText(t.Context(), ines, "support", "agent_replied", "en", desk.OwnWords{Subject: "News: {title}", Body: "Moin {name}\n\n{message}\n\nYours, {agent}"}); err != nil {
		t.Fatal(err)
	}
	s := h.stage()
	before := len(h.post.to("ada@example.com"))
	s.answer(s.number, "First answer.")
	h.settle(s.runner)
	s.answer(s.number, "Second answer.")
	s.answer(s.number, "Third answer.")
	h.settle(s.runner)
	h.clock.forward(time.Hour)
	h.settle(s.runner)
	mails := h.post.to("ada@example.com")[before:]
	if len(mails) != 2 {
		t.Fatalf("%d mails", len(mails))
	}
	for i, want := range []map[string]int{{"First answer.": 1, "Second answer.": 0}, {"First answer.": 0, "Second answer.": 1, "Third answer.": 1}} {
		m := mails[i]
		want["Moin Ada"], want["Yours, Grace Hopper"] = 1, 1
		if !strings.HasPrefix(m.Subject, "News: Printer on fire") {
			t.Errorf("subject %q", m.Subject)
		}
		for part, n := range want {
			if strings.Count(m.Text, part) != n || strings.Count(m.HTML, part) != n {
				t.Errorf("mail %d: %q stands %d and %d times, want %d:\n%s", i, part, strings.Count(m.Text, part), strings.Count(m.HTML, part), n, m.Text)
			}
		}
	}
}

// NU-1, A3: own words of mails about a status, an end and others' answers; nothing typed reaches somebody unproven.
func TestOwnWordsOfNews(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	ines := h.newAgent("Ines", "ines@lodge.example", models.RoleAdmin)
	for _, kind := range []string{"status_changed", "closed", "customer_replied", "agent_replied"} {
		own := desk.OwnWords{Subject: "Own {title}", Body: "{name}, own words of {project}: “{title}”"}
		switch kind {
		case "customer_replied":
			own.Body += " by {author}"
		case "status_changed", "closed":
			own.Body += " is {status}"
		}
		if err := h.desk.SaveMailText(t.Context(), ines, "support", kind, "en", own); err != nil {
			t.Fatal(err)
		}
	}
	s := h.stage()
	h.projectSettings(func(p *models.ProjectSettings) { p.NotifyCustomerReporter = true })
	s.says(s.otto, "Me too.")
	if m := h.last("ada@example.com"); !strings.HasPrefix(m.Subject, "Own Printer on fire") || !strings.HasPrefix(m.Text, "Ada, own words of Support: “Printer on fire” by ") || strings.Count(m.Text, "Me too.") != 1 {
		t.Errorf("an answer: %s\n%s", m.Subject, m.Text)
	}
	s.status("waiting")
	h.settle(s.runner)
	if m := h.last("ada@example.com"); !strings.HasPrefix(m.Subject, "Own ") || !strings.HasPrefix(m.Text, "Ada, own words of Support: “Printer on fire” is Waiting") || strings.Count(m.Text, "Waiting") != 1 {
		t.Errorf("a status: %s\n%s", m.Subject, m.Text)
	}
	s.status("resolved")
	h.settle(s.runner)
	if m := h.last("ada@example.com"); !strings.Contains(m.Text, "” is Resolved") || strings.Count(m.Text, "opens the ticket again") != 1 || strings.Count(m.HTML, "opens the ticket again") != 1 {
		t.Errorf("an end: %s\n%s", m.Subject, m.Text)
	}
	h.file(desk.SubmitInput{Email: "rosa@example.com", Name: "Evil Name", Title: "Evil title"})
	number := h.latest()
	h.answer(number, "We look.")
	h.settle(s.runner)
	if err := h.desk.ChangeStatus(t.Context(), h.agent, number, "resolved", 0); err != nil {
		t.Fatal(err)
	}
	h.settle(s.runner)
	mails, own := h.post.to("rosa@example.com"), 0
	for _, m := range mails {
		if all := whole(t, m); strings.Contains(all, "Evil") {
			t.Errorf("typed things reach an address that is not proven:\n%s", m.Text)
		}
		if strings.HasPrefix(m.Subject, "Own your request") && strings.HasPrefix(m.Text, "Own words of Support: “your request”") {
			own++
		}
	}
	if own != 2 {
		t.Errorf("%d of %d mails read well in own words", own, len(mails))
	}
}

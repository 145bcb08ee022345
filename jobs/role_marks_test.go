package jobs

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/models"
)

// A32: a mail says by words of ours whether the team or somebody else wrote, whatever they call
// themselves; and it comes from the project, not from them.
func TestMailsSayWhoseWordsTheyCarry(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.prove("tom@example.net")
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Settings.NotifyCustomerOthers, p.Settings.BatchMinutes = true, 0
		return models.UpdateProject(ctx, tx, &p)
	})
	r := h.running("one")
	for i, name := range []string{"Support Team", "Support", "\u0410gent", "Grace Hopper"} {
		from := fmt.Sprintf("rosa%d@example.com", i)
		raw := strings.Replace(letterOf(fmt.Sprintf("=?utf-8?q?%s?= <%s>", encoded(name), from), "Printer on fire", fmt.Sprint("a", i), "It burns."), "\nSubject:", "\nCc: tom@example.net\nSubject:", 1)
		h.comesIn("example.com", "support@lodge.example", raw)
		h.settle(r)
		number := h.latest()
		h.answer(number, "AGENTWORDS")
		h.settle(r)
		h.clock.forward(10 * 60 * 1e9)
		all := h.deliveries(number)
		var key string
		for _, d := range all {
			if c := d.ContactID; c != nil && d.Template == "agent_replied" && strings.HasPrefix(h.addressOf(*c), "rosa") {
				key = h.desk.ReplyKey(d.ID, 1)
			}
		}
		h.comesIn("example.com", "support+"+key+"@lodge.example", letterOf(from, "Re: Printer on fire", fmt.Sprint("b", i), "CUSTOMERWORDS"))
		before := len(h.post.to("tom@example.net"))
		h.settle(r)
		ours, theirs := 0, 0
		for at, m := range h.post.to("tom@example.net") {
			team := strings.Contains(m.Text, "Grace Hopper from Support answered your ticket:") && strings.Contains(m.HTML, "Grace Hopper from Support answered your ticket:")
			switch {
			case strings.Contains(m.Text, "AGENTWORDS") && !strings.Contains(m.Text, "CUSTOMERWORDS"):
				if ours++; !team {
					t.Errorf("%s: the agent's mail says\n%s", name, m.Text)
				}
			case strings.Contains(m.Text, "CUSTOMERWORDS") && at >= before:
				theirs++
				want := name + " answered in the ticket “Printer on fire” with Support:"
				if !strings.HasPrefix(m.Text, want) || !strings.Contains(m.HTML, want) || strings.Contains(m.Text+m.HTML, "from Support answered") || m.From.Name != "Support" || m.From.Addr != "support@lodge.example" {
					t.Errorf("%s: the customer's mail from %+v says\n%s", name, m.From, m.Text)
				}
			}
		}
		if ours != i+1 || theirs != 1 {
			t.Errorf("%s: %d mails of the agent's words, %d of the customer's", name, ours, theirs)
		}
	}
}

func encoded(name string) string {
	var b strings.Builder
	for _, c := range []byte(name) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

func (h *house) addressOf(contact int64) string {
	h.t.Helper()
	c, err := models.ContactByID(h.t.Context(), h.db, contact)
	if err != nil {
		h.t.Fatal(err)
	}
	return c.Address
}

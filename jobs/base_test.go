package jobs

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// CP-4, A83: every link in a project's mails begins with the project's own host name where there
// is one, and with the desk's configured address otherwise; the two never mix.
func TestMailsBeginLinksWithTheProjectsHostName(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		domain := func(name string) {
			h.write(func(ctx context.Context, tx *models.Tx) error {
				cat, err := models.TxCatalog(ctx, tx)
				if err != nil {
					return err
				}
				p := *cat.ProjectBySlug("support")
				p.Domain = name
				return models.UpdateProject(ctx, tx, &p)
			})
		}
		r := h.running("one")
		for _, c := range []struct{ name, want, not string }{{"", "https://help.lodge.example/ticket/", "help.acme.example"}, {"help.acme.example", "https://help.acme.example/ticket/", "https://help.lodge.example/"}} {
			domain(c.name)
			before := len(h.post.mails())
			addr := "ada" + c.name + "@customer.example"
			h.prove(addr)
			h.file(desk.SubmitInput{Email: addr})
			h.settle(r)
			h.answer(h.latest(), "Have you tried water?")
			h.clock.forward(time.Hour)
			h.settle(r)
			if err := h.portal.LostLinks(t.Context(), desk.LostLinkInput{Email: addr, Client: "c" + c.name}); err != nil {
				t.Fatal(err)
			}
			h.settle(r)
			told := 0
			for _, m := range h.post.mails()[before:] {
				if m.To.Addr != addr {
					continue
				}
				told++
				if text := whole(t, m) + m.Text + m.HTML; !strings.Contains(text, c.want) || strings.Contains(text, c.not) {
					t.Errorf("with %q: %s", c.name, text)
				}
			}
			if told < 3 {
				t.Errorf("with %q only %d mails", c.name, told)
			}
		}
	})
}

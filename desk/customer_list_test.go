package desk

import (
	"context"
	"strings"
	"testing"

	"lodge/models"
	"lodge/search"
)

// reindex makes the index of tickets anew from what is true now, as the follower does.
func (h *house) reindex(tickets *search.Tickets) {
	h.t.Helper()
	err := tickets.Rebuild(context.Background(), "0.0", func(yield func(search.Ticket) error) error {
		return models.EachTicket(context.Background(), h.db, 100, func(all []*models.TicketWords) error {
			for _, w := range all {
				one := search.Ticket{ID: w.ID, Project: w.ProjectID, State: SearchState(w), Locale: "en", Title: w.Title, Reference: w.Reference, Number: w.Number,
					People: w.ReporterName + "\n" + w.ReporterAddress, Contacts: w.Contacts, Company: w.CompanyID}
				for _, text := range w.Texts {
					if text.Internal || text.Waiting {
						one.Internal += text.Text + "\n"
					} else {
						one.Public += text.Text + "\n"
					}
				}
				if err := yield(one); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// A69, A70, A72, CP-7: a customer's search finds words of what they may read and nothing of
// another's ticket, of a note, of a reply that can still be taken back; numbers say no more.
func TestA70CustomerSearch(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) { p.Settings.UndoSeconds = 30 })
		link := h.file(true)
		mine := h.ticketOf(link.Token)
		h.reply(link, "The zebra is striped.")
		if _, err := h.Note(ctx, h.ada, mine.Number, AgentReply{Body: "Suspect the fuser."}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, mine.Number, AgentReply{Body: "Perhaps the walrus."}); err != nil {
			t.Fatal(err)
		}
		h.later(3600e9)
		form := h.form()
		form.Email, form.Title, form.Description = "otto@example.com", "Giraffe", "An okapi, too."
		if _, err := h.Portal().Submit(ctx, form); err != nil {
			t.Fatal(err)
		}
		me := Customer{ID: mine.ReporterID}
		if list, err := h.Portal().MyTickets(ctx, me, CustomerQuery{Text: "zebra"}); err != nil || !list.Partial || len(list.Tickets) != 0 {
			t.Fatalf("without an index: %+v %v", list, err)
		}
		tickets, err := search.OpenTickets(t.TempDir(), h.db.Epoch(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tickets.Close()
		h.tickets = tickets
		h.reindex(tickets)
		for text, want := range map[string]int{"zebra": 1, "printer": 1, "zebras striped": 1, strings.ToLower(mine.Reference): 1, // theirs
			"giraffe": 0, "okapi": 0, "otto@example.com": 0, "otto": 0, // another's
			"fuser": 0, "walrus": 0, "rosa@example.com": 0, itoa(mine.Number): 0} { // internal
			list, err := h.Portal().MyTickets(ctx, me, CustomerQuery{Text: text})
			if err != nil || len(list.Tickets) != want || list.Next != "" {
				t.Errorf("%q finds %d, %v, want %d", text, len(list.Tickets), err, want)
				continue
			}
			if list.Queues[2].Count != 1 || list.Queues[2].More {
				t.Errorf("%q: All says %+v", text, list.Queues[2])
			}
			for _, one := range list.Tickets {
				for _, s := range append(one.Heading, one.Snippet...) {
					if strings.Contains(s.Text, "fuser") || strings.Contains(s.Text, "walrus") {
						t.Errorf("%q shows %q", text, s.Text)
					}
				}
			}
		}
		list, err := h.Portal().MyTickets(ctx, me, CustomerQuery{Text: "zebra"})
		if err != nil || len(list.Tickets) != 1 || len(list.Tickets[0].Snippet) == 0 {
			t.Fatalf("no snippet: %+v %v", list, err)
		}
		// The index is a copy: who has left the ticket finds nothing although it still names them.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			people, err := models.People(ctx, tx, mine.ID)
			if err != nil {
				return err
			}
			return models.LeaveSeat(ctx, tx, people[0].ID, 5)
		})
		if list, err := h.Portal().MyTickets(ctx, me, CustomerQuery{Text: "zebra"}); err != nil || len(list.Tickets) != 0 {
			t.Errorf("still finds %+v %v", list, err)
		}
	})
}

// CP-5, CP-6: counts and the latest tickets agree with the list; what they wrote themselves is no
// news, an answer is.
func TestMyCounts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) { p.Settings.UndoSeconds = 0 })
		link := h.file(true)
		mine := h.ticketOf(link.Token)
		me := Customer{ID: mine.ReporterID}
		counts, err := h.Portal().MyCounts(ctx, me)
		if err != nil || counts.Active != 1 || counts.Completed != 0 || counts.Unread != 0 || len(counts.Latest) != 1 || counts.Latest[0].Reference != mine.Reference || len(counts.Statuses) != 1 || counts.Statuses[0].Count != 1 {
			t.Fatalf("%+v %v", counts, err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, mine.Number, AgentReply{Body: "Try again."}); err != nil {
			t.Fatal(err)
		}
		if counts, err = h.Portal().MyCounts(ctx, me); err != nil || counts.Unread != 1 || !counts.Latest[0].Unread {
			t.Errorf("an answer is no news: %+v %v", counts, err)
		}
		h.reply(link, "It works now.")
		if counts, err = h.Portal().MyCounts(ctx, me); err != nil || counts.Unread != 0 {
			t.Errorf("one's own words are news: %+v %v", counts, err)
		}
		// A portal that is off takes its tickets and their numbers along (A76).
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		if counts, err = h.Portal().MyCounts(ctx, me); err != nil || counts.Active != 0 || len(counts.Latest) != 0 {
			t.Errorf("of a portal that is off: %+v %v", counts, err)
		}
	})
}

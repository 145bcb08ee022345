package desk

import (
	"context"
	"slices"
	"testing"

	"lodge/models"
	"lodge/search"
)

// AG-1: search finds by words and is narrowed by the actor's projects inside the query and
// again by the database; without an index titles are searched, and the page says so.
func TestQueueSearch(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.ticketOf(h.file(false).Token).Number
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "Suspect the fuser."}); err != nil {
			t.Fatal(err)
		}
		page, err := h.Queue(ctx, h.ada, QueueAsk{View: models.ViewAll, Text: "on fire"})
		if err != nil || !page.Partial || len(page.Tickets) != 1 {
			t.Fatalf("without an index: %+v %v", page, err)
		}
		tickets, err := search.OpenTickets(t.TempDir(), h.db.Epoch(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tickets.Close()
		h.tickets = tickets
		words, err := models.TicketsForIndex(ctx, h.db, []int64{h.ticket().ID, 999})
		if err != nil || len(words) != 1 || len(words[0].Texts) != 2 || !words[0].Texts[1].Internal || SearchState(words[0]) != "open" {
			t.Fatalf("words %+v %v", words, err)
		}
		err = tickets.Rebuild(ctx, "0.0", func(yield func(search.Ticket) error) error {
			return yield(search.Ticket{ID: words[0].ID, Project: words[0].ProjectID, State: "open", Locale: "en", Title: words[0].Title, Number: number, Public: words[0].Texts[0].Text, Internal: words[0].Texts[1].Text})
		})
		if err != nil {
			t.Fatal(err)
		}
		find := func(actor Actor, ask QueueAsk) []int64 {
			t.Helper()
			page, err := h.Queue(ctx, actor, ask)
			if err != nil || page.Partial {
				t.Fatalf("%+v: %+v %v", ask, page, err)
			}
			var all []int64
			for _, one := range page.Tickets {
				all = append(all, one.Number)
			}
			return all
		}
		foreign := Actor{ID: h.ada.ID, Projects: map[int64]models.Role{h.project.ID + 99: models.RoleAgent}}
		for _, c := range []struct {
			actor Actor
			ask   QueueAsk
			want  []int64
		}{
			{h.ada, QueueAsk{View: models.ViewAll, Text: "printer"}, []int64{number}},
			{h.ada, QueueAsk{View: models.ViewOpen, Text: "fuser", Project: "acme"}, []int64{number}},
			{h.ada, QueueAsk{View: models.ViewEnded, Text: "printer"}, nil},
			{h.ada, QueueAsk{View: models.ViewMine, Text: "printer"}, nil},
			{h.ada, QueueAsk{View: models.ViewAll, Text: "printer", Priority: "urgent"}, nil},
			{h.ada, QueueAsk{View: models.ViewAll, Text: "printer", Assignee: "nobody", Sort: "due"}, []int64{number}},
			{h.ada, QueueAsk{View: models.ViewAll, Text: "xylophone"}, nil},
			{foreign, QueueAsk{View: models.ViewAll, Text: "printer"}, nil},
			{foreign, QueueAsk{View: models.ViewAll, Text: "fuser"}, nil},
		} {
			if got := find(c.actor, c.ask); !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %v, want %v", c.ask, got, c.want)
			}
		}
		page, err = h.Queue(ctx, h.ada, QueueAsk{View: models.ViewAll, Text: "fuser"})
		if err != nil || !page.Tickets[0].SnippetInternal || !slices.Contains(page.Tickets[0].Snippet, Span{"fuser", true}) {
			t.Errorf("snippet %+v %v", page.Tickets, err)
		}
		if got, err := h.FindTickets(ctx, foreign, "printer", 8); err != nil || len(got) != 0 {
			t.Errorf("a foreign palette finds %v %v", got, err)
		}
		// The index is a copy: a ticket that became spam is not found although the index still says open.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			k, err := models.LockTicket(ctx, tx, words[0].ID)
			if err != nil {
				return err
			}
			k.SpamAt = models.At(h.clock())
			return models.SaveTicket(ctx, tx, k)
		})
		if got := find(h.ada, QueueAsk{View: models.ViewAll, Text: "printer"}); len(got) != 0 {
			t.Errorf("spam is found: %v", got)
		}
		// KB-3: the public search knows nothing of it.
		if res, err := h.Portal().SearchDocs(ctx, "acme", "printer", 0); err != nil || res.Total != 0 {
			t.Errorf("the public search finds %+v %v", res, err)
		}
		if cards, err := h.Portal().Suggest(ctx, "acme", "printer is on fire", "", "en"); err != nil || len(cards) != 0 {
			t.Errorf("suggested %+v %v", cards, err)
		}
	})
}

// AG-1: an ask and its address are the same thing.
func TestQueueAskIsItsAddress(t *testing.T) {
	ask := QueueAsk{View: "open", Project: "a", Status: "b", Type: "c", Priority: "high", Team: "1", Assignee: "me", Company: "Nord & Süd", Tag: "VIP", Text: "x y", Sort: "due", Before: "z.1"}
	if got := savedAsk(ask.Query()); got != ask {
		t.Errorf("%+v became %+v", ask, got)
	}
	if got := ask.With("tag", ""); got.Tag != "" || got.Before != "" || ask.Tag != "VIP" {
		t.Errorf("without a tag %+v", got)
	}
}

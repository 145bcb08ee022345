package search

import (
	"fmt"
	"slices"
	"testing"
)

func openTicketIndex(t testing.TB) *Tickets {
	t.Helper()
	x, err := OpenTickets(t.TempDir(), "epoch", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func fillTickets(t testing.TB, x *Tickets, all ...Ticket) {
	t.Helper()
	err := x.Rebuild(t.Context(), "1", func(yield func(Ticket) error) error {
		for _, one := range all {
			if err := yield(one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var someTickets = []Ticket{
	{ID: 1, Project: 1, State: "open", Locale: "en", Title: "Printer on fire", Reference: "K7-3QX", Number: 1042, People: "Ada Lovelace\nada@example.com", Public: "It smells of smoke.", Internal: "Suspect the fuser unit."},
	{ID: 2, Project: 2, State: "open", Locale: "en", Title: "Printer out of paper", Reference: "B2-9ZZ", Number: 1043, People: "Grace\ngrace@navy.example", Public: "The tray is empty."},
	{ID: 3, Project: 1, State: "spam", Locale: "en", Title: "Cheap printer ink", Reference: "C3-1AB", Number: 1044, People: "x@spam.example", Public: "Buy now."},
	{ID: 4, Project: 1, State: "ended", Locale: "de", Title: "Rechnung fehlt", Reference: "D4-2CD", Number: 7, People: "Jörg Müller\njoerg@example.de", Public: "Die Rechnungen vom Mai fehlen, der Drucker auch. Printer."},
}

// AG-1: agents find tickets by everything people quote; projects, states and notes are part of the query itself.
func TestTicketsAreFound(t *testing.T) {
	x := openTicketIndex(t)
	if _, err := x.Find(t.Context(), TicketQuery{Text: "printer"}); err != ErrUnavailable {
		t.Errorf("without an index: %v", err)
	}
	fillTickets(t, x, someTickets...)
	for _, c := range []struct {
		q    TicketQuery
		want []int64
	}{
		{TicketQuery{Text: "printer", States: []string{"open", "ended"}}, []int64{1, 2, 4}},
		{TicketQuery{Text: "printers fire"}, []int64{1}},
		{TicketQuery{Text: "smoke"}, []int64{1}},
		{TicketQuery{Text: "fuser", Internal: true}, []int64{1}},
		{TicketQuery{Text: "fuser"}, nil},
		{TicketQuery{Text: "ada@example.com"}, []int64{1}},
		{TicketQuery{Text: "lovel"}, []int64{1}},
		{TicketQuery{Text: "muller"}, []int64{4}},
		{TicketQuery{Text: "rechnung"}, []int64{4}},
		{TicketQuery{Text: "1042"}, []int64{1}},
		{TicketQuery{Text: "k7-3qx"}, []int64{1}},
		{TicketQuery{Text: "prniter paper"}, []int64{2}},
		{TicketQuery{Text: "printer", Projects: []int64{2}}, []int64{2}},
		{TicketQuery{Text: "fire smoke fuser", Projects: []int64{2}, Internal: true}, nil},
		{TicketQuery{Text: "printer", Projects: []int64{}}, nil},
		{TicketQuery{Text: "printer", States: []string{"spam"}}, []int64{3}},
		{TicketQuery{Text: "*"}, nil},
		{TicketQuery{Text: "title:printer AND +project:2", Projects: []int64{9}}, nil},
		{TicketQuery{Text: "nothingatall"}, nil},
	} {
		got, err := x.Find(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v finds %v, want %v", c.q, got, c.want)
		}
	}
	// AG-8: what was taken out of a ticket is found no more.
	one := someTickets[0]
	one.Public, one.Internal = "", ""
	if err := x.Apply(t.Context(), []Ticket{one}, []int64{2}, "2"); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"smoke", "fuser", "paper"} {
		if got, err := x.Find(t.Context(), TicketQuery{Text: gone, Internal: true}); err != nil || len(got) != 0 {
			t.Errorf("%s still finds %v %v", gone, got, err)
		}
	}
	if x.Position() != "2" {
		t.Errorf("position %q", x.Position())
	}
}

// AG-1: a ticket's title counts more than its text.
func TestTicketsAreRanked(t *testing.T) {
	x := openTicketIndex(t)
	var all []Ticket
	for i := range 30 {
		all = append(all, Ticket{ID: int64(i + 1), Project: 1, State: "open", Locale: "en", Title: fmt.Sprint("Question ", i), Public: "Somewhere the invoice is mentioned."})
	}
	all[17].Title = "Invoice is wrong"
	fillTickets(t, x, all...)
	got, err := x.Find(t.Context(), TicketQuery{Text: "invoice", Limit: 5})
	if err != nil || len(got) != 5 || got[0] != 18 {
		t.Errorf("finds %v %v", got, err)
	}
}

// The two indexes are of different shapes: one never opens the other's folder.
func TestTicketsAreNoArticles(t *testing.T) {
	dir := t.TempDir()
	x, err := OpenTickets(dir, "epoch", nil)
	if err != nil {
		t.Fatal(err)
	}
	fillTickets(t, x, someTickets...)
	x.Close()
	i, err := Open(dir, "epoch", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	if i.Ready() || !i.NeedsRebuild() {
		t.Error("the tickets' folder serves as the public index")
	}
}

package desk

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// buy adds bought time to a company.
func (h *house) buy(company int64, minutes string) {
	h.t.Helper()
	if err := h.BuyTime(context.Background(), h.ada, company, BoughtTime{Minutes: minutes, Day: "2026-11-20"}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) available(company int64) *AvailableTime {
	h.t.Helper()
	page, err := h.AvailableTime(context.Background(), h.ada, company, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return page
}

func (h *house) spend(number int64, minutes string) {
	h.t.Helper()
	if err := h.SpendTime(context.Background(), h.ada, number, minutes, "work"); err != nil {
		h.t.Fatal(err)
	}
}

// lows are the events about a company's time on a ticket.
func (h *house) lows(t *models.Ticket) (all []string) {
	h.t.Helper()
	events, err := models.Timeline(context.Background(), h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == models.EventTimeLow {
			if e.Public {
				h.t.Error("an event about a company's time is public")
			}
			all = append(all, e.Data)
		}
	}
	return all
}

// CP-13: time is bought, used, corrected and taken back; it follows the ticket's company, and
// history shows all of it.
func TestAvailableTime(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		a, b := h.company("Harbour"), h.company("Engine")
		if err := h.AddMember(ctx, h.ada, a, "one@example.com", false); err != nil {
			t.Fatal(err)
		}
		link := h.filedBy("acme", "one@example.com", "Printer")
		ticket := h.ticketByTitle("Printer")
		if page := h.available(a); page.Buys || page.Low || page.Next != "" || len(page.Moves) != 0 {
			t.Errorf("at first: %+v", page)
		}
		h.buy(a, "10h")
		h.later(time.Second)
		h.spend(ticket.Number, "1h 30m")
		if page := h.available(a); page.Bought != 600 || page.Used != 90 || page.Left != 510 || page.Low || len(page.Moves) != 2 || page.Moves[0].Number != ticket.Number || page.Moves[0].Title != "Printer" || page.Moves[0].Note != "work" {
			t.Errorf("%+v", page)
		}
		// The ticket goes to another company, and back, and its time with it.
		for _, to := range []int64{b, 0, a} {
			if err := h.SetCompany(ctx, h.ada, ticket.Number, to, 0); err != nil {
				t.Fatal(err)
			}
			for _, k := range []int64{a, b} {
				want := int64(0)
				if k == to {
					want = 90
				}
				if got := h.available(k).Used; got != want {
					t.Errorf("with company %d, %d has used %d", to, k, got)
				}
			}
			if err := models.CheckBoughtTime(ctx, h.db); err != nil {
				t.Error(err)
			}
		}
		// What is taken away is used no more.
		h.spend(ticket.Number, "10")
		page, err := h.Time(ctx, h.ada, ticket.Number)
		if err != nil || page.Left == nil || page.Left.Minutes != 500 || page.Left.CompanyID != a {
			t.Fatalf("%+v, %v", page, err)
		}
		if shown, err := h.Ticket(ctx, h.ada, ticket.Number, ""); err != nil || shown.Properties.Left == nil || shown.Properties.Left.Minutes != 500 {
			t.Errorf("the sidebar says %+v, %v", shown.Properties.Left, err)
		}
		h.ok(h.TakeTime(ctx, h.ada, ticket.Number, page.Entries[0].ID))
		// Corrections and taking back; never below nothing, never twice.
		h.fault(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "-11h", Day: "2026-11-20"}), "minutes")
		h.ok(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "-30m", Day: "2026-11-20", Note: "Typed wrong"}))
		moves := h.available(a).Moves
		if moves[0].Minutes != -30 || moves[0].Note != "Typed wrong" || moves[0].Who != "Ada Inner" || moves[0].Day != "2026-11-20" {
			t.Errorf("%+v", moves[0])
		}
		h.kind(h.TakeBackTime(ctx, h.ada, b, moves[0].ID), models.KindNotFound)
		h.ok(h.TakeBackTime(ctx, h.ada, a, moves[0].ID))
		h.kind(h.TakeBackTime(ctx, h.ada, a, moves[0].ID), models.KindConflict)
		after := h.available(a)
		if after.Bought != 600 || !after.Moves[0].TakesBack || after.Moves[0].Minutes != 30 || !after.Moves[1].TakenBack {
			t.Errorf("%+v", after)
		}
		h.kind(h.TakeBackTime(ctx, h.ada, a, after.Moves[0].ID), models.KindConflict)
		if got := len(h.auditOf("company.time_bought")) + len(h.auditOf("company.time_taken_back")); got != 3 {
			t.Errorf("%d entries in the audit log", got)
		}
		// Bad input.
		h.fault(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "10", Day: "2026-11-20"}), "minutes")
		h.fault(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "10h", Day: "soon"}), "day")
		h.fault(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "10h", Day: "2026-12-24"}), "day")
		h.fault(h.BuyTime(ctx, h.ada, a, BoughtTime{Minutes: "10h", Day: "2026-11-20", Note: strings.Repeat("n", 201)}), "note")
		if _, err := h.AvailableTime(ctx, h.ada, a, "nonsense"); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a page of nonsense: %v", err)
		}
		// A merged ticket keeps its own time; deleting the company leaves the tickets theirs.
		h.later(time.Minute)
		h.filedBy("acme", "one@example.com", "Second")
		h.mergeNow(h.ticketByTitle("Second"), h.ticketByTitle("Printer"), true)
		h.ok(models.CheckBoughtTime(ctx, h.db))
		h.ok(h.DeleteCompany(ctx, h.ada, a))
		h.ok(models.CheckBoughtTime(ctx, h.db))
		if page, err := h.Time(ctx, h.ada, ticket.Number); err != nil || page.Minutes != 90 || page.Left != nil {
			t.Errorf("%+v, %v", page, err)
		}
		_ = link
	})
}

// CP-13: who may not change companies buys nothing; of a ticket in a project that somebody does
// not see, history tells how much it was and nothing else.
func TestAvailableTimeRights(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, frida := h.other()
		k := h.company("Harbour")
		h.ok(h.AddMember(ctx, h.ada, k, "one@example.com", false))
		h.filedBy("acme", "one@example.com", "SECRETTITLE")
		here := h.ticketByTitle("SECRETTITLE")
		h.buy(k, "2h")
		h.ok(h.SpendTime(ctx, h.ada, here.Number, "10", "SECRETNOTE"))
		// Frida meets nobody of the company: it does not exist for her.
		_, err := h.AvailableTime(ctx, frida, k, "")
		h.kind(err, models.KindNotFound)
		h.kind(h.BuyTime(ctx, frida, k, BoughtTime{Minutes: "1h", Day: "2026-11-20"}), models.KindForbidden)
		h.filedBy("other", "one@example.com", "Of the other project")
		page, err := h.AvailableTime(ctx, frida, k, "")
		if err != nil || page.MayChange || page.Left != 110 {
			t.Fatalf("%+v, %v", page, err)
		}
		told := ""
		h.ok(h.EachTimeMove(ctx, frida, k, func(_ string, m TimeMove) error {
			raw, err := json.Marshal(m)
			told += string(raw)
			return err
		}))
		raw, _ := json.Marshal(page)
		for _, text := range []string{string(raw), told} {
			h.must(text, []string{`"Minutes":10`, `"Elsewhere":true`}, []string{"SECRET", `"Number":` + itoa(here.Number)})
		}
		viewer := Actor{ID: h.ada.ID, Role: models.RoleViewer}
		if page, err := h.AvailableTime(ctx, viewer, k, ""); err != nil || page.MayChange {
			t.Errorf("%+v, %v", page, err)
		}
		h.kind(h.BuyTime(ctx, viewer, k, BoughtTime{Minutes: "1h", Day: "2026-11-20"}), models.KindForbidden)
		h.kind(h.TakeBackTime(ctx, viewer, k, page.Moves[0].ID), models.KindForbidden)
	})
}

// CP-13: the pages of the history join without a gap or a line twice, whatever the mix.
func TestAvailableTimePages(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		k := h.company("Harbour")
		h.ok(h.AddMember(ctx, h.ada, k, "one@example.com", false))
		h.filedBy("acme", "one@example.com", "Printer")
		n := h.ticketByTitle("Printer").Number
		for i := range 17 {
			h.later(time.Minute)
			if i%3 == 0 {
				h.buy(k, "1h")
			} else {
				h.spend(n, "5")
			}
		}
		want, _, err := h.timeMoves(ctx, h.ada, k, "", 100)
		if err != nil || len(want) != 17 {
			t.Fatal(len(want), err)
		}
		for size := 1; size < 7; size++ {
			var got []TimeMove
			for before := ""; ; {
				moves, next, err := h.timeMoves(ctx, h.ada, k, before, size)
				if err != nil {
					t.Fatal(err)
				}
				if got = append(got, moves...); next == "" {
					break
				}
				before = next
			}
			if len(got) != len(want) {
				t.Fatalf("pages of %d: %d lines", size, len(got))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Errorf("pages of %d, line %d: %+v, want %+v", size, i, got[i], want[i])
				}
			}
		}
	})
}

// CP-13: agents are told once that little is left; again after more was bought, or after there
// was enough in between.
func TestTimeLowIsToldOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		k := h.company("Harbour")
		h.ok(h.AddMember(ctx, h.ada, k, "one@example.com", false))
		h.filedBy("acme", "one@example.com", "Printer")
		ticket := h.ticketByTitle("Printer")
		h.spend(ticket.Number, "30") // nothing was bought: nothing is low
		told := func(want int) {
			t.Helper()
			if got := h.lows(ticket); len(got) != want {
				t.Errorf("told %d times, want %d: %v", len(got), want, got)
			}
		}
		told(0)
		h.buy(k, "2h")
		before := h.jobs(JobNotify)
		h.spend(ticket.Number, "20")
		told(0) // 70 are left
		h.spend(ticket.Number, "10")
		told(0) // 60 are: not below
		if n := h.jobs(JobNotify) - before; n != 0 {
			t.Errorf("%d notices", n)
		}
		h.spend(ticket.Number, "1")
		told(1)
		if got := h.lows(ticket)[0]; got != `{"company":"Harbour","left":59}` {
			t.Errorf("data %s", got)
		}
		if n := h.jobs(JobNotify) - before; n != 1 {
			t.Errorf("%d notices", n)
		}
		if list, err := h.Companies(ctx, h.ada, "", ""); err != nil || !list.Companies[0].Low || list.Companies[0].Left != 59 {
			t.Errorf("%+v, %v", list, err)
		}
		h.spend(ticket.Number, "2h") // far below zero: told already
		told(1)
		h.buy(k, "1h") // still below
		h.spend(ticket.Number, "1")
		told(2)
		h.buy(k, "10h")
		told(2)
		// Enough in between without a purchase: an entry was taken away.
		h.spend(ticket.Number, "9h")
		told(3)
		page, err := h.Time(ctx, h.ada, ticket.Number)
		h.ok(err)
		h.ok(h.TakeTime(ctx, h.ada, ticket.Number, page.Entries[0].ID))
		h.spend(ticket.Number, "9h")
		told(4)
		// A ticket that brings its time along tells too, on itself.
		other := h.company("Engine")
		h.buy(other, "2h")
		h.ok(h.SetCompany(ctx, h.ada, ticket.Number, other, 0))
		told(5)
		// Off is off.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			w.Settings.TimeLowMinutes = 0
			return models.UpdateWorkspace(ctx, tx, &w)
		})
		h.buy(other, "1m")
		h.spend(ticket.Number, "1")
		told(5)
		if list, err := h.Companies(ctx, h.ada, "", ""); err != nil || list.Companies[0].Low || list.Companies[1].Low {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// CP-13: what is left is told on the thread to a proven member of the ticket's company alone.
func TestSupportTimeOnTheThread(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		k := h.company("SECRETCOMPANY")
		for _, m := range []string{"one@example.com", "two@example.com"} {
			h.ok(h.AddMember(ctx, h.ada, k, m, false))
		}
		proven := h.filedBy("acme", "one@example.com", "Printer")
		plain := Link{Token: proven.Token}
		ticket := h.ticketByTitle("Printer")
		colleague, _ := h.join(ticket, "two@example.com")
		stranger, _ := h.join(ticket, "three@example.com")
		said := func(link Link, want string) {
			t.Helper()
			got := "nothing"
			if left := h.thread(link).TimeLeft; left != nil {
				got = itoa(*left)
			}
			if got != want {
				t.Errorf("told %s, want %s", got, want)
			}
		}
		said(proven, "nothing") // none was bought
		h.buy(k, "2h")
		h.spend(ticket.Number, "30")
		said(proven, "90")
		said(colleague, "90")
		said(plain, "nothing")
		said(Link{Token: proven.Token, Proof: "wrong"}, "nothing")
		said(Link{Token: plain.Token, Proof: colleague.Proof}, "nothing")
		said(stranger, "nothing")
		h.must(h.whole(proven), nil, []string{"SECRETCOMPANY"})
		// Polls say it too, and only then.
		news, err := h.Portal().Updates(ctx, proven, 0, 0)
		if err != nil || news == nil || news.TimeLeft == nil {
			t.Errorf("%+v, %v", news, err)
		}
		h.spend(ticket.Number, "2h")
		said(proven, "-30")
		// A member of another company, a ticket of no company.
		h.ok(h.SetCompany(ctx, h.ada, ticket.Number, 0, 0))
		said(proven, "nothing")
		elsewhere := h.company("Engine")
		h.buy(elsewhere, "5h")
		h.ok(h.SetCompany(ctx, h.ada, ticket.Number, elsewhere, 0))
		said(proven, "nothing")
		h.ok(h.SetCompany(ctx, h.ada, ticket.Number, k, 0))
		said(proven, "-30")
		// Who is a member no more is told no more.
		h.ok(h.DropMember(ctx, h.ada, k, h.contactOf("two@example.com").ID))
		said(colleague, "nothing")
		h.settings(func(p *models.Project) { p.Settings.ShowAvailableTime = false })
		said(proven, "nothing")
	})
}

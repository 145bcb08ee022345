package main

import (
	"context"
	"strconv"
	"testing"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/models"
	"lodge/sample"
)

// TestBrowserProperties: AG-2, AG-7, EV-1, EV-2. Properties are edited in place, without scripts
// too; a phone folds them; opening a ticket reads its notices.
func TestBrowserProperties(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	ctx := context.Background()
	ines, err := s.desk.SignIn(ctx, desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := s.desk.Queue(ctx, s.ada, desk.QueueAsk{View: models.ViewUnassigned})
	if err != nil || len(queue.Tickets) < 2 {
		t.Fatal("too few tickets", err)
	}
	address := func(n int) string {
		return s.URL + "/agent/tickets/" + strconv.FormatInt(queue.Tickets[n].Number, 10)
	}
	state := func(n int) *desk.AgentTicket {
		t.Helper()
		got, err := s.desk.Ticket(ctx, s.ada, queue.Tickets[n].Number, "")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}

	t.Run("with scripts", func(t *testing.T) {
		tab := browser.New(t, browser.Options{Width: 1440, Height: 1000})
		s.signIn(tab)
		tab.Open(address(0))
		tab.CheckAxe("ticket with properties")
		browser.Eval[bool](tab, `window.sameDocument = true`)
		tab.Choose("#priority", "4")
		tab.WaitFor("#property-priority .property__saved")
		tab.WaitText("#entries", "Urgent")
		if tab.Focused() == "" || !tab.Eval(`document.activeElement.id === "priority"`) {
			t.Error("the focus is lost after saving")
		}
		tab.WaitSettled()
		tab.Fill("#tag-add", "harbour")
		tab.Press("Enter")
		tab.WaitText("#property-tags", "harbour")
		tab.WaitSettled()
		tab.Click(`#property-tags button[value="harbour"]`)
		tab.WaitGone(`#property-tags button[value="harbour"]`)
		tab.WaitSettled()
		tab.Choose("#due", "2030-01-31")
		tab.WaitText("#entries", "31 Jan 2030")
		tab.WaitSettled()
		tab.Choose("#due", "")
		tab.Press("Tab")
		tab.WaitText("#entries", "removed the due date")
		tab.WaitSettled()
		tab.Click("#snooze > summary")
		tab.CheckAxe("snooze choices")
		tab.WaitSettled()
		tab.Click(`#snooze button[value="tomorrow"]`)
		tab.WaitFor("#wake")
		tab.WaitSettled()
		tab.Click("#wake")
		tab.WaitFor("#snooze")
		tab.Forgive("422")
		tab.WaitSettled()
		tab.Fill("#company", "Nobody & Sons")
		tab.Press("Tab")
		tab.WaitFor("#company-error")
		if tab.Value("#company") != "Nobody & Sons" {
			t.Errorf("the company reads %q", tab.Value("#company"))
		}
		tab.CheckAxe("refused property")
		if !tab.Eval(`window.sameDocument`) {
			t.Error("the page was loaded anew")
		}
		if got := state(0); got.Priority != models.PriorityUrgent || len(got.Properties.Tags) != 0 || !got.Properties.SnoozedUntil.IsZero() || got.Properties.Company != "Oldtown Library" {
			t.Errorf("state %+v", got.Properties)
		}
		tab.Scheme(true)
		tab.CheckAxe("ticket with properties, dark")
		tab.Scheme(false)
		tab.Resize(360, 740)
		tab.Open(address(0))
		tab.Wait(`!document.querySelector(".sidebar__fold").open`)
		tab.CheckFits("ticket on a phone, folded")
		tab.Click(".sidebar__summary")
		tab.WaitFor("#priority")
		tab.CheckFits("ticket on a phone, unfolded")
		tab.CheckAxe("ticket on a phone")
		// What was unfolded stays so when the sidebar is drawn anew.
		tab.Choose("#priority", "3")
		tab.WaitFor("#property-priority .property__saved")
		if !tab.Eval(`document.querySelector(".sidebar__fold").open`) {
			t.Error("saving folds the properties")
		}
	})

	t.Run("without scripts", func(t *testing.T) {
		tab := browser.New(t, browser.Options{NoScripts: true})
		s.signIn(tab)
		tab.Open(address(1))
		tab.Choose("#priority", "4")
		tab.Click("#priority-set")
		tab.WaitText("#entries", "Urgent")
		tab.Choose("#due", "2030-01-31")
		tab.Click("#due-set")
		tab.WaitText("#entries", "31 Jan 2030")
		if got := state(1); got.Priority != models.PriorityUrgent || got.Properties.DueAt.IsZero() {
			t.Errorf("state %+v", got.Properties)
		}
	})

	t.Run("notices", func(t *testing.T) {
		n := queue.Tickets[0].Number
		if err := s.desk.Assign(ctx, ines, n, s.ada.ID, 0); err != nil {
			t.Fatal(err)
		}
		unread := func() int {
			page, err := s.desk.Notices(ctx, s.ada, 0)
			if err != nil {
				t.Fatal(err)
			}
			count := 0
			for _, line := range page.Notices {
				if line.Number == n && line.Unread {
					count++
				}
			}
			return count
		}
		s.wait(t, "the notice is there", func() bool { return unread() > 0 })
		tab := browser.New(t, browser.Options{})
		s.signIn(tab)
		tab.Open(s.URL + "/agent/notices")
		tab.CheckAxe("notices")
		tab.CheckFits("notices")
		if unread() == 0 {
			t.Fatal("looking at the list reads it")
		}
		tab.Open(address(0))
		s.wait(t, "the ticket's notices are read", func() bool { return unread() == 0 })
		tab.WaitGone("#ticket-notices")
		for _, page := range []string{"macros", "macros/new", "notifications"} {
			tab.Open(s.URL + "/agent/settings/" + page)
			tab.CheckAxe(page)
			tab.CheckFits(page)
		}
	})
}

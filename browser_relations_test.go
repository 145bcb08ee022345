package main

import (
	"testing"

	"lodge/config"
	"lodge/internal/browser"
	"lodge/sample"
)

// AG-2, AG-3, AG-8, EV-1, EV-2: the pages of tickets' relations hold at every width and in both
// schemes, and the way from a call to a merged ticket works by hand and without scripts.
func TestRelationsInABrowser(t *testing.T) {
	browser.Require(t)
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	pages := []string{"/agent/tickets/new", "/agent/tickets/9", "/agent/tickets/9/merge?q=the", "/agent/tickets/9/merge?target=12", "/agent/tickets/9/split", "/agent/tickets/9/links",
		"/agent/tickets/9/follow-up", "/agent/tickets/9/spam", "/agent/tickets/9/redaction", "/agent/settings/blocks"}
	ines := func(o browser.Options) *browser.Tab {
		tab := browser.New(t, o)
		tab.Open(s.URL + "/agent/sign-in")
		tab.Fill("#email", sample.Cast.Ines.Address)
		tab.Fill("#password", sample.Password)
		tab.Click("[data-default]")
		tab.WaitFor("#rows")
		return tab
	}
	for _, o := range []browser.Options{{Width: 1280, Height: 860}, {Width: 320, Height: 700, Dark: true}} {
		tab := ines(o)
		for _, page := range pages {
			tab.Open(s.URL + page)
			tab.CheckAxe(page)
			tab.CheckFits(page)
		}
		// The menu of a ticket is within reach of the keyboard, and inside the window.
		tab.Open(s.URL + "/agent/tickets/9")
		tab.Press("m")
		tab.Wait(`document.querySelector("#more-menu").matches(":popover-open")`)
		tab.CheckAxe("the open menu")
		if !tab.Eval(`(b => b.left >= 0 && b.right <= innerWidth)(document.querySelector("#more-menu").getBoundingClientRect())`) {
			t.Errorf("at %d pixels the menu hangs out of the window", o.Width)
		}
		tab.Press("Tab")
		if !tab.Eval(`document.activeElement.closest("#more-menu")`) {
			t.Error("the menu cannot be walked by keyboard")
		}
	}

	live := ines(browser.Options{})
	live.Press("c")
	live.WaitFor("#new-ticket")
	live.Fill("#email", "hanna@lundbakery.example")
	live.Press("Tab")
	live.WaitFor(".new-ticket__known")
	live.Fill("#title", "Called about the order")
	live.Fill("#description", "She asks for the mail once more.")
	live.Choose("#template", "bug-report")
	live.WaitFor("[name^='field.']")
	if live.Value("#title") != "Called about the order" || live.Value("#description") == "" {
		t.Error("choosing a template loses what was typed")
	}

	plain := ines(browser.Options{NoScripts: true})
	plain.Open(s.URL + "/agent/tickets/new")
	plain.Fill("#email", "hanna@lundbakery.example")
	plain.Fill("#title", "Called about the order")
	plain.Fill("#description", "She asks for the mail once more.")
	plain.Click(`[name="_do"][value="contact"]`)
	plain.WaitFor(".new-ticket__known")
	plain.Click("#new-ticket .form__bar button")
	plain.WaitFor("#ticket-header")
	made := path(plain)
	plain.Open(s.URL + made + "/merge?q=39")
	plain.Click(".found .button")
	plain.WaitFor(".diff")
	plain.Click(".form__bar button")
	plain.WaitText("#entries", "She asks for the mail once more.")
	if path(plain) != "/agent/tickets/39" {
		t.Errorf("a merge leads to %s", path(plain))
	}
}

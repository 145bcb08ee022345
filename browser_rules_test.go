package main

import (
	"testing"

	"lodge/internal/browser"
)

// AG-4: with scripts a condition is added and removed in place, and nothing typed is lost; the key
// Enter saves instead of adding or removing something.
func TestBrowserRoutingRule(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	tab := browser.New(t, browser.Options{Width: 1280, Height: 900})
	s.signInAdmin(tab)
	tab.Open(s.URL + "/agent/settings/routing/new")
	tab.Fill("#name", "Fire alarm")
	tab.Choose("#add", "words")
	tab.Click("#rule-add button")
	tab.WaitFor(`[id="value.0"]`)
	tab.Fill(`[id="value.0"]`, "fire")
	tab.Choose("#add", "hours")
	tab.Click("#rule-add button")
	tab.WaitFor(`[name="value.1"]`)
	tab.Click(`#row-1 .rule-row__remove`)
	tab.WaitFor(`#rule-form:not(:has(#row-1))`)
	if p := path(tab); p != "/agent/settings/routing/new" {
		t.Errorf("the page was left for %s", p)
	}
	tab.Choose("#priority", "4")
	tab.Click(".form__bar [name=try]")
	tab.WaitFor("#trial")
	tab.Click("#rule [data-default]")
	tab.WaitFor("#rules .rule")
	// The demo has rules of its own; a new one stands last.
	tab.WaitText("#rules > li:last-of-type .rule__when", "“fire”")
	tab.WaitText("#rules > li:last-of-type .rule__does", "priority Urgent")
	// The first button of the form is not the one that Enter presses.
	tab.Click("#rules > li:last-of-type .sort-row__title")
	tab.WaitFor("#row-0")
	tab.Fill("#name", "Renamed")
	tab.Press("Enter")
	tab.WaitText("#rules > li:last-of-type .rule__name", "Renamed")
}

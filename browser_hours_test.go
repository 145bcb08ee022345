package main

import (
	"testing"

	"lodge/internal/browser"
)

// TestBrowserHours: AG-6, EV-3. An administrator sets working hours with days that differ, sees
// what they mean before saving, and a project goes by them; with and without scripts.
func TestBrowserHours(t *testing.T) {
	browser.Require(t)
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startDemo(t)
			tab := browser.New(t, browser.Options{NoScripts: !scripts, Dark: !scripts})
			s.signInAdmin(tab)
			tab.WaitFor("#rows")
			tab.Open(s.URL + "/agent/settings/hours/new")
			tab.CheckAxe("new hours")
			tab.Fill("#name", "Yard <Berlin>")
			tab.Choose("#zone", "Europe/Berlin")
			tab.Fill("#day0", "nine to five")
			first, second := ".holiday:nth-of-type(1)", ".holiday:nth-of-type(2)"
			if scripts {
				if tab.Has(first) {
					t.Error("rows stand ready although a button makes them")
				}
				tab.Click("[data-holiday-add]")
				tab.Click("[data-holiday-add]")
			}
			tab.Fill(first+" [name=holiday_name]", "Christmas")
			tab.Fill(second+" [name=holiday_name]", "Eve")
			tab.Click("[data-default]")
			tab.WaitFor("#problems")
			tab.CheckAxe("hours, refused")
			if tab.Value("#day0") != "nine to five" || tab.Value(first+" [name=holiday_name]") != "Christmas" {
				t.Error("what was typed is gone")
			}
			tab.Fill("#day0", "22:00-6:00")
			tab.Choose(first+" [name=holiday_date]", "2026-12-25")
			tab.Choose(first+" [name=holiday_every]", "year")
			if scripts {
				tab.Click(second + " [data-holiday-remove]")
				tab.WaitGone(second)
			} else {
				tab.Fill(second+" [name=holiday_name]", "")
			}
			tab.Click("[formaction]")
			tab.WaitFor("#preview")
			tab.CheckAxe("hours, tried")
			if scripts && !tab.Eval(`!document.querySelector("[data-dirty-note]").hidden`) {
				t.Error("what was tried and not saved looks saved")
			}
			tab.Click("[data-default]")
			tab.WaitText(".calendars", "Yard <Berlin>")
			tab.WaitText(".calendars", "1 day differs")
			tab.CheckAxe("list of hours")
			for _, width := range []int{320, 390, 820, 1440} {
				tab.Resize(width, 900)
				tab.CheckFits("list of hours")
			}
			tab.Click(".calendar-card__name a")
			tab.WaitFor("#preview")
			tab.CheckAxe("hours")
			for _, width := range []int{320, 390, 820, 1440} {
				tab.Resize(width, 900)
				tab.CheckFits("hours")
			}
			tab.Open(s.URL + "/agent/settings/projects/" + s.filled.Projects[0])
			tab.Choose("#calendar", tab.Value("#calendar option:last-of-type"))
			tab.Click("[data-default]")
			tab.WaitText(".flash", "Saved")
			tab.Open(s.URL + "/agent/settings/hours")
			tab.WaitText(".calendar-uses", "Projects")
		})
	}
}

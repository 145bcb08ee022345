package main

import (
	"strings"
	"testing"

	"lodge/internal/browser"
)

// AG-3, EV-2: a contact is looked up, put into a company by a suggested address and merged, in
// a real browser; each page passes axe and fits the window, wide and on a phone.
func TestContactsInTheBrowser(t *testing.T) {
	s := newSite(t)
	tab := browser.New(t, browser.Options{})
	s.signIn(tab)
	tab.Open(s.URL + "/agent/contacts")
	tab.Fill("#q", "pri ram")
	tab.Press("Enter")
	tab.Wait(`location.search.includes("pri") && document.readyState === "complete" && document.querySelectorAll(".people-table tbody tr").length === 1`)
	tab.CheckAxe("contacts found")
	tab.Click(".people-table__name a")
	tab.Wait(`document.readyState === "complete" && document.querySelector("h1").textContent === "Priya Raman"`)
	tab.CheckAxe("contact")
	person := path(tab)

	tab.Open(s.URL + "/agent/companies/1")
	tab.Fill("#address", "theo")
	tab.Wait(`[...document.querySelectorAll("#suggested option")].some(o => o.value === "theo@calder-print.example")`)
	tab.Fill("#address", "theo@calder-print.example")
	tab.Press("Enter")
	tab.WaitText(".members", "Theo Calder")
	tab.Wait(`document.readyState === "complete"`)
	tab.CheckAxe("company")

	tab.Open(s.URL + person + "/merge?with=theo@calder-print.example")
	tab.CheckAxe("merge")
	tab.Click("[data-default]")
	tab.WaitText(".person-page__side", "theo@calder-print.example")

	for i, width := range []int{1440, 390, 320} {
		tab := browser.New(t, browser.Options{Width: width, Dark: i == 1, NoScripts: i == 2})
		s.signIn(tab)
		for _, address := range []string{"/agent/contacts", "/agent/contacts?q=zzz", person, person + "/edit", person + "/merge", "/agent/companies", "/agent/companies/1", "/agent/companies/1/tickets", "/agent/companies/1/edit"} {
			tab.Open(s.URL + address)
			name := strings.TrimPrefix(address, "/agent/")
			tab.CheckFits(name)
			tab.CheckAxe(name)
		}
	}
}

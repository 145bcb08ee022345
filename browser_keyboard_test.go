package main

import (
	"strings"
	"testing"

	"lodge/internal/browser"
)

// tabTo presses Tab until an element has focus, and looks at each stop: focus is to be
// seen, and it goes on (2.1.2, 2.4.3, 2.4.7).
func tabTo(t *testing.T, tab *browser.Tab, selector string) {
	t.Helper()
	arrived := `document.activeElement.matches(` + browser.Quote(selector) + `)`
	var stops []string
	for range 40 {
		tab.Press("Tab")
		if tab.Eval(`document.activeElement === document.body`) {
			continue // once round, by way of the browser's own bar
		}
		tab.CheckFocusShown("on the way to " + selector)
		stops = append(stops, tab.Focused())
		if tab.Eval(arrived) {
			return
		}
	}
	t.Fatalf("Tab never reaches %s; it stopped at %s", selector, strings.Join(stops, ", "))
}

// storyKeyboard: EV-2, PT-3: create, attach, reply and close without a mouse.
func storyKeyboard(t *testing.T, s *site) {
	tab := browser.New(t, browser.Options{})
	tab.Open(s.URL + "/ticket/" + storySlug)
	// The first stop leads past the head of the page.
	tab.Press("Tab")
	if !tab.Eval(`document.activeElement.matches(".skip-link")`) {
		t.Errorf("the first stop is %q", tab.Focused())
	}
	tab.CheckFocusShown("the first stop")
	tab.Press("Enter")
	tab.Wait(`document.activeElement.id === "main"`)
	tabTo(t, tab, "#email")
	tab.Type("keys@calder-print.example")
	tabTo(t, tab, "#name")
	tab.Type("Kay")
	tabTo(t, tab, "#title")
	tab.Type("Only keys, printer")
	tab.WaitFor(".suggestion")
	if tab.Focused() != "title" {
		t.Errorf("suggestions took focus to %q", tab.Focused())
	}
	tabTo(t, tab, "#description")
	tab.Type("No mouse here.")
	tabTo(t, tab, "#type")
	tabTo(t, tab, "#template")
	tabTo(t, tab, "#files")
	tabTo(t, tab, "#create [data-default]")
	tabTo(t, tab, ".suggestion") // after the form, in reading order
	// An answer that comes only now leaves the list, and focus in it, alone.
	browser.Eval[bool](tab, `(() => {
		const list = document.querySelector("#suggestions"), title = document.querySelector("#title"), before = list.querySelector(".suggestion");
		window.answered = new Promise(done => list.addEventListener("htmx:afterRequest", () => setTimeout(() => done(list.contains(before) && list.contains(document.activeElement)), 200), {once: true}));
		title.value += " offline";
		title.dispatchEvent(new Event("input", {bubbles: true}));
		return true;
	})()`)
	if !browser.Eval[bool](tab, `window.answered`) {
		t.Error("suggestions were swapped under the focus")
	}
	tab.Press("Shift+Tab")
	tab.Wait(`document.activeElement.matches("#create [data-default]")`)
	tab.Press("Enter")
	tab.WaitText("#ticket-header h1", "Only keys, printer")

	tabTo(t, tab, "#body")
	tab.Type("One more thing.")
	tab.Press("Enter")
	tab.Type("A second line.")
	tab.Press("Control+Enter")
	tab.WaitText("#messages", "A second line.")
	tab.Wait(`document.activeElement.matches("#body, #reply-form, #reply-form *")`)
	tab.CheckFocusShown("after sending")

	// An empty reply is refused where one stands.
	tab.WaitSettled()
	tab.Fill("#body", "   ")
	tab.Press("Control+Enter")
	tab.WaitFor("#reply-form .error-summary")
	tab.Wait(`document.activeElement.id === "problems"`)
	tab.CheckFocusShown("a refused reply")
	tab.Press("Tab", "Enter") // the summary's link leads to the field
	tab.Wait(`document.activeElement.id === "body"`)

	tab.Open(tab.URL())
	tabTo(t, tab, ".thread__close summary")
	tab.Press("Enter")
	tabTo(t, tab, ".thread__close form button")
	tab.Press("Enter")
	tab.WaitText("#ticket-header .chip", "Closed")
}

// storyDeskKeyboard: AG-1, AG-2, EV-2.
func storyDeskKeyboard(t *testing.T, s *site) {
	const title = "For the one who types"
	s.newTicket(t, storySlug, "desk-keys@calder-print.example", title)
	tab := browser.New(t, browser.Options{})
	tab.Open(s.URL + "/agent")
	tab.WaitFor("#password")
	if tab.Focused() != "email" {
		tabTo(t, tab, "#email")
	}
	tab.Type("ada@nordwind.example")
	tab.Press("Tab")
	tab.Type("harbour-lantern-42")
	tab.Press("Enter")
	tab.WaitFor("#rows")
	tab.Open(s.URL + "/agent?view=all&project=" + storySlug)
	for range 30 {
		tab.Press("j")
		if tab.Focused() == title {
			break
		}
	}
	tab.CheckFocusShown("walking the list")
	tab.Press("o")
	tab.WaitText("#ticket-header", title)
	tab.Press("r")
	tab.Wait(`document.activeElement.id === "body"`)
	tab.CheckFocusShown("the composer")
	tab.Type("Typed without a mouse.")
	tab.Press("Control+Enter")
	tab.WaitText("#entries", "Typed without a mouse.")
	tab.WaitSettled()
	tab.Press("Escape", "n")
	tab.Wait(`document.activeElement.id === "body" && document.querySelector("[data-note]").checked`)
	tab.Type("Only for us.")
	tab.Press("Control+Enter")
	tab.WaitText("#entries .bubble--note", "Only for us.")
	tab.Press("Escape", "u")
	tab.WaitFor("#rows")
}

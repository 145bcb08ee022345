package main

import (
	"testing"

	"lodge/config"
	"lodge/internal/browser"
)

// TestBrowserTwentyTickets: AG-1, AG-2, EV-2. An agent works through twenty tickets of the demo
// without the mouse: walks the list, opens, answers or notes, takes, and goes back.
func TestBrowserTwentyTickets(t *testing.T) {
	browser.Require(t)
	t.Parallel()
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	tab := browser.New(t, browser.Options{})
	s.signIn(tab)
	const list = "/agent?view=open&sort=created"
	tab.Open(s.URL + list)
	seen := map[string]bool{}
	for i := range 20 {
		// The list keeps its order by age: the next ticket is one step further down.
		for range i + 1 {
			tab.Press("j")
		}
		tab.CheckFocusShown("walking the list")
		title := tab.Focused()
		if seen[title] {
			t.Fatalf("%q twice", title)
		}
		seen[title] = true
		tab.Press("o")
		tab.WaitText("#ticket-header", title)
		tab.WaitFor("#composer")
		if tab.Has("#take") && i%4 == 0 {
			tab.Press("a")
			tab.WaitGone("#take")
			tab.WaitSettled()
		}
		key, text := "r", "Thank you. We look into it."
		if i%3 == 2 {
			key, text = "n", "Looks like the one from last week."
		}
		tab.Press(key)
		tab.Wait(`document.activeElement.id === "body"`)
		tab.Type(text)
		tab.Press("Control+Enter")
		tab.WaitText("main", text)
		tab.WaitSettled()
		tab.Press("Escape", "u")
		tab.WaitFor("#rows")
	}
}

package main

import (
	"strings"
	"testing"

	"lodge/config"
	"lodge/internal/browser"
)

// TestBrowserQueue: AG-1, EV-1, EV-2. The list by keys, its bulk actions and the palette, with scripts and without.
func TestBrowserQueue(t *testing.T) {
	browser.Require(t)
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}

	t.Run("with scripts", func(t *testing.T) {
		tab := browser.New(t, browser.Options{})
		s.signIn(tab)
		tab.Open(s.URL + "/agent?view=unassigned")
		tab.CheckAxe("queue")
		tab.CheckFits("queue")
		if tab.Eval(`getComputedStyle(document.querySelector(".bulk")).display !== "none"`) {
			t.Error("the bar stands there although nothing is chosen")
		}
		tab.Press("j", "x", "j", "x")
		tab.WaitText("[data-bulk-count]", "2 tickets chosen")
		tab.CheckAxe("queue, rows chosen")
		// News never take the chosen rows away, nor the row somebody walked to while the answer was on its way.
		const news = `window.answers = 0;
			document.addEventListener("htmx:afterRequest", e => { if (e.detail.requestConfig.elt.matches("[data-news]")) window.answers++; });
			document.querySelector("#queue-news").innerHTML = '<a data-news href="#x" hx-get="/agent/rows?view=unassigned" hx-target="#rows" hx-swap="outerHTML">News</a>';
			htmx.process(document.querySelector("#queue-news"));
			document.querySelector("#queue-news a").click();`
		tab.Eval(`(() => { ` + news + ` return true; })()`)
		tab.Wait(`window.answers === 1`)
		tab.WaitSettled()
		if n := browser.Eval[int](tab, `document.querySelectorAll("[data-pick]:checked").length`); n != 2 {
			t.Errorf("the list was drawn anew under a choice: %d rows are chosen", n)
		}
		tab.Open(s.URL + "/agent?view=unassigned")
		tab.Eval(`(() => { ` + news + ` document.dispatchEvent(new KeyboardEvent("keydown", {key: "j", bubbles: true})); return true; })()`)
		tab.Wait(`window.answers === 1`)
		tab.WaitSettled()
		if !tab.Has("[data-row].is-current") || !tab.Has("#queue-news a") {
			t.Error("the list was drawn anew under somebody who walks it")
		}
		// Nobody at the list: the news are shown at once.
		tab.Open(s.URL + "/agent?view=unassigned")
		tab.Eval(`(() => { ` + news + ` return true; })()`)
		tab.Wait(`window.answers === 1`)
		tab.WaitGone("#queue-news a")
		tab.Press("j", "x", "j", "x")
		tab.WaitText("[data-bulk-count]", "2 tickets chosen")
		tab.Press("a")
		if tab.Focused() != "bulk-assign" {
			t.Errorf("a leads to %q", tab.Focused())
		}
		tab.Click(`.bulk [value="assign"]`)
		tab.WaitText(".flash, [role=status]", "2 tickets changed.")

		// The palette: Ctrl-K, words, Enter.
		tab.Press("Control+k")
		tab.Wait(`document.querySelector("#palette").open && document.activeElement.id === "palette-input"`)
		tab.Wait(`document.querySelectorAll("#palette-found [role=option]").length > 4`)
		tab.CheckAxe("palette")
		tab.Type("unassi")
		tab.Wait(`document.querySelector("#palette-found").dataset.for === "unassi"`)
		tab.WaitText("#palette-found [aria-selected=true]", "Unassigned")
		tab.Press("Enter")
		tab.Wait(`location.search === "?view=unassigned"`)
		tab.Press("/")
		tab.Wait(`document.activeElement.id === "queue-search"`)
		tab.Fill("#queue-search", "#1")
		tab.Press("Enter")
		tab.Wait(`location.pathname === "/agent/tickets/1"`)
	})

	t.Run("without scripts", func(t *testing.T) {
		tab := browser.New(t, browser.Options{NoScripts: true})
		s.signIn(tab)
		tab.Open(s.URL + "/agent?view=open")
		tab.Click("[data-pick]")
		if !tab.Eval(`getComputedStyle(document.querySelector(".bulk")).display !== "none"`) {
			t.Error("the bar is missing")
		}
		tab.Click(`.bulk [value="assign"]`)
		tab.Wait(`document.readyState === "complete" && performance.getEntriesByType("navigation")[0].redirectCount + Number(location.pathname === "/agent/bulk") > 0`)
		tab.Open(s.URL + "/agent?view=open&pick=all")
		if n := browser.Eval[int](tab, `document.querySelectorAll("[data-pick]:not(:checked)").length`); n != 0 {
			t.Errorf("%d rows are not chosen", n)
		}
		tab.Click("summary")
		tab.Choose("#filter-priority", "normal")
		tab.Click(".filters__bar .button--primary")
		tab.WaitFor(".filter-chip")
		if address := tab.URL(); !strings.HasSuffix(address, "/agent?priority=normal&view=open") {
			t.Errorf("the address is %q", address)
		}
		tab.Click(".filter-chip")
		tab.WaitGone(".filter-chip")
	})
}

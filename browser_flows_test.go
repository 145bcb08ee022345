package main

import (
	"strconv"
	"strings"
	"testing"

	"lodge/internal/browser"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// storyUnsubscribe: NU-3.
func storyUnsubscribe(t *testing.T, s *site, scripts bool) {
	email := "otto." + strconv.FormatBool(scripts) + "@calder-print.example"
	title := "Too many mails " + strconv.FormatBool(scripts)
	s.newTicket(t, storySlug, email, title)
	link := unsubscribeLink.FindString(s.mail(t, email, "/ticket/unsubscribe/").Text)
	tab := browser.New(t, browser.Options{NoScripts: !scripts})
	tab.Open(link)
	if !scripts {
		// Scanners open links, too: a bare GET changes nothing.
		tab.WaitText("h1", "Stop mails")
		tab.Open(link)
		tab.WaitText("h1", "Stop mails")
		tab.Click("#unsubscribe button")
	}
	tab.WaitText("h1", "Mails are off")
	tab.WaitText("main", title)
	tab.CheckAxe("mails are off")
	tab.Open(link) // again: it is done already
	tab.WaitText("h1", "Mails are off")
	tab.Click(`form[action$="/undo"] button`)
	tab.WaitText("h1", "Mails are on again")
	tab.CheckAxe("mails are on again")
	s.answer(t, title, "This one reaches you by mail.")
	s.mail(t, email, "This one reaches you")

	tab.Open(strings.TrimRight(link, "/") + "x")
	tab.WaitText("h1", "no longer works")
	tab.Click(`form[action$="/preferences"] button`)
	tab.WaitText(".notice", "fresh one is on its way")
}

// storyClose: PT-8.
func storyClose(t *testing.T, s *site, scripts bool) {
	thread := s.newTicket(t, storySlug, "close."+strconv.FormatBool(scripts)+"@calder-print.example", "It went away by itself")
	tab := browser.New(t, browser.Options{NoScripts: !scripts})
	tab.Open(s.URL + thread)
	tab.Click(".thread__close summary")
	tab.Click(".thread__close form button")
	tab.WaitText("#ticket-header .chip", "Closed")
	tab.WaitText(".notice", "Your ticket is closed")
	if tab.Has(".thread__close") {
		t.Error("a closed ticket can be closed again")
	}
	if !strings.HasPrefix(path(tab), thread) {
		t.Errorf("closing leads to %s", path(tab))
	}
	tab.Fill("#body", "It is back.")
	tab.Click("#reply-send")
	tab.WaitText("#ticket-header .chip", "In progress")

	// The confirm step as a page of its own, for who opens its address.
	tab.Open(s.URL + thread + "/closure")
	tab.WaitText("h1", "Close this ticket?")
	tab.CheckAxe("close")
	tab.Click(".statement a.button")
	tab.WaitText("#ticket-header .chip", "In progress")
}

// storyConfirm: PC-13. A form that comes back within seconds is asked once more.
func storyConfirm(t *testing.T, s *site) {
	slug := s.filled.Projects[0]
	tab := browser.New(t, browser.Options{NoScripts: true})
	tab.Open(s.URL + "/ticket/" + slug)
	tab.Fill("#email", "hasty@calder-print.example")
	tab.Fill("#title", "In a hurry")
	tab.Fill("#description", "No time to explain.")
	for _, field := range browser.Eval[[]string](tab, `[...document.querySelectorAll("#fields :is(input, textarea)[required]")].map(e => "#" + e.id)`) {
		tab.Fill(field, "2")
	}
	browser.Eval[bool](tab, `document.querySelectorAll("#fields select[required]").forEach(e => e.selectedIndex = 1), true`)
	tab.Attach("#files", s.note)
	tab.Click("#create [data-default]")
	tab.WaitText("h1", "Ready to send?")
	tab.WaitText(".card", "No time to explain.")
	tab.WaitText("main", "printer.log")
	tab.CheckAxe("confirm")
	tab.CheckFits("confirm")
	// Back to the form keeps everything.
	tab.Click(`[name="_do"][value="edit"]`)
	tab.WaitFor("#create")
	if tab.Value("#title") != "In a hurry" || tab.Value("#description") != "No time to explain." {
		t.Errorf("the form came back with %q, %q", tab.Value("#title"), tab.Value("#description"))
	}
	tab.Wait(`document.querySelector('[name="keep"]:checked')`)
	// Now the form is old enough, or it is asked for until it is.
	for range 20 {
		before := browser.Eval[float64](tab, "performance.timeOrigin")
		tab.Click(`#create [data-default], form:has([name="confirm"]) [data-default]`)
		tab.Wait(`document.readyState === "complete" && performance.timeOrigin !== ` + strconv.FormatFloat(before, 'f', -1, 64))
		if tab.Has("#ticket-header") {
			break
		}
	}
	tab.WaitText("#ticket-header h1", "In a hurry")
	tab.WaitText("#messages", "printer.log")
}

// storyPreferences: CP-14's switch for visitors, EV-1.
func storyPreferences(t *testing.T, s *site, scripts bool) {
	tab := browser.New(t, browser.Options{NoScripts: !scripts})
	address := s.URL + "/ticket/" + storySlug
	tab.Open(address)
	if scripts {
		tab.Fill("#title", "typed before")
	}
	tab.Choose(`[name="theme"]`, "dark")
	if !scripts {
		tab.Click(".preferences button")
	}
	dark := `getComputedStyle(document.documentElement).colorScheme === "dark" && document.readyState === "complete"`
	tab.Wait(dark)
	if scripts && tab.Value("#title") != "typed before" {
		t.Error("the switch of the scheme lost what was typed")
	}
	tab.Choose(`[name="lang"]`, "de")
	if !scripts {
		tab.Click(".preferences button")
	}
	tab.Wait(`document.documentElement.lang === "de" && ` + dark)
	tab.WaitText("h1", "Was ist passiert?")
	if tab.URL() != address {
		t.Errorf("the switch leads to %s", tab.URL())
	}
	// It holds on the next page.
	tab.Open(s.URL + "/doc/" + storySlug)
	tab.Wait(`document.documentElement.lang === "de" && ` + dark)
}

// storyDocs: KB-3, PC-11, the reading pages.
func storyDocs(t *testing.T, s *site) {
	for _, noScripts := range []bool{false, true} {
		tab := browser.New(t, browser.Options{NoScripts: noScripts})
		tab.Open(s.URL + "/ticket/" + storySlug)
		tab.Click(".create__promise a")
		tab.WaitFor(".search")
		tab.Fill(`main [name="q"]`, "printr fire")
		tab.Press("Enter")
		// The page before lists the same article: a click there would race the search.
		tab.Wait(`location.pathname.endsWith("/search") && document.readyState === "complete"`)
		tab.WaitText(".rows", "When the printer is on fire")
		tab.Click(`a[href$="/doc/` + storySlug + `/printer-on-fire"]`)
		tab.WaitText("article", "Switch the printer off and on again")
		tab.Click(".ask .button")
		tab.WaitFor("#create")
		if path(tab) != "/ticket/"+storySlug {
			t.Errorf("from the article to %s", path(tab))
		}
		tab.Open(s.URL + "/doc/" + storySlug + "/search?q=zzyzx")
		tab.WaitText(".empty", "zzyzx")
	}
}

// storyLimit: PC-7, PT-10: the answer says when to try again and holds what was typed.
func storyLimit(t *testing.T, s *site) {
	const email = "eager@calder-print.example"
	for range 5 {
		s.newTicket(t, storySlug, email, "One of many")
	}
	tab := browser.New(t, browser.Options{NoScripts: true})
	tab.Open(s.URL + "/ticket/" + storySlug)
	tab.Fill("#email", email)
	tab.Fill("#title", "One too many")
	tab.Fill("#description", "This text is dear to me.")
	tab.Click("#create [data-default]")
	tab.WaitFor(".error-summary")
	tab.CheckAxe("create over the limit")
	if tab.Value("#description") != "This text is dear to me." {
		t.Errorf("the text is now %q", tab.Value("#description"))
	}

	thread := s.newTicket(t, storySlug, "chatty@calder-print.example", "A talkative one")
	live := browser.New(t, browser.Options{})
	live.Open(s.URL + thread)
	for i := range 10 {
		live.Fill("#body", "Reply "+strconv.Itoa(i))
		live.Click("#reply-send")
		live.WaitText("#messages", "Reply "+strconv.Itoa(i))
		live.WaitSettled()
		live.Wait(`document.querySelector("#body").value === ""`)
	}
	live.Fill("#body", "The eleventh")
	live.Click("#reply-send")
	live.WaitFor("#reply-form .error-summary")
	live.Wait(`document.activeElement.id === "problems"`)
	live.CheckAxe("reply over the limit")
	if live.Value("#body") != "The eleventh" {
		t.Errorf("the reply is now %q", live.Value("#body"))
	}
}

// storyBudget: EV-1. What the first visit of the create page loads.
func storyBudget(t *testing.T, s *site) {
	for _, width := range []int{1280, 390} {
		tab := browser.New(t, browser.Options{Width: width, Motion: true})
		// A layout that moves by itself is seen by who reads and taps.
		tab.Open(s.URL + "/ticket/" + storySlug)
		tab.WaitLoaded()
		all := tab.Requests()
		var bytes int64
		for _, r := range all {
			bytes += r.Bytes
			// The icon belongs to the browser's frame, which gives up asking when it has it from elsewhere.
			if (r.Bytes == 0 || r.Status != 200) && !strings.Contains(r.URL, "favicon") {
				t.Errorf("%s: status %d, %d bytes", r.URL, r.Status, r.Bytes)
			}
		}
		t.Logf("%d px: %d requests, %d bytes", width, len(all), bytes)
		if len(all) > 10 || bytes > 100<<10 {
			t.Errorf("%d requests, %d bytes: %+v", len(all), bytes, all)
		}
		shift := browser.Eval[float64](tab, `new Promise(done => {
			let sum = 0;
			new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value; })).observe({type: "layout-shift", buffered: true});
			requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
		})`)
		if shift > 0.01 {
			t.Errorf("the layout shifts by %v", shift)
		}
	}
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodge/internal/browser"
)

// view is a page in a state worth looking at: bring leads a tab there.
type view struct {
	name  string
	bring func(*testing.T, *site, *browser.Tab)
}

func at(name string, address func(*site) string) view {
	return view{name, func(_ *testing.T, s *site, tab *browser.Tab) { tab.Open(s.URL + address(s)) }}
}

func fixed(name, address string) view { return at(name, func(*site) string { return address }) }

// portalViews are the pages that people outside meet, with their errors and after swaps.
func portalViews() []view {
	return []view{
		fixed("home", "/"),
		fixed("projects", "/ticket"),
		at("create", func(s *site) string { return "/ticket/" + s.filled.Projects[0] }),
		{"create with suggestions", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/ticket/" + s.filled.Projects[0])
			tab.Fill("#title", s.words())
			tab.Fill("#description", "Since yesterday it stops half way.")
			tab.WaitFor(".suggestion")
		}},
		{"create with another template and files", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/ticket/" + storySlug)
			tab.Choose("#template", "bug-report")
			tab.WaitFor("#field-steps")
			tab.Attach("#files", s.picture, s.note)
			tab.Wait(`document.querySelectorAll("[data-file-list] .file-chip").length === 2`)
		}},
		{"create refused", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/ticket/" + storySlug)
			tab.Fill("#title", "The printer is on fire")
			tab.Attach("#files", s.picture, s.note)
			browser.Eval[bool](tab, `document.querySelector("#create").noValidate = true`)
			tab.Fill("#email", "rosa@calder")
			tab.Click("#create [data-default]")
			tab.WaitFor(".error-summary")
			tab.WaitFor(".suggestion")
		}},
		at("create by intake link", func(s *site) string { return s.intake }),
		{"thread", func(t *testing.T, s *site, tab *browser.Tab) { tab.Open(s.URL + s.thread(t, "")) }},
		{"thread after a reply", func(t *testing.T, s *site, tab *browser.Tab) {
			title := "Looked at " + fmt.Sprint(tab.Width)
			path := s.newTicket(t, storySlug, fmt.Sprintf("look%d@calder-print.example", tab.Width), title)
			tab.Open(s.URL + path)
			s.answer(t, title, "Thank you, Rosa.\n\n- Is it plugged in?\n- Is the cable **whole**?\n\nThen see https://help.nordwind.example/printers/cables.")
			tab.WaitText(".bubble--agent", "plugged in")
			tab.Fill("#body", "Both, yes.")
			tab.Click("#reply-send")
			tab.WaitText("#messages", "Both, yes.")
			tab.WaitSettled()
			tab.Attach("#files", s.picture, s.note)
			tab.Wait(`document.querySelectorAll("[data-file-list] .file-chip").length === 2`)
			browser.Eval[bool](tab, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
		}},
		{"thread with a refused reply", func(t *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + s.thread(t, ""))
			tab.Fill("#body", "   ")
			tab.Click("#reply-send")
			tab.WaitFor("#reply-form .error-summary")
		}},
		{"thread ended", func(t *testing.T, s *site, tab *browser.Tab) { tab.Open(s.URL + s.thread(t, "resolved")) }},
		{"close", func(t *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + strings.Replace(s.thread(t, ""), "?", "/closure?", 1))
		}},
		at("docs", func(s *site) string { return "/doc/" + s.filled.Projects[0] }),
		{"collection", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/doc/" + s.filled.Projects[0])
			tab.Click(".collection-card")
			tab.WaitFor(".breadcrumbs")
		}},
		{"article", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/doc/" + s.filled.Projects[0])
			tab.Click(".rows a, .collection-card")
			tab.WaitFor("main :is(article, .rows)")
			if !tab.Has("article") {
				tab.Click(".rows a")
				tab.WaitFor("article")
			}
		}},
		at("search", func(s *site) string {
			return "/doc/" + s.filled.Projects[0] + "/search?q=" + strings.ReplaceAll(s.words(), " ", "+")
		}),
		at("search without a hit", func(s *site) string { return "/doc/" + s.filled.Projects[0] + "/search?q=zzyzx" }),
		fixed("unsubscribe, dead link", "/ticket/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		fixed("404", "/ticket/thread/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		fixed("outbox", "/dev/outbox"),
		{"mail", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/dev/outbox")
			tab.Click(".rows a")
			tab.WaitFor(".mail")
		}},
		fixed("sign-in", "/agent/sign-in"),
		{"sign-in refused", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/agent/sign-in")
			tab.Fill("#email", fmt.Sprintf("nobody%d@nordwind.example", tab.Width))
			tab.Fill("#password", "wrong horse battery")
			tab.Click("[data-default]")
			tab.WaitFor("#sign-in-error")
		}},
		fixed("set-up, link used up", "/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
	}
}

// deskViews are the agents' pages; the tab is signed in.
func deskViews() []view {
	ticket := func(t *testing.T, s *site, tab *browser.Tab) {
		tab.Open(s.URL + "/agent?view=open&project=" + s.filled.Projects[0])
		tab.Click("#rows tbody tr:last-child a")
		tab.WaitFor("#composer")
	}
	return []view{
		fixed("queue", "/agent?view=all"),
		fixed("queue, mine", "/agent"),
		fixed("queue, nothing there", "/agent?view=ended&project=quiet"),
		{"shortcuts", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + "/agent?view=all")
			tab.WaitFor("#rows")
			tab.Press("?")
			tab.Wait(`document.querySelector("#keys:popover-open")`)
		}},
		{"ticket", ticket},
		{"ticket, note", func(t *testing.T, s *site, tab *browser.Tab) {
			ticket(t, s, tab)
			tab.Press("n")
			tab.Wait(`document.querySelector("[data-note]").checked`)
			tab.Fill("#body", "She called me: the cable was cut by the chair.")
			tab.Attach("#files", s.picture)
			tab.Wait(`document.querySelectorAll("[data-file-list] .file-chip").length === 1`)
		}},
		{"ticket, refused", func(t *testing.T, s *site, tab *browser.Tab) {
			ticket(t, s, tab)
			tab.Fill("#body", "   ")
			tab.Click("#send")
			tab.WaitFor("#composer .error-summary")
		}},
		{"ticket, after a note", func(t *testing.T, s *site, tab *browser.Tab) {
			title := "Noted " + fmt.Sprint(tab.Width)
			s.newTicket(t, storySlug, fmt.Sprintf("noted%d@calder-print.example", tab.Width), title)
			tab.Open(s.URL + "/agent/tickets/" + decimal(s.number(t, title)))
			tab.Press("n")
			tab.Wait(`document.querySelector("[data-note]").checked`)
			tab.Fill("#body", "Looks like the cable.")
			tab.Attach("#files", s.picture)
			tab.Click("#send")
			tab.WaitText(".bubble--note", "Looks like the cable.")
			tab.Click("#resolve")
			tab.WaitText("#ticket-header .chip", "Resolved")
		}},
	}
}

// words are a question that the demo's articles answer.
func (s *site) words() string { return "restore a file" }

// thread is the mailed link of a demo's ticket, the longest conversation, or one whose
// status has a category.
func (s *site) thread(t *testing.T, category string) string {
	t.Helper()
	best, most := "", -1
	for _, link := range s.filled.Threads {
		shown, err := s.desk.Portal().Thread(context.Background(), deskLink(link.Token, link.Proof), "")
		if err != nil {
			t.Fatal(err)
		}
		if category != "" && shown.Status.Category != category || category == "" && !shown.CanClose {
			continue
		}
		if n := len(shown.Messages); n > most {
			best, most = link.MailedPath, n
		}
	}
	if best == "" {
		t.Fatalf("the demo has no thread %q", category)
	}
	return best
}

// axePortal and axeDesk: EV-2, no fault that axe knows, and nothing to scroll sideways.
// LODGE_TEST_SHOTS=DIR leaves pictures there, for eyes.
func axePortal(t *testing.T, s *site) { look(t, s, portalViews(), false) }

func axeDesk(t *testing.T, s *site) { look(t, s, deskViews(), true) }

func look(t *testing.T, s *site, views []view, signedIn bool) {
	for _, v := range views {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for _, width := range []int{1280, 390} {
				tab := browser.New(t, browser.Options{Width: width, Height: 844})
				if signedIn {
					s.signIn(tab)
				}
				v.bring(t, s, tab)
				for _, dark := range []bool{false, true} {
					tab.Scheme(dark)
					tab.CheckAxe(v.name)
				}
				if width == 390 {
					tab.CheckFits(v.name)
					tab.Resize(320, 640)
					tab.CheckFits(v.name)
				}
			}
			shoot(t, s, v, signedIn)
		})
	}
}

func shoot(t *testing.T, s *site, v view, signedIn bool) {
	dir := os.Getenv("LODGE_TEST_SHOTS")
	if dir == "" {
		return
	}
	for _, size := range [][2]int{{1440, 900}, {820, 1100}, {391, 844}} {
		tab := browser.New(t, browser.Options{Width: size[0], Height: size[1], Language: os.Getenv("LODGE_TEST_SHOTS_LANGUAGE")})
		if signedIn {
			s.signIn(tab)
		}
		v.bring(t, s, tab)
		for _, dark := range []bool{false, true} {
			tab.Scheme(dark)
			scheme := map[bool]string{false: "light", true: "dark"}[dark]
			name := fmt.Sprintf("%s %d %s.png", strings.ReplaceAll(v.name, ", ", " "), size[0], scheme)
			if err := os.WriteFile(filepath.Join(dir, name), tab.Screenshot(true), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// storyNarrow: PT-6, WCAG 1.4.10.
func storyNarrow(t *testing.T, s *site) {
	long := "https://files.example.com/" + strings.Repeat("aVeryLongPathWithoutAnyBreak", 6) + "?token=" + strings.Repeat("0123456789", 3)
	title := "See " + strings.Repeat("Donaudampfschifffahrt", 6)
	thread := s.newTicket(t, storySlug, "narrow@calder-print.example", title)
	s.answer(t, title, "It is here: "+long)
	tab := browser.New(t, browser.Options{Width: 320, Height: 640})
	tab.Open(s.URL + thread)
	tab.WaitText(".bubble--agent", "aVeryLongPath")
	tab.Fill("#body", "And here: "+long)
	tab.Click("#reply-send")
	tab.WaitText(".bubble--own:last-of-type", "aVeryLongPath")
	tab.CheckFits("thread")
	tab.Wait(`[...document.querySelectorAll(".bubble__body")].every(b => b.scrollWidth <= b.clientWidth + 1)`)

	agent := browser.New(t, browser.Options{Width: 320, Height: 640})
	s.signIn(agent)
	agent.Open(s.URL + "/agent?view=all&project=" + storySlug)
	agent.CheckFits("queue")
	agent.Open(s.URL + "/agent/tickets/" + decimal(s.number(t, title)))
	agent.CheckFits("ticket")
}

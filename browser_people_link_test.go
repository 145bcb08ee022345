package main

import (
	"context"
	"html"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/internal/browser"
	"lodge/models"
	"lodge/secret"
)

// TestBrowserPeopleLink: PT-14, PT-1, A54, A61, A64. A reporter looks who can see the ticket and
// replaces the link; the old one is dead and brings the new one by mail; with and without
// scripts. Opening all that our mails link to changes nothing.
func TestBrowserPeopleLink(t *testing.T) {
	browser.Require(t)
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startDemo(t)
			if err := s.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, storySlug) }); err != nil {
				t.Fatal(err)
			}
			const email = "nobody.yet@harbour.example"
			s.newTicket(t, storySlug, email, "The printer smokes")
			first := s.mail(t, email, "/not-mine")
			old := threadLink.FindString(first.Text)
			nothingByLooking(t, s, first)

			tab := browser.New(t, browser.Options{NoScripts: !scripts, Width: 390, Height: 844, Dark: scripts})
			check := func(page string) {
				t.Helper()
				tab.CheckAxe(page)
				tab.CheckFits(page)
				tab.Resize(320, 640)
				tab.CheckFits(page)
				tab.Resize(390, 844)
			}
			tab.Open(old)
			tab.WaitText("h1", "The printer smokes")
			tab.Click(`.thread__hint a`)
			tab.WaitText("h1", "Who can see this ticket")
			tab.WaitText("main", email)
			check("people")
			tab.Click(`.deed__link[href*="/link"]`)
			tab.WaitText("h1", "Replace your link?")
			check("replace link")
			tab.Click("main .button--primary")
			tab.WaitText("main", "We have mailed you a new link")
			check("link replaced")
			fresh := threadLink.FindString(s.mail(t, email, "was replaced").Text)
			if fresh == "" || fresh == old {
				t.Fatalf("new link %q, old one %q", fresh, old)
			}

			tab.Forgive("404")
			tab.Open(old)
			tab.WaitText("h1", "This link does not work")
			check("dead link")
			tab.Click("main .button--primary")
			tab.WaitText("h1", "Look in your mailbox")
			check("new link asked for")
			if got := threadLink.FindString(s.mail(t, email, "You asked us for a new link").Text); got != fresh {
				t.Errorf("mailed %q, want %q", got, fresh)
			}
			tab.Open(fresh)
			tab.WaitText("h1", "The printer smokes")

			tab.Open(s.URL + "/ticket/lost-link")
			check("lost link")
			tab.Fill("#email", email)
			tab.Click("[data-default]")
			tab.WaitText("h1", "Look in your mailbox")
			listed := s.mail(t, email, "the newest first")
			if got := threadLink.FindString(listed.Text); got != fresh {
				t.Errorf("listed %q, want %q", got, fresh)
			}
			nothingByLooking(t, s, listed)
			tab.Open(strings.Replace(fresh, "?", "/not-mine?", 1))
			// The mailed link has been used to replace itself, so the address is proven; the ticket is not yet.
			tab.WaitText("h1", "Is this ticket not yours?")
			check("not mine")
			tab.Click("main .button--primary")
			tab.WaitText("h1", "Thank you for telling us")
			check("not mine, told")
			tab.Open(fresh)
			tab.WaitText("h1", "This link does not work")
		})
	}
}

var anyLink = regexp.MustCompile(`https?://[^\s"<>)\]]+`)

// nothingByLooking opens every link of a mail as scanners do, and sees that nothing has come of it.
func nothingByLooking(t *testing.T, s *site, m *models.OutboxMail) {
	t.Helper()
	state := func() models.Access {
		token := regexp.MustCompile(`/ticket/thread/([\w-]+)`).FindStringSubmatch(m.Text)
		if token == nil {
			t.Fatalf("no thread in %s", m.Text)
		}
		a, _, err := s.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(token[1]))
		if err != nil {
			t.Fatal(err)
		}
		return *a
	}
	before, mails := state(), s.mailsTo(t, m.Recipient)
	links := anyLink.FindAllString(m.Text+" "+html.UnescapeString(m.HTML), -1)
	if len(links) < 2 {
		t.Fatalf("links %q", links)
	}
	client := &http.Client{Timeout: 30 * time.Second}
	for _, link := range links {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodGet} {
			r, err := http.NewRequest(method, link, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("User-Agent", "LinkScanner/1.0")
			res, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if method == http.MethodGet && res.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", link, res.StatusCode)
			}
		}
	}
	if after := state(); !reflect.DeepEqual(after, before) || s.mailsTo(t, m.Recipient) != mails {
		t.Errorf("opening links changed something: %+v, before %+v", after, before)
	}
}

// mailsTo is how many mails have left for an address; what agents are told goes its own way.
func (s *site) mailsTo(t *testing.T, address string) int {
	t.Helper()
	all, err := s.desk.Outbox(context.Background(), 500)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range all {
		if m.Recipient == address {
			n++
		}
	}
	return n
}

package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/internal/browser"
	"lodge/markup"
	"lodge/models"
	"lodge/sample"
)

// TestBrowser walks the stories of the product through the real program in a real browser
// (EV-1). One desk and one Chromium serve them all; each story has its own project or
// ticket, and its own visitors.
func TestBrowser(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	stories := []struct {
		name string
		run  func(*testing.T, *site)
	}{
		{"a reporter files, follows and answers, with scripts", func(t *testing.T, s *site) { storyReporter(t, s, true) }},
		{"a reporter files, follows and answers, without scripts", func(t *testing.T, s *site) { storyReporter(t, s, false) }},
		{"articles appear while one types", storySuggestions},
		{"files can be looked at before they are sent", storyFiles},
		{"mails are stopped, with scripts", func(t *testing.T, s *site) { storyUnsubscribe(t, s, true) }},
		{"mails are stopped, without scripts", func(t *testing.T, s *site) { storyUnsubscribe(t, s, false) }},
		{"a ticket is closed, with scripts", func(t *testing.T, s *site) { storyClose(t, s, true) }},
		{"a ticket is closed, without scripts", func(t *testing.T, s *site) { storyClose(t, s, false) }},
		{"a hasty form is asked once more", storyConfirm},
		{"language and scheme are chosen, with scripts", func(t *testing.T, s *site) { storyPreferences(t, s, true) }},
		{"language and scheme are chosen, without scripts", func(t *testing.T, s *site) { storyPreferences(t, s, false) }},
		{"an article is found, and a ticket when it does not help", storyDocs},
		{"keys alone create and answer a ticket", storyKeyboard},
		{"keys alone walk the desk", storyDeskKeyboard},
		{"a limit keeps the text", storyLimit},
		{"the first page is light", storyBudget},
		{"long words stay inside", storyNarrow},
		{"accessible: portal", axePortal},
		{"accessible: desk", axeDesk},
	}
	for _, story := range stories {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			story.run(t, s)
		})
	}
}

// site is the desk that all stories share: the demo with its people and articles, and a
// project "stories" whose limits do not stand in a test's way.
type site struct {
	*App
	ada           desk.Actor
	picture, note string // files to attach
	intake        string // the path of an intake link
}

const storySlug = "stories"

func newSite(t *testing.T) *site {
	t.Helper()
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	ctx := context.Background()
	var err error
	if s.ada, err = s.desk.SignIn(ctx, desk.SignInInput{Email: sample.Cast.Ada.Address, Password: sample.Password, Client: "192.0.2.2"}); err != nil {
		t.Fatal(err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := openProject(ctx, tx, storySlug); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "quiet", Name: "Quiet corner", Private: true}, time.Now()); err != nil {
			return err
		}
		p := *cat.ProjectBySlug(storySlug)
		p.Name, p.Settings.ResponseTime = "Harbour post", "We typically respond within 4 hours"
		if err := models.UpdateProject(ctx, tx, &p); err != nil {
			return err
		}
		for slug, text := range map[string][2]string{
			"printer-on-fire":   {"When the printer is on fire", "Switch the printer off and on again. Then look for smoke behind the tray."},
			"printer-offline":   {"The printer says it is offline", "Wake the printer up and check its cable."},
			"letters-come-back": {"Why letters come back", "An address without a house number comes back after a week."},
		} {
			html, _, plain := markup.Article(text[1])
			now := models.At(time.Now())
			if err := models.InsertArticle(ctx, tx, &models.Article{ProjectID: p.ID, Slug: slug, Title: text[0], Body: text[1], HTML: html, Plain: plain, TOC: "[]",
				MarkupVersion: markup.Version, Visibility: models.VisibilityPublic, Locale: "en", PublishedAt: now, CreatedAt: now, UpdatedAt: now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.desk.MakeIntakeLink(ctx, storySlug, "rosa@calder-print.example", "Rosa Calder", 7)
	if err != nil {
		t.Fatal(err)
	}
	s.intake = "/ticket/" + storySlug + "?customer_token=" + token
	dir := t.TempDir()
	s.picture, s.note = filepath.Join(dir, "smoke behind the tray.png"), filepath.Join(dir, "printer.log")
	if err := os.WriteFile(s.picture, picture(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.note, []byte("09:12 warming up\n09:13 smoke\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "the articles are findable", func() bool {
		found, err := s.desk.Portal().SearchDocs(ctx, storySlug, "printer", 0)
		return err == nil && !found.Partial && len(found.Articles) == 2
	})
	return s
}

func picture(t *testing.T) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for y := range 200 {
		for x := range 320 {
			img.Set(x, y, color.RGBA{uint8(90 + x/3), uint8(110 + y/3), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wait waits until something has come true behind the pages.
func (s *site) wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for deadline := time.Now().Add(time.Minute); !done(); <-every.C {
		if time.Now().After(deadline) {
			t.Fatalf("this did not come true: %s", what)
		}
	}
}

// mail waits for the newest mail to an address that is about a ticket, and gives it.
func (s *site) mail(t *testing.T, to, part string) *models.OutboxMail {
	t.Helper()
	var mail *models.OutboxMail
	s.wait(t, "a mail to "+to+" with “"+part+"”", func() bool {
		mails, err := s.desk.Outbox(context.Background(), 500)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			if m.Recipient == to && strings.Contains(m.Text, part) {
				mail = m
			}
		}
		return mail != nil
	})
	return mail
}

var (
	threadLink      = regexp.MustCompile(`https?://\S+/ticket/thread/[^\s>)\]]+`)
	unsubscribeLink = regexp.MustCompile(`https?://\S+/ticket/unsubscribe/[^\s>)\]]+`)
)

// newTicket files a ticket without a browser and gives the path of its thread.
func (s *site) newTicket(t *testing.T, slug, email, title string) string {
	t.Helper()
	ctx := context.Background()
	shown, err := s.desk.Portal().Form(ctx, slug, desk.FormAsk{})
	if err != nil {
		t.Fatal(err)
	}
	done, err := s.desk.Portal().Submit(ctx, desk.SubmitInput{Slug: slug, FormID: shown.FormID, Email: email, Name: "Rosa Calder", Title: title,
		Description: "It began this morning.\n\nNothing that I tried has helped.", Client: "192.0.2.1", Locale: "en", Confirmed: true})
	if err != nil {
		t.Fatal(err)
	}
	return "/ticket/thread/" + done.Token
}

// answer writes to the reporter of a ticket as an agent, without a browser.
func (s *site) answer(t *testing.T, title, text string) {
	t.Helper()
	ctx, number := context.Background(), s.number(t, title)
	shown, err := s.desk.Ticket(ctx, s.ada, number, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.ReplyAsAgent(ctx, s.ada, number, desk.AgentReply{FormID: shown.FormID, Body: text}); err != nil {
		t.Fatal(err)
	}
}

// number is the internal number of the ticket with a title.
func (s *site) number(t *testing.T, title string) int64 {
	t.Helper()
	page, err := s.desk.Queue(context.Background(), s.ada, desk.QueueAsk{View: models.ViewAll, Project: storySlug})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range page.Tickets {
		if row.Title == title {
			return row.Number
		}
	}
	t.Fatalf("no ticket %q", title)
	return 0
}

// signIn opens the desk as Ada.
func (s *site) signIn(tab *browser.Tab) {
	tab.Open(s.URL + "/agent/sign-in")
	tab.Fill("#email", sample.Cast.Ada.Address)
	tab.Fill("#password", sample.Password)
	tab.Click("[data-default]")
	tab.WaitFor("#rows")
}

// path is the path of a tab's address.
func path(tab *browser.Tab) string {
	u, err := url.Parse(tab.URL())
	if err != nil {
		return ""
	}
	return u.Path
}

func deskLink(token, proof string) desk.Link { return desk.Link{Token: token, Proof: proof} }

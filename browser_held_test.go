package main

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/models"
)

var confirmLink = regexp.MustCompile(`https?://\S+/ticket/confirm/[^\s>)\]]+`)

// PC-12, A3, A64, EV-3: a ticket that waits is confirmed from its mail and leads to its page, with scripts and without.
func TestBrowserHeld(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	err := s.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug(storySlug)
		p.Settings.VerifyAnonymous = models.VerifyFirstTime
		return models.UpdateProject(ctx, tx, &p)
	})
	if err != nil {
		t.Fatal(err)
	}
	for mode, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(mode, func(t *testing.T) {
			title, email := "The scanner hums, "+mode, "hetty."+strings.ReplaceAll(mode, " ", "-")+"@calder-print.example"
			reporter := browser.New(t, browser.Options{NoScripts: !scripts, Height: 700})
			reporter.Open(s.URL + "/ticket/" + storySlug)
			reporter.Fill("#email", email)
			reporter.Fill("#title", title)
			reporter.Fill("#description", "It hums at http://hum.example.")
			reporter.Attach("#files", s.note)
			reporter.Click("#create [data-default]")
			reporter.WaitText("h1", "Check your mail")
			if got := path(reporter); got != "/ticket/"+storySlug+"/check-mail" || strings.Contains(reporter.HTML(), email) {
				t.Errorf("landed on %s", got)
			}
			mail := s.mail(t, email, "/ticket/confirm/")
			if found := mail.Subject + mail.Text + mail.HTML; strings.Contains(found, "hum.example") || strings.Contains(found, "scanner") {
				t.Errorf("the mail repeats what was typed: %s", found)
			}
			reporter.Open(confirmLink.FindString(mail.Text))
			reporter.WaitText("h1", "Send this ticket?")
			reporter.WaitText(".held-card", title)
			reporter.Click("[data-default]")
			reporter.WaitFor("#ticket-header")
			reporter.WaitText("h1", title)
			reporter.WaitText("#messages", "printer.log")
			s.mail(t, email, "/ticket/thread/") // the one acknowledgement, which may say more now
		})
	}
	// EV-2: what stays on these pages is accessible, in both schemes and narrow.
	form, err := s.desk.Portal().Form(t.Context(), storySlug, desk.FormAsk{})
	if err != nil {
		t.Fatal(err)
	}
	waits, err := s.desk.Portal().Submit(t.Context(), desk.SubmitInput{Slug: storySlug, FormID: form.FormID, Email: "hetty.waits@calder-print.example", Title: "An_endless_word_that_nothing_breaks_and_that_goes_on_and_on_and_on_and_on", Description: strings.Repeat("https://calder-print.example/scans/", 20), Client: "192.0.2.77"})
	if err != nil || !waits.Held {
		t.Fatal(waits, err)
	}
	list, err := s.desk.HeldList(t.Context(), s.ada, desk.HeldAsk{})
	if err != nil {
		t.Fatal(err)
	}
	item := strconv.FormatInt(list.Lines[0].ID, 10)
	look(t, s, []view{fixed("check your mail", "/ticket/"+storySlug+"/check-mail"), fixed("confirm", "/ticket/confirm/"+s.desk.ConfirmToken(list.Lines[0].ID))}, false)
	look(t, s, []view{fixed("held", "/agent/held"), fixed("held item", "/agent/held/"+item)}, true)
}

package main

import (
	"context"
	"regexp"
	"strings"
	"testing"

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
}

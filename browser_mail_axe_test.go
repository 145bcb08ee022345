package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/mail"
	"lodge/models"
	"lodge/sample"
)

// EV-2, EV-3: the pages that came with mail have no fault that axe knows and nothing to scroll sideways at 390 and 320
// pixels, in both schemes: the mail log, an original, mailboxes with their tests and DNS, mail texts, who is mailed,
// recipients with their wishes, and what a mail's last lines lead to. Held and lost links are looked at in their own tests.
func TestBrowserMailAxe(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	boxes, wishes := s.mailboxesToLookAt(t), s.recipientsToLookAt(t)
	s.newTicket(t, storySlug, "otto@calder-print.example", "The toner is empty")
	unsubscribe := strings.TrimPrefix(unsubscribeLink.FindString(s.mail(t, "otto@calder-print.example", "/ticket/unsubscribe/").Text), s.URL)
	const settings = "/agent/settings/projects/"
	box := func(slug, page string) string { return settings + slug + "/mailboxes/" + decimal(boxes[slug]) + page }
	ticketByMail := func(_ *testing.T, s *site, tab *browser.Tab) {
		tab.Open(s.URL + "/agent/mail?outcome=ticket")
		tab.Click(".mail-log__ticket a")
		tab.WaitFor(".bubble__original a")
	}
	groups := map[string][]view{
		"public": {fixed("unsubscribe", unsubscribe), fixed("preferences", strings.Replace(unsubscribe, "/unsubscribe/", "/preferences/", 1)+"?saved=1")},
		"mail": {
			fixed("mail log", "/agent/mail"), fixed("mail log, nothing", "/agent/mail?outcome=bounce"), {"ticket by mail", ticketByMail},
			{"original", func(t *testing.T, s *site, tab *browser.Tab) {
				ticketByMail(t, s, tab)
				tab.Click(".bubble__original a")
				tab.WaitFor(".original__raw")
			}},
			fixed("recipients with wishes", "/agent/tickets/"+decimal(wishes)), fixed("participants with wishes", "/agent/tickets/"+decimal(wishes)+"/participants"),
		},
		"mailboxes": {
			fixed("mailboxes", settings+"backup/mailboxes"), fixed("mailboxes, none", settings+"quiet/mailboxes"),
			{"mailbox, all its parts", func(_ *testing.T, s *site, tab *browser.Tab) {
				tab.Open(s.URL + settings + "quiet/mailboxes/new?preset=microsoft")
				tab.WaitFor(`[name="imap_host"]`)
				tab.Wait(`document.querySelector('[name="imap_host"]').offsetParent && document.querySelector('[name="smtp_host"]').offsetParent`)
			}},
			fixed("mailbox deletion", box("backup", "/deletion")), fixed("DNS with a key", box("backup", "/dns")), fixed("DNS without a key", box("billing", "/dns")),
			// The last of them: what was typed and not kept asks before it lets go.
			{"mailbox, refused", func(_ *testing.T, s *site, tab *browser.Tab) {
				tab.Open(s.URL + settings + "quiet/mailboxes/new")
				tab.WaitFor(".mailbox-form")
				browser.Eval[bool](tab, `document.querySelector(".mailbox-form").noValidate = true`)
				tab.Fill(`[name="address"]`, "not an address")
				tab.Click(".mailbox-form [data-default]")
				tab.WaitFor(".error-summary")
			}},
		},
		"tests and texts": {
			fixed("test failed", box("backup", "/test")), fixed("test running", box("server", "/test")), fixed("test passed", box("billing", "/test")),
			fixed("mail texts", settings+"backup/mails"), fixed("mail text", settings+"backup/mails/created/en"), fixed("notifications", settings+"backup/notifications"),
		},
	}
	for name, views := range groups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := browser.New(t, browser.Options{Width: 1280, Height: 844})
			if name != "public" {
				s.signInAdmin(tab)
			}
			for _, v := range views {
				tab.Resize(1280, 844)
				v.bring(t, s, tab)
				tab.CheckAxe(v.name)
				tab.Scheme(true)
				tab.Resize(390, 844)
				tab.CheckAxe(v.name)
				tab.CheckFits(v.name)
				tab.Resize(320, 640)
				tab.CheckFits(v.name)
				tab.Scheme(false)
			}
		})
	}
}

// mailboxesToLookAt leaves set-up tests in each state at the demo's mailboxes, one of which has stopped, and gives them
// by project.
func (s *site) mailboxesToLookAt(t *testing.T) map[string]int64 {
	t.Helper()
	now := time.Now()
	step := func(key, state, word, detail string, values map[string]string) desk.ProbeStep {
		return desk.ProbeStep{Key: key, State: state, Word: word, Detail: detail, Values: values}
	}
	server := map[string]string{"Server": "imap.nordwind-mail.example:993"}
	tests := map[string]desk.MailProbe{
		"backup": {Ended: 1, Steps: []desk.ProbeStep{step(desk.ProbeSignIn, desk.ProbeOK, "", "", server), step(desk.ProbeSend, desk.ProbeOK, "outbox", "", nil),
			step(desk.ProbeRead, desk.ProbeFailed, "auth", "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", server)}},
		"server":  {Steps: []desk.ProbeStep{step(desk.ProbeSignIn, desk.ProbeOK, "", "", nil), step(desk.ProbeSend, desk.ProbeRuns, "", "", nil)}},
		"billing": {Ended: 1, Receiver: "mx.nordwind.example", Steps: []desk.ProbeStep{}},
	}
	boxes := map[string]int64{}
	err := s.db.Write(t.Context(), func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range cat.Projects {
			box := p.Mailbox()
			if box == nil {
				continue
			}
			boxes[p.Slug] = box.ID
			probe, has := tests[p.Slug]
			if !has {
				continue
			}
			for _, key := range desk.ProbeSteps {
				if probe.Step(key) != nil {
					continue
				}
				rest := desk.ProbeWaits
				switch p.Slug {
				case "backup":
					rest = desk.ProbeSkipped
				case "billing":
					rest = desk.ProbeOK
				}
				probe.Steps = append(probe.Steps, desk.ProbeStep{Key: key, State: rest})
			}
			if p.Slug == "billing" {
				*probe.Step(desk.ProbeSender) = step(desk.ProbeSender, desk.ProbeAdvice, "offer", "", map[string]string{"Receiver": probe.Receiver})
			}
			probe.Started = now.UnixMilli()
			if probe.Ended != 0 {
				probe.Ended = probe.Started + 4000
			}
			raw, err := json.Marshal(probe)
			if err != nil {
				return err
			}
			if err := models.SaveMailboxTest(ctx, tx, box.ID, string(raw), models.At(now)); err != nil {
				return err
			}
		}
		return models.NoteMailboxError(ctx, tx, boxes["backup"], "auth: NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", now)
	})
	if err != nil {
		t.Fatal(err)
	}
	ines, err := s.desk.SignIn(t.Context(), desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.4"})
	if err != nil {
		t.Fatal(err)
	}
	key, err := mail.NewDKIMKeys()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.desk.SetDKIMKey(t.Context(), ines, "backup", boxes["backup"], key); err != nil {
		t.Fatal(err)
	}
	return boxes
}

// recipientsToLookAt is a ticket whose participants want fewer mails, each in their own way.
func (s *site) recipientsToLookAt(t *testing.T) int64 {
	t.Helper()
	const title = "Four of us share the printer"
	s.newTicket(t, storySlug, "piet@calder-print.example", title)
	number := s.number(t, title)
	for _, name := range []string{"Mara Calder", "Jon Calder", "Ida Vos"} {
		if err := s.desk.AddParticipant(t.Context(), s.ada, number, strings.ToLower(strings.Fields(name)[0])+"@calder-print.example", name); err != nil {
			t.Fatal(err)
		}
	}
	err := s.db.Write(t.Context(), func(ctx context.Context, tx *models.Tx) error {
		ticket, err := models.TicketByNumber(ctx, tx, number)
		if err != nil {
			return err
		}
		people, err := models.People(ctx, tx, ticket.ID)
		if err != nil {
			return err
		}
		for i, wish := range []string{models.WishClosing, models.WishDigest} {
			if err := models.SetTicketWish(ctx, tx, people[i+1].Participant.ID, wish); err != nil {
				return err
			}
		}
		_, err = models.SetSubscription(ctx, tx, people[3].Participant.ID, models.At(time.Now()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}

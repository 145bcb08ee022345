package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// letter is the last mail with links that waits to be sent, or nil; all that waits is done then.
func (a *testApp) letter() *desk.LinksLetter {
	a.t.Helper()
	if all := a.linkLetters(); len(all) > 0 {
		return all[len(all)-1]
	}
	return nil
}

// linkLetters are the mails that the jobs for links would send now; every job is done then.
func (a *testApp) linkLetters() (found []*desk.LinksLetter) {
	a.t.Helper()
	for range 2 { // the first counts, the second sends
		claimed, err := models.ClaimJobs(context.Background(), a.db, "test", a.clock().AddDate(1, 0, 0), time.Millisecond, 500)
		if err != nil {
			a.t.Fatal(err)
		}
		for _, j := range claimed {
			if j.Kind == desk.JobLinks {
				letter, later, err := a.desk.LinksLetter(context.Background(), j)
				if err == nil && !later {
					found = append(found, letter)
				}
			}
			if err := models.FinishJob(context.Background(), a.db, j.ID); err != nil {
				a.t.Fatal(err)
			}
		}
	}
	return found
}

// told says whether an event of a kind was recorded on a thread's ticket.
func (a *testApp) told(ticketID int64, kind string) bool {
	a.t.Helper()
	events, err := models.Timeline(context.Background(), a.db, ticketID, 0)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == kind && !e.Public {
			return true
		}
	}
	return false
}

// tokenOf is the secret part of a thread's path.
func tokenOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return strings.TrimPrefix(path, "/ticket/thread/")
}

// PT-14, PT-1, PT-4: who can see a ticket: the own address whole, others trimmed, how each
// joined; nothing of agents but the workspace's name, and no other's link.
func TestPeoplePage(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	other := a.join(thread, "otto.lilienthal@glider.example")
	mailed, unsubscribe := a.mailed(thread)
	a.get(thread).want(t, http.StatusOK, []string{thread + "/people", "Who can see this ticket"})
	page := a.get(thread+"/people").want(t, http.StatusOK, []string{"Rosa", "rosa@example.com", "Opened the ticket", "o•••@glider.example", "Was copied on a mail", "support team", `href="` + thread + `/link"`},
		"otto.lilienthal", tokenOf(other), unsubscribe, "/not-mine", `id="messages"`)
	if n := strings.Count(page.body, "chip--plain"); n != 1 {
		t.Errorf("%d people are “you”", n)
	}
	a.get(other+"/people").want(t, http.StatusOK, []string{"otto.lilienthal@glider.example", "r•••@example.com"}, "rosa@example.com", tokenOf(thread))
	// Only a mailed link leads on to what speaks for the mailbox.
	a.get(strings.Replace(mailed, "?", "/people?", 1)).want(t, http.StatusOK, []string{unsubscribe, "/not-mine?p=", "This is not mine"})
	a.get(thread+"/not-mine").want(t, http.StatusSeeOther, nil)
	a.post(thread+"/not-mine", nil).want(t, http.StatusConflict, []string{"notice--error", "Who can see this ticket"})
	a.get(thread).want(t, http.StatusOK, nil)
	// Without a mailbox there is no new link, and the page says why.
	a.write(func(ctx context.Context, tx *models.Tx) error {
		c, err := models.ContactByID(ctx, tx, a.person(other).ContactID)
		if err != nil {
			return err
		}
		c.Synthetic, c.Name = true, "otto#7"
		return models.SaveContact(ctx, tx, c)
	})
	a.get(other+"/people").want(t, http.StatusOK, []string{"otto#7", "from a chat"}, "glider.example", "/link\"", "/not-mine", "stops them")
	a.get(other+"/link").want(t, http.StatusSeeOther, nil)
	a.post(other+"/link", nil).want(t, http.StatusConflict, []string{"notice--error"})
	a.get(other).want(t, http.StatusOK, nil)
}

// PT-14, PT-1, EV-3: one's own link is replaced after a question; every old one is dead at once, other
// people's live on, the new one goes to the own address alone. Three times an hour.
func TestReplaceOwnLink(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		thread := a.fileTicket()
		other := a.join(thread, "otto@example.com")
		id := a.person(thread).ID
		mailed, unsubscribe := a.mailed(thread)
		for range 3 {
			a.get(thread+"/link").want(t, http.StatusOK, []string{`method="post"`, "rosa@example.com"})
		}
		if p := a.person(thread); p.Generation != 1 || p.Contact.ProvenAt != 0 {
			t.Fatal("a GET changed something")
		}
		r := a.post(strings.Replace(mailed, "?", "/link?", 1), url.Values{"email": {"mallory@example.com"}, "participant": {"2"}}).want(t, http.StatusSeeOther, nil, tokenOf(thread))
		a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"We have mailed you a new link"})
		for _, path := range []string{thread, mailed, thread + "/people"} {
			a.get(path).want(t, http.StatusNotFound, nil, "Printer")
		}
		a.get(unsubscribe).want(t, http.StatusNotFound, nil)
		a.get(other).want(t, http.StatusOK, []string{"Printer"})
		next := func() string {
			t.Helper()
			p, err := models.PersonByID(context.Background(), a.db, id)
			if err != nil {
				t.Fatal(err)
			}
			link, _ := a.desk.ParticipantLinks(&p.Participant)
			return threadURL(desk.Link{Token: link.Token}, "")
		}
		fresh := next()
		a.get(fresh).want(t, http.StatusOK, []string{"Printer"})
		if p := a.person(fresh); p.Contact.ProvenAt == 0 {
			t.Error("acting from a mailed link proved nothing")
		}
		if !a.told(a.person(fresh).TicketID, models.EventLinkReplaced) {
			t.Error("agents are not told")
		}
		for range 2 {
			a.post(next()+"/link", nil).want(t, http.StatusSeeOther, nil)
		}
		kept := next()
		refused := a.post(kept+"/link", nil).want(t, http.StatusTooManyRequests, []string{"notice--error", "several times"})
		if refused.header.Get("Retry-After") == "" {
			t.Error("it does not say when to come back")
		}
		a.get(kept).want(t, http.StatusOK, nil)
		if p := a.person(other); p.Generation != 1 {
			t.Error("somebody else's link was replaced")
		}
		// The dead ones lead back by mail: to the address alone, and to the link that lives.
		a.later(2 * time.Hour)
		a.letter()
		a.post(thread+"/new-link", nil).want(t, http.StatusSeeOther, nil)
		letter := a.letter()
		if letter == nil || letter.Address != "rosa@example.com" || letter.Ended || letter.Tickets[0].Title != "Printer is on fire" || letter.Tickets[0].Link.Token != tokenOf(kept) {
			t.Fatalf("%+v", letter)
		}
		a.post("/ticket/thread/AAAA/new-link", nil).want(t, http.StatusSeeOther, nil)
		if letter := a.letter(); letter != nil {
			t.Fatalf("a link that never lived gets a mail: %+v", letter)
		}
	})
}

// A1: whoever typed somebody else's address cannot have mails sent there without end by
// replacing links, asking for new ones, or for lost ones: all come from the few that an
// unproven address gets in a day.
func TestLinksToAnUnprovenAddressAreFew(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	id := a.person(thread).ID
	a.settings(func(p *models.Project) { p.Settings.UnprovenMails = 3 })
	path := thread
	for range 2 {
		a.post(path+"/link", nil).want(t, http.StatusSeeOther, nil)
		p, err := models.PersonByID(context.Background(), a.db, id)
		if err != nil {
			t.Fatal(err)
		}
		link, _ := a.desk.ParticipantLinks(&p.Participant)
		path = threadURL(desk.Link{Token: link.Token}, "")
	}
	a.letter()
	a.later(2 * time.Hour)
	a.post(thread+"/new-link", nil)
	letter := a.letter()
	if letter == nil || letter.Tickets[0].Title != "" {
		t.Fatalf("%+v", letter)
	}
	a.later(2 * time.Hour)
	a.post(path+"/link", nil).want(t, http.StatusTooManyRequests, nil)
	a.get(path).want(t, http.StatusOK, nil)
	for _, ask := range []func(){
		func() { a.post(thread+"/new-link", nil) },
		func() { a.post(lostLinkRoute, url.Values{"email": {"rosa@example.com"}}) },
	} {
		ask()
		if letter := a.letter(); letter != nil {
			t.Errorf("one mail too many: %+v", letter)
		}
	}
	a.later(24 * time.Hour)
	a.post(lostLinkRoute, url.Values{"email": {"rosa@example.com"}})
	if letter := a.letter(); letter == nil || letter.Tickets[0].Title != "" {
		t.Errorf("after a day: %+v", letter)
	}
}

// PT-14, A1, A61, A64: the holder of an address says that a ticket is not theirs. Opening the
// page changes nothing; saying so ends their links and mails, proves nothing, tells agents, and
// stops mails about beginnings of tickets for a day.
func TestNotMine(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		thread := a.fileTicket()
		other := a.join(thread, "otto@example.com")
		person := a.person(thread)
		mailed, unsubscribe := a.mailed(thread)
		page := strings.Replace(mailed, "?", "/not-mine?", 1)
		for range 3 {
			a.get(page).want(t, http.StatusOK, []string{`method="post"`, "rosa@example.com"}, "Printer is on fire")
			a.do(request{method: "HEAD", path: page})
		}
		if p := a.person(thread); p.Generation != 1 || p.UnsubscribedAt != 0 || p.Contact.ProvenAt != 0 {
			t.Fatal("a GET changed something")
		}
		r := a.post(page, nil).want(t, http.StatusSeeOther, nil)
		a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"Thank you for telling us"})
		for _, path := range []string{thread, mailed, page, thread + "/people"} {
			a.get(path).want(t, http.StatusNotFound, nil, "Printer")
		}
		a.post(page, nil).want(t, http.StatusNotFound, nil)
		a.get(unsubscribe).want(t, http.StatusNotFound, nil)
		p, err := models.PersonByID(context.Background(), a.db, person.ID)
		if err != nil || p.UnsubscribedAt == 0 || p.Contact.ProvenAt != 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		if !a.told(p.TicketID, models.EventDisowned) {
			t.Error("agents are not told")
		}
		ticket, err := models.TicketByID(context.Background(), a.db, p.TicketID)
		if err != nil || !ticket.Unproven || ticket.EndedAt != 0 {
			t.Errorf("the ticket itself changed: %+v, %v", ticket, err)
		}
		// The others no longer see them among the readers; they read on.
		a.get(other+"/people").want(t, http.StatusOK, []string{"otto@example.com"}, "Rosa", "@example.com</p><p class=\"meta\"><span>Opened")
		// No mail brings it back: neither by the dead link nor by the address.
		a.letter()
		a.post(thread+"/new-link", nil).want(t, http.StatusSeeOther, nil)
		a.post(lostLinkRoute, url.Values{"email": {"rosa@example.com"}}).want(t, http.StatusSeeOther, nil)
		if letter := a.letter(); letter != nil {
			t.Errorf("a mail about a ticket that is not theirs: %+v", letter)
		}
		used, until, err := models.Spent(context.Background(), a.db, desk.UnprovenMails("ROSA+x@example.com"), a.clock())
		if err != nil || used < 1000 || until.Sub(a.clock()) > 24*time.Hour || until.Sub(a.clock()) < 23*time.Hour {
			t.Errorf("%d mails used until %v, %v", used, until, err)
		}
	})
}

// PT-14: who was let in leaves; a reporter whose ticket is proven can only stop the mails.
func TestLeavingAndStayingOfPeople(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	other := a.join(thread, "otto@example.com")
	ticket := a.person(thread).TicketID
	leave, _ := a.mailed(other)
	leave = strings.Replace(leave, "?", "/not-mine?", 1)
	a.get(leave).want(t, http.StatusOK, []string{"Leave this ticket?", "Printer is on fire"})
	r := a.post(leave, nil).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"You have left the ticket"})
	a.get(other).want(t, http.StatusNotFound, nil)
	a.post(other+"/new-link", nil).want(t, http.StatusSeeOther, nil)
	if letter := a.letter(); letter != nil {
		t.Errorf("%+v", letter)
	}
	if !a.told(ticket, models.EventLeft) {
		t.Error("agents are not told")
	}
	a.get(thread+"/people").want(t, http.StatusOK, []string{"Rosa"}, "otto", "o•••")

	mailed, unsubscribe := a.mailed(thread)
	form := a.get(mailed).formID(t)
	a.post(strings.Replace(mailed, "?", "/replies?", 1), url.Values{"form": {form}, "body": {"It is me."}}).want(t, http.StatusSeeOther, nil)
	mine := strings.Replace(mailed, "?", "/not-mine?", 1)
	a.get(mine).want(t, http.StatusSeeOther, nil)
	a.post(mine, nil).want(t, http.StatusConflict, []string{"notice--error", unsubscribe}, "This is not mine")
	a.get(mailed).want(t, http.StatusOK, nil)
}

// PT-14, A6, PT-12: the links of an address are those of its open tickets in open portals whose
// links live; tricks with the spelling count as one address; the kept address gets the mail.
func TestLostLinksOfAnAddress(t *testing.T) {
	onEach(t, func(t *testing.T, a *testApp) {
		a.settings(func(p *models.Project) { p.Settings.UnprovenMails = 100 })
		open, ended, revoked, spam := a.fileTicket(), a.fileTicket(), a.fileTicket(), a.fileTicket()
		a.post(ended+"/closure", nil).want(t, http.StatusSeeOther, nil)
		a.write(func(ctx context.Context, tx *models.Tx) error {
			tk, err := models.LockTicket(ctx, tx, a.person(spam).TicketID)
			if err != nil {
				return err
			}
			tk.SpamAt = models.At(a.clock())
			if err := models.SaveTicket(ctx, tx, tk); err != nil {
				return err
			}
			return models.RevokeTokens(ctx, tx, models.TokenThread, a.person(revoked).ID, models.At(a.clock()))
		})
		a.letter()
		ask := func(email string) *desk.LinksLetter {
			t.Helper()
			a.post(lostLinkRoute, url.Values{"email": {email}}).want(t, http.StatusSeeOther, nil)
			return a.letter()
		}
		if letter := ask("nobody@example.com"); letter != nil {
			t.Fatalf("%+v", letter)
		}
		letter := ask("ROSA@EXAMPLE.com")
		if letter == nil || letter.Address != "rosa@example.com" || len(letter.Tickets) != 1 || letter.Tickets[0].Link.Token != tokenOf(open) || letter.Tickets[0].Link.Proof == "" || letter.Tickets[0].Title != "" {
			t.Fatalf("%+v", letter)
		}
		a.write(func(ctx context.Context, tx *models.Tx) error {
			return models.ProveContact(ctx, tx, a.person(open).ContactID, models.At(a.clock()))
		})
		second := a.fileTicket()
		a.letter()
		letter = ask("rosa@example.com")
		if letter == nil || len(letter.Tickets) != 2 || letter.Tickets[0].Link.Token != tokenOf(second) || letter.Tickets[0].Title != "Printer is on fire" {
			t.Fatalf("%+v", letter)
		}
		// Three an hour for one mailbox, however it is spelled.
		if ask("rosa@example.com") == nil || ask("Rosa@Example.com.") == nil {
			t.Fatal("too few")
		}
		for _, email := range []string{"rosa@example.com", "rosa+x@example.com", "ROSA@example.com", "rosa@EXAMPLE.com."} {
			if letter := ask(email); letter != nil {
				t.Errorf("%s: a fourth mail within the hour", email)
			}
		}
		a.later(time.Hour)
		a.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		a.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "other", Name: "Other"}, a.clock())
			return err
		})
		if letter := ask("rosa@example.com"); letter != nil {
			t.Errorf("a mail about tickets of a closed portal: %+v", letter)
		}
	})
}

// PT-14: when a ticket ended too long ago for a link, the mail says so and opens nothing old.
func TestNewLinkOfAnEndedTicket(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	a.post(thread+"/closure", nil).want(t, http.StatusSeeOther, nil)
	a.later(91 * 24 * time.Hour)
	a.letter()
	a.post(thread+"/new-link", nil).want(t, http.StatusSeeOther, nil)
	if letter := a.letter(); letter == nil || !letter.Ended || letter.Project.Slug != "acme" {
		t.Fatalf("%+v", letter)
	}
	for range 4 {
		a.later(10 * time.Minute)
		a.post(thread+"/new-link", nil).want(t, http.StatusSeeOther, nil)
	}
	if n := len(a.linkLetters()); n != 2 {
		t.Errorf("%d more mails within the hour, want 2", n)
	}
}

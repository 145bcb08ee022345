package jobs

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

const day = 24 * time.Hour

// silent lets the ticket wait for its customer for some days, in a project that reminds and closes,
// and lets the clock look at it.
func (s *stage) silent(remind, closing, days int) {
	s.t.Helper()
	s.rules(func(p *models.Project) { p.Settings.RemindDays, p.Settings.CloseDays = remind, closing })
	s.waits()
	s.passes(time.Duration(days) * day)
}

// waits is our answer after which the ticket waits.
func (s *stage) waits() {
	s.t.Helper()
	if _, err := s.desk.ReplyAsAgent(s.t.Context(), s.agent, s.number, desk.AgentReply{Body: "Which printer is it?", Status: "waiting"}); err != nil {
		s.t.Fatal(err)
	}
	s.settle(s.runner)
}

// passes lets time go by, then a minute's look of the clock, and the mails of it leave.
func (s *stage) passes(d time.Duration) {
	s.t.Helper()
	s.clock.forward(d)
	if _, _, err := s.desk.CloseSilent(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.settle(s.runner)
}

func (s *stage) ticket() *models.Ticket {
	s.t.Helper()
	t, err := models.TicketByNumber(s.t.Context(), s.db, s.number)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

func (s *stage) rules(change func(p *models.Project)) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

func (s *stage) mailsOf(template string) []mail.Message {
	s.t.Helper()
	ids := map[string]bool{}
	for _, d := range s.deliveries(s.number) {
		if d.Template == template {
			ids[d.MailID] = true
		}
	}
	var all []mail.Message
	for _, m := range s.post.mails() {
		if ids[m.MessageID] {
			all = append(all, m)
		}
	}
	return all
}

// NU-1, closing by itself: the reminder says when the ticket closes and that an answer keeps it open,
// the closing says why; each is mailed once, the job of the minute and its restart notwithstanding.
// Nobody is asked how they were helped.
func TestClosingIsMailed(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		s.silent(5, 3, 5)
		if got := s.told(desk.MailReminder); got != "1 0" {
			t.Fatalf("reminders to the reporter and to others: %s", got)
		}
		closes := s.clock.Now().Add(3 * day)
		m := s.mailsOf(desk.MailReminder)[0]
		for _, want := range []string{"Printer on fire", "Do you still need help?", "closes by itself on " + closes.Format("Monday, 2 January 2006"), "Any answer keeps it open", "/ticket/thread/", "/ticket/preferences/"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the reminder lacks %q:\n%s", want, m.Text)
			}
		}
		if m.UnsubscribeURL == "" || len(m.References) == 0 {
			t.Error("the reminder is no part of its thread")
		}
		for range 3 {
			if err := h.runner("other").Minute(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.passes(time.Minute)
		}
		if got := s.told(desk.MailReminder); got != "1 0" {
			t.Errorf("after more minutes: %s", got)
		}
		s.passes(3 * day)
		if got := s.told(desk.MailClosed); got != "1 0" {
			t.Fatalf("closings: %s", got)
		}
		m = s.mailsOf(desk.MailClosed)[0]
		for _, want := range []string{"is finished", "“Closed”", "We closed it because we did not hear from you for 8 days.", "opens the ticket again"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the closing lacks %q:\n%s", want, m.Text)
			}
		}
		s.passes(365 * day)
		for _, d := range s.deliveries(s.number) {
			switch d.Template {
			case desk.MailCreated, desk.MailPersonAdded, desk.MailAgentReplied, desk.MailReminder, desk.MailClosed:
			default:
				t.Errorf("a mail %q", d.Template)
			}
		}
	})
}

// The minute's job reminds by itself.
func TestTheMinuteReminds(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := h.stage()
	s.silent(5, 3, 0)
	h.clock.forward(5 * day)
	if err := h.runner("minute").Minute(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.told(desk.MailReminder); got != "1 0" {
		t.Error(got)
	}
}

// NU-3, NU-4: wishes about reminders. Who is unsubscribed or wants closings alone gets none, whose
// address turns mail back neither; who reads a digest gets it by itself, since it names a day. The
// ticket closes in any case, as a ticket of somebody without a mailbox does.
func TestWhoIsReminded(t *testing.T) {
	for name, c := range map[string]struct {
		act             func(s *stage)
		reminder, close string
	}{
		"everything":   {func(*stage) {}, "1 0", "1 0"},
		"unsubscribed": {func(s *stage) { s.wish(models.WishNone, models.WishAll) }, "0 0", "0 0"},
		"closing only": {func(s *stage) { s.wish(models.WishClosing, models.WishAll) }, "0 0", "1 0"},
		"digest":       {func(s *stage) { s.wish("", models.WishDigest) }, "1 0", "0 0"},
		"bounced": {func(s *stage) {
			id := s.people()[0].ContactID
			s.write(func(ctx context.Context, tx *models.Tx) error {
				return models.SetContactBounced(ctx, tx, id, models.At(s.clock.Now()), "5.1.1")
			})
		}, "0 0", "0 0"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newHouse(t, models.Options{Dir: t.TempDir()}).stage()
			c.act(s)
			s.silent(5, 3, 5)
			if got := s.told(desk.MailReminder); got != c.reminder {
				t.Errorf("reminded %s, want %s", got, c.reminder)
			}
			s.passes(3 * day)
			s.passes(time.Minute)
			if got := s.told(desk.MailClosed); got != c.close {
				t.Errorf("told of the closing %s, want %s", got, c.close)
			}
			if now := s.ticket(); now.Category != models.CategoryClosed {
				t.Errorf("it is %s", now.Category)
			}
		})
	}
}

// A reminder that no server takes has reached nobody: its days begin when it leaves. One that is
// overtaken by an answer is not sent any more.
func TestAReminderHasItsDays(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		s.silent(5, 1, 0)
		s.post.set(func(mail.Message) error { return away }, nil)
		s.clock.forward(5 * day)
		if n, _, err := s.desk.CloseSilent(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		s.settle(s.runner)
		s.passes(day + time.Hour)
		if now := s.ticket(); now.Category != models.CategoryWaiting {
			t.Fatal("it closed while its reminder was on the way")
		}
		s.post.set(nil, nil)
		s.passes(8 * time.Hour) // the next try
		if got := s.told(desk.MailReminder); got != "1 0" {
			t.Fatalf("reminded %s", got)
		}
		s.passes(20 * time.Hour)
		if now := s.ticket(); now.Category != models.CategoryWaiting {
			t.Fatal("its reminder had no day")
		}
		s.passes(4 * time.Hour)
		if now := s.ticket(); now.Category != models.CategoryClosed {
			t.Errorf("it is %s", now.Category)
		}
	})
	s := newHouse(t, models.Options{Dir: t.TempDir()}).stage()
	s.silent(5, 1, 0)
	s.post.set(func(mail.Message) error { return away }, nil)
	s.clock.forward(5 * day)
	if n, _, err := s.desk.CloseSilent(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	s.settle(s.runner)
	s.says(s.ada, "It is the red one.")
	s.post.set(nil, nil)
	s.clock.forward(8 * time.Hour)
	if got := s.told(desk.MailReminder); got != "0 0" {
		t.Errorf("reminded after the answer: %s", got)
	}
}

// The mail of a project without closing promises none; one that has words of its own keeps the day.
func TestReminderInOwnWords(t *testing.T) {
	s := newHouse(t, models.Options{Dir: t.TempDir()}).stage()
	s.silent(5, 0, 5)
	if m := s.mailsOf(desk.MailReminder); len(m) != 1 || strings.Contains(m[0].Text, "closes by itself") || !strings.Contains(m[0].Text, "A short answer is enough") {
		t.Errorf("%d reminders: %v", len(m), m)
	}
	s = newHouse(t, models.Options{Dir: t.TempDir()}).stage()
	ines := s.newAgent("Ines Moreau", "ines@lodge.example", models.RoleAdmin)
	if err := s.desk.SaveMailText(t.Context(), ines, "support", desk.MailReminder, "en", desk.OwnWords{Subject: "Ahoy {title}", Body: "Ahoy {name}, are you there?\n\n{message}\n\nYours, {project}"}); err != nil {
		t.Fatal(err)
	}
	s.silent(5, 3, 5)
	m := s.mailsOf(desk.MailReminder)
	if len(m) != 1 || !strings.HasPrefix(m[0].Subject, "Ahoy Printer on fire") || !strings.HasPrefix(m[0].Text, "Ahoy Ada, are you there?\n\nIf nobody writes, it closes by itself on ") {
		t.Errorf("%d reminders: %v", len(m), m)
	}
}

// The day in a reminder is that of the project's own calendar.
func TestReminderNamesTheDayOfTheProject(t *testing.T) {
	s := newHouse(t, models.Options{Dir: t.TempDir()}).stage()
	s.calendar("Pacific/Kiritimati") // 14 hours ahead: mostly another day
	s.silent(5, 3, 5)
	closes := s.clock.Now().Add(3*day + 14*time.Hour)
	if m := s.mailsOf(desk.MailReminder)[0]; !strings.Contains(m.Text, "on "+closes.Format("Monday, 2 January 2006")) {
		t.Errorf("it closes on %s, and the mail says\n%s", closes, m.Text)
	}
}

// calendar gives the project a calendar of a zone.
func (h *house) calendar(zone string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c := &models.Calendar{Name: zone, Zone: zone, Always: true, CreatedAt: models.At(h.clock.Now())}
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.CalendarID = &c.ID
		return models.UpdateProject(ctx, tx, &p)
	})
}

// NU-4: a digest leaves at eight by the clock of its project, in summer as in winter.
func TestDigestLeavesInTheProjectsMorning(t *testing.T) {
	for _, zone := range []string{"", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"} {
		t.Run(zone, func(t *testing.T) {
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			at, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			if zone != "" {
				h.calendar(zone)
			}
			// Noon of the day before the clocks change in Berlin.
			h.clock.at.Store(time.Date(2027, 3, 27, 12, 0, 0, 0, at).UnixMilli())
			s := h.stage()
			s.wish("", models.WishDigest)
			h.answer(s.number, "We look into it.")
			s.settle(s.runner)
			before := len(s.post.to("ada@example.com"))
			h.clock.at.Store(time.Date(2027, 3, 28, 7, 59, 59, 0, at).UnixMilli())
			s.settle(s.runner)
			if n := len(s.post.to("ada@example.com")) - before; n != 0 {
				t.Errorf("%d digests before eight", n)
			}
			h.clock.at.Store(time.Date(2027, 3, 28, 8, 0, 0, 0, at).UnixMilli())
			s.settle(s.runner)
			if n := len(s.post.to("ada@example.com")) - before; n != 1 {
				t.Errorf("%d digests at eight", n)
			}
		})
	}
}

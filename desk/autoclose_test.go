package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

const testDay = 24 * time.Hour

// asked files a ticket of Rosa's that waits for her, with an answer of ours as its last word.
func (h *house) asked() Link {
	h.t.Helper()
	link := h.file(true)
	h.later(time.Hour)
	h.answers("Which printer is it?", "waiting")
	return link
}

// answers writes to the people outside, with a status where one is named.
func (h *house) answers(body, status string) {
	h.t.Helper()
	if _, err := h.ReplyAsAgent(context.Background(), h.ada, h.only().Number, AgentReply{Body: body, Status: status}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) says(link Link, body string) *Replied {
	h.t.Helper()
	return h.reply(link, body)
}

func (h *house) days(remind, closing int) {
	h.t.Helper()
	h.settings(func(p *models.Project) { p.Settings.RemindDays, p.Settings.CloseDays = remind, closing })
}

// minute lets the clock look at the tickets once and says how many it reminded and closed. The mails
// of that leave at once.
func (h *house) minute() string {
	h.t.Helper()
	reminded, closed, err := h.CloseSilent(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	h.settleNotices()
	return fmt.Sprint(reminded, " ", closed)
}

func (h *house) ticks(want string, why string) {
	h.t.Helper()
	if got := h.minute(); got != want {
		h.t.Errorf("%s: reminded and closed %q, want %q", why, got, want)
	}
}

// change writes to the only ticket as no verb would.
func (h *house) rewrite(f func(t *models.Ticket)) {
	h.t.Helper()
	id := h.only().ID
	h.write(func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, id)
		if err != nil {
			return err
		}
		f(t)
		return models.SaveTicket(ctx, tx, t)
	})
}

// only is the only ticket, wherever it is.
func (h *house) only() *models.Ticket {
	h.t.Helper()
	t, err := models.TicketByID(context.Background(), h.db, 1)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func (h *house) events(kind string) []*models.TimelineEvent {
	h.t.Helper()
	all, err := models.Timeline(context.Background(), h.db, h.only().ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	var some []*models.TimelineEvent
	for _, e := range all {
		if e.Kind == kind {
			some = append(some, e)
		}
	}
	return some
}

// Promises, closing by itself: one reminder, then closed with its reason; each once, however often
// the clock looks; and the lines of both on the customer's page, which move no clock.
func TestSilenceRemindsOnceThenCloses(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		link := h.asked()
		h.ticks("0 0", "off")
		h.later(30 * testDay)
		h.ticks("0 0", "off for long")
		h.says(link, "The red one.")
		h.later(time.Hour)
		h.answers("Which red one?", "waiting")
		h.days(5, 3)
		talked := h.only().TalkedAt
		h.later(5*testDay - time.Minute)
		h.ticks("0 0", "a minute before")
		h.later(time.Minute)
		h.ticks("1 0", "after five days")
		h.ticks("0 0", "the next minute")
		now := h.only()
		if now.RemindedAt != models.At(h.clock()) || now.TalkedAt != talked || now.Category != models.CategoryWaiting {
			t.Errorf("reminded at %d, talked at %d (was %d), %s", now.RemindedAt, now.TalkedAt, talked, now.Category)
		}
		h.later(3*testDay - time.Minute)
		h.ticks("0 0", "a minute before the end")
		h.later(time.Minute)
		h.ticks("0 1", "three days later")
		h.ticks("0 0", "the minute after")
		h.later(400 * testDay)
		h.ticks("0 0", "a year after")

		now = h.only()
		if now.Category != models.CategoryClosed || now.EndedAt == 0 || now.TalkedAt != talked {
			t.Errorf("it is %s, ended at %d", now.Category, now.EndedAt)
		}
		reminders, closings := h.events(models.EventReminded), h.events(models.EventAutoClosed)
		if len(reminders) != 1 || len(closings) != 1 || !reminders[0].Public || !closings[0].Public || closings[0].AgentID != nil || closings[0].ContactID != nil {
			t.Fatalf("%d reminders, %d closings", len(reminders), len(closings))
		}
		var data struct {
			Days   int    `json:"days"`
			Reason string `json:"reason"`
		}
		if err := json.Unmarshal([]byte(closings[0].Data), &data); err != nil || data.Days != 8 || data.Reason != ReasonSilence {
			t.Errorf("the closing says %s", closings[0].Data)
		}
		if n := SilentDays(&closings[0].Event); n != 8 {
			t.Errorf("%d days", n)
		}
	})
}

// A customer's answer between the reminder and the closing begins everything again, as ours does.
func TestAnAnswerKeepsATicketOpen(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		link := h.asked()
		h.days(5, 3)
		h.later(5 * testDay)
		h.ticks("1 0", "the first reminder")
		h.later(2 * testDay)
		h.says(link, "I am still here.")
		h.later(30 * testDay)
		h.ticks("0 0", "it is our turn")
		h.answers("And now?", "waiting")
		h.later(4 * testDay)
		h.ticks("0 0", "four days after our answer: the old reminder does not count")
		h.later(testDay)
		h.ticks("1 0", "the second reminder")
		h.later(2 * testDay)
		// Our own second message gives them new days, too.
		h.answers("We mean the model.", "")
		h.later(2 * testDay)
		h.ticks("0 0", "two days after our second message")
		h.later(3 * testDay)
		h.ticks("1 0", "the third reminder")
		h.later(3 * testDay)
		h.ticks("0 1", "and the end")
	})
}

// The clock counts from the last public message: notes, properties, a status set to and fro and
// another assignee begin nothing anew.
func TestOnlyPublicMessagesMoveTheClock(t *testing.T) {
	h := newHouse(t, "")
	ctx := context.Background()
	h.asked()
	h.days(5, 0)
	n := h.only().Number
	talked := h.only().TalkedAt
	for day, act := range []func() error{
		func() error { _, err := h.Note(ctx, h.ada, n, AgentReply{Body: "They will not answer."}); return err },
		func() error { return h.SetPriority(ctx, h.ada, n, models.PriorityHigh, 0) },
		func() error {
			if err := h.ChangeStatus(ctx, h.ada, n, "in-progress", 0); err != nil {
				return err
			}
			return h.ChangeStatus(ctx, h.ada, n, "waiting", 0)
		},
		func() error { return h.Assign(ctx, h.ada, n, 0, 0) },
	} {
		h.later(testDay)
		if err := act(); err != nil {
			t.Fatal(day, err)
		}
		h.ticks("0 0", fmt.Sprint("day ", day+1))
	}
	if got := h.only().TalkedAt; got != talked {
		t.Errorf("the last public message is at %d, was %d", got, talked)
	}
	h.later(testDay)
	h.ticks("1 0", "five days after the answer")
	h.later(testDay * 300)
	h.ticks("0 0", "closing is off")
	if h.only().Category != models.CategoryWaiting {
		t.Error("it closed")
	}
}

// Who is left alone: other categories, spam, merged and snoozed tickets, a project out of use.
func TestWhoIsNeverClosedBySilence(t *testing.T) {
	cases := map[string]func(h *house){
		"in progress": func(h *house) {
			if err := h.ChangeStatus(context.Background(), h.ada, h.only().Number, "in-progress", 0); err != nil {
				h.t.Fatal(err)
			}
		},
		"resolved": func(h *house) {
			if err := h.ChangeStatus(context.Background(), h.ada, h.only().Number, "resolved", 0); err != nil {
				h.t.Fatal(err)
			}
		},
		"spam":   func(h *house) { h.rewrite(func(t *models.Ticket) { t.SpamAt = t.CreatedAt }) },
		"merged": func(h *house) { h.rewrite(func(t *models.Ticket) { id := t.ID; t.MergedIntoID = &id }) },
		"snoozed": func(h *house) {
			h.rewrite(func(t *models.Ticket) { t.SnoozedUntil = models.At(h.clock().Add(testDay * 99)) })
		},
		"disabled": func(h *house) { h.settings(func(p *models.Project) { p.DisabledAt = 1 }) },
		"no step": func(h *house) {
			// The reminder goes all the same; it promises no closing.
			h.days(0, 3)
			h.settings(func(p *models.Project) { rejected := p.StatusBySlug("rejected").ID; p.AutoClosedStatusID = &rejected })
		},
	}
	for name, act := range cases {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, "")
			h.asked()
			h.days(0, 3)
			act(h)
			h.later(50 * testDay)
			h.ticks("0 0", name)
			h.days(5, 3)
			if name != "no step" {
				h.ticks("0 0", name+", with a reminder")
			}
			cat, _ := h.db.Catalog(context.Background())
			if at, ok := ClosesAt(cat.ProjectBySlug("acme"), h.only()); ok {
				t.Errorf("it is said to close at %s", at)
			}
		})
	}
	// A snoozed ticket comes back by itself, and then its clock goes on from the last message.
	h := newHouse(t, "")
	h.asked()
	h.days(5, 3)
	h.rewrite(func(t *models.Ticket) { t.SnoozedUntil = models.At(h.clock().Add(20 * testDay)) })
	h.later(20 * testDay)
	h.ticks("0 0", "asleep")
	if n, err := h.WakeSnoozed(context.Background()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	h.ticks("1 0", "awake")
	h.later(3 * testDay)
	h.ticks("0 1", "three days after the reminder")
}

// F6: an hour, a year ahead at once, back again: never two reminders, and never a closing before a
// reminder has been out for its days.
func TestClosingSurvivesTheClock(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.asked()
		h.days(5, 3)
		h.later(5*testDay + time.Hour)
		h.ticks("1 0", "an hour late")
		h.later(-2 * time.Hour)
		h.ticks("0 0", "two hours back")
		h.later(-30 * testDay)
		h.ticks("0 0", "a month back")
		h.later(30*testDay + 2*time.Hour)
		h.ticks("0 0", "as it was")
		h.later(3*testDay - 2*time.Hour)
		h.ticks("0 0", "nearly")
		h.later(2 * time.Hour)
		h.ticks("0 1", "three days after the reminder")
	})
	t.Run("back, and an answer", func(t *testing.T) {
		h := newHouse(t, "")
		link := h.asked()
		h.days(5, 3)
		h.later(300 * testDay)
		h.ticks("1 0", "by a clock that is wrong")
		h.later(-290 * testDay)
		h.says(link, "The red one.")
		h.answers("Which red one?", "waiting")
		h.later(5 * testDay)
		h.ticks("1 0", "the reminder of the future does not count")
		h.later(3 * testDay)
		h.ticks("0 1", "and the end comes as said")
	})
	t.Run("a year", func(t *testing.T) {
		h := newHouse(t, "")
		h.asked()
		h.days(5, 3)
		h.later(365 * testDay)
		h.ticks("1 0", "a year ahead: the reminder first")
		h.ticks("0 0", "and nothing else")
		h.later(3*testDay - time.Minute)
		h.ticks("0 0", "its days are not over")
		h.later(time.Minute)
		h.ticks("0 1", "now they are")
		if got := SilentDays(&h.events(models.EventAutoClosed)[0].Event); got != 368 {
			t.Errorf("%d days of silence", got)
		}
	})
	t.Run("stopped for a year", func(t *testing.T) {
		h := newHouse(t, "")
		h.asked()
		h.days(5, 3)
		h.later(5 * testDay)
		if n, _, err := h.CloseSilent(context.Background()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		// Nobody mails anything for a year: the reminder's job still waits.
		h.later(365 * testDay)
		h.ticks("0 0", "the reminder has reached nobody yet")
		h.ticks("0 1", "it has now")
	})
}

// Several processes at the same minute: each stage happens once.
func TestTwoProcessesCloseOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.asked()
		h.days(5, 3)
		other := New(Options{DB: h.db, Files: h.files, Index: h.index, Keys: h.keys, Now: h.clock})
		both := func() (reminded, closed int) {
			var mu sync.Mutex
			var all sync.WaitGroup
			for i := range 8 {
				d := []*Desk{h.Desk, other}[i%2]
				all.Go(func() {
					r, c, err := d.CloseSilent(context.Background())
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					reminded, closed = reminded+r, closed+c
				})
			}
			all.Wait()
			return reminded, closed
		}
		h.later(5 * testDay)
		if r, c := both(); r != 1 || c != 0 {
			t.Errorf("reminded %d, closed %d", r, c)
		}
		h.settleNotices()
		h.later(3 * testDay)
		if r, c := both(); r != 0 || c != 1 {
			t.Errorf("reminded %d, closed %d", r, c)
		}
		if len(h.events(models.EventReminded)) != 1 || len(h.events(models.EventAutoClosed)) != 1 {
			t.Error("a stage happened twice")
		}
	})
}

// An answer that comes while the clock is at work wins: closing decides again under the lock.
func TestAnAnswerBeatsTheClosing(t *testing.T) {
	h := newHouse(t, "")
	link := h.asked()
	h.days(5, 3)
	h.later(5 * testDay)
	h.ticks("1 0", "reminded")
	h.settleNotices()
	h.later(3 * testDay)
	id := h.only().ID
	h.says(link, "Wait!")
	n, err := h.eachSilent(context.Background(), []int64{id}, h.clock(), closeOne)
	if err != nil || n != 0 || h.only().Category.Ended() {
		t.Errorf("closed %d: %s, %v", n, h.only().Category, err)
	}
}

// After an import thousands are silent: a bounded number is reminded each minute, the longest
// silent first, and those that cannot close keep nobody waiting.
func TestTheFirstRunIsBounded(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.asked()
		pattern := h.only()
		project := pattern.ProjectID
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for i := range 70 {
				c := *pattern
				c.ID, c.Reference = 0, fmt.Sprintf("T%02d-XXX", i)
				c.TalkedAt = pattern.TalkedAt.Add(-time.Duration(i+1) * testDay)
				if err := models.InsertTicket(ctx, tx, &c); err != nil {
					return err
				}
				if c.TalkedAt != pattern.TalkedAt.Add(-time.Duration(i+1)*testDay) {
					c.TalkedAt = pattern.TalkedAt.Add(-time.Duration(i+1) * testDay)
				}
				if err := models.SaveTicket(ctx, tx, &c); err != nil {
					return err
				}
			}
			return nil
		})
		h.days(5, 3)
		h.later(5 * testDay)
		longest, err := models.SilentUnreminded(context.Background(), h.db, project, models.At(h.clock()), 1)
		if err != nil || len(longest) != 1 {
			t.Fatal(longest, err)
		}
		h.ticks("30 0", "the first minute")
		if first, err := models.TicketByID(context.Background(), h.db, longest[0]); err != nil || first.RemindedAt == 0 {
			t.Error("the longest silent was not among the first", err)
		}
		h.ticks("30 0", "the second")
		h.ticks("11 0", "the third")
		h.ticks("0 0", "all are reminded")
		h.settleNotices()
		h.later(3 * testDay)
		h.ticks("0 30", "closing, too")
		h.ticks("0 30", "closing, too")
		h.ticks("0 11", "closing, too")
	})
}

// The status that a ticket closes to: the chosen one, or the first closed one that can be reached;
// without a step there it stays.
func TestWhereSilenceCloses(t *testing.T) {
	h := newHouse(t, "")
	h.asked()
	p := func() *models.Project {
		cat, err := h.db.Catalog(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return cat.ProjectBySlug("acme")
	}
	is := func(want string) {
		t.Helper()
		got := ""
		if s := p().AutoClose(h.only()); s != nil {
			got = s.Slug
		}
		if got != want {
			t.Errorf("it closes to %q, want %q", got, want)
		}
	}
	is("closed")
	choose := func(slug string) {
		h.settings(func(p *models.Project) { id := p.StatusBySlug(slug).ID; p.AutoClosedStatusID = &id })
	}
	choose("resolved")
	is("resolved")
	choose("rejected")
	is("")
	choose("closed")
	h.write(func(ctx context.Context, tx *models.Tx) error {
		project := p()
		var steps []models.Transition
		for _, s := range project.Steps() {
			if project.Status(s.FromID).Slug != "waiting" || project.Status(s.ToID).Slug != "closed" {
				s.ProjectID = project.ID
				steps = append(steps, s)
			}
		}
		return models.SaveSteps(ctx, tx, project, steps)
	})
	is("")
	if without := p().NoAutoClose(); len(without) != 1 || without[0].Slug != "waiting" {
		t.Errorf("%d statuses without a step", len(without))
	}
	h.days(5, 3)
	h.later(9 * testDay)
	h.ticks("1 0", "it is reminded")
	h.settleNotices()
	h.later(9 * testDay)
	h.ticks("0 0", "it does not close")
	if at, closes := ClosesAt(p(), h.only()); closes {
		t.Errorf("it is said to close at %s", at)
	}
	choose("resolved")
	h.ticks("0 1", "now it can")
	if h.only().Category != models.CategoryResolved {
		t.Error("it is", h.only().Category)
	}
}

// PT-9: an answer to a ticket that closed by itself opens it again, and its clock begins anew.
func TestAnAnswerReopensWhatSilenceClosed(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		link := h.asked()
		h.days(5, 3)
		h.later(5 * testDay)
		h.minute()
		h.settleNotices()
		h.later(3 * testDay)
		h.ticks("0 1", "closed")
		page := h.thread(link)
		if !page.ReplyReopens {
			t.Error("the page does not say that an answer opens it")
		}
		if done := h.says(link, "Back from holiday."); !done.Reopened {
			t.Error("it is not open again")
		}
		if now := h.only(); now.Category != models.CategoryOpen || now.EndedAt != 0 {
			t.Errorf("it is %s", now.Category)
		}
		h.later(400 * testDay)
		h.ticks("0 0", "it is our turn")
	})
}

// Pure: what is promised is what the clock does.
func TestRemindsAtAndClosesAt(t *testing.T) {
	closed := &models.Status{ID: 2, Category: models.CategoryClosed}
	waiting := &models.Status{ID: 1, Category: models.CategoryWaiting}
	talked := time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC) // daylight saving begins meanwhile
	project := func(remind, closing int) *models.Project {
		p := &models.Project{Statuses: []*models.Status{waiting, closed}}
		p.Settings.RemindDays, p.Settings.CloseDays = remind, closing
		return p.WithSteps([]models.Transition{{FromID: 1, ToID: 2}})
	}
	const none = ""
	stamp := func(at time.Time, ok bool) string {
		if !ok {
			return none
		}
		return at.Format("01-02 15:04")
	}
	for name, c := range map[string]struct {
		remind, closing  int
		reminded         time.Duration // after talked; 0 never, less than 0 before
		reminds, closes_ string
	}{
		"off":                     {0, 0, 0, none, none},
		"reminder alone":          {5, 0, 0, "04-01 12:00", none},
		"both":                    {5, 3, 0, "04-01 12:00", "04-04 12:00"},
		"closing alone":           {0, 8, 0, none, "04-04 12:00"},
		"reminded late":           {5, 3, 6 * testDay, none, "04-05 12:00"},
		"reminded before":         {5, 3, -testDay, "04-01 12:00", "04-04 12:00"},
		"reminded at that moment": {5, 3, 1, none, "03-30 12:00"},
		"reminder off meanwhile":  {0, 3, 6 * testDay, none, "04-05 12:00"},
	} {
		tk := &models.Ticket{StatusID: 1, Category: models.CategoryWaiting, TalkedAt: models.At(talked)}
		if c.reminded != 0 {
			tk.RemindedAt = models.At(talked.Add(c.reminded))
		}
		p := project(c.remind, c.closing)
		if got := stamp(RemindsAt(p, tk)); got != c.reminds {
			t.Errorf("%s: reminds at %q, want %q", name, got, c.reminds)
		}
		if got := stamp(ClosesAt(p, tk)); got != c.closes_ {
			t.Errorf("%s: closes at %q, want %q", name, got, c.closes_)
		}
	}
}

// settleNotices lets the jobs about what happened be done, as the runner would: nobody is mailed here.
func (h *house) settleNotices() {
	h.t.Helper()
	jobs, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock(), time.Minute, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		if err := models.FinishJob(context.Background(), h.db, j.ID); err != nil {
			h.t.Fatal(err)
		}
	}
}

package desk

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"lodge/models"
)

// promise gives the house working time and a policy for everything: first answer within an hour,
// next within two, solved within eight, weekdays from nine to five in Berlin.
func (h *house) promise() (*models.Policy, *models.Calendar) {
	h.t.Helper()
	c := &models.Calendar{Name: "Office", Zone: "Europe/Berlin", CreatedAt: models.At(h.clock())}
	for i := range 5 {
		c.Hours[i] = []models.Span{{From: 9 * 60, To: 17 * 60}}
	}
	p := &models.Policy{Name: "Usual", IsDefault: true, WarnPercent: 50, PauseOnHold: true, Targets: models.PolicyTargets{}, CreatedAt: models.At(h.clock())}
	for priority := int64(models.PriorityLow); priority <= models.PriorityUrgent; priority++ {
		p.Targets[priority] = map[string]int64{models.PromiseFirst: 60, models.PromiseNext: 120, models.PromiseResolution: 480}
	}
	h.write(func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		p.CalendarID = &c.ID
		return models.InsertPolicy(ctx, tx, p)
	})
	return p, c
}

func (h *house) at(year int, month time.Month, day, hour, minute int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = time.Date(year, month, day, hour, minute, 0, 0, time.UTC)
}

func (h *house) promises(number int64) []PromiseLine {
	h.t.Helper()
	all, err := h.TicketPromises(context.Background(), h.ada, number)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// stages are the events of promises of a ticket, as "kind stage".
func (h *house) stages(number int64) []string {
	h.t.Helper()
	all, err := models.Timeline(context.Background(), h.db, h.ticketByNumber(number).ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, e := range all {
		if e.Kind != models.EventPromiseBroken && e.Kind != models.EventPromiseWarned {
			continue
		}
		var data struct{ Kind string }
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
			h.t.Fatal(err)
		}
		if e.Public {
			h.t.Errorf("%s is public", e.Kind)
		}
		out = append(out, data.Kind+" "+e.Kind[len("promise_"):])
	}
	return out
}

func (h *house) tell() int {
	h.t.Helper()
	n, err := h.TellPromises(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) sound() {
	h.t.Helper()
	if err := models.CheckPromises(context.Background(), h.db); err != nil {
		h.t.Error(err)
	}
}

// AG-6: a ticket over a weekend, checked by hand. Filed on Friday at 15:30 UTC (16:30 in Berlin),
// half an hour before the end of work; answered on Monday, waiting until Tuesday, solved then.
func TestPromisesByHand(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		policy, _ := h.promise()
		h.at(2026, 11, 20, 14, 29)
		h.later(50 * time.Second)
		link := h.file(true) // an hour and ten seconds later
		number := h.ticketOf(link.Token).Number
		lines := h.promises(number)
		if len(lines) != 2 || lines[0].Kind != models.PromiseFirst || lines[1].Kind != models.PromiseResolution {
			t.Fatalf("%+v", lines)
		}
		monday := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
		if first := lines[0]; !first.Due.Equal(monday.Add(8*time.Hour+30*time.Minute)) || !first.Warn.Equal(monday.Add(-3*24*time.Hour+16*time.Hour)) ||
			first.Policy != "Usual" || first.Calendar != "Office" || first.Zone != "Europe/Berlin" || first.Minutes != 60 || first.Left != time.Hour || first.Late || first.Paused {
			t.Errorf("first: %+v", first)
		}
		if solved := lines[1]; !solved.Due.Equal(monday.Add(15*time.Hour + 30*time.Minute)) {
			t.Errorf("resolution: %+v", solved)
		}
		ticket := h.ticketByNumber(number)
		if ticket.PromiseKind != models.PromiseFirst || ticket.PromiseAt != models.At(lines[0].Due) || ticket.PromiseWarnAt != models.At(lines[0].Warn) || ticket.NextAt != ticket.PromiseAt {
			t.Errorf("the ticket says %+v", ticket)
		}
		// Monday, 10:00 in Berlin: an hour and a half of work have passed.
		h.at(2026, 11, 23, 9, 0)
		if n := h.tell(); n != 1 || !slices.Equal(h.stages(number), []string{"first broken"}) {
			t.Fatalf("%d events: %v", n, h.stages(number))
		}
		if told := h.ticketByNumber(number); told.UpdatedAt != ticket.UpdatedAt || told.PublicVersion != ticket.PublicVersion || told.Version != ticket.Version+1 {
			t.Errorf("the event moved the ticket: %+v", told)
		}
		if first := h.promises(number)[0]; !first.Late || first.Left != -30*time.Minute || first.Used != 90*time.Minute || first.BrokenAt.IsZero() {
			t.Errorf("overdue: %+v", first)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Which printer?", Status: "waiting"}); err != nil {
			t.Fatal(err)
		}
		if lines = h.promises(number); !lines[0].MetAt.Equal(h.clock()) || !lines[0].Late || !lines[1].Paused || !lines[1].Due.IsZero() || lines[1].Left != 390*time.Minute {
			t.Errorf("answered late, and waiting: %+v", lines)
		}
		if ticket = h.ticketByNumber(number); ticket.PromiseAt != 0 || ticket.PromiseKind != models.PromiseResolution || ticket.NextAt != 0 {
			t.Errorf("paused: %+v", ticket)
		}
		// A day later they answer: two hours for the next word, and the rest of the eight.
		h.at(2026, 11, 24, 9, 0)
		h.reply(link, "The one on the left.")
		lines = h.promises(number)
		tuesday := monday.AddDate(0, 0, 1)
		if len(lines) != 3 || lines[2].Kind != models.PromiseNext || !lines[2].Due.Equal(tuesday.Add(11*time.Hour)) || !lines[1].Due.Equal(tuesday.Add(15*time.Hour+30*time.Minute)) {
			t.Fatalf("asked again: %+v", lines)
		}
		if p := lines[1].Pauses; len(p) != 1 || p[0].State != models.ClockWaits || !p[0].From.Equal(monday.Add(9*time.Hour)) || !p[0].To.Equal(tuesday.Add(9*time.Hour)) {
			t.Errorf("pauses: %+v", p)
		}
		h.at(2026, 11, 24, 10, 30)
		if n := h.tell(); n != 1 {
			t.Errorf("%d events at half of the time", n)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "Switch it off.", Status: "resolved"}); err != nil {
			t.Fatal(err)
		}
		for i, late := range []bool{true, false, false} {
			if line := h.promises(number)[i]; line.MetAt.IsZero() || line.Late != late || line.Ended {
				t.Errorf("at the end: %+v", line)
			}
		}
		h.at(2026, 12, 22, 9, 0)
		if n := h.tell(); n != 0 {
			t.Errorf("%d events of what is over", n)
		}
		if want := []string{"first broken", "next warned"}; !slices.Equal(h.stages(number), want) {
			t.Errorf("stages %v, want %v", h.stages(number), want)
		}
		// It burns again: what was kept is owed again, with the rest of the time.
		h.at(2026, 12, 22, 9, 0)
		h.reply(link, "It burns again.")
		if again := h.promises(number); again[1].MetAt != (time.Time{}) || again[1].Left != 300*time.Minute || again[3].Kind != models.PromiseNext {
			t.Errorf("opened again: %+v", again)
		}
		h.sound()
		// What the event keeps can be checked by hand.
		e, err := models.LastEvent(ctx, h.db, ticket.ID, models.EventPromiseBroken)
		if err != nil {
			t.Fatal(err)
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(e.Data), &data); err != nil || data["policy"] != policy.Name || data["minutes"] != 60.0 || data["calendar"] != "Office" || data["zone"] != "Europe/Berlin" || data["paused"] != 0.0 ||
			data["due"] != float64(monday.Add(8*time.Hour+30*time.Minute).UnixMilli()) {
			t.Errorf("%s, %v", e.Data, err)
		}
	})
}

// AG-6: each stage is told once, whoever looks: two processes at once, a clock that jumps an hour
// or a year ahead, and back.
func TestStagesAreToldOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.promise()
		var numbers []int64
		h.at(2026, 11, 23, 8, 0)
		for i := range 6 {
			in := h.form()
			in.Client, in.Email = "192.0.2."+itoa(int64(i)), "rosa"+itoa(int64(i))+"@example.com"
			done, err := h.Portal().Submit(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			numbers = append(numbers, h.ticketOf(done.Token).Number)
		}
		if n := h.tell(); n != 0 {
			t.Fatalf("%d events too early", n)
		}
		other := New(Options{DB: h.db, Files: h.files, Keys: h.keys, Now: h.clock})
		both := func() (n int) {
			t.Helper()
			told := make(chan int)
			for _, d := range []*Desk{h.Desk, other} {
				go func() {
					n, err := d.TellPromises(ctx)
					if err != nil {
						t.Error(err)
					}
					told <- n
				}()
			}
			return <-told + <-told
		}
		h.later(40 * time.Minute)
		if n := both(); n != 6 {
			t.Errorf("%d warnings, want 6", n)
		}
		// A year ahead: broken, without a warning of what is broken already.
		h.later(366 * 24 * time.Hour)
		if n := both(); n != 12 {
			t.Errorf("%d breaches, want 12", n)
		}
		h.later(-366*24*time.Hour + 5*time.Minute)
		if n := both() + h.tell(); n != 0 {
			t.Errorf("%d events after the clock went back", n)
		}
		h.later(48 * time.Hour)
		if n := h.tell(); n != 0 {
			t.Errorf("%d events in the end", n)
		}
		for _, number := range numbers {
			got := h.stages(number)
			slices.Sort(got)
			if want := []string{"first broken", "first warned", "resolution broken"}; !slices.Equal(got, want) {
				t.Errorf("ticket %d: %v, want %v", number, got, want)
			}
		}
		// Back before the beginning, life goes on and nothing runs backwards.
		h.at(2026, 11, 22, 8, 0)
		if _, err := h.ReplyAsAgent(ctx, h.ada, numbers[0], AgentReply{Body: "Early.", Status: "waiting"}); err != nil {
			t.Fatal(err)
		}
		for _, line := range h.promises(numbers[0]) {
			if line.Used < 0 || !line.MetAt.IsZero() && line.MetAt.Before(line.Started) {
				t.Errorf("%+v", line)
			}
		}
		h.sound()
	})
}

// AG-6: kept too late between two looks of the clock is broken all the same, once, and nobody needs
// to be told.
func TestKeptTooLateBetweenTwoMinutes(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.promise()
		h.at(2026, 11, 23, 7, 0)
		number := h.ticketOf(h.file(true).Token).Number
		h.later(2 * time.Hour)
		h.answer(number, "Sorry for the wait.")
		before := h.jobs(JobNotify)
		if n := h.tell() + h.tell(); n != 1 || !slices.Equal(h.stages(number), []string{"first broken"}) {
			t.Errorf("%d events: %v", n, h.stages(number))
		}
		if after := h.jobs(JobNotify); after != before {
			t.Errorf("%d jobs tell of it", after-before)
		}
	})
}

// AG-6: what counts as asking and as answering, verb by verb.
func TestWhoAskedAndWhoAnswered(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		link, filed := h.fileAs("rosa@example.com", "Printer is on fire", "It began this morning.")
		number := filed.Number
		expect := func(what string, number int64, answered, asked, talked models.Stamp) {
			t.Helper()
			got := h.ticketByNumber(number)
			if got.AnsweredAt != answered || got.AskedAt != asked || got.TalkedAt != talked {
				t.Errorf("%s: answered %d asked %d talked %d, want %d %d %d", what, got.AnsweredAt, got.AskedAt, got.TalkedAt, answered, asked, talked)
			}
		}
		stamp := func() models.Stamp { h.later(time.Minute); return models.At(h.clock()) }
		begun := filed.CreatedAt
		expect("filed", number, 0, begun, begun)
		stamp()
		h.note(number, "I am on it.")
		if err := h.ChangeStatus(ctx, h.ada, number, "open", 0); err != nil {
			t.Fatal(err)
		}
		expect("a note and a status", number, 0, begun, begun)
		at := stamp()
		h.reply(link, "Anybody there?")
		expect("asked twice", number, 0, begun, at)

		// Only what is published is an answer; taken back it never was one.
		h.waits(30)
		pid, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "We are."})
		if err != nil {
			t.Fatal(err)
		}
		expect("a reply that waits", number, 0, begun, at)
		if _, err := h.TakeBack(ctx, h.ada, number, pid); err != nil {
			t.Fatal(err)
		}
		expect("taken back", number, 0, begun, at)
		if pid, err = h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "We really are."}); err != nil {
			t.Fatal(err)
		}
		at = stamp()
		if err := h.SendNow(ctx, h.ada, number, pid); err != nil {
			t.Fatal(err)
		}
		first := at
		expect("published", number, first, 0, at)
		h.waits(0)
		at = stamp()
		asked := at
		h.reply(link, "And now?")
		expect("asked again", number, first, asked, at)

		// By mail: a person asks, a machine does not.
		delivery, address := h.sent(h.ticketByNumber(number), &filed.ReporterID, nil)
		_ = delivery
		machine := h.letter("rosa@example.com", "Out of office", "I am away.")
		machine.To, machine.Class = []InboundAddress{{Addr: address}}, ClassAuto
		h.want(h.takes(machine), models.MailIgnored, MailAuto)
		expect("an automatic reply", number, first, asked, at)
		person := h.letter("rosa@example.com", "Re: Printer", "It still burns.")
		person.To = []InboundAddress{{Addr: address}}
		at = stamp()
		h.want(h.takes(person), models.MailBecameReply, "")
		expect("a mail", number, first, asked, at)

		// Split: the new ticket has the times of what comes along.
		entries := h.entries(h.ticketByNumber(number))
		moved, err := h.Split(ctx, h.ada, number, SplitInput{Title: "The second fire", Messages: []string{entries[len(entries)-2].PID, entries[len(entries)-1].PID}})
		if err != nil {
			t.Fatal(err)
		}
		expect("the old ticket", number, first, asked, at)
		expect("the new ticket", moved, 0, asked, at)

		// Merge: the target keeps its own.
		other, target := h.fileAs("tom@example.com", "Another", "Something else.")
		before := h.ticketByNumber(target.Number)
		stamp()
		h.mergeNow(h.ticketByNumber(moved), target, false)
		expect("the target of a merge", target.Number, before.AnsweredAt, before.AskedAt, before.TalkedAt)
		at = stamp()
		h.answer(target.Number, "Looked at.")
		expect("answered", target.Number, at, 0, at)
		_ = other

		// An agent's own words need no answer; a customer's that an agent wrote down do.
		at = stamp()
		next, err := h.FollowUp(ctx, h.ada, target.Number, FollowUpInput{Title: "Next", Body: "As agreed."})
		if err != nil {
			t.Fatal(err)
		}
		expect("a follow-up of an agent", next, at, 0, at)
		at = stamp()
		made, err := h.CreateTicket(ctx, h.ada, NewTicketInput{Project: "acme", Email: "zoe@example.com", Name: "Zoe", Title: "By telephone", Description: "She says it burns."})
		if err != nil {
			t.Fatal(err)
		}
		expect("opened for somebody", made, 0, at, at)
		at = stamp()
		if _, err := h.FromDiscord(ctx, ChatTicket{Slug: "acme", User: "77", Name: "otto#1234", Title: "From a chat", Description: "Help."}); err != nil {
			t.Fatal(err)
		}
		expect("from a chat", h.ticket().Number, 0, at, at)
		if err := models.Verify(ctx, h.db); err != nil {
			t.Error(err)
		}
	})
}

// AG-2, AG-6: public words that come along with a merge count as said when they were said: the last
// of them begins the days of silence anew and takes back a reminder, and whoever still waits for an
// answer waits on the ticket that stays. Notes, older words and answers given elsewhere change nothing of
// what is owed.
func TestMergeBringsWhatWasSaidLast(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.promise()
		h.at(2026, 11, 23, 8, 0)
		n := 0
		// pair gives a link to a ticket and its number, and the number of another one that was answered
		// after it and whose customer was reminded.
		pair := func() (Link, int64, int64) {
			t.Helper()
			n++
			link, src := h.fileAs("rosa"+itoa(int64(n))+"@example.com", "Source", "It burns.")
			_, dst := h.fileAs("tom"+itoa(int64(n))+"@example.com", "Target", "It smokes.")
			h.later(time.Minute)
			h.answer(src.Number, "We look.")
			h.later(time.Minute)
			h.answer(dst.Number, "We look.")
			h.later(time.Minute)
			h.write(func(ctx context.Context, tx *models.Tx) error {
				held, err := models.LockTicket(ctx, tx, dst.ID)
				if err != nil {
					return err
				}
				held.RemindedAt = models.At(h.clock())
				return models.SaveTicket(ctx, tx, held)
			})
			return link, src.Number, dst.Number
		}
		merged := func(src, dst int64, public bool) (before, after *models.Ticket) {
			t.Helper()
			before = h.ticketByNumber(dst)
			h.later(time.Minute)
			h.mergeNow(h.ticketByNumber(src), before, public)
			h.sound()
			return before, h.ticketByNumber(dst)
		}
		next := func(number int64) (pending int) {
			for _, p := range h.promises(number) {
				if p.Kind == models.PromiseNext && p.MetAt.IsZero() && !p.Ended {
					pending++
				}
			}
			return pending
		}

		link, src, dst := pair()
		h.later(time.Minute)
		asked := models.At(h.clock())
		h.reply(link, "It still burns.")
		h.later(time.Minute)
		h.reply(link, "Anybody?")
		said := models.At(h.clock())
		if _, after := merged(src, dst, true); after.TalkedAt != said || after.AskedAt != asked || after.RemindedAt != 0 || next(dst) != 1 {
			t.Errorf("a newer question: talked %d asked %d reminded %d, want %d %d 0; %d promises of an answer", after.TalkedAt, after.AskedAt, after.RemindedAt, said, asked, next(dst))
		}

		link, src, dst = pair()
		h.later(time.Minute)
		h.reply(link, "It still burns.")
		if before, after := merged(src, dst, false); after.TalkedAt != before.TalkedAt || after.AskedAt != 0 || after.RemindedAt != before.RemindedAt || next(dst) != 0 {
			t.Errorf("as notes: %+v, was %+v", after, before)
		}

		_, src, dst = pair()
		if before, after := merged(src, dst, true); after.TalkedAt != before.TalkedAt || after.AskedAt != 0 || after.RemindedAt != before.RemindedAt {
			t.Errorf("older words: %+v, was %+v", after, before)
		}

		_, src, dst = pair()
		h.later(time.Minute)
		h.answer(src, "It is out.")
		said = models.At(h.clock())
		if _, after := merged(src, dst, true); after.TalkedAt != said || after.AskedAt != 0 || after.RemindedAt != 0 {
			t.Errorf("a newer answer: %+v", after)
		}

		// Who waits on the ticket that stays is not answered by what was said elsewhere.
		_, ina := h.fileAs("ina@example.com", "Source", "It burns.")
		src = ina.Number
		_, waits := h.fileAs("olaf@example.com", "Waits", "It smokes.")
		h.later(time.Minute)
		h.answer(src, "It is out.")
		said = models.At(h.clock())
		if before, after := merged(src, waits.Number, true); after.TalkedAt != said || after.AskedAt != before.AskedAt || after.AnsweredAt != 0 {
			t.Errorf("answered elsewhere: %+v, was %+v", after, before)
		}
	})
}

// AG-6, PC-12: the clock of what is held begins when it is released; outside hours is said of the
// moment a ticket is filed.
func TestHeldAndOutsideHours(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, office := h.promise()
		h.settings(func(p *models.Project) { p.CalendarID = &office.ID })
		h.at(2026, 11, 22, 9, 0) // a Sunday
		sunday := h.ticketOf(h.file(true).Token)
		if !sunday.OutsideHours {
			t.Error("a Sunday is no working day")
		}
		h.verify(models.VerifyAlways)
		_, token := h.hold(func(in *SubmitInput) {})
		h.at(2026, 11, 24, 9, 0)
		done, err := h.Portal().ConfirmHeld(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		ticket := h.ticketOf(done.Link.Token)
		if ticket.OutsideHours || ticket.AskedAt != models.At(h.clock()) {
			t.Errorf("released: %+v", ticket)
		}
		if line := h.promises(ticket.Number)[0]; !line.Started.Equal(h.clock()) || !line.Due.Equal(h.clock().Add(time.Hour)) {
			t.Errorf("released: %+v", line)
		}
	})
}

// AG-6: whose tickets it is not sees no promises.
func TestTicketPromisesAreForItsAgents(t *testing.T) {
	h := newHouse(t, "")
	h.promise()
	number := h.ticketOf(h.file(true).Token).Number
	stranger := Actor{ID: 99, Role: models.RoleAgent, Projects: map[int64]models.Role{}}
	if _, err := h.TicketPromises(context.Background(), stranger, number); err == nil {
		t.Error("an agent of no project reads them")
	}
	if _, err := h.TicketPromises(context.Background(), h.ada, number+100); models.KindOf(err) != models.KindNotFound {
		t.Error(err)
	}
	if _, err := h.PreviewMoves(context.Background(), h.ada, func(*models.Catalog) { t.Error("asked for a change") }); models.KindOf(err) != models.KindForbidden {
		t.Error(err)
	}
}

// AG-6: a preview says what a change would do, and does not do it.
func TestPreviewMoves(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		policy, office := h.promise()
		h.at(2026, 11, 23, 7, 0)
		number := h.ticketOf(h.file(true).Token).Number // 8:00 UTC, an hour of work left of the first
		h.later(50 * time.Minute)
		ask := func(change func(cat *models.Catalog)) MovePreview {
			t.Helper()
			got, err := h.PreviewMoves(ctx, h.admin(), change)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := ask(func(*models.Catalog) {}); got.Looked != 1 || got.Moved != 0 || got.AtLeast {
			t.Errorf("nothing changed: %+v", got)
		}
		was := h.ticketByNumber(number).PromiseAt.Time()
		got := ask(func(cat *models.Catalog) {
			cat.Policy(policy.ID).Targets[models.PriorityNormal][models.PromiseFirst] = 30
		})
		if got.Moved != 1 || got.Overdue != 1 || got.Relieved != 0 || len(got.Examples) != 1 || got.Examples[0].Number != number || !got.Examples[0].Was.Equal(was) || !got.Examples[0].Is.Equal(was.Add(-30*time.Minute)) {
			t.Errorf("half the time: %+v", got)
		}
		got = ask(func(cat *models.Catalog) {
			cat.Calendar(office.ID).Hours[0] = []models.Span{{From: 13 * 60, To: 17 * 60}}
		})
		if got.Moved != 1 || got.Overdue != 0 || !got.Examples[0].Is.Equal(time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC)) {
			t.Errorf("Mondays from one o’clock: %+v", got)
		}
		h.later(2 * time.Hour)
		got = ask(func(cat *models.Catalog) { cat.Policies = nil })
		if got.Moved != 1 || got.Relieved != 1 || !got.Examples[0].Is.IsZero() {
			t.Errorf("no policy: %+v", got)
		}
		got = ask(func(cat *models.Catalog) {
			own := &models.Policy{ID: -1, Name: "New", Position: -1, Conditions: models.PolicyConditions{Projects: []int64{h.project.ID}}, Targets: models.PolicyTargets{models.PriorityNormal: {models.PromiseFirst: 600}}}
			cat.Policies = append([]*models.Policy{own}, cat.Policies...)
		})
		if got.Moved != 1 || got.Relieved != 1 {
			t.Errorf("a new policy: %+v", got)
		}
		// Who decides about another project only is told nothing of this one.
		elsewhere := Actor{ID: h.admin().ID, Role: models.RoleAdmin, Projects: map[int64]models.Role{h.project.ID + 1: models.RoleAdmin}}
		if got, err := h.PreviewMoves(ctx, elsewhere, func(cat *models.Catalog) { cat.Policies = nil }); err != nil || got.Looked != 0 || got.Moved != 0 || len(got.Examples) != 0 {
			t.Errorf("another project's administrator: %+v, %v", got, err)
		}
		if now := h.ticketByNumber(number).PromiseAt.Time(); !now.Equal(was) {
			t.Errorf("a preview moved the deadline to %s", now)
		}
		h.sound()
	})
}

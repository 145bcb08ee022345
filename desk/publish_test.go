package desk

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

func (h *house) waits(seconds int) {
	h.t.Helper()
	h.settings(func(p *models.Project) { p.Settings.UndoSeconds = seconds })
}

// claimed are the jobs of a kind that are due.
func (h *house) claimed(kind string) []models.Job {
	h.t.Helper()
	all, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock(), time.Nanosecond, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	h.later(time.Millisecond)
	return slices.DeleteFunc(all, func(j models.Job) bool { return j.Kind != kind })
}

// NU-5: until it is published a reply is nowhere outside: not on the thread page, in no poll,
// no wake-up, no mail, no file; the status and the agent's name that go with it are not either.
func TestAWaitingReplyIsInsideOnly(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.settings(func(p *models.Project) {
			p.Settings.UndoSeconds, p.Settings.ThreadAttachments = 30, models.ThreadFilesDownload
		})
		link := h.file(true)
		number := h.ticketOf(link.Token).Number
		before := h.thread(link)
		notified := h.jobs(JobNotify)

		live, end := context.WithCancel(ctx)
		defer end()
		go h.RunLive(live)
		<-h.live.follows
		outside, leave, err := h.Portal().Watch(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		inside, leaveInside, err := h.WatchTicket(ctx, h.ada, number)
		if err != nil {
			t.Fatal(err)
		}
		defer leaveInside()

		written := h.clock()
		pid, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "hidden answer", Status: "resolved", Uploads: []Upload{h.upload("secret.txt", "hidden file")}})
		if err != nil {
			t.Fatal(err)
		}
		awoken(t, inside)
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || len(page.Waiting) != 1 || page.Waiting[0].PID != pid || page.Waiting[0].ThenStatus != "Resolved" || len(page.Waiting[0].Files) != 1 || len(page.Entries) != 1 {
			t.Fatalf("agents see %+v, %v", page, err)
		}
		file := page.Waiting[0].Files[0].PID
		hidden := func(when string) {
			t.Helper()
			shown := h.thread(link)
			if len(shown.Messages) != len(before.Messages) || shown.Cursor != before.Cursor || shown.Status != before.Status || shown.WaitingFor != "" {
				t.Fatalf("%s the thread shows %+v", when, shown)
			}
			if news, err := h.Portal().Updates(ctx, link, before.Cursor, 0); err != nil || news != nil {
				t.Fatalf("%s a poll brings %+v, %v", when, news, err)
			}
			if all, err := h.Portal().Updates(ctx, link, 0, 0); err != nil || len(all.Messages) != 1 {
				t.Fatalf("%s a poll from the beginning brings %+v, %v", when, all, err)
			}
			if _, err := h.Portal().File(ctx, link, file, false); models.KindOf(err) != models.KindNotFound {
				t.Fatalf("%s the file: %v", when, err)
			}
			if n := h.jobs(JobNotify); n != notified {
				t.Fatalf("%s %d mails are asked for, want %d", when, n, notified)
			}
		}
		hidden("at once")
		// Whatever the clock says: publication is an act, not a time.
		h.later(time.Hour)
		hidden("an hour later")
		select {
		case <-outside:
			t.Fatal("the public page was woken")
		case <-time.After(150 * time.Millisecond):
		}

		jobs := h.claimed(JobPublish)
		var args struct{ Message int64 }
		if len(jobs) != 1 || jobs[0].Read(&args) != nil || !jobs[0].RunAt.Time().Equal(written.Add(30*time.Second)) {
			t.Fatalf("jobs %+v", jobs)
		}
		h.later(time.Minute)
		// Twice, as after a crash between the work and its end.
		for range 2 {
			if err := h.Publish(ctx, args.Message); err != nil {
				t.Fatal(err)
			}
		}
		awoken(t, outside)
		after := h.thread(link)
		if len(after.Messages) != 2 || after.Cursor != before.Cursor+1 || after.Status.Category != "resolved" || after.WaitingFor != "Ada" || !after.Messages[1].At.Equal(h.clock()) {
			t.Fatalf("published %+v", after)
		}
		if c, err := h.Portal().File(ctx, link, file, false); err != nil || readAll(t, c) != "hidden file" {
			t.Fatalf("the file: %v", err)
		}
		events, err := models.Timeline(ctx, h.db, h.ticket().ID, 0)
		replied := 0
		for _, e := range events {
			if e.Kind == models.EventAgentReplied {
				replied++
			}
		}
		if err != nil || replied != 1 {
			t.Fatalf("%d times answered, %v", replied, err)
		}
	})
}

func awoken(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(time.Minute):
		t.Fatal("nobody was woken")
	}
}

// NU-5: taken back, a reply never was: text and files come back to their author, and the same
// form sends it no second time.
func TestTakeBack(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.waits(30)
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		form, _ := h.Ticket(ctx, h.ada, number, "")
		in := AgentReply{FormID: form.FormID, Body: "too **soon**", Status: "waiting", Uploads: []Upload{h.upload("a.txt", "kept")}}
		pid, err := h.ReplyAsAgent(ctx, h.ada, number, in)
		if err != nil {
			t.Fatal(err)
		}
		ben := h.agentNamed("Ben", models.RoleAgent)
		if _, err := h.TakeBack(ctx, ben, number, pid); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("a colleague takes it back: %v", err)
		}
		h.kind(h.SendNow(ctx, ben, number, pid), models.KindNotFound)
		if _, err := h.TakeBack(ctx, Actor{ID: 99, Role: models.RoleViewer}, number, pid); models.KindOf(err) != models.KindForbidden {
			t.Fatalf("a viewer takes it back: %v", err)
		}
		back, err := h.TakeBack(ctx, h.ada, number, pid)
		if err != nil || back.Body != "too **soon**" || back.Status != "waiting" {
			t.Fatalf("back %+v, %v", back, err)
		}
		page, err := h.Ticket(ctx, h.ada, number, back.FormID)
		if err != nil || len(page.Waiting) != 0 || len(page.Entries) != 1 || len(page.Staged) != 1 || page.Staged[0].Name != "a.txt" || page.FormID != back.FormID {
			t.Fatalf("page %+v, %v", page, err)
		}
		if _, err := h.TakeBack(ctx, h.ada, number, pid); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("twice: %v", err)
		}
		// A second press of the first form's button that comes late.
		in.Uploads = nil
		if again, err := h.ReplyAsAgent(ctx, h.ada, number, in); err != nil || again != "" {
			t.Fatalf("sent again as %q, %v", again, err)
		}
		// The file goes with the next try.
		pid, err = h.ReplyAsAgent(ctx, h.ada, number, AgentReply{FormID: back.FormID, Body: "better", Keep: []string{page.Staged[0].PID}})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SendNow(ctx, h.ada, number, pid); err != nil {
			t.Fatal(err)
		}
		if err := h.SendNow(ctx, h.ada, number, pid); err != nil {
			t.Fatalf("sending what is sent: %v", err)
		}
		_, err = h.TakeBack(ctx, h.ada, number, pid)
		h.kind(err, models.KindConflict)
		shown := h.thread(link)
		if len(shown.Messages) != 2 || !strings.Contains(shown.Messages[1].HTML, "better") || len(shown.Messages[1].Files) != 1 {
			t.Fatalf("thread %+v", shown.Messages)
		}
	})
}

// NU-5: what happens while a reply waits stays true: a reply of the customer stands before it,
// and a status that the graph no longer allows does not keep the words back.
func TestPublicationAfterOtherChanges(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.waits(30)
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		pid, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "first written", Status: "waiting"})
		if err != nil {
			t.Fatal(err)
		}
		h.later(10 * time.Second)
		h.reply(link, "second written")
		if err := h.ChangeStatus(ctx, h.ada, number, "closed", 0); err != nil {
			t.Fatal(err)
		}
		cursor := h.thread(link).Cursor
		if err := h.SendNow(ctx, h.ada, number, pid); err != nil {
			t.Fatal(err)
		}
		shown := h.thread(link)
		if len(shown.Messages) != 3 || !strings.Contains(shown.Messages[2].HTML, "first written") || shown.Status.Category != "closed" {
			t.Fatalf("thread %+v", shown)
		}
		news, err := h.Portal().Updates(ctx, link, cursor, 0)
		if err != nil || len(news.Messages) != 1 || !strings.Contains(news.Messages[0].HTML, "first written") {
			t.Fatalf("news %+v, %v", news, err)
		}
	})
}

// AG-2: a reply to an older state of the conversation is held once; a note never is, and one's
// own words hold nobody.
func TestHeldByNewerMessage(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		page, _ := h.Ticket(ctx, h.ada, number, "")
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "mine"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{Body: "own words hold nobody", Seen: page.Version}); err != nil {
			t.Fatal(err)
		}
		h.reply(link, "wait, it is solved")
		in := AgentReply{FormID: page.FormID, Body: "try this", Seen: page.Version, Uploads: []Upload{h.upload("a.txt", "kept")}}
		_, err := h.ReplyAsAgent(ctx, h.ada, number, in)
		h.kind(err, models.KindConflict)
		newer, err := h.Newer(ctx, h.ada, number, page.Version)
		if err != nil || len(newer) != 1 || !strings.Contains(newer[0].HTML, "it is solved") {
			t.Fatalf("newer %+v, %v", newer, err)
		}
		again, err := h.Ticket(ctx, h.ada, number, page.FormID)
		if err != nil || len(again.Staged) != 1 {
			t.Fatalf("files %+v, %v", again.Staged, err)
		}
		if _, err := h.Note(ctx, h.ada, number, AgentReply{Body: "noted", Seen: page.Version}); err != nil {
			t.Fatalf("a note is held: %v", err)
		}
		in.Uploads, in.Keep, in.Seen = nil, []string{again.Staged[0].PID}, again.Version
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, in); err != nil {
			t.Fatalf("the second press: %v", err)
		}
		if got := h.thread(link).Messages; len(got) != 4 || len(got[3].Files) != 1 {
			t.Fatalf("thread %+v", got)
		}
	})
}

// AG-2: who is here and who writes is told to the others, once, and forgotten by itself.
func TestPresence(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		ben := h.agentNamed("Ben", models.RoleAgent)
		live, end := context.WithCancel(ctx)
		defer end()
		go h.RunLive(live)
		<-h.live.follows
		adas, leave, err := h.WatchTicket(ctx, h.ada, number)
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		everybody, leaveAll := h.WatchAll()
		defer leaveAll()
		outside, leaveOut, err := h.Portal().Watch(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		defer leaveOut()
		page, _ := h.Ticket(ctx, h.ada, number, "")
		if here, err := h.HereNow(ctx, ben, number, Beat{}); err != nil || len(here) != 0 {
			t.Fatalf("Ben sees %v, %v", here, err)
		}
		awoken(t, adas)
		news, err := h.TicketUpdates(ctx, h.ada, number, page.Seen)
		if err != nil || news == nil || !news.Quiet || len(news.Here) != 1 || news.Here[0] != (Here{Name: "Ben"}) || news.Version != page.Version {
			t.Fatalf("news %+v, %v", news, err)
		}
		if again, err := h.TicketUpdates(ctx, h.ada, number, news.Seen); err != nil || again != nil {
			t.Fatalf("again %+v, %v", again, err)
		}
		// The same sign of life is no news; writing is.
		if _, err := h.HereNow(ctx, ben, number, Beat{}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-adas:
			t.Fatal("woken by a mere sign of life")
		case <-everybody:
			t.Fatal("a list was woken")
		case <-outside:
			t.Fatal("the customer was woken")
		case <-time.After(150 * time.Millisecond):
		}
		if _, err := h.HereNow(ctx, ben, number, Beat{Typing: true}); err != nil {
			t.Fatal(err)
		}
		awoken(t, adas)
		if here, err := h.HereNow(ctx, h.ada, number, Beat{}); err != nil || len(here) != 1 || !here[0].Typing {
			t.Fatalf("Ada sees %v, %v", here, err)
		}
		h.later(46 * time.Second)
		if page, _ := h.Ticket(ctx, h.ada, number, ""); len(page.Here) != 0 {
			t.Fatalf("still here: %v", page.Here)
		}
		if _, err := h.HereNow(ctx, ben, number, Beat{}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.HereNow(ctx, ben, number, Beat{Gone: true}); err != nil {
			t.Fatal(err)
		}
		if page, _ := h.Ticket(ctx, h.ada, number, ""); len(page.Here) != 0 {
			t.Fatalf("left, but here: %v", page.Here)
		}
		if _, err := h.HereNow(ctx, Actor{ID: ben.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{}}, number, Beat{}); err == nil {
			t.Fatal("somebody of another project is here")
		}
	})
}

// agentNamed adds an agent.
func (h *house) agentNamed(name string, role models.Role) Actor {
	h.t.Helper()
	a := &models.Agent{Address: strings.ToLower(name) + "@acme.example", AddressKey: strings.ToLower(name) + "@acme.example", Name: name, Role: role, CreatedAt: models.At(h.clock())}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
	return Actor{ID: a.ID, Name: name, Role: role}
}

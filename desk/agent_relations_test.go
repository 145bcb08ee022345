package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

// fileAs files a ticket of somebody and gives a proven link and the ticket.
func (h *house) fileAs(email, title, description string, uploads ...Upload) (Link, *models.Ticket) {
	h.t.Helper()
	h.later(time.Hour)
	in := h.form()
	in.Email, in.Name, in.Title, in.Description, in.Uploads = email, strings.Split(email, "@")[0], title, description, uploads
	done, err := h.Portal().Submit(context.Background(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(done.Token))
	if err != nil {
		h.t.Fatal(err)
	}
	t, err := models.TicketByID(context.Background(), h.db, a.Ticket.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	link, _ := h.ParticipantLinks(&a.Person.Participant)
	return link, t
}

// join enrols somebody else and gives their link.
func (h *house) join(t *models.Ticket, email string) (Link, int64) {
	h.t.Helper()
	var link Link
	var id int64
	h.write(func(ctx context.Context, tx *models.Tx) error {
		k, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: email, Name: strings.Split(email, "@")[0], CreatedAt: models.At(h.clock())})
		if err != nil {
			return err
		}
		p := &models.Participant{TicketID: t.ID, ContactID: k.ID, JoinedAs: models.JoinedCC, CreatedAt: models.At(h.clock())}
		if err := models.InsertParticipant(ctx, tx, p); err != nil {
			return err
		}
		id = k.ID
		link, err = h.keepLinks(ctx, tx, p, models.At(h.clock()))
		return err
	})
	return link, id
}

func (h *house) note(number int64, body string) {
	h.t.Helper()
	if _, err := h.Note(context.Background(), h.ada, number, AgentReply{Body: body}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) answer(number int64, body string, uploads ...Upload) {
	h.t.Helper()
	if _, err := h.ReplyAsAgent(context.Background(), h.ada, number, AgentReply{Body: body, Uploads: uploads}); err != nil {
		h.t.Fatal(err)
	}
}

// mergeNow merges as the confirm page of this moment would.
func (h *house) mergeNow(from, to *models.Ticket, public bool, move ...int64) {
	h.t.Helper()
	plan, err := h.PlanMerge(context.Background(), h.ada, from.Number, itoa(to.Number))
	if err != nil {
		h.t.Fatal(err)
	}
	got, err := h.Merge(context.Background(), h.ada, from.Number, MergeInput{Target: itoa(to.Number), Move: move, Public: public, SourceVersion: plan.SourceVersion, TargetVersion: plan.TargetVersion})
	if err != nil || got != to.Number {
		h.t.Fatal(got, err)
	}
}

// whole is everything that a link shows, as one text.
func (h *house) whole(link Link) string {
	h.t.Helper()
	raw, err := json.Marshal(h.thread(link))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(raw)
}

func (h *house) must(text string, has []string, lacks []string) {
	h.t.Helper()
	for _, w := range has {
		if !strings.Contains(text, w) {
			h.t.Errorf("lacks %q in %s", w, text)
		}
	}
	for _, w := range lacks {
		if strings.Contains(text, w) {
			h.t.Errorf("holds %q in %s", w, text)
		}
	}
}

// AG-2, AG-8, A67: a merge lets a moved participant's link show the target, and nobody else's:
// no word, name or file of the target reaches who was not moved, whatever they open or post.
func TestMergeLeaksNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rosa, src := h.fileAs("rosa@example.com", "SRCTITLE", "SRCOPENING", h.upload("srcfile.txt", "SRCBYTES"))
		eve, _ := h.join(src, "eve@example.net")
		mallory, malloryID := h.join(src, "mallory@example.org")
		h.answer(src.Number, "SRCANSWER")
		h.note(src.Number, "SRCNOTE")
		tom, dst := h.fileAs("tom@example.com", "DSTTITLE", "DSTOPENING", h.upload("dstfile.txt", "DSTBYTES"))
		h.answer(dst.Number, "DSTANSWER")
		h.note(dst.Number, "DSTNOTE")
		before := h.whole(eve)
		secrets := []string{"DST", "dstfile", "tom", "merge", "Merge"}

		plan, err := h.PlanMerge(ctx, h.ada, src.Number, "#"+itoa(dst.Number))
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Movable) != 3 || len(plan.Both) != 0 || len(plan.Readers) != 1 || plan.Public || len(plan.Messages) != 3 || plan.Files != 1 || plan.TargetMessages != 2 || plan.TargetFiles != 1 {
			t.Fatalf("the plan says %+v", plan)
		}
		h.mergeNow(src, dst, true, malloryID)

		// Not moved: the old ticket, closed, and not a word more than before.
		for who, link := range map[string]Link{"rosa": rosa, "eve": eve} {
			text := h.whole(link)
			h.must(text, []string{"SRCOPENING", "SRCANSWER", "SRCTITLE"}, append(secrets, "SRCNOTE"))
			page := h.thread(link)
			if page.Status.Category != string(models.CategoryClosed) || page.CanClose || !page.ReplyFollowsUp || len(page.Messages) != len(h.thread(eve).Messages) {
				t.Errorf("%s sees %+v", who, page)
			}
		}
		if strings.Count(before, "SRC") != strings.Count(h.whole(eve), "SRC") {
			t.Error("who was not moved sees another conversation than before")
		}
		// Moved: the target, with what came along, where its time is; no note of either.
		text := h.whole(mallory)
		h.must(text, []string{"DSTTITLE", "DSTOPENING", "DSTANSWER", "SRCOPENING", "SRCANSWER"}, []string{"SRCTITLE", "SRCNOTE", "DSTNOTE", "merge"})
		if strings.Index(text, "SRCANSWER") > strings.Index(text, "DSTOPENING") {
			t.Error("what came along does not stand where its time is")
		}
		// Who was on the target reads what came along as public, which the plan had said.
		h.must(h.whole(tom), []string{"SRCOPENING", "DSTOPENING"}, []string{"SRCNOTE", "DSTNOTE", "SRCTITLE"})

		// Polls, files and replies of the one not moved stay on the old ticket.
		h.answer(dst.Number, "DSTLATER")
		if news, err := h.Portal().Updates(ctx, eve, h.thread(eve).Cursor, 0); err != nil || news != nil {
			t.Fatalf("the poll of who was not moved finds %+v, %v", news, err)
		}
		news, err := h.Portal().Updates(ctx, eve, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(news)
		h.must(string(raw), []string{"SRCOPENING"}, secrets)
		if news, err := h.Portal().Updates(ctx, mallory, 0, 0); err != nil || len(news.Messages) != 5 {
			t.Fatalf("the poll of the moved finds %+v, %v", news, err)
		}
		files := map[string]string{}
		for _, m := range h.thread(tom).Messages {
			for _, f := range m.Files {
				files[f.Name] = f.PID
			}
		}
		if len(files) != 2 {
			t.Fatalf("the target has the files %v", files)
		}
		h.settings(func(p *models.Project) { p.Settings.ThreadAttachments = models.ThreadFilesDownload })
		for name, pid := range files {
			if _, err := h.Portal().File(ctx, eve, pid, false); models.KindOf(err) != models.KindNotFound {
				t.Errorf("who was not moved opens %s of the target: %v", name, err)
			}
		}
		old := h.thread(eve).Messages[0].Files[0].PID
		for who, link := range map[string]Link{"eve": eve, "mallory": mallory} {
			c, err := h.Portal().File(ctx, link, old, false)
			if err != nil || readAll(t, c) != "SRCBYTES" {
				t.Errorf("%s cannot open the file of the old mail: %v", who, err)
			}
		}
		done := h.reply(eve, "EVEREPLY")
		if done.FollowUp == "" {
			t.Fatalf("a reply to a merged ticket by who was not moved did %+v", done)
		}
		h.must(h.whole(Link{Token: done.FollowUp}), []string{"EVEREPLY", "SRCTITLE"}, secrets)
		h.must(h.whole(tom), nil, []string{"EVEREPLY"})
		h.reply(mallory, "MALLORYREPLY")
		h.must(h.whole(tom), []string{"MALLORYREPLY"}, nil)
		h.must(h.whole(eve), nil, append(secrets, "MALLORYREPLY"))

		// The old link is as good as the person's own on the target: replaced there, it is dead.
		mine := h.personOn(dst.ID, malloryID)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.RaiseGeneration(ctx, tx, mine.ID, models.At(h.clock()))
			return err
		})
		if _, err := h.Portal().Thread(ctx, mallory, ""); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a replaced link still opens the target by the old ticket's: %v", err)
		}
		if _, err := h.Portal().Updates(ctx, mallory, 0, 0); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a replaced link still polls: %v", err)
		}
	})
}

func (h *house) personOn(ticketID, contactID int64) *models.Person {
	h.t.Helper()
	people, err := models.People(context.Background(), h.db, ticketID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range people {
		if p.ContactID == contactID {
			return p
		}
	}
	h.t.Fatalf("contact %d is not on ticket %d", contactID, ticketID)
	return nil
}

// AG-2: what comes along as notes is read by nobody outside; who is on both tickets needs no
// tick; the chain of two merges ends at the last one; unsubscribing by an old mail works there.
func TestMergeAsNotesAndInAChain(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		first, a := h.fileAs("rosa@example.com", "one", "FIRSTWORDS")
		_, b := h.fileAs("rosa@example.com", "two", "SECONDWORDS")
		guest, _ := h.join(b, "guest@example.net")
		_, c := h.fileAs("rosa@example.com", "three", "THIRDWORDS")
		h.mergeNow(a, b, false)
		h.must(h.whole(first), []string{"SECONDWORDS"}, []string{"FIRSTWORDS"})
		h.must(h.whole(guest), []string{"SECONDWORDS"}, []string{"FIRSTWORDS"})
		page, err := h.Ticket(ctx, h.ada, b.Number, "")
		if err != nil || len(page.Entries) != 2 || page.Entries[1].Kind != models.MessageNote || page.Entries[1].CopiedFrom != a.Number {
			t.Fatalf("agents see %+v, %v", page, err)
		}
		h.mergeNow(b, c, true)
		h.must(h.whole(first), []string{"THIRDWORDS", "SECONDWORDS"}, []string{"FIRSTWORDS"})
		// Who was on the second only stays there, and learns nothing of the third.
		h.must(h.whole(guest), []string{"SECONDWORDS"}, []string{"FIRSTWORDS", "THIRDWORDS"})
		_, unsubscribe := h.ParticipantLinks(&h.personOn(a.ID, a.ReporterID).Participant)
		if err := h.Portal().Unsubscribe(ctx, unsubscribe); err != nil {
			t.Fatal(err)
		}
		if h.personOn(c.ID, c.ReporterID).UnsubscribedAt == 0 || h.personOn(a.ID, a.ReporterID).UnsubscribedAt != 0 {
			t.Error("unsubscribing by an old mail stops no mails of the ticket it became")
		}
		// A merged ticket is over: nothing is done with it any more.
		_, err = h.ReplyAsAgent(ctx, h.ada, a.Number, AgentReply{Body: "x"})
		h.kind(err, models.KindConflict)
		h.kind(h.ChangeStatus(ctx, h.ada, a.Number, "open", 0), models.KindConflict)
		_, err = h.PlanMerge(ctx, h.ada, a.Number, itoa(c.Number))
		h.kind(err, models.KindConflict)
		_, err = h.PlanMerge(ctx, h.ada, c.Number, itoa(a.Number))
		h.fault(err, "target")
		h.kind(h.MarkSpam(ctx, h.ada, a.Number, 0), models.KindConflict)
	})
}

// AG-2, A67: merging needs the right in both projects, what was shown must still be true, and
// a ticket that may not be seen is as good as none.
func TestMergeRefusals(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, a := h.fileAs("rosa@example.com", "one", "x")
		_, b := h.fileAs("tom@example.com", "two", "y")
		plan, err := h.PlanMerge(ctx, h.ada, a.Number, b.Reference)
		if err != nil {
			t.Fatal(err)
		}
		h.note(b.Number, "changed meanwhile")
		in := MergeInput{Target: itoa(b.Number), SourceVersion: plan.SourceVersion, TargetVersion: plan.TargetVersion}
		_, err = h.Merge(ctx, h.ada, a.Number, in)
		h.kind(err, models.KindConflict)
		_, err = h.PlanMerge(ctx, h.ada, a.Number, itoa(a.Number))
		h.fault(err, "target")
		_, err = h.PlanMerge(ctx, h.ada, a.Number, "99999")
		h.fault(err, "target")
		var other *models.Project
		h.write(func(ctx context.Context, tx *models.Tx) (err error) {
			other, err = NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			return err
		})
		narrow := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{other.ID: models.RoleAgent}}
		viewer := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{h.project.ID: models.RoleViewer, other.ID: models.RoleAgent}}
		_, err = h.Merge(ctx, narrow, a.Number, in)
		h.kind(err, models.KindNotFound)
		_, err = h.Merge(ctx, viewer, a.Number, in)
		h.kind(err, models.KindForbidden)
		if found, err := h.FindOthers(ctx, h.ada, models.ActMerge, a.Number, "two"); err != nil || len(found) != 1 || found[0].Number != b.Number {
			t.Errorf("finds %v, %v", found, err)
		}
		if h.ticketByNumber(a.Number).MergedIntoID != nil {
			t.Error("a refused merge did something")
		}
		// A ticket of another project: found only by who may merge there too.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			n := &newTicket{project: other, title: "elsewhere", description: "d", origin: models.OriginWeb, contact: models.Contact{Address: "a@b.example", AddressKey: "a@b.example", CreatedAt: 1}}
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			n.project = cat.ProjectBySlug("other")
			_, _, _, err = h.create(ctx, tx, n, h.clock())
			return err
		})
		here := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{h.project.ID: models.RoleAgent, other.ID: models.RoleViewer}}
		for _, words := range []string{"elsewhere", itoa(b.Number + 1), "two"} {
			found, err := h.FindOthers(ctx, here, models.ActMerge, a.Number, words)
			if err != nil || (len(found) == 1) != (words == "two") {
				t.Errorf("%q finds %v, %v", words, found, err)
			}
		}
		_, err = h.PlanMerge(ctx, here, a.Number, itoa(b.Number+1))
		h.fault(err, "target")
		if _, err := h.PlanMerge(ctx, h.ada, a.Number, itoa(b.Number+1)); err != nil {
			t.Errorf("across projects: %v", err)
		}
	})
}

func (h *house) ticketByNumber(n int64) *models.Ticket {
	h.t.Helper()
	t, err := models.TicketByNumber(context.Background(), h.db, n)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// AG-2: a split leaves the old thread as it was; the new ticket belongs to who wrote it, notes
// stay notes, and nobody else of the old ticket reads it.
func TestSplit(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rosa, src := h.fileAs("rosa@example.com", "Two things", "OPENING")
		eve, eveID := h.join(src, "eve@example.net")
		h.reply(eve, "EVEMATTER")
		h.note(src.Number, "EVENOTE")
		plan, err := h.PlanSplit(ctx, h.ada, src.Number)
		if err != nil || len(plan.Messages) != 3 {
			t.Fatal(plan, err)
		}
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "", Messages: nil})
		h.fault(err, "title")
		h.fault(err, "messages")
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "x", Messages: []string{plan.Messages[0].PID}, Version: plan.Version - 1})
		h.kind(err, models.KindConflict)
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "x", Messages: []string{plan.Messages[0].PID}, Reporter: 9999})
		h.fault(err, "reporter")
		number, err := h.Split(ctx, h.ada, src.Number, SplitInput{Title: "Eve's matter", Messages: []string{plan.Messages[1].PID, plan.Messages[2].PID}, Version: plan.Version})
		if err != nil {
			t.Fatal(err)
		}
		fresh := h.ticketByNumber(number)
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || fresh.ReporterID != eveID || len(page.Participants) != 1 || len(page.Entries) != 2 || page.Entries[1].Kind != models.MessageNote || page.Entries[0].CopiedFrom != src.Number {
			t.Fatalf("the new ticket is %+v, %v", page, err)
		}
		if len(page.Relations.Tickets) != 1 || page.Relations.Tickets[0].Number != src.Number {
			t.Errorf("it is not linked: %+v", page.Relations)
		}
		link, _ := h.ParticipantLinks(&h.personOn(fresh.ID, eveID).Participant)
		h.must(h.whole(link), []string{"EVEMATTER"}, []string{"EVENOTE", "OPENING"})
		h.must(h.whole(rosa), []string{"OPENING", "EVEMATTER"}, []string{"EVENOTE"})
	})
}

// AG-2: links are seen from both sides, once; a follow-up carries type, fields and people.
func TestLinksAndFollowUps(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, a := h.fileAs("rosa@example.com", "one", "x")
		h.join(a, "eve@example.net")
		_, b := h.fileAs("tom@example.com", "two", "y")
		for range 2 {
			if err := h.Link(ctx, h.ada, a.Number, b.Reference); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range []int64{a.Number, b.Number} {
			page, err := h.Ticket(ctx, h.ada, n, "")
			if err != nil || len(page.Relations.Tickets) != 1 || page.Relations.Tickets[0].How != models.RelatedLink || len(page.Events) != 2 {
				t.Fatalf("%+v %+v, %v", page.Relations, page.Events, err)
			}
		}
		if err := h.Unlink(ctx, h.ada, b.Number, itoa(a.Number)); err != nil {
			t.Fatal(err)
		}
		if page, _ := h.Ticket(ctx, h.ada, a.Number, ""); len(page.Relations.Tickets) != 0 {
			t.Errorf("still linked: %+v", page.Relations)
		}
		h.fault(h.Link(ctx, h.ada, a.Number, itoa(a.Number)), "target")
		_, err := h.FollowUp(ctx, h.ada, a.Number, FollowUpInput{})
		h.fault(err, "title")
		h.fault(err, "body")
		number, err := h.FollowUp(ctx, h.ada, a.Number, FollowUpInput{Title: "And then", Body: "We looked again.", Tell: true})
		if err != nil {
			t.Fatal(err)
		}
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || len(page.Participants) != 2 || !page.Entries[0].Agent || page.Relations.Tickets[0].How != models.RelatedFollows {
			t.Fatalf("the follow-up is %+v, %v", page, err)
		}
		// AG-2: what an agent has of other projects stays theirs.
		narrow := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{}}
		h.kind(h.Link(ctx, narrow, a.Number, itoa(b.Number)), models.KindForbidden)
	})
}

// AG-8: spam is over: its links are not available, replies do nothing, no list of open tickets
// has it; taken back, all is as before.
func TestSpam(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link, a := h.fileAs("rosa@example.com", "Buy", "SPAMWORDS")
		h.kind(h.MarkSpam(ctx, Actor{ID: 9, Role: models.RoleViewer}, a.Number, 0), models.KindForbidden)
		h.kind(h.MarkSpam(ctx, h.ada, a.Number, a.Version+7), models.KindConflict)
		formID := h.thread(link).FormID
		if err := h.MarkSpam(ctx, h.ada, a.Number, a.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Portal().Thread(ctx, link, ""); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the page of spam: %v", err)
		}
		if _, err := h.Portal().Updates(ctx, link, 0, 0); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the poll of spam: %v", err)
		}
		if _, err := h.Portal().Reply(ctx, link, ReplyInput{FormID: formID, Body: "again"}); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a reply to spam: %v", err)
		}
		got := h.ticketByNumber(a.Number)
		if got.SpamAt == 0 || got.EndedAt == 0 || h.count(models.ViewOpen) != 0 {
			t.Errorf("it is %+v", got)
		}
		// By a way that has no page, such as mail, the text is kept, and nothing else happens.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			locked, err := models.LockTicket(ctx, tx, a.ID)
			if err != nil {
				return err
			}
			_, _, _, err = h.replyByMail(ctx, tx, cat.ProjectBySlug("acme"), locked, h.personOnTx(ctx, tx, a.ID), "by mail")
			return err
		})
		if got := h.ticketByNumber(a.Number); got.EndedAt == 0 || got.SpamAt == 0 {
			t.Errorf("a reply opened spam: %+v", got)
		}
		if err := h.UnmarkSpam(ctx, h.ada, a.Number, 0); err != nil {
			t.Fatal(err)
		}
		got = h.ticketByNumber(a.Number)
		if got.SpamAt != 0 || got.EndedAt != 0 || got.StatusID != a.StatusID {
			t.Errorf("taken back it is %+v", got)
		}
		h.must(h.whole(link), []string{"SPAMWORDS"}, nil)
	})
}

func (h *house) replyByMail(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket, author *models.Person, body string) (*Replied, int64, int64, error) {
	return h.Desk.reply(ctx, tx, project, t, author, entry{kind: models.MessagePublic, contact: &author.ContactID, body: body, origin: models.OriginMail}, h.clock())
}

func (h *house) personOnTx(ctx context.Context, tx *models.Tx, ticketID int64) *models.Person {
	people, err := models.People(ctx, tx, ticketID)
	if err != nil || len(people) == 0 {
		h.t.Fatal(err)
	}
	return people[0]
}

// AG-8: a blocked sender is refused exactly as somebody who has sent too much, by address
// (however spelt) and by domain, and only until the block ends.
func TestBlocks(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link, _ := h.fileAs("rosa@example.com", "one", "x")
		submit := func(email string) error {
			h.later(time.Hour)
			in := h.form()
			in.Email = email
			_, err := h.Portal().Submit(ctx, in)
			return err
		}
		// What a limit looks like.
		var limit *models.Error
		for range 20 {
			in := h.form()
			in.Email = "often@example.net"
			if _, err := h.Portal().Submit(ctx, in); err != nil {
				limit, _ = models.AsError(err)
				break
			}
		}
		block := func(kind, value, long string) error {
			return h.Block(ctx, h.ada, BlockInput{Kind: kind, Value: value, Reason: "spam", For: long})
		}
		if err := block(models.BlockAddress, "Rosa+tag@Example.com", BlockDay); err != nil {
			t.Fatal(err)
		}
		err := submit("rosa@example.com")
		e, _ := models.AsError(err)
		if e == nil || limit == nil || e.Kind != limit.Kind || e.Message != limit.Message || e.RetryAfter <= 0 || e.RetryAfter > time.Hour {
			t.Fatalf("blocked %#v, limited %#v", e, limit)
		}
		h.kind(submit("ROSA+other@example.com"), models.KindTooMany)
		if err := submit("tom@example.com"); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		_, err = h.Portal().Reply(ctx, link, ReplyInput{FormID: h.thread(link).FormID, Body: "still here"})
		h.kind(err, models.KindTooMany)
		h.later(24 * time.Hour)
		if err := submit("rosa@example.com"); err != nil {
			t.Errorf("after a day: %v", err)
		}
		if err := block(models.BlockDomain, "@spam.example", BlockForever); err != nil {
			t.Fatal(err)
		}
		h.kind(submit("a@mail.spam.example"), models.KindTooMany)
		if err := submit("a@notspam.example"); err != nil {
			t.Errorf("another domain: %v", err)
		}
		h.fault(block(models.BlockDomain, "gmail.com", BlockForever), "confirm")
		h.fault(block(models.BlockDomain, "example", BlockForever), "value")
		h.fault(block(models.BlockAddress, "nonsense", BlockForever), "value")
		h.fault(block(models.BlockAddress, "a@b.example", "a week"), "for")
		h.kind(h.Block(ctx, Actor{ID: 4, Role: models.RoleViewer}, BlockInput{}), models.KindForbidden)
		if err := h.Block(ctx, h.ada, BlockInput{Kind: models.BlockDomain, Value: "gmail.com", For: BlockDay, Confirmed: true}); err != nil {
			t.Fatal(err)
		}
		list, next, err := h.Blocks(ctx, h.ada, 0)
		if err != nil || len(list) != 2 || next != 0 || list[0].Value != "gmail.com" || !list[1].ExpiresAt.IsZero() {
			t.Fatalf("the list is %+v, %v", list, err)
		}
		if err := h.Unblock(ctx, h.ada, list[1].ID); err != nil {
			t.Fatal(err)
		}
		if err := submit("a@mail.spam.example"); err != nil {
			t.Errorf("after lifting: %v", err)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "block", Limit: 10})
		if err != nil || len(log) != 4 || log[0].Kind != "block.lifted" {
			t.Errorf("the audit log holds %v, %v", log, err)
		}
	})
}

// AG-8: what is redacted is gone everywhere: both threads, the rows, the disk, unsent mail; the
// audit log does not say what it was.
func TestRedact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := Actor{ID: h.ada.ID, Role: models.RoleAdmin}
		rosa, src := h.fileAs("rosa@example.com", "one", "CARDNUMBER", h.upload("cardfile.txt", "CARDBYTES"))
		_, dst := h.fileAs("rosa@example.com", "two", "OTHERWORDS", h.upload("keepfile.txt", "KEEPBYTES"))
		h.mergeNow(src, dst, true)
		plan, err := h.PlanRedact(ctx, ines, dst.Number)
		if err != nil {
			t.Fatal(err)
		}
		pid := map[string]string{}
		for _, m := range plan.Messages {
			pid[m.Text] = m.PID
		}
		h.kind(h.Redact(ctx, h.ada, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}), models.KindForbidden)
		ask, err := h.AskRedact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]})
		if err != nil || ask.Copies != 1 || len(ask.Message.Files) != 1 {
			t.Fatalf("%+v, %v", ask, err)
		}
		entries, _ := models.Entries(ctx, h.db, src.ID, 0)
		blob := entries[0].Files[0].Blob
		change, err := models.LatestPosition(ctx, h.db)
		if err != nil {
			t.Fatal(err)
		}
		var delivery int64
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ev := &models.Event{TicketID: src.ID, Kind: models.EventAgentReplied, MessageID: &entries[0].ID, CreatedAt: 1}
			if err := models.InsertEvent(ctx, tx, ev); err != nil {
				return err
			}
			d := &models.Delivery{EventID: ev.ID, TicketID: src.ID, ContactID: &src.ReporterID, Recipient: "contact:1", Template: MailAgentReplied, MailID: "<x@y>", State: models.DeliveryDeferred}
			if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
				return err
			}
			delivery = d.ID
			for _, id := range []string{"<x@y>", "<z@y>"} {
				if err := models.InsertOutboxMail(ctx, tx, &models.OutboxMail{Recipient: "a", Text: "CARDNUMBER", Headers: map[string]string{"Message-ID": id, "References": "<x@y>"}}); err != nil {
					return err
				}
			}
			return nil
		})
		if err := h.Redact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}); err != nil {
			t.Fatal(err)
		}
		for _, ticket := range []*models.Ticket{src, dst} {
			all, err := models.Entries(ctx, h.db, ticket.ID, 0)
			if err != nil {
				t.Fatal(err)
			}
			h.must(fmt.Sprintf("%+v", all[0]), nil, []string{"CARD"})
			for _, e := range all {
				h.must(e.Body+e.HTML, nil, []string{"CARDNUMBER"})
				for _, f := range e.Files {
					h.must(f.Name, nil, []string{"cardfile"})
				}
			}
		}
		page := h.thread(rosa)
		removed := 0
		for _, m := range page.Messages {
			if m.Removed {
				removed++
			}
		}
		if removed != 1 || len(page.Messages) != 2 {
			t.Errorf("the thread shows %+v", page.Messages)
		}
		if _, err := h.files.Open(ctx, blob); err == nil {
			t.Error("the bytes are still on disk")
		}
		if d, err := models.DeliveryByID(ctx, h.db, delivery); err != nil || d.State != models.DeliverySuppressed {
			t.Errorf("the queued mail is %+v, %v", d, err)
		}
		if mails, _ := models.OutboxMails(ctx, h.db, 10); len(mails) != 1 || mails[0].Headers["Message-ID"] != "<z@y>" {
			t.Errorf("the outbox keeps %+v", mails)
		}
		changes, err := models.Changes(ctx, h.db, change, 10)
		if err != nil || len(changes) < 2 {
			t.Errorf("the index hears of %v, %v", changes, err)
		}
		log, err := models.Audit(ctx, h.db, models.AuditQuery{Kind: "ticket.redacted", Limit: 10})
		if err != nil || len(log) != 1 || strings.Contains(log[0].Data+log[0].Subject, "CARD") || strings.Contains(log[0].Data, "card") {
			t.Errorf("the audit log holds %+v, %v", log, err)
		}
		h.fault(h.Redact(ctx, ines, dst.Number, RedactInput{Message: pid["CARDNUMBER"]}), "message")
		// A file alone: the words stay.
		var keep string
		for _, m := range plan.Messages {
			if m.Text == "OTHERWORDS" {
				keep = m.Files[0].PID
			}
		}
		if err := h.Redact(ctx, ines, dst.Number, RedactInput{File: keep}); err != nil {
			t.Fatal(err)
		}
		h.must(h.whole(rosa), []string{"OTHERWORDS"}, []string{"keepfile"})
		// A file of another ticket is not this one's to remove.
		_, third := h.fileAs("tom@example.com", "three", "x", h.upload("a.txt", "b"))
		all, _ := models.Entries(ctx, h.db, third.ID, 0)
		h.fault(h.Redact(ctx, ines, dst.Number, RedactInput{File: all[0].Files[0].PID}), "message")
	})
}

// AG-3, PC-3, A73: agents fill in what people outside never see, and it stays unseen; whoever may
// not open tickets in a project opens none there.
func TestCreateForSomebody(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		in := NewTicketInput{Project: "acme", Email: "Nina@Example.com", Name: "Nina", Title: "Called", Description: "By phone", Template: "bug-report", Priority: "4", Assignee: itoa(h.ada.ID),
			Fields: map[string][]string{}}
		cat, err := h.db.Catalog(ctx)
		if err != nil {
			t.Fatal(err)
		}
		hidden := ""
		for _, tpl := range cat.ProjectBySlug("acme").Templates {
			if tpl.Slug != "bug-report" {
				continue
			}
			for _, f := range tpl.Fields {
				in.Fields["field."+f.Slug] = []string{"ANSWER " + f.Slug}
				if len(f.Options) > 0 {
					in.Fields["field."+f.Slug] = f.Options[:1]
				}
				if f.Hidden {
					hidden = f.Slug
				}
			}
		}
		number, err := h.CreateTicket(ctx, h.ada, in)
		if err != nil {
			t.Fatal(err)
		}
		got := h.ticketByNumber(number)
		if got.Priority != models.PriorityUrgent || got.AssigneeID == nil || *got.AssigneeID != h.ada.ID || got.Unproven || len(got.Fields()) == 0 {
			t.Errorf("it is %+v", got)
		}
		link, _ := h.ParticipantLinks(&h.personOn(got.ID, got.ReporterID).Participant)
		page := h.whole(link)
		h.must(page, []string{"By phone", "Called"}, nil)
		if hidden != "" {
			h.must(page, nil, []string{"ANSWER " + hidden})
			if !strings.Contains(got.RawFields, "ANSWER "+hidden) {
				t.Errorf("what the agent filled in is lost: %s", got.RawFields)
			}
		}
		form, err := h.NewTicketForm(ctx, h.ada, NewTicketAsk{Email: "nina@example.com"})
		if err != nil || form.Contact == nil || form.Contact.Name != "Nina" {
			t.Fatalf("the form knows %+v, %v", form, err)
		}
		for who, actor := range map[string]Actor{"viewer": {ID: h.ada.ID, Role: models.RoleViewer}, "nobody": {}} {
			if _, err := h.CreateTicket(ctx, actor, in); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s: %v", who, err)
			}
			if _, err := h.SuggestContacts(ctx, actor, "nina"); who == "nobody" && models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s sees contacts: %v", who, err)
			}
		}
		in.Project = "nowhere"
		_, err = h.CreateTicket(ctx, h.ada, in)
		h.kind(err, models.KindNotFound)
		in.Project, in.Email, in.Title = "acme", "", strings.Repeat("x", 201)
		_, err = h.CreateTicket(ctx, h.ada, in)
		h.fault(err, "email")
		h.fault(err, "title")
	})
}

package desk

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"lodge/models"
)

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

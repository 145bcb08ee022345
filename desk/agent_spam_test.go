package desk

import (
	"context"
	"testing"
	"time"

	"lodge/models"
)

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

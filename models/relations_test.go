package models

import (
	"context"
	"strings"
	"testing"
)

// AG-2, AG-3, AG-8: what the pages of merges, blocks and new tickets ask is served by indexes, and the words of
// a title are looked for in a bounded number of tickets.
func TestRelationsAreIndexed(t *testing.T) {
	db := openLiteDB(t)
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil && KindOf(err) != KindNotFound {
			t.Fatal(err)
		}
	}
	_, err := RelatedTickets(ctx, db, &Ticket{ID: 1})
	check(err)
	for _, q := range []FindQuery{{Number: 1}, {Reference: "K7-3QX"}, {ReporterID: 4}, {Words: "100%_", Projects: []int64{1, 2}}} {
		q.Limit = 5
		_, err = FindTickets(ctx, db, q)
		check(err)
	}
	_, err = CopiedFrom(ctx, db, 1)
	check(err)
	_, _, _, err = Family(ctx, db, &Message{ID: 1})
	check(err)
	_, err = Blocked(ctx, db, "a@b.example", []string{"b.example"}, 5)
	check(err)
	_, err = KnownIn(ctx, db, 1, []int64{1})
	check(err)
	_, err = CompaniesToPick(ctx, db, 1)
	check(err)
	_, err = LastEvent(ctx, db, 1, EventSpam)
	check(err)
	_, _, err = db.MovedAccess(ctx, 1)
	check(err)
	check(db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := MoveParticipant(ctx, tx, &Participant{ID: 1}, &Participant{ID: 2}); err != nil {
			return err
		}
		if err := RedactMessages(ctx, tx, []int64{1, 2, 3}, 1, 5); err != nil {
			return err
		}
		return DropStagedBlobs(ctx, tx, []string{"a"})
	}))
	// What is walked whole is a short list or the bounded one, each made by the statement itself.
	assertIndexed(t, db, ") r JOIN tickets", "LIMIT 20000) t")
	for _, part := range []string{"SELECT other_id FROM ticket_links WHERE ticket_id = ?", "SELECT id FROM tickets WHERE follows_id = ?", "SELECT id FROM tickets WHERE merged_into_id = ?", "SELECT id FROM tickets ORDER BY updated_at DESC, id DESC LIMIT 20000"} {
		for detail := range strings.Lines(explain(t, db, part)) {
			if !strings.Contains(detail, "USING") {
				t.Errorf("%s in %s", detail, part)
			}
		}
	}
}

package models

import (
	"context"
	"testing"
	"time"
)

// EM-4: a bookmark only moves forwards and only under its own UIDVALIDITY; errors go when a look proves them wrong.
func TestBookmarks(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		read := func() *Bookmark { return must(BookmarkOf(ctx, db, 7))(t) }
		try := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		if b := read(); b.Place != "" || b.LastUID != 0 {
			t.Errorf("a mailbox never read has %+v", b)
		}
		try(NoteMailboxError(ctx, db, 7, "sign_in: no", noon))
		if b := read(); b.Place != "" {
			t.Errorf("an error is no bookmark: %+v", b)
		}
		try(SetBookmark(ctx, db, &Bookmark{MailboxID: 7, Place: "a@b/INBOX", UIDValidity: 3, LastUID: 10, OldUID: 10, Since: At(noon)}))
		try(MoveBookmark(ctx, db, 7, 3, 12))
		try(MoveBookmark(ctx, db, 7, 3, 11))
		try(MoveBookmark(ctx, db, 7, 2, 99))
		try(MoveBookmark(ctx, db, 8, 3, 99))
		if b := read(); b.LastUID != 12 || b.UIDValidity != 3 || b.OldUID != 10 || b.Since != At(noon) || b.Place != "a@b/INBOX" {
			t.Errorf("%+v", b)
		}
		state := func() *MailboxState { return must(MailboxStateOf(ctx, db, 7))(t) }
		if s := state(); s.Error != "sign_in: no" || s.ErrorAt != At(noon) {
			t.Errorf("%+v", s)
		}
		later := noon.Add(time.Hour)
		try(NoteMailboxLook(ctx, db, 7, later, noon))
		if s := state(); s.Error != "" || s.ErrorAt != 0 || s.LookedAt != At(later) {
			t.Errorf("after a look: %+v", s)
		}
		// One mail that was passed over is told of for a while, although the mailbox is well.
		try(NoteMailboxError(ctx, db, 7, MailPassedOver+": UID 4", noon))
		try(NoteMailboxLook(ctx, db, 7, later, noon.Add(-time.Minute)))
		if s := state(); s.Error == "" || s.ErrorAt != At(noon) {
			t.Errorf("forgotten too early: %+v", s)
		}
		try(NoteMailboxLook(ctx, db, 7, later, noon.Add(time.Minute)))
		if s := state(); s.Error != "" {
			t.Errorf("told of for ever: %+v", s)
		}
		try(NoteMailKept(ctx, db, 7, later))
		try(NoteMailKept(ctx, db, 9, later))
		if s := state(); s.ReceivedAt != At(later) || s.LastUID != 12 {
			t.Errorf("%+v", s)
		}
		box := int64(7)
		try(db.Write(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := InsertMailIn(ctx, tx, &MailIn{MailboxID: &box, Source: MailFromIMAP, SourceKey: "sha256:a", Blob: "x", SHA256: []byte{1}, ReceivedAt: At(noon)})
			return err
		}))
		for _, row := range []struct {
			box  int64
			key  string
			want bool
		}{{7, "sha256:a", true}, {7, "sha256:b", false}, {8, "sha256:a", false}, {7, "", false}} {
			if got := must(MailKept(ctx, db, row.box, row.key))(t); got != row.want {
				t.Errorf("%d %q: %v", row.box, row.key, got)
			}
		}
	})
}

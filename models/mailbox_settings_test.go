package models

import (
	"context"
	"testing"
)

// EM-4, EM-6: what the pages of mailboxes read and write, on both databases.
func TestMailboxSettings(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		var p, other *Project
		write(t, db, func(ctx context.Context, tx *Tx) error {
			p, other = &Project{Slug: "a", Name: "A", CreatedAt: At(noon)}, &Project{Slug: "b", Name: "B", CreatedAt: At(noon)}
			for _, one := range []*Project{p, other} {
				if err := InsertProject(ctx, tx, one); err != nil {
					return err
				}
			}
			return nil
		})
		one, two := NewMailbox(p.ID, "one@lodge.example", "one@lodge.example", At(noon)), NewMailbox(other.ID, "two@lodge.example", "two@lodge.example", At(noon))
		write(t, db, func(ctx context.Context, tx *Tx) error {
			if err := InsertMailbox(ctx, tx, one); err != nil {
				return err
			}
			return InsertMailbox(ctx, tx, two)
		})
		if err := NoteMailboxError(ctx, db, two.ID, "lost: x", noon); err != nil {
			t.Fatal(err)
		}
		states := must(MailboxStatesOf(ctx, db, p.ID))(t)
		if len(states) != 0 {
			t.Errorf("states of another project: %v", states)
		}
		for _, tested := range []string{"{}", `{"started":1}`} {
			write(t, db, func(ctx context.Context, tx *Tx) error { return SaveMailboxTest(ctx, tx, one.ID, tested, At(noon)) })
		}
		if err := NoteMailKept(ctx, db, one.ID, noon); err != nil {
			t.Fatal(err)
		}
		states = must(MailboxStatesOf(ctx, db, p.ID))(t)
		if s := states[one.ID]; s == nil || s.Tested != `{"started":1}` || s.ReceivedAt != At(noon) || s.TestedAt != At(noon) {
			t.Errorf("states %+v", states[one.ID])
		}
		// Mails since another one: those with the Message-ID, in either spelling, and those not read yet.
		var ids []int64
		for _, id := range []string{"x@y", "<x@y>", "", "<other@y>"} {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				m := &MailIn{Source: MailFromSMTP, Blob: "b", SHA256: []byte{1}, MailID: id, ReceivedAt: At(noon)}
				_, err := InsertMailIn(ctx, tx, m)
				ids = append(ids, m.ID)
				return err
			})
		}
		if last := must(LastMailIn(ctx, db))(t); last != ids[3] {
			t.Errorf("last %d of %v", last, ids)
		}
		found := must(MailsInSince(ctx, db, ids[0], "<x@y>", 10))(t)
		if len(found) != 2 || found[0].ID != ids[1] || found[1].ID != ids[2] {
			t.Errorf("found %+v", found)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return DeleteMailbox(ctx, tx, one.ID) })
		cat := must(db.Catalog(ctx))(t)
		if cat.Mailbox(one.ID) != nil || cat.Mailbox(two.ID) == nil || len(must(MailboxStatesOf(ctx, db, p.ID))(t)) != 0 {
			t.Error("not deleted, or too much")
		}
	})
}

// A project's own words of its mails: one set a mail and language, in place of the one before.
func TestMailTemplates(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		p := &Project{Slug: "a", Name: "A", CreatedAt: At(noon)}
		write(t, db, func(ctx context.Context, tx *Tx) error { return InsertProject(ctx, tx, p) })
		for _, row := range []MailTemplate{{p.ID, "created", "en", "one", "1", At(noon)}, {p.ID, "created", "de", "eins", "1", At(noon)}, {p.ID, "created", "en", "two", "2", At(noon) + 1}} {
			write(t, db, func(ctx context.Context, tx *Tx) error { return SaveMailTemplate(ctx, tx, &row) })
		}
		all := must(MailTemplates(ctx, db, p.ID))(t)
		if len(all) != 2 || all[0].Locale != "de" || *all[1] != (MailTemplate{p.ID, "created", "en", "two", "2", At(noon) + 1}) {
			t.Errorf("kept %+v", all)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return DeleteMailTemplate(ctx, tx, p.ID, "created", "en") })
		if _, err := MailTemplateOf(ctx, db, p.ID, "created", "en"); KindOf(err) != KindNotFound {
			t.Errorf("still there: %v", err)
		}
		if one := must(MailTemplateOf(ctx, db, p.ID, "created", "de"))(t); one.Subject != "eins" {
			t.Errorf("%+v", one)
		}
	})
}

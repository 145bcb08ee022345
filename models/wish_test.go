package models

import (
	"context"
	"testing"
	"time"
)

// NU-1: settings stored before each cell of the matrix had one of its own keep their meaning,
// and what is saved since then wins.
func TestStoredNotificationSettings(t *testing.T) {
	read := func(stored string) ProjectSettings {
		t.Helper()
		s := DefaultProjectSettings()
		if err := readSettings(stored, &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := read(`{"notify_created":false,"notify_replied":false}`); s.NotifyCreatedReporter || s.NotifyRepliedReporter || s.NotifyRepliedOthers || !s.NotifyClosedReporter || s.BatchMinutes != 5 {
		t.Errorf("off became %+v", s)
	}
	if s := read(`{"notify_created":true,"notify_replied":true,"undo_seconds":0}`); !s.NotifyCreatedReporter || !s.NotifyRepliedReporter || !s.NotifyRepliedOthers || s.NotifyCustomerOthers || s.UndoSeconds != 0 {
		t.Errorf("on became %+v", s)
	}
	if s := read(`{"notify_replied_others":false}`); !s.NotifyRepliedReporter || s.NotifyRepliedOthers {
		t.Errorf("saved since: %+v", s)
	}
}

// NU-4: the wish for the ticket counts before that for the project, "nothing" before both.
func TestMailWish(t *testing.T) {
	for _, c := range []struct {
		off           Stamp
		ticket, whole string
		want          string
	}{{0, "", "", WishAll}, {0, "", WishDigest, WishDigest}, {0, WishAll, WishNone, WishAll}, {0, WishClosing, WishDigest, WishClosing}, {7, WishAll, WishAll, WishNone}} {
		p := Person{Participant: Participant{UnsubscribedAt: c.off, Wish: c.ticket}, ProjectWish: c.whole}
		if got := p.MailWish(); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// NU-4, CO-5: the wishes of a contact that turns out to be another go along where the other has
// none; those of an erased one are gone.
func TestWishesFollowTheContact(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		now := At(time.Now())
		ids := map[string]int64{}
		write := func(f func(ctx context.Context, tx *Tx) error) {
			t.Helper()
			if err := db.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		var first, second *Project
		write(func(ctx context.Context, tx *Tx) error {
			for _, name := range []string{"ada", "countess"} {
				c, err := EnsureContact(ctx, tx, Contact{Address: name + "@example.com", AddressKey: name + "@example.com", CreatedAt: now})
				if err != nil {
					return err
				}
				ids[name] = c.ID
			}
			first = &Project{Slug: "one", Name: "One", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: now}
			second = &Project{Slug: "two", Name: "Two", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: now}
			for _, p := range []*Project{first, second} {
				if err := InsertProject(ctx, tx, p); err != nil {
					return err
				}
			}
			for _, w := range []struct {
				who     string
				project int64
				wish    string
			}{{"ada", first.ID, WishClosing}, {"countess", first.ID, WishNone}, {"countess", second.ID, WishDigest}} {
				if err := SetProjectWish(ctx, tx, ids[w.who], w.project, w.wish, now); err != nil {
					return err
				}
			}
			_, err := MergeContact(ctx, tx, ids["countess"], ids["ada"], now)
			return err
		})
		check := func(project int64, want string) {
			t.Helper()
			if got, err := ProjectWish(t.Context(), db, ids["ada"], project); err != nil || got != want {
				t.Errorf("%q %v, want %q", got, err, want)
			}
		}
		check(first.ID, WishClosing)
		check(second.ID, WishDigest)
		if got, err := ProjectWish(t.Context(), db, ids["countess"], first.ID); err != nil || got != WishAll {
			t.Errorf("the alias still wants %q %v", got, err)
		}
		write(func(ctx context.Context, tx *Tx) error { return EraseContact(ctx, tx, ids["ada"], "Erased", now) })
		check(second.ID, WishAll)
	})
}

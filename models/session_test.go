package models

import (
	"bytes"
	"context"
	"testing"
	"time"
)

func session(name string, subject int64, expires time.Time) *Session {
	return &Session{Hash: hashOf(name), Kind: "agent", SubjectID: subject, Data: `{"n":"ü"}`, CreatedAt: At(noon), SeenAt: At(noon), ExpiresAt: At(expires)}
}

// hashOf is any 32 bytes; bytes that are no text must survive too.
func hashOf(name string) []byte {
	return append(bytes.Repeat([]byte{0, 0xff, '\''}, 8), []byte(name + "........")[:8]...)
}

func saveSessions(t *testing.T, db *DB, sessions ...*Session) {
	t.Helper()
	for _, s := range sessions {
		if err := SaveSession(t.Context(), db, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSessionLivesUntilItExpires(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		end := noon.Add(time.Hour)
		saveSessions(t, db, session("a", 7, end))
		got := must(SessionByHash(ctx, db, hashOf("a"), end.Add(-time.Millisecond)))(t)
		if want := session("a", 7, end); !bytes.Equal(got.Hash, want.Hash) || got.Kind != want.Kind || got.SubjectID != 7 || got.Data != want.Data || got.ExpiresAt != want.ExpiresAt || got.CreatedAt != want.CreatedAt {
			t.Errorf("read back %+v", got)
		}
		if _, err := SessionByHash(ctx, db, hashOf("a"), end); KindOf(err) != KindNotFound {
			t.Errorf("expired: %v", err)
		}
		if _, err := SessionByHash(ctx, db, hashOf("b"), noon); KindOf(err) != KindNotFound {
			t.Errorf("unknown: %v", err)
		}
		if _, err := SessionByHash(ctx, db, nil, noon); KindOf(err) != KindNotFound {
			t.Errorf("none: %v", err)
		}
		later := end.Add(time.Hour)
		if err := TouchSession(ctx, db, hashOf("a"), end, later); err != nil {
			t.Fatal(err)
		}
		if got := must(SessionByHash(ctx, db, hashOf("a"), end))(t); got.SeenAt != At(end) || got.ExpiresAt != At(later) {
			t.Errorf("touched %+v", got)
		}
		changed := session("a", 8, end)
		changed.Data, changed.CreatedAt = "{}", At(later)
		saveSessions(t, db, changed)
		if got := must(SessionByHash(ctx, db, hashOf("a"), noon))(t); got.Data != "{}" || got.SubjectID != 8 || got.CreatedAt != At(noon) {
			t.Errorf("saved again %+v", got)
		}
	})
}

func TestDeletedSessionsStayDeleted(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		end := noon.Add(time.Hour)
		alive := func() (names string) {
			for _, name := range []string{"a", "b", "c", "other"} {
				if _, err := SessionByHash(ctx, db, hashOf(name), noon); err == nil {
					names += name + " "
				}
			}
			return names
		}
		saveSessions(t, db, session("a", 7, end), session("b", 7, end), session("c", 7, end), session("other", 8, end))
		if err := DeleteSession(ctx, db, hashOf("c")); err != nil {
			t.Fatal(err)
		}
		if err := TouchSession(ctx, db, hashOf("c"), noon, end); err != nil {
			t.Fatal(err)
		}
		if got := alive(); got != "a b other " {
			t.Errorf("after signing out: %s", got)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			return DeleteSessionsOf(ctx, tx, "agent", 7, hashOf("a"))
		})
		if got := alive(); got != "a other " {
			t.Errorf("all but mine: %s", got)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return DeleteSessionsOf(ctx, tx, "contact", 7, nil) })
		if got := alive(); got != "a other " {
			t.Errorf("of another kind: %s", got)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return DeleteSessionsOf(ctx, tx, "agent", 7, nil) })
		if got := alive(); got != "other " {
			t.Errorf("all: %s", got)
		}
	})
}

func TestPruneSessionsDeletesOnlyExpired(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		saveSessions(t, db, session("a", 1, noon), session("b", 1, noon.Add(time.Millisecond)))
		if n := must(PruneSessions(t.Context(), db, noon))(t); n != 1 {
			t.Errorf("%d deleted", n)
		}
		if _, err := SessionByHash(t.Context(), db, hashOf("b"), noon); err != nil {
			t.Errorf("the living one: %v", err)
		}
	})
}

func TestSessionStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	saveSessions(t, db, session("a", 1, noon))
	_, _ = SessionByHash(t.Context(), db, hashOf("a"), noon)
	if err := TouchSession(t.Context(), db, hashOf("a"), noon, noon); err != nil {
		t.Fatal(err)
	}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if err := DeleteSessionsOf(ctx, tx, "agent", 1, hashOf("b")); err != nil {
			return err
		}
		return DeleteSessionsOf(ctx, tx, "agent", 1, nil)
	})
	must(PruneSessions(t.Context(), db, noon))(t)
	assertIndexed(t, db)
}

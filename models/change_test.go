package models

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

func note(t testing.TB, db *DB, id int64, now time.Time) {
	t.Helper()
	write(t, db, func(ctx context.Context, tx *Tx) error { return NoteChange(ctx, tx, "article", id, now) })
}

// follow reads all changes after a position and says which rows they name.
func follow(t testing.TB, db *DB, after Position, limit int) (ids []int64, last Position) {
	t.Helper()
	for _, ch := range must(Changes(t.Context(), db, after, limit))(t) {
		if !after.Before(ch.Position) {
			t.Errorf("%v does not follow %v", ch.Position, after)
		}
		after = ch.Position
		ids = append(ids, ch.NounID)
	}
	return ids, after
}

func TestChangesAreFollowedInOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		if at := must(LatestPosition(t.Context(), db))(t); at != (Position{}) {
			t.Errorf("empty log: %v", at)
		}
		for id := range int64(5) {
			note(t, db, id+1, noon)
		}
		ids, at := follow(t, db, Position{}, 3)
		more, end := follow(t, db, at, 3)
		if got := fmt.Sprint(ids, more); got != "[1 2 3] [4 5]" {
			t.Errorf("followed %s", got)
		}
		if latest := must(LatestPosition(t.Context(), db))(t); latest != end {
			t.Errorf("latest %v, followed to %v", latest, end)
		}
		if none, same := follow(t, db, end, 3); len(none) != 0 || same != end {
			t.Errorf("after the end: %v", none)
		}
		ch := must(Changes(t.Context(), db, Position{}, 1))(t)[0]
		if ch.Noun != "article" || ch.At != At(noon) {
			t.Errorf("change %+v", ch)
		}
	})
}

func TestARolledBackChangeIsNotSeen(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
			if err := NoteChange(ctx, tx, "article", 1, noon); err != nil {
				t.Fatal(err)
			}
			return NotFound()
		})
		if KindOf(err) != KindNotFound {
			t.Fatal(err)
		}
		note(t, db, 2, noon)
		if ids, _ := follow(t, db, Position{}, 9); fmt.Sprint(ids) != "[2]" {
			t.Errorf("followed %v", ids)
		}
	})
}

// On PostgreSQL an earlier transaction may commit after a later one: a reader that saw
// the later one first would never come back for it.
func TestALateCommitIsNotSkipped(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		if !db.Postgres() {
			t.Skip("one writer: commits are in order")
		}
		note(t, db, 1, noon)
		_, at := follow(t, db, Position{}, 9)

		noted, commit := make(chan struct{}), make(chan struct{})
		var early sync.WaitGroup
		early.Go(func() {
			err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
				err := NoteChange(ctx, tx, "article", 2, noon)
				close(noted)
				<-commit
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-noted
		note(t, db, 3, noon)
		ids, now := follow(t, db, at, 9)
		if len(ids) != 0 {
			t.Errorf("while an earlier transaction runs: %v", ids)
		}
		if latest := must(LatestPosition(t.Context(), db))(t); latest != at {
			t.Errorf("latest %v is past the running transaction, want %v", latest, at)
		}
		close(commit)
		early.Wait()
		if ids, _ := follow(t, db, now, 9); fmt.Sprint(ids) != "[2 3]" {
			t.Errorf("after its commit: %v", ids)
		}
	})
}

func TestAPrunedLogIsNoticed(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		var at []Position
		for id := range int64(4) {
			note(t, db, id+1, noon.Add(time.Duration(id)*time.Hour))
			at = append(at, must(LatestPosition(ctx, db))(t))
		}
		// Older than noon+2h are 1 and 2; 2 stays as the mark.
		if n := must(PruneChanges(ctx, db, noon.Add(2*time.Hour)))(t); n != 1 {
			t.Errorf("%d deleted", n)
		}
		oldest := must(OldestPosition(ctx, db))(t)
		if !at[0].Before(oldest) {
			t.Error("a reader that missed a change does not notice")
		}
		if at[1].Before(oldest) {
			t.Error("a reader that missed nothing must read everything again")
		}
		if ids, _ := follow(t, db, at[1], 9); fmt.Sprint(ids) != "[3 4]" {
			t.Errorf("after pruning: %v", ids)
		}
		must(PruneChanges(ctx, db, noon.Add(24*time.Hour)))(t)
		if latest := must(LatestPosition(ctx, db))(t); latest != at[3] {
			t.Errorf("a log pruned of everything forgets where it was: %v, want %v", latest, at[3])
		}
		if n := must(PruneChanges(ctx, db, noon))(t); n != 0 {
			t.Errorf("%d deleted that are not old", n)
		}
	})
}

func TestPositionIsKeptAsText(t *testing.T) {
	p := Position{Tx: 12, Seq: 345}
	if got, err := ParsePosition(p.String()); err != nil || got != p {
		t.Errorf("%v, %v", got, err)
	}
	for _, wrong := range []string{"", "1", "1.", ".1", "a.b", "1.2.3", "-1.2", "1.-2"} {
		if got, err := ParsePosition(wrong); err == nil {
			t.Errorf("%q is read as %v", wrong, got)
		}
	}
	if !(Position{1, 9}).Before(Position{2, 1}) || (Position{2, 1}).Before(Position{2, 1}) || (Position{2, 1}).Before(Position{1, 9}) {
		t.Error("order")
	}
}

func TestChangeStatementsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	note(t, db, 1, noon)
	follow(t, db, Position{}, 9)
	must(LatestPosition(t.Context(), db))(t)
	must(OldestPosition(t.Context(), db))(t)
	must(PruneChanges(t.Context(), db, noon))(t)
	assertIndexed(t, db)
	// Followers read after every commit: the way to their position must not grow with the log.
	plan := explain(t, db, "SELECT txid, seq, noun, noun_id, created_at FROM changes WHERE "+db.dialect.beyond+" ORDER BY txid, seq LIMIT ?")
	if !strings.Contains(plan, "(txid=? AND seq>?)") {
		t.Errorf("following: %s", plan)
	}
}

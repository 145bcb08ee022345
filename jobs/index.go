package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"lodge/models"
	"lodge/search"
)

const (
	// changesAtOnce bounds one round of following, and with it one batch of the index.
	changesAtOnce = 500
	// keepPosition is how often a position that moved without anything to index is written into
	// the index: rarely, because each writing costs the disk, and often enough that the log
	// is not pruned under it.
	keepPosition = 10 * time.Minute
	// rebuildAgain is the pause after a rebuild that failed.
	rebuildAgain = time.Minute
)

// Follower keeps the search index true to the database (KB-3): it reads the log of changes
// from the position that stands inside the index itself. An index that is missing, broken,
// of another database, or behind a log that was pruned is made again in the background,
// into a new folder, while pages go on.
type Follower struct {
	db    *models.DB
	index copied
	// noun is how the log names what the index holds; apply brings the present state of some
	// of those into it, make all of them into a new one.
	noun  string
	apply func(ctx context.Context, ids []int64, position string) error
	make  func(ctx context.Context, position string) (count int, err error)
	log   *slog.Logger

	wake       chan struct{}
	ctx        context.Context
	cancel     context.CancelFunc
	loops      sync.WaitGroup
	rebuilding atomic.Bool
	restAfter  atomic.Int64 // Unix milliseconds before which no rebuild is tried

	// Of the loop alone.
	kept time.Time // when the position was last written into the index
	// at is the position reached; nil: read it from the index.
	at atomic.Pointer[models.Position]
}

// copied is an index of something that the log of changes tells of.
type copied interface {
	Ready() bool
	NeedsRebuild() bool
	Position() string
}

// NewFollower makes a Follower of the public articles; Start sets it to work.
func NewFollower(db *models.DB, index *search.Index, log *slog.Logger) *Follower {
	f := newFollower(db, index, nounArticle, log)
	f.apply = func(ctx context.Context, ids []int64, position string) error {
		if len(ids) == 0 {
			return index.Apply(ctx, nil, nil, position)
		}
		put, del, err := documents(ctx, db, ids)
		if err != nil {
			return err
		}
		return index.Apply(ctx, put, del, position)
	}
	f.make = func(ctx context.Context, position string) (count int, err error) {
		err = index.Rebuild(ctx, position, func(yield func(search.Doc) error) error {
			return eachDocument(ctx, db, func(d search.Doc) error {
				count++
				return yield(d)
			})
		})
		return count, err
	}
	return f
}

func newFollower(db *models.DB, index copied, noun string, log *slog.Logger) *Follower {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f := &Follower{db: db, index: index, noun: noun, log: log, wake: make(chan struct{}, 1)}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	return f
}

// Start follows from now on, beginning with what is missing.
func (f *Follower) Start() {
	f.db.OnCommit(f.nudge)
	f.kept = time.Now()
	f.loops.Go(f.loop)
}

// Stop ends following; a rebuild under way is given up and begun again at the next start.
func (f *Follower) Stop() {
	f.cancel()
	f.loops.Wait()
}

func (f *Follower) nudge() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *Follower) loop() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-f.ctx.Done():
			f.keep()
			return
		case <-f.wake:
		case <-timer.C:
		}
		if err := f.round(); err != nil && f.ctx.Err() == nil {
			f.log.Error("search index does not follow", "error", err)
		}
		// The nudge tells of this process's commits; the timer of everybody else's, and of
		// those that were not settled yet.
		timer.Reset(2 * time.Second)
	}
}

// round brings the index up to date, or begins to make it anew.
func (f *Follower) round() error {
	if f.index.NeedsRebuild() {
		f.rebuild("needed")
	}
	if !f.index.Ready() {
		f.at.Store(nil)
		return nil
	}
	for {
		at := f.at.Load()
		if at == nil {
			from, err := models.ParsePosition(f.index.Position())
			if err != nil {
				f.rebuild("no position")
				return nil
			}
			behind, err := f.pruned(from)
			if err != nil {
				return err
			}
			if behind {
				f.rebuild("the log begins later")
				return nil
			}
			f.at.CompareAndSwap(nil, &from)
			continue
		}
		n, err := f.step(at)
		if errors.Is(err, search.ErrUnavailable) {
			f.at.Store(nil)
			return nil
		}
		if err != nil || n < changesAtOnce {
			return err
		}
	}
}

// pruned says whether changes after a position may be gone already.
func (f *Follower) pruned(at models.Position) (bool, error) {
	oldest, err := models.OldestPosition(f.ctx, f.db)
	if err != nil {
		return false, err
	}
	// While the very first change is there, nothing has been pruned.
	return at.Before(oldest) && oldest.Seq != 1, nil
}

// step applies the next changes and says how many there were.
func (f *Follower) step(at *models.Position) (int, error) {
	changes, err := models.Changes(f.ctx, f.db, *at, changesAtOnce)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	var ids []int64
	seen := map[int64]bool{}
	for _, c := range changes {
		if c.Noun == f.noun && !seen[c.NounID] {
			seen[c.NounID] = true
			ids = append(ids, c.NounID)
		}
	}
	to := changes[len(changes)-1].Position
	if len(ids) > 0 {
		if err := f.apply(f.ctx, ids, to.String()); err != nil {
			return 0, err
		}
		f.kept = time.Now()
	}
	// Not when a rebuild has ended meanwhile and set the position back.
	f.at.CompareAndSwap(at, &to)
	if time.Since(f.kept) > keepPosition {
		f.keep()
	}
	return len(changes), nil
}

// keep writes the position into the index, when it is ahead of the one there.
func (f *Follower) keep() {
	f.kept = time.Now()
	at := f.at.Load()
	if at == nil || f.index.Position() == at.String() {
		return
	}
	if err := f.apply(context.WithoutCancel(f.ctx), nil, at.String()); err != nil && !errors.Is(err, search.ErrUnavailable) {
		f.log.Error("keep the search index's position", "error", err)
	}
}

// rebuild makes the index anew in the background, one at a time.
func (f *Follower) rebuild(why string) {
	if time.Now().UnixMilli() < f.restAfter.Load() || !f.rebuilding.CompareAndSwap(false, true) {
		return
	}
	f.loops.Go(func() {
		defer f.nudge()
		defer f.rebuilding.Store(false)
		start := time.Now()
		count, err := f.rebuildNow()
		switch {
		case err == nil:
			f.log.Info("search index made", "why", why, "of", f.noun, "count", count, "ms", time.Since(start).Milliseconds())
		case f.ctx.Err() == nil:
			f.restAfter.Store(time.Now().Add(rebuildAgain).UnixMilli())
			f.log.Error("make the search index", "error", err)
		}
	})
}

func (f *Follower) rebuildNow() (count int, err error) {
	from, err := models.LatestPosition(f.ctx, f.db)
	if err != nil {
		return 0, err
	}
	if count, err = f.make(f.ctx, from.String()); err == nil {
		// What was applied to the old index while this one was being made is applied again:
		// replaying is harmless, and a batch that fell between the two would be missed otherwise.
		f.at.Store(&from)
	}
	return count, err
}

// caughtUp says whether the index holds everything that is settled now.
func (f *Follower) caughtUp(ctx context.Context) bool {
	latest, err := models.LatestPosition(ctx, f.db)
	at := f.at.Load()
	return err == nil && !f.rebuilding.Load() && !f.index.NeedsRebuild() && at != nil && !at.Before(latest)
}

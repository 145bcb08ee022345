package desk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lodge/models"
)

// live wakes open pages. It follows the change log of the database, so that pages of this
// process hear of what any process did; a commit of its own only shortens the wait.
type live struct {
	db    *models.DB
	log   *slog.Logger
	nudge chan struct{}
	// follows is closed once the place in the change log is known from which on it wakes.
	follows chan struct{}
	mu      sync.Mutex
	closed  bool
	all     map[chan struct{}]bool
	ticket  map[int64]map[chan struct{}]bool
}

func newLive(db *models.DB, log *slog.Logger) *live {
	l := &live{db: db, log: log, nudge: make(chan struct{}, 1), follows: make(chan struct{}), all: map[chan struct{}]bool{}, ticket: map[int64]map[chan struct{}]bool{}}
	db.OnCommit(func() { wake(l.nudge) })
	return l
}

// wake puts a value into a channel of one place; a value that already waits is enough.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// RunLive wakes open pages until ctx ends; then every watcher's channel is closed.
func (d *Desk) RunLive(ctx context.Context) {
	l := d.live
	defer l.close()
	at, err := models.LatestPosition(ctx, l.db)
	if err != nil {
		l.log.Error("follow changes", "error", err)
	}
	close(l.follows)
	// On one machine the nudge comes with the commit; between machines this is the wait.
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.nudge:
		case <-tick.C:
			if !l.db.Postgres() || !l.watched() {
				continue
			}
		}
		for {
			changes, err := models.Changes(ctx, l.db, at, 500)
			if err != nil {
				if ctx.Err() == nil {
					l.log.Error("follow changes", "error", err)
				}
				break
			}
			for _, c := range changes {
				at = c.Position
				if c.Noun == "ticket" {
					l.changed(c.NounID)
				}
			}
			if len(changes) < 500 {
				break
			}
		}
	}
}

func (l *live) watched() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)+len(l.ticket) > 0
}

func (l *live) changed(ticketID int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.all {
		wake(c)
	}
	for c := range l.ticket[ticketID] {
		wake(c)
	}
}

func (l *live) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for c := range l.all {
		close(c)
	}
	for _, watchers := range l.ticket {
		for c := range watchers {
			close(c)
		}
	}
	l.all, l.ticket = nil, nil
}

// watch adds a watcher of one ticket, or of all with 0. The channel has one place: a
// value means "something changed, look"; it is closed when the desk stops.
func (l *live) watch(ticketID int64) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		close(c)
		return c, func() {}
	}
	if ticketID == 0 {
		l.all[c] = true
	} else {
		if l.ticket[ticketID] == nil {
			l.ticket[ticketID] = map[chan struct{}]bool{}
		}
		l.ticket[ticketID][c] = true
	}
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.all, c)
		if watchers := l.ticket[ticketID]; watchers != nil {
			delete(watchers, c)
			if len(watchers) == 0 {
				delete(l.ticket, ticketID)
			}
		}
	}
}

// Watch wakes the holder's page when their ticket changes. What it is told is only that;
// the page then asks, and its link is checked again.
func (p *Portal) Watch(ctx context.Context, link Link) (<-chan struct{}, func(), error) {
	h, err := p.open(ctx, link, p.d.Now())
	if err != nil {
		return nil, nil, err
	}
	c, leave := p.d.live.watch(h.Ticket.ID)
	return c, leave, nil
}

// WatchAll wakes agents' pages when any ticket changes.
func (d *Desk) WatchAll() (<-chan struct{}, func()) { return d.live.watch(0) }

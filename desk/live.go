package desk

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"lodge/models"
)

// The nouns of the change log that open pages follow. "ticket" is every change of a ticket;
// the other two are seen by the agents who have that ticket open and by nobody else.
const (
	changedTicket = "ticket"
	ChangedMails  = "delivery" // where a ticket's mails are
	changedHere   = "presence" // who has a ticket open
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
	// inside are agents' pages of one ticket; outside are thread pages with the public version
	// that each was last woken for, because nothing else may reach them, not even as a nudge.
	inside  map[int64]map[chan struct{}]int64
	outside map[int64]map[chan struct{}]int64
}

func newLive(db *models.DB, log *slog.Logger) *live {
	l := &live{db: db, log: log, nudge: make(chan struct{}, 1), follows: make(chan struct{}), all: map[chan struct{}]bool{},
		inside: map[int64]map[chan struct{}]int64{}, outside: map[int64]map[chan struct{}]int64{}}
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
			// On SQLite only a command beside the server (lodge mail replay) changes anything that no
			// nudge tells of; one small read finds it, and what is remembered of its tickets goes.
			if l.db.Postgres() && !l.watched() {
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
				switch c.Noun {
				case changedTicket:
					l.db.ForgetTicket(c.NounID)
					l.changed(ctx, c.NounID)
				case ChangedMails, changedHere:
					l.changedInside(c.NounID)
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
	return len(l.all)+len(l.inside)+len(l.outside) > 0
}

func (l *live) changed(ctx context.Context, ticketID int64) {
	l.mu.Lock()
	for c := range l.all {
		wake(c)
	}
	read := len(l.outside[ticketID]) > 0
	l.mu.Unlock()
	l.changedInside(ticketID)
	if !read {
		return
	}
	// When it cannot be read everybody looks: their pages find out by themselves.
	version, err := models.PublicVersion(ctx, l.db, ticketID)
	l.mu.Lock()
	defer l.mu.Unlock()
	for c, seen := range l.outside[ticketID] {
		if err != nil || version != seen {
			l.outside[ticketID][c] = version
			wake(c)
		}
	}
}

func (l *live) changedInside(ticketID int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.inside[ticketID] {
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
	for _, side := range []map[int64]map[chan struct{}]int64{l.inside, l.outside} {
		for _, watchers := range side {
			for c := range watchers {
				close(c)
			}
		}
	}
	l.all, l.inside, l.outside = nil, nil, nil
}

// watchAll adds a watcher of all tickets. The channel has one place: a value means "something
// changed, look"; it is closed when the desk stops.
func (l *live) watchAll() (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		close(c)
		return c, func() {}
	}
	l.all[c] = true
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.all, c)
	}
}

// watch adds a watcher of one ticket on one side.
func (l *live) watch(side func() map[int64]map[chan struct{}]int64, ticketID, version int64) (<-chan struct{}, func()) {
	c := make(chan struct{}, 1)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		close(c)
		return c, func() {}
	}
	watched := side()
	if watched[ticketID] == nil {
		watched[ticketID] = map[chan struct{}]int64{}
	}
	watched[ticketID][c] = version
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		watched := side()
		if watchers := watched[ticketID]; watchers != nil {
			delete(watchers, c)
			if len(watchers) == 0 {
				delete(watched, ticketID)
			}
		}
	}
}

// Watch wakes the holder's page when something changes that it shows: what stays inside
// reaches nobody outside, not even as a nudge. The page then asks, and its link is checked again.
func (v *Conversation) Watch(ctx context.Context) (<-chan struct{}, func(), error) {
	at, err := v.enter(ctx, v.p.d.Now())
	if err != nil {
		return nil, nil, err
	}
	l := v.p.d.live
	c, leave := l.watch(func() map[int64]map[chan struct{}]int64 { return l.outside }, at.Ticket.ID, at.Ticket.PublicVersion)
	if at.signed {
		c, leave = v.whileAllowed(ctx, c, leave)
	}
	return c, leave, nil
}

// WatchAll wakes agents' pages when any ticket changes.
func (d *Desk) WatchAll() (<-chan struct{}, func()) { return d.live.watchAll() }

// WatchTicket wakes an agent's page of one ticket: when it changes, when its mails do, and
// when a colleague comes, goes or writes.
func (d *Desk) WatchTicket(ctx context.Context, actor Actor, number int64) (<-chan struct{}, func(), error) {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, nil, err
	}
	c, leave := d.live.watch(func() map[int64]map[chan struct{}]int64 { return d.live.inside }, t.ID, 0)
	return c, leave, nil
}

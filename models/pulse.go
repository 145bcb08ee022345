package models

import (
	"context"
	"sync"
)

// Pulse is what an unchanged poll needs to know about the ticket of a living link.
type Pulse struct {
	ProjectID     int64
	TicketID      int64
	PublicVersion int64
	EndedAt       Stamp
	// expires is when the link itself ends; 0 is never.
	expires Stamp
}

const pulseQuery = `SELECT w.catalog_version, k.expires_at, t.id, t.project_id, t.public_version, t.ended_at, p.id, p.moved_to_id, t.spam_at
	FROM tokens k JOIN participants p ON p.id = k.subject_id JOIN tickets t ON t.id = p.ticket_id JOIN workspaces w ON w.id = 1
	WHERE k.hash = ? AND k.kind = 'thread' AND k.revoked_at = 0`

// movedPulse is the pulse of the ticket that a participant was moved to by a merge.
const movedPulse = `SELECT t.id, t.project_id, t.public_version, t.ended_at, t.spam_at FROM participants s
	JOIN participants p ON p.id = s.moved_to_id AND p.generation = s.moved_generation JOIN tickets t ON t.id = p.ticket_id WHERE s.id = ?`

// PulseByHash is the poll's one read (PT-5). A link that is unknown, revoked or expired at
// now is NotFound.
func (db *DB) PulseByHash(ctx context.Context, hash []byte, now Stamp) (Pulse, *Catalog, error) {
	p, cat, mark := db.pulses.get(hash)
	if cat == nil {
		var version, person int64
		var moved *int64
		var spam Stamp
		err := db.row(db.brief(ctx), pulseQuery, hash).Scan(&version, &p.expires, &p.TicketID, &p.ProjectID, &p.PublicVersion, &p.EndedAt, &person, &moved, &spam)
		if err == nil && moved != nil {
			err = db.row(db.brief(ctx), movedPulse, person).Scan(&p.TicketID, &p.ProjectID, &p.PublicVersion, &p.EndedAt, &spam)
		}
		if err == nil && spam != 0 {
			err = NotFound()
		}
		if err != nil {
			return p, nil, orNotFound(err)
		}
		if cat, err = db.catalogAt(ctx, version); err != nil {
			return p, nil, err
		}
		db.pulses.put(hash, p, cat, mark)
	}
	if p.expires != 0 && now >= p.expires {
		return p, nil, NotFound()
	}
	return p, cat, nil
}

// pulses remembers the pulses of open pages. Most requests of a busy portal are polls that
// find nothing, and a page asks for the same ticket minute after minute, so between two
// changes of a ticket its polls cost no query.
//
// A remembered pulse is forgotten by the transaction that notes a change of its ticket,
// and all of them by one that changes the catalog or ends links, before its verb returns.
// That needs every change to come from this process: it is so on SQLite, where the data
// folder has one server; on PostgreSQL nothing is remembered.
type pulses struct {
	mu     sync.RWMutex
	commit uint64 // how many transactions have told of their changes
	byHash map[string]remembered
	byID   map[int64][]string
}

type remembered struct {
	Pulse
	catalog *Catalog
}

// maxPulses bounds the memory to some ten megabytes; the map begins anew when it is full.
const maxPulses = 40_000

func newPulses() *pulses {
	return &pulses{byHash: map[string]remembered{}, byID: map[int64][]string{}}
}

// get gives a remembered pulse with its catalog, or the mark that put wants.
func (m *pulses) get(hash []byte) (Pulse, *Catalog, uint64) {
	if m == nil {
		return Pulse{}, nil, 0
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	r := m.byHash[string(hash)]
	return r.Pulse, r.catalog, m.commit
}

// put remembers what was read after get gave the mark, unless something was committed
// meanwhile: the read may have been older than that.
func (m *pulses) put(hash []byte, p Pulse, cat *Catalog, mark uint64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.commit != mark {
		return
	}
	if len(m.byHash) >= maxPulses {
		clear(m.byHash)
		clear(m.byID)
	}
	key := string(hash)
	if _, known := m.byHash[key]; !known {
		m.byID[p.TicketID] = append(m.byID[p.TicketID], key)
	}
	m.byHash[key] = remembered{p, cat}
}

// ForgetTicket drops what is remembered of a ticket that another process may have changed.
func (db *DB) ForgetTicket(id int64) { db.pulses.forget([]int64{id}, false) }

// forget is told of every transaction once it is committed and before its verb returns.
func (m *pulses) forget(tickets []int64, everything bool) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commit++
	if everything {
		clear(m.byHash)
		clear(m.byID)
		return
	}
	for _, id := range tickets {
		for _, key := range m.byID[id] {
			delete(m.byHash, key)
		}
		delete(m.byID, id)
	}
}

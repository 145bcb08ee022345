package models

import "context"

// Pulse is what an unchanged poll needs to know about the ticket of a living link.
type Pulse struct {
	ProjectID     int64
	TicketID      int64
	PublicVersion int64
	EndedAt       Stamp
}

// Each column costs as much as a step of the search, so dead links are left out here
// instead of being told about.
const pulseQuery = `SELECT w.catalog_version, t.id, t.project_id, t.public_version, t.ended_at
	FROM tokens k JOIN participants p ON p.id = k.subject_id JOIN tickets t ON t.id = p.ticket_id JOIN workspaces w ON w.id = 1
	WHERE k.hash = ? AND k.kind = 'thread' AND k.revoked_at = 0 AND (k.expires_at = 0 OR k.expires_at > ?)`

// PulseByHash is the poll's one query (PT-5). A link that is unknown, revoked or expired at
// now is NotFound.
func (db *DB) PulseByHash(ctx context.Context, hash []byte, now Stamp) (p Pulse, cat *Catalog, err error) {
	var version int64
	err = db.glimpse(ctx, pulseQuery, 5, func(r glimpsed) {
		c := cells{row: r}
		version = c.int()
		p = Pulse{TicketID: c.int(), ProjectID: c.int(), PublicVersion: c.int(), EndedAt: c.stamp()}
	}, hash, now)
	if err != nil {
		return p, nil, orNotFound(err)
	}
	cat, err = db.catalogAt(ctx, version)
	return p, cat, err
}

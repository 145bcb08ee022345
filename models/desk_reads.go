package models

import "context"

// SignedIn reads an agent, disabled or not, with the catalog that is true now and what
// waits for them, each counted up to most: what every request of the desk asks for, in one query.
func (db *DB) SignedIn(ctx context.Context, agentID int64, most int) (*Agent, *Catalog, Pending, error) {
	var version int64
	var p Pending
	row := db.row(db.brief(ctx), "SELECT "+agentColumns+`, (SELECT catalog_version FROM workspaces WHERE workspaces.id = 1),
		(SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE notices.agent_id = ? AND notices.read_at = 0 LIMIT ?) AS unread), `+heldFor+` FROM agents WHERE id = ?`, agentID, most, most, agentID)
	a, err := scanAgent(withMore{withMore{withMore{row, &p.Held}, &p.Unread}, &version})
	if err != nil {
		return nil, nil, p, err
	}
	cat, err := db.catalogAt(ctx, version)
	return a, cat, p, err
}

// Pending is what waits for an agent, counted as far as pages show it: unread notices, and what is
// held in the projects they can read.
type Pending struct{ Unread, Held int }

// heldFor counts the latter among the newest thousand, so that a flood elsewhere costs no page time.
const heldFor = `(SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT project_id FROM held WHERE state = 'waiting' ORDER BY id DESC LIMIT 1000) AS newest
		WHERE agents.everywhere OR agents.role = 'admin' OR newest.project_id IN (SELECT r.project_id FROM agent_projects r WHERE r.agent_id = agents.id) LIMIT ?) AS waiting)`

// TicketAndCatalog reads a ticket by the number that agents use, with the catalog that is true
// now, in one query.
func (db *DB) TicketAndCatalog(ctx context.Context, number int64) (*Ticket, *Catalog, error) {
	var version int64
	t, err := scanTicket(withMore{db.row(db.brief(ctx), "SELECT "+ticketColumns+", (SELECT catalog_version FROM workspaces WHERE workspaces.id = 1) FROM tickets WHERE number = ?", number), &version})
	if err != nil {
		return nil, nil, err
	}
	cat, err := db.catalogAt(ctx, version)
	return t, cat, err
}

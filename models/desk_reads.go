package models

import "context"

// SignedIn reads an agent, disabled or not, with the catalog that is true now and the number
// of their unread notices, up to most: what every request of the desk asks for, in one query.
func (db *DB) SignedIn(ctx context.Context, agentID int64, most int) (*Agent, *Catalog, int, error) {
	var version int64
	var unread int
	row := db.row(db.brief(ctx), "SELECT "+agentColumns+`, (SELECT catalog_version FROM workspaces WHERE workspaces.id = 1),
		(SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE notices.agent_id = ? AND notices.read_at = 0 LIMIT ?) AS unread) FROM agents WHERE id = ?`, agentID, most, agentID)
	a, err := scanAgent(withMore{withMore{row, &unread}, &version})
	if err != nil {
		return nil, nil, 0, err
	}
	cat, err := db.catalogAt(ctx, version)
	return a, cat, unread, err
}

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

package models

import (
	"cmp"
	"context"
	"slices"
)

// PresenceLife is how long a sign of life counts: three heartbeats of a page (15 s each).
const PresenceLife = Stamp(45_000)

// Presence says that an agent has a ticket open, and whether they are writing.
type Presence struct {
	AgentID int64
	Typing  bool
	SeenAt  Stamp
}

// Presences are the agents whose sign of life about a ticket still counts, by id.
func Presences(ctx context.Context, c Conn, ticketID int64, now Stamp) ([]Presence, error) {
	rows, err := c.query(ctx, "SELECT agent_id, typing, seen_at FROM presences WHERE ticket_id = ? AND seen_at > ? ORDER BY agent_id", ticketID, now-PresenceLife)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Presence
	for rows.Next() {
		var p Presence
		if err := rows.Scan(&p.AgentID, &p.Typing, &p.SeenAt); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

// AgentsAt lists everyone who can still sign in, by name, with the signs of life about a ticket,
// in one query for its page. Their roles are those they have in the ticket's project.
func AgentsAt(ctx context.Context, c Conn, ticketID, projectID int64, now Stamp) ([]*Agent, []Presence, error) {
	rows, err := c.query(ctx, `SELECT a.id, a.name, CASE WHEN a.everywhere OR a.role = 'admin' THEN a.role ELSE COALESCE(r.role, '') END, a.away, a.away_until, COALESCE(p.typing, FALSE), COALESCE(p.seen_at, 0)
		FROM agents a LEFT JOIN presences p ON p.ticket_id = ? AND p.agent_id = a.id LEFT JOIN agent_projects r ON r.agent_id = a.id AND r.project_id = ?
		WHERE a.disabled_at = 0 ORDER BY a.name, a.id`, ticketID, projectID)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var agents []*Agent
	var here []Presence
	for rows.Next() {
		var a Agent
		var p Presence
		if err := rows.Scan(&a.ID, &a.Name, &a.Role, &a.Away, &a.AwayUntil, &p.Typing, &p.SeenAt); err != nil {
			return nil, nil, err
		}
		agents = append(agents, &a)
		if p.SeenAt > now-PresenceLife {
			p.AgentID = a.ID
			here = append(here, p)
		}
	}
	slices.SortFunc(here, func(a, b Presence) int { return cmp.Compare(a.AgentID, b.AgentID) })
	return agents, here, rows.Err()
}

// SetPresence notes a sign of life.
func SetPresence(ctx context.Context, tx *Tx, ticketID int64, p Presence) error {
	_, err := tx.exec(ctx, `INSERT INTO presences (ticket_id, agent_id, typing, seen_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (ticket_id, agent_id) DO UPDATE SET typing = excluded.typing, seen_at = excluded.seen_at`, ticketID, p.AgentID, p.Typing, p.SeenAt)
	return err
}

// EndPresence notes that an agent has left a ticket.
func EndPresence(ctx context.Context, tx *Tx, ticketID, agentID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM presences WHERE ticket_id = ? AND agent_id = ?", ticketID, agentID)
	return err
}

// PrunePresences forgets signs of life from before a time.
func PrunePresences(ctx context.Context, c Conn, before Stamp) (int64, error) {
	return affected(c.exec(ctx, "DELETE FROM presences WHERE seen_at < ?", before))
}

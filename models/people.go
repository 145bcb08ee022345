package models

import (
	"context"
	"database/sql"
	"strings"
)

// Token kinds of the people of the desk. The subject is the agent.
const (
	TokenInvite = "invite" // sets a first password
	TokenReset  = "reset"  // sets a new one
)

// Invited says that somebody was asked to join and has not set a password yet.
func (a *Agent) Invited() bool { return a.PasswordHash == "" && a.DisabledAt == 0 }

// LockPeople lets one transaction at a time decide about the people of the desk, so that two
// at once never take the last administrator away between them.
func LockPeople(ctx context.Context, tx *Tx) error {
	// On SQLite transactions take turns anyway; on PostgreSQL this locks the row.
	_, err := tx.exec(ctx, "UPDATE workspaces SET id = id WHERE id = 1")
	return err
}

// AllAgents lists everybody, those who can sign in first, by name.
func AllAgents(ctx context.Context, c Conn) ([]*Agent, error) {
	return agents(ctx, c, "SELECT "+agentColumns+" FROM agents ORDER BY CASE WHEN disabled_at = 0 THEN 0 ELSE 1 END, name, id")
}

// ActiveAdmins counts the administrators who can sign in, besides one agent.
func ActiveAdmins(ctx context.Context, c Conn, besides int64) (int, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM agents WHERE role = 'admin' AND disabled_at = 0 AND password_hash <> '' AND id <> ?", besides).Scan(&n)
	return n, err
}

// ProjectRoles gives every agent's own roles: by agent, then by project.
func ProjectRoles(ctx context.Context, c Conn) (map[int64]map[int64]Role, error) {
	rows, err := c.query(ctx, "SELECT agent_id, project_id, role FROM agent_projects")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]map[int64]Role{}
	for rows.Next() {
		var agent, project int64
		var role Role
		if err := rows.Scan(&agent, &project, &role); err != nil {
			return nil, err
		}
		if all[agent] == nil {
			all[agent] = map[int64]Role{}
		}
		all[agent][project] = role
	}
	return all, rows.Err()
}

// SetAgentRole writes an agent's name and role.
func SetAgentRole(ctx context.Context, tx *Tx, agentID int64, name string, role Role) error {
	_, err := tx.exec(ctx, "UPDATE agents SET name = ?, role = ? WHERE id = ?", name, role, agentID)
	return err
}

// SetAgentProfile writes what agents change about themselves.
func SetAgentProfile(ctx context.Context, tx *Tx, a *Agent) error {
	return save(ctx, tx, a, "name", "public_name", "locale", "signature")
}

// EnableAgent lets an agent sign in again.
func EnableAgent(ctx context.Context, tx *Tx, agentID int64) error {
	return DisableAgent(ctx, tx, agentID, 0)
}

// SeeAgent notes that an agent is here.
func SeeAgent(ctx context.Context, tx *Tx, agentID int64, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE agents SET seen_at = ? WHERE id = ?", now, agentID)
	return err
}

// SeeAgentOf notes that the agent of a session is here; a customer's session counts for nobody.
func SeeAgentOf(ctx context.Context, tx *Tx, session []byte, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE agents SET seen_at = ? WHERE id = (SELECT subject_id FROM sessions WHERE hash = ? AND kind = 'agent')", now, session)
	return err
}

// NextGeneration is a generation that no earlier token of this kind and subject had.
func NextGeneration(ctx context.Context, tx *Tx, kind string, subjectID int64, now Stamp) (int64, error) {
	last := int64(0)
	err := tx.row(ctx, "SELECT COALESCE(MAX(generation), 0) FROM tokens WHERE subject_id = ? AND kind = ?", subjectID, kind).Scan(&last)
	// The clock makes it new even after old rows have been swept.
	return max(int64(now), last+1), err
}

// LiveTokens gives the end of the living token of each subject of one kind.
func LiveTokens(ctx context.Context, c Conn, kind string, now Stamp) (map[int64]Stamp, error) {
	rows, err := c.query(ctx, "SELECT subject_id, MAX(expires_at) FROM tokens WHERE kind = ? AND revoked_at = 0 AND expires_at > ? GROUP BY subject_id", kind, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]Stamp{}
	for rows.Next() {
		var id int64
		var ends Stamp
		if err := rows.Scan(&id, &ends); err != nil {
			return nil, err
		}
		all[id] = ends
	}
	return all, rows.Err()
}

// OpenTicket is a line of the tickets that somebody leaves behind.
type OpenTicket struct {
	ID, Number, ProjectID int64
	Title                 string
}

// OpenTicketsOf lists an agent's open tickets, the latest first.
func OpenTicketsOf(ctx context.Context, c Conn, agentID int64, limit int) ([]OpenTicket, error) {
	return openTickets(c.query(ctx, "SELECT id, number, project_id, title FROM tickets WHERE assignee_id = ? AND ended_at = 0 ORDER BY updated_at DESC, id DESC LIMIT ?", agentID, limit))
}

// CountOpen counts the open tickets of each of these agents.
func CountOpen(ctx context.Context, c Conn, agentIDs []int64) (map[int64]int, error) {
	all := map[int64]int{}
	if len(agentIDs) == 0 {
		return all, nil
	}
	args := make([]any, len(agentIDs))
	for i, id := range agentIDs {
		args[i] = id
	}
	rows, err := c.query(ctx, "SELECT assignee_id, COUNT(*) FROM tickets WHERE ended_at = 0 AND assignee_id IN ("+strings.TrimSuffix(strings.Repeat("?,", len(args)), ",")+") GROUP BY assignee_id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = n
	}
	return all, rows.Err()
}

// OpenTicketsAfter lists an agent's open tickets by id, those behind one.
func OpenTicketsAfter(ctx context.Context, c Conn, agentID, after int64, limit int) ([]OpenTicket, error) {
	return openTickets(c.query(ctx, "SELECT id, number, project_id, title FROM tickets WHERE assignee_id = ? AND ended_at = 0 AND id > ? ORDER BY id LIMIT ?", agentID, after, limit))
}

func openTickets(rows *sql.Rows, err error) ([]OpenTicket, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OpenTicket
	for rows.Next() {
		var t OpenTicket
		if err := rows.Scan(&t.ID, &t.Number, &t.ProjectID, &t.Title); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

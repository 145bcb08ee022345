package models

import (
	"context"
	"database/sql"
)

// IntakeLine is an intake link as the list of a project's links shows it.
type IntakeLine struct {
	IntakeLink
	ContactName, ContactAddress string
	AgentName                   string // empty for the command line
}

// IntakeLinks reads one page of a project's intake links, newest first: those older than the
// link before, or with 0 the newest.
func IntakeLinks(ctx context.Context, c Conn, projectID, before int64, limit int) ([]*IntakeLine, error) {
	narrow, args := "", []any{projectID}
	if before > 0 {
		narrow, args = " AND l.id < ?", append(args, before)
	}
	rows, err := c.query(ctx, `SELECT l.id, l.project_id, l.contact_id, l.expires_at, l.revoked_at, l.uses, l.created_at, l.agent_id, c.name, c.address, a.name
		FROM intake_links l JOIN contacts c ON c.id = l.contact_id LEFT JOIN agents a ON a.id = l.agent_id
		WHERE l.project_id = ?`+narrow+` ORDER BY l.id DESC LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*IntakeLine
	for rows.Next() {
		var l IntakeLine
		var agent sql.NullString
		if err := rows.Scan(&l.ID, &l.ProjectID, &l.ContactID, &l.ExpiresAt, &l.RevokedAt, &l.Uses, &l.CreatedAt, &l.AgentID, &l.ContactName, &l.ContactAddress, &agent); err != nil {
			return nil, err
		}
		l.AgentName = agent.String
		all = append(all, &l)
	}
	return all, rows.Err()
}

// IntakeLinkByID reads one link.
func IntakeLinkByID(ctx context.Context, c Conn, id int64) (*IntakeLink, error) {
	l := IntakeLink{ID: id}
	err := c.row(ctx, "SELECT project_id, contact_id, expires_at, revoked_at, uses, created_at, agent_id FROM intake_links WHERE id = ?", id).
		Scan(&l.ProjectID, &l.ContactID, &l.ExpiresAt, &l.RevokedAt, &l.Uses, &l.CreatedAt, &l.AgentID)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &l, nil
}

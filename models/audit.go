package models

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
)

// AuditEntry says who changed a setting or passed a door (SE-4). Subject names what it was
// done to, such as a project's slug or an agent's address; Data is JSON with what changed,
// never a secret.
type AuditEntry struct {
	bun.BaseModel `bun:"table:audit_entries"`
	ID            int64 `bun:",pk,autoincrement"`
	Kind          string
	AgentID       *int64
	ProjectID     *int64
	Subject       string
	Data          string
	CreatedAt     Stamp

	AgentName string `bun:"-"`
}

// InsertAudit writes an entry of the audit log, in the transaction of what it tells of.
func InsertAudit(ctx context.Context, tx *Tx, e *AuditEntry) error {
	if e.Data == "" {
		e.Data = "{}"
	}
	return insert(ctx, tx, e)
}

// AuditQuery asks for one page of the audit log, newest first. Zero values do not narrow.
type AuditQuery struct {
	Kind    string // a whole kind, or its first part such as "agent"
	AgentID int64
	Before  int64 // entries older than this id
	// From and To bound when it was: at or after From, before To.
	From, To Stamp
	Limit    int
}

// Audit reads one page of the audit log.
func Audit(ctx context.Context, c Conn, q AuditQuery) ([]*AuditEntry, error) {
	parts, args := []string{"1 = 1"}, []any{}
	if q.Kind != "" {
		// A range, so that the index serves it: "agent" finds "agent.invited" too.
		parts, args = append(parts, "(e.kind = ? OR (e.kind >= ? AND e.kind < ?))"), append(args, q.Kind, q.Kind+".", q.Kind+"/")
	}
	if q.AgentID != 0 {
		parts, args = append(parts, "e.agent_id = ?"), append(args, q.AgentID)
	}
	if q.From != 0 {
		parts, args = append(parts, "e.created_at >= ?"), append(args, q.From)
	}
	if q.To != 0 {
		parts, args = append(parts, "e.created_at < ?"), append(args, q.To)
	}
	if q.Before != 0 {
		parts, args = append(parts, "e.id < ?"), append(args, q.Before)
	}
	rows, err := c.query(ctx, `SELECT e.id, e.kind, e.agent_id, e.project_id, e.subject, e.data, e.created_at, COALESCE(a.name, '')
		FROM audit_entries e LEFT JOIN agents a ON a.id = e.agent_id WHERE `+strings.Join(parts, " AND ")+" ORDER BY e.id DESC LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*AuditEntry
	for rows.Next() {
		var e AuditEntry
		if err := rows.Scan(&e.ID, &e.Kind, &e.AgentID, &e.ProjectID, &e.Subject, &e.Data, &e.CreatedAt, &e.AgentName); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

// AuditKinds lists the kinds that the log holds, in order.
func AuditKinds(ctx context.Context, c Conn) ([]string, error) {
	// Each step is one look into the index; DISTINCT would read the whole of it.
	rows, err := c.query(ctx, `WITH RECURSIVE kinds (kind) AS (
		SELECT MIN(kind) FROM audit_entries
		UNION ALL SELECT (SELECT MIN(e.kind) FROM audit_entries e WHERE e.kind > kinds.kind) FROM kinds WHERE kinds.kind IS NOT NULL)
		SELECT kind FROM kinds WHERE kind IS NOT NULL ORDER BY kind`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return nil, err
		}
		all = append(all, kind)
	}
	return all, rows.Err()
}

package models

import (
	"context"
	"strings"
)

// The agents' views of the queue.
const (
	ViewMine       = "mine"
	ViewUnassigned = "unassigned"
	ViewOpen       = "open"
	ViewEnded      = "ended"
	ViewAll        = "all"
)

// QueueQuery asks for one page of the queue, newest change first. The page after a row
// begins behind its (UpdatedAt, ID): cost stays flat however deep one pages.
type QueueQuery struct {
	View      string
	AgentID   int64
	ProjectID int64 // 0 is all
	// Projects narrows to these; nil is all, an empty list none.
	Projects []int64
	Before   Stamp // 0 is the first page
	BeforeID int64
	Limit    int
	// Since narrows to what has changed after it; 0 is no limit.
	Since Stamp
}

// QueueRow is one line of the queue.
type QueueRow struct {
	ID              int64
	ProjectID       int64
	Number          int64
	Reference       string
	Title           string
	StatusID        int64
	Category        Category
	Priority        int64
	TypeID          *int64
	AssigneeID      *int64
	AssigneeName    *string
	ReporterName    string
	ReporterAddress string
	Synthetic       bool
	CreatedAt       Stamp
	UpdatedAt       Stamp
}

// where writes the view as SQL that one of the queue's indexes serves.
func (q QueueQuery) where() (string, []any) {
	var parts []string
	var args []any
	switch q.View {
	case ViewMine:
		parts, args = append(parts, "t.ended_at = 0", "t.assignee_id = ?"), append(args, q.AgentID)
	case ViewUnassigned:
		parts = append(parts, "t.ended_at = 0", "t.assignee_id IS NULL")
	case ViewOpen:
		parts = append(parts, "t.ended_at = 0")
	case ViewEnded:
		parts = append(parts, "t.ended_at > 0")
	default:
		parts = append(parts, "1 = 1")
	}
	if q.ProjectID != 0 {
		parts, args = append(parts, "t.project_id = ?"), append(args, q.ProjectID)
	}
	if q.ProjectID == 0 && q.Projects != nil {
		parts = append(parts, "t.project_id IN ("+places(len(q.Projects))+")")
		for _, id := range q.Projects {
			args = append(args, id)
		}
	}
	if q.Since != 0 {
		parts, args = append(parts, "t.updated_at > ?"), append(args, q.Since)
	}
	return strings.Join(parts, " AND "), args
}

// Queue reads one page of the queue.
func Queue(ctx context.Context, c Conn, q QueueQuery) ([]*QueueRow, error) {
	where, args := q.where()
	if q.Before > 0 {
		where += " AND (t.updated_at, t.id) < (?, ?)"
		args = append(args, q.Before, q.BeforeID)
	}
	args = append(args, q.Limit)
	rows, err := c.query(ctx, `SELECT t.id, t.project_id, t.number, t.reference, t.title, t.status_id, t.category, t.priority, t.type_id, t.assignee_id, a.name,
		c.name, c.address, c.synthetic, t.created_at, t.updated_at
		FROM tickets t JOIN contacts c ON c.id = t.reporter_id LEFT JOIN agents a ON a.id = t.assignee_id
		WHERE `+where+" ORDER BY t.updated_at DESC, t.id DESC LIMIT ?", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*QueueRow
	for rows.Next() {
		var r QueueRow
		if err := rows.Scan(&r.ID, &r.ProjectID, &r.Number, &r.Reference, &r.Title, &r.StatusID, &r.Category, &r.Priority, &r.TypeID, &r.AssigneeID, &r.AssigneeName,
			&r.ReporterName, &r.ReporterAddress, &r.Synthetic, &r.CreatedAt, &r.UpdatedAt); err != nil {
			return nil, err
		}
		all = append(all, &r)
	}
	return all, rows.Err()
}

// QueueCount counts a view up to most, so that the cost has a bound however long the
// queue grows; most itself means "most or more".
func QueueCount(ctx context.Context, c Conn, q QueueQuery, most int) (int, error) {
	where, args := q.where()
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE "+where+" LIMIT ?) AS counted", append(args, most)...).Scan(&n)
	return n, err
}

package models

import "context"

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
	TeamName        *string
	CompanyName     *string
	ReporterName    string
	ReporterAddress string
	Synthetic       bool
	Unproven        bool
	Version         int64
	CreatedAt       Stamp
	UpdatedAt       Stamp
	EndedAt         Stamp
	DueAt           Stamp
	PromiseKind     string
	PromiseWarnAt   Stamp
	PromiseAt       Stamp
	NextAt          Stamp
	Clock           Clock
	SnoozedUntil    Stamp
	SpamAt          Stamp
	Merged          bool
	Tags            []string
}

// QueueRows reads lines of the queue by the ids of their tickets, at most 256, in that order.
func QueueRows(ctx context.Context, c Conn, ids []int64) ([]*QueueRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := idList(ids)
	rows, err := c.query(ctx, `SELECT t.id, t.project_id, t.number, t.reference, t.title, t.status_id, t.category, t.priority, t.type_id, t.assignee_id, a.name, m.name, f.name,
		c.name, c.address, c.synthetic, t.unproven, t.version, t.created_at, t.updated_at, t.ended_at, t.due_at, t.promise_kind, t.promise_warn_at, t.promise_at, t.next_at, t.clock, t.snoozed_until, t.spam_at, t.merged_into_id IS NOT NULL
		FROM tickets t JOIN contacts c ON c.id = t.reporter_id LEFT JOIN agents a ON a.id = t.assignee_id LEFT JOIN teams m ON m.id = t.team_id
		LEFT JOIN companies f ON f.id = t.company_id WHERE t.id IN (`+list+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]*QueueRow{}
	for rows.Next() {
		var r QueueRow
		if err := rows.Scan(&r.ID, &r.ProjectID, &r.Number, &r.Reference, &r.Title, &r.StatusID, &r.Category, &r.Priority, &r.TypeID, &r.AssigneeID, &r.AssigneeName, &r.TeamName, &r.CompanyName,
			&r.ReporterName, &r.ReporterAddress, &r.Synthetic, &r.Unproven, &r.Version, &r.CreatedAt, &r.UpdatedAt, &r.EndedAt, &r.DueAt, &r.PromiseKind, &r.PromiseWarnAt, &r.PromiseAt, &r.NextAt, &r.Clock, &r.SnoozedUntil, &r.SpamAt, &r.Merged); err != nil {
			return nil, err
		}
		byID[r.ID] = &r
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if err := queueTags(ctx, c, list, args, byID); err != nil {
		return nil, err
	}
	all := make([]*QueueRow, 0, len(ids))
	for _, id := range ids {
		if r := byID[id]; r != nil {
			all = append(all, r)
		}
	}
	return all, nil
}

func queueTags(ctx context.Context, c Conn, list string, args []any, byID map[int64]*QueueRow) error {
	rows, err := c.query(ctx, "SELECT l.ticket_id, g.name FROM ticket_tags l JOIN tags g ON g.id = l.tag_id WHERE l.ticket_id IN ("+list+") ORDER BY g.name", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		if r := byID[id]; r != nil {
			r.Tags = append(r.Tags, name)
		}
	}
	return rows.Err()
}

// QueueIDsByNumber finds tickets by their numbers, at most 256; what is not there is left out.
func QueueIDsByNumber(ctx context.Context, c Conn, numbers []int64) ([]int64, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	list, args := idList(numbers)
	return ids(c.query(ctx, "SELECT id FROM tickets WHERE number IN ("+list+")", args...))
}

// QueueTicketByReference reads a ticket by the code that a customer may quote.
func QueueTicketByReference(ctx context.Context, c Conn, reference string) (*Ticket, error) {
	return scanTicket(c.row(ctx, "SELECT "+ticketColumns+" FROM tickets WHERE reference = ?", reference))
}

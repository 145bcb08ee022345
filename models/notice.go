package models

import (
	"context"
	"database/sql"
	"errors"

	"github.com/uptrace/bun"
)

// The kinds of notices (AG-7).
const (
	NoticeNew       = "new"       // a ticket is new in one's team
	NoticeAssigned  = "assigned"  // somebody gave one a ticket
	NoticeMentioned = "mentioned" // somebody wrote one's name into a note
	NoticeAnswered  = "answered"  // somebody outside answered
	NoticeReopened  = "reopened"  // … and so reopened a ticket that had ended
	NoticeDue       = "due"       // a ticket is due soon
	NoticeWarned    = "warned"    // a promise is near its end
	NoticeBroken    = "broken"    // … and was not kept
	NoticeTimeLow   = "time_low"  // a company's bought time is nearly used up
	NoticeLowScore  = "low_score" // somebody was not content with how their ticket went
)

// NoticeKinds lists them in the order of the settings.
var NoticeKinds = []string{NoticeAssigned, NoticeMentioned, NoticeAnswered, NoticeReopened, NoticeDue, NoticeWarned, NoticeBroken, NoticeTimeLow, NoticeLowScore, NoticeNew}

// Notice is what an agent is told inside the desk: one row for an event and an agent.
type Notice struct {
	bun.BaseModel `bun:"table:notices"`
	ID            int64 `bun:",pk,autoincrement"`
	AgentID       int64
	EventID       int64
	TicketID      int64
	Kind          string
	ReadAt        Stamp
	CreatedAt     Stamp
}

// InsertNotice writes a notice. made is false when this agent already has one about the event.
func InsertNotice(ctx context.Context, tx *Tx, n *Notice) (made bool, err error) {
	err = tx.row(ctx, `INSERT INTO notices (agent_id, event_id, ticket_id, kind, read_at, created_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (agent_id, event_id) DO NOTHING RETURNING id`, n.AgentID, n.EventID, n.TicketID, n.Kind, n.ReadAt, n.CreatedAt).Scan(&n.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// NoticeRow is a notice with what it is about.
type NoticeRow struct {
	Notice
	ProjectID int64
	Number    int64
	Title     string
	// Who did it: an agent's name, a contact's name or address; empty for the clock.
	Who string
	// ByRule: a rule did it.
	ByRule bool
}

// Notices reads one page of an agent's notices, newest first; before is the id of the last
// row of the page before, 0 for the first.
func Notices(ctx context.Context, c Conn, agentID, before int64, limit int) ([]*NoticeRow, error) {
	query, args := "", []any{agentID}
	if before > 0 {
		query, args = " AND n.id < ?", append(args, before)
	}
	rows, err := c.query(ctx, `SELECT n.id, n.agent_id, n.event_id, n.ticket_id, n.kind, n.read_at, n.created_at, t.project_id, t.number, t.title,
		COALESCE(NULLIF(a.name, ''), NULLIF(c.name, ''), CASE WHEN c.synthetic THEN '' ELSE c.address END, ''), COALESCE(e.kind, '') = 'routed'
		FROM notices n JOIN tickets t ON t.id = n.ticket_id LEFT JOIN events e ON e.id = n.event_id
		LEFT JOIN agents a ON a.id = e.agent_id LEFT JOIN contacts c ON c.id = e.contact_id
		WHERE n.agent_id = ?`+query+" ORDER BY n.id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*NoticeRow
	for rows.Next() {
		var n NoticeRow
		if err := rows.Scan(&n.ID, &n.AgentID, &n.EventID, &n.TicketID, &n.Kind, &n.ReadAt, &n.CreatedAt, &n.ProjectID, &n.Number, &n.Title, &n.Who, &n.ByRule); err != nil {
			return nil, err
		}
		all = append(all, &n)
	}
	return all, rows.Err()
}

// UnreadNotices counts an agent's unread notices up to most.
func UnreadNotices(ctx context.Context, c Conn, agentID int64, most int) (int, error) {
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE agent_id = ? AND read_at = 0 LIMIT ?) AS counted", agentID, most).Scan(&n)
	return n, err
}

// NoticeRead says whether an agent has read the notice about an event; false without one.
func NoticeRead(ctx context.Context, c Conn, agentID, eventID int64) (bool, error) {
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM notices WHERE agent_id = ? AND event_id = ? AND read_at > 0", agentID, eventID).Scan(&n)
	return n > 0, err
}

// ReadNotices marks an agent's notices as read: one by its id, those about a ticket, or with
// both 0 all of them.
func ReadNotices(ctx context.Context, tx *Tx, agentID, id, ticketID int64, now Stamp) error {
	query, args := "UPDATE notices SET read_at = ? WHERE agent_id = ? AND read_at = 0", []any{now, agentID}
	if id != 0 {
		query, args = query+" AND id = ?", append(args, id)
	}
	if ticketID != 0 {
		query, args = query+" AND ticket_id = ?", append(args, ticketID)
	}
	_, err := tx.exec(ctx, query, args...)
	return err
}

// PruneNotices removes notices older than before, read or not: what was not read for so long
// is no news. It goes from the oldest on, a piece at a time.
func PruneNotices(ctx context.Context, db *DB, before Stamp) (int64, error) {
	var n int64
	err := db.Write(ctx, func(ctx context.Context, tx *Tx) error {
		res, err := tx.exec(ctx, "DELETE FROM notices WHERE id IN (SELECT id FROM (SELECT id, created_at FROM notices ORDER BY id LIMIT 5000) AS oldest WHERE created_at < ?)", before)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

// SaveAgentSettings keeps an agent's own settings (JSON).
func SaveAgentSettings(ctx context.Context, tx *Tx, agentID int64, settings string) error {
	_, err := tx.exec(ctx, "UPDATE agents SET settings = ? WHERE id = ?", settings, agentID)
	return err
}

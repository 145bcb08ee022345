package models

import (
	"context"
	"database/sql"
)

// FeedbackQuery narrows what was said. Projects nil is every project, an empty list none; 0 of the
// others is all. Since counts by when it was said, or asked for the response rate.
type FeedbackQuery struct {
	Projects          []int64
	Agent, Team, Type int64
	Since             Stamp
	BeforeAt          Stamp // with BeforeID the last line of the page before; 0 begins
	BeforeID          int64
	Limit             int
}

func (q FeedbackQuery) where(since string) (string, []any) {
	cond, args := since+" > 0 AND "+since+" >= ?", []any{q.Since}
	if q.Projects != nil {
		in, ids := idList(q.Projects)
		cond, args = cond+" AND f.project_id IN ("+in+")", append(args, ids...)
	}
	for _, by := range []struct {
		column string
		id     int64
	}{{"f.agent_id", q.Agent}, {"f.team_id", q.Team}, {"f.type_id", q.Type}} {
		if by.id != 0 {
			cond, args = cond+" AND "+by.column+" = ?", append(args, by.id)
		}
	}
	return cond, args
}

func (q FeedbackQuery) none() bool { return q.Projects != nil && len(q.Projects) == 0 }

// FeedbackCount is how often a score was given where an agent had the ticket; AgentID 0 is nobody.
type FeedbackCount struct {
	AgentID int64
	Agent   string
	Score   int
	Count   int
}

// FeedbackCounts counts what was said, by agent and score.
func FeedbackCounts(ctx context.Context, c Conn, q FeedbackQuery) ([]FeedbackCount, error) {
	if q.none() {
		return nil, nil
	}
	cond, args := q.where("f.given_at")
	rows, err := c.query(ctx, "SELECT COALESCE(f.agent_id, 0), COALESCE(a.name, ''), f.score, COUNT(*) FROM feedback f LEFT JOIN agents a ON a.id = f.agent_id WHERE "+cond+" GROUP BY f.agent_id, a.name, f.score", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []FeedbackCount
	for rows.Next() {
		var n FeedbackCount
		if err := rows.Scan(&n.AgentID, &n.Agent, &n.Score, &n.Count); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// FeedbackAsked counts who was asked by mail, and how many of them have answered.
func FeedbackAsked(ctx context.Context, c Conn, q FeedbackQuery) (asked, answered int, err error) {
	if q.none() {
		return 0, 0, nil
	}
	cond, args := q.where("f.asked_at")
	err = c.row(ctx, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN f.given_at > 0 THEN 1 ELSE 0 END), 0) FROM feedback f WHERE "+cond, args...).Scan(&asked, &answered)
	return asked, answered, err
}

// FeedbackRow is something that was said, with its ticket as it is now.
type FeedbackRow struct {
	ID              int64
	Score           int
	Comment         string
	GivenAt         Stamp
	Number          int64
	Title           string
	TicketProjectID int64
	ProjectID       int64
	Agent, Contact  sql.NullString
}

// FeedbackList lists what was said, the latest first.
func FeedbackList(ctx context.Context, c Conn, q FeedbackQuery) ([]FeedbackRow, error) {
	if q.none() {
		return nil, nil
	}
	cond, args := q.where("f.given_at")
	if q.BeforeID != 0 {
		cond, args = cond+" AND (f.given_at < ? OR (f.given_at = ? AND f.id < ?))", append(args, q.BeforeAt, q.BeforeAt, q.BeforeID)
	}
	rows, err := c.query(ctx, `SELECT f.id, f.score, f.comment, f.given_at, t.number, t.title, t.project_id, f.project_id, a.name, k.name
		FROM feedback f JOIN tickets t ON t.id = f.ticket_id LEFT JOIN agents a ON a.id = f.agent_id LEFT JOIN contacts k ON k.id = f.contact_id
		WHERE `+cond+" ORDER BY f.given_at DESC, f.id DESC LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []FeedbackRow
	for rows.Next() {
		var r FeedbackRow
		if err := rows.Scan(&r.ID, &r.Score, &r.Comment, &r.GivenAt, &r.Number, &r.Title, &r.TicketProjectID, &r.ProjectID, &r.Agent, &r.Contact); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

package models

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/uptrace/bun"
)

// What reporters say about how their ticket went (PT-15).
const (
	EventFeedbackAsked   = "feedback_asked"   // by mail, by the clock
	EventFeedbackGiven   = "feedback_given"   // data: "score", and "low" when it is
	EventFeedbackChanged = "feedback_changed" // the same
	EventFeedbackWaived  = "feedback_waived"  // an agent: nobody is to be asked about this ticket
	EventFeedbackWanted  = "feedback_wanted"  // … or after all
)

// Feedback is what a reporter said about one resolution of a ticket, or that they were asked.
// Agent, team, type and company are those of the ticket when it was first asked or said.
type Feedback struct {
	bun.BaseModel `bun:"table:feedback"`
	ID            int64
	TicketID      int64
	// EventID is the event that resolved the ticket.
	EventID   int64
	ContactID int64
	ProjectID int64
	AgentID   *int64
	TeamID    *int64
	TypeID    *int64
	CompanyID *int64
	// Score is 1 to 5; 0 while nothing was said.
	Score   int
	Comment string
	// RawHistory is JSON: what was said before it was changed, the oldest first.
	RawHistory string `bun:"history"`
	// AskedAt is when a mail asked, 0 when none did; GivenAt when it was first said.
	AskedAt   Stamp
	GivenAt   Stamp
	UpdatedAt Stamp
}

// FeedbackSaid is an earlier state in the history of a feedback.
type FeedbackSaid struct {
	Score   int    `json:"score"`
	Comment string `json:"comment,omitempty"`
	At      Stamp  `json:"at"`
}

// Say takes a score and a comment over; what was said before goes to the history.
func (f *Feedback) Say(score int, comment string, now Stamp) error {
	if f.GivenAt != 0 {
		var earlier []FeedbackSaid
		if err := json.Unmarshal([]byte(f.RawHistory), &earlier); err != nil {
			return err
		}
		raw, err := json.Marshal(append(earlier, FeedbackSaid{f.Score, f.Comment, f.UpdatedAt}))
		if err != nil {
			return err
		}
		f.RawHistory = string(raw)
	} else {
		f.GivenAt = now
	}
	f.Score, f.Comment, f.UpdatedAt = score, comment, now
	return nil
}

const feedbackColumns = "id, ticket_id, event_id, contact_id, project_id, agent_id, team_id, type_id, company_id, score, comment, history, asked_at, given_at, updated_at"

func (f *Feedback) targets() []any {
	return []any{&f.ID, &f.TicketID, &f.EventID, &f.ContactID, &f.ProjectID, &f.AgentID, &f.TeamID, &f.TypeID, &f.CompanyID, &f.Score, &f.Comment, &f.RawHistory, &f.AskedAt, &f.GivenAt, &f.UpdatedAt}
}

// FeedbackOn reads what a contact said about one resolution; nil when nothing was asked or said.
func FeedbackOn(ctx context.Context, c Conn, ticketID, eventID, contactID int64) (*Feedback, error) {
	var f Feedback
	err := c.row(ctx, "SELECT "+feedbackColumns+" FROM feedback WHERE ticket_id = ? AND event_id = ? AND contact_id = ?", ticketID, eventID, contactID).Scan(f.targets()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &f, err
}

// SaveFeedback writes a feedback; one with an ID of 0 is new. made is false when another one about the
// same resolution came first.
func SaveFeedback(ctx context.Context, tx *Tx, f *Feedback) (made bool, err error) {
	if f.RawHistory == "" {
		f.RawHistory = "[]"
	}
	if f.ID != 0 {
		_, err := tx.exec(ctx, "UPDATE feedback SET score = ?, comment = ?, history = ?, asked_at = ?, given_at = ?, updated_at = ? WHERE id = ?",
			f.Score, f.Comment, f.RawHistory, f.AskedAt, f.GivenAt, f.UpdatedAt, f.ID)
		return err == nil, err
	}
	err = tx.row(ctx, `INSERT INTO feedback (ticket_id, event_id, contact_id, project_id, agent_id, team_id, type_id, company_id, score, comment, history, asked_at, given_at, updated_at)
		VALUES (`+places(14)+`) ON CONFLICT (ticket_id, event_id, contact_id) DO NOTHING RETURNING id`,
		f.TicketID, f.EventID, f.ContactID, f.ProjectID, f.AgentID, f.TeamID, f.TypeID, f.CompanyID, f.Score, f.Comment, f.RawHistory, f.AskedAt, f.GivenAt, f.UpdatedAt).Scan(&f.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// FeedbackAskedSince says whether a contact was asked by mail after a moment, about whatever ticket.
func FeedbackAskedSince(ctx context.Context, c Conn, contactID int64, since Stamp) (bool, error) {
	var asked bool
	err := c.row(ctx, "SELECT EXISTS (SELECT 1 FROM feedback WHERE contact_id = ? AND asked_at > ?)", contactID, since).Scan(&asked)
	return asked, err
}

// statusEvents is how far back the resolution of a ticket is looked for: no ticket changes its status
// so often between its resolution and the question about it.
const statusEvents = 100

// StatusEvents lists the last events of a ticket that may have changed its status, the newest first.
func StatusEvents(ctx context.Context, c Conn, ticketID int64) ([]*Event, error) {
	rows, err := c.query(ctx, "SELECT id, kind, contact_id, agent_id, data, created_at FROM events WHERE ticket_id = ? AND kind IN ('"+
		EventStatusChanged+"', '"+EventAgentReplied+"', '"+EventReplied+"', '"+EventReopened+"', '"+EventClosed+"', '"+EventAutoClosed+"', '"+EventRouted+"') ORDER BY id DESC LIMIT ?", ticketID, statusEvents)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Event
	for rows.Next() {
		e := &Event{TicketID: ticketID}
		if err := rows.Scan(&e.ID, &e.Kind, &e.ContactID, &e.AgentID, &e.Data, &e.CreatedAt); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}

// FeedbackWaived says whether an agent does not want anybody asked about a ticket.
func FeedbackWaived(ctx context.Context, c Conn, ticketID int64) (bool, error) {
	var kind string
	err := c.row(ctx, "SELECT kind FROM events WHERE ticket_id = ? AND kind IN ('"+EventFeedbackWaived+"', '"+EventFeedbackWanted+"') ORDER BY id DESC LIMIT 1", ticketID).Scan(&kind)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return kind == EventFeedbackWaived, err
}

// TicketFeedback lists what was said about a ticket, the latest first.
func TicketFeedback(ctx context.Context, c Conn, ticketID int64) ([]*Feedback, error) {
	rows, err := c.query(ctx, "SELECT "+feedbackColumns+" FROM feedback WHERE ticket_id = ? AND given_at > 0 ORDER BY event_id DESC, id DESC LIMIT 10", ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Feedback
	for rows.Next() {
		f := &Feedback{}
		if err := rows.Scan(f.targets()...); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

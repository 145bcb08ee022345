package models

import (
	"context"
	"strings"
)

// TicketLine is a ticket in somebody's history.
type TicketLine struct {
	ID, ProjectID, Number int64
	Title                 string
	StatusID              int64
	Category              Category
	UpdatedAt, CreatedAt  Stamp
	Assignee              string
	Spam                  bool
	// JoinedAs is how the contact came to it; in a company's list empty.
	JoinedAs string
	// The reporter, in a company's list.
	ReporterID                    int64
	ReporterName, ReporterAddress string
	Synthetic                     bool
}

const ticketLineColumns = `t.id, t.project_id, t.number, t.title, t.status_id, t.category, t.updated_at, t.created_at, COALESCE(a.name, ''), t.spam_at > 0`

func (l *TicketLine) targets() []any {
	return []any{&l.ID, &l.ProjectID, &l.Number, &l.Title, &l.StatusID, &l.Category, &l.UpdatedAt, &l.CreatedAt, &l.Assignee, &l.Spam}
}

// TicketsOfContact lists the tickets that a contact takes part in, the newest first. before is
// the id of the last one of the page before, or 0; projects nil is all.
func TicketsOfContact(ctx context.Context, c Conn, contactID int64, projects []int64, before int64, limit int) ([]*TicketLine, error) {
	scope, scoped := inProjects("t.project_id", projects)
	args := append([]any{contactID}, scoped...)
	if before != 0 {
		scope, args = scope+" AND p.ticket_id < ?", append(args, before)
	}
	rows, err := c.query(ctx, "SELECT "+ticketLineColumns+`, p.joined_as FROM participants p JOIN tickets t ON t.id = p.ticket_id LEFT JOIN agents a ON a.id = t.assignee_id
		WHERE p.contact_id = ?`+scope+" ORDER BY p.ticket_id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TicketLine
	for rows.Next() {
		var l TicketLine
		if err := rows.Scan(append(l.targets(), &l.JoinedAs)...); err != nil {
			return nil, err
		}
		all = append(all, &l)
	}
	return all, rows.Err()
}

// CompanyTicketQuery asks for one page of a company's tickets, the last changed first.
type CompanyTicketQuery struct {
	CompanyID int64
	// State is ViewOpen, ViewEnded or empty for all.
	State    string
	Projects []int64 // nil is all
	Before   Stamp   // 0 is the first page
	BeforeID int64
	Limit    int
}

// TicketsOfCompany lists a company's tickets; spam is none of its own.
func TicketsOfCompany(ctx context.Context, c Conn, q CompanyTicketQuery) ([]*TicketLine, error) {
	scope, scoped := inProjects("t.project_id", q.Projects)
	where, args := []string{"t.company_id = ?", "t.spam_at = 0"}, append([]any{q.CompanyID}, scoped...)
	switch q.State {
	case ViewOpen:
		where[1] += " AND t.ended_at = 0"
	case ViewEnded:
		where[1] += " AND t.ended_at > 0"
	}
	where[1] += scope
	if q.Before != 0 {
		where, args = append(where, "(t.updated_at, t.id) < (?, ?)"), append(args, q.Before, q.BeforeID)
	}
	rows, err := c.query(ctx, "SELECT "+ticketLineColumns+`, c.id, c.name, c.address, c.synthetic FROM tickets t JOIN contacts c ON c.id = t.reporter_id LEFT JOIN agents a ON a.id = t.assignee_id
		WHERE `+strings.Join(where, " AND ")+" ORDER BY t.updated_at DESC, t.id DESC LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TicketLine
	for rows.Next() {
		var l TicketLine
		if err := rows.Scan(append(l.targets(), &l.ReporterID, &l.ReporterName, &l.ReporterAddress, &l.Synthetic)...); err != nil {
			return nil, err
		}
		all = append(all, &l)
	}
	return all, rows.Err()
}

// FailedMail is a mail that did not reach a contact.
type FailedMail struct {
	Number    int64
	Title     string
	LastError string
	UpdatedAt Stamp
}

// FailedMails lists the last mails that did not reach a contact, the newest first.
func FailedMails(ctx context.Context, c Conn, contactID int64, projects []int64, limit int) ([]FailedMail, error) {
	scope, scoped := inProjects("t.project_id", projects)
	rows, err := c.query(ctx, `SELECT t.number, t.title, d.last_error, d.updated_at FROM deliveries d JOIN tickets t ON t.id = d.ticket_id
		WHERE d.contact_id = ? AND d.state IN ('failed', 'bounced')`+scope+" ORDER BY d.id DESC LIMIT ?", append(append([]any{contactID}, scoped...), limit)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []FailedMail
	for rows.Next() {
		var m FailedMail
		if err := rows.Scan(&m.Number, &m.Title, &m.LastError, &m.UpdatedAt); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// CountParticipations counts the tickets a contact takes part in, up to most; outside counts
// only those in none of the projects (nil: none is outside).
func CountParticipations(ctx context.Context, c Conn, contactID int64, outside []int64, most int) (all, elsewhere int, err error) {
	if err = c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM participants WHERE contact_id = ? LIMIT ?) AS counted", contactID, most).Scan(&all); err != nil || outside == nil {
		return all, 0, err
	}
	args := []any{contactID}
	for _, id := range outside {
		args = append(args, id)
	}
	err = c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM participants p JOIN tickets t ON t.id = p.ticket_id WHERE p.contact_id = ? AND NOT COALESCE(t.project_id IN ("+
		places(len(outside))+"), FALSE) LIMIT ?) AS counted", append(args, most)...).Scan(&elsewhere)
	return all, elsewhere, err
}

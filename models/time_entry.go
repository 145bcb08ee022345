package models

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/uptrace/bun"
)

// TimeEntry is time that an agent spent on a ticket (AG-2). People outside never see it.
type TimeEntry struct {
	bun.BaseModel `bun:"table:time_entries"`
	ID            int64 `bun:",pk,autoincrement"`
	TicketID      int64
	AgentID       int64
	// CompanyID is the ticket's company, and follows it (see moveTime); nil for none.
	CompanyID *int64
	Minutes   int64
	Note      string
	CreatedAt Stamp

	AgentName string `bun:"-"`
}

// MaxMinutes is the longest time one entry can say: a day.
const MaxMinutes = 24 * 60

var (
	timeOfParts = regexp.MustCompile(`^(?:(\d{1,3})\s*(?:h|std)\.?)?\s*(?:(\d{1,4})\s*(?:m|min)\.?)?$`)
	timeOfClock = regexp.MustCompile(`^(\d{1,2}):([0-5]\d)$`)
	timeOfHours = regexp.MustCompile(`^(\d{1,2})[.,](\d{1,2})\s*(?:h|std)\.?$`)
	timeOfCount = regexp.MustCompile(`^\d{1,4}$`)
)

// ParseMinutes reads a time as people write it: "45", "45m", "1h 20m", "1:20", "1.5h" ("1,5 Std").
// A bare number is minutes. 0 is no time at all, or too much for one entry.
func ParseMinutes(text string) int64 {
	text = strings.ToLower(strings.TrimSpace(text))
	n := func(s string) int64 { v, _ := strconv.ParseInt(s, 10, 64); return v }
	minutes := int64(0)
	if m := timeOfCount.FindString(text); m != "" {
		minutes = n(m)
	} else if m := timeOfClock.FindStringSubmatch(text); m != nil {
		minutes = 60*n(m[1]) + n(m[2])
	} else if m := timeOfHours.FindStringSubmatch(text); m != nil {
		part := n(m[2]) * 60 / 10
		if len(m[2]) == 2 {
			part = n(m[2]) * 60 / 100
		}
		minutes = 60*n(m[1]) + part
	} else if m := timeOfParts.FindStringSubmatch(text); m != nil {
		minutes = 60*n(m[1]) + n(m[2])
	}
	if minutes > MaxMinutes {
		return 0
	}
	return minutes
}

// InsertTime writes a time entry and counts it for its company.
func InsertTime(ctx context.Context, tx *Tx, e *TimeEntry) error {
	if err := insert(ctx, tx, e); err != nil {
		return err
	}
	return useTime(ctx, tx, e.CompanyID, e.Minutes)
}

// TimeOfTicket lists the time spent on a ticket, newest first.
func TimeOfTicket(ctx context.Context, c Conn, ticketID int64) ([]*TimeEntry, error) {
	rows, err := c.query(ctx, `SELECT e.id, e.ticket_id, e.agent_id, e.minutes, e.note, e.created_at, a.name FROM time_entries e JOIN agents a ON a.id = e.agent_id
		WHERE e.ticket_id = ? ORDER BY e.id DESC LIMIT 500`, ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TimeEntry
	for rows.Next() {
		var e TimeEntry
		if err := rows.Scan(&e.ID, &e.TicketID, &e.AgentID, &e.Minutes, &e.Note, &e.CreatedAt, &e.AgentName); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

// DeleteTime takes an entry of a ticket away, when agentID is 0 whoever wrote it; false when
// there is none.
func DeleteTime(ctx context.Context, tx *Tx, ticketID, id, agentID int64) (bool, error) {
	var company *int64
	var minutes int64
	err := tx.row(ctx, "DELETE FROM time_entries WHERE id = ? AND ticket_id = ? AND (agent_id = ? OR ? = 0) RETURNING company_id, minutes", id, ticketID, agentID, agentID).Scan(&company, &minutes)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, useTime(ctx, tx, company, -minutes)
}

package models

import (
	"context"
	"encoding/json"
)

// AutoClose gives the status that a ticket gets when it closes for want of an answer: the one that
// the project names, or else the first closed one. It is nil when the graph has no step there from
// where the ticket is, which then stays as it is.
func (p *Project) AutoClose(t *Ticket) *Status { return p.autoCloseFrom(t.StatusID) }

func (p *Project) autoCloseFrom(from int64) *Status {
	for _, s := range p.Statuses {
		switch {
		case !p.Graph.Allows(from, s.ID):
		case p.AutoClosedStatusID == nil && s.Category == CategoryClosed:
			return s
		case p.AutoClosedStatusID != nil && s.ID == *p.AutoClosedStatusID && MayAutoClose(s):
			return s
		}
	}
	return nil
}

// MayAutoClose says whether a status may be the one that tickets close to by themselves: closed or
// resolved. Nobody is rejected by a clock.
func MayAutoClose(s *Status) bool {
	return s.Category == CategoryClosed || s.Category == CategoryResolved
}

// NoAutoClose lists the statuses in which tickets wait for their customer and from which no step
// leads to where they would close by themselves.
func (p *Project) NoAutoClose() []*Status {
	var without []*Status
	for _, s := range p.Statuses {
		if s.Category == CategoryWaiting && p.autoCloseFrom(s.ID) == nil {
			without = append(without, s)
		}
	}
	return without
}

// silent are the tickets whose clock runs, in the words of the indexes tickets_unreminded and
// tickets_reminded.
const silent = "project_id = ? AND category = 'waiting' AND ended_at = 0 AND spam_at = 0 AND merged_into_id IS NULL AND snoozed_until = 0"

// SilentUnreminded lists up to limit tickets of a project that wait for their customer, whose last
// public message is not after a moment and about which nobody has been reminded since, the longest
// silent first. Statuses, when there are any, are those that it looks in.
func SilentUnreminded(ctx context.Context, c Conn, projectID int64, until Stamp, limit int, statuses ...int64) ([]int64, error) {
	in, args := inStatuses(statuses)
	args = append(append([]any{projectID, until}, args...), limit)
	return ids(c.query(ctx, "SELECT id FROM tickets WHERE "+silent+" AND reminded_at < talked_at AND talked_at <= ?"+in+" ORDER BY talked_at, id LIMIT ?", args...))
}

// SilentReminded lists up to limit tickets of a project in some statuses about which somebody was
// reminded not after a moment, the earliest first. A reminder that is still on its way, or left
// after that moment, is not out yet.
func SilentReminded(ctx context.Context, c Conn, projectID int64, until Stamp, limit int, statuses ...int64) ([]int64, error) {
	in, args := inStatuses(statuses)
	args = append(append([]any{projectID, until}, args...), until, limit)
	return ids(c.query(ctx, "SELECT id FROM tickets WHERE "+silent+" AND reminded_at > 0 AND reminded_at >= talked_at AND reminded_at <= ?"+in+" AND NOT EXISTS ("+reminderOut+"tickets.id AND "+notOut+") ORDER BY reminded_at, id LIMIT ?", args...))
}

const (
	reminderOut = "SELECT 1 FROM deliveries d WHERE d.template = 'reminder' AND d.ticket_id = "
	notOut      = "(d.state IN ('queued', 'deferred') OR (d.state = 'sent' AND d.updated_at > ?))"
)

func inStatuses(statuses []int64) (string, []any) {
	if len(statuses) == 0 {
		return "", nil
	}
	args := make([]any, len(statuses))
	for i, id := range statuses {
		args[i] = id
	}
	return " AND status_id IN (" + places(len(statuses)) + ")", args
}

// ReminderOnItsWay says whether a reminder's mail about a ticket has not left yet, or
// not before a moment: nobody has had its days to answer then.
func ReminderOnItsWay(ctx context.Context, c Conn, ticketID int64, until Stamp) (bool, error) {
	var pending bool
	err := c.row(ctx, `SELECT EXISTS (SELECT 1 FROM jobs WHERE failed_at = 0 AND job_key IN (SELECT 'notify:' || CAST(e.id AS TEXT) FROM events e WHERE e.ticket_id = ? AND e.kind = '`+EventReminded+`'))
		OR EXISTS (`+reminderOut+"? AND "+notOut+")", ticketID, ticketID, until).Scan(&pending)
	return pending, err
}

// PublicLine is what the clock did to a ticket, as people outside read it in the conversation.
type PublicLine struct {
	Kind string // EventReminded, EventAutoClosed or EventJoined
	// Days of silence before it.
	Days int
	// PublicVersion is the ticket's public version after it.
	PublicVersion int64
	At            Stamp
	// Who joined: their name and address.
	Name, Address string
}

// PublicLines lists what the clock did to a ticket and who joined it by themselves, the oldest first; with after > 0 only what came
// after that public version.
func PublicLines(ctx context.Context, c Conn, ticketID, after int64) ([]PublicLine, error) {
	rows, err := c.query(ctx, "SELECT e.kind, e.data, e.created_at, COALESCE(c.name, ''), COALESCE(c.address, '') FROM events e LEFT JOIN contacts c ON c.id = e.contact_id WHERE e.ticket_id = ? AND e.public AND e.kind IN ('"+EventReminded+"', '"+EventAutoClosed+"', '"+EventJoined+"') ORDER BY e.id", ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []PublicLine
	for rows.Next() {
		var l PublicLine
		var raw string
		if err := rows.Scan(&l.Kind, &raw, &l.At, &l.Name, &l.Address); err != nil {
			return nil, err
		}
		var data struct {
			Days   int   `json:"days"`
			Public int64 `json:"public"`
		}
		if err := json.Unmarshal([]byte(raw), &data); err != nil {
			return nil, err
		}
		if l.Days, l.PublicVersion = data.Days, data.Public; l.PublicVersion > after {
			all = append(all, l)
		}
	}
	return all, rows.Err()
}

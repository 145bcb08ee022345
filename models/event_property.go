package models

import (
	"context"
	"database/sql"
	"errors"
)

// The kinds of events about a ticket's properties. Their data holds what it was and what it
// is ("was" and "is"; names where there are names, so that the timeline stays true when
// something is renamed later).
const (
	EventRetitled    = "retitled"
	EventTypeSet     = "type_set"
	EventPrioritySet = "priority_set"
	EventTeamSet     = "team_set"
	EventCompanySet  = "company_set"
	EventDueSet      = "due_set"
	EventTagged      = "tagged"
	EventFieldSet    = "field_set" // data names the field too
	EventSnoozed     = "snoozed"
	EventWoken       = "woken"
	EventDueSoon     = "due_soon" // by the clock
)

// What the clock and the rules do. Data of a promise: "kind", "policy", "minutes", "started",
// "due", "paused" (minutes); of a rule: "rule" (its name) and what it changed.
const (
	EventPromiseWarned = "promise_warned"
	EventPromiseBroken = "promise_broken"
	EventRouted        = "routed"
	EventReminded      = "reminded"    // that it closes by itself
	EventAutoClosed    = "auto_closed" // for want of an answer
	EventTimeLow       = "time_low"    // the company's bought time is nearly used up
)

// ChangedSince finds who last made one of these kinds of events after a version of the
// ticket; nil when nobody did. data, when not empty, is what the event's data must begin
// with, such as `{"field":"steps"`.
func ChangedSince(ctx context.Context, c Conn, ticketID, version int64, data string, kinds ...string) (*TimelineEvent, error) {
	args := []any{ticketID, version}
	for _, k := range kinds {
		args = append(args, k)
	}
	like := ""
	if data != "" {
		like, args = " AND substr(e.data, 1, ?) = ?", append(args, len([]rune(data)), data)
	}
	var e TimelineEvent
	err := c.row(ctx, `SELECT e.id, e.kind, e.agent_id, e.contact_id, e.version, c.name, c.address, a.name
		FROM events e LEFT JOIN contacts c ON c.id = e.contact_id LEFT JOIN agents a ON a.id = e.agent_id
		WHERE e.ticket_id = ? AND e.version > ? AND e.kind IN (`+places(len(kinds))+`)`+like+` ORDER BY e.id DESC LIMIT 1`, args...).
		Scan(&e.ID, &e.Kind, &e.AgentID, &e.ContactID, &e.Version, &e.ContactName, &e.ContactAddress, &e.AgentName)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &e, err
}

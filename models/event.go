package models

import (
	"context"
	"database/sql"

	"github.com/uptrace/bun"
)

// The kinds of events.
const (
	EventCreated       = "created"
	EventReplied       = "replied"       // by someone outside
	EventAgentReplied  = "agent_replied" // by an agent
	EventNoted         = "noted"
	EventStatusChanged = "status_changed"
	EventReopened      = "reopened"
	EventClosed        = "closed" // by a participant
	EventAssigned      = "assigned"
	EventFollowUp      = "follow_up"
	EventUnsubscribed  = "unsubscribed"
	EventResubscribed  = "resubscribed"
	EventTimeSpent     = "time_spent"
	EventPersonAdded   = "person_added"
	EventPersonRemoved = "person_removed"
	EventLinkReplaced  = "link_replaced"
	EventMerged        = "merged"      // into another ticket
	EventMergedFrom    = "merged_from" // another one into this
	EventSplit         = "split"       // messages went to a new ticket
	EventSplitFrom     = "split_from"
	EventFollowedUp    = "followed_up"  // by an agent, on the old ticket
	EventFollowUpOf    = "follow_up_of" // and on the new one
	EventLinked        = "linked"
	EventUnlinked      = "unlinked"
	EventSpam          = "spam"
	EventNotSpam       = "not_spam"
	EventRedacted      = "redacted"      // a message or file was taken out for good
	EventMailBounced   = "mail_bounced"  // a mail to the contact or agent came back for good
	EventMailLoop      = "mail_loop"     // answers come faster than people write
	EventMailCC        = "mail_cc"       // a mail named others whom nobody has added
	EventMailFiles     = "mail_files"    // files of a mail that were not kept
	EventHeldAccepted  = "held_accepted" // an agent took up what had waited
)

// Event is what happened: the source of the timeline, the mails and the live pages.
type Event struct {
	bun.BaseModel `bun:"table:events"`
	ID            int64 `bun:",pk,autoincrement"`
	TicketID      int64
	Kind          string
	Public        bool
	ContactID     *int64
	AgentID       *int64
	MessageID     *int64
	Data          string
	Version       int64
	CreatedAt     Stamp
}

// InsertEvent writes an event and gives it its id.
func InsertEvent(ctx context.Context, tx *Tx, e *Event) error {
	if e.Data == "" {
		e.Data = "{}"
	}
	return insert(ctx, tx, e)
}

// EventByID reads one event, for jobs.
func EventByID(ctx context.Context, c Conn, id int64) (*Event, error) {
	e := Event{ID: id}
	err := c.row(ctx, "SELECT ticket_id, kind, public, contact_id, agent_id, message_id, data, version, created_at FROM events WHERE id = ?", id).
		Scan(&e.TicketID, &e.Kind, &e.Public, &e.ContactID, &e.AgentID, &e.MessageID, &e.Data, &e.Version, &e.CreatedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &e, nil
}

// TimelineEvent is an event with the name of who did it.
type TimelineEvent struct {
	Event
	ContactName    sql.NullString
	ContactAddress sql.NullString
	AgentName      sql.NullString
}

// Timeline lists a ticket's events for agents; with after > 0 only newer ones.
func Timeline(ctx context.Context, c Conn, ticketID, after int64) ([]*TimelineEvent, error) {
	return timeline(ctx, c, "e.ticket_id = ? AND e.version > ? ORDER BY e.id", ticketID, after)
}

func timeline(ctx context.Context, c Conn, where string, args ...any) ([]*TimelineEvent, error) {
	rows, err := c.query(ctx, `SELECT e.id, e.ticket_id, e.kind, e.public, e.contact_id, e.agent_id, e.message_id, e.data, e.version, e.created_at, c.name, c.address, a.name
		FROM events e LEFT JOIN contacts c ON c.id = e.contact_id LEFT JOIN agents a ON a.id = e.agent_id
		WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TimelineEvent
	for rows.Next() {
		var e TimelineEvent
		if err := rows.Scan(&e.ID, &e.TicketID, &e.Kind, &e.Public, &e.ContactID, &e.AgentID, &e.MessageID, &e.Data, &e.Version, &e.CreatedAt, &e.ContactName, &e.ContactAddress, &e.AgentName); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

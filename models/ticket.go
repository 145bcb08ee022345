package models

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// Ticket is one request for help.
type Ticket struct {
	bun.BaseModel `bun:"table:tickets"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Number        int64
	Reference     string
	Title         string
	TypeID        *int64
	StatusID      int64
	Category      Category
	Priority      int64
	TemplateID    *int64
	RawFields     string `bun:"fields"`
	ReporterID    int64
	AssigneeID    *int64
	TeamID        *int64
	Origin        string
	Version       int64
	PublicVersion int64
	Unproven      bool
	FollowsID     *int64
	CreatedAt     Stamp
	UpdatedAt     Stamp
	PublicAt      Stamp // the last change that people outside may see
	ResolvedAt    Stamp
	EndedAt       Stamp
	CompanyID     *int64
	DueAt         Stamp
	// SnoozedUntil keeps it out of the queues; a timer sets it back to 0.
	SnoozedUntil Stamp
	// MergedIntoID is the ticket that this one became part of.
	MergedIntoID *int64
	// SpamAt: marked as spam then.
	SpamAt Stamp
	// AnsweredAt is the first public answer of a person of the desk. AskedAt: since when somebody
	// outside waits for an answer, 0 when nobody does. TalkedAt: the last public message.
	AnsweredAt, AskedAt, TalkedAt Stamp
	// RemindedAt is when the customer was told that the ticket closes by itself; it counts while it
	// is not before TalkedAt.
	RemindedAt Stamp
	// OutsideHours: filed when nobody was at work.
	OutsideHours bool
	// PromiseKey and Clock are what its promises were last worked out from (see keepPromises).
	PromiseKey string
	Clock      Clock
	// The promise that is due first; its kind is empty without one, its times are 0 while it is paused.
	PromiseKind   string
	PromiseWarnAt Stamp
	PromiseAt     Stamp
	// NextAt is the earlier of DueAt and PromiseAt, 0 without either: the queue is sorted by it.
	NextAt Stamp
	// Private: only the reporter and who was let in see it, whatever the company shares.
	Private bool
	// ChangedAt is the moment of the change that is being saved, no column; 0 takes UpdatedAt.
	ChangedAt Stamp `bun:"-"`

	// readCompany is the company it had when it was read; SaveTicket moves its time when it has another.
	readCompany *int64
}

// The priorities; agents see them, customers only where a field shows them.
const (
	PriorityLow    = 1
	PriorityNormal = 2
	PriorityHigh   = 3
	PriorityUrgent = 4
)

// Where a ticket or message came from.
const (
	OriginWeb     = "web"
	OriginMail    = "mail"
	OriginDiscord = "discord"
	OriginAgent   = "agent"
)

// Fields decodes the template's answers.
func (t *Ticket) Fields() []FieldValue {
	var values []FieldValue
	_ = json.Unmarshal([]byte(t.RawFields), &values)
	return values
}

// SetFields keeps the template's answers.
func (t *Ticket) SetFields(values []FieldValue) {
	if values == nil {
		values = []FieldValue{}
	}
	raw, _ := json.Marshal(values)
	t.RawFields = string(raw)
}

// NextNumber takes the next number of a counter, without gaps for committed rows.
func NextNumber(ctx context.Context, tx *Tx, counter string) (int64, error) {
	var n int64
	err := tx.row(ctx, "INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value", counter).Scan(&n)
	return n, err
}

// InsertTicket writes a new ticket and gives it its id and number. A reference that is
// taken comes back as a Conflict, for the verb to draw another.
func InsertTicket(ctx context.Context, tx *Tx, t *Ticket) error {
	n, err := NextNumber(ctx, tx, "tickets")
	if err != nil {
		return err
	}
	cat, err := TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	t.Number, t.OutsideHours, t.readCompany = n, !cat.CalendarFor(t).Open(t.CreatedAt.Time()), t.CompanyID
	h := &History{}
	h.Keep(cat, t, t.CreatedAt)
	if err := insert(ctx, tx, t); err != nil {
		return err
	}
	return h.of(t.ID).write(ctx, tx)
}

// ReferenceTaken says whether a reference already names a ticket.
func ReferenceTaken(ctx context.Context, c Conn, reference string) (bool, error) {
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM tickets WHERE reference = ?", reference).Scan(&n)
	return n > 0, err
}

const ticketColumns = "id, project_id, number, reference, title, type_id, status_id, category, priority, template_id, fields, reporter_id, assignee_id, team_id, origin, version, public_version, unproven, follows_id, created_at, updated_at, public_at, resolved_at, ended_at, company_id, due_at, snoozed_until, merged_into_id, spam_at, answered_at, asked_at, talked_at, reminded_at, outside_hours, promise_key, clock, promise_kind, promise_warn_at, promise_at, next_at, private"

func scanTicket(row interface{ Scan(...any) error }) (*Ticket, error) {
	var t Ticket
	err := row.Scan(&t.ID, &t.ProjectID, &t.Number, &t.Reference, &t.Title, &t.TypeID, &t.StatusID, &t.Category, &t.Priority, &t.TemplateID, &t.RawFields,
		&t.ReporterID, &t.AssigneeID, &t.TeamID, &t.Origin, &t.Version, &t.PublicVersion, &t.Unproven, &t.FollowsID, &t.CreatedAt, &t.UpdatedAt, &t.PublicAt, &t.ResolvedAt, &t.EndedAt,
		&t.CompanyID, &t.DueAt, &t.SnoozedUntil, &t.MergedIntoID, &t.SpamAt,
		&t.AnsweredAt, &t.AskedAt, &t.TalkedAt, &t.RemindedAt, &t.OutsideHours, &t.PromiseKey, &t.Clock, &t.PromiseKind, &t.PromiseWarnAt, &t.PromiseAt, &t.NextAt, &t.Private)
	if err != nil {
		return nil, orNotFound(err)
	}
	t.readCompany = t.CompanyID
	return &t, nil
}

// TicketByID reads a ticket that its owner has already been found for.
func TicketByID(ctx context.Context, c Conn, id int64) (*Ticket, error) {
	return scanTicket(c.row(ctx, "SELECT "+ticketColumns+" FROM tickets WHERE id = ?", id))
}

// LockTicket reads a ticket for changing it. On SQLite the transaction already holds the
// only writer; on PostgreSQL the row is locked, so that two replies do not take one version.
func LockTicket(ctx context.Context, tx *Tx, id int64) (*Ticket, error) {
	query := "SELECT " + ticketColumns + " FROM tickets WHERE id = ?"
	if tx.db.dialect.postgres {
		query += " FOR UPDATE"
	}
	return scanTicket(tx.row(ctx, query, id))
}

// TicketByNumber reads a ticket by the number that agents use.
func TicketByNumber(ctx context.Context, c Conn, number int64) (*Ticket, error) {
	return scanTicket(c.row(ctx, "SELECT "+ticketColumns+" FROM tickets WHERE number = ?", number))
}

// SaveTicket writes what a verb may have changed of a ticket.
func SaveTicket(ctx context.Context, tx *Tx, t *Ticket) error {
	if err := keepPromises(ctx, tx, t); err != nil {
		return err
	}
	tx.changed = append(tx.changed, t.ID)
	res, err := tx.exec(ctx, `UPDATE tickets SET title = ?, type_id = ?, status_id = ?, category = ?, priority = ?, fields = ?, assignee_id = ?, team_id = ?,
		company_id = ?, due_at = ?, snoozed_until = ?, merged_into_id = ?, spam_at = ?, version = ?, public_version = ?, unproven = ?, updated_at = ?, public_at = ?, resolved_at = ?, ended_at = ?,
		answered_at = ?, asked_at = ?, talked_at = ?, reminded_at = ?, promise_key = ?, clock = ?, promise_kind = ?, promise_warn_at = ?, promise_at = ?, next_at = ?, private = ? WHERE id = ?`,
		t.Title, t.TypeID, t.StatusID, t.Category, t.Priority, t.RawFields, t.AssigneeID, t.TeamID,
		t.CompanyID, t.DueAt, t.SnoozedUntil, t.MergedIntoID, t.SpamAt, t.Version, t.PublicVersion, t.Unproven, t.UpdatedAt, t.PublicAt, t.ResolvedAt, t.EndedAt,
		t.AnsweredAt, t.AskedAt, t.TalkedAt, t.RemindedAt, t.PromiseKey, t.Clock, t.PromiseKind, t.PromiseWarnAt, t.PromiseAt, t.NextAt, t.Private, t.ID)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n != 1 {
		return fmt.Errorf("save ticket: %d rows", n)
	}
	if err := keepSeats(ctx, tx, t.ID); err != nil {
		return err
	}
	if !sameID(t.readCompany, t.CompanyID) {
		if err := moveTime(ctx, tx, t); err != nil {
			return err
		}
		t.readCompany = t.CompanyID
	}
	return nil
}

// PublicVersion reads the version of what people outside may see of a ticket.
func PublicVersion(ctx context.Context, c Conn, ticketID int64) (version int64, err error) {
	err = c.row(ctx, "SELECT public_version FROM tickets WHERE id = ?", ticketID).Scan(&version)
	return version, orNotFound(err)
}

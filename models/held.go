package models

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"
)

// What is held.
const (
	HeldTicket = "ticket" // a ticket from the create page (PC-12)
	HeldReply  = "reply"  // a reply under a typed address
	HeldMail   = "mail"   // a mail whose sender nobody vouches for (EM-2)
)

// What became of something held.
const (
	HeldWaiting   = "waiting"
	HeldAccepted  = "accepted"
	HeldRejected  = "rejected"
	HeldConfirmed = "confirmed" // by its own sender
	HeldExpired   = "expired"
)

// Why something from the web is held; the reasons of mail are those of its reading.
const (
	HeldToVerify = "verify" // the project asks for a proof of the address first (verify_anonymous)
	HeldTyped    = "typed"  // the author was named by a typed address (typed_confirm)
)

// TokenConfirm is the kind of the link by which a sender confirms something held.
const TokenConfirm = "confirm"

// Held is something that waits until its sender has shown who they are, or an agent decides. It
// is in no queue and tells nobody.
type Held struct {
	bun.BaseModel `bun:"table:held"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Kind          string
	TicketID      *int64 // the ticket it would join
	ContactID     *int64
	MailID        *int64
	Address       string
	Name          string
	Title         string
	Excerpt       string
	Reason        string
	Payload       string // JSON
	State         string
	AgentID       *int64
	DecidedAt     Stamp
	// ResultTicketID is the ticket it has become or joined.
	ResultTicketID *int64
	CreatedAt      Stamp
	ExpiresAt      Stamp
	// AskedAt is when the mail that asks the sender was charged; 0 is not yet.
	AskedAt Stamp
}

// InsertHeld keeps something held and gives it its id.
func InsertHeld(ctx context.Context, tx *Tx, h *Held) error {
	if h.State == "" {
		h.State = HeldWaiting
	}
	if h.Payload == "" {
		h.Payload = "{}"
	}
	return insert(ctx, tx, h)
}

// HeldByID reads one, whatever has become of it, or NotFound.
func HeldByID(ctx context.Context, c Conn, id int64) (*Held, error) {
	var h Held
	err := c.row(ctx, `SELECT id, project_id, kind, ticket_id, contact_id, mail_id, address, name, title, excerpt, reason, payload, state, agent_id, decided_at, result_ticket_id, created_at, expires_at, asked_at
		FROM held WHERE id = ?`, id).Scan(&h.ID, &h.ProjectID, &h.Kind, &h.TicketID, &h.ContactID, &h.MailID, &h.Address, &h.Name, &h.Title, &h.Excerpt, &h.Reason, &h.Payload,
		&h.State, &h.AgentID, &h.DecidedAt, &h.ResultTicketID, &h.CreatedAt, &h.ExpiresAt, &h.AskedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &h, nil
}

// DecideHeld moves something held out of waiting; false when somebody else was first.
func DecideHeld(ctx context.Context, tx *Tx, id int64, state string, agentID, ticketID *int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE held SET state = ?, agent_id = ?, result_ticket_id = ?, decided_at = ? WHERE id = ? AND state = 'waiting'", state, agentID, ticketID, now, id))
	return n == 1, err
}

// Locale is the language that its form was shown in, or empty.
func (h *Held) Locale() string {
	var form struct{ Locale string }
	_ = json.Unmarshal([]byte(h.Payload), &form)
	return form.Locale
}

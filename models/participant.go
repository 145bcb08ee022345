package models

import (
	"context"

	"github.com/uptrace/bun"
)

// How somebody came to take part in a ticket.
const (
	JoinedReporter = "reporter"
	JoinedCC       = "cc"
	JoinedSelf     = "joined"
)

// Participant is a contact who is told about a ticket and can read it by their own link.
type Participant struct {
	bun.BaseModel  `bun:"table:participants"`
	ID             int64 `bun:",pk,autoincrement"`
	TicketID       int64
	ContactID      int64
	JoinedAs       string
	Generation     int64
	UnsubscribedAt Stamp
	CreatedAt      Stamp
	// MovedToID is the participant that this one's links open since a merge, as long as that
	// one's generation is MovedGeneration.
	MovedToID       *int64
	MovedGeneration int64
	// Wish is what they want to be mailed about this ticket, or empty (see MailWish).
	Wish string
}

// Reporter says whether this is the one who opened the ticket.
func (p *Participant) Reporter() bool { return p.JoinedAs == JoinedReporter }

// InsertParticipant enrols a contact in a ticket.
func InsertParticipant(ctx context.Context, tx *Tx, p *Participant) error {
	if p.Generation == 0 {
		p.Generation = 1
	}
	if err := insert(ctx, tx, p); err != nil {
		return err
	}
	return keepSeats(ctx, tx, p.TicketID)
}

// Person is a participant with the contact behind it.
type Person struct {
	Participant
	Contact Contact `bun:"-"`
	// ProjectWish is what they want to be mailed about the project's tickets, or empty;
	// BouncedAt when mail to them came back for good, or 0. Only People and PersonByID read them.
	ProjectWish string `bun:"-"`
	BouncedAt   Stamp  `bun:"-"`
}

const personColumns = `p.id, p.ticket_id, p.contact_id, p.joined_as, p.generation, p.unsubscribed_at, p.created_at,
	c.id, c.address, c.address_key, c.synthetic, c.name, c.locale, c.origin, c.proven_at, c.created_at`

func (p *Person) targets() []any {
	c := &p.Contact
	return []any{&p.ID, &p.TicketID, &p.ContactID, &p.JoinedAs, &p.Generation, &p.UnsubscribedAt, &p.CreatedAt,
		&c.ID, &c.Address, &c.AddressKey, &c.Synthetic, &c.Name, &c.Locale, &c.Origin, &c.ProvenAt, &c.CreatedAt}
}

// mailedPeople reads participants with what decides about their mails; thread pages do without.
const mailedPeople = "SELECT " + personColumns + `, p.wish, c.bounced_at, COALESCE(w.wish, '')
	FROM participants p JOIN contacts c ON c.id = p.contact_id JOIN tickets t ON t.id = p.ticket_id
	LEFT JOIN mail_wishes w ON w.contact_id = p.contact_id AND w.project_id = t.project_id`

func (p *Person) mailTargets() []any {
	return append(p.targets(), &p.Wish, &p.BouncedAt, &p.ProjectWish)
}

// People lists a ticket's participants, the reporter first.
func People(ctx context.Context, c Conn, ticketID int64) ([]*Person, error) {
	rows, err := c.query(ctx, mailedPeople+" WHERE p.ticket_id = ? ORDER BY p.id", ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var people []*Person
	for rows.Next() {
		var p Person
		if err := rows.Scan(p.mailTargets()...); err != nil {
			return nil, err
		}
		people = append(people, &p)
	}
	return people, rows.Err()
}

// PersonByID reads one participant with the contact.
func PersonByID(ctx context.Context, c Conn, participantID int64) (*Person, error) {
	var p Person
	err := c.row(ctx, mailedPeople+" WHERE p.id = ?", participantID).Scan(p.mailTargets()...)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &p, nil
}

// SetSubscription stops (at) or resumes (0) the mails of one ticket to one participant.
// It says whether anything changed.
func SetSubscription(ctx context.Context, tx *Tx, participantID int64, at Stamp) (bool, error) {
	query := "UPDATE participants SET unsubscribed_at = ? WHERE id = ? AND unsubscribed_at = 0"
	if at == 0 {
		query = "UPDATE participants SET unsubscribed_at = ? WHERE id = ? AND unsubscribed_at > 0"
	}
	res, err := tx.exec(ctx, query, at, participantID)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// RaiseGeneration makes all of a participant's present links dead and gives the number
// that new ones are derived with.
func RaiseGeneration(ctx context.Context, tx *Tx, participantID int64, now Stamp) (int64, error) {
	tx.everything = true
	if _, err := tx.exec(ctx, "UPDATE tokens SET revoked_at = ? WHERE subject_id = ? AND kind IN ('thread', 'unsubscribe') AND revoked_at = 0", now, participantID); err != nil {
		return 0, err
	}
	var generation int64
	err := tx.row(ctx, "UPDATE participants SET generation = generation + 1 WHERE id = ? RETURNING generation", participantID).Scan(&generation)
	return generation, orNotFound(err)
}

// DeleteParticipant ends somebody's part in a ticket, their links included.
func DeleteParticipant(ctx context.Context, tx *Tx, participantID int64) error {
	tx.everything = true
	if _, err := tx.exec(ctx, "DELETE FROM tokens WHERE subject_id = ? AND kind IN ('thread', 'unsubscribe')", participantID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM participants WHERE id = ?", participantID)
	return err
}

package models

import (
	"context"
	"database/sql"
	"errors"
)

// CustomerPlace is a ticket as a signed-in customer stands to it.
type CustomerPlace struct {
	Access
	Standing Standing
	// Company is the ticket's company by name; empty without one, or when the customer is no member.
	Company string
	// Seen is the ticket's public version that they have read, 0 without a part in it.
	Seen int64
	// Team is the name of the ticket's team, or empty.
	Team string
}

// PlaceByReference finds a ticket by its reference for a contact, in one query. It finds tickets
// that the contact has no right to, too: Standing decides. Person is theirs with an ID of 0 when
// they take no part in the ticket.
func (db *DB) PlaceByReference(ctx context.Context, contactID int64, reference string) (*CustomerPlace, *Catalog, error) {
	var p CustomerPlace
	var version int64
	var participant, generation, unsubscribed, since sql.NullInt64
	var joinedAs, sees, memberSees, company sql.NullString
	var manager sql.NullBool
	c, t := &p.Person.Contact, &p.Ticket
	err := db.row(db.brief(ctx), `SELECT (SELECT catalog_version FROM workspaces WHERE workspaces.id = 1),
		p.id, p.joined_as, p.generation, p.unsubscribed_at, p.created_at, p.moved_to_id, COALESCE(p.seen_version, 0),
		c.id, c.address, c.address_key, c.synthetic, c.name, c.locale, c.origin, c.proven_at, c.created_at,
		t.id, t.project_id, t.reference, t.title, t.type_id, t.status_id, t.category, t.priority, t.fields, t.reporter_id, t.public_version, t.created_at, t.public_at,
		t.resolved_at, t.ended_at, t.company_id, t.due_at, t.merged_into_id, t.spam_at, t.private,
		t.team_id, t.outside_hours, t.answered_at, t.asked_at, t.talked_at, t.reminded_at, t.snoozed_until, t.promise_at,
		COALESCE(NULLIF(g.public_name, ''), g.name, ''), m.manager, m.sees, k.sees, k.name, COALESCE((SELECT name FROM teams WHERE teams.id = t.team_id), ''),
		CASE WHEN k.minutes_bought > 0 THEN k.minutes_bought - k.minutes_used END
		FROM tickets t JOIN contacts c ON c.id = ?
		LEFT JOIN participants p ON p.ticket_id = t.id AND p.contact_id = c.id AND p.left_at = 0
		LEFT JOIN company_members m ON m.company_id = t.company_id AND m.contact_id = c.id
		LEFT JOIN companies k ON k.id = m.company_id
		LEFT JOIN agents g ON g.id = t.assignee_id
		WHERE t.reference = ?`, contactID, reference).Scan(&version,
		&participant, &joinedAs, &generation, &unsubscribed, &since, &p.Person.MovedToID, &p.Seen,
		&c.ID, &c.Address, &c.AddressKey, &c.Synthetic, &c.Name, &c.Locale, &c.Origin, &c.ProvenAt, &c.CreatedAt,
		&t.ID, &t.ProjectID, &t.Reference, &t.Title, &t.TypeID, &t.StatusID, &t.Category, &t.Priority, &t.RawFields, &t.ReporterID, &t.PublicVersion, &t.CreatedAt, &t.PublicAt,
		&t.ResolvedAt, &t.EndedAt, &t.CompanyID, &t.DueAt, &t.MergedIntoID, &t.SpamAt, &t.Private,
		&t.TeamID, &t.OutsideHours, &t.AnsweredAt, &t.AskedAt, &t.TalkedAt, &t.RemindedAt, &t.SnoozedUntil, &t.PromiseAt,
		&p.Assignee, &manager, &memberSees, &sees, &company, &p.Team, &p.TimeLeft)
	if err != nil {
		return nil, nil, orNotFound(err)
	}
	p.Person.Participant = Participant{ID: participant.Int64, TicketID: t.ID, ContactID: c.ID, JoinedAs: joinedAs.String, Generation: generation.Int64,
		UnsubscribedAt: Stamp(unsubscribed.Int64), CreatedAt: Stamp(since.Int64), MovedToID: p.Person.MovedToID}
	p.Company = company.String
	p.Standing = Standing{Participant: participant.Valid, Reporter: participant.Valid && joinedAs.String == JoinedReporter, Member: manager.Valid, Manager: manager.Bool,
		CompanySees: sees.String, MemberSees: memberSees.String, Private: t.Private}
	cat, err := db.catalogAt(ctx, version)
	return &p, cat, err
}

// SeenByCustomer notes how far a participant has read; it never goes back.
func SeenByCustomer(ctx context.Context, c Conn, participantID, version int64, now Stamp) error {
	_, err := c.exec(ctx, "UPDATE participants SET seen_version = ?, seen_at = ? WHERE id = ? AND seen_version < ?", version, now, participantID, version)
	return err
}

// MovedReference names the ticket that a participant was moved to by a merge. It is empty when
// there is no such place, or it was left.
func MovedReference(ctx context.Context, c Conn, participantID int64) (reference string, err error) {
	err = c.row(ctx, `SELECT t.reference FROM participants s JOIN participants p ON p.id = s.moved_to_id AND p.left_at = 0
		JOIN tickets t ON t.id = p.ticket_id WHERE s.id = ?`, participantID).Scan(&reference)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return reference, err
}

// Colleague is a member of a ticket's company who takes no part in the ticket yet.
type Colleague struct {
	ContactID     int64
	Name, Address string
}

// colleaguesMost bounds the list of whom somebody may add to a ticket.
const colleaguesMost = 200

// Colleagues lists the members of a company who take no part in a ticket, by name. Nobody without
// a mailbox is among them.
func Colleagues(ctx context.Context, c Conn, companyID, ticketID int64) ([]Colleague, error) {
	rows, err := c.query(ctx, `SELECT c.id, c.name, c.address FROM company_members m JOIN contacts c ON c.id = m.contact_id
		WHERE m.company_id = ? AND NOT c.synthetic AND c.erased_at = 0 AND c.merged_into_id IS NULL
		AND NOT EXISTS (SELECT 1 FROM participants p WHERE p.ticket_id = ? AND p.contact_id = m.contact_id)
		ORDER BY c.name, c.id LIMIT ?`, companyID, ticketID, colleaguesMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Colleague
	for rows.Next() {
		var k Colleague
		if err := rows.Scan(&k.ContactID, &k.Name, &k.Address); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

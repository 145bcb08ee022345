package models

import (
	"context"
	"fmt"
)

// linkKinds are the links that belong to a participant.
const linkKinds = "('thread', 'unsubscribe')"

// MergeContact makes one contact part of another: tickets, messages, mails, links and
// companies become the other's, and the row stays as an alias of its address. Links that were
// given out go on opening their ticket, but prove nothing any more: they were mailed to the
// other address. The participants that were moved come back; their new links must be kept.
// Notes and name of into are the caller's to save (SaveContact), afterwards.
func MergeContact(ctx context.Context, tx *Tx, from, into int64, now Stamp) ([]*Participant, error) {
	tx.everything = true
	// Where both take part, the one participant takes over the links of the other.
	const twin = "SELECT s.id FROM participants s JOIN participants i ON i.ticket_id = s.ticket_id AND i.contact_id = ? WHERE s.contact_id = ?"
	const current = " AND revoked_at = 0 AND kind IN " + linkKinds + " AND generation = (SELECT p.generation FROM participants p WHERE p.id = tokens.subject_id)"
	const of = "FROM participants s JOIN participants i ON i.ticket_id = s.ticket_id AND i.contact_id = ? WHERE s.id = tokens.subject_id"
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE tokens SET subject_id = (SELECT i.id " + of + "), generation = (SELECT i.generation " + of + ") WHERE subject_id IN (" + twin + ")" + current, []any{into, into, into, from}},
		{"UPDATE participants SET joined_as = 'reporter' WHERE contact_id = ? AND ticket_id IN (SELECT ticket_id FROM participants WHERE contact_id = ? AND joined_as = 'reporter')", []any{into, from}},
		{"DELETE FROM participants WHERE contact_id = ? AND ticket_id IN (SELECT ticket_id FROM participants WHERE contact_id = ?)", []any{from, into}},
		// Everywhere else the participant changes hands under a new generation: the old links
		// follow, their proof does not.
		{"UPDATE tokens SET generation = generation + 1 WHERE subject_id IN (SELECT id FROM participants WHERE contact_id = ?)" + current, []any{from}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return nil, err
		}
	}
	moved, err := moveParticipants(ctx, tx, from, into)
	if err != nil {
		return nil, err
	}
	if err := mergeWishes(ctx, tx, from, into); err != nil {
		return nil, err
	}
	if err := mergeFeedback(ctx, tx, from, into); err != nil {
		return nil, err
	}
	// A password or passkey of the one proves nothing about the other.
	if err := endCustomer(ctx, tx, from); err != nil {
		return nil, err
	}
	const theirs = " AND ticket_id IN (SELECT ticket_id FROM participants WHERE contact_id = ?)"
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE tickets SET reporter_id = ? WHERE reporter_id = ?", []any{into, from}},
		{"UPDATE messages SET contact_id = ? WHERE contact_id = ?" + theirs, []any{into, from, into}},
		{"UPDATE events SET contact_id = ? WHERE contact_id = ?" + theirs, []any{into, from, into}},
		{"UPDATE deliveries SET contact_id = ?, recipient = ? WHERE contact_id = ?" + theirs +
			" AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.event_id = deliveries.event_id AND o.recipient = ?)", []any{into, recipientOf(into), from, into, recipientOf(into)}},
		{"UPDATE feedback SET contact_id = ? WHERE contact_id = ? AND NOT EXISTS (SELECT 1 FROM feedback o WHERE o.ticket_id = feedback.ticket_id AND o.event_id = feedback.event_id AND o.contact_id = ?)", []any{into, from, into}},
		{"UPDATE intake_links SET contact_id = ? WHERE contact_id = ?", []any{into, from}},
		{`INSERT INTO company_members (company_id, contact_id, manager, sees, created_at) SELECT company_id, CAST(? AS BIGINT), manager, sees, created_at FROM company_members WHERE contact_id = ?
			ON CONFLICT (company_id, contact_id) DO UPDATE SET manager = company_members.manager OR excluded.manager, sees = COALESCE(NULLIF(company_members.sees, ''), excluded.sees)`, []any{into, from}},
		{"DELETE FROM company_members WHERE contact_id = ?", []any{from}},
		{"UPDATE contacts SET merged_into_id = ? WHERE id = ? OR merged_into_id = ?", []any{into, from, from}},
		{changedTickets, []any{now, into}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return nil, err
		}
	}
	return moved, nil
}

// changedTickets tells the search index and live pages of all tickets of a contact.
const changedTickets = "INSERT INTO changes (noun, noun_id, created_at) SELECT 'ticket', ticket_id, CAST(? AS BIGINT) FROM participants WHERE contact_id = ?"

func recipientOf(contactID int64) string { return fmt.Sprint("contact:", contactID) }

// moveParticipants gives a contact's seats to another (or to itself) under a new generation. Who
// had said that a ticket is not theirs said so of the address that they had.
func moveParticipants(ctx context.Context, tx *Tx, from, into int64) ([]*Participant, error) {
	rows, err := tx.query(ctx, `UPDATE participants SET contact_id = ?, generation = generation + 1, unsubscribed_at = CASE WHEN left_at > 0 THEN 0 ELSE unsubscribed_at END, left_at = 0
		WHERE contact_id = ? RETURNING id, ticket_id, contact_id, joined_as, generation, unsubscribed_at, created_at`, into, from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Participant
	for rows.Next() {
		var p Participant
		if err := rows.Scan(&p.ID, &p.TicketID, &p.ContactID, &p.JoinedAs, &p.Generation, &p.UnsubscribedAt, &p.CreatedAt); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, rows.Err()
}

// RenewSeats kills all links of a contact, because their address has changed: who had the old
// one must not read on. The participants come back; their new links must be kept.
func RenewSeats(ctx context.Context, tx *Tx, contactID int64, now Stamp) ([]*Participant, error) {
	if err := revokeSeats(ctx, tx, contactID, now); err != nil {
		return nil, err
	}
	if err := SetContactBounced(ctx, tx, contactID, 0, ""); err != nil { // it was the old address
		return nil, err
	}
	if _, err := tx.exec(ctx, changedTickets, now, contactID); err != nil {
		return nil, err
	}
	return moveParticipants(ctx, tx, contactID, contactID)
}

func revokeSeats(ctx context.Context, tx *Tx, contactID int64, now Stamp) error {
	tx.everything = true
	for _, query := range []string{
		"UPDATE tokens SET revoked_at = ? WHERE revoked_at = 0 AND kind IN " + linkKinds + " AND subject_id IN (SELECT id FROM participants WHERE contact_id = ?)",
		"UPDATE tokens SET revoked_at = ? WHERE revoked_at = 0 AND kind = 'intake' AND subject_id IN (SELECT id FROM intake_links WHERE contact_id = ?)",
		"UPDATE intake_links SET revoked_at = ? WHERE revoked_at = 0 AND contact_id = ?",
	} {
		if _, err := tx.exec(ctx, query, now, contactID); err != nil {
			return err
		}
	}
	return nil
}

// InsertTokens keeps the hashes of many fresh links.
func InsertTokens(ctx context.Context, tx *Tx, tokens []Token) error {
	return load(ctx, tx, "tokens", tokenInto, tokens, (*Token).bulk)
}

// EraseContact makes a person, and every alias of theirs, nobody: name and address are
// replaced by words that lead nowhere, links are dead, nothing is mailed any more. Their
// tickets stay. name is what stands in place of the person's.
func EraseContact(ctx context.Context, tx *Tx, contactID int64, name string, now Stamp) error {
	if err := revokeSeats(ctx, tx, contactID, now); err != nil {
		return err
	}
	if err := forgetSignUps(ctx, tx, contactID); err != nil {
		return err
	}
	if err := endCustomer(ctx, tx, contactID); err != nil {
		return err
	}
	const theirs = "ticket_id IN (SELECT ticket_id FROM participants WHERE contact_id = ?)"
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"DELETE FROM outbox_mails WHERE LOWER(recipient) IN (SELECT address_key FROM contacts WHERE id = ? OR merged_into_id = ?)", []any{contactID, contactID}},
		// What a mail server said of the address holds the address.
		{"UPDATE deliveries SET last_error = '' WHERE contact_id = ? AND " + theirs, []any{contactID, contactID}},
		{"UPDATE deliveries SET state = 'suppressed' WHERE contact_id = ? AND state IN ('queued', 'deferred', 'gathering', 'digest') AND " + theirs, []any{contactID, contactID}},
		{"UPDATE participants SET generation = generation + 1, unsubscribed_at = CASE WHEN unsubscribed_at = 0 THEN CAST(? AS BIGINT) ELSE unsubscribed_at END WHERE contact_id = ?", []any{now, contactID}},
		{"DELETE FROM company_members WHERE contact_id = ?", []any{contactID}},
		{"DELETE FROM contact_words WHERE contact_id = ?", []any{contactID}},
		{"DELETE FROM mail_wishes WHERE contact_id = ?", []any{contactID}},
		// The score stays what it was; what they wrote goes, in every state it had.
		{"UPDATE feedback SET comment = '', history = '[]' WHERE contact_id = ? OR contact_id IN (SELECT id FROM contacts WHERE merged_into_id = ?)", []any{contactID, contactID}},
		{`UPDATE contacts SET address = 'erased-' || id || '@erased.invalid', address_key = 'erased-' || id || '@erased.invalid', synthetic = TRUE, name = ?, locale = '', notes = '',
			proven_at = 0, erased_at = ? WHERE id = ? OR merged_into_id = ?`, []any{name, now, contactID, contactID}},
		{changedTickets, []any{now, contactID}},
	} {
		if _, err := tx.exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

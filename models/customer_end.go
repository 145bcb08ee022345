package models

import "context"

// endCustomer takes the sign-in of a contact and all that belongs to it: ways to prove who they are,
// sessions, what they have begun to write. Their tickets, messages and feedback stay.
func endCustomer(ctx context.Context, tx *Tx, contactID int64) error {
	for _, query := range []string{
		"DELETE FROM customer_recovery_codes WHERE contact_id = ?",
		"DELETE FROM passkeys WHERE contact_id = ?",
		"DELETE FROM customer_identities WHERE contact_id = ?",
		"DELETE FROM pending_addresses WHERE contact_id = ?",
		"DELETE FROM sign_in_links WHERE contact_id = ?",
		"DELETE FROM drafts WHERE contact_id = ?",
		"DELETE FROM customers WHERE contact_id = ?",
	} {
		if _, err := tx.exec(ctx, query, contactID); err != nil {
			return err
		}
	}
	return DeleteSessionsOf(ctx, tx, SessionCustomer, contactID, nil)
}

// forgetSignUps takes what was begun under the addresses of a contact.
func forgetSignUps(ctx context.Context, tx *Tx, contactID int64) error {
	_, err := tx.exec(ctx, "DELETE FROM sign_ups WHERE address_key IN (SELECT address_key FROM contacts WHERE id = ? OR merged_into_id = ?)", contactID, contactID)
	return err
}

// mergeFeedback gives what a contact has said about tickets to the contact it becomes part of,
// where that has not said anything itself.
func mergeFeedback(ctx context.Context, tx *Tx, from, into int64) error {
	if _, err := tx.exec(ctx, `DELETE FROM feedback WHERE contact_id = ? AND EXISTS (SELECT 1 FROM feedback o WHERE o.ticket_id = feedback.ticket_id AND o.event_id = feedback.event_id AND o.contact_id = ?)`, from, into); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE feedback SET contact_id = ? WHERE contact_id = ?", into, from)
	return err
}

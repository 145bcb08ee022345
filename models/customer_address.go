package models

import (
	"context"

	"github.com/uptrace/bun"
)

// TokenAddress is the kind of link that proves a further address of a customer; its subject is
// the row of pending_addresses.
const TokenAddress = "address"

// PendingAddress is a further address of a contact until its owner has proven it. It gives
// nothing (A71).
type PendingAddress struct {
	bun.BaseModel `bun:"table:pending_addresses"`
	ID            int64 `bun:",pk,autoincrement"`
	ContactID     int64
	Address       string
	AddressKey    string
	ExpiresAt     Stamp
	CreatedAt     Stamp
}

const pendingAddressColumns = "id, contact_id, address, address_key, expires_at, created_at"

func (p *PendingAddress) targets() []any {
	return []any{&p.ID, &p.ContactID, &p.Address, &p.AddressKey, &p.ExpiresAt, &p.CreatedAt}
}

// InsertPendingAddress keeps an address that waits for its proof. Asking again makes a new row
// with a new link; the links of the earlier one lead nowhere.
func InsertPendingAddress(ctx context.Context, tx *Tx, p *PendingAddress) error {
	if _, err := tx.exec(ctx, "DELETE FROM pending_addresses WHERE contact_id = ? AND (address_key = ? OR expires_at <= ?)", p.ContactID, p.AddressKey, p.CreatedAt); err != nil {
		return err
	}
	return insert(ctx, tx, p)
}

// PendingAddressByID reads one, expired or not; NotFound when it was proven or taken back.
func PendingAddressByID(ctx context.Context, c Conn, id int64) (*PendingAddress, error) {
	var p PendingAddress
	if err := c.row(ctx, "SELECT "+pendingAddressColumns+" FROM pending_addresses WHERE id = ?", id).Scan(p.targets()...); err != nil {
		return nil, orNotFound(err)
	}
	return &p, nil
}

// PendingAddressesOf lists the addresses of a contact that wait for their proof.
func PendingAddressesOf(ctx context.Context, c Conn, contactID int64, now Stamp) ([]*PendingAddress, error) {
	rows, err := c.query(ctx, "SELECT "+pendingAddressColumns+" FROM pending_addresses WHERE contact_id = ? AND expires_at > ? ORDER BY id", contactID, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*PendingAddress
	for rows.Next() {
		var p PendingAddress
		if err := rows.Scan(p.targets()...); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, rows.Err()
}

// DeletePendingAddress takes an address back that waits for its proof.
func DeletePendingAddress(ctx context.Context, tx *Tx, contactID int64, key string) error {
	_, err := tx.exec(ctx, "DELETE FROM pending_addresses WHERE contact_id = ? AND address_key = ?", contactID, key)
	return err
}

// InsertAlias keeps a further address of a contact that nobody else has. One that somebody has
// is a Conflict.
func InsertAlias(ctx context.Context, tx *Tx, contactID int64, address, key string, now Stamp) error {
	tx.everything = true
	_, err := tx.exec(ctx, `INSERT INTO contacts (address, address_key, synthetic, name, locale, origin, proven_at, created_at, notes, merged_into_id)
		VALUES (?, ?, FALSE, '', '', ?, ?, ?, '', ?)`, address, key, OriginWeb, now, now, contactID)
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	return err
}

// ProveAlias marks an alias as proven by its owner and lets the rule of its domain hold for the
// contact (CO-6).
func ProveAlias(ctx context.Context, tx *Tx, contactID int64, key string, now Stamp) error {
	tx.everything = true
	if _, err := tx.exec(ctx, "UPDATE contacts SET proven_at = ? WHERE address_key = ? AND merged_into_id = ? AND proven_at = 0", now, key, contactID); err != nil {
		return err
	}
	return joinByDomain(ctx, tx, contactID, key, now)
}

// ForgetAlias takes an alias away from a contact: what came from the address stays theirs, the
// address is free for whoever writes from it next.
func ForgetAlias(ctx context.Context, tx *Tx, aliasID int64, now Stamp) error {
	tx.everything = true
	_, err := tx.exec(ctx, `UPDATE contacts SET address = 'removed-' || id || '@erased.invalid', address_key = 'removed-' || id || '@erased.invalid', synthetic = TRUE, name = '', proven_at = 0, erased_at = ?
		WHERE id = ? AND merged_into_id IS NOT NULL`, now, aliasID)
	return err
}

// SwapAddress makes the address of an alias the contact's main one, and the other way round.
func SwapAddress(ctx context.Context, tx *Tx, contact, alias *Contact) error {
	tx.everything = true
	const set = "UPDATE contacts SET address = ?, address_key = ?, proven_at = ? WHERE id = ?"
	// No two rows may have one key, not even between two statements.
	if _, err := tx.exec(ctx, "UPDATE contacts SET address_key = 'moving-' || id || '@erased.invalid' WHERE id = ?", alias.ID); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, set, alias.Address, alias.AddressKey, alias.ProvenAt, contact.ID); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, set, contact.Address, contact.AddressKey, contact.ProvenAt, alias.ID); err != nil {
		return err
	}
	// What a mail server said was about the other address.
	if err := SetContactBounced(ctx, tx, contact.ID, 0, ""); err != nil {
		return err
	}
	contact.Address, contact.AddressKey, contact.ProvenAt, alias.Address, alias.AddressKey, alias.ProvenAt = alias.Address, alias.AddressKey, alias.ProvenAt, contact.Address, contact.AddressKey, contact.ProvenAt
	return renewWords(ctx, tx, contact)
}

package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Passkey is a WebAuthn credential of a customer (CP-2). Credential is the library's JSON; it
// holds a public key and no secret.
type Passkey struct {
	bun.BaseModel `bun:"table:passkeys"`
	ID            int64 `bun:",pk,autoincrement"`
	ContactID     int64
	CredentialID  []byte
	Credential    string
	Name          string
	CreatedAt     Stamp
	UsedAt        Stamp
}

const passkeyColumns = "id, contact_id, credential_id, credential, name, created_at, used_at"

func (p *Passkey) targets() []any {
	return []any{&p.ID, &p.ContactID, &p.CredentialID, &p.Credential, &p.Name, &p.CreatedAt, &p.UsedAt}
}

// InsertPasskey keeps a new one; a credential that is known already is a Conflict.
func InsertPasskey(ctx context.Context, tx *Tx, p *Passkey) error { return insert(ctx, tx, p) }

// PasskeysOf lists the passkeys of a contact, the first first.
func PasskeysOf(ctx context.Context, c Conn, contactID int64) ([]*Passkey, error) {
	rows, err := c.query(ctx, "SELECT "+passkeyColumns+" FROM passkeys WHERE contact_id = ? ORDER BY id", contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Passkey
	for rows.Next() {
		var p Passkey
		if err := rows.Scan(p.targets()...); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, rows.Err()
}

// PasskeyByCredential finds a passkey by what its authenticator calls it.
func PasskeyByCredential(ctx context.Context, c Conn, credentialID []byte) (*Passkey, error) {
	var p Passkey
	if err := c.row(ctx, "SELECT "+passkeyColumns+" FROM passkeys WHERE credential_id = ?", credentialID).Scan(p.targets()...); err != nil {
		return nil, orNotFound(err)
	}
	return &p, nil
}

// UsePasskey notes a sign-in with a passkey and what its authenticator counts.
func UsePasskey(ctx context.Context, tx *Tx, id int64, credential string, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE passkeys SET credential = ?, used_at = ? WHERE id = ?", credential, now, id)
	return err
}

// RenamePasskey names a contact's passkey; false when there is no such one of theirs.
func RenamePasskey(ctx context.Context, tx *Tx, contactID, id int64, name string) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE passkeys SET name = ? WHERE id = ? AND contact_id = ?", name, id, contactID))
	return n == 1, err
}

// DeletePasskey takes a contact's passkey away; false when there is no such one of theirs.
func DeletePasskey(ctx context.Context, tx *Tx, contactID, id int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "DELETE FROM passkeys WHERE id = ? AND contact_id = ?", id, contactID))
	return n == 1, err
}

// SpendChallenge takes a challenge that can be answered once; false when it was answered before.
func SpendChallenge(ctx context.Context, tx *Tx, hash []byte, expires, now Stamp) (bool, error) {
	if _, err := tx.exec(ctx, "DELETE FROM used_tokens WHERE expires_at <= ?", now); err != nil {
		return false, err
	}
	n, err := affected(tx.exec(ctx, "INSERT INTO used_tokens (hash, expires_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", hash, expires))
	return n == 1, err
}

package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Contact is any person outside. Every reporter becomes one (PC-14).
type Contact struct {
	bun.BaseModel `bun:"table:contacts"`
	ID            int64 `bun:",pk,autoincrement"`
	Address       string
	AddressKey    string
	Synthetic     bool
	Name          string
	Locale        string
	Origin        string
	// ProvenAt: when this person showed that the address is theirs; 0 is not yet.
	ProvenAt  Stamp
	CreatedAt Stamp
}

// PublicName is what others read: the name, or for a synthetic address without one a
// neutral word, or the trimmed address, which trim makes.
func (c *Contact) PublicName(trim func(string) string) string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Synthetic:
		return ""
	}
	return trim(c.Address)
}

const contactColumns = "id, address, address_key, synthetic, name, locale, origin, proven_at, created_at"

func scanContact(row interface{ Scan(...any) error }) (*Contact, error) {
	var c Contact
	if err := row.Scan(&c.ID, &c.Address, &c.AddressKey, &c.Synthetic, &c.Name, &c.Locale, &c.Origin, &c.ProvenAt, &c.CreatedAt); err != nil {
		return nil, orNotFound(err)
	}
	return &c, nil
}

// ContactByID reads one contact.
func ContactByID(ctx context.Context, c Conn, id int64) (*Contact, error) {
	return scanContact(c.row(ctx, "SELECT "+contactColumns+" FROM contacts WHERE id = ?", id))
}

// ContactByKey finds the contact an address belongs to, whatever its spelling.
func ContactByKey(ctx context.Context, c Conn, key string) (*Contact, error) {
	return scanContact(c.row(ctx, "SELECT "+contactColumns+" FROM contacts WHERE address_key = ?", key))
}

// EnsureContact finds the contact by its address key or makes it. A stranger's form never
// renames a contact that is already known.
func EnsureContact(ctx context.Context, tx *Tx, fresh Contact) (*Contact, error) {
	if _, err := tx.exec(ctx, `INSERT INTO contacts (address, address_key, synthetic, name, locale, origin, proven_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (address_key) DO NOTHING`,
		fresh.Address, fresh.AddressKey, fresh.Synthetic, fresh.Name, fresh.Locale, fresh.Origin, fresh.ProvenAt, fresh.CreatedAt); err != nil {
		return nil, err
	}
	return ContactByKey(ctx, tx, fresh.AddressKey)
}

// ProveContact marks the address as its owner's, once.
func ProveContact(ctx context.Context, tx *Tx, id int64, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE contacts SET proven_at = ? WHERE id = ? AND proven_at = 0", now, id)
	return err
}

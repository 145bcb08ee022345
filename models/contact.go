package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"

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
	// Notes are for agents alone.
	Notes string
	// AgentID is the agent who made the contact by hand.
	AgentID *int64
	// MergedIntoID is the contact that this one turned out to be; this row is an alias then.
	MergedIntoID *int64
	// ErasedAt: anonymised then.
	ErasedAt Stamp
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

const contactColumns = "id, address, address_key, synthetic, name, locale, origin, proven_at, created_at, notes, agent_id, merged_into_id, erased_at"

func scanContact(row interface{ Scan(...any) error }) (*Contact, error) {
	var c Contact
	if err := row.Scan(&c.ID, &c.Address, &c.AddressKey, &c.Synthetic, &c.Name, &c.Locale, &c.Origin, &c.ProvenAt, &c.CreatedAt,
		&c.Notes, &c.AgentID, &c.MergedIntoID, &c.ErasedAt); err != nil {
		return nil, orNotFound(err)
	}
	return &c, nil
}

// ContactByID reads one contact, an alias too.
func ContactByID(ctx context.Context, c Conn, id int64) (*Contact, error) {
	return scanContact(c.row(ctx, "SELECT "+contactColumns+" FROM contacts WHERE id = ?", id))
}

// ContactByKey finds the contact an address belongs to, whatever its spelling: the address of
// an alias belongs to the contact it became part of.
func ContactByKey(ctx context.Context, c Conn, key string) (*Contact, error) {
	return scanContact(c.row(ctx, "SELECT "+qualified("c", contactColumns)+` FROM contacts a JOIN contacts c ON c.id = COALESCE(a.merged_into_id, a.id) WHERE a.address_key = ?`, key))
}

// qualified writes the name of a table before each column of a list.
func qualified(table, columns string) string {
	return table + "." + strings.ReplaceAll(columns, ", ", ", "+table+".")
}

// EnsureContact finds the contact by its address key or makes it. A stranger's form never
// renames a contact that is already known.
func EnsureContact(ctx context.Context, tx *Tx, fresh Contact) (*Contact, error) {
	contact, err := ContactByKey(ctx, tx, fresh.AddressKey)
	if err == nil || KindOf(err) != KindNotFound {
		return contact, err
	}
	var id int64
	err = tx.row(ctx, `INSERT INTO contacts (address, address_key, synthetic, name, locale, origin, proven_at, created_at, notes, agent_id)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (address_key) DO NOTHING RETURNING id`,
		fresh.Address, fresh.AddressKey, fresh.Synthetic, fresh.Name, fresh.Locale, fresh.Origin, fresh.ProvenAt, fresh.CreatedAt, fresh.Notes, fresh.AgentID).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return ContactByKey(ctx, tx, fresh.AddressKey) // somebody else was first
	}
	if err != nil {
		return nil, err
	}
	fresh.ID = id
	return &fresh, insertWords(ctx, tx, []Contact{fresh})
}

// SaveContact writes what agents change of a contact, and the words it is found by. An address
// that belongs to another is a Conflict.
func SaveContact(ctx context.Context, tx *Tx, contact *Contact) error {
	err := save(ctx, tx, contact, "address", "address_key", "synthetic", "name", "locale", "proven_at", "notes", "agent_id", "erased_at")
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	if err != nil {
		return err
	}
	tx.everything = true
	return renewWords(ctx, tx, contact)
}

// ProveContact marks the address as its owner's, once. Then the rule of a company's domain
// holds (CO-6).
func ProveContact(ctx context.Context, tx *Tx, id int64, now Stamp) error {
	var key string
	var synthetic bool
	err := tx.row(ctx, "UPDATE contacts SET proven_at = ? WHERE id = ? AND proven_at = 0 RETURNING address_key, synthetic", now, id).Scan(&key, &synthetic)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil || synthetic {
		return err
	}
	return joinByDomain(ctx, tx, id, key, now)
}

package models

import (
	"context"

	"github.com/uptrace/bun"
)

// IdentityProvider is one that customers can sign in with (CP-3).
type IdentityProvider struct {
	bun.BaseModel `bun:"table:identity_providers"`
	ID            int64 `bun:",pk,autoincrement"`
	// Kind is ProviderOIDC.
	Kind string
	// Slug names it in addresses and sessions, for ever.
	Slug, Name string
	// Issuer is the address that it publishes itself at.
	Issuer, ClientID string
	// ClientSecret is hidden by the key outside the database.
	ClientSecret string
	Position     int64
	// DisabledAt: nobody signs in with it since then.
	DisabledAt Stamp
	CreatedAt  Stamp
}

// ProviderOIDC speaks OpenID Connect.
const ProviderOIDC = "oidc"

// MaxProviders is how many there can be.
const MaxProviders = 20

const providerColumns = "id, kind, slug, name, issuer, client_id, client_secret, position, disabled_at, created_at"

// Providers lists all, in the order of their buttons.
func Providers(ctx context.Context, c Conn) ([]*IdentityProvider, error) {
	rows, err := c.query(ctx, "SELECT "+providerColumns+" FROM identity_providers ORDER BY position, id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*IdentityProvider
	for rows.Next() {
		var p IdentityProvider
		if err := rows.Scan(p.targets()...); err != nil {
			return nil, err
		}
		all = append(all, &p)
	}
	return all, rows.Err()
}

func (p *IdentityProvider) targets() []any {
	return []any{&p.ID, &p.Kind, &p.Slug, &p.Name, &p.Issuer, &p.ClientID, &p.ClientSecret, &p.Position, &p.DisabledAt, &p.CreatedAt}
}

// ProviderBySlug reads one, disabled or not; NotFound when there is none.
func ProviderBySlug(ctx context.Context, c Conn, slug string) (*IdentityProvider, error) {
	var p IdentityProvider
	if err := c.row(ctx, "SELECT "+providerColumns+" FROM identity_providers WHERE slug = ?", slug).Scan(p.targets()...); err != nil {
		return nil, orNotFound(err)
	}
	return &p, nil
}

// InsertProvider adds one; a slug that is taken is a Conflict.
func InsertProvider(ctx context.Context, tx *Tx, p *IdentityProvider) error {
	err := tx.row(ctx, `INSERT INTO identity_providers (kind, slug, name, issuer, client_id, client_secret, position, disabled_at, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, p.Kind, p.Slug, p.Name, p.Issuer, p.ClientID, p.ClientSecret, p.Position, p.DisabledAt, p.CreatedAt).Scan(&p.ID)
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	return err
}

// UpdateProvider saves what can change of one.
func UpdateProvider(ctx context.Context, tx *Tx, p *IdentityProvider) error {
	_, err := tx.exec(ctx, "UPDATE identity_providers SET name = ?, issuer = ?, client_id = ?, client_secret = ?, position = ?, disabled_at = ? WHERE id = ?",
		p.Name, p.Issuer, p.ClientID, p.ClientSecret, p.Position, p.DisabledAt, p.ID)
	return err
}

// CustomerIdentity is whom somebody else knows a contact as. Issuer and subject name them for
// ever; the address is what was said last.
type CustomerIdentity struct {
	ID, ContactID            int64
	Issuer, Subject, Address string
	CreatedAt, UsedAt        Stamp
}

// IdentityOf finds whom an issuer means, or NotFound.
func IdentityOf(ctx context.Context, c Conn, issuer, subject string) (*CustomerIdentity, error) {
	i := CustomerIdentity{Issuer: issuer, Subject: subject}
	err := c.row(ctx, "SELECT id, contact_id, address, created_at, used_at FROM customer_identities WHERE issuer = ? AND subject = ?", issuer, subject).
		Scan(&i.ID, &i.ContactID, &i.Address, &i.CreatedAt, &i.UsedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &i, nil
}

// SaveIdentity links a contact, or notes that the link was used. A link is never moved to another
// contact.
func SaveIdentity(ctx context.Context, tx *Tx, i CustomerIdentity) error {
	_, err := tx.exec(ctx, `INSERT INTO customer_identities (contact_id, issuer, subject, address, created_at, used_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (issuer, subject) DO UPDATE SET used_at = excluded.used_at`, i.ContactID, i.Issuer, i.Subject, i.Address, i.CreatedAt, i.UsedAt)
	return err
}

// UseOnce notes that something signed was used, until it has expired anyway. fresh is false when
// it came before.
func UseOnce(ctx context.Context, tx *Tx, hash []byte, expires, now Stamp) (fresh bool, err error) {
	if _, err := tx.exec(ctx, "DELETE FROM used_tokens WHERE expires_at < ?", now); err != nil {
		return false, err
	}
	n, err := affected(tx.exec(ctx, "INSERT INTO used_tokens (hash, expires_at) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", hash, expires))
	return n > 0, err
}

package models

import (
	"context"

	"github.com/uptrace/bun"
)

// SessionCustomer is the kind of customers' sessions; agents' are of another and open nothing here.
const SessionCustomer = "customer"

// Customer is the sign-in of a contact (CP-1).
type Customer struct {
	bun.BaseModel `bun:"table:customers"`
	ContactID     int64 `bun:",pk"`
	// PasswordHash is empty for who only comes by other ways.
	PasswordHash string
	// Zone is the IANA name of the time zone, empty when none was chosen.
	Zone        string
	RawSettings string `bun:"settings"`
	// TOTPSecret is sealed; TOTPAt is when it was confirmed, 0 without a second factor; TOTPStep the
	// last step used.
	TOTPSecret string
	TOTPAt     Stamp
	TOTPStep   int64
	CreatedAt  Stamp
	SeenAt     Stamp
	// DisabledAt: cannot sign in since then.
	DisabledAt Stamp
}

const customerColumns = "contact_id, password_hash, zone, settings, totp_secret, totp_at, totp_step, created_at, seen_at, disabled_at"

func (u *Customer) targets() []any {
	return []any{&u.ContactID, &u.PasswordHash, &u.Zone, &u.RawSettings, &u.TOTPSecret, &u.TOTPAt, &u.TOTPStep, &u.CreatedAt, &u.SeenAt, &u.DisabledAt}
}

// CustomerByContact reads the sign-in of a contact, or NotFound.
func CustomerByContact(ctx context.Context, c Conn, contactID int64) (*Customer, error) {
	var u Customer
	if err := c.row(ctx, "SELECT "+customerColumns+" FROM customers WHERE contact_id = ?", contactID).Scan(u.targets()...); err != nil {
		return nil, orNotFound(err)
	}
	return &u, nil
}

// InsertCustomer gives a contact a sign-in; one who has one is a Conflict.
func InsertCustomer(ctx context.Context, tx *Tx, u *Customer) error {
	if u.RawSettings == "" {
		u.RawSettings = "{}"
	}
	_, err := tx.exec(ctx, "INSERT INTO customers ("+customerColumns+") VALUES ("+places(10)+")",
		u.ContactID, u.PasswordHash, u.Zone, u.RawSettings, u.TOTPSecret, u.TOTPAt, u.TOTPStep, u.CreatedAt, u.SeenAt, u.DisabledAt)
	if err != nil && isDuplicate(err) {
		return &Error{Kind: KindConflict, Message: "errors.conflict", cause: err}
	}
	return err
}

// SetCustomerPassword writes the hash of a new password.
func SetCustomerPassword(ctx context.Context, tx *Tx, contactID int64, hash string) error {
	_, err := tx.exec(ctx, "UPDATE customers SET password_hash = ? WHERE contact_id = ?", hash, contactID)
	return err
}

// SeeCustomer notes that a customer is here.
func SeeCustomer(ctx context.Context, tx *Tx, contactID int64, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE customers SET seen_at = ? WHERE contact_id = ?", now, contactID)
	return err
}

// SignedInCustomer reads who a session belongs to, and the catalog that is true now, in one
// query. An erased or merged contact, and one without a sign-in, is NotFound.
func (db *DB) SignedInCustomer(ctx context.Context, contactID int64) (*Contact, *Customer, *Catalog, error) {
	var u Customer
	var version int64
	row := db.row(db.brief(ctx), "SELECT "+qualified("k", contactColumns)+", "+qualified("u", customerColumns)+`,
		(SELECT catalog_version FROM workspaces WHERE workspaces.id = 1)
		FROM customers u JOIN contacts k ON k.id = u.contact_id WHERE u.contact_id = ? AND k.merged_into_id IS NULL AND k.erased_at = 0`, contactID)
	contact, err := scanContact(moreColumns{row, append(u.targets(), &version)})
	if err != nil {
		return nil, nil, nil, err
	}
	cat, err := db.catalogAt(ctx, version)
	return contact, &u, cat, err
}

// DisableCustomer keeps a customer from signing in since a moment, or lets them again with 0; their
// sessions end.
func DisableCustomer(ctx context.Context, tx *Tx, contactID int64, at Stamp) error {
	if _, err := tx.exec(ctx, "UPDATE customers SET disabled_at = ? WHERE contact_id = ?", at, contactID); err != nil || at == 0 {
		return err
	}
	return DeleteSessionsOf(ctx, tx, SessionCustomer, contactID, nil)
}

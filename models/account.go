package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Token kinds of customers' accounts. The subject is a sign-up, a sign-in link, a contact.
const (
	TokenActivation    = "activation"
	TokenSignIn        = "sign_in"
	TokenCustomerReset = "customer_reset"
)

// SignUp is an account that was asked for. Nothing else is made of it before its address is proven
// by the mailed link.
type SignUp struct {
	bun.BaseModel `bun:"table:sign_ups"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	Address       string
	AddressKey    string
	Locale        string
	// Next is the page of ours to go to afterwards, or empty.
	Next      string
	ExpiresAt Stamp
	UsedAt    Stamp
	CreatedAt Stamp
}

// InsertSignUp keeps an asked-for account.
func InsertSignUp(ctx context.Context, tx *Tx, s *SignUp) error { return insert(ctx, tx, s) }

// SignUpByID reads an asked-for account.
func SignUpByID(ctx context.Context, c Conn, id int64) (*SignUp, error) {
	s := SignUp{ID: id}
	err := c.row(ctx, "SELECT name, address, address_key, locale, next, expires_at, used_at, created_at FROM sign_ups WHERE id = ?", id).
		Scan(&s.Name, &s.Address, &s.AddressKey, &s.Locale, &s.Next, &s.ExpiresAt, &s.UsedAt, &s.CreatedAt)
	if err != nil {
		return nil, orNotFound(err)
	}
	return &s, nil
}

// UseSignUps notes that the address of a sign-up has an account now: the links of all others that
// were asked for with it are over, too.
func UseSignUps(ctx context.Context, tx *Tx, addressKey string, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE sign_ups SET used_at = ? WHERE address_key = ? AND used_at = 0", now, addressKey)
	return err
}

// SignInLink is a mailed way to sign in once.
type SignInLink struct {
	bun.BaseModel `bun:"table:sign_in_links"`
	ID            int64 `bun:",pk,autoincrement"`
	ContactID     int64
	// Browser is the hash of what the asking browser holds, CodeHash that of the digits for it.
	Browser, CodeHash []byte
	Tries             int64
	Next              string
	ExpiresAt         Stamp
	UsedAt            Stamp
	CreatedAt         Stamp
}

// InsertSignInLink keeps a mailed way to sign in.
func InsertSignInLink(ctx context.Context, tx *Tx, l *SignInLink) error { return insert(ctx, tx, l) }

// SetSignInCode keeps the hash of a link's digits.
func SetSignInCode(ctx context.Context, tx *Tx, id int64, hash []byte) error {
	_, err := tx.exec(ctx, "UPDATE sign_in_links SET code_hash = ? WHERE id = ?", hash, id)
	return err
}

const signInLinkColumns = "id, contact_id, browser, code_hash, tries, next, expires_at, used_at, created_at"

func scanSignInLink(row interface{ Scan(...any) error }) (*SignInLink, error) {
	var l SignInLink
	if err := row.Scan(&l.ID, &l.ContactID, &l.Browser, &l.CodeHash, &l.Tries, &l.Next, &l.ExpiresAt, &l.UsedAt, &l.CreatedAt); err != nil {
		return nil, orNotFound(err)
	}
	return &l, nil
}

// SignInLinkByID reads a mailed way to sign in.
func SignInLinkByID(ctx context.Context, c Conn, id int64) (*SignInLink, error) {
	return scanSignInLink(c.row(ctx, "SELECT "+signInLinkColumns+" FROM sign_in_links WHERE id = ?", id))
}

// SignInLinkByBrowser reads the latest one that a browser has asked for.
func SignInLinkByBrowser(ctx context.Context, c Conn, browser []byte) (*SignInLink, error) {
	return scanSignInLink(c.row(ctx, "SELECT "+signInLinkColumns+" FROM sign_in_links WHERE browser = ? ORDER BY id DESC LIMIT 1", browser))
}

// TrySignInCode counts a try of a link's digits; false when there were most already.
func TrySignInCode(ctx context.Context, tx *Tx, id, most int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE sign_in_links SET tries = tries + 1 WHERE id = ? AND tries < ?", id, most))
	return n == 1, err
}

// UseSignInLink takes a mailed way to sign in; false when it was used before.
func UseSignInLink(ctx context.Context, tx *Tx, id int64, now Stamp) (bool, error) {
	n, err := affected(tx.exec(ctx, "UPDATE sign_in_links SET used_at = ? WHERE id = ? AND used_at = 0", now, id))
	return n == 1, err
}

// PruneSignUps deletes accounts that were asked for and never activated, once they ended before a
// moment, and says how many there were.
func PruneSignUps(ctx context.Context, c Conn, before Stamp) (int64, error) {
	return affected(c.exec(ctx, "DELETE FROM sign_ups WHERE expires_at < ?", before))
}

// PruneSignInLinks deletes mailed ways to sign in that ended before a moment.
func PruneSignInLinks(ctx context.Context, c Conn, before Stamp) (int64, error) {
	return affected(c.exec(ctx, "DELETE FROM sign_in_links WHERE expires_at < ?", before))
}

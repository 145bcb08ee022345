package desk

import (
	"context"

	"lodge/models"
)

// MailTools are what pages about mailboxes need of the world of mail, made by whoever knows it.
type MailTools interface {
	// NewDKIMKey makes a private key to sign with, as PEM.
	NewDKIMKey() ([]byte, error)
	// DNS says which records a mailbox's domain should have and which it has. key is the mailbox's
	// own signing key, nil without one.
	DNS(ctx context.Context, m *models.Mailbox, key []byte) []DNSRecord
	// Listener is the address that our own server for mail listens on, empty when it is off.
	Listener() string
	// Outbox says that mails are kept for reading instead of being sent.
	Outbox() bool
	// SendPreview sends a mail of a project to somebody, at once, and says what the server said.
	SendPreview(ctx context.Context, p *models.Project, preview MailPreview) error
}

// MailPreview is a mail with made-up contents.
type MailPreview struct {
	Template, Locale, To string
	Own                  OwnWords
}

// The records that a domain of mail should have.
const (
	DNSSPF     = "spf"
	DNSDKIM    = "dkim"
	DNSDKIMTwo = "dkim_ed25519"
	DNSDMARC   = "dmarc"
	DNSMX      = "mx"
)

// How a record stands.
const (
	DNSGood    = "good"
	DNSMissing = "missing"
	DNSWrong   = "wrong"
	DNSUnknown = "unknown" // nobody answered
)

// DNSRecord is a record of a mailbox's domain: what it should be and what it is. Advice says more
// than State, in one word; Optional is good to have.
type DNSRecord struct {
	Kind, Name, Type, Wanted, Found, State, Advice string
	Optional                                       bool
}

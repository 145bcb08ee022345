package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Where a mail came in.
const (
	MailFromIMAP   = "imap"
	MailFromSMTP   = "smtp"
	MailFromLMTP   = "lmtp"
	MailFromReplay = "replay"
)

// What becomes of a mail: exactly one of these (EM-5).
const (
	MailBecameTicket = "ticket"
	MailBecameReply  = "reply"
	MailWasBounce    = "bounce"
	MailIgnored      = "ignored"
	MailHeld         = "held"
)

// MailIn is a mail that came in. Its raw text is kept in the file store before anything is done
// with it, so that it can be read again after a fix (EM-5).
type MailIn struct {
	bun.BaseModel `bun:"table:mails"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     *int64
	MailboxID     *int64
	Source        string
	// SourceKey names it at its source, such as "sha256:…"; empty names nothing.
	SourceKey    string
	EnvelopeFrom string
	EnvelopeTo   string // JSON list
	Client, Helo string
	Verdict      string // JSON of mail.Verdict
	Blob         string
	Size         int64
	SHA256       []byte `bun:"sha256"`

	MailID      string // its Message-ID, or one made up from its content
	SameKey     string
	FromAddress string
	FromName    string
	Subject     string
	Outcome     string
	Reason      string
	TicketID    *int64
	MessageID   *int64 // the message it became
	ReceivedAt  Stamp
	DecidedAt   Stamp
}

// InsertMailIn keeps a mail; made is false, and nothing has changed, when the same mail of the
// same source is kept already.
func InsertMailIn(ctx context.Context, tx *Tx, m *MailIn) (made bool, err error) {
	if m.SourceKey != "" && m.MailboxID != nil {
		var id int64
		err := tx.row(ctx, "SELECT id FROM mails WHERE mailbox_id = ? AND source_key = ? AND source_key <> ''", *m.MailboxID, m.SourceKey).Scan(&id)
		if err == nil {
			m.ID = id
			return false, nil
		}
		if KindOf(orNotFound(err)) != KindNotFound {
			return false, err
		}
	}
	if m.EnvelopeTo == "" {
		m.EnvelopeTo = "[]"
	}
	if m.Verdict == "" {
		m.Verdict = "{}"
	}
	return true, insert(ctx, tx, m)
}

package models

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"
)

// How a mailbox gets its mail.
const (
	ReceiveNone     = "none"
	ReceiveIMAP     = "imap"
	ReceiveListener = "listener" // Lodge's own SMTP or LMTP listener
)

// Through what a mailbox's mail leaves.
const (
	SendWorkspace = "workspace" // the server of the configuration
	SendOwn       = "own"
)

// How a mailbox signs in to its servers.
const (
	MailAuthPassword = "password"
	MailAuthXOAUTH2  = "xoauth2"
)

// What happens to a mail at its IMAP server once it is kept here.
const (
	AfterKeep   = "keep"
	AfterSeen   = "seen"
	AfterDelete = "delete"
)

// Mailbox is a project's address for mail, how mail gets in and out of it (EM-4). It is part of
// the catalog: how far it has been read is a MailboxState.
type Mailbox struct {
	bun.BaseModel `bun:"table:mailboxes"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	// Address is canonical (package address), AddressKey its key for comparing.
	Address    string
	AddressKey string
	RawAliases string `bun:"aliases"`
	// FromName is the sender's name with variables; empty is the project's name.
	FromName string
	Receive  string
	// Plus says that the server delivers local+anything@ to local@.
	Plus bool
	// TrustedReceiver is the authserv-id whose topmost Authentication-Results is believed.
	TrustedReceiver string
	IMAPHost        string `bun:"imap_host"`
	IMAPPort        int    `bun:"imap_port"`
	IMAPTLS         string `bun:"imap_tls"` // none, starttls or tls
	IMAPAuth        string `bun:"imap_auth"`
	IMAPUser        string `bun:"imap_user"`
	IMAPSecret      string `bun:"imap_secret"` // hidden (package secret)
	IMAPFolder      string `bun:"imap_folder"`
	IMAPAfter       string `bun:"imap_after"`
	Send            string
	SMTPHost        string `bun:"smtp_host"`
	SMTPPort        int    `bun:"smtp_port"`
	SMTPTLS         string `bun:"smtp_tls"`
	SMTPAuth        string `bun:"smtp_auth"`
	SMTPUser        string `bun:"smtp_user"`
	SMTPSecret      string `bun:"smtp_secret"` // hidden
	DKIMSelector    string `bun:"dkim_selector"`
	DKIMSecret      string `bun:"dkim_secret"` // hidden PEM of the private keys
	DisabledAt      Stamp
	CreatedAt       Stamp

	// Aliases are other addresses whose mail arrives here, canonical.
	Aliases []string `bun:"-"`
}

// Live says whether the mailbox is in use.
func (m *Mailbox) Live() bool { return m.DisabledAt == 0 }

// Mailbox is the address the project writes from: its oldest live mailbox, or nil.
func (p *Project) Mailbox() *Mailbox {
	for _, m := range p.Mailboxes {
		if m.Live() {
			return m
		}
	}
	return nil
}

// Address is what the project writes from, or empty: the desk's own sender.
func (p *Project) Address() string {
	if m := p.Mailbox(); m != nil {
		return m.Address
	}
	return ""
}

// Mailbox finds a mailbox by id, or nil.
func (c *Catalog) Mailbox(id int64) *Mailbox {
	for _, p := range c.Projects {
		for _, m := range p.Mailboxes {
			if m.ID == id {
				return m
			}
		}
	}
	return nil
}

func loadMailboxes(ctx context.Context, orm bun.IDB, cat *Catalog) error {
	var all []*Mailbox
	if err := orm.NewSelect().Model(&all).Order("id").Scan(ctx); err != nil {
		return err
	}
	for _, m := range all {
		if err := json.Unmarshal([]byte(m.RawAliases), &m.Aliases); err != nil {
			return err
		}
		p := cat.byID[m.ProjectID]
		p.Mailboxes = append(p.Mailboxes, m)
	}
	return nil
}

func (m *Mailbox) pack() error {
	if m.Aliases == nil {
		m.Aliases = []string{}
	}
	raw, err := json.Marshal(m.Aliases)
	m.RawAliases = string(raw)
	return err
}

// NewMailbox is a mailbox with the usual answers to everything else; it receives nothing.
func NewMailbox(projectID int64, address, key string, now Stamp) *Mailbox {
	return &Mailbox{ProjectID: projectID, Address: address, AddressKey: key, Receive: ReceiveNone, Plus: true,
		IMAPPort: 993, IMAPTLS: "tls", IMAPAuth: MailAuthPassword, IMAPFolder: "INBOX", IMAPAfter: AfterKeep,
		Send: SendWorkspace, SMTPPort: 587, SMTPTLS: "starttls", SMTPAuth: MailAuthPassword, CreatedAt: now}
}

// InsertMailbox writes a mailbox and gives it its id; an address belongs to one mailbox (Conflict).
func InsertMailbox(ctx context.Context, tx *Tx, m *Mailbox) error {
	if err := m.pack(); err != nil {
		return err
	}
	if err := insert(ctx, tx, m); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateMailbox writes all of a mailbox back but its id, project and birth.
func UpdateMailbox(ctx context.Context, tx *Tx, m *Mailbox) error {
	if err := m.pack(); err != nil {
		return err
	}
	if err := save(ctx, tx, m, "address", "address_key", "aliases", "from_name", "receive", "plus", "trusted_receiver",
		"imap_host", "imap_port", "imap_tls", "imap_auth", "imap_user", "imap_secret", "imap_folder", "imap_after",
		"send", "smtp_host", "smtp_port", "smtp_tls", "smtp_auth", "smtp_user", "smtp_secret", "dkim_selector", "dkim_secret", "disabled_at"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// MailboxState is how far a mailbox has been read and how that goes.
type MailboxState struct {
	MailboxID int64
	// UIDValidity and LastUID are IMAP's bookmark (RFC 9051, 2.3.1.1).
	UIDValidity, LastUID int64
	LookedAt, ReceivedAt Stamp
	Error                string
	ErrorAt              Stamp
	// Tested is the JSON result of the last set-up test.
	Tested   string
	TestedAt Stamp
}

// MailboxStateOf reads it; a mailbox that was never read has an empty one.
func MailboxStateOf(ctx context.Context, c Conn, mailboxID int64) (*MailboxState, error) {
	s := MailboxState{MailboxID: mailboxID}
	err := c.row(ctx, "SELECT uid_validity, last_uid, looked_at, received_at, error, error_at, tested, tested_at FROM mailbox_states WHERE mailbox_id = ?", mailboxID).
		Scan(&s.UIDValidity, &s.LastUID, &s.LookedAt, &s.ReceivedAt, &s.Error, &s.ErrorAt, &s.Tested, &s.TestedAt)
	if err = orNotFound(err); KindOf(err) == KindNotFound {
		err = nil
	}
	return &s, err
}

package models

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/uptrace/bun"
)

// The kinds of entries in a thread.
const (
	MessageDescription = "description"
	MessagePublic      = "message"
	MessageNote        = "note"
)

// Message is one entry of a thread: what was filed, a public message or an internal note.
type Message struct {
	bun.BaseModel `bun:"table:messages"`
	ID            int64  `bun:",pk,autoincrement"`
	PID           string `bun:"pid"`
	TicketID      int64
	Kind          string
	ContactID     *int64
	AgentID       *int64
	Body          string
	HTML          string `bun:"html"`
	MarkupVersion int64
	Origin        string
	Unproven      bool
	Unconfirmed   bool
	Version       int64
	// PublicVersion is 0 for a note, and for a reply that can still be taken back: whatever the
	// clock says, nothing outside sees a message before it has one.
	PublicVersion int64
	// CopiedFromID is the first message of a family of copies (merge, split); nil: no copy.
	CopiedFromID *int64
	// RedactedAt: taken out for good then; its text and files are gone.
	RedactedAt Stamp
	RedactedBy *int64
	// PublishAt is when it was published or, while it waits, when it will be.
	PublishAt Stamp
	CreatedAt Stamp
	// ThenStatus is the slug of the status that goes with a waiting reply, or empty.
	ThenStatus string
	// MailID is the mail it came by; nil for what came otherwise.
	MailID *int64
}

// Waiting says that the message is a reply that can still be taken back.
func (m *Message) Waiting() bool { return m.Kind == MessagePublic && m.PublicVersion == 0 }

// InsertMessage writes an entry and gives it its id.
func InsertMessage(ctx context.Context, tx *Tx, m *Message) error { return insert(ctx, tx, m) }

// Entry is a message with its author, as threads show it. Exactly one author is set.
type Entry struct {
	Message
	ContactName    sql.NullString
	ContactAddress sql.NullString
	Synthetic      sql.NullBool
	AgentName      sql.NullString
	AgentPublic    sql.NullString
	Files          []*Attachment
	// attached: some message of the ticket has a file.
	attached bool
}

const entrySelect = `SELECT m.id, m.pid, m.ticket_id, m.kind, m.contact_id, m.agent_id, m.body, m.html, m.markup_version, m.origin, m.unproven, m.unconfirmed,
	m.version, m.public_version, m.publish_at, m.created_at, m.then_status, m.copied_from_id, m.redacted_at, m.redacted_by, m.mail_id, c.name, c.address, c.synthetic, a.name, a.public_name,
	EXISTS (SELECT 1 FROM attachments f WHERE f.ticket_id = m.ticket_id)
	FROM messages m LEFT JOIN contacts c ON c.id = m.contact_id LEFT JOIN agents a ON a.id = m.agent_id `

func entries(ctx context.Context, c Conn, where string, args ...any) ([]*Entry, error) {
	rows, err := c.query(c.root().brief(ctx), entrySelect+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Entry
	for rows.Next() {
		var e Entry
		m := &e.Message
		if err := rows.Scan(&m.ID, &m.PID, &m.TicketID, &m.Kind, &m.ContactID, &m.AgentID, &m.Body, &m.HTML, &m.MarkupVersion, &m.Origin, &m.Unproven, &m.Unconfirmed,
			&m.Version, &m.PublicVersion, &m.PublishAt, &m.CreatedAt, &m.ThenStatus, &m.CopiedFromID, &m.RedactedAt, &m.RedactedBy, &m.MailID, &e.ContactName, &e.ContactAddress, &e.Synthetic, &e.AgentName, &e.AgentPublic, &e.attached); err != nil {
			return nil, err
		}
		all = append(all, &e)
	}
	return all, rows.Err()
}

// PublicEntries are what people outside may read of a ticket: published and no notes.
// The query itself leaves notes out; nothing after it has to remember to. With after > 0
// only what became visible later than that public version.
//
// It is the second half of the hottest page, where each column of each row counts: of the
// message only what such a page shows is read (ids, author, HTML, Unconfirmed, PublicVersion,
// RedactedAt, PublishAt, which CreatedAt repeats).
// The files are asked for only when the ticket has any, which the same query tells.
func PublicEntries(ctx context.Context, c Conn, ticketID, after int64, now Stamp) ([]*Entry, error) {
	rows, err := c.query(c.root().brief(ctx), `SELECT m.id, m.pid, m.contact_id, m.agent_id, m.html, m.unconfirmed, m.public_version, m.publish_at, m.redacted_at,
		c.name, c.address, c.synthetic, a.name, a.public_name, EXISTS (SELECT 1 FROM attachments f WHERE f.ticket_id = ?)
		FROM messages m LEFT JOIN contacts c ON c.id = m.contact_id LEFT JOIN agents a ON a.id = m.agent_id
		WHERE m.ticket_id = ? AND m.kind <> 'note' AND m.public_version > ? AND m.publish_at <= ? ORDER BY m.id`, ticketID, ticketID, after, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Entry
	attached := false
	for rows.Next() {
		e := &Entry{Message: Message{TicketID: ticketID}}
		m := &e.Message
		if err := rows.Scan(&m.ID, &m.PID, &m.ContactID, &m.AgentID, &m.HTML, &m.Unconfirmed, &m.PublicVersion, &m.PublishAt, &m.RedactedAt,
			&e.ContactName, &e.ContactAddress, &e.Synthetic, &e.AgentName, &e.AgentPublic, &attached); err != nil {
			return nil, err
		}
		m.CreatedAt = m.PublishAt
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return all, err
	}
	if attached {
		if all, err = withFiles(ctx, c, ticketID, all); err != nil {
			return nil, err
		}
	}
	// A reply that waited stands where it was published, not where it was written.
	slices.SortStableFunc(all, func(a, b *Entry) int { return cmp.Compare(a.PublicVersion, b.PublicVersion) })
	return all, nil
}

// Entries are the whole thread for agents; with after > 0 only what is newer.
func Entries(ctx context.Context, c Conn, ticketID, after int64) ([]*Entry, error) {
	all, err := entries(ctx, c, "WHERE m.ticket_id = ? AND m.version > ? ORDER BY m.id", ticketID, after)
	if err != nil || len(all) == 0 {
		return all, err
	}
	return withFiles(ctx, c, ticketID, all)
}

// withFiles adds the attachments by one more query for the whole thread.
func withFiles(ctx context.Context, c Conn, ticketID int64, all []*Entry) ([]*Entry, error) {
	files, err := attachmentsOf(ctx, c, ticketID, all[0].ID)
	if err != nil || len(files) == 0 {
		return all, err
	}
	at := map[int64]*Entry{}
	for _, e := range all {
		at[e.ID] = e
	}
	for _, f := range files {
		if e := at[f.MessageID]; e != nil {
			e.Files = append(e.Files, f)
		}
	}
	return all, nil
}

// EntryByID reads one entry with its files, for the mail about it.
func EntryByID(ctx context.Context, c Conn, id int64) (*Entry, error) {
	all, err := entries(ctx, c, "WHERE m.id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, NotFound()
	}
	files, err := attachmentsOf(ctx, c, all[0].TicketID, id)
	for _, f := range files {
		if f.MessageID == id {
			all[0].Files = append(all[0].Files, f)
		}
	}
	return all[0], err
}

// ConfirmAuthor takes the mark "address not proven" off what a contact wrote on a ticket,
// once the same contact has acted from a mailed link.
func ConfirmAuthor(ctx context.Context, tx *Tx, ticketID, contactID int64) error {
	_, err := tx.exec(ctx, "UPDATE messages SET unproven = ? WHERE ticket_id = ? AND contact_id = ? AND unproven = ?", false, ticketID, contactID, true)
	return err
}

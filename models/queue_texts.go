package models

import "context"

// TicketWords is what the search index is made from: one ticket's own words.
type TicketWords struct {
	ID, ProjectID, Number int64
	Title, Reference      string
	ReporterName          string
	ReporterAddress       string
	Synthetic             bool
	EndedAt, SnoozedUntil Stamp
	SpamAt                Stamp
	Merged                bool
	Texts                 []TicketText
	// Contacts are who takes part; CompanyID is the company that it is shared by, 0 for none.
	Contacts  []int64
	CompanyID int64
}

// TicketText is the beginning of a message or note.
type TicketText struct {
	Internal bool
	// Waiting: a reply that can still be taken back.
	Waiting bool
	Text    string
}

const wordsColumns = `t.id, t.project_id, t.number, t.title, t.reference, c.name, c.address, c.synthetic, t.ended_at, t.snoozed_until, t.spam_at, t.merged_into_id IS NOT NULL, CASE WHEN t.private = FALSE THEN COALESCE(t.company_id, 0) ELSE 0 END`

// How much of a ticket the index looks at: its first messages and its last, the beginning of each.
const (
	firstTexts = 10
	lastTexts  = 20
	textRunes  = 2000
)

// TicketsForIndex reads what is true now of some tickets; those that are gone are left out.
func TicketsForIndex(ctx context.Context, c Conn, ids []int64) ([]*TicketWords, error) {
	var all []*TicketWords
	for len(ids) > 0 {
		n := min(len(ids), idsAtOnce)
		list, args := idList(ids[:n])
		some, err := ticketWords(ctx, c, "WHERE t.id IN ("+list+")", args)
		if err != nil {
			return nil, err
		}
		all, ids = append(all, some...), ids[n:]
	}
	return all, nil
}

// EachTicket hands over every ticket in batches, for a new index.
func EachTicket(ctx context.Context, c Conn, batch int, f func([]*TicketWords) error) error {
	for after := int64(0); ; {
		some, err := ticketWords(ctx, c, "WHERE t.id > ? ORDER BY t.id LIMIT ?", []any{after, min(batch, idsAtOnce)})
		if err != nil || len(some) == 0 {
			return err
		}
		after = some[len(some)-1].ID
		if err := f(some); err != nil {
			return err
		}
	}
}

func ticketWords(ctx context.Context, c Conn, where string, args []any) ([]*TicketWords, error) {
	rows, err := c.query(ctx, "SELECT "+wordsColumns+" FROM tickets t JOIN contacts c ON c.id = t.reporter_id "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*TicketWords
	var ids []int64
	byID := map[int64]*TicketWords{}
	for rows.Next() {
		var w TicketWords
		if err := rows.Scan(&w.ID, &w.ProjectID, &w.Number, &w.Title, &w.Reference, &w.ReporterName, &w.ReporterAddress, &w.Synthetic, &w.EndedAt, &w.SnoozedUntil, &w.SpamAt, &w.Merged, &w.CompanyID); err != nil {
			return nil, err
		}
		all, ids = append(all, &w), append(ids, w.ID)
		byID[w.ID] = &w
	}
	if err := rows.Err(); err != nil || len(all) == 0 {
		return all, err
	}
	if err := seatsForIndex(ctx, c, ids, byID); err != nil {
		return nil, err
	}
	texts, err := TicketTexts(ctx, c, ids, firstTexts, lastTexts, textRunes)
	for id, list := range texts {
		byID[id].Texts = list
	}
	return all, err
}

// seatsForIndex adds who takes part in tickets.
func seatsForIndex(ctx context.Context, c Conn, tickets []int64, byID map[int64]*TicketWords) error {
	list, args := idList(tickets)
	rows, err := c.query(ctx, "SELECT ticket_id, contact_id FROM participants WHERE ticket_id IN ("+list+") AND moved_to_id IS NULL AND left_at = 0 ORDER BY ticket_id, contact_id", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ticket, contact int64
		if err := rows.Scan(&ticket, &contact); err != nil {
			return err
		}
		byID[ticket].Contacts = append(byID[ticket].Contacts, contact)
	}
	return rows.Err()
}

// TicketTexts reads the beginnings of the first and last messages of tickets, at most 256, in
// their order. runes is how much of each.
func TicketTexts(ctx context.Context, c Conn, ids []int64, first, last, runes int) (map[int64][]TicketText, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	list, args := idList(ids)
	rows, err := c.query(ctx, `SELECT m.ticket_id, m.kind, m.public_version = 0, substr(m.body, 1, ?) FROM (
			SELECT id, ROW_NUMBER() OVER (PARTITION BY ticket_id ORDER BY id) AS up, ROW_NUMBER() OVER (PARTITION BY ticket_id ORDER BY id DESC) AS down
			FROM messages WHERE ticket_id IN (`+list+`)
		) AS hits JOIN messages m ON m.id = hits.id WHERE hits.up <= ? OR hits.down <= ? ORDER BY m.ticket_id, m.id`, append(append([]any{runes}, args...), first, last)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64][]TicketText{}
	for rows.Next() {
		var id int64
		var kind string
		var one TicketText
		if err := rows.Scan(&id, &kind, &one.Waiting, &one.Text); err != nil {
			return nil, err
		}
		one.Internal = kind == MessageNote
		one.Waiting = one.Waiting && !one.Internal
		all[id] = append(all[id], one)
	}
	return all, rows.Err()
}

package models

import (
	"context"
	"strconv"
)

// MovedAccess is what the links of a participant who was moved by a merge open now: their
// own place on the other ticket. It is NotFound when that place has had its links replaced
// since, which ends the older ones too. Token is left to the caller.
func (db *DB) MovedAccess(ctx context.Context, participantID int64) (*Access, *Catalog, error) {
	var a Access
	var version int64
	err := db.row(db.brief(ctx), `SELECT w.catalog_version, `+accessColumns+`
		FROM participants s JOIN participants p ON p.id = s.moved_to_id AND p.generation = s.moved_generation
		JOIN contacts c ON c.id = p.contact_id JOIN tickets t ON t.id = p.ticket_id
		JOIN workspaces w ON w.id = 1 LEFT JOIN agents g ON g.id = t.assignee_id
		WHERE s.id = ?`, participantID).Scan(append([]any{&version}, a.targets()...)...)
	if err != nil {
		return nil, nil, orNotFound(err)
	}
	cat, err := db.catalogAt(ctx, version)
	return &a, cat, err
}

// MoveParticipant lets the links of a participant open another one's ticket from now on, and
// with them those of who had been moved to this participant by an earlier merge.
func MoveParticipant(ctx context.Context, tx *Tx, from, to *Participant) error {
	tx.everything = true
	_, err := tx.exec(ctx, "UPDATE participants SET moved_to_id = ?, moved_generation = ? WHERE id = ? OR (moved_to_id = ? AND moved_generation = ?)",
		to.ID, to.Generation, from.ID, from.ID, from.Generation)
	return err
}

// InsertMessages writes entries at once and gives them their ids.
func InsertMessages(ctx context.Context, tx *Tx, ticketID int64, all []*Message) error {
	if len(all) == 0 {
		return nil
	}
	if err := insert(ctx, tx, &all); err != nil {
		return err
	}
	// The order in which ids come back is promised by nobody: they are read by name.
	rows, err := tx.query(ctx, "SELECT id, pid FROM messages WHERE ticket_id = ?", ticketID)
	if err != nil {
		return err
	}
	defer rows.Close()
	ids := map[string]int64{}
	for rows.Next() {
		var id int64
		var pid string
		if err := rows.Scan(&id, &pid); err != nil {
			return err
		}
		ids[pid] = id
	}
	for _, m := range all {
		m.ID = ids[m.PID]
	}
	return rows.Err()
}

// InsertAttachments writes the rows of files at once; their bytes are kept already.
func InsertAttachments(ctx context.Context, tx *Tx, all []*Attachment) error {
	if len(all) == 0 {
		return nil
	}
	return insert(ctx, tx, &all)
}

// Related is a ticket as it stands beside another one.
type Related struct {
	ID, ProjectID, Number int64
	Reference, Title      string
	StatusID              int64
	Category              Category
	UpdatedAt             Stamp
	MergedIntoID          *int64
	SpamAt                Stamp
	Reporter              string
	// How it is related, one of Related….
	How string
}

// How another ticket is related.
const (
	RelatedLink       = "link"
	RelatedFollows    = "follows"     // this one follows it up
	RelatedFollowedBy = "followed_by" // it follows this one up
	RelatedMergedInto = "merged_into" // this one became part of it
	RelatedMergedFrom = "merged_from" // it became part of this one
)

const relatedColumns = "t.id, t.project_id, t.number, t.reference, t.title, t.status_id, t.category, t.updated_at, t.merged_into_id, t.spam_at"

// relatedMost bounds the list beside a ticket.
const relatedMost = 50

// RelatedTickets lists what stands beside a ticket: merges, follow-ups and links.
func RelatedTickets(ctx context.Context, c Conn, t *Ticket) ([]*Related, error) {
	return related(ctx, c, `SELECT `+relatedColumns+`, '', r.how FROM (
			SELECT other_id AS id, 'link' AS how, 4 AS place FROM ticket_links WHERE ticket_id = ?
			UNION ALL SELECT merged_into_id, 'merged_into', 0 FROM tickets WHERE id = ? AND merged_into_id IS NOT NULL
			UNION ALL SELECT follows_id, 'follows', 1 FROM tickets WHERE id = ? AND follows_id IS NOT NULL
			UNION ALL SELECT id, 'followed_by', 2 FROM tickets WHERE follows_id = ?
			UNION ALL SELECT id, 'merged_from', 3 FROM tickets WHERE merged_into_id = ?
		) r JOIN tickets t ON t.id = r.id ORDER BY r.place, t.number LIMIT ?`, t.ID, t.ID, t.ID, t.ID, t.ID, relatedMost)
}

func related(ctx context.Context, c Conn, query string, args ...any) ([]*Related, error) {
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Related
	for rows.Next() {
		var r Related
		if err := rows.Scan(&r.ID, &r.ProjectID, &r.Number, &r.Reference, &r.Title, &r.StatusID, &r.Category, &r.UpdatedAt, &r.MergedIntoID, &r.SpamAt, &r.Reporter, &r.How); err != nil {
			return nil, err
		}
		all = append(all, &r)
	}
	return all, rows.Err()
}

// FindQuery looks for tickets to merge with or link to.
type FindQuery struct {
	// Number or Reference names one; Words are looked for in titles; ReporterID finds that
	// person's latest. The first that is set counts.
	Number     int64
	Reference  string
	Words      string
	ReporterID int64
	// Projects narrows to these; nil is all, an empty list none. Except leaves one out.
	Projects []int64
	Except   int64
	Limit    int
}

// findRecent is how many of the latest tickets a search by words looks through, so that its
// cost has a bound however large the desk grows.
const findRecent = 20_000

// FindTickets gives the tickets that a query finds, the latest change first.
func FindTickets(ctx context.Context, c Conn, q FindQuery) ([]*Related, error) {
	where, args := "t.id <> ? AND t.spam_at = 0", []any{q.Except}
	if q.Projects != nil {
		where += " AND t.project_id IN (" + places(len(q.Projects)) + ")"
		for _, id := range q.Projects {
			args = append(args, id)
		}
	}
	from := "tickets t"
	switch {
	case q.Number != 0:
		where, args = where+" AND t.number = ?", append(args, q.Number)
	case q.Reference != "":
		where, args = where+" AND t.reference = ?", append(args, q.Reference)
	case q.Words != "":
		from = "(SELECT id, project_id, number, reference, title, status_id, category, updated_at, merged_into_id, spam_at, reporter_id FROM tickets ORDER BY updated_at DESC, id DESC LIMIT " + strconv.Itoa(findRecent) + ") t"
		where, args = where+" AND t.title "+c.root().dialect.like+" ? ESCAPE '!'", append(args, containing(q.Words))
	default:
		where, args = where+" AND t.reporter_id = ?", append(args, q.ReporterID)
	}
	return related(ctx, c, "SELECT "+relatedColumns+", CASE WHEN c.name <> '' THEN c.name WHEN c.synthetic THEN '' ELSE c.address END, '' FROM "+from+" JOIN contacts c ON c.id = t.reporter_id WHERE "+where+" ORDER BY t.updated_at DESC, t.id DESC LIMIT ?", append(args, q.Limit)...)
}

// CopiedFrom gives, for the copies on a ticket, the number of the ticket that each original
// was written on, by the original's id.
func CopiedFrom(ctx context.Context, c Conn, ticketID int64) (map[int64]int64, error) {
	rows, err := c.query(ctx, `SELECT DISTINCT o.id, t.number FROM messages m JOIN messages o ON o.id = m.copied_from_id JOIN tickets t ON t.id = o.ticket_id
		WHERE m.ticket_id = ? AND m.copied_from_id IS NOT NULL`, ticketID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	from := map[int64]int64{}
	for rows.Next() {
		var id, number int64
		if err := rows.Scan(&id, &number); err != nil {
			return nil, err
		}
		from[id] = number
	}
	return from, rows.Err()
}

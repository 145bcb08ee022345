package models

import (
	"context"
	"database/sql"
	"strings"
)

// OwnTicket is a ticket that a contact takes part in, for the short lists of the front page.
type OwnTicket struct {
	Reference, Title    string
	ProjectID, StatusID int64
	Category            Category
	// PublicAt is the last change that people outside see; Unread: since the contact looked.
	PublicAt Stamp
	Unread   bool
}

// OwnCount is how many such tickets have one status of one project.
type OwnCount struct {
	ProjectID, StatusID int64
	Category            Category
	Count               int
}

// ownTickets are the tickets that somebody takes part in, in open projects; neither spam nor part
// of another ticket.
const ownTickets = `FROM participants p JOIN tickets t ON t.id = p.ticket_id
	WHERE p.contact_id = ? AND p.moved_to_id IS NULL AND t.spam_at = 0 AND t.merged_into_id IS NULL AND t.project_id IN (`

// CountOwnTickets counts a contact's tickets by status.
func CountOwnTickets(ctx context.Context, c Conn, contactID int64, projects []int64) ([]OwnCount, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	in, ids := idList(projects)
	rows, err := c.query(ctx, "SELECT t.project_id, t.status_id, t.category, COUNT(*) "+ownTickets+in+") GROUP BY t.project_id, t.status_id, t.category", append([]any{contactID}, ids...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OwnCount
	for rows.Next() {
		var n OwnCount
		if err := rows.Scan(&n.ProjectID, &n.StatusID, &n.Category, &n.Count); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// LatestOwnTickets lists a contact's tickets, the last changed first. With a text only those whose
// title has all its words, or whose reference it is.
func LatestOwnTickets(ctx context.Context, c Conn, contactID int64, projects []int64, text string, limit int) ([]OwnTicket, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	in, ids := idList(projects)
	args := append([]any{contactID}, ids...)
	where := ""
	if words := strings.Fields(text); len(words) > 0 {
		like := c.root().dialect.like
		var each []string
		for _, word := range words[:min(len(words), fallbackWords)] {
			// As in FallbackArticleSearch: SQLite knows no capitals beyond ASCII.
			small := strings.ToLower(word)
			each = append(each, "(t.title "+like+" ? ESCAPE '!' OR t.title "+like+" ? ESCAPE '!')")
			args = append(args, containing(small), containing(capitalize(small)))
		}
		where = " AND (" + strings.Join(each, " AND ") + " OR t.reference = ?)"
		args = append(args, strings.ToUpper(strings.TrimSpace(text)))
	}
	return scanOwnTickets(c.query(ctx, "SELECT t.reference, t.title, t.project_id, t.status_id, t.category, t.public_at, t.public_version > p.seen_version "+ownTickets+in+")"+where+
		" ORDER BY t.public_at DESC, t.id DESC LIMIT ?", append(args, limit)...))
}

func scanOwnTickets(rows *sql.Rows, err error) ([]OwnTicket, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []OwnTicket
	for rows.Next() {
		var t OwnTicket
		if err := rows.Scan(&t.Reference, &t.Title, &t.ProjectID, &t.StatusID, &t.Category, &t.PublicAt, &t.Unread); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

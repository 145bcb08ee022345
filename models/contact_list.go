package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// ContactQuery asks for one page of contacts: with Text by the words they are found by, from A
// to Z, otherwise the newest first.
type ContactQuery struct {
	Text      string
	CompanyID int64 // 0 is all
	// Projects narrows to contacts who take part in tickets of these, and to those that AgentID
	// made; nil is all.
	Projects []int64
	AgentID  int64
	After    *ContactCursor // nil is the first page
	Limit    int
}

// ContactCursor is where a page of contacts ended.
type ContactCursor struct {
	Word []byte // only with a text
	ID   int64
}

// ContactRow is a line of the list of contacts.
type ContactRow struct {
	Contact
	// Open counts tickets that have not ended, among the newest 200.
	Open int
	// The newest ticket; LastNumber 0 is none.
	LastNumber int64
	LastTitle  string
	LastAt     Stamp
	Companies  []Membership
}

// contactScan is how many candidates one page looks at before it says "look further": the
// bound of its cost where few of many are found.
const contactScan = 2000

// Contacts reads one page of contacts. next is where the page after begins, or nil at the end;
// a page may be short and still have one.
func Contacts(ctx context.Context, c Conn, q ContactQuery) (rows []*ContactRow, next *ContactCursor, err error) {
	ids, next, err := q.find(ctx, c)
	if err != nil || len(ids) == 0 {
		return nil, next, err
	}
	rows, err = contactRows(ctx, c, ids, q.Projects)
	return rows, next, err
}

// candidates is the query that the page walks along, one of three, each along an index.
func (q ContactQuery) candidates(words []string) (query, order string, args []any) {
	switch {
	case q.CompanyID != 0:
		query, order, args = "SELECT m.contact_id AS id FROM company_members m WHERE m.company_id = ?", "id DESC", []any{q.CompanyID}
		if q.After != nil {
			query, args = query+" AND m.contact_id < ?", append(args, q.After.ID)
		}
	case len(words) > 0:
		from, to := wordRange(words[0])
		query, order, args = "SELECT w.contact_id AS id, w.word AS word FROM contact_words w WHERE w.word >= ? AND w.word < ?", "word, id", []any{from, to}
		if q.After != nil {
			query, args = query+" AND (w.word, w.contact_id) > (?, ?)", append(args, q.After.Word, q.After.ID)
		}
	default:
		query, order, args = "SELECT k.id AS id FROM contacts k WHERE 1 = 1", "id DESC", nil
		if q.After != nil {
			query, args = query+" AND k.id < ?", append(args, q.After.ID)
		}
	}
	return query + " ORDER BY " + order, order, args
}

// find gives the ids of a page in order.
func (q ContactQuery) find(ctx context.Context, c Conn) (ids []int64, next *ContactCursor, err error) {
	words := searchWords(q.Text)
	if len(words) == 0 && strings.TrimSpace(q.Text) != "" {
		return nil, nil, nil
	}
	if len(words) > 1 && q.CompanyID == 0 {
		if words, err = q.rarestFirst(ctx, c, words); err != nil {
			return nil, nil, err
		}
	}
	walk, order, args := q.candidates(words)
	first := words
	byWord := strings.HasPrefix(order, "word")
	column, where := "", "k.merged_into_id IS NULL AND k.erased_at = 0"
	args = append(args, contactScan)
	if byWord {
		column = ", d.word"
		// Who has several words that fit is shown at the first of them.
		from, _ := wordRange(words[0])
		where, args = where+" AND NOT EXISTS (SELECT 1 FROM contact_words x WHERE x.contact_id = d.id AND x.word >= ? AND x.word < d.word)", append(args, from)
		words = words[1:]
	}
	for _, w := range words {
		from, to := wordRange(w)
		where, args = where+" AND EXISTS (SELECT 1 FROM contact_words x WHERE x.contact_id = d.id AND x.word >= ? AND x.word < ?)", append(args, from, to)
	}
	visible, more := contactVisible("k", q.Projects, q.AgentID)
	args = append(append(args, more...), q.Limit+1)
	rows, err := c.query(ctx, "SELECT d.id"+column+" FROM ("+walk+" LIMIT ?) AS d JOIN contacts k ON k.id = d.id WHERE "+where+visible+
		" ORDER BY "+strings.NewReplacer("word", "d.word", "id", "d.id").Replace(order)+" LIMIT ?", args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var at ContactCursor
		targets := []any{&at.ID}
		if byWord {
			targets = append(targets, &at.Word)
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, nil, err
		}
		if len(ids) == q.Limit {
			return ids, next, nil // there is one more
		}
		ids, next = append(ids, at.ID), &at
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	// Fewer than a page: either that was all, or as much as one page may look at.
	next, err = q.lastCandidate(ctx, c, first, byWord)
	return ids, next, err
}

// rarestFirst puts the word that fewest begin with in front, up to a bound, because the page
// walks along it; a further page goes on along the word that the first one chose.
func (q ContactQuery) rarestFirst(ctx context.Context, c Conn, words []string) ([]string, error) {
	best := 0
	if q.After != nil {
		best = max(0, slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(string(q.After.Word), w) }))
	} else {
		var columns []string
		var args []any
		counts, targets := make([]int, len(words)), make([]any, len(words))
		for i, w := range words {
			from, to := wordRange(w)
			columns, args = append(columns, fmt.Sprintf("(SELECT COUNT(*) FROM (SELECT 1 FROM contact_words WHERE word >= ? AND word < ? LIMIT %d) AS w%d)", contactScan, i)), append(args, from, to)
			targets[i] = &counts[i]
		}
		if err := c.row(ctx, "SELECT "+strings.Join(columns, ", "), args...).Scan(targets...); err != nil {
			return nil, err
		}
		best = slices.Index(counts, slices.Min(counts))
	}
	return append([]string{words[best]}, slices.Delete(slices.Clone(words), best, best+1)...), nil
}

// lastCandidate is where the walk of a page ended before its end, or nil.
func (q ContactQuery) lastCandidate(ctx context.Context, c Conn, words []string, byWord bool) (*ContactCursor, error) {
	walk, _, args := q.candidates(words)
	var at ContactCursor
	targets := []any{&at.ID}
	if byWord {
		targets = append(targets, &at.Word)
	}
	err := c.row(ctx, walk+" LIMIT 1 OFFSET ?", append(args, contactScan-1)...).Scan(targets...)
	if err = orNotFound(err); err != nil {
		if KindOf(err) == KindNotFound {
			return nil, nil
		}
		return nil, err
	}
	return &at, nil
}

// contactVisible writes which contacts an agent of some projects sees: nil projects see all.
func contactVisible(table string, projects []int64, agentID int64) (string, []any) {
	if projects == nil {
		return "", nil
	}
	scope, args := inProjects("t.project_id", projects)
	return " AND (" + table + ".agent_id = ? OR EXISTS (SELECT 1 FROM participants p JOIN tickets t ON t.id = p.ticket_id WHERE p.contact_id = " + table + ".id" + scope + "))",
		append([]any{agentID}, args...)
}

// SeesContact says whether an agent of some projects (nil: all) sees a contact.
func SeesContact(ctx context.Context, c Conn, contactID int64, projects []int64, agentID int64) (bool, error) {
	visible, args := contactVisible("k", projects, agentID)
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM contacts k WHERE k.id = ?"+visible, append([]any{contactID}, args...)...).Scan(&n)
	return n > 0, err
}

// contactRows reads the lines of these contacts, in their order.
func contactRows(ctx context.Context, c Conn, ids []int64, projects []int64) ([]*ContactRow, error) {
	scope, scoped := inProjects("t.project_id", projects)
	in, args := idList(ids)
	all := append(append(append([]any{}, scoped...), scoped...), args...)
	rows, err := c.query(ctx, "SELECT "+qualified("c", contactColumns)+`,
		(SELECT COUNT(*) FROM (SELECT p.ticket_id FROM participants p WHERE p.contact_id = c.id ORDER BY p.ticket_id DESC LIMIT 200) AS recent
			JOIN tickets t ON t.id = recent.ticket_id WHERE t.ended_at = 0 AND t.spam_at = 0`+scope+`),
		COALESCE(l.number, 0), COALESCE(l.title, ''), COALESCE(l.updated_at, 0)
		FROM contacts c LEFT JOIN tickets l ON l.id = (SELECT t.id FROM participants p JOIN tickets t ON t.id = p.ticket_id WHERE p.contact_id = c.id`+scope+` ORDER BY p.ticket_id DESC LIMIT 1)
		WHERE c.id IN (`+in+")", all...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*ContactRow
	for rows.Next() {
		var r ContactRow
		k := &r.Contact
		if err := rows.Scan(&k.ID, &k.Address, &k.AddressKey, &k.Synthetic, &k.Name, &k.Locale, &k.Origin, &k.ProvenAt, &k.CreatedAt, &k.Notes, &k.AgentID, &k.MergedIntoID, &k.ErasedAt,
			&r.Open, &r.LastNumber, &r.LastTitle, &r.LastAt); err != nil {
			return nil, err
		}
		list = append(list, &r)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	slices.SortFunc(list, func(a, b *ContactRow) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	of, err := MembershipsOf(ctx, c, ids)
	for _, r := range list {
		r.Companies = of[r.ID]
	}
	return list, err
}

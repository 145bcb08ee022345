package models

import (
	"context"
	"database/sql"
	"slices"
)

// SortPriority is the most urgent first; only customers' lists have it.
const SortPriority = "priority"

// CustomerSorts are the orders of a customer's list: the last public change, creation, priority,
// and what is due next.
var CustomerSorts = []string{SortUpdated, SortCreated, SortPriority, SortDue}

// CustomerQuery asks for a page of the tickets of a signed-in customer (CP-7): their own, or with
// CompanyID those that this company shares. Whether it shares anything with them is the caller's to
// know (CompanyShared.Shares).
type CustomerQuery struct {
	ContactID, CompanyID int64
	// Projects are those whose tickets are listed; an empty list finds nothing.
	Projects []int64
	// Categories, TypeIDs and Priority narrow; their zero values do not. A TypeIDs that is empty but
	// not nil finds nothing.
	Categories []Category
	TypeIDs    []int64
	Priority   int64
	// From and To bound the creation: at or after, and before; 0 is no bound.
	From, To Stamp
	// Unread narrows to what the contact has a part in and has not read to its end.
	Unread bool
	// IDs, when not nil, are the only tickets looked at, at most 256: what the search index found.
	IDs []int64
	// Sort is one of CustomerSorts; SortDue leaves out what is not due after Now.
	Sort string
	Now  Stamp
	// After begins the page behind a row: its key and its ticket's reference. An empty reference is
	// the first page.
	After          Stamp
	AfterReference string
	Limit          int
}

// CustomerKey is a place in a customer's list.
type CustomerKey struct {
	Key Stamp
	ID  int64
}

// listSource is where a list of tickets comes from: seats, or the tickets of a company. The key
// and id columns come first in its indexes, what is filtered by stands in them, too.
type listSource struct {
	table, id, created string
	keys, indexes      map[string]string
	holds              string
}

const (
	seatHolds   = "x.hidden = FALSE AND x.moved_to_id IS NULL AND x.left_at = 0"
	sharedHolds = "x.company_id IS NOT NULL AND x.private = FALSE AND x.spam_at = 0 AND x.merged_into_id IS NULL"
)

var (
	ownSource = listSource{"participants", "x.ticket_id", "x.opened_at",
		map[string]string{SortUpdated: "x.public_at", SortCreated: "x.opened_at", SortPriority: "x.priority", SortDue: "x.promise_at"},
		map[string]string{SortUpdated: "seats_changed", SortCreated: "seats_opened", SortPriority: "seats_priority", SortDue: "seats_due"}, seatHolds}
	sharedSource = listSource{"tickets", "x.id", "x.created_at",
		map[string]string{SortUpdated: "x.public_at", SortCreated: "x.created_at", SortPriority: "x.priority", SortDue: "x.promise_at"},
		map[string]string{SortUpdated: "shared_changed", SortCreated: "shared_opened", SortPriority: "shared_priority", SortDue: "shared_due"}, sharedHolds}
)

func (q *CustomerQuery) source() (listSource, []part) {
	if q.CompanyID != 0 {
		return sharedSource, []part{{"x.company_id = ?", []any{q.CompanyID}}, {sql: sharedHolds}}
	}
	return ownSource, []part{{"x.contact_id = ?", []any{q.ContactID}}, {sql: seatHolds}}
}

func (q *CustomerQuery) none() bool {
	return len(q.Projects) == 0 || q.TypeIDs != nil && len(q.TypeIDs) == 0 || q.IDs != nil && len(q.IDs) == 0
}

// statement is the query of one page: the ids with their keys, one more than Limit.
func (q *CustomerQuery) statement(c Conn) (string, []any) {
	s, parts := q.source()
	sort := q.Sort
	if s.keys[sort] == "" {
		sort = SortUpdated
	}
	key, down, hint := s.keys[sort], sort != SortDue, c.root().dialect.indexed(s.indexes[sort])
	add := func(sql string, args ...any) { parts = append(parts, part{sql, args}) }
	if q.IDs != nil {
		list, args := idList(q.IDs)
		add(s.id+" IN ("+list+")", args...)
		hint = ""
	}
	if sort == SortDue {
		add(key + " > 0") // as the index says it
		add(key+" > ?", q.Now)
	}
	if q.AfterReference != "" {
		const at = "COALESCE((SELECT id FROM tickets WHERE reference = ?), 0)"
		if down {
			add(key+" <= ? AND ("+key+" < ? OR "+s.id+" < "+at+")", q.After, q.After, q.AfterReference)
		} else {
			add(key+" >= ? AND ("+key+" > ? OR "+s.id+" > "+at+")", q.After, q.After, q.AfterReference)
		}
	}
	parts = append(parts, oneOf("x.project_id", q.Projects))
	if len(q.Categories) > 0 {
		p := part{sql: "x.category IN (" + places(len(q.Categories)) + ")"}
		for _, category := range q.Categories {
			p.args = append(p.args, string(category))
		}
		parts = append(parts, p)
	}
	if q.TypeIDs != nil {
		parts = append(parts, oneOf("x.type_id", q.TypeIDs))
	}
	if q.Priority != 0 {
		add("x.priority = ?", q.Priority)
	}
	if q.From != 0 {
		add(s.created+" >= ?", q.From)
	}
	if q.To != 0 {
		add(s.created+" < ?", q.To)
	}
	switch {
	case q.Unread && q.CompanyID == 0:
		add("x.seen_version < x.public_version")
	case q.Unread:
		add("EXISTS (SELECT 1 FROM participants u WHERE u.ticket_id = x.id AND u.contact_id = ? AND u.moved_to_id IS NULL AND u.left_at = 0 AND u.seen_version < u.public_version)", q.ContactID)
	}
	where, args := joinParts(parts)
	order := " ORDER BY k DESC, id DESC"
	if !down {
		order = " ORDER BY k, id"
	}
	return "SELECT " + s.id + " AS id, " + key + " AS k FROM " + s.table + " x" + hint + " WHERE " + where + order + " LIMIT ?", append(args, q.Limit+1)
}

// CustomerRow is a line of a customer's list. Of the ticket only what the list shows and what
// decides about its times is read.
type CustomerRow struct {
	Ticket
	Team, Reporter string
	// Seat: they take part themselves. Seen is how far they have read then.
	Seat bool
	Seen int64
	Key  Stamp
}

// CustomerTickets reads one page of a customer's tickets; more says that there are others behind.
func CustomerTickets(ctx context.Context, c Conn, q CustomerQuery) (all []*CustomerRow, more bool, err error) {
	if q.none() {
		return nil, false, nil
	}
	text, args := q.statement(c)
	keys, err := customerKeys(c.query(ctx, text, args...))
	if err != nil {
		return nil, false, err
	}
	if more = len(keys) > q.Limit; more {
		keys = keys[:q.Limit]
	}
	for some := range slices.Chunk(keys, idsAtOnce) {
		rows, err := customerRows(ctx, c, q.ContactID, some)
		if err != nil {
			return nil, false, err
		}
		all = append(all, rows...)
	}
	return all, more, nil
}

func customerKeys(rows *sql.Rows, err error) ([]CustomerKey, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []CustomerKey
	for rows.Next() {
		var k CustomerKey
		if err := rows.Scan(&k.ID, &k.Key); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

func customerRows(ctx context.Context, c Conn, contactID int64, keys []CustomerKey) ([]*CustomerRow, error) {
	wanted := make([]int64, len(keys))
	for i, k := range keys {
		wanted[i] = k.ID
	}
	list, args := idList(wanted)
	rows, err := c.query(ctx, `SELECT t.id, t.project_id, t.reference, t.title, t.type_id, t.status_id, t.category, t.priority, t.team_id, t.company_id, t.public_version, t.created_at, t.public_at,
		t.outside_hours, t.answered_at, t.asked_at, t.talked_at, t.reminded_at, t.promise_at, COALESCE(m.name, ''), r.name, s.id IS NOT NULL, COALESCE(s.seen_version, 0)
		FROM tickets t JOIN contacts r ON r.id = t.reporter_id LEFT JOIN teams m ON m.id = t.team_id
		LEFT JOIN participants s ON s.ticket_id = t.id AND s.contact_id = ? AND s.moved_to_id IS NULL AND s.left_at = 0 WHERE t.id IN (`+list+`)`, append([]any{contactID}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]*CustomerRow{}
	for rows.Next() {
		var r CustomerRow
		t := &r.Ticket
		if err := rows.Scan(&t.ID, &t.ProjectID, &t.Reference, &t.Title, &t.TypeID, &t.StatusID, &t.Category, &t.Priority, &t.TeamID, &t.CompanyID, &t.PublicVersion, &t.CreatedAt, &t.PublicAt,
			&t.OutsideHours, &t.AnsweredAt, &t.AskedAt, &t.TalkedAt, &t.RemindedAt, &t.PromiseAt, &r.Team, &r.Reporter, &r.Seat, &r.Seen); err != nil {
			return nil, err
		}
		byID[t.ID] = &r
	}
	all := make([]*CustomerRow, 0, len(keys))
	for _, k := range keys {
		if r := byID[k.ID]; r != nil {
			r.Key = k.Key
			all = append(all, r)
		}
	}
	return all, rows.Err()
}

// CustomerCount is how many tickets of a customer's list are of one project and status.
type CustomerCount struct {
	ProjectID, StatusID int64
	Category            Category
	Count, Unread       int
}

// CountCustomerTickets counts the newest tickets of a list by project and status, up to most of
// them: cut says that there are more. Only contact, company and projects of the query count.
func CountCustomerTickets(ctx context.Context, c Conn, q CustomerQuery, most int) (all []CustomerCount, cut bool, err error) {
	if len(q.Projects) == 0 {
		return nil, false, nil
	}
	text, args := q.count(c)
	rows, err := c.query(ctx, text, append(args, most+1)...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	sum := 0
	for rows.Next() {
		var n CustomerCount
		if err := rows.Scan(&n.ProjectID, &n.StatusID, &n.Category, &n.Count, &n.Unread); err != nil {
			return nil, false, err
		}
		sum += n.Count
		all = append(all, n)
	}
	return all, sum > most, rows.Err()
}

func (q *CustomerQuery) count(c Conn) (string, []any) {
	s, parts := q.source()
	unread := "0"
	if q.CompanyID == 0 {
		unread = "CASE WHEN x.seen_version < x.public_version THEN 1 ELSE 0 END"
	}
	where, args := joinParts(append(parts, oneOf("x.project_id", q.Projects)))
	// A status is of one project and means one thing.
	return "SELECT MIN(project_id), status_id, MIN(category), COUNT(*), SUM(unread) FROM (SELECT x.project_id AS project_id, x.status_id AS status_id, x.category AS category, " + unread + " AS unread FROM " + s.table + " x" +
		c.root().dialect.indexed(s.indexes[SortUpdated]) + " WHERE " + where + " ORDER BY x.public_at DESC, " + s.id + " DESC LIMIT ?) AS counted GROUP BY status_id ORDER BY status_id", args
}

// PendingByTicket are the promises of tickets, at most 256, that are still to be kept and not late;
// the next first.
func PendingByTicket(ctx context.Context, c Conn, tickets []int64, now Stamp) (map[int64][]PendingPromise, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	list, args := idList(tickets)
	rows, err := c.query(ctx, "SELECT ticket_id, kind, due_at, calendar_id FROM promises WHERE ticket_id IN ("+list+") AND met_at = 0 AND ended_at = 0 AND due_at > ? ORDER BY due_at, id", append(args, now)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64][]PendingPromise{}
	for rows.Next() {
		var id int64
		var p PendingPromise
		if err := rows.Scan(&id, &p.Kind, &p.DueAt, &p.CalendarID); err != nil {
			return nil, err
		}
		all[id] = append(all[id], p)
	}
	return all, rows.Err()
}

// CompanyShared is a company as one of its members stands to it.
type CompanyShared struct {
	ID                      int64
	Name, Key               string
	Manager                 bool
	MemberSees, CompanySees string
	// TimeLeft is what is left of its bought minutes; nil where none were bought.
	TimeLeft *int64
}

// Shares says whether this member sees the company's tickets.
func (s *CompanyShared) Shares() bool {
	sees := Standing{Member: true, Manager: s.Manager, MemberSees: s.MemberSees, CompanySees: s.CompanySees}.Sees()
	return sees == SeesCompany || sees == SeesCompanyAndReply
}

// CompaniesOfMember lists the companies of a contact with what each shares with them, by name.
func CompaniesOfMember(ctx context.Context, c Conn, contactID int64) ([]*CompanyShared, error) {
	rows, err := c.query(ctx, `SELECT k.id, k.name, k.name_key, m.manager, m.sees, k.sees, CASE WHEN k.minutes_bought > 0 THEN k.minutes_bought - k.minutes_used END
		FROM company_members m JOIN contacts c ON c.id = m.contact_id AND c.proven_at > 0 JOIN companies k ON k.id = m.company_id WHERE m.contact_id = ? ORDER BY k.name_key, k.id`, contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*CompanyShared
	for rows.Next() {
		var k CompanyShared
		if err := rows.Scan(&k.ID, &k.Name, &k.Key, &k.Manager, &k.MemberSees, &k.CompanySees, &k.TimeLeft); err != nil {
			return nil, err
		}
		all = append(all, &k)
	}
	return all, rows.Err()
}

package models

import (
	"context"
	"strings"
)

// The agents' views of the queue. Snoozed tickets and spam are in no view but their own;
// merged ones are in ViewAll alone.
const (
	ViewMine       = "mine"
	ViewTeam       = "team"
	ViewUnassigned = "unassigned"
	ViewOpen       = "open"
	ViewSnoozed    = "snoozed"
	ViewEnded      = "ended"
	ViewSpam       = "spam"
	ViewAll        = "all"
)

// QueueViews are all views in their order.
var QueueViews = []string{ViewMine, ViewTeam, ViewUnassigned, ViewOpen, ViewSnoozed, ViewEnded, ViewSpam, ViewAll}

// QueueCategories are what statuses can mean, in the order of a ticket's life.
var QueueCategories = []Category{CategoryNew, CategoryOpen, CategoryWaiting, CategoryOnHold, CategoryResolved, CategoryClosed, CategoryRejected}

// The orders of the queue: newest change first, newest ticket first, next due first (those
// without a due date are left out).
const (
	SortUpdated = "updated"
	SortCreated = "created"
	SortDue     = "due"
)

const (
	// listWindow is how many tickets of an index are looked through for one page when a
	// filter remains that no index serves. What lies behind is the page after.
	listWindow = 10_000
	// countWindow is the same for a counter, of which a page has many.
	countWindow = 2_000
	// mostBranches is how many values of one filter become ranges of an index each.
	mostBranches = 12
	// rareTag is up to how many tickets a tag leads to them, instead of being looked for.
	rareTag = 2_000
)

// QueueQuery asks for one page of the queue. The page after a row begins behind its (key,
// ID), where key is what Sort orders by: cost stays flat however deep one pages.
type QueueQuery struct {
	View    string
	AgentID int64
	// Teams are the agent's own, for ViewTeam.
	Teams []int64
	// Projects narrows to these; nil is all, an empty list none.
	Projects []int64

	// The filters; the zero value of each is no filter. StatusIDs and TypeIDs hold the ids
	// that one slug has in several projects; not nil and empty finds nothing.
	ProjectID  int64
	StatusIDs  []int64
	Category   Category
	TypeIDs    []int64
	Priority   int64
	TeamID     int64
	AssigneeID int64
	Nobody     bool
	CompanyID  int64
	TagID      int64
	// Due is one of QueueDues. Now is the moment that "overdue" means, DateSoon until when a due
	// date is near, Until the end of today.
	Due                  string
	Now, DateSoon, Until Stamp
	// Title narrows to titles that hold this text, while the search index is away.
	Title string
	// IDs narrows to these, at most 256: what the search index has found.
	IDs []int64

	Sort     string // SortUpdated when empty
	Before   Stamp  // the key of the row before; 0 is the first page
	BeforeID int64
	Limit    int
	// Since narrows to what has changed after it; 0 is no limit.
	Since Stamp
}

// QueueKey is a place in the queue: what it is sorted by, and the ticket.
type QueueKey struct {
	Key Stamp
	ID  int64
}

// driver is an index of tickets and what it is led by.
type driver struct {
	index string
	lead  string // "" or one of the leads of QueueQuery.leads
	// holds is the condition of a partial index.
	holds string
	// free: the index holds tickets of nobody only.
	free bool
	// loose: much of what the index holds may not be in the view.
	loose bool
}

const (
	inLists  = "t.spam_at = 0 AND t.snoozed_until = 0 AND t.merged_into_id IS NULL"
	isActive = "t.ended_at = 0 AND " + inLists
)

var viewHolds = map[string]string{
	ViewMine: isActive, ViewTeam: isActive, ViewUnassigned: isActive, ViewOpen: isActive,
	ViewSnoozed: "t.snoozed_until > 0 AND t.spam_at = 0 AND t.merged_into_id IS NULL",
	ViewEnded:   "t.ended_at > 0 AND " + inLists,
	ViewSpam:    "t.spam_at > 0",
	ViewAll:     "t.spam_at = 0 AND t.snoozed_until = 0",
}

var (
	byCompany = driver{index: "tickets_company", lead: "company", holds: "t.company_id IS NOT NULL", loose: true}
	byStatus  = driver{index: "tickets_status", lead: "status"}
	byProject = driver{index: "tickets_project", lead: "project", loose: true}
)

// drivers lists for each kind of view and order the indexes that can serve it, the most
// selective first. The first whose lead is among the filters is taken; the last has none.
var drivers = map[string][]driver{
	"active updated": {
		{index: "queue_open_assignee", lead: "assignee", holds: isActive + " AND t.assignee_id IS NOT NULL"},
		{index: "queue_free_project", lead: "project", holds: isActive + " AND t.assignee_id IS NULL", free: true},
		{index: "queue_free", holds: isActive + " AND t.assignee_id IS NULL", free: true},
		byCompany,
		{index: "queue_open_team", lead: "team", holds: isActive + " AND t.team_id IS NOT NULL"},
		byStatus,
		{index: "queue_open_project", lead: "project", holds: isActive},
		{index: "queue_open_category", lead: "category", holds: isActive},
		{index: "queue_open", holds: isActive},
	},
	"active created": {
		{index: "queue_open_assignee_created", lead: "assignee", holds: isActive + " AND t.assignee_id IS NOT NULL"},
		{index: "queue_free_created", holds: isActive + " AND t.assignee_id IS NULL", free: true},
		{index: "queue_open_project_created", lead: "project", holds: isActive},
		{index: "queue_open_created", holds: isActive},
	},
	"active due": {
		{index: "queue_open_assignee_due", lead: "assignee", holds: isActive + " AND t.next_at > 0 AND t.assignee_id IS NOT NULL"},
		{index: "queue_open_project_due", lead: "project", holds: isActive + " AND t.next_at > 0"},
		{index: "queue_open_due", holds: isActive + " AND t.next_at > 0"},
	},
	"ended updated":   {byCompany, byStatus, byProject, {index: "tickets_ended", holds: "t.ended_at > 0"}},
	"all updated":     {byCompany, byStatus, byProject, {index: "tickets_updated"}},
	"ended created":   {{index: "tickets_created", loose: true}},
	"all created":     {{index: "tickets_created"}},
	"ended due":       {{index: "tickets_due", holds: "t.next_at > 0", loose: true}},
	"all due":         {{index: "tickets_due", holds: "t.next_at > 0"}},
	"snoozed updated": {{index: "queue_snoozed", holds: "t.snoozed_until > 0"}},
	"spam updated":    {{index: "tickets_spam", holds: "t.spam_at > 0"}},
}

// part is a condition with its arguments.
type part struct {
	sql  string
	args []any
}

func joinParts(parts []part) (string, []any) {
	var texts []string
	var args []any
	for _, p := range parts {
		if p.sql != "" {
			texts, args = append(texts, p.sql), append(args, p.args...)
		}
	}
	return strings.Join(texts, " AND "), args
}

func oneOf(column string, ids []int64) part {
	p := part{sql: column + " IN (" + places(len(ids)) + ")"}
	if len(ids) == 1 {
		p.sql = column + " = ?"
	}
	for _, id := range ids {
		p.args = append(p.args, id)
	}
	return p
}

// leads are the filters that an index may be led by, with their values.
func (q *QueueQuery) leads() map[string]lead {
	all := map[string]lead{}
	add := func(name, column string, ids ...int64) { all[name] = lead{column: column, ids: ids} }
	switch {
	case q.View == ViewMine:
		add("assignee", "t.assignee_id", q.AgentID)
	case q.AssigneeID != 0:
		add("assignee", "t.assignee_id", q.AssigneeID)
	}
	switch {
	case q.View == ViewTeam:
		add("team", "t.team_id", q.Teams...)
	case q.TeamID != 0:
		add("team", "t.team_id", q.TeamID)
	}
	switch {
	case q.ProjectID != 0:
		add("project", "t.project_id", q.ProjectID)
	case q.Projects != nil:
		add("project", "t.project_id", q.Projects...)
	}
	if q.CompanyID != 0 {
		add("company", "t.company_id", q.CompanyID)
	}
	if q.StatusIDs != nil {
		add("status", "t.status_id", q.StatusIDs...)
	}
	if q.Category != "" {
		all["category"] = lead{column: "t.category", word: string(q.Category)}
	}
	return all
}

type lead struct {
	column string
	ids    []int64
	word   string
}

// ranges are the conditions that make one range of an index each.
func (l lead) ranges() []part {
	if l.word != "" {
		return []part{{l.column + " = ?", []any{l.word}}}
	}
	all := []part{}
	for _, id := range l.ids {
		all = append(all, part{l.column + " = ?", []any{id}})
	}
	return all
}

func (l lead) all() part {
	if l.word != "" {
		return part{l.column + " = ?", []any{l.word}}
	}
	return oneOf(l.column, l.ids)
}

// plan is how a query is answered: ranges of one index, and what remains to be looked at.
type plan struct {
	driver
	hint   string
	view   string // what the index does not hold of the view's condition
	key    string
	down   bool // newest first
	ranges []part
	rest   []part
	// narrowed: something remains that may turn away most of what the index gives.
	narrowed bool
	none     bool
}

func (q *QueueQuery) plan(c Conn, tagRare bool) plan {
	p := plan{key: "t.updated_at", down: true}
	kind, order := q.View, q.Sort
	switch q.View {
	case ViewMine, ViewTeam, ViewUnassigned, ViewOpen:
		kind = "active"
	case ViewSnoozed, ViewSpam:
		order = SortUpdated // few: they have one order
	}
	kind, p.none = q.dueKind(kind)
	if DueOrdered(q.Due) && q.View != ViewSnoozed && q.View != ViewSpam {
		order = SortDue
	}
	switch order {
	case SortCreated:
		p.key = "t.created_at"
	case SortDue:
		p.key, p.down = "t.next_at", false
	default:
		order = SortUpdated
	}
	leads := q.leads()
	free := q.View == ViewUnassigned || q.Nobody
	for _, d := range drivers[kind+" "+order] {
		l, led := leads[d.lead]
		if (d.lead == "" || led && len(l.ids) <= mostBranches) && (!d.free || free) {
			p.driver = d
			break
		}
	}
	if q.Due == DuePaused && kind == "active" && order == SortUpdated && leads["assignee"].ids == nil {
		p.driver = byPaused
	}
	p.hint = c.root().dialect.indexed(p.index)
	switch {
	case len(q.IDs) > 0:
		list, args := idList(q.IDs)
		p.driver, p.hint, p.ranges = driver{}, "", []part{{"t.id IN (" + list + ")", args}}
	case tagRare && q.TagID != 0:
		p.driver, p.hint, p.ranges = driver{}, "", []part{{"t.id IN (SELECT ticket_id FROM ticket_tags WHERE tag_id = ?)", []any{q.TagID}}}
	case p.lead != "":
		p.ranges = leads[p.lead].ranges()
	default:
		p.ranges = []part{{}}
	}
	if p.view = viewHolds[q.View]; strings.Contains(p.holds, p.view) {
		p.view = ""
	}
	bounded := p.index == "" // what leads there is small by itself
	rest := func(one part) {
		p.rest = append(p.rest, one)
		p.narrowed = !bounded
	}
	p.narrowed = p.loose && q.View != ViewAll && !bounded
	for _, name := range []string{"assignee", "team", "project", "company", "status", "category"} {
		l, led := leads[name]
		if !led {
			continue
		}
		if l.word == "" && len(l.ids) == 0 {
			p.none = true
		}
		if name != p.lead {
			rest(l.all())
		}
	}
	if q.View == ViewMine && q.AssigneeID != 0 && q.AssigneeID != q.AgentID {
		p.none = true
	}
	if q.View == ViewTeam && q.TeamID != 0 {
		rest(oneOf("t.team_id", []int64{q.TeamID}))
	}
	if free && !p.free {
		rest(part{sql: "t.assignee_id IS NULL"})
	}
	if q.TypeIDs != nil {
		p.none = p.none || len(q.TypeIDs) == 0
		rest(oneOf("t.type_id", q.TypeIDs))
	}
	if q.Priority != 0 {
		rest(oneOf("t.priority", []int64{q.Priority}))
	}
	if q.TagID != 0 && !tagRare {
		rest(part{"EXISTS (SELECT 1 FROM ticket_tags g WHERE g.ticket_id = t.id AND g.tag_id = ?)", []any{q.TagID}})
	}
	if q.Title != "" {
		rest(part{"t.title " + c.root().dialect.like + " ? ESCAPE '!'", []any{"%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(q.Title) + "%"}})
	}
	if q.Since != 0 {
		p.rest = append(p.rest, part{"t.updated_at > ?", []any{q.Since}})
	}
	if order == SortDue && bounded && !DueOrdered(q.Due) {
		p.rest = append(p.rest, part{sql: "t.next_at > 0"})
	}
	q.narrowDue(&p, bounded)
	return p
}

// behind narrows to what comes after a place, beyond turns that round.
func (p *plan) behind(at QueueKey) part {
	if at.Key == 0 {
		return part{}
	}
	if p.down {
		return part{p.key + " <= ? AND (" + p.key + " < ? OR t.id < ?)", []any{at.Key, at.Key, at.ID}}
	}
	return part{p.key + " >= ? AND (" + p.key + " > ? OR t.id > ?)", []any{at.Key, at.Key, at.ID}}
}

func (p *plan) upTo(at QueueKey) part {
	if at.Key == 0 {
		return part{}
	}
	if p.down {
		return part{p.key + " >= ? AND (" + p.key + " > ? OR t.id >= ?)", []any{at.Key, at.Key, at.ID}}
	}
	return part{p.key + " <= ? AND (" + p.key + " < ? OR t.id <= ?)", []any{at.Key, at.Key, at.ID}}
}

func (p *plan) order(key, id string) string {
	if p.down {
		return " ORDER BY " + key + " DESC, " + id + " DESC"
	}
	return " ORDER BY " + key + ", " + id
}

// window is the place up to which a narrowed query looks; the zero key when the index ends
// before it. It walks the index alone.
func (p *plan) window(ctx context.Context, c Conn, after QueueKey, size int) (QueueKey, error) {
	var edge QueueKey
	if !p.narrowed {
		return edge, nil
	}
	for _, r := range p.ranges {
		where, args := joinParts([]part{r, {sql: p.holds}, p.behind(after)})
		if where == "" {
			where = "1 = 1"
		}
		rows, err := c.query(ctx, "SELECT "+p.key+", t.id FROM tickets t"+p.hint+" WHERE "+where+p.order(p.key, "t.id")+" LIMIT 1 OFFSET ?", append(args, size)...)
		if err != nil {
			return edge, err
		}
		for rows.Next() {
			var at QueueKey
			if err = rows.Scan(&at.Key, &at.ID); err != nil {
				break
			}
			if nearer := at.Key > edge.Key || at.Key == edge.Key && at.ID > edge.ID; edge.Key == 0 || nearer == p.down {
				edge = at
			}
		}
		err = firstQueueError(err, rows.Err(), rows.Close())
		if err != nil {
			return edge, err
		}
	}
	return edge, nil
}

func firstQueueError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// rare says whether the filtered tag leads to so few tickets that they can all be looked at.
func (q *QueueQuery) rare(ctx context.Context, c Conn) (bool, error) {
	if q.TagID == 0 {
		return false, nil
	}
	var n int
	err := c.row(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM ticket_tags WHERE tag_id = ? LIMIT ?) AS counted", q.TagID, rareTag+1).Scan(&n)
	return n <= rareTag, err
}

// Queue reads the lines of one page of the queue.
func Queue(ctx context.Context, c Conn, q QueueQuery) ([]*QueueRow, error) {
	rows, _, _, err := QueuePage(ctx, c, q)
	return rows, err
}

// QueuePage reads one page of the queue. next is where the page after begins; the zero key
// at the end. cut says that the look ended before the page was full (see listWindow): next
// then goes on from there.
func QueuePage(ctx context.Context, c Conn, q QueueQuery) (rows []*QueueRow, next QueueKey, cut bool, err error) {
	rare, err := q.rare(ctx, c)
	if err != nil {
		return nil, next, false, err
	}
	p := q.plan(c, rare)
	if p.none {
		return nil, next, false, nil
	}
	after := QueueKey{q.Before, q.BeforeID}
	edge, err := p.window(ctx, c, after, listWindow)
	if err != nil {
		return nil, next, false, err
	}
	var parts []string
	var args []any
	for _, r := range p.ranges {
		where, more := joinParts(append([]part{r, {sql: p.holds}, {sql: p.view}, p.behind(after), p.upTo(edge)}, p.rest...))
		parts, args = append(parts, "SELECT t.id AS id, "+p.key+" AS k FROM tickets t"+p.hint+" WHERE "+where), append(args, more...)
	}
	found, err := c.query(ctx, strings.Join(parts, " UNION ALL ")+p.order("k", "id")+" LIMIT ?", append(args, q.Limit+1)...)
	if err != nil {
		return nil, next, false, err
	}
	defer found.Close()
	var keys []QueueKey
	for found.Next() {
		var k QueueKey
		if err := found.Scan(&k.ID, &k.Key); err != nil {
			return nil, next, false, err
		}
		keys = append(keys, k)
	}
	if err := found.Err(); err != nil {
		return nil, next, false, err
	}
	switch {
	case len(keys) > q.Limit:
		keys = keys[:q.Limit]
		next = keys[q.Limit-1]
	case edge.Key != 0:
		next, cut = edge, true
	}
	ids := make([]int64, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	rows, err = QueueRows(ctx, c, ids)
	return rows, next, cut, err
}

// QueueCount counts a view up to most.
func QueueCount(ctx context.Context, c Conn, q QueueQuery, most int) (int, error) {
	n, _, err := CountQueue(ctx, c, q, most)
	return n, err
}

// CountQueue counts a view up to most, so that the cost has a bound however long the queue
// grows; most itself means "most or more". cut says that a narrowed list was counted only in
// its first tickets: there may be more.
func CountQueue(ctx context.Context, c Conn, q QueueQuery, most int) (n int, cut bool, err error) {
	q.Sort, q.Before = SortUpdated, 0
	rare, err := q.rare(ctx, c)
	if err != nil {
		return 0, false, err
	}
	p := q.plan(c, rare)
	if p.none {
		return 0, false, nil
	}
	edge, err := p.window(ctx, c, QueueKey{}, countWindow)
	if err != nil {
		return 0, false, err
	}
	var parts []string
	var args []any
	for _, r := range p.ranges {
		where, more := joinParts(append([]part{r, {sql: p.holds}, {sql: p.view}, p.upTo(edge)}, p.rest...))
		parts = append(parts, "SELECT 1 FROM (SELECT 1 FROM tickets t"+p.hint+" WHERE "+where+" LIMIT ?) AS hits")
		args = append(append(args, more...), most)
	}
	err = c.row(ctx, "SELECT COUNT(*) FROM ("+strings.Join(parts, " UNION ALL ")+") AS counted", args...).Scan(&n)
	return min(n, most), edge.Key != 0, err
}

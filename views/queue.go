package views

import "time"

// Names of the form fields of the queue's bulk actions.
const (
	FieldTicket = "ticket" // a number and the version the list showed, such as "1042.7"
	FieldBulk   = "do"     // the name of an action
	FieldBack   = "list"   // the query of the list that is gone back to
)

// Queue is the input of agent/queue (AG-1). The views themselves stand in Page.Agent, drawn by the layout; their counts
// stop at 100, which reads as "99+".
type Queue struct {
	// Heading is the label of the present view, or the name of a saved one.
	Heading string
	// Search is the text searched for; SearchKeep are the words of the address that a search keeps.
	Search     string
	SearchKeep []Hidden
	// Filter is the panel; Chips are the filters in force, ResetURL the view without any.
	Filter   QueueFilter
	Chips    []FilterChip
	ResetURL string
	Sorts    []FilterLink
	// SaveURL keeps the present list as a view; EditURL leads to the saved view this is. One of them is empty.
	SaveURL, EditURL string
	// NewURL leads to a new ticket, empty for those who may not open any.
	NewURL string
	// Partial says that only titles were searched.
	Partial bool
	List    QueueRows
}

// QueueFilter is the filter panel: a GET form. Open shows it unfolded.
type QueueFilter struct {
	Keep    []Hidden
	Selects []FilterSelect
	Open    bool
}

// FilterSelect is one control of the panel: a select, or with Typed a field with suggestions.
type FilterSelect struct {
	Name, Label, Value string
	Typed              bool
	Choices            []Choice
}

// FilterChip is a filter in force and the address without it.
type FilterChip struct{ Label, Value, RemoveURL string }

// FilterLink is one choice of a filter made of links.
type FilterLink struct {
	Label, URL string
	Current    bool
}

// QueueRows is the input of agent/_rows: the list, the pager and the element that keeps it fresh.
type QueueRows struct {
	// View picks the words of an empty list; Searched and Narrowed say why it may be empty.
	View               string
	Searched, Narrowed bool
	Rows               []QueueRow
	// EmptyTitle and EmptyText are said of an empty list whose words View does not pick.
	EmptyTitle, EmptyText string
	// OlderURL is the next page by key, NewestURL the first one; empty where there is none. Cut says that the look ended
	// before the page was full: OlderURL goes on.
	OlderURL, NewestURL string
	Cut                 bool
	ResetURL            string
	// Bulk is nil for who may change nothing, and where there is nothing to change.
	Bulk *BulkForm
	// Report is what became of the last bulk action; nil when none was asked for.
	Report *BulkReport
	Poll   QueuePoll
}

// BulkForm is what can be done to the chosen rows.
type BulkForm struct {
	Action, CSRF, Back string
	Actions            []BulkControl
	// AllURL draws the page with every row chosen, for who has no scripts.
	AllURL string
}

// BulkControl is one bulk action. Kind is select, text, time or none; Danger one that takes away.
type BulkControl struct {
	Name, Label, Button, Kind string
	Choices                   []Choice
	Danger                    bool
}

// BulkReport says what became of each ticket: Summary in one sentence, Refused one by one.
type BulkReport struct {
	Summary string
	Refused []BulkRefusal
}

// BulkRefusal is a ticket that was not changed, and why.
type BulkRefusal struct {
	Number     int64
	URL, Title string
	Why        string
}

// QueueRow is one ticket in the list.
type QueueRow struct {
	Number   int64
	URL      string
	Title    string
	Reporter string
	Company  string
	Project  string
	Team     string
	Type     string
	Status   Status
	Assignee string // name; empty when nobody has it
	Tags     []string
	// Priority is high or urgent; empty for the others.
	Priority        string
	UpdatedAt       time.Time
	Due             DueChip
	SnoozedUntil    time.Time // zero when it is not
	Merged, Spam    bool
	NotProven       bool // the reporter's address is not proven
	CustomerWaiting bool // the last public word is the customer's; drawn strong
	// Heading and Snippet are what a search found; InNote says that the snippet is of a note.
	Heading, Snippet []Span
	InNote           bool
	// Pick is posted as FieldTicket when the row is chosen.
	Pick   string
	Picked bool
}

// Span is a piece of text; Match is true for what was found.
type Span struct {
	Text  string
	Match bool
}

// Extras says whether anything stands under the subject.
func (r QueueRow) Extras() bool {
	return len(r.Tags) > 0 || !r.Due.Empty() || !r.SnoozedUntil.IsZero() || r.Merged || r.Spam || len(r.Snippet) > 0
}

// QueuePoll keeps a list fresh: URL answers 204 or agent/_news and holds the list's filter and cursor. The list itself is
// never changed under the reader's hand. Seconds 0 means 60.
type QueuePoll struct {
	URL, StreamURL string
	Seconds        int
}

// QueueNews is the input of agent/_news: how many tickets of the list changed since it was drawn, at most 100, and the
// addresses that draw it anew: RowsURL answers agent/_rows, PageURL is the whole page.
type QueueNews struct {
	Count            int
	RowsURL, PageURL string
}

// Found is the input of agent/_found: the answers of the palette.
type Found struct {
	Query  string
	Groups []FoundGroup
	// AllURL searches the whole queue; empty while nothing is typed.
	AllURL string
}

// Count is how many answers there are.
func (f Found) Count() int {
	n := 0
	for _, g := range f.Groups {
		n += len(g.Items)
	}
	return n
}

// FoundGroup is a kind of answers. ID is unique in the list.
type FoundGroup struct {
	ID, Heading string
	Items       []FoundItem
}

// FoundItem leads somewhere. ID is unique in the list; Note is small text beside it.
type FoundItem struct {
	ID, URL, Icon, Label, Note string
	Status                     *Status
}

// SavedView is the input of agent/saved_view: a list gets a name, or loses it. DeleteAction is empty for a new one.
type SavedView struct {
	Title, Lead  string
	Form         Form
	DeleteAction string
}

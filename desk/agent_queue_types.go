package desk

import (
	"net/url"
	"time"
)

// QueueAsk asks for one page of the queue. Every field is a word of the list's address; an
// empty one asks for nothing.
type QueueAsk struct {
	// View is one of models.QueueViews; Project a slug.
	View, Project string
	// Status is the slug of a status, or "category." and a category; Type a slug; Priority one
	// of low, normal, high and urgent; Team an id.
	Status, Type, Priority, Team string
	// Assignee is "me", "nobody" or an agent's id; Company an id or a name; Tag a name.
	Assignee, Company, Tag string
	// Due is one of models.QueueDues.
	Due string
	// Text is searched for; Sort is one of models.SortUpdated …; Before a cursor of an earlier page.
	Text, Sort, Before string
}

// queueWords are the fields of an ask by their names in an address, in their order.
func (a *QueueAsk) queueWords() []struct {
	Name  string
	Value *string
} {
	return []struct {
		Name  string
		Value *string
	}{{"view", &a.View}, {"project", &a.Project}, {"status", &a.Status}, {"type", &a.Type}, {"priority", &a.Priority}, {"team", &a.Team}, {"assignee", &a.Assignee},
		{"company", &a.Company}, {"tag", &a.Tag}, {"due", &a.Due}, {"q", &a.Text}, {"sort", &a.Sort}, {"before", &a.Before}}
}

// Query writes the ask as the query of an address: the same list always as the same text.
func (a QueueAsk) Query() string {
	q := url.Values{}
	for _, w := range a.queueWords() {
		if *w.Value != "" {
			q.Set(w.Name, *w.Value)
		}
	}
	return q.Encode()
}

// ReadQueueAsk reads an ask from words by their names in an address.
func ReadQueueAsk(word func(name string) string) QueueAsk {
	var a QueueAsk
	for _, w := range a.queueWords() {
		*w.Value = cut(line(word(w.Name)), 200)
	}
	return a
}

// With is the same ask with another value of one word, from its first page.
func (a QueueAsk) With(name, value string) QueueAsk {
	a.Before = ""
	for _, w := range a.queueWords() {
		if w.Name == name {
			*w.Value = value
		}
	}
	return a
}

// QueueTicket is a line of the queue.
type QueueTicket struct {
	Number, Version      int64
	Reference, Title     string
	Project, ProjectSlug string
	Status               PublicStatus
	Priority             int
	Type                 string
	Assignee             string
	AssigneeID           int64
	Team, Company        string
	Reporter             string
	Tags                 []string
	Unproven             bool
	Merged, Spam         bool
	CreatedAt, UpdatedAt time.Time
	Due                  DueMark
	// SnoozedUntil is zero when it is not.
	SnoozedUntil time.Time
	// Heading and Snippet are what a search found, marked; SnippetInternal says that the
	// snippet is of a note.
	Heading, Snippet []Span
	SnippetInternal  bool
}

// ViewCount is a view, or an open list by what is due (models.QueueDues), with its size; More says
// that it holds at least that many.
type ViewCount struct {
	View  string
	Count int
	More  bool
}

// QueueFilter is a filter in force. Name is its word in the address; Label what its value is
// called, empty where the value itself is a known word (a category, a priority, me, nobody).
type QueueFilter struct{ Name, Value, Label string }

// QueuePage is one page of the queue. Next is the cursor of the page after, empty at the end.
type QueuePage struct {
	View, Project, Sort string
	Tickets             []QueueTicket
	Counts              []ViewCount
	Filters             []QueueFilter
	Projects            []Choice
	Next                string
	// Cut says that the look ended before the page was full: Next goes on from there.
	Cut bool
	// Jump is the number of the one ticket that the searched text names, or 0.
	Jump int64
	// Partial says that the search index is away and only titles were looked through.
	Partial bool
	// Seen is the cursor for QueueNews: what changed after it is not on this page.
	Seen string
}

// QueueChoices are what the queue can be filtered by, and given to.
type QueueChoices struct {
	Projects, Statuses, Types, Teams, Agents, Companies, Tags []Choice
	// Absent are those of the Agents who are away.
	Absent Absent
}

// SavedView is a list that is kept.
type SavedView struct {
	ID   int64
	Name string
	// Whose is "me", "all", or a team's id; Team its name.
	Whose, Team string
	// Query is the list's address without its path.
	Query string
	// CanEdit: the agent who looks may rename and delete it.
	CanEdit bool
	Count   int
	More    bool
}

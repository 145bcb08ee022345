package desk

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"lodge/models"
)

// The queues of a customer's list.
const (
	QueuePending   = "pending"
	QueueCompleted = "completed"
	QueueAll       = "all"
)

// CustomerQueues are all of them in their order.
var CustomerQueues = []string{QueuePending, QueueCompleted, QueueAll}

// CustomerQuery is a list of a customer's tickets as its address says it (CP-7). Empty means: no
// filter, their own tickets, those that have not ended, the last change first.
type CustomerQuery struct {
	// Who is empty for the customer's own tickets or "company"; Company is the key of its name then,
	// empty for the first that shares something.
	Who, Company string
	// Queue is one of CustomerQueues; State a category of statuses.
	Queue, State string
	// Project and Type are slugs, Priority one of QueuePriorities.
	Project, Type, Priority string
	// From and To are days, YYYY-MM-DD, in the customer's zone: created from the one to the other,
	// both included.
	From, To string
	// Unread is "1" for only what has news.
	Unread string
	// Sort is one of models.CustomerSorts.
	Sort string
	Text string
	// After is where the page before ended: CustomerList.Next.
	After string
}

// WhoCompany lists what a company shares.
const WhoCompany = "company"

type customerWord struct {
	name  string
	value *string
}

func (q *CustomerQuery) words() []customerWord {
	return []customerWord{{"who", &q.Who}, {"company", &q.Company}, {"queue", &q.Queue}, {"state", &q.State}, {"project", &q.Project}, {"type", &q.Type}, {"priority", &q.Priority},
		{"from", &q.From}, {"to", &q.To}, {"unread", &q.Unread}, {"sort", &q.Sort}, {"q", &q.Text}, {"after", &q.After}}
}

// ReadCustomerQuery reads a list from the parameters of an address.
func ReadCustomerQuery(get func(name string) string) CustomerQuery {
	var q CustomerQuery
	for _, w := range q.words() {
		*w.value = strings.TrimSpace(get(w.name))
	}
	return q
}

// Query is the list as parameters of an address; what is empty is left out.
func (q CustomerQuery) Query() string {
	all := url.Values{}
	for _, w := range q.words() {
		if *w.value != "" {
			all.Set(w.name, *w.value)
		}
	}
	return all.Encode()
}

// With changes one parameter and begins at the first page.
func (q CustomerQuery) With(name, value string) CustomerQuery {
	q.After = ""
	for _, w := range q.words() {
		if w.name == name {
			*w.value = value
		}
	}
	return q
}

// Value is one parameter.
func (q CustomerQuery) Value(name string) string {
	for _, w := range q.words() {
		if w.name == name {
			return *w.value
		}
	}
	return ""
}

// CustomerFilters are the parameters that the panel narrows by.
var CustomerFilters = []string{"project", "type", "priority", "from", "to", "unread"}

// queue is the one in force: a search looks through everything unless the address says otherwise.
func (q CustomerQuery) queue() string {
	switch {
	case q.Queue == QueuePending, q.Queue == QueueCompleted, q.Queue == QueueAll:
		return q.Queue
	case q.Text != "":
		return QueueAll
	}
	return QueuePending
}

func queueCategories(queue string) []models.Category {
	var all []models.Category
	for _, category := range models.QueueCategories {
		if queue == QueueAll || category.Ended() == (queue == QueueCompleted) {
			all = append(all, category)
		}
	}
	return all
}

// zone is the customer's time zone, UTC without one.
func (me Customer) zone() *time.Location {
	if me.Zone != "" {
		if zone, err := time.LoadLocation(me.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
}

// day is the beginning of a day some days after the one that is named; 0 when it names none.
func (me Customer) day(text string, after int) models.Stamp {
	at, err := time.ParseInLocation(time.DateOnly, text, me.zone())
	if err != nil {
		return 0
	}
	return models.At(at.AddDate(0, 0, after))
}

func customerCursor(key models.Stamp, reference string) string {
	return strconv.FormatInt(int64(key), 36) + "." + reference
}

// readCustomerCursor reads a cursor; one that somebody has made up begins at the first page.
func readCustomerCursor(text string) (models.Stamp, string) {
	at, reference, ok := strings.Cut(text, ".")
	key, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || reference == "" || len(reference) > 40 {
		return 0, ""
	}
	return models.Stamp(key), reference
}

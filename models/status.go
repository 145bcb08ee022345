package models

import "github.com/uptrace/bun"

// Category is the fixed meaning of a status; projects name their statuses freely.
type Category string

// The categories, in the order of a ticket's usual life.
const (
	CategoryNew      Category = "new"
	CategoryOpen     Category = "open"
	CategoryWaiting  Category = "waiting"
	CategoryOnHold   Category = "on_hold"
	CategoryResolved Category = "resolved"
	CategoryClosed   Category = "closed"
	CategoryRejected Category = "rejected"
)

// Ended says that nobody is expected to do anything more: resolved, closed or rejected.
func (c Category) Ended() bool {
	return c == CategoryResolved || c == CategoryClosed || c == CategoryRejected
}

// Status is one state of a project's tickets.
type Status struct {
	bun.BaseModel `bun:"table:statuses"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Slug          string
	Name          string
	PublicLabel   string
	Category      Category
	Position      int64
	// LeavingAt: deleted then, and its tickets move to ReplacedByID; GoneAt: all of them have.
	ReplacedByID *int64
	LeavingAt    Stamp
	GoneAt       Stamp
}

// Label is what people outside read: the public label, or the name.
func (s *Status) Label() string {
	if s.PublicLabel != "" {
		return s.PublicLabel
	}
	return s.Name
}

// Transition is one allowed step of a project's graph.
type Transition struct {
	bun.BaseModel `bun:"table:transitions"`
	ProjectID     int64
	FromID        int64 `bun:",pk"`
	ToID          int64 `bun:",pk"`
}

// Graph is a project's transition graph.
type Graph struct{ next map[int64][]int64 }

// Allows says whether an agent or customer may step from one status to another.
func (g Graph) Allows(from, to int64) bool {
	for _, id := range g.next[from] {
		if id == to {
			return true
		}
	}
	return false
}

// Next lists the statuses that may follow, in the project's order.
func (p *Project) Next(from int64) []*Status {
	var next []*Status
	for _, s := range p.Statuses {
		if p.Graph.Allows(from, s.ID) {
			next = append(next, s)
		}
	}
	return next
}

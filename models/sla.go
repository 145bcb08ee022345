package models

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uptrace/bun"
)

// The kinds of promises (AG-6): the first public answer of a person, the next one after the
// customer has written again, and the end of the ticket.
const (
	PromiseFirst      = "first"
	PromiseNext       = "next"
	PromiseResolution = "resolution"
)

// PromiseKinds are all kinds in their order.
var PromiseKinds = []string{PromiseFirst, PromiseNext, PromiseResolution}

// Policy says how soon tickets are answered and solved (an SLA).
type Policy struct {
	bun.BaseModel `bun:"table:sla_policies"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	Position      int64
	// IsDefault: holds for tickets that no other policy names. At most one is.
	IsDefault bool
	// CalendarID is the working time it is reckoned in; nil: that of the ticket's team or project.
	CalendarID *int64
	// PauseOnHold stops its clock while a ticket is on hold, as it always is while it waits for
	// the customer. The first answer is never paused.
	PauseOnHold bool
	// WarnPercent of a target's time gone by is when agents are warned, 1 to 99; 0 never.
	WarnPercent   int64
	RawConditions string `bun:"conditions"`
	RawTargets    string `bun:"targets"`
	Version       int64
	DisabledAt    Stamp
	CreatedAt     Stamp

	Conditions PolicyConditions `bun:"-"`
	Targets    PolicyTargets    `bun:"-"`
}

// PolicyConditions name the tickets of a policy by ids: one of each list that is not empty. A policy
// without any that is not the default holds for nothing: an empty condition never catches all.
type PolicyConditions struct {
	Projects  []int64 `json:"projects,omitempty"`
	Types     []int64 `json:"types,omitempty"`
	Teams     []int64 `json:"teams,omitempty"`
	Companies []int64 `json:"companies,omitempty"`
}

// PolicyTargets are working minutes by priority and kind of promise; 0 and missing are no target.
type PolicyTargets map[int64]map[string]int64

// MarshalJSON writes the priorities as words.
func (t PolicyTargets) MarshalJSON() ([]byte, error) {
	out := map[string]map[string]int64{}
	for priority, kinds := range t {
		out[strconv.FormatInt(priority, 10)] = kinds
	}
	return json.Marshal(out)
}

// Empty says that it names no ticket.
func (c PolicyConditions) Empty() bool {
	return len(c.Projects)+len(c.Types)+len(c.Teams)+len(c.Companies) == 0
}

// Match says whether a ticket is named.
func (c PolicyConditions) Match(t *Ticket) bool {
	within := func(list []int64, id *int64) bool {
		return len(list) == 0 || id != nil && slices.Contains(list, *id)
	}
	return !c.Empty() && within(c.Projects, &t.ProjectID) && within(c.Types, t.TypeID) && within(c.Teams, t.TeamID) && within(c.Companies, t.CompanyID)
}

// Prepare decodes what is stored.
func (p *Policy) Prepare() error {
	if err := json.Unmarshal([]byte(p.RawConditions), &p.Conditions); err != nil {
		return fmt.Errorf("conditions of policy %s: %w", p.Name, err)
	}
	if err := json.Unmarshal([]byte(p.RawTargets), &p.Targets); err != nil {
		return fmt.Errorf("targets of policy %s: %w", p.Name, err)
	}
	return nil
}

func (p *Policy) write() error {
	conditions, err := json.Marshal(p.Conditions)
	if err != nil {
		return err
	}
	targets, err := json.Marshal(p.Targets)
	p.RawConditions, p.RawTargets = string(conditions), string(targets)
	return err
}

// InsertPolicy adds a policy and gives it its id.
func InsertPolicy(ctx context.Context, tx *Tx, p *Policy) error {
	if err := p.write(); err != nil {
		return err
	}
	p.Version = max(p.Version, 1)
	if err := insert(ctx, tx, p); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdatePolicy writes a policy back and moves its version.
func UpdatePolicy(ctx context.Context, tx *Tx, p *Policy) error {
	if err := p.write(); err != nil {
		return err
	}
	p.Version++
	if err := save(ctx, tx, p, "name", "position", "is_default", "calendar_id", "pause_on_hold", "warn_percent", "conditions", "targets", "version", "disabled_at"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// PolicyFor is the policy of a ticket: the first in order that names it, else the default, else nil.
func (c *Catalog) PolicyFor(t *Ticket) *Policy {
	var fallback *Policy
	for _, p := range c.Policies {
		switch {
		case p.DisabledAt != 0:
		case p.IsDefault:
			fallback = p
		case p.Conditions.Match(t):
			return p
		}
	}
	return fallback
}

// CalendarFor is the working time of a ticket: its team's, else its project's, else nil for always.
func (c *Catalog) CalendarFor(t *Ticket) *Calendar {
	if t.TeamID != nil {
		if own := c.Calendar(c.teamCalendars[*t.TeamID]); own != nil {
			return own
		}
	}
	if p := c.Project(t.ProjectID); p != nil && p.CalendarID != nil {
		return c.Calendar(*p.CalendarID)
	}
	return nil
}

// PromiseCalendar is the working time that the promises of a policy to a ticket are reckoned in.
func (c *Catalog) PromiseCalendar(p *Policy, t *Ticket) *Calendar {
	if p != nil && p.CalendarID != nil {
		return c.Calendar(*p.CalendarID)
	}
	return c.CalendarFor(t)
}

// Clock is how the clock of a ticket stands.
type Clock string

// The states of a clock.
const (
	ClockRuns    Clock = "runs"
	ClockWaits   Clock = "waits" // for the customer
	ClockHolds   Clock = "holds" // on hold: runs on where the policy does not pause
	ClockStopped Clock = "stopped"
)

// ClockOf says how the clock of a ticket stands.
func ClockOf(t *Ticket) Clock {
	switch {
	case t.Category.Ended(), t.SpamAt != 0, t.MergedIntoID != nil:
		return ClockStopped
	case t.Category == CategoryWaiting:
		return ClockWaits
	case t.Category == CategoryOnHold:
		return ClockHolds
	}
	return ClockRuns
}

// Segment is a state of a ticket's clock from a moment until the next segment.
type Segment struct {
	State Clock
	From  time.Time
}

// Reckoning is all that a deadline depends on.
type Reckoning struct {
	Kind        string
	Target      time.Duration // of working time
	Calendar    *Calendar
	PauseOnHold bool
	WarnPercent int64
	Start       time.Time
	// Segments are the ticket's, oldest first; what was before the first one ran.
	Segments []Segment
}

// Deadline is what a Reckoning comes to.
type Deadline struct {
	// Warn and Due are zero while the clock is stopped before they come: how long that lasts is
	// not known. Never is true when the calendar does not have the time.
	Warn, Due time.Time
	Never     bool
}

package desk

import (
	"encoding/json"
	"time"

	"lodge/models"
)

// ClockEvent is what an event of the clock or of a rule says, as it was then. Which fields are
// set depends on Event.
type ClockEvent struct {
	// Event is the kind of the event.
	Event string `json:"-"`
	// Of a promise: its kind, and what it was worked out from. Minutes and Paused are working time
	// of Calendar, empty for day and night.
	Kind, Policy, Calendar string
	Minutes, Paused        int64
	Due, Started           time.Time `json:"-"`
	// Of a rule: its name and what it set. Nobody: it found no agent who was free; Failed: rules
	// could not be applied.
	Rule, Team, Agent, Status string
	Priority                  int
	Tags                      []string
	Nobody, Failed            bool
	// Days without a word of the customer.
	Days int
	// Of bought time: Left is in minutes, below 0 when more was used.
	Company string
	Left    int64
}

// ClockEventOf reads what an event says; nil for events of people.
func ClockEventOf(kind, data string) *ClockEvent {
	switch kind {
	case models.EventPromiseWarned, models.EventPromiseBroken, models.EventRouted, models.EventReminded, models.EventAutoClosed, models.EventTimeLow:
	default:
		return nil
	}
	e := &ClockEvent{}
	_ = json.Unmarshal([]byte(data), e)
	var at struct{ Due, Started models.Stamp }
	_ = json.Unmarshal([]byte(data), &at)
	e.Event, e.Due, e.Started = kind, at.Due.Time(), at.Started.Time()
	return e
}

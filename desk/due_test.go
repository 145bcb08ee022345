package desk

import (
	"testing"
	"time"

	"lodge/models"
)

// AG-6, AG-1: of a due date and a promise the nearer one is shown and the other one told; either of
// them can make it near; a ticket that has ended is never late.
func TestDueMark(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	at := func(hours int) models.Stamp { return models.At(now.Add(time.Duration(hours) * time.Hour)) }
	for name, c := range map[string]struct {
		f                  dueFacts
		kind, state, other string
	}{
		"nothing":              {dueFacts{}, "", "", ""},
		"a far day":            {dueFacts{due: at(100)}, DueDate, DueCalm, ""},
		"a near day":           {dueFacts{due: at(24)}, DueDate, DueSoon, ""},
		"a past day":           {dueFacts{due: at(0)}, DueDate, DueLate, ""},
		"a past day, ended":    {dueFacts{due: at(-5), ended: at(-1)}, DueDate, DueCalm, ""},
		"a promise":            {dueFacts{promised: at(4), warn: at(3), kind: "first"}, "first", DueCalm, ""},
		"never warned":         {dueFacts{promised: at(1), kind: "first"}, "first", DueCalm, ""},
		"warned":               {dueFacts{promised: at(1), warn: at(0), kind: "first"}, "first", DueSoon, ""},
		"overdue":              {dueFacts{promised: at(0), warn: at(-1), kind: "next"}, "next", DueLate, ""},
		"paused":               {dueFacts{kind: "next", paused: true}, "", DuePaused, ""},
		"paused, with a day":   {dueFacts{kind: "next", paused: true, due: at(100)}, DueDate, DueCalm, ""},
		"paused and ended":     {dueFacts{kind: "next", paused: true, ended: at(-1)}, "", "", ""},
		"promise before day":   {dueFacts{promised: at(4), warn: at(3), kind: "first", due: at(100)}, "first", DueCalm, DueDate},
		"day before promise":   {dueFacts{promised: at(100), warn: at(90), kind: "resolution", due: at(50)}, DueDate, DueCalm, "resolution"},
		"near by the other":    {dueFacts{promised: at(100), warn: at(-1), kind: "resolution", due: at(50)}, DueDate, DueSoon, "resolution"},
		"near by the day":      {dueFacts{promised: at(10), warn: at(9), kind: "resolution", due: at(20)}, "resolution", DueSoon, DueDate},
		"both past, day first": {dueFacts{promised: at(-1), kind: "first", due: at(-2)}, DueDate, DueLate, "first"},
	} {
		m := dueMark(c.f, now)
		if m.Kind != c.kind || m.State != c.state || m.OtherKind != c.other {
			t.Errorf("%s: %+v, want %q %q %q", name, m, c.kind, c.state, c.other)
		}
	}
}

// AG-1: "today" ends when the day of the agent's own clock does.
func TestTodayIsTheAgentsOwn(t *testing.T) {
	now := time.Date(2026, 11, 25, 16, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{"": "2026-11-25T23:59:59.999Z", "Asia/Tokyo": "2026-11-26T14:59:59.999Z", "America/New_York": "2026-11-26T04:59:59.999Z"} {
		var q models.QueueQuery
		narrowDue(&q, models.DueToday, Actor{Zone: zone}, now)
		if got := q.Until.Time().Format("2006-01-02T15:04:05.000Z07:00"); got != want || q.Now != models.At(now) {
			t.Errorf("in %s today ends %s, want %s", zone, got, want)
		}
	}
}

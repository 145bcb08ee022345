package models

import (
	"cmp"
	"fmt"
	"slices"
)

// sheetHistory reads the clock and the promises of a ticket as lines of its sheet, so that they
// cost its page no queries of their own. The lines have no order.
const sheetHistory = ` UNION ALL SELECT 'segment', id, state || ' ' || CAST(started_at AS TEXT) FROM clock_segments WHERE ticket_id = ?
		UNION ALL SELECT 'promise', id, kind || ' ' || CAST(policy_id AS TEXT) || ' ' || CAST(minutes AS TEXT) || ' ' || CAST(COALESCE(calendar_id, 0) AS TEXT) || ' ' ||
			CASE WHEN pause_on_hold THEN '1' ELSE '0' END || ' ' || CAST(warn_percent AS TEXT) || ' ' || CAST(started_at AS TEXT) || ' ' || CAST(warn_at AS TEXT) || ' ' || CAST(due_at AS TEXT) || ' ' ||
			CAST(warned_at AS TEXT) || ' ' || CAST(broken_at AS TEXT) || ' ' || CAST(met_at AS TEXT) || ' ' || CAST(ended_at AS TEXT) FROM promises WHERE ticket_id = ?`

// sheetLines is a history that comes line by line.
type sheetLines struct {
	History
	ids []int64 // of the segments
}

// line takes in one line of the sheet.
func (h *sheetLines) line(kind string, n Named) error {
	switch kind {
	case "segment":
		s := ClockSegment{TicketID: h.ticket}
		if _, err := fmt.Sscan(n.Name, &s.State, &s.StartedAt); err != nil {
			return err
		}
		at, _ := slices.BinarySearch(h.ids, n.ID)
		h.ids, h.Segments = slices.Insert(h.ids, at, n.ID), slices.Insert(h.Segments, at, s)
	case "promise":
		p := &Promise{ID: n.ID, TicketID: h.ticket}
		var calendar, pause int64
		if _, err := fmt.Sscan(n.Name, &p.Kind, &p.PolicyID, &p.Minutes, &calendar, &pause, &p.WarnPercent, &p.StartedAt, &p.WarnAt, &p.DueAt, &p.WarnedAt, &p.BrokenAt, &p.MetAt, &p.EndedAt); err != nil {
			return err
		}
		if p.PauseOnHold = pause == 1; calendar != 0 {
			p.CalendarID = &calendar
		}
		h.Promises = append(h.Promises, p)
	}
	return nil
}

// whole is the history in its order.
func (h *sheetLines) whole() *History {
	slices.SortFunc(h.Promises, func(a, b *Promise) int { return cmp.Compare(a.ID, b.ID) })
	return &h.History
}

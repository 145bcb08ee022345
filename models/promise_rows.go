package models

import (
	"context"
	"strings"
)

// atOncePromises is how many tickets' histories are read and written together.
const atOncePromises = 256

const promiseColumns = "id, " + promiseInto

func scanPromise(row interface{ Scan(...any) error }) (*Promise, error) {
	var p Promise
	err := row.Scan(&p.ID, &p.TicketID, &p.Kind, &p.PolicyID, &p.Minutes, &p.CalendarID, &p.PauseOnHold, &p.WarnPercent, &p.StartedAt, &p.WarnAt, &p.DueAt, &p.WarnedAt, &p.BrokenAt, &p.MetAt, &p.EndedAt)
	return &p, err
}

// HistoryOf reads what a ticket was promised and how its clock went.
func HistoryOf(ctx context.Context, c Conn, ticketID int64) (*History, error) {
	all, err := histories(ctx, c, []int64{ticketID}, true)
	return all[ticketID], err
}

// histories reads them for at most atOncePromises tickets; each has one, if an empty one.
func histories(ctx context.Context, c Conn, ids []int64, promises bool) (map[int64]*History, error) {
	all := make(map[int64]*History, len(ids))
	for _, id := range ids {
		all[id] = &History{ticket: id}
	}
	if len(ids) == 0 {
		return all, nil
	}
	list, args := idList(ids)
	rows, err := c.query(ctx, "SELECT ticket_id, state, started_at FROM clock_segments WHERE ticket_id IN ("+list+") ORDER BY ticket_id, id", args...)
	if err != nil {
		return all, err
	}
	defer rows.Close()
	for rows.Next() {
		var s ClockSegment
		if err := rows.Scan(&s.TicketID, &s.State, &s.StartedAt); err != nil {
			return all, err
		}
		h := all[s.TicketID]
		h.Segments, h.kept = append(h.Segments, s), h.kept+1
	}
	if err := rows.Err(); err != nil || !promises {
		return all, err
	}
	rows, err = c.query(ctx, "SELECT "+promiseColumns+" FROM promises WHERE ticket_id IN ("+list+") ORDER BY ticket_id, id", args...)
	if err != nil {
		return all, err
	}
	defer rows.Close()
	for rows.Next() {
		p, err := scanPromise(rows)
		if err != nil {
			return all, err
		}
		h := all[p.TicketID]
		h.Promises, h.rows = append(h.Promises, p), append(h.rows, *p)
	}
	return all, rows.Err()
}

// of says whose history it is.
func (h *History) of(ticketID int64) *History {
	h.ticket = ticketID
	return h
}

func (h *History) write(ctx context.Context, tx *Tx) error {
	return writeHistories(ctx, tx, []*History{h})
}

// writeHistories writes what Keep has changed.
func writeHistories(ctx context.Context, tx *Tx, all []*History) error {
	var segments, made, changed [][]any
	for _, h := range all {
		for _, s := range h.Segments[h.kept:] {
			segments = append(segments, []any{h.ticket, string(s.State), s.StartedAt})
		}
		for i, p := range h.Promises {
			switch {
			case i >= len(h.rows):
				made = append(made, []any{h.ticket, p.Kind, p.PolicyID, p.Minutes, p.CalendarID, p.PauseOnHold, p.WarnPercent, p.StartedAt, p.WarnAt, p.DueAt, p.WarnedAt, p.BrokenAt, p.MetAt, p.EndedAt})
			case !p.same(&h.rows[i]):
				// A list of nothing but NULL has no type on PostgreSQL: 0 stands for it.
				calendar := int64(0)
				if p.CalendarID != nil {
					calendar = *p.CalendarID
				}
				changed = append(changed, []any{p.ID, p.PolicyID, p.Minutes, calendar, p.PauseOnHold, p.WarnPercent, p.WarnAt, p.DueAt, p.WarnedAt, p.BrokenAt, p.MetAt, p.EndedAt})
			}
		}
	}
	if err := manyRows(ctx, tx, segments, "INSERT INTO clock_segments (ticket_id, state, started_at) VALUES ", ""); err != nil {
		return err
	}
	if err := manyRows(ctx, tx, made, "INSERT INTO promises ("+promiseInto+") VALUES ", ""); err != nil {
		return err
	}
	return manyRows(ctx, tx, changed, `UPDATE promises SET policy_id = v.column2, minutes = v.column3, calendar_id = NULLIF(v.column4, 0), pause_on_hold = v.column5, warn_percent = v.column6,
		warn_at = v.column7, due_at = v.column8, warned_at = v.column9, broken_at = v.column10, met_at = v.column11, ended_at = v.column12 FROM (VALUES `, `) AS v WHERE promises.id = v.column1`)
}

// same says whether the row of a promise is as it should be.
func (p *Promise) same(row *Promise) bool {
	a, b := *p, *row
	if a.CalendarID != nil && b.CalendarID != nil && *a.CalendarID == *b.CalendarID {
		a.CalendarID, b.CalendarID = nil, nil
	}
	return a == b
}

// manyRows runs one statement over many rows of values, in as few steps and as few different texts
// as it can: texts are kept prepared.
func manyRows(ctx context.Context, tx *Tx, rows [][]any, head, tail string) error {
	for len(rows) > 0 {
		n := 1
		for n*4 <= min(len(rows), 64) {
			n *= 4
		}
		one := "(" + places(len(rows[0])) + ")"
		args := make([]any, 0, n*len(rows[0]))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.exec(ctx, head+strings.Repeat(one+", ", n-1)+one+tail, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

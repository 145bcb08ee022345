package models

import (
	"context"
	"slices"
	"strings"
	"time"
)

const (
	// responseDays is how far back it is looked at how long answers took.
	responseDays = 90
	// responseSample bounds how many tickets of a project are looked at, the latest of them.
	responseSample = 2000
	// responseLeast is how many tickets it takes to say anything.
	responseLeast = 20
)

// Took is what is known of one ticket about how long things took.
type Took struct {
	ProjectID      int64
	TypeID, TeamID *int64
	CreatedAt      Stamp
	// AnsweredAt is the first answer, SolvedAt the end of a ticket that was answered; 0 without.
	AnsweredAt, SolvedAt Stamp
	Segments             []Segment
}

// took reads the tickets of one project that were touched last. The number is bounded before
// anything is filtered, so that a project of a million tickets costs no more than one of some thousand.
const took = `SELECT * FROM (SELECT id, project_id, type_id, team_id, origin, category, created_at, answered_at, resolved_at, ended_at, spam_at, merged_into_id
		FROM tickets WHERE project_id = ? AND updated_at >= ? ORDER BY updated_at DESC, id DESC LIMIT ?) AS latest`

// tookAtOnce is how many projects one statement reads.
const tookAtOnce = 50

// TookLately reads how long the latest tickets of some projects took, one statement for many
// projects. Tickets that agents filed, spam and what became part of another ticket say nothing.
func TookLately(ctx context.Context, c Conn, projects []int64, now time.Time) ([]*Took, error) {
	var all []*Took
	for some := range slices.Chunk(projects, tookAtOnce) {
		more, err := tookOf(ctx, c, some, At(now.AddDate(0, 0, -responseDays)))
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func tookOf(ctx context.Context, c Conn, projects []int64, since Stamp) (all []*Took, err error) {
	args := []any{since}
	for _, id := range projects {
		args = append(args, id, since, responseSample)
	}
	rows, err := c.query(ctx, `SELECT s.id, s.project_id, s.type_id, s.team_id, s.created_at, CASE WHEN s.answered_at >= ? THEN s.answered_at ELSE 0 END,
		CASE WHEN s.category IN ('resolved', 'closed') THEN CASE WHEN s.resolved_at > 0 THEN s.resolved_at ELSE s.ended_at END ELSE 0 END,
		COALESCE(k.state, ''), COALESCE(k.started_at, 0)
		FROM (`+strings.TrimSuffix(strings.Repeat(took+" UNION ALL ", len(projects)), " UNION ALL ")+`) AS s LEFT JOIN clock_segments k ON k.ticket_id = s.id
		WHERE s.spam_at = 0 AND s.merged_into_id IS NULL AND s.origin <> '`+OriginAgent+`' AND s.answered_at > 0 ORDER BY s.id, k.id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for last := int64(0); rows.Next(); {
		var id int64
		var t Took
		var s Segment
		var from Stamp
		if err := rows.Scan(&id, &t.ProjectID, &t.TypeID, &t.TeamID, &t.CreatedAt, &t.AnsweredAt, &t.SolvedAt, &s.State, &from); err != nil {
			return nil, err
		}
		if id != last {
			last, all = id, append(all, &t)
		}
		if s.State != "" {
			s.From = from.Time()
			all[len(all)-1].Segments = append(all[len(all)-1].Segments, s)
		}
	}
	return all, rows.Err()
}

// ResponseStats works out how long answers and solutions took, in working time of each ticket's
// calendar: for every project and every type with tickets enough. The rest is not told, because
// a few tickets would promise by chance.
func (c *Catalog) ResponseStats(sample []*Took, now time.Time) []*ResponseStat {
	times := map[statKey][]int64{}
	note := func(t *Took, metric string, used time.Duration) {
		minutes := int64((used + time.Minute - 1) / time.Minute)
		keys := []statKey{{t.ProjectID, 0, metric}}
		if t.TypeID != nil {
			keys = append(keys, statKey{t.ProjectID, *t.TypeID, metric})
		}
		for _, key := range keys {
			times[key] = append(times[key], minutes)
		}
	}
	since := At(now.AddDate(0, 0, -responseDays))
	for _, t := range sample {
		calendar := c.CalendarFor(&Ticket{ProjectID: t.ProjectID, TeamID: t.TeamID})
		if t.AnsweredAt > 0 {
			note(t, PromiseFirst, calendar.Between(t.CreatedAt.Time(), t.AnsweredAt.Time()))
		}
		if t.SolvedAt >= since {
			// What the customer let us wait for is not ours, as in every promise.
			r := Reckoning{Kind: PromiseResolution, Calendar: calendar, Start: t.CreatedAt.Time(), Segments: t.Segments}
			note(t, PromiseResolution, r.Used(t.SolvedAt.Time()))
		}
	}
	var all []*ResponseStat
	for key, list := range times {
		if len(list) < responseLeast {
			continue
		}
		slices.Sort(list)
		day := int64(24 * 60)
		if p := c.Project(key.project); p != nil && p.CalendarID != nil {
			day = c.Calendar(*p.CalendarID).WorkingDay()
		}
		all = append(all, &ResponseStat{ProjectID: key.project, TypeID: key.kind, Metric: key.metric, Minutes: HumanMinutes(list[(len(list)*3+3)/4-1], day),
			Tickets: int64(len(list)), ComputedAt: At(now)})
	}
	return all
}

// humanHours are the numbers of hours that people say.
var humanHours = []int64{1, 2, 3, 4, 6, 8, 12, 16, 24}

// HumanMinutes rounds minutes up to what people say: 15 or 30 minutes, some hours, whole days of
// so many minutes of working time.
func HumanMinutes(minutes, day int64) int64 {
	for _, step := range []int64{15, 30} {
		if minutes <= step {
			return step
		}
	}
	for _, hours := range humanHours {
		if minutes <= hours*60 {
			return hours * 60
		}
	}
	day = max(day, 1)
	return (minutes + day - 1) / day * day
}

// WorkingDay is how many minutes of working time an ordinary day of work has: the mean of the
// weekdays that have any; a whole day for a calendar that is always open or never.
func (c *Calendar) WorkingDay() int64 {
	if c.always() {
		return 24 * 60
	}
	var minutes, days int64
	for _, spans := range c.Hours {
		sum := int64(0)
		for _, s := range spans {
			sum += int64(s.To - s.From)
		}
		if sum > 0 {
			minutes, days = minutes+sum, days+1
		}
	}
	if days == 0 {
		return 24 * 60
	}
	return minutes / days
}

// SaveResponseStats keeps what was worked out in place of what was known before. The catalog is
// read anew everywhere only when a time or its being there changed: its count of tickets moves hourly.
func SaveResponseStats(ctx context.Context, tx *Tx, all []*ResponseStat, now time.Time) (changed bool, err error) {
	rows, err := tx.query(ctx, "SELECT project_id, type_id, metric, minutes FROM response_stats")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	known := map[statKey]int64{}
	for rows.Next() {
		var key statKey
		var minutes int64
		if err := rows.Scan(&key.project, &key.kind, &key.metric, &minutes); err != nil {
			return false, err
		}
		known[key] = minutes
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	for _, s := range all {
		key := statKey{s.ProjectID, s.TypeID, s.Metric}
		minutes, was := known[key]
		changed = changed || !was || minutes != s.Minutes
		s.ComputedAt = At(now)
		delete(known, key)
	}
	for some := range slices.Chunk(all, 100) {
		if _, err := tx.orm().NewInsert().Model(&some).On("CONFLICT (project_id, type_id, metric) DO UPDATE").
			Set("minutes = EXCLUDED.minutes").Set("tickets = EXCLUDED.tickets").Set("computed_at = EXCLUDED.computed_at").Exec(ctx); err != nil {
			return false, err
		}
	}
	if len(known) > 0 {
		// What is left can no longer be told.
		var args []any
		for key := range known {
			args = append(args, key.project, key.kind, key.metric)
		}
		if _, err := tx.exec(ctx, "DELETE FROM response_stats WHERE (project_id, type_id, metric) IN (VALUES "+strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(known)), ", ")+")", args...); err != nil {
			return false, err
		}
		changed = true
	}
	if !changed {
		return false, nil
	}
	return true, touchCatalog(ctx, tx)
}

// PendingPromise is what a ticket is still promised.
type PendingPromise struct {
	Kind       string
	DueAt      Stamp
	CalendarID *int64
}

// PendingPromises reads what a ticket is still promised and by when, the earliest first. What was
// due before now is left out: nobody is told of a promise that was broken.
func PendingPromises(ctx context.Context, c Conn, ticketID int64, now Stamp) ([]PendingPromise, error) {
	rows, err := c.query(ctx, "SELECT kind, due_at, calendar_id FROM promises WHERE ticket_id = ? AND met_at = 0 AND ended_at = 0 AND due_at > ? ORDER BY due_at, id LIMIT 10", ticketID, now)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []PendingPromise
	for rows.Next() {
		var p PendingPromise
		if err := rows.Scan(&p.Kind, &p.DueAt, &p.CalendarID); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

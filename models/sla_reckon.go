package models

import "time"

// counts says whether the time of a segment counts for a promise.
func (r *Reckoning) counts(state Clock) bool {
	switch {
	case state == ClockStopped:
		return false
	case r.Kind == PromiseFirst:
		return true // whoever has heard nothing yet waits, whatever the status says
	case state == ClockWaits:
		return false
	case state == ClockHolds:
		return !r.PauseOnHold
	}
	return true
}

// Pieces gives the stretches of wall time from Start that count, oldest first, until see says
// false. The last one is open: its end is zero.
func (r *Reckoning) pieces(see func(from, to time.Time) bool) {
	state, from := ClockRuns, r.Start
	for _, s := range r.Segments {
		if s.From.After(from) {
			if r.counts(state) && !see(from, s.From) {
				return
			}
			from = s.From
		}
		state = s.State
	}
	if r.counts(state) {
		see(from, time.Time{})
	}
}

// after is when d of working time has passed; ok is false while that depends on when the clock
// goes on, never true when the calendar does not have it.
func (r *Reckoning) after(d time.Duration) (at time.Time, ok, never bool) {
	r.pieces(func(from, to time.Time) bool {
		at, ok = r.Calendar.Add(from, d)
		if !to.IsZero() && (!ok || at.After(to)) {
			d, at, ok = d-r.Calendar.Between(from, to), time.Time{}, false
			return true
		}
		never = !ok
		return false
	})
	return at, ok, never
}

// Deadline works out when a promise is due and when agents are warned.
func (r *Reckoning) Deadline() Deadline {
	var d Deadline
	d.Due, _, d.Never = r.after(r.Target)
	if r.WarnPercent > 0 {
		d.Warn, _, _ = r.after(r.Target / 100 * time.Duration(r.WarnPercent))
	}
	return d
}

// Used is the working time of the promise that has gone by at a moment.
func (r *Reckoning) Used(at time.Time) time.Duration {
	var sum time.Duration
	r.pieces(func(from, to time.Time) bool {
		if !from.Before(at) {
			return false
		}
		if to.IsZero() || to.After(at) {
			to = at
		}
		sum += r.Calendar.Between(from, to)
		return true
	})
	return sum
}

// Pause is a stretch in which a promise's clock stood still; To is zero for one that lasts.
type Pause struct {
	State    Clock // why
	From, To time.Time
}

// Pauses are the stretches since Start that do not count, oldest first. Working time says nothing
// here: a night is no pause.
func (r *Reckoning) Pauses() []Pause {
	var all []Pause
	state, from := ClockRuns, r.Start
	end := func(to time.Time) {
		if r.counts(state) || to.Equal(from) {
			return
		}
		if last := len(all) - 1; last >= 0 && all[last].To.Equal(from) && all[last].State == state {
			all[last].To = to
			return
		}
		all = append(all, Pause{State: state, From: from, To: to})
	}
	for _, s := range r.Segments {
		if s.From.After(from) {
			end(s.From)
			from = s.From
		}
		state = s.State
	}
	end(time.Time{})
	return all
}

// Paused says whether the clock stands still after the last segment.
func (r *Reckoning) Paused() bool {
	return len(r.Segments) > 0 && !r.counts(r.Segments[len(r.Segments)-1].State)
}

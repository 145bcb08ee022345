package models

import "time"

// Spans are the pieces of working time within [a, b), in order, each with its beginning and end.
func (c *Calendar) Spans(a, b time.Time) [][2]time.Time {
	if !b.After(a) {
		return nil
	}
	if c.always() {
		return [][2]time.Time{{a, b}}
	}
	var all [][2]time.Time
	c.walk(a, b, func(from, to time.Time) bool {
		if n := len(all); n > 0 && all[n-1][1].Equal(from) {
			all[n-1][1] = to
		} else {
			all = append(all, [2]time.Time{from, to})
		}
		return true
	})
	return all
}

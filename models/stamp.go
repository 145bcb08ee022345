package models

import "time"

// Stamp is a moment as the database keeps it: Unix milliseconds in UTC, 0 for "never".
// An integer sorts, compares and indexes alike on SQLite and PostgreSQL, and needs no
// parsing on the pages that are read most.
type Stamp int64

// At turns a time into a Stamp, dropping what is finer than a millisecond.
func At(t time.Time) Stamp {
	if t.IsZero() {
		return 0
	}
	return Stamp(t.UnixMilli())
}

// Time gives the moment in UTC; a zero Stamp gives the zero time.
func (s Stamp) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(s)).UTC()
}

// IsZero says that it has not happened.
func (s Stamp) IsZero() bool { return s == 0 }

// Add moves the moment by d.
func (s Stamp) Add(d time.Duration) Stamp { return s + Stamp(d/time.Millisecond) }

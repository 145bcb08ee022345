package handlers

import (
	"testing"
	"time"

	"lodge/desk"
	"lodge/locale"
)

// AG-6: a deadline stands there by the clocks it was reckoned by, unless the reader's show the same.
func TestDueThere(t *testing.T) {
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	due := time.Date(2026, 11, 1, 8, 40, 0, 0, time.UTC) // after the clocks of New York were put back that night
	for _, row := range []struct {
		locale, reader, zone string
		due                  time.Time
		there, at            string
	}{
		{"en", "", "America/New_York", due, "In New York", "1 Nov 2026, 03:40 EST"},
		{"en", "", "America/New_York", due.Add(-4 * time.Hour), "In New York", "1 Nov 2026, 00:40 EDT"},
		{"de", "Europe/Berlin", "America/New_York", due, "In New York", "1. Nov. 2026, 03:40 EST"},
		{"en", "Europe/Paris", "Europe/Berlin", due, "", ""}, // the same clock
		{"en", "", "", due, "", ""},                      // day and night
		{"en", "", "Europe/Berlin", time.Time{}, "", ""}, // paused
	} {
		there, at := dueThere(catalogue.For(row.locale), desk.Actor{Zone: row.reader}, desk.PromiseLine{Due: row.due, Zone: row.zone})
		if there != row.there || at != row.at {
			t.Errorf("%+v: %q, %q", row, there, at)
		}
	}
}

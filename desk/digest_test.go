package desk

import (
	"testing"
	"time"
)

// NU-4: eight in the morning of the zone, on the days around a change of its clocks as well; always
// after the moment, and never more than 25 hours.
func TestDigestAt(t *testing.T) {
	for _, c := range []struct{ zone, after, want string }{
		{"UTC", "2026-11-21T07:59:59Z", "2026-11-21T08:00:00Z"},
		{"UTC", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"},
		{"UTC", "2026-12-31T23:00:00Z", "2027-01-01T08:00:00Z"},
		{"Europe/Berlin", "2026-07-01T05:00:00Z", "2026-07-01T06:00:00Z"},
		{"Europe/Berlin", "2026-12-01T06:30:00Z", "2026-12-01T07:00:00Z"},
		{"Europe/Berlin", "2027-03-27T08:00:00Z", "2027-03-28T06:00:00Z"}, // 23 hours
		{"Europe/Berlin", "2027-10-30T06:00:00Z", "2027-10-31T07:00:00Z"}, // 25 hours
		{"America/New_York", "2027-03-13T14:00:00Z", "2027-03-14T12:00:00Z"},
		{"Pacific/Kiritimati", "2026-11-21T18:00:00Z", "2026-11-22T18:00:00Z"},
		{"Asia/Kathmandu", "2026-11-21T02:14:00Z", "2026-11-21T02:15:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		after, _ := time.Parse(time.RFC3339, c.after)
		if got := DigestAt(after, zone).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s: %s, want %s", c.zone, c.after, got, c.want)
		}
		for hour := range 24 * 370 {
			from := after.Add(time.Duration(hour) * time.Hour)
			at := DigestAt(from, zone)
			if wait := at.Sub(from); wait <= 0 || wait > 25*time.Hour || at.Hour() != 8 || at.Minute() != 0 {
				t.Fatalf("%s after %s: %s", c.zone, from, at)
			}
		}
	}
}

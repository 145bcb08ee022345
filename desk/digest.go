package desk

import "time"

// digestHour is when daily digests leave, by the clock of the project's own calendar: that of UTC
// for a project without one.
const digestHour = 8

// DigestAt is when the next digest after a moment leaves in a zone (ZoneOf). It is the same hour on
// the wall all year, whatever daylight saving does to the length of a day.
func DigestAt(after time.Time, zone *time.Location) time.Time {
	after = after.In(zone)
	year, month, day := after.Date()
	at := time.Date(year, month, day, digestHour, 0, 0, 0, zone)
	if !at.After(after) {
		at = time.Date(year, month, day+1, digestHour, 0, 0, 0, zone)
	}
	return at
}

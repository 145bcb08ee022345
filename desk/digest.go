package desk

import "time"

// digestHour is when daily digests leave, by the clock of UTC: neither workspace nor project
// has a zone of its own.
const digestHour = 8

// DigestAt is when the next digest after a moment leaves.
func DigestAt(after time.Time) time.Time {
	after = after.UTC()
	at := time.Date(after.Year(), after.Month(), after.Day(), digestHour, 0, 0, 0, time.UTC)
	if !at.After(after) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

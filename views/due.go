package views

// DueChip is the input of agent/_due: what a ticket owes first. The zero value draws nothing.
type DueChip struct {
	// State is calm, soon, late or paused; Kind first, next, resolution, or date for a day that
	// somebody set.
	State, Kind string
	// Text is what it says now, Title the whole story.
	Text, Title string
	// The rest lets a script keep the chip true: At and Soon are Unix milliseconds (0: never), In,
	// By and Over are the sentences with {left} or {at} in them, Units the words for days, hours and
	// minutes, SoonTag what is read out while it is near, Zone the reader's own zone or empty.
	At, Soon       int64
	In, By, Over   string
	Units, SoonTag string
	Zone           string
}

// Empty says that nothing is due.
func (d DueChip) Empty() bool { return d.State == "" }

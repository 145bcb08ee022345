package views

import "time"

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

// SidebarPromises are the promises to a ticket: those that are still to be kept, and what became of the others.
type SidebarPromises struct {
	Now, Past []SidebarPromise
}

// Empty says that the ticket was promised nothing.
func (s SidebarPromises) Empty() bool { return len(s.Now)+len(s.Past) == 0 }

// SidebarPromise is one promise. Mark is calm, soon, late, paused, kept, kept_late or ended, and picks its sign.
type SidebarPromise struct {
	Name, Mark string
	// Says is how it stands in words, where Chip does not say it.
	Says string
	Chip DueChip
	// Due is when it is or was due; zero while its clock rests. Met is when it was kept.
	Due, Met time.Time
	// DueThere is Due by the clocks of the working hours, and There where those are, such as "In
	// Berlin"; empty where the reader's clocks show the same.
	There, DueThere string
	// Why is what it was worked out from; Policy its name and PolicyURL where it is changed, for those who may.
	Why, Policy, PolicyURL string
	// Pauses say when its clock rested.
	Pauses string
}

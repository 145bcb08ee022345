package views

import "time"

// galleryPromises are promises in every state.
func galleryPromises() SidebarPromises {
	why := "4 h of working time · hours: Berlin"
	return SidebarPromises{
		Now: []SidebarPromise{
			{Name: "First answer", Mark: "soon", Chip: galleryDue("soon", "first", "In 1 h 20 m"), Says: "1 h 20 m of working time", Due: galleryNow.Add(80 * time.Minute), Why: why, Policy: "Standard", PolicyURL: "/agent/settings/sla/1", Pauses: "paused for 35 m"},
			{Name: "Solution", Mark: "paused", Says: "Paused, 24 h 30 m left", Why: "40 h, day and night", Policy: "Standard"},
		},
		Past: []SidebarPromise{
			{Name: "Next answer", Mark: "kept", Says: "Kept", Due: galleryNow.Add(-time.Hour), Met: galleryNow.Add(-2 * time.Hour), Why: why, Policy: "Standard"},
			{Name: "Next answer", Mark: "kept_late", Says: "Kept late", Due: galleryNow.Add(-9 * time.Hour), Met: galleryNow.Add(-8 * time.Hour), Why: why},
			{Name: "Next answer", Mark: "ended", Says: "No longer needed", Why: why},
		},
	}
}

func galleryDue(state, kind, text string) DueChip {
	return DueChip{State: state, Kind: kind, Text: text, Title: text, At: galleryNow.UnixMilli() + 4_800_000, Soon: galleryNow.UnixMilli(), In: "Answer in {left}", By: "Answer by {at}", Over: "Answer overdue {left}", Units: "d|h|m", SoonTag: "(due soon)", Zone: "Europe/Berlin"}
}

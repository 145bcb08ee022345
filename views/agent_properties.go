package views

import (
	"slices"
	"time"
)

// Names of the sidebar's posted fields, beside FieldStatus and FieldAssignee.
const (
	FieldTagAdd    = "add"    // a tag to add
	FieldTagRemove = "remove" // a tag to take off
	FieldUntil     = "until"  // one of the Snooze words
	FieldUntilDate = "date"
	FieldZone      = "zone" // the visitor's own time zone, filled in by a script
	FieldValues    = "value"
)

// The values of FieldUntil.
const (
	SnoozeHour     = "hour"
	SnoozeTomorrow = "tomorrow"
	SnoozeMonday   = "monday"
	SnoozeDate     = "date"
	SnoozeWake     = "wake"
)

// Property is the input of agent/_property: one row of the sidebar, a small form of its own.
type Property struct {
	// ID names the row and the control, such as "priority"; Name is the posted name.
	ID, Name, Label string
	// Kind is select, text, long, date, number, url, email, checkbox, several, company, or
	// read for what cannot be changed.
	Kind   string
	Action string
	// Value is the present value; for read the whole text.
	Value   string
	Choices []Choice
	// None is shown where there is no value, such as "Nobody yet".
	None string
	// Mark is a status' category, which colours the row's dot; Strong a word of warning such as
	// "overdue".
	Mark, Strong string
	// URL, of a row that is read, leads to where its value comes from.
	URL string
	// Internal marks a field that people outside never see.
	Internal bool
	Required bool
	// Key is the keyboard shortcut that goes to the control.
	Key string
	// Error is a whole sentence; Saved shows the quiet sign that it is kept.
	Error string
	Saved bool
	// CSRF is set by the sidebar.
	CSRF string
}

// Described is the id of the element that explains the control, or empty.
func (p Property) Described() string {
	if p.Error != "" {
		return p.ID + "-error"
	}
	return ""
}

// SidebarSnooze is the row that takes the ticket out of sight for a while.
type SidebarSnooze struct {
	Action, CSRF string
	Until        time.Time // zero when it is in sight
	// Zone is empty where a script should say it.
	Error string
	Saved bool
	// Open keeps the choices in sight after a refusal.
	Open bool
	Date string
}

// SidebarTags is the row of tags. Action is empty for who may not change them.
type SidebarTags struct {
	Action, CSRF string
	OptionsURL   string
	Tags         []string
	Typed        string
	Error        string
	Saved        bool
}

// SidebarNotices offers to mark the ticket's notices as read; a script does so as the page is
// looked at. Empty Action leaves it out.
type SidebarNotices struct{ Action, CSRF string }

// Row finds a row of the sidebar by its id, or nil.
func (s *Sidebar) Row(id string) *Property {
	for _, list := range []*[]Property{&s.Rows, &s.Questions, &s.Facts} {
		if i := slices.IndexFunc(*list, func(p Property) bool { return p.ID == id }); i >= 0 {
			return &(*list)[i]
		}
	}
	return nil
}

// MacroList is the input of agent/_macros: the macros that fit a ticket, in groups.
type MacroList struct {
	// SearchURL is the address of this list; Typed what was searched for.
	SearchURL, Typed string
	Groups           []MacroGroup
	// SettingsURL leads to the page that makes macros; empty leaves it out.
	SettingsURL string
}

// Empty says that nothing was found.
func (l MacroList) Empty() bool { return len(l.Groups) == 0 }

// MacroGroup is a group of macros: the project's, everyone's, one's own.
type MacroGroup struct {
	Heading string
	Macros  []MacroItem
}

// MacroItem is one macro to choose. URL answers agent/_macro.
type MacroItem struct {
	ID        int64
	URL, Name string
	Note      bool
	// Does says in words what it changes besides; may be empty.
	Does string
}

// MacroText is the input of agent/_macro: one macro written for a ticket.
type MacroText struct {
	ID   int64
	Name string
	Text string
	Note bool
	Does string
	// Missing are the variables without a value here, with their braces; they must be filled
	// in before the reply can be sent.
	Missing []string
	// Refusal is a whole sentence when the macro cannot be sent as it is; may be empty.
	Refusal string
}

// NoticeList is the input of agent/notices.
type NoticeList struct {
	Action, CSRF, SettingsURL string
	Notices                   []NoticeItem
	Unread                    int
	NextURL                   string
}

// NoticeItem is one line of the notices.
type NoticeItem struct {
	ID            int64
	Icon          string
	URL, Title    string
	Number        int64
	Text          string
	At            time.Time
	Unread        bool
	CSRF, ReadURL string
}

// Bell is the input of agent/_bell: the link to the notices with how many are unread, at most
// 100. URL answers the bell anew.
type Bell struct {
	PageURL, URL string
	Unread       int
	OOB          bool
	// Held, when not nil, brings the number of what is held up to date, too.
	Held *HeldCount
}

// TagsPage is the input of settings/tags.
type TagsPage struct {
	Tags    []TagRow
	NextURL string
}

// TagRow is one tag of the list.
type TagRow struct {
	URL, Name string
	Tickets   int
}

// TagPage is the input of settings/tag: rename, merge, delete.
type TagPage struct {
	BackURL string
	Name    string
	Tickets int
	Rename  Form
	Merge   Form
	Delete  Form
}

// MacrosPage is the input of settings/macros.
type MacrosPage struct {
	NewURL string
	Groups []MacroGroup
}

// MacroPage is the input of settings/macro. Delete is nil for a new one.
type MacroPage struct {
	Title, BackURL string
	Form           Form
	Variables      []MacroVariable
	Delete         *Form
}

// MacroVariable is a word that a macro may hold, with what stands in its place.
type MacroVariable struct{ Name, Text string }

package views

// Preferences is the input of portal/preferences (NU-4): what somebody wants to be mailed.
type Preferences struct {
	// Action receives the fields ticket, all and locale.
	Action                  string
	Project, Title, Address string
	// Ticket are the choices for this ticket, All those for every ticket of the project.
	Ticket, All, Languages []Choice
	// Errors maps a field to a whole sentence.
	Errors map[string]string
}

// Problems lists the errors for the summary.
func (p Preferences) Problems() []FieldError { return pick(p.Errors, "ticket", "all", "locale") }

// NotifyMatrix is the input of settings/notifications: who is mailed about what (NU-1).
type NotifyMatrix struct {
	Head                  ProjectHead
	Action, CSRF, Version string
	// Error is what was refused as a whole; may be empty.
	Error string
	// Audiences head the columns.
	Audiences []string
	Rows      []NotifyRow
	// Inputs stand below the table.
	Inputs []Input
}

// Problems lists the errors for the summary.
func (m NotifyMatrix) Problems() []FieldError {
	if m.Error != "" {
		return []FieldError{{Text: m.Error}}
	}
	return Form{Inputs: m.Inputs}.Problems()
}

// NotifyRow is one event with a switch for each audience.
type NotifyRow struct {
	Label, Help string
	Cells       []NotifyCell
}

// NotifyCell is a switch; Audience is its column's heading, for its name and for phones.
type NotifyCell struct {
	Name, Audience string
	On             bool
}

package views

// Input is one control of a form of the desk, drawn by agent/_input with its label, help and
// error. Every form of the settings is a list of them, so that all look and behave alike.
type Input struct {
	// Kind is text, email, password, number, date, datetime-local, time, url, code (a one-time code),
	// textarea, select, radio, checkbox, checkboxes, hidden, or heading (Label alone, above a group).
	Kind string
	// Name is the posted name and the id of the control.
	Name  string
	Label string
	Help  string
	// Value is the present value; a checkbox posts "1" and is on when it is not empty.
	Value string
	// Choices of select, radio and checkboxes.
	Choices []Choice
	// Error is a whole sentence.
	Error    string
	Required bool
	// Optional says so beside the label.
	Optional bool
	// Min and Max bound numbers and dates; MaxLength text in characters; Rows is the height of a textarea.
	Min, Max  string
	MaxLength int
	Rows      int
	// Unit stands behind a number, such as "MB".
	Unit string
	// Autocomplete is the control's autofill word (WCAG 1.3.5).
	Autocomplete string
	Placeholder  string
	// Mono sets code in a monospaced font.
	Mono bool
}

// Form is the input of agent/_form: a whole form of the desk. What is refused is shown in a
// summary that links to the fields (EV-3).
type Form struct {
	Action, CSRF string
	// ID names the element; "form" when empty.
	ID     string
	Inputs []Input
	// Submit is the label of the button; Danger draws it as one that takes away.
	Submit string
	Danger bool
	// CancelURL leads back without saving; empty leaves it out.
	CancelURL string
	// Error is a whole sentence about the form as a whole; may be empty.
	Error string
	// Version, when not empty, is posted as "version": who saves over somebody else's change is told.
	Version string
}

// Problems lists the errors in the order of the form.
func (f Form) Problems() []FieldError {
	var all []FieldError
	if f.Error != "" {
		all = append(all, FieldError{Text: f.Error})
	}
	for _, in := range f.Inputs {
		if in.Error != "" {
			all = append(all, FieldError{ID: in.Name, Text: in.Error})
		}
	}
	return all
}

// Name is ID, or its default.
func (f Form) Name() string {
	if f.ID == "" {
		return "form"
	}
	return f.ID
}

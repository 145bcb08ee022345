package views

import "time"

// PoliciesPage is the input of settings/sla: the policies in their order, and which one a ticket gets.
type PoliciesPage struct {
	NewURL, SimulatorURL string
	Rows                 []PolicyRow
	Which                WhichForm
}

// PolicyRow is a policy in the list. Conditions says in words which tickets it is for, Targets has
// a line for each priority, Details are short remarks.
type PolicyRow struct {
	ID, Name, URL, SimulatorURL, DeleteURL string
	Default, Off                           bool
	Conditions                             string
	// Warning says that it catches nothing; empty where it does.
	Warning          string
	Targets, Details []string
	Tickets          int // 100 for more than 99
	SwitchURL, CSRF  string
	Move             MoveButtons
}

// WhichForm asks which policy a ticket would get. Answer is nil until it is asked.
type WhichForm struct {
	Action           string
	Number           string
	Types            []ChoiceGroup
	Projects         []Choice
	Teams            []Choice
	Priorities       []Choice
	Company          string
	NumberError      string
	ProjectError     string
	TypeError        string
	CompanyError     string
	Error            string
	Answer           *WhichAnswer
	DescriptionShown bool
}

// Problems lists what was refused, in the order of the form.
func (f WhichForm) Problems() []FieldError {
	var all []FieldError
	for _, e := range []FieldError{{"", f.Error}, {"which-number", f.NumberError}, {"which-project", f.ProjectError}, {"which-type", f.TypeError}, {"which-company", f.CompanyError}} {
		if e.Text != "" {
			all = append(all, e)
		}
	}
	return all
}

// ChoiceGroup is a group of choices with a heading.
type ChoiceGroup struct {
	Label   string
	Choices []Choice
}

// WhichAnswer is the policy that a ticket gets, and why not the others. Facts are what was asked
// about; URL leads to the ticket where there is one; Name is empty where no policy holds.
type WhichAnswer struct {
	Title, URL   string
	Facts        []string
	Name         string
	PolicyURL    string
	Calendar     string
	Deadlines    []WhichLine
	Filed        string
	SimulatorURL string
	Reasons      []WhichReason
}

// WhichLine is a target with its deadline in words.
type WhichLine struct{ Label, Target, Due string }

// WhichReason says why a policy holds or not. Chosen marks the one that does.
type WhichReason struct {
	Name, URL, Text string
	Chosen          bool
}

// PolicyPage is the input of settings/sla_policy: one policy to make or to change.
type PolicyPage struct {
	Title, BackURL, SimulatorURL, DeleteURL string
	Action, CSRF, Version                   string
	// Typed says that the form holds what is not saved though nothing was refused.
	Typed bool
	Error string
	Name  Input
	On    Input
	// Holds chooses between conditions and the default.
	Holds     Input
	Projects  Input
	Types     []ChoiceGroup
	TypesErr  string
	Teams     Input
	Companies []Choice
	Company   Input
	// CompaniesError is about the list as a whole.
	Kinds       []string
	Rows        []TargetRow
	TargetsErr  string
	PauseOnHold Input
	Warn        Input
	Calendar    Input
	Preview     *PolicyPreview
}

// TargetRow are the targets of one priority, one cell for each kind.
type TargetRow struct {
	ID, Label string
	Cells     []TargetCell
}

// TargetCell is one target as it was typed; Label is its kind.
type TargetCell struct{ Name, Label, Value, Error string }

// Problems lists the errors in the order of the form.
func (p PolicyPage) Problems() []FieldError {
	all := Form{Error: p.Error, Inputs: []Input{p.Name, p.Holds, p.Projects}}.Problems()
	if p.TypesErr != "" {
		all = append(all, FieldError{"types", p.TypesErr})
	}
	all = append(all, Form{Inputs: []Input{p.Teams, p.Company}}.Problems()...)
	if p.TargetsErr != "" {
		all = append(all, FieldError{"targets", p.TargetsErr})
	}
	for _, row := range p.Rows {
		for _, cell := range row.Cells {
			if cell.Error != "" {
				all = append(all, FieldError{cell.Name, row.Label + ": " + cell.Error})
			}
		}
	}
	return append(all, Form{Inputs: []Input{p.Calendar, p.Warn}}.Problems()...)
}

// PolicyPreview says what saving would do to the open tickets. Nothing has been saved.
type PolicyPreview struct {
	Lead  string
	Facts []string
	Rows  []PreviewRow
}

// PreviewRow is an example of a ticket that would move.
type PreviewRow struct {
	Title, URL string
	Was, Is    time.Time
	Overdue    bool
}

// PolicyDelete is the input of settings/sla_delete.
type PolicyDelete struct {
	Title, Text, Action, BackURL, CSRF string
	Tickets                            int
	Error                              string
	// Moves are whole sentences about the deadlines that move; may be empty.
	Moves []string
}

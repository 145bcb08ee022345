package views

import (
	"fmt"
	"time"
)

// ProjectHead is the input of settings/_project_head: what stands above every page of a
// project's settings.
type ProjectHead struct {
	Name, ListURL string
	// Open: the portal answers. Disabled: the project is out of use for everybody outside.
	Open, Disabled bool
	Tabs           []AgentView
	// Title names the page; Lead says in a sentence what it decides.
	Title, Lead string
}

// ProjectsPage is the input of settings/projects.
type ProjectsPage struct {
	Rows []ProjectRow
	// Add makes a project; nil for who may not.
	Add *Form
	// AddOpen shows the form at once, as after a refusal.
	AddOpen bool
}

// ProjectRow is a project in the list.
type ProjectRow struct {
	Name, Slug, URL string
	Open, Disabled  bool
	// Tickets that have not ended, 100 for more than 99.
	Tickets int
	Move    MoveButtons
}

// MoveButtons is the input of settings/_move: the two buttons that move a row. They post "by",
// -1 or 1; dragging posts other numbers. An empty Action leaves them out.
type MoveButtons struct {
	Action, CSRF, Name string
	First, Last        bool
}

// ProjectForm is the input of settings/project: a page of a project that is one form.
type ProjectForm struct {
	Head    ProjectHead
	Notices []Notice
	Form    Form
	// Also leads to more of the same concern; a zero value leaves it out.
	Also ProjectAlso
	// Foot is a remark under the form; may be empty.
	Foot string
	// Danger is what can be done to the project as a whole; empty leaves it out.
	Danger Link
	// DangerText says what that does.
	DangerText string
}

// ProjectAlso is a page that belongs to another, with what it says at the moment.
type ProjectAlso struct {
	Title, Text string
	Link        Link
}

// ProjectPortal is the input of settings/project_portal (SE-1).
type ProjectPortal struct {
	Head                  ProjectHead
	Action, CSRF, Version string
	// Portal is the chosen value, Saved the one that holds.
	Portal, Saved string
	// Confirm asks for the word of whoever opens the portal: the same questions as the dialog.
	Confirm bool
	// Consequences are whole sentences about what opening does.
	Consequences []string
	Error        string
	Addresses    []Address
	// Domain is the project's own host name, empty without one; DomainURL changes it.
	Domain, DomainURL string
}

// ProjectDomain is the input of settings/project_domain (CP-4).
type ProjectDomain struct {
	Head    ProjectHead
	BackURL string
	Form    Form
	// Record is the line that the DNS of the domain needs; empty without one.
	Record string
}

// Address is a public address with what stands there.
type Address struct{ Label, Help, URL string }

// Problems lists what was refused.
func (p ProjectPortal) Problems() []FieldError {
	if p.Error == "" {
		return nil
	}
	return []FieldError{{Text: p.Error}}
}

// SortRow is a row of a list whose order people choose: a status or a type.
type SortRow struct {
	ID string
	// Chip is drawn when its category is set; else Title stands alone.
	Chip  Status
	Title string
	// Details are short remarks, Badges short marks.
	Details, Badges    []string
	Tickets            int // 100 for more than 99
	EditURL, DeleteURL string
	Move               MoveButtons
}

// SortPage is the input of settings/types: a list to order, and a form to add to it.
type SortPage struct {
	Head    ProjectHead
	Notices []Notice
	Rows    []SortRow
	Add     Form
	AddText string
	AddOpen bool
}

// StatusesPage is the input of settings/statuses (SE-2).
type StatusesPage struct {
	SortPage
	Graph GraphForm
}

// GraphForm is the graph of a project as checkboxes from × to, with a drawing of it.
type GraphForm struct {
	Action, CSRF, Version string
	// Tasks choose the statuses with a task.
	Tasks   []Input
	Columns []Status
	Rows    []GraphRow
	Error   string
	Drawing GraphDrawing
	// Warnings are about the graph as it is kept.
	Warnings []Notice
}

// GraphRow are the steps out of one status.
type GraphRow struct {
	From  Status
	Cells []GraphCell
}

// GraphCell is one possible step; Same marks the step to itself, which is none.
type GraphCell struct {
	Value, To string
	On, Same  bool
}

// Problems lists the errors in the order of the form.
func (g GraphForm) Problems() []FieldError { return Form{Inputs: g.Tasks, Error: g.Error}.Problems() }

// GraphDrawing is a graph drawn as arcs: the statuses stand in a column, steps down it run at
// the right, steps back at the left.
type GraphDrawing struct {
	Width, Height int
	Nodes         []GraphNode
	Arcs          []GraphArc
}

// GraphNode is a status in the drawing.
type GraphNode struct {
	X, Y, TextX, TextY, BoxWidth, BoxHeight int
	Category, Label                         string
}

// GraphArc is a step in the drawing. Back runs against the order.
type GraphArc struct {
	Path string
	Back bool
}

// DrawGraph draws statuses in their order; steps are pairs of places in it.
func DrawGraph(statuses []Status, steps [][2]int) GraphDrawing {
	const row, box, height = 44, 176, 30
	side := 24 + 11*len(statuses)
	d := GraphDrawing{Width: 2*side + box, Height: row*len(statuses) + 4}
	middle := func(i int) int { return row*i + row/2 }
	for i, s := range statuses {
		label := []rune(s.Label)
		if len(label) > 20 {
			label = append(label[:19], '…')
		}
		d.Nodes = append(d.Nodes, GraphNode{X: side, Y: middle(i) - height/2, TextX: side + box/2, TextY: middle(i) + 5, BoxWidth: box, BoxHeight: height, Category: s.Category, Label: string(label)})
	}
	for _, s := range steps {
		from, to := middle(s[0]), middle(s[1])
		if s[0] < s[1] {
			wide := 12 + 11*(s[1]-s[0])
			x := side + box
			d.Arcs = append(d.Arcs, GraphArc{Path: fmt.Sprintf("M %d %d C %d %d %d %d %d %d", x, from+5, x+wide, from+5, x+wide, to-5, x+5, to-5)})
			continue
		}
		wide := 12 + 11*(s[0]-s[1])
		d.Arcs = append(d.Arcs, GraphArc{Back: true, Path: fmt.Sprintf("M %d %d C %d %d %d %d %d %d", side, from-5, side-wide, from-5, side-wide, to+5, side-5, to+5)})
	}
	return d
}

// IntakePage is the input of settings/intake (PC-8).
type IntakePage struct {
	Head ProjectHead
	// Made is the address of the link that was just made; empty for none. MadeFor is whom it is for.
	Made, MadeFor string
	// Closed says that the portal is off: links open nothing until it is on.
	Closed    bool
	Rows      []IntakeRow
	OlderURL  string
	NewestURL string
	Add       Form
	CSRF      string
	// PortalURL leads to the switch of the portal; empty for who may not.
	PortalURL string
}

// IntakeRow is an intake link without its secret. State is live, expired or revoked.
type IntakeRow struct {
	Name, Address, MadeBy, State string
	Uses                         int
	Made, Expires                time.Time
	RevokeAction                 string
}

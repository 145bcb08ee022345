package views

// SortList is the input of settings/_template_sort: a list whose order is changed by buttons, and
// with scripts by dragging. It posts "key" and "step" (-1 or 1), or "all" once for each item.
type SortList struct {
	// ID is the element's id, Label its accessible name.
	ID, Label    string
	Action, CSRF string
	Items        []SortItem
}

// SortItem is a row of a SortList.
type SortItem struct {
	// Key is the posted value.
	Key, Title, URL string
	// Notes stand below the title; Badges beside it.
	Notes, Badges []string
	// DeleteURL leads to the question whether to delete it; empty leaves it out.
	DeleteURL string
	// First and Last have nowhere to go on one side; set by Rows.
	First, Last bool
	// List is the list it stands in; set by Rows.
	List *SortList
}

// Rows are the items with their places marked.
func (l SortList) Rows() []SortItem {
	all := append([]SortItem(nil), l.Items...)
	for i := range all {
		all[i].First, all[i].Last, all[i].List = i == 0, i == len(all)-1, &l
	}
	return all
}

// Templates is the input of settings/templates: the templates of a project (SE-3).
type Templates struct {
	Head ProjectHead
	List SortList
	// Enforce is nil while there is nothing to choose from.
	Enforce *Form
	Add     Form
}

// Template is the input of settings/template: one template and its fields.
type Template struct {
	Crumbs []Link
	Title  string
	// Enforced: reporters get this template and no other.
	Enforced bool
	// Error is a whole sentence about a refused change of the list; may be empty.
	Error                         string
	Fields                        SortList
	AddURL, PreviewURL, DeleteURL string
	Rename                        Form
}

// TemplateField is the input of settings/template_field: the editor of one field.
type TemplateField struct {
	Crumbs []Link
	Title  string
	// Key is the field's slug, under which tickets keep its answers; empty for a new one.
	Key       string
	DeleteURL string
	Form      Form
}

// ConfirmDelete is the input of settings/template_delete: a question before something is taken away.
type ConfirmDelete struct {
	Crumbs      []Link
	Title, Text string
	Form        Form
}

// TemplatePreview is the input of settings/template_preview: the public form in a frame.
type TemplatePreview struct {
	Crumbs []Link
	Title  string
	// FrameURL answers the form itself.
	FrameURL string
	// Widths are the links that choose the frame's width; Phone says which is chosen.
	Widths  []AgentView
	Phone   bool
	Notices []Notice
}

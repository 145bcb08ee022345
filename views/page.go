package views

// Page is everything a layout needs to draw one whole page around a body template.
type Page struct {
	// Title names the page; the layout appends the workspace's name.
	Title string
	// Body is the template name of the page's body, such as "portal/create".
	Body string
	// Data is the input struct of Body.
	Data any
	// Lang is the locale of the page ("en", "de"); Views.Page fills it in when empty.
	Lang string
	// Zone is the time zone times are shown in, such as Europe/Berlin; empty is the browser's.
	Zone string
	// Theme is "light", "dark" or "auto" (also when empty): the visitor's choice, from the cookie of the same name.
	Theme string
	// Workspace names the house whose pages these are.
	Workspace Workspace
	// Nav holds the links of the portal's header; an empty URL leaves its link out.
	Nav Nav
	// Path is the address of this page, with its query; the language and theme switch return to it.
	Path string
	// CSRF is the session's token for forms on signed-in pages; empty where no cookie is involved.
	CSRF string
	// Flash is a message shown once at the top.
	Flash *Flash
	// NoIndex asks search engines to stay away (every page behind a secret link).
	NoIndex bool
	// Agent is set on agents' pages only.
	Agent *AgentNav
	// Languages are the locales offered in the switch; Views.Page fills them in when empty.
	Languages []Choice
}

// Workspace is the public face of the installation.
type Workspace struct {
	Name string
	// SupportAddress is the e-mail address printed in the footer; empty leaves it out.
	SupportAddress string
	// SignUp: anybody may ask for an account.
	SignUp bool
}

// Nav holds the links of the portal's header, ready to print.
type Nav struct {
	HomeURL, DocsURL, NewTicketURL string
	MineURL, SignInURL, SignUpURL  string
	// Current marks one link as the present page: "docs", "new", "mine", "sign_in" or "sign_up".
	Current string
	// Customer is who is signed in; nil for everybody else.
	Customer *CustomerNav
}

// CustomerNav is what the header says of a signed-in customer.
type CustomerNav struct{ Name, Address string }

// Flash is a message shown once. Kind is one of "success", "info", "warning", "error".
type Flash struct{ Kind, Text string }

// Notice is a short message inside a page. Kind as in Flash.
type Notice struct{ Kind, Text string }

// AgentNav is the header of the agents' pages.
type AgentNav struct {
	Name, QueueURL, SignOutURL string
	// Sections are the parts of the desk in its header: tickets, settings …
	Sections []AgentView
	// Views are the lists at the side; Groups stand below them, each with a heading.
	Views  []AgentView
	Groups []NavGroup
	// Bell is nil where nobody is told anything.
	Bell *Bell
}

// NavGroup is a group of links at the side. An empty Heading leaves it out.
type NavGroup struct {
	Heading string
	Links   []AgentView
}

// AgentView is one saved list in the agents' navigation.
type AgentView struct {
	Label, URL string
	Count      int
	// More says that there may be more than Count.
	More    bool
	Current bool
	// Held is the number of what is held, kept fresh; nil for all but that section.
	Held *HeldCount
}

// Link is a labelled address.
type Link struct{ Label, URL string }

// Choice is one option of a select, a list of checkboxes or a set of radio buttons.
type Choice struct {
	Value, Label string
	// Help is a short explanation shown where the control has room for one.
	Help     string
	Selected bool
}

// Status is a ticket's state. Category is one of new, open, waiting, on_hold, resolved, closed, rejected and picks
// the colour; Label is the project's own name for it.
type Status struct{ Category, Label string }

// FieldError is one line of the error summary: a link to the field and what is wrong with it.
type FieldError struct{ ID, Text string }

package views

import "time"

// People is the input of people/list: everybody of the desk (SE-4).
type People struct {
	InviteURL string
	Active    []PersonRow
	Disabled  []PersonRow
}

// PersonRow is an agent in a list.
type PersonRow struct {
	Name, Address, URL string
	// Role is the word for it; Where says where it holds, such as "Everywhere" or names of projects.
	Role, Where, Teams string
	// State is active, invited or disabled.
	State     string
	Self      bool
	TwoFactor bool
	// Away now; AwayUntil is zero when nobody knows how long.
	Away      bool
	AwayUntil time.Time
	SeenAt    time.Time
	// InviteEnds is when an invitation stops working; zero when none works.
	InviteEnds time.Time
	// OpenTickets are those that somebody disabled still has.
	OpenTickets int
}

// PersonPage is the input of people/person: one agent, or a new one.
type PersonPage struct {
	Title, Lead, BackURL string
	CSRF                 string
	Form                 Form
	// Row is the agent as it is; nil for a new one.
	Row *PersonRow
	// Acts are what can be done besides the form, each a button with its sentence.
	Acts []PersonAct
	// Tickets that a disabled or leaving agent still has; HandOver gives them away.
	Tickets  []PersonTicket
	HandOver *HandOver
	// Work says what rules go by; nil for a new one.
	Work *Form
}

// PersonAct is something that a button does; without a label there is only its sentence. Error says why it was refused.
type PersonAct struct {
	ID, Action, Title, Text, Button, Icon string
	Danger                                bool
	Error                                 string
}

// PersonTicket is a line of somebody's open tickets.
type PersonTicket struct{ Number, Title, Project, URL string }

// HandOver is the form that gives somebody's open tickets to another.
type HandOver struct {
	Action  string
	Count   int
	Choices []Choice
	Error   string
}

// Roles is the input of people/roles.
type Roles struct {
	// Roles are the columns.
	Roles []RoleColumn
	// Groups are the rows.
	Groups []ActionGroup
	// Everywhere and Projects say who has what.
	Everywhere RoleHolders
	Projects   []RoleHolders
}

// RoleColumn is a role with a sentence about it.
type RoleColumn struct{ Name, Text string }

// ActionGroup is a group of rows of the permission table.
type ActionGroup struct {
	Heading string
	Rows    []ActionRow
}

// ActionRow says who may do something; May is in the order of the columns.
type ActionRow struct {
	Name, Text string
	May        []RoleMay
}

// RoleMay is a cell: whether a role may.
type RoleMay struct {
	Role string
	May  bool
}

// RoleHolders are the people with each role, in the order of the columns.
type RoleHolders struct {
	Project string
	Cells   []RoleHolder
}

// RoleHolder names who has a role; Names may be empty.
type RoleHolder struct{ Role, Names string }

// Teams is the input of people/teams.
type Teams struct {
	AddURL string
	Teams  []TeamRow
}

// TeamRow is a team in the list.
type TeamRow struct {
	Name, URL string
	Members   []string
	// Away says by the place among the members until when one is away, zero when nobody knows.
	Away map[int]time.Time
}

// SkillRow is one skill of people/skills: who has it, and the names of the rules that ask for it.
type SkillRow struct {
	Name, URL string
	Members   []string
	Rules     []string
}

// Skills is the input of people/skills.
type Skills struct {
	AddURL string
	Skills []SkillRow
}

// SkillPage is the input of people/skill: one skill, or a new one, which has no Delete.
type SkillPage struct {
	Title, BackURL string
	Form           Form
	Delete         *Form
	Rules          []string
}

// TeamPage is the input of people/team: one team, or a new one.
type TeamPage struct {
	Title, BackURL string
	Form           Form
	// DeleteURL leads to the question whether to delete it; empty for a new one.
	DeleteURL string
}

// TeamDelete is the input of people/team_delete.
type TeamDelete struct {
	Name, Action, BackURL, CSRF string
	Tickets                     int
	Error                       string
}

// ProfilePage is the input of people/profile.
type ProfilePage struct {
	CSRF           string
	Role           string
	Where          string
	Address        string
	Form, Password Form
	// Away says until when rules give the agent nothing; AwayUntil is shown while IsAway.
	Away      Form
	IsAway    bool
	AwayUntil time.Time
	Sessions  []SessionRow
	// RevokeOthersURL ends all other sessions; empty when there are none.
	RevokeOthersURL, RevokeURL string
	Factor                     FactorCard
}

// SessionRow is a signed-in browser.
type SessionRow struct {
	ID            string
	Device        string
	Began, SeenAt time.Time
	This          bool
}

// FactorCard is how a second factor stands.
type FactorCard struct {
	URL       string
	On        bool
	Since     time.Time
	CodesLeft int
	Required  bool
}

// FactorPage is the input of people/factor: setting a second factor up, or what can be done with one.
type FactorPage struct {
	CSRF, BackURL string
	// Led: the workspace asks for it before anything else.
	Led bool
	FactorCard
	BeginURL, CancelURL string
	// Begun: Secret is shown for typing, PictureURL is its QR code; Form asks for the first code.
	Begun              bool
	Secret, PictureURL string
	Form               Form
	// Codes and Off are the forms of a factor that is on.
	Codes, Off Form
	Error      string
}

// FactorCodes is the input of people/codes: recovery codes, shown once.
type FactorCodes struct {
	Codes   []string
	All     string
	NextURL string
	// First: the factor was turned on just now.
	First bool
}

// SignInCode is the input of people/code: the second step of a sign-in (layout "bare").
type SignInCode struct{ Action, CSRF, BackURL, Error, Next string }

// Forgotten is the input of people/forgotten (layout "bare").
type Forgotten struct {
	Action, BackURL, Email, Error string
	// Sent: the answer is alike for every address.
	Sent bool
}

// NewPassword is the input of people/new_password (layout "bare"): a mailed link sets a password.
type NewPassword struct {
	Action, Address, Name string
	// Join: an invitation is accepted, and the name is asked for.
	Join        bool
	MinPassword int
	Errors      map[string]string
}

// Problems lists the errors in the order of the form.
func (n NewPassword) Problems() []FieldError { return pick(n.Errors, FieldName, FieldPassword) }

// LinkGone is the input of people/gone (layout "bare").
type LinkGone struct {
	Join                    bool
	ForgottenURL, SignInURL string
}

// AuditPage is the input of people/audit.
type AuditPage struct {
	Action                        string
	Kinds, Agents                 []Choice
	From, To                      string
	Filtered                      bool
	Lines                         []AuditLine
	OlderURL, NewestURL, ClearURL string
	ExportURL                     string
	Error                         string
}

// AuditLine is an entry of the audit log in words. Text is a whole sentence without who; Kind
// is shown where there are no words for it.
type AuditLine struct {
	ID        int64
	Who, Text string
	Icon      string
	At        time.Time
	Changes   []AuditChange
}

// AuditChange is a detail of an entry.
type AuditChange struct {
	Name, Was, Is string
	Pair          bool
}

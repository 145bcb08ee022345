package models

// Action is something an agent may or may not do.
type Action string

// What verbs ask about. The first group is about one project's tickets, the second about
// what all projects share.
const (
	ActRead    Action = "read"
	ActReply   Action = "reply"
	ActNote    Action = "note"
	ActStatus  Action = "status"
	ActAssign  Action = "assign"
	ActEdit    Action = "edit"    // title, type, priority, team, tags, due date, snooze, fields, company
	ActCreate  Action = "create"  // a ticket in somebody's name
	ActMerge   Action = "merge"   // merge, split, link
	ActSpam    Action = "spam"    // mark as spam, block a sender
	ActRedact  Action = "redact"  // take out a message or a file for good
	ActIntake  Action = "intake"  // make and revoke intake links
	ActArticle Action = "article" // write and publish articles

	ActContacts Action = "contacts" // change contacts and companies
	ActMacros   Action = "macros"   // change macros that all share
	ActSettings Action = "settings" // workspace, projects, statuses, types, templates, limits
	ActPeople   Action = "people"   // agents, roles, teams
	ActAudit    Action = "audit"    // read the audit log
)

// Actions lists every action in the order of the permission table.
var Actions = []Action{ActRead, ActNote, ActReply, ActStatus, ActAssign, ActEdit, ActCreate, ActMerge, ActSpam, ActRedact, ActIntake, ActArticle,
	ActContacts, ActMacros, ActSettings, ActPeople, ActAudit}

// Roles lists the roles, the mightiest first.
var Roles = []Role{RoleAdmin, RoleAgent, RoleViewer}

func granted(actions ...Action) map[Action]bool {
	set := map[Action]bool{}
	for _, a := range actions {
		set[a] = true
	}
	return set
}

var allowed = map[Role]map[Action]bool{
	RoleAdmin:  granted(Actions...),
	RoleAgent:  granted(ActRead, ActNote, ActReply, ActStatus, ActAssign, ActEdit, ActCreate, ActMerge, ActSpam, ActIntake, ActArticle, ActContacts),
	RoleViewer: granted(ActRead, ActNote),
}

// Can says whether a role may do something; unknown roles may do nothing.
func (r Role) Can(a Action) bool { return allowed[r][a] }

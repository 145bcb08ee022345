package models

// Action is something an agent may or may not do.
type Action string

// What the desk asks about today; settings bring more.
const (
	ActRead   Action = "read"
	ActReply  Action = "reply"
	ActNote   Action = "note"
	ActStatus Action = "status"
	ActAssign Action = "assign"
	ActIntake Action = "intake"
)

var allowed = map[Role]map[Action]bool{
	RoleAdmin:  {ActRead: true, ActReply: true, ActNote: true, ActStatus: true, ActAssign: true, ActIntake: true},
	RoleAgent:  {ActRead: true, ActReply: true, ActNote: true, ActStatus: true, ActAssign: true, ActIntake: true},
	RoleViewer: {ActRead: true, ActNote: true},
}

// Can says whether a role may do something; unknown roles may do nothing.
func (r Role) Can(a Action) bool { return allowed[r][a] }

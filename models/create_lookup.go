package models

import (
	"context"
	"database/sql"
)

// NameOption is a row that a list offers by its name.
type NameOption struct {
	ID   int64
	Name string
}

func nameOptions(rows *sql.Rows, err error) ([]NameOption, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []NameOption
	for rows.Next() {
		var n NameOption
		if err := rows.Scan(&n.ID, &n.Name); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

// AnswerersOf lists the agents who may answer in a project, by name.
func AnswerersOf(ctx context.Context, c Conn, projectID int64) ([]NameOption, error) {
	rows, err := c.query(ctx, `SELECT a.id, a.name, CASE WHEN a.everywhere OR a.role = 'admin' THEN a.role ELSE COALESCE(p.role, '') END
		FROM agents a LEFT JOIN agent_projects p ON p.agent_id = a.id AND p.project_id = ? WHERE a.disabled_at = 0 ORDER BY a.name, a.id`, projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []NameOption
	for rows.Next() {
		var n NameOption
		var role Role
		if err := rows.Scan(&n.ID, &n.Name, &role); err != nil {
			return nil, err
		}
		if role.Can(ActReply) {
			all = append(all, n)
		}
	}
	return all, rows.Err()
}

// TeamNames lists the teams by name.
func TeamNames(ctx context.Context, c Conn) ([]NameOption, error) {
	return nameOptions(c.query(ctx, "SELECT id, name FROM teams ORDER BY name, id"))
}

// CompaniesToPick lists the companies somebody belongs to, by name.
func CompaniesToPick(ctx context.Context, c Conn, contactID int64) ([]NameOption, error) {
	return nameOptions(c.query(ctx, "SELECT c.id, c.name FROM company_members m JOIN companies c ON c.id = m.company_id WHERE m.contact_id = ? ORDER BY c.name, c.id", contactID))
}

// KnownIn says whether somebody takes part in a ticket of one of these projects; nil is any.
func KnownIn(ctx context.Context, c Conn, contactID int64, projects []int64) (bool, error) {
	if projects == nil {
		return true, nil
	}
	args := []any{contactID}
	for _, id := range projects {
		args = append(args, id)
	}
	var known bool
	err := c.row(ctx, "SELECT EXISTS (SELECT 1 FROM participants p JOIN tickets t ON t.id = p.ticket_id WHERE p.contact_id = ? AND t.project_id IN ("+places(len(projects))+"))", args...).Scan(&known)
	return known, err
}

// ForAgents is the template as agents fill it in: every field is asked, those that people
// outside never see with their default to begin with (AG-3).
func (t *Template) ForAgents() *Template {
	if t == nil {
		return nil
	}
	open := *t
	open.Fields = nil
	for _, f := range t.Fields {
		g := *f
		g.Hidden, g.ReadOnly = false, false
		open.Fields = append(open.Fields, &g)
	}
	return &open
}

// AcceptFromAgent builds the answers from what an agent has posted, as Accept does for people
// outside. What is public of them stays as the template says.
func (t *Template) AcceptFromAgent(posted map[string][]string, v *Invalid) []FieldValue {
	if t == nil {
		return nil
	}
	public := map[string]bool{}
	for _, f := range t.Fields {
		public[f.Slug] = f.InThread && !f.Hidden
	}
	values := t.ForAgents().Accept(posted, v)
	for i := range values {
		values[i].Public = public[values[i].Slug]
	}
	return values
}

package models

import (
	"context"
	"encoding/json"

	"github.com/uptrace/bun"
)

// Macro is a ready answer: a text with variables, and what sending it does to the ticket.
type Macro struct {
	bun.BaseModel `bun:"table:macros"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	// ProjectID nil is for every project; OwnerID nil is shared by all, else only its owner's.
	ProjectID  *int64
	OwnerID    *int64
	Body       string // Markdown with variables
	RawActions string `bun:"actions"`
	Position   int64
	CreatedAt  Stamp
}

// MacroActions is what sending a macro does besides its text. Zero values do nothing.
type MacroActions struct {
	// Note says that the text is a note for colleagues and no reply.
	Note bool `json:"note,omitempty"`
	// Status is the slug of a status; projects name theirs, so it may not be there.
	Status string `json:"status,omitempty"`
	// Priority is one of the priorities, 0 leaves it.
	Priority int `json:"priority,omitempty"`
	// Tags are added to those the ticket has.
	Tags []string `json:"tags,omitempty"`
	// Take assigns the ticket to whoever sends it.
	Take bool `json:"take,omitempty"`
}

// Actions decodes what the macro does.
func (m *Macro) Actions() MacroActions {
	var a MacroActions
	_ = json.Unmarshal([]byte(m.RawActions), &a)
	return a
}

// SetActions keeps what the macro does.
func (m *Macro) SetActions(a MacroActions) {
	raw, _ := json.Marshal(a)
	m.RawActions = string(raw)
}

const macroColumns = "id, name, project_id, owner_id, body, actions, position, created_at"

// Macros lists the macros that an agent may use, by name: the shared ones and the agent's own.
// projectID narrows to those for that project or for all; 0 does not narrow.
func Macros(ctx context.Context, c Conn, agentID, projectID int64) ([]*Macro, error) {
	query, args := "SELECT "+macroColumns+" FROM macros WHERE (owner_id IS NULL OR owner_id = ?)", []any{agentID}
	if projectID != 0 {
		query, args = query+" AND (project_id IS NULL OR project_id = ?)", append(args, projectID)
	}
	rows, err := c.query(ctx, query+" ORDER BY name, id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Macro
	for rows.Next() {
		m, err := scanMacro(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// MacroByID reads one macro, whoever it belongs to.
func MacroByID(ctx context.Context, c Conn, id int64) (*Macro, error) {
	m, err := scanMacro(c.row(ctx, "SELECT "+macroColumns+" FROM macros WHERE id = ?", id))
	if err != nil {
		return nil, orNotFound(err)
	}
	return m, nil
}

func scanMacro(row interface{ Scan(...any) error }) (*Macro, error) {
	var m Macro
	err := row.Scan(&m.ID, &m.Name, &m.ProjectID, &m.OwnerID, &m.Body, &m.RawActions, &m.Position, &m.CreatedAt)
	return &m, err
}

// InsertMacro writes a macro and gives it its id.
func InsertMacro(ctx context.Context, tx *Tx, m *Macro) error { return insert(ctx, tx, m) }

// SaveMacro writes a macro back.
func SaveMacro(ctx context.Context, tx *Tx, m *Macro) error {
	return save(ctx, tx, m, "name", "project_id", "owner_id", "body", "actions")
}

// DeleteMacro removes a macro.
func DeleteMacro(ctx context.Context, tx *Tx, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM macros WHERE id = ?", id)
	return err
}

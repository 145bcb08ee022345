package models

import (
	"context"

	"github.com/uptrace/bun"
)

// Role is what an agent is allowed to do, as a word; role.go has the table.
type Role string

// The roles.
const (
	RoleAdmin  Role = "admin"
	RoleAgent  Role = "agent"
	RoleViewer Role = "viewer"
)

// Agent is a person of the desk.
type Agent struct {
	bun.BaseModel `bun:"table:agents"`
	ID            int64 `bun:",pk,autoincrement"`
	Address       string
	AddressKey    string
	Name          string
	PublicName    string
	Role          Role
	PasswordHash  string
	Locale        string
	DisabledAt    Stamp
	CreatedAt     Stamp
	// Everywhere: Role holds in every project. Otherwise only the agent's own projects count
	// (AgentProjects); an administrator's role always holds everywhere.
	Everywhere bool
	Signature  string
	Settings   string // JSON
	// TOTPSecret is sealed; the second factor is asked for once TOTPAt is set. TOTPStep is
	// the last time step that was used.
	TOTPSecret string `bun:"totp_secret"`
	TOTPAt     Stamp  `bun:"totp_at"`
	TOTPStep   int64  `bun:"totp_step"`
	// SeenAt is when the agent was last here, to a few minutes.
	SeenAt Stamp
	// Capacity is how many open tickets rules may give them; 0 is no limit.
	Capacity int64
	// Away: rules give them nothing; until AwayUntil, or with 0 until they say otherwise.
	Away      bool
	AwayUntil Stamp
}

// Shown is the name that people outside read.
func (a *Agent) Shown() string {
	if a.PublicName != "" {
		return a.PublicName
	}
	return a.Name
}

const agentColumns = "id, address, address_key, name, public_name, role, password_hash, locale, disabled_at, created_at, everywhere, signature, settings, totp_secret, totp_at, totp_step, seen_at, capacity, away, away_until"

func scanAgent(row interface{ Scan(...any) error }) (*Agent, error) {
	var a Agent
	if err := row.Scan(&a.ID, &a.Address, &a.AddressKey, &a.Name, &a.PublicName, &a.Role, &a.PasswordHash, &a.Locale, &a.DisabledAt, &a.CreatedAt,
		&a.Everywhere, &a.Signature, &a.Settings, &a.TOTPSecret, &a.TOTPAt, &a.TOTPStep, &a.SeenAt, &a.Capacity, &a.Away, &a.AwayUntil); err != nil {
		return nil, orNotFound(err)
	}
	return &a, nil
}

// AgentByID reads one agent, disabled or not.
func AgentByID(ctx context.Context, c Conn, id int64) (*Agent, error) {
	return scanAgent(c.row(ctx, "SELECT "+agentColumns+" FROM agents WHERE id = ?", id))
}

// AgentByKey finds an agent by the key of their address.
func AgentByKey(ctx context.Context, c Conn, key string) (*Agent, error) {
	return scanAgent(c.row(ctx, "SELECT "+agentColumns+" FROM agents WHERE address_key = ?", key))
}

// Agents lists everyone who can still sign in, by name.
func Agents(ctx context.Context, c Conn) ([]*Agent, error) {
	return agents(ctx, c, "SELECT "+agentColumns+" FROM agents WHERE disabled_at = 0 ORDER BY name, id")
}

func agents(ctx context.Context, c Conn, query string, args ...any) ([]*Agent, error) {
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Agent
	for rows.Next() {
		a, err := scanAgent(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, rows.Err()
}

// TeamAgents lists the agents of a team who can still sign in.
func TeamAgents(ctx context.Context, c Conn, teamID int64) ([]*Agent, error) {
	return agents(ctx, c, "SELECT "+agentColumns+" FROM agents WHERE disabled_at = 0 AND id IN (SELECT agent_id FROM team_members WHERE team_id = ?) ORDER BY name, id", teamID)
}

// InsertTeam adds a team with its members.
func InsertTeam(ctx context.Context, tx *Tx, name string, now Stamp, members ...int64) (int64, error) {
	var id int64
	if err := tx.row(ctx, "INSERT INTO teams (name, created_at) VALUES (?, ?) RETURNING id", name, now).Scan(&id); err != nil {
		return 0, err
	}
	for _, agent := range members {
		if _, err := tx.exec(ctx, "INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)", id, agent); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// InsertAgent adds an agent; a taken address is a Conflict.
// The agent's role holds everywhere until SetAgentProjects says otherwise.
func InsertAgent(ctx context.Context, tx *Tx, a *Agent) error {
	a.Everywhere = true
	if a.Settings == "" {
		a.Settings = "{}"
	}
	return insert(ctx, tx, a)
}

// AgentProjects gives the role of an agent in each project where they have one of their own.
func AgentProjects(ctx context.Context, c Conn, agentID int64) (map[int64]Role, error) {
	rows, err := c.query(ctx, "SELECT project_id, role FROM agent_projects WHERE agent_id = ?", agentID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]Role{}
	for rows.Next() {
		var id int64
		var role Role
		if err := rows.Scan(&id, &role); err != nil {
			return nil, err
		}
		all[id] = role
	}
	return all, rows.Err()
}

// SetAgentProjects narrows an agent to these projects, or with nil lets the agent's own role
// hold everywhere again.
func SetAgentProjects(ctx context.Context, tx *Tx, agentID int64, roles map[int64]Role) error {
	if _, err := tx.exec(ctx, "DELETE FROM agent_projects WHERE agent_id = ?", agentID); err != nil {
		return err
	}
	for id, role := range roles {
		if _, err := tx.exec(ctx, "INSERT INTO agent_projects (agent_id, project_id, role) VALUES (?, ?, ?)", agentID, id, role); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "UPDATE agents SET everywhere = ? WHERE id = ?", roles == nil, agentID)
	return err
}

// SetPassword keeps a new password hash.
func SetPassword(ctx context.Context, tx *Tx, agentID int64, hash string) error {
	_, err := tx.exec(ctx, "UPDATE agents SET password_hash = ? WHERE id = ?", hash, agentID)
	return err
}

// DisableAgent ends an agent's access from the next request on.
func DisableAgent(ctx context.Context, tx *Tx, agentID int64, now Stamp) error {
	_, err := tx.exec(ctx, "UPDATE agents SET disabled_at = ? WHERE id = ?", now, agentID)
	return err
}

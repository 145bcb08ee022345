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
}

// Shown is the name that people outside read.
func (a *Agent) Shown() string {
	if a.PublicName != "" {
		return a.PublicName
	}
	return a.Name
}

const agentColumns = "id, address, address_key, name, public_name, role, password_hash, locale, disabled_at, created_at"

func scanAgent(row interface{ Scan(...any) error }) (*Agent, error) {
	var a Agent
	if err := row.Scan(&a.ID, &a.Address, &a.AddressKey, &a.Name, &a.PublicName, &a.Role, &a.PasswordHash, &a.Locale, &a.DisabledAt, &a.CreatedAt); err != nil {
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
func InsertAgent(ctx context.Context, tx *Tx, a *Agent) error { return insert(ctx, tx, a) }

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

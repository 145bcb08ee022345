package models

import (
	"context"
	"strings"

	"github.com/uptrace/bun"
)

// Skill is something that some agents know and rules ask for (AG-4).
type Skill struct {
	bun.BaseModel `bun:"table:skills"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	// NameKey is what makes two spellings one skill (SkillKey).
	NameKey   string
	CreatedAt Stamp

	// Agents have it, where a query says that it reads them; also those who cannot sign in.
	Agents []int64 `bun:"-"`
}

// MaxSkillName is how many characters a skill may have.
const MaxSkillName = 60

// SkillKey is what makes two spellings one skill: upper and lower case are alike.
func SkillKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// Skills lists all skills by name with the agents who have each.
func Skills(ctx context.Context, c Conn) ([]*Skill, error) {
	rows, err := c.query(ctx, "SELECT s.id, s.name, s.name_key, s.created_at, COALESCE(k.agent_id, 0) FROM skills s LEFT JOIN agent_skills k ON k.skill_id = s.id ORDER BY s.name_key, s.id, k.agent_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Skill
	for rows.Next() {
		var s Skill
		var agent int64
		if err := rows.Scan(&s.ID, &s.Name, &s.NameKey, &s.CreatedAt, &agent); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != s.ID {
			all = append(all, &s)
		}
		if last := all[len(all)-1]; agent != 0 {
			last.Agents = append(last.Agents, agent)
		}
	}
	return all, rows.Err()
}

// EnsureSkill finds a skill by any spelling of its name, or makes it.
func EnsureSkill(ctx context.Context, tx *Tx, name string, now Stamp) (id int64, err error) {
	if _, err := tx.exec(ctx, "INSERT INTO skills (name, name_key, created_at) VALUES (?, ?, ?) ON CONFLICT (name_key) DO NOTHING", name, SkillKey(name), now); err != nil {
		return 0, err
	}
	err = tx.row(ctx, "SELECT id FROM skills WHERE name_key = ?", SkillKey(name)).Scan(&id)
	return id, err
}

// RenameSkill gives a skill another name; one that is taken is a Conflict.
func RenameSkill(ctx context.Context, tx *Tx, id int64, name string) error {
	_, err := tx.exec(ctx, "UPDATE skills SET name = ?, name_key = ? WHERE id = ?", name, SkillKey(name), id)
	if err != nil && isDuplicate(err) {
		return Conflict("errors.conflict")
	}
	return err
}

// DeleteSkill takes a skill away from everybody.
func DeleteSkill(ctx context.Context, tx *Tx, id int64) error {
	for _, query := range []string{"DELETE FROM agent_skills WHERE skill_id = ?", "DELETE FROM skills WHERE id = ?"} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

// SetAgentSkills makes these the skills of an agent.
func SetAgentSkills(ctx context.Context, tx *Tx, agentID int64, skills []int64) error {
	return pairs(ctx, tx, "agent_skills", "agent_id", "skill_id", agentID, skills)
}

// SetSkillAgents makes these the agents who have a skill.
func SetSkillAgents(ctx context.Context, tx *Tx, skillID int64, agents []int64) error {
	return pairs(ctx, tx, "agent_skills", "skill_id", "agent_id", skillID, agents)
}

// pairs replaces the rows of one side of a table of pairs. The words are constants of this package.
func pairs(ctx context.Context, tx *Tx, table, one, other string, id int64, others []int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE "+one+" = ?", id); err != nil || len(others) == 0 {
		return err
	}
	values, args := []string{}, []any{}
	for _, o := range others {
		values, args = append(values, "(?, ?)"), append(args, id, o)
	}
	_, err := tx.exec(ctx, "INSERT INTO "+table+" ("+one+", "+other+") VALUES "+strings.Join(values, ", "), args...)
	return err
}

// SetCapacity says how many open tickets rules may give an agent; 0 is no limit.
func SetCapacity(ctx context.Context, tx *Tx, agentID, capacity int64) error {
	_, err := tx.exec(ctx, "UPDATE agents SET capacity = ? WHERE id = ?", capacity, agentID)
	return err
}

// SetAway says whether an agent is away, until a moment or with 0 until they say otherwise.
func SetAway(ctx context.Context, tx *Tx, agentID int64, away bool, until Stamp) error {
	if !away {
		until = 0
	}
	_, err := tx.exec(ctx, "UPDATE agents SET away = ?, away_until = ? WHERE id = ?", away, until, agentID)
	return err
}

// AwayAgents lists the agents who said that they are away; AwayAt knows whether they still are.
func AwayAgents(ctx context.Context, c Conn) ([]*Agent, error) {
	return agents(ctx, c, "SELECT "+agentColumns+" FROM agents WHERE away AND disabled_at = 0 ORDER BY name, id")
}

package models

import (
	"context"
	"database/sql"
)

// QueueNamed is something of a list that people choose from.
type QueueNamed struct {
	ID   int64
	Name string
	// Mine: the agent who looks is of this team.
	Mine bool
}

// mostChoices bounds what a filter offers; what is not offered can still be typed.
const mostChoices = 200

// QueueTeams lists the teams, and which of them an agent is in.
func QueueTeams(ctx context.Context, c Conn, agentID int64) ([]QueueNamed, error) {
	return queueNamed(c.query(ctx, `SELECT t.id, t.name, m.agent_id IS NOT NULL FROM teams t LEFT JOIN team_members m ON m.team_id = t.id AND m.agent_id = ?
		ORDER BY t.name LIMIT ?`, agentID, mostChoices))
}

// QueueTags lists tags by name.
func QueueTags(ctx context.Context, c Conn) ([]QueueNamed, error) {
	return queueNamed(c.query(ctx, "SELECT id, name, FALSE FROM tags ORDER BY name_key LIMIT ?", mostChoices))
}

// QueueCompanies lists companies by name.
func QueueCompanies(ctx context.Context, c Conn) ([]QueueNamed, error) {
	return queueNamed(c.query(ctx, "SELECT id, name, FALSE FROM companies ORDER BY name_key LIMIT ?", mostChoices))
}

// QueueTagByKey finds a tag by its name in small letters.
func QueueTagByKey(ctx context.Context, c Conn, key string) (QueueNamed, error) {
	return oneQueueNamed(c.row(ctx, "SELECT id, name FROM tags WHERE name_key = ?", key))
}

// QueueCompanyByKey finds a company by its name in small letters.
func QueueCompanyByKey(ctx context.Context, c Conn, key string) (QueueNamed, error) {
	return oneQueueNamed(c.row(ctx, "SELECT id, name FROM companies WHERE name_key = ?", key))
}

// QueueCompanyByID finds a company by its id.
func QueueCompanyByID(ctx context.Context, c Conn, id int64) (QueueNamed, error) {
	return oneQueueNamed(c.row(ctx, "SELECT id, name FROM companies WHERE id = ?", id))
}

func oneQueueNamed(row *sql.Row) (n QueueNamed, err error) {
	err = row.Scan(&n.ID, &n.Name)
	return n, orNotFound(err)
}

func queueNamed(rows *sql.Rows, err error) ([]QueueNamed, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []QueueNamed
	for rows.Next() {
		var n QueueNamed
		if err := rows.Scan(&n.ID, &n.Name, &n.Mine); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}

package models

import (
	"context"
)

// mostChoices bounds what a filter offers; what is not offered can still be typed.
const mostChoices = 200

// QueueTeams lists the teams, and which of them an agent is in.
func QueueTeams(ctx context.Context, c Conn, agentID int64) ([]Named, error) {
	return named(c.query(ctx, `SELECT t.id, t.name, m.agent_id IS NOT NULL FROM teams t LEFT JOIN team_members m ON m.team_id = t.id AND m.agent_id = ?
		ORDER BY t.name LIMIT ?`, agentID, mostChoices))
}

// QueueTags lists tags by name.
func QueueTags(ctx context.Context, c Conn) ([]Named, error) {
	return named(c.query(ctx, "SELECT id, name, FALSE FROM tags ORDER BY name_key LIMIT ?", mostChoices))
}

// QueueCompanies lists companies by name.
func QueueCompanies(ctx context.Context, c Conn) ([]Named, error) {
	return named(c.query(ctx, "SELECT id, name, FALSE FROM companies ORDER BY name_key LIMIT ?", mostChoices))
}

// CompanyByKey finds a company by its name in small letters.
func CompanyByKey(ctx context.Context, c Conn, key string) (Named, error) {
	return oneNamed(c.row(ctx, "SELECT id, name FROM companies WHERE name_key = ?", key))
}

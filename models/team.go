package models

import (
	"context"
	"time"
)

// Team is a group of agents that tickets can be given to.
type Team struct {
	ID        int64
	Name      string
	CreatedAt Stamp
	// Members are agents, those who can sign in and those who cannot.
	Members []int64
}

// Teams lists all teams with their members, by name.
func Teams(ctx context.Context, c Conn) ([]*Team, error) {
	rows, err := c.query(ctx, "SELECT t.id, t.name, t.created_at, COALESCE(m.agent_id, 0) FROM teams t LEFT JOIN team_members m ON m.team_id = t.id ORDER BY t.name, t.id, m.agent_id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*Team
	for rows.Next() {
		var t Team
		var member int64
		if err := rows.Scan(&t.ID, &t.Name, &t.CreatedAt, &member); err != nil {
			return nil, err
		}
		if len(all) == 0 || all[len(all)-1].ID != t.ID {
			all = append(all, &t)
		}
		if last := all[len(all)-1]; member != 0 {
			last.Members = append(last.Members, member)
		}
	}
	return all, rows.Err()
}

// TeamByID reads one team with its members.
func TeamByID(ctx context.Context, c Conn, id int64) (*Team, error) {
	t := Team{ID: id}
	if err := c.row(ctx, "SELECT name, created_at FROM teams WHERE id = ?", id).Scan(&t.Name, &t.CreatedAt); err != nil {
		return nil, orNotFound(err)
	}
	rows, err := c.query(ctx, "SELECT agent_id FROM team_members WHERE team_id = ? ORDER BY agent_id", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var member int64
		if err := rows.Scan(&member); err != nil {
			return nil, err
		}
		t.Members = append(t.Members, member)
	}
	return &t, rows.Err()
}

// TeamNameTaken says whether another team has this name, whatever its case.
func TeamNameTaken(ctx context.Context, c Conn, name string, besides int64) (bool, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM teams WHERE LOWER(name) = LOWER(?) AND id <> ?", name, besides).Scan(&n)
	return n > 0, err
}

// RenameTeam gives a team another name.
func RenameTeam(ctx context.Context, tx *Tx, id int64, name string) error {
	_, err := tx.exec(ctx, "UPDATE teams SET name = ? WHERE id = ?", name, id)
	return err
}

// SetTeamMembers replaces the members of a team.
func SetTeamMembers(ctx context.Context, tx *Tx, id int64, members []int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM team_members WHERE team_id = ?", id); err != nil {
		return err
	}
	for _, agent := range members {
		if _, err := tx.exec(ctx, "INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)", id, agent); err != nil {
			return err
		}
	}
	return nil
}

// SetAgentTeams replaces the teams of an agent.
func SetAgentTeams(ctx context.Context, tx *Tx, agentID int64, teams []int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM team_members WHERE agent_id = ?", agentID); err != nil {
		return err
	}
	for _, team := range teams {
		if _, err := tx.exec(ctx, "INSERT INTO team_members (team_id, agent_id) VALUES (?, ?)", team, agentID); err != nil {
			return err
		}
	}
	return nil
}

// TeamTickets counts the tickets of a team, open or not.
func TeamTickets(ctx context.Context, c Conn, id int64) (int, error) {
	n := 0
	err := c.row(ctx, "SELECT COUNT(*) FROM tickets WHERE team_id = ?", id).Scan(&n)
	return n, err
}

// DeleteTeam takes a team away: its tickets have none any more, and lists kept for it go with it.
func DeleteTeam(ctx context.Context, tx *Tx, id int64) error {
	for _, query := range []string{"UPDATE tickets SET team_id = NULL WHERE team_id = ?", "DELETE FROM saved_views WHERE team_id = ?",
		"DELETE FROM team_members WHERE team_id = ?", "DELETE FROM teams WHERE id = ?"} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return err
		}
	}
	// Their policy and working time may have followed from it.
	return QueueRecompute(ctx, tx, time.Time{})
}

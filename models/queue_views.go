package models

import "context"

// SavedView is a list that is kept: an agent's own (OwnerID), a team's (TeamID) or everyone's
// (neither).
type SavedView struct {
	ID      int64
	Name    string
	OwnerID *int64
	TeamID  *int64
	// Query is the list's address without its path.
	Query string
}

// MostSavedViews is how many saved views are shown to one agent.
const MostSavedViews = 30

const savedColumns = "id, name, owner_id, team_id, query"

// SavedViews lists the saved views that an agent of these teams sees: their own first, then
// their teams', then everyone's.
func SavedViews(ctx context.Context, c Conn, agentID int64, teams []int64) ([]SavedView, error) {
	args := []any{agentID}
	for _, id := range teams {
		args = append(args, id)
	}
	rows, err := c.query(ctx, "SELECT "+savedColumns+" FROM saved_views WHERE owner_id = ? OR owner_id IS NULL AND (team_id IS NULL OR team_id IN ("+places(len(teams))+")) "+
		"ORDER BY CASE WHEN owner_id IS NOT NULL THEN 0 WHEN team_id IS NOT NULL THEN 1 ELSE 2 END, position, id LIMIT ?", append(args, MostSavedViews)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []SavedView
	for rows.Next() {
		var v SavedView
		if err := rows.Scan(&v.ID, &v.Name, &v.OwnerID, &v.TeamID, &v.Query); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// SavedViewByID reads one saved view.
func SavedViewByID(ctx context.Context, c Conn, id int64) (*SavedView, error) {
	var v SavedView
	err := c.row(ctx, "SELECT "+savedColumns+" FROM saved_views WHERE id = ?", id).Scan(&v.ID, &v.Name, &v.OwnerID, &v.TeamID, &v.Query)
	return &v, orNotFound(err)
}

// CountSavedViews says how many saved views are an agent's own, or a team's, or with two nils
// everyone's.
func CountSavedViews(ctx context.Context, c Conn, ownerID, teamID *int64) (n int, err error) {
	switch {
	case ownerID != nil:
		err = c.row(ctx, "SELECT COUNT(*) FROM saved_views WHERE owner_id = ?", *ownerID).Scan(&n)
	case teamID != nil:
		err = c.row(ctx, "SELECT COUNT(*) FROM saved_views WHERE owner_id IS NULL AND team_id = ?", *teamID).Scan(&n)
	default:
		err = c.row(ctx, "SELECT COUNT(*) FROM saved_views WHERE owner_id IS NULL AND team_id IS NULL").Scan(&n)
	}
	return n, err
}

// InsertSavedView keeps a new one and gives it its id.
func InsertSavedView(ctx context.Context, tx *Tx, v *SavedView, now Stamp) error {
	return tx.row(ctx, "INSERT INTO saved_views (name, owner_id, team_id, query, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id", v.Name, v.OwnerID, v.TeamID, v.Query, now).Scan(&v.ID)
}

// UpdateSavedView writes its name and whose it is.
func UpdateSavedView(ctx context.Context, tx *Tx, v *SavedView) error {
	_, err := tx.exec(ctx, "UPDATE saved_views SET name = ?, owner_id = ?, team_id = ? WHERE id = ?", v.Name, v.OwnerID, v.TeamID, v.ID)
	return err
}

// DeleteSavedView forgets it.
func DeleteSavedView(ctx context.Context, tx *Tx, id int64) error {
	_, err := tx.exec(ctx, "DELETE FROM saved_views WHERE id = ?", id)
	return err
}

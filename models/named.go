package models

import (
	"context"
	"database/sql"
)

// Named is something of a list that people choose from.
type Named struct {
	ID   int64
	Name string
}

// CompanyNamed finds a company by its id.
func CompanyNamed(ctx context.Context, c Conn, id int64) (Named, error) {
	return oneNamed(c.row(ctx, "SELECT id, name FROM companies WHERE id = ?", id))
}

// TeamNamed finds a team by its id.
func TeamNamed(ctx context.Context, c Conn, id int64) (Named, error) {
	return oneNamed(c.row(ctx, "SELECT id, name FROM teams WHERE id = ?", id))
}

func oneNamed(row *sql.Row) (n Named, err error) {
	err = row.Scan(&n.ID, &n.Name)
	return n, orNotFound(err)
}

func ids(rows *sql.Rows, err error) ([]int64, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

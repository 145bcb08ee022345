package models

import "context"

// MaxCollections is how many collections a project may have.
const MaxCollections = 100

// Collections lists all collections of a project in their order, with the number of all their
// articles.
func Collections(ctx context.Context, c Conn, projectID int64) ([]*Collection, error) {
	rows, err := c.query(ctx, `SELECT id, project_id, slug, name, summary, position,
		(SELECT COUNT(*) FROM articles WHERE articles.collection_id = collections.id) FROM collections WHERE project_id = ? ORDER BY position, id`, projectID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*Collection
	for rows.Next() {
		col, err := scanCollection(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, col)
	}
	return list, rows.Err()
}

// UpdateCollection writes a collection's name, summary and place. Its slug stays: links name it.
func UpdateCollection(ctx context.Context, tx *Tx, col *Collection) error {
	_, err := tx.exec(ctx, "UPDATE collections SET name = ?, summary = ?, position = ? WHERE id = ?", col.Name, col.Summary, col.Position, col.ID)
	return err
}

// DeleteCollection removes a collection; its articles stay, in none.
func DeleteCollection(ctx context.Context, tx *Tx, id int64) error {
	if _, err := tx.exec(ctx, "UPDATE articles SET collection_id = NULL WHERE collection_id = ?", id); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "DELETE FROM collections WHERE id = ?", id)
	return err
}

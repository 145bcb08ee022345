package models

import "context"

// EventTexts reads what events say, at most 256, by their ids: kind and data.
func EventTexts(ctx context.Context, c Conn, eventIDs []int64) (map[int64]*Event, error) {
	if len(eventIDs) == 0 {
		return nil, nil
	}
	list, args := idList(eventIDs)
	rows, err := c.query(ctx, "SELECT id, kind, data FROM events WHERE id IN ("+list+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]*Event{}
	for rows.Next() {
		var e Event
		if err := rows.Scan(&e.ID, &e.Kind, &e.Data); err != nil {
			return nil, err
		}
		all[e.ID] = &e
	}
	return all, rows.Err()
}

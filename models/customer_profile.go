package models

import "context"

// SetCustomerZone keeps the time zone a customer reads in; empty follows the browser.
func SetCustomerZone(ctx context.Context, tx *Tx, contactID int64, zone string) error {
	_, err := tx.exec(ctx, "UPDATE customers SET zone = ? WHERE contact_id = ?", zone, contactID)
	return err
}

// ContactProject is a project in which a contact takes part in tickets, and what they want to be
// mailed about all of them; WishAll when they never said.
type ContactProject struct {
	ID   int64
	Wish string
}

// ContactProjects lists those of a contact.
func ContactProjects(ctx context.Context, c Conn, contactID int64) ([]ContactProject, error) {
	rows, err := c.query(ctx, `SELECT s.project_id, COALESCE(w.wish, 'all') FROM (SELECT DISTINCT t.project_id FROM participants p JOIN tickets t ON t.id = p.ticket_id
		WHERE p.contact_id = ? AND p.left_at = 0 AND t.spam_at = 0) s LEFT JOIN mail_wishes w ON w.contact_id = ? AND w.project_id = s.project_id ORDER BY s.project_id`, contactID, contactID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []ContactProject
	for rows.Next() {
		var p ContactProject
		if err := rows.Scan(&p.ID, &p.Wish); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

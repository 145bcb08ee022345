package models

import "context"

// SetMember makes a contact a member of a company, a manager or not. made says that they
// were none before.
func SetMember(ctx context.Context, tx *Tx, companyID, contactID int64, manager bool, now Stamp) (made bool, err error) {
	n, err := affected(tx.exec(ctx, "UPDATE company_members SET manager = ? WHERE company_id = ? AND contact_id = ?", manager, companyID, contactID))
	if err != nil || n > 0 {
		return false, err
	}
	_, err = tx.exec(ctx, "INSERT INTO company_members (company_id, contact_id, manager, created_at) VALUES (?, ?, ?, ?)", companyID, contactID, manager, now)
	return true, err
}

// SetMemberSees says what a member sees instead of what the company says (CO-1); empty: as the
// company says. It gives what it was; who is no member is NotFound.
func SetMemberSees(ctx context.Context, tx *Tx, companyID, contactID int64, sees string) (was string, err error) {
	if err := tx.row(ctx, "SELECT sees FROM company_members WHERE company_id = ? AND contact_id = ?", companyID, contactID).Scan(&was); err != nil {
		return "", orNotFound(err)
	}
	_, err = tx.exec(ctx, "UPDATE company_members SET sees = ? WHERE company_id = ? AND contact_id = ?", sees, companyID, contactID)
	return was, err
}

// DropMember ends a membership; false when there was none.
func DropMember(ctx context.Context, tx *Tx, companyID, contactID int64) (bool, error) {
	n, err := affected(tx.exec(ctx, "DELETE FROM company_members WHERE company_id = ? AND contact_id = ?", companyID, contactID))
	return n > 0, err
}

// Membership is a company of a contact.
type Membership struct {
	CompanyID, ContactID int64
	Company              string
	Manager              bool
	// Sees is what this member sees instead of what the company says; empty: as the company says.
	Sees      string
	CreatedAt Stamp
}

// MembershipsOf lists the companies of contacts, by name.
func MembershipsOf(ctx context.Context, c Conn, contactIDs []int64) (map[int64][]Membership, error) {
	all := map[int64][]Membership{}
	if len(contactIDs) == 0 {
		return all, nil
	}
	in, args := idList(contactIDs)
	rows, err := c.query(ctx, `SELECT m.company_id, m.contact_id, k.name, m.manager, m.sees, m.created_at FROM company_members m JOIN companies k ON k.id = m.company_id
		WHERE m.contact_id IN (`+in+") ORDER BY k.name_key, k.id", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var m Membership
		if err := rows.Scan(&m.CompanyID, &m.ContactID, &m.Company, &m.Manager, &m.Sees, &m.CreatedAt); err != nil {
			return nil, err
		}
		all[m.ContactID] = append(all[m.ContactID], m)
	}
	return all, rows.Err()
}

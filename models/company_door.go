package models

import "context"

// sharedTicket says that a company, k, has a ticket that it may share, in one of the open projects.
func sharedTicket(projects []int64) (string, []any) {
	in, args := inProjects("t.project_id", projects)
	return "EXISTS (SELECT 1 FROM tickets t WHERE t.company_id = k.id AND NOT t.private AND t.spam_at = 0 AND t.merged_into_id IS NULL" + in + ")", args
}

// CompanyDoors lists the companies whose tickets a contact may see, by name: they have a mailbox
// that is proven theirs, the company shares with them, and it has a ticket to share in one of these
// projects (CO-3). An empty list of projects finds nothing.
func CompanyDoors(ctx context.Context, c Conn, contactID int64, projects []int64) ([]*CompanyShared, error) {
	if len(projects) == 0 {
		return nil, nil
	}
	ticket, args := sharedTicket(projects)
	rows, err := c.query(ctx, `SELECT k.id, k.name, k.name_key, m.manager, m.sees, k.sees FROM company_members m
		JOIN contacts c ON c.id = m.contact_id JOIN companies k ON k.id = m.company_id
		WHERE m.contact_id = ? AND c.proven_at > 0 AND NOT c.synthetic AND c.address <> '' AND `+ticket+" ORDER BY k.name_key, k.id", append([]any{contactID}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*CompanyShared
	for rows.Next() {
		var k CompanyShared
		if err := rows.Scan(&k.ID, &k.Name, &k.Key, &k.Manager, &k.MemberSees, &k.CompanySees); err != nil {
			return nil, err
		}
		if k.Shares() {
			all = append(all, &k)
		}
	}
	return all, rows.Err()
}

// CountCompanyGuests counts the customers who would see tickets of a company, up to most.
func CountCompanyGuests(ctx context.Context, c Conn, projects []int64, most int) (int, error) {
	if len(projects) == 0 {
		return 0, nil
	}
	ticket, args := sharedTicket(projects)
	args = append([]any{SeesOwn}, append(args, most)...)
	var n int
	err := c.row(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT m.contact_id FROM company_members m JOIN contacts c ON c.id = m.contact_id JOIN companies k ON k.id = m.company_id
		WHERE c.proven_at > 0 AND NOT c.synthetic AND c.address <> '' AND c.erased_at = 0 AND c.merged_into_id IS NULL
		AND (m.manager OR COALESCE(NULLIF(m.sees, ''), k.sees) <> ?) AND `+ticket+` LIMIT ?) AS guests`, args...).Scan(&n)
	return n, err
}

// CompanyMate is a member of a company as other members may know them.
type CompanyMate struct {
	ContactID          int64
	Name, Address      string
	Synthetic, Manager bool
}

// CompanyMates lists the members of a company, by name, at most limit.
func CompanyMates(ctx context.Context, c Conn, companyID int64, limit int) ([]CompanyMate, error) {
	rows, err := c.query(ctx, `SELECT c.id, c.name, c.address, c.synthetic, m.manager FROM company_members m JOIN contacts c ON c.id = m.contact_id
		WHERE m.company_id = ? AND c.erased_at = 0 AND c.merged_into_id IS NULL ORDER BY LOWER(c.name), c.id LIMIT ?`, companyID, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []CompanyMate
	for rows.Next() {
		var m CompanyMate
		if err := rows.Scan(&m.ContactID, &m.Name, &m.Address, &m.Synthetic, &m.Manager); err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// CompanyPortalFacts are what the checklist of the company portal asks the tables.
type CompanyPortalFacts struct {
	// Domain: a project has a host name of its own. Key: host applications can sign their users in.
	Domain, Key bool
}

// ReadCompanyPortalFacts reads them.
func ReadCompanyPortalFacts(ctx context.Context, c Conn, now Stamp) (f CompanyPortalFacts, err error) {
	err = c.row(ctx, `SELECT EXISTS (SELECT 1 FROM projects WHERE domain <> ''), EXISTS (SELECT 1 FROM verification_keys WHERE expires_at = 0 OR expires_at > ?)`, now).Scan(&f.Domain, &f.Key)
	return f, err
}

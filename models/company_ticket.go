package models

import "context"

// PickCompany decides the company of a ticket from the companies of its people (CO-4):
// exactly one is taken, none or several leave the choice to an agent. The same company twice
// is one.
func PickCompany(companies []int64) *int64 {
	var only *int64
	for _, id := range companies {
		if only != nil && *only != id {
			return nil
		}
		only = &id
	}
	return only
}

// CompanyChoice is a company that can be chosen.
type CompanyChoice struct {
	ID   int64
	Name string
}

// CompaniesOfTicket lists the companies of everybody who takes part in a ticket, by name:
// the choices of its company (CO-4).
func CompaniesOfTicket(ctx context.Context, c Conn, ticketID int64) ([]CompanyChoice, error) {
	return companyChoices(ctx, c, `SELECT k.id, k.name FROM companies k WHERE k.id IN
		(SELECT m.company_id FROM participants p JOIN company_members m ON m.contact_id = p.contact_id WHERE p.ticket_id = ?) ORDER BY k.name_key, k.id`, ticketID)
}

// CompaniesOfContact lists the companies a contact is a member of, by name.
func CompaniesOfContact(ctx context.Context, c Conn, contactID int64) ([]CompanyChoice, error) {
	return companyChoices(ctx, c, "SELECT k.id, k.name FROM company_members m JOIN companies k ON k.id = m.company_id WHERE m.contact_id = ? ORDER BY k.name_key, k.id", contactID)
}

// CompanyIDs are the ids of choices, for PickCompany.
func CompanyIDs(choices []CompanyChoice) []int64 {
	ids := make([]int64, 0, len(choices))
	for _, k := range choices {
		ids = append(ids, k.ID)
	}
	return ids
}

func companyChoices(ctx context.Context, c Conn, query string, args ...any) ([]CompanyChoice, error) {
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []CompanyChoice
	for rows.Next() {
		var k CompanyChoice
		if err := rows.Scan(&k.ID, &k.Name); err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

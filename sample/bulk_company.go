package sample

import (
	"fmt"

	"lodge/models"
)

// staffSize is how many people a company of a bulk desk has.
const staffSize = 8

var companyForms = []string{"GmbH", "Ltd", "& Sons", "AG", "Group", "Works", "Studio", "Partners"}

// employ puts every third contact into a company, some of them into two, and gives the one
// company that their tickets take, as desk.create does: 0 for none or several. It draws nothing
// by chance, so that all else stays as it is for a seed.
func (g *generator) employ(id int64, at models.Stamp) int64 {
	if id%3 != 0 {
		return 0
	}
	n := id/3 - 1
	company := n/staffSize + 1
	if company > g.companies {
		g.companies = company
		k := models.Company{ID: company, Name: companyName(company), Sees: models.CompanySees[company%3], CreatedAt: at}
		k.NameKey = models.CompanyKey(k.Name)
		g.rows.Companies = append(g.rows.Companies, k)
	}
	g.rows.Members = append(g.rows.Members, models.Membership{CompanyID: company, ContactID: id, Manager: n%staffSize == 0, CreatedAt: at})
	if company > 1 && n%40 == 0 {
		g.rows.Members = append(g.rows.Members, models.Membership{CompanyID: company - 1, ContactID: id, CreatedAt: at})
		return 0
	}
	return company
}

// companyName is another one for every number.
func companyName(n int64) string {
	names, forms := int64(len(lastNames)), int64(len(companyForms))
	name := lastNames[n%names] + " " + companyForms[n/names%forms]
	if again := n / (names * forms); again > 0 {
		name = fmt.Sprintf("%s %d", name, again+1)
	}
	return name
}

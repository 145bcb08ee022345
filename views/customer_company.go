package views

// CompanyCard is the input of customer/_company_card and customer/_company_banner: a way in to
// what a company shares (CO-5).
type CompanyCard struct{ Name, TicketsURL, CompanyURL string }

// CustomerCompanies is the input of customer/companies: the choice of who belongs to several.
type CustomerCompanies struct{ Cards []CompanyCard }

// CompanyMate is a colleague in a list. Name and Address may both be empty.
type CompanyMate struct {
	Name, Address string
	Manager, Me   bool
}

// CustomerCompany is the input of customer/company. Sees is company or company_and_reply; Manager:
// who looks manages it. More: not everybody is listed.
type CustomerCompany struct {
	Name, Sees    string
	Manager, More bool
	Members       []CompanyMate
	TicketsURL    string
}

func galleryCompanies() []Sample {
	card := CompanyCard{"Northwind Bikes", "/my-tickets?who=company", "/my-company/northwind"}
	page := CustomerCompany{Name: card.Name, Sees: "company_and_reply", TicketsURL: card.TicketsURL, Members: []CompanyMate{{"Ada Lovelace", "ada@lovelace.example", true, true}, {"", "j•••@lovelace.example", false, false}, {"Grace Hopper", "", false, false}, {}}}
	reads := page
	reads.Sees, reads.Manager, reads.More = "company", true, true
	return []Sample{
		{"customer/companies", "customer/companies", "portal", "Your companies", CustomerCompanies{[]CompanyCard{card, {"A company with a rather long name that wraps", "/my-tickets", "/my-company/a"}}}},
		{"customer/_company_card", "customer/_company_card", "", "", card},
		{"customer/_company_banner", "customer/_company_banner", "", "", card},
		{"customer/company", "customer/company", "portal", card.Name, page},
		{"customer/company, read only", "customer/company", "portal", card.Name, reads},
	}
}

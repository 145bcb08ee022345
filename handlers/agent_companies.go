package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const companiesHome = "/agent/companies"

// companyRoutes are the pages of contacts' organisations (CO-4, CO-6).
func (a *agents) companyRoutes(r fiber.Router) {
	r.Get(companiesHome, a.companies)
	r.Get(companiesHome+"/new", a.newCompany)
	r.Post(companiesHome, a.createCompany)
	r.Get(companiesHome+"/:id", a.company)
	r.Get(companiesHome+"/:id/edit", a.editCompany)
	r.Post(companiesHome+"/:id", a.saveCompany)
	r.Get(companiesHome+"/:id/tickets", a.companyTickets)
	r.Get(companiesHome+"/:id/deletion", a.askDeleteCompany)
	r.Post(companiesHome+"/:id/deletion", a.deleteCompany)
	r.Post(companiesHome+"/:id/members", a.addMember)
	r.Post(companiesHome+"/:id/members/:contact", a.changeMember)
	r.Post(companiesHome+"/:id/members/:contact/removal", a.dropMember)
	r.Post(companiesHome+"/:id/members/:contact/sees", a.memberSees)
	r.Post(companiesHome+"/:id/domains", a.addDomain)
	a.availableTimeRoutes(r)
	r.Post(companiesHome+"/:id/domains/removal", a.dropDomain)
	r.Post(companiesHome+"/:id/domains/members", a.joinByDomain)
}

func companyURL(id int64) string { return companiesHome + "/" + decimal(id) }

// companies is the list.
func (a *agents) companies(c *fiber.Ctx) error {
	text := c.Query(views.FieldQuery)
	page, err := a.desk.Companies(c.UserContext(), actorOf(c), text, c.Query("after"))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.Companies{Action: companiesHome, Query: text}
	for _, k := range page.Companies {
		data.Rows = append(data.Rows, views.CompanyRow{URL: companyURL(k.ID), Name: k.Name, Members: k.Members, Open: k.Open, LastAt: k.LastAt, Left: lowWords(words, k), LeftURL: companyURL(k.ID) + "/time"})
	}
	if text != "" {
		data.ClearURL = companiesHome
	}
	if page.MayChange {
		data.NewURL = companiesHome + "/new"
	}
	if page.Next != "" {
		data.MoreURL = addressOf(companiesHome, views.FieldQuery, text, "after", page.Next)
	}
	if c.Query("after") != "" {
		data.FirstURL = addressOf(companiesHome, views.FieldQuery, text)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.companies"), Body: "agent/companies", Data: data})
}

func companyHead(words *locale.Strings, id int64, name string, change bool, tab string) views.CompanyHead {
	head := views.CompanyHead{BackURL: companiesHome, Name: name, Tabs: []views.AgentView{
		{Label: words.T("agent.company.members"), URL: companyURL(id), Current: tab == ""},
		{Label: words.T("agent.contact.tickets"), URL: companyURL(id) + "/tickets", Current: tab == "tickets"},
		{Label: words.T("agent.available"), URL: companyURL(id) + "/time", Current: tab == "time"},
	}}
	if change {
		head.EditURL, head.DeleteURL = companyURL(id)+"/edit", companyURL(id)+"/deletion"
	}
	return head
}

// company is the page of one company: its members and rules.
func (a *agents) company(c *fiber.Ctx) error {
	return a.showCompany(c, fiber.StatusOK, nil)
}

// showCompany draws it; refused belongs to one of its forms, whose text is shown again.
func (a *agents) showCompany(c *fiber.Ctx, status int, refused *models.Error) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	page, err := a.desk.Company(c.UserContext(), actorOf(c), id, c.Query("after"))
	if err != nil {
		return err
	}
	words, here := a.language(c), companyURL(id)
	data := views.CompanyPage{Head: companyHead(words, id, page.Name, page.MayChange, ""), CSRF: visitOf(c).token(), Sees: words.T("agent.company.sees." + page.Sees + ".sentence"), Notes: page.Notes,
		CreatedAt: page.CreatedAt, MayChange: page.MayChange, DomainsURL: here + "/domains", JoinsURL: here + "/domains/members", Joinable: page.Joinable, MembersURL: here + "/members",
		SuggestURL: contactSuggest, Members: contactRows(words, page.Members)}
	for _, d := range page.Domains {
		row := views.DomainRow{Domain: d}
		if page.MayChange {
			row.DropURL = here + "/domains/removal"
		}
		data.Domains = append(data.Domains, row)
	}
	if page.MayChange {
		for i, m := range page.Members {
			data.Members[i].ManagerURL = here + "/members/" + decimal(m.ID)
			seesOfMember(words, &data.Members[i], m, here)
			data.Members[i].DropURL = data.Members[i].ManagerURL + "/removal"
		}
	}
	if page.MembersNext != "" {
		data.MoreURL = addressOf(here, "after", page.MembersNext)
	}
	if c.Query("after") != "" {
		data.FirstURL = here
	}
	if refused != nil {
		form := posted(c)
		if p, ok := refused.Fields["address"]; ok {
			data.AddressError, data.Address, data.Manager = say(words, p), form.first("address"), form.first("manager") != ""
		}
		if p, ok := refused.Fields["domain"]; ok {
			data.DomainError, data.Domain = say(words, p), form.first("domain")
		}
	}
	return a.show(c, status, views.Page{Title: page.Name, Body: "agent/company", Data: data, Flash: a.savedFlash(c)})
}

// companyTickets is the list of a company's tickets (CO-4).
func (a *agents) companyTickets(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	state, before := c.Query("state"), c.Query("before")
	page, err := a.desk.CompanyTickets(c.UserContext(), actorOf(c), id, state, before)
	if err != nil {
		return err
	}
	words, here := a.language(c), companyURL(id)+"/tickets"
	data := views.CompanyTickets{Head: companyHead(words, id, page.Company.Name, page.MayChange, "tickets"), List: historyList(words, page.Tickets)}
	data.Head.DeleteURL = ""
	for _, s := range []string{"", models.ViewOpen, models.ViewEnded} {
		key := "agent.company.tickets.all"
		if s != "" {
			key = "agent.company.tickets." + s
		}
		data.States = append(data.States, views.FilterLink{Label: words.T(key), URL: addressOf(here, "state", s), Current: s == state})
	}
	data.List.Reporters = true
	data.List.EmptyTitle, data.List.EmptyText = words.T("agent.company.tickets.none"), words.T("agent.company.tickets.none.text")
	if page.Next != "" {
		data.List.MoreURL = addressOf(here, "state", state, "before", page.Next)
	}
	if before != "" {
		data.List.FirstURL = addressOf(here, "state", state)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: page.Company.Name, Body: "agent/company_tickets", Data: data})
}

// companyDone: every small form of the page leads back to it, or shows it again with what was refused.
func (a *agents) companyDone(c *fiber.Ctx, id int64, err error) error {
	if e, ok := refusal(err); ok {
		return a.showCompany(c, statusOf(e), e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, companyURL(id))
}

func (a *agents) addMember(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	form := posted(c)
	return a.companyDone(c, id, a.desk.AddMember(c.UserContext(), actorOf(c), id, form.first("address"), form.first("manager") != ""))
}

func (a *agents) changeMember(c *fiber.Ctx) error {
	id, contact, err := idsOf(c, "id", "contact")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.SetMember(c.UserContext(), actorOf(c), id, contact, posted(c).first("manager") != ""))
}

func (a *agents) dropMember(c *fiber.Ctx) error {
	id, contact, err := idsOf(c, "id", "contact")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.DropMember(c.UserContext(), actorOf(c), id, contact))
}

func (a *agents) addDomain(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.AddDomain(c.UserContext(), actorOf(c), id, posted(c).first("domain")))
}

func (a *agents) dropDomain(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.DropDomain(c.UserContext(), actorOf(c), id, posted(c).first("domain")))
}

func (a *agents) joinByDomain(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.JoinByDomain(c.UserContext(), actorOf(c), id))
}

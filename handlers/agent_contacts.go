package handlers

import (
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	contactsHome   = "/agent/contacts"
	contactSuggest = contactsHome + "/suggest"
)

// contactRoutes are the pages of people outside (AG-3) and of their companies.
func (a *agents) contactRoutes(r fiber.Router) {
	r.Get(contactsHome, a.contacts)
	r.Get(contactsHome+"/new", a.newContact)
	r.Post(contactsHome, a.createContact)
	r.Get(contactSuggest, a.suggestContacts)
	r.Get(contactsHome+"/:id", a.contact)
	r.Get(contactsHome+"/:id/edit", a.editContact)
	r.Post(contactsHome+"/:id", a.saveContact)
	r.Get(contactsHome+"/:id/merge", a.askMerge)
	r.Post(contactsHome+"/:id/merge", a.merge)
	r.Get(contactsHome+"/:id/erasure", a.askErase)
	r.Post(contactsHome+"/:id/erasure", a.erase)
	r.Post(contactsHome+"/:id/invitation", a.inviteContact)
	r.Post(contactsHome+"/:id/companies", a.joinCompany)
	r.Post(contactsHome+"/:id/companies/:company", a.changeMembership)
	r.Post(contactsHome+"/:id/companies/:company/removal", a.leaveCompany)
	a.companyRoutes(r)
}

func contactURL(id int64) string { return contactsHome + "/" + decimal(id) }

// addressOf builds an address with the parameters that are not empty.
func addressOf(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// contacts is the list of people outside.
func (a *agents) contacts(c *fiber.Ctx) error {
	text, company := c.Query(views.FieldQuery), c.Query("company")
	ask := desk.ContactAsk{Text: text, After: c.Query("after")}
	if company != "" {
		n, err := strconv.ParseInt(company, 10, 64)
		if err != nil {
			return models.NotFound()
		}
		ask.Company = n
	}
	page, err := a.desk.Contacts(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.Contacts{Action: contactsHome, Query: text, Narrowed: text != "" || company != "", ClearURL: contactsHome, Rows: contactRows(words, page.Contacts)}
	data.Companies = []views.Choice{{Label: words.T("agent.contacts.company.all")}}
	for _, k := range page.Companies {
		data.Companies = append(data.Companies, views.Choice{Value: decimal(k.ID), Label: k.Name, Selected: k.ID == page.Company.ID})
	}
	if page.MayChange {
		data.NewURL = contactsHome + "/new"
	}
	if page.Next != "" {
		data.MoreURL = addressOf(contactsHome, views.FieldQuery, text, "company", company, "after", page.Next)
	}
	if ask.After != "" {
		data.FirstURL = addressOf(contactsHome, views.FieldQuery, text, "company", company)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.contacts"), Body: "agent/contacts", Data: data})
}

func contactRows(words *locale.Strings, list []desk.ContactLine) []views.ContactRow {
	var rows []views.ContactRow
	for _, line := range list {
		row := views.ContactRow{URL: contactURL(line.ID), Name: contactName(words, line), Address: line.Address, NotProven: !line.Proven && !line.Synthetic, NoMail: line.Synthetic,
			Open: line.Open, Manager: line.Manager}
		if line.Last.Number != 0 {
			row.LastURL, row.LastTitle, row.LastAt = ticketURL(line.Last.Number), line.Last.Title, line.Last.At
		}
		for _, k := range line.Companies {
			row.Companies = append(row.Companies, views.CompanyLink{Name: k.Name, URL: companyURL(k.ID), Manager: k.Manager})
		}
		rows = append(rows, row)
	}
	return rows
}

// contactName is what a contact is called on the desk.
func contactName(words *locale.Strings, line desk.ContactLine) string {
	if name := line.Shown(); name != "" {
		return name
	}
	return words.T("agent.contact.nameless")
}

// suggestContacts gives options for a field of an address: the words of contacts whom the agent
// sees. The text stands in "q" or in the field's own name.
func (a *agents) suggestContacts(c *fiber.Ctx) error {
	text := c.Query(views.FieldQuery)
	for _, name := range []string{"address", "with", views.FieldEmail} {
		if text == "" {
			text = c.Query(name)
		}
	}
	if !isHTMX(c) {
		return c.Redirect(addressOf(contactsHome, views.FieldQuery, text), fiber.StatusSeeOther)
	}
	found, err := a.desk.SuggestContacts(c.UserContext(), actorOf(c), text)
	if err != nil {
		return err
	}
	var data views.ContactOptions
	for _, line := range found {
		value := line.Address
		if value == "" {
			value = decimal(line.ID) // somebody without a mailbox is named by number
		}
		data.Options = append(data.Options, views.Choice{Value: value, Label: contactName(a.language(c), line)})
	}
	return a.part(c, fiber.StatusOK, "agent/_contact_options", data)
}

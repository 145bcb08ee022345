package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// contact is the page of one person outside. An alias leads to the contact it became part of.
func (a *agents) contact(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	page, err := a.desk.Contact(c.UserContext(), actorOf(c), id, c.Query("before"))
	if err != nil {
		return err
	}
	if page.ID != id {
		return c.Redirect(contactURL(page.ID), fiber.StatusSeeOther)
	}
	return a.showContact(c, fiber.StatusOK, page, "")
}

func (a *agents) showContact(c *fiber.Ctx, status int, page *desk.ContactPage, joinError string) error {
	words, here := a.language(c), contactURL(page.ID)
	data := views.ContactPage{CSRF: visitOf(c).token(), BackURL: contactsHome, Name: contactName(words, page.ContactLine), Address: page.Address,
		NotProven: !page.Proven && !page.Synthetic, NoMail: page.Synthetic, Erased: page.ErasedAt, Aliases: page.Aliases, Language: languageName(a.Locale, page.Locale),
		Origin: words.T("agent.contact.origin." + page.Origin), ProvenAt: page.ProvenAt, CreatedAt: page.CreatedAt, Notes: page.Notes, NewCompanyURL: companiesHome + "/new",
		Tickets: historyList(words, page.Tickets)}
	data.Tickets.EmptyTitle, data.Tickets.EmptyText = words.T("agent.contact.tickets.none"), words.T("agent.contact.tickets.none.text")
	if page.TicketsNext != "" {
		data.Tickets.MoreURL = addressOf(here, "before", page.TicketsNext)
	}
	if c.Query("before") != "" {
		data.Tickets.FirstURL = here
	}
	for _, k := range page.Companies {
		link := views.CompanyLink{Name: k.Name, URL: companyURL(k.ID), Manager: k.Manager}
		if page.MayJoin {
			link.ManagerURL = here + "/companies/" + decimal(k.ID)
			link.DropURL = link.ManagerURL + "/removal"
		}
		data.Companies = append(data.Companies, link)
	}
	if page.MayJoin {
		data.Join = &views.CompanyJoin{Action: here + "/companies", Error: joinError}
		for _, k := range page.Choices {
			data.Join.Choices = append(data.Join.Choices, views.Choice{Value: decimal(k.ID), Label: k.Name})
		}
	}
	for _, m := range page.Failed {
		data.Failed = append(data.Failed, views.FailedMailRow{URL: ticketURL(m.Ticket.Number), Title: m.Ticket.Title, Error: m.Error, At: m.At})
	}
	if page.MayCreate {
		data.CreateURL = addressOf("/agent/tickets/new", "contact", decimal(page.ID))
	}
	if page.MayChange {
		data.EditURL, data.MergeURL, data.InviteURL = here+"/edit", here+"/merge", here+"/invitation"
	}
	if page.MayBlock {
		data.BlockURL = addressOf(settingsHome+"/blocks", "value", page.Address)
	}
	if page.MayErase {
		data.EraseURL = here + "/erasure"
	}
	flash := a.savedFlash(c)
	if c.Query("invited") != "" {
		flash = &views.Flash{Kind: "success", Text: words.T("agent.contact.invite.done")}
	}
	return a.show(c, status, views.Page{Title: data.Name, Body: "agent/contact", Data: data, Flash: flash})
}

// languageName is a language in its own words, or empty.
func languageName(all *locale.Catalogue, code string) string {
	for _, known := range all.Locales() {
		if known == code {
			return all.For(code).T("locale.name")
		}
	}
	return ""
}

// historyList draws tickets of a contact or a company.
func historyList(words *locale.Strings, list []desk.HistoryTicket) views.HistoryList {
	var out views.HistoryList
	for _, t := range list {
		row := views.HistoryRow{Number: t.Number, URL: ticketURL(t.Number), Title: t.Title, Project: t.Project, Status: views.Status{Category: t.Status.Category, Label: t.Status.Label},
			Assignee: t.Assignee, UpdatedAt: t.UpdatedAt, Spam: t.Spam}
		if t.JoinedAs != "" && t.JoinedAs != models.JoinedReporter {
			row.Joined = words.T("agent.joined." + t.JoinedAs)
		}
		if t.Reporter.ID != 0 {
			row.Reporter, row.ReporterURL = contactName(words, t.Reporter), contactURL(t.Reporter.ID)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// joinCompany makes a contact a member of a company.
func (a *agents) joinCompany(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	form := posted(c)
	company, bad := strconv.ParseInt(form.first("company"), 10, 64)
	if bad == nil {
		err = a.desk.SetMember(c.UserContext(), actorOf(c), company, id, form.first("manager") != "")
	}
	if bad != nil {
		page, err := a.desk.Contact(c.UserContext(), actorOf(c), id, "")
		if err != nil {
			return err
		}
		if !page.MayJoin {
			return models.Forbidden()
		}
		return a.showContact(c, fiber.StatusUnprocessableEntity, page, a.language(c).T("agent.contact.companies.error"))
	}
	if err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

// changeMembership makes a contact the manager of a company, or a plain member again.
func (a *agents) changeMembership(c *fiber.Ctx) error {
	id, company, err := idsOf(c, "id", "company")
	if err != nil {
		return err
	}
	if err := a.desk.SetMember(c.UserContext(), actorOf(c), company, id, posted(c).first("manager") != ""); err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

// leaveCompany ends a membership.
func (a *agents) leaveCompany(c *fiber.Ctx) error {
	id, company, err := idsOf(c, "id", "company")
	if err != nil {
		return err
	}
	if err := a.desk.DropMember(c.UserContext(), actorOf(c), company, id); err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

func idsOf(c *fiber.Ctx, one, two string) (first, second int64, err error) {
	if first, err = idOf(c, one); err != nil {
		return 0, 0, err
	}
	second, err = idOf(c, two)
	return first, second, err
}

package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// newCompany asks for a company.
func (a *agents) newCompany(c *fiber.Ctx) error {
	if actor := actorOf(c); !actor.Can(models.ActContacts) || actor.Projects != nil {
		return models.Forbidden()
	}
	return a.showCompanyForm(c, fiber.StatusOK, 0, &desk.CompanySheet{Sees: models.SeesCompanyAndReply}, nil)
}

// createCompany keeps it.
func (a *agents) createCompany(c *fiber.Ctx) error {
	sheet := postedCompany(c)
	id, err := a.desk.CreateCompany(c.UserContext(), actorOf(c), *sheet)
	if e, ok := refusal(err); ok {
		return a.showCompanyForm(c, statusOf(e), 0, sheet, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, companyURL(id))
}

// editCompany asks for changes.
func (a *agents) editCompany(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.CompanySheet(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	return a.showCompanyForm(c, fiber.StatusOK, id, sheet, nil)
}

// saveCompany keeps them.
func (a *agents) saveCompany(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet := postedCompany(c)
	err = a.desk.ChangeCompany(c.UserContext(), actorOf(c), id, *sheet)
	if e, ok := refusal(err); ok {
		now, err := a.desk.CompanySheet(c.UserContext(), actorOf(c), id)
		if err != nil {
			return err
		}
		if e.Kind == models.KindConflict {
			sheet.Version = now.Version // the next save is over what is true now, on purpose
		}
		return a.showCompanyForm(c, statusOf(e), id, sheet, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, companyURL(id))
}

func postedCompany(c *fiber.Ctx) *desk.CompanySheet {
	form := posted(c)
	return &desk.CompanySheet{Name: form.first("name"), Notes: form.first("notes"), Sees: form.first("sees"), Version: form.first("version")}
}

func (a *agents) showCompanyForm(c *fiber.Ctx, status int, id int64, sheet *desk.CompanySheet, refused *models.Error) error {
	words := a.language(c)
	f := views.Form{Action: companiesHome, CSRF: visitOf(c).token(), Submit: words.T("agent.company.make"), CancelURL: companiesHome, Version: sheet.Version}
	title := words.T("agent.companies.new")
	if id != 0 {
		title = words.T("agent.company.edit.title")
		f.Action, f.CancelURL, f.Submit = companyURL(id), companyURL(id), words.T("agent.save")
	}
	sees := views.Input{Kind: "radio", Name: "sees", Label: words.T("agent.company.sees"), Help: words.T("agent.company.sees.help")}
	for _, value := range models.CompanySees {
		sees.Choices = append(sees.Choices, views.Choice{Value: value, Label: words.T("agent.company.sees." + value), Help: words.T("agent.company.sees." + value + ".help"), Selected: value == sheet.Sees})
	}
	f.Inputs = []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.contact.name"), Value: sheet.Name, MaxLength: 140, Required: true, Autocomplete: "off"},
		sees,
		{Kind: "textarea", Name: "notes", Label: words.T("agent.contact.notes"), Help: words.T("agent.contact.notes.help"), Value: sheet.Notes, MaxLength: 10_000, Rows: 6, Optional: true},
	}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	return a.show(c, status, views.Page{Title: title, Body: "settings/form", Data: views.SettingsForm{Title: title, Form: f}})
}

// askDeleteCompany asks before a company goes.
func (a *agents) askDeleteCompany(c *fiber.Ctx) error {
	return a.showDeleteCompany(c, fiber.StatusOK, nil)
}

// deleteCompany takes a company away.
func (a *agents) deleteCompany(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if e := unconfirmed(c); e != nil {
		return a.showDeleteCompany(c, statusOf(e), e)
	}
	if err := a.desk.DeleteCompany(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return c.Redirect(companiesHome, fiber.StatusSeeOther)
}

func (a *agents) showDeleteCompany(c *fiber.Ctx, status int, refused *models.Error) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.CompanySheet(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	return a.showConfirm(c, status, views.SettingsForm{Title: words.Tf("agent.company.delete.title", "Name", sheet.Name), Lead: words.T("agent.company.delete.lead"),
		Form: views.Form{Action: companyURL(id) + "/deletion", Submit: words.T("agent.company.delete"), CancelURL: companyURL(id)}}, refused)
}

package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// newContact asks for somebody who has not written yet.
func (a *agents) newContact(c *fiber.Ctx) error {
	if !actorOf(c).Can(models.ActContacts) {
		return models.Forbidden()
	}
	return a.showContactForm(c, fiber.StatusOK, 0, &desk.ContactSheet{}, nil)
}

// createContact keeps a contact made by hand.
func (a *agents) createContact(c *fiber.Ctx) error {
	sheet := postedContact(c)
	id, err := a.desk.CreateContact(c.UserContext(), actorOf(c), *sheet)
	if e, ok := refusal(err); ok {
		return a.showContactForm(c, statusOf(e), 0, sheet, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

// editContact asks for changes.
func (a *agents) editContact(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet, err := a.desk.ContactSheet(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	return a.showContactForm(c, fiber.StatusOK, id, sheet, nil)
}

// saveContact keeps them.
func (a *agents) saveContact(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	sheet := postedContact(c)
	err = a.desk.ChangeContact(c.UserContext(), actorOf(c), id, *sheet)
	if e, ok := refusal(err); ok {
		now, err := a.desk.ContactSheet(c.UserContext(), actorOf(c), id)
		if err != nil {
			return err
		}
		sheet.Synthetic = now.Synthetic
		if e.Kind == models.KindConflict {
			sheet.Version = now.Version // the next save is over what is true now, on purpose
		}
		return a.showContactForm(c, statusOf(e), id, sheet, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

func postedContact(c *fiber.Ctx) *desk.ContactSheet {
	form := posted(c)
	return &desk.ContactSheet{Name: form.first("name"), Address: form.first("address"), Locale: form.first("locale"), Notes: form.first("notes"), Version: form.first("version")}
}

func (a *agents) showContactForm(c *fiber.Ctx, status int, id int64, sheet *desk.ContactSheet, refused *models.Error) error {
	words := a.language(c)
	f := views.Form{Action: contactsHome, CSRF: visitOf(c).token(), Submit: words.T("agent.contact.make"), CancelURL: contactsHome, Version: sheet.Version}
	title := words.T("agent.contacts.new")
	if id != 0 {
		title = words.T("agent.contact.edit.title")
		f.Action, f.CancelURL, f.Submit = contactURL(id), contactURL(id), words.T("agent.save")
	}
	f.Inputs = []views.Input{{Kind: "text", Name: "name", Label: words.T("agent.contact.name"), Value: sheet.Name, MaxLength: 140, Optional: true, Autocomplete: "off"}}
	if !sheet.Synthetic {
		help := words.T("agent.contact.address.help.new")
		if id != 0 {
			help = words.T("agent.contact.address.help")
		}
		f.Inputs = append(f.Inputs, views.Input{Kind: "email", Name: "address", Label: words.T("agent.contact.address"), Help: help, Value: sheet.Address, MaxLength: 254, Required: true, Autocomplete: "off"})
	}
	choices := append([]views.Choice{{Value: "", Label: words.T("agent.contact.language.unknown"), Selected: sheet.Locale == ""}}, a.languages(sheet.Locale)...)
	f.Inputs = append(f.Inputs,
		views.Input{Kind: "select", Name: "locale", Label: words.T("agent.contact.language"), Help: words.T("agent.contact.language.help"), Choices: choices},
		views.Input{Kind: "textarea", Name: "notes", Label: words.T("agent.contact.notes"), Help: words.T("agent.contact.notes.help"), Value: sheet.Notes, MaxLength: 10_000, Rows: 6, Optional: true})
	if refused != nil {
		withErrors(words, &f, refused)
	}
	return a.show(c, status, views.Page{Title: title, Body: "settings/form", Data: views.SettingsForm{Title: title, Form: f}})
}

// askErase asks before a person is anonymised.
func (a *agents) askErase(c *fiber.Ctx) error { return a.showErase(c, fiber.StatusOK, nil) }

// erase anonymises a person.
func (a *agents) erase(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if e := unconfirmed(c); e != nil {
		return a.showErase(c, statusOf(e), e)
	}
	// The word that stands in the person's place is read by customers too: the workspace's language.
	name := a.Locale.For(a.fallback(c)).T("agent.contact.erased.name")
	if err := a.desk.EraseContact(c.UserContext(), actorOf(c), id, name); err != nil {
		return err
	}
	return a.saved(c, contactURL(id))
}

func (a *agents) showErase(c *fiber.Ctx, status int, refused *models.Error) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	page, err := a.desk.Contact(c.UserContext(), actorOf(c), id, "")
	if err != nil {
		return err
	}
	if !page.ErasedAt.IsZero() {
		return models.NotFound()
	}
	if !page.MayErase {
		return models.Forbidden()
	}
	words := a.language(c)
	return a.showConfirm(c, status, views.SettingsForm{Title: words.Tf("agent.contact.erase.title", "Name", contactName(words, page.ContactLine)), Lead: words.T("agent.contact.erase.lead"),
		Form: views.Form{Action: contactURL(page.ID) + "/erasure", Submit: words.T("agent.contact.erase"), CancelURL: contactURL(page.ID)}}, refused)
}

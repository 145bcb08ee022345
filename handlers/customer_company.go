package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const companyHome = "/my-company"

// companyRoutes are the pages of what a company shares with a customer (CO-3).
func (u *customers) companyRoutes(r fiber.Router) {
	r.Get(companyHome, u.companies)
	r.Get(companyHome+"/:key", u.company)
}

// sharedListURL is the list of a company's tickets.
func sharedListURL(key string) string {
	return customerHome + "?who=" + desk.WhoCompany + "&company=" + queryEscape(key)
}

func sharedCompanyURL(key string) string { return companyHome + "/" + url.PathEscape(key) }

// companies leads to the tickets of the only company, or offers several. Whom the gate keeps out
// finds nothing here.
func (u *customers) companies(c *fiber.Ctx) error {
	cards, err := u.companyCards(c)
	if err != nil {
		return err
	}
	switch len(cards) {
	case 0:
		return models.NotFound()
	case 1:
		return c.Redirect(cards[0].TicketsURL, fiber.StatusSeeOther)
	}
	words := u.language(c)
	return u.show(c, fiber.StatusOK, views.Page{Title: words.T("portal.company.several"), Body: "customer/companies", Data: views.CustomerCompanies{Cards: cards}})
}

// company is the page of one company.
func (u *customers) company(c *fiber.Ctx) error {
	key, err := url.PathUnescape(c.Params("key"))
	if err != nil {
		return models.NotFound()
	}
	page, err := u.portal.Company(c.UserContext(), customerOf(c), key)
	if err != nil {
		return err
	}
	data := views.CustomerCompany{Name: page.Name, Sees: page.Sees, Manager: page.Manager, More: page.More, TicketsURL: sharedListURL(page.Key)}
	for _, m := range page.Members {
		data.Members = append(data.Members, views.CompanyMate{Name: m.Name, Address: m.Address, Manager: m.Manager, Me: m.Me})
	}
	return u.show(c, fiber.StatusOK, views.Page{Title: page.Name, Body: "customer/company", Data: data})
}

// companyCards are the ways in to the companies of who is signed in (CO-5); none where the gate
// keeps them out, or nobody is.
func (h *Handlers) companyCards(c *fiber.Ctx) ([]views.CompanyCard, error) {
	me, ok := c.Locals(localCustomer).(desk.Customer)
	if !ok {
		return nil, nil
	}
	doors, err := h.portal.CompanyGate(c.UserContext(), me)
	var cards []views.CompanyCard
	for _, d := range doors {
		cards = append(cards, views.CompanyCard{Name: d.Name, TicketsURL: sharedListURL(d.Key), CompanyURL: sharedCompanyURL(d.Key)})
	}
	return cards, err
}

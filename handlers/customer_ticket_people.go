package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// seers is the page of who can see a ticket, for a signed-in customer (PT-14).
func (k *talk) seers(c *fiber.Ctx) error {
	page, err := k.with.People(c.UserContext())
	if err != nil {
		return err
	}
	return k.showSeers(c, fiber.StatusOK, page, "")
}

func (k *talk) showSeers(c *fiber.Ctx, status int, page *desk.SignedPeople, fault string) error {
	words := k.u.language(c)
	data := views.SeersPage{Title: page.Title, BackURL: k.at.url(""), Notices: notices(words, c.Query("notice")), Workspace: page.Workspace.Name,
		Company: page.Company, Private: page.Private, CSRF: k.at.csrf, Error: fault}
	for _, p := range page.PublicPeople.People {
		data.People = append(data.People, views.TicketSeer{Name: p.Name, Address: p.Address, How: p.How, Me: p.Me})
	}
	if page.CanLeave {
		data.LeaveURL = k.at.url("/leave")
	}
	if page.CanAdd {
		data.AddAction = k.at.url("/people")
		for _, p := range page.Colleagues {
			label := p.Name
			if label == "" {
				label = p.Address
			} else if p.Address != "" {
				label += " (" + p.Address + ")"
			}
			data.Colleagues = append(data.Colleagues, views.Choice{Value: p.Key, Label: label})
		}
	}
	n := nav(&page.Project, true, "mine")
	return k.u.show(c, status, views.Page{Title: words.T("portal.people"), Body: "customer/people", Data: data, Nav: n, Workspace: viewWorkspace(page.Workspace), Path: k.at.url("/people")})
}

// addColleague lets a member of the company take part in the ticket.
func (k *talk) addColleague(c *fiber.Ctx) error {
	err := k.with.AddColleague(c.UserContext(), posted(c).first("colleague"))
	if err == nil {
		return leadTo(c, k.at.url("/people", "notice", "added"))
	}
	if models.KindOf(err) != models.KindInvalid {
		return err
	}
	page, lookup := k.with.People(c.UserContext())
	if lookup != nil {
		return lookup
	}
	return k.showSeers(c, statusOf(err), page, k.u.language(c).T("portal.detail.error.colleague"))
}

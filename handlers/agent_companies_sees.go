package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// seesOfMember fills in the form that says what one member sees (CO-1). Managers see everything.
func seesOfMember(words *locale.Strings, row *views.ContactRow, m desk.ContactLine, company string) {
	if m.Manager {
		return
	}
	row.SeesURL = company + "/members/" + decimal(m.ID) + "/sees"
	row.Sees = []views.Choice{{Label: words.T("agent.company.member.sees.company"), Selected: m.Sees == ""}}
	for _, value := range models.CompanySees {
		row.Sees = append(row.Sees, views.Choice{Value: value, Label: words.T("agent.company.sees." + value), Selected: m.Sees == value})
	}
	if m.Sees != "" {
		row.SeesText = words.T("agent.company.member.sees.own")
	}
}

func (a *agents) memberSees(c *fiber.Ctx) error {
	id, contact, err := idsOf(c, "id", "contact")
	if err != nil {
		return err
	}
	return a.companyDone(c, id, a.desk.SetMemberSees(c.UserContext(), actorOf(c), id, contact, posted(c).first("sees")))
}

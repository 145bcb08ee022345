package handlers

import (
	"github.com/gofiber/fiber/v2"
)

// inviteContact has a contact mailed the link to an account of their own (CP-3).
func (a *agents) inviteContact(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.desk.InviteCustomer(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return c.Redirect(contactURL(id)+"?invited=1", fiber.StatusSeeOther)
}

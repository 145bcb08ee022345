package handlers

import "github.com/gofiber/fiber/v2"

// file sends any file of a ticket to an agent.
func (a *agents) file(c *fiber.Ctx) error { return a.sendAgentFile(c, false) }

// thumb sends the small picture of an image.
func (a *agents) thumb(c *fiber.Ctx) error { return a.sendAgentFile(c, true) }

func (a *agents) sendAgentFile(c *fiber.Ctx, thumb bool) error {
	content, err := a.desk.AgentFile(c.UserContext(), actorOf(c), c.Params("pid"), thumb)
	if err != nil {
		return err
	}
	return a.sendFile(c, content)
}

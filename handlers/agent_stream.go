package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
)

// stream tells agents' pages that some ticket changed, or with ?ticket= that one did, its mails
// or who has it open; they ask for what that means to them. A stream ends by itself after a while, and whoever comes again must still be
// signed in.
func (a *agents) stream(c *fiber.Ctx) error {
	if text := c.Query("ticket"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return models.NotFound()
		}
		changed, leave, err := a.desk.WatchTicket(c.UserContext(), actorOf(c), n)
		if err != nil {
			return err
		}
		return a.live(c, changed, leave)
	}
	changed, leave := a.desk.WatchAll()
	return a.live(c, changed, leave)
}

package handlers

import "github.com/gofiber/fiber/v2"

// stream tells agents' pages that some ticket changed; they ask for what that means to
// them. A stream ends by itself after a while, and whoever comes again must still be
// signed in.
func (a *agents) stream(c *fiber.Ctx) error {
	changed, leave := a.desk.WatchAll()
	return a.live(c, changed, leave)
}

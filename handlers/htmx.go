package handlers

import "github.com/gofiber/fiber/v2"

// The names of htmx 2's headers; no other file spells them.
const (
	hxRequest  = "HX-Request"
	hxHistory  = "HX-History-Restore-Request"
	hxRedirect = "HX-Redirect"
	hxRetarget = "HX-Retarget"
	hxReswap   = "HX-Reswap"
)

// isHTMX says whether a script asks for a part of a page. It is a wish about the answer
// and never a proof of anything.
func isHTMX(c *fiber.Ctx) bool {
	return string(c.Request().Header.Peek(hxRequest)) == "true" && len(c.Request().Header.Peek(hxHistory)) == 0
}

// leadTo sends a visitor to another page of ours: 303, or for a script the order to go
// there, because it would follow a redirect and swap the page into its element.
func leadTo(c *fiber.Ctx, address string) error {
	if isHTMX(c) {
		c.Set(hxRedirect, address)
		return c.Status(fiber.StatusOK).Send(nil)
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}

// intoMain makes htmx put the answer in place of the whole page's content.
func intoMain(c *fiber.Ctx) {
	c.Set(hxRetarget, "#main")
	c.Set(hxReswap, "innerHTML")
}

// aboveMain makes htmx put the answer on top of the page and leave everything else as it is.
func aboveMain(c *fiber.Ctx) {
	c.Set(hxRetarget, "#main")
	c.Set(hxReswap, "afterbegin")
}

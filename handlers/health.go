package handlers

import (
	"context"

	"github.com/gofiber/fiber/v2"
)

// healthz says that the process answers.
func (h *Handlers) healthz(c *fiber.Ctx) error { return c.SendString("ok\n") }

// readyz says that it can do its work: the database answers.
func (h *Handlers) readyz(c *fiber.Ctx) error {
	ready := h.Ready
	if ready == nil {
		ready = func(ctx context.Context) error { _, err := h.portal.Workspace(ctx); return err }
	}
	if err := ready(c.UserContext()); err != nil {
		h.log.Warn("not ready", "error", err)
		return c.Status(fiber.StatusServiceUnavailable).SendString("not ready\n")
	}
	return c.SendString("ok\n")
}

// robots keeps search engines to what is meant for them: the articles.
func (h *Handlers) robots(c *fiber.Ctx) error {
	return c.SendString("User-agent: *\nAllow: /doc/\nAllow: /assets/\nDisallow: /\n")
}

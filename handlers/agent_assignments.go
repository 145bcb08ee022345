package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// assign gives a ticket to an agent; an empty value gives it to nobody.
func (a *agents) assign(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	chosen := posted(c)
	if !chosen.has(views.FieldAssignee) {
		return fiber.ErrBadRequest
	}
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	to := int64(0)
	if text := chosen.first(views.FieldAssignee); text != "" {
		if to, err = strconv.ParseInt(text, 10, 64); err != nil || to < 1 {
			var fault models.Invalid
			fault.Add(views.FieldAssignee, "agent.assign.error")
			return a.property(c, n, "assignee", fault.Err())
		}
	}
	return a.property(c, n, "assignee", a.desk.Assign(c.UserContext(), actorOf(c), n, to, seen))
}

package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// changeStatus moves a ticket along its project's graph.
func (a *agents) changeStatus(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	return a.property(c, n, "status", a.desk.ChangeStatus(c.UserContext(), actorOf(c), n, posted(c).first(views.FieldStatus), seen))
}

// refusedChange says why a change was not made.
func refusedChange(words *locale.Strings, e *models.Error) string {
	for _, field := range e.Order {
		return say(words, e.Fields[field])
	}
	return say(words, models.Problem{Key: e.Message})
}

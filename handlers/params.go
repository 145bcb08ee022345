package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
)

// idOf reads an id from the path; what is none is not there.
func idOf(c *fiber.Ctx, name string) (int64, error) {
	n, err := strconv.ParseInt(c.Params(name), 10, 64)
	if err != nil || n < 1 {
		return 0, models.NotFound()
	}
	return n, nil
}

// version is the state that a posted form was shown in; what is none is never the present one.
func version(form values) int64 {
	n, err := strconv.ParseInt(form.first("version"), 10, 64)
	if err != nil || n < 1 {
		return 1 << 62
	}
	return n
}

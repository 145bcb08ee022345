package handlers

import "github.com/gofiber/fiber/v2"

func (a *agents) simulator(c *fiber.Ctx) error { return fiber.ErrNotFound }

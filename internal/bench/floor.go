package main

import (
	"flag"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const floorCommand = "floor"

// serveFloor is the floor: what the same web framework does when a page costs nothing but
// its sending. It runs in a process of its own, as the program does.
func serveFloor(args []string) error {
	flags := flag.NewFlagSet(floorCommand, flag.ExitOnError)
	addr := flags.String("addr", "127.0.0.1:0", "listen here")
	size := flags.Int("size", 12<<10, "bytes of the constant page")
	if err := flags.Parse(args); err != nil {
		return err
	}
	page := strings.Repeat("x", *size)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/readyz", func(c *fiber.Ctx) error { return c.SendString("ok\n") })
	app.Get("/page", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		return c.SendString(page)
	})
	app.Get("/empty", func(c *fiber.Ctx) error {
		c.Status(fiber.StatusNoContent)
		return nil
	})
	return app.Listen(*addr)
}

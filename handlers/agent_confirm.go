package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// unconfirmed refuses a post whose box on the page of showConfirm is not ticked.
func unconfirmed(c *fiber.Ctx) *models.Error {
	if posted(c).first("confirm") != "" {
		return nil
	}
	var v models.Invalid
	v.Add("confirm", "agent.confirm.error")
	e, _ := models.AsError(v.Err())
	return e
}

// showConfirm asks before something goes for good: a box to tick and a button that warns.
func (a *agents) showConfirm(c *fiber.Ctx, status int, ask views.SettingsForm, refused *models.Error) error {
	words := a.language(c)
	ask.Form.CSRF, ask.Form.Danger = visitOf(c).token(), true
	ask.Form.Inputs = []views.Input{{Kind: "checkbox", Name: "confirm", Label: words.T("agent.confirm")}}
	if refused != nil {
		withErrors(words, &ask.Form, refused)
	}
	return a.show(c, status, views.Page{Title: ask.Title, Body: "settings/form", Data: ask})
}

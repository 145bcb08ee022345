package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const blocksHome = settingsHome + "/blocks"

// blocks lists the senders who are turned away (AG-8).
func (a *agents) blocks(c *fiber.Ctx) error {
	return a.blocksPage(c, fiber.StatusOK, values{"value": {strings.Clone(c.Query("value"))}, "kind": {models.BlockAddress}, "for": {desk.BlockMonth}}, nil)
}

// block turns somebody away.
func (a *agents) block(c *fiber.Ctx) error {
	form := posted(c)
	err := a.desk.Block(c.UserContext(), actorOf(c), desk.BlockInput{Kind: form.first("kind"), Value: form.first("value"), Reason: form.first("reason"), For: form.first("for"), Confirmed: form.first("confirm") != ""})
	if e, ok := refusal(err); ok {
		return a.blocksPage(c, statusOf(e), form, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, blocksHome)
}

// unblock lifts a block.
func (a *agents) unblock(c *fiber.Ctx) error {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return models.NotFound()
	}
	if err := a.desk.Unblock(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return a.saved(c, blocksHome)
}

func (a *agents) blocksPage(c *fiber.Ctx, status int, form values, refused *models.Error) error {
	words := a.language(c)
	before, _ := strconv.ParseInt(c.Query("before"), 10, 64)
	list, next, err := a.desk.Blocks(c.UserContext(), actorOf(c), max(before, 0))
	if err != nil {
		return err
	}
	f := views.Form{Action: blocksHome, CSRF: visitOf(c).token(), Submit: words.T("agent.block.do"), Inputs: []views.Input{
		{Kind: "radio", Name: "kind", Label: words.T("agent.block.kind"), Choices: []views.Choice{
			{Value: models.BlockAddress, Label: words.T("agent.block.kind.address"), Selected: form.first("kind") != models.BlockDomain},
			{Value: models.BlockDomain, Label: words.T("agent.block.kind.domain"), Help: words.T("agent.block.kind.domain.help"), Selected: form.first("kind") == models.BlockDomain}}},
		{Kind: "text", Name: "value", Label: words.T("agent.block.value"), Help: words.T("agent.block.value.help"), Value: form.first("value"), MaxLength: 254, Required: true},
		{Kind: "select", Name: "for", Label: words.T("agent.block.for"), Choices: blockTimes(words, form.first("for"))},
		{Kind: "text", Name: "reason", Label: words.T("agent.block.reason"), Help: words.T("agent.block.reason.help"), Value: form.first("reason"), MaxLength: 200, Optional: true},
	}}
	if refused != nil {
		if _, ask := refused.Fields["confirm"]; ask || form.has("confirm") {
			f.Inputs = append(f.Inputs, views.Input{Kind: "checkbox", Name: "confirm", Label: words.T("agent.block.confirm"), Value: form.first("confirm")})
		}
		withErrors(words, &f, refused)
	}
	data := views.Blocks{Title: words.T("agent.settings.blocks"), Lead: words.T("agent.settings.blocks.lead"), Form: f}
	for _, b := range list {
		data.Blocks = append(data.Blocks, views.BlockRow{Value: b.Value, Reason: b.Reason, By: b.By, Domain: b.Kind == models.BlockDomain, At: b.Created, Until: b.ExpiresAt,
			Lift: views.Step{Action: blocksHome + "/" + decimal(b.ID) + "/removal", CSRF: visitOf(c).token(), Label: words.T("agent.block.lift")}})
	}
	if next != 0 {
		data.OlderURL = blocksHome + "?before=" + decimal(next)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/blocks", Data: data, Flash: a.savedFlash(c)})
}

// blockTimes are the choices of how long a block lasts.
func blockTimes(words *locale.Strings, chosen string) []views.Choice {
	var all []views.Choice
	for _, long := range []string{desk.BlockDay, desk.BlockMonth, desk.BlockForever} {
		all = append(all, views.Choice{Value: long, Label: words.T("agent.block.for." + long), Selected: long == chosen})
	}
	return all
}

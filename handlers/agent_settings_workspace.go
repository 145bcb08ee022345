package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// workspaceSettings shows what holds for the whole workspace.
func (a *agents) workspaceSettings(c *fiber.Ctx) error {
	sheet, err := a.desk.WorkspaceSheet(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	return a.showWorkspace(c, fiber.StatusOK, sheet, nil)
}

// saveWorkspace keeps it. What is refused comes back with everything that was typed.
func (a *agents) saveWorkspace(c *fiber.Ctx) error {
	form := posted(c)
	version, _ := strconv.ParseInt(form.first("version"), 10, 64)
	sheet := &desk.WorkspaceSheet{Name: form.first("name"), SupportAddress: form.first("support_address"), Locale: form.first("locale"),
		Values: postedSettings(form, models.GeneralSettings()), Version: version}
	err := a.desk.ChangeWorkspace(c.UserContext(), actorOf(c), *sheet)
	if e, ok := refusal(err); ok {
		return a.showWorkspace(c, statusOf(e), sheet, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, settingsHome+"/workspace")
}

func (a *agents) showWorkspace(c *fiber.Ctx, status int, sheet *desk.WorkspaceSheet, refused *models.Error) error {
	words := a.language(c)
	f := views.Form{Action: settingsHome + "/workspace", CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: decimal(sheet.Version), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.setup.workspace"), Help: words.T("agent.setup.workspace.help"), Value: sheet.Name, MaxLength: 140, Required: true},
		{Kind: "email", Name: "support_address", Label: words.T("agent.settings.support"), Help: words.T("agent.settings.support.help"), Value: sheet.SupportAddress, MaxLength: 254, Optional: true},
		{Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Help: words.T("agent.settings.locale.help"), Choices: a.languages(sheet.Locale)},
	}}
	for _, group := range []string{"portal", "limits", "sign_in", "registration", "ways", "sessions", "time"} {
		f.Inputs = append(f.Inputs, views.Input{Kind: "heading", Label: words.T("agent.settings.heading." + group)})
		f.Inputs = append(f.Inputs, settingInputs(words, models.SettingsIn(models.WorkspaceSettingList, group), sheet.Values)...)
	}
	if refused != nil {
		withErrors(words, &f, refused)
		if refused.Kind == models.KindConflict {
			// The next save is over the state that is true now, on purpose.
			if now, err := a.desk.WorkspaceSheet(c.UserContext(), actorOf(c)); err == nil {
				f.Version = decimal(now.Version)
			}
		}
	}
	data := views.SettingsForm{Title: words.T("agent.settings.general"), Lead: words.T("agent.settings.general.lead"), Form: f}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/form", Data: data, Flash: a.savedFlash(c)})
}

// languages are the choices of a language.
func (a *agents) languages(chosen string) []views.Choice {
	var all []views.Choice
	for _, code := range a.Locale.Locales() {
		all = append(all, views.Choice{Value: code, Label: a.Locale.For(code).T("locale.name"), Selected: code == chosen})
	}
	return all
}

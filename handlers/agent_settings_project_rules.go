package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// projectRules shows one group of a project's settings: each is a line of
// models.ProjectSettingList.
func (a *agents) projectRules(group string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
		if err != nil {
			return err
		}
		return a.showRules(c, fiber.StatusOK, group, sheet, sheet.Values, decimal(sheet.Version), nil)
	}
}

func (a *agents) saveProjectRules(group string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		form, slug := posted(c), strings.Clone(c.Params("slug"))
		typed := postedSettings(form, models.SettingsIn(models.ProjectSettingList, group))
		err := a.desk.ChangeProjectSettings(c.UserContext(), actorOf(c), slug, group, typed, version(form))
		if e, ok := refusal(err); ok {
			sheet, shown, err := a.refusedSheet(c, slug, form, e)
			if err != nil {
				return err
			}
			return a.showRules(c, statusOf(e), group, sheet, typed, shown, e)
		}
		if err != nil {
			return err
		}
		return a.saved(c, projectURL(slug, "/"+group))
	}
}

func (a *agents) showRules(c *fiber.Ctx, status int, group string, sheet *desk.ProjectSheet, typed map[string]string, version string, refused *models.Error) error {
	words, p := a.language(c), sheet.Project
	data := views.ProjectForm{Head: a.projectHead(c, p, group), Form: views.Form{Action: projectURL(p.Slug, "/"+group), CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: version,
		Inputs: settingInputs(words, models.SettingsIn(models.ProjectSettingList, group), typed)}}
	if err := a.withProviders(c, data.Form.Inputs); err != nil {
		return err
	}
	sayComputed(words, sheet, data.Form.Inputs)
	if group == "thread" && p.SelfClosedStatusID == nil {
		// PT-8: the setting alone makes no button.
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.statuses.warn.no_self_closed")})
	}
	if group == "thread" {
		data.Also = closingLink(words, p)
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// notifyEvents and notifyAudiences are the rows and columns of the matrix (NU-1): the settings
// are "notify_<event>_<audience>", the texts "agent.notify.<event>" and "agent.notify.to.<audience>".
var (
	notifyEvents    = []string{"created", "replied", "customer", "status", "reminder", "closed"}
	notifyAudiences = []string{"reporter", "others"}
)

const notificationsGroup = "notifications"

func (a *agents) projectNotificationRoutes(r fiber.Router, one string) {
	r.Get(one+"/notifications", a.projectNotifications)
	r.Post(one+"/notifications", a.saveProjectNotifications)
}

func (a *agents) projectNotifications(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
	if err != nil {
		return err
	}
	return a.showNotifyMatrix(c, fiber.StatusOK, sheet, sheet.Values, decimal(sheet.Version), nil)
}

func (a *agents) saveProjectNotifications(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	typed := postedSettings(form, models.SettingsIn(models.ProjectSettingList, notificationsGroup))
	err := a.desk.ChangeProjectSettings(c.UserContext(), actorOf(c), slug, notificationsGroup, typed, version(form))
	if e, ok := refusal(err); ok {
		sheet, shown, err := a.refusedSheet(c, slug, form, e)
		if err != nil {
			return err
		}
		return a.showNotifyMatrix(c, statusOf(e), sheet, typed, shown, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/notifications"))
}

func (a *agents) showNotifyMatrix(c *fiber.Ctx, status int, sheet *desk.ProjectSheet, typed map[string]string, version string, refused *models.Error) error {
	words, p := a.language(c), sheet.Project
	data := views.NotifyMatrix{Head: a.projectHead(c, p, notificationsGroup), Action: projectURL(p.Slug, "/notifications"), CSRF: visitOf(c).token(), Version: version}
	for _, audience := range notifyAudiences {
		data.Audiences = append(data.Audiences, words.T("agent.notify.to."+audience))
	}
	for _, event := range notifyEvents {
		row := views.NotifyRow{Label: words.T("agent.notify." + event), Help: words.T("agent.notify." + event + ".help")}
		for i, audience := range notifyAudiences {
			name := "notify_" + event + "_" + audience
			row.Cells = append(row.Cells, views.NotifyCell{Name: name, Audience: data.Audiences[i], On: typed[name] != ""})
		}
		data.Rows = append(data.Rows, row)
	}
	var below []models.Setting
	for _, s := range models.SettingsIn(models.ProjectSettingList, notificationsGroup) {
		if s.Kind != models.SettingSwitch {
			below = append(below, s)
		}
	}
	data.Inputs = settingInputs(words, below, typed)
	if refused != nil {
		f := views.Form{Inputs: data.Inputs}
		withErrors(words, &f, refused)
		data.Error = f.Error
	}
	return a.showProject(c, status, data.Head, "settings/notifications", data)
}

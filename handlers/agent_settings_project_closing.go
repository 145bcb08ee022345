package handlers

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const autoClosedField = "auto_closed"

func (a *agents) closingRoutes(r fiber.Router, one string) {
	r.Get(one+"/closing", a.projectClosing)
	r.Post(one+"/closing", a.saveProjectClosing)
}

func closingURL(slug string) string { return projectURL(slug, "/closing") }

// projectClosing shows when a project reminds those whom tickets wait for, and closes by itself.
func (a *agents) projectClosing(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
	if err != nil {
		return err
	}
	chosen := ""
	if s := sheet.Project.AutoClosedStatusID; s != nil {
		chosen = decimal(*s)
	}
	return a.showClosing(c, fiber.StatusOK, sheet, sheet.Values, chosen, decimal(sheet.Version), nil)
}

func (a *agents) saveProjectClosing(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	typed, chosen := postedSettings(form, models.SettingsIn(models.ProjectSettingList, desk.ClosingGroup)), form.first(autoClosedField)
	err := a.desk.ChangeClosing(c.UserContext(), actorOf(c), slug, typed, chosen, version(form))
	if e, ok := refusal(err); ok {
		sheet, shown, err := a.refusedSheet(c, slug, form, e)
		if err != nil {
			return err
		}
		return a.showClosing(c, statusOf(e), sheet, typed, chosen, shown, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, closingURL(slug))
}

// showClosing draws the page. What it says about the project is about what is kept.
func (a *agents) showClosing(c *fiber.Ctx, status int, sheet *desk.ProjectSheet, typed map[string]string, chosen, version string, refused *models.Error) error {
	words, p := a.language(c), sheet.Project
	head := a.projectHead(c, p, "thread")
	head.Title, head.Lead = words.T("agent.closing"), words.T("agent.closing.lead")
	to := views.Input{Kind: "select", Name: autoClosedField, Label: words.T("agent.closing.status"), Help: words.T("agent.closing.status.help"),
		Choices: []views.Choice{{Label: words.T("agent.closing.status.first"), Selected: chosen == ""}}}
	for _, s := range p.Statuses {
		if models.MayAutoClose(s) {
			to.Choices = append(to.Choices, views.Choice{Value: decimal(s.ID), Label: s.Name, Selected: decimal(s.ID) == chosen})
		}
	}
	data := views.ProjectForm{Head: head, Notices: append([]views.Notice{{Kind: "info", Text: closingExample(words, p.Settings)}}, closingWarnings(words, p)...),
		Form: views.Form{Action: closingURL(p.Slug), CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: version, CancelURL: projectURL(p.Slug, "/thread"),
			Inputs: append(settingInputs(words, models.SettingsIn(models.ProjectSettingList, desk.ClosingGroup), typed), to)},
		Foot: words.Tf("agent.closing.pace", "Count", desk.SilentBatch)}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

// closingExample says in a sentence what a project's settings do to a ticket that waits.
func closingExample(words *locale.Strings, s models.ProjectSettings) string {
	after := func(n int) string { return words.Tn("agent.closing.after", n) }
	switch {
	case s.RemindDays > 0 && s.CloseDays > 0:
		return words.Tf("agent.closing.example.both", "Remind", after(s.RemindDays), "Close", words.Tn("agent.closing.later", s.CloseDays))
	case s.RemindDays > 0:
		return words.Tf("agent.closing.example.remind", "Remind", after(s.RemindDays))
	case s.CloseDays > 0:
		return words.Tf("agent.closing.example.close", "Close", after(s.CloseDays))
	}
	return words.T("agent.closing.example.off")
}

// closingWarnings are why a project does less than its settings say.
func closingWarnings(words *locale.Strings, p *models.Project) []views.Notice {
	s := p.Settings
	if s.RemindDays == 0 && s.CloseDays == 0 {
		return nil
	}
	var all []views.Notice
	warn := func(text string) { all = append(all, views.Notice{Kind: "warning", Text: text}) }
	waits := false
	for _, st := range p.Statuses {
		waits = waits || st.Category == models.CategoryWaiting
	}
	if !waits {
		warn(words.T("agent.closing.warn.no_waiting"))
	}
	if without := p.NoAutoClose(); s.CloseDays > 0 && len(without) > 0 {
		warn(words.Tf("agent.closing.warn.no_step", "Names", quotedStatuses(words, without)))
	}
	if s.RemindDays > 0 && !s.NotifyReminderReporter && !s.NotifyReminderOthers {
		warn(words.T("agent.closing.warn.no_mail"))
	}
	if p.DisabledAt != 0 {
		warn(words.T("agent.closing.warn.disabled"))
	}
	return all
}

func quotedStatuses(words *locale.Strings, of []*models.Status) string {
	var names []string
	for _, s := range of {
		names = append(names, words.Tf("agent.quoted", "Text", s.Name))
	}
	return strings.Join(names, ", ")
}

// closingLink leads from the rules of the thread to those of closing by itself.
func closingLink(words *locale.Strings, p *models.Project) views.ProjectAlso {
	return views.ProjectAlso{Title: words.T("agent.closing"), Text: closingExample(words, p.Settings), Link: views.Link{Label: words.T("agent.closing.change"), URL: closingURL(p.Slug)}}
}

// sidebarClosing is what the sidebar says about closing by itself.
func sidebarClosing(t *desk.AgentTicket) views.SidebarClosing {
	if t.Silent == nil {
		return views.SidebarClosing{}
	}
	return views.SidebarClosing{Reminds: t.Silent.Reminds, Reminded: t.Silent.Reminded, Closes: t.Silent.Closes}
}

// sampleClosing is the day that the sample of a reminder names; none where the project does not close.
func (a *agents) sampleClosing(p *models.Project, template string) time.Time {
	if template != desk.MailReminder || p.Settings.CloseDays == 0 {
		return time.Time{}
	}
	return desk.DayIn(time.UTC, a.desk.Now().AddDate(0, 0, p.Settings.CloseDays))
}

// mailVariableHelp says what stands in the place of a variable; of some mails in words of their own.
func mailVariableHelp(words *locale.Strings, template, name string) string {
	if key := "agent.mailtext.var." + name + "." + template; words.Has(key) {
		return words.T(key)
	}
	return words.T("agent.mailtext.var." + name)
}

package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const projectsHome = settingsHome + "/projects"

// projectTabs are the pages of a project's settings: the texts are "agent.project.tab.<key>"
// and "agent.project.<key>.lead"; need is what an agent must be allowed in the project to be
// shown it.
var projectTabs = []struct {
	key, path string
	need      models.Action
}{
	{"general", "", models.ActSettings},
	{"portal", "/portal", models.ActSettings},
	{"access", "/access", models.ActSettings},
	{"thread", "/thread", models.ActSettings},
	{"create", "/create", models.ActSettings},
	{"mail", "/mail", models.ActSettings},
	{"mailboxes", "/mailboxes", models.ActSettings},
	{"mails", "/mails", models.ActSettings},
	{"notifications", "/notifications", models.ActSettings},
	{"feedback", "/feedback", models.ActSettings},
	{"limits", "/limits", models.ActSettings},
	{"statuses", "/statuses", models.ActSettings},
	{"types", "/types", models.ActSettings},
	{"templates", "/templates", models.ActSettings},
	{"intake", "/intake", models.ActIntake},
}

// projectRoutes are the pages of projects' settings (SE-1, SE-2, SE-3, PC-8).
func (a *agents) projectRoutes(r fiber.Router) {
	r.Get(projectsHome, a.projectList)
	r.Post(projectsHome, a.addProject)
	one := projectsHome + "/:slug"
	r.Get(one, a.projectGeneral)
	r.Post(one, a.saveProjectGeneral)
	r.Post(one+"/position", a.moveProject)
	r.Get(one+"/state", a.askProjectState)
	r.Post(one+"/state", a.setProjectState)
	r.Get(one+"/portal", a.projectPortal)
	r.Post(one+"/portal", a.saveProjectPortal)
	r.Get(one+"/domain", a.projectDomain)
	r.Post(one+"/domain", a.saveProjectDomain)
	for _, group := range []string{"access", "thread", "create", "mail", "limits", "feedback"} {
		r.Get(one+"/"+group, a.projectRules(group))
		r.Post(one+"/"+group, a.saveProjectRules(group))
	}
	a.closingRoutes(r, one)
	a.statusRoutes(r, one)
	a.typeRoutes(r, one)
	a.intakeRoutes(r, one)
	a.projectNotificationRoutes(r, one)
}

func projectURL(slug, rest string) string { return projectsHome + "/" + slug + rest }

// projectHead is what stands above a page of a project's settings.
func (a *agents) projectHead(c *fiber.Ctx, p *models.Project, tab string) views.ProjectHead {
	words, actor := a.language(c), actorOf(c)
	head := views.ProjectHead{Name: p.Name, ListURL: projectsHome, Open: p.Open(), Disabled: p.DisabledAt != 0,
		Title: words.T("agent.project.tab." + tab), Lead: words.T("agent.project." + tab + ".lead")}
	for _, t := range projectTabs {
		if actor.CanIn(t.need, p.ID) {
			head.Tabs = append(head.Tabs, views.AgentView{Label: words.T("agent.project.tab." + t.key), URL: projectURL(p.Slug, t.path), Current: t.key == tab})
		}
	}
	return head
}

// showProject answers with a page of a project's settings.
func (a *agents) showProject(c *fiber.Ctx, status int, head views.ProjectHead, body string, data any) error {
	return a.showSettings(c, status, views.Page{Title: head.Title + " · " + head.Name, Body: body, Data: data, Flash: a.savedFlash(c)})
}

// projectList shows the projects.
func (a *agents) projectList(c *fiber.Ctx) error {
	return a.showProjects(c, fiber.StatusOK, values{}, nil)
}

func (a *agents) showProjects(c *fiber.Ctx, status int, typed values, refused *models.Error) error {
	words := a.language(c)
	list, err := a.desk.ProjectList(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	data := views.ProjectsPage{AddOpen: refused != nil}
	for i, p := range list.Lines {
		row := views.ProjectRow{Name: p.Name, Slug: p.Slug, URL: projectURL(p.Slug, ""), Open: p.Open, Disabled: p.Disabled, Tickets: p.Tickets}
		if !p.Settings {
			row.URL = projectURL(p.Slug, "/intake")
		}
		if list.Whole && len(list.Lines) > 1 {
			row.Move = views.MoveButtons{Action: projectURL(p.Slug, "/position"), CSRF: visitOf(c).token(), Name: p.Name, First: i == 0, Last: i == len(list.Lines)-1}
		}
		data.Rows = append(data.Rows, row)
	}
	if list.Whole {
		data.Add = &views.Form{ID: "new-project", Action: projectsHome, CSRF: visitOf(c).token(), Submit: words.T("agent.projects.add"), Inputs: []views.Input{
			{Kind: "text", Name: "name", Label: words.T("agent.project.name"), Help: words.T("agent.project.name.help"), Value: typed.first("name"), MaxLength: 140, Required: true},
			{Kind: "text", Name: "slug", Label: words.T("agent.project.slug"), Help: words.T("agent.project.slug.help"), Value: typed.first("slug"), MaxLength: 60, Optional: true, Mono: true},
			{Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Help: words.T("agent.project.locale.new"), Choices: a.projectLanguages(c, typed.first("locale"))},
		}}
		if refused != nil {
			withErrors(words, data.Add, refused)
		}
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.projects"), Body: "settings/projects", Data: data, Flash: a.savedFlash(c)})
}

// projectLanguages are the choices of a project's language, the workspace's own first.
func (a *agents) projectLanguages(c *fiber.Ctx, chosen string) []views.Choice {
	return append([]views.Choice{{Label: a.language(c).T("agent.project.locale.same"), Selected: chosen == ""}}, a.languages(chosen)...)
}

// addProject makes a project and leads to the switch of its portal, which is off.
func (a *agents) addProject(c *fiber.Ctx) error {
	form := posted(c)
	slug, err := a.desk.AddProject(c.UserContext(), actorOf(c), form.first("name"), form.first("slug"), form.first("locale"))
	if e, ok := refusal(err); ok {
		return a.showProjects(c, statusOf(e), form, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/portal"))
}

// by reads by how many places a row moves; what is no number is 0, which the verbs refuse.
func by(c *fiber.Ctx) int {
	n, _ := strconv.Atoi(posted(c).first("by"))
	return n
}

func (a *agents) moveProject(c *fiber.Ctx) error {
	if err := a.desk.MoveProject(c.UserContext(), actorOf(c), c.Params("slug"), by(c)); err != nil {
		return err
	}
	return c.Redirect(projectsHome, fiber.StatusSeeOther)
}

// projectGeneral shows a project's name, language and sender. Who may only make intake links
// there is led to them.
func (a *agents) projectGeneral(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), strings.Clone(c.Params("slug")), models.ActSettings)
	if err != nil {
		return err
	}
	p := sheet.Project
	return a.showGeneral(c, fiber.StatusOK, p, desk.ProjectGeneral{Name: p.Name, Summary: p.Summary, Locale: p.Locale, Calendar: idOrZero(p.CalendarID), Version: sheet.Version}, nil)
}

func (a *agents) saveProjectGeneral(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	in := desk.ProjectGeneral{Name: form.first("name"), Summary: form.first("summary"), Locale: form.first("locale"), Calendar: calendarOf(form), Version: version(form)}
	err := a.desk.ChangeProject(c.UserContext(), actorOf(c), slug, in)
	if e, ok := refusal(err); ok {
		sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), slug, models.ActSettings)
		if err != nil {
			return err
		}
		if e.Kind == models.KindConflict {
			in.Version = sheet.Version // the next save is over what is true now, on purpose
		}
		return a.showGeneral(c, statusOf(e), sheet.Project, in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, ""))
}

func (a *agents) showGeneral(c *fiber.Ctx, status int, p *models.Project, in desk.ProjectGeneral, refused *models.Error) error {
	words := a.language(c)
	hours, err := a.desk.CalendarChoices(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	data := views.ProjectForm{Head: a.projectHead(c, p, "general"), Form: views.Form{Action: projectURL(p.Slug, ""), CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: decimal(in.Version), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.project.name"), Help: words.T("agent.project.name.help"), Value: in.Name, MaxLength: 140, Required: true},
		{Kind: "textarea", Name: "summary", Label: words.T("agent.project.summary"), Help: words.T("agent.project.summary.help"), Value: in.Summary, MaxLength: 300, Rows: 2, Optional: true},
		{Kind: "select", Name: "locale", Label: words.T("agent.settings.locale"), Help: words.T("agent.project.locale.help"), Choices: a.projectLanguages(c, in.Locale)},
		hoursChoice(words, words.T("agent.hours.project.none"), words.T("agent.hours.project.help"), hours, in.Calendar),
	}}}
	data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.Tf("agent.project.slug.fixed", "Slug", p.Slug)})
	state := "disable"
	if p.DisabledAt != 0 {
		state = "enable"
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.project.disabled")})
	}
	data.Danger = views.Link{Label: words.T("agent.project." + state), URL: projectURL(p.Slug, "/state")}
	data.DangerText = words.T("agent.project." + state + ".text")
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

// askProjectState asks before a project goes out of use, or back into it.
func (a *agents) askProjectState(c *fiber.Ctx) error {
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), c.Params("slug"), models.ActSettings)
	if err != nil {
		return err
	}
	return a.showProjectState(c, fiber.StatusOK, sheet.Project, nil)
}

func (a *agents) showProjectState(c *fiber.Ctx, status int, p *models.Project, refused *models.Error) error {
	words := a.language(c)
	key, value := "agent.project.disable", "disabled"
	if p.DisabledAt != 0 {
		key, value = "agent.project.enable", "enabled"
	}
	head := a.projectHead(c, p, "general")
	head.Title, head.Lead = words.T(key), ""
	data := views.ProjectForm{Head: head, Notices: []views.Notice{{Kind: "warning", Text: words.T(key + ".text")}},
		Form: views.Form{Action: projectURL(p.Slug, "/state"), CSRF: visitOf(c).token(), Submit: words.T(key), Danger: value == "disabled", CancelURL: projectURL(p.Slug, ""),
			Inputs: []views.Input{{Kind: "hidden", Name: "state", Value: value}}}}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

func (a *agents) setProjectState(c *fiber.Ctx) error {
	slug, state := strings.Clone(c.Params("slug")), posted(c).first("state")
	sheet, err := a.desk.ProjectSheet(c.UserContext(), actorOf(c), slug, models.ActSettings)
	if err != nil {
		return err
	}
	if state != "disabled" && state != "enabled" {
		var v models.Invalid
		v.Add("state", "agent.settings.error.choice")
		e, _ := models.AsError(v.Err())
		return a.showProjectState(c, statusOf(e), sheet.Project, e)
	}
	if err := a.desk.DisableProject(c.UserContext(), actorOf(c), slug, state == "disabled"); err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, ""))
}

// refusedSheet gives what a refused form of a project's settings is shown with again: the rules
// of now, and the version to save over. After a conflict that is the present one: whoever sends the
// form again has seen that somebody else saved.
func (a *agents) refusedSheet(c *fiber.Ctx, slug string, form values, refused *models.Error) (sheet *desk.ProjectSheet, version string, err error) {
	if sheet, err = a.desk.ProjectSheet(c.UserContext(), actorOf(c), slug, models.ActSettings); err != nil {
		return nil, "", err
	}
	if refused.Kind == models.KindConflict {
		return sheet, decimal(sheet.Version), nil
	}
	return sheet, form.first("version"), nil
}

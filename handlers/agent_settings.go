package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const settingsHome = "/agent/settings"

// settingsPage is a page of the settings as its navigation names it: the texts are
// "agent.settings.<key>" and "agent.settings.<key>.lead". need is what an agent must be
// allowed somewhere to be shown it; empty shows it to all.
type settingsPage struct {
	key, path, icon string
	need            models.Action
}

// settingsGroups is the table of contents of the settings.
var settingsGroups = []struct {
	key   string
	pages []settingsPage
}{
	{"workspace", []settingsPage{
		{"general", settingsHome + "/workspace", "building-2", models.ActSettings},
		{"projects", projectsHome, "folder", models.ActIntake},
		{"company_portal", companyPortalPage, "users", models.ActSettings},
		{"blocks", blocksHome, "ban", models.ActSpam},
		{"mail_log", mailLogHome, "mail", models.ActSettings},
	}},
	{"answers", []settingsPage{
		{"macros", macrosPage, "zap", models.ActReply},
		{"tags", tagsPage, "tag", models.ActSettings},
	}},
	{"promises", []settingsPage{
		{"hours", hoursHome, "calendar-clock", models.ActSettings},
		{"sla", slaPage, "timer", models.ActSettings},
		{"routing", routingPage, "workflow", models.ActSettings},
	}},
	{"people", []settingsPage{
		{"agents", settingsHome + "/agents", "users", models.ActPeople},
		{"roles", settingsHome + "/roles", "shield", models.ActPeople},
		{"teams", settingsHome + "/teams", "users-round", models.ActPeople},
		{"skills", skillsPage, "star", models.ActPeople},
		{"providers", providersPage, "shield-check", models.ActSettings},
		{"audit", settingsHome + "/audit", "history", models.ActAudit},
	}},
	{"you", []settingsPage{
		{"profile", profilePath, "circle-user", ""},
		{"notifications", notificationsPage, "bell", ""},
	}},
}

// settingsRoutes are the pages of settings (SE).
func (a *agents) settingsRoutes(r fiber.Router) {
	r.Get(settingsHome, a.settingsHome)
	r.Get(settingsHome+"/workspace", a.workspaceSettings)
	r.Post(settingsHome+"/workspace", a.saveWorkspace)
}

// settingsHome is the table of contents.
func (a *agents) settingsHome(c *fiber.Ctx) error {
	words, actor := a.language(c), actorOf(c)
	var data views.SettingsHome
	for _, g := range settingsGroups {
		group := views.SettingsGroup{Heading: words.T("agent.settings.group." + g.key)}
		for _, p := range g.pages {
			if p.need == "" || actor.Can(p.need) {
				group.Cards = append(group.Cards, views.SettingsCard{URL: p.path, Icon: p.icon, Title: words.T("agent.settings." + p.key), Text: words.T("agent.settings." + p.key + ".lead")})
			}
		}
		if len(group.Cards) > 0 {
			data.Groups = append(data.Groups, group)
		}
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings"), Body: "settings/home", Data: data})
}

// showSettings answers with a page of the settings: their navigation stands at the side.
func (a *agents) showSettings(c *fiber.Ctx, status int, p views.Page) error {
	words, actor, here := a.language(c), actorOf(c), c.Path()
	p.Agent = &views.AgentNav{}
	for _, g := range settingsGroups {
		group := views.NavGroup{Heading: words.T("agent.settings.group." + g.key)}
		for _, page := range g.pages {
			if page.need == "" || actor.Can(page.need) {
				group.Links = append(group.Links, views.AgentView{Label: words.T("agent.settings." + page.key), URL: page.path, Current: here == page.path || strings.HasPrefix(here, page.path+"/")})
			}
		}
		if len(group.Links) > 0 {
			p.Agent.Groups = append(p.Agent.Groups, group)
		}
	}
	return a.show(c, status, p)
}

// saved says on the next page that what was posted is kept: pages are answered to a post by a
// redirect, so that a reload posts nothing.
func (a *agents) saved(c *fiber.Ctx, address string) error {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return c.Redirect(address+sep+"saved=1", fiber.StatusSeeOther)
}

// savedFlash is the message after saved, or nil.
func (a *agents) savedFlash(c *fiber.Ctx) *views.Flash {
	if c.Query("saved") != "1" {
		return nil
	}
	return &views.Flash{Kind: "success", Text: a.language(c).T("agent.saved")}
}

// settingInputs draws described settings with their present values: the texts are
// "agent.setting.<name>", "….help" where there is one, and "….<value>" for choices.
func settingInputs(words *locale.Strings, list []models.Setting, values map[string]string) []views.Input {
	var all []views.Input
	for _, s := range list {
		key := "agent.setting." + s.Name
		in := views.Input{Name: s.Name, Label: words.T(key), Value: values[s.Name]}
		if words.Has(key + ".help") {
			in.Help = words.T(key + ".help")
		}
		switch s.Kind {
		case models.SettingSwitch:
			in.Kind = "checkbox"
		case models.SettingNumber:
			in.Kind, in.Min, in.Max, in.Required = "number", strconv.Itoa(s.Min), strconv.Itoa(s.Max), true
			if s.Unit != "" {
				in.Unit = words.T("agent.setting.unit." + s.Unit)
			}
		case models.SettingChoice:
			in.Kind = "radio"
			for _, value := range s.Values {
				choice := views.Choice{Value: value, Label: words.T(key + "." + value), Selected: value == in.Value}
				if words.Has(key + "." + value + ".help") {
					choice.Help = words.T(key + "." + value + ".help")
				}
				in.Choices = append(in.Choices, choice)
			}
		case models.SettingText:
			in.Kind, in.MaxLength = "text", s.Max
		}
		all = append(all, in)
	}
	return all
}

// postedSettings are the posted values of described settings.
func postedSettings(form values, list []models.Setting) map[string]string {
	all := map[string]string{}
	for _, s := range list {
		all[s.Name] = form.first(s.Name)
	}
	return all
}

// withErrors writes what was refused beside its fields, and the rest above the form.
func withErrors(words *locale.Strings, f *views.Form, e *models.Error) {
	for _, field := range e.Order {
		found := false
		for i := range f.Inputs {
			if f.Inputs[i].Name == field {
				f.Inputs[i].Error, found = say(words, e.Fields[field]), true
			}
		}
		if !found {
			f.Error = say(words, e.Fields[field])
		}
	}
	if len(e.Order) == 0 {
		f.Error = say(words, models.Problem{Key: e.Message})
	}
}

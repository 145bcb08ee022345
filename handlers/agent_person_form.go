package handlers

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

func cutPrefix(s, prefix string) (string, bool) { return strings.CutPrefix(s, prefix) }

// personForm is the form of an agent, or with id 0 of an invitation.
func personForm(words *locale.Strings, sheet *desk.PersonSheet, in desk.PersonInput, id int64) views.Form {
	f := views.Form{Action: peoplePath, Submit: words.T("agent.people.invite.button"), CancelURL: peoplePath}
	if id != 0 {
		f.Action, f.Submit, f.CancelURL = personURL(id), words.T("agent.save"), ""
	}
	f.Inputs = append(f.Inputs, views.Input{Kind: "text", Name: "name", Label: words.T("agent.people.name"), Value: in.Name, MaxLength: 140, Required: true, Autocomplete: "off"})
	if id == 0 {
		f.Inputs = append(f.Inputs, views.Input{Kind: "email", Name: "email", Label: words.T("agent.people.address"), Value: in.Email, MaxLength: 254, Required: true, Autocomplete: "off"})
	}
	role := views.Input{Kind: "radio", Name: "role", Label: words.T("agent.people.role"), Help: words.T("agent.people.role.help")}
	for _, r := range models.Roles {
		role.Choices = append(role.Choices, views.Choice{Value: string(r), Label: words.T("agent.role." + string(r)), Help: words.T("agent.role." + string(r) + ".text"), Selected: r == in.Role})
	}
	where := views.Input{Kind: "radio", Name: fieldEverywhere, Label: words.T("agent.people.where"), Choices: []views.Choice{
		{Value: everywhere, Label: words.T("agent.people.where.everywhere"), Help: words.T("agent.people.where.everywhere.help"), Selected: in.Everywhere},
		{Value: someProjects, Label: words.T("agent.people.where.projects"), Help: words.T("agent.people.where.projects.help"), Selected: !in.Everywhere},
	}}
	// Without the choice of projects nobody is asked about them: the style sheet hides what does not count.
	f.Inputs = append(f.Inputs, role, where)
	f.Inputs = append(f.Inputs, views.Input{Kind: "heading", Label: words.T("agent.people.where.heading"), Help: words.T("agent.people.where.heading.help")})
	for _, p := range sheet.AllProjects {
		one := views.Input{Kind: "select", Name: "project-" + decimal(p.ID), Label: p.Name}
		for _, r := range []models.Role{"", models.RoleAgent, models.RoleViewer} {
			choice := views.Choice{Value: string(r), Label: words.T("agent.people.no_access"), Selected: in.Projects[p.ID] == r}
			if r != "" {
				choice.Label = words.T("agent.role." + string(r))
			}
			one.Choices = append(one.Choices, choice)
		}
		f.Inputs = append(f.Inputs, one)
	}
	if len(sheet.AllTeams) > 0 {
		teams := views.Input{Kind: "checkboxes", Name: "teams", Label: words.T("agent.people.teams")}
		for _, t := range sheet.AllTeams {
			teams.Choices = append(teams.Choices, views.Choice{Value: decimal(t.ID), Label: t.Name, Selected: slices.Contains(in.Teams, t.ID)})
		}
		f.Inputs = append(f.Inputs, teams)
	}
	return f
}

// personButtons are what can be done to an agent in their present state.
func personButtons(words *locale.Strings, sheet *desk.PersonSheet, refused personRefusal) []views.PersonAct {
	var all []views.PersonAct
	add := func(key, act, icon, text string, danger bool) {
		b := views.PersonAct{ID: act, Action: personURL(sheet.ID) + "/" + act, Title: words.T("agent.people.act." + key), Text: text, Button: words.T("agent.people.act." + key + ".button"), Icon: icon, Danger: danger}
		if refused.act == act && refused.acted != nil {
			b.Error = firstProblem(words, refused.acted)
		}
		all = append(all, b)
	}
	switch sheet.State {
	case desk.PersonInvited:
		add("resend", "invitation", "send", words.T("agent.people.act.resend.text"), false)
		add("revoke", "revocation", "x", words.T("agent.people.act.revoke.text"), true)
	case desk.PersonDisabled:
		text := words.T("agent.people.act.enable.text")
		if !sheet.Joined {
			text = words.T("agent.people.act.enable.invite")
		}
		add("enable", "enable", "rotate-ccw", text, false)
	default:
		if sheet.Sessions > 0 {
			add("sessions", "sign-out-all", "log-out", words.Tn("agent.people.act.sessions.text", sheet.Sessions), false)
		}
		if sheet.TwoFactor {
			add("factor", "factor-off", "smartphone", words.T("agent.people.act.factor.text"), true)
		}
		text := words.T("agent.people.act.disable.text")
		if sheet.LastAdmin {
			text = words.T("agent.people.act.disable.last")
		}
		add("disable", "disable", "ban", text, true)
		if sheet.LastAdmin {
			all[len(all)-1].Button = ""
		}
	}
	return all
}

func firstProblem(words *locale.Strings, e *models.Error) string {
	if len(e.Order) > 0 {
		return say(words, e.Fields[e.Order[0]])
	}
	return say(words, models.Problem{Key: e.Message})
}

// personTickets shows what an agent leaves behind, and who could take it.
func (a *agents) personTickets(c *fiber.Ctx, page *views.PersonPage, sheet *desk.PersonSheet, refused personRefusal) {
	if sheet.OpenTickets == 0 {
		return
	}
	words := a.language(c)
	for _, t := range sheet.Tickets {
		page.Tickets = append(page.Tickets, views.PersonTicket{Number: decimal(t.Number), Title: t.Title, Project: t.Project, URL: ticketURL(t.Number)})
	}
	page.HandOver = &views.HandOver{Action: personURL(sheet.ID) + "/tickets", Count: sheet.OpenTickets, Choices: []views.Choice{{Value: "0", Label: words.T("agent.people.hand_over.nobody")}}}
	for _, h := range sheet.Heirs {
		page.HandOver.Choices = append(page.HandOver.Choices, views.Choice{Value: h.Slug, Label: h.Name, Selected: h.Slug == decimal(refused.to)})
	}
	if refused.act == "tickets" {
		if refused.text != "" {
			page.HandOver.Error = words.T(refused.text)
		} else if refused.acted != nil {
			page.HandOver.Error = firstProblem(words, refused.acted)
		}
	}
}

package handlers

import (
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

func teamURL(id int64) string { return teamsPath + "/" + decimal(id) }

// teams lists all teams.
func (a *agents) teams(c *fiber.Ctx) error {
	teams, err := a.desk.Teams(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.Teams{AddURL: teamsPath + "/new"}
	for _, t := range teams {
		row := views.TeamRow{Name: t.Name, URL: teamURL(t.ID), Away: map[int]time.Time{}}
		for _, m := range t.Members {
			row.Members = append(row.Members, m.Name)
			if m.Away {
				row.Away[len(row.Members)-1] = m.Until
			}
		}
		data.Teams = append(data.Teams, row)
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings.teams"), Body: "people/teams", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) newTeam(c *fiber.Ctx) error {
	return a.showTeam(c, fiber.StatusOK, 0, desk.TeamInput{}, nil)
}

func (a *agents) team(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showTeam(c, fiber.StatusOK, id, desk.TeamInput{}, nil)
}

func (a *agents) addTeam(c *fiber.Ctx) error { return a.keepTeam(c, 0) }

func (a *agents) saveTeam(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.keepTeam(c, id)
}

func (a *agents) keepTeam(c *fiber.Ctx, id int64) error {
	form := posted(c)
	in := desk.TeamInput{Name: form.first("name"), Members: ids(form["members"]), Calendar: calendarOf(form)}
	_, err := a.desk.SaveTeam(c.UserContext(), actorOf(c), id, in)
	if e, ok := refusal(err); ok {
		return a.showTeam(c, statusOf(e), id, in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, teamsPath)
}

func (a *agents) showTeam(c *fiber.Ctx, status int, id int64, in desk.TeamInput, refused *models.Error) error {
	sheet, err := a.desk.Team(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	page := views.TeamPage{Title: words.T("agent.teams.add"), BackURL: teamsPath}
	f := views.Form{Action: teamsPath, CSRF: visitOf(c).token(), Submit: words.T("agent.teams.create"), CancelURL: teamsPath}
	if id != 0 {
		page.Title, page.DeleteURL = sheet.Name, teamURL(id)+"/deletion"
		f.Action, f.Submit = teamURL(id), words.T("agent.save")
	}
	if refused == nil {
		in.Name, in.Calendar = sheet.Name, sheet.Calendar
	}
	members := views.Input{Kind: "checkboxes", Name: "members", Label: words.T("agent.teams.members")}
	for _, m := range sheet.Members {
		choice := views.Choice{Value: decimal(m.ID), Label: m.Name, Selected: m.Member}
		if m.State != desk.PersonActive {
			choice.Help = words.T("agent.people.state." + m.State)
		}
		if refused != nil {
			choice.Selected = slices.Contains(in.Members, m.ID)
		}
		members.Choices = append(members.Choices, choice)
	}
	f.Inputs = []views.Input{{Kind: "text", Name: "name", Label: words.T("agent.teams.name"), Value: in.Name, MaxLength: 80, Required: true, Autocomplete: "off"}, members,
		hoursChoice(words, words.T("agent.hours.team.none"), words.T("agent.hours.team.help"), sheet.Calendars, in.Calendar)}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	page.Form = f
	return a.showSettings(c, status, views.Page{Title: page.Title, Body: "people/team", Data: page})
}

// askTeamDeletion says what a deletion takes away before it does.
func (a *agents) askTeamDeletion(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showTeamDeletion(c, fiber.StatusOK, id, "")
}

func (a *agents) showTeamDeletion(c *fiber.Ctx, status int, id int64, fault string) error {
	sheet, err := a.desk.Team(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.TeamDelete{Name: sheet.Name, Action: teamURL(id) + "/deletion", BackURL: teamURL(id), CSRF: visitOf(c).token(), Tickets: sheet.Tickets, Error: fault}
	return a.showSettings(c, status, views.Page{Title: words.Tf("agent.teams.delete.heading", "Name", sheet.Name), Body: "people/team_delete", Data: data})
}

func (a *agents) deleteTeam(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	told, _ := strconv.Atoi(posted(c).first("tickets"))
	err = a.desk.DeleteTeam(c.UserContext(), actorOf(c), id, told)
	if e, ok := refusal(err); ok {
		return a.showTeamDeletion(c, statusOf(e), id, firstProblem(a.language(c), e))
	}
	if err != nil {
		return err
	}
	return a.saved(c, teamsPath)
}

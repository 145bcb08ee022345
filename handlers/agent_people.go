package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	peoplePath  = settingsHome + "/agents"
	teamsPath   = settingsHome + "/teams"
	profilePath = settingsHome + "/profile"
	factorPath  = profilePath + "/two-factor"
	auditPath   = settingsHome + "/audit"
)

// peopleRoutes are the pages about the people of the desk (SE-4, SE-5).
func (a *agents) peopleRoutes(r fiber.Router) {
	r.Get(peoplePath, a.people)
	r.Get(peoplePath+"/new", a.newPerson)
	r.Post(peoplePath, a.invite)
	r.Get(peoplePath+"/:id", a.person)
	r.Post(peoplePath+"/:id", a.savePerson)
	for act := range personActs {
		r.Post(peoplePath+"/:id/"+act, a.actOnPerson)
	}
	r.Post(peoplePath+"/:id/tickets", a.handOver)

	r.Get(settingsHome+"/roles", a.roles)

	r.Get(teamsPath, a.teams)
	r.Get(teamsPath+"/new", a.newTeam)
	r.Post(teamsPath, a.addTeam)
	r.Get(teamsPath+"/:id", a.team)
	r.Post(teamsPath+"/:id", a.saveTeam)
	r.Get(teamsPath+"/:id/deletion", a.askTeamDeletion)
	r.Post(teamsPath+"/:id/deletion", a.deleteTeam)

	a.skillRoutes(r)
	r.Get(profilePath, a.profile)
	r.Post(profilePath, a.saveProfile)
	r.Post(profilePath+"/password", a.changePassword)
	r.Post(profilePath+"/sessions/end", a.endSession)
	r.Post(profilePath+"/sessions/end-others", a.endOtherSessions)
	r.Get(factorPath, a.factor)
	r.Get(factorPath+"/picture", a.factorPicture)
	r.Post(factorPath, a.beginFactor)
	r.Post(factorPath+"/confirmation", a.confirmFactor)
	r.Post(factorPath+"/codes", a.newCodes)
	r.Post(factorPath+"/off", a.factorOff)

	r.Get(auditPath, a.auditLog)
	r.Get(auditPath+".csv", a.auditExport)
}

// people lists everybody.
func (a *agents) people(c *fiber.Ctx) error {
	people, err := a.desk.People(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.People{InviteURL: peoplePath + "/new"}
	for _, p := range people {
		row := personRow(words, p)
		if p.State == desk.PersonDisabled {
			data.Disabled = append(data.Disabled, row)
		} else {
			data.Active = append(data.Active, row)
		}
	}
	page := views.Page{Title: words.T("agent.settings.agents"), Body: "people/list", Data: data, Flash: a.savedFlash(c)}
	if c.Query("invited") == "1" {
		page.Flash = &views.Flash{Kind: "success", Text: words.T("agent.people.invited")}
	}
	return a.showSettings(c, fiber.StatusOK, page)
}

func personURL(id int64) string { return peoplePath + "/" + decimal(id) }

func personRow(words *locale.Strings, p desk.Person) views.PersonRow {
	row := views.PersonRow{Name: p.Name, Address: p.Address, URL: personURL(p.ID), Role: words.T("agent.role." + string(p.Role)), State: p.State, Self: p.Self,
		TwoFactor: p.TwoFactor, SeenAt: p.SeenAt, InviteEnds: p.InviteEnds, OpenTickets: p.OpenTickets, Where: words.T("agent.people.everywhere")}
	if !p.Everywhere {
		row.Where = whereWords(words, p.Projects, p.Role)
	}
	row.Away, row.AwayUntil = p.Away, p.AwayUntil
	var teams []string
	for _, t := range p.Teams {
		teams = append(teams, t.Name)
	}
	row.Teams = strings.Join(teams, ", ")
	return row
}

// whereWords names the projects of an agent, with the role where it is another than the first named.
func whereWords(words *locale.Strings, projects []desk.PersonProject, role models.Role) string {
	var all []string
	for _, p := range projects {
		text := p.Name
		if p.Role != role {
			text += " (" + words.T("agent.role."+string(p.Role)) + ")"
		}
		all = append(all, text)
	}
	if len(all) == 0 {
		return words.T("agent.people.no_access")
	}
	return strings.Join(all, ", ")
}

// fieldErrors are the sentences beside fields; "" is about the form as a whole.
func fieldErrors(words *locale.Strings, e *models.Error) map[string]string {
	errs := map[string]string{}
	for _, field := range e.Order {
		errs[field] = say(words, e.Fields[field])
	}
	if len(errs) == 0 {
		errs[""] = say(words, models.Problem{Key: e.Message})
	}
	return errs
}

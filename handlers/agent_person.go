package handlers

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const (
	fieldEverywhere = "where"
	everywhere      = "everywhere"
	someProjects    = "projects"
)

// newPerson asks whom to invite.
func (a *agents) newPerson(c *fiber.Ctx) error {
	return a.showPerson(c, fiber.StatusOK, 0, desk.PersonInput{Role: models.RoleAgent, Everywhere: true}, personRefusal{})
}

// invite mails an invitation.
func (a *agents) invite(c *fiber.Ctx) error {
	in := postedPerson(posted(c))
	if _, err := a.desk.Invite(c.UserContext(), actorOf(c), in); err != nil {
		if e, ok := refusal(err); ok {
			return a.showPerson(c, statusOf(e), 0, in, personRefusal{form: e})
		}
		return err
	}
	return c.Redirect(peoplePath+"?invited=1", fiber.StatusSeeOther)
}

// person shows one agent.
func (a *agents) person(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showPerson(c, fiber.StatusOK, id, desk.PersonInput{}, personRefusal{})
}

// savePerson keeps name, role, projects and teams.
func (a *agents) savePerson(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	in := postedPerson(posted(c))
	if err := a.desk.ChangePerson(c.UserContext(), actorOf(c), id, in); err != nil {
		if e, ok := refusal(err); ok {
			return a.showPerson(c, statusOf(e), id, in, personRefusal{form: e})
		}
		return err
	}
	return a.saved(c, personURL(id))
}

func postedPerson(form values) desk.PersonInput {
	in := desk.PersonInput{Name: form.first("name"), Email: form.first("email"), Role: models.Role(form.first("role")), Everywhere: form.first(fieldEverywhere) != someProjects,
		Projects: map[int64]models.Role{}, Teams: ids(form["teams"])}
	for name := range form {
		if text, ok := cutPrefix(name, "project-"); ok {
			if id, err := strconv.ParseInt(text, 10, 64); err == nil {
				in.Projects[id] = models.Role(form.first(name))
			}
		}
	}
	return in
}

// ids are the posted ids of a list of checkboxes; what is no number is an id that nothing has.
func ids(texts []string) []int64 {
	var all []int64
	for _, text := range texts {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			id = -1
		}
		all = append(all, id)
	}
	return all
}

// personActs are what a button does to an agent, by the last word of its address.
var personActs = map[string]func(d *desk.Desk, ctx context.Context, actor desk.Actor, id int64) error{
	"invitation":   (*desk.Desk).ResendInvitation,
	"revocation":   (*desk.Desk).RevokeInvitation,
	"disable":      (*desk.Desk).DisablePerson,
	"enable":       (*desk.Desk).EnablePerson,
	"sign-out-all": (*desk.Desk).EndSessionsOf,
	"factor-off":   (*desk.Desk).DropFactorOf,
}

// actOnPerson does what a button of an agent's page says.
func (a *agents) actOnPerson(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	act := c.Path()[len(peoplePath+"/"+c.Params("id")+"/"):]
	if err := personActs[act](a.desk, c.UserContext(), actorOf(c), id); err != nil {
		if e, ok := refusal(err); ok {
			return a.showPerson(c, statusOf(e), id, desk.PersonInput{}, personRefusal{act: act, acted: e})
		}
		return err
	}
	return a.saved(c, personURL(id))
}

// handOver gives an agent's open tickets to another.
func (a *agents) handOver(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	to, _ := strconv.ParseInt(posted(c).first("to"), 10, 64)
	n, err := a.desk.HandOver(c.UserContext(), actorOf(c), id, to)
	if e, ok := refusal(err); ok {
		return a.showPerson(c, statusOf(e), id, desk.PersonInput{}, personRefusal{act: "tickets", acted: e, to: to})
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return a.showPerson(c, fiber.StatusUnprocessableEntity, id, desk.PersonInput{}, personRefusal{act: "tickets", text: "agent.people.hand_over.none", to: to})
	}
	return c.Redirect(personURL(id)+"?handed="+strconv.Itoa(n), fiber.StatusSeeOther)
}

// personRefusal is what the page of an agent was refused: its form, or one of its buttons.
type personRefusal struct {
	form *models.Error
	// act is the last word of the address that was posted to; text a key.
	act   string
	acted *models.Error
	text  string
	to    int64
	// work is what was posted to the form about work.
	work values
}

func (a *agents) showPerson(c *fiber.Ctx, status int, id int64, in desk.PersonInput, refused personRefusal) error {
	sheet, err := a.desk.Person(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	page := views.PersonPage{Title: words.T("agent.people.invite"), Lead: words.T("agent.people.invite.lead"), BackURL: peoplePath, CSRF: visitOf(c).token()}
	if id != 0 {
		row := personRow(words, sheet.Person)
		page.Title, page.Lead, page.Row = sheet.Name, "", &row
		if refused.form == nil {
			in = desk.PersonInput{Name: sheet.Name, Role: sheet.Role, Everywhere: sheet.Everywhere}
			in.Projects = map[int64]models.Role{}
			for _, p := range sheet.AllProjects {
				in.Projects[p.ID] = p.Role
			}
			for _, t := range sheet.AllTeams {
				if t.Member {
					in.Teams = append(in.Teams, t.ID)
				}
			}
		}
		page.Acts = personButtons(words, sheet, refused)
		if sheet.State != desk.PersonDisabled {
			if err := a.personWork(c, &page, id, refused); err != nil {
				return err
			}
		}
		a.personTickets(c, &page, sheet, refused)
	}
	page.Form = personForm(words, sheet, in, id)
	page.Form.CSRF = page.CSRF
	if refused.form != nil {
		withErrors(words, &page.Form, refused.form)
	}
	p := views.Page{Title: page.Title, Body: "people/person", Data: page}
	if status == fiber.StatusOK {
		p.Flash = a.savedFlash(c)
		if n, err := strconv.Atoi(c.Query("handed")); err == nil && n > 0 {
			p.Flash = &views.Flash{Kind: "success", Text: words.Tn("agent.people.handed_over", n)}
		}
	}
	return a.showSettings(c, status, p)
}

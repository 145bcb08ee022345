package handlers

import (
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const skillsPage = settingsHome + "/skills"

// skillRoutes are what rules go by when they find an agent: skills, room and who is away (AG-4).
func (a *agents) skillRoutes(r fiber.Router) {
	r.Get(skillsPage, a.skills)
	r.Get(skillsPage+"/new", a.newSkill)
	r.Post(skillsPage, a.addSkill)
	r.Get(skillsPage+"/:id", a.skill)
	r.Post(skillsPage+"/:id", a.saveSkill)
	r.Post(skillsPage+"/:id/deletion", a.deleteSkill)
	r.Post(peoplePath+"/:id/work", a.saveWork)
	r.Post(profilePath+"/away", a.saveAway)
}

func skillURL(id int64) string { return skillsPage + "/" + decimal(id) }

// skills lists what agents know.
func (a *agents) skills(c *fiber.Ctx) error {
	skills, err := a.desk.Skills(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	data := views.Skills{AddURL: skillsPage + "/new"}
	for _, s := range skills {
		row := views.SkillRow{Name: s.Name, URL: skillURL(s.ID), Rules: s.Rules}
		for _, m := range s.Members {
			row.Members = append(row.Members, m.Name)
		}
		data.Skills = append(data.Skills, row)
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: a.language(c).T("agent.settings.skills"), Body: "people/skills", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) newSkill(c *fiber.Ctx) error {
	return a.showSkill(c, fiber.StatusOK, 0, nil, nil)
}

func (a *agents) skill(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showSkill(c, fiber.StatusOK, id, nil, nil)
}

func (a *agents) addSkill(c *fiber.Ctx) error { return a.keepSkill(c, 0) }

func (a *agents) saveSkill(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.keepSkill(c, id)
}

func (a *agents) keepSkill(c *fiber.Ctx, id int64) error {
	form := posted(c)
	err := a.desk.SaveSkill(c.UserContext(), actorOf(c), id, form.first("name"), ids(form["members"]))
	if e, ok := refusal(err); ok {
		return a.showSkill(c, statusOf(e), id, form, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, skillsPage)
}

func (a *agents) deleteSkill(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.desk.DeleteSkill(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return a.saved(c, skillsPage)
}

func (a *agents) showSkill(c *fiber.Ctx, status int, id int64, typed values, refused *models.Error) error {
	sheet, err := a.desk.Skill(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words, token := a.language(c), visitOf(c).token()
	page := views.SkillPage{Title: words.T("agent.skills.add"), BackURL: skillsPage, Rules: sheet.Rules}
	f := views.Form{Action: skillsPage, CSRF: token, Submit: words.T("agent.skills.create"), CancelURL: skillsPage}
	if id != 0 {
		page.Title = sheet.Name
		f.Action, f.Submit = skillURL(id), words.T("agent.save")
		page.Delete = &views.Form{ID: "delete", Action: skillURL(id) + "/deletion", CSRF: token, Submit: words.T("agent.skills.delete"), Danger: true}
	}
	name := sheet.Name
	members := views.Input{Kind: "checkboxes", Name: "members", Label: words.T("agent.skills.members")}
	for _, m := range sheet.Members {
		choice := views.Choice{Value: decimal(m.ID), Label: m.Name, Selected: m.Member}
		if m.State != desk.PersonActive {
			choice.Help = words.T("agent.people.state." + m.State)
		}
		if refused != nil {
			choice.Selected = slices.Contains(typed["members"], choice.Value)
		}
		members.Choices = append(members.Choices, choice)
	}
	if refused != nil {
		name = typed.first("name")
	}
	f.Inputs = []views.Input{{Kind: "text", Name: "name", Label: words.T("agent.skills.name"), Value: name, MaxLength: models.MaxSkillName, Required: true, Autocomplete: "off"}, members}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	page.Form = f
	return a.showSettings(c, status, views.Page{Title: page.Title, Body: "people/skill", Data: page})
}

// saveWork keeps what rules go by when they give an agent tickets.
func (a *agents) saveWork(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	form := posted(c)
	in := desk.WorkloadInput{Away: form.has("away"), Skills: ids(form["skills"]), NewSkills: form.first("new_skills"), GiveBack: form.has("give_back")}
	var v models.Invalid
	if text := form.first("capacity"); text != "" {
		if in.Capacity, err = strconv.ParseInt(text, 10, 64); err != nil {
			in.Capacity = -1
		}
	}
	in.Until = awayUntil(form, actorOf(c), &v)
	if err = v.Err(); err == nil {
		err = a.desk.SetWorkload(c.UserContext(), actorOf(c), id, in)
	}
	if e, ok := refusal(err); ok {
		return a.showPerson(c, statusOf(e), id, desk.PersonInput{}, personRefusal{act: "work", acted: e, work: form})
	}
	if err != nil {
		return err
	}
	return a.saved(c, personURL(id))
}

// awayUntil reads the moment that somebody is back; zero is not known. It counts only for who is away.
func awayUntil(form values, actor desk.Actor, v *models.Invalid) time.Time {
	text := form.first("away_until")
	if text == "" || !form.has("away") {
		return time.Time{}
	}
	until, err := time.ParseInLocation(localTime, text, actor.Clock(""))
	if err != nil {
		v.Add("away_until", "agent.away.error.time")
	}
	return until
}

// localTime is how a datetime-local control writes a moment.
const localTime = "2006-01-02T15:04"

// awayInputs ask whether somebody is away, until when, and for their open tickets.
func awayInputs(words *locale.Strings, actor desk.Actor, own string, away bool, until time.Time, open int) []views.Input {
	on, value, zone := "", "", actor.Clock("")
	if away {
		on = "1"
	}
	if !until.IsZero() {
		value = until.In(zone).Format(localTime)
	}
	inputs := []views.Input{
		{Kind: "checkbox", Name: "away", Label: words.T("agent.away.switch" + own), Help: words.T("agent.away.switch" + own + ".help"), Value: on},
		{Kind: "datetime-local", Name: "away_until", Label: words.T("agent.away.back"), Help: words.Tf("agent.away.back.help", "Zone", zone.String()), Value: value, Optional: true}}
	if open > 0 {
		inputs = append(inputs, views.Input{Kind: "checkbox", Name: "give_back", Label: words.Tn("agent.away.give_back"+own, open), Help: words.T("agent.away.give_back.help")})
	}
	return inputs
}

// again puts what was typed back into a form that was refused.
func again(f *views.Form, typed values) {
	for i := range f.Inputs {
		in := &f.Inputs[i]
		if in.Value = typed.first(in.Name); in.Kind == "checkboxes" {
			for n := range in.Choices {
				in.Choices[n].Selected = slices.Contains(typed[in.Name], in.Choices[n].Value)
			}
		}
	}
}

// personWork is the form about an agent's work.
func (a *agents) personWork(c *fiber.Ctx, page *views.PersonPage, id int64, refused personRefusal) error {
	work, err := a.desk.Workload(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	page.Row.Away, page.Row.AwayUntil = work.Away, work.Until
	words := a.language(c)
	f := &views.Form{ID: "work-form", Action: personURL(id) + "/work", CSRF: page.CSRF, Submit: words.T("agent.save")}
	if len(work.Skills) > 0 {
		skills := views.Input{Kind: "checkboxes", Name: "skills", Label: words.T("agent.settings.skills")}
		for _, s := range work.Skills {
			skills.Choices = append(skills.Choices, views.Choice{Value: decimal(s.ID), Label: s.Name, Selected: s.Has})
		}
		f.Inputs = append(f.Inputs, skills)
	}
	capacity := ""
	if work.Capacity > 0 {
		capacity = decimal(work.Capacity)
	}
	f.Inputs = append(f.Inputs,
		views.Input{Kind: "text", Name: "new_skills", Label: words.T("agent.work.new_skills"), Help: words.T("agent.work.new_skills.help"), Optional: true, Autocomplete: "off", MaxLength: 500},
		views.Input{Kind: "number", Name: "capacity", Label: words.T("agent.work.capacity"), Help: words.Tn("agent.work.capacity.help", int(work.Open)), Value: capacity, Min: "1", Max: "1000", Optional: true})
	f.Inputs = append(f.Inputs, awayInputs(words, actorOf(c), ".person", work.Away, work.Until, int(work.Open))...)
	if refused.act == "work" {
		again(f, refused.work)
		withErrors(words, f, refused.acted)
	}
	page.Work = f
	return nil
}

// saveAway says that the agent is away, or back.
func (a *agents) saveAway(c *fiber.Ctx) error {
	form := posted(c)
	var v models.Invalid
	until := awayUntil(form, actorOf(c), &v)
	given, err := 0, v.Err()
	if err == nil {
		given, err = a.desk.SetAway(c.UserContext(), actorOf(c), form.has("away"), until, form.has("give_back"))
	}
	if e, ok := refusal(err); ok {
		c.Locals(awayTyped, awayRefusal{form, e})
		return a.showProfile(c, statusOf(e), nil, nil, nil)
	}
	if err != nil {
		return err
	}
	if given > 0 {
		return c.Redirect(profilePath+"?given="+strconv.Itoa(given), fiber.StatusSeeOther)
	}
	return a.saved(c, profilePath)
}

// awayTyped names what was posted to the form about being away, for the page that shows it again.
const awayTyped = "away-typed"

type awayRefusal struct {
	typed values
	fault *models.Error
}

// profileAway is the form about being away on the agent's own page.
func (a *agents) profileAway(c *fiber.Ctx, data *views.ProfilePage) error {
	away, until, open, err := a.desk.Away(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data.IsAway, data.AwayUntil = away, until
	data.Away = views.Form{ID: "away-form", Action: profilePath + "/away", CSRF: data.CSRF, Submit: words.T("agent.save"), Inputs: awayInputs(words, actorOf(c), "", away, until, open)}
	if refused, ok := c.Locals(awayTyped).(awayRefusal); ok {
		again(&data.Away, refused.typed)
		withErrors(words, &data.Away, refused.fault)
	}
	return nil
}

// withAbsence is a colleague's name in a list of whom a ticket can be given to, with until when they
// are away.
func (a *agents) withAbsence(words *locale.Strings, actor desk.Actor, colleague desk.Choice, absent desk.Absent) string {
	until, away := absent[colleague.Slug]
	if !away {
		return colleague.Name
	}
	if until.IsZero() {
		return words.Tf("agent.away.name", "Name", colleague.Name)
	}
	// A list cannot be moved to the visitor's zone by a script, so their own clock is used here.
	local := until.In(actor.Clock(""))
	when := local.Format("15:04")
	if until.Sub(a.desk.Now()) > 24*time.Hour {
		when = words.Time(time.Date(local.Year(), local.Month(), local.Day(), 12, 0, 0, 0, time.UTC), "date")
	}
	return words.Tf("agent.away.name_until", "Name", colleague.Name, "When", when)
}

func (a *agents) choicesWithAbsence(c *fiber.Ctx, from []desk.Choice, absent desk.Absent, chosen string) []views.Choice {
	all := choices(from, chosen)
	for i := range all {
		all[i].Label = a.withAbsence(a.language(c), actorOf(c), from[i], absent)
	}
	return all
}

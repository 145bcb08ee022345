package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

func (a *agents) intakeRoutes(r fiber.Router, one string) {
	r.Get(one+"/intake", a.intakeLinks)
	r.Post(one+"/intake", a.makeIntakeLink)
	r.Post(one+"/intake/:id/revocation", a.revokeIntakeLink)
}

// intakeLinks lists a project's intake links (PC-8).
func (a *agents) intakeLinks(c *fiber.Ctx) error {
	return a.showIntake(c, fiber.StatusOK, values{}, nil)
}

func (a *agents) showIntake(c *fiber.Ctx, status int, typed values, refused *models.Error) error {
	words := a.language(c)
	before, made := int64(c.QueryInt("before")), int64(c.QueryInt("made"))
	page, err := a.desk.IntakeLinks(c.UserContext(), actorOf(c), c.Params("slug"), before, made)
	if err != nil {
		return err
	}
	p := page.Project
	here := projectURL(p.Slug, "/intake")
	days := strconv.Itoa(p.Settings.IntakeDays)
	if typed.has("days") {
		days = typed.first("days")
	}
	data := views.IntakePage{Head: a.projectHead(c, p, "intake"), Closed: !p.Open(), CSRF: visitOf(c).token(), Add: views.Form{Action: here, CSRF: visitOf(c).token(), Submit: words.T("agent.intake.add"), Inputs: []views.Input{
		{Kind: "email", Name: "email", Label: words.T("agent.intake.email"), Help: words.T("agent.intake.email.help"), Value: typed.first("email"), MaxLength: 254, Required: true},
		{Kind: "text", Name: "name", Label: words.T("agent.intake.name"), Help: words.T("agent.intake.name.help"), Value: typed.first("name"), MaxLength: p.Settings.NameLength, Optional: true},
		{Kind: "number", Name: "days", Label: words.T("agent.intake.days"), Value: days, Min: "1", Max: "90", Unit: words.T("agent.setting.unit.days"), Required: true},
	}}}
	if page.Settings {
		data.PortalURL = projectURL(p.Slug, "/portal")
	}
	if page.Token != "" {
		data.Made = a.publicBase(c) + createURL(p.Slug) + "?" + fieldCustomer + "=" + url.QueryEscape(page.Token)
	}
	for _, l := range page.Links {
		row := views.IntakeRow{Name: l.ContactName, Address: l.ContactAddress, MadeBy: l.AgentName, State: "live", Uses: int(l.Uses), Made: l.CreatedAt.Time(), Expires: l.ExpiresAt.Time()}
		switch {
		case l.RevokedAt != 0:
			row.State = "revoked"
		case page.Now >= l.ExpiresAt:
			row.State = "expired"
		default:
			row.RevokeAction = here + "/" + decimal(l.ID) + "/revocation"
		}
		if l.ID == made {
			data.MadeFor = l.ContactAddress
		}
		data.Rows = append(data.Rows, row)
	}
	if page.Older > 0 {
		data.OlderURL = here + "?before=" + decimal(page.Older)
	}
	if before > 0 {
		data.NewestURL = here
	}
	if refused != nil {
		withErrors(words, &data.Add, refused)
	}
	return a.showProject(c, status, data.Head, "settings/intake", data)
}

// makeIntakeLink makes a link; the next page shows it, to this agent and for some minutes.
func (a *agents) makeIntakeLink(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	days, err := strconv.Atoi(strings.TrimSpace(form.first("days")))
	if err != nil {
		days = 0
	}
	id, err := a.desk.AddIntakeLink(c.UserContext(), actorOf(c), slug, form.first("email"), form.first("name"), days)
	if e, ok := refusal(err); ok {
		return a.showIntake(c, statusOf(e), form, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(projectURL(slug, "/intake")+"?made="+decimal(id), fiber.StatusSeeOther)
}

func (a *agents) revokeIntakeLink(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug := strings.Clone(c.Params("slug"))
	if err := a.desk.EndIntakeLink(c.UserContext(), actorOf(c), slug, id); err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/intake"))
}

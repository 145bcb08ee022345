package handlers

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const savedViews = "/agent/views"

// newView asks under which name the present list is to be kept.
func (a *agents) newView(c *fiber.Ctx) error {
	return a.showView(c, fiber.StatusOK, &desk.SavedView{Query: strings.Clone(c.Query("query")), Whose: "me"}, nil)
}

// createSavedView keeps it.
func (a *agents) createSavedView(c *fiber.Ctx) error {
	form := posted(c)
	in := desk.SavedView{Name: form.first("name"), Whose: form.first("whose"), Query: form.first("query")}
	if _, err := a.desk.SaveView(c.UserContext(), actorOf(c), in); err != nil {
		if e, ok := refusal(err); ok {
			return a.showView(c, statusOf(e), &in, e)
		}
		return err
	}
	values, _ := url.ParseQuery(in.Query)
	return a.saved(c, queueURL(agentHome, desk.ReadQueueAsk(values.Get).With("", "")))
}

// editView shows a saved view to be renamed or deleted.
func (a *agents) editView(c *fiber.Ctx) error {
	v, err := a.savedView(c)
	if err != nil {
		return err
	}
	return a.showView(c, fiber.StatusOK, v, nil)
}

// renameView saves its name and who sees it.
func (a *agents) renameView(c *fiber.Ctx) error {
	v, err := a.savedView(c)
	if err != nil {
		return err
	}
	v.Name, v.Whose = posted(c).first("name"), posted(c).first("whose")
	if _, err := a.desk.SaveView(c.UserContext(), actorOf(c), *v); err != nil {
		if e, ok := refusal(err); ok {
			return a.showView(c, statusOf(e), v, e)
		}
		return err
	}
	return a.saved(c, agentHome+"?"+v.Query)
}

// deleteView forgets it and goes back to the list it was.
func (a *agents) deleteView(c *fiber.Ctx) error {
	v, err := a.savedView(c)
	if err != nil {
		return err
	}
	if err := a.desk.DeleteView(c.UserContext(), actorOf(c), v.ID); err != nil {
		return err
	}
	return c.Redirect(agentHome+"?gone=1", fiber.StatusSeeOther)
}

func (a *agents) savedView(c *fiber.Ctx) (*desk.SavedView, error) {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil || id < 1 {
		return nil, models.NotFound()
	}
	return a.desk.SavedViewSheet(c.UserContext(), actorOf(c), id)
}

func (a *agents) showView(c *fiber.Ctx, status int, v *desk.SavedView, refused *models.Error) error {
	words := a.language(c)
	teams, everyone, err := a.desk.SavedViewOwners(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	whose := views.Input{Kind: "radio", Name: "whose", Label: words.T("agent.saved_view.whose"), Choices: []views.Choice{{Value: "me", Label: words.T("agent.saved_view.whose.me"), Selected: v.Whose == "me"}}}
	for _, t := range teams {
		whose.Choices = append(whose.Choices, views.Choice{Value: t.Slug, Label: words.Tf("agent.saved_view.whose.team", "Team", t.Name), Selected: v.Whose == t.Slug})
	}
	if everyone {
		whose.Choices = append(whose.Choices, views.Choice{Value: "all", Label: words.T("agent.saved_view.whose.all"), Selected: v.Whose == "all"})
	}
	data := views.SavedView{Title: words.T("agent.saved_view.new"), Lead: words.T("agent.saved_view.new.lead"), Form: views.Form{Action: savedViews, CSRF: visitOf(c).token(), Submit: words.T("agent.saved_view.save"),
		CancelURL: agentHome + "?" + v.Query, Inputs: []views.Input{{Kind: "text", Name: "name", Label: words.T("agent.saved_view.name"), Value: v.Name, MaxLength: 60, Required: true}, whose}}}
	if v.ID == 0 {
		data.Form.Inputs = append(data.Form.Inputs, views.Input{Kind: "hidden", Name: "query", Value: v.Query})
	} else {
		data.Title, data.Lead = words.T("agent.saved_view.edit"), words.T("agent.saved_view.edit.lead")
		data.Form.Action = savedViews + "/" + decimal(v.ID)
		data.DeleteAction = data.Form.Action + "/deletion"
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.show(c, status, views.Page{Title: data.Title, Body: "agent/saved_view", Data: data, Agent: &views.AgentNav{Views: viewLinks(words, &desk.QueuePage{}, desk.QueueAsk{})}})
}

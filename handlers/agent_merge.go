package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// askTicketMerge looks for the ticket to merge into, and once one is named shows the difference that
// the merge would make (AG-2).
func (a *agents) askTicketMerge(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	if target := c.Query("target"); target != "" {
		return a.mergePage(c, fiber.StatusOK, n, strings.Clone(target), nil, nil)
	}
	return a.findPage(c, fiber.StatusOK, n, "merge", nil)
}

// mergeTicket does it, as it was shown.
func (a *agents) mergeTicket(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	form := posted(c)
	if form.first("target") == "" {
		// Nothing was chosen: the choice again.
		var fault models.Invalid
		fault.Add("target", "agent.relation.error.unknown")
		e, _ := models.AsError(fault.Err())
		return a.findPage(c, fiber.StatusUnprocessableEntity, n, "merge", e)
	}
	in := desk.MergeInput{Target: form.first("target"), Move: postedIDs(form["move"]), Public: form.first("as") == "public",
		SourceVersion: postedVersion(form, "version"), TargetVersion: postedVersion(form, "target_version")}
	into, err := a.desk.Merge(c.UserContext(), actorOf(c), n, in)
	if e, ok := refusal(err); ok {
		return a.mergePage(c, statusOf(e), n, in.Target, form, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(ticketURL(into), fiber.StatusSeeOther)
}

func (a *agents) mergePage(c *fiber.Ctx, status int, n int64, target string, form values, refused *models.Error) error {
	words := a.language(c)
	plan, err := a.desk.PlanMerge(c.UserContext(), actorOf(c), n, target)
	if e, ok := refusal(err); ok {
		return a.findPage(c, statusOf(e), n, "merge", e)
	}
	if err != nil {
		return err
	}
	data := views.Merge{TaskHead: taskHead(words, plan.Source, "agent.merge.title", "agent.merge.lead"), Action: ticketURL(n) + "/merge", CSRF: visitOf(c).token(),
		Target: viewRelated(plan.Target), SourceVersion: decimal(plan.SourceVersion), TargetVersion: decimal(plan.TargetVersion),
		Movable: viewPeople(plan.Movable, form["move"]), Both: viewPeople(plan.Both, nil), Readers: viewPeople(plan.Readers, nil), Messages: viewLines(plan.Messages, nil),
		Files: plan.Files, TargetMessages: plan.TargetMessages, TargetFiles: plan.TargetFiles, Public: plan.Public, OtherURL: ticketURL(n) + "/merge"}
	if form.has("as") {
		data.Public = form.first("as") == "public"
	}
	if refused != nil {
		data.Error = refusedChange(words, refused)
	}
	return a.taskPage(c, status, data.TaskHead, "agent/merge", data)
}

// findPage looks for another ticket, for merging or linking.
func (a *agents) findPage(c *fiber.Ctx, status int, n int64, purpose string, refused *models.Error) error {
	words, actor := a.language(c), actorOf(c)
	query := strings.Clone(strings.TrimSpace(c.Query("q")))
	found, err := a.desk.FindOthers(c.UserContext(), actor, models.ActMerge, n, query)
	if err != nil {
		return err
	}
	short, _, err := a.inShort(c, n)
	if err != nil {
		return err
	}
	title, lead, path := "agent.merge.title", "agent.merge.find", "/merge"
	if purpose == "link" {
		title, lead, path = "agent.link.title", "agent.link.lead", "/links"
	}
	data := views.FindTicket{TaskHead: taskHead(words, short, title, lead), Action: ticketURL(n) + path, Query: query, Likely: query == ""}
	for _, t := range found {
		v := viewRelated(t)
		if purpose == "link" {
			v.Choose = &views.Step{Action: ticketURL(n) + path, CSRF: visitOf(c).token(), Value: decimal(t.Number), Label: words.T("agent.link.do")}
		} else {
			v.URL = ticketURL(n) + path + "?target=" + decimal(t.Number)
		}
		data.Tickets = append(data.Tickets, v)
	}
	if refused != nil {
		data.Error = refusedChange(words, refused)
	}
	return a.taskPage(c, status, data.TaskHead, "agent/find_ticket", data)
}

package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const routingPage = settingsHome + "/routing"

// routingRoutes are the rules that give tickets to teams and agents (AG-4).
func (a *agents) routingRoutes(r fiber.Router) {
	r.Get(routingPage, a.rules)
	r.Post(routingPage, a.saveRule)
	r.Get(routingPage+"/new", a.newRule)
	r.Get(routingPage+"/trial", a.tryRules)
	r.Post(routingPage+"/form", a.redrawRule)
	r.Post(routingPage+"/order", a.orderRules)
	r.Get(routingPage+"/:rule", a.rule)
	r.Post(routingPage+"/:rule", a.saveRule)
	r.Post(routingPage+"/:rule/state", a.switchRule)
	r.Get(routingPage+"/:rule/deletion", a.askDeleteRule)
	r.Post(routingPage+"/:rule/deletion", a.deleteRule)
}

func ruleURL(id int64) string { return routingPage + "/" + decimal(id) }

// rules is the list.
func (a *agents) rules(c *fiber.Ctx) error {
	page, err := a.desk.Rules(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.RoutingRules{CSRF: visitOf(c).token(), NewURL: routingPage + "/new", OrderURL: routingPage + "/order", MayOrder: page.MayOrder}
	for i, r := range page.Rules {
		row := views.RoutingRule{Key: decimal(r.ID), Name: r.Name, URL: ruleURL(r.ID), StateURL: ruleURL(r.ID) + "/state", DeleteURL: ruleURL(r.ID) + "/deletion", On: r.On, Project: r.Project,
			When: ruleWhen(words, r), Does: ruleDoes(words, r.Does), Stop: r.Stop, Runs: int(r.Runs), LastAt: r.LastAt, First: i == 0, Last: i == len(page.Rules)-1, Broken: r.Broken}
		for _, fault := range r.Faults {
			row.Faults = append(row.Faults, words.T("agent.rule.fault."+fault))
		}
		data.Rules = append(data.Rules, row)
		if r.On {
			data.TrialURL = routingPage + "/trial"
		}
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings.routing"), Body: "settings/routing", Data: data, Flash: a.savedFlash(c)})
}

// ruleWhen says in a sentence when a rule applies.
func ruleWhen(words *locale.Strings, r desk.RuleLine) string {
	var parts []string
	for _, w := range r.Conditions {
		key := "agent.rule.if." + w.On
		if w.Not {
			key += ".not"
		}
		var values []string
		for _, v := range w.Values {
			values = append(values, ruleValue(words, w.On, v))
		}
		if len(values) == 0 {
			values = []string{words.T("agent.rule.gone")}
		}
		parts = append(parts, words.Tf(key, "Values", strings.Join(values, words.T("agent.rule.or")), "Field", w.Field))
	}
	when := words.T("agent.rule.every")
	if len(parts) > 0 {
		when = words.Tf("agent.rule.when_all", "Conditions", strings.Join(parts, words.T("agent.rule.and")))
	}
	switch {
	case r.OnCreate && r.OnChange:
		return words.Tf("agent.rule.sentence.both", "When", when)
	case r.OnChange:
		return words.Tf("agent.rule.sentence.change", "When", when)
	}
	return words.Tf("agent.rule.sentence.create", "When", when)
}

// ruleValue is one value of a condition in words.
func ruleValue(words *locale.Strings, on, value string) string {
	switch on {
	case models.RoutePriority:
		if len(value) == 1 {
			return priorityWord(words, int(value[0]-'0'))
		}
	case models.RouteChannel:
		return words.T("agent.rule.channel." + value)
	case models.RouteHours:
		return words.T("agent.rule.hours." + value)
	case models.RouteLanguage:
		return words.T("agent.rule.language." + value)
	case models.RouteWords, models.RouteField:
		return words.Tf("agent.rule.quoted", "Text", value)
	}
	return value
}

// ruleDoes says what a rule does, one thing after the other.
func ruleDoes(words *locale.Strings, do desk.RuleDoes) []string {
	var all []string
	if do.Team != "" {
		all = append(all, words.Tf("agent.rule.does.team", "Name", do.Team))
	}
	switch do.Assign {
	case models.RouteAgent:
		if do.Agent != "" {
			all = append(all, words.Tf("agent.rule.does.agent", "Name", do.Agent))
		}
	case models.RouteRoundRobin, models.RouteLeastLoaded:
		all = append(all, words.T("agent.rule.does."+do.Assign))
		if len(do.Skills) > 0 {
			all = append(all, words.Tf("agent.rule.does.skills", "Names", strings.Join(do.Skills, ", ")))
		}
	}
	if do.Priority != 0 {
		all = append(all, words.Tf("agent.rule.does.priority", "Name", priorityWord(words, do.Priority)))
	}
	if do.Status != "" {
		all = append(all, words.Tf("agent.rule.does.status", "Name", do.Status))
	}
	if len(do.Tags) > 0 {
		all = append(all, words.Tf("agent.rule.does.tags", "Names", strings.Join(do.Tags, ", ")))
	}
	if do.Reassign && len(all) > 0 {
		all = append(all, words.T("agent.rule.does.reassign"))
	}
	return all
}

// orderRules moves them.
func (a *agents) orderRules(c *fiber.Ctx) error {
	if err := a.desk.OrderRules(c.UserContext(), actorOf(c), postedOrder(c)); err != nil {
		return err
	}
	return c.Redirect(routingPage+moved(c), fiber.StatusSeeOther)
}

// switchRule switches one on or off.
func (a *agents) switchRule(c *fiber.Ctx) error {
	id, err := idOf(c, "rule")
	if err != nil {
		return err
	}
	if err := a.desk.SwitchRule(c.UserContext(), actorOf(c), id, posted(c).first("on") != ""); err != nil {
		return err
	}
	return a.saved(c, routingPage)
}

func (a *agents) askDeleteRule(c *fiber.Ctx) error {
	return a.showDeleteRule(c, fiber.StatusOK, nil)
}

func (a *agents) deleteRule(c *fiber.Ctx) error {
	id, err := idOf(c, "rule")
	if err != nil {
		return err
	}
	if e := unconfirmed(c); e != nil {
		return a.showDeleteRule(c, statusOf(e), e)
	}
	if err := a.desk.DeleteRule(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return a.saved(c, routingPage)
}

func (a *agents) showDeleteRule(c *fiber.Ctx, status int, refused *models.Error) error {
	id, err := idOf(c, "rule")
	if err != nil {
		return err
	}
	sheet, err := a.desk.RuleSheet(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	return a.showConfirm(c, status, views.SettingsForm{Title: words.Tf("agent.rule.delete.title", "Name", sheet.Name), Lead: words.T("agent.rule.delete.lead"),
		Form: views.Form{Action: ruleURL(id) + "/deletion", Submit: words.T("agent.rule.delete"), CancelURL: routingPage}}, refused)
}

// tryRules shows what the rules as they are would do to recent tickets.
func (a *agents) tryRules(c *fiber.Ctx) error {
	trial, err := a.desk.TryRules(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.rule.trial"), Body: "settings/routing_trial", Data: views.RoutingTrialPage{BackURL: routingPage, Trial: viewTrial(words, trial)}})
}

func viewTrial(words *locale.Strings, t *desk.RuleTrial) views.RoutingTrial {
	out := views.RoutingTrial{Summary: words.Tf("agent.rule.trial.summary", "Changed", t.Changed, "Tickets", t.Tickets), Tickets: t.Tickets, Cut: t.Cut}
	for _, n := range t.Counts {
		out.Counts = append(out.Counts, views.RoutingCount{Name: n.Name, Applied: n.Applied, Changed: n.Moved})
	}
	for _, l := range t.Lines {
		out.Lines = append(out.Lines, views.RoutingTrialLine{URL: ticketURL(l.Number), Number: l.Number, Title: l.Title, Project: l.Project, Rule: l.Rule, Changes: trialChanges(words, l)})
	}
	return out
}

// trialChanges say what a rule would change of a ticket.
func trialChanges(words *locale.Strings, l desk.TrialLine) []string {
	var all []string
	s, none := l.Step, words.T("agent.sidebar.none")
	change := func(key, was, is string) {
		if was == "" {
			was = none
		}
		all = append(all, words.Tf("agent.rule.trial.change", "What", words.T(key), "Was", was, "Is", is))
	}
	if s.TeamID != 0 {
		change("agent.sidebar.team", l.WasTeam, s.Team)
	}
	if s.AgentID != 0 {
		change("agent.sidebar.assignee", l.WasAgent, s.Agent)
	}
	if s.Priority != 0 {
		change("agent.sidebar.priority", priorityWord(words, l.WasPriority), priorityWord(words, int(s.Priority)))
	}
	if s.StatusID != 0 {
		all = append(all, words.Tf("agent.rule.does.status", "Name", s.Status))
	}
	if len(s.Tags) > 0 {
		all = append(all, words.Tf("agent.rule.does.tags", "Names", strings.Join(s.Tags, ", ")))
	}
	if s.Nobody {
		all = append(all, words.T("agent.rule.trial.nobody"))
	}
	return all
}

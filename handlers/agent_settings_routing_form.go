package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// newRule asks for a rule.
func (a *agents) newRule(c *fiber.Ctx) error {
	return a.showRule(c, fiber.StatusOK, desk.NewRuleSheet(), nil, nil)
}

// rule asks for changes of one.
func (a *agents) rule(c *fiber.Ctx) error {
	id, err := idOf(c, "rule")
	if err != nil {
		return err
	}
	sheet, err := a.desk.RuleSheet(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	return a.showRule(c, fiber.StatusOK, sheet, nil, nil)
}

// saveRule keeps a rule; without an id in the path a new one.
func (a *agents) saveRule(c *fiber.Ctx) error {
	sheet := postedRule(posted(c))
	sheet.ID = 0
	if c.Params("rule") != "" {
		var err error
		if sheet.ID, err = idOf(c, "rule"); err != nil {
			return err
		}
	}
	_, err := a.desk.SaveRule(c.UserContext(), actorOf(c), *sheet)
	if e, ok := refusal(err); ok {
		if sheet.ID != 0 && e.Kind == models.KindConflict {
			// The next save is over the state that is true now, on purpose.
			now, err := a.desk.RuleSheet(c.UserContext(), actorOf(c), sheet.ID)
			if err != nil {
				return err
			}
			sheet.Version = now.Version
		}
		return a.showRule(c, statusOf(e), sheet, e, nil)
	}
	if err != nil {
		return err
	}
	return a.saved(c, routingPage)
}

// redrawRule shows the form again with everything that was typed: with one condition more or fewer,
// or with what the rule would do to recent tickets. It changes nothing.
func (a *agents) redrawRule(c *fiber.Ctx) error {
	form := posted(c)
	sheet := postedRule(form)
	switch {
	case form.has("drop"):
		if i, err := strconv.Atoi(form.first("drop")); err == nil && i >= 0 && i < len(sheet.Conditions) {
			sheet.Conditions = slices.Delete(sheet.Conditions, i, i+1)
		}
	case form.has("try"):
		trial, err := a.desk.TryRule(c.UserContext(), actorOf(c), *sheet)
		if e, ok := refusal(err); ok {
			return a.showRule(c, statusOf(e), sheet, e, nil)
		}
		if err != nil {
			return err
		}
		return a.showRule(c, fiber.StatusOK, sheet, nil, trial)
	default:
		on, field, _ := strings.Cut(form.first("add"), ":")
		if slices.Contains(models.RouteConditions, on) {
			sheet.Conditions = append(sheet.Conditions, models.RouteCondition{On: on, Field: field})
		}
	}
	return a.showRule(c, fiber.StatusOK, sheet, nil, nil)
}

// conditionsRead bounds how many posted conditions are looked at.
const conditionsRead = 50

// postedRule reads the form of a rule.
func postedRule(form values) *desk.RuleSheet {
	number := func(name string) int64 { n, _ := strconv.ParseInt(form.first(name), 10, 64); return n }
	s := &desk.RuleSheet{ID: number("rule"), Name: form.first("name"), Project: form.first("project"), On: form.first("on") != "", Stop: form.first("stop") != "", Everything: form.first("everything") != "",
		OnCreate: slices.Contains(form["when"], "create"), OnChange: slices.Contains(form["when"], "change"), Version: number("version"),
		Actions: models.RouteActions{TeamID: number("team"), Assign: form.first("assign"), AgentID: number("agent"), Priority: number("priority"), StatusID: number("status"), Tags: listed(form.first("tags")), Reassign: form.first("reassign") != ""}}
	for _, v := range form["skills"] {
		if id, err := strconv.ParseInt(v, 10, 64); err == nil {
			s.Actions.Skills = append(s.Actions.Skills, id)
		}
	}
	for i := range conditionsRead {
		row := strconv.Itoa(i)
		if !form.has("on." + row) {
			break
		}
		on, field, _ := strings.Cut(form.first("on."+row), ":")
		cond := models.RouteCondition{On: on, Field: field, Not: form.first("not."+row) != ""}
		for _, v := range form["value."+row] {
			if !typedValues(on) {
				cond.Values = append(cond.Values, v)
				continue
			}
			for _, part := range strings.FieldsFunc(v, func(r rune) bool { return r == '\n' || r == '\r' }) {
				if part = strings.TrimSpace(part); part != "" {
					cond.Values = append(cond.Values, part)
				}
			}
		}
		s.Conditions = append(s.Conditions, cond)
	}
	return s
}

// typedValues says that values of a condition are typed, one a line; others are chosen. Answers may be either.
func typedValues(on string) bool {
	switch on {
	case models.RouteWords, models.RouteCompany, models.RouteDomain, models.RouteField:
		return true
	}
	return false
}

func (a *agents) showRule(c *fiber.Ctx, status int, s *desk.RuleSheet, refused *models.Error, trial *desk.RuleTrial) error {
	choices, err := a.desk.RuleChoices(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	f := views.RuleForm{Title: words.T("agent.rule.new"), Action: routingPage, RedrawURL: routingPage + "/form", CSRF: visitOf(c).token(), ID: decimal(s.ID), Version: decimal(s.Version), CancelURL: routingPage}
	if s.ID != 0 {
		f.Title, f.Action, f.DeleteURL = words.T("agent.rule.edit"), ruleURL(s.ID), ruleURL(s.ID)+"/deletion"
	}
	in := func(group *[]views.Input, i views.Input) {
		if i.Label == "" {
			i.Label = words.T("agent.rule." + i.Name)
		}
		if key := "agent.rule." + i.Name + ".help"; words.Has(key) {
			i.Help = words.T(key)
		}
		*group = append(*group, i)
	}
	project := views.Input{Kind: "select", Name: "project"}
	if choices.AllProjects {
		project.Choices = append(project.Choices, views.Choice{Value: "", Label: words.T("agent.rule.project.all"), Selected: s.Project == ""})
	}
	for _, p := range choices.Projects {
		project.Choices = append(project.Choices, views.Choice{Value: p.Slug, Label: p.Name, Selected: p.Slug == s.Project})
	}
	in(&f.Basic, views.Input{Kind: "text", Name: "name", Value: s.Name, MaxLength: 100, Required: true, Autocomplete: "off"})
	in(&f.Basic, project)
	in(&f.Basic, views.Input{Kind: "checkboxes", Name: "when", Choices: []views.Choice{{Value: "create", Label: words.T("agent.rule.when.create"), Selected: s.OnCreate},
		{Value: "change", Label: words.T("agent.rule.when.change"), Help: words.T("agent.rule.when.change.help"), Selected: s.OnChange}}})

	for i, cond := range s.Conditions {
		f.Rows = append(f.Rows, ruleRow(words, choices, s.Project, i, cond))
	}
	f.Add = views.Input{Kind: "select", Name: "add", Label: words.T("agent.rule.add"), Choices: conditionKinds(words, choices, s.Project)}
	if len(s.Conditions) == 0 {
		everything := views.Input{Kind: "checkbox", Name: "everything", Label: words.T("agent.rule.everything"), Help: words.T("agent.rule.everything.help"), Value: on(s.Everything)}
		f.Everything = &everything
	}

	do := s.Actions
	nothing := views.Choice{Value: "", Label: words.T("agent.rule.unchanged")}
	in(&f.Actions, views.Input{Kind: "select", Name: "team", Choices: ruleOptions(choices.Teams, "", decimal(do.TeamID), nothing, false)})
	assign := views.Input{Kind: "radio", Name: "assign"}
	for _, how := range []string{models.RouteNobody, models.RouteRoundRobin, models.RouteLeastLoaded, models.RouteAgent} {
		key := "agent.rule.assign." + how
		if how == "" {
			key = "agent.rule.assign.nobody"
		}
		choice := views.Choice{Value: how, Label: words.T(key), Selected: how == do.Assign}
		if words.Has(key + ".help") {
			choice.Help = words.T(key + ".help")
		}
		assign.Choices = append(assign.Choices, choice)
	}
	in(&f.Actions, assign)
	in(&f.Actions, views.Input{Kind: "select", Name: "agent", Choices: ruleOptions(choices.Agents, "", decimal(do.AgentID), views.Choice{Value: "", Label: words.T("agent.rule.agent.none")}, false)})
	if len(choices.Skills) > 0 {
		skills := views.Input{Kind: "checkboxes", Name: "skills", Optional: true}
		for _, k := range choices.Skills {
			skills.Choices = append(skills.Choices, views.Choice{Value: decimal(k.ID), Label: k.Name, Selected: slices.Contains(do.Skills, k.ID)})
		}
		in(&f.Actions, skills)
	}
	in(&f.Actions, views.Input{Kind: "checkbox", Name: "reassign", Value: on(do.Reassign)})
	priority := views.Input{Kind: "select", Name: "priority", Choices: []views.Choice{nothing}}
	for n := models.PriorityUrgent; n >= models.PriorityLow; n-- {
		priority.Choices = append(priority.Choices, views.Choice{Value: strconv.Itoa(n), Label: priorityWord(words, n), Selected: int64(n) == do.Priority})
	}
	in(&f.Actions, priority)
	in(&f.Actions, views.Input{Kind: "text", Name: "tags", Value: strings.Join(do.Tags, ", "), MaxLength: 1000, Optional: true, Autocomplete: "off"})
	in(&f.Actions, views.Input{Kind: "select", Name: "status", Choices: ruleOptions(choices.Statuses, s.Project, decimal(do.StatusID), nothing, len(choices.Projects) > 1)})
	in(&f.Last, views.Input{Kind: "checkbox", Name: "stop", Value: on(s.Stop)})
	in(&f.Last, views.Input{Kind: "checkbox", Name: "on", Value: on(s.On)})
	if refused != nil {
		ruleErrors(words, &f, refused)
	}
	if trial != nil {
		shown := viewTrial(words, trial)
		f.Trial = &shown
	}
	return a.showSettings(c, status, views.Page{Title: f.Title, Body: "settings/routing_rule", Data: f})
}

func on(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

// ruleOptions are the options of a list: of one project, or of all with the project's name.
func ruleOptions(all []desk.RuleChoice, project, chosen string, first views.Choice, named bool) []views.Choice {
	first.Selected = chosen == "0"
	list := []views.Choice{first}
	for _, k := range all {
		if project != "" && k.Project != "" && k.Project != project && decimal(k.ID) != chosen {
			continue
		}
		label := k.Name
		if named && (project == "" || k.Project != project) {
			label += " (" + k.Project + ")"
		}
		list = append(list, views.Choice{Value: decimal(k.ID), Label: label, Selected: decimal(k.ID) == chosen})
	}
	return list
}

// conditionKinds are the conditions that can be added.
func conditionKinds(words *locale.Strings, choices *desk.RuleChoices, project string) []views.Choice {
	var all []views.Choice
	for _, kind := range models.RouteConditions {
		if kind != models.RouteField {
			all = append(all, views.Choice{Value: kind, Label: words.T("agent.rule.on." + kind)})
			continue
		}
		for _, q := range ruleFields(choices, project) {
			all = append(all, views.Choice{Value: kind + ":" + q.Slug, Label: words.Tf("agent.rule.on.field", "Field", q.Label)})
		}
	}
	return all
}

// ruleFields are the questions of a project, or of all, each slug once.
func ruleFields(choices *desk.RuleChoices, project string) []desk.RuleField {
	var all []desk.RuleField
	for _, q := range choices.Fields {
		if (project == "" || q.Project == project) && !slices.ContainsFunc(all, func(has desk.RuleField) bool { return has.Slug == q.Slug }) {
			all = append(all, q)
		}
	}
	return all
}

// ruleRow draws one condition with the control that fits its kind.
func ruleRow(words *locale.Strings, choices *desk.RuleChoices, project string, i int, cond models.RouteCondition) views.RuleRow {
	n := strconv.Itoa(i)
	row := views.RuleRow{Index: n, On: cond.On, Title: words.T("agent.rule.on.unknown")}
	value := views.Input{Kind: "checkboxes", Name: "value." + n, Label: words.T("agent.rule.values")}
	add := func(v, label string) {
		value.Choices = append(value.Choices, views.Choice{Value: v, Label: label, Selected: slices.Contains(cond.Values, v)})
	}
	lines := func(help string) {
		value.Kind, value.Rows, value.MaxLength, value.Value, value.Help, value.Choices = "textarea", 3, 5000, strings.Join(cond.Values, "\n"), words.T(help), nil
	}
	from := func(all []desk.RuleChoice) {
		for _, c := range ruleOptions(all, project, "", views.Choice{}, len(choices.Projects) > 1)[1:] {
			add(c.Value, c.Label)
		}
	}
	if slices.Contains(models.RouteConditions, cond.On) && cond.On != models.RouteField {
		row.Title = words.T("agent.rule.on." + cond.On)
	}
	switch cond.On {
	case models.RouteType:
		from(choices.Types)
	case models.RouteStatus:
		from(choices.Statuses)
	case models.RouteTeam:
		from(choices.Teams)
	case models.RoutePriority:
		for p := models.PriorityUrgent; p >= models.PriorityLow; p-- {
			add(strconv.Itoa(p), priorityWord(words, p))
		}
	case models.RouteChannel:
		for _, origin := range []string{models.OriginWeb, models.OriginMail, models.OriginAgent, models.OriginDiscord} {
			add(origin, words.T("agent.rule.origin."+origin))
		}
	case models.RouteLanguage:
		for _, code := range []string{"en", "de"} {
			add(code, words.T("agent.rule.language."+code))
		}
	case models.RouteHours:
		for _, v := range []string{models.RouteInside, models.RouteOutside} {
			add(v, words.T("agent.rule.time."+v))
		}
	case models.RouteField:
		row.On = cond.On + ":" + cond.Field
		for _, q := range ruleFields(choices, project) {
			if q.Slug != cond.Field {
				continue
			}
			row.Title = words.Tf("agent.rule.on.field", "Field", q.Label)
			for _, option := range q.Options {
				add(option, option)
			}
			if q.Kind == models.FieldCheckbox {
				add("yes", words.T("portal.yes"))
			}
		}
		if len(value.Choices) == 0 {
			lines("agent.rule.values.field")
		}
	case models.RouteWords:
		lines("agent.rule.values.words")
	case models.RouteCompany:
		lines("agent.rule.values.company")
	case models.RouteDomain:
		lines("agent.rule.values.domain")
	}
	row.Not = views.Input{Kind: "select", Name: "not." + n, Label: words.T("agent.rule.not"), Choices: []views.Choice{{Value: "", Label: words.T("agent.rule.is"), Selected: !cond.Not}, {Value: "1", Label: words.T("agent.rule.is_not"), Selected: cond.Not}}}
	row.Values = value
	return row
}

// ruleErrors writes what was refused beside its fields, and the rest above the form.
func ruleErrors(words *locale.Strings, f *views.RuleForm, e *models.Error) {
	if len(e.Order) == 0 {
		f.Errors = append(f.Errors, views.FieldError{Text: say(words, models.Problem{Key: e.Message})})
	}
	for _, field := range e.Order {
		text := say(words, e.Fields[field])
		f.Errors = append(f.Errors, views.FieldError{ID: field, Text: text})
		for _, group := range [][]views.Input{f.Basic, f.Actions, f.Last} {
			for i := range group {
				if group[i].Name == field {
					group[i].Error = text
				}
			}
		}
		for i := range f.Rows {
			if f.Rows[i].Values.Name == field {
				f.Rows[i].Values.Error = text
			}
		}
		switch {
		case field == "everything" && f.Everything != nil:
			f.Everything.Error = text
		case field == "add":
			f.Add.Error = text
		}
	}
}

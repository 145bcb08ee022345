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

// policyForm is how the form of a policy is shown: with what was typed in place of what is kept,
// with what was refused, or with a preview. Zero values show what is kept.
type policyForm struct {
	typed   *desk.PolicyInput
	refused *models.Error
	moves   *desk.MovePreview
}

// number64 reads a whole number that is not negative.
func number64(text string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n, err == nil && n >= 0
}

// postedPolicy reads the form of a policy. What is no id names nothing, which the verb refuses.
func postedPolicy(form values) desk.PolicyInput {
	in := desk.PolicyInput{Name: form.first("name"), Default: form.first("holds") == "default", On: form.first("on") != "", Company: form.first("company"), Targets: map[int64]map[string]string{},
		PauseOnHold: form.first("pause_on_hold") != "", Warn: form.first("warn"), Calendar: calendarOf(form), Version: version(form),
		PolicyConditions: models.PolicyConditions{Projects: ids(form["projects"]), Types: ids(form["types"]), Teams: ids(form["teams"]), Companies: ids(form["companies"])}}
	for priority := int64(models.PriorityUrgent); priority >= models.PriorityLow; priority-- {
		in.Targets[priority] = map[string]string{}
		for _, kind := range models.PromiseKinds {
			in.Targets[priority][kind] = form.first(desk.TargetField(priority, kind))
		}
	}
	return in
}

// showPolicy shows the form of a policy; with id 0 of a new one.
func (a *agents) showPolicy(c *fiber.Ctx, status int, id int64, shown policyForm) error {
	sheet, err := a.desk.PolicySheet(c.UserContext(), actorOf(c), id, shown.typed)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.PolicyPage{Title: words.T("agent.sla.new"), BackURL: slaPage, Action: slaPage + "/new", CSRF: visitOf(c).token(), Typed: shown.typed != nil}
	if id != 0 {
		data.Title, data.Action = sheet.Name, policyURL(id)
		data.SimulatorURL, data.DeleteURL = slaPage+"/simulator?policy="+decimal(id), policyURL(id)+"/deletion"
		data.Version = decimal(sheet.Version)
		if shown.refused != nil && shown.refused.Kind == models.KindConflict {
			// The next save is over the state that is true now, on purpose.
			kept, err := a.desk.PolicySheet(c.UserContext(), actorOf(c), id, nil)
			if err != nil {
				return err
			}
			data.Version = decimal(kept.Version)
		}
	}
	policyInputs(words, &data, sheet, id)
	if shown.refused != nil {
		policyErrors(words, &data, shown.refused)
	}
	if shown.moves != nil {
		data.Preview = previewOf(words, shown.moves)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/sla_policy", Data: data})
}

// checked is the value of a checkbox.
func checked(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// policyInputs fills in the controls of a policy's form.
func policyInputs(words *locale.Strings, data *views.PolicyPage, sheet *desk.PolicySheet, id int64) {
	in := sheet.PolicyInput
	data.Name = views.Input{Kind: "text", Name: "name", Label: words.T("agent.sla.name"), Help: words.T("agent.sla.name.help"), Value: in.Name, MaxLength: 80, Required: true, Autocomplete: "off"}
	data.On = views.Input{Kind: "checkbox", Name: "on", Label: words.T("agent.sla.on"), Help: words.T("agent.sla.on.help"), Value: checked(in.On)}
	defaultHelp := words.T("agent.sla.holds.default.help")
	if sheet.OtherDefault != "" {
		defaultHelp += " " + words.Tf("agent.sla.holds.default.takes", "Name", sheet.OtherDefault)
	}
	data.Holds = views.Input{Kind: "radio", Name: "holds", Label: words.T("agent.sla.holds"), Choices: []views.Choice{
		{Value: "conditions", Label: words.T("agent.sla.holds.conditions"), Help: words.T("agent.sla.holds.conditions.help"), Selected: !in.Default},
		{Value: "default", Label: words.T("agent.sla.holds.default"), Help: defaultHelp, Selected: in.Default}}}
	data.Projects = views.Input{Kind: "checkboxes", Name: "projects", Label: words.T("agent.sla.projects"), Optional: true}
	known := map[int64]bool{}
	for _, p := range sheet.Projects {
		data.Projects.Choices = append(data.Projects.Choices, views.Choice{Value: decimal(p.ID), Label: p.Name, Selected: slices.Contains(in.Projects, p.ID)})
		group := views.ChoiceGroup{Label: p.Name}
		for _, kind := range p.Types {
			known[kind.ID] = true
			group.Choices = append(group.Choices, views.Choice{Value: decimal(kind.ID), Label: kind.Name, Selected: slices.Contains(in.Types, kind.ID)})
		}
		if len(group.Choices) > 0 {
			data.Types = append(data.Types, group)
		}
	}
	// What a condition names though it is gone stays until somebody takes it off: leaving it out
	// by itself would make the policy hold for more.
	gone := views.ChoiceGroup{Label: words.T("agent.sla.gone")}
	for _, kind := range in.Types {
		if kind > 0 && !known[kind] {
			gone.Choices = append(gone.Choices, views.Choice{Value: decimal(kind), Label: words.Tf("agent.sla.gone.number", "Number", decimal(kind)), Selected: true})
		}
	}
	if len(gone.Choices) > 0 {
		data.Types = append(data.Types, gone)
	}
	data.Teams = views.Input{Kind: "checkboxes", Name: "teams", Label: words.T("agent.sla.teams"), Optional: true, Choices: namedChoices(words, sheet.PolicyChoices.Teams, in.Teams, true)}
	data.Companies = namedChoices(words, sheet.CompanyNames, in.Companies, false)
	data.Company = views.Input{Name: "company", Value: in.Company}
	for _, kind := range models.PromiseKinds {
		data.Kinds = append(data.Kinds, words.T("agent.sla.kind."+kind))
	}
	for priority := int64(models.PriorityUrgent); priority >= models.PriorityLow; priority-- {
		row := views.TargetRow{ID: "priority-" + decimal(priority), Label: priorityWord(words, int(priority))}
		for _, kind := range models.PromiseKinds {
			row.Cells = append(row.Cells, views.TargetCell{Name: desk.TargetField(priority, kind), Label: words.T("agent.sla.kind." + kind), Value: in.Targets[priority][kind]})
		}
		data.Rows = append(data.Rows, row)
	}
	data.PauseOnHold = views.Input{Kind: "checkbox", Name: "pause_on_hold", Label: words.T("agent.sla.pause_on_hold"), Help: words.T("agent.sla.pause_on_hold.help"), Value: checked(in.PauseOnHold)}
	data.Warn = views.Input{Kind: "number", Name: "warn", Label: words.T("agent.sla.warn"), Help: words.T("agent.sla.warn.help"), Value: in.Warn, Min: "1", Max: "99", Unit: "%"}
	data.Calendar = hoursChoice(words, words.T("agent.sla.calendar.ticket"), words.T("agent.sla.calendar.help"), sheet.Calendars, in.Calendar)
}

// namedChoices are the choices of a list: all of it, or those that are chosen; and what is chosen
// though it is gone.
func namedChoices(words *locale.Strings, list []models.NameOption, chosen []int64, all bool) []views.Choice {
	var choices []views.Choice
	for _, n := range list {
		if on := slices.Contains(chosen, n.ID); on || all {
			choices = append(choices, views.Choice{Value: decimal(n.ID), Label: n.Name, Selected: on})
		}
	}
	for _, id := range chosen {
		if id > 0 && !slices.ContainsFunc(list, func(n models.NameOption) bool { return n.ID == id }) {
			choices = append(choices, views.Choice{Value: decimal(id), Label: words.Tf("agent.sla.gone.number", "Number", decimal(id)), Selected: true})
		}
	}
	return choices
}

// policyErrors writes what was refused beside its fields.
func policyErrors(words *locale.Strings, data *views.PolicyPage, e *models.Error) {
	inputs := map[string]*views.Input{"name": &data.Name, "holds": &data.Holds, "projects": &data.Projects, "teams": &data.Teams, "company": &data.Company, "warn": &data.Warn, "calendar": &data.Calendar}
	cells := map[string]*views.TargetCell{}
	for i := range data.Rows {
		for j := range data.Rows[i].Cells {
			cells[data.Rows[i].Cells[j].Name] = &data.Rows[i].Cells[j]
		}
	}
	for _, field := range e.Order {
		text := say(words, e.Fields[field])
		switch {
		case inputs[field] != nil:
			inputs[field].Error = text
		case cells[field] != nil:
			cells[field].Error = text
		case field == "types":
			data.TypesErr = text
		case field == "targets":
			data.TargetsErr = text
		default:
			data.Error = text
		}
	}
	if len(e.Order) == 0 {
		data.Error = say(words, models.Problem{Key: e.Message})
	}
}

// previewOf says what saving would do to the open tickets.
func previewOf(words *locale.Strings, moves *desk.MovePreview) *views.PolicyPreview {
	p := &views.PolicyPreview{Lead: words.Tn("agent.sla.preview.none", moves.Looked)}
	if moves.Moved > 0 {
		p.Lead = words.Tn("agent.sla.preview.moved", moves.Moved)
		if moves.AtLeast {
			p.Lead = words.Tn("agent.sla.preview.moved_at_least", moves.Moved)
		}
	}
	if moves.Overdue > 0 {
		p.Facts = append(p.Facts, words.Tn("agent.sla.preview.overdue", moves.Overdue))
	}
	if moves.Relieved > 0 {
		p.Facts = append(p.Facts, words.Tn("agent.sla.preview.relieved", moves.Relieved))
	}
	for _, e := range moves.Examples {
		p.Rows = append(p.Rows, views.PreviewRow{Title: "#" + decimal(e.Number) + " " + e.Title, URL: ticketURL(e.Number), Was: e.Was, Is: e.Is})
	}
	return p
}

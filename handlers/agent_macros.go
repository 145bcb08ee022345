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

const macrosPage = settingsHome + "/macros"

// macroRoutes are the macros of a ticket's composer and their settings (AG-2, SE-4).
func (a *agents) macroRoutes(r fiber.Router) {
	r.Get("/agent/tickets/:number/macros", a.ticketMacros)
	r.Get("/agent/tickets/:number/macros/:id", a.ticketMacro)
	r.Get(macrosPage, a.macroList)
	r.Get(macrosPage+"/new", a.newMacro)
	r.Post(macrosPage+"/new", a.saveMacro)
	r.Get(macrosPage+"/:id", a.macro)
	r.Post(macrosPage+"/:id", a.saveMacro)
	r.Post(macrosPage+"/:id/deletion", a.deleteMacro)
}

// ticketMacros lists the macros that fit a ticket, narrowed by q.
func (a *agents) ticketMacros(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	typed := c.Query("q")
	macros, err := a.desk.TicketMacros(c.UserContext(), actorOf(c), n, typed)
	if err != nil {
		return err
	}
	base := ticketURL(n) + "/macros"
	list := views.MacroList{SearchURL: base, Typed: typed, Groups: macroGroups(a.language(c), macros, func(m desk.Macro) string { return base + "/" + decimal(m.ID) })}
	if actorOf(c).Can(models.ActReply) {
		list.SettingsURL = macrosPage
	}
	return a.part(c, fiber.StatusOK, "agent/_macros", list)
}

// ticketMacro is one macro written for a ticket. It changes nothing.
func (a *agents) ticketMacro(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	m, err := a.desk.FillMacro(c.UserContext(), actorOf(c), n, id)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.MacroText{ID: m.ID, Name: m.Name, Text: m.Text, Note: m.Note, Does: macroDoes(words, m.Macro, m.StatusName)}
	for _, name := range m.Missing {
		data.Missing = append(data.Missing, "{{"+name+"}}")
	}
	if m.StatusGone {
		data.Refusal = words.T("agent.macro.status_gone")
	}
	return a.part(c, fiber.StatusOK, "agent/_macro", data)
}

// macroGroups sorts macros into the project's, everyone's and one's own.
func macroGroups(words *locale.Strings, macros []desk.Macro, url func(desk.Macro) string) []views.MacroGroup {
	var groups []views.MacroGroup
	add := func(heading string, is func(desk.Macro) bool) {
		g := views.MacroGroup{Heading: heading}
		for _, m := range macros {
			if is(m) {
				g.Macros = append(g.Macros, views.MacroItem{ID: m.ID, URL: url(m), Name: m.Name, Note: m.Note, Does: macroDoes(words, m, m.StatusLabel)})
			}
		}
		if len(g.Macros) > 0 {
			groups = append(groups, g)
		}
	}
	var projects []string
	for _, m := range macros {
		if !m.Own && m.Project.Slug != "" && !slices.Contains(projects, m.Project.Slug) {
			projects = append(projects, m.Project.Slug)
			add(m.Project.Name, func(other desk.Macro) bool { return !other.Own && other.Project.Slug == m.Project.Slug })
		}
	}
	add(words.T("agent.macros.shared"), func(m desk.Macro) bool { return !m.Own && m.Project.Slug == "" })
	add(words.T("agent.macros.own"), func(m desk.Macro) bool { return m.Own })
	return groups
}

// macroDoes says in words what a macro changes besides its text.
func macroDoes(words *locale.Strings, m desk.Macro, status string) string {
	var parts []string
	if status != "" && m.Status != "" {
		parts = append(parts, words.Tf("agent.macro.does.status", "Status", status))
	}
	if m.Priority != 0 {
		parts = append(parts, words.Tf("agent.macro.does.priority", "Priority", priorityWord(words, m.Priority)))
	}
	if len(m.Tags) > 0 {
		parts = append(parts, words.Tf("agent.macro.does.tags", "Tags", strings.Join(m.Tags, ", ")))
	}
	if m.Take {
		parts = append(parts, words.T("agent.macro.does.take"))
	}
	return strings.Join(parts, " · ")
}

// macroList is the settings' page of macros.
func (a *agents) macroList(c *fiber.Ctx) error {
	actor := actorOf(c)
	if !actor.Can(models.ActReply) {
		return models.Forbidden()
	}
	macros, err := a.desk.Macros(c.UserContext(), actor)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.MacrosPage{NewURL: macrosPage + "/new", Groups: macroGroups(words, macros, func(m desk.Macro) string {
		if !m.CanEdit {
			return ""
		}
		return macrosPage + "/" + decimal(m.ID)
	})}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings.macros"), Body: "settings/macros", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) newMacro(c *fiber.Ctx) error {
	if !actorOf(c).Can(models.ActReply) {
		return models.Forbidden()
	}
	return a.showMacro(c, fiber.StatusOK, 0, desk.MacroSheet{Own: !actorOf(c).Can(models.ActMacros)}, nil)
}

func (a *agents) macro(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	m, err := a.desk.Macro(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	if !m.CanEdit {
		return models.Forbidden()
	}
	return a.showMacro(c, fiber.StatusOK, id, desk.MacroSheet{Name: m.Name, Project: m.Project.Slug, Own: m.Own, Body: m.Body, MacroActions: m.MacroActions}, nil)
}

// saveMacro makes or changes a macro; without an id in the path a new one.
func (a *agents) saveMacro(c *fiber.Ctx) error {
	id := int64(0)
	if c.Params("id") != "" {
		var err error
		if id, err = idOf(c, "id"); err != nil {
			return err
		}
	}
	form := posted(c)
	priority, _ := strconv.Atoi(form.first("priority"))
	in := desk.MacroSheet{Name: form.first("name"), Project: form.first("project"), Own: form.first("own") == "own", Body: form.first("body"), MacroActions: models.MacroActions{
		Note: form.first("mode") == views.ModeNote, Status: form.first("status"), Priority: priority, Tags: listed(form.first("tags")), Take: form.first("take") != ""}}
	if !actorOf(c).Can(models.ActMacros) {
		in.Own = true // the only kind that is on offer to them
	}
	_, err := a.desk.SaveMacro(c.UserContext(), actorOf(c), id, in)
	if e, ok := refusal(err); ok {
		return a.showMacro(c, statusOf(e), id, in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, macrosPage)
}

func (a *agents) deleteMacro(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.desk.DeleteMacro(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return a.saved(c, macrosPage)
}

func (a *agents) showMacro(c *fiber.Ctx, status int, id int64, in desk.MacroSheet, refused *models.Error) error {
	words, token := a.language(c), visitOf(c).token()
	choices, err := a.desk.MacroChoices(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	pick := func(first string, all []desk.Choice, chosen string) []views.Choice {
		list := []views.Choice{{Value: "", Label: first}}
		for _, ch := range all {
			list = append(list, views.Choice{Value: ch.Slug, Label: ch.Name, Selected: ch.Slug == chosen})
		}
		return list
	}
	keep := words.T("agent.macro.keep")
	priorities := []views.Choice{{Value: "0", Label: keep}}
	for n := models.PriorityUrgent; n >= models.PriorityLow; n-- {
		priorities = append(priorities, views.Choice{Value: strconv.Itoa(n), Label: priorityWord(words, n), Selected: n == in.Priority})
	}
	title, action := words.T("agent.macro.new"), macrosPage+"/new"
	if id != 0 {
		title, action = words.T("agent.macro.edit"), macrosPage+"/"+decimal(id)
	}
	take := ""
	if in.Take {
		take = "1"
	}
	f := views.Form{ID: "macro", Action: action, CSRF: token, Submit: words.T("agent.save"), CancelURL: macrosPage, Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.macro.name"), Value: in.Name, MaxLength: 80, Required: true},
		{Kind: "radio", Name: "mode", Label: words.T("agent.macro.mode"), Choices: []views.Choice{
			{Value: views.ModeReply, Label: words.T("agent.composer.reply"), Selected: !in.Note}, {Value: views.ModeNote, Label: words.T("agent.composer.note"), Selected: in.Note}}},
		{Kind: "textarea", Name: "body", Label: words.T("agent.macro.body"), Help: words.Tf("agent.macro.body.help", "Variable", "{{reporter.first_name}}"), Value: in.Body, Rows: 8, Required: true},
		{Kind: "heading", Label: words.T("agent.macro.does"), Help: words.T("agent.macro.does.help")},
		{Kind: "select", Name: "status", Label: words.T("agent.sidebar.status"), Help: words.T("agent.macro.status.help"), Choices: pick(keep, choices.Statuses, in.Status)},
		{Kind: "select", Name: "priority", Label: words.T("agent.sidebar.priority"), Choices: priorities},
		{Kind: "text", Name: "tags", Label: words.T("agent.macro.tags"), Help: words.T("agent.macro.tags.help"), Value: strings.Join(in.Tags, ", "), Optional: true},
		{Kind: "checkbox", Name: "take", Label: words.T("agent.macro.take"), Value: take},
		{Kind: "heading", Label: words.T("agent.macro.who")},
		{Kind: "select", Name: "project", Label: words.T("agent.queue.project"), Choices: pick(words.T("agent.macro.everywhere"), choices.Projects, in.Project)},
	}}
	if actorOf(c).Can(models.ActMacros) {
		f.Inputs = append(f.Inputs, views.Input{Kind: "radio", Name: "own", Label: words.T("agent.macro.owner"), Choices: []views.Choice{
			{Value: "shared", Label: words.T("agent.macro.owner.shared"), Selected: !in.Own}, {Value: "own", Label: words.T("agent.macro.owner.own"), Selected: in.Own}}})
	}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data := views.MacroPage{Title: title, BackURL: macrosPage, Form: f}
	for _, name := range desk.MacroVariables {
		data.Variables = append(data.Variables, views.MacroVariable{Name: "{{" + name + "}}", Text: words.T("agent.macro.variable." + name)})
	}
	if id != 0 {
		data.Delete = &views.Form{ID: "delete", Action: action + "/deletion", CSRF: token, Submit: words.T("agent.macro.delete"), Danger: true}
	}
	return a.showSettings(c, status, views.Page{Title: title, Body: "settings/macro", Data: data})
}

// listed reads a text of items separated by commas.
func listed(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

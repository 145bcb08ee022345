package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

func (a *agents) statusRoutes(r fiber.Router, one string) {
	r.Get(one+"/statuses", a.projectStatuses)
	r.Post(one+"/statuses", a.addStatus)
	r.Post(one+"/graph", a.saveGraph)
	r.Get(one+"/statuses/:id", a.editStatus)
	r.Post(one+"/statuses/:id", a.saveStatus)
	r.Post(one+"/statuses/:id/position", a.moveStatus)
	r.Get(one+"/statuses/:id/deletion", a.askStatusDeletion)
	r.Post(one+"/statuses/:id/deletion", a.deleteStatus)
}

// projectStatuses shows a project's statuses and their graph (SE-2).
func (a *agents) projectStatuses(c *fiber.Ctx) error {
	return a.showStatuses(c, fiber.StatusOK, statusesTyped{})
}

// statusesTyped is what was refused on the page of the statuses.
type statusesTyped struct {
	add     *desk.StatusInput
	graph   *desk.GraphInput
	refused *models.Error
}

func (a *agents) showStatuses(c *fiber.Ctx, status int, typed statusesTyped) error {
	words := a.language(c)
	sheet, err := a.desk.StatusSheet(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	p := sheet.Project
	data := views.StatusesPage{SortPage: views.SortPage{Head: a.projectHead(c, p, "statuses"), AddText: words.T("agent.statuses.add"), AddOpen: typed.add != nil}}
	for _, s := range p.Leaving() {
		if n := sheet.Tickets[s.ID]; n > 0 {
			to := ""
			if s.ReplacedByID != nil && p.Status(*s.ReplacedByID) != nil {
				to = p.Status(*s.ReplacedByID).Name
			}
			data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.Tf("agent.statuses.leaving", "Name", s.Name, "To", to)})
		}
	}
	for i, s := range p.Statuses {
		row := views.SortRow{ID: "status-" + decimal(s.ID), Chip: views.Status{Category: string(s.Category), Label: s.Name}, Tickets: sheet.Tickets[s.ID],
			EditURL: projectURL(p.Slug, "/statuses/"+decimal(s.ID)), DeleteURL: projectURL(p.Slug, "/statuses/"+decimal(s.ID)+"/deletion"),
			Move: views.MoveButtons{Action: projectURL(p.Slug, "/statuses/"+decimal(s.ID)+"/position"), CSRF: visitOf(c).token(), Name: s.Name, First: i == 0, Last: i == len(p.Statuses)-1}}
		if meaning := words.T("agent.category." + string(s.Category)); meaning != s.Name {
			row.Details = append(row.Details, meaning)
		}
		if s.PublicLabel != "" && s.PublicLabel != s.Name {
			row.Details = append(row.Details, words.Tf("agent.statuses.public", "Label", s.PublicLabel))
		}
		for task, id := range statusTasks(p) {
			if id == s.ID {
				row.Badges = append(row.Badges, words.T("agent.statuses.task."+taskNames[task]))
			}
		}
		if p.AutoClosedStatusID != nil && *p.AutoClosedStatusID == s.ID {
			row.Badges = append(row.Badges, words.T("agent.statuses.task.auto_closed"))
		}
		data.Rows = append(data.Rows, row)
	}
	in := desk.StatusInput{Category: models.CategoryOpen, Version: sheet.Version}
	if typed.add != nil {
		in = *typed.add
		if typed.refused.Kind == models.KindConflict {
			in.Version = sheet.Version
		}
	}
	data.Add = a.statusForm(c, projectURL(p.Slug, "/statuses"), words.T("agent.statuses.add"), in)
	data.Graph = a.graphForm(c, words, sheet, typed.graph, typed.refused)
	if typed.add != nil {
		withErrors(words, &data.Add, typed.refused)
	}
	return a.showProject(c, status, data.Head, "settings/statuses", data)
}

var taskNames = []string{"initial", "reopened", "self_closed"}

// statusTasks are the statuses with a task in the order of taskNames, 0 for none.
func statusTasks(p *models.Project) []int64 {
	tasks := make([]int64, len(taskNames))
	for i, id := range []*int64{p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID} {
		if id != nil {
			tasks[i] = *id
		}
	}
	return tasks
}

func (a *agents) statusForm(c *fiber.Ctx, action, submit string, in desk.StatusInput) views.Form {
	words := a.language(c)
	category := views.Input{Kind: "radio", Name: "category", Label: words.T("agent.statuses.category"), Help: words.T("agent.statuses.category.help")}
	for _, of := range models.Categories {
		key := "agent.category." + string(of)
		category.Choices = append(category.Choices, views.Choice{Value: string(of), Label: words.T(key), Help: words.T(key + ".help"), Selected: of == in.Category})
	}
	return views.Form{Action: action, CSRF: visitOf(c).token(), Submit: submit, Version: decimal(in.Version), Inputs: []views.Input{
		{Kind: "text", Name: "name", Label: words.T("agent.statuses.name"), Help: words.T("agent.statuses.name.help"), Value: in.Name, MaxLength: 60, Required: true},
		{Kind: "text", Name: "public_label", Label: words.T("agent.statuses.public_label"), Help: words.T("agent.statuses.public_label.help"), Value: in.PublicLabel, MaxLength: 60, Optional: true},
		category,
	}}
}

func postedStatus(form values) desk.StatusInput {
	return desk.StatusInput{Name: form.first("name"), PublicLabel: form.first("public_label"), Category: models.Category(form.first("category")), Version: version(form)}
}

func (a *agents) addStatus(c *fiber.Ctx) error {
	slug, in := strings.Clone(c.Params("slug")), postedStatus(posted(c))
	err := a.desk.AddStatus(c.UserContext(), actorOf(c), slug, in)
	if e, ok := refusal(err); ok {
		return a.showStatuses(c, statusOf(e), statusesTyped{add: &in, refused: e})
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/statuses"))
}

// editStatus shows one status to rename it or to change what it means.
func (a *agents) editStatus(c *fiber.Ctx) error {
	return a.showStatus(c, fiber.StatusOK, nil, nil)
}

func (a *agents) showStatus(c *fiber.Ctx, status int, in *desk.StatusInput, refused *models.Error) error {
	words := a.language(c)
	sheet, s, err := a.statusOfPath(c)
	if err != nil {
		return err
	}
	p := sheet.Project
	if in == nil {
		in = &desk.StatusInput{Name: s.Name, PublicLabel: s.PublicLabel, Category: s.Category, Version: sheet.Version}
	} else if refused.Kind == models.KindConflict {
		in.Version = sheet.Version
	}
	head := a.projectHead(c, p, "statuses")
	head.Title, head.Lead = s.Name, words.T("agent.statuses.edit.lead")
	data := views.ProjectForm{Head: head, Form: a.statusForm(c, projectURL(p.Slug, "/statuses/"+decimal(s.ID)), words.T("agent.save"), *in)}
	data.Form.CancelURL = projectURL(p.Slug, "/statuses")
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

// statusOfPath finds the status that the address names in its project.
func (a *agents) statusOfPath(c *fiber.Ctx) (*desk.StatusSheet, *models.Status, error) {
	sheet, err := a.desk.StatusSheet(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return nil, nil, err
	}
	id, err := idOf(c, "id")
	if err != nil {
		return nil, nil, err
	}
	if s := sheet.Project.LiveStatus(id); s != nil {
		return sheet, s, nil
	}
	return nil, nil, models.NotFound()
}

func (a *agents) saveStatus(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug, in := strings.Clone(c.Params("slug")), postedStatus(posted(c))
	err = a.desk.EditStatus(c.UserContext(), actorOf(c), slug, id, in)
	if e, ok := refusal(err); ok {
		return a.showStatus(c, statusOf(e), &in, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/statuses"))
}

func (a *agents) moveStatus(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug := strings.Clone(c.Params("slug"))
	if err := a.desk.MoveStatus(c.UserContext(), actorOf(c), slug, id, by(c)); err != nil {
		return err
	}
	return c.Redirect(projectURL(slug, "/statuses")+"#status-"+decimal(id), fiber.StatusSeeOther)
}

// askStatusDeletion asks before a status is deleted, and what takes the place of one in use.
func (a *agents) askStatusDeletion(c *fiber.Ctx) error {
	return a.showStatusDeletion(c, fiber.StatusOK, "", nil)
}

func (a *agents) showStatusDeletion(c *fiber.Ctx, status int, chosen string, refused *models.Error) error {
	words := a.language(c)
	sheet, s, err := a.statusOfPath(c)
	if err != nil {
		return err
	}
	p := sheet.Project
	head := a.projectHead(c, p, "statuses")
	head.Title, head.Lead = words.Tf("agent.statuses.delete", "Name", s.Name), ""
	data := views.ProjectForm{Head: head, Form: views.Form{Action: projectURL(p.Slug, "/statuses/"+decimal(s.ID)+"/deletion"), CSRF: visitOf(c).token(), Submit: words.T("agent.statuses.delete.yes"), Danger: true, CancelURL: projectURL(p.Slug, "/statuses")}}
	if !desk.StatusInUse(p, s.ID, sheet.Tickets[s.ID]) {
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.T("agent.statuses.delete.unused")})
	} else {
		text := words.T("agent.statuses.delete.task")
		switch n := sheet.Tickets[s.ID]; {
		case n > 99:
			text = words.T("agent.statuses.delete.many")
		case n > 0:
			text = words.Tn("agent.statuses.delete.tickets", n)
		}
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: text})
		choices := []views.Choice{{Label: words.T("agent.statuses.delete.choose"), Selected: chosen == ""}}
		for _, other := range p.Statuses {
			if other.ID != s.ID {
				choices = append(choices, views.Choice{Value: decimal(other.ID), Label: other.Name, Selected: decimal(other.ID) == chosen})
			}
		}
		data.Form.Inputs = []views.Input{{Kind: "select", Name: "replacement", Label: words.T("agent.statuses.delete.replacement"), Help: words.T("agent.statuses.delete.replacement.help"), Choices: choices, Required: true}}
	}
	if refused != nil {
		withErrors(words, &data.Form, refused)
	}
	return a.showProject(c, status, data.Head, "settings/project", data)
}

func (a *agents) deleteStatus(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	slug, chosen := strings.Clone(c.Params("slug")), posted(c).first("replacement")
	replacement := int64(0)
	if chosen != "" {
		if replacement, err = strconv.ParseInt(chosen, 10, 64); err != nil {
			replacement = -1 // names no status
		}
	}
	err = a.desk.RemoveStatus(c.UserContext(), actorOf(c), slug, id, replacement)
	if e, ok := refusal(err); ok {
		return a.showStatusDeletion(c, statusOf(e), chosen, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/statuses"))
}

// graphForm is the graph with its tasks; typed is what was refused, nil for what is kept.
func (a *agents) graphForm(c *fiber.Ctx, words *locale.Strings, sheet *desk.StatusSheet, typed *desk.GraphInput, refused *models.Error) views.GraphForm {
	p := sheet.Project
	g := views.GraphForm{Action: projectURL(p.Slug, "/graph"), CSRF: visitOf(c).token(), Version: decimal(sheet.Version), Warnings: graphWarnings(words, p)}
	shown, tasks := p, statusTasks(p)
	if typed != nil {
		shown, tasks = p.WithSteps(typed.Steps), []int64{typed.Initial, typed.Reopened, typed.SelfClosed}
		if refused.Kind != models.KindConflict {
			g.Version = decimal(typed.Version)
		}
	}
	for i, name := range taskNames {
		in := views.Input{Kind: "select", Name: name, Label: words.T("agent.statuses.task." + name), Help: words.T("agent.statuses.task." + name + ".help")}
		if name == "self_closed" || tasks[i] == 0 {
			in.Choices = append(in.Choices, views.Choice{Label: words.T("agent.statuses.task.none"), Selected: tasks[i] == 0})
		}
		for _, s := range p.Statuses {
			in.Choices = append(in.Choices, views.Choice{Value: decimal(s.ID), Label: s.Name, Selected: s.ID == tasks[i]})
		}
		g.Tasks = append(g.Tasks, in)
	}
	place := map[int64]int{}
	for i, s := range p.Statuses {
		place[s.ID] = i
		g.Columns = append(g.Columns, views.Status{Category: string(s.Category), Label: s.Name})
	}
	for _, from := range p.Statuses {
		row := views.GraphRow{From: views.Status{Category: string(from.Category), Label: from.Name}}
		for _, to := range p.Statuses {
			row.Cells = append(row.Cells, views.GraphCell{Value: decimal(from.ID) + "-" + decimal(to.ID), To: to.Name, On: shown.Graph.Allows(from.ID, to.ID), Same: from.ID == to.ID})
		}
		g.Rows = append(g.Rows, row)
	}
	var steps [][2]int
	for _, t := range p.Steps() {
		steps = append(steps, [2]int{place[t.FromID], place[t.ToID]})
	}
	g.Drawing = views.DrawGraph(g.Columns, steps)
	if typed != nil {
		f := views.Form{Inputs: g.Tasks}
		withErrors(words, &f, refused)
		g.Tasks, g.Error = f.Inputs, f.Error
	}
	return g
}

// graphWarnings are what a kept graph does that somebody may not have meant.
func graphWarnings(words *locale.Strings, p *models.Project) []views.Notice {
	var all []views.Notice
	warn := func(key string, of []*models.Status) {
		var names []string
		for _, s := range of {
			names = append(names, words.Tf("agent.quoted", "Text", s.Name))
		}
		if len(names) > 0 {
			all = append(all, views.Notice{Kind: "warning", Text: words.Tf(key, "Names", strings.Join(names, ", "))})
		}
	}
	if p.SelfClosedStatusID == nil {
		all = append(all, views.Notice{Kind: "warning", Text: words.T("agent.statuses.warn.no_self_closed")})
	}
	warn("agent.statuses.warn.stuck", p.Stuck())
	if without := p.NoSelfClose(); p.Settings.CustomerClose == models.CustomerCloseAlways {
		warn("agent.statuses.warn.no_close", without)
	}
	if p.Settings.CloseDays > 0 {
		warn("agent.closing.warn.no_step", p.NoAutoClose())
	}
	warn("agent.statuses.warn.unreached", p.Unreached())
	return all
}

// saveGraph keeps which statuses have a task and which steps are allowed.
func (a *agents) saveGraph(c *fiber.Ctx) error {
	form, slug := posted(c), strings.Clone(c.Params("slug"))
	task := func(name string) int64 {
		if form.first(name) == "" {
			return 0
		}
		id, err := strconv.ParseInt(form.first(name), 10, 64)
		if err != nil {
			return -1 // names no status
		}
		return id
	}
	in := desk.GraphInput{Initial: task("initial"), Reopened: task("reopened"), SelfClosed: task("self_closed"), Version: version(form)}
	for _, step := range form["step"] {
		from, to, _ := strings.Cut(step, "-")
		f, _ := strconv.ParseInt(from, 10, 64)
		t, _ := strconv.ParseInt(to, 10, 64)
		in.Steps = append(in.Steps, models.Transition{FromID: f, ToID: t})
	}
	err := a.desk.ChangeGraph(c.UserContext(), actorOf(c), slug, in)
	if e, ok := refusal(err); ok {
		return a.showStatuses(c, statusOf(e), statusesTyped{graph: &in, refused: e})
	}
	if err != nil {
		return err
	}
	return a.saved(c, projectURL(slug, "/statuses"))
}

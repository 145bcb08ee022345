package desk

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lodge/models"
)

// Macro is a macro for the pages that choose or change one.
type Macro struct {
	ID   int64
	Name string
	// Project is empty for every project, else its slug and name; Own says that only the
	// agent who looks has it.
	Project Choice
	Own     bool
	Body    string
	models.MacroActions
	// StatusLabel is the name of the status it sets, as its project or the first that has one calls it.
	StatusLabel string
	// CanEdit: the agent may change it.
	CanEdit bool
}

// MacroSheet is what the page of one macro sends: Project is a slug or empty for every one.
type MacroSheet struct {
	Name, Project string
	Own           bool
	Body          string
	models.MacroActions
}

// FilledMacro is a macro written for one ticket.
type FilledMacro struct {
	Macro
	// Text is the body with its variables filled in; Missing are those that have no value
	// here and stand in Text as they are.
	Text    string
	Missing []string
	// StatusName is the name of the status it sets here; StatusGone says that this project has
	// no such status or that no step leads to it from the present one: it cannot be sent.
	StatusName string
	StatusGone bool
}

// Macros lists the macros an agent may use; for a ticket those that fit its project.
func (d *Desk) Macros(ctx context.Context, actor Actor) ([]Macro, error) {
	if err := actor.may(models.ActNote); err != nil {
		return nil, err
	}
	return d.macros(ctx, actor, 0)
}

// TicketMacros lists the macros that fit a ticket and hold the typed words in name or text.
func (d *Desk) TicketMacros(ctx context.Context, actor Actor, number int64, typed string) ([]Macro, error) {
	_, project, _, err := d.agentTicket(ctx, actor, models.ActNote, number)
	if err != nil {
		return nil, err
	}
	all, err := d.macros(ctx, actor, project.ID)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(typed))
	reply := actor.CanIn(models.ActReply, project.ID)
	return slices.DeleteFunc(all, func(m Macro) bool {
		in := strings.ToLower(m.Name + "\n" + m.Body)
		for _, w := range words {
			if !strings.Contains(in, w) {
				return true
			}
		}
		return !m.Note && !reply
	}), nil
}

func (d *Desk) macros(ctx context.Context, actor Actor, projectID int64) ([]Macro, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := models.Macros(ctx, d.db, actor.ID, projectID)
	if err != nil {
		return nil, err
	}
	var all []Macro
	for _, m := range rows {
		if out, ok := macroOf(cat, actor, m); ok {
			all = append(all, out)
		}
	}
	return all, nil
}

// macroOf shows a macro to an agent; not ok when they may not see it.
func macroOf(cat *models.Catalog, actor Actor, m *models.Macro) (Macro, bool) {
	out := Macro{ID: m.ID, Name: m.Name, Own: m.OwnerID != nil, Body: m.Body, MacroActions: m.Actions()}
	if m.OwnerID != nil && *m.OwnerID != actor.ID {
		return out, false
	}
	if m.ProjectID != nil {
		p := cat.Project(*m.ProjectID)
		if p == nil || !actor.CanIn(models.ActRead, p.ID) {
			return out, false
		}
		out.Project = Choice{p.Slug, p.Name}
	}
	for _, p := range cat.Projects {
		if s := p.StatusBySlug(out.Status); s != nil && out.StatusLabel == "" && (m.ProjectID == nil || *m.ProjectID == p.ID) {
			out.StatusLabel = s.Name
		}
	}
	out.CanEdit = (out.Own && actor.Can(models.ActReply)) || actor.Can(models.ActMacros)
	return out, true
}

// macro finds a macro that an agent may use.
func (d *Desk) macro(ctx context.Context, c models.Conn, cat *models.Catalog, actor Actor, id int64) (*models.Macro, Macro, error) {
	m, err := models.MacroByID(ctx, c, id)
	if err != nil {
		return nil, Macro{}, err
	}
	out, ok := macroOf(cat, actor, m)
	if !ok {
		return nil, Macro{}, models.NotFound()
	}
	return m, out, nil
}

// Macro reads one macro for its page.
func (d *Desk) Macro(ctx context.Context, actor Actor, id int64) (*Macro, error) {
	if err := actor.may(models.ActNote); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	_, out, err := d.macro(ctx, d.db, cat, actor, id)
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// SaveMacro makes a macro (id 0) or changes one. One that all share needs the right to shared
// macros; an agent's own needs only the right to answer.
func (d *Desk) SaveMacro(ctx context.Context, actor Actor, id int64, in MacroSheet) (int64, error) {
	if err := actor.may(models.ActReply); err != nil {
		return 0, err
	}
	if !in.Own {
		if err := actor.may(models.ActMacros); err != nil {
			return 0, err
		}
	}
	now := d.Now()
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		m, was := &models.Macro{CreatedAt: models.At(now)}, Macro{}
		if id != 0 {
			if m, was, err = d.macro(ctx, tx, cat, actor, id); err != nil {
				return err
			}
			if !was.CanEdit {
				return models.Forbidden()
			}
		}
		if err := checkMacro(cat, actor, &in, m); err != nil {
			return err
		}
		m.Name, m.Body, m.OwnerID = in.Name, in.Body, nil
		if in.Own {
			m.OwnerID = &actor.ID
		}
		m.SetActions(in.MacroActions)
		kind := "macro.changed"
		if id == 0 {
			kind, err = "macro.created", models.InsertMacro(ctx, tx, m)
		} else {
			err = models.SaveMacro(ctx, tx, m)
		}
		if err != nil {
			return err
		}
		id = m.ID
		if in.Own && (was.ID == 0 || was.Own) {
			return nil // a private matter
		}
		return audit(ctx, tx, actor, kind, m.Name, map[string]any{"own": in.Own, "project": in.Project}, now)
	})
	return id, err
}

// checkMacro collects the faults of a macro's form and finds its project.
func checkMacro(cat *models.Catalog, actor Actor, in *MacroSheet, m *models.Macro) error {
	var v models.Invalid
	in.Name, in.Body = line(in.Name), text(in.Body)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 80 {
		v.Add("name", "agent.macro.error.name", "Max", 80)
	}
	switch unknown := unknownVariables(in.Body); {
	case in.Body == "":
		v.Add("body", "agent.macro.error.body")
	case len(in.Body) > 64<<10:
		v.Add("body", "portal.create.error.text_long", "Count", 64)
	case len(unknown) > 0:
		v.Add("body", "agent.macro.error.unknown", "Names", "{{"+strings.Join(unknown, "}}, {{")+"}}")
	}
	m.ProjectID = nil
	projects := cat.Projects
	if in.Project != "" {
		p := cat.ProjectBySlug(in.Project)
		if p == nil || !actor.CanIn(models.ActRead, p.ID) {
			v.Add("project", "agent.settings.error.choice")
		} else {
			m.ProjectID, projects = &p.ID, []*models.Project{p}
		}
	}
	if in.Note {
		in.Status = "" // a note changes nothing that people outside see
	}
	if in.Status != "" && !slices.ContainsFunc(projects, func(p *models.Project) bool { return p.StatusBySlug(in.Status) != nil }) {
		v.Add("status", "agent.status.error.unknown")
	}
	if in.Priority != 0 && (in.Priority < models.PriorityLow || in.Priority > models.PriorityUrgent) {
		v.Add("priority", "agent.property.error.priority")
	}
	tags, err := tagNames(in.Tags)
	if e, ok := models.AsError(err); ok {
		p := e.Fields["tags"]
		v.Add("tags", p.Key, p.Args...)
	}
	in.Tags = tags
	return v.Err()
}

// DeleteMacro removes a macro.
func (d *Desk) DeleteMacro(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActReply); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		_, m, err := d.macro(ctx, tx, cat, actor, id)
		if err != nil {
			return err
		}
		if !m.CanEdit {
			return models.Forbidden()
		}
		if err := models.DeleteMacro(ctx, tx, id); err != nil || m.Own {
			return err
		}
		return audit(ctx, tx, actor, "macro.deleted", m.Name, nil, now)
	})
}

// FillMacro writes a macro's text for a ticket. It changes nothing.
func (d *Desk) FillMacro(ctx context.Context, actor Actor, number, id int64) (*FilledMacro, error) {
	cat, project, t, err := d.agentTicket(ctx, actor, models.ActNote, number)
	if err != nil {
		return nil, err
	}
	row, m, err := d.macro(ctx, d.db, cat, actor, id)
	if err != nil {
		return nil, err
	}
	if row.ProjectID != nil && *row.ProjectID != project.ID {
		return nil, models.NotFound()
	}
	reporter, err := models.ContactByID(ctx, d.db, t.ReporterID)
	if err != nil {
		return nil, err
	}
	company := ""
	if t.CompanyID != nil {
		if c, err := models.CompanyNamed(ctx, d.db, *t.CompanyID); err == nil {
			company = c.Name
		}
	}
	me, err := models.AgentByID(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	out := &FilledMacro{Macro: m}
	// People outside read it: the agent's public name, not the inner one.
	out.Text, out.Missing = fill(m.Body, macroValues(me.Shown(), project, t, *reporter, company))
	if m.Status != "" {
		s, err := nextStatus(project, t, m.Status)
		if out.StatusGone = err != nil; err == nil {
			out.StatusName = s.Name
		}
	}
	return out, nil
}

// macroStatus lets the status of a macro go with the reply that its text is sent in: it waits
// with the reply (NU-5), and a status that no step leads to is left out, as its preview said.
func (d *Desk) macroStatus(ctx context.Context, actor Actor, number int64, in *AgentReply) {
	if in.Macro == 0 || in.Status != "" {
		return
	}
	if m, err := d.FillMacro(ctx, actor, number, in.Macro); err == nil && !m.StatusGone {
		in.Status = m.Status
	}
}

// withMacro does what else a macro does, once its text is written. A macro that somebody has
// deleted meanwhile, or that does what this agent may not, changes nothing: the text stands.
func (d *Desk) withMacro(ctx context.Context, actor Actor, number, id int64, written error) error {
	if written != nil || id == 0 {
		return written
	}
	switch err := d.ApplyMacro(ctx, actor, number, id); models.KindOf(err) {
	case models.KindNotFound, models.KindForbidden, models.KindConflict, models.KindInvalid:
		return nil
	default:
		return err
	}
}

// ApplyMacro does to a ticket what a macro does besides its text and its status, which goes
// with the text: priority, tags, taking it. All of it or nothing; each change leaves its own event.
func (d *Desk) ApplyMacro(ctx context.Context, actor Actor, number, id int64) error {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return err
	}
	return d.editProperty(ctx, actor, models.ActNote, number, 0, property{field: "macro"}, func(ctx context.Context, e *edit) error {
		e.several = true
		row, m, err := d.macro(ctx, e.tx, cat, actor, id)
		if err != nil {
			return err
		}
		if row.ProjectID != nil && *row.ProjectID != e.project.ID {
			return models.NotFound()
		}
		for _, act := range []struct {
			wanted bool
			need   models.Action
			do     func() error
		}{
			{m.Priority != 0, models.ActEdit, func() error { return e.priority(ctx, m.Priority) }},
			{len(m.Tags) > 0, models.ActEdit, func() error { return e.changeTags(ctx, m.Tags, nil) }},
			{m.Take, models.ActAssign, func() error { return e.assign(ctx, actor.ID) }},
		} {
			if !act.wanted {
				continue
			}
			if err := actor.mayIn(act.need, e.project.ID); err != nil {
				return err
			}
			if err := act.do(); err != nil {
				return err
			}
		}
		return nil
	})
}

// MacroChoices are what a macro's form offers an agent.
type MacroChoices struct{ Projects, Statuses []Choice }

// MacroChoices lists the projects of the actor and the statuses of those, each name once.
func (d *Desk) MacroChoices(ctx context.Context, actor Actor) (*MacroChoices, error) {
	if err := actor.may(models.ActReply); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var out MacroChoices
	for _, p := range cat.Projects {
		if !actor.CanIn(models.ActRead, p.ID) {
			continue
		}
		out.Projects = append(out.Projects, Choice{p.Slug, p.Name})
		for _, s := range p.Statuses {
			if !slices.ContainsFunc(out.Statuses, func(c Choice) bool { return c.Slug == s.Slug }) {
				out.Statuses = append(out.Statuses, Choice{s.Slug, s.Name})
			}
		}
	}
	return &out, nil
}

package desk

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// edit is one change of a ticket's properties inside its transaction.
type edit struct {
	d       *Desk
	tx      *models.Tx
	actor   Actor
	project *models.Project
	ticket  *models.Ticket
	now     time.Time
	// was is the ticket before the change, for the rules; nil: they are not asked. several: the act
	// is made of several changes, and they are asked at its end.
	was     *models.Ticket
	several bool
}

// property says which property a verb changes: the field that a refusal names, and the kinds
// of events that change it or what it depends on.
type property struct {
	field string
	kinds []string
	data  string // what the event's data begins with, when the kind alone does not say
}

// editProperty is the frame of every change of one property.
//
// version is the ticket's version that the page showed; 0 does not ask. Not any later change
// refuses it, only one of the same property or of what it depends on: on a busy ticket
// somebody always writes or sets something, and an agent who sets the priority would be
// refused for a customer's reply. Each change of a property leaves an event with its version,
// so the timeline itself says whether this one was touched since, and by whom.
func (d *Desk) editProperty(ctx context.Context, actor Actor, need models.Action, number, version int64, p property, f func(ctx context.Context, e *edit) error) error {
	_, project, t, err := d.agentTicket(ctx, actor, need, number)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		locked, err := models.LockTicket(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if locked.ProjectID != project.ID {
			return models.NotFound() // moved to another project meanwhile
		}
		if version > 0 && locked.Version != version {
			other, err := models.ChangedSince(ctx, tx, t.ID, version, p.data, p.kinds...)
			if err != nil {
				return err
			}
			if other != nil {
				return changedMeanwhile(p.field, other)
			}
		}
		was := *locked
		e := &edit{d: d, tx: tx, actor: actor, project: project, ticket: locked, now: now, was: &was}
		if err := f(ctx, e); err != nil || !e.several {
			return err
		}
		return d.routeChange(ctx, tx, &was, locked, now)
	})
}

// changedMeanwhile refuses a change that was made on an old page, and says who was first.
func changedMeanwhile(field string, other *models.TimelineEvent) error {
	var v models.Invalid
	switch {
	case other.AgentName.String != "":
		v.Add(field, "agent.property.error.changed", "Who", other.AgentName.String)
	case other.ContactName.String != "":
		v.Add(field, "agent.property.error.changed", "Who", other.ContactName.String)
	default:
		v.Add(field, "agent.property.error.changed_by_itself")
	}
	e, _ := models.AsError(v.Err())
	e.Kind, e.Message = models.KindConflict, "agent.error.changed"
	return e
}

// done keeps the changed ticket and writes what happened. public says that people outside
// can see the change.
func (e *edit) done(ctx context.Context, kind string, public bool, data map[string]any, tell bool) error {
	stamp := models.At(e.now)
	step(e.ticket, public, stamp)
	if err := models.SaveTicket(ctx, e.tx, e.ticket); err != nil {
		return err
	}
	ev := &models.Event{Kind: kind, Public: public, CreatedAt: stamp}
	if e.actor.ID != 0 {
		ev.AgentID = &e.actor.ID
	}
	if e.was == nil || e.several || !routeMoved(e.was, e.ticket) {
		return e.d.record(ctx, e.tx, e.ticket, ev, data, tell)
	}
	routed, err := e.d.route(ctx, e.tx, e.ticket, happening{was: e.was, kept: keptBy(e.was, e.ticket)}, e.now)
	if err != nil {
		return err
	}
	if err := e.d.record(ctx, e.tx, e.ticket, ev, routed.beside(data), tell); err != nil {
		return err
	}
	return e.d.recordRouted(ctx, e.tx, routed, false)
}

func invalid(field, key string, args ...any) error {
	var v models.Invalid
	v.Add(field, key, args...)
	return v.Err()
}

// Retitle gives a ticket another title; people outside see it.
func (d *Desk) Retitle(ctx context.Context, actor Actor, number int64, title string, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "title", kinds: []string{models.EventRetitled}}, func(ctx context.Context, e *edit) error {
		title = line(title)
		switch most := e.project.Settings.TitleLength; {
		case title == "":
			return invalid("title", "portal.create.error.title")
		case utf8.RuneCountInString(title) > most:
			return invalid("title", "portal.create.error.title_long", "Count", most)
		case title == e.ticket.Title:
			return nil
		}
		was := e.ticket.Title
		e.ticket.Title = title
		return e.done(ctx, models.EventRetitled, true, map[string]any{"was": was, "is": title}, false)
	})
}

// SetType gives a ticket one of its project's types by its slug, or with "" none.
func (d *Desk) SetType(ctx context.Context, actor Actor, number int64, slug string, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "type", kinds: []string{models.EventTypeSet}}, func(ctx context.Context, e *edit) error {
		var to *models.TicketType
		for _, t := range e.project.Types {
			if t.Slug == slug {
				to = t
			}
		}
		if to == nil && slug != "" {
			return invalid("type", "agent.property.error.type")
		}
		var was *models.TicketType
		if e.ticket.TypeID != nil {
			was = e.project.Type(*e.ticket.TypeID)
		}
		var id *int64
		if to != nil {
			id = &to.ID
		}
		if same(e.ticket.TypeID, id) {
			return nil
		}
		e.ticket.TypeID = id
		// A type that is not public stands on no page outside, so its going and coming shows
		// only where a public one is on either side.
		seen := (was != nil && was.Public) || (to != nil && to.Public)
		return e.done(ctx, models.EventTypeSet, seen, map[string]any{"was": typeName(was), "is": typeName(to)}, false)
	})
}

func typeName(t *models.TicketType) string {
	if t == nil {
		return ""
	}
	return t.Name
}

// SetPriority sets one of the priorities, models.PriorityLow to models.PriorityUrgent.
func (d *Desk) SetPriority(ctx context.Context, actor Actor, number int64, priority int, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "priority", kinds: []string{models.EventPrioritySet}}, func(ctx context.Context, e *edit) error {
		return e.priority(ctx, priority)
	})
}

func (e *edit) priority(ctx context.Context, priority int) error {
	if priority < models.PriorityLow || priority > models.PriorityUrgent {
		return invalid("priority", "agent.property.error.priority")
	}
	was := e.ticket.Priority
	if was == int64(priority) {
		return nil
	}
	e.ticket.Priority = int64(priority)
	return e.done(ctx, models.EventPrioritySet, false, map[string]any{"was": itoa(was), "is": itoa(int64(priority))}, false)
}

// SetTeam gives a ticket to a team, or with 0 to none. The team's agents of the project are
// told; who is assigned stays assigned.
func (d *Desk) SetTeam(ctx context.Context, actor Actor, number, teamID, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "team", kinds: []string{models.EventTeamSet}}, func(ctx context.Context, e *edit) error {
		var to *int64
		name := ""
		if teamID != 0 {
			team, err := models.TeamNamed(ctx, e.tx, teamID)
			if models.KindOf(err) == models.KindNotFound && err != nil {
				return invalid("team", "agent.property.error.team")
			}
			if err != nil {
				return err
			}
			to, name = &team.ID, team.Name
		}
		if same(e.ticket.TeamID, to) {
			return nil
		}
		e.ticket.TeamID = to
		return e.done(ctx, models.EventTeamSet, false, map[string]any{"is": name}, to != nil)
	})
}

// SetCompany says which company a ticket is for, or with 0 none (CO-4).
func (d *Desk) SetCompany(ctx context.Context, actor Actor, number, companyID, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "company", kinds: []string{models.EventCompanySet}}, func(ctx context.Context, e *edit) error {
		var to *int64
		name := ""
		if companyID != 0 {
			company, err := models.CompanyNamed(ctx, e.tx, companyID)
			if models.KindOf(err) == models.KindNotFound && err != nil {
				return invalid("company", "agent.property.error.company")
			}
			if err != nil {
				return err
			}
			to, name = &company.ID, company.Name
		}
		if same(e.ticket.CompanyID, to) {
			return nil
		}
		e.ticket.CompanyID = to
		if err := e.done(ctx, models.EventCompanySet, false, map[string]any{"is": name}, false); err != nil {
			return err
		}
		return e.d.timeLow(ctx, e.tx, e.ticket, 0, e.now)
	})
}

// CompanyByName finds a company by the name that was typed or chosen; a fault of the field
// "company" when there is none.
func (d *Desk) CompanyByName(ctx context.Context, actor Actor, name string) (int64, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	if name == "" {
		return 0, nil
	}
	name = line(name)
	company, err := models.CompanyByName(ctx, d.db, name)
	switch {
	case err == nil:
		return company.ID, nil
	case models.KindOf(err) == models.KindNotFound:
		return 0, invalid("company", "agent.property.error.company")
	}
	return 0, err
}

// CompanyNames lists up to 20 companies whose name begins with what was typed.
func (d *Desk) CompanyNames(ctx context.Context, actor Actor, typed string) ([]string, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	found, err := models.CompaniesLike(ctx, d.db, strings.ToLower(line(typed)), 20)
	names := make([]string, len(found))
	for i, c := range found {
		names[i] = c.Name
	}
	return names, err
}

// SetDue says when a ticket must be done; the zero time takes it off. due is in the zone of
// whoever sets it.
func (d *Desk) SetDue(ctx context.Context, actor Actor, number int64, due time.Time, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "due", kinds: []string{models.EventDueSet}}, func(ctx context.Context, e *edit) error {
		if !due.IsZero() && (due.Year() < 2000 || due.Year() > 2200) {
			return invalid("due", "agent.property.error.date")
		}
		was, is := e.ticket.DueAt, models.At(due)
		if was == is {
			return nil
		}
		e.ticket.DueAt = is
		// The day as its setter meant it: their midnight is another day elsewhere.
		day := ""
		if is != 0 {
			day = due.Format(time.DateOnly)
		}
		return e.done(ctx, models.EventDueSet, false, map[string]any{"is": day}, false)
	})
}

func stampText(s models.Stamp) string {
	if s == 0 {
		return ""
	}
	return itoa(int64(s))
}

// SetField gives another answer to one of the template's questions, checked by the template.
// No values take the answer out.
func (d *Desk) SetField(ctx context.Context, actor Actor, number int64, slug string, values []string, version int64) error {
	field := "field." + slug
	p := property{field: field, kinds: []string{models.EventFieldSet}, data: `{"field":` + quoted(slug)}
	return d.editProperty(ctx, actor, models.ActEdit, number, version, p, func(ctx context.Context, e *edit) error {
		var template *models.Template
		if e.ticket.TemplateID != nil {
			template = e.project.Template(*e.ticket.TemplateID)
		}
		f := template.Field(slug)
		if f == nil {
			return invalid(field, "agent.property.error.field")
		}
		var v models.Invalid
		for i := range values {
			values[i] = text(values[i])
		}
		answer := f.Answer(values, &v)
		if err := v.Err(); err != nil {
			return err
		}
		was := e.ticket.SetField(template, answer)
		if was.Text() == answer.Text() && len(was.Values) == len(answer.Values) {
			return nil
		}
		// "field" sorts before the others in JSON: the version check finds it by that.
		data := map[string]any{"field": slug, "label": f.Label, "kind": f.Kind, "was": was.Text(), "is": answer.Text()}
		return e.done(ctx, models.EventFieldSet, was.Public || answer.Public, data, false)
	})
}

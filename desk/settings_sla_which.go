package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// WhichAsk asks which policy a ticket would get: one that is there, by its number, or one that is
// described. Zero values are "none".
type WhichAsk struct {
	Number  int64
	Project int64
	Type    int64
	Team    int64
	// Company is a name.
	Company  string
	Priority int64
}

// Where the working time of a ticket comes from.
const (
	CalendarOfPolicy  = "policy"
	CalendarOfTeam    = "team"
	CalendarOfProject = "project"
	CalendarAlways    = "always"
)

// Which is the answer: every policy with its reason, and what the one that holds comes to.
type Which struct {
	// Number and Title are those of a ticket that is there; 0 and empty for one that is described.
	Number int64
	Title  string
	// Project, Type, Team and Company are names, empty for none.
	Project, Type, Team, Company string
	Priority                     int64
	Reasons                      []models.PolicyReason
	// Policy is nil where none holds.
	Policy *models.Policy
	// Calendar is nil for day and night; CalendarFrom says where it comes from.
	Calendar     *models.Calendar
	CalendarFrom string
	// Deadlines are those of a ticket that is filed at Now.
	Now       time.Time
	Deadlines []WhichDeadline
}

// WhichDeadline is a target of the policy that holds. Due is zero for the next answer, which
// counts from the customer's next message, and when the calendar has no such time (Never).
type WhichDeadline struct {
	Kind    string
	Minutes int64
	Due     time.Time
	Never   bool
}

// WhichPolicy says which policy a ticket gets, and why not the others (AG-6).
func (d *Desk) WhichPolicy(ctx context.Context, actor Actor, ask WhichAsk) (*Which, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	w := &Which{Now: now}
	t, err := d.whichTicket(ctx, actor, cat, ask, w)
	if err != nil {
		return nil, err
	}
	w.Priority = t.Priority
	w.Reasons, w.Policy = cat.ExplainPolicy(t), cat.PolicyFor(t)
	w.Calendar, w.CalendarFrom = calendarFrom(cat, w.Policy, t)
	if w.Policy == nil {
		return w, nil
	}
	for _, kind := range models.PromiseKinds {
		minutes := w.Policy.Targets[t.Priority][kind]
		if minutes == 0 {
			continue
		}
		line := WhichDeadline{Kind: kind, Minutes: minutes}
		if kind != models.PromiseNext {
			r := models.Reckoning{Kind: kind, Target: time.Duration(minutes) * time.Minute, Calendar: w.Calendar, PauseOnHold: w.Policy.PauseOnHold, Start: now}
			due := r.Deadline()
			line.Due, line.Never = due.Due, due.Never
		}
		w.Deadlines = append(w.Deadlines, line)
	}
	return w, nil
}

// whichTicket finds the ticket that is asked about, or makes one of the description.
func (d *Desk) whichTicket(ctx context.Context, actor Actor, cat *models.Catalog, ask WhichAsk, w *Which) (*models.Ticket, error) {
	var t *models.Ticket
	if ask.Number != 0 {
		_, _, found, err := d.agentTicket(ctx, actor, models.ActRead, ask.Number)
		if models.KindOf(err) == models.KindNotFound && err != nil {
			return nil, invalid("number", "agent.sla.which.error.number")
		}
		if err != nil {
			return nil, err
		}
		t = found
		w.Number, w.Title = t.Number, t.Title
	} else {
		described, err := describedTicket(ctx, d.db, cat, ask)
		if err != nil {
			return nil, err
		}
		t = described
	}
	if p := cat.Project(t.ProjectID); p != nil {
		w.Project = p.Name
		if t.TypeID != nil {
			if kind := p.Type(*t.TypeID); kind != nil {
				w.Type = kind.Name
			}
		}
	}
	if t.TeamID != nil {
		team, err := models.TeamNamed(ctx, d.db, *t.TeamID)
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return nil, err
		}
		w.Team = team.Name
	}
	if t.CompanyID != nil {
		company, err := models.CompanyNamed(ctx, d.db, *t.CompanyID)
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return nil, err
		}
		w.Company = company.Name
	}
	return t, nil
}

// describedTicket makes a ticket of a description; it is never written.
func describedTicket(ctx context.Context, c models.Conn, cat *models.Catalog, ask WhichAsk) (*models.Ticket, error) {
	var v models.Invalid
	t := &models.Ticket{ProjectID: ask.Project, Priority: ask.Priority, Category: models.CategoryNew}
	if ask.Type != 0 {
		t.TypeID = &ask.Type
		p, kind := typeOf(cat.Projects, ask.Type)
		switch {
		case kind == nil:
			v.Add("type", "agent.settings.error.choice")
		case ask.Project == 0:
			t.ProjectID = p.ID // a type belongs to one project
		case ask.Project != p.ID:
			v.Add("type", "agent.sla.error.type_elsewhere", "Type", kind.Name, "Project", p.Name)
		}
	}
	if cat.Project(t.ProjectID) == nil && v.Err() == nil {
		v.Add("project", "agent.settings.error.choice")
	}
	if ask.Team != 0 {
		t.TeamID = &ask.Team
		if _, err := models.TeamNamed(ctx, c, ask.Team); models.KindOf(err) == models.KindNotFound && err != nil {
			v.Add("team", "agent.settings.error.choice")
		} else if err != nil {
			return nil, err
		}
	}
	if name := line(ask.Company); name != "" {
		found, err := models.CompaniesByName(ctx, c, []string{name})
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			v.Add("company", "agent.property.error.company")
		} else {
			t.CompanyID = &found[0].ID
		}
	}
	if t.Priority < models.PriorityLow || t.Priority > models.PriorityUrgent {
		v.Add("priority", "agent.settings.error.choice")
	}
	return t, v.Err()
}

// calendarFrom is the working time of a policy's promises to a ticket, and whose it is.
func calendarFrom(cat *models.Catalog, p *models.Policy, t *models.Ticket) (*models.Calendar, string) {
	calendar := cat.PromiseCalendar(p, t)
	switch {
	case calendar == nil:
		return nil, CalendarAlways
	case p != nil && p.CalendarID != nil:
		return calendar, CalendarOfPolicy
	case t.TeamID != nil && cat.TeamCalendar(*t.TeamID) == calendar:
		return calendar, CalendarOfTeam
	}
	return calendar, CalendarOfProject
}

// PreviewPolicy says what saving a policy would do to the open tickets; nothing is written. What
// would be refused is refused here too.
func (d *Desk) PreviewPolicy(ctx context.Context, actor Actor, id int64, in PolicyInput) (MovePreview, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return MovePreview{}, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return MovePreview{}, err
	}
	var was *models.Policy
	if id != 0 {
		if was = cat.Policy(id); was == nil {
			return MovePreview{}, models.NotFound()
		}
	}
	p, err := in.policy(ctx, d.db, cat, was, d.Now())
	if err != nil {
		return MovePreview{}, err
	}
	if was == nil {
		p.ID = -1 // no policy has it
	}
	return d.PreviewMoves(ctx, actor, func(cat *models.Catalog) { cat.Policies = withPolicy(cat.Policies, p) })
}

// PreviewPolicyGone says what deleting a policy would do to the open tickets; nothing is written.
func (d *Desk) PreviewPolicyGone(ctx context.Context, actor Actor, id int64) (MovePreview, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return MovePreview{}, err
	}
	return d.PreviewMoves(ctx, actor, func(cat *models.Catalog) {
		cat.Policies = slices.DeleteFunc(cat.Policies, func(p *models.Policy) bool { return p.ID == id })
	})
}

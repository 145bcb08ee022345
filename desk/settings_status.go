package desk

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// StatusSheet is what the page of a project's statuses shows. Project must not be changed.
type StatusSheet struct {
	Project *models.Project
	// Tickets counts the tickets of each status, deleted ones that still have some among them,
	// up to 100.
	Tickets map[int64]int
	Version int64
}

// StatusSheet reads a project's statuses and graph.
func (d *Desk) StatusSheet(ctx context.Context, actor Actor, slug string) (*StatusSheet, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	tickets, err := models.TicketsByStatus(ctx, d.db, p.ID, 100)
	return &StatusSheet{Project: p, Tickets: tickets, Version: cat.Version}, err
}

// StatusInput is a status as its form sends it. PublicLabel may be empty: people outside then
// read the name.
type StatusInput struct {
	Name, PublicLabel string
	Category          models.Category
	Version           int64
}

// maxStatuses and maxTypes keep graphs and lists readable.
const (
	maxStatuses = 30
	maxTypes    = 50
)

func (in *StatusInput) check(p *models.Project, self int64) *models.Invalid {
	var v models.Invalid
	in.Name, in.PublicLabel = line(in.Name), line(in.PublicLabel)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 60 {
		v.Add("name", "agent.statuses.error.name")
	}
	for _, s := range p.Statuses {
		if s.ID != self && s.Name == in.Name && in.Name != "" {
			v.Add("name", "agent.statuses.error.name_taken")
		}
	}
	if utf8.RuneCountInString(in.PublicLabel) > 60 {
		v.Add("public_label", "agent.settings.error.text", "Max", 60)
	}
	if !slices.Contains(models.Categories, in.Category) {
		v.Add("category", "agent.settings.error.choice")
	}
	return &v
}

// AddStatus adds a status at the end (SE-2). No step leads to it or from it yet.
func (d *Desk) AddStatus(ctx context.Context, actor Actor, slug string, in StatusInput) error {
	return d.changeProject(ctx, actor, slug, in.Version, "status.added", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		v := in.check(p, 0)
		if len(p.Statuses) >= maxStatuses {
			v.Add("name", "agent.statuses.error.many", "Count", maxStatuses)
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		s := &models.Status{ProjectID: p.ID, Slug: freeSlug(in.Name, func(slug string) bool { return p.StatusBySlug(slug) != nil }), Name: in.Name,
			PublicLabel: in.PublicLabel, Category: in.Category, Position: int64(len(p.Statuses))}
		return map[string]any{"name": in.Name, "public_label": in.PublicLabel, "category": in.Category}, models.InsertStatus(ctx, tx, s)
	})
}

// freeSlug makes a slug of a name that is not taken yet.
func freeSlug(name string, taken func(string) bool) string {
	base := slug(name)
	free := base
	for n := 2; taken(free); n++ {
		free = base + "-" + itoa(int64(n))
	}
	return free
}

// EditStatus renames a status or gives it another category. Its tickets follow: the first ones
// at once, the rest by a job (FollowCategory).
func (d *Desk) EditStatus(ctx context.Context, actor Actor, slug string, id int64, in StatusInput) error {
	return d.changeProject(ctx, actor, slug, in.Version, "status.changed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		old := p.LiveStatus(id)
		if old == nil {
			return nil, models.NotFound()
		}
		v := in.check(p, id)
		s := *old
		s.Name, s.PublicLabel, s.Category = in.Name, in.PublicLabel, in.Category
		if v.Err() == nil {
			replaceStatus(p, &s)
			taskProblem(p, v, "category")
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		changes := differences(map[string][2]string{"name": {old.Name, s.Name}, "public_label": {old.PublicLabel, s.PublicLabel}, "category": {string(old.Category), string(s.Category)}})
		if len(changes) == 0 {
			return nil, nil
		}
		changes["status"] = old.Slug
		if err := models.UpdateStatus(ctx, tx, &s); err != nil {
			return nil, err
		}
		if old.Category == s.Category {
			return changes, nil
		}
		n, _, err := models.FollowCategory(ctx, tx, &s, models.Cursor{}, moveBatch, models.At(now))
		if err != nil {
			return nil, err
		}
		return changes, later(ctx, tx, Move{Kind: moveCategory, Project: p.ID, ID: s.ID}, n, now)
	})
}

// replaceStatus puts a changed status in the place of the kept one, in a copy of the project.
func replaceStatus(p *models.Project, s *models.Status) {
	p.Statuses = slices.Clone(p.Statuses)
	for i, old := range p.Statuses {
		if old.ID == s.ID {
			p.Statuses[i] = s
		}
	}
}

// taskProblem adds under field what a change would do to the statuses that have a task.
func taskProblem(p *models.Project, v *models.Invalid, field string) {
	var tasks models.Invalid
	p.CheckRoles(&tasks)
	if e, ok := models.AsError(tasks.Err()); ok {
		v.Add(field, e.Fields[e.Order[0]].Key+"_task")
	}
}

// MoveStatus moves a status by some places in every list; up is negative.
func (d *Desk) MoveStatus(ctx context.Context, actor Actor, slug string, id int64, by int) error {
	return d.changeProject(ctx, actor, slug, 0, "status.moved", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		s := p.LiveStatus(id)
		if s == nil {
			return nil, models.NotFound()
		}
		if err := checkMove(by); err != nil {
			return nil, err
		}
		var ids []int64
		for _, other := range p.Statuses {
			ids = append(ids, other.ID)
		}
		was, is := shift(ids, id, by)
		if was == is {
			return nil, nil
		}
		return map[string]any{"status": s.Slug, "position": [2]int{was + 1, is + 1}}, models.SaveOrder(ctx, tx, models.OrderStatuses, ids)
	})
}

// StatusInUse says whether deleting a status asks for another one in its place: it has tickets
// or a task.
func StatusInUse(p *models.Project, id int64, tickets int) bool {
	for _, task := range []*int64{p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID, p.AutoClosedStatusID} {
		if task != nil && *task == id {
			return true
		}
	}
	return tickets > 0
}

// RemoveStatus deletes a status. One in use needs another in its place: that one takes over its
// task and its tickets, the first of them at once and the rest by a job. Until they all have
// moved, the status is out of every list, but its tickets still show it.
func (d *Desk) RemoveStatus(ctx context.Context, actor Actor, slug string, id, replacement int64) error {
	return d.changeProject(ctx, actor, slug, 0, "status.removed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		old := p.LiveStatus(id)
		if old == nil {
			return nil, models.NotFound()
		}
		counts, err := models.TicketsByStatus(ctx, tx, p.ID, 1)
		if err != nil {
			return nil, err
		}
		var v models.Invalid
		to := p.LiveStatus(replacement)
		switch {
		case replacement == 0 && StatusInUse(p, id, counts[id]):
			v.Add("replacement", "agent.statuses.error.replacement")
		case replacement != 0 && (to == nil || to.ID == id):
			v.Add("replacement", "agent.settings.error.choice")
		default:
			for _, task := range []**int64{&p.InitialStatusID, &p.ReopenedStatusID, &p.SelfClosedStatusID, &p.AutoClosedStatusID} {
				if *task != nil && **task == id {
					*task = &to.ID
				}
			}
			p.Statuses = slices.DeleteFunc(slices.Clone(p.Statuses), func(s *models.Status) bool { return s.ID == id })
			taskProblem(p, &v, "replacement")
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		gone := *old
		// The slug is free for another status of that name; "~" is in no slug that anybody chooses.
		gone.Slug, gone.LeavingAt = old.Slug+"~"+itoa(id), models.At(now)
		changes := map[string]any{"status": old.Slug, "name": old.Name}
		if to != nil {
			gone.ReplacedByID, changes["replacement"] = &to.ID, to.Slug
			if err := models.RedirectReplacements(ctx, tx, id, to.ID); err != nil {
				return nil, err
			}
		} else {
			gone.GoneAt = gone.LeavingAt
		}
		if err := models.UpdateStatus(ctx, tx, &gone); err != nil {
			return nil, err
		}
		if err := models.ForgetStepsTo(ctx, tx, id); err != nil || to == nil {
			return changes, err
		}
		n, err := models.LeaveStatus(ctx, tx, &gone, to, &actor.ID, moveBatch, models.At(now))
		if err != nil {
			return nil, err
		}
		return changes, later(ctx, tx, Move{Kind: moveStatus, Project: p.ID, ID: id, Agent: actor.ID}, n, now)
	})
}

// GraphInput is a project's graph as its form sends it: the statuses with a task (SelfClosed 0
// for none) and the allowed steps.
type GraphInput struct {
	Initial, Reopened, SelfClosed int64
	Steps                         []models.Transition // FromID and ToID
	Version                       int64
}

// ChangeGraph saves which statuses have a task and which steps between statuses are allowed.
// Warnings that keep nobody from saving are the page's: Stuck, Unreached and NoSelfClose.
func (d *Desk) ChangeGraph(ctx context.Context, actor Actor, slug string, in GraphInput) error {
	return d.changeProject(ctx, actor, slug, in.Version, "status.graph", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		name := func(id int64) string {
			if s := p.LiveStatus(id); s != nil {
				return s.Slug
			}
			return ""
		}
		tasks := func() [3]string {
			return [3]string{name(at(p.InitialStatusID)), name(at(p.ReopenedStatusID)), name(at(p.SelfClosedStatusID))}
		}
		before := tasks()
		p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID = &in.Initial, &in.Reopened, nil
		if in.SelfClosed != 0 {
			p.SelfClosedStatusID = &in.SelfClosed
		}
		var v models.Invalid
		p.CheckRoles(&v)
		old, fresh := map[[2]int64]bool{}, map[[2]int64]bool{}
		for _, t := range p.Steps() {
			old[[2]int64{t.FromID, t.ToID}] = true
		}
		var steps []models.Transition
		for _, t := range in.Steps {
			step := [2]int64{t.FromID, t.ToID}
			if p.LiveStatus(t.FromID) == nil || p.LiveStatus(t.ToID) == nil || t.FromID == t.ToID {
				v.Add("step", "agent.statuses.error.step")
			} else if !fresh[step] {
				fresh[step] = true
				steps = append(steps, models.Transition{ProjectID: p.ID, FromID: t.FromID, ToID: t.ToID})
			}
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		is := tasks()
		changes := differences(map[string][2]string{"initial": {before[0], is[0]}, "reopened": {before[1], is[1]}, "self_closed": {before[2], is[2]}})
		// What is different, by words: the log is read by people long after.
		list := func(in, but map[[2]int64]bool) (all []string) {
			for step := range in {
				if !but[step] {
					all = append(all, name(step[0])+" > "+name(step[1]))
				}
			}
			slices.Sort(all)
			return all
		}
		added, removed := list(fresh, old), list(old, fresh)
		if len(added) > 0 {
			changes["steps_added"] = added
		}
		if len(removed) > 0 {
			changes["steps_removed"] = removed
		}
		if len(added)+len(removed) == 0 {
			return changes, nil
		}
		return changes, models.SaveSteps(ctx, tx, p, steps)
	})
}

func at(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

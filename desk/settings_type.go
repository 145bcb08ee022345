package desk

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// TypeSheet is what the page of a project's ticket types shows. Project must not be changed;
// Tickets counts those of each type, up to 100.
type TypeSheet struct {
	Project *models.Project
	Tickets map[int64]int
	Version int64
}

// TypeSheet reads a project's ticket types.
func (d *Desk) TypeSheet(ctx context.Context, actor Actor, slug string) (*TypeSheet, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	tickets, err := models.TicketsByType(ctx, d.db, p.ID, 100)
	return &TypeSheet{Project: p, Tickets: tickets, Version: cat.Version}, err
}

// TypeInput is a type as its form sends it. One that is not public is for agents only; the
// default one is chosen already on the public form and is what a ticket without a choice gets.
type TypeInput struct {
	Name            string
	Public, Default bool
	// ResponseTime and ResolutionTime are told in place of the project's sentences; may be empty.
	ResponseTime, ResolutionTime string
	Version                      int64
}

// maxTimeText is how long a sentence about time may be, in characters, as in the project's settings.
const maxTimeText = 140

func (in *TypeInput) check(p *models.Project, self int64) *models.Invalid {
	var v models.Invalid
	in.Name = line(in.Name)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 60 {
		v.Add("name", "agent.types.error.name")
	}
	for _, t := range p.Types {
		if t.ID != self && t.Name == in.Name && in.Name != "" {
			v.Add("name", "agent.types.error.name_taken")
		}
	}
	in.ResponseTime, in.ResolutionTime = line(in.ResponseTime), line(in.ResolutionTime)
	for _, field := range [][2]string{{"response_time", in.ResponseTime}, {"resolution_time", in.ResolutionTime}} {
		if utf8.RuneCountInString(field[1]) > maxTimeText {
			v.Add(field[0], "agent.settings.error.text", "Max", maxTimeText)
		}
	}
	if in.Default && !in.Public {
		v.Add("default", "agent.types.error.default")
	}
	return &v
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// AddType adds a ticket type at the end (SE-3).
func (d *Desk) AddType(ctx context.Context, actor Actor, slug string, in TypeInput) error {
	return d.changeProject(ctx, actor, slug, in.Version, "type.added", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		v := in.check(p, 0)
		if len(p.Types) >= maxTypes {
			v.Add("name", "agent.types.error.many", "Count", maxTypes)
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		t := &models.TicketType{ProjectID: p.ID, Slug: freeSlug(in.Name, func(slug string) bool {
			return slices.ContainsFunc(p.Types, func(t *models.TicketType) bool { return t.Slug == slug })
		}), Name: in.Name, Public: in.Public, Position: int64(len(p.Types)), ResponseTime: in.ResponseTime, ResolutionTime: in.ResolutionTime}
		if err := models.InsertType(ctx, tx, t); err != nil {
			return nil, err
		}
		if in.Default {
			p.DefaultTypeID = &t.ID
		}
		return map[string]any{"name": in.Name, "public": yes(in.Public), "default": yes(in.Default)}, nil
	})
}

// EditType renames a type, shows it to the public or hides it, and makes it the default one or
// takes that away.
func (d *Desk) EditType(ctx context.Context, actor Actor, slug string, id int64, in TypeInput) error {
	return d.changeProject(ctx, actor, slug, in.Version, "type.changed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		old := p.LiveType(id)
		if old == nil {
			return nil, models.NotFound()
		}
		if err := in.check(p, id).Err(); err != nil {
			return nil, err
		}
		t, was := *old, at(p.DefaultTypeID) == id
		t.Name, t.Public, t.ResponseTime, t.ResolutionTime = in.Name, in.Public, in.ResponseTime, in.ResolutionTime
		changes := differences(map[string][2]string{"name": {old.Name, t.Name}, "public": {yes(old.Public), yes(t.Public)}, "default": {yes(was), yes(in.Default)},
			"response_time": {old.ResponseTime, t.ResponseTime}, "resolution_time": {old.ResolutionTime, t.ResolutionTime}})
		if len(changes) == 0 {
			return nil, nil
		}
		changes["type"] = old.Slug
		if in.Default {
			p.DefaultTypeID = &t.ID
		} else if was {
			p.DefaultTypeID = nil
		}
		return changes, models.UpdateType(ctx, tx, &t)
	})
}

// MoveType moves a type by some places in every list; up is negative.
func (d *Desk) MoveType(ctx context.Context, actor Actor, slug string, id int64, by int) error {
	return d.changeProject(ctx, actor, slug, 0, "type.moved", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		t := p.LiveType(id)
		if t == nil {
			return nil, models.NotFound()
		}
		if err := checkMove(by); err != nil {
			return nil, err
		}
		var ids []int64
		for _, other := range p.Types {
			ids = append(ids, other.ID)
		}
		was, is := shift(ids, id, by)
		if was == is {
			return nil, nil
		}
		return map[string]any{"type": t.Slug, "position": [2]int{was + 1, is + 1}}, models.SaveOrder(ctx, tx, models.OrderTypes, ids)
	})
}

// RemoveType deletes a type. One with tickets asks what they become: replacement is another
// type's id, or "none" for no type. The first tickets move at once, the rest by a job.
func (d *Desk) RemoveType(ctx context.Context, actor Actor, slug string, id int64, replacement string) error {
	return d.changeProject(ctx, actor, slug, 0, "type.removed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		old := p.LiveType(id)
		if old == nil {
			return nil, models.NotFound()
		}
		counts, err := models.TicketsByType(ctx, tx, p.ID, 1)
		if err != nil {
			return nil, err
		}
		var v models.Invalid
		var to *models.TicketType
		for _, t := range p.Types {
			if itoa(t.ID) == replacement && t.ID != id {
				to = t
			}
		}
		switch {
		case replacement == "" && counts[id] > 0:
			v.Add("replacement", "agent.types.error.replacement")
		case replacement != "" && replacement != TypeNone && to == nil:
			v.Add("replacement", "agent.settings.error.choice")
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		gone := *old
		gone.Slug, gone.LeavingAt = old.Slug+"~"+itoa(id), models.At(now)
		changes := map[string]any{"type": old.Slug, "name": old.Name}
		if to != nil {
			gone.ReplacedByID, changes["replacement"] = &to.ID, to.Slug
		}
		if err := models.RedirectTypes(ctx, tx, id, gone.ReplacedByID); err != nil {
			return nil, err
		}
		if at(p.DefaultTypeID) == id {
			p.DefaultTypeID = nil
			if to != nil && to.Public {
				p.DefaultTypeID = &to.ID
			}
		}
		if err := models.UpdateType(ctx, tx, &gone); err != nil {
			return nil, err
		}
		n, err := models.LeaveType(ctx, tx, id, gone.ReplacedByID, moveBatch, models.At(now))
		if err != nil {
			return nil, err
		}
		return changes, later(ctx, tx, Move{Kind: moveType, Project: p.ID, ID: id}, n, now)
	})
}

// TypeNone is the replacement of a deleted type that leaves its tickets without one.
const TypeNone = "none"

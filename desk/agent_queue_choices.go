package desk

import (
	"context"
	"slices"

	"lodge/models"
)

// QueueChoices gives what the queue can be filtered by, in the project that is asked for or
// in all that the actor sees.
func (d *Desk) QueueChoices(ctx context.Context, actor Actor, ask QueueAsk) (*QueueChoices, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	all := &QueueChoices{}
	add := func(list *[]Choice, slug, name string) {
		if !slices.ContainsFunc(*list, func(c Choice) bool { return c.Slug == slug }) {
			*list = append(*list, Choice{slug, name})
		}
	}
	for _, p := range cat.Projects {
		if !actor.CanIn(models.ActRead, p.ID) {
			continue
		}
		add(&all.Projects, p.Slug, p.Name)
		if ask.Project != "" && ask.Project != p.Slug {
			continue
		}
		for _, s := range p.Statuses {
			add(&all.Statuses, s.Slug, s.Name)
		}
		for _, kind := range p.Types {
			add(&all.Types, kind.Slug, kind.Name)
		}
	}
	teams, err := models.QueueTeams(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		all.Teams = append(all.Teams, Choice{itoa(t.ID), t.Name})
	}
	if all.Agents, all.Absent, err = d.colleagues(ctx, actor); err != nil {
		return nil, err
	}
	companies, err := models.QueueCompanies(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, c := range companies {
		all.Companies = append(all.Companies, Choice{c.Name, c.Name})
	}
	tags, err := models.QueueTags(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, t := range tags {
		all.Tags = append(all.Tags, Choice{t.Name, t.Name})
	}
	return all, nil
}

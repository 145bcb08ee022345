package desk

import (
	"context"
	"unicode/utf8"

	"lodge/models"
)

// CollectionList is what the page of a project's collections shows.
type CollectionList struct {
	Project     Choice
	Collections []CollectionLine
}

// CollectionLine is a collection; Articles counts all of its articles, public or not.
type CollectionLine struct {
	Slug, Name, Summary string
	Articles            int
}

// CollectionInput is a collection as its form posts it.
type CollectionInput struct{ Name, Summary string }

func (d *Desk) collectionProject(ctx context.Context, actor Actor, project string) (*models.Project, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	if project == "" {
		return nil, models.NotFound()
	}
	return articleProject(cat, actor, project, models.ActArticle)
}

// Collections lists a project's collections for those who write articles.
func (d *Desk) Collections(ctx context.Context, actor Actor, project string) (*CollectionList, error) {
	p, err := d.collectionProject(ctx, actor, project)
	if err != nil {
		return nil, err
	}
	all, err := models.Collections(ctx, d.db, p.ID)
	if err != nil {
		return nil, err
	}
	list := &CollectionList{Project: Choice{p.Slug, p.Name}}
	for _, col := range all {
		list.Collections = append(list.Collections, CollectionLine{Slug: col.Slug, Name: col.Name, Summary: col.Summary, Articles: int(col.Articles)})
	}
	return list, nil
}

// changeCollections is the frame of every change of a project's collections.
func (d *Desk) changeCollections(ctx context.Context, actor Actor, project string, f func(ctx context.Context, tx *models.Tx, p *models.Project, all []*models.Collection) error) error {
	p, err := d.collectionProject(ctx, actor, project)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		all, err := models.Collections(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		return f(ctx, tx, p, all)
	})
}

func (in *CollectionInput) check() error {
	var v models.Invalid
	in.Name, in.Summary = line(in.Name), line(in.Summary)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 100 {
		v.Add("name", "agent.articles.error.collection", "Max", 100)
	}
	if utf8.RuneCountInString(in.Summary) > 300 {
		v.Add("summary", "agent.articles.error.summary", "Max", 300)
	}
	return v.Err()
}

func collectionBySlug(all []*models.Collection, slug string) *models.Collection {
	for _, col := range all {
		if col.Slug == slug {
			return col
		}
	}
	return nil
}

// CreateCollection adds a collection behind the others and gives its slug, which stays as it is.
func (d *Desk) CreateCollection(ctx context.Context, actor Actor, project string, in CollectionInput) (string, error) {
	now := d.Now()
	var made string
	err := d.changeCollections(ctx, actor, project, func(ctx context.Context, tx *models.Tx, p *models.Project, all []*models.Collection) error {
		if err := in.check(); err != nil {
			return err
		}
		if len(all) >= models.MaxCollections {
			var v models.Invalid
			v.Add("name", "agent.articles.error.collections", "Max", models.MaxCollections)
			return v.Err()
		}
		made = named(in.Name, "collection", func(s string) bool { return s == "order" || collectionBySlug(all, s) != nil })
		col := &models.Collection{ProjectID: p.ID, Slug: made, Name: in.Name, Summary: in.Summary, Position: int64(len(all))}
		if err := models.InsertCollection(ctx, tx, col); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "collection.created", p.Slug+"/"+made, map[string]any{"name": in.Name}, now)
	})
	return made, err
}

// ChangeCollection saves a collection's name and summary.
func (d *Desk) ChangeCollection(ctx context.Context, actor Actor, project, collection string, in CollectionInput) error {
	now := d.Now()
	return d.changeCollections(ctx, actor, project, func(ctx context.Context, tx *models.Tx, p *models.Project, all []*models.Collection) error {
		col := collectionBySlug(all, collection)
		if col == nil {
			return models.NotFound()
		}
		if err := in.check(); err != nil {
			return err
		}
		data := map[string]any{"name": [2]string{col.Name, in.Name}}
		col.Name, col.Summary = in.Name, in.Summary
		if err := models.UpdateCollection(ctx, tx, col); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "collection.changed", p.Slug+"/"+col.Slug, data, now)
	})
}

// DeleteCollection takes a collection away; its articles stay, in none.
func (d *Desk) DeleteCollection(ctx context.Context, actor Actor, project, collection string) error {
	now := d.Now()
	return d.changeCollections(ctx, actor, project, func(ctx context.Context, tx *models.Tx, p *models.Project, all []*models.Collection) error {
		col := collectionBySlug(all, collection)
		if col == nil {
			return models.NotFound()
		}
		if err := models.DeleteCollection(ctx, tx, col.ID); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "collection.deleted", p.Slug+"/"+col.Slug, map[string]any{"name": col.Name, "articles": col.Articles}, now)
	})
}

// OrderCollections moves them: visitors see them in this order.
func (d *Desk) OrderCollections(ctx context.Context, actor Actor, project string, order Order) error {
	now := d.Now()
	return d.changeCollections(ctx, actor, project, func(ctx context.Context, tx *models.Tx, p *models.Project, all []*models.Collection) error {
		var keys []string
		for _, col := range all {
			keys = append(keys, col.Slug)
		}
		next, moved := order.apply(keys)
		if !moved {
			return nil
		}
		for i, key := range next {
			col := collectionBySlug(all, key)
			col.Position = int64(i)
			if err := models.UpdateCollection(ctx, tx, col); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "collection.ordered", p.Slug, map[string]any{"order": next}, now)
	})
}

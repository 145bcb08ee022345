package desk

import (
	"context"
	"unicode/utf8"

	"lodge/models"
)

const tagPage = 100

// TagPage is one page of the tags; Next is where the page after it begins, empty at the end.
type TagPage struct {
	Tags []*models.Tag
	Next string
}

// Tags lists the tags with how many tickets carry each. after is an earlier page's Next.
func (d *Desk) Tags(ctx context.Context, actor Actor, after string) (*TagPage, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	all, err := models.TagList(ctx, d.db, after, tagPage+1)
	if err != nil {
		return nil, err
	}
	page := &TagPage{Tags: all}
	if len(all) > tagPage {
		page.Tags, page.Next = all[:tagPage], all[tagPage-1].NameKey
	}
	return page, nil
}

// Tag reads one tag with how many tickets carry it.
func (d *Desk) Tag(ctx context.Context, actor Actor, id int64) (*models.Tag, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	return models.TagByID(ctx, d.db, id)
}

// RenameTag gives a tag another name on all its tickets. A name that another tag has is
// refused: MergeTags makes one of two.
func (d *Desk) RenameTag(ctx context.Context, actor Actor, id int64, name string) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	name = line(name)
	if name == "" || utf8.RuneCountInString(name) > models.MaxTagName {
		return invalid("name", "agent.tags.error.name", "Max", models.MaxTagName)
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.TagByID(ctx, tx, id)
		if err != nil || t.Name == name {
			return err
		}
		other, err := models.TagByKey(ctx, tx, models.TagKey(name))
		if err == nil && other.ID != id {
			return invalid("name", "agent.tags.error.taken", "Name", other.Name)
		}
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return err
		}
		if err := models.RenameTag(ctx, tx, id, name); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "tag.renamed", name, map[string]any{"name": [2]string{t.Name, name}}, now)
	})
}

// MergeTags gives every ticket of a tag another one in its place, found by its name.
func (d *Desk) MergeTags(ctx context.Context, actor Actor, id int64, into string) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		from, err := models.TagByID(ctx, tx, id)
		if err != nil {
			return err
		}
		to, err := models.TagByKey(ctx, tx, models.TagKey(line(into)))
		if models.KindOf(err) == models.KindNotFound && err != nil {
			return invalid("into", "agent.tags.error.missing")
		}
		if err != nil {
			return err
		}
		if to.ID == from.ID {
			return invalid("into", "agent.tags.error.itself")
		}
		if err := models.MergeTags(ctx, tx, from.ID, to.ID); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "tag.merged", from.Name, map[string]any{"into": to.Name, "tickets": from.Tickets}, now)
	})
}

// DeleteTag takes a tag off all its tickets and removes it.
func (d *Desk) DeleteTag(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.TagByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := models.DeleteTag(ctx, tx, id); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "tag.deleted", t.Name, map[string]any{"tickets": t.Tickets}, now)
	})
}

package desk

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"lodge/models"
)

// SetTags makes these the tags of a ticket; those that are new are made. Upper and lower case
// are alike: the first spelling of a tag stays.
func (d *Desk) SetTags(ctx context.Context, actor Actor, number int64, tags []string, version int64) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, version, property{field: "tags", kinds: []string{models.EventTagged}}, func(ctx context.Context, e *edit) error {
		return e.tags(ctx, tags)
	})
}

// ChangeTags adds tags to a ticket and takes others off, whatever else it carries. Nothing that
// others did meanwhile is lost by it, so it asks for no version.
func (d *Desk) ChangeTags(ctx context.Context, actor Actor, number int64, add, remove []string) error {
	return d.editProperty(ctx, actor, models.ActEdit, number, 0, property{field: "tags"}, func(ctx context.Context, e *edit) error {
		return e.changeTags(ctx, add, remove)
	})
}

func (e *edit) changeTags(ctx context.Context, add, remove []string) error {
	present, err := models.TicketTags(ctx, e.tx, e.ticket.ID)
	if err != nil {
		return err
	}
	gone := map[string]bool{}
	for _, name := range remove {
		gone[models.TagKey(line(name))] = true
	}
	var all []string
	for _, t := range present {
		if !gone[t.NameKey] {
			all = append(all, t.Name)
		}
	}
	return e.tags(ctx, append(all, add...))
}

func (e *edit) tags(ctx context.Context, names []string) error {
	wanted, err := tagNames(names)
	if err != nil {
		return err
	}
	before, err := models.TicketTags(ctx, e.tx, e.ticket.ID)
	if err != nil {
		return err
	}
	had := map[string]bool{}
	for _, t := range before {
		had[t.NameKey] = true
	}
	after, err := models.EnsureTags(ctx, e.tx, wanted, models.At(e.now))
	if err != nil {
		return err
	}
	has := map[string]bool{}
	added, removed := []string{}, []string{}
	for _, t := range after {
		has[t.NameKey] = true
		if !had[t.NameKey] {
			added = append(added, t.Name)
		}
	}
	for _, t := range before {
		if !has[t.NameKey] {
			removed = append(removed, t.Name)
		}
	}
	if len(added) == 0 && len(removed) == 0 {
		return nil
	}
	if err := models.SetTicketTags(ctx, e.tx, e.ticket.ID, after); err != nil {
		return err
	}
	return e.done(ctx, models.EventTagged, false, map[string]any{"added": added, "removed": removed}, false)
}

// tagNames cleans typed tags: no empty one, none twice, none too long.
func tagNames(names []string) ([]string, error) {
	var all []string
	seen := map[string]bool{}
	for _, name := range names {
		if name = line(name); name == "" || seen[models.TagKey(name)] {
			continue
		}
		if utf8.RuneCountInString(name) > models.MaxTagName {
			return nil, invalid("tags", "agent.property.error.tag_long", "Count", models.MaxTagName)
		}
		seen[models.TagKey(name)] = true
		all = append(all, name)
	}
	if len(all) > models.MaxTags {
		return nil, invalid("tags", "agent.property.error.tags_many", "Count", models.MaxTags)
	}
	return all, nil
}

// TagNames lists up to 20 tags that begin with what was typed.
func (d *Desk) TagNames(ctx context.Context, actor Actor, typed string) ([]string, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	return models.TagNames(ctx, d.db, line(typed), 20)
}

// quoted is a text as JSON writes it.
func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

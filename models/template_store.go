package models

import (
	"context"
	"encoding/json"
)

// write fills the columns of a field from its lists.
func (f *Field) write() error {
	if f.Options == nil {
		f.Options = []string{}
	}
	if f.ShowValues == nil {
		f.ShowValues = []string{}
	}
	options, err := json.Marshal(f.Options)
	if err != nil {
		return err
	}
	values, err := json.Marshal(f.ShowValues)
	f.RawOptions, f.RawShowValues = string(options), string(values)
	return err
}

// Copy is a template that may be changed: the catalogue's own is shared.
func (t *Template) Copy() *Template {
	c := *t
	c.Fields = nil
	for _, f := range t.Fields {
		own := *f
		c.Fields = append(c.Fields, &own)
	}
	return &c
}

// UpdateTemplate writes a template's name and place, and its fields in their order: those
// without an id are added, those that are no longer there are deleted. It moves the version; a
// template that is gone, or has another version than the one that was read, is a Conflict.
func UpdateTemplate(ctx context.Context, tx *Tx, t *Template) error {
	n, err := affected(tx.exec(ctx, "UPDATE templates SET name = ?, position = ?, version = version + 1 WHERE id = ? AND version = ?", t.Name, t.Position, t.ID, t.Version))
	if err != nil {
		return err
	}
	if n != 1 {
		return Conflict("errors.conflict")
	}
	t.Version++
	kept := []any{t.ID, 0} // never an empty list
	for _, f := range t.Fields {
		if f.ID != 0 {
			kept = append(kept, f.ID)
		}
	}
	if _, err := tx.exec(ctx, "DELETE FROM template_fields WHERE template_id = ? AND id NOT IN ("+places(len(kept)-1)+")", kept...); err != nil {
		return err
	}
	for i, f := range t.Fields {
		if err := f.write(); err != nil {
			return err
		}
		f.TemplateID, f.Position = t.ID, int64(i)
		if f.ID == 0 {
			err = insert(ctx, tx, f)
		} else {
			err = save(ctx, tx, f, "label", "kind", "options", "help", "default_value", "required", "hidden", "read_only", "in_thread", "position", "show_if", "show_values")
		}
		if err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}

// OrderTemplates puts a project's templates in the order of their ids.
func OrderTemplates(ctx context.Context, tx *Tx, ids []int64) error {
	for i, id := range ids {
		if _, err := tx.exec(ctx, "UPDATE templates SET position = ? WHERE id = ?", i, id); err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}

// DeleteTemplate removes a template and its fields, and lets go of it where it is enforced.
// Tickets keep their answers: the labels stand beside them.
func DeleteTemplate(ctx context.Context, tx *Tx, id int64) error {
	for _, query := range []string{
		"UPDATE projects SET enforced_template_id = NULL WHERE enforced_template_id = ?",
		"DELETE FROM template_fields WHERE template_id = ?",
		"DELETE FROM templates WHERE id = ?",
	} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}

// SetEnforcedTemplate makes a template of the project the only one there is for reporters; nil
// lets them choose.
func SetEnforcedTemplate(ctx context.Context, tx *Tx, projectID int64, id *int64) error {
	if _, err := tx.exec(ctx, "UPDATE projects SET enforced_template_id = ? WHERE id = ?", id, projectID); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

package desk

import (
	"context"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// WorkspaceSheet is what the workspace's settings page shows and sends back. Values holds the
// settings by name, as text (models.WorkspaceSettingList). Version is the state it was read
// from: saving over somebody else's change is a Conflict.
type WorkspaceSheet struct {
	Name, SupportAddress, Locale string
	Values                       map[string]string
	Version                      int64
}

// WorkspaceSheet reads the workspace's settings for their page.
func (d *Desk) WorkspaceSheet(ctx context.Context, actor Actor) (*WorkspaceSheet, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	w := cat.Workspace
	return &WorkspaceSheet{Name: w.Name, SupportAddress: w.SupportAddress, Locale: w.Locale, Values: models.SettingValues(w.Settings), Version: cat.Version}, nil
}

// ChangeWorkspace saves the workspace's name, address, language and settings.
func (d *Desk) ChangeWorkspace(ctx context.Context, actor Actor, in WorkspaceSheet) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	var v models.Invalid
	in.Name = line(in.Name)
	if in.Name == "" || utf8.RuneCountInString(in.Name) > 140 {
		v.Add("name", "agent.setup.error.workspace")
	}
	if in.SupportAddress != "" {
		canonical, err := address.Canonical(in.SupportAddress)
		if err != nil {
			v.Add("support_address", "portal.create.error.email")
		}
		in.SupportAddress = canonical
	}
	if in.Locale != "en" && in.Locale != "de" {
		v.Add("locale", "agent.settings.error.choice")
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		before := w.Settings
		if err := models.ChangeSettings(&w.Settings, models.GeneralSettings(), in.Values, &v); err != nil {
			return err
		}
		if err := v.Err(); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != cat.Version {
			return models.Conflict("agent.settings.error.changed")
		}
		changes := models.SettingChanges(before, w.Settings)
		for name, pair := range map[string][2]string{"name": {w.Name, in.Name}, "support_address": {w.SupportAddress, in.SupportAddress}, "locale": {w.Locale, in.Locale}} {
			if pair[0] != pair[1] {
				changes[name] = pair
			}
		}
		if len(changes) == 0 {
			return nil
		}
		w.Name, w.SupportAddress, w.Locale = in.Name, in.SupportAddress, in.Locale
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "workspace.changed", w.Name, changes, now)
	})
}

package desk

import (
	"context"
	"strconv"
	"time"

	"lodge/models"
)

// ClosingGroup is the group of the settings about closing by itself.
const ClosingGroup = "closing"

// SilentBatch is how many reminders, and how many closings, leave a project in a minute.
const SilentBatch = silentBatch

// ChangeClosing saves after how many days of silence a project reminds and closes, by name as text
// (models.ProjectSettingList), and the status that closed tickets get: its id, or "" for the first
// closed one that can be reached. The days hold for tickets that are silent already, too.
func (d *Desk) ChangeClosing(ctx context.Context, actor Actor, slug string, values map[string]string, status string, version int64) error {
	return d.changeProject(ctx, actor, slug, version, "project.changed", func(_ context.Context, _ *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		before, was := p.Settings, closingStatus(p)
		var v models.Invalid
		if err := models.ChangeSettings(&p.Settings, models.SettingsIn(models.ProjectSettingList, ClosingGroup), values, &v); err != nil {
			return nil, err
		}
		p.AutoClosedStatusID = nil
		if status != "" {
			id, err := strconv.ParseInt(status, 10, 64)
			if s := p.LiveStatus(id); err != nil || s == nil || !models.MayAutoClose(s) {
				v.Add("auto_closed", "agent.settings.error.choice")
			} else {
				p.AutoClosedStatusID = &s.ID
			}
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		changes := models.SettingChanges(before, p.Settings)
		for name, pair := range differences(map[string][2]string{"auto_closed": {was, closingStatus(p)}}) {
			changes[name] = pair
		}
		return changes, nil
	})
}

// closingStatus names the status that a project has chosen for what closes by itself; empty for none.
func closingStatus(p *models.Project) string {
	if s := p.LiveStatus(at(p.AutoClosedStatusID)); s != nil {
		return s.Name
	}
	return ""
}

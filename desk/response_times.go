package desk

import (
	"context"

	"lodge/models"
)

// ReckonResponseTimes works out how long answers and solutions of every project took lately, for
// what customers are told (CP-10). changed says that they are told something else than before.
func (d *Desk) ReckonResponseTimes(ctx context.Context) (changed bool, err error) {
	now := d.Now()
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return false, err
	}
	var projects []int64
	for _, p := range cat.Projects {
		if p.DisabledAt == 0 {
			projects = append(projects, p.ID)
		}
	}
	sample, err := models.TookLately(ctx, d.db, projects, now)
	if err != nil {
		return false, err
	}
	stats := cat.ResponseStats(sample, now)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		changed, err = models.SaveResponseStats(ctx, tx, stats, now)
		return err
	})
	return changed, err
}

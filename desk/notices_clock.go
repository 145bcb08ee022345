package desk

import (
	"context"

	"lodge/models"
)

// noticeFacts adds to a page of notices what the clock did. rows are those that the page was made of.
func (d *Desk) noticeFacts(ctx context.Context, rows []*models.NoticeRow, page *NoticePage) error {
	events := map[int64]int64{}
	var ids []int64
	for _, r := range rows {
		switch r.Kind {
		case models.NoticeWarned, models.NoticeBroken, models.NoticeTimeLow:
			ids, events[r.ID] = append(ids, r.EventID), r.EventID
		}
	}
	said, err := models.EventTexts(ctx, d.db, ids)
	if err != nil {
		return err
	}
	for i := range page.Notices {
		if e := said[events[page.Notices[i].ID]]; e != nil {
			page.Notices[i].Clock = ClockEventOf(e.Kind, e.Data)
		}
	}
	return nil
}

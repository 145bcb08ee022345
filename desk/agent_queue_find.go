package desk

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"lodge/models"
	"lodge/search"
)

// FindTickets gives the few tickets that a text names or that answer it best, whatever state
// they are in but spam: for the palette. Nothing typed finds nothing.
func (d *Desk) FindTickets(ctx context.Context, actor Actor, text string, most int) ([]QueueTicket, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	text = cut(line(text), 200)
	if text == "" {
		return nil, nil
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var ids []int64
	named, err := d.quoted(ctx, actor, text)
	if err != nil {
		return nil, err
	}
	if n, bad := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); bad == nil && named == 0 {
		named = n
	}
	if named != 0 {
		if ids, err = models.QueueIDsByNumber(ctx, d.db, []int64{named}); err != nil {
			return nil, err
		}
	}
	found, err := d.tickets.Find(ctx, search.TicketQuery{Text: text, Locale: cat.Workspace.Locale, Projects: actor.projectIDs(), States: []string{"open", "ended", "merged", "snoozed"}, Internal: true, Limit: most})
	if errors.Is(err, search.ErrUnavailable) {
		var rows []*models.QueueRow
		rows, err = models.Queue(ctx, d.db, models.QueueQuery{View: models.ViewAll, Projects: actor.projectIDs(), Title: text, Limit: most})
		for _, r := range rows {
			found = append(found, r.ID)
		}
	}
	if err != nil {
		return nil, err
	}
	rows, err := models.QueueRows(ctx, d.db, append(ids, found...))
	if err != nil {
		return nil, err
	}
	var all []QueueTicket
	seen := map[int64]bool{}
	for _, r := range rows {
		// The index is a copy: what is no longer the actor's by the database is left out.
		if !seen[r.ID] && actor.CanIn(models.ActRead, r.ProjectID) && len(all) < most {
			seen[r.ID] = true
			all = append(all, queueTicket(cat, r, d.Now()))
		}
	}
	return all, nil
}

package desk

import (
	"context"

	"lodge/models"
)

const (
	// customerExported is how many tickets one download holds.
	customerExported = 50_000
	exportBatch      = 250
)

// ExportMyTickets hands over the tickets of a list, as MyTickets lists them and page by page, so
// that no request holds them all. A search exports what it found.
func (p *Portal) ExportMyTickets(ctx context.Context, me Customer, ask CustomerQuery, each func([]*CustomerTicket) error) error {
	now := p.d.Now()
	v, err := p.customerView(ctx, me, ask, now)
	if err != nil || v.none {
		return err
	}
	if ask.Text != "" {
		list := &CustomerList{}
		for ask.After = ""; ; {
			page := *v // a search narrows the query that it is given
			if err := p.customerSearch(ctx, &page, ask, list, now); err != nil {
				return err
			}
			if err := each(list.Tickets); err != nil || list.Next == "" {
				return err
			}
			ask.After, list = list.Next, &CustomerList{}
		}
	}
	v.q.Limit = exportBatch
	for n := 0; n < customerExported; n += exportBatch {
		rows, more, err := models.CustomerTickets(ctx, p.d.db, v.q)
		if err != nil {
			return err
		}
		tickets, err := p.customerTickets(ctx, v, rows, now)
		if err != nil {
			return err
		}
		if err := each(tickets); err != nil || !more || len(rows) == 0 {
			return err
		}
		last := rows[len(rows)-1]
		v.q.After, v.q.AfterReference = last.Key, last.Reference
	}
	return nil
}

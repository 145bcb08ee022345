package jobs

import (
	"context"
	"log/slog"
	"strings"

	"lodge/desk"
	"lodge/models"
	"lodge/search"
)

// nounTicket is how the log of changes names tickets.
const nounTicket = "ticket"

// NewTicketFollower makes a Follower of all tickets for the agents' search (AG-1). A changed
// ticket is indexed anew, whole: what was taken out of it can no longer be found.
func NewTicketFollower(db *models.DB, index *search.Tickets, log *slog.Logger) *Follower {
	f := newFollower(db, index, nounTicket, log)
	f.apply = func(ctx context.Context, ids []int64, position string) error {
		if len(ids) == 0 {
			return index.Apply(ctx, nil, nil, position)
		}
		put, del, err := tickets(ctx, db, ids)
		if err != nil {
			return err
		}
		return index.Apply(ctx, put, del, position)
	}
	f.make = func(ctx context.Context, position string) (count int, err error) {
		cat, err := db.Catalog(ctx)
		if err != nil {
			return 0, err
		}
		err = index.Rebuild(ctx, position, func(yield func(search.Ticket) error) error {
			return models.EachTicket(ctx, db, 200, func(batch []*models.TicketWords) error {
				for _, t := range batch {
					count++
					if err := yield(ticketToFind(cat, t)); err != nil {
						return err
					}
				}
				return nil
			})
		})
		return count, err
	}
	return f
}

// tickets reads what is true now of some tickets, and which of them are gone.
func tickets(ctx context.Context, db *models.DB, ids []int64) (put []search.Ticket, del []int64, err error) {
	cat, err := db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	list, err := models.TicketsForIndex(ctx, db, ids)
	if err != nil {
		return nil, nil, err
	}
	there := map[int64]bool{}
	for _, t := range list {
		there[t.ID] = true
		put = append(put, ticketToFind(cat, t))
	}
	for _, id := range ids {
		if !there[id] {
			del = append(del, id)
		}
	}
	return put, del, nil
}

func ticketToFind(cat *models.Catalog, t *models.TicketWords) search.Ticket {
	doc := search.Ticket{ID: t.ID, Project: t.ProjectID, Locale: cat.Language(cat.Project(t.ProjectID)), Title: t.Title, Reference: t.Reference, Number: t.Number,
		People: t.ReporterName, State: desk.SearchState(t)}
	doc.Contacts, doc.Company = t.Contacts, t.CompanyID
	if !t.Synthetic {
		doc.People += "\n" + t.ReporterAddress
	}
	var public, internal strings.Builder
	for _, text := range t.Texts {
		to := &public
		if text.Internal || text.Waiting {
			to = &internal
		}
		to.WriteString(text.Text)
		to.WriteByte('\n')
	}
	doc.Public, doc.Internal = public.String(), internal.String()
	return doc
}

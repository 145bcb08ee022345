package desk

import (
	"context"
	"time"

	"lodge/models"
)

// HomeTicket is one of a customer's own tickets in a short list.
type HomeTicket struct {
	Reference, Title, Project string
	Status                    PublicStatus
	ChangedAt                 time.Time
	// Unread: something has happened since they looked. Waiting: it is their turn.
	Unread, Waiting bool
}

// HomeState is how many of their tickets have a status, by its public label.
type HomeState struct {
	Status PublicStatus
	Count  int
}

// HomeTickets is how a customer's own tickets stand (CP-5).
type HomeTickets struct {
	// Active are those that have not ended.
	Active int
	States []HomeState
	Recent []HomeTicket
}

// recentTickets is how many tickets the front page and a search list.
const recentTickets = 5

// HomeTickets says how the customer's own tickets stand; the portal must be theirs (As).
func (p *Portal) HomeTickets(ctx context.Context) (*HomeTickets, error) {
	counts, err := p.MyCounts(ctx, p.me)
	if err != nil {
		return nil, err
	}
	home := &HomeTickets{Active: counts.Active, Recent: homeTickets(counts.Latest)}
	for _, s := range counts.Statuses {
		home.States = append(home.States, HomeState{Status: PublicStatus{Category: s.Slug, Label: s.Name}, Count: s.Count})
	}
	return home, nil
}

// FindOwnTickets finds the customer's own tickets by public words of theirs, or by reference; the
// portal must be theirs (As).
func (p *Portal) FindOwnTickets(ctx context.Context, text string) ([]HomeTicket, error) {
	text = cut(line(text), 200)
	if text == "" {
		return nil, nil
	}
	list, err := p.MyTickets(ctx, p.me, CustomerQuery{Queue: QueueAll, Text: text})
	if err != nil {
		return nil, err
	}
	return homeTickets(list.Tickets[:min(len(list.Tickets), recentTickets)]), nil
}

func homeTickets(rows []*CustomerTicket) []HomeTicket {
	var all []HomeTicket
	for _, t := range rows {
		all = append(all, HomeTicket{Reference: t.Reference, Title: t.Title, Project: t.Project, Status: t.Status, ChangedAt: t.ChangedAt, Unread: t.Unread, Waiting: t.Status.Category == string(models.CategoryWaiting)})
	}
	return all
}

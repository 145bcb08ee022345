package desk

import (
	"context"
	"slices"
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
	cat, projects, err := p.openToMe(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := models.CountOwnTickets(ctx, p.d.db, p.me.ID, projects)
	if err != nil {
		return nil, err
	}
	home := &HomeTickets{}
	for _, n := range counts {
		if !n.Category.Ended() {
			home.Active += n.Count
		}
		status := statusOutside(cat, n.ProjectID, n.StatusID, n.Category)
		at := slices.IndexFunc(home.States, func(s HomeState) bool { return s.Status == status })
		if at < 0 {
			at = len(home.States)
			home.States = append(home.States, HomeState{Status: status})
		}
		home.States[at].Count += n.Count
	}
	slices.SortStableFunc(home.States, func(a, b HomeState) int {
		return slices.Index(models.QueueCategories, models.Category(a.Status.Category)) - slices.Index(models.QueueCategories, models.Category(b.Status.Category))
	})
	home.Recent, err = p.latest(ctx, cat, projects, "")
	return home, err
}

// FindOwnTickets finds the customer's own tickets by words of their titles, or by reference; the
// portal must be theirs (As).
func (p *Portal) FindOwnTickets(ctx context.Context, text string) ([]HomeTicket, error) {
	text = cut(line(text), 200)
	if text == "" {
		return nil, nil
	}
	cat, projects, err := p.openToMe(ctx)
	if err != nil {
		return nil, err
	}
	return p.latest(ctx, cat, projects, text)
}

func (p *Portal) latest(ctx context.Context, cat *models.Catalog, projects []int64, text string) ([]HomeTicket, error) {
	rows, err := models.LatestOwnTickets(ctx, p.d.db, p.me.ID, projects, text, recentTickets)
	if err != nil {
		return nil, err
	}
	var all []HomeTicket
	for _, r := range rows {
		t := HomeTicket{Reference: r.Reference, Title: r.Title, Status: statusOutside(cat, r.ProjectID, r.StatusID, r.Category), ChangedAt: r.PublicAt.Time(),
			Unread: r.Unread, Waiting: r.Category == models.CategoryWaiting}
		if project := cat.Project(r.ProjectID); project != nil {
			t.Project = project.Name
		}
		all = append(all, t)
	}
	return all, nil
}

// openToMe are the open projects in this context.
func (p *Portal) openToMe(ctx context.Context) (*models.Catalog, []int64, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	var ids []int64
	for _, project := range cat.PublicProjects() {
		if within(ctx, project) && p.mayEnter(project) == nil {
			ids = append(ids, project.ID)
		}
	}
	return cat, ids, nil
}

// statusOutside is a status as people outside read it.
func statusOutside(cat *models.Catalog, projectID, statusID int64, category models.Category) PublicStatus {
	status := PublicStatus{Category: string(category)}
	if project := cat.Project(projectID); project != nil {
		if s := project.Status(statusID); s != nil {
			status.Label = s.Label()
		}
	}
	return status
}

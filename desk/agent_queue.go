package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lodge/models"
)

const (
	queuePage  = 50
	countsStop = 100
)

// Queue gives one page of the queue with the sizes of its views. Sizes stop counting at
// 100, so that their cost has a bound.
func (d *Desk) Queue(ctx context.Context, actor Actor, ask QueueAsk) (*QueuePage, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	cat, q, err := d.queueQuery(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	page := &QueuePage{View: q.View, Project: ask.Project, Seen: strconv.FormatInt(int64(models.At(d.Now())), 10)}
	if ask.Before != "" {
		at, id, ok := strings.Cut(ask.Before, ".")
		before, err1 := strconv.ParseInt(at, 36, 64)
		beforeID, err2 := strconv.ParseInt(id, 36, 64)
		if !ok || err1 != nil || err2 != nil {
			return nil, models.NotFound()
		}
		q.Before, q.BeforeID = models.Stamp(before), beforeID
	}
	q.Limit = queuePage + 1
	rows, err := models.Queue(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	if len(rows) > queuePage {
		rows = rows[:queuePage]
		last := rows[queuePage-1]
		page.Next = fmt.Sprintf("%s.%s", strconv.FormatInt(int64(last.UpdatedAt), 36), strconv.FormatInt(last.ID, 36))
	}
	for _, r := range rows {
		page.Tickets = append(page.Tickets, queueTicket(cat, r))
	}
	for _, p := range cat.Projects {
		if actor.CanIn(models.ActRead, p.ID) {
			page.Projects = append(page.Projects, Choice{p.Slug, p.Name})
		}
	}
	for _, view := range []string{models.ViewMine, models.ViewUnassigned, models.ViewOpen} {
		n, err := models.QueueCount(ctx, d.db, models.QueueQuery{View: view, AgentID: actor.ID, ProjectID: q.ProjectID, Projects: q.Projects}, countsStop)
		if err != nil {
			return nil, err
		}
		page.Counts = append(page.Counts, ViewCount{View: view, Count: min(n, countsStop-1), More: n >= countsStop})
	}
	return page, nil
}

func (d *Desk) queueQuery(ctx context.Context, actor Actor, ask QueueAsk) (*models.Catalog, models.QueueQuery, error) {
	q := models.QueueQuery{View: ask.View, AgentID: actor.ID, Projects: actor.projectIDs()}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, q, err
	}
	switch q.View {
	case models.ViewMine, models.ViewUnassigned, models.ViewOpen, models.ViewEnded, models.ViewAll:
	case "":
		q.View = models.ViewOpen
	default:
		return nil, q, models.NotFound()
	}
	if ask.Project != "" {
		project := cat.ProjectBySlug(ask.Project)
		if project == nil || !actor.CanIn(models.ActRead, project.ID) {
			return nil, q, models.NotFound()
		}
		q.ProjectID = project.ID
	}
	return cat, q, nil
}

// QueueNews counts what has changed in a view since a page was drawn (QueuePage.Seen), up
// to 100. The list itself is never moved under the reader's hand.
func (d *Desk) QueueNews(ctx context.Context, actor Actor, ask QueueAsk, seen string) (int, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	since, err := strconv.ParseInt(seen, 10, 64)
	if err != nil {
		return 0, models.NotFound()
	}
	_, q, err := d.queueQuery(ctx, actor, ask)
	if err != nil {
		return 0, err
	}
	q.Since = models.Stamp(since)
	return models.QueueCount(ctx, d.db, q, countsStop)
}

func queueTicket(cat *models.Catalog, r *models.QueueRow) QueueTicket {
	t := QueueTicket{Number: r.Number, Reference: r.Reference, Title: r.Title, Priority: int(r.Priority), Reporter: r.ReporterName,
		CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time()}
	if t.Reporter == "" {
		t.Reporter = r.ReporterAddress
	}
	if r.AssigneeName != nil {
		t.Assignee, t.AssigneeID = *r.AssigneeName, *r.AssigneeID
	}
	if p := cat.Project(r.ProjectID); p != nil {
		t.Project, t.ProjectSlug = p.Name, p.Slug
		if s := p.Status(r.StatusID); s != nil {
			t.Status = PublicStatus{Category: string(s.Category), Label: s.Name}
		}
		if r.TypeID != nil {
			if kind := p.Type(*r.TypeID); kind != nil {
				t.Type = kind.Name
			}
		}
	}
	return t
}

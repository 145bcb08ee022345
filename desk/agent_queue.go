package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"lodge/models"
)

const (
	queuePage  = 50
	countsStop = 100
)

// Queue gives one page of the queue with the sizes of its views. Sizes stop counting at
// 100, so that their cost has a bound.
func (d *Desk) Queue(ctx context.Context, actor Actor, ask QueueAsk) (*QueuePage, error) {
	page, view, err := d.queueList(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	page.Counts, err = d.queueCounts(ctx, actor, view)
	return page, err
}

// QueueList gives one page of the queue without the sizes of its views.
func (d *Desk) QueueList(ctx context.Context, actor Actor, ask QueueAsk) (*QueuePage, error) {
	page, _, err := d.queueList(ctx, actor, ask)
	return page, err
}

func (d *Desk) queueList(ctx context.Context, actor Actor, ask QueueAsk) (*QueuePage, *queueView, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, nil, err
	}
	view, err := d.queueView(ctx, actor, ask)
	if err != nil {
		return nil, nil, err
	}
	now := d.Now()
	page := &QueuePage{View: view.q.View, Project: ask.Project, Sort: view.q.Sort, Filters: view.filters, Seen: strconv.FormatInt(int64(models.At(now)), 10)}
	for _, p := range view.cat.Projects {
		if actor.CanIn(models.ActRead, p.ID) {
			page.Projects = append(page.Projects, Choice{p.Slug, p.Name})
		}
	}
	q := view.q
	q.Limit = queuePage
	if ask.Text != "" {
		return page, view, d.queueSearch(ctx, actor, view, ask, page, now)
	}
	if ask.Before != "" {
		if q.Before, q.BeforeID, err = readQueueCursor(ask.Before); err != nil {
			return nil, nil, err
		}
	}
	rows, next, cut, err := models.QueuePage(ctx, d.db, q)
	if err != nil {
		return nil, nil, err
	}
	page.Next, page.Cut = queueCursor(next), cut
	for _, r := range rows {
		page.Tickets = append(page.Tickets, queueTicket(view.cat, r, now))
	}
	return page, view, nil
}

func queueCursor(k models.QueueKey) string {
	if k.Key == 0 {
		return ""
	}
	return strconv.FormatInt(int64(k.Key), 36) + "." + strconv.FormatInt(k.ID, 36)
}

func readQueueCursor(text string) (models.Stamp, int64, error) {
	at, id, ok := strings.Cut(text, ".")
	before, err1 := strconv.ParseInt(at, 36, 64)
	beforeID, err2 := strconv.ParseInt(id, 36, 64)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, models.NotFound()
	}
	return models.Stamp(before), beforeID, nil
}

// countedViews are the views whose size stands beside their name.
var countedViews = []string{models.ViewMine, models.ViewTeam, models.ViewUnassigned, models.ViewOpen, models.ViewSnoozed, models.ViewSpam}

func (d *Desk) queueCounts(ctx context.Context, actor Actor, view *queueView) ([]ViewCount, error) {
	now := d.Now()
	var counts []ViewCount
	for _, name := range countedViews {
		n, cut, err := models.CountQueue(ctx, d.db, models.QueueQuery{View: name, AgentID: actor.ID, Teams: view.q.Teams, Projects: view.q.Projects, ProjectID: view.q.ProjectID}, countsStop)
		if err != nil {
			return nil, err
		}
		counts = append(counts, ViewCount{View: name, Count: min(n, countsStop-1), More: n >= countsStop || cut})
	}
	for _, due := range dueCounts {
		q := models.QueueQuery{View: models.ViewOpen, AgentID: actor.ID, Projects: view.q.Projects, ProjectID: view.q.ProjectID}
		narrowDue(&q, due, actor, now)
		n, cut, err := models.CountQueue(ctx, d.db, q, countsStop)
		if err != nil {
			return nil, err
		}
		counts = append(counts, ViewCount{View: due, Count: min(n, countsStop-1), More: n >= countsStop || cut})
	}
	return counts, nil
}

// queueView is an ask understood: the query, narrowed to what the actor may see, and the
// filters in words.
type queueView struct {
	cat     *models.Catalog
	q       models.QueueQuery
	filters []QueueFilter
	teams   []models.QueueNamed
}

// queueView understands an ask. What does not exist, or not for this actor, is NotFound.
func (d *Desk) queueView(ctx context.Context, actor Actor, ask QueueAsk) (*queueView, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := models.QueueTeams(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	v := &queueView{cat: cat, teams: teams, q: models.QueueQuery{View: ask.View, AgentID: actor.ID, Projects: actor.projectIDs(), Sort: ask.Sort}}
	for _, t := range teams {
		if t.Mine {
			v.q.Teams = append(v.q.Teams, t.ID)
		}
	}
	if v.q.View == "" {
		v.q.View = models.ViewOpen
	}
	if v.q.Sort == "" {
		v.q.Sort = models.SortUpdated
	}
	if !slices.Contains(models.QueueViews, v.q.View) || !slices.Contains([]string{models.SortUpdated, models.SortCreated, models.SortDue}, v.q.Sort) {
		return nil, models.NotFound()
	}
	for _, read := range []func(context.Context, *Desk, Actor, QueueAsk) error{v.readProject, v.readStatus, v.readType, v.readPriority, v.readTeam, v.readAssignee, v.readCompany, v.readTag} {
		if err := read(ctx, d, actor, ask); err != nil {
			return nil, err
		}
	}
	return v, v.readDue(actor, ask, d.Now())
}

func (v *queueView) add(name, value, label string) {
	v.filters = append(v.filters, QueueFilter{name, value, label})
}

// projects are those that the query is about.
func (v *queueView) projects(actor Actor) []*models.Project {
	var all []*models.Project
	for _, p := range v.cat.Projects {
		if actor.CanIn(models.ActRead, p.ID) && (v.q.ProjectID == 0 || v.q.ProjectID == p.ID) {
			all = append(all, p)
		}
	}
	return all
}

func (v *queueView) readProject(_ context.Context, _ *Desk, actor Actor, ask QueueAsk) error {
	if ask.Project == "" {
		return nil
	}
	project := v.cat.ProjectBySlug(ask.Project)
	if project == nil || !actor.CanIn(models.ActRead, project.ID) {
		return models.NotFound()
	}
	v.q.ProjectID = project.ID
	v.add("project", ask.Project, project.Name)
	return nil
}

const categoryPrefix = "category."

func (v *queueView) readStatus(_ context.Context, _ *Desk, actor Actor, ask QueueAsk) error {
	if ask.Status == "" {
		return nil
	}
	label := ""
	ids := []int64{}
	for _, p := range v.projects(actor) {
		if s := p.StatusBySlug(ask.Status); s != nil {
			ids = append(ids, s.ID)
			if label == "" {
				label = s.Name
			}
		}
	}
	category := models.Category(strings.TrimPrefix(ask.Status, categoryPrefix))
	switch {
	case len(ids) > 0:
		v.q.StatusIDs = ids
	case slices.Contains(models.QueueCategories, category):
		v.q.Category = category
	default:
		return models.NotFound()
	}
	v.add("status", ask.Status, label)
	return nil
}

func (v *queueView) readType(_ context.Context, _ *Desk, actor Actor, ask QueueAsk) error {
	if ask.Type == "" {
		return nil
	}
	label := ""
	for _, p := range v.projects(actor) {
		for _, kind := range p.Types {
			if kind.Slug == ask.Type {
				v.q.TypeIDs = append(v.q.TypeIDs, kind.ID)
				if label == "" {
					label = kind.Name
				}
			}
		}
	}
	if len(v.q.TypeIDs) == 0 {
		return models.NotFound()
	}
	v.add("type", ask.Type, label)
	return nil
}

// QueuePriorities are the words of the priorities, the lowest first; their numbers begin at 1.
var QueuePriorities = []string{"low", "normal", "high", "urgent"}

func (v *queueView) readPriority(_ context.Context, _ *Desk, _ Actor, ask QueueAsk) error {
	if ask.Priority == "" {
		return nil
	}
	i := slices.Index(QueuePriorities, ask.Priority)
	if i < 0 {
		return models.NotFound()
	}
	v.q.Priority = int64(i + 1)
	v.add("priority", ask.Priority, "")
	return nil
}

func (v *queueView) readTeam(_ context.Context, _ *Desk, _ Actor, ask QueueAsk) error {
	if ask.Team == "" {
		return nil
	}
	for _, t := range v.teams {
		if itoa(t.ID) == ask.Team {
			v.q.TeamID = t.ID
			v.add("team", ask.Team, t.Name)
			return nil
		}
	}
	return models.NotFound()
}

func (v *queueView) readAssignee(ctx context.Context, d *Desk, actor Actor, ask QueueAsk) error {
	switch ask.Assignee {
	case "":
		return nil
	case "me":
		v.q.AssigneeID = actor.ID
		v.add("assignee", ask.Assignee, "")
		return nil
	case "nobody":
		v.q.Nobody = true
		v.add("assignee", ask.Assignee, "")
		return nil
	}
	id, err := strconv.ParseInt(ask.Assignee, 10, 64)
	if err != nil {
		return models.NotFound()
	}
	agent, err := models.AgentByID(ctx, d.db, id)
	if err != nil {
		return err
	}
	v.q.AssigneeID = id
	v.add("assignee", ask.Assignee, agent.Name)
	return nil
}

func (v *queueView) readCompany(ctx context.Context, d *Desk, _ Actor, ask QueueAsk) error {
	if ask.Company == "" {
		return nil
	}
	found, err := models.QueueCompanyByKey(ctx, d.db, strings.ToLower(ask.Company))
	if models.KindOf(err) == models.KindNotFound {
		if id, bad := strconv.ParseInt(ask.Company, 10, 64); bad == nil {
			found, err = models.QueueCompanyByID(ctx, d.db, id)
		}
	}
	if err != nil {
		return err
	}
	v.q.CompanyID = found.ID
	v.add("company", ask.Company, found.Name)
	return nil
}

func (v *queueView) readTag(ctx context.Context, d *Desk, _ Actor, ask QueueAsk) error {
	if ask.Tag == "" {
		return nil
	}
	found, err := models.QueueTagByKey(ctx, d.db, strings.ToLower(ask.Tag))
	if err != nil {
		return err
	}
	v.q.TagID = found.ID
	v.add("tag", ask.Tag, found.Name)
	return nil
}

// QueueNews counts what has changed in a view since a page was drawn (QueuePage.Seen), up
// to 100. The list itself is never moved under the reader's hand. A search has no news: its
// order is not one of time.
func (d *Desk) QueueNews(ctx context.Context, actor Actor, ask QueueAsk, seen string) (int, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	since, err := strconv.ParseInt(seen, 10, 64)
	if err != nil {
		return 0, models.NotFound()
	}
	v, err := d.queueView(ctx, actor, ask)
	if err != nil || ask.Text != "" {
		return 0, err
	}
	v.q.Since = models.Stamp(since)
	return models.QueueCount(ctx, d.db, v.q, countsStop)
}

func queueTicket(cat *models.Catalog, r *models.QueueRow, now time.Time) QueueTicket {
	t := QueueTicket{Number: r.Number, Version: r.Version, Reference: r.Reference, Title: r.Title, Priority: int(r.Priority), Reporter: r.ReporterName, Tags: r.Tags,
		Unproven: r.Unproven, Merged: r.Merged, Spam: r.SpamAt != 0, CreatedAt: r.CreatedAt.Time(), UpdatedAt: r.UpdatedAt.Time()}
	if t.Reporter == "" {
		t.Reporter = r.ReporterAddress
	}
	if r.AssigneeID != nil && r.AssigneeName != nil {
		t.Assignee, t.AssigneeID = *r.AssigneeName, *r.AssigneeID
	}
	if r.TeamName != nil {
		t.Team = *r.TeamName
	}
	if r.CompanyName != nil {
		t.Company = *r.CompanyName
	}
	if r.SnoozedUntil != 0 {
		t.SnoozedUntil = r.SnoozedUntil.Time()
	}
	t.Due = dueMark(dueFacts{ended: r.EndedAt, due: r.DueAt, promised: r.PromiseAt, warn: r.PromiseWarnAt, kind: r.PromiseKind, paused: r.Paused()}, now)
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

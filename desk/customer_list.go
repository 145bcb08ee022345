package desk

import (
	"context"
	"errors"
	"strconv"
	"time"

	"lodge/models"
	"lodge/search"
)

const (
	customerPage = 25
	// customerCounted is how many tickets, the newest, are counted: numbers beside queues and
	// projects have a bound, and say so.
	customerCounted = 1000
)

// CustomerTicket is a line of a customer's list (CP-6): what people outside may know of it.
type CustomerTicket struct {
	Reference, Title, Project, Type, Team string
	Status                                PublicStatus
	// Priority is one of QueuePriorities.
	Priority             string
	CreatedAt, ChangedAt time.Time
	// ResponseBy and ResolutionBy are in the zone of their working hours; zero: nothing is promised,
	// or not told.
	ResponseBy, ResolutionBy time.Time
	Turn                     PublicTurn
	// Unread: something has happened since they looked.
	Unread bool
	// Reporter is who opened it; only told in the list of a company.
	Reporter string
	// Heading and Snippet are what a search found.
	Heading, Snippet []Span
}

// CustomerNumber is how many tickets something has; More: at least as many.
type CustomerNumber struct {
	Slug, Name string
	Count      int
	More       bool
}

// CustomerCompany is a company whose tickets the customer may list.
type CustomerCompany struct{ Name, Key string }

// CustomerTime is what is left of a company's bought support time, in minutes (CP-13).
type CustomerTime struct {
	Company string
	Minutes int64
}

// CustomerList is one page of a customer's tickets, with what stands around it.
type CustomerList struct {
	Tickets []*CustomerTicket
	// Next begins the page behind; empty at the end.
	Next string
	// Queue and Sort are those in force; Company is nil in the list of one's own.
	Queue, Sort string
	Company     *CustomerCompany
	Companies   []CustomerCompany
	// Queues, Projects and States say how many tickets each has, whatever is filtered by; States are
	// those of the queue that have any.
	Queues, Projects, States []CustomerNumber
	Types                    []Choice
	// Any: there is at least one ticket, in whatever queue.
	Any bool
	// Away: nobody is at work in any of the projects that are listed.
	Away  PublicHours
	Times []CustomerTime
	// Partial: the search is being made; nothing is found meanwhile.
	Partial bool
}

// CustomerCounts is how a customer's own tickets stand (CP-5).
type CustomerCounts struct {
	// Active have not ended, Completed have; More says that there are more than were counted.
	Active, Completed int
	More              bool
	// Unread have news.
	Unread int
	// Statuses are by label, in the order of a ticket's life; Slug is the category.
	Statuses []CustomerNumber
	// Latest are the five that changed last.
	Latest []*CustomerTicket
}

// customerView is a list understood.
type customerView struct {
	cat       *models.Catalog
	q         models.CustomerQuery
	open      []*models.Project
	companies []*models.CompanyShared
	company   *models.CompanyShared
	queue     string
	none      bool
}

// MyTickets lists the tickets of a customer: their own, or those that a company shares with them
// (CP-7, CP-11). A company that shares nothing is NotFound, as one that is not there.
func (p *Portal) MyTickets(ctx context.Context, me Customer, ask CustomerQuery) (*CustomerList, error) {
	now := p.d.Now()
	v, err := p.customerView(ctx, me, ask, now)
	if err != nil {
		return nil, err
	}
	list := &CustomerList{Queue: v.queue, Sort: v.q.Sort}
	for _, k := range v.companies {
		if k.Shares() {
			list.Companies = append(list.Companies, CustomerCompany{k.Name, k.Key})
		}
		if k.TimeLeft != nil && v.tellsTime() {
			list.Times = append(list.Times, CustomerTime{k.Name, *k.TimeLeft})
		}
	}
	if v.company != nil {
		list.Company = &CustomerCompany{v.company.Name, v.company.Key}
	}
	if err := p.customerNumbers(ctx, v, list); err != nil {
		return nil, err
	}
	list.Types, list.Away = v.types(), v.away(now)
	if v.none {
		return list, nil
	}
	v.q.Limit = customerPage
	if ask.Text != "" {
		return list, p.customerSearch(ctx, v, ask, list, now)
	}
	v.q.After, v.q.AfterReference = readCustomerCursor(ask.After)
	rows, more, err := models.CustomerTickets(ctx, p.d.db, v.q)
	if err != nil {
		return nil, err
	}
	if more && len(rows) > 0 {
		last := rows[len(rows)-1]
		list.Next = customerCursor(last.Key, last.Reference)
	}
	list.Tickets, err = p.customerTickets(ctx, v, rows, now)
	return list, err
}

// MyCounts says how a customer's own tickets stand, with the latest of them.
func (p *Portal) MyCounts(ctx context.Context, me Customer) (CustomerCounts, error) {
	var counts CustomerCounts
	now := p.d.Now()
	v, err := p.customerView(ctx, me, CustomerQuery{Queue: QueueAll}, now)
	if err != nil {
		return counts, err
	}
	all, cut, err := models.CountCustomerTickets(ctx, p.d.db, v.q, customerCounted)
	if err != nil {
		return counts, err
	}
	counts.More = cut
	at := map[string]int{}
	for _, category := range models.QueueCategories {
		for _, n := range all {
			if n.Category != category {
				continue
			}
			if n.Unread > 0 {
				counts.Unread += n.Unread
			}
			if category.Ended() {
				counts.Completed += n.Count
			} else {
				counts.Active += n.Count
			}
			label := v.statusOf(n.ProjectID, n.StatusID, n.Category).Label
			i, ok := at[label]
			if !ok {
				i = len(counts.Statuses)
				at[label] = i
				counts.Statuses = append(counts.Statuses, CustomerNumber{Slug: string(category), Name: label, More: cut})
			}
			counts.Statuses[i].Count += n.Count
		}
	}
	v.q.Limit = 5
	rows, _, err := models.CustomerTickets(ctx, p.d.db, v.q)
	if err != nil {
		return counts, err
	}
	counts.Latest, err = p.customerTickets(ctx, v, rows, now)
	return counts, err
}

func (p *Portal) customerView(ctx context.Context, me Customer, ask CustomerQuery, now time.Time) (*customerView, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	v := &customerView{cat: cat, open: p.openHere(ctx, cat), queue: ask.queue()}
	if v.companies, err = models.CompaniesOfMember(ctx, p.d.db, me.ID); err != nil {
		return nil, err
	}
	if !CompanyPortalOn(cat) {
		for _, k := range v.companies {
			k.Manager, k.MemberSees, k.CompanySees = false, "", models.SeesOwn
		}
	}
	v.q = models.CustomerQuery{ContactID: me.ID, Categories: queueCategories(v.queue), Sort: models.SortUpdated, Now: models.At(now), Unread: ask.Unread == "1"}
	if ask.Who == WhoCompany {
		for _, k := range v.companies {
			if k.Shares() && v.company == nil && (ask.Company == "" || ask.Company == k.Key) {
				v.company = k
			}
		}
		if v.company == nil {
			return nil, models.NotFound()
		}
		v.q.CompanyID = v.company.ID
	}
	for _, sort := range models.CustomerSorts {
		if sort == ask.Sort {
			v.q.Sort = sort
		}
	}
	v.narrow(me, ask)
	return v, nil
}

// narrow applies the filters. A word that names nothing finds nothing: an old address must not
// quietly show more than it says.
func (v *customerView) narrow(me Customer, ask CustomerQuery) {
	if ask.State != "" {
		var left []models.Category
		for _, category := range v.q.Categories {
			if string(category) == ask.State {
				left = append(left, category)
			}
		}
		v.q.Categories, v.none = left, len(left) == 0
	}
	if v.queue == QueueAll && ask.State == "" {
		v.q.Categories = nil
	}
	if ask.Type != "" {
		v.q.TypeIDs = []int64{}
	}
	for _, project := range v.open {
		// What is due when is sorted by only where people are told.
		if ask.Project != "" && project.Slug != ask.Project || v.q.Sort == models.SortDue && project.Settings.ShowTargets == models.TargetsNone {
			continue
		}
		v.q.Projects = append(v.q.Projects, project.ID)
		for _, kind := range project.PublicTypes() {
			if ask.Type != "" && kind.Slug == ask.Type {
				v.q.TypeIDs = append(v.q.TypeIDs, kind.ID)
			}
		}
	}
	if ask.Priority != "" {
		v.none = true
		for i, word := range QueuePriorities {
			if word == ask.Priority {
				v.q.Priority = int64(i) + 1
				v.none = len(v.q.Categories) == 0 && ask.State != ""
			}
		}
	}
	if ask.From != "" {
		v.q.From = me.day(ask.From, 0)
	}
	if ask.To != "" {
		v.q.To = me.day(ask.To, 1)
	}
}

// tellsTime says whether any open project tells members what is left of their company's time.
func (v *customerView) tellsTime() bool {
	for _, project := range v.open {
		if project.Settings.ShowAvailableTime {
			return true
		}
	}
	return false
}

// types are the public types of the open projects, each slug once.
func (v *customerView) types() []Choice {
	var all []Choice
	seen := map[string]bool{}
	for _, project := range v.open {
		for _, kind := range project.PublicTypes() {
			if !seen[kind.Slug] {
				seen[kind.Slug] = true
				all = append(all, Choice{kind.Slug, kind.Name})
			}
		}
	}
	return all
}

// away says that nobody is at work in any of the listed projects, and when somebody is again.
func (v *customerView) away(now time.Time) PublicHours {
	var first PublicHours
	for _, project := range v.open {
		if !contains(v.q.Projects, project.ID) {
			continue
		}
		hours := hoursOf(projectCalendar(v.cat, project), now)
		if !hours.Away {
			return PublicHours{}
		}
		if !first.Away || first.Back.IsZero() || !hours.Back.IsZero() && hours.Back.Before(first.Back) {
			first = hours
		}
	}
	return first
}

func contains(ids []int64, id int64) bool {
	for _, one := range ids {
		if one == id {
			return true
		}
	}
	return false
}

// customerNumbers counts what a customer may list, and nothing else (A72).
func (p *Portal) customerNumbers(ctx context.Context, v *customerView, list *CustomerList) error {
	q := v.q
	q.Projects = nil
	for _, project := range v.open {
		q.Projects = append(q.Projects, project.ID)
	}
	all, cut, err := models.CountCustomerTickets(ctx, p.d.db, q, customerCounted)
	if err != nil {
		return err
	}
	queues, projects, states := map[string]int{}, map[int64]int{}, map[models.Category]int{}
	for _, n := range all {
		queue := QueuePending
		if n.Category.Ended() {
			queue = QueueCompleted
		}
		queues[queue] += n.Count
		queues[QueueAll] += n.Count
		if v.queue == QueueAll || v.queue == queue {
			projects[n.ProjectID] += n.Count
			states[n.Category] += n.Count
		}
	}
	list.Any = queues[QueueAll] > 0
	number := func(slug, name string, n int) CustomerNumber {
		return CustomerNumber{Slug: slug, Name: name, Count: min(n, customerCounted), More: cut}
	}
	for _, queue := range CustomerQueues {
		list.Queues = append(list.Queues, number(queue, "", queues[queue]))
	}
	for _, project := range v.open {
		list.Projects = append(list.Projects, number(project.Slug, project.Name, projects[project.ID]))
	}
	for _, category := range queueCategories(v.queue) {
		if states[category] > 0 {
			list.States = append(list.States, number(string(category), "", states[category]))
		}
	}
	return nil
}

func (v *customerView) statusOf(projectID, statusID int64, category models.Category) PublicStatus {
	if project := v.cat.Project(projectID); project != nil {
		if status := project.Status(statusID); status != nil {
			return PublicStatus{Category: string(status.Category), Label: status.Label()}
		}
	}
	return PublicStatus{Category: string(category)}
}

// customerTickets makes lines of rows, with their times in one more read.
func (p *Portal) customerTickets(ctx context.Context, v *customerView, rows []*models.CustomerRow, now time.Time) ([]*CustomerTicket, error) {
	var promised []int64
	for _, r := range rows {
		if r.PromiseAt != 0 && !r.Category.Ended() {
			promised = append(promised, r.ID)
		}
	}
	pending, err := models.PendingByTicket(ctx, p.d.db, promised, models.At(now))
	if err != nil {
		return nil, err
	}
	all := make([]*CustomerTicket, 0, len(rows))
	for _, r := range rows {
		all = append(all, v.ticket(r, pending[r.ID], now))
	}
	return all, nil
}

func (v *customerView) ticket(r *models.CustomerRow, pending []models.PendingPromise, now time.Time) *CustomerTicket {
	t := &CustomerTicket{Reference: r.Reference, Title: r.Title, Team: r.Team, CreatedAt: r.CreatedAt.Time(), ChangedAt: r.PublicAt.Time(),
		Status: v.statusOf(r.ProjectID, r.StatusID, r.Category), Unread: r.Seat && r.Seen < r.PublicVersion}
	if r.Priority >= 1 && r.Priority <= int64(len(QueuePriorities)) {
		t.Priority = QueuePriorities[r.Priority-1]
	}
	if v.company != nil {
		t.Reporter = r.Reporter
	}
	project := v.cat.Project(r.ProjectID)
	if project == nil {
		return t
	}
	t.Project = project.Name
	if r.TypeID != nil {
		if kind := project.Type(*r.TypeID); kind != nil && kind.Public {
			t.Type = kind.Name
		}
	}
	t.Turn = NextOf(v.cat, project, &r.Ticket, now).Turn
	if project.Settings.ShowTargets == models.TargetsNone || t.Turn == TurnTheirs {
		return t
	}
	for _, promise := range pending {
		calendar := v.cat.CalendarFor(&r.Ticket)
		if promise.CalendarID != nil {
			calendar = v.cat.Calendar(*promise.CalendarID)
		}
		by := &t.ResponseBy
		if promise.Kind == models.PromiseResolution {
			by = &t.ResolutionBy
		}
		if by.IsZero() {
			*by = promise.DueAt.Time().In(calendar.Location())
		}
	}
	return t
}

// customerSearch fills a list with what answers a text, the best first. The customer stands in the
// query of the index and again in that of the database (A70).
func (p *Portal) customerSearch(ctx context.Context, v *customerView, ask CustomerQuery, list *CustomerList, now time.Time) error {
	from, err := strconv.Atoi(ask.After)
	if err != nil || from < 0 || from > mostHits {
		from = 0
	}
	locale := v.cat.Workspace.Locale
	find := search.TicketQuery{Text: ask.Text, Locale: locale, Projects: v.q.Projects, States: []string{"open", "ended", "snoozed"}, Contact: v.q.ContactID, Limit: mostHits}
	if v.company != nil {
		find.Contact, find.Company = 0, v.company.ID
	}
	found, err := p.d.tickets.Find(ctx, find)
	if errors.Is(err, search.ErrUnavailable) {
		list.Partial = true
		return nil
	}
	if err != nil || len(found) == 0 {
		return err
	}
	v.q.IDs, v.q.Limit = found, mostHits
	rows, _, err := models.CustomerTickets(ctx, p.d.db, v.q)
	if err != nil {
		return err
	}
	byID := map[int64]*models.CustomerRow{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	rows = rows[:0:0]
	for _, id := range found {
		if r := byID[id]; r != nil {
			rows = append(rows, r)
		}
	}
	rows = rows[min(from, len(rows)):]
	if len(rows) > customerPage {
		rows, list.Next = rows[:customerPage], strconv.Itoa(from+customerPage)
	}
	if list.Tickets, err = p.customerTickets(ctx, v, rows, now); err != nil {
		return err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	texts, err := models.TicketTexts(ctx, p.d.db, ids, snippetFirst, snippetLast, snippetRead)
	if err != nil {
		return err
	}
	for i, r := range rows {
		var public []models.TicketText
		for _, text := range texts[r.ID] {
			if !text.Internal && !text.Waiting {
				public = append(public, text)
			}
		}
		list.Tickets[i].Heading = searchSpans(search.Mark(r.Title, ask.Text, locale, 400))
		list.Tickets[i].Snippet, _ = foundIn(public, ask.Text, locale)
	}
	return nil
}

package handlers

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// agentPoll is how often an agent's page asks for news besides being woken by the stream.
const agentPoll = 60

// queueRoutes are the agents' list of tickets and what is done from it (AG-1).
func (a *agents) queueRoutes(r fiber.Router) {
	r.Get(agentHome, a.queue)
	r.Get("/agent/rows", a.queueRows)
	r.Get("/agent/news", a.queueNews)
	r.Get("/agent/find", a.find)
	r.Post("/agent/bulk", a.bulk)
	r.Get(savedViews+"/new", a.newView)
	r.Post(savedViews, a.createSavedView)
	r.Get(savedViews+"/:id", a.editView)
	r.Post(savedViews+"/:id", a.renameView)
	r.Post(savedViews+"/:id/deletion", a.deleteView)
}

// queueAsk reads which list is wanted from an address.
func queueAsk(c *fiber.Ctx) desk.QueueAsk {
	ask := desk.ReadQueueAsk(func(name string) string { return strings.Clone(c.Query(name)) })
	if ask.View == "" {
		ask.View = models.ViewOpen
	}
	return ask
}

// queueURL builds the address of a list, or of a part of it.
func queueURL(path string, ask desk.QueueAsk, more ...string) string {
	query := ask.Query()
	if len(more) > 0 {
		q, _ := url.ParseQuery(query)
		for i := 0; i+1 < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		query = q.Encode()
	}
	return path + "?" + query
}

// queue is an agent's list of tickets (AG-1).
func (a *agents) queue(c *fiber.Ctx) error {
	ask := queueAsk(c)
	// A filter form sends its empty fields too: the address people keep and share has none.
	if raw := string(c.Request().URI().QueryString()); strings.HasSuffix(raw, "=") || strings.Contains(raw, "=&") {
		return c.Redirect(queueURL(agentHome, ask), fiber.StatusSeeOther)
	}
	page, err := a.desk.Queue(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	if page.Jump != 0 {
		return c.Redirect(ticketURL(page.Jump)+"?"+backQuery(ask.With("q", "")), fiber.StatusSeeOther)
	}
	flash := a.savedFlash(c)
	words := a.language(c)
	switch n := c.QueryInt("changed"); {
	case n > 0 && n <= 100:
		flash = &views.Flash{Kind: "success", Text: words.Tn("agent.queue.done", n)}
	case c.Query("gone") == "1":
		flash = &views.Flash{Kind: "success", Text: words.T("agent.saved_view.deleted")}
	}
	return a.showQueue(c, fiber.StatusOK, ask, page, nil, nil, flash)
}

// showQueue draws the whole page. picked are the rows that stay chosen after a refusal.
func (a *agents) showQueue(c *fiber.Ctx, status int, ask desk.QueueAsk, page *desk.QueuePage, report *views.BulkReport, picked []string, flash *views.Flash) error {
	words, actor := a.language(c), actorOf(c)
	choices, err := a.desk.QueueChoices(c.UserContext(), actor, ask)
	if err != nil {
		return err
	}
	saved, err := a.desk.SavedViews(c.UserContext(), actor)
	if err != nil {
		return err
	}
	list := a.queueList(c, page, ask, choices)
	if list.Report = report; list.Bulk != nil {
		for i := range list.Rows {
			list.Rows[i].Picked = c.Query("pick") == "all" || slices.Contains(picked, pickedNumber(list.Rows[i].Pick))
		}
	}
	bare := desk.QueueAsk{View: ask.View}
	data := views.Queue{Heading: words.T("agent.view." + page.View), Search: ask.Text, Partial: page.Partial, List: list}
	for _, w := range []struct{ name, value string }{{"view", ask.View}, {"project", ask.Project}, {"status", ask.Status}, {"type", ask.Type}, {"priority", ask.Priority},
		{"team", ask.Team}, {"assignee", ask.Assignee}, {"company", ask.Company}, {"tag", ask.Tag}, {"due", ask.Due}} {
		if w.value != "" {
			data.SearchKeep = append(data.SearchKeep, views.Hidden{Name: w.name, Value: w.value})
		}
	}
	if actorOf(c).Can(models.ActCreate) {
		data.NewURL = newTicketPath
	}
	data.Filter = queueFilter(words, ask, choices)
	for _, f := range page.Filters {
		data.Chips = append(data.Chips, views.FilterChip{Label: words.T("agent.queue.filter." + f.Name), Value: filterLabel(words, f), RemoveURL: queueURL(agentHome, ask.With(f.Name, ""))})
	}
	if len(page.Filters) > 0 || ask.Text != "" {
		data.ResetURL = queueURL(agentHome, bare)
	}
	if ask.Text == "" && page.View != models.ViewSnoozed && page.View != models.ViewSpam && !models.DueOrdered(ask.Due) {
		for _, sort := range []string{models.SortUpdated, models.SortCreated, models.SortDue} {
			value := sort
			if sort == models.SortUpdated {
				value = ""
			}
			data.Sorts = append(data.Sorts, views.FilterLink{Label: words.T("agent.queue.sort." + sort), URL: queueURL(agentHome, ask.With("sort", value)), Current: page.Sort == sort})
		}
	}
	if dueListed(ask, page) {
		data.Heading = words.T("agent.queue.due." + ask.Due)
	}
	here := ask.With("", "").Query()
	nav := &views.AgentNav{Views: viewLinks(words, page, ask)}
	if len(saved) > 0 {
		nav.Groups = append(nav.Groups, savedLinks(words, saved, here))
	}
	for _, s := range saved {
		if s.Query == here {
			data.Heading = s.Name
			if s.CanEdit {
				data.EditURL = savedViews + "/" + decimal(s.ID)
			}
			for i := range nav.Views {
				nav.Views[i].Current = false
			}
			break
		}
	}
	if ask.Text != "" {
		data.Heading = words.Tf("agent.queue.found", "Query", ask.Text)
	}
	if data.EditURL == "" && (len(page.Filters) > 0 || ask.Text != "" || ask.Sort != "") {
		data.SaveURL = savedViews + "/new?" + url.Values{"query": {here}}.Encode()
	}
	return a.show(c, status, views.Page{Title: data.Heading, Body: "agent/queue", Data: data, Flash: flash, Agent: nav})
}

// pickedNumber is the number before the version of a chosen row.
func pickedNumber(pick string) string {
	number, _, _ := strings.Cut(pick, ".")
	return number
}

// viewLinks are the views at the side with their sizes. A list of one project stays with it.
func viewLinks(words *locale.Strings, page *desk.QueuePage, ask desk.QueueAsk) []views.AgentView {
	var links []views.AgentView
	for _, view := range models.QueueViews {
		link := views.AgentView{Label: words.T("agent.view." + view), URL: queueURL(agentHome, desk.QueueAsk{View: view, Project: ask.Project}), Current: view == page.View}
		for _, n := range page.Counts {
			if n.View == view {
				link.Count, link.More = shownCount(n.Count, n.More)
			}
		}
		link.Current = link.Current && !dueListed(ask, page) // the list of what is due stands for it
		if links = append(links, link); view == models.ViewOpen {
			links = append(links, dueLinks(words, page, ask)...)
		}
	}
	return links
}

// shownCount makes 99 and more read "99+", and a smaller number that may be more "12+".
func shownCount(n int, more bool) (int, bool) {
	if more && n >= 99 {
		return 100, false
	}
	return n, more
}

func savedLinks(words *locale.Strings, saved []desk.SavedView, here string) views.NavGroup {
	group := views.NavGroup{Heading: words.T("agent.saved_view.heading")}
	for _, s := range saved {
		link := views.AgentView{Label: s.Name, URL: agentHome + "?" + s.Query, Current: s.Query == here}
		link.Count, link.More = shownCount(s.Count, s.More)
		group.Links = append(group.Links, link)
	}
	return group
}

// filterLabel is what the value of a filter is called.
func filterLabel(words *locale.Strings, f desk.QueueFilter) string {
	switch {
	case f.Label != "":
		return f.Label
	case f.Name == "due":
		return words.T("agent.queue.due." + f.Value)
	case f.Name == "priority":
		return words.T("agent.queue.priority." + f.Value)
	case f.Name == "status":
		return words.T("agent.queue.category." + strings.TrimPrefix(f.Value, "category."))
	case f.Value == "me" || f.Value == "nobody":
		return words.T("agent.queue." + f.Value)
	}
	return f.Value
}

// queueFilter is the panel with the present values.
func queueFilter(words *locale.Strings, ask desk.QueueAsk, all *desk.QueueChoices) views.QueueFilter {
	f := views.QueueFilter{Keep: []views.Hidden{{Name: "view", Value: ask.View}}}
	if ask.Text != "" {
		f.Keep = append(f.Keep, views.Hidden{Name: "q", Value: ask.Text})
	}
	if ask.Sort != "" {
		f.Keep = append(f.Keep, views.Hidden{Name: "sort", Value: ask.Sort})
	}
	add := func(name, value string, typed bool, choices []desk.Choice) {
		s := views.FilterSelect{Name: name, Label: words.T("agent.queue.filter." + name), Value: value, Typed: typed}
		if !typed {
			s.Choices = []views.Choice{{Label: words.T("agent.queue.filter.any")}}
		}
		for _, c := range choices {
			s.Choices = append(s.Choices, views.Choice{Value: c.Slug, Label: c.Name, Selected: c.Slug == value})
		}
		f.Selects = append(f.Selects, s)
	}
	if len(all.Projects) > 1 || ask.Project != "" {
		add("project", ask.Project, false, all.Projects)
	}
	statuses := slices.Clone(all.Statuses)
	for _, category := range models.QueueCategories {
		statuses = append(statuses, desk.Choice{Slug: "category." + string(category), Name: words.T("agent.queue.category." + string(category))})
	}
	add("status", ask.Status, false, statuses)
	add("type", ask.Type, false, all.Types)
	var priorities []desk.Choice
	for _, p := range slices.Backward(desk.QueuePriorities) {
		priorities = append(priorities, desk.Choice{Slug: p, Name: words.T("agent.queue.priority." + p)})
	}
	add("priority", ask.Priority, false, priorities)
	var dues []desk.Choice
	for _, due := range models.QueueDues {
		dues = append(dues, desk.Choice{Slug: due, Name: words.T("agent.queue.due." + due)})
	}
	add("due", ask.Due, false, dues)
	add("assignee", ask.Assignee, false, append([]desk.Choice{{Slug: "me", Name: words.T("agent.queue.me")}, {Slug: "nobody", Name: words.T("agent.queue.nobody")}}, all.Agents...))
	if len(all.Teams) > 0 {
		add("team", ask.Team, false, all.Teams)
	}
	if len(all.Companies) > 0 || ask.Company != "" {
		add("company", ask.Company, true, all.Companies)
	}
	if len(all.Tags) > 0 || ask.Tag != "" {
		add("tag", ask.Tag, true, all.Tags)
	}
	return f
}

// queueList draws a page of the list.
func (a *agents) queueList(c *fiber.Ctx, page *desk.QueuePage, ask desk.QueueAsk, choices *desk.QueueChoices) views.QueueRows {
	words := a.language(c)
	due := newDueWriter(words, actorOf(c), a.desk.Now())
	list := views.QueueRows{View: page.View, Searched: ask.Text != "", Narrowed: len(page.Filters) > 0, Cut: page.Cut}
	for _, t := range page.Tickets {
		row := views.QueueRow{Number: t.Number, URL: ticketURL(t.Number) + "?" + backQuery(ask), Title: t.Title, Reporter: t.Reporter, Company: t.Company, Project: t.Project, Team: t.Team,
			Type: t.Type, Status: views.Status{Category: t.Status.Category, Label: t.Status.Label}, Assignee: t.Assignee, Tags: t.Tags, UpdatedAt: t.UpdatedAt, Due: due.chip(t.Due), SnoozedUntil: t.SnoozedUntil, Merged: t.Merged, Spam: t.Spam, NotProven: t.Unproven, CustomerWaiting: t.Status.Category == string(models.CategoryNew),
			Heading: viewSpans(t.Heading), Snippet: viewSpans(t.Snippet), InNote: t.SnippetInternal, Pick: decimal(t.Number) + "." + decimal(t.Version)}
		if t.Priority >= models.PriorityHigh && t.Priority <= len(desk.QueuePriorities) {
			row.Priority = desk.QueuePriorities[t.Priority-1]
		}
		list.Rows = append(list.Rows, row)
	}
	if dueListed(ask, page) && len(page.Filters) == 1 && ask.Text == "" {
		list.EmptyTitle, list.EmptyText = words.T("agent.queue.empty."+ask.Due), words.T("agent.queue.empty."+ask.Due+".text")
	}
	if len(page.Tickets) > 0 {
		list.Bulk = a.bulkForm(c, ask, choices)
	}
	if list.Searched || list.Narrowed {
		list.ResetURL = queueURL(agentHome, desk.QueueAsk{View: ask.View})
	}
	newest := ask.With("", "")
	if page.Next != "" {
		older := ask
		older.Before = page.Next
		list.OlderURL = queueURL(agentHome, older)
	}
	if ask.Before != "" {
		list.NewestURL = queueURL(agentHome, newest)
	} else if !list.Searched {
		// Older pages stand still; only the newest one asks for news.
		list.Poll = views.QueuePoll{URL: queueURL("/agent/news", newest, "seen", page.Seen), StreamURL: "/agent/stream", Seconds: agentPoll}
	}
	return list
}

func viewSpans(list []desk.Span) []views.Span {
	var all []views.Span
	for _, s := range list {
		all = append(all, views.Span{Text: s.Text, Match: s.Match})
	}
	return all
}

// backQuery lets a ticket lead back to the list it was opened from.
func backQuery(ask desk.QueueAsk) string {
	return url.Values{"from": {queueURL(agentHome, ask)}}.Encode()
}

// queueRows answers a script with the list drawn anew.
func (a *agents) queueRows(c *fiber.Ctx) error {
	ask := queueAsk(c)
	if !isHTMX(c) {
		return c.Redirect(queueURL(agentHome, ask), fiber.StatusSeeOther)
	}
	page, err := a.desk.QueueList(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	choices, err := a.desk.QueueChoices(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	return a.part(c, fiber.StatusOK, "agent/_rows", a.queueList(c, page, ask, choices))
}

// queueNews answers a poll of the list: 204, or how many tickets have changed.
func (a *agents) queueNews(c *fiber.Ctx) error {
	ask := queueAsk(c)
	count, err := a.desk.QueueNews(c.UserContext(), actorOf(c), ask, c.Query("seen"))
	if err != nil {
		return err
	}
	if count == 0 {
		c.Status(fiber.StatusNoContent)
		return nil
	}
	if !isHTMX(c) {
		return c.Redirect(queueURL(agentHome, ask), fiber.StatusSeeOther)
	}
	return a.part(c, fiber.StatusOK, "agent/_news", views.QueueNews{Count: count, RowsURL: queueURL("/agent/rows", ask), PageURL: queueURL(agentHome, ask)})
}

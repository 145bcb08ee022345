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

const (
	customerExport = customerHome + "/export.csv"
)

// listRoutes are a customer's list of tickets (CP-6, CP-7).
func (u *customers) listRoutes(r fiber.Router) {
	r.Get(customerHome, u.list)
	r.Get(customerExport, u.exportList)
}

func customerQuery(c *fiber.Ctx) desk.CustomerQuery {
	return desk.ReadCustomerQuery(func(name string) string { return strings.Clone(c.Query(name)) })
}

func listURL(path string, q desk.CustomerQuery) string {
	if query := q.Query(); query != "" {
		return path + "?" + query
	}
	return path
}

// list is the page of My tickets.
func (u *customers) list(c *fiber.Ctx) error {
	ask := customerQuery(c)
	// A form sends its empty fields, too: the address that people keep has none.
	if raw := string(c.Request().URI().QueryString()); strings.HasSuffix(raw, "=") || strings.Contains(raw, "=&") {
		return c.Redirect(listURL(customerHome, ask), fiber.StatusSeeOther)
	}
	list, err := u.portal.MyTickets(c.UserContext(), customerOf(c), ask)
	if err != nil {
		return err
	}
	words := u.language(c)
	return u.show(c, fiber.StatusOK, views.Page{Title: words.T("portal.list"), Body: "customer/list", Data: customerList(words, list, ask)})
}

func customerList(words *locale.Strings, list *desk.CustomerList, ask desk.CustomerQuery) views.CustomerList {
	data := views.CustomerList{Away: viewAway(list.Away), Search: ask.Text, NewURL: customerNew, ExportURL: listURL(customerExport, ask.With("", "")), Company: list.Company != nil}
	for _, t := range list.Times {
		text := supportTimeWords(words, t.Minutes)
		if len(list.Times) > 1 {
			text = words.Tf("portal.list.time", "Company", t.Company, "Text", text)
		}
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: text})
	}
	link := func(label string, q desk.CustomerQuery, current bool, numbers ...desk.CustomerNumber) views.CustomerLink {
		l := views.CustomerLink{Label: label, URL: listURL(customerHome, q), Current: current}
		for _, n := range numbers {
			if l.Count = decimal(int64(n.Count)); n.More {
				l.Count = words.Tf("portal.list.count.more", "Count", l.Count)
			}
		}
		return l
	}
	data.Lists = append(data.Lists, link(words.T("portal.list.mine"), desk.CustomerQuery{}, list.Company == nil))
	for _, k := range list.Companies {
		data.Lists = append(data.Lists, link(k.Name, desk.CustomerQuery{Who: desk.WhoCompany, Company: k.Key}, list.Company != nil && list.Company.Key == k.Key))
	}
	for _, n := range list.Queues {
		data.Queues = append(data.Queues, link(words.T("portal.list.queue."+n.Slug), ask.With("state", "").With("queue", n.Slug), n.Slug == list.Queue, n))
	}
	data.Projects = append(data.Projects, link(words.T("portal.list.category.all"), ask.With("project", ""), ask.Project == ""))
	for _, n := range list.Projects {
		data.Projects = append(data.Projects, link(n.Name, ask.With("project", n.Slug), ask.Project == n.Slug, n))
	}
	for _, n := range list.States {
		next := n.Slug
		if ask.State == n.Slug {
			next = "" // once more takes it away
		}
		data.States = append(data.States, link(words.T("portal.list.state."+n.Slug), ask.With("state", next), ask.State == n.Slug, n))
	}
	if ask.Text == "" { // what is found stands by how well it answers
		for _, sort := range models.CustomerSorts {
			value := sort
			if sort == models.SortUpdated {
				value = ""
			}
			data.Sorts = append(data.Sorts, link(words.T("portal.list.sort."+sort), ask.With("sort", value), sort == list.Sort))
		}
	}
	listFilter(words, list, ask, &data)
	for _, t := range list.Tickets {
		data.Rows = append(data.Rows, customerRow(words, t))
	}
	if data.Filter.ResetURL != "" || ask.State != "" || ask.Text != "" {
		data.ClearURL = listURL(customerHome, desk.CustomerQuery{Who: ask.Who, Company: ask.Company, Queue: ask.Queue})
	}
	switch {
	case list.Partial:
		data.Empty = "partial"
	case ask.Text != "":
		data.Empty = "search"
	case data.ClearURL != "":
		data.Empty = "filter"
	case list.Any:
		data.Empty = "queue"
	default:
		data.Empty = "none"
	}
	if list.Next != "" {
		next := ask
		next.After = list.Next
		data.NextURL = listURL(customerHome, next)
	}
	if ask.After != "" {
		data.FirstURL = listURL(customerHome, ask.With("", ""))
	}
	return data
}

// listFilter draws the panel and the filters in force.
func listFilter(words *locale.Strings, list *desk.CustomerList, ask desk.CustomerQuery, data *views.CustomerList) {
	for _, name := range []string{"who", "company", "queue", "state", "sort", "q"} {
		if v := ask.Value(name); v != "" {
			data.Filter.Keep = append(data.Filter.Keep, views.Hidden{Name: name, Value: v})
		}
	}
	for _, name := range append([]string{"who", "company", "queue", "state"}, desk.CustomerFilters...) {
		if v := ask.Value(name); v != "" {
			data.SearchKeep = append(data.SearchKeep, views.Hidden{Name: name, Value: v})
		}
	}
	labels := map[string]string{}
	add := func(name string, choices []views.Choice) {
		s := views.FilterSelect{Name: name, Label: words.T("portal.list.filter." + name), Value: ask.Value(name), Choices: []views.Choice{{Label: words.T("portal.list.filter.any")}}}
		for _, c := range choices {
			c.Selected = c.Value == s.Value
			if c.Selected {
				labels[name] = c.Label
			}
			s.Choices = append(s.Choices, c)
		}
		data.Filter.Selects = append(data.Filter.Selects, s)
	}
	var projects, types, priorities []views.Choice
	for _, p := range list.Projects {
		projects = append(projects, views.Choice{Value: p.Slug, Label: p.Name})
	}
	for _, t := range list.Types {
		types = append(types, views.Choice{Value: t.Slug, Label: t.Name})
	}
	for _, p := range slices.Backward(desk.QueuePriorities) {
		priorities = append(priorities, views.Choice{Value: p, Label: words.T("portal.list.priority." + p)})
	}
	add("project", projects)
	add("type", types)
	add("priority", priorities)
	data.Filter.From, data.Filter.To, data.Filter.Unread = ask.From, ask.To, ask.Unread == "1"
	bare := ask.With("", "")
	for _, name := range desk.CustomerFilters {
		value := ask.Value(name)
		if value == "" {
			continue
		}
		bare = bare.With(name, "")
		if name == "unread" {
			value = words.T("portal.list.yes")
		} else if labels[name] != "" {
			value = labels[name]
		}
		data.Chips = append(data.Chips, views.FilterChip{Label: words.T("portal.list.filter." + name), Value: value, RemoveURL: listURL(customerHome, ask.With(name, ""))})
	}
	if len(data.Chips) > 0 {
		data.Filter.ResetURL = listURL(customerHome, bare)
	}
}

func customerRow(words *locale.Strings, t *desk.CustomerTicket) views.CustomerRow {
	row := views.CustomerRow{Reference: t.Reference, URL: customerHome + "/" + url.PathEscape(t.Reference), Title: t.Title, Project: t.Project, Team: t.Team, Reporter: t.Reporter,
		Status: views.Status{Category: t.Status.Category, Label: t.Status.Label}, CreatedAt: t.CreatedAt, ChangedAt: t.ChangedAt, ResponseBy: t.ResponseBy, ResolutionBy: t.ResolutionBy,
		Unread: t.Unread, Yours: t.Turn == desk.TurnTheirs, PriorityKind: t.Priority, Heading: viewSpans(t.Heading), Snippet: viewSpans(t.Snippet)}
	row.SayYours = row.Yours && row.Status.Label != words.T("portal.list.yours")
	if t.Priority != "" {
		row.Priority = words.T("portal.list.priority." + t.Priority)
	}
	return row
}

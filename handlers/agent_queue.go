package handlers

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// agentPoll is how often an agent's page asks for news besides being woken by the stream.
const agentPoll = 60

// queueAsk reads which list is wanted from an address.
func queueAsk(c *fiber.Ctx) desk.QueueAsk {
	ask := desk.QueueAsk{View: c.Query("view"), Project: c.Query("project"), Before: c.Query("before")}
	if ask.View == "" {
		ask.View = models.ViewOpen
	}
	return ask
}

// queueURL builds the address of a list, or of a part of it.
func queueURL(path string, ask desk.QueueAsk, more ...string) string {
	q := url.Values{}
	more = append([]string{"view", ask.View, "project", ask.Project, "before", ask.Before}, more...)
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	return path + "?" + q.Encode()
}

// queue is an agent's list of tickets (AG-1).
func (a *agents) queue(c *fiber.Ctx) error {
	ask := queueAsk(c)
	page, err := a.desk.Queue(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.Queue{Heading: words.T("agent.view." + page.View), View: page.View, List: queueRows(page, ask)}
	all := ask
	all.Project, all.Before = "", ""
	data.Projects = []views.FilterLink{{Label: words.T("agent.queue.projects.all"), URL: queueURL(agentHome, all), Current: ask.Project == ""}}
	for _, p := range page.Projects {
		one := all
		one.Project = p.Slug
		data.Projects = append(data.Projects, views.FilterLink{Label: p.Name, URL: queueURL(agentHome, one), Current: ask.Project == p.Slug})
		if ask.Project == p.Slug {
			data.Project = p.Name
		}
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: data.Heading, Body: "agent/queue", Data: data, Agent: &views.AgentNav{Views: viewLinks(words, page, ask)}})
}

// viewLinks are the views at the side with their sizes.
func viewLinks(words *locale.Strings, page *desk.QueuePage, ask desk.QueueAsk) []views.AgentView {
	counts := map[string]int{}
	for _, n := range page.Counts {
		counts[n.View] = n.Count
		if n.More {
			counts[n.View] = n.Count + 1 // reads as "99+"
		}
	}
	var links []views.AgentView
	for _, view := range []string{models.ViewMine, models.ViewUnassigned, models.ViewOpen, models.ViewEnded, models.ViewAll} {
		links = append(links, views.AgentView{Label: words.T("agent.view." + view), URL: queueURL(agentHome, desk.QueueAsk{View: view, Project: ask.Project}),
			Count: counts[view], Current: view == page.View})
	}
	return links
}

// queueRows draws a page of the list.
func queueRows(page *desk.QueuePage, ask desk.QueueAsk) views.QueueRows {
	list := views.QueueRows{View: page.View}
	for _, t := range page.Tickets {
		list.Rows = append(list.Rows, views.QueueRow{Number: t.Number, URL: ticketURL(t.Number) + "?" + backQuery(ask), Title: t.Title, Reporter: t.Reporter, Project: t.Project,
			Status: views.Status{Category: t.Status.Category, Label: t.Status.Label}, Assignee: t.Assignee, UpdatedAt: t.UpdatedAt,
			CustomerWaiting: t.Status.Category == string(models.CategoryNew)})
	}
	newest := ask
	newest.Before = ""
	if page.Next != "" {
		older := ask
		older.Before = page.Next
		list.OlderURL = queueURL(agentHome, older)
	}
	if ask.Before != "" {
		list.NewestURL = queueURL(agentHome, newest)
	} else {
		// Older pages stand still; only the newest one asks for news.
		list.Poll = views.QueuePoll{URL: queueURL("/agent/news", newest, "seen", page.Seen), StreamURL: "/agent/stream", Seconds: agentPoll}
	}
	return list
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
	page, err := a.desk.Queue(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	return a.part(c, fiber.StatusOK, "agent/_rows", queueRows(page, ask))
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

package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// mostFound is how many tickets the palette shows.
const mostFound = 8

// find answers the palette: lists, pages and tickets by what is typed. Without scripts the
// same address is a search of the whole queue.
func (a *agents) find(c *fiber.Ctx) error {
	text := strings.TrimSpace(strings.Clone(c.Query("q")))
	all := queueURL(agentHome, desk.QueueAsk{View: models.ViewAll, Text: text})
	if !isHTMX(c) {
		return c.Redirect(all, fiber.StatusSeeOther)
	}
	words, actor := a.language(c), actorOf(c)
	found := views.Found{Query: text}
	next := 0
	id := func() string { next++; return "found-" + strconv.Itoa(next) }
	wanted := strings.Fields(strings.ToLower(text))
	matches := func(label string) bool {
		label = strings.ToLower(label)
		for _, w := range wanted {
			if !strings.Contains(label, w) {
				return false
			}
		}
		return true
	}
	group := func(key string, items []views.FoundItem) {
		if len(items) > 0 {
			found.Groups = append(found.Groups, views.FoundGroup{ID: "found-" + key, Heading: words.T("agent.palette." + key), Items: items})
		}
	}
	page := func(items []views.FoundItem, label, note, address, icon string, also ...string) []views.FoundItem {
		if matches(label + " " + note + " " + strings.Join(also, " ")) {
			items = append(items, views.FoundItem{ID: id(), URL: address, Icon: icon, Label: label, Note: note})
		}
		return items
	}

	var tickets []views.FoundItem
	if text != "" {
		found.AllURL = all
		list, err := a.desk.FindTickets(c.UserContext(), actor, text, mostFound)
		if err != nil {
			return err
		}
		for _, t := range list {
			tickets = append(tickets, views.FoundItem{ID: id(), URL: ticketURL(t.Number), Icon: "ticket", Label: t.Title, Note: "#" + decimal(t.Number) + " · " + t.Reporter,
				Status: &views.Status{Category: t.Status.Category, Label: t.Status.Label}})
		}
	}
	// A number or a reference names its ticket: that stands first.
	quoted := strings.HasPrefix(text, "#") || text != "" && strings.Trim(text, "0123456789") == ""
	if quoted {
		group("tickets", tickets)
	}

	var lists []views.FoundItem
	for _, view := range models.QueueViews {
		lists = page(lists, words.T("agent.view."+view), "", queueURL(agentHome, desk.QueueAsk{View: view}), "inbox")
	}
	for _, link := range dueLinks(words, &desk.QueuePage{}, desk.QueueAsk{}) {
		lists = page(lists, link.Label, "", link.URL, "alarm-clock")
	}
	saved, err := a.desk.SavedViews(c.UserContext(), actor)
	if err != nil {
		return err
	}
	for _, s := range saved {
		lists = page(lists, s.Name, "", agentHome+"?"+s.Query, "bookmark")
	}
	if text != "" {
		choices, err := a.desk.QueueChoices(c.UserContext(), actor, desk.QueueAsk{})
		if err != nil {
			return err
		}
		for _, p := range choices.Projects {
			lists = page(lists, p.Name, words.T("agent.queue.filter.project"), queueURL(agentHome, desk.QueueAsk{View: models.ViewOpen, Project: p.Slug}), "folder")
		}
	}
	group("lists", lists)

	var pages []views.FoundItem
	for _, s := range a.sections(c) {
		pages = page(pages, s.Label, "", s.URL, "chevron-right")
	}
	if text != "" {
		for _, g := range settingsGroups {
			for _, p := range g.pages {
				if p.need == "" || actor.Can(p.need) {
					pages = page(pages, words.T("agent.settings."+p.key), words.T("agent.settings"), p.path, p.icon, words.T("agent.settings.group."+g.key), words.T("agent.settings."+p.key+".lead"))
				}
			}
		}
	}
	group("pages", pages)
	if !quoted {
		group("tickets", tickets)
	}
	return a.part(c, fiber.StatusOK, "agent/_found", found)
}

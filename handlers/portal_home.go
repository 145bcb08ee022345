package handlers

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

const searchRoute = "/search"

// homeRoutes are the front page and what it leads to at once (CP-5, CP-15).
func (h *Handlers) homeRoutes(r fiber.Router) {
	r.Get("/", h.home)
	r.Get("/helpdesk", func(c *fiber.Ctx) error { return c.Redirect("/", fiber.StatusSeeOther) })
	r.Get(searchRoute, h.searchAll)
	r.Get("/ticket", h.projects)
	r.Get(docsHome, h.allDocs)
}

// home is the workspace's front page, and a customer's own.
func (h *Handlers) home(c *fiber.Ctx) error {
	me, visit, err := h.guest(c)
	if err != nil {
		return err
	}
	portal := h.portal.As(me)
	projects, err := portal.Projects(c.UserContext())
	if err != nil {
		return err
	}
	words := h.words(c, h.fallback(c))
	page := views.PortalHome{LostURL: lostLinkOffer(len(projects)), SearchURL: searchRoute, SignedIn: visit != nil}
	var only *desk.PublicProject
	if len(projects) == 1 {
		only = &projects[0]
	} else {
		for i := range projects {
			page.Projects = append(page.Projects, viewProjectFor(&projects[i], visit != nil))
		}
	}
	popular, err := portal.Popular(c.UserContext())
	if err != nil {
		return err
	}
	page.Popular = placedLinks(popular, len(projects) > 1)
	header := nav(only, true, "")
	if visit != nil {
		page.Name, page.LostURL, header.NewTicketURL = or(me.Name, me.Address), "", customerNew
		if only != nil {
			header.NewTicketURL = customerNew + "/" + only.Slug
		}
	}
	page.Actions = quickActions(words, header)
	if visit != nil {
		mine, err := portal.HomeTickets(c.UserContext())
		if err != nil {
			return err
		}
		if page.Companies, err = h.companyCards(c); err != nil {
			return err
		}
		page.Mine = homeTickets(mine, len(projects) > 1)
	}
	return h.page(c, fiber.StatusOK, "portal", known(c, views.Page{Title: words.T("portal.home.heading"), Body: "portal/home", Data: page,
		Nav: header, Lang: words.Locale()}))
}

// homeTickets draws how a customer's own tickets stand; named says whose category each is.
func homeTickets(mine *desk.HomeTickets, named bool) *views.HomeTickets {
	v := &views.HomeTickets{URL: customerHome + "?queue=all", Active: mine.Active, Recent: ticketRows(mine.Recent, named)}
	for _, s := range mine.States {
		v.States = append(v.States, views.HomeState{Status: views.Status{Category: s.Status.Category, Label: s.Status.Label}, Count: s.Count, URL: customerHome + "?queue=all&state=" + s.Status.Category})
	}
	return v
}

func ticketRows(tickets []desk.HomeTicket, named bool) []views.HomeTicket {
	var all []views.HomeTicket
	for _, t := range tickets {
		row := views.HomeTicket{Title: t.Title, Reference: t.Reference, URL: customerHome + "/" + t.Reference, Status: views.Status{Category: t.Status.Category, Label: t.Status.Label}, UpdatedAt: t.ChangedAt,
			Unread: t.Unread, Waiting: t.Waiting}
		if named {
			row.Project = t.Project
		}
		all = append(all, row)
	}
	return all
}

// quickActions are the four that people come for.
func quickActions(words *locale.Strings, n views.Nav) []views.QuickAction {
	action := func(icon, key, address string) views.QuickAction {
		return views.QuickAction{Icon: icon, Label: words.T("portal.home." + key), Text: words.T("portal.home." + key + ".text"), URL: address}
	}
	return []views.QuickAction{action("plus", "create", or(n.NewTicketURL, "/ticket")), action("ticket", "mine", customerHome),
		action("book-open", "docs", or(n.DocsURL, docsHome)), action("search", "find", searchRoute)}
}

// searchAll looks for articles, and for a customer's own tickets. Everything about it stands in
// its address.
func (h *Handlers) searchAll(c *fiber.Ctx) error {
	me, visit, err := h.guest(c)
	if err != nil {
		return err
	}
	query := strings.TrimSpace(strings.ToValidUTF8(c.Query("q"), ""))
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	found, err := h.portal.As(me).SearchEverywhere(c.UserContext(), query)
	if err != nil {
		return err
	}
	words := h.words(c, h.fallback(c))
	page := views.PortalSearch{Action: searchRoute, Query: query, SignedIn: visit != nil, Partial: found.Partial, Articles: placedLinks(found.Articles, true)}
	for _, p := range found.More {
		page.More = append(page.More, views.Link{Label: words.Tf("portal.search.articles.more", "Project", p.Name), URL: docsURL(p.Slug) + "/search?q=" + url.QueryEscape(query)})
	}
	if visit == nil {
		page.SignInURL = customerSignIn + "?" + views.FieldNext + "=" + queryEscape(customerHome+"?q="+url.QueryEscape(query))
	}
	if visit != nil {
		mine, err := h.portal.As(me).FindOwnTickets(c.UserContext(), query)
		if err != nil {
			return err
		}
		page.Tickets, page.TicketsURL = ticketRows(mine, true), customerHome+"?queue=all&q="+url.QueryEscape(query)
	}
	title := words.T("portal.search")
	if query != "" {
		title = words.Tf("portal.search.heading", "Query", query)
	}
	return h.page(c, fiber.StatusOK, "portal", known(c, views.Page{Title: title, Body: "portal/search", Data: page, Lang: words.Locale()}))
}

// placedLinks draws articles of several projects; named says beside each whose it is.
func placedLinks(cards []desk.PlacedCard, named bool) []views.ArticleLink {
	var all []views.ArticleLink
	for _, card := range cards {
		link := articleLink(card.Project, card.PublicArticleCard)
		if named {
			link.Collection = card.ProjectName
		}
		all = append(all, link)
	}
	return all
}

// projects lists the open projects when there is a choice (PC-1).
func (h *Handlers) projects(c *fiber.Ctx) error {
	projects, err := h.portal.Projects(c.UserContext())
	if err != nil {
		return err
	}
	if len(projects) == 1 {
		return c.Redirect(createURL(projects[0].Slug), fiber.StatusSeeOther)
	}
	var cards []views.Project
	for i := range projects {
		cards = append(cards, viewProject(&projects[i], true))
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("portal.projects.heading"), Body: "portal/projects",
		Data: views.PortalProjects{Projects: cards, LostURL: lostLinkOffer(len(cards))}, Nav: nav(nil, false, "new"), Lang: words.Locale()})
}

// allDocs lists the projects whose articles can be read, when there is a choice.
func (h *Handlers) allDocs(c *fiber.Ctx) error {
	me, _, err := h.guest(c)
	if err != nil {
		return err
	}
	portal := h.portal.As(me)
	readable, err := portal.ReadableProjects(c.UserContext())
	if err != nil {
		return err
	}
	if len(readable) == 0 && me.ID == 0 {
		open, err := portal.Projects(c.UserContext())
		if err != nil {
			return err
		}
		if len(open) > 0 {
			return &desk.SignInFirst{}
		}
	}
	if len(readable) == 1 {
		return c.Redirect(docsURL(readable[0].Slug), fiber.StatusSeeOther)
	}
	page := views.PortalDocs{NewTicketURL: "/ticket"}
	for _, p := range readable {
		page.Projects = append(page.Projects, views.Project{Name: p.Name, Description: p.Summary, DocsURL: docsURL(p.Slug)})
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", known(c, views.Page{Title: words.T("portal.docs.all"), Body: "portal/docs", Data: page, Nav: nav(nil, false, "docs"), Lang: words.Locale()}))
}

// viewProjectFor is a project as guests, or signed-in customers, come to its pages.
func viewProjectFor(p *desk.PublicProject, signedIn bool) views.Project {
	v := viewProject(p, true)
	if signedIn {
		v.NewTicketURL, v.DocsURL = customerNew+"/"+p.Slug, docsURL(p.Slug)
	}
	return v
}

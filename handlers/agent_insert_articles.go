package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// insertArticles lists the project's public articles for putting one into a reply: those found for
// ?q=, else the latest.
func (a *agents) insertArticles(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	slug, err := a.desk.TicketProject(c.UserContext(), actorOf(c), n)
	if err != nil {
		return err
	}
	query := strings.TrimSpace(c.Query("q"))
	if runes := []rune(query); len(runes) > maxQuery {
		query = string(runes[:maxQuery])
	}
	list := views.ArticleList{Query: query}
	var cards []desk.PublicArticleCard
	domain := ""
	if query != "" {
		var found *desk.DocResults
		if found, err = a.portal.SearchDocs(c.UserContext(), slug, query, 0); err == nil {
			cards, domain = found.Articles, found.Project.Domain
		}
	} else {
		var home *desk.DocHome
		if home, err = a.portal.Docs(c.UserContext(), slug); err == nil {
			cards, domain = home.Recent, home.Project.Domain
		}
	}
	if _, closed := desk.AskedToSignIn(err); err != nil && !closed && models.KindOf(err) != models.KindNotFound {
		return err // a portal that is off has no public articles
	}
	base := atHost(a.address(c), domain)
	for _, card := range cards {
		list.Articles = append(list.Articles, views.ArticleInsert{Title: card.Title, Summary: card.Summary, Collection: card.Collection,
			Text: "[" + linkText(card.Title) + "](" + base + articleURL(slug, card.Slug) + ")"})
	}
	return a.part(c, fiber.StatusOK, "agent/_articles", list)
}

// linkText keeps a title from ending the link it stands in.
func linkText(title string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`").Replace(title)
}

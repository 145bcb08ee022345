package handlers

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// suggestions offers articles while a ticket is being written (PC-10). Nothing found is
// an empty answer, and a search that is away must never be in the way.
func (h *Handlers) suggestions(c *fiber.Ctx) error {
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	slug := c.Params("slug")
	project, err := h.portal.Project(c.UserContext(), slug)
	if err != nil {
		return err
	}
	lang := h.lang(c, project.Locale)
	found := h.suggest(c, slug, posted.first(views.FieldTitle), posted.first(views.FieldDescription), lang)
	return h.fragment(c, fiber.StatusOK, lang, "portal/_suggestions", found)
}

func (h *Handlers) suggest(c *fiber.Ctx, slug, title, text, lang string) views.Suggestions {
	return h.suggestBy(c, h.portal, slug, title, text, lang)
}

func (h *Handlers) suggestBy(c *fiber.Ctx, portal *desk.Portal, slug, title, text, lang string) views.Suggestions {
	cards, err := portal.Suggest(c.UserContext(), slug, title, text, lang)
	if err != nil {
		h.log.Warn("suggest", "request", requestID(c), "error", err)
		return views.Suggestions{}
	}
	var found views.Suggestions
	for _, card := range cards {
		found.Hits = append(found.Hits, views.Suggestion{Title: card.Title, Snippet: snippet(card), URL: articleURL(slug, card.Slug)})
	}
	if query := strings.TrimSpace(title); query != "" && len(found.Hits) > 0 {
		found.MoreURL = docsURL(slug) + "/search?q=" + url.QueryEscape(query)
	}
	return found
}

// articleLink draws an article in a list.
func articleLink(slug string, card desk.PublicArticleCard) views.ArticleLink {
	return views.ArticleLink{Title: card.Title, Snippet: snippet(card), URL: articleURL(slug, card.Slug), Collection: card.Collection, UpdatedAt: card.UpdatedAt}
}

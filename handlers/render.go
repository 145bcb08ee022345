package handlers

import (
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// The cookies of a visitor's own choices. They name nobody.
const (
	cookieLang  = "lang"
	cookieTheme = "theme"
)

const htmlType = "text/html; charset=utf-8"

// page answers with a page: within its layout, or for htmx its content alone. What the
// handler leaves open (language, scheme, workspace, own address) is filled in here.
func (h *Handlers) page(c *fiber.Ctx, status int, layout string, p views.Page) error {
	if p.Lang == "" || p.Workspace.Name == "" {
		workspace, err := h.portal.Workspace(c.UserContext())
		if err != nil && status < 500 {
			// A page about a fault must not need what has failed.
			return err
		}
		if p.Lang == "" {
			p.Lang = h.lang(c, workspace.Locale)
		}
		if p.Workspace.Name == "" {
			p.Workspace = viewWorkspace(workspace)
		}
	}
	if p.Theme == "" {
		p.Theme = c.Cookies(cookieTheme)
	}
	if layout == "portal" {
		p.Nav = wholeNav(p)
	}
	if p.Path == "" {
		p.Path = string(c.Request().URI().RequestURI())
	}
	if isHTMX(c) {
		layout = "partial"
	}
	c.Vary(hxRequest)
	c.Status(status)
	c.Set(fiber.HeaderContentType, htmlType)
	return h.Views.Page(c.Context().Response.BodyWriter(), p.Lang, layout, p)
}

func viewWorkspace(w desk.PublicWorkspace) views.Workspace {
	return views.Workspace{Name: w.Name, SupportAddress: w.SupportAddress, SignUp: w.Registration}
}

// fragment answers with a part of a page, never with a layout.
func (h *Handlers) fragment(c *fiber.Ctx, status int, lang, name string, data any) error {
	c.Vary(hxRequest)
	c.Status(status)
	c.Set(fiber.HeaderContentType, htmlType)
	return h.Views.Fragment(c.Context().Response.BodyWriter(), lang, name, data)
}

// lang decides the language of an answer: what the visitor chose, else what the browser
// asks for, else the fallback, which is the project's or the workspace's own.
func (h *Handlers) lang(c *fiber.Ctx, fallback string) string {
	return h.Locale.Match(c.Get(fiber.HeaderAcceptLanguage), c.Cookies(cookieLang), fallback)
}

// words are the strings in the language of an answer.
func (h *Handlers) words(c *fiber.Ctx, fallback string) *locale.Strings {
	return h.Locale.For(h.lang(c, fallback))
}

// say turns a problem of a verb into a sentence.
func say(words *locale.Strings, p models.Problem) string {
	if len(p.Args) == 0 {
		return words.T(p.Key)
	}
	return words.Tf(p.Key, p.Args...)
}

// marked writes a snippet with its matches marked.
func marked(spans []desk.Span) template.HTML {
	var b strings.Builder
	for _, s := range spans {
		if s.Match {
			b.WriteString("<mark>")
		}
		b.WriteString(template.HTMLEscapeString(s.Text))
		if s.Match {
			b.WriteString("</mark>")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // escaped above
}

func viewProject(p *desk.PublicProject, create bool) views.Project {
	v := views.Project{Name: p.Name, Description: p.Summary}
	if p.GuestDocs {
		v.DocsURL = docsURL(p.Slug)
	}
	if create {
		v.NewTicketURL = createURL(p.Slug)
	}
	return v
}

func createURL(slug string) string { return "/ticket/" + slug }
func docsURL(slug string) string   { return "/doc/" + slug }

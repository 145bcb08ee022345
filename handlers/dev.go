package handlers

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

const (
	// outboxShown is how many of the latest mails the outbox page lists.
	outboxShown = 200
	// outboxRead is how many of them programs get.
	outboxRead = 2000
	// mailPolicy is for a mail's HTML part as a page of its own: its inline styles show,
	// nothing runs, nothing is loaded, and links open in the page around nothing.
	mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-top-navigation-by-user-activation; " +
		"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

// devRoutes are the pages of demo and development. They show living links and everybody's
// mail, so they exist with Options.Dev only.
func (h *Handlers) devRoutes(r fiber.Router) {
	r.Get("/dev/outbox", h.outbox)
	r.Get("/dev/outbox.json", h.outboxJSON)
	r.Get("/dev/outbox/:id", h.outboxMail)
	r.Get("/dev/outbox/:id/html", h.outboxHTML)
	r.Get("/dev/gallery", h.gallery)
	r.Get("/dev/gallery/:sample", h.gallerySample)
}

// outbox lists the mails that would have been sent, newest first.
func (h *Handlers) outbox(c *fiber.Ctx) error {
	mails, err := h.Desk.Outbox(c.UserContext(), outboxShown)
	if err != nil {
		return err
	}
	var data views.Outbox
	for _, m := range slices.Backward(mails) {
		data.Mails = append(data.Mails, views.OutboxMail{To: m.Recipient, Subject: m.Subject, URL: "/dev/outbox/" + decimal(m.ID), At: m.CreatedAt.Time()})
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("agent.outbox"), Body: "dev/outbox", Data: data, Lang: words.Locale(), NoIndex: true, Nav: nav(nil, false, "")})
}

// outboxJSON is the same for programs, oldest first.
func (h *Handlers) outboxJSON(c *fiber.Ctx) error {
	mails, err := h.Desk.Outbox(c.UserContext(), outboxRead)
	if err != nil {
		return err
	}
	type kept struct {
		To          string            `json:"to"`
		Subject     string            `json:"subject"`
		Text        string            `json:"text"`
		HTML        string            `json:"html"`
		Headers     map[string]string `json:"headers"`
		Attachments []string          `json:"attachments"`
	}
	all := []kept{}
	for _, m := range mails {
		all = append(all, kept{m.Recipient, m.Subject, m.Text, m.HTML, m.Headers, append([]string{}, m.Attachments...)})
	}
	return c.JSON(all)
}

func (h *Handlers) keptMail(c *fiber.Ctx) (*models.OutboxMail, error) {
	id, err := strconv.ParseInt(c.Params("id"), 10, 64)
	if err != nil {
		return nil, models.NotFound()
	}
	return h.Desk.OutboxMail(c.UserContext(), id)
}

// outboxMail shows one mail.
func (h *Handlers) outboxMail(c *fiber.Ctx) error {
	m, err := h.keptMail(c)
	if err != nil {
		return err
	}
	data := views.OutboxPage{BackURL: "/dev/outbox", From: m.Headers["From"], To: m.Recipient, Subject: m.Subject, At: m.CreatedAt.Time(), Text: m.Text}
	if m.HTML != "" {
		data.HTMLURL = "/dev/outbox/" + decimal(m.ID) + "/html"
	}
	names := make([]string, 0, len(m.Headers))
	for name := range m.Headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		data.Headers = append(data.Headers, views.MailHeader{Name: name, Value: m.Headers[name]})
	}
	for _, name := range m.Attachments {
		data.Files = append(data.Files, views.File{Name: name})
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: m.Subject, Body: "dev/mail", Data: data, Lang: words.Locale(), NoIndex: true, Nav: nav(nil, false, "")})
}

// outboxHTML shows the HTML part as a page of its own, as a mail program would.
func (h *Handlers) outboxHTML(c *fiber.Ctx) error {
	m, err := h.keptMail(c)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, mailPolicy)
	c.Set(fiber.HeaderContentType, htmlType)
	return c.SendString(m.HTML)
}

// gallery lists every page and part of a page with believable data, in every language.
func (h *Handlers) gallery(c *fiber.Ctx) error {
	var data views.GalleryPage
	for i, s := range views.Gallery() {
		for _, language := range h.Locale.Locales() {
			data.Items = append(data.Items, views.GalleryItem{Name: s.Name + " · " + language, Language: language,
				URL: "/dev/gallery/" + strconv.Itoa(i) + "?lang=" + language})
		}
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusOK, "portal", views.Page{Title: words.T("agent.gallery"), Body: "dev/gallery", Data: data, Lang: words.Locale(), NoIndex: true, Nav: nav(nil, false, "")})
}

func (h *Handlers) gallerySample(c *fiber.Ctx) error {
	samples := views.Gallery()
	i, err := strconv.Atoi(c.Params("sample"))
	if err != nil || i < 0 || i >= len(samples) {
		return models.NotFound()
	}
	s, language := samples[i], h.Locale.For(c.Query("lang")).Locale()
	c.Set(fiber.HeaderContentType, htmlType)
	if s.Layout == "" {
		// A part of a page has no style of its own: show it in the least of frames.
		p := s.Page()
		p.Body = s.Template
		return h.Views.Page(c.Context().Response.BodyWriter(), language, "bare", p)
	}
	return h.Views.Page(c.Context().Response.BodyWriter(), language, s.Layout, s.Page())
}

package handlers

import "github.com/gofiber/fiber/v2"

// routes is the table of contents: every address of Lodge and who answers it.
func (h *Handlers) routes(r fiber.Router) {
	// The machine's own.
	r.Get("/healthz", h.healthz)
	r.Get("/readyz", h.readyz)
	r.Get("/robots.txt", h.robots)
	r.Get("/favicon.ico", h.favicon)
	r.Get("/assets/*", h.asset)

	// A visitor's choice of language and scheme.
	r.Post("/preferences", h.setPreferences)

	// The portal: home, search, projects.
	h.homeRoutes(r)

	// A participant's thread, behind the secret of their link (PT).
	r.Get("/ticket/thread/:token", h.thread)
	r.Get("/ticket/thread/:token/updates", h.updates)
	r.Get("/ticket/thread/:token/stream", h.stream)
	h.postUpload(r, "/ticket/thread/:token/replies", h.reply)
	r.Get("/ticket/thread/:token/replies", h.toThread)
	r.Get("/ticket/thread/:token/closure", h.askClosure)
	r.Post("/ticket/thread/:token/closure", h.closeTicket)
	r.Get("/ticket/thread/:token/files/:pid", h.threadFile)
	r.Get("/ticket/thread/:token/files/:pid/thumb", h.threadThumb)
	h.peopleRoutes(r)
	h.feedbackRoutes(r)

	// Mails of one ticket, behind a link of their own (NU-3).
	r.Get("/ticket/unsubscribe/:token", h.askUnsubscribe)
	r.Post("/ticket/unsubscribe/:token", h.unsubscribe)
	r.Post("/ticket/unsubscribe/:token/undo", h.resubscribe)
	r.Post("/ticket/unsubscribe/:token/preferences", h.mailPreferences)

	h.preferencesRoutes(r)
	// What waits until its sender has confirmed it (PC-12).
	h.confirmRoutes(r)

	// A project's create form (PC).
	r.Get("/ticket/:slug", h.showCreate)
	h.postUpload(r, "/ticket/:slug", h.create)
	r.Post("/ticket/:slug/fields", h.createFields)
	r.Post("/ticket/:slug/suggestions", h.suggestions)

	// A project's articles (KB).
	r.Get("/doc/:slug", h.docs)
	r.Get("/doc/:slug/search", h.searchDocs)
	r.Get("/doc/:slug/collections/:collection", h.docsCollection)
	r.Get("/doc/:slug/:article", h.article)

	// The first run, the customers' pages, the agents' desk, and what only developers see.
	h.setupRoutes(r)
	h.customerRoutes(r)
	h.agentRoutes(r)
	if h.Dev {
		h.devRoutes(r)
	}
}

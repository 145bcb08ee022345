package handlers

import (
	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// setupRoutes are the one-time pages of the first run (SE-5). The token in the path, which
// only the console shows, is what they ask for; after the first administrator is made
// there is nothing behind them for ever (A75).
func (h *Handlers) setupRoutes(r fiber.Router) {
	r.Get("/setup/:token", h.askSetup)
	r.Post("/setup/:token", h.setUp)
}

func (h *Handlers) askSetup(c *fiber.Ctx) error {
	if err := h.Desk.SetupOpen(c.UserContext(), c.Params("token")); err != nil {
		return h.setupGone(c, err)
	}
	return h.showSetup(c, fiber.StatusOK, views.Setup{})
}

// setUp makes the first administrator and the first project. Of two at once one makes it,
// the other finds the link used up.
func (h *Handlers) setUp(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	if err := h.Desk.SetupOpen(ctx, token); err != nil {
		return h.setupGone(c, err)
	}
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	form := views.Setup{Workspace: posted.first(views.FieldWorkspace), Project: posted.first(views.FieldProject), Name: posted.first(views.FieldName), Email: posted.first(views.FieldEmail)}
	words := h.words(c, h.fallback(c))
	_, err = h.Desk.SetUp(ctx, token, desk.SetupInput{Workspace: form.Workspace, Project: form.Project, Name: form.Name, Email: form.Email,
		Password: posted.first(views.FieldPassword), Locale: words.Locale()})
	if e, ok := refusal(err); ok {
		form.Errors = setupErrors(words, e)
		return h.showSetup(c, statusOf(e), form)
	}
	if err != nil {
		return h.setupGone(c, err)
	}
	done := views.SetupDone{SignInURL: agentSignIn, PortalURL: "/"}
	return h.page(c, fiber.StatusOK, "bare", views.Page{Title: words.T("agent.setup.done"), Body: "setup/done", Data: done, Path: "/", Lang: words.Locale()})
}

func (h *Handlers) showSetup(c *fiber.Ctx, status int, form views.Setup) error {
	words := h.words(c, h.fallback(c))
	form.Action, form.MinPassword = "/setup/"+c.Params("token"), desk.MinPassword
	if form.Errors == nil {
		form.Errors = map[string]string{}
	}
	return h.page(c, status, "bare", views.Page{Title: words.T("agent.setup.title"), Body: "setup/new", Data: form, Path: form.Action, Lang: words.Locale()})
}

// setupGone is the one answer for a link that was used, has expired, or never was.
func (h *Handlers) setupGone(c *fiber.Ctx, err error) error {
	if models.KindOf(err) != models.KindNotFound {
		return err
	}
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusNotFound, "bare", views.Page{Title: words.T("agent.setup.gone"), Body: "setup/gone", Data: views.SetupGone{SignInURL: agentSignIn}, Path: "/",
		Lang: words.Locale(), NoIndex: true})
}

// setupErrors are the sentences beside the fields.
func setupErrors(words *locale.Strings, e *models.Error) map[string]string {
	errs := map[string]string{}
	for _, field := range e.Order {
		errs[field] = say(words, e.Fields[field])
	}
	if len(errs) == 0 {
		errs[""] = say(words, models.Problem{Key: e.Message})
	}
	return errs
}

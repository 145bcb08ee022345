package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// MailState says how mails leave this desk, for the first run. Kind is "smtp", "outbox" or "none".
type MailState struct {
	Kind, Server, From string
	// Test sends a mail in a language to an address now and says what went wrong; nil where no mail can leave.
	Test func(ctx context.Context, language, to string) error
}

const (
	cookieSetup = "lodge_setup"
	// setupCookieFor is how long what was typed into the first run is remembered.
	setupCookieFor = 24 * time.Hour
	// setupTestFor is how long a test mail is waited for.
	setupTestFor = 20 * time.Second
)

// setupRoutes are the one-time pages of the first run (SE-5). The token in the path, which
// only the console shows, is what they ask for; after the first administrator is made
// there is nothing behind them for ever (A75). What was typed travels encrypted in a cookie:
// no step before the last one writes anything.
func (h *Handlers) setupRoutes(r fiber.Router) {
	r.Get("/setup/:token", h.askSetup)
	r.Post("/setup/:token", h.setUp)
	r.Post("/setup/:token/mail/test", h.testSetupMail)
	r.Get("/setup/:token/:step", h.askSetup)
	r.Post("/setup/:token/:step", h.setUp)
}

// setupStep is the step a path names; the first one has the shortest path.
func setupStep(c *fiber.Ctx) string {
	if step := c.Params("step"); step != "" {
		return step
	}
	return desk.SetupWorkspace
}

func setupURL(token, step string) string {
	if step == desk.SetupWorkspace {
		return "/setup/" + token
	}
	return "/setup/" + token + "/" + step
}

// reachable says whether a step may be shown: everything before it is done.
func reachable(draft desk.SetupDraft, step string) bool {
	at, next := slices.Index(desk.SetupSteps, step), slices.Index(desk.SetupSteps, draft.Next())
	return at >= 0 && at <= next
}

func (h *Handlers) askSetup(c *fiber.Ctx) error {
	token, step := c.Params("token"), setupStep(c)
	if err := h.Desk.SetupOpen(c.UserContext(), token); err != nil {
		return h.setupGone(c, err)
	}
	draft := h.setupDraft(c)
	if !slices.Contains(desk.SetupSteps, step) {
		return models.NotFound()
	}
	if !reachable(draft, step) {
		return c.Redirect(setupURL(token, draft.Next()), fiber.StatusSeeOther)
	}
	in := desk.SetupInput{Workspace: draft.Workspace, Project: draft.Project, Name: draft.Name, Email: draft.Email}
	return h.showSetup(c, fiber.StatusOK, step, draft, in, nil, nil)
}

func (h *Handlers) setupDraft(c *fiber.Ctx) desk.SetupDraft {
	return h.Desk.OpenSetupDraft(c.Params("token"), c.Cookies(h.cookieName(cookieSetup)))
}

// setUp takes one step; the last one makes the first administrator and the first project. Of
// two at once one makes it, the other finds the link used up.
func (h *Handlers) setUp(c *fiber.Ctx) error {
	ctx, token, step := c.UserContext(), c.Params("token"), setupStep(c)
	if err := h.Desk.SetupOpen(ctx, token); err != nil {
		return h.setupGone(c, err)
	}
	posted, err := h.readText(c)
	if err != nil {
		return err
	}
	draft := h.setupDraft(c)
	if !slices.Contains(desk.SetupSteps, step) {
		return models.NotFound()
	}
	if !reachable(draft, step) {
		return c.Redirect(setupURL(token, draft.Next()), fiber.StatusSeeOther)
	}
	words := h.words(c, h.fallback(c))
	if step == desk.SetupArticles {
		done, err := h.Desk.SetUp(ctx, token, draft, words.Locale(), posted.first("articles") != "")
		if err != nil {
			return h.setupGone(c, err)
		}
		return h.showSetupDone(c, words, done)
	}
	in := desk.SetupInput{Workspace: posted.first(views.FieldWorkspace), Project: posted.first(views.FieldProject), Name: posted.first(views.FieldName), Email: posted.first(views.FieldEmail),
		Password: posted.first(views.FieldPassword)}
	before := draft
	err = h.Desk.SetupStep(ctx, token, step, &draft, in)
	if e, ok := refusal(err); ok {
		return h.showSetup(c, statusOf(e), step, before, in, e, nil)
	}
	if err != nil {
		return h.setupGone(c, err)
	}
	sealed, err := h.Desk.SealSetupDraft(token, draft)
	if err != nil {
		return err
	}
	h.setCookie(c, cookieSetup, sealed, setupCookieFor)
	after := desk.SetupSteps[slices.Index(desk.SetupSteps, step)+1]
	return c.Redirect(setupURL(token, after), fiber.StatusSeeOther)
}

// testSetupMail sends a test mail and waits for what the mail server says.
func (h *Handlers) testSetupMail(c *fiber.Ctx) error {
	ctx, token := c.UserContext(), c.Params("token")
	if err := h.Desk.SetupOpen(ctx, token); err != nil {
		return h.setupGone(c, err)
	}
	draft := h.setupDraft(c)
	if h.Mail.Test == nil || !reachable(draft, desk.SetupMail) {
		return c.Redirect(setupURL(token, draft.Next()), fiber.StatusSeeOther)
	}
	words := h.words(c, h.fallback(c))
	notice := &views.Notice{Kind: "success", Text: words.T("agent.setup.mail.sent")}
	status := fiber.StatusOK
	err := h.Desk.AllowSetupTest(ctx)
	if err == nil {
		sending, cancel := context.WithTimeout(ctx, setupTestFor)
		err = h.Mail.Test(sending, words.Locale(), draft.Email)
		cancel()
		if err != nil {
			h.log.Warn("the test mail did not leave", "error", err.Error())
			status, notice = fiber.StatusUnprocessableEntity, &views.Notice{Kind: "error", Text: words.Tf("agent.setup.mail.failed", "Cause", causeOf(err))}
		}
	} else if e, ok := refusal(err); ok {
		status, notice = statusOf(e), &views.Notice{Kind: "warning", Text: say(words, models.Problem{Key: e.Message})}
		retryAfter(c, err)
	} else {
		return err
	}
	return h.showSetup(c, status, desk.SetupMail, draft, desk.SetupInput{}, nil, notice)
}

// causeOf is what went wrong, on one line of bearable length. Only who holds the console's
// link reads it.
func causeOf(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	text := []rune(strings.Join(strings.Fields(err.Error()), " "))
	if len(text) > 300 {
		return string(text[:299]) + "…"
	}
	return string(text)
}

func (h *Handlers) showSetup(c *fiber.Ctx, status int, step string, draft desk.SetupDraft, in desk.SetupInput, refused *models.Error, notice *views.Notice) error {
	words, token := h.words(c, h.fallback(c)), c.Params("token")
	key := "agent.setup.step." + step
	s := views.Setup{Action: setupURL(token, step), Heading: words.T(key + ".heading"), Lead: words.T(key + ".lead"), Submit: words.T("agent.setup.next"), Notice: notice, Inputs: setupInputs(words, step, draft, in)}
	at := slices.Index(desk.SetupSteps, step)
	for i, name := range desk.SetupSteps {
		one := views.SetupStep{Number: i + 1, Label: words.T("agent.setup.step." + name), Current: name == step, Done: i < at || (i > at && reachable(draft, name) && draft.Next() != name)}
		if reachable(draft, name) {
			one.URL = setupURL(token, name)
		}
		s.Steps = append(s.Steps, one)
	}
	if at > 0 {
		s.BackURL = setupURL(token, desk.SetupSteps[at-1])
	}
	switch step {
	case desk.SetupWorkspace:
		s.Address = h.setupAddress(c)
	case desk.SetupMail:
		s.Mail = &views.SetupMail{Kind: h.Mail.Kind, Server: h.Mail.Server, From: h.Mail.From, To: draft.Email}
		if h.Mail.Kind == "" {
			s.Mail.Kind = "none"
		}
		if h.Mail.Test != nil {
			s.Mail.TestURL = "/setup/" + token + "/mail/test"
		}
		if h.Dev {
			s.Mail.OutboxURL = "/dev/outbox"
		}
	case desk.SetupArticles:
		s.Submit = words.T("agent.setup.finish")
	}
	if refused != nil {
		f := views.Form{Inputs: s.Inputs}
		withErrors(words, &f, refused)
		s.Inputs, s.Error = f.Inputs, f.Error
	}
	return h.page(c, status, "bare", views.Page{Title: words.T("agent.setup.title"), Body: "setup/step", Data: s, Path: s.Action, Lang: words.Locale()})
}

// setupInputs are the fields of a step with what is in them.
func setupInputs(words *locale.Strings, step string, draft desk.SetupDraft, in desk.SetupInput) []views.Input {
	switch step {
	case desk.SetupWorkspace:
		return []views.Input{{Kind: "text", Name: views.FieldWorkspace, Label: words.T("agent.setup.workspace"), Help: words.T("agent.setup.workspace.help"), Value: in.Workspace, MaxLength: 140, Required: true, Autocomplete: "organization"}}
	case desk.SetupProject:
		return []views.Input{{Kind: "text", Name: views.FieldProject, Label: words.T("agent.setup.project"), Help: words.T("agent.setup.project.help"), Value: in.Project, MaxLength: 140, Required: true, Autocomplete: "off"}}
	case desk.SetupYou:
		password := views.Input{Kind: "password", Name: views.FieldPassword, Label: words.T("agent.setup.password"), Help: words.Tn("agent.setup.password.help", desk.MinPassword), Required: true, Autocomplete: "new-password"}
		if draft.PasswordHash != "" {
			password.Help, password.Required = words.T("agent.setup.password.kept"), false
		}
		return []views.Input{
			{Kind: "text", Name: views.FieldName, Label: words.T("agent.setup.name"), Value: in.Name, MaxLength: 140, Required: true, Autocomplete: "name"},
			{Kind: "email", Name: views.FieldEmail, Label: words.T("agent.setup.address"), Value: in.Email, MaxLength: 254, Required: true, Autocomplete: "username"},
			password,
		}
	case desk.SetupArticles:
		return []views.Input{{Kind: "checkbox", Name: "articles", Label: words.T("agent.setup.articles"), Help: words.T("agent.setup.articles.help"), Value: "1"}}
	}
	return nil
}

// setupAddress compares where links in mails lead with where this page was opened. The
// scheme in the address bar is not known behind a proxy: hosts are compared.
func (h *Handlers) setupAddress(c *fiber.Ctx) *views.SetupAddress {
	host := string(c.Request().Host())
	scheme := "http"
	if h.Secure || string(c.Request().Header.Peek(fiber.HeaderXForwardedProto)) == "https" {
		scheme = "https"
	}
	a := &views.SetupAddress{Links: h.LinkURL, Here: scheme + "://" + host}
	if a.Links == "" {
		a.Links = a.Here
	}
	_, linked, _ := strings.Cut(originOf(a.Links), "://")
	_, here, _ := strings.Cut(originOf(a.Here), "://")
	a.Differs = linked != here
	return a
}

func (h *Handlers) showSetupDone(c *fiber.Ctx, words *locale.Strings, done *desk.SetUpDone) error {
	h.setCookie(c, cookieSetup, "", 0)
	base := h.setupAddress(c).Links
	return h.page(c, fiber.StatusOK, "bare", views.Page{Title: words.T("agent.setup.done"), Body: "setup/done", Path: "/", Lang: words.Locale(),
		Data: views.SetupDone{SignInURL: agentSignIn, PortalURL: "/", TicketURL: createURL(done.Project), MailboxURL: mailboxesURL(done.Project), Portal: base + "/", Desk: base + agentHome}})
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

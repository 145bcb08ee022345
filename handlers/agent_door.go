package handlers

import (
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// agents holds what the agents' pages share: the whole desk and their own sessions.
type agents struct {
	*Handlers
	desk     *desk.Desk
	sessions *sessionStore
}

const (
	agentHome   = "/agent"
	agentSignIn = "/agent/sign-in"

	localVisit = "agent-visit"
	localActor = "agent-actor"
	localForm  = "agent-form"
)

// agentRoutes is the table of contents of the agents' desk (AG).
func (h *Handlers) agentRoutes(r fiber.Router) {
	a := &agents{Handlers: h, desk: h.Desk, sessions: newSessionStore(h.Desk, sessionAgent, h.Secure)}

	r.Get(agentSignIn, a.askSignIn)
	r.Post(agentSignIn, a.signIn)
	a.strangerRoutes(r)

	// From here on somebody is signed in, and what is posted carries the session's token.
	r.Use(agentHome, a.signedIn)
	r.Post("/agent/sign-out", a.signOut)
	a.queueRoutes(r)
	r.Get("/agent/stream", a.stream)
	a.relationRoutes(r)
	r.Get("/agent/tickets/:number", a.ticket)
	r.Get("/agent/tickets/:number/updates", a.updates)
	h.postUpload(r, "/agent/tickets/:number/replies", a.reply)
	r.Post("/agent/tickets/:number/status", a.changeStatus)
	r.Post("/agent/tickets/:number/assignment", a.assign)
	r.Get("/agent/files/:pid", a.file)
	r.Get("/agent/files/:pid/thumb", a.thumb)
	a.participantRoutes(r)
	a.timeRoutes(r)
	a.composerRoutes(r)
	a.settingsRoutes(r)
	a.companyPortalRoutes(r)
	a.contactRoutes(r)
	a.templateRoutes(r)
	a.articleRoutes(r)
	a.projectRoutes(r)
	a.mailboxRoutes(r)
	a.propertyRoutes(r)
	a.macroRoutes(r)
	a.routingRoutes(r)
	a.tagRoutes(r)
	a.noticeRoutes(r)
	a.peopleRoutes(r)
	a.heldRoutes(r)
	a.feedbackRoutes(r)
	a.mailLogRoutes(r)
	a.hoursRoutes(r)
	a.slaRoutes(r)
	a.providerRoutes(r)
}

// signedIn lets only agents pass, read anew at each request: who was disabled is out at
// once (A95). What is posted must carry the session's token; forms with files bring it in
// their text, which readUpload checks before any file is read.
func (a *agents) signedIn(c *fiber.Ctx) error {
	v, err := a.sessions.open(c)
	if err != nil {
		return err
	}
	actor, err := desk.Actor{}, error(models.NotFound())
	if v.subject() != 0 {
		actor, err = a.desk.Actor(c.UserContext(), v.subject())
	}
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return a.stranger(c)
	}
	if err != nil {
		return err
	}
	if unsafeMethod(c.Method()) && !a.takesUpload(c.Method(), c.Path()) {
		posted, err := a.readText(c)
		if err != nil {
			return err
		}
		if !v.checked(c, posted) {
			return fiber.ErrForbidden
		}
		c.Locals(localForm, posted)
	}
	if err := v.keep(c); err != nil {
		return err
	}
	c.Locals(localVisit, v)
	c.Locals(localActor, actor)
	if actor.MustSetUpFactor && !beforeFactor(c.Path()) {
		return a.leadToFactor(c)
	}
	return c.Next()
}

// stranger sends whoever asks for a page to the sign-in and back. Posts and parts of pages
// are refused where they are: what was typed stays in the browser.
func (a *agents) stranger(c *fiber.Ctx) error {
	if unsafeMethod(c.Method()) || isHTMX(c) || c.Get(fiber.HeaderAccept) == "text/event-stream" {
		return fiber.ErrForbidden
	}
	address := agentSignIn
	if here := string(c.Request().URI().RequestURI()); here != agentHome {
		address += "?" + views.FieldNext + "=" + queryEscape(here)
	}
	return c.Redirect(address, fiber.StatusSeeOther)
}

func visitOf(c *fiber.Ctx) *visit     { return c.Locals(localVisit).(*visit) }
func actorOf(c *fiber.Ctx) desk.Actor { return c.Locals(localActor).(desk.Actor) }
func posted(c *fiber.Ctx) values      { v, _ := c.Locals(localForm).(values); return v }

// language is what the agent chose in the header, else on their account, else what the
// browser asks for.
func (a *agents) language(c *fiber.Ctx) *locale.Strings {
	actor := actorOf(c)
	if actor.Locale != "" && c.Cookies(cookieLang) == "" {
		return a.Locale.For(actor.Locale)
	}
	return a.words(c, a.fallback(c))
}

// show answers with a page of the agents' desk.
func (a *agents) show(c *fiber.Ctx, status int, p views.Page) error {
	p.CSRF, p.Lang = visitOf(c).token(), a.language(c).Locale()
	if p.Agent == nil {
		p.Agent = &views.AgentNav{}
	}
	p.Agent.Name, p.Agent.QueueURL, p.Agent.SignOutURL = actorOf(c).Name, agentHome, "/agent/sign-out"
	p.Agent.Sections, p.Agent.Bell = a.sections(c), a.bell(c)
	return a.page(c, status, "agent", p)
}

// agentSections are the parts of the desk in its header: the text is "agent.section.<key>".
var agentSections = []struct{ key, path string }{
	{"tickets", agentHome},
	{"held", heldHome},
	{"contacts", contactsHome},
	{"companies", companiesHome},
	{"articles", articlesHome},
	{"feedback", feedbackHome},
	{"settings", settingsHome},
}

// sections are the links of the header; tickets are everything that is in no other part.
func (a *agents) sections(c *fiber.Ctx) []views.AgentView {
	words, here, found := a.language(c), c.Path(), false
	var links []views.AgentView
	for _, s := range agentSections {
		current := s.path != agentHome && (here == s.path || strings.HasPrefix(here, s.path+"/"))
		current = current || (s.path == settingsHome && strings.HasPrefix(here, mailLogHome))
		found = found || current
		links = append(links, views.AgentView{Label: words.T("agent.section." + s.key), URL: s.path, Current: current})
		if s.path == heldHome {
			links[len(links)-1].Held = a.heldCount(c)
		}
	}
	links[0].Current = !found
	return links
}

// part answers with a part of a page of the agents' desk.
func (a *agents) part(c *fiber.Ctx, status int, name string, data any) error {
	return a.fragment(c, status, a.language(c).Locale(), name, data)
}

// number reads a ticket's number from the path; what is none is not there.
func number(c *fiber.Ctx) (int64, error) {
	n, err := strconv.ParseInt(c.Params("number"), 10, 64)
	if err != nil || n < 1 {
		return 0, models.NotFound()
	}
	return n, nil
}

func ticketURL(number int64) string { return "/agent/tickets/" + strconv.FormatInt(number, 10) }

// refusal finds the error of a verb that belongs on the form itself: one that the person
// can do something about.
func refusal(err error) (*models.Error, bool) {
	var e *models.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Kind {
	case models.KindInvalid, models.KindConflict, models.KindTooMany, models.KindTooLarge:
		return e, true
	}
	return nil, false
}

// local says whether an address leads to a page of the agents' desk and nowhere else.
func local(address string) bool {
	return (address == agentHome || strings.HasPrefix(address, agentHome+"/") || strings.HasPrefix(address, agentHome+"?")) &&
		!strings.ContainsAny(address, "\\\r\n\t") && !strings.HasPrefix(address, agentSignIn)
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

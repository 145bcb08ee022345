package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const heldHome = "/agent/held"

// heldRoutes are what waits until its sender or an agent decides (PC-12, EM-2).
func (a *agents) heldRoutes(r fiber.Router) {
	r.Get(heldHome, a.heldList)
	r.Post(heldHome, a.rejectChosen)
	r.Get(heldHome+"/:held", a.heldItem)
	r.Post(heldHome+"/:held/acceptance", a.acceptHeld)
	r.Post(heldHome+"/:held/rejection", a.rejectHeld)
	// A refused form shows itself at these addresses; who opens one again gets the page.
	for _, step := range []string{"/acceptance", "/rejection"} {
		r.Get(heldHome+"/:held"+step, func(c *fiber.Ctx) error {
			id, err := idOf(c, "held")
			if err != nil {
				return err
			}
			return c.Redirect(heldURL(id), fiber.StatusSeeOther)
		})
	}
}

func heldURL(id int64) string { return heldHome + "/" + decimal(id) }

// heldAsk reads from the address what is to be shown; numbers that are none are not there.
func heldAsk(c *fiber.Ctx) (ask desk.HeldAsk, err error) {
	ask.Kind = c.Query("kind")
	for name, into := range map[string]*int64{"ticket": &ask.Ticket, "before": &ask.Before} {
		if text := c.Query(name); text != "" {
			if *into, err = strconv.ParseInt(text, 10, 64); err != nil || *into < 1 {
				return ask, models.NotFound()
			}
		}
	}
	return ask, nil
}

func (ask heldQuery) url(change ...string) string {
	query := map[string]string{"kind": ask.Kind}
	if ask.Ticket != 0 {
		query["ticket"] = decimal(ask.Ticket)
	}
	for i := 0; i+1 < len(change); i += 2 {
		query[change[i]] = change[i+1]
	}
	return addressOf(heldHome, "kind", query["kind"], "ticket", query["ticket"], "before", query["before"])
}

type heldQuery desk.HeldAsk

func (a *agents) heldList(c *fiber.Ctx) error {
	words := a.language(c)
	var flash *views.Flash
	switch done := c.Query("done"); done {
	case "adding", "rejected":
		flash = &views.Flash{Kind: "success", Text: words.T("agent.held.done." + done)}
	}
	if n, err := strconv.Atoi(c.Query("rejected")); err == nil && n > 0 && n <= 100 {
		flash = &views.Flash{Kind: "success", Text: words.Tn("agent.held.done.rejected_many", n)}
	}
	return a.heldPage(c, fiber.StatusOK, nil, flash)
}

func (a *agents) heldPage(c *fiber.Ctx, status int, refused *models.Error, flash *views.Flash) error {
	ask, err := heldAsk(c)
	if err != nil {
		return err
	}
	page, err := a.desk.HeldList(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words, here := a.language(c), heldQuery(ask)
	data := views.HeldList{CSRF: visitOf(c).token()}
	for _, kind := range []string{"", models.HeldTicket, models.HeldReply, models.HeldMail} {
		label := words.T("agent.held.kind.all")
		if kind != "" {
			label = words.T("agent.held.kind." + kind)
		}
		data.Tabs = append(data.Tabs, views.AgentView{Label: label, URL: here.url("kind", kind), Current: kind == ask.Kind})
	}
	for _, line := range page.Lines {
		data.Rows = append(data.Rows, heldRow(words, line))
	}
	if page.CanDecide {
		data.Action = here.url()
	}
	if ask.Ticket != 0 {
		data.Ticket, data.TicketURL, data.AllURL = "#"+decimal(ask.Ticket), ticketURL(ask.Ticket), heldHome
	}
	if page.Next != 0 {
		data.OlderURL = here.url("before", decimal(page.Next))
	}
	if ask.Before != 0 {
		data.FirstURL = here.url()
	}
	if refused != nil {
		data.Error = refusedSentence(words, refused)
	}
	return a.show(c, status, views.Page{Title: words.T("agent.held"), Body: "agent/held", Data: data, Flash: flash})
}

// refusedSentence is what was wrong, in the words of its field where there is one.
func refusedSentence(words *locale.Strings, refused *models.Error) string {
	if len(refused.Order) > 0 {
		return say(words, refused.Fields[refused.Order[0]])
	}
	return words.T(refused.Message)
}

var heldIcons = map[string]string{models.HeldTicket: "ticket", models.HeldReply: "message-square", models.HeldMail: "mail"}

func heldRow(words *locale.Strings, line desk.HeldLine) views.HeldRow {
	row := views.HeldRow{ID: decimal(line.ID), URL: heldURL(line.ID), Kind: line.Kind, Icon: heldIcons[line.Kind], Who: line.Name, Address: line.Address, Title: line.Title, Excerpt: line.Excerpt,
		Why: heldWhy(words, line.Reason), Project: line.Project.Name, At: line.CreatedAt, Until: line.ExpiresAt, CanDecide: line.CanDecide}
	if line.Ticket != 0 {
		row.Ticket, row.TicketURL = "#"+decimal(line.Ticket)+" "+line.TicketTitle, ticketURL(line.Ticket)
	}
	return row
}

// heldWhy says why something is held; a reason without words gets a neutral one.
func heldWhy(words *locale.Strings, reason string) string {
	if key := "agent.held.why." + reason; words.Has(key) {
		return words.T(key)
	}
	return words.T("agent.held.why.other")
}

// rejectChosen drops several at once.
func (a *agents) rejectChosen(c *fiber.Ctx) error {
	n, err := a.desk.RejectHeldAll(c.UserContext(), actorOf(c), postedIDs(posted(c)["ids"]))
	if e, ok := refusal(err); ok {
		return a.heldPage(c, statusOf(e), e, nil)
	}
	if err != nil {
		return err
	}
	ask, err := heldAsk(c)
	if err != nil {
		return err
	}
	ask.Before = 0
	to := heldQuery(ask).url()
	if n > 0 {
		to = addressOf(heldHome, "kind", ask.Kind, "ticket", c.Query("ticket"), "rejected", strconv.Itoa(n))
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

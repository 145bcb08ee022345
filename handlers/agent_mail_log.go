package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const mailLogHome = "/agent/mail"

// mailLogRoutes are the mails that came in and the originals behind messages (EM-3, EM-5).
func (a *agents) mailLogRoutes(r fiber.Router) {
	r.Get(mailLogHome, a.mailLog)
	r.Post(mailLogHome+"/:id/reading", a.readMailAgain)
	r.Get("/agent/tickets/:number/messages/:pid/original", a.mailOriginal)
	r.Get("/agent/tickets/:number/messages/:pid/original.eml", a.mailFile)
}

// mailLog lists what came in and what became of it.
func (a *agents) mailLog(c *fiber.Ctx) error { return a.showMailLog(c, fiber.StatusOK, nil) }

func (a *agents) showMailLog(c *fiber.Ctx, status int, refused *models.Error) error {
	ask := desk.MailLogAsk{Outcome: c.Query("outcome")}
	if text := c.Query("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return models.NotFound()
		}
		ask.Before = n
	}
	page, err := a.desk.MailLog(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.MailLog{CSRF: visitOf(c).token(), Filtered: ask.Outcome != ""}
	for _, outcome := range append([]string{""}, desk.MailOutcomes...) {
		tab := views.MailLogTab{Label: words.T("agent.mail_log.all"), URL: addressOf(mailLogHome, "outcome", outcome), Current: ask.Outcome == outcome}
		if outcome != "" {
			tab.Label = words.T("agent.mail_log.outcome." + outcome)
		}
		data.Tabs = append(data.Tabs, tab)
	}
	if ask.Before != 0 {
		data.NewestURL = addressOf(mailLogHome, "outcome", ask.Outcome)
	}
	if page.Next != 0 {
		data.OlderURL = addressOf(mailLogHome, "outcome", ask.Outcome, "before", decimal(page.Next))
	}
	for _, l := range page.Lines {
		data.Lines = append(data.Lines, mailLogLine(words, l, addressOf(mailLogHome, "outcome", ask.Outcome)))
	}
	flash := a.savedFlash(c)
	if flash != nil {
		flash.Text = words.T("agent.mail_log.again.done")
	}
	if refused != nil {
		flash = &views.Flash{Kind: "error", Text: words.T(refused.Message)}
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.settings.mail_log"), Body: "settings/mail_log", Data: data, Flash: flash})
}

func mailLogLine(words *locale.Strings, l desk.MailLogLine, back string) views.MailLogLine {
	line := views.MailLogLine{ID: l.ID, Outcome: l.Outcome, Label: words.T("agent.mail_log.outcome.reading"), Project: l.Project, From: l.From, Name: l.Name, Subject: l.Subject, At: l.At, Size: l.Size}
	if l.Outcome != "" {
		line.Label = words.T("agent.mail_log.outcome." + l.Outcome)
	}
	if key := "agent.mail_log.reason." + l.Reason; l.Reason != "" && words.Has(key) {
		line.Why = words.T(key)
	}
	if l.Number != 0 {
		line.TicketURL, line.Ticket = ticketURL(l.Number), "#"+decimal(l.Number)+" "+l.Title
	}
	if l.Held != 0 {
		line.HeldURL = heldURL(l.Held)
	}
	if l.CanRead {
		line.AgainURL = mailLogHome + "/" + decimal(l.ID) + "/reading"
	}
	return line
}

// readMailAgain has an ignored mail read again.
func (a *agents) readMailAgain(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	err = a.desk.ReadMailAgain(c.UserContext(), actorOf(c), id)
	if e, ok := refusal(err); ok {
		return a.showMailLog(c, statusOf(e), e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, mailLogHome)
}

// mailOriginal shows the mail that a message came by, as it arrived (EM-3).
func (a *agents) mailOriginal(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	pid := c.Params("pid")
	m, err := a.desk.MailOriginal(c.UserContext(), actorOf(c), n, pid)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.MailOriginal{BackURL: ticketURL(n) + "#" + entryID(pid), Number: n, Title: m.Title, Subject: m.Subject, From: m.From, At: m.ReceivedAt, Size: m.Size, Headers: m.Headers, Cut: m.Cut,
		FileURL: originalURL(n, pid) + ".eml"}
	if a.ReadMail != nil {
		data.Text = a.ReadMail(m.Raw)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.original"), Body: "agent/original", Data: data})
}

// mailFile sends the whole mail as a file.
func (a *agents) mailFile(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	content, err := a.desk.MailFile(c.UserContext(), actorOf(c), n, c.Params("pid"))
	if err != nil {
		return err
	}
	return a.sendFile(c, content)
}

func originalURL(n int64, pid string) string {
	return ticketURL(n) + "/messages/" + pid + "/original"
}

// cameByMail marks what came by mail, with the way to the original. Pictures of the mail stand
// where its text has them.
func cameByMail(n int64, e desk.AgentEntry, v *views.Entry) {
	v.ByMail = e.ByMail
	if e.Original {
		v.OriginalURL = originalURL(n, e.PID)
	}
	v.Body, v.Files = views.Pictures(v.Body, v.Files)
}

// mailEventLine fills in the lines of the timeline that mails make: from addresses that nobody has
// added yet a click leads to adding them.
func mailEventLine(n int64, e desk.AgentEvent, line *views.EventLine) {
	line.Count = e.Count
	for _, name := range e.Names {
		link := views.EventLink{Text: name}
		if e.Kind == models.EventMailCC {
			link.URL = addressOf(participantsURL(n), views.FieldEmail, name)
		}
		line.Links = append(line.Links, link)
	}
}

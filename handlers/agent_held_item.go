package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// heldItem is one thing that waits, as a whole.
func (a *agents) heldItem(c *fiber.Ctx) error {
	id, err := idOf(c, "held")
	if err != nil {
		return err
	}
	return a.heldItemPage(c, fiber.StatusOK, id, nil)
}

// acceptHeld takes it up (EM-2): who comes second gets the page as it stands now.
func (a *agents) acceptHeld(c *fiber.Ctx) error {
	id, err := idOf(c, "held")
	if err != nil {
		return err
	}
	form := posted(c)
	in := desk.HeldAccept{As: form.first("as")}
	if text := form.first("company"); text != "" {
		if in.Company, err = strconv.ParseInt(text, 10, 64); err != nil || in.Company < 1 {
			return fiber.ErrBadRequest
		}
	}
	number, err := a.desk.AcceptHeld(c.UserContext(), actorOf(c), id, in)
	if e, ok := refusal(err); ok {
		return a.heldItemPage(c, statusOf(e), id, e)
	}
	if err != nil {
		return err
	}
	if number != 0 {
		return c.Redirect(ticketURL(number), fiber.StatusSeeOther)
	}
	return c.Redirect(heldHome+"?done=adding", fiber.StatusSeeOther)
}

// rejectHeld drops it.
func (a *agents) rejectHeld(c *fiber.Ctx) error {
	id, err := idOf(c, "held")
	if err != nil {
		return err
	}
	err = a.desk.RejectHeld(c.UserContext(), actorOf(c), id)
	if e, ok := refusal(err); ok {
		return a.heldItemPage(c, statusOf(e), id, e)
	}
	if err != nil {
		return err
	}
	return c.Redirect(heldHome+"?done=rejected", fiber.StatusSeeOther)
}

func (a *agents) heldItemPage(c *fiber.Ctx, status int, id int64, refused *models.Error) error {
	item, err := a.desk.Held(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	words := a.language(c)
	data := views.HeldItem{BackURL: heldHome, HeldRow: heldRow(words, item.HeldLine), CSRF: visitOf(c).token(), KindLabel: words.T("agent.held.is." + item.Kind), Text: item.Text, Type: item.Type}
	if refused != nil {
		data.Error = refusedSentence(words, refused)
	}
	if item.State != models.HeldWaiting {
		data.Over = words.T("agent.held.over." + item.State)
		if item.Result != 0 {
			data.Result, data.ResultURL = "#"+decimal(item.Result), ticketURL(item.Result)
		}
	}
	for _, f := range item.Fields {
		value := strings.Join(f.Values, ", ")
		if f.Kind == models.FieldCheckbox {
			value = words.T("portal.yes")
		}
		data.Fields = append(data.Fields, views.PublicField{Label: f.Label, Value: value})
	}
	data.Files = stagedFiles(item.Files)
	heldSender(words, item, &data)
	if m := item.Mail; m != nil {
		data.Mail = &views.HeldMail{From: m.From, Subject: m.Subject, ProvenBy: m.ProvenBy, Checks: m.Checks, Size: m.Size, At: m.ReceivedAt, OriginalURL: "/agent/mail/" + decimal(item.MailID)}
	}
	if item.CanDecide {
		data.AcceptAction, data.RejectAction = heldURL(id)+"/acceptance", heldURL(id)+"/rejection"
		if item.Kind == models.HeldMail {
			data.Inputs = heldChoices(words, item, posted(c))
		} else {
			data.Effect = words.T("agent.held.effect." + item.Kind)
		}
	}
	return a.show(c, status, views.Page{Title: words.T("agent.held"), Body: "agent/held_item", Data: data, Path: heldURL(id)})
}

// heldSender says who is behind the address, and whether they were asked.
func heldSender(words *locale.Strings, item *desk.HeldItem, data *views.HeldItem) {
	switch {
	case item.Proven:
		data.Mark = words.T("agent.held.proven")
	case item.Known != 0:
		data.Mark, data.Warn = words.T("agent.not_proven"), true
	default:
		data.Mark, data.Warn = words.T("agent.held.unknown"), true
	}
	if item.Known != 0 {
		data.ContactURL = contactsHome + "/" + decimal(item.Known)
	}
	if item.Blockable && item.Address != "" {
		data.BlockURL = blocksHome + "?value=" + queryEscape(item.Address)
	}
	switch {
	case item.Asked:
		data.Asked = words.T("agent.held.asked")
	case item.Askable:
		data.Asked = words.T("agent.held.not_asked")
	}
}

// heldChoices are what may become of a mail (CO-4): the sender's only company is chosen already
// and can be cleared, of several none is.
func heldChoices(words *locale.Strings, item *desk.HeldItem, form values) []views.Input {
	as, company := form.first("as"), item.Company
	if form.has("as") {
		company = form.first("company")
	}
	if as == "" {
		as = desk.HeldAsTicket
		if item.Ticket != 0 {
			as = desk.HeldAsReply
		}
	}
	what := views.Input{Kind: "radio", Name: "as", Label: words.T("agent.held.as")}
	if item.Ticket != 0 {
		what.Choices = append(what.Choices, views.Choice{Value: desk.HeldAsReply, Label: words.Tf("agent.held.as.reply", "Ticket", "#"+decimal(item.Ticket)), Help: words.T("agent.held.as.reply.help"), Selected: as == desk.HeldAsReply})
	}
	what.Choices = append(what.Choices, views.Choice{Value: desk.HeldAsTicket, Label: words.T("agent.held.as.ticket"), Help: words.T("agent.held.as.ticket.help"), Selected: as == desk.HeldAsTicket})
	inputs := []views.Input{what}
	if len(item.Companies) > 0 {
		inputs = append(inputs, views.Input{Kind: "select", Name: "company", Label: words.T("agent.held.company"), Choices: append([]views.Choice{{Label: words.T("agent.new.company.none")}}, choices(item.Companies, company)...)})
	}
	return inputs
}

// heldNotice says on a ticket's page that something waits to join it. A page must not fail for it.
func (a *agents) heldNotice(c *fiber.Ctx, number int64) views.HeldNotice {
	n, err := a.desk.HeldOnTicket(c.UserContext(), actorOf(c), number)
	if err != nil {
		return views.HeldNotice{}
	}
	return views.HeldNotice{Count: n, URL: heldHome + "?ticket=" + decimal(number)}
}

// heldCount is the number beside the section; a page must not fail for it.
func (a *agents) heldCount(c *fiber.Ctx) int {
	n, err := a.desk.HeldWaiting(c.UserContext(), actorOf(c))
	if err != nil {
		return 0
	}
	return n
}

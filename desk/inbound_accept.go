package desk

import (
	"context"
	"encoding/json"

	"lodge/models"
)

// HeldAsNote keeps a held mail for agents only, as a note on the ticket it was meant for.
const HeldAsNote = "note"

// accept applies a mail that was held and has been let in, by an agent or by its own sender. Who
// sent it is not asked again; a sender who has confirmed has proven the address.
func (t *taking) accept(ctx context.Context) error {
	held, err := models.HeldByID(ctx, t.tx, t.in.Held)
	if err != nil {
		return err
	}
	if held.MailID == nil || *held.MailID != t.row.ID || held.ResultTicketID != nil || t.row.Outcome != models.MailHeld ||
		(held.State != models.HeldAccepted && held.State != models.HeldConfirmed) || t.from == "" {
		return t.again(ctx)
	}
	if t.project = t.cat.Project(held.ProjectID); t.project == nil {
		return models.NotFound()
	}
	if held.State == models.HeldConfirmed {
		t.in.Proven, t.confirmed = true, true
	}
	var choice struct {
		As        string `json:"as"`
		CompanyID *int64 `json:"company_id"`
	}
	_ = json.Unmarshal([]byte(held.Payload), &choice)
	if choice.As == "" {
		if choice.As = HeldAsTicket; held.TicketID != nil {
			choice.As = HeldAsReply
		}
	}
	if held.TicketID == nil {
		choice.As = HeldAsTicket
	}
	if choice.As == HeldAsTicket {
		err = t.ticket(ctx, choice.CompanyID)
	} else {
		err = t.letIn(ctx, held, choice.As == HeldAsNote, choice.CompanyID)
	}
	if err != nil {
		return err
	}
	return models.NoteHeldResult(ctx, t.tx, held.ID, *t.row.TicketID)
}

// letIn adds a held mail to the ticket it was about: as a message, which makes its sender a
// participant, or as a note, which makes them nothing.
func (t *taking) letIn(ctx context.Context, held *models.Held, note bool, company *int64) error {
	ticket, err := models.TicketByID(ctx, t.tx, *held.TicketID)
	if err != nil {
		return err
	}
	if ticket, err = t.mergedTarget(ctx, ticket); err != nil {
		return err
	}
	if ticket, err = models.LockTicket(ctx, t.tx, ticket.ID); err != nil {
		return err
	}
	if company != nil {
		if ticket.CompanyID = company; *company == 0 {
			ticket.CompanyID = nil
		}
		step(ticket, false, models.At(t.now))
		if err := models.SaveTicket(ctx, t.tx, ticket); err != nil {
			return err
		}
		if err := t.d.timeLow(ctx, t.tx, ticket, 0, t.now); err != nil {
			return err
		}
	}
	contact, err := models.EnsureContact(ctx, t.tx, models.Contact{Address: t.from, AddressKey: contactKey(t.from), Name: shortened(t.in.From.Name, t.project.Settings.NameLength),
		Origin: models.OriginMail, CreatedAt: models.At(t.now)})
	if err != nil {
		return err
	}
	if note {
		return t.asNote(ctx, ticket, contact, held.AgentID)
	}
	if err := t.enrol(ctx, ticket, InboundAddress{Name: t.in.From.Name, Addr: t.from}, held.AgentID, nil); err != nil {
		return err
	}
	seat, err := models.MailSeatOf(ctx, t.tx, ticket.ID, contact.ID)
	if err != nil {
		return err
	}
	person, err := models.PersonByID(ctx, t.tx, seat.ID)
	if err != nil {
		return err
	}
	return t.reply(ctx, person)
}

// asNote keeps the mail's words for agents only.
func (t *taking) asNote(ctx context.Context, ticket *models.Ticket, contact *models.Contact, by *int64) error {
	t.project = t.cat.Project(ticket.ProjectID)
	t.fit(agentLimits(t.project.Settings))
	stamp := models.At(t.now)
	step(ticket, false, stamp)
	e := entry{kind: models.MessageNote, contact: &contact.ID, body: t.bounded(t.in.Text), foreign: t.in.HTML, origin: models.OriginMail, unproven: !t.in.Proven, files: t.files, mailID: &t.row.ID}
	m, err := t.d.write(ctx, t.tx, ticket, e, t.now)
	if err != nil {
		return err
	}
	if err := models.SaveTicket(ctx, t.tx, ticket); err != nil {
		return err
	}
	if err := t.d.record(ctx, t.tx, ticket, &models.Event{Kind: models.EventNoted, AgentID: by, MessageID: &m.ID, CreatedAt: stamp}, nil, false); err != nil {
		return err
	}
	return t.became(ctx, models.MailBecameReply, ticket.ID, m.ID)
}

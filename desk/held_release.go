package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lodge/models"
)

// released is what something held has become.
type released struct {
	ticket *models.Ticket
	person *models.Person
	// pid is the message, empty for a ticket.
	pid string
}

// release makes of something held what it was meant to be. proven: its sender has shown that the
// address is theirs; otherwise an agent takes the risk, and it keeps its marks. by is that agent.
func (d *Desk) release(ctx context.Context, tx *models.Tx, h *models.Held, proven bool, by *int64, now time.Time) (*released, error) {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return nil, err
	}
	project := cat.Project(h.ProjectID)
	if project == nil {
		return nil, models.NotFound()
	}
	var out *released
	switch h.Kind {
	case models.HeldTicket:
		out, err = d.releaseTicket(ctx, tx, project, h, proven, now)
	case models.HeldReply:
		out, err = d.releaseReply(ctx, tx, cat, h, proven, now)
	default:
		err = fmt.Errorf("nothing is made of a held %s here", h.Kind)
	}
	if err != nil || by == nil {
		return out, err
	}
	e := &models.Event{Kind: models.EventHeldAccepted, AgentID: by, CreatedAt: models.At(now)}
	return out, d.record(ctx, tx, out.ticket, e, nil, false)
}

func (d *Desk) releaseTicket(ctx context.Context, tx *models.Tx, project *models.Project, h *models.Held, proven bool, now time.Time) (*released, error) {
	var waits heldTicket
	if err := json.Unmarshal([]byte(h.Payload), &waits); err != nil {
		return nil, err
	}
	contact := models.Contact{Address: h.Address, AddressKey: contactKey(h.Address), Name: h.Name, Locale: waits.Locale, Origin: models.OriginWeb, CreatedAt: models.At(now)}
	if proven {
		// Before the ticket: its company, and the mail about it, follow from who they are.
		known, err := models.EnsureContact(ctx, tx, contact)
		if err != nil {
			return nil, err
		}
		if err := models.ProveContact(ctx, tx, known.ID, models.At(now)); err != nil {
			return nil, err
		}
	}
	files, err := heldFiles(ctx, tx, h, now)
	if err != nil {
		return nil, err
	}
	n := &newTicket{project: project, contact: contact, title: h.Title, description: waits.Description, message: waits.Message, fields: waits.Fields, files: files,
		origin: models.OriginWeb, unproven: !proven, typeID: project.DefaultTypeID}
	if waits.Type != nil && project.Type(*waits.Type) != nil {
		n.typeID = waits.Type
	}
	if waits.Template != nil {
		n.template = project.Template(*waits.Template)
	}
	t, _, _, err := d.create(ctx, tx, n, now)
	if err != nil {
		return nil, err
	}
	person, err := models.PersonAt(ctx, tx, t.ID, t.ReporterID)
	return &released{ticket: t, person: person}, err
}

func (d *Desk) releaseReply(ctx context.Context, tx *models.Tx, cat *models.Catalog, h *models.Held, proven bool, now time.Time) (*released, error) {
	var waits heldReply
	if err := json.Unmarshal([]byte(h.Payload), &waits); err != nil {
		return nil, err
	}
	if h.TicketID == nil || h.ContactID == nil {
		return nil, models.NotFound()
	}
	person, err := models.PersonAt(ctx, tx, *h.TicketID, *h.ContactID)
	if models.KindOf(err) == models.KindNotFound && err != nil && !proven {
		return nil, models.Conflict("agent.held.error.left")
	}
	if err != nil {
		return nil, err
	}
	t, err := models.LockTicket(ctx, tx, person.TicketID)
	if err != nil {
		return nil, err
	}
	project := cat.Project(t.ProjectID)
	if project == nil {
		return nil, models.NotFound()
	}
	if proven {
		if err := d.proven(ctx, tx, person, now); err != nil {
			return nil, err
		}
	}
	files, err := heldFiles(ctx, tx, h, now)
	if err != nil {
		return nil, err
	}
	e := entry{kind: models.MessagePublic, contact: &person.ContactID, body: waits.Body, origin: models.OriginWeb, files: files,
		unproven: !proven && person.Contact.ProvenAt == 0, unconfirmed: !proven}
	done, ticketID, _, err := d.reply(ctx, tx, project, t, person, e, now)
	if err != nil {
		return nil, err
	}
	if ticketID != t.ID {
		// It came too late and became a ticket of its own (PT-9).
		if t, err = models.TicketByID(ctx, tx, ticketID); err != nil {
			return nil, err
		}
		if person, err = models.PersonAt(ctx, tx, ticketID, person.ContactID); err != nil {
			return nil, err
		}
	}
	return &released{ticket: t, person: person, pid: done.PID}, nil
}

// proven notes that somebody reads the mail of their address, as acting from a mailed link does.
func (d *Desk) proven(ctx context.Context, tx *models.Tx, person *models.Person, now time.Time) error {
	if err := models.ProveContact(ctx, tx, person.ContactID, models.At(now)); err != nil {
		return err
	}
	return models.ConfirmAuthor(ctx, tx, person.TicketID, person.ContactID)
}

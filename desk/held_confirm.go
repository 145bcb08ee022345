package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/models"
	"lodge/secret"
)

// PublicHeld is what its sender is asked to confirm. It has no field for anything that they have
// not typed themselves, apart from the project's name.
type PublicHeld struct {
	Project PublicProject
	// Reply: it joins a ticket; otherwise it is one.
	Reply bool
	// Address is the one that the link was mailed to.
	Address string
	// Title, Text and Files are what was typed and chosen; Text is empty once it was taken up.
	Title, Text string
	Files       []string
	// Done is where it has gone, when it was confirmed before.
	Done *Link
	// Later: it was confirmed before and is still on its way.
	Later bool
}

// Confirmed is what a confirmation has done. Link carries the proof, as in a mail.
type Confirmed struct {
	Link Link
	PID  string
	// Later: a mail is read again first; then there is no link yet.
	Later   bool
	Project PublicProject
}

// heldOf turns a link into what it confirms. Unknown, malformed, expired, dropped and portal-off are
// one NotFound.
func (p *Portal) heldOf(ctx context.Context, c models.Conn, cat *models.Catalog, token string, now time.Time) (*models.Held, *models.Project, error) {
	k, err := models.TokenByHash(ctx, c, models.TokenConfirm, secret.Hash(token))
	if err != nil {
		return nil, nil, err
	}
	h, err := models.HeldByID(ctx, c, k.SubjectID)
	if err != nil {
		return nil, nil, err
	}
	project := cat.Project(h.ProjectID)
	if !k.Live(models.At(now)) || project == nil || !project.Open() || h.State == models.HeldExpired || (h.State == models.HeldWaiting && models.At(now) >= h.ExpiresAt) {
		return nil, nil, models.NotFound()
	}
	return h, project, nil
}

// Held shows what a mailed link confirms. Opening it changes nothing: scanners open links, too (A64).
func (p *Portal) Held(ctx context.Context, token string) (*PublicHeld, error) {
	now := p.d.Now()
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	h, project, err := p.heldOf(ctx, p.d.db, cat, token, now)
	if err != nil {
		return nil, err
	}
	page := &PublicHeld{Project: publicProject(cat, project), Reply: h.Kind == models.HeldReply || (h.Kind == models.HeldMail && h.TicketID != nil), Address: h.Address, Title: h.Title}
	switch h.State {
	case models.HeldRejected:
		return nil, models.NotFound()
	case models.HeldConfirmed:
		if h.ResultTicketID == nil {
			page.Later = true
			return page, nil
		}
		person, err := p.d.senderAt(ctx, p.d.db, h)
		if err != nil {
			return nil, err
		}
		link, _ := p.d.ParticipantLinks(&person.Participant)
		page.Done = &link
		return page, nil
	case models.HeldWaiting:
		if h.Kind == models.HeldReply {
			if err := stillOpen(ctx, p.d.db, cat, h, now); err != nil {
				return nil, err
			}
		}
		return page, p.fill(ctx, h, page, now)
	}
	return page, nil
}

// fill adds what was typed.
func (p *Portal) fill(ctx context.Context, h *models.Held, page *PublicHeld, now time.Time) error {
	var err error
	page.Text, err = heldText(h)
	if err != nil {
		return err
	}
	files, err := models.StagedFiles(ctx, p.d.db, heldKey(h.ID), models.At(now))
	for _, f := range files {
		page.Files = append(page.Files, f.Name)
	}
	return err
}

// heldText is the whole text of something held; of a mail the beginning.
func heldText(h *models.Held) (string, error) {
	switch h.Kind {
	case models.HeldTicket:
		var waits heldTicket
		if err := json.Unmarshal([]byte(h.Payload), &waits); err != nil {
			return "", err
		}
		if waits.Message != "" {
			return waits.Description + "\n\n" + waits.Message, nil
		}
		return waits.Description, nil
	case models.HeldReply:
		var waits heldReply
		err := json.Unmarshal([]byte(h.Payload), &waits)
		return waits.Body, err
	}
	return h.Excerpt, nil
}

// senderAt finds the place of its sender on the ticket that something held has become.
func (d *Desk) senderAt(ctx context.Context, c models.Conn, h *models.Held) (*models.Person, error) {
	if h.ResultTicketID == nil {
		return nil, models.NotFound()
	}
	contact, err := models.ContactByKey(ctx, c, contactKey(h.Address))
	if err != nil {
		return nil, err
	}
	return models.PersonAt(ctx, c, *h.ResultTicketID, contact.ID)
}

// ConfirmHeld releases what a mailed link confirms, and proves the address it was mailed to.
// Doing so again leads to the same place (PC-12).
func (p *Portal) ConfirmHeld(ctx context.Context, token string) (*Confirmed, error) {
	d, now := p.d, p.d.Now()
	var done *Confirmed
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		h, project, err := p.heldOf(ctx, tx, cat, token, now)
		if err != nil {
			return err
		}
		if h, err = models.LockHeld(ctx, tx, h.ID); err != nil {
			return err
		}
		done = &Confirmed{Project: publicProject(cat, project)}
		switch h.State {
		case models.HeldWaiting:
			return d.confirm(ctx, tx, cat, h, done, now)
		case models.HeldConfirmed, models.HeldAccepted:
			if h.ResultTicketID == nil {
				done.Later = true
				return nil
			}
			person, err := d.senderAt(ctx, tx, h)
			if err != nil {
				return err
			}
			done.Link, _ = d.ParticipantLinks(&person.Participant)
			return d.proven(ctx, tx, person, now)
		}
		return models.NotFound()
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// confirm releases something that waits, in the name of its sender.
func (d *Desk) confirm(ctx context.Context, tx *models.Tx, cat *models.Catalog, h *models.Held, done *Confirmed, now time.Time) error {
	if h.Kind == models.HeldMail {
		done.Later = true
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: h.Address, AddressKey: contactKey(h.Address), Name: h.Name, Origin: models.OriginMail, CreatedAt: models.At(now)})
		if err != nil {
			return err
		}
		if err := models.ProveContact(ctx, tx, contact.ID, models.At(now)); err != nil {
			return err
		}
		as := HeldAsTicket
		if h.TicketID != nil {
			as = HeldAsReply
		}
		return d.takeMail(ctx, tx, h, models.HeldConfirmed, nil, heldChoice{As: as}, now)
	}
	if h.Kind == models.HeldReply {
		if err := stillOpen(ctx, tx, cat, h, now); err != nil {
			return err
		}
	}
	out, err := d.release(ctx, tx, h, true, nil, now)
	if err != nil {
		return err
	}
	ok, err := models.SettleHeld(ctx, tx, h.ID, models.HeldConfirmed, nil, &out.ticket.ID, models.At(now))
	if err == nil && !ok {
		err = models.Conflict("errors.conflict")
	}
	if err != nil {
		return err
	}
	done.PID = out.pid
	done.Link, _ = d.ParticipantLinks(&out.person.Participant)
	return nil
}

// stillOpen refuses a reply to what its sender could not open any more: a link that has ended,
// a ticket marked as spam, and who no longer takes part (PT-12).
func stillOpen(ctx context.Context, c models.Conn, cat *models.Catalog, h *models.Held, now time.Time) error {
	if h.TicketID == nil || h.ContactID == nil {
		return models.NotFound()
	}
	person, err := models.PersonAt(ctx, c, *h.TicketID, *h.ContactID)
	if err != nil {
		return err
	}
	t, err := models.TicketByID(ctx, c, person.TicketID)
	if err != nil {
		return err
	}
	project := cat.Project(t.ProjectID)
	if project == nil || !project.Open() || t.SpamAt != 0 || !models.LinkAlive(t.EndedAt, project.Settings.LinkDays, now) {
		return models.NotFound()
	}
	return nil
}

// DenyHeld drops what a mailed link would confirm: its reader says that it is not theirs. Nobody
// is told. Once it was taken up there is nothing left to drop.
func (p *Portal) DenyHeld(ctx context.Context, token string) (*PublicProject, error) {
	now := p.d.Now()
	var shown *PublicProject
	err := p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		h, project, err := p.heldOf(ctx, tx, cat, token, now)
		if err != nil {
			return err
		}
		public := publicProject(cat, project)
		shown = &public
		if h.State == models.HeldRejected {
			return nil // sent twice
		}
		ok, err := dropHeld(ctx, tx, h, nil, now)
		if err == nil && !ok {
			err = models.NotFound()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return shown, nil
}

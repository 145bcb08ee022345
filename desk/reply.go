package desk

import (
	"context"
	"strings"
	"time"

	"lodge/models"
)

// MayReply gives the limits of a reply before its body is read. It is a TooMany when the
// link may upload nothing more today (PT-10); then no file needs to be read.
func (v *Conversation) MayReply(ctx context.Context) (Limits, error) {
	now := v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err != nil {
		return Limits{}, err
	}
	if !at.rights.Reply {
		return Limits{}, models.Forbidden()
	}
	_, bytes := threadCharges(at.project, at.chargedTo())
	bytes.amount = 1
	return limitsOf(at.project.Settings), peek(ctx, v.p.d.db, []charge{bytes}, now)
}

// StageReply keeps the files of a reply that was not sent yet or was too large, for the
// form's next showing, and takes the uploads in any case.
func (v *Conversation) StageReply(ctx context.Context, formID string, keep []string, uploads []Upload) error {
	d, now := v.p.d, v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err == nil && !at.rights.Reply {
		err = models.Forbidden()
	}
	if err != nil {
		d.Discard(uploads)
		return err
	}
	_, bytes := threadCharges(at.project, at.chargedTo())
	d.stage(ctx, d.readForm(formID, v.scope, now).key(), keep, uploads, []charge{bytes}, now)
	return nil
}

// Reply adds a participant's message. Who writes is fixed by the link; where the project
// asks for a typed address it must be one of the ticket's (PT-3). A ticket that had ended
// reopens, or is followed up by a new one when its time for that is over (PT-9).
//
// Somebody signed in is who they are. A manager who takes no part in the ticket yet joins it by
// replying, so that they are told of the answer.
func (v *Conversation) Reply(ctx context.Context, in ReplyInput) (*Replied, error) {
	p, d, now := v.p, v.p.d, v.p.d.Now()
	at, err := v.enter(ctx, now)
	if err == nil && !at.rights.Reply {
		err = models.Forbidden()
	}
	if err != nil {
		d.Discard(in.Uploads)
		return nil, err
	}
	h := at.holder
	shown := d.readForm(in.FormID, v.scope, now)
	formKey := shown.key()
	if again, err := d.replied(ctx, d.db, formKey); err != nil || again != nil {
		d.Discard(in.Uploads)
		return again, err
	}
	replies, bytes := threadCharges(h.project, at.chargedTo())
	refuse := func(err error) (*Replied, error) {
		d.stage(ctx, formKey, in.Keep, in.Uploads, []charge{bytes}, now)
		return nil, err
	}
	author, err := p.author(ctx, at, in, now)
	if err != nil {
		return refuse(err)
	}
	body, err := d.checkReply(ctx, in.Body, formKey, in.Keep, in.Uploads, limitsOf(h.project.Settings), now)
	if err != nil {
		return refuse(err)
	}
	for _, u := range in.Uploads {
		bytes.amount += u.Size()
	}
	err = peek(ctx, d.db, []charge{replies, bytes}, now)
	if err == nil {
		err = d.blockedAs(ctx, author.Contact.Address, replies.refusal, replies.window, now)
	}
	if err == nil && author.ID != h.Person.ID {
		err = d.blockedAs(ctx, h.Person.Contact.Address, replies.refusal, replies.window, now)
	}
	if err != nil {
		bytes.amount = 0
		return refuse(err)
	}
	fresh, err := d.keep(ctx, in.Uploads)
	if err != nil {
		d.Discard(in.Uploads)
		return nil, err
	}
	var result *Replied
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if result, err = d.replied(ctx, tx, formKey); err != nil || result != nil {
			return err
		}
		if err := spend(ctx, tx, []charge{replies, bytes}, now); err != nil {
			return err
		}
		staged, err := chosen(ctx, tx, formKey, in.Keep, models.At(now))
		if err != nil {
			return err
		}
		if err := prove(ctx, tx, h, now); err != nil {
			return err
		}
		t, err := models.LockTicket(ctx, tx, h.Ticket.ID)
		if err != nil {
			return err
		}
		if h.Person.ID == 0 {
			if err := d.join(ctx, tx, t, &h.Person, now); err != nil {
				return err
			}
		}
		if !at.signed && waitsToBeConfirmed(h, author) {
			held, err := d.holdReply(ctx, tx, t, author, body, append(staged, fresh...), now)
			if err != nil {
				return err
			}
			result = &Replied{Held: true}
			return d.finishHeldForm(ctx, tx, formKey, held.ID, now)
		}
		e := entry{kind: models.MessagePublic, contact: &author.ContactID, body: body, origin: models.OriginWeb,
			unproven: !h.proven && !author.Contact.Synthetic, unconfirmed: author.ID != h.Person.ID, files: append(staged, fresh...)}
		var ticketID, messageID int64
		result, ticketID, messageID, err = d.reply(ctx, tx, h.project, t, author, e, now)
		if err != nil {
			return err
		}
		if at.signed {
			if err := v.sent(ctx, tx, at, t, now); err != nil {
				return err
			}
		}
		return d.finishForm(ctx, tx, formKey, ticketID, messageID, now)
	})
	if err != nil {
		if first := d.firstOf(ctx, err, formKey); first != nil {
			return first, nil
		}
		return nil, err
	}
	return result, nil
}

// author says who is replying: the holder of the link, or the participant whose address
// was typed. A wrong address is refused in words that reveal none.
func (p *Portal) author(ctx context.Context, at *place, in ReplyInput, now time.Time) (*models.Person, error) {
	h := at.holder
	if at.signed || h.project.Settings.ReplyIdentity != models.ReplyByTypedEmail || h.Person.Contact.Synthetic {
		return &h.Person, nil
	}
	people, err := models.People(ctx, p.d.db, h.Ticket.ID)
	if err != nil {
		return nil, err
	}
	for _, person := range people {
		if !person.Contact.Synthetic && sameAddress(in.Email, person.Contact.Address) {
			return person, nil
		}
	}
	// The address of an alias is the person's, too.
	if known, err := models.ContactByKey(ctx, p.d.db, contactKey(strings.TrimSpace(in.Email))); err == nil && !known.Synthetic {
		for _, person := range people {
			if person.ContactID == known.ID {
				return person, nil
			}
		}
	}
	// A guess is counted like a reply, so that addresses cannot be tried one after another.
	replies, _ := threadCharges(h.project, h.Person.ID)
	if err := p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return spend(ctx, tx, []charge{replies}, now) }); err != nil {
		return nil, err
	}
	var v models.Invalid
	v.Add("email", "portal.reply.error.email")
	return nil, v.Err()
}

// checkReply collects the faults of a reply, whoever writes it.
func (d *Desk) checkReply(ctx context.Context, body string, formKey []byte, keep []string, uploads []Upload, limits Limits, now time.Time) (string, error) {
	var v models.Invalid
	body = text(body)
	staged, err := chosen(ctx, d.db, formKey, keep, models.At(now))
	if err != nil {
		return "", err
	}
	if body == "" {
		v.Add("body", "portal.reply.error.body")
	}
	if int64(len(body)) > limits.Text {
		v.Add("body", "portal.create.error.text_long", "Count", limits.Text>>10)
	}
	checkFiles(staged, uploads, limits, &v)
	return body, v.Err()
}

// replied finds what a reply form has already made.
func (d *Desk) replied(ctx context.Context, c models.Conn, formKey []byte) (*Replied, error) {
	if len(formKey) == 0 {
		return nil, nil
	}
	sub, err := models.SubmissionByKey(ctx, c, formKey)
	if err != nil {
		if models.KindOf(err) == models.KindNotFound {
			return nil, nil
		}
		return nil, err
	}
	if sub.HeldID != nil {
		return &Replied{Held: true, Repeated: true}, nil
	}
	m, err := models.EntryByID(ctx, c, sub.MessageID)
	if models.KindOf(err) == models.KindNotFound {
		// It was taken back since; the same form sends it no second time.
		return &Replied{Repeated: true}, nil
	}
	if err != nil {
		return nil, err
	}
	return &Replied{PID: m.PID, Repeated: true}, nil
}

// firstOf finds what another transaction has made of the same form at the same moment,
// when the unique row told this one so late (PostgreSQL).
func (d *Desk) firstOf(ctx context.Context, err error, formKey []byte) *Replied {
	if models.KindOf(err) != models.KindConflict {
		return nil
	}
	first, lookup := d.replied(ctx, d.db, formKey)
	if lookup != nil {
		return nil
	}
	return first
}

// prove notes that the holder reads the mail of the address: the link carried the part
// that only mails have. What the same person had written on this ticket is theirs too.
func prove(ctx context.Context, tx *models.Tx, h *holder, now time.Time) error {
	if !h.proven {
		return nil
	}
	if err := models.ProveContact(ctx, tx, h.Person.ContactID, models.At(now)); err != nil {
		return err
	}
	return models.ConfirmAuthor(ctx, tx, h.Ticket.ID, h.Person.ContactID)
}

// reply is the one way a message from outside joins a thread; the public page uses it, as
// mail, chat and signed-in pages will.
func (d *Desk) reply(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket, author *models.Person, e entry, now time.Time) (*Replied, int64, int64, error) {
	outcome, next := project.OnReply(t, now)
	if t.SpamAt != 0 {
		// Spam stays spam whatever is said to it: kept for whoever looks, told to nobody.
		outcome, next = models.ReplyKeeps, nil
	}
	if outcome == models.ReplyFollowsUp {
		return d.followUp(ctx, tx, project, t, author, e, now)
	}
	stamp, was := models.At(now), *t
	step(t, true, stamp)
	m, err := d.write(ctx, tx, t, e, now)
	if err != nil {
		return nil, 0, 0, err
	}
	t.Asked(stamp)
	from := t.StatusID
	if next != nil {
		t.SetStatus(next, now)
	}
	if !e.unproven {
		t.Unproven = false
	}
	woken := wakeFor(t)
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return nil, 0, 0, err
	}
	// What somebody wrote themselves is no news to them.
	if err := models.SeenByCustomer(ctx, tx, author.ID, t.PublicVersion, stamp); err != nil {
		return nil, 0, 0, err
	}
	if woken {
		if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventWoken, ContactID: e.contact, CreatedAt: stamp}, nil, false); err != nil {
			return nil, 0, 0, err
		}
	}
	reopened := outcome == models.ReplyReopens && next != nil
	if reopened {
		if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventReopened, Public: true, ContactID: e.contact, CreatedAt: stamp}, map[string]any{"from": from, "to": t.StatusID}, false); err != nil {
			return nil, 0, 0, err
		}
	}
	data := map[string]any{"reopened": reopened}
	if reopened {
		data["was"], data["is"] = from, t.StatusID
	}
	routed, err := d.route(ctx, tx, t, happening{was: &was, said: m.Body}, now)
	if err != nil {
		return nil, 0, 0, err
	}
	err = d.record(ctx, tx, t, &models.Event{Kind: models.EventReplied, Public: true, ContactID: e.contact, MessageID: &m.ID, CreatedAt: stamp}, routed.beside(data), t.SpamAt == 0)
	if err == nil {
		err = d.recordRouted(ctx, tx, routed, false)
	}
	return &Replied{PID: m.PID, Reopened: reopened}, t.ID, m.ID, err
}

// followUp opens a linked ticket for a reply that came after the time to reopen. It
// carries type, fields and participants, not the old messages; the text is not lost.
func (d *Desk) followUp(ctx context.Context, tx *models.Tx, project *models.Project, old *models.Ticket, author *models.Person, e entry, now time.Time) (*Replied, int64, int64, error) {
	stamp := models.At(now)
	n := &newTicket{project: project, contact: author.Contact, title: old.Title, description: e.body, typeID: old.TypeID, fields: old.Fields(),
		files: e.files, origin: e.origin, unproven: e.unproven, follows: old, mailID: e.mailID, foreign: e.foreign}
	t, m, link, err := d.create(ctx, tx, n, now)
	if err != nil {
		return nil, 0, 0, err
	}
	if err := d.carryPeople(ctx, tx, old, t, author.ContactID, stamp); err != nil {
		return nil, 0, 0, err
	}
	if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventFollowUp, ContactID: e.contact, MessageID: &m.ID, CreatedAt: stamp}, map[string]any{"follows": old.Number}, true); err != nil {
		return nil, 0, 0, err
	}
	step(old, false, stamp)
	if err := models.SaveTicket(ctx, tx, old); err != nil {
		return nil, 0, 0, err
	}
	err = d.record(ctx, tx, old, &models.Event{Kind: models.EventFollowUp, ContactID: e.contact, CreatedAt: stamp}, map[string]any{"followed_by": t.Number}, false)
	return &Replied{PID: m.PID, FollowUp: link.Token, FollowUpReference: t.Reference}, t.ID, m.ID, err
}

package desk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/files"
	"lodge/models"
)

// became notes what a mail has become.
func (t *taking) became(ctx context.Context, outcome string, ticketID, messageID int64) error {
	t.end(outcome, "")
	t.row.TicketID, t.row.MessageID = &ticketID, &messageID
	return t.numbered(ctx, &ticketID)
}

// reply adds the mail to the thread of somebody who takes part. Where an agent has let it in,
// nothing proves who wrote it unless the mail itself does.
func (t *taking) reply(ctx context.Context, person *models.Person) error {
	d, tx := t.d, t.tx
	ticket, err := models.LockTicket(ctx, tx, person.TicketID)
	if err != nil {
		return err
	}
	if t.project = t.cat.Project(ticket.ProjectID); t.project == nil {
		return models.NotFound()
	}
	if t.in.Proven {
		if err := t.prove(ctx, &person.Contact, ticket.ID); err != nil {
			return err
		}
	}
	t.fit(agentLimits(t.project.Settings))
	e := entry{kind: models.MessagePublic, contact: &person.ContactID, body: t.bounded(t.in.Text), foreign: t.in.HTML, origin: models.OriginMail, unproven: !t.in.Proven, files: t.files, mailID: &t.row.ID}
	_, ticketID, messageID, err := d.reply(ctx, tx, t.project, ticket, person, e, t.now)
	if err != nil {
		return err
	}
	if err := t.became(ctx, models.MailBecameReply, ticketID, messageID); err != nil {
		return err
	}
	return t.after(ctx, ticketID, person.ContactID, messageID)
}

// prove notes that somebody writes from their own address. Mail from another address of theirs
// (an alias) says nothing about the one that mails are sent to.
func (t *taking) prove(ctx context.Context, contact *models.Contact, ticketID int64) error {
	if contact.AddressKey == contactKey(t.from) {
		if err := models.ProveContact(ctx, t.tx, contact.ID, models.At(t.now)); err != nil {
			return err
		}
		if _, err := models.MarkBounced(ctx, t.tx, contact.ID, 0, ""); err != nil {
			return err
		}
	}
	if ticketID == 0 {
		return nil
	}
	return models.ConfirmAuthor(ctx, t.tx, ticketID, contact.ID)
}

// after does what follows a mail that joined or opened a ticket: other addressees, and a line for
// agents about files that were not kept.
func (t *taking) after(ctx context.Context, ticketID, contactID, messageID int64) error {
	if err := t.addressees(ctx, ticketID, contactID); err != nil {
		return err
	}
	if len(t.dropped) == 0 {
		return nil
	}
	ticket, err := models.LockTicket(ctx, t.tx, ticketID)
	if err != nil {
		return err
	}
	var names []string
	for _, f := range t.dropped[:min(len(t.dropped), 10)] {
		names = append(names, shortened(files.CleanName(f.Name), 80))
	}
	return t.inside(ctx, ticket, &models.Event{Kind: models.EventMailFiles, ContactID: &contactID, MessageID: &messageID}, map[string]any{"names": names, "count": len(t.dropped)})
}

// open makes a ticket of a mail that answers to nothing of ours.
func (t *taking) open(ctx context.Context) error {
	keys, err := models.AgentAddresses(ctx, t.tx, []string{contactKey(t.from)})
	if err != nil {
		return err
	}
	if len(keys) > 0 {
		return t.hold(ctx, nil, nil, MailFromAgent, false)
	}
	known, err := models.ContactByKey(ctx, t.tx, contactKey(t.from))
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	if err != nil {
		known = nil
	}
	if !t.cat.GuestCreate(t.project) {
		// Nobody outside has an account: as the forms are closed to them, so is this way. Nobody is
		// asked to confirm, since confirming would let them in (SE-1).
		return t.hold(ctx, nil, known, MailNoAccount, false)
	}
	if t.row.Source != models.MailFromReplay {
		// The limit of the web (PC-7). Who sends more is not turned away: an agent looks.
		limits := createCharges(t.cat, t.project, "", t.from)[1:]
		if err := spend(ctx, t.tx, limits, t.now); err != nil {
			if models.KindOf(err) != models.KindTooMany {
				return err
			}
			return t.hold(ctx, nil, known, MailTooMany, false)
		}
	}
	if !t.in.Proven && t.mustVerify(known) {
		// One question an hour to one address, and none to a machine (RFC 3834).
		ask, err := t.mayAnswer(ctx)
		if err != nil {
			return err
		}
		return t.hold(ctx, nil, known, MailVerify, ask)
	}
	return t.ticket(ctx, nil)
}

// mustVerify says whether the project wants a sender whom nobody vouches for to confirm first.
func (t *taking) mustVerify(known *models.Contact) bool {
	switch t.project.Settings.VerifyAnonymous {
	case "always":
		return true
	case "first_time":
		return known == nil || known.ProvenAt == 0
	}
	return false
}

// mayAnswer says whether the sender may be sent something by itself now: one mail an hour, and
// never where a machine says that nobody reads there (RFC 3834).
func (t *taking) mayAnswer(ctx context.Context) (bool, error) {
	if t.unread() {
		return false, nil
	}
	ok, _, err := models.Charge(ctx, t.tx, allowance("mail-ack", address.Key(t.from)), 1, 1, time.Hour, t.now)
	return ok, err
}

// unread says that nobody reads what is sent back to where the mail came from.
func (t *taking) unread() bool { return machineAddress(t.from) || t.row.EnvelopeFrom == "<>" }

// ticket makes the mail a ticket of its sender's. company, when set, is what an agent chose; 0 is none.
func (t *taking) ticket(ctx context.Context, company *int64) error {
	d, tx, in, stamp := t.d, t.tx, t.in, models.At(t.now)
	t.fit(agentLimits(t.project.Settings))
	n := &newTicket{project: t.project, title: t.title(), description: t.bounded(in.Text), foreign: in.HTML, typeID: t.project.DefaultTypeID, files: t.files, origin: models.OriginMail,
		unproven: !in.Proven, mailID: &t.row.ID, company: company, quiet: in.Quiet,
		contact: models.Contact{Address: t.from, AddressKey: contactKey(t.from), Name: shortened(in.From.Name, t.project.Settings.NameLength), Origin: models.OriginMail, CreatedAt: stamp}}
	if n.description == "" && n.foreign == "" && len(n.files) == 0 {
		n.description = n.title
	}
	// An enforced template gives its hidden defaults; its questions were never put.
	if template, err := t.project.ChooseTemplate(""); err == nil && template != nil {
		var unanswered models.Invalid
		n.template, n.fields = template, template.Accept(nil, &unanswered)
	}
	reporter, err := models.EnsureContact(ctx, tx, n.contact)
	if err != nil {
		return err
	}
	if in.Proven {
		if err := t.prove(ctx, reporter, 0); err != nil {
			return err
		}
	}
	answer, err := t.mayAnswer(ctx)
	if err != nil {
		return err
	}
	// Who has just confirmed, asked by a mail of ours, waits for the way to the ticket.
	answer = answer || t.confirmed
	n.quiet = n.quiet || !answer
	ticket, first, _, err := d.create(ctx, tx, n, t.now)
	if err != nil {
		return err
	}
	if err := t.became(ctx, models.MailBecameTicket, ticket.ID, first.ID); err != nil {
		return err
	}
	return t.after(ctx, ticket.ID, reporter.ID, first.ID)
}

// title is the subject, or what stands for one: the first line, or who wrote.
func (t *taking) title() string {
	title := t.in.Subject
	if title == "" {
		title, _, _ = strings.Cut(t.in.Text, "\n")
		title = line(title)
	}
	if title == "" {
		if title = t.in.From.Name; title == "" {
			title = trim(t.from)
		}
	}
	return shortened(title, t.project.Settings.TitleLength)
}

// shortened cuts a text to n letters; what is cut ends in an ellipsis.
func shortened(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// bounded keeps a text within the project's limit; all of it stands in the original.
func (t *taking) bounded(s string) string {
	limit := t.project.Settings.TextKB << 10
	if len(t.in.HTML) > limit {
		t.in.HTML = ""
	}
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	t.in.HTML = ""
	return strings.TrimSpace(s[:limit]) + " …"
}

// fit chooses the files that the limits have room for. In a trial they are on paper only.
func (t *taking) fit(limits Limits) {
	t.result.fits, t.dropped = nil, nil
	total := int64(0)
	for i, f := range t.in.Files {
		size := int64(len(f.Bytes))
		if size > limits.File || total+size > limits.Request || len(t.result.fits) == limits.Files {
			t.dropped = append(t.dropped, f)
			continue
		}
		total += size
		t.result.fits = append(t.result.fits, i)
		if t.trial {
			t.files = append(t.files, kept{name: files.CleanName(f.Name), size: size, sha256: []byte{}, contentID: f.ContentID})
		}
	}
}

// keepInbound makes the bytes of a mail's files durable: those at the positions that a trial chose.
func (d *Desk) keepInbound(ctx context.Context, all []InboundFile, fits []int) ([]kept, error) {
	var out []kept
	for _, i := range fits {
		f := all[i]
		draft, err := d.files.Receive(ctx, io.Reader(bytes.NewReader(f.Bytes)), int64(len(f.Bytes)))
		if err != nil {
			return nil, fmt.Errorf("receive file: %w", err)
		}
		blob, err := d.files.Keep(ctx, draft)
		if err != nil {
			draft.Discard()
			return nil, fmt.Errorf("keep file: %w", err)
		}
		out = append(out, kept{name: files.CleanName(f.Name), contentType: draft.Type, blob: blob, size: draft.Size, sha256: draft.SHA256, contentID: f.ContentID})
	}
	return out, nil
}

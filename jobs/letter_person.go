package jobs

import (
	"context"
	"io"
	"net/url"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// toPerson fills in what a person outside gets: their own links, the thread of earlier
// mails, and an agent's files.
func (r *Runner) toPerson(ctx context.Context, d *models.Delivery, entry *models.Entry, cat *models.Catalog, l *letter, words *views.Mail) error {
	if d.ContactID == nil {
		return models.NotFound()
	}
	people, err := models.People(ctx, r.DB, d.TicketID)
	if err != nil {
		return err
	}
	var person *models.Person
	for _, p := range people {
		if p.ContactID == *d.ContactID {
			person = p
		}
	}
	switch {
	case person == nil:
		l.suppressed = "no longer takes part"
	case person.Contact.Synthetic:
		l.suppressed = whyNoMailbox // PT-4
	case person.MailWish() == models.WishNone:
		l.suppressed = whyUnsubscribed
	}
	if l.suppressed != "" {
		return nil
	}
	if bounced, err := models.ContactBounced(ctx, r.DB, person.ContactID); err != nil {
		return err
	} else if bounced {
		l.suppressed = whyBounced
		return nil
	}
	m := &l.message
	m.To = mail.Address{Name: person.Contact.Name, Addr: person.Contact.Address}
	if m.Language = person.Contact.Locale; m.Language == "" {
		m.Language = cat.Language(l.project)
	}
	words.CanReply = r.answerTo(m, l.project.Mailbox(), d.ID, person.Generation)
	thread, unsubscribe := r.Desk.ParticipantLinks(&person.Participant)
	words.UnsubscribeURL = r.base(l.project) + "/ticket/unsubscribe/" + unsubscribe
	words.PreferencesURL = preferencesURL(r.base(l.project), unsubscribe)
	if l.project.Open() {
		words.Link, words.NotMineURL = threadURL(r.base(l.project), thread), notMineURL(r.base(l.project), thread)
	} // with the portal off every link would lead to "not available" (PT-12, NU-1)
	if l.suppressed, err = r.wordsOfFeedback(ctx, d, l.project, thread, m.Language, words); err != nil || l.suppressed != "" {
		return err
	}
	m.UnsubscribeURL = words.UnsubscribeURL
	words.Name = person.Contact.Name
	if person.Contact.ProvenAt == 0 {
		// Whoever typed this address, name and title may not be who reads the mail: nothing
		// that a stranger typed is sent to somebody who has not shown that they asked.
		m.To.Name, words.Name, words.Title = "", "", ""
	}
	if d.Template == desk.MailCustomerReplied && entry != nil {
		r.fromOutside(person, entry, words)
	}
	if d.Template == desk.MailCreatedUnproven {
		words.Reference = ""
	}
	// What a stranger may have written, the id of their mail too, goes back to nobody unproven.
	if err := r.thread(ctx, d, m, person.Contact.ProvenAt != 0); err != nil {
		return err
	}
	if d.Template == desk.MailAgentReplied && entry != nil {
		r.enclose(l, words, entry.Files, thread)
	}
	return nil
}

// thread makes the mail a link in the chain of those its reader has had about the ticket, and of
// those they wrote.
func (r *Runner) thread(ctx context.Context, d *models.Delivery, m *mail.Message, own bool) (err error) {
	if m.References, err = models.ThreadMailIDs(ctx, r.DB, d.TicketID, d.ContactID, d.AgentID, own, references); err != nil {
		return err
	}
	if n := len(m.References); n > 0 {
		m.InReplyTo = m.References[n-1]
	}
	return nil
}

// enclose attaches an agent's files while they fit; the others are linked, for this
// recipient only (NU-2).
func (r *Runner) enclose(l *letter, words *views.Mail, files []*models.Attachment, thread desk.Link) {
	room := int64(l.project.Settings.MailAttachmentMB) << 20
	for _, f := range files {
		file := views.MailFile{Name: f.Name, Size: f.Size}
		if f.Size <= room {
			room -= f.Size
			blob := f.Blob
			l.message.Attachments = append(l.message.Attachments, mail.Attachment{Name: f.Name, Type: f.ContentType, Open: func() (io.ReadCloser, error) {
				return r.Files.Open(context.Background(), blob)
			}})
		} else {
			file.URL = fileURL(r.base(l.project), thread, f.PID)
		}
		words.Files = append(words.Files, file)
	}
}

// threadURL is a participant's own link with the proof part that only mails carry.
func threadURL(base string, l desk.Link) string {
	return base + "/ticket/thread/" + l.Token + "?p=" + url.QueryEscape(l.Proof)
}

func fileURL(base string, l desk.Link, pid string) string {
	return base + "/ticket/thread/" + l.Token + "/files/" + url.PathEscape(pid) + "?p=" + url.QueryEscape(l.Proof)
}

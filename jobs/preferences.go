package jobs

import (
	"context"

	"lodge/address"
	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// preferences mails a participant whose unsubscribe link had died a living one (NU-3). It
// is about no event, so there is no delivery row; the limit was charged by the verb.
func (r *Runner) preferences(ctx context.Context, j models.Job) error {
	var args struct{ Participant int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	person, err := models.SeatNow(ctx, r.DB, args.Participant)
	if err != nil {
		return ifGone(err)
	}
	ticket, err := models.TicketByID(ctx, r.DB, person.TicketID)
	if err != nil {
		return ifGone(err)
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	project := cat.Project(ticket.ProjectID)
	if project == nil || person.Contact.Synthetic {
		return nil
	}
	thread, unsubscribe := r.Desk.ParticipantLinks(&person.Participant)
	m := mail.Message{From: r.sender(cat, project, ""), To: mail.Address{Addr: person.Contact.Address}, Date: r.Now(), Auto: mail.AutoReplied, Language: person.Contact.Locale}
	if m.Language == "" {
		m.Language = cat.Language(project)
	}
	// Deliveries count upwards from one, so a negative number is nobody else's.
	m.MessageID = r.Desk.MailID(address.Domain(m.From.Addr), -j.ID)
	m.UnsubscribeURL = r.base(project) + "/ticket/unsubscribe/" + unsubscribe
	words := views.Mail{Workspace: cat.Workspace.Name, Project: project.Name, Link: threadURL(r.base(project), thread), UnsubscribeURL: m.UnsubscribeURL, PreferencesURL: preferencesURL(r.base(project), unsubscribe)}
	if person.Contact.ProvenAt != 0 {
		words.Title = ticket.Title
	}
	if m.Subject, m.Text, m.HTML, err = r.Views.Mail(m.Language, desk.MailPreferences, words); err != nil {
		return err
	}
	return r.send(ctx, cat, project, m)
}

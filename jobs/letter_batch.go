package jobs

import (
	"context"
	"slices"

	"lodge/desk"
	"lodge/markup"
	"lodge/models"
	"lodge/views"
)

// entryOf reads the message that a mail is about. Of a mail that tells several answers it gives
// the last one, with the files of all, and writes all of them into words; what has been taken
// out for good meanwhile is in neither.
func (r *Runner) entryOf(ctx context.Context, d *models.Delivery, event *models.Event, words *views.Mail) (*models.Entry, error) {
	own, err := models.EntryByID(ctx, r.DB, *event.MessageID)
	if err != nil || d.Template != desk.MailAgentReplied {
		return own, err
	}
	events, err := r.carriedEvents(ctx, d, event)
	if err != nil || len(events) == 1 {
		return own, err
	}
	var ids []int64
	for _, e := range events {
		if e.MessageID != nil {
			ids = append(ids, *e.MessageID)
		}
	}
	all, err := models.EntriesByID(ctx, r.DB, ids)
	if err != nil {
		return nil, err
	}
	var last *models.Entry
	var files []*models.Attachment
	for _, e := range all {
		if e.RedactedAt != 0 || e.Waiting() || e.Kind == models.MessageNote {
			continue
		}
		last, files = e, append(files, e.Files...)
		words.Messages = append(words.Messages, views.MailMessage{Author: author(e), At: e.PublishAt.Time(), Text: markup.Letter(e.HTML), HTML: letterHTML(e)})
	}
	if last == nil {
		return own, nil
	}
	if len(words.Messages) == 1 {
		words.Messages = nil
	}
	merged := *last
	merged.Files = files
	return &merged, nil
}

// wordsOfStatus writes what a mail says of the ticket's status and how to open it again. It says
// false when the change that the mail is about is none any more.
func (r *Runner) wordsOfStatus(ctx context.Context, d *models.Delivery, event *models.Event, ticket *models.Ticket, project *models.Project, words *views.Mail) (bool, error) {
	named := desk.NamesStatus(event)
	switch d.Template {
	case desk.MailAgentReplied:
		events, err := r.carriedEvents(ctx, d, event)
		if err != nil {
			return false, err
		}
		named = slices.ContainsFunc(events, desk.NamesStatus)
	case desk.MailStatusChanged, desk.MailClosed:
		if desk.StatusAfter(event) != ticket.StatusID {
			return false, nil // what came after it is told by itself
		}
		named = true
	case desk.MailCustomerReplied:
	default:
		return true, nil
	}
	status := project.Status(ticket.StatusID)
	if !named || status == nil {
		return true, nil
	}
	words.Status, words.Over, words.ReopenDays = desk.StatusTold(project, status)
	return true, nil
}

// fromOutside writes what one customer's answer says to another: a name but never an address,
// and to an address that is not proven nothing that somebody typed (A3).
func (r *Runner) fromOutside(person *models.Person, entry *models.Entry, words *views.Mail) {
	switch {
	case person.Contact.ProvenAt == 0:
		words.Author, words.Text, words.HTML = "", "", ""
	case entry.ContactName.String != "":
		words.Author = entry.ContactName.String
	case entry.Synthetic.Bool:
		words.Author = ""
	default:
		words.Author = markup.TrimAddress(entry.ContactAddress.String)
	}
}

func preferencesURL(base, unsubscribe string) string {
	return base + "/ticket/preferences/" + unsubscribe
}

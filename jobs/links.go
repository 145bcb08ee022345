package jobs

import (
	"context"
	"net/url"

	"lodge/address"
	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// links mails somebody the links they asked for at a public page (PT-14). It is about no event,
// so there is no delivery row; what may be asked for is counted by the desk. The links are
// derived now: no row holds them.
func (r *Runner) links(ctx context.Context, j models.Job) error {
	letter, later, err := r.Desk.LinksLetter(ctx, j)
	if err != nil {
		return ifGone(err)
	}
	if later {
		return errFinished
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	from, language, way := r.workspaceSender(cat), cat.Workspace.Locale, r.Transport
	words := views.Mail{Workspace: cat.Workspace.Name, Ended: letter.Ended}
	if letter.Project != nil {
		from, language, words.Project = r.sender(cat, letter.Project, ""), cat.Language(letter.Project), letter.Project.Name
		if way, err = r.way(cat, letter.Project); err != nil {
			return err
		}
	}
	if letter.Locale != "" {
		language = letter.Locale
	}
	m := mail.Message{From: from, To: mail.Address{Addr: letter.Address}, Date: r.Now(), Auto: mail.AutoReplied, Language: language}
	// Deliveries count upwards from one, so a negative number is nobody else's.
	m.MessageID = r.Desk.MailID(address.Domain(m.From.Addr), -j.ID)
	for _, t := range letter.Tickets {
		words.Tickets = append(words.Tickets, views.MailTicket{Title: t.Title, Project: t.Project, OpenedAt: t.OpenedAt, Link: threadURL(r.at(t.Domain), t.Link)})
	}
	if letter.Template == desk.MailNewLink {
		words.Title, words.Link, words.Tickets = letter.Tickets[0].Title, words.Tickets[0].Link, nil
		m.UnsubscribeURL = r.base(letter.Project) + "/ticket/unsubscribe/" + letter.Unsubscribe
		words.UnsubscribeURL, words.PreferencesURL = m.UnsubscribeURL, preferencesURL(r.base(letter.Project), letter.Unsubscribe)
		if letter.Ended {
			words.Link = ""
			if cat.GuestCreate(letter.Project) {
				words.Link = r.base(letter.Project) + "/ticket/" + letter.Project.Slug
			}
		}
	}
	if m.Subject, m.Text, m.HTML, err = r.Views.Mail(m.Language, letter.Template, words); err != nil {
		return err
	}
	sending, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	return way.Send(sending, m)
}

// notMineURL is where somebody says that a ticket opened with their address is not theirs.
func notMineURL(base string, l desk.Link) string {
	return base + "/ticket/thread/" + l.Token + "/not-mine?p=" + url.QueryEscape(l.Proof)
}

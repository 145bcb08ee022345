package jobs

import (
	"context"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// profileMail mails a customer about their account: the link that proves a further address, or
// that something was changed. It is about no ticket, so there is no delivery row; limits were
// charged by the verb. The link is derived now: no row holds it.
func (r *Runner) profileMail(ctx context.Context, j models.Job) error {
	letter, err := r.Desk.ProfileLetter(ctx, j)
	if err != nil {
		return ifGone(err)
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	m := r.accountMail(cat, j, mail.Address{Addr: letter.Address}, letter.Locale)
	words := views.Mail{Workspace: cat.Workspace.Name, Author: letter.Name, Link: r.BaseURL + "/my-profile"}
	if letter.What != "" {
		words.Event = "mail.account_changed.what." + letter.What
	}
	if letter.Template == desk.MailAddressConfirm {
		words.Link = r.BaseURL + "/my-address/" + letter.Token
	} else {
		m.To.Name, words.Name = letter.Name, letter.Name
	}
	return r.sendAccountMail(ctx, m, letter.Template, words)
}

package jobs

import (
	"context"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// customerMail mails somebody the way into their account. It is about no ticket, so there is no
// delivery row; limits were charged by the verb. The link is derived now: no row holds it.
func (r *Runner) customerMail(ctx context.Context, j models.Job) error {
	letter, err := r.Desk.CustomerLetter(ctx, j)
	if err != nil {
		return ifGone(err)
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	m := r.accountMail(cat, j, mail.Address{Name: letter.Name, Addr: letter.Address}, letter.Locale)
	words := views.Mail{Workspace: cat.Workspace.Name, Name: letter.Name, Author: letter.By, Code: letter.Code}
	switch letter.Template {
	case desk.MailAccountKnown:
		words.Link = r.BaseURL + "/sign-in"
	case desk.MailSignInLink:
		words.Link = r.BaseURL + "/sign-in/link/" + letter.Token
	case desk.MailCustomerReset:
		words.Link = r.BaseURL + "/sign-in/password/" + letter.Token
	default:
		words.Link = r.BaseURL + "/sign-up/" + letter.Token
	}
	return r.sendAccountMail(ctx, m, letter.Template, words)
}

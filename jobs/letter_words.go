package jobs

import (
	"context"

	"lodge/models"
	"lodge/views"
)

// ownWords gives a mail the project's own words in a language, where it has some.
func (r *Runner) ownWords(ctx context.Context, projectID int64, template, language string, words *views.Mail) error {
	own, err := models.MailTemplateOf(ctx, r.DB, projectID, template, language)
	if err != nil {
		return ifGone(err)
	}
	words.Own = &views.MailOwn{Subject: own.Subject, Body: own.Body}
	return nil
}

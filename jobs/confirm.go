package jobs

import (
	"context"
	"errors"
	"time"

	"lodge/address"
	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// heldAge is how long it can be seen what was decided about something held.
const heldAge = 30 * 24 * time.Hour

// sweepHeld ends what has waited to its end, and forgets what was decided long ago.
func (r *Runner) sweepHeld(ctx context.Context, now time.Time) error {
	_, expired := models.ExpireHeld(ctx, r.DB, models.At(now))
	_, pruned := models.PruneHeld(ctx, r.DB, now.Add(-heldAge))
	return errors.Join(expired, pruned)
}

// confirm asks the sender of something held to confirm it. Subject and text are fixed and hold
// nothing that was typed, only the link (A3). It counts among the mails that an unproven address
// gets in a day (A1); over that nobody is asked, and it waits for an agent. It is about no event,
// so there is no delivery row.
func (r *Runner) confirm(ctx context.Context, j models.Job) error {
	var args struct{ Held int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	h, err := models.HeldByID(ctx, r.DB, args.Held)
	if err != nil {
		return ifGone(err)
	}
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	project := cat.Project(h.ProjectID)
	if h.State != models.HeldWaiting || project == nil || !project.Open() {
		return nil // with the portal off the link would lead nowhere
	}
	// Only what Lodge itself takes for an address is written to.
	if canonical, err := address.Canonical(h.Address); err != nil || canonical == "" {
		return nil
	}
	contact, err := models.ContactByKey(ctx, r.DB, desk.ContactKey(h.Address))
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	proven, language := false, h.Locale()
	if err == nil {
		if contact.Synthetic {
			return nil
		}
		proven = contact.ProvenAt != 0
		if contact.Locale != "" {
			language = contact.Locale
		}
	}
	if language == "" {
		language = cat.Language(project)
	}
	ask, err := r.mayAsk(ctx, h, project, proven)
	if err != nil || !ask {
		return err
	}
	m := mail.Message{From: r.sender(cat, project, ""), To: mail.Address{Addr: h.Address}, Date: r.Now(), Auto: mail.AutoReplied, Language: language}
	// As for preferences: deliveries count upwards from one, so a negative number is nobody else's.
	m.MessageID = r.Desk.MailID(address.Domain(m.From.Addr), -j.ID)
	words := views.Mail{Workspace: cat.Workspace.Name, Project: project.Name, Link: r.base(project) + "/ticket/confirm/" + r.Desk.ConfirmToken(h.ID)}
	if m.Subject, m.Text, m.HTML, err = r.Views.Mail(m.Language, desk.MailConfirm, words); err != nil {
		return err
	}
	err = r.send(ctx, cat, project, m)
	var refused *mail.PermError
	if errors.As(err, &refused) {
		return permanent{err}
	}
	return err
}

// mayAsk charges the mail, once however often it is tried.
func (r *Runner) mayAsk(ctx context.Context, h *models.Held, project *models.Project, proven bool) (ok bool, err error) {
	now := r.Now()
	if h.AskedAt != 0 {
		return true, nil
	}
	err = r.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		ok = true
		if !proven {
			if ok, _, err = models.Charge(ctx, tx, desk.UnprovenMails(h.Address), 1, int64(project.Settings.UnprovenMails), desk.UnprovenWindow, now); err != nil || !ok {
				return err
			}
		}
		_, err := models.MarkAsked(ctx, tx, h.ID, models.At(now))
		return err
	})
	return ok, err
}

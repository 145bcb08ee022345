package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

const (
	// mailTries is how often one mail may fail, in sessions that went well until then, before it is
	// passed over so that the rest gets through.
	mailTries = 5
	// showPassedOver is how long the page of a mailbox tells of a mail that was passed over.
	showPassedOver = 72 * time.Hour
	// checkSender is how long finding out who sent a mail may take.
	checkSender = 20 * time.Second
	// clocksDiffer is how far our clock and a server's may be apart; lookAgain is how long before the last
	// look a mail may have come that it did not see, so that a server's restored copy loses nothing.
	clocksDiffer = 10 * time.Minute
	lookAgain    = 48 * time.Hour
	// longOld is how much older than the mailbox the date of a mail must be to believe the date more
	// than the server, which may have made all its mails anew.
	longOld = 30 * 24 * time.Hour
)

// read opens the folder and stays until something fails.
func (b *mailboxReader) read(ctx context.Context) error {
	o, err := b.options()
	if err != nil {
		return err
	}
	box, err := mail.OpenIMAP(ctx, o)
	if err != nil {
		return err
	}
	defer box.Close()
	b.opened = false
	for {
		unmarked, err := b.look(ctx, box)
		if err != nil {
			return err
		}
		b.fails = 0
		now := b.r.Now()
		if err := models.NoteMailboxLook(ctx, b.r.DB, b.m.ID, now, now.Add(-showPassedOver)); err != nil {
			return notKept(err)
		}
		if unmarked != nil {
			b.note(ctx, unmarked)
		}
		if err := box.Wait(ctx, b.r.Mailboxes.Poll); err != nil {
			return err
		}
	}
}

// notKept is a fault of ours: nothing was lost, and the same mails are tried again.
func notKept(err error) error {
	return &mail.IMAPError{Word: "not_kept", Err: fmt.Errorf("our own store is not ready: %w", err)}
}

// place names the folder that a bookmark belongs to.
func place(m *models.Mailbox) string {
	return strings.ToLower(m.IMAPUser) + "@" + strings.ToLower(m.IMAPHost) + "/" + m.IMAPFolder
}

// bookmark says where to go on. A folder seen for the first time begins at its end: its old mail is
// nobody's ticket. Where numbers have begun anew, or the folder is another one, everything is looked
// at again, but only what came after the last look can be new.
func (b *mailboxReader) bookmark(ctx context.Context, box mail.IMAPBox) (*models.Bookmark, error) {
	mark, err := models.BookmarkOf(ctx, b.r.DB, b.m.ID)
	if err != nil {
		return nil, notKept(err)
	}
	here := place(b.m)
	same := mark.Place == here && mark.UIDValidity == int64(box.Validity())
	if same && b.opened {
		return mark, nil
	}
	top, err := box.Top(ctx)
	if err != nil {
		return nil, err
	}
	if b.opened = true; same && int64(top) >= mark.LastUID {
		return mark, nil
	} // fewer than there were: some servers number anew and say nothing
	fresh := models.Bookmark{MailboxID: b.m.ID, Place: here, UIDValidity: int64(box.Validity()), OldUID: int64(top)}
	switch {
	case mark.Place == "":
		fresh.LastUID, fresh.Since = int64(top), models.At(b.r.Now())
	case mark.Place == here:
		fresh.Since = max(mark.Since, models.At(mark.LookedAt.Time().Add(-lookAgain)))
		b.r.Log.Warn("the server has numbered its mails anew", "mailbox", b.m.ID, "mails", top)
	default:
		fresh.Since = max(mark.Since, mark.LookedAt)
	}
	if err := models.SetBookmark(ctx, b.r.DB, &fresh); err != nil {
		return nil, notKept(err)
	}
	clear(b.tries)
	return &fresh, nil
}

// look keeps every mail behind the bookmark. unmarked is a mail that was kept and could not be marked
// at its server: no reason to stop.
func (b *mailboxReader) look(ctx context.Context, box mail.IMAPBox) (unmarked, err error) {
	mark, err := b.bookmark(ctx, box)
	if err != nil {
		return nil, err
	}
	mails, err := box.After(ctx, uint32(mark.LastUID), mark.LastUID < mark.OldUID)
	if err != nil {
		return nil, err
	}
	behind := mark.LastUID
	for _, m := range mails {
		if int64(m.UID) <= mark.OldUID && old(m, mark.Since.Time()) {
			behind = int64(m.UID) // noted with the next one that counts
			continue
		}
		loose, err := b.take(ctx, box, m)
		if err != nil {
			return unmarked, err
		}
		if loose != nil {
			unmarked = loose
		}
		if err := models.MoveBookmark(ctx, b.r.DB, b.m.ID, mark.UIDValidity, int64(m.UID)); err != nil {
			return unmarked, notKept(err)
		}
		behind = int64(m.UID)
		delete(b.tries, m.UID)
	}
	if behind > mark.LastUID {
		if err := models.MoveBookmark(ctx, b.r.DB, b.m.ID, mark.UIDValidity, behind); err != nil {
			return unmarked, notKept(err)
		}
	}
	return unmarked, nil
}

// old says that a mail was in the folder before its reading began.
func old(m mail.IMAPMail, since time.Time) bool {
	return !m.Received.IsZero() && m.Received.Before(since.Add(-clocksDiffer)) || !m.Dated.IsZero() && m.Dated.Before(since.Add(-longOld))
}

// take keeps one mail; an error means that it must be tried again.
func (b *mailboxReader) take(ctx context.Context, box mail.IMAPBox, m mail.IMAPMail) (unmarked, err error) {
	cat, err := b.r.DB.Catalog(ctx)
	if err != nil {
		return nil, notKept(err)
	}
	limit := desk.MailLimit(cat)
	if m.Size > limit {
		return nil, b.passOver(ctx, box, m, "it is too large")
	}
	var raw *mail.Spooled
	found, err := box.Fetch(ctx, m.UID, func(r io.Reader) (err error) {
		raw, err = mail.Spool(r, limit)
		return err
	})
	if raw != nil {
		defer raw.Close()
	}
	switch {
	case errors.Is(err, mail.ErrTooLarge):
		return nil, b.passOver(ctx, box, m, "it is too large")
	case err == nil && !found:
		// Deleted since it was listed, or the server does not give it out.
		if left, lerr := box.After(ctx, m.UID-1, false); lerr != nil || len(left) == 0 || left[0].UID != m.UID {
			return nil, lerr
		}
		err = &mail.IMAPError{Word: mail.IMAPRefused, Err: fmt.Errorf("the server does not give out the mail with UID %d", m.UID)}
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		var imap *mail.IMAPError
		if !errors.As(err, &imap) {
			return nil, notKept(err) // a full disk, not this mail
		}
		if b.tries[m.UID]++; b.tries[m.UID] < mailTries {
			return nil, err
		}
		return nil, b.passOver(ctx, box, m, err.Error())
	}
	fresh, err := b.keep(ctx, raw)
	if err != nil {
		return nil, notKept(err)
	}
	if fresh {
		if err := models.NoteMailKept(ctx, b.r.DB, b.m.ID, b.r.Now()); err != nil {
			return nil, notKept(err)
		}
	}
	return b.mark(ctx, box, m)
}

// keep hands a mail to the desk, with what can be known of its sender. Its bytes are its name: a number
// of its server says nothing once the server has numbered anew, and two servers number alike.
func (b *mailboxReader) keep(ctx context.Context, raw *mail.Spooled) (fresh bool, err error) {
	key := "sha256:" + raw.SHA256()
	if known, err := models.MailKept(ctx, b.r.DB, b.m.ID, key); err != nil || known {
		return false, err
	}
	verdict, err := verdictOf(ctx, raw, mail.AuthInput{TrustedReceiver: b.m.TrustedReceiver, OwnCheck: true})
	if err != nil {
		return false, err
	}
	_, fresh, err = b.r.Desk.KeepMail(ctx, desk.MailArrival{MailboxID: &b.m.ID, Source: models.MailFromIMAP, SourceKey: key, EnvelopeTo: []string{}, Verdict: verdict, Raw: raw.Reader()})
	return fresh, err
}

// verdictOf checks the sender in bounded time; what cannot be checked proves nothing.
func verdictOf(ctx context.Context, raw *mail.Spooled, in mail.AuthInput) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, checkSender)
	defer cancel()
	text, err := json.Marshal(mail.Authenticate(ctx, raw.Reader(), in))
	return string(text), err
}

// mark does at the server what the mailbox says about kept mail.
func (b *mailboxReader) mark(ctx context.Context, box mail.IMAPBox, m mail.IMAPMail) (refused, err error) {
	switch b.m.IMAPAfter {
	case models.AfterSeen:
		err = box.Seen(ctx, m.UID)
	case models.AfterDelete:
		err = box.Delete(ctx, m.UID)
	}
	if err != nil && mail.IMAPWord(err) == mail.IMAPRefused {
		return err, nil
	}
	return nil, err
}

// passOver leaves one mail where it is and says so on the mailbox, so that the rest gets through.
func (b *mailboxReader) passOver(ctx context.Context, box mail.IMAPBox, m mail.IMAPMail, why string) error {
	subject, err := box.Subject(ctx, m.UID)
	if err != nil {
		subject = "" // the connection may be gone; the next look opens another
	}
	text := fmt.Sprintf("%s: UID %d of %s, %.1f MB, “%s”: %s", models.MailPassedOver, m.UID, m.Received.UTC().Format("2006-01-02 15:04"), float64(m.Size)/(1<<20), subject, why)
	b.r.Log.Warn("mail passed over", "mailbox", b.m.ID, "uid", m.UID, "size", m.Size, "why", withoutAddresses(why))
	if err := models.NoteMailboxError(ctx, b.r.DB, b.m.ID, text, b.r.Now()); err != nil {
		return notKept(err)
	}
	return nil
}

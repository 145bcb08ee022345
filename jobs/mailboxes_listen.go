package jobs

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// Reception takes the mail that comes in at our own doors (EM-4): for addresses of mailboxes that
// are received by them, and only once it is kept.
type Reception struct {
	DB   *models.DB
	Desk *desk.Desk
}

// served finds the mailbox that an address arrives in by our own doors, or nil.
func served(cat *models.Catalog, address string) *models.Mailbox {
	if m, _ := desk.MailboxOf(cat, address); m != nil && m.Receive == models.ReceiveListener {
		return m
	}
	return nil
}

// Knows implements mail.Receiver.
func (r *Reception) Knows(ctx context.Context, address string) (bool, error) {
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return false, err
	}
	return served(cat, address) != nil, nil
}

// Limit implements mail.Receiver.
func (r *Reception) Limit(ctx context.Context) (int64, error) {
	cat, err := r.DB.Catalog(ctx)
	if err != nil {
		return 0, err
	}
	return desk.MailLimit(cat), nil
}

// share is what one project gets of a mail: its first mailbox, and its own recipients alone.
type share struct {
	mailbox *models.Mailbox
	to      []string
	places  []int
}

// Keep implements mail.Receiver: the mail is kept once for each project it goes to.
func (r *Reception) Keep(ctx context.Context, m mail.Arrived) []error {
	results := make([]error, len(m.To))
	cat, err := r.DB.Catalog(ctx)
	var shares []*share
	byProject := map[int64]*share{}
	for i, address := range m.To {
		if results[i] = err; err != nil {
			continue
		}
		box := served(cat, address)
		if box == nil {
			results[i] = errors.New("the mailbox has gone since its address was named")
			continue
		}
		s := byProject[box.ProjectID]
		if s == nil {
			s = &share{mailbox: box}
			byProject[box.ProjectID] = s
			shares = append(shares, s)
		}
		s.to, s.places = append(s.to, address), append(s.places, i)
	}
	for _, s := range shares {
		err := r.keep(ctx, m, s)
		for _, i := range s.places {
			results[i] = err
		}
	}
	return results
}

func (r *Reception) keep(ctx context.Context, m mail.Arrived, s *share) error {
	in := desk.MailArrival{MailboxID: &s.mailbox.ID, Source: models.MailFromSMTP, EnvelopeFrom: m.From, EnvelopeTo: s.to, Helo: m.Helo, Raw: m.Raw.Reader()}
	if m.From == "" {
		in.EnvelopeFrom = mail.NullSender // an empty one would say that nobody knows
	}
	if m.LMTP {
		in.Source = models.MailFromLMTP
	} else {
		in.Client = m.Client.String()
	}
	check := believed(m, s.mailbox)
	var err error
	if in.Verdict, err = verdictOf(ctx, m.Raw, check); err != nil {
		return err
	}
	_, _, err = r.Desk.KeepMail(ctx, in)
	if models.KindOf(err) == models.KindTooLarge {
		return fmt.Errorf("%w: %w", mail.ErrTooLarge, err)
	}
	if err == nil {
		// Only for the page of the mailbox: the mail itself is safe by now.
		_ = models.NoteMailKept(ctx, r.DB, s.mailbox.ID, r.Desk.Now())
	}
	return err
}

// believed is what counts for who sent a mail. What came by LMTP comes from a mail server of ours: that
// one has seen the client, we have not, and its results count where the mailbox says so. Whoever brings a
// mail by SMTP could have written any result into it; there only what we see ourselves counts.
func believed(m mail.Arrived, box *models.Mailbox) mail.AuthInput {
	if m.LMTP {
		return mail.AuthInput{OwnCheck: true, TrustedReceiver: box.TrustedReceiver}
	}
	return mail.AuthInput{OwnCheck: true, Client: m.Client, Helo: m.Helo, EnvelopeFrom: m.From}
}

// Doors are all places where mail is taken.
type Doors struct{ all []*mail.Listener }

// OpenDoor begins to take mail at l.
func (d *Doors) OpenDoor(l net.Listener, o mail.ListenOptions) *mail.Listener {
	s := mail.NewListener(l, o)
	d.all = append(d.all, s)
	return s
}

// Stop closes all doors at once and returns when what was being taken is kept.
func (d *Doors) Stop(ctx context.Context) error {
	errs := make([]error, len(d.all))
	var all sync.WaitGroup
	for i, s := range d.all {
		all.Go(func() { errs[i] = s.Stop(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

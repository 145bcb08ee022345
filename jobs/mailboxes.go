package jobs

import (
	"context"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"lodge/mail"
	"lodge/models"
)

// MailboxOptions say how folders at IMAP servers are read (EM-4).
type MailboxOptions struct {
	// Check is how often the catalog is asked which mailboxes there are; 0: 5 s.
	Check time.Duration
	// Poll is how often a folder is looked at even when its server says nothing; 0: 1 min.
	Poll time.Duration
	// Pause is the first wait after a failure; each further one doubles it; 0: 5 s.
	Pause time.Duration
	Roots *x509.CertPool // nil: the system's
}

const (
	// mailboxLease is how long a process that died keeps others from reading its mailboxes.
	mailboxLease = 2 * time.Minute
	// longestPause ends the doubling; a refused sign-in is tried less often, because servers lock
	// accounts that keep trying.
	longestPause  = 5 * time.Minute
	longestSignIn = 15 * time.Minute
)

// mailboxes keeps one reader for each mailbox that is read by IMAP, and follows the catalog.
func (r *Runner) mailboxes() {
	o := &r.Mailboxes
	o.Check, o.Poll, o.Pause = either(o.Check, 5*time.Second), either(o.Poll, time.Minute), either(o.Pause, 5*time.Second)
	type hired struct {
		key  string
		stop context.CancelFunc
		done chan struct{}
	}
	readers := map[int64]hired{}
	dismiss := func(id int64) {
		readers[id].stop()
		<-readers[id].done
		delete(readers, id)
	}
	defer func() {
		for _, h := range readers {
			h.stop()
		}
		for id := range readers {
			dismiss(id)
		}
	}()
	// A reader that is told to stop may wait for its server; the catalog waits with it at most that long.
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-r.stopping:
			return
		case <-timer.C:
		}
		timer.Reset(o.Check)
		cat, err := r.DB.Catalog(r.ctx)
		if err != nil {
			continue // the database is away; what is being read goes on
		}
		wanted := map[int64]*models.Mailbox{}
		for _, p := range cat.Projects {
			for _, m := range p.Mailboxes {
				if m.Live() && m.Receive == models.ReceiveIMAP && m.IMAPHost != "" {
					wanted[m.ID] = m
				}
			}
		}
		for id, h := range readers {
			if m := wanted[id]; m == nil || accountKey(m) != h.key {
				dismiss(id)
			}
		}
		for id, m := range wanted {
			if _, at := readers[id]; at {
				continue
			}
			ctx, stop := context.WithCancel(r.ctx)
			h := hired{key: accountKey(m), stop: stop, done: make(chan struct{})}
			readers[id] = h
			go func() {
				defer close(h.done)
				(&mailboxReader{r: r, m: m, tries: map[uint32]int{}}).run(ctx)
			}()
		}
	}
}

func either(d, usual time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return usual
}

// accountKey changes when a mailbox must be read in another way.
func accountKey(m *models.Mailbox) string {
	return fmt.Sprintf("%q", []any{m.IMAPHost, m.IMAPPort, m.IMAPTLS, m.IMAPAuth, m.IMAPUser, m.IMAPSecret, m.IMAPFolder, m.IMAPAfter, m.TrustedReceiver})
}

// mailboxReader reads one mailbox for as long as it is wanted.
type mailboxReader struct {
	r *Runner
	m *models.Mailbox
	// tries counts how often fetching one mail has failed while everything else went well.
	tries map[uint32]int
	fails int
	// opened says that the bookmark has been compared with the folder in this session.
	opened bool
	// oauth keeps an access token until its end; nil until one is wanted.
	oauth *mail.OAuth
}

func (b *mailboxReader) leaseName() string { return fmt.Sprint("mailbox:", b.m.ID) }

// run reads until ctx ends. Of several processes the one with the lease reads.
func (b *mailboxReader) run(ctx context.Context) {
	r := b.r
	defer func() {
		// Given back, so that the next process need not wait for its end.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = models.DropLease(end, r.DB, b.leaseName(), r.Worker)
	}()
	for ctx.Err() == nil {
		wait := 4 * r.Mailboxes.Pause
		mine, err := models.TakeLease(ctx, r.DB, b.leaseName(), r.Worker, mailboxLease, r.Now())
		if err == nil && mine {
			err = b.underLease(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			wait = b.pause(err)
			b.note(ctx, err)
			r.Log.Warn("mailbox not read", "mailbox", b.m.ID, "again_in", wait.Round(time.Second), "error", withoutAddresses(err.Error()))
			b.fails++
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// pause is how long to leave a server alone after so many failures in a row.
func (b *mailboxReader) pause(err error) time.Duration {
	first, longest := b.r.Mailboxes.Pause, longestPause
	if word := mail.IMAPWord(err); word == mail.IMAPSignIn || word == mail.IMAPToken {
		first, longest = 4*first, longestSignIn
	}
	wait := min(first<<min(b.fails, 10), longest)
	return wait - wait/10 + rand.N(wait/5+1)
}

func (b *mailboxReader) note(ctx context.Context, err error) {
	if wrote := models.NoteMailboxError(ctx, b.r.DB, b.m.ID, err.Error(), b.r.Now()); wrote != nil {
		b.r.Log.Error("note the state of a mailbox", "mailbox", b.m.ID, "error", wrote)
	}
}

// underLease reads, keeping the lease meanwhile, and stops when another process has it.
func (b *mailboxReader) underLease(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	defer keeper.Wait()
	defer cancel()
	lost := false
	keeper.Go(func() {
		ticker := time.NewTicker(mailboxLease / 4)
		defer ticker.Stop()
		held := time.Now()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			mine, err := models.TakeLease(ctx, b.r.DB, b.leaseName(), b.r.Worker, mailboxLease, b.r.Now())
			switch {
			case err == nil && mine:
				held = time.Now()
			case err == nil || time.Since(held) > mailboxLease/2:
				lost = true
				cancel()
				return
			}
		}
	})
	err := b.read(ctx)
	cancel()
	keeper.Wait()
	if lost {
		return nil // the other process goes on where the bookmark is
	}
	return err
}

// options are what the mailbox signs in with.
func (b *mailboxReader) options() (mail.IMAPOptions, error) {
	m := b.m
	o := mail.IMAPOptions{Host: m.IMAPHost, Port: m.IMAPPort, TLS: m.IMAPTLS, User: m.IMAPUser, Folder: m.IMAPFolder, Change: m.IMAPAfter != models.AfterKeep, RootCAs: b.r.Mailboxes.Roots}
	account, err := b.r.Desk.IMAPAccount(m)
	if err != nil {
		return o, &mail.IMAPError{Word: mail.IMAPSignIn, Err: fmt.Errorf("what was saved to sign in with cannot be read: %w", err)}
	}
	o.Password = account.Password
	if m.IMAPAuth == models.MailAuthXOAUTH2 {
		if b.oauth == nil {
			b.oauth = &mail.OAuth{TokenURL: account.TokenURL, ClientID: account.ClientID, ClientSecret: account.ClientSecret, RefreshToken: account.RefreshToken, Scope: account.Scope}
		}
		o.AccessToken = b.oauth.AccessToken
	}
	return o, nil
}

package jobs

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"lodge/address"
	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// way is how the mails of one mailbox leave: through its own server or the workspace's, signed
// with its own keys where it has some.
type way struct {
	version   int64 // of the catalog it was made from
	transport mail.Transport
	signer    *mail.Signer
	// plain: the server takes no envelope's sender but the mailbox itself.
	plain atomic.Bool

	// turns are how many mails an own server takes at once; nil does not count. A project's server
	// that hangs must not hold all hands, which are everybody's (F8).
	turns chan struct{}
	// rests is until when a server that gave no answer is left alone, in milliseconds.
	rests atomic.Int64
	now   func() time.Time
}

const (
	ownTurns = 2
	ownRest  = time.Minute
	// turnWait is when a mail asks again for its turn.
	turnWait = 2 * time.Second
)

// errTurn says that a mail was not tried, because others are at its server.
var errTurn = errors.New("others are being sent by this server")

// Send signs the mail and lets it leave.
func (w *way) Send(ctx context.Context, m mail.Message) error {
	if w.turns == nil {
		return w.send(ctx, m)
	}
	select {
	case w.turns <- struct{}{}:
		defer func() { <-w.turns }()
	default:
		return &mail.TempError{Err: errTurn}
	}
	if w.now().UnixMilli() < w.rests.Load() {
		return &mail.TempError{Err: errors.New("the server gave no answer a moment ago: connection refused or timed out")}
	}
	err := w.send(ctx, m)
	var temp *mail.TempError
	if errors.As(err, &temp) && temp.Code == 0 {
		w.rests.Store(w.now().Add(ownRest).UnixMilli())
	}
	return err
}

func (w *way) send(ctx context.Context, m mail.Message) error {
	if w.signer != nil {
		m.Sign = w.signer.Sign
	}
	if w.plain.Load() {
		m.EnvelopeFrom = ""
	}
	err := w.transport.Send(ctx, m)
	var refused *mail.PermError
	if m.EnvelopeFrom != "" && errors.As(err, &refused) && refused.Sender {
		// Some providers let an account send as itself only, and local+key@ is somebody else to
		// them. Without the key a bounce is still known by the mail it names.
		m.EnvelopeFrom = ""
		if err = w.transport.Send(ctx, m); err == nil {
			w.plain.Store(true)
		}
	}
	return err
}

// way finds how a project's mails leave; it is made once for each state of the settings.
func (r *Runner) way(cat *models.Catalog, project *models.Project) (mail.Transport, error) {
	m := project.Mailbox()
	if m == nil {
		return r.Transport, nil
	}
	return r.WayOf(cat, m)
}

// WayOf is the way of one mailbox.
func (r *Runner) WayOf(cat *models.Catalog, m *models.Mailbox) (mail.Transport, error) {
	r.ways.Lock()
	defer r.ways.Unlock()
	if w := r.ways.of[m.ID]; w != nil && w.version == cat.Version {
		return w, nil
	}
	w := &way{version: cat.Version, transport: r.Transport, now: r.Now}
	keys, err := r.Desk.DKIMKeys(m)
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		if w.signer, err = mail.NewSigner(address.Domain(m.Address), m.DKIMSelector, keys); err != nil {
			return nil, err
		}
	}
	// A demo never mails anybody, whatever stands in its settings.
	if _, kept := r.Transport.(Outbox); m.Send == models.SendOwn && !kept {
		o, err := r.serverOf(m)
		if err != nil {
			return nil, err
		}
		w.transport, w.turns = r.Server(o), make(chan struct{}, ownTurns)
	}
	if r.ways.of == nil {
		r.ways.of = map[int64]*way{}
	}
	r.ways.of[m.ID] = w
	return w, nil
}

// serverOf is what a mailbox's own server is asked with.
func (r *Runner) serverOf(m *models.Mailbox) (mail.SMTPOptions, error) {
	account, err := r.Desk.SMTPAccount(m)
	if err != nil {
		return mail.SMTPOptions{}, err
	}
	o := mail.SMTPOptions{Host: m.SMTPHost, Port: m.SMTPPort, TLS: m.SMTPTLS, User: m.SMTPUser, Password: account.Password}
	if m.SMTPAuth == models.MailAuthXOAUTH2 {
		o.OAuth = NewOAuth(account)
	}
	return o, nil
}

// NewOAuth makes the source of access tokens of a mailbox's account.
func NewOAuth(a desk.MailAccount) *mail.OAuth {
	return &mail.OAuth{TokenURL: a.TokenURL, ClientID: a.ClientID, ClientSecret: a.ClientSecret, RefreshToken: a.RefreshToken, Scope: a.Scope}
}

// answerTo writes into a mail where answers and bounces go (EM-1). generation is the
// participant's, 0 for agents. It says whether an answer reaches us.
func (r *Runner) answerTo(m *mail.Message, box *models.Mailbox, deliveryID, generation int64) bool {
	if !desk.Answerable(box) {
		return false
	}
	if to := desk.KeyAddress(box, desk.ReplyLocal, r.Desk.ReplyKey(deliveryID, generation)); to != "" {
		m.ReplyTo = mail.Address{Name: m.From.Name, Addr: to}
	} // otherwise answers go to From, which is the mailbox
	m.EnvelopeFrom = desk.KeyAddress(box, desk.BounceLocal, r.Desk.BounceKey(deliveryID))
	return true
}

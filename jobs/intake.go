package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"runtime/debug"

	"lodge/address"
	"lodge/desk"
	"lodge/files"
	"lodge/mail"
	"lodge/models"
)

// Intake reads kept mails for the desk: it knows of mail and of bytes, the desk of tickets.
type Intake struct {
	DB    *models.DB
	Desk  *desk.Desk
	Files files.Store
}

// ErrUnreadable says that a mail will never be read as it is.
var ErrUnreadable = errors.New("the mail cannot be read")

// Take reads a kept mail and lets the desk decide. Doing it again changes nothing.
func (i Intake) Take(ctx context.Context, args desk.IntakeArgs) (desk.MailResult, desk.InboundMail, error) {
	row, err := models.MailInByID(ctx, i.DB, args.Mail)
	if err != nil {
		return desk.MailResult{}, desk.InboundMail{}, err
	}
	leave, err := seatFor(ctx, row.Size)
	if err != nil {
		return desk.MailResult{}, desk.InboundMail{}, err
	}
	defer leave() // its files stay in memory until the desk has decided
	raw, err := i.raw(ctx, row)
	if err != nil {
		return desk.MailResult{}, desk.InboundMail{}, err
	}
	in, err := i.Read(ctx, raw, row)
	if err != nil {
		return desk.MailResult{}, in, err
	}
	in.Held, in.Quiet = args.Held, args.Quiet
	result, err := i.Desk.TakeMail(ctx, args.Mail, in)
	return result, in, err
}

// largeMail is from how many bytes on a mail needs one of the seats. A mail in hand takes a few
// times its size in memory: without a bound a handful of the largest would take all of it.
const largeMail = 20 << 20

// largeSeats are as many as large mails may be in hand at once; small ones pass by.
var largeSeats = make(chan struct{}, 2)

// seatFor waits for a seat where the size asks for one; leave gives it back.
func seatFor(ctx context.Context, size int64) (leave func(), err error) {
	if size < largeMail {
		return func() {}, nil
	}
	select {
	case largeSeats <- struct{}{}:
		return func() { <-largeSeats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// raw reads the bytes of a kept mail. Whatever can be kept fits into memory several times over:
// KeepMail bounds it.
func (i Intake) raw(ctx context.Context, row *models.MailIn) ([]byte, error) {
	if row.Blob == "" {
		return nil, fmt.Errorf("%w: its text was removed", ErrUnreadable)
	}
	r, err := i.Files.Open(ctx, row.Blob)
	if errors.Is(err, files.ErrNotFound) {
		return nil, fmt.Errorf("%w: its text is missing", ErrUnreadable)
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var b bytes.Buffer
	b.Grow(int(r.Size()) + bytes.MinRead) // read in one piece, with no copies on the way
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

// Read turns a raw mail into what the desk decides about. What the door has found out of its
// sender counts; where it has found nothing, the word of the receiver that its mailbox trusts. A
// parser that fails, or panics, fails for this mail alone.
func (i Intake) Read(ctx context.Context, raw []byte, row *models.MailIn) (in desk.InboundMail, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v\n%s", ErrUnreadable, p, debug.Stack())
		}
	}()
	cat, err := i.DB.Catalog(ctx)
	if err != nil {
		return in, err
	}
	parsed, err := mail.Parse(bytes.NewBuffer(raw), mail.ParseOptions{Ours: ownDomains(cat)})
	if err != nil {
		return in, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	in = inbound(parsed)
	var verdict mail.Verdict
	if row.Verdict != "" && row.Verdict != "{}" {
		if err := json.Unmarshal([]byte(row.Verdict), &verdict); err != nil {
			return in, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
	} else if m := i.trusting(cat, row, in); m != nil && m.TrustedReceiver != "" {
		verdict = mail.Authenticate(ctx, bytes.NewReader(raw), mail.AuthInput{TrustedReceiver: m.TrustedReceiver, Client: net.ParseIP(row.Client), Helo: row.Helo, EnvelopeFrom: row.EnvelopeFrom})
	}
	in.Proven = verdict.Proven() && in.From.Addr != ""
	said, err := json.Marshal(verdict)
	in.Verdict = string(said)
	return in, err
}

// trusting is the mailbox whose trusted receiver is believed: of a mail that was fetched from
// its server, or replayed from there. Our own listener asks for itself: whoever speaks to it can
// write any header.
func (i Intake) trusting(cat *models.Catalog, row *models.MailIn, in desk.InboundMail) *models.Mailbox {
	if row.MailboxID != nil && (row.Source == models.MailFromIMAP || row.Source == models.MailFromReplay) {
		return cat.Mailbox(*row.MailboxID)
	}
	if row.Source != models.MailFromReplay {
		return nil
	}
	to := in.DeliveredTo
	for _, a := range append(append([]desk.InboundAddress{}, in.To...), in.Cc...) {
		to = append(to, a.Addr)
	}
	for _, a := range to {
		if m, _ := desk.MailboxOf(cat, a); m != nil {
			return m
		}
	}
	return nil
}

// ownDomains are the domains of our own mailboxes that nobody else writes from, to know our own
// mails by.
func ownDomains(cat *models.Catalog) []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, p := range cat.Projects {
		for _, m := range p.Mailboxes {
			if domain := address.Domain(m.Address); !seen[domain] && !address.PublicDomain(domain) {
				seen[domain] = true
				all = append(all, domain)
			}
		}
	}
	return all
}

// inbound is a parsed mail in the desk's words.
func inbound(p *mail.Parsed) desk.InboundMail {
	in := desk.InboundMail{MessageID: p.MessageID, InReplyTo: p.InReplyTo, References: p.References, From: desk.InboundAddress(p.From), DeliveredTo: p.DeliveredTo, Subject: p.Subject,
		Class: p.Class, Text: p.Text, Full: p.Full, HTML: p.HTML}
	for _, a := range p.To {
		in.To = append(in.To, desk.InboundAddress(a))
	}
	for _, a := range p.Cc {
		in.Cc = append(in.Cc, desk.InboundAddress(a))
	}
	for _, f := range p.Files {
		in.Files = append(in.Files, desk.InboundFile{Name: f.Name, Type: f.Type, ContentID: f.ContentID, Bytes: f.Bytes})
	}
	if p.Bounce != nil {
		in.Bounce = &desk.InboundBounce{MailID: p.Bounce.MailID}
		for _, r := range p.Bounce.Recipients {
			in.Bounce.Recipients = append(in.Bounce.Recipients, desk.InboundBounced{Address: r.Address, Status: r.Status, Detail: r.Detail, Hard: r.Hard})
		}
	}
	return in
}

// intake is the job behind every kept mail. One that cannot be read ends as broken, for agents to
// see, and holds nobody else's up.
func (r *Runner) intake(ctx context.Context, j models.Job) error {
	var args desk.IntakeArgs
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	_, _, err := Intake{DB: r.DB, Desk: r.Desk, Files: r.Files}.Take(ctx, args)
	if errors.Is(err, ErrUnreadable) {
		r.Log.Error("mail cannot be read", "mail", args.Mail, "error", withoutAddresses(err.Error()))
		return r.Desk.GiveUpMail(ctx, args.Mail)
	}
	return ifGone(err)
}

// unread ends a mail whose job was given up.
func (r *Runner) unread(ctx context.Context, j models.Job, cause string) error {
	var args desk.IntakeArgs
	if err := j.Read(&args); err != nil {
		return nil // names no mail
	}
	return ifGone(r.Desk.GiveUpMail(ctx, args.Mail))
}

package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"lodge/address"
	"lodge/models"
)

// What a mail is by itself; the words of package mail.
const (
	ClassPerson = "person"
	ClassAuto   = "auto"
	ClassBounce = "bounce"
	ClassList   = "list"
	ClassOwn    = "own"
)

// Why a mail was ignored or is held, in one word; the texts are "agent.mail_log.reason.<word>".
const (
	MailDuplicate      = "duplicate"
	MailOwn            = "own"
	MailNoAuthor       = "no_author"
	MailNoMailbox      = "no_mailbox"
	MailUnknownBounce  = "bounce"
	MailAuto           = "auto"
	MailList           = "list"
	MailBlocked        = "blocked"
	MailEmpty          = "empty"
	MailBroken         = "broken"
	MailNoRights       = "no_rights"
	MailSpam           = "spam"
	MailNotParticipant = "not_participant"
	MailNotProven      = "not_authenticated"
	MailForgedAgent    = "forged_agent"
	MailFromAgent      = "agent"
	MailTooMany        = "too_many"
	MailVerify         = "verify"
	MailLoop           = "loop"
	MailNoAccount      = "no_account"
)

// InboundMail is a mail as it was read, in plain values: doors and the parser know of mail, this
// knows of tickets.
type InboundMail struct {
	// MessageID and the ids below with angle brackets.
	MessageID  string
	InReplyTo  []string
	References []string // oldest first
	// From is the one author; the zero value when there is none.
	From   InboundAddress
	To, Cc []InboundAddress
	// DeliveredTo are the addresses that servers on the way wrote down.
	DeliveredTo []string
	Subject     string
	// Class is one of the constants above.
	Class string
	// Text is what the person wrote, Full with what was quoted; HTML is Text's, cleaned, with
	// pictures of the mail as <img data-cid>.
	Text, Full, HTML string
	Files            []InboundFile
	Bounce           *InboundBounce
	// Proven: the domain of From really sent it. Verdict is the JSON of how that is known.
	Proven  bool
	Verdict string
	// Held is what an agent or its sender has let in, 0 for a mail that just came.
	Held int64
	// Quiet: a ticket that it opens tells its reporter nothing of its beginning.
	Quiet bool
}

// InboundAddress is one mailbox of a header.
type InboundAddress struct{ Name, Addr string }

// InboundFile is one file of a mail. ContentID is set when HTML shows it in place.
type InboundFile struct {
	Name, Type, ContentID string
	Bytes                 []byte
}

// InboundBounce is what a delivery status notification says.
type InboundBounce struct {
	MailID     string
	Recipients []InboundBounced
}

// InboundBounced is one recipient of it.
type InboundBounced struct {
	Address, Status, Detail string
	Hard                    bool
}

// MailResult is what became of a mail (EM-5): exactly one outcome.
type MailResult struct {
	Outcome, Reason string
	// Ticket is the number of the ticket that it became or joined, 0 for none.
	Ticket int64
	// Again: it had been decided before.
	Again bool
	// ProjectID is whose it is, 0 for nobody's; SameKey is what copies of one mail share.
	ProjectID int64
	SameKey   string
	// fits are the positions of the files that are kept with it.
	fits []int
}

// errDry undoes what a trial has done.
var errDry = errors.New("nothing of this is kept")

// TakeMail decides what becomes of a kept mail and does it, in one transaction with the row that
// says so (EM-5). Taking it again changes nothing.
func (d *Desk) TakeMail(ctx context.Context, mailID int64, in InboundMail) (MailResult, error) {
	row, err := models.MailInByID(ctx, d.db, mailID)
	if err != nil {
		return MailResult{}, err
	}
	return d.take(ctx, row, in, false)
}

// TryMail says what would become of a mail, and changes nothing.
func (d *Desk) TryMail(ctx context.Context, a MailArrival, in InboundMail) (MailResult, error) {
	to, err := json.Marshal(a.EnvelopeTo)
	if err != nil {
		return MailResult{}, err
	}
	row := &models.MailIn{MailboxID: a.MailboxID, ProjectID: a.ProjectID, Source: a.Source, EnvelopeFrom: a.EnvelopeFrom, EnvelopeTo: string(to), SHA256: []byte{}, ReceivedAt: models.At(d.Now())}
	return d.take(ctx, row, in, true)
}

// GiveUpMail ends a mail that cannot be read: agents see it in the mail log and can have it read
// again after a fix. It holds nothing else up.
func (d *Desk) GiveUpMail(ctx context.Context, mailID int64) error {
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		row, err := models.LockMailIn(ctx, tx, mailID)
		if err != nil || row.Outcome != "" {
			return err
		}
		row.Outcome, row.Reason, row.DecidedAt = models.MailIgnored, MailBroken, models.At(now)
		if row.ProjectID == nil && row.MailboxID != nil {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			if m := cat.Mailbox(*row.MailboxID); m != nil {
				row.ProjectID = &m.ProjectID
			}
		}
		return models.DecideMailIn(ctx, tx, row)
	})
}

// taking is one mail on its way to its end.
type taking struct {
	d    *Desk
	tx   *models.Tx
	cat  *models.Catalog
	in   *InboundMail
	row  *models.MailIn
	now  time.Time
	from string // canonical, empty for none
	// to are all addresses it came by, the envelope's first.
	to      []string
	project *models.Project
	// files are kept already, or are on paper only in a trial; dropped did not fit.
	files   []kept
	dropped []InboundFile
	trial   bool
	// confirmed: its sender has let it in themselves.
	confirmed bool
	result    MailResult
}

func (d *Desk) take(ctx context.Context, row *models.MailIn, in InboundMail, dry bool) (MailResult, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return MailResult{}, err
	}
	in.clean()
	now := d.Now()
	run := func(files []kept, fits []int, trial bool) (MailResult, error) {
		var result MailResult
		err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			fresh := *row
			t := &taking{d: d, tx: tx, cat: cat, in: &in, row: &fresh, now: now, files: files, trial: trial, result: MailResult{fits: fits}}
			if err := t.take(ctx); err != nil {
				return err
			}
			if result = t.result; trial {
				return errDry
			}
			return nil
		})
		if errors.Is(err, errDry) {
			err = nil
		}
		return result, err
	}
	if !dry && len(in.Files) == 0 {
		return run(nil, nil, false)
	}
	// Bytes are made durable before the transaction, and only those of a mail that becomes
	// something: what is ignored or held leaves no files beside its raw text.
	plan, err := run(nil, nil, true)
	if dry || err != nil || plan.Again {
		return plan, err
	}
	files, err := d.keepInbound(ctx, in.Files, plan.fits)
	if err != nil {
		return MailResult{}, err
	}
	return run(files, plan.fits, false)
}

// onlyText leaves out what neither database keeps as text.
func onlyText(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
}

// clean bounds what comes from outside.
func (in *InboundMail) clean() {
	for _, s := range []*string{&in.MessageID, &in.From.Addr, &in.HTML} {
		*s = onlyText(*s)
	}
	for i := range in.Files {
		in.Files[i].ContentID = onlyText(in.Files[i].ContentID)
	}
	in.Subject, in.From.Name = line(in.Subject), line(in.From.Name)
	in.Text = text(in.Text)
	if in.Text == "" {
		in.Text = text(in.Full) // never trimmed to empty (EM-3)
	}
	in.To, in.Cc = in.To[:min(len(in.To), mailAddressesKept)], in.Cc[:min(len(in.Cc), mailAddressesKept)]
	in.DeliveredTo = in.DeliveredTo[:min(len(in.DeliveredTo), mailAddressesKept)]
}

const (
	// mailAddressesKept is how many addresses of one header are looked at (A21).
	mailAddressesKept = 100
	// maxMailID is the longest Message-ID that is kept.
	maxMailID = 998
)

// sameKey is what copies of one mail share, whatever way they came: its id, its author and its
// words. An id alone would let a stranger who knows it push a mail aside.
func (in *InboundMail) sameKey() string {
	h := sha256.New()
	words := in.Full
	if words == "" {
		words = in.Text
	}
	for _, part := range []string{strings.ToLower(in.MessageID), strings.ToLower(in.From.Addr), in.Subject, strings.Join(strings.Fields(words), " ")} {
		h.Write([]byte(itoa(int64(len(part)))))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (t *taking) take(ctx context.Context) (err error) {
	if t.row.ID == 0 {
		if _, err = models.InsertMailIn(ctx, t.tx, t.row); err != nil {
			return err
		}
	} else if t.row, err = models.LockMailIn(ctx, t.tx, t.row.ID); err != nil {
		return err
	}
	if t.row.Outcome != "" && t.in.Held == 0 {
		return t.again(ctx)
	}
	t.from, _ = address.Canonical(t.in.From.Addr)
	t.recipients()
	in, row := t.in, t.row
	row.MailID, row.SameKey, row.FromAddress, row.FromName, row.Subject = shortened(in.MessageID, maxMailID), in.sameKey(), shortened(in.From.Addr, 320), shortened(in.From.Name, 500), shortened(in.Subject, 1000)
	if in.Verdict != "" {
		row.Verdict = in.Verdict
	}
	if in.Held != 0 {
		err = t.accept(ctx)
	} else {
		err = t.decide(ctx)
	}
	if err != nil {
		return err
	}
	if t.result.Again {
		return nil
	}
	row.Outcome, row.Reason, row.DecidedAt = t.result.Outcome, t.result.Reason, models.At(t.now)
	if t.project != nil {
		row.ProjectID, t.result.ProjectID = &t.project.ID, t.project.ID
	}
	t.result.SameKey = row.SameKey
	return models.DecideMailIn(ctx, t.tx, row)
}

// again gives what was decided before.
func (t *taking) again(ctx context.Context) error {
	t.result = MailResult{Outcome: t.row.Outcome, Reason: t.row.Reason, Again: true, SameKey: t.row.SameKey}
	if t.row.ProjectID != nil {
		t.result.ProjectID = *t.row.ProjectID
	}
	if t.row.TicketID == nil {
		return nil
	}
	ticket, err := models.TicketByID(ctx, t.tx, *t.row.TicketID)
	if err == nil {
		t.result.Ticket = ticket.Number
	}
	return err
}

// recipients collects every address that the mail came by.
func (t *taking) recipients() {
	var envelope []string
	_ = json.Unmarshal([]byte(t.row.EnvelopeTo), &envelope)
	t.to = append(append(t.to, envelope[:min(len(envelope), mailAddressesKept)]...), t.in.DeliveredTo...)
	for _, a := range append(append([]InboundAddress{}, t.in.To...), t.in.Cc...) {
		t.to = append(t.to, a.Addr)
	}
}

// arrived is the project that the mail was sent to, nil when none of its addresses is ours.
func (t *taking) arrived() *models.Project {
	usable := func(id int64) *models.Project {
		if p := t.cat.Project(id); p != nil && p.DisabledAt == 0 {
			return p
		}
		return nil
	}
	if t.row.MailboxID != nil {
		if m := t.cat.Mailbox(*t.row.MailboxID); m != nil {
			return usable(m.ProjectID)
		}
	}
	for _, a := range t.to {
		if m, _ := MailboxOf(t.cat, a); m != nil {
			if p := usable(m.ProjectID); p != nil {
				return p
			}
		}
	}
	if t.row.ProjectID != nil {
		return usable(*t.row.ProjectID)
	}
	return nil
}

// ours says whether an address is one that this desk is reached at or sends from.
func (t *taking) ours(addr string) bool {
	if own := t.cat.Workspace.SupportAddress; own != "" && address.Key(own) == address.Key(addr) {
		return true
	}
	m, _ := MailboxOf(t.cat, addr)
	return m != nil
}

func (t *taking) end(outcome, reason string) {
	t.result.Outcome, t.result.Reason = outcome, reason
}

func (t *taking) ignore(reason string) error {
	t.end(models.MailIgnored, reason)
	return nil
}

// decide is the order of the questions. What changes nothing comes first.
func (t *taking) decide(ctx context.Context) error {
	in := t.in
	t.project = t.arrived()
	own, err := t.own(ctx)
	switch {
	case err != nil:
		return err
	case in.Class == ClassBounce:
		return t.bounce(ctx)
	case own:
		return t.ignore(MailOwn)
	case t.from == "":
		return t.ignore(MailNoAuthor)
	}
	about, err := t.thread(ctx)
	if err != nil {
		return err
	}
	if about != nil {
		t.project = t.cat.Project(about.ticket.ProjectID)
	}
	if t.project == nil {
		return t.ignore(MailNoMailbox)
	}
	if err := models.OnlyHere(ctx, t.tx, allowance("mail-same", itoa(t.project.ID), t.row.SameKey), models.At(t.now)); err != nil {
		return err
	}
	first, err := models.SameMailIn(ctx, t.tx, t.row.SameKey, t.project.ID, t.row.ID)
	if err != nil {
		return err
	}
	if first != nil {
		t.row.TicketID = first.TicketID
		if err := t.numbered(ctx, first.TicketID); err != nil {
			return err
		}
		return t.ignore(MailDuplicate)
	}
	switch in.Class {
	case ClassAuto:
		return t.ignore(MailAuto)
	case ClassList:
		return t.ignore(MailList)
	}
	blocked, err := models.Blocked(ctx, t.tx, address.Key(t.from), address.ParentDomains(address.Domain(t.from)), models.At(t.now))
	if err != nil {
		return err
	}
	if blocked {
		return t.ignore(MailBlocked)
	}
	if in.Text == "" && len(in.Files) == 0 && (about != nil || in.Subject == "") {
		return t.ignore(MailEmpty)
	}
	if about != nil {
		return t.join(ctx, about)
	}
	return t.open(ctx)
}

// own says whether the mail is one of ours that came back (A20).
func (t *taking) own(ctx context.Context) (bool, error) {
	if t.in.Class == ClassOwn || (t.from != "" && t.ours(t.from)) {
		return true, nil
	}
	found, err := t.ourMails(ctx, []string{t.in.MessageID})
	return len(found) > 0, err
}

func (t *taking) numbered(ctx context.Context, ticketID *int64) error {
	if ticketID == nil {
		return nil
	}
	ticket, err := models.TicketByID(ctx, t.tx, *ticketID)
	if err == nil {
		t.result.Ticket = ticket.Number
	}
	return err
}

package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"

	"lodge/models"
	"lodge/secret"
)

// JobMailProbe runs the set-up test of a mailbox: {"mailbox": id, "started": ms}.
const JobMailProbe = "mail_probe"

// The steps of a set-up test, in their order (EM-6).
const (
	ProbeSignIn = "sign_in" // to the server that mail leaves through
	ProbeSend   = "send"    // a mail to the mailbox's own address
	ProbeRead   = "read"    // sign in to IMAP, or the listener is there
	ProbeArrive = "arrive"  // the mail is here
	ProbeReply  = "reply"   // a mail to the reply address is here
	ProbeMatch  = "match"   // it is recognised as an answer
	ProbeSender = "sender"  // who vouches for senders
	ProbeDNS    = "dns"     // what others ask about our domain
)

// ProbeSteps are the steps in their order.
var ProbeSteps = []string{ProbeSignIn, ProbeSend, ProbeRead, ProbeArrive, ProbeReply, ProbeMatch, ProbeSender, ProbeDNS}

// How a step of a set-up test stands.
const (
	ProbeWaits   = ""
	ProbeRuns    = "running"
	ProbeOK      = "ok"
	ProbeAdvice  = "advice" // works, and could be better
	ProbeFailed  = "failed"
	ProbeSkipped = "skipped"
)

// MailProbe is a set-up test of a mailbox and how far it has come. It is kept as JSON in
// mailbox_states.tested.
type MailProbe struct {
	// Started names the test, in milliseconds; Ended is 0 while it runs.
	Started int64       `json:"started"`
	Ended   int64       `json:"ended,omitempty"`
	Steps   []ProbeStep `json:"steps"`
	// Receiver is an authserv-id that could be trusted; empty offers none.
	Receiver string `json:"receiver,omitempty"`
	// Cut says that the test did not come to its end.
	Cut bool `json:"cut,omitempty"`
}

// ProbeStep is one step. Word picks its sentence among those of its state, Values fill it, and
// Detail is what the other side said.
type ProbeStep struct {
	Key    string            `json:"key"`
	State  string            `json:"state,omitempty"`
	Word   string            `json:"word,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Detail string            `json:"detail,omitempty"`
}

// Step finds a step by its key, or nil.
func (p *MailProbe) Step(key string) *ProbeStep {
	for i := range p.Steps {
		if p.Steps[i].Key == key {
			return &p.Steps[i]
		}
	}
	return nil
}

// Running says that a test has not ended yet.
func (p *MailProbe) Running() bool { return p.Ended == 0 && !p.Cut }

// Green says that everything that was tested works.
func (p *MailProbe) Green() bool {
	for _, s := range p.Steps {
		if s.State == ProbeFailed {
			return false
		}
	}
	return p.Ended != 0 && !p.Cut
}

// ProbeLimit is the longest that a set-up test may take; one without an end after it was cut off.
const ProbeLimit = 6 * time.Minute

// ReadMailProbe reads a kept test, nil when there was none. One that has not ended in its time was
// cut off, as by a restart.
func ReadMailProbe(state *models.MailboxState, now time.Time) *MailProbe {
	var p MailProbe
	if state.Tested == "" || json.Unmarshal([]byte(state.Tested), &p) != nil || len(p.Steps) == 0 {
		return nil
	}
	if p.Ended == 0 && now.Sub(models.Stamp(p.Started).Time()) > ProbeLimit {
		p.Cut = true
	}
	return &p
}

type probeArgs struct {
	Mailbox int64 `json:"mailbox"`
	Started int64 `json:"started"`
}

// StartMailProbe begins a set-up test of a mailbox; one that runs already goes on.
func (d *Desk) StartMailProbe(ctx context.Context, actor Actor, slug string, id int64) error {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return err
	}
	m := mailboxIn(p, id)
	if m == nil {
		return models.NotFound()
	}
	now := d.Now()
	probe := &MailProbe{Started: int64(models.At(now))}
	for _, key := range ProbeSteps {
		probe.Steps = append(probe.Steps, ProbeStep{Key: key})
	}
	raw, err := json.Marshal(probe)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockCatalog(ctx, tx); err != nil {
			return err
		}
		state, err := models.MailboxStateOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if kept := ReadMailProbe(state, now); kept != nil && kept.Running() {
			return nil
		}
		if err := models.SaveMailboxTest(ctx, tx, id, string(raw), models.At(now)); err != nil {
			return err
		}
		return models.Enqueue(ctx, tx, JobMailProbe, "", probeArgs{Mailbox: id, Started: probe.Started}, now)
	})
}

// MailProbeRun is a set-up test as its job sees it.
type MailProbeRun struct {
	Mailbox   *models.Mailbox
	Project   *models.Project
	Workspace string
	Probe     *MailProbe
	// SentID and ReplyID are the Message-IDs of the two mails, ReplyTo is the address that the
	// second goes to.
	SentID, ReplyID, ReplyTo string
	// After is the newest mail that was there before.
	After int64

	delivery   int64
	generation int
}

// MailProbeRun reads a test for its job. NotFound when it is not wanted any more; a test that was
// begun before and cut off is not begun again by itself: it would send more mail.
func (d *Desk) MailProbeRun(ctx context.Context, job models.Job) (*MailProbeRun, error) {
	var args probeArgs
	if err := job.Read(&args); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	m := cat.Mailbox(args.Mailbox)
	if m == nil {
		return nil, models.NotFound()
	}
	state, err := models.MailboxStateOf(ctx, d.db, m.ID)
	if err != nil {
		return nil, err
	}
	probe := ReadMailProbe(state, d.Now())
	if probe == nil || probe.Started != args.Started || probe.Ended != 0 {
		return nil, models.NotFound()
	}
	r := &MailProbeRun{Mailbox: m, Project: cat.Project(m.ProjectID), Workspace: cat.Workspace.Name, Probe: probe, generation: int(args.Started & 0x7fffffff)}
	for _, s := range probe.Steps {
		if s.State != ProbeWaits {
			probe.Cut = true
		}
	}
	if probe.Cut {
		if err := d.KeepMailProbe(ctx, r); err != nil {
			return nil, err
		}
		return nil, models.NotFound()
	}
	// No delivery has such a number: the addresses of the test answer to nothing else.
	r.delivery = 1<<61 + 2*args.Started
	domain := m.Address[strings.LastIndexByte(m.Address, '@')+1:]
	r.SentID, r.ReplyID = d.MailID(domain, r.delivery), d.MailID(domain, r.delivery+1)
	if r.ReplyTo = KeyAddress(m, ReplyLocal, d.keys.MailKey(secret.Reply, r.delivery, r.generation)); r.ReplyTo == "" {
		r.ReplyTo = m.Address
	}
	r.After, err = models.LastMailIn(ctx, d.db)
	return r, err
}

// KeepMailProbe keeps how far a test has come, unless another one was begun meanwhile.
func (d *Desk) KeepMailProbe(ctx context.Context, r *MailProbeRun) error {
	raw, err := json.Marshal(r.Probe)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		state, err := models.MailboxStateOf(ctx, tx, r.Mailbox.ID)
		if err != nil {
			return err
		}
		if kept := ReadMailProbe(state, now); kept == nil || kept.Started != r.Probe.Started {
			return models.NotFound()
		}
		return models.SaveMailboxTest(ctx, tx, r.Mailbox.ID, string(raw), models.At(now))
	})
}

// ArrivedProbe is what is seen in a mail of a test that has come back.
type ArrivedProbe struct {
	// Receiver is the authserv-id of its topmost Authentication-Results; empty when it has none.
	Receiver string
	// Keyed: the reply key in its address opens. Known: it names the mail it answers to.
	Keyed, Known bool
}

// probeCandidates is how many mails that came in during a test are looked at in one go.
const probeCandidates = 50

// ArrivedProbe looks for a mail of a test among those that came in; NotFound while it is not
// there.
func (d *Desk) ArrivedProbe(ctx context.Context, r *MailProbeRun, messageID string) (*ArrivedProbe, error) {
	mails, err := models.MailsInSince(ctx, d.db, r.After, messageID, probeCandidates)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range mails {
		head, err := d.mailHead(ctx, m.Blob)
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(head.Get("Message-ID")) == messageID {
			return d.arrivedProbe(cat, r, m, head), nil
		}
	}
	return nil, models.NotFound()
}

// mailHead reads the head of a kept mail, as far as it can be read.
func (d *Desk) mailHead(ctx context.Context, blob string) (textproto.MIMEHeader, error) {
	raw, err := d.files.Open(ctx, blob)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	head, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(raw, 256<<10))).ReadMIMEHeader()
	return head, nil
}

func (d *Desk) arrivedProbe(cat *models.Catalog, r *MailProbeRun, m *models.MailIn, head textproto.MIMEHeader) *ArrivedProbe {
	a := &ArrivedProbe{Receiver: authServer(head.Get("Authentication-Results")), Known: strings.Contains(head.Get("In-Reply-To")+head.Get("References"), r.SentID)}
	var to []string
	_ = json.Unmarshal([]byte(m.EnvelopeTo), &to)
	for _, name := range []string{"To", "Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, value := range head.Values(name) {
			if list, err := netmail.ParseAddressList(value); err == nil {
				for _, one := range list {
					to = append(to, one.Address)
				}
			}
		}
	}
	for _, addr := range to {
		box, key := MailboxOf(cat, addr)
		if box != nil && box.ID == r.Mailbox.ID && key != "" && d.keys.CheckMailKey(secret.Reply, r.delivery, r.generation, key) {
			a.Keyed = true
		}
	}
	return a
}

// authServer is the authserv-id of an Authentication-Results field (RFC 8601, 2.2), empty when it
// cannot be one.
func authServer(field string) string {
	first, _, _ := strings.Cut(field, ";")
	words := strings.Fields(first)
	if len(words) == 0 {
		return ""
	}
	var v models.Invalid
	receiver := checkReceiver(&v, words[0])
	if v.Err() != nil {
		return ""
	}
	return receiver
}

package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// What a mail is by itself, before anything is known of tickets (EM-5).
const (
	FromPerson = "person"
	FromAuto   = "auto"   // an auto-reply or vacation note (RFC 3834)
	FromBounce = "bounce" // a delivery status notification (RFC 3464)
	FromList   = "list"   // a mailing list or bulk mail
	FromUs     = "own"    // a mail of our own that came back
)

// Parsed is a mail as it was read: everything decoded, cleaned and bounded.
type Parsed struct {
	// MessageID with angle brackets; made from the content when the mail has none.
	MessageID  string
	InReplyTo  []string
	References []string // oldest first
	// From is the one author; the zero value when the header names none or several.
	From, ReplyTo Address
	To, Cc        []Address
	// DeliveredTo are the addresses that servers on the way wrote down (Delivered-To,
	// X-Original-To, Envelope-To), topmost first.
	DeliveredTo []string
	Subject     string
	Date        time.Time
	// Class is one of the From… constants, Why the mark that decided.
	Class, Why string
	// Text is what the person wrote, without quoted history and signature, never empty when
	// Full is not; Full is the whole text.
	Text, Full string
	// HTML is Text's HTML, cleaned; empty when the mail had none.
	HTML   string
	Files  []File
	Bounce *Bounced
	// Faults are what was broken and survived, for the operator.
	Faults []string

	key string // see SameKey
}

// File is one part of a mail that is kept as a file.
type File struct {
	Name, Type string
	// ContentID without brackets, set when the HTML shows the file in place.
	ContentID string
	// Quoted says that the mail showed the file in place, but only inside the quoted history or
	// the signature that were trimmed.
	Quoted bool
	Size   int64
	SHA256 [sha256.Size]byte
	Bytes  []byte
}

// Bounced is what a delivery status notification says.
type Bounced struct {
	// MailID is the Message-ID of the mail that came back; empty when it names none.
	MailID     string
	Recipients []BouncedTo
}

// BouncedTo is one recipient of a bounce.
type BouncedTo struct {
	Address string
	// Status is the enhanced status code, such as "5.1.1" (RFC 3463).
	Status string
	// Hard says that the address will never take mail (5.x.x).
	Hard   bool
	Detail string
}

// ParseOptions say what is ours.
type ParseOptions struct {
	// Ours are the domains of our own mailboxes, to know our own mails by.
	Ours []string
	// Now is the time no mail can be later than; the zero value is the time of the call.
	Now time.Time
}

// Bounds of one mail, in bytes.
const (
	maxRaw    = 150 << 20 // of the whole; the doors take less
	maxBody   = 8 << 20   // of one text part before cleaning
	maxText   = 1 << 20   // of Full and of HTML (A22)
	maxFaults = 20
)

// ErrEmpty says that there is nothing in a mail to read.
var ErrEmpty = errors.New("mail: empty")

// Parse reads a raw mail. It survives whatever it is given: an error is only for input that
// cannot be read at all, or is empty. It takes time and memory in proportion to the mail's size.
// A mail that is in memory already is best given as a *bytes.Buffer, which is not copied; files
// may then share its bytes.
func Parse(r io.Reader, o ParseOptions) (*Parsed, error) {
	raw, cut, err := readRaw(r)
	if err != nil {
		return nil, err
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	p := &Parsed{}
	if cut {
		p.fault("the mail is too long; its end was not read")
	}
	h, _, _ := readHeader(raw[:min(len(raw), 2*maxHeader)])
	p.readHeader(h, o.Now)
	p.guarded("the body", func() { p.readBody(raw, o) })
	p.finish(h, raw)
	return p, nil
}

// readRaw takes a mail into memory; one that is there already, in a *bytes.Buffer, is not copied.
func readRaw(r io.Reader) (raw []byte, cut bool, err error) {
	b, there := r.(*bytes.Buffer)
	if !there {
		b = &bytes.Buffer{}
		if sized, ok := r.(interface{ Len() int }); ok {
			b.Grow(min(sized.Len(), maxRaw) + 512)
		}
		if _, err := b.ReadFrom(io.LimitReader(r, maxRaw+1)); err != nil {
			return nil, false, fmt.Errorf("mail: reading: %w", err)
		}
	}
	raw = b.Bytes()
	if len(bytes.TrimSpace(raw[:min(len(raw), 4096)])) == 0 && len(bytes.TrimSpace(raw)) == 0 {
		return nil, false, ErrEmpty
	}
	if len(raw) > maxRaw {
		return raw[:maxRaw], true, nil
	}
	return raw, false, nil
}

func (p *Parsed) fault(text string) {
	if text != "" && len(p.Faults) < maxFaults && !slices.Contains(p.Faults, text) {
		p.Faults = append(p.Faults, text)
	}
}

// guarded does one step; a panic in it, ours or a library's, costs that step and not the mail.
func (p *Parsed) guarded(what string, step func()) {
	defer func() {
		if broken := recover(); broken != nil {
			p.fault("reading " + what + " failed")
		}
	}()
	step()
}

// readHeader takes over what the header says.
func (p *Parsed) readHeader(h header, now time.Time) {
	var fault string
	p.From, fault = author(h)
	p.fault(fault)
	if replyTo, _ := addressList(h, "reply-to"); len(replyTo) == 1 {
		p.ReplyTo = replyTo[0]
	}
	var more, moreCc bool
	p.To, more = addressList(h, "to")
	p.Cc, moreCc = addressList(h, "cc")
	if more || moreCc {
		p.fault(fmt.Sprintf("more than %d recipients in one field; the rest was left out", maxAddresses))
	}
	p.DeliveredTo = deliveredTo(h)
	p.Subject = clean(decodeWords(h.get("subject")), maxSubject)
	p.Date, fault = sent(h, now)
	p.fault(fault)
	if ids := idsOf(h, "message-id"); len(ids) > 0 {
		p.MessageID = ids[0]
	} else {
		p.MessageID = messageID(h.get("message-id"))
	}
	p.InReplyTo = idsOf(h, "in-reply-to")
	p.References = idsOf(h, "references")
}

// readBody takes over what the mail says and carries, and what it is.
func (p *Parsed) readBody(raw []byte, o ParseOptions) {
	s := &splitter{}
	root := s.read(raw, "", 0)
	r := &reader{left: 2 * maxBody}
	said := r.body(root, true)
	for _, fault := range append(s.faults, r.faults...) {
		p.fault(fault)
	}
	p.guarded("the text", func() { p.readText(said, r) })
	p.guarded("the class", func() { p.classify(root.header, r.report, o) })
}

// finish makes up what is missing.
func (p *Parsed) finish(h header, raw []byte) {
	if p.Class == "" {
		p.Class, p.Why = FromPerson, "nothing says otherwise"
	}
	sum := sha256.New()
	for _, part := range []string{p.From.Addr, h.get("date"), p.Subject, p.Full} {
		fmt.Fprintf(sum, "%d:%s\n", len(part), part)
	}
	if p.From.Addr == "" {
		fmt.Fprintf(sum, "%q\n", h.all("from"))
	}
	for _, f := range p.Files {
		sum.Write(f.SHA256[:])
	}
	content := hex.EncodeToString(sum.Sum(nil)[:16])
	if p.MessageID == "" {
		p.fault("no Message-ID; one was made from the content")
		p.MessageID = "<" + content + "@without-message-id.invalid>"
	}
	p.key = content
}

// SameKey is what copies of one mail share: its Message-ID, author, date, subject, text and
// files. A mail that came five times, or to two mailboxes of ours, has it every time; the marks
// of the way it took are not in it.
func SameKey(p *Parsed) string {
	sum := sha256.Sum256([]byte(p.MessageID + "\n" + p.From.Addr + "\n" + p.key))
	return hex.EncodeToString(sum[:16])
}

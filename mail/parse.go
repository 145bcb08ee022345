package mail

import (
	"crypto/sha256"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"
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
}

// File is one part of a mail that is kept as a file.
type File struct {
	Name, Type string
	// ContentID without brackets, set when the HTML shows the file in place.
	ContentID string
	Size      int64
	SHA256    [sha256.Size]byte
	Bytes     []byte
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
}

// Parse reads a raw mail. It survives whatever it is given: an error is only for input that
// cannot be read at all.
func Parse(r io.Reader, o ParseOptions) (*Parsed, error) {
	envelope, err := enmime.ReadEnvelope(r)
	if err != nil {
		return nil, fmt.Errorf("parse mail: %w", err)
	}
	p := &Parsed{MessageID: messageID(envelope.GetHeader("Message-ID")), Subject: clean(envelope.GetHeader("Subject"), maxSubject), Class: FromPerson}
	if from, err := netmail.ParseAddress(envelope.GetHeader("From")); err == nil {
		p.From = Address{Name: from.Name, Addr: from.Address}
	}
	p.Full = strings.TrimSpace(envelope.Text)
	p.Text = p.Full
	return p, nil
}

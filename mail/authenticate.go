package mail

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"time"
)

// AuthInput is what a check of the sender knows besides the mail itself.
type AuthInput struct {
	// TrustedReceiver is the authserv-id (RFC 8601, 2.5) whose topmost Authentication-Results is
	// believed; empty believes none.
	TrustedReceiver string
	// Client, Helo and EnvelopeFrom are what our own listener saw; without Client no SPF is asked for.
	Client             net.IP
	Helo, EnvelopeFrom string
	// OwnCheck verifies DKIM, and SPF where Client is known, ourselves.
	OwnCheck bool
	// Lookup answers DNS TXT questions; nil asks the system's resolver.
	Lookup func(ctx context.Context, name string) ([]string, error)
	// Hosts answers the other questions of SPF; nil asks the system's resolver where Lookup is nil
	// too, and nobody elsewhere.
	Hosts Hosts
}

// Hosts is the part of a resolver that SPF asks for host names.
type Hosts interface {
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

// Who found out that a mail is genuine: Verdict.By.
const (
	ByReceiver = "receiver"
	ByDKIM     = "dkim"
	BySPF      = "spf"
)

// checkWithin is the time that all questions about one mail may take together.
const checkWithin = 20 * time.Second

// Authenticate tells which domain really sent the mail. It fails closed: what cannot be checked
// proves nothing, and neither does a mail that does not name exactly one author (A27).
func Authenticate(ctx context.Context, raw io.Reader, in AuthInput) Verdict {
	if in.TrustedReceiver == "" && !in.OwnCheck {
		return Verdict{Why: "nobody is trusted to check senders"}
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	body := bufio.NewReaderSize(raw, 64<<10)
	head, err := readHead(body)
	if err != nil {
		return Verdict{Why: err.Error()}
	}
	from, err := head.author()
	if err != nil {
		return Verdict{Why: err.Error()}
	}
	c := &check{AuthInput: in, ctx: ctx, from: from}
	c.resolve()
	if in.TrustedReceiver != "" && c.receiver(head) {
		return c.verdict
	}
	if in.OwnCheck && !c.refused {
		_ = c.dkim(head, io.MultiReader(bytes.NewReader(head.raw), body)) || c.spf()
	}
	c.verdict.Why = c.reasons()
	return c.verdict
}

// check is one mail under examination.
type check struct {
	AuthInput
	ctx     context.Context
	from    string // the domain of the author
	lookup  func(name string) ([]string, error)
	verdict Verdict
	why     []string
	// refused: the trusted receiver has said that the mail is forged.
	refused bool
}

func (c *check) resolve() {
	if c.Lookup == nil {
		c.Lookup = net.DefaultResolver.LookupTXT
		if c.Hosts == nil {
			c.Hosts = net.DefaultResolver
		}
	}
	c.lookup = func(name string) ([]string, error) { return c.Lookup(c.ctx, name) }
}

func (c *check) note(s string) { c.why = append(c.why, s) }

// maxReasons bounds what is kept of a mail that has been checked by many, in characters.
const maxReasons = 1000

func (c *check) reasons() string { return clean(strings.Join(c.why, "; "), maxReasons) }

// proven ends the examination. What decided stands first.
func (c *check) proven(domain, by, why string) bool {
	c.why = append([]string{why}, c.why...)
	c.verdict = Verdict{Domain: domain, By: by, Why: c.reasons()}
	return true
}

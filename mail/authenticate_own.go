package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/emersion/go-msgauth/dmarc"
)

// Bounds of what one mail can make us do.
const (
	maxSignatures = 20 // more of them and none is looked at: every hop may add one
	maxKeys       = 5  // signatures of the author's organisation whose key is asked for
)

var (
	errNotAligned  = errors.New("not of the sender's domain")
	errTooManyKeys = errors.New("too many signatures")
)

// dkim verifies the signatures of the author's own organisation. Those of others prove nothing
// about the author: their keys are not even asked for.
func (c *check) dkim(h *head, raw io.Reader) bool {
	n := 0
	for _, f := range h.fields {
		if f.name == "dkim-signature" {
			if n++; f.size > maxSignature || n > maxSignatures {
				c.note("dkim=too many or too long signatures")
				return false
			}
		}
	}
	if n == 0 {
		c.note("dkim=none")
		return false
	}
	asked := 0
	whole := &sound{r: raw}
	found, err := dkim.VerifyWithOptions(whole, &dkim.VerifyOptions{MaxVerifications: maxSignatures, LookupTXT: c.guarded(&asked)})
	if err != nil || whole.err != nil {
		c.note("dkim=the mail could not be read")
		return false
	}
	for _, v := range found {
		domain := plainDomain(v.Domain)
		switch why := "d=" + readable(v.Domain); {
		case !aligned(domain, c.from):
			c.note("dkim=ignored " + why + " (" + errNotAligned.Error() + ")")
		case v.Err != nil:
			c.note("dkim=fail " + why + " (" + strings.TrimPrefix(shortError(v.Err), "dkim: ") + ")")
		case !c.closeEnough(domain, func(r *dmarc.Record) dmarc.AlignmentMode { return r.DKIMAlignment }):
			c.note("dkim=pass " + why + " (not close enough to the sender's domain)")
		default:
			return c.proven(domain, ByDKIM, "dkim=pass "+why)
		}
	}
	return false
}

// guarded asks only for keys of the author's organisation, and only for so many. The verifier
// asks from several goroutines at once, one a signature.
func (c *check) guarded(asked *int) func(string) ([]string, error) {
	turn := make(chan struct{}, 1)
	return func(name string) ([]string, error) {
		_, domain, found := cutLast(name, "._domainkey.")
		if !found || !aligned(domain, c.from) {
			return nil, errNotAligned
		}
		turn <- struct{}{}
		*asked++
		n := *asked
		<-turn
		if n > maxKeys {
			return nil, errTooManyKeys
		}
		return c.lookup(name)
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// spf asks whether the machine that brought the mail may send for the envelope's sender, and
// whether that is the author's organisation.
func (c *check) spf() bool {
	if c.Client == nil {
		return false
	}
	domain := plainDomain(afterAt(c.EnvelopeFrom))
	if c.EnvelopeFrom == "" || c.EnvelopeFrom == NullSender {
		c.EnvelopeFrom, domain = "", plainDomain(c.Helo) // RFC 7208, 2.4
	}
	if !aligned(domain, c.from) {
		c.note("spf=ignored d=" + readable(domain) + " (" + errNotAligned.Error() + ")")
		return false
	}
	result, err := spf.CheckHostWithSender(c.Client, c.Helo, c.EnvelopeFrom, spf.WithContext(c.ctx), spf.WithResolver(c.resolver()))
	why := fmt.Sprintf("spf=%s d=%s", result, domain)
	if result != spf.Pass {
		if err != nil {
			why += " (" + shortError(err) + ")"
		}
		c.note(why)
		return false
	}
	if !c.closeEnough(domain, func(r *dmarc.Record) dmarc.AlignmentMode { return r.SPFAlignment }) {
		c.note(why + " (not close enough to the sender's domain)")
		return false
	}
	return c.proven(domain, BySPF, why)
}

// closeEnough says whether a domain of the author's organisation may speak for the author's: it
// is the same, or the owner does not ask for that (RFC 7489, 6.3: adkim and aspf). Without an
// answer from DNS nothing is proven.
func (c *check) closeEnough(domain string, mode func(*dmarc.Record) dmarc.AlignmentMode) bool {
	if domain == c.from {
		return true
	}
	for _, at := range []string{c.from, organisation(c.from)} {
		record, err := dmarc.LookupWithOptions(at, &dmarc.LookupOptions{LookupTXT: c.lookup})
		switch {
		case errors.Is(err, dmarc.ErrNoPolicy):
		case err != nil:
			return false
		default:
			return mode(record) != dmarc.AlignmentStrict
		}
	}
	return true
}

// resolver is what SPF asks.
func (c *check) resolver() spf.DNSResolver { return resolver{c.Hosts, c.Lookup} }

type resolver struct {
	hosts Hosts
	txt   func(ctx context.Context, name string) ([]string, error)
}

func (r resolver) LookupTXT(ctx context.Context, name string) ([]string, error) {
	return r.txt(ctx, name)
}

func (r resolver) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	if r.hosts == nil {
		return nil, notFound(name)
	}
	return r.hosts.LookupMX(ctx, name)
}

func (r resolver) LookupIPAddr(ctx context.Context, name string) ([]net.IPAddr, error) {
	if r.hosts == nil {
		return nil, notFound(name)
	}
	return r.hosts.LookupIPAddr(ctx, name)
}

func (r resolver) LookupAddr(ctx context.Context, name string) ([]string, error) {
	if r.hosts == nil {
		return nil, notFound(name)
	}
	return r.hosts.LookupAddr(ctx, name)
}

func notFound(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// sound ends a mail that cannot be read to its end, and remembers why: the verifier would leave
// its goroutines behind at an error.
type sound struct {
	r   io.Reader
	err error
}

func (s *sound) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err, err = err, io.EOF
	}
	return n, err
}

// shortError is the text of an error that may repeat what a stranger wrote.
func shortError(err error) string { return clean(err.Error(), 160) }

package mail

import (
	"context"
	"io"
	"net"
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
}

// Authenticate tells which domain really sent the mail. It fails closed: what cannot be checked
// proves nothing.
func Authenticate(ctx context.Context, raw io.Reader, in AuthInput) Verdict {
	return Verdict{}
}

package mail

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// guard is a client's connection with our own idea of time: silence ends it, a session too long
// ends it, and a listener about to stop ends it as soon as no mail is under way.
type guard struct {
	net.Conn
	listener *Listener
	client   string
	end      time.Time

	mu       sync.Mutex
	working  bool
	draining bool
}

// Read implements net.Conn.
func (g *guard) Read(b []byte) (int, error) {
	g.mu.Lock()
	until := time.Now().Add(g.listener.o.Idle)
	if g.end.Before(until) {
		until = g.end
	}
	if g.draining && !g.working {
		until = time.Now()
	}
	_ = g.Conn.SetReadDeadline(until)
	g.mu.Unlock()
	return g.Conn.Read(b)
}

// SetReadDeadline belongs to Read alone.
func (g *guard) SetReadDeadline(time.Time) error { return nil }

// busy says that a mail is under way.
func (g *guard) busy(yes bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.working = yes
}

// drain ends the connection as soon as no mail is under way.
func (g *guard) drain() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining = true; !g.working {
		_ = g.Conn.SetReadDeadline(time.Now())
	}
}

var errCrowded = errors.New("too many large mails at once")

// underWay counts what is being read of all mails together.
type underWay struct {
	r        io.Reader
	all      *atomic.Int64
	n, limit int64
}

func (u *underWay) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	u.n += int64(n)
	if u.all.Add(int64(n)) > u.limit && u.n > inMemory {
		return n, errCrowded // small mails always fit
	}
	return n, err
}

func (u *underWay) done() { u.all.Add(-u.n) }

// single is a net.Listener with one connection.
type single struct{ conn net.Conn }

func (s *single) Accept() (net.Conn, error) {
	if s.conn == nil {
		return nil, net.ErrClosed
	}
	conn := s.conn
	s.conn = nil
	return conn, nil
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return nil }

// libraryLog passes on what the library has to say: panics, mostly.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(format string, v ...any) {
	l.log.Warn("mail door: " + fmt.Sprintf(format, v...))
}
func (l libraryLog) Println(v ...any) { l.log.Warn("mail door: " + fmt.Sprint(v...)) }

func clientIP(a net.Addr) net.IP {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.IP
	}
	return nil
}

// clientKey is what counts as one client: an address of IPv4, a /64 of IPv6, and nothing for a socket
// of this machine.
func clientKey(a net.Addr) string {
	ip, ok := netip.AddrFromSlice(clientIP(a))
	if !ok {
		return ""
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.WithZone("").Prefix(64)
	return prefix.String()
}

// pace lets each client begin so many things an hour. It is forgotten with the process.
type pace struct {
	mu      sync.Mutex
	hourly  float64
	left    map[string]allowance
	now     func() time.Time
	cleared time.Time
}

type allowance struct {
	n  float64
	at time.Time
}

// maxPaced bounds the clients that are remembered.
const maxPaced = 50_000

func newPace(hourly int) *pace {
	return &pace{hourly: float64(hourly), left: map[string]allowance{}, now: time.Now}
}

// take counts n more and says whether that is allowed: while anything is left. What is used up comes back
// evenly over an hour.
func (p *pace) take(client string, n float64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	a, known := p.left[client]
	if !known {
		p.clear(now)
		a = allowance{n: p.hourly, at: now}
	}
	a.n = min(p.hourly, a.n+p.hourly*now.Sub(a.at).Hours())
	a.at = now
	allowed := a.n >= min(n, 1)
	if allowed {
		a.n -= n
	}
	p.left[client] = a
	return allowed
}

// clear forgets who has been quiet for an hour, and everybody when there are too many.
func (p *pace) clear(now time.Time) {
	if len(p.left) < maxPaced && now.Sub(p.cleared) < 10*time.Minute {
		return
	}
	p.cleared = now
	for client, a := range p.left {
		if now.Sub(a.at) > time.Hour {
			delete(p.left, client)
		}
	}
	if len(p.left) >= maxPaced {
		clear(p.left)
	}
}

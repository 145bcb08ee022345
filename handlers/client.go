package handlers

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// client is the prefix that a visitor's limits are counted by (PC-7): the whole IPv4
// address, or the /64 of an IPv6 one, which is what one household or server has.
func (h *Handlers) client(c *fiber.Ctx) string {
	a := h.address(c)
	if !a.IsValid() {
		// No address at all, as in a test without a network: one client for all of them.
		return "unknown"
	}
	bits := 32
	if a.Is6() {
		bits = 64
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}

// address is where a request came from. X-Forwarded-For is believed only as far as
// trusted proxies vouch for it: from the right, each entry was written by the hop behind
// it, and the first one that is no proxy of ours is the client (A5).
func (h *Handlers) address(c *fiber.Ctx) netip.Addr {
	at := peer(c.Context().RemoteAddr())
	if !h.trusts(at) {
		return at
	}
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for i := len(hops) - 1; i >= 0; i-- {
		next := parseHop(hops[i])
		if !next.IsValid() {
			// What stands left of nonsense may be anybody's invention.
			return at
		}
		if at = next; !h.trusts(at) {
			return at
		}
	}
	return at
}

func (h *Handlers) trusts(a netip.Addr) bool {
	for _, p := range h.TrustedProxies {
		if a.IsValid() && p.Contains(a) {
			return true
		}
	}
	return false
}

func peer(a net.Addr) netip.Addr {
	switch a := a.(type) {
	case *net.TCPAddr:
		return a.AddrPort().Addr().Unmap().WithZone("")
	case *net.UnixAddr:
		// A proxy on the same machine; nobody else can open the socket.
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.Addr{}
}

// parseHop reads an entry of X-Forwarded-For; some proxies add a port.
func parseHop(text string) netip.Addr {
	text = strings.TrimSpace(text)
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.Unmap().WithZone("")
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

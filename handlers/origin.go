package handlers

import (
	"net"
	"net/netip"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// unsubscribeRoute is the one path whose form may come from elsewhere: mail programs post
// the one-click body of RFC 8058 there. Its handler checks the origin of everything else.
const unsubscribeRoute = "/ticket/unsubscribe/"

// checkOrigin refuses every unsafe request that another site's page may have sent (A85).
// It stands before all routes; those with a cookie's power also need the session's token.
func (h *Handlers) checkOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return nil
	}
	if rest, ok := strings.CutPrefix(c.Path(), unsubscribeRoute); ok && !strings.Contains(rest, "/") {
		return nil
	}
	if rest, ok := strings.CutPrefix(c.Path(), preferencesRoute); ok && strings.HasSuffix(rest, "/all") {
		return nil // the one click of a digest
	}
	if !h.sameOrigin(c) {
		return fiber.ErrForbidden
	}
	return nil
}

// sameOrigin says whether a page of ours sent the request. Every current browser states
// the Origin of a post, and on safe connections where it came from; HX-Request proves
// nothing.
func (h *Handlers) sameOrigin(c *fiber.Ctx) bool {
	header := &c.Request().Header
	site, origin := string(header.Peek("Sec-Fetch-Site")), strings.ToLower(string(header.Peek(fiber.HeaderOrigin)))
	host := strings.ToLower(string(header.Host()))
	switch {
	case site != "" && site != "same-origin" && site != "none":
		return false
	case origin == "" && site == "":
		// No browser of the last years: a program, whose request nobody else can steer.
		return len(header.Peek(fiber.HeaderCookie)) == 0
	case origin == "":
		return true
	case origin == "null":
		// Pages that keep their address to themselves, as those behind a link do, send no
		// origin with a plain form. Sec-Fetch-Site vouches for them; browsers leave it out
		// on unsafe connections other than to their own machine, and there the secret in
		// the path has to do. A choice of language is worth no secret.
		return site != "" || (!h.Secure && !loopback(host) && (secretPath(c.Path()) || c.Path() == "/preferences"))
	case h.origin != "" && c.Locals(localDomain) == nil:
		return origin == h.origin
	case h.Secure && h.origin != "":
		return origin == originOf("https://"+host)
	}
	return origin == originOf("http://"+host) || origin == originOf("https://"+host)
}

// secretPath says whether a path holds a link's token, which a stranger cannot know.
func secretPath(path string) bool {
	return strings.HasPrefix(path, "/ticket/thread/") || strings.HasPrefix(path, unsubscribeRoute) || strings.HasPrefix(path, preferencesRoute) || strings.HasPrefix(path, addressRoute) || strings.HasPrefix(path, confirmRoute) || strings.HasPrefix(path, agentReset) || strings.HasPrefix(path, agentInvitation) ||
		strings.HasPrefix(path, customerReset) || strings.HasPrefix(path, customerSignUp+"/") || strings.HasPrefix(path, customerLink+"/") && path != customerLinkCode
}

func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.Trim(host, "[]")
	}
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.IsLoopback()
}

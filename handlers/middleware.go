package handlers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// policy lets a page load from this very server only, run no inline script and style, and
// be framed by nobody. It holds without the cleaning of what people write.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const (
	robots      = "noindex, nofollow"
	permissions = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"
	localID     = "request-id"
)

// frame is around every route: it names the request, sets the headers, refuses bodies and
// origins that must not come in, turns errors and panics into pages, and writes one line.
func (h *Handlers) frame(c *fiber.Ctx) error {
	began := time.Now()
	c.Locals(localID, newRequestID())
	h.headers(c.Context(), requestID(c))
	limit := verbTimeout
	if h.takesUpload(c.Method(), c.Path()) {
		limit += uploadTime
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c.SetUserContext(ctx)
	if err := h.attempt(c); err != nil {
		h.fail(c, err)
	}
	h.note(c, time.Since(began))
	return nil
}

// attempt runs the route. A panic is an error like any other: it must not end the process,
// nor leave a request without an answer.
func (h *Handlers) attempt(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{value: p, stack: debug.Stack()}
		}
	}()
	if err := h.admit(c); err != nil {
		return err
	}
	if err := h.atDomain(c); err != nil {
		return err
	}
	if err := h.checkOrigin(c); err != nil {
		return err
	}
	return c.Next()
}

// panicked is a panic on its way to the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// constantHeaders are the same on every answer; spelled as on the wire, so that they are
// copied and not put together each time.
var constantHeaders = [][2][]byte{
	{[]byte(fiber.HeaderContentSecurityPolicy), []byte(policy)},
	{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
	{[]byte(fiber.HeaderXFrameOptions), []byte("DENY")},
	{[]byte(fiber.HeaderPermissionsPolicy), []byte(permissions)},
	{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
	{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
	{[]byte(fiber.HeaderCacheControl), []byte("no-store")},
	{[]byte("X-Robots-Tag"), []byte(robots)},
}

var headerReferrer, referrerOwn, referrerNone = []byte(fiber.HeaderReferrerPolicy), []byte("same-origin"), []byte("no-referrer")

// headers are on every answer, fragments and errors included (A91). Docs and assets take
// back what keeps pages out of caches and search engines.
func (h *Handlers) headers(ctx *fasthttp.RequestCtx, id string) {
	r := &ctx.Response.Header
	for _, line := range constantHeaders {
		r.SetCanonical(line[0], line[1])
	}
	// A path that holds a secret goes nowhere, not even to our own pages (A58). Others stay
	// on this host: without any referrer browsers state no origin with a plain form, and on
	// unsafe connections they say nothing else that could vouch for it.
	referrer := referrerOwn
	if secretPath(string(ctx.Path())) {
		referrer = referrerNone
	}
	r.SetCanonical(headerReferrer, referrer)
	if id != "" {
		r.Set(fiber.HeaderXRequestID, id)
	}
	if h.Secure {
		r.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// note writes the request's line: the route's pattern and never its path, query or
// client, which hold links and people (A59). The log's own encoding keeps it one line.
func (h *Handlers) note(c *fiber.Ctx, took time.Duration) {
	level, status := slog.LevelInfo, c.Response().StatusCode()
	switch {
	case status >= 500:
		level = slog.LevelError
	case status == fiber.StatusNoContent || strings.HasPrefix(route(c), "/assets") || route(c) == "/healthz" || route(c) == "/readyz":
		level = slog.LevelDebug
	}
	if !h.log.Enabled(context.Background(), level) {
		return
	}
	h.log.LogAttrs(context.Background(), level, "request", slog.String("method", c.Method()), slog.String("route", route(c)),
		slog.Int("status", status), slog.Duration("took", took.Round(10*time.Microsecond)), slog.String("request", requestID(c)))
}

// route is the pattern of a request's route; "" when it has none.
func route(c *fiber.Ctx) string {
	pattern := c.Route().Path
	if pattern == "/" && c.Path() != "/" {
		return ""
	}
	return pattern
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// requestID names a request in its log line, its answer and the page about a fault.
func requestID(c *fiber.Ctx) string {
	id, _ := c.Locals(localID).(string)
	return id
}

package handlers

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// statusOf turns an error into a status; there is no second place that does.
func statusOf(err error) int {
	if f := (*fiber.Error)(nil); errors.As(err, &f) {
		return f.Code
	}
	switch models.KindOf(err) {
	case models.KindInvalid:
		return fiber.StatusUnprocessableEntity
	case models.KindNotFound, models.KindGone:
		return fiber.StatusNotFound
	case models.KindForbidden:
		return fiber.StatusForbidden
	case models.KindConflict:
		return fiber.StatusConflict
	case models.KindTooLarge:
		return fiber.StatusRequestEntityTooLarge
	case models.KindTooMany:
		return fiber.StatusTooManyRequests
	case models.KindUnavailable:
		return fiber.StatusServiceUnavailable
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// fail answers a request that a handler gave up: a page, or for a script an alert that
// leaves what was typed in its place. What is ours to mend is logged once, in full; the
// page shows only the reference to it (A108).
func (h *Handlers) fail(c *fiber.Ctx, err error) {
	status := statusOf(err)
	if closed, ok := desk.AskedToSignIn(err); ok && !unsafeMethod(c.Method()) && !isHTMX(c) && c.Get(fiber.HeaderAccept) != "text/event-stream" {
		c.Response().ResetBody()
		_ = h.toSignIn(c, closed)
		return
	}
	h.report(c, status, err)
	retryAfter(c, err)
	c.Response().ResetBody()
	if status == fiber.StatusNotFound && public(c.Path()) {
		err = h.deadLink(c, err)
	} else {
		err = h.errorPage(c, status, minutes(err))
	}
	if err != nil {
		// The page itself failed: the least that can still be said.
		h.report(c, fiber.StatusInternalServerError, err)
		h.plain(c.Context(), status)
	}
}

func (h *Handlers) report(c *fiber.Ctx, status int, err error) {
	if status < 500 {
		return
	}
	attrs := []slog.Attr{slog.String("route", route(c)), slog.String("request", requestID(c)), slog.String("error", err.Error())}
	if p := (*panicked)(nil); errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.stack)))
	}
	h.log.LogAttrs(context.Background(), slog.LevelError, "request failed", attrs...)
}

// public says whether a path belongs to the portal, where all that is not there, or not
// for this visitor, is one and the same page (PC-1, PT-12).
func public(path string) bool {
	return strings.HasPrefix(path, "/ticket") || strings.HasPrefix(path, "/doc")
}

// notAvailable is the page for everything unknown, disabled, expired, foreign or switched
// off. It holds nothing of the request, so that no two of them differ by a byte.
func (h *Handlers) notAvailable(c *fiber.Ctx) error {
	words := h.words(c, h.fallback(c))
	return h.page(c, fiber.StatusNotFound, "portal", views.Page{Title: words.T("portal.not_available.heading"), Body: "portal/not_available",
		Data: views.NotAvailable{HomeURL: "/"}, Nav: nav(nil, false, ""), Path: "/", Lang: words.Locale(), NoIndex: true})
}

// errorPage shows a status in words.
func (h *Handlers) errorPage(c *fiber.Ctx, status, minutes int) error {
	words := h.words(c, h.fallback(c))
	shown := pageStatus(status)
	if isHTMX(c) {
		aboveMain(c)
		return h.fragment(c, status, words.Locale(), "layouts/_notice", views.Notice{Kind: "error", Text: plainWords(words, shown)})
	}
	e := views.Error{Status: shown, Minutes: minutes, HomeURL: "/"}
	if status >= 500 {
		e.Reference = requestID(c)
	}
	return h.page(c, status, "portal", views.Page{Title: words.T("errors." + strconv.Itoa(shown)), Body: "errors/page", Data: e,
		Nav: nav(nil, false, ""), Path: "/", Lang: words.Locale(), NoIndex: true})
}

// pageStatus is the nearest status that has words of its own.
func pageStatus(status int) int {
	switch status {
	case 400, 403, 404, 405, 409, 413, 429, 500, 503:
		return status
	}
	if status < 500 {
		return fiber.StatusBadRequest
	}
	return fiber.StatusInternalServerError
}

func plainWords(words *locale.Strings, status int) string {
	key := "errors." + strconv.Itoa(status)
	return words.T(key) + ". " + words.T(key+".text")
}

// localFallback keeps the workspace's language for the rest of a request: a page asks for it
// many times.
const localFallback = "fallback"

// fallback is the workspace's language, or none while it cannot be read.
func (h *Handlers) fallback(c *fiber.Ctx) string {
	if known, ok := c.Locals(localFallback).(string); ok {
		return known
	}
	workspace, err := h.portal.Workspace(c.UserContext())
	if err != nil {
		return ""
	}
	c.Locals(localFallback, workspace.Locale)
	return workspace.Locale
}

// retryAfter says when another try makes sense (RFC 9110, 10.2.3), in whole seconds.
func retryAfter(c *fiber.Ctx, err error) {
	switch e, _ := models.AsError(err); {
	case e != nil && e.Kind == models.KindTooMany:
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(max(1, int(math.Ceil(e.RetryAfter.Seconds())))))
	case statusOf(err) == fiber.StatusServiceUnavailable:
		c.Set(fiber.HeaderRetryAfter, "30")
	}
}

// minutes is the same for people: whole minutes, at least one; 0 when nothing says.
func minutes(err error) int {
	if e, ok := models.AsError(err); ok && e.RetryAfter > 0 {
		return int((e.RetryAfter + time.Minute - 1) / time.Minute)
	}
	return 0
}

// protocolError answers what never became a request: a head that is too large, garbled or
// too slow.
func (h *Handlers) protocolError(c *fiber.Ctx, err error) error {
	ctx := c.Context()
	status := statusOf(err)
	if status >= 500 {
		h.report(c, status, err)
	}
	ctx.Response.SetConnectionClose()
	h.plain(ctx, status)
	return nil
}

// plain is an answer in bare words, for when a page cannot be made.
func (h *Handlers) plain(ctx *fasthttp.RequestCtx, status int) {
	h.headers(ctx, "")
	ctx.Response.ResetBody()
	ctx.SetStatusCode(status)
	ctx.SetContentType("text/plain; charset=utf-8")
	ctx.SetBodyString(plainWords(h.Locale.For(""), pageStatus(status)) + "\n")
}

// Package handlers is the door for browsers: routes, forms, sessions, and the one place
// where errors become pages. A handler turns a request into plain values, calls one verb
// of package desk, and turns the result into an answer.
package handlers

import (
	"context"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

// Options are the parts that the pages work with.
type Options struct {
	Desk   *desk.Desk
	Views  *views.Views
	Locale *locale.Catalogue
	// BaseURL is the configured address of this desk, such as https://help.example.com, or
	// empty: then a form must come from the very host it is sent to.
	BaseURL string
	// LinkURL is what links in mails begin with, without a slash at the end.
	LinkURL string
	// Mail says how mails leave.
	Mail MailState
	// MailTools know DNS, keys and servers for the pages of mailboxes; nil leaves those parts out.
	MailTools desk.MailTools
	// ReadMail gives all that a raw mail says as text, for the original behind a message; nil shows
	// its headers alone.
	ReadMail func(raw []byte) string
	// TrustedProxies may say in X-Forwarded-For whom they speak for; nobody else may.
	TrustedProxies []netip.Prefix
	// Secure: people reach us by https, so cookies and headers may insist on it.
	Secure bool
	// Dev adds the developer's pages.
	Dev bool
	Log *slog.Logger
	// Ready tells whether requests can be answered; nil asks the desk for its workspace.
	Ready func(context.Context) error
	// Stop ends the live streams when it is closed. Close it before the server is shut
	// down: a stream has no end of its own.
	Stop <-chan struct{}
}

// Handlers holds what the handlers share.
type Handlers struct {
	Options
	// portal is all that the handlers of public pages use of the desk.
	portal *desk.Portal
	// customerSessions are the sessions of customers, who have nothing to do with agents.
	customerSessions *sessionStore
	// origin is the scheme and host of BaseURL in lower case, empty when that is unset.
	origin  string
	log     *slog.Logger
	uploads []uploadRoute
	streams atomic.Int64
}

const (
	// readTimeout is for a request's head and an ordinary body. Uploads renew it as long
	// as something arrives.
	readTimeout = 30 * time.Second
	// writeTimeout is for an ordinary answer. Files and streams renew it.
	writeTimeout = time.Minute
	// idleTimeout is how long a quiet connection is kept; longer than the time between two
	// polls, so that an open page needs one connection only.
	idleTimeout = 90 * time.Second
	// verbTimeout bounds the work for one request.
	verbTimeout = 30 * time.Second
	// headerBytes bounds the head of a request; more is refused with 431.
	headerBytes = 16 << 10
	// writeBuffer holds an ordinary page with its head, so that it leaves in one piece.
	writeBuffer = 16 << 10
)

// New builds the application with all its routes.
func New(o Options) *fiber.App {
	h := &Handlers{Options: o, portal: o.Desk.Portal(), origin: originOf(o.BaseURL), log: o.Log}
	h.customerSessions = newSessionStore(o.Desk, sessionCustomer, h.Secure)
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true,
		// Strings from a request would otherwise be overwritten by the next one.
		Immutable:     true,
		CaseSensitive: true,
		// The two together let a body be read as it arrives. BodyLimit does not hold then:
		// body.go does that work, for every route.
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		BodyLimit:                    math.MaxInt32,
		// With an empty list no forwarded header is believed; client.go reads them itself.
		EnableTrustedProxyCheck: true,
		ReadTimeout:             readTimeout,
		WriteTimeout:            writeTimeout,
		IdleTimeout:             idleTimeout,
		ReadBufferSize:          headerBytes,
		WriteBufferSize:         writeBuffer,
		ErrorHandler:            h.protocolError,
	})
	app.Use(h.frame)
	h.routes(app)
	// Around everything, so that not even a request without a route escapes the guard.
	app.Server().Handler = h.guard(app.Server().Handler)
	return app
}

// originOf gives the scheme and host of an address in the spelling of an Origin header
// (RFC 6454, 6.2): lower case, without the scheme's own port.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return scheme + "://" + host
}

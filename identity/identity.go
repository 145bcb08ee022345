// Package identity asks others who somebody is: it speaks OpenID Connect with a provider.
// It knows nothing of our tables and remembers only what providers publish.
package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	// answerTime bounds one request to a provider, answerBytes what it may answer.
	answerTime  = 10 * time.Second
	answerBytes = 1 << 20
	// discoveryLife is how long what a provider publishes of itself is taken as it was. Its keys are
	// read anew as soon as an unknown one signs.
	discoveryLife = time.Hour
	// MaxSubject is the longest name of a user at a provider (OpenID Connect Core, 2).
	MaxSubject = 255
)

// The reasons why a sign-in is refused. Errors of a Client wrap one of them; anything else in
// their text is for the log and holds no secret.
var (
	// ErrUnreachable: the provider did not answer, or nothing that can be read.
	ErrUnreachable = errors.New("the provider does not answer")
	// ErrRefused: the provider would not exchange the code.
	ErrRefused = errors.New("the provider refuses the code")
	// ErrUntrue: what came does not prove anything: a wrong signature, issuer, audience or nonce, or
	// too late.
	ErrUntrue = errors.New("the answer does not prove who signed in")
	// ErrUnsafe: an address that is not https.
	ErrUnsafe = errors.New("only https is asked")
)

// Options of a Client.
type Options struct {
	// Loopback allows plain http to this very machine, for trying out and for tests.
	Loopback bool
	// Now is the clock that tokens expire by; nil is the real one.
	Now func() time.Time
}

// Client speaks with providers. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	now   func() time.Time
	mu    sync.Mutex
	known map[string]published
}

// published is what a provider says of itself, as it was read at a moment.
type published struct {
	provider *oidc.Provider
	at       time.Time
}

// New makes a Client.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Client{now: o.Now, known: map[string]published{}, http: &http.Client{
		Timeout:   answerTime,
		Transport: guard{loopback: o.Loopback, next: http.DefaultTransport},
		// A provider is where it says it is: who leads elsewhere could lead anywhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// guard lets only safe requests out and only answers of a bounded size in.
type guard struct {
	loopback bool
	next     http.RoundTripper
}

func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" && !(g.loopback && r.URL.Scheme == "http" && loopback(r.URL.Hostname())) {
		return nil, ErrUnsafe
	}
	res, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = bounded{io.LimitReader(res.Body, answerBytes), res.Body}
	return res, nil
}

type bounded struct {
	io.Reader
	io.Closer
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

// CheckAddress says whether a provider could be asked at an address: ErrUnsafe, or nil.
func (c *Client) CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" {
		return ErrUnsafe
	}
	if g, _ := c.http.Transport.(guard); u.Scheme == "https" || (g.loopback && u.Scheme == "http" && loopback(u.Hostname())) {
		return nil
	}
	return ErrUnsafe
}

// Provider is an OpenID provider as it knows us.
type Provider struct {
	Issuer, ClientID, ClientSecret string
	// Redirect is our address that it sends people back to.
	Redirect string
}

// Person is whom a provider says has signed in. Only Issuer and Subject name them for ever.
type Person struct {
	Issuer, Subject string
	// Address is an e-mail address; Verified says that the provider has proven it theirs.
	Address  string
	Verified bool
	Name     string
	// Locale is a language tag; may be empty.
	Locale string
}

// Try is one attempt to sign in: what only our own cookie and the provider know of it. A fresh one
// is made by NewTry.
type Try struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
}

// NewTry draws the secrets of an attempt.
func NewTry() Try {
	return Try{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier()}
}

// Begin gives the address at the provider where somebody signs in.
func (c *Client) Begin(ctx context.Context, p Provider, try Try) (string, error) {
	known, err := c.discover(ctx, p.Issuer, false)
	if err != nil {
		return "", err
	}
	return settings(p, known).AuthCodeURL(try.State, oidc.Nonce(try.Nonce), oauth2.S256ChallengeOption(try.Verifier)), nil
}

func settings(p Provider, known *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: known.Endpoint(), RedirectURL: p.Redirect, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// Finish exchanges the code that the provider sent somebody back with, and says who it is. The
// state has been compared by the caller.
func (c *Client) Finish(ctx context.Context, p Provider, try Try, code string) (Person, error) {
	known, err := c.discover(ctx, p.Issuer, false)
	if err != nil {
		return Person{}, err
	}
	ctx = oidc.ClientContext(ctx, c.http)
	token, err := settings(p, known).Exchange(ctx, code, oauth2.VerifierOption(try.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
			// The answer's text may quote what was sent; its code is enough.
			return Person{}, fmt.Errorf("%w: %s", ErrRefused, refused.ErrorCode)
		}
		return Person{}, fmt.Errorf("%w: exchange the code", ErrUnreachable)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Person{}, fmt.Errorf("%w: no id_token", ErrUntrue)
	}
	// The library takes asymmetric algorithms only, and of those the ones that the provider publishes.
	proven, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: c.now}).Verify(ctx, raw)
	if err != nil {
		return Person{}, fmt.Errorf("%w: %s", ErrUntrue, brief(err))
	}
	if proven.Nonce == "" || proven.Nonce != try.Nonce {
		return Person{}, fmt.Errorf("%w: another nonce", ErrUntrue)
	}
	if proven.Subject == "" || len(proven.Subject) > MaxSubject {
		return Person{}, fmt.Errorf("%w: no subject", ErrUntrue)
	}
	var said claims
	if err := proven.Claims(&said); err != nil {
		return Person{}, fmt.Errorf("%w: claims that cannot be read", ErrUntrue)
	}
	if said.Party != "" && said.Party != p.ClientID {
		return Person{}, fmt.Errorf("%w: made for another party", ErrUntrue)
	}
	if said.Email == "" && known.UserInfoEndpoint() != "" {
		info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return Person{}, fmt.Errorf("%w: user info", ErrUnreachable)
		}
		if info.Subject != proven.Subject {
			return Person{}, fmt.Errorf("%w: user info of somebody else", ErrUntrue)
		}
		var more claims
		if err := info.Claims(&more); err == nil {
			said = more
		}
	}
	return Person{Issuer: proven.Issuer, Subject: proven.Subject, Address: said.Email, Verified: bool(said.Verified), Name: said.Name, Locale: said.Locale}, nil
}

type claims struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Name     string `json:"name"`
	Locale   string `json:"locale"`
	Party    string `json:"azp"`
}

// truth is a claim that some providers write as a word. Anything but true is false.
type truth bool

func (t *truth) UnmarshalJSON(raw []byte) error {
	word := strings.Trim(string(raw), `"`)
	*t = truth(word == "true")
	return nil
}

// Found is what a provider publishes of itself.
type Found struct {
	Authorize, Token string
	// Algorithms sign its tokens.
	Algorithms []string
	// PKCE: it says that it checks the proof of the code's owner; most do and do not say so.
	PKCE bool
}

// Check reads anew what a provider publishes.
func (c *Client) Check(ctx context.Context, issuer string) (Found, error) {
	known, err := c.discover(ctx, issuer, true)
	if err != nil {
		return Found{}, err
	}
	var more struct {
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
		Methods    []string `json:"code_challenge_methods_supported"`
	}
	if err := known.Claims(&more); err != nil {
		return Found{}, fmt.Errorf("%w: %s", ErrUnreachable, brief(err))
	}
	f := Found{Authorize: known.Endpoint().AuthURL, Token: known.Endpoint().TokenURL, Algorithms: more.Algorithms}
	for _, m := range more.Methods {
		f.PKCE = f.PKCE || m == "S256"
	}
	return f, nil
}

// discover gives what a provider publishes, from memory while that is fresh.
func (c *Client) discover(ctx context.Context, issuer string, anew bool) (*oidc.Provider, error) {
	if err := c.CheckAddress(issuer); err != nil {
		return nil, err
	}
	now := c.now()
	c.mu.Lock()
	known, ok := c.known[issuer]
	c.mu.Unlock()
	if ok && !anew && now.Sub(known.at).Abs() < discoveryLife {
		return known.provider, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), issuer)
	if err != nil {
		if errors.Is(err, ErrUnsafe) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %s", ErrUnreachable, brief(err))
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL} {
		if u, err := url.Parse(address); err != nil || (u.Scheme != "https" && c.CheckAddress(address) != nil) {
			return nil, ErrUnsafe
		}
	}
	c.mu.Lock()
	c.known[issuer] = published{provider, now}
	c.mu.Unlock()
	return provider, nil
}

// brief cuts a foreign error to a line for the log and for administrators.
func brief(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	return text
}

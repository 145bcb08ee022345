package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// OAuth fetches the access tokens that a mailbox signs in with (XOAUTH2) and keeps each until
// shortly before its end. With a refresh token it acts for the person who gave it; without one
// for the program itself (client credentials), as organisations set up shared mailboxes. It is
// safe for concurrent use and must not be copied.
type OAuth struct {
	TokenURL, ClientID, ClientSecret, RefreshToken string
	// Scope is a list parted by spaces; empty asks for none.
	Scope string
	// Client makes the requests; nil is one with a deadline.
	Client *http.Client

	mu    sync.Mutex
	token *oauth2.Token
}

// tokenWithin bounds one request for a token.
const tokenWithin = 20 * time.Second

// AccessToken gives a token that is good for now.
func (o *OAuth) AccessToken(ctx context.Context) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.token.Valid() {
		return o.token.AccessToken, nil
	}
	if u, err := url.Parse(o.TokenURL); err != nil || u.Scheme != "https" && !(u.Scheme == "http" && thisMachine(u.Hostname())) {
		return "", errors.New("mail: the address for tokens must begin with https://")
	}
	client := http.Client{Timeout: tokenWithin}
	if o.Client != nil {
		client = *o.Client
	}
	client.Transport = withScope{o.Scope, client.Transport}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &client)
	var source oauth2.TokenSource
	if o.RefreshToken != "" {
		c := oauth2.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL}}
		source = c.TokenSource(ctx, &oauth2.Token{RefreshToken: o.RefreshToken})
	} else {
		c := clientcredentials.Config{ClientID: o.ClientID, ClientSecret: o.ClientSecret, TokenURL: o.TokenURL}
		source = c.TokenSource(ctx)
	}
	token, err := source.Token()
	if err != nil {
		return "", fmt.Errorf("mail: no access token: %w", tokenError(err))
	}
	if token.RefreshToken != "" && o.RefreshToken != "" {
		o.RefreshToken = token.RefreshToken // some servers hand out a new one each time
	}
	o.token = token
	return token.AccessToken, nil
}

// Forget drops the kept token: the mail server would not take it.
func (o *OAuth) Forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.token = nil
}

// tokenError keeps of an answer what the standard says it means (RFC 6749, 5.2), and no more:
// errors are logged and shown.
func tokenError(err error) error {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return err
	}
	text := strings.TrimSpace(answer.ErrorCode + " " + answer.ErrorDescription)
	if text == "" && answer.Response != nil {
		text = answer.Response.Status
	}
	return errors.New(clean(text, 300))
}

// withScope adds the scope to requests for tokens, which the library leaves out when it
// refreshes one.
type withScope struct {
	scope string
	next  http.RoundTripper
}

func (w withScope) RoundTrip(r *http.Request) (*http.Response, error) {
	next := w.next
	if next == nil {
		next = http.DefaultTransport
	}
	if w.scope == "" || r.Body == nil {
		return next.RoundTrip(r)
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body.Close()
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, err
	}
	form.Set("scope", w.scope)
	r = r.Clone(r.Context())
	body := form.Encode()
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(strings.NewReader(body)), int64(len(body)), nil
	return next.RoundTrip(r)
}

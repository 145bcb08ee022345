// Package testoidc is an OpenID provider for tests. It speaks the whole protocol: discovery, keys,
// authorize, token with the check of PKCE, and user info; and it can be told to lie.
package testoidc

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// User is who signs in at the provider, without being asked.
type User struct {
	Subject, Email, Name string
	Verified             bool
}

// Provider is a running provider. Change its fields before somebody signs in.
type Provider struct {
	// Issuer is its address; ClientID and ClientSecret are what it knows of us.
	Issuer, ClientID, ClientSecret string
	User                           User
	// Now is the clock of its tokens.
	Now func() time.Time
	// Lie changes the claims of the next tokens; nil tells the truth.
	Lie func(claims map[string]any)
	// Unsigned makes tokens with "alg":"none"; Foreign signs with a key that it does not publish.
	Unsigned, Foreign bool
	// ByUserInfo leaves the address out of tokens: it has to be asked for.
	ByUserInfo bool
	// Exchanges counts the codes that were exchanged; KeyReads how often its keys were read.
	Exchanges, KeyReads int

	mu     sync.Mutex
	key    *rsa.PrivateKey
	keyID  int
	codes  map[string]request
	tokens map[string]User
	server *httptest.Server
}

type request struct{ redirect, nonce, challenge string }

// Start runs a provider until the test ends.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{ClientID: "lodge", ClientSecret: "a secret of the provider", Now: time.Now, codes: map[string]request{}, tokens: map[string]User{},
		User: User{Subject: "ada-1", Email: "ada@example.com", Name: "Ada Lovelace", Verified: true}}
	p.RotateKey()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.server = httptest.NewServer(mux)
	t.Cleanup(p.server.Close)
	p.Issuer = p.server.URL
	return p
}

// Close stops the provider before the test ends.
func (p *Provider) Close() { p.server.Close() }

// RotateKey signs with a new key from now on, and publishes that one alone.
func (p *Provider) RotateKey() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.keyID = key, p.keyID+1
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"issuer": p.Issuer, "authorization_endpoint": p.server.URL + "/authorize", "token_endpoint": p.server.URL + "/token",
		"jwks_uri": p.server.URL + "/keys", "userinfo_endpoint": p.server.URL + "/userinfo", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "code_challenge_methods_supported": []string{"S256"}})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.KeyReads++
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &p.key.PublicKey, KeyID: strconv.Itoa(p.keyID), Algorithm: "RS256", Use: "sig"}}})
}

// authorize signs its user in at once and leads back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("response_type") != "code" || q.Get("client_id") != p.ClientID || q.Get("state") == "" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "" {
		http.Error(w, "a request that this provider does not take", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = request{q.Get("redirect_uri"), q.Get("nonce"), q.Get("code_challenge")}
	p.mu.Unlock()
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.Issuer}}.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if basic {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	if id != p.ClientID || secret != p.ClientSecret {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	asked, known := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || asked.redirect != r.FormValue("redirect_uri") || base64.RawURLEncoding.EncodeToString(sum[:]) != asked.challenge {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	p.Exchanges++
	access := rand.Text()
	p.tokens[access] = p.User
	claims := map[string]any{"iss": p.Issuer, "sub": p.User.Subject, "aud": p.ClientID, "nonce": asked.nonce, "name": p.User.Name, "iat": p.Now().Unix(), "exp": p.Now().Add(5 * time.Minute).Unix()}
	if !p.ByUserInfo {
		claims["email"], claims["email_verified"] = p.User.Email, p.User.Verified
	}
	if p.Lie != nil {
		p.Lie(claims)
	}
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(claims)})
}

func (p *Provider) sign(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	if p.Unsigned {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
	}
	key := p.key
	if p.Foreign {
		key, _ = rsa.GenerateKey(rand.Reader, 2048)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: strconv.Itoa(p.keyID)}}, nil)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	text, _ := signed.CompactSerialize()
	return text
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	const bearer = "Bearer "
	header := r.Header.Get("Authorization")
	user, known := User{}, false
	if len(header) > len(bearer) {
		user, known = p.tokens[header[len(bearer):]]
	}
	if !known {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"sub": user.Subject, "email": user.Email, "email_verified": user.Verified, "name": user.Name})
}

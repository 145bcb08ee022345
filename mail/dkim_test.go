package mail

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// verified reads a mail with the independent verifier and gives the names of the keys that hold.
func (z zone) verified(t testing.TB, raw []byte) []string {
	t.Helper()
	var mu sync.Mutex // it asks for both keys at once
	var names []string
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, name)
		return z.txt(t.Context(), name)
	}})
	if err != nil || len(found) != len(names) {
		t.Fatalf("%d signatures, %d keys, %v", len(found), len(names), err)
	}
	for _, v := range found {
		if v.Err != nil {
			t.Errorf("signature of %s: %v", v.Domain, v.Err)
		}
	}
	return names
}

// EM-4: what is signed is what arrives: both signatures hold behind a real dialogue, dots at the
// beginning of lines and all.
func TestSignaturesSurviveTheWay(t *testing.T) {
	z := zone{}
	m := sample()
	m.Sign = z.signer(t, "example.com").Sign
	m.Text = ".\r\n.\n..\nMAIL FROM:<x@evil.example>\n.\rlast  \n\n\n"
	m.Attachments = []Attachment{{Name: "a.bin", Type: "application/octet-stream", Open: opener("\x00.\r\n.\r\n\xff")}}
	s := listen(t, "plain", &sink{})
	if err := NewSMTP(s.options("none")).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	raw := s.got[0].data
	checkFormat(t, raw)
	if got := z.verified(t, raw); len(got) != 2 || !slices.Contains(got, "s1._domainkey.example.com") || !slices.Contains(got, "s1-ed._domainkey.example.com") {
		t.Errorf("verified %v", got)
	}
	composed, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(composed, []byte("DKIM-Signature:")) != 2 {
		t.Error("Compose must show the mail as it leaves")
	}
	// The same mail is its own proof for our own door.
	if v := Authenticate(t.Context(), bytes.NewReader(raw), ownCheck(z)); v.Domain != "example.com" {
		t.Errorf("verdict %+v", v)
	}
}

// A24, A57: a signed mail has the expected headers and two signatures, nothing else.
func TestA24A57SignedMailHasTheExpectedHeaders(t *testing.T) {
	m := sample()
	m.Sign = zone{}.signer(t, "example.com").Sign
	m.Subject = "x\r\nBcc: v@evil.example"
	std, _, _ := parse(t, m)
	want := slices.Clone(allHeaders)
	want = append(want, "Dkim-Signature", "Dkim-Signature")
	slices.Sort(want)
	if got := headerNames(std); !slices.Equal(got, want) {
		t.Errorf("headers\n %v\nwant\n %v", got, want)
	}
	// Nobody can add a second one of those that a reader's program acts on.
	covered := strings.ToLower(strings.Join(std.Header["Dkim-Signature"], " "))
	for _, name := range []string{"from", "subject", "to", "reply-to", "list-unsubscribe", "list-unsubscribe-post"} {
		if n := strings.Count(":"+strings.NewReplacer(" ", "", ";", ":", "h=", "", "\t", "").Replace(covered)+":", ":"+name+":"); n < 2 {
			t.Errorf("%s is signed %d times", name, n)
		}
	}
}

// Adding a field that our mails do not have, or a second one of those that they have, breaks both signatures.
func TestSignaturesForbidAdditions(t *testing.T) {
	z := zone{}
	m := sample()
	m.Sign = z.signer(t, "example.com").Sign
	raw, err := Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, added := range []string{"From: eve@evil.example", "Subject: Pay", "To: eve@evil.example", "Cc: eve@evil.example", "Reply-To: eve@evil.example",
		"List-Unsubscribe: <https://evil.example>", "List-Unsubscribe-Post: x", "Content-Type: text/html"} {
		found, err := dkim.VerifyWithOptions(bytes.NewReader(append([]byte(added+"\r\n"), raw...)), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
			return z.txt(context.Background(), name)
		}})
		if err != nil || len(found) != 2 {
			t.Fatal(found, err)
		}
		for _, v := range found {
			if v.Err == nil {
				t.Errorf("%s could be added", added)
			}
		}
	}
}

func TestSignerRefuses(t *testing.T) {
	keys := testKeys(t)
	for name, row := range map[string]struct {
		domain, selector string
		keys             []byte
	}{
		"no keys": {"example.com", "s1", nil}, "no PEM": {"example.com", "s1", []byte("x")}, "half a key": {"example.com", "s1", keys[:200]},
		"no domain": {"", "s1", keys}, "no selector": {"example.com", "", keys}, "a selector that is a path": {"example.com", "a._domainkey.evil", keys},
		"a selector that is a tag": {"example.com", "a;d=evil.example", keys},
	} {
		if _, err := NewSigner(row.domain, row.selector, row.keys); err == nil {
			t.Errorf("%s: accepted", name)
		} else if DKIMRecords(row.selector, row.domain, row.keys) != nil {
			t.Errorf("%s: records", name)
		}
	}
	if other := testKeys(t); bytes.Equal(other, keys) {
		t.Error("the same keys twice")
	}
}

// EM-6: what a domain publishes is compared with what it should.
func TestCheckDNS(t *testing.T) {
	keys := testKeys(t)
	records := DKIMRecords("s1", "mail.kunde.example", keys)
	good := zone{
		"mail.kunde.example":                    {"google-site-verification=x", "v=spf1 mx -all"},
		"s1._domainkey.mail.kunde.example":      {strings.ReplaceAll(records[0].Value, "; ", ";")},
		"s1-ed._domainkey.mail.kunde.example":   {records[1].Value},
		"_dmarc.kunde.example":                  {"v=DMARC1; p=reject"},
		"unrelated._domainkey.mail.kunde.other": {"x"},
	}
	advice := func(z zone) map[string]string {
		t.Helper()
		got := map[string]string{}
		for _, c := range CheckDNS(t.Context(), "mail.kunde.example", "s1", keys, z.txt) {
			if c.Name == "" || c.Type != "TXT" || c.Value == "" || c.OK != (c.Advice == DNSGood || c.Advice == DNSWatchOnly) || c.Optional != (c.What == DNSForDKIMTwo) {
				t.Errorf("check %+v", c)
			}
			got[c.What] = c.Advice
		}
		return got
	}
	for what, got := range advice(good) {
		if got != DNSGood {
			t.Errorf("%s is %s", what, got)
		}
	}
	for what, got := range advice(zone{}) {
		if got != DNSMissing {
			t.Errorf("%s is %s", what, got)
		}
	}
	for name, row := range map[string]struct{ at, value, what, want string }{
		"open SPF":         {"mail.kunde.example", "v=spf1 mx +all", DNSForSPF, DNSOpen},
		"broken SPF":       {"mail.kunde.example", "v=spf11 mx", DNSForSPF, DNSBroken},
		"watching DMARC":   {"_dmarc.mail.kunde.example", "v=DMARC1; p=none", DNSForDMARC, DNSWatchOnly},
		"broken DMARC":     {"_dmarc.mail.kunde.example", "v=DMARC1; p=never", DNSForDMARC, DNSBroken},
		"another key":      {"s1._domainkey.mail.kunde.example", "v=DKIM1; k=rsa; p=AAAA", DNSForDKIM, DNSDifferent},
		"the keys swapped": {"s1._domainkey.mail.kunde.example", records[1].Value, DNSForDKIM, DNSDifferent},
		"a revoked key":    {"s1._domainkey.mail.kunde.example", "v=DKIM1; p=", DNSForDKIM, DNSBroken},
		"no answer":        {"_dmarc.mail.kunde.example", "!", DNSForDMARC, DNSUnanswered},
	} {
		z := zone{}
		for k, v := range good {
			z[k] = v
		}
		z[row.at] = []string{row.value}
		if got := advice(z)[row.what]; got != row.want {
			t.Errorf("%s: %s, want %s", name, got, row.want)
		}
	}
	z := zone{"mail.kunde.example": {"v=spf1 mx -all", "v=spf1 a -all"}}
	if got := advice(z)[DNSForSPF]; got != DNSSeveral {
		t.Errorf("two records: %s", got)
	}
	if got := CheckDNS(t.Context(), "kunde.example", "", nil, good.txt); len(got) != 2 {
		t.Errorf("without keys: %+v", got)
	}
	if got := CheckDNS(t.Context(), "no domain", "", nil, good.txt); got != nil {
		t.Errorf("no domain: %+v", got)
	}
}

// tokens is a server that hands out access tokens.
func tokens(t *testing.T, answer func(form map[string]string) (status int, body string)) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		form := map[string]string{}
		for name := range r.PostForm {
			form[name] = r.PostForm.Get(name)
		}
		if user, password, ok := r.BasicAuth(); ok {
			form["client_id"], form["client_secret"] = user, password
		}
		status, body := answer(form)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server
}

// EM-4: access tokens are fetched when they are needed, kept, and dropped when nobody takes them.
func TestOAuth(t *testing.T) {
	var asked []map[string]string
	server := tokens(t, func(form map[string]string) (int, string) {
		asked = append(asked, form)
		return 200, `{"access_token":"t` + string(rune('0'+len(asked))) + `","token_type":"Bearer","expires_in":3600,"refresh_token":"r2"}`
	})
	o := &OAuth{TokenURL: server.URL, ClientID: "id", ClientSecret: "geheim", RefreshToken: "r1", Scope: "https://mail.example/SMTP"}
	token := func(want string) {
		t.Helper()
		if got, err := o.AccessToken(t.Context()); err != nil || got != want {
			t.Errorf("token %q, %v, want %q", got, err, want)
		}
	}
	token("t1")
	token("t1")
	o.Forget()
	token("t2")
	if len(asked) != 2 || asked[0]["grant_type"] != "refresh_token" || asked[0]["refresh_token"] != "r1" || asked[0]["scope"] != o.Scope || asked[0]["client_id"] != "id" || asked[0]["client_secret"] != "geheim" {
		t.Errorf("asked %v", asked)
	}
	if asked[1]["refresh_token"] != "r2" {
		t.Errorf("the newer refresh token was not used: %v", asked[1])
	}
	o = &OAuth{TokenURL: server.URL, ClientID: "id", ClientSecret: "geheim", Scope: "s"}
	token("t3")
	if last := asked[len(asked)-1]; last["grant_type"] != "client_credentials" || last["scope"] != "s" || last["refresh_token"] != "" {
		t.Errorf("asked %v", last)
	}
}

func TestOAuthFails(t *testing.T) {
	server := tokens(t, func(map[string]string) (int, string) {
		return 400, `{"error":"invalid_grant","error_description":"The account was\nclosed.","secret":"nobody sees this"}`
	})
	o := &OAuth{TokenURL: server.URL, ClientID: "id", ClientSecret: "geheim", RefreshToken: "r1"}
	_, err := o.AccessToken(t.Context())
	if err == nil || !strings.Contains(err.Error(), "invalid_grant The account was closed.") || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "nobody sees") || strings.Contains(err.Error(), "r1") {
		t.Errorf("got %v", err)
	}
	for _, bad := range []string{"", "ftp://x.example", "http://tokens.example/t", "file:///etc/passwd"} {
		if _, err := (&OAuth{TokenURL: bad, RefreshToken: "r"}).AccessToken(t.Context()); err == nil {
			t.Errorf("%q was asked", bad)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.AccessToken(ctx); err == nil {
		t.Error("after the end of its context")
	}
}

// EM-4: signing in with an access token.
func TestSendWithXOAUTH2(t *testing.T) {
	n := 0
	server := tokens(t, func(map[string]string) (int, string) {
		n++
		return 200, `{"access_token":"token` + string(rune('0'+n)) + `","token_type":"Bearer","expires_in":3600}`
	})
	for _, mode := range []string{"starttls", "tls", "none"} {
		n = 0
		listenMode := mode
		if mode == "none" {
			listenMode = "plain"
		}
		s := listen(t, listenMode, &sink{mechanisms: []string{"PLAIN", "XOAUTH2"}, token: "token2"})
		o := s.options(mode)
		o.User, o.OAuth = "lodge", &OAuth{TokenURL: server.URL, RefreshToken: "r"}
		smtp := NewSMTP(o)
		// The first token is not taken any more: nothing is lost, and the next try has another.
		err := smtp.Send(t.Context(), sample())
		if !signInRefused(err) || strings.Contains(err.Error(), "token1") {
			t.Fatalf("%s: %v", mode, err)
		}
		for range 2 {
			if err := smtp.Send(t.Context(), sample()); err != nil {
				t.Fatalf("%s: %v", mode, err)
			}
		}
		if len(s.got) != 2 || s.got[0].user != "lodge" || n != 2 {
			t.Errorf("%s: %d mails, %d tokens", mode, len(s.got), n)
		}
	}
	// A token is a password: never in the clear, wherever the server is.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := SMTPOptions{Host: "mail.example", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none", User: "u", OAuth: &OAuth{TokenURL: server.URL, RefreshToken: "r"}}
	n = 0
	if err := NewSMTP(o).Send(t.Context(), sample()); err == nil || n != 0 {
		t.Errorf("got %v after %d tokens", err, n)
	}
}

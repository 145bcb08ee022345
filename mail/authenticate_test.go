package mail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// zone is DNS in memory. A name that is not in it does not exist; a value "!" is an outage.
type zone map[string][]string

func (z zone) txt(_ context.Context, name string) ([]string, error) {
	found := z[name]
	if len(found) == 0 {
		return nil, notFound(name)
	}
	if found[0] == "!" {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	return found, nil
}

// signer makes keys for a domain and publishes them.
func (z zone) signer(t testing.TB, domain string) *Signer {
	t.Helper()
	keys := testKeys(t)
	for _, r := range DKIMRecords("s1", domain, keys) {
		z[r.Name] = []string{r.Value}
	}
	s, err := NewSigner(domain, "s1", keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testKeys(t testing.TB) []byte {
	t.Helper()
	keys, err := NewDKIMKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// letterFrom is a small mail; top stands above everything.
func letterFrom(from string, top ...string) []byte {
	head := append(top, "From: "+from, "To: support@desk.example", "Subject: Hello", "Date: Sat, 21 Nov 2026 08:00:00 +0000", "Message-ID: <1@x.example>")
	return []byte(strings.Join(head, "\r\n") + "\r\n\r\nIt is me.\r\n")
}

func (z zone) signed(t testing.TB, s *Signer, from string) []byte {
	t.Helper()
	raw, err := s.Sign(letterFrom(from))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func ownCheck(z zone) AuthInput { return AuthInput{OwnCheck: true, Lookup: z.txt} }

// EM-2, A12, A27: our own check of signatures.
func TestOwnCheckOfSignatures(t *testing.T) {
	z := zone{}
	ada := z.signer(t, "kunde.example")
	uk := z.signer(t, "good.co.uk")
	evil := z.signer(t, "evil.example")
	sub := z.signer(t, "mail.kunde.example")
	change := func(raw []byte, old, new string) []byte {
		t.Helper()
		if !bytes.Contains(raw, []byte(old)) {
			t.Fatalf("no %q in\n%s", old, raw)
		}
		return bytes.Replace(raw, []byte(old), []byte(new), 1)
	}
	good := z.signed(t, ada, "Ada <ada@kunde.example>")
	for name, row := range map[string]struct {
		raw    []byte
		domain string
	}{
		"signed by the author's domain":       {good, "kunde.example"},
		"signed by a sub domain":              {z.signed(t, sub, "ada@kunde.example"), "mail.kunde.example"},
		"signed by the parent domain":         {z.signed(t, ada, "ada@team.kunde.example"), "kunde.example"},
		"capital letters":                     {z.signed(t, ada, "ada@KUNDE.Example"), "kunde.example"},
		"more hops above":                     {append([]byte("Received: from a by b; Sat, 21 Nov 2026 08:00:00 +0000\r\n"), good...), "kunde.example"},
		"not signed":                          {letterFrom("ada@kunde.example"), ""},
		"signed by somebody else":             {z.signed(t, evil, "ada@kunde.example"), ""},
		"signed by a neighbour in .co.uk":     {z.signed(t, uk, "ada@other.co.uk"), ""},
		"the body was changed":                {change(good, "It is me.", "It was me."), ""},
		"the subject was changed":             {change(good, "Subject: Hello", "Subject: Pay"), ""},
		"the author was changed":              {change(good, "Ada <ada@", "Eve <eve@"), ""},
		"a second author above":               {append([]byte("From: eve@evil.example\r\n"), good...), ""},
		"a second author below":               {change(good, "\r\n\r\n", "\r\nFrom: eve@evil.example\r\n\r\n"), ""},
		"a second author with a space":        {append([]byte("From : eve@evil.example\r\n"), good...), ""},
		"a second subject, which is signed":   {append([]byte("Subject: Pay\r\n"), good...), ""},
		"a reply address was added":           {append([]byte("Reply-To: eve@evil.example\r\n"), good...), ""},
		"two addresses in one author":         {z.signed(t, ada, "ada@kunde.example, eve@evil.example"), ""},
		"a group as author":                   {z.signed(t, ada, "team: ada@kunde.example;"), ""},
		"the domain in the display name only": {z.signed(t, evil, `"ada@kunde.example" (ada@kunde.example) <eve@evil.example>`), "evil.example"},
		"no author":                           {z.signed(t, ada, ""), ""},
		"only a part of the body is signed":   {bytes.ReplaceAll(good, []byte("c=relaxed/relaxed;"), []byte("c=relaxed/relaxed; l=3;")), ""},
		"a bare carriage return":              {change(good, "Subject: Hello", "Subject: Hello\rFrom: eve@evil.example"), ""},
		"a line that is no field":             {append([]byte("From eve Sat Nov 21\r\n"), good...), ""},
	} {
		v := Authenticate(t.Context(), bytes.NewReader(row.raw), ownCheck(z))
		if v.Domain != row.domain || v.Proven() != (row.domain != "") || v.Why == "" || v.Proven() && v.By != ByDKIM {
			t.Errorf("%s: %+v, want %q", name, v, row.domain)
		}
	}
	if v := Authenticate(t.Context(), bytes.NewReader(bytes.ReplaceAll(good, []byte("\r\n"), []byte("\n"))), ownCheck(z)); !v.Proven() {
		t.Errorf("a mail kept with bare line feeds: %+v", v)
	}
}

// What the name servers do not answer proves nothing.
func TestOwnCheckFailsClosed(t *testing.T) {
	z := zone{}
	ada := z.signer(t, "kunde.example")
	sub := z.signer(t, "mail.kunde.example")
	good, relaxed := z.signed(t, ada, "ada@kunde.example"), z.signed(t, sub, "ada@kunde.example")
	check := func(raw []byte) Verdict { return Authenticate(t.Context(), bytes.NewReader(raw), ownCheck(z)) }
	if !check(good).Proven() || !check(relaxed).Proven() {
		t.Fatal("cannot fail")
	}
	z["_dmarc.kunde.example"] = []string{"!"}
	if v := check(relaxed); v.Proven() {
		t.Errorf("relaxed without an answer about the policy: %+v", v)
	}
	z["_dmarc.kunde.example"] = []string{"v=DMARC1; p=none; adkim=s"}
	if v := check(relaxed); v.Proven() {
		t.Errorf("the owner asks for the very same domain: %+v", v)
	}
	if v := check(good); !v.Proven() {
		t.Errorf("the very same domain: %+v", v)
	}
	for name, value := range map[string][]string{"outage": {"!"}, "revoked": {"v=DKIM1; p="}, "two keys": {z["s1._domainkey.kunde.example"][0], "v=DKIM1; p=x"}} {
		z["s1._domainkey.kunde.example"], z["s1-ed._domainkey.kunde.example"] = value, value
		if v := check(good); v.Proven() {
			t.Errorf("%s: %+v", name, v)
		}
	}
	delete(z, "s1._domainkey.kunde.example")
	delete(z, "s1-ed._domainkey.kunde.example")
	if v := check(good); v.Proven() {
		t.Errorf("no key: %+v", v)
	}
	if v := Authenticate(t.Context(), io.MultiReader(bytes.NewReader(good[:len(good)-3]), broken{}), ownCheck(z)); v.Proven() {
		t.Errorf("the mail broke off: %+v", v)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

// Keys are asked for only where they could prove something, and only so often.
func TestOwnCheckIsBounded(t *testing.T) {
	z := zone{}
	evil, ada := z.signer(t, "evil.example"), z.signer(t, "kunde.example")
	raw := letterFrom("ada@kunde.example")
	for range 4 { // two signatures each
		var err error
		if raw, err = evil.Sign(raw); err != nil {
			t.Fatal(err)
		}
		if raw, err = ada.Sign(raw); err != nil {
			t.Fatal(err)
		}
	}
	raw = bytes.Replace(raw, []byte("It is me."), []byte("It was me."), 1)
	asked := make(chan string, 100)
	in := ownCheck(z)
	in.Lookup = func(ctx context.Context, name string) ([]string, error) {
		asked <- name
		return z.txt(ctx, name)
	}
	if v := Authenticate(t.Context(), bytes.NewReader(raw), in); v.Proven() {
		t.Errorf("changed: %+v", v)
	}
	close(asked)
	n := 0
	for name := range asked {
		if n++; !strings.HasSuffix(name, "._domainkey.kunde.example") {
			t.Errorf("asked for %s", name)
		}
	}
	if n != maxKeys {
		t.Errorf("%d questions, want %d", n, maxKeys)
	}

	// A28: a header made to keep a verifier busy ends it at once.
	good := z.signed(t, ada, "ada@kunde.example")
	for name, top := range map[string]string{
		"folded":        "X-A: " + strings.Repeat("a\r\n ", 300_000) + "b\r\n",
		"long":          "X-A: " + strings.Repeat("a", 1<<20) + "\r\n",
		"many fields":   strings.Repeat("X: y\r\n", 100_000),
		"many names":    "DKIM-Signature: v=1; a=rsa-sha256; d=kunde.example; s=s1; b=x; bh=x; h=from" + strings.Repeat(":x", 100_000) + "\r\n",
		"many of them":  strings.Repeat("DKIM-Signature: v=1; d=kunde.example; s=s1; h=from; b=x; bh=x; a=rsa-sha256\r\n", 1000),
		"a long author": "From: a@[" + strings.Repeat("1", 200_000) + "]\r\n",
	} {
		start := time.Now()
		v := Authenticate(t.Context(), bytes.NewReader(append([]byte(top), good...)), ownCheck(z))
		if took := time.Since(start); v.Proven() || took > time.Second {
			t.Errorf("%s: %+v after %v", name, v, took)
		}
	}
}

// EM-2: SPF where we know who brought the mail.
func TestOwnCheckOfTheClient(t *testing.T) {
	z := zone{
		"kunde.example":      {"v=spf1 ip4:192.0.2.0/24 -all"},
		"mail.kunde.example": {"v=spf1 ip4:192.0.2.0/24 -all"},
		"evil.example":       {"v=spf1 +all"},
		"slow.example":       {"!"},
		"include.example":    {"v=spf1 include:slow.example ip4:192.0.2.7 -all"},
	}
	good, bad := net.ParseIP("192.0.2.7"), net.ParseIP("198.51.100.7")
	for name, row := range map[string]struct {
		client               net.IP
		helo, envelope, from string
		domain               string
	}{
		"allowed":                   {good, "mx.kunde.example", "ada@kunde.example", "ada@kunde.example", "kunde.example"},
		"allowed for a sub domain":  {good, "x", "bounce@mail.kunde.example", "ada@kunde.example", "mail.kunde.example"},
		"null sender":               {good, "mail.kunde.example", "", "ada@kunde.example", "mail.kunde.example"},
		"null sender of another":    {good, "evil.example", "<>", "ada@kunde.example", ""},
		"from elsewhere":            {bad, "x", "ada@kunde.example", "ada@kunde.example", ""},
		"another's envelope":        {bad, "x", "eve@evil.example", "ada@kunde.example", ""},
		"no record":                 {good, "x", "ada@bare.example", "ada@bare.example", ""},
		"no answer":                 {good, "x", "ada@slow.example", "ada@slow.example", ""},
		"no answer inside":          {good, "x", "ada@include.example", "ada@include.example", ""},
		"client unknown":            {nil, "x", "ada@kunde.example", "ada@kunde.example", ""},
		"envelope that is no name":  {good, "x", "ada@kunde.example;evil", "ada@kunde.example", ""},
		"author is not who brought": {good, "x", "ada@kunde.example", "boss@evil.example", ""},
	} {
		in := ownCheck(z)
		in.Client, in.Helo, in.EnvelopeFrom = row.client, row.helo, row.envelope
		v := Authenticate(t.Context(), bytes.NewReader(letterFrom(row.from)), in)
		if v.Domain != row.domain || v.Proven() && v.By != BySPF {
			t.Errorf("%s: %+v, want %q", name, v, row.domain)
		}
	}
}

// EM-2, A10, A12: the word of a trusted receiver, and every way to forge it.
func TestTrustedReceiver(t *testing.T) {
	const ar = "Authentication-Results: "
	const pass = ar + "mx.desk.example; dmarc=pass header.from=kunde.example"
	for name, row := range map[string]struct {
		top  []string
		want string
	}{
		"dmarc passed":            {[]string{pass}, "kunde.example"},
		"with version":            {[]string{ar + "mx.desk.example 1; dmarc=pass header.from=kunde.example"}, "kunde.example"},
		"other spelling":          {[]string{"authentication-results:MX.Desk.Example;\r\n dmarc=PASS (p=REJECT sp=REJECT dis=NONE; really) header.from=Kunde.example"}, "kunde.example"},
		"below the receiver's":    {[]string{"Received: from a by mx.desk.example", pass, ar + "other.example; dmarc=fail"}, "kunde.example"},
		"dkim of the author":      {[]string{ar + "mx.desk.example; dkim=pass (2048-bit key; unprotected) header.d=mail.kunde.example header.i=@mail.kunde.example"}, "mail.kunde.example"},
		"dkim by identity":        {[]string{ar + "mx.desk.example; dkim=pass header.i=ada@kunde.example"}, "kunde.example"},
		"spf of the author":       {[]string{ar + "mx.desk.example; spf=pass (ok) smtp.mailfrom=bounce@kunde.example"}, "kunde.example"},
		"policy none, dkim":       {[]string{ar + "mx.desk.example; dmarc=none header.from=kunde.example; dkim=pass header.d=kunde.example"}, "kunde.example"},
		"no header at all":        {nil, ""},
		"of another server":       {[]string{ar + "mx.evil.example; dmarc=pass header.from=kunde.example"}, ""},
		"another one above":       {[]string{ar + "mx.evil.example; dmarc=pass header.from=kunde.example", pass}, ""},
		"the sender's own, below": {[]string{ar + "mx.desk.example; dmarc=fail header.from=kunde.example", pass}, ""},
		"nothing was checked":     {[]string{ar + "mx.desk.example; none", pass}, ""},
		"longer name":             {[]string{ar + "mx.desk.example.evil.example; dmarc=pass header.from=kunde.example"}, ""},
		"name in a comment":       {[]string{ar + "(mx.desk.example;) mx.evil.example; dmarc=pass header.from=kunde.example"}, ""},
		"dmarc of another":        {[]string{ar + "mx.desk.example; dmarc=pass header.from=evil.example"}, ""},
		"dmarc of nobody":         {[]string{ar + "mx.desk.example; dmarc=pass"}, ""},
		"two dmarc results":       {[]string{ar + "mx.desk.example; dmarc=fail header.from=kunde.example; dmarc=pass header.from=kunde.example"}, ""},
		"dmarc failed, dkim not":  {[]string{ar + "mx.desk.example; dmarc=fail header.from=kunde.example; dkim=pass header.d=kunde.example"}, ""},
		"no answer from DNS":      {[]string{ar + "mx.desk.example; dmarc=temperror header.from=kunde.example; spf=pass smtp.mailfrom=a@kunde.example"}, ""},
		"dkim of another":         {[]string{ar + "mx.desk.example; dkim=pass header.d=evil.example"}, ""},
		"dkim failed":             {[]string{ar + "mx.desk.example; dkim=fail header.d=kunde.example"}, ""},
		"dkim of two domains":     {[]string{ar + "mx.desk.example; dkim=pass header.d=evil.example header.d=kunde.example"}, ""},
		"spf of another":          {[]string{ar + "mx.desk.example; spf=pass smtp.mailfrom=ada@evil.example smtp.helo=kunde.example"}, ""},
		"result in a quote":       {[]string{ar + `mx.desk.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=kunde.example"@evil.example`}, ""},
		"result in a comment":     {[]string{ar + `mx.desk.example; spf=pass (x; dmarc=pass header.from=kunde.example) smtp.mailfrom=eve@evil.example`}, ""},
		"quote ends a comment":    {[]string{ar + `mx.desk.example; spf=pass (domain of "a); dmarc=pass header.from=kunde.example (b"@evil.example) smtp.mailfrom=x@evil.example`}, ""},
		"in a folded subject":     {[]string{"Subject: hi\r\n " + pass}, ""},
		"open comment":            {[]string{ar + "mx.desk.example (; dmarc=pass header.from=kunde.example"}, ""},
		"open quote":              {[]string{ar + `mx.desk.example; x="; dmarc=pass header.from=kunde.example`}, ""},
		"of a later version":      {[]string{ar + "mx.desk.example 2; dmarc=pass header.from=kunde.example"}, ""},
		"ARC's":                   {[]string{"ARC-" + ar + "i=1; mx.desk.example; dmarc=pass header.from=kunde.example"}, ""},
		"a second author":         {[]string{pass, "From: eve@evil.example"}, ""},
	} {
		v := Authenticate(t.Context(), bytes.NewReader(letterFrom("Ada <ada@kunde.example>", row.top...)), AuthInput{TrustedReceiver: "mx.desk.example"})
		if v.Domain != row.want || v.Proven() && v.By != ByReceiver || v.Why == "" {
			t.Errorf("%s: %+v, want %q", name, v, row.want)
		}
	}
	// What a header says below the end of the header is text.
	raw := strings.Replace(string(letterFrom("ada@kunde.example")), "It is me.", pass, 1)
	if v := Authenticate(t.Context(), strings.NewReader(raw), AuthInput{TrustedReceiver: "mx.desk.example"}); v.Proven() {
		t.Errorf("in the body: %+v", v)
	}
}

// A5: without configuration nothing that a mail says of itself is believed, as no header of a
// request is.
func TestA5NothingIsTrustedWithoutConfiguration(t *testing.T) {
	z := zone{}
	raw := z.signed(t, z.signer(t, "kunde.example"), "ada@kunde.example")
	raw = append([]byte("Authentication-Results: mx.desk.example; dmarc=pass header.from=kunde.example\r\nAuthentication-Results: ; dmarc=pass header.from=kunde.example\r\n"), raw...)
	if v := Authenticate(t.Context(), bytes.NewReader(raw), AuthInput{Lookup: z.txt, Client: net.IPv4(192, 0, 2, 1), EnvelopeFrom: "ada@kunde.example"}); v.Proven() {
		t.Errorf("got %+v", v)
	}
}

// A17: headers of our own name prove nothing either.
func TestA17OwnHeadersAreNotTrusted(t *testing.T) {
	raw := letterFrom("ada@kunde.example", "X-Lodge-Loop: kunde.example", "X-Lodge-Verdict: pass", "Received-SPF: pass", "X-Authentication-Results: mx.desk.example; dmarc=pass header.from=kunde.example")
	if v := Authenticate(t.Context(), bytes.NewReader(raw), AuthInput{TrustedReceiver: "mx.desk.example", OwnCheck: true, Lookup: zone{}.txt}); v.Proven() {
		t.Errorf("got %+v", v)
	}
}

// A forged mail stays forged, also when it carries a signature that somebody replays.
func TestReceiversNoIsFinal(t *testing.T) {
	z := zone{}
	raw := z.signed(t, z.signer(t, "kunde.example"), "ada@kunde.example")
	in := ownCheck(z)
	in.TrustedReceiver = "mx.desk.example"
	if v := Authenticate(t.Context(), bytes.NewReader(raw), in); v.By != ByDKIM {
		t.Errorf("without a word of the receiver our own check counts: %+v", v)
	}
	raw = append([]byte("Authentication-Results: mx.desk.example; dmarc=fail header.from=kunde.example\r\n"), raw...)
	if v := Authenticate(t.Context(), bytes.NewReader(raw), in); v.Proven() {
		t.Errorf("got %+v", v)
	}
}

func TestAlignment(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"example.org", "example.org", true}, {"mail.example.org", "example.org", true}, {"a.example.org", "b.example.org", true},
		{"EXAMPLE.org.", "example.org", true}, {"münchen.example", "xn--mnchen-3ya.example", true},
		{"a.co.uk", "b.co.uk", false}, {"a.github.io", "b.github.io", false}, {"co.uk", "a.co.uk", false},
		{"example.org", "example.com", false}, {"notexample.org", "example.org", false}, {"", "", false}, {"example.org", "", false}, {"example.org@evil.example", "example.org", false},
	} {
		if got := aligned(row.a, row.b); got != row.want {
			t.Errorf("%q and %q: %v", row.a, row.b, got)
		}
	}
}

func FuzzAuthenticate(f *testing.F) {
	f.Add([]byte("Authentication-Results: mx.desk.example; dmarc=pass header.from=a.example\r\nFrom: a@a.example\r\n\r\nx"))
	f.Add([]byte("Authentication-Results: mx.desk.example (\"; dkim=pass header.d=\"a\\\r\nFrom: a@a.example\r\n\r\nx"))
	f.Add([]byte("DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=s; h=from; b=; bh=;\r\nFrom: a@a.example\r\n\r\nx"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := Authenticate(t.Context(), bytes.NewReader(raw), AuthInput{TrustedReceiver: "mx.desk.example", OwnCheck: true, Client: net.IPv4(192, 0, 2, 1), Lookup: zone{}.txt})
		if v.Proven() && v.By != ByReceiver {
			t.Errorf("proven without DNS: %+v", v)
		}
		if v.Why == "" || len(v.Why) > 4*maxReasons {
			t.Errorf("why has %d characters", len(v.Why))
		}
	})
}

package secret

import (
	"bytes"
	"encoding/base64"
	"errors"
	"math/bits"
	"regexp"
	"strings"
	"testing"
	"time"
)

func keys(t testing.TB, seed byte) *Keys {
	t.Helper()
	k, err := FromBytes(bytes.Repeat([]byte{seed}, KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var kinds = []Kind{Thread, Unsubscribe, Intake, Setup, Reset, Preferences, Invite}

// PT-1, A51, A54: tokens are stable, and differ by kind, row, generation and key.
func TestTokens(t *testing.T) {
	a, b := keys(t, 1), keys(t, 2)
	seen := map[string]string{}
	shape := regexp.MustCompile(`^[A-Za-z0-9_-]{32}$`)
	add := func(what, token string) {
		t.Helper()
		if !shape.MatchString(token) {
			t.Fatalf("%s has the shape %q", what, token)
		}
		if other, ok := seen[token]; ok {
			t.Fatalf("%s equals %s", what, other)
		}
		seen[token] = what
	}
	for _, kind := range kinds {
		for id := int64(0); id < 5000; id++ {
			for generation := range 3 {
				add(string(kind), a.Token(kind, id, generation))
			}
		}
		add("another key", b.Token(kind, 1, 0))
	}
	if a.Token(Thread, 7, 1) != keys(t, 1).Token(Thread, 7, 1) {
		t.Error("the same row gives another token after a restart")
	}
	// 105,000 tokens of 192 bits: about half of all bits are set.
	ones, all := 0, 0
	for token := range seen {
		raw, _ := base64.RawURLEncoding.DecodeString(token)
		for _, c := range raw {
			ones += bits.OnesCount8(c)
			all += 8
		}
	}
	if share := float64(ones) / float64(all); share < 0.499 || share > 0.501 {
		t.Errorf("%.4f of all bits are set", share)
	}
}

// A51: 10^5 random tokens, public ids: no duplicate.
func TestRandomSecretsDoNotCollide(t *testing.T) {
	tokens, ids := map[string]bool{}, map[string]bool{}
	idShape := regexp.MustCompile(`^[a-z2-7]{16}$`)
	for range 100_000 {
		token, id := RandomToken(), PublicID()
		if tokens[token] || ids[id] {
			t.Fatal("a duplicate")
		}
		if !tokenShaped(token) || !idShape.MatchString(id) {
			t.Fatalf("shapes %q %q", token, id)
		}
		tokens[token], ids[id] = true, true
	}
}

func TestReference(t *testing.T) {
	shape := regexp.MustCompile(`^[2-9A-HJKMNP-Z]{2}-[2-9A-HJKMNP-Z]{3}$`)
	count := map[rune]int{}
	for range 50_000 {
		r := Reference()
		if !shape.MatchString(r) {
			t.Fatalf("shape %q", r)
		}
		for _, c := range r {
			count[c]++
		}
	}
	delete(count, '-')
	if len(count) != 31 {
		t.Fatalf("%d characters are used", len(count))
	}
	for c, n := range count { // 250,000 / 31 = 8065, standard deviation 88
		if n < 7400 || n > 8700 {
			t.Errorf("%c occurs %d times", c, n)
		}
	}
}

// PT-1, A53: what cannot be a token is nobody's hash, and all such are alike.
func TestHash(t *testing.T) {
	k := keys(t, 1)
	good := k.Token(Thread, 1, 0)
	if !bytes.Equal(Hash(good), Hash(good)) || len(Hash(good)) != 32 {
		t.Error("the hash is not stable")
	}
	nobody := Hash("")
	for _, bad := range []string{
		"null", "0", "[]", good[:31], good + "A", " " + good[1:], good[:31] + "=", good[:31] + "+",
		good[:31] + "/", good[:31] + "\x00", strings.Repeat("\x00", 32), strings.Repeat("é", 16), strings.Repeat("a", 1<<20),
	} {
		if !bytes.Equal(Hash(bad), nobody) {
			t.Errorf("%.40q has a hash of its own", bad)
		}
	}
	if bytes.Equal(Hash(good), nobody) || bytes.Equal(Hash(strings.Repeat("A", 32)), nobody) {
		t.Error("a token has nobody's hash")
	}
}

// Proven addresses: a proof fits its row and is not the token.
func TestProof(t *testing.T) {
	a, b := keys(t, 1), keys(t, 2)
	p := a.Proof(Thread, 5, 1)
	if !a.CheckProof(Thread, 5, 1, p) {
		t.Fatal("the proof is refused")
	}
	if strings.Contains(a.Token(Thread, 5, 1), p) || len(p) != 22 {
		t.Error("the proof follows from the token")
	}
	for what, ok := range map[string]bool{
		"another kind":       a.CheckProof(Unsubscribe, 5, 1, p),
		"another row":        a.CheckProof(Thread, 6, 1, p),
		"another generation": a.CheckProof(Thread, 5, 2, p),
		"another key":        b.CheckProof(Thread, 5, 1, p),
		"empty":              a.CheckProof(Thread, 5, 1, ""),
		"truncated":          a.CheckProof(Thread, 5, 1, p[:21]),
		"longer":             a.CheckProof(Thread, 5, 1, p+"A"),
		"the token":          a.CheckProof(Thread, 5, 1, a.Token(Thread, 5, 1)),
	} {
		if ok {
			t.Errorf("%s is accepted", what)
		}
	}
}

type form struct {
	ID   string
	Size int
}

// A56: expired by one second, edited, foreign, other purpose, "alg none": refused.
func TestSeal(t *testing.T) {
	a, b := keys(t, 1), keys(t, 2)
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	in := form{ID: "abc", Size: 3}
	sealed := a.Seal("create", in, now.Add(time.Hour))
	if !regexp.MustCompile(`^[A-Za-z0-9_.-]+$`).MatchString(sealed) {
		t.Fatalf("not URL-safe: %q", sealed)
	}
	var out form
	if err := a.Unseal("create", sealed, now, &out); err != nil || out != in {
		t.Fatalf("got %v, %v", out, err)
	}
	if err := a.Unseal("create", sealed, now.Add(time.Hour-time.Millisecond), &out); err != nil {
		t.Errorf("a millisecond before the end: %v", err)
	}

	refuse := func(what string, k *Keys, purpose, value string, at time.Time, want error) {
		t.Helper()
		untouched := form{ID: "before"}
		if err := k.Unseal(purpose, value, at, &untouched); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", what, err, want)
		}
		if untouched.ID != "before" {
			t.Errorf("%s: the target was written", what)
		}
	}
	refuse("at the end", a, "create", sealed, now.Add(time.Hour), ErrExpired)
	refuse("a second late", a, "create", sealed, now.Add(time.Hour+time.Second), ErrExpired)
	refuse("another key", b, "create", sealed, now, ErrForged)
	refuse("another purpose", a, "reply", sealed, now, ErrForged)
	body, mac, _ := strings.Cut(sealed, ".")
	for what, value := range map[string]string{
		"empty": "", "a dot": ".", "no signature": body, "empty signature": body + ".", "only the signature": "." + mac,
		"swapped": mac + "." + body, "signature cut": body + "." + mac[:42], "signature longer": sealed + "AA",
		"padding": sealed + "=", "line break": body + "\n." + mac, "trailing": sealed + ".x",
		"alg none":      base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + body + ".",
		"zero mac":      body + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
		"huge":          strings.Repeat("A", 1<<20),
		"not base64":    "%%%.%%%",
		"a token":       a.Token(Thread, 1, 1),
		"a token twice": a.Token(Thread, 1, 1) + "." + a.Token(Thread, 1, 1),
	} {
		refuse(what, a, "create", value, now, ErrForged)
	}
	for i := range len(sealed) { // every single character matters
		c := byte('A')
		if sealed[i] == c {
			c = 'B'
		}
		refuse("edited", a, "create", sealed[:i]+string(c)+sealed[i+1:], now, ErrForged)
	}
	// A purpose and what follows it cannot flow into each other.
	if bytes.Equal(bind(a.seal, []byte("ab"), []byte("c")), bind(a.seal, []byte("a"), []byte("bc"))) {
		t.Error("two lists of parts share a signature")
	}
}

func TestMessageID(t *testing.T) {
	a, b := keys(t, 1), keys(t, 2)
	id := a.MessageID("Help.Example.com", 41)
	if !regexp.MustCompile(`^<l\.[a-z2-7]{26}@help\.example\.com>$`).MatchString(id) {
		t.Fatalf("shape %q", id)
	}
	if id != a.MessageID("help.example.com", 41) {
		t.Error("a retry gets another id")
	}
	for _, ok := range []bool{
		a.CheckMessageID(id, "help.example.com", 41),
		a.CheckMessageID(strings.ToUpper(strings.Trim(id, "<>")), "help.example.com", 41),
		a.CheckMessageID("  "+id+"\r\n", "help.example.com", 41),
	} {
		if !ok {
			t.Error("our own id is refused")
		}
	}
	for what, ok := range map[string]bool{ // A12, A13
		"another delivery": a.CheckMessageID(id, "help.example.com", 42),
		"another domain":   a.CheckMessageID(id, "example.com", 41),
		"another key":      b.CheckMessageID(id, "help.example.com", 41),
		"truncated":        a.CheckMessageID(id[:20]+"@help.example.com>", "help.example.com", 41),
		"empty":            a.CheckMessageID("", "help.example.com", 41),
	} {
		if ok {
			t.Errorf("%s is accepted", what)
		}
	}
	seen := map[string]bool{}
	for n := range int64(100_000) {
		seen[a.MessageID("x.example", n)] = true
	}
	if len(seen) != 100_000 {
		t.Errorf("%d ids of 100,000", len(seen))
	}
}

func TestSessionKeys(t *testing.T) {
	hash, block := keys(t, 1).SessionKeys()
	if len(hash) != 64 || len(block) != 32 || bytes.Contains(hash, block) {
		t.Errorf("lengths %d and %d", len(hash), len(block))
	}
	other, _ := keys(t, 2).SessionKeys()
	if bytes.Equal(hash, other) {
		t.Error("two keys share session keys")
	}
	hash[0]++
	if again, _ := keys(t, 1).SessionKeys(); again[0] == hash[0] {
		t.Error("a caller can change the keys")
	}
}

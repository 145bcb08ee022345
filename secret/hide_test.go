package secret

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

// SE-5: what is hidden opens for its purpose, key and spelling alone, and shows nothing.
func TestHideAndReveal(t *testing.T) {
	k := keys(t, 1)
	plain := []byte("JBSWY3DPEHPK3PXP")
	hidden := k.Hide("totp 7", plain)
	if got, err := k.Reveal("totp 7", hidden); err != nil || !bytes.Equal(got, plain) {
		t.Fatal(got, err)
	}
	if strings.Contains(hidden, "JBSW") || k.Hide("totp 7", plain) == hidden {
		t.Error("it can be read or compared")
	}
	if got, err := keys(t, 1).Reveal("totp 7", hidden); err != nil || !bytes.Equal(got, plain) {
		t.Error("a restart loses it", err)
	}
	flipped := []byte(hidden)
	flipped[len(flipped)/2] ^= 1
	for name, try := range map[string]func() ([]byte, error){
		"another row":  func() ([]byte, error) { return k.Reveal("totp 8", hidden) },
		"another key":  func() ([]byte, error) { return keys(t, 2).Reveal("totp 7", hidden) },
		"changed":      func() ([]byte, error) { return k.Reveal("totp 7", string(flipped)) },
		"cut":          func() ([]byte, error) { return k.Reveal("totp 7", hidden[:10]) },
		"nothing":      func() ([]byte, error) { return k.Reveal("totp 7", "") },
		"endless":      func() ([]byte, error) { return k.Reveal("totp 7", strings.Repeat("A", longestSealed+4)) },
		"only signed":  func() ([]byte, error) { return k.Reveal("totp 7", k.Seal("totp 7", "x", time.Unix(2e9, 0))) },
		"line breaks":  func() ([]byte, error) { return k.Reveal("totp 7", hidden[:8]+"\n"+hidden[8:]+"!") },
		"not base 64":  func() ([]byte, error) { return k.Reveal("totp 7", "!!!!") },
		"another text": func() ([]byte, error) { return k.Reveal("totp 7", k.Token(Thread, 1, 1)) },
	} {
		if got, err := try(); !errors.Is(err, ErrForged) || got != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

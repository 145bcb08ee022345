package desk

import (
	"strings"
	"testing"
)

// AG-7: a signature is plain lines under the one mark that the mail itself has.
func TestSignature(t *testing.T) {
	for stored, want := range map[string]string{
		"":                          "",
		"Ada\r\nSupport":            "Ada\nSupport",
		"-- \nAda":                  "Ada",
		"\n--\n\nAda\n--\nNordwind": "Ada\n—\nNordwind",
		"Ada\x00\u0007":             "Ada",
	} {
		if got := Signature(stored); got != want {
			t.Errorf("Signature(%q) = %q, want %q", stored, got, want)
		}
	}
	if got := Signature(strings.Repeat("line\n", 50)); strings.Count(got, "\n") != maxSignatureLines-1 {
		t.Errorf("%d lines", strings.Count(got, "\n")+1)
	}
}

package desk

import (
	"strings"
	"testing"
	"time"
)

// SE-5: the codes are those of RFC 6238 (appendix B, SHA-1; its eight digits end in our six).
func TestTOTPCodesAreTheStandards(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := totpCode(secret, at/totpPeriod); got != want[2:] {
			t.Errorf("at %d: %s, want %s", at, got, want[2:])
		}
	}
}

func TestTOTPStepOnce(t *testing.T) {
	secret, now := newTOTPSecret(), time.Unix(1_800_000_010, 0)
	present := now.Unix() / totpPeriod
	for off, good := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		step, ok := totpStep(secret, totpCode(secret, present+off), now, 0)
		if ok != good || (ok && step != present+off) {
			t.Errorf("a code %d steps off: %v, step %d", off, ok, step-present)
		}
	}
	if _, ok := totpStep(secret, totpCode(secret, present), now, present); ok {
		t.Error("a code works twice")
	}
	if _, ok := totpStep(secret, "", now, 0); ok {
		t.Error("nothing is a code")
	}
}

func TestTOTPURI(t *testing.T) {
	got := totpURI("North: wind & co", "ada@lodge.example", []byte("12345678901234567890"))
	if !strings.HasPrefix(got, "otpauth://totp/North%20%20wind%20&%20co:ada@lodge.example?") || !strings.Contains(got, "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") || !strings.Contains(got, "issuer=North%20%20wind%20%26%20co") {
		t.Error(got)
	}
}

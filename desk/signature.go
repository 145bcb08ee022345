package desk

import (
	"strings"
	"unicode/utf8"
)

// maxSignature bounds a signature in characters and lines.
const maxSignature, maxSignatureLines = 2000, 12

// Signature is an agent's signature as mails carry it: plain lines, without the "-- " that
// people like to begin it with, because the mail has that line already.
func Signature(stored string) string {
	lines := strings.Split(text(stored), "\n")
	for len(lines) > 0 && (strings.TrimSpace(lines[0]) == "--" || strings.TrimSpace(lines[0]) == "") {
		lines = lines[1:]
	}
	lines = lines[:min(len(lines), maxSignatureLines)]
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
		if lines[i] == "--" {
			lines[i] = "—" // a second mark would cut the mail in mail programs
		}
	}
	signature := strings.TrimSpace(strings.Join(lines, "\n"))
	if utf8.RuneCountInString(signature) > maxSignature {
		signature = string([]rune(signature)[:maxSignature])
	}
	return signature
}

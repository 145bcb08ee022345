package desk

import (
	"crypto/rand"
	"crypto/sha256"
)

const (
	// recoveryCodes is how many ways around a lost phone an agent gets.
	recoveryCodes = 10
	// recoveryLetters is the length of one: 10 of 32 letters, 50 bits, behind the sign-in's growing wait.
	recoveryLetters = 10
)

// codeAlphabet leaves out what is misread on paper: i l o, and u.
const codeAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// newRecoveryCodes makes codes to be shown once, and the hashes that are kept.
func newRecoveryCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		raw := make([]byte, recoveryLetters)
		rand.Read(raw)
		for i := range raw {
			raw[i] = codeAlphabet[raw[i]%32]
		}
		codes = append(codes, grouped(string(raw), recoveryLetters/2, "-"))
		hashes = append(hashes, recoveryHash(string(raw)))
	}
	return codes, hashes
}

func recoveryHash(bare string) []byte {
	sum := sha256.Sum256([]byte("recovery " + bare))
	return sum[:]
}

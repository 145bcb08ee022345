package secret

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Kind says what a secret opens. A secret of one kind is nothing to another
// (A54): look hashes up together with their kind.
type Kind string

// The kinds of links.
const (
	Thread      Kind = "thread"         // one participant's way to one ticket (PT-1)
	Unsubscribe Kind = "unsubscribe"    // stops one participant's mails of one ticket (NU-3)
	Intake      Kind = "intake"         // a prefilled create page (PC-8)
	Setup       Kind = "setup"          // the first administrator (SE-5)
	Reset       Kind = "reset"          // a new password
	Preferences Kind = "preferences"    // mail preferences without an account (NU-4)
	Invite      Kind = "invite"         // an agent's or customer's invitation
	Confirm     Kind = "confirm"        // something held is its sender's own (PC-12)
	Activation  Kind = "activation"     // an account that was asked for (CP-1)
	SignIn      Kind = "sign_in"        // signs a customer in once (CP-2)
	NewPassword Kind = "customer_reset" // a customer's new password (CP-1)
	Reply       Kind = "reply"          // the address that answers to one mail of ours (EM-1)
	Bounce      Kind = "bounce"         // the address that its bounce goes to
)

// TokenLength is the number of characters of a token: 24 bytes, 192 bits.
const TokenLength = 32

const tokenBytes = 24

// Token derives the secret of one row: always the same for the same kind, id
// and generation, 32 characters of A–Z a–z 0–9 - _. Store Hash of it.
func (k *Keys) Token(kind Kind, id int64, generation int) string {
	mac := bind(k.token, []byte(kind), number(id), number(int64(generation)))
	return text.EncodeToString(mac[:tokenBytes])
}

// Hash is what the database stores and looks up: SHA-256 of the token, 32
// bytes. Whatever cannot be a token gives the hash of something that is none,
// so that every dead link takes the same way and gets the same answer (PT-1).
func Hash(token string) []byte {
	var in [TokenLength]byte
	if tokenShaped(token) {
		copy(in[:], token)
	}
	sum := sha256.Sum256(in[:])
	return sum[:]
}

func tokenShaped(token string) bool {
	if len(token) != TokenLength {
		return false
	}
	for i := range len(token) {
		c := token[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// Proof derives the part that only a mailed link carries beside its token: who
// shows it has read the mail, so the address is proven. The page after a
// submit knows the token and not the proof. 22 characters, 128 bits.
func (k *Keys) Proof(kind Kind, id int64, generation int) string {
	mac := bind(k.proof, []byte(kind), number(id), number(int64(generation)))
	return text.EncodeToString(mac[:16])
}

// CheckProof tells in constant time whether the proof belongs to this row.
func (k *Keys) CheckProof(kind Kind, id int64, generation int, proof string) bool {
	want := k.Proof(kind, id, generation)
	return subtle.ConstantTimeCompare([]byte(want), []byte(proof)) == 1
}

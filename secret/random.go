package secret

import "crypto/rand"

// Everything here reads crypto/rand, which since Go 1.24 ends the program when
// the system has no randomness to give: a weak secret is never handed out.

// referenceAlphabet leaves out what is misread aloud or on paper: 0 O 1 I L.
const referenceAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// Reference makes a code such as K7-3QX that a person can read out. It is
// random and short (31^5 codes): it names a ticket, opens nothing, and the
// caller draws again when the code is taken.
func Reference() string {
	out := make([]byte, 0, 6)
	var buf [8]byte
	for {
		rand.Read(buf[:])
		for _, b := range buf {
			// 248 is the largest multiple of 31 in a byte: beyond it some
			// characters would be likelier than others.
			if b >= 248 {
				continue
			}
			out = append(out, referenceAlphabet[b%31])
			switch len(out) {
			case 2:
				out = append(out, '-')
			case 6:
				return string(out)
			}
		}
	}
}

// PublicID makes the name of a row for the outside: 16 characters of a–z 2–7,
// 80 bits. It is opaque and not a secret.
func PublicID() string {
	var raw [10]byte
	rand.Read(raw[:])
	return lower.EncodeToString(raw[:])
}

// RandomToken makes a secret that follows from nothing: the shape of a token,
// 192 bits. Store Hash of it; it cannot be made again.
func RandomToken() string {
	var raw [tokenBytes]byte
	rand.Read(raw[:])
	return text.EncodeToString(raw[:])
}

package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs outgoing mails of one domain with its keys (RFC 6376, RFC 8463). It is safe for
// concurrent use.
type Signer struct {
	domain string
	keys   []signingKey
}

type signingKey struct {
	selector string
	key      crypto.Signer
}

// rsaBits is what every receiver accepts and what still fits comfortably into DNS (RFC 8301, 3.2).
const rsaBits = 2048

// edSuffix ends the selector of the second key: two kinds of keys need two names (RFC 8463, 3).
const edSuffix = "-ed"

// signed are the fields a signature covers, each once more than it stands in our mails, so that
// nobody can add another one below the signature's eyes (RFC 6376, 8.15).
var signed = []string{
	"From", "From", "Subject", "Subject", "To", "To", "Cc", "Date", "Date", "Message-ID", "Message-ID", "Reply-To", "Reply-To",
	"In-Reply-To", "In-Reply-To", "References", "References", "MIME-Version", "MIME-Version", "Content-Type", "Content-Type",
	"Content-Transfer-Encoding", "Content-Language", "Auto-Submitted", "Auto-Submitted",
	"List-Unsubscribe", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Unsubscribe-Post", LoopHeader, LoopHeader,
}

// NewDKIMKeys makes the private keys of a mailbox, an RSA and an Ed25519 one, as PEM.
func NewDKIMKeys() ([]byte, error) {
	old, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return nil, err
	}
	_, young, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, key := range []any{old, young} {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, err
		}
		if err := pem.Encode(&out, &pem.Block{Type: "PRIVATE KEY", Bytes: der}); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

var selectorShape = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$`)

// ValidSelector says whether a word can name a key in DNS: small letters, digits, hyphens.
func ValidSelector(s string) bool { return selectorShape.MatchString(s) }

// NewSigner signs for a domain with the keys of NewDKIMKeys.
func NewSigner(domain, selector string, keys []byte) (*Signer, error) {
	if plainDomain(domain) == "" || !ValidSelector(selector) {
		return nil, fmt.Errorf("mail: no signature for the domain %q with the selector %q", domain, selector)
	}
	s := &Signer{domain: plainDomain(domain)}
	for rest := keys; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, errors.New("mail: a signing key cannot be read")
		}
		switch key := key.(type) {
		case *rsa.PrivateKey:
			s.keys = append(s.keys, signingKey{selector, key})
		case ed25519.PrivateKey:
			s.keys = append(s.keys, signingKey{selector + edSuffix, key})
		default:
			return nil, errors.New("mail: a signing key of a kind that nobody verifies")
		}
	}
	if len(s.keys) == 0 {
		return nil, errors.New("mail: there is no signing key")
	}
	return s, nil
}

// Sign puts one signature a key above the mail and leaves the rest as it is. The mail must have
// CRLF line ends, as Compose makes them.
func (s *Signer) Sign(raw []byte) ([]byte, error) {
	var out bytes.Buffer
	for _, k := range s.keys {
		signer, err := dkim.NewSigner(&dkim.SignOptions{Domain: s.domain, Selector: k.selector, Signer: k.key, Hash: crypto.SHA256, HeaderKeys: signed,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
		if err != nil {
			return nil, fmt.Errorf("mail: signing: %w", err)
		}
		if _, err := signer.Write(raw); err != nil {
			signer.Close()
			return nil, fmt.Errorf("mail: signing: %w", err)
		}
		if err := signer.Close(); err != nil {
			return nil, fmt.Errorf("mail: signing: %w", err)
		}
		out.WriteString(signer.Signature())
	}
	out.Write(raw)
	return out.Bytes(), nil
}

// DNSRecord is one that the owner of a domain has to publish.
type DNSRecord struct{ Name, Type, Value string }

// DKIMRecords are the records that let others verify the signatures of a domain's keys; none when
// the keys cannot be read. Values are longer than the 255 characters of one string in DNS:
// providers' forms split them by themselves.
func DKIMRecords(selector, domain string, keys []byte) []DNSRecord {
	s, err := NewSigner(domain, selector, keys)
	if err != nil {
		return nil
	}
	var records []DNSRecord
	for _, k := range s.keys {
		kind, public := "rsa", []byte(nil)
		switch key := k.key.Public().(type) {
		case ed25519.PublicKey:
			kind, public = "ed25519", key // bare, without the wrapping of X.509 (RFC 8463, 4)
		default:
			if public, err = x509.MarshalPKIXPublicKey(key); err != nil {
				return nil
			}
		}
		records = append(records, DNSRecord{k.selector + "._domainkey." + s.domain, "TXT",
			strings.Join([]string{"v=DKIM1", "k=" + kind, "p=" + base64.StdEncoding.EncodeToString(public)}, "; ")})
	}
	return records
}

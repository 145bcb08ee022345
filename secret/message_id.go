package secret

import (
	"crypto/subtle"
	"encoding/base32"
	"strings"
)

// lower is base32 in small letters: mail systems and people may change case.
var lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// MessageID derives the Message-ID of one delivery (RFC 5322, 3.6.4), angle
// brackets included: the same on every retry, different for every recipient,
// and telling nothing about the row (128 bits). Who cannot read the mail
// cannot guess it.
func (k *Keys) MessageID(domain string, deliveryID int64) string {
	domain = strings.ToLower(domain)
	mac := bind(k.messageID, []byte(domain), number(deliveryID))
	return "<l." + lower.EncodeToString(mac[:16]) + "@" + domain + ">"
}

// CheckMessageID tells in constant time whether the id was made by MessageID
// for this delivery. Brackets, white space around it and case do not matter.
func (k *Keys) CheckMessageID(messageID, domain string, deliveryID int64) bool {
	got := "<" + strings.ToLower(strings.Trim(messageID, " \t\r\n<>")) + ">"
	return subtle.ConstantTimeCompare([]byte(got), []byte(k.MessageID(domain, deliveryID))) == 1
}

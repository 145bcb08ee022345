package desk

import (
	"encoding/json"
	"strings"

	"lodge/address"
	"lodge/models"
)

// reaches says whether mail to an address, given by its key, arrives in a mailbox.
func reaches(m *models.Mailbox, key string) bool {
	if m.AddressKey == key {
		return true
	}
	for _, alias := range m.Aliases {
		if address.Key(alias) == key {
			return true
		}
	}
	return false
}

// The local parts that answers and bounces go to where Lodge itself is the server of a
// mailbox's domain: reply+key@ and bounce+key@. Elsewhere the key stands behind the mailbox's own
// local part.
const (
	ReplyLocal  = "reply"
	BounceLocal = "bounce"
)

// MailboxOf finds the live mailbox that mail to an address arrives in, with what stands behind
// the plus of its local part; nil when it is none of ours. reply+key@ and bounce+key@ belong to
// the first mailbox of their domain that our own listener serves.
func MailboxOf(cat *models.Catalog, addr string) (m *models.Mailbox, key string) {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return nil, ""
	}
	local, domain := addr[:at], address.Domain(addr)
	local, key, _ = strings.Cut(local, "+")
	whole := address.Key(addr)
	var served *models.Mailbox
	for _, p := range cat.Projects {
		for _, m := range p.Mailboxes {
			switch {
			case !m.Live():
			case reaches(m, whole):
				return m, key
			case served == nil && m.Receive == models.ReceiveListener && strings.EqualFold(address.Domain(m.Address), domain):
				served = m
			}
		}
	}
	if served != nil && (strings.EqualFold(local, ReplyLocal) || strings.EqualFold(local, BounceLocal)) {
		return served, key
	}
	return nil, ""
}

// MailAccount is what a mailbox signs in to a server with: a password, or an OAuth 2 account
// whose access tokens are fetched when they are needed (XOAUTH2).
type MailAccount struct {
	Password     string `json:"password,omitempty"`
	TokenURL     string `json:"token_url,omitempty"`
	ClientID     string `json:"client_id,omitempty"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// The purposes under which a mailbox's secrets are hidden.
const (
	hideIMAP = "mailbox/imap"
	hideSMTP = "mailbox/smtp"
	hideDKIM = "mailbox/dkim"
)

func (d *Desk) hideAccount(purpose string, a MailAccount) string {
	if a == (MailAccount{}) {
		return ""
	}
	raw, _ := json.Marshal(a)
	return d.keys.Hide(purpose, raw)
}

func (d *Desk) revealAccount(purpose, hidden string) (a MailAccount, err error) {
	if hidden == "" {
		return a, nil
	}
	raw, err := d.keys.Reveal(purpose, hidden)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(raw, &a)
}

// IMAPAccount reads what a mailbox signs in to its IMAP server with.
func (d *Desk) IMAPAccount(m *models.Mailbox) (MailAccount, error) {
	return d.revealAccount(hideIMAP, m.IMAPSecret)
}

// SMTPAccount reads what a mailbox signs in to its own SMTP server with.
func (d *Desk) SMTPAccount(m *models.Mailbox) (MailAccount, error) {
	return d.revealAccount(hideSMTP, m.SMTPSecret)
}

// DKIMKeys reads the PEM of a mailbox's private signing keys; empty signs nothing.
func (d *Desk) DKIMKeys(m *models.Mailbox) ([]byte, error) {
	if m.DKIMSecret == "" {
		return nil, nil
	}
	return d.keys.Reveal(hideDKIM, m.DKIMSecret)
}

package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

// SMTPIn says where Lodge itself takes mail. Without a door mail comes in by IMAP alone.
type SMTPIn struct {
	Listen []string `name:"listen" env:"LODGE_SMTP_LISTEN" placeholder:"DOOR" group:"Mail" help:"Take mail here: :25 for SMTP, lmtp://127.0.0.1:24 or lmtp+unix:/path for LMTP; several separated by commas."`
	Cert   string   `name:"cert" env:"LODGE_SMTP_CERT" placeholder:"FILE" group:"Mail" help:"The certificate chain for STARTTLS at these doors, as PEM; read again when it changes."`
	Key    string   `name:"key" env:"LODGE_SMTP_KEY" placeholder:"FILE" group:"Mail" help:"Its private key, as PEM."`
	Name   string   `name:"name" env:"LODGE_SMTP_NAME" placeholder:"HOST" group:"Mail" help:"The host name these doors greet with; the host of base-url when left out."`
}

// MailDoor is one place where mail is taken.
type MailDoor struct {
	// Text is how it was written.
	Text string
	LMTP bool
	// Network and Address are those of net.Listen.
	Network, Address string
}

// MailDoors are the places named by Listen; those that Check refuses are left out.
func (c *Config) MailDoors() []MailDoor {
	var doors []MailDoor
	for _, text := range c.SMTPIn.Listen {
		if d, err := parseDoor(text); err == nil {
			doors = append(doors, d)
		}
	}
	return doors
}

// MailName is what the doors greet with: Name, or the host people use.
func (c *Config) MailName() string {
	if c.SMTPIn.Name != "" {
		return c.SMTPIn.Name
	}
	u, err := url.Parse(c.PublicURL())
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}

// parseDoor reads one entry. LMTP is for a mail server of the operator's own, whose word on senders
// may be believed: it never listens to everybody.
func parseDoor(text string) (MailDoor, error) {
	d := MailDoor{Text: strings.TrimSpace(text), Network: "tcp"}
	if path, ok := strings.CutPrefix(d.Text, "lmtp+unix:"); ok {
		d.LMTP, d.Network, d.Address = true, "unix", path
		if !filepath.IsAbs(path) {
			return d, fmt.Errorf("smtp-listen: %q must name a socket by its whole path, such as lmtp+unix:/run/lodge/lmtp.sock", text)
		}
		return d, nil
	}
	d.Address = strings.TrimPrefix(d.Text, "smtp://")
	if address, ok := strings.CutPrefix(d.Text, "lmtp://"); ok {
		d.LMTP, d.Address = true, address
	}
	host, port, err := net.SplitHostPort(d.Address)
	if err != nil || !validPort(port, 0) || strings.ContainsAny(host, "/ \t\r\n") {
		return d, fmt.Errorf("smtp-listen must be addresses such as :25, lmtp://127.0.0.1:24 or lmtp+unix:/run/lodge/lmtp.sock; %q is none", text)
	}
	if addr, err := netip.ParseAddr(host); d.LMTP && (host == "" || err == nil && !addr.IsLoopback() && !addr.IsPrivate()) {
		return d, fmt.Errorf("smtp-listen: %q would let everybody speak LMTP, which is for your own mail server: name a private address or a socket", text)
	}
	return d, nil
}

func (s *SMTPIn) check(fault func(string, ...any)) {
	seen := map[string]bool{}
	for _, text := range s.Listen {
		d, err := parseDoor(text)
		switch {
		case err != nil:
			fault("%s", err)
		case seen[d.Address] && !strings.HasSuffix(d.Address, ":0"):
			fault("smtp-listen names %q twice", d.Address)
		}
		seen[d.Address] = true
	}
	if (s.Cert == "") != (s.Key == "") {
		fault("smtp-cert and smtp-key must be set together")
	}
	if s.Cert != "" && len(s.Listen) == 0 {
		fault("smtp-cert needs smtp-listen: it protects mail that comes in")
	}
	if strings.ContainsAny(s.Name, " \t\r\n/:@<>") {
		fault("smtp-name must be a host name, such as mail.example.com; it is %q", s.Name)
	}
}

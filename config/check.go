package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Check returns one sentence for every fault, joined by line breaks, or nil.
// No sentence repeats a secret.
func (c *Config) Check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if _, port, err := net.SplitHostPort(c.Addr); err != nil || !validPort(port, 0) {
		fault("addr must be host:port, such as :8080 or 127.0.0.1:8080; it is %q", c.Addr)
	}
	if strings.TrimSpace(c.Data) == "" {
		fault("data must name a folder")
	}
	checkBaseURL(c.BaseURL, fault)
	if c.DatabaseURL != "" {
		u, err := url.Parse(c.DatabaseURL)
		if err != nil || !slices.Contains([]string{"postgres", "postgresql"}, u.Scheme) ||
			u.Hostname() == "" && u.Query().Get("host") == "" || strings.Trim(u.Path, "/") == "" {
			fault("database-url must look like postgres://user:password@host/database, or be empty for SQLite")
		}
	}
	for _, text := range c.TrustedProxies {
		if p, err := parseNetwork(text); err != nil {
			fault("trusted-proxies must be addresses or networks such as 10.0.0.0/8; %q is neither", text)
		} else if p.Bits() == 0 {
			fault("trusted-proxies must not be the whole internet: %q would let anyone choose their address", text)
		}
	}
	c.SMTP.check(fault)
	c.SMTPIn.check(fault)
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel) {
		fault("log-level must be debug, info, warn or error; it is %q", c.LogLevel)
	}
	if !slices.Contains([]string{"text", "json"}, c.LogFormat) {
		fault("log-format must be text or json; it is %q", c.LogFormat)
	}
	return errors.Join(faults...)
}

func checkBaseURL(text string, fault func(string, ...any)) {
	if text == "" {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(text, " \t\r\n\"<>\\"):
		fault("base-url must be a whole address, such as https://help.example.com")
	case u.User != nil:
		fault("base-url must not hold a name or password")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		fault("base-url must end behind the host: Lodge cannot live under a path; it is %q", text)
	case u.Port() != "" && !validPort(u.Port(), 1):
		fault("base-url has an impossible port; it is %q", text)
	}
}

func (s *SMTP) check(fault func(string, ...any)) {
	if s.From != "" {
		if from, err := mail.ParseAddress(s.From); err != nil || strings.ContainsAny(s.From, "\r\n") || !strings.Contains(from.Address, "@") {
			fault("smtp-from must be one address, such as Example support <support@example.com>; it is %q", s.From)
		}
	}
	if !slices.Contains([]string{"none", "starttls", "tls"}, s.TLS) {
		fault("smtp-tls must be none, starttls or tls; it is %q", s.TLS)
	}
	if s.Host == "" {
		if s.User != "" || s.Password != "" {
			fault("smtp-user and smtp-password need smtp-host")
		}
		return
	}
	if strings.ContainsAny(s.Host, " \t\r\n/") || strings.Contains(s.Host, ":") && !isIP(s.Host) {
		fault("smtp-host must be a host name or address, without a port; it is %q", s.Host)
	}
	if s.Port < 1 || s.Port > 65535 {
		fault("smtp-port must be between 1 and 65535; it is %d", s.Port)
	}
	if s.From == "" {
		fault("smtp-from must be set, so that mails have a sender")
	}
	if (s.User == "") != (s.Password == "") {
		fault("smtp-user and smtp-password must be set together")
	}
	if s.User != "" && s.TLS == "none" && !loopback(s.Host) {
		fault("smtp-tls must not be none with a password: it would travel readable to %q", s.Host)
	}
}

func validPort(text string, least int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= 65535
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

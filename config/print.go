package config

import (
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// Hidden stands where a secret is.
const Hidden = "••••"

// Print writes all settings as TOML that --config reads again, each with its
// source; secrets are hidden, passwords inside URLs too.
func (c *Config) Print(w io.Writer) error {
	var b strings.Builder
	line := func(name, value string) {
		source := c.sources[name]
		if source == "" {
			source = "default"
		}
		fmt.Fprintf(&b, "%-48s # %s\n", name+" = "+value, source)
	}
	line("addr", strconv.Quote(c.Addr))
	line("data", strconv.Quote(c.Data))
	line("base-url", strconv.Quote(c.BaseURL))
	line("database-url", strconv.Quote(redactURL(c.DatabaseURL)))
	line("database-url-file", strconv.Quote(c.DatabaseURLFile))
	line("trusted-proxies", quoteAll(c.TrustedProxies))
	line("smtp-host", strconv.Quote(c.SMTP.Host))
	line("smtp-port", strconv.Itoa(c.SMTP.Port))
	line("smtp-user", strconv.Quote(c.SMTP.User))
	password := ""
	if c.SMTP.Password != "" {
		password = Hidden
	}
	line("smtp-password", strconv.Quote(password))
	line("smtp-password-file", strconv.Quote(c.SMTP.PasswordFile))
	line("smtp-tls", strconv.Quote(c.SMTP.TLS))
	line("smtp-from", strconv.Quote(c.SMTP.From))
	line("smtp-listen", quoteAll(c.SMTPIn.Listen))
	line("smtp-cert", strconv.Quote(c.SMTPIn.Cert))
	line("smtp-key", strconv.Quote(c.SMTPIn.Key))
	line("smtp-name", strconv.Quote(c.SMTPIn.Name))
	line("log-level", strconv.Quote(c.LogLevel))
	line("log-format", strconv.Quote(c.LogFormat))
	line("dev", strconv.FormatBool(c.Dev))
	_, err := io.WriteString(w, b.String())
	return err
}

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = strconv.Quote(text)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// redactURL hides the password and every parameter: some carry secrets. What
// is no clean URL is hidden whole.
func redactURL(text string) string {
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return Hidden
	}
	out := u.Scheme + "://"
	if u.User != nil {
		out += url.PathEscape(u.User.Username())
		if _, ok := u.User.Password(); ok {
			out += ":" + Hidden
		}
		out += "@"
	}
	out += u.Host + u.EscapedPath()
	if u.RawQuery != "" {
		out += "?" + Hidden
	}
	return out
}

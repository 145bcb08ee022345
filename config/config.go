// Package config holds every setting that is fixed while the program runs.
//
// A setting comes from a flag, else from the environment, else from the TOML
// file named by --config, else it has its default. What an administrator can
// change in the browser is not here but in the database.
package config

import (
	"log/slog"
	"net"
	"net/netip"
	"strings"
)

// Config is embedded into the commands of main; kong fills it. Call Check
// before use.
type Config struct {
	ConfigFile File `name:"config" env:"LODGE_CONFIG" placeholder:"FILE" group:"Settings" help:"Read settings from this TOML file."`

	Addr    string `name:"addr" env:"LODGE_ADDR" default:":8080" placeholder:"HOST:PORT" group:"Settings" help:"Listen on this address (${default})."`
	Data    string `name:"data" env:"LODGE_DATA" default:"./data" placeholder:"DIR" group:"Settings" help:"Keep everything in this folder (${default})."`
	BaseURL string `name:"base-url" env:"LODGE_BASE_URL" placeholder:"URL" group:"Settings" help:"The address people use, for links in mails, such as https://help.example.com."`

	DatabaseURL     string `name:"database-url" env:"LODGE_DATABASE_URL" placeholder:"URL" group:"Settings" help:"Use PostgreSQL at postgres://… instead of the SQLite file in the data folder."`
	DatabaseURLFile string `name:"database-url-file" env:"LODGE_DATABASE_URL_FILE" placeholder:"FILE" group:"Settings" help:"Read the database URL from this file."`

	TrustedProxies []string `name:"trusted-proxies" env:"LODGE_TRUSTED_PROXIES" placeholder:"CIDR" group:"Settings" help:"Believe the client address told by proxies in these networks, separated by commas."`

	SMTP   SMTP   `embed:"" prefix:"smtp-"`
	SMTPIn SMTPIn `embed:"" prefix:"smtp-"`

	LogLevel  string `name:"log-level" env:"LODGE_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" placeholder:"LEVEL" group:"Settings" help:"Log from this level on: ${enum} (${default})."`
	LogFormat string `name:"log-format" env:"LODGE_LOG_FORMAT" default:"text" enum:"text,json" placeholder:"FORMAT" group:"Settings" help:"Write logs as ${enum} (${default})."`
	Dev       bool   `name:"dev" env:"LODGE_DEV" group:"Settings" help:"Developer comfort: templates from disk, mails to the outbox page."`

	// Demo is set by the demo command alone: example data and the outbox page.
	Demo bool `kong:"-"`

	// sources maps a flag's name to where its value came from.
	sources map[string]string
}

// SMTP says how mail leaves. Without a host it stays in the outbox.
type SMTP struct {
	Host         string `name:"host" env:"LODGE_SMTP_HOST" placeholder:"HOST" group:"Mail" help:"Send mail through this server."`
	Port         int    `name:"port" env:"LODGE_SMTP_PORT" default:"587" placeholder:"PORT" group:"Mail" help:"Its port (${default})."`
	User         string `name:"user" env:"LODGE_SMTP_USER" placeholder:"NAME" group:"Mail" help:"Sign in there as this user."`
	Password     string `name:"password" env:"LODGE_SMTP_PASSWORD" placeholder:"SECRET" group:"Mail" help:"The password; better in the environment or a file."`
	PasswordFile string `name:"password-file" env:"LODGE_SMTP_PASSWORD_FILE" placeholder:"FILE" group:"Mail" help:"Read the password from this file."`
	TLS          string `name:"tls" env:"LODGE_SMTP_TLS" default:"starttls" enum:"none,starttls,tls" placeholder:"MODE" group:"Mail" help:"Protect the connection: ${enum} (${default})."`
	From         string `name:"from" env:"LODGE_SMTP_FROM" placeholder:"ADDRESS" group:"Mail" help:"The sender, such as “Example support <support@example.com>”."`
}

// Default is the configuration that no flag, variable or file has touched.
func Default() Config {
	return Config{
		Addr: ":8080", Data: "./data", LogLevel: "info", LogFormat: "text",
		SMTP: SMTP{Port: 587, TLS: "starttls"},
	}
}

// PublicURL is the address people use, without a slash at the end: BaseURL, or
// http://localhost with the port of Addr when none is set.
func (c *Config) PublicURL() string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil || port == "80" {
		return "http://localhost"
	}
	return "http://localhost:" + port
}

// SecureCookies tells whether cookies may carry the Secure attribute and the
// __Host- prefix: people reach us by https.
func (c *Config) SecureCookies() bool {
	scheme, _, _ := strings.Cut(c.BaseURL, "://")
	return strings.EqualFold(scheme, "https")
}

// Proxies returns the trusted networks; a bare address is a network of one.
// Entries that Check refuses are left out.
func (c *Config) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range c.TrustedProxies {
		if p, err := parseNetwork(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func parseNetwork(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), err
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

// Level is LogLevel for slog.
func (c *Config) Level() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelInfo
	}
	return level
}

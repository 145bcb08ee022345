package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// parse runs the flags as main's commands have them: embedded in a command.
func parse(t *testing.T, args ...string) (*Config, error) {
	t.Helper()
	var cli struct {
		Serve struct {
			Config `embed:""`
		} `cmd:"" default:"withargs"`
		Sample struct {
			Config  `embed:""`
			Tickets int `default:"10"`
		} `cmd:""`
	}
	parser, err := kong.New(&cli, kong.Exit(func(int) { t.Error("kong wants to exit") }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(args)
	return &cli.Serve.Config, err
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// OP-1: nothing needs to be set.
func TestDefaults(t *testing.T) {
	t.Setenv("LODGE_TRUSTED_PROXIES", "")
	t.Setenv("LODGE_BASE_URL", "")
	c, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	want := Default()
	if c.Addr != want.Addr || c.Data != want.Data || c.SMTP != want.SMTP || c.LogLevel != want.LogLevel || c.LogFormat != want.LogFormat {
		t.Errorf("kong gives %+v, Default gives %+v", *c, want)
	}
	if c.PublicURL() != "http://localhost:8080" || c.SecureCookies() {
		t.Errorf("PublicURL %q, secure %v", c.PublicURL(), c.SecureCookies())
	}
}

// Flag before environment before file before default, for every kind of value.
func TestPrecedence(t *testing.T) {
	file := write(t, `
addr = ":1"
data = "from-file"
base_url = "https://file.example"
trusted-proxies = ["10.0.0.0/8", "::1"]
dev = true
[smtp]
host = "file.example"
port = 2525
from = "a@file.example"
tls = "tls"
`)
	t.Setenv("LODGE_DATA", "from-env")
	t.Setenv("LODGE_BASE_URL", "https://env.example")
	t.Setenv("LODGE_SMTP_PORT", "465")
	c, err := parse(t, "--config", file, "--base-url", "https://flag.example/")
	if err != nil {
		t.Fatal(err)
	}
	if c.BaseURL != "https://flag.example/" || c.Data != "from-env" || c.Addr != ":1" || c.LogLevel != "info" ||
		c.SMTP.Port != 465 || c.SMTP.Host != "file.example" || c.SMTP.TLS != "tls" || !c.Dev {
		t.Errorf("got %+v", *c)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if c.PublicURL() != "https://flag.example" || !c.SecureCookies() {
		t.Errorf("PublicURL %q, secure %v", c.PublicURL(), c.SecureCookies())
	}
	if p := c.Proxies(); len(p) != 2 || p[0].String() != "10.0.0.0/8" || p[1].String() != "::1/128" {
		t.Errorf("proxies %v", p)
	}
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{
		"base-url": "flag", "data": "environment", "addr": "file", "smtp-host": "file", "smtp-port": "environment", "log-level": "default",
	} {
		found := false
		for line := range strings.Lines(b.String()) {
			if strings.HasPrefix(line, name+" = ") {
				found = strings.HasSuffix(line, "# "+source+"\n")
			}
		}
		if !found {
			t.Errorf("%s should come from %s:\n%s", name, source, b.String())
		}
	}
	// What is printed is read again.
	again, err := parse(t, "--config", write(t, b.String()))
	if err != nil || again.SMTP != c.SMTP || again.Addr != c.Addr {
		t.Errorf("read again: %v %+v", err, again)
	}

	t.Setenv("LODGE_CONFIG", file)
	if c, err := parse(t); err != nil || c.Addr != ":1" {
		t.Errorf("LODGE_CONFIG: %v, %v", c.Addr, err)
	}
}

func TestFileRefused(t *testing.T) {
	for text, want := range map[string]string{
		"adr = ':1'":            "unknown keys: adr",
		"[smtp]\nhots = 'x'":    "unknown keys: smtp-hots",
		"config = 'other.toml'": "unknown keys: config",
		"addr = ":               "not valid TOML",
		"addr = 1.5":            "of a kind no setting has",
		"log-level = 'loud'":    "log-level",
		"smtp-port = 'many'":    "smtp-port",
	} {
		if _, err := parse(t, "--config", write(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := parse(t, "--config", "/no/such/file"); err == nil {
		t.Error("a missing file is accepted")
	}
}

func TestSecretsFromFiles(t *testing.T) {
	database := write(t, "postgres://lodge:s3cret@db.example/lodge?sslpassword=s3cret\n")
	password := write(t, " s3cret with space \r\n")
	t.Setenv("LODGE_DATABASE_URL_FILE", database)
	t.Setenv("LODGE_SMTP_PASSWORD_FILE", password)
	c, err := parse(t, "--smtp-host=mail.example", "--smtp-user=u", "--smtp-from=Lodge <a@b.example>")
	if err != nil {
		t.Fatal(err)
	}
	if c.DatabaseURL != "postgres://lodge:s3cret@db.example/lodge?sslpassword=s3cret" || c.SMTP.Password != " s3cret with space " {
		t.Errorf("read %q and %q", c.DatabaseURL, c.SMTP.Password)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	var b strings.Builder
	c.Print(&b)
	if strings.Contains(b.String(), "s3cret") || !strings.Contains(b.String(), `"postgres://lodge:••••@db.example/lodge?••••"`) ||
		!strings.Contains(b.String(), `smtp-password = "••••"`) {
		t.Errorf("printed:\n%s", b.String())
	}

	// A flag is stronger than a variable naming a file; a settings file weaker.
	if c, err := parse(t, "--database-url=postgres://a@b/c"); err != nil || c.DatabaseURL != "postgres://a@b/c" {
		t.Errorf("flag: %q %v", c.DatabaseURL, err)
	}
	if c, err := parse(t, "--config", write(t, "smtp-password = 'weaker'")); err != nil || c.SMTP.Password != " s3cret with space " {
		t.Errorf("file: %q %v", c.SMTP.Password, err)
	}
	t.Setenv("LODGE_SMTP_PASSWORD", "both")
	if _, err := parse(t); err == nil || !strings.Contains(err.Error(), "not both") {
		t.Errorf("both: %v", err)
	}
	t.Setenv("LODGE_SMTP_PASSWORD", "")
	t.Setenv("LODGE_SMTP_PASSWORD_FILE", "/no/such/file")
	if _, err := parse(t); err == nil {
		t.Error("a missing secret file is accepted")
	}
}

func TestCheck(t *testing.T) {
	good := Default()
	good.SMTP.Host, good.SMTP.From = "mail.example", "Support <support@example.com>"
	for name, row := range map[string]struct {
		change func(*Config)
		want   string // empty: accepted
	}{
		"as it is":           {func(c *Config) {}, ""},
		"ipv6 listen":        {func(c *Config) { c.Addr = "[::1]:0" }, ""},
		"no port":            {func(c *Config) { c.Addr = "localhost" }, "addr"},
		"named port":         {func(c *Config) { c.Addr = ":http" }, "addr"},
		"large port":         {func(c *Config) { c.Addr = ":65536" }, "addr"},
		"no data":            {func(c *Config) { c.Data = " " }, "data"},
		"https":              {func(c *Config) { c.BaseURL = "https://help.example.com:8443" }, ""},
		"slash":              {func(c *Config) { c.BaseURL = "http://help.example.com/" }, ""},
		"path":               {func(c *Config) { c.BaseURL = "https://example.com/help" }, "under a path"},
		"query":              {func(c *Config) { c.BaseURL = "https://example.com/?a" }, "under a path"},
		"fragment":           {func(c *Config) { c.BaseURL = "https://example.com#" }, "under a path"},
		"no scheme":          {func(c *Config) { c.BaseURL = "help.example.com" }, "base-url"},
		"other scheme":       {func(c *Config) { c.BaseURL = "ftp://help.example.com" }, "base-url"},
		"script":             {func(c *Config) { c.BaseURL = "javascript:alert(1)" }, "base-url"},
		"header":             {func(c *Config) { c.BaseURL = "https://a.example\r\nX: y" }, "base-url"},
		"user in URL":        {func(c *Config) { c.BaseURL = "https://u:p@example.com" }, "password"},
		"URL port":           {func(c *Config) { c.BaseURL = "https://example.com:99999" }, "port"},
		"postgres":           {func(c *Config) { c.DatabaseURL = "postgres://u:p@h:5432/d?sslmode=disable" }, ""},
		"mysql":              {func(c *Config) { c.DatabaseURL = "mysql://u:p@h/d" }, "database-url"},
		"no database":        {func(c *Config) { c.DatabaseURL = "postgres://u:p@h" }, "database-url"},
		"network":            {func(c *Config) { c.TrustedProxies = []string{"10.0.0.0/8", " 192.0.2.1", "fd00::/8"} }, ""},
		"everyone":           {func(c *Config) { c.TrustedProxies = []string{"0.0.0.0/0"} }, "whole internet"},
		"not a network":      {func(c *Config) { c.TrustedProxies = []string{"proxy"} }, "trusted-proxies"},
		"no sender":          {func(c *Config) { c.SMTP.From = "" }, "smtp-from"},
		"two senders":        {func(c *Config) { c.SMTP.From = "a@b.example, c@d.example" }, "smtp-from"},
		"port in host":       {func(c *Config) { c.SMTP.Host = "mail.example:25" }, "smtp-host"},
		"port":               {func(c *Config) { c.SMTP.Port = 0 }, "smtp-port"},
		"user alone":         {func(c *Config) { c.SMTP.User = "u" }, "together"},
		"readable password":  {func(c *Config) { c.SMTP.User, c.SMTP.Password, c.SMTP.TLS = "u", "p", "none" }, "readable"},
		"password on a loop": {func(c *Config) { c.SMTP.User, c.SMTP.Password, c.SMTP.TLS, c.SMTP.Host = "u", "p", "none", "127.0.0.1" }, ""},
		"tls":                {func(c *Config) { c.SMTP.TLS = "maybe" }, "smtp-tls"},
		"level":              {func(c *Config) { c.LogLevel = "loud" }, "log-level"},
		"format":             {func(c *Config) { c.LogFormat = "xml" }, "log-format"},
	} {
		c := good
		row.change(&c)
		err := c.Check()
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := Config{Addr: "x", TrustedProxies: []string{"y"}, LogLevel: "info", LogFormat: "text", SMTP: SMTP{TLS: "tls"},
		DatabaseURL: "mysql://u:s3cret@h/d"}
	if got := strings.Count(bad.Check().Error(), "\n") + 1; got != 4 {
		t.Errorf("%d sentences for 4 faults:\n%v", got, bad.Check())
	}
	if strings.Contains(bad.Check().Error(), "s3cret") {
		t.Error("a fault shows a secret")
	}
}

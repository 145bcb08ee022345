package config

import (
	"os"
	"strings"
	"testing"
)

// EM-4: doors for mail are named by flag, environment or file, and read again as printed.
func TestMailDoors(t *testing.T) {
	t.Setenv("LODGE_SMTP_LISTEN", "")
	c, err := parse(t)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.MailDoors()) != 0 || len(c.SMTPIn.Listen) != 0 || c.Check() != nil {
		t.Errorf("without a door there is one: %+v", c.SMTPIn)
	}
	os.Unsetenv("LODGE_SMTP_LISTEN") // Setenv puts back what was there
	c, err = parse(t, "--smtp-listen=:25,lmtp://127.0.0.1:24,lmtp+unix:/run/lodge.sock,smtp://[::1]:2525", "--base-url=https://help.example.com:8443")
	if err != nil {
		t.Fatal(err)
	}
	want := []MailDoor{
		{":25", false, "tcp", ":25"}, {"lmtp://127.0.0.1:24", true, "tcp", "127.0.0.1:24"},
		{"lmtp+unix:/run/lodge.sock", true, "unix", "/run/lodge.sock"}, {"smtp://[::1]:2525", false, "tcp", "[::1]:2525"},
	}
	got := c.MailDoors()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("doors %+v", got)
		}
	}
	if err := c.Check(); err != nil || c.MailName() != "help.example.com" {
		t.Errorf("%v, greets as %q", err, c.MailName())
	}
	var b strings.Builder
	c.Print(&b)
	again, err := parse(t, "--config", write(t, b.String()))
	if err != nil || len(again.MailDoors()) != 4 || !strings.Contains(b.String(), "# flag") {
		t.Errorf("read again: %v %+v", err, again.SMTPIn)
	}
	if c, err := parse(t, "--config", write(t, "[smtp]\nlisten = [':25', 'lmtp://10.0.0.2:24']\nname = 'mail.example.com'")); err != nil || len(c.MailDoors()) != 2 || c.MailName() != "mail.example.com" {
		t.Errorf("from a file: %v %+v", err, c)
	}
}

func TestMailDoorsRefused(t *testing.T) {
	for name, row := range map[string]struct {
		in   SMTPIn
		want string
	}{
		"no port":           {SMTPIn{Listen: []string{"mail.example.com"}}, "smtp-listen"},
		"other scheme":      {SMTPIn{Listen: []string{"http://127.0.0.1:25"}}, "smtp-listen"},
		"port":              {SMTPIn{Listen: []string{":99999"}}, "smtp-listen"},
		"relative socket":   {SMTPIn{Listen: []string{"lmtp+unix:lodge.sock"}}, "whole path"},
		"LMTP to everybody": {SMTPIn{Listen: []string{"lmtp://:24"}}, "everybody"},
		"LMTP on 0.0.0.0":   {SMTPIn{Listen: []string{"lmtp://0.0.0.0:24"}}, "everybody"},
		"LMTP in public":    {SMTPIn{Listen: []string{"lmtp://203.0.113.5:24"}}, "everybody"},
		"twice":             {SMTPIn{Listen: []string{":25", "smtp://:25"}}, "twice"},
		"cert alone":        {SMTPIn{Listen: []string{":25"}, Cert: "c.pem"}, "together"},
		"cert, no door":     {SMTPIn{Cert: "c.pem", Key: "k.pem"}, "smtp-listen"},
		"name":              {SMTPIn{Name: "mail.example.com:25"}, "smtp-name"},
		"LMTP at home":      {SMTPIn{Listen: []string{"lmtp://[::1]:24", "lmtp://10.1.2.3:24", "lmtp://lodge:24"}, Cert: "c", Key: "k"}, ""},
	} {
		c := Default()
		c.SMTPIn = row.in
		err := c.Check()
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

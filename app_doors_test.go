package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	netsmtp "net/smtp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/internal/testmail"
	"lodge/models"
)

func doorConfig(t *testing.T, doors ...string) config.Config {
	c := config.Default()
	c.Data, c.Addr, c.LogLevel, c.SMTPIn.Listen = t.TempDir(), "127.0.0.1:0", "error", doors
	return c
}

// EM-4: the program takes mail at the doors it was told, over TLS where it has a certificate, and what was taken
// is there after a restart.
func TestTheProgramTakesMail(t *testing.T) {
	cert, key, roots := testmail.Certificate(t)
	c := doorConfig(t, "127.0.0.1:0", "lmtp://127.0.0.1:0")
	c.SMTPIn.Cert, c.SMTPIn.Key = filepath.Join(c.Data, "cert.pem"), filepath.Join(c.Data, "key.pem")
	for file, text := range map[string][]byte{c.SMTPIn.Cert: cert, c.SMTPIn.Key: key} {
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	app := startApp(t, c)
	if len(app.SMTPAddrs) != 2 {
		t.Fatalf("doors: %v", app.SMTPAddrs)
	}
	err := app.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		if err := openProject(ctx, tx, "post"); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		m := models.NewMailbox(cat.ProjectBySlug("post").ID, "support@lodge.example", "support@lodge.example", models.At(time.Now()))
		m.Receive = models.ReceiveListener
		return models.InsertMailbox(ctx, tx, m)
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := netsmtp.Dial(app.SMTPAddrs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.StartTLS(clientTLS(roots)); err != nil {
		t.Fatal(err)
	}
	if err := client.Mail("ada@customer.example"); err != nil {
		t.Fatal(err)
	}
	if err := client.Rcpt("somebody@elsewhere.example"); err == nil {
		t.Error("it relays")
	}
	if err := client.Rcpt("support@lodge.example"); err != nil {
		t.Fatal(err)
	}
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "From: ada@customer.example\r\nSubject: kept over a restart\r\n\r\nHello.\r\n")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	// Stopping waits for nobody who only stands there, and closes the doors.
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := app.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if conn, err := net.Dial("tcp", app.SMTPAddrs[0]); err == nil {
		conn.Close()
		t.Error("the door is still open")
	}
	c.SMTPIn.Listen = nil
	again := startApp(t, c)
	if len(again.SMTPAddrs) != 0 {
		t.Error("a door nobody asked for")
	}
	cat, err := again.db.Catalog(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	state, err := models.MailboxStateOf(context.Background(), again.db, cat.ProjectBySlug("post").Mailbox().ID)
	if err != nil || state.ReceivedAt == 0 {
		t.Errorf("%+v, %v", state, err)
	}
}

// A taken port and a certificate that is none are told at the start, by the setting's name.
func TestDoorsThatCannotBeOpened(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, row := range map[string]struct {
		change func(*config.Config)
		want   string
	}{
		"a taken port": {func(c *config.Config) { c.SMTPIn.Listen = []string{"127.0.0.1:0", taken.Addr().String()} }, "smtp-listen"},
		"no folder":    {func(c *config.Config) { c.SMTPIn.Listen = []string{"lmtp+unix:/no/such/folder/s"} }, "smtp-listen"},
		"no certificate": {func(c *config.Config) {
			c.SMTPIn.Cert, c.SMTPIn.Key = filepath.Join(c.Data, "none"), filepath.Join(c.Data, "none")
		}, "smtp-cert"},
	} {
		t.Run(name, func(t *testing.T) {
			c := doorConfig(t, "127.0.0.1:0")
			row.change(&c)
			app, err := NewApp(&c, newLog(&c, io.Discard))
			if err != nil {
				t.Fatal(err)
			}
			if err = app.Start(context.Background()); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("started: %v", err)
			}
			if err := app.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}

func clientTLS(roots *x509.CertPool) *tls.Config {
	return &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

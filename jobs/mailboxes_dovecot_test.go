package jobs

import (
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/internal/testmail"
	"lodge/models"
)

// EM-4: the same against a real server: STARTTLS, IDLE, delivery by LMTP, nothing marked with keep, marked
// and deleted when told.
func TestDovecot(t *testing.T) {
	d := testmail.StartDovecot(t)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(d.Cert)
	for _, after := range []string{models.AfterKeep, models.AfterSeen, models.AfterDelete} {
		t.Run(after, func(t *testing.T) {
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			before := len(d.Files())
			d.Deliver("Subject: before the mailbox\r\n\r\nx\r\n")
			m := h.boxAt("localhost", d.IMAP, func(m *models.Mailbox) { m.IMAPTLS, m.IMAPAfter = "starttls", after })
			h.reads("one", MailboxOptions{Poll: time.Hour, Roots: roots})
			h.read(m)
			time.Sleep(200 * time.Millisecond) // into IDLE
			began := time.Now()
			d.Deliver(mailOf("by IDLE"))
			until(t, "it comes by IDLE", func() bool { return len(h.kept()) == 1 })
			t.Logf("after %v", time.Since(began))
			body := strings.Repeat("A line of a long mail.\r\n", 40_000)
			d.Deliver(mailOf("long") + body)
			until(t, "the long one comes", func() bool { return len(h.kept()) == 2 })
			if got := h.kept()[1]; !strings.HasSuffix(got, body) || !strings.Contains(got, "Received: ") {
				t.Errorf("%d bytes came of %d", len(got), len(body))
			}
			until(t, "the server shows it", func() bool {
				files := d.Files()
				seen := 0
				for _, name := range files {
					if _, flags, _ := strings.Cut(name, ":2,"); strings.Contains(flags, "S") {
						seen++
					}
				}
				switch after {
				case models.AfterKeep:
					return len(files) == before+3 && seen == 0
				case models.AfterSeen:
					return len(files) == before+3 && seen == 2
				default:
					return len(files) == before+1
				}
			})
			if got := h.state(m); got.Error != "" || got.UIDValidity == 0 {
				t.Errorf("%+v", got)
			}
		})
	}
	// A wrong password, refused by a server that takes its time over it.
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	m := h.boxAt("localhost", d.IMAP, func(m *models.Mailbox) {
		m.IMAPTLS, m.IMAPSecret = "starttls", h.keys.Hide("mailbox/imap", []byte(`{"password":"old-secret-1"}`))
	})
	h.reads("one", MailboxOptions{Roots: roots})
	until(t, "the refusal is seen", func() bool { return strings.HasPrefix(h.state(m).Error, "sign_in: ") })
}

// EM-4: a real mail client's words at our LMTP door: what Dovecot's own server answers, ours answers alike.
func TestOurLMTPDoorAnswersLikeDovecot(t *testing.T) {
	d := testmail.StartDovecot(t)
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	_, ours := h.listens(true)
	for name, addr := range map[string]string{"Dovecot": fmt.Sprintf("127.0.0.1:%d", d.LMTP), "ours": ours.Addr().String()} {
		if err := testmail.DeliverLMTP(addr, "ada@customer.example", []string{testmail.User, "support+tag@lodge.example"}, mailOf("by LMTP")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := h.kept(); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

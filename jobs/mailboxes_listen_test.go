package jobs

import (
	"context"
	"fmt"
	"net"
	netsmtp "net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// listens makes the project's mailbox one of our own doors, adds a second project with another, and opens a door.
func (h *house) listens(lmtp bool) (*Reception, *mail.Listener) {
	h.t.Helper()
	h.records()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		m := *cat.ProjectBySlug("support").Mailbox()
		m.Receive, m.Aliases = models.ReceiveListener, []string{"help@lodge.example"}
		if err := models.UpdateMailbox(ctx, tx, &m); err != nil {
			return err
		}
		p, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "sales", Name: "Sales", MailFrom: "sales@lodge.example"}, h.clock.Now())
		if err != nil {
			return err
		}
		cat, err = models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		other := *cat.Project(p.ID).Mailbox()
		other.Receive = models.ReceiveListener
		if err := models.UpdateMailbox(ctx, tx, &other); err != nil {
			return err
		}
		fetched := models.NewMailbox(p.ID, "fetched@lodge.example", "fetched@lodge.example", models.At(h.clock.Now()))
		fetched.Receive = models.ReceiveIMAP
		return models.InsertMailbox(ctx, tx, fetched)
	})
	r := &Reception{DB: h.db, Desk: h.desk}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	s := mail.NewListener(l, mail.ListenOptions{Receiver: r, Name: "mail.lodge.example", LMTP: lmtp})
	h.t.Cleanup(func() { s.Stop(context.Background()) })
	return r, s
}

// EM-4: mail at our own door is kept once for each project it goes to, each with its own recipients alone.
func TestMailComesInByOurDoor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		r, s := h.listens(false)
		for address, want := range map[string]bool{"support@lodge.example": true, "SUPPORT+abc@lodge.example": true, "help@lodge.example": true, "reply+abcdef@lodge.example": true,
			"bounce+abcdef@lodge.example": true, "sales@lodge.example": true, "fetched@lodge.example": false, "nobody@lodge.example": false, "support@elsewhere.example": false, "": false, "@": false, "support": false} {
			if got, err := r.Knows(t.Context(), address); err != nil || got != want {
				t.Errorf("%q: %v, %v", address, got, err)
			}
		}
		raw := strings.ReplaceAll(mailOf("by our door"), "\n", "\r\n")
		if err := netsmtp.SendMail(s.Addr().String(), nil, "ada@customer.example", []string{"support@lodge.example", "help@lodge.example", "sales@lodge.example"}, []byte(raw)); err != nil {
			t.Fatal(err)
		}
		if got := h.kept(); !slices.Equal(got, []string{raw, raw}) {
			t.Errorf("kept %q", got)
		}
		cat, err := h.db.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if h.state(cat.ProjectBySlug("support").Mailbox()).ReceivedAt == 0 || h.state(cat.ProjectBySlug("sales").Mailbox()).ReceivedAt == 0 {
			t.Error("the mailboxes do not say that mail has come")
		}
		// A mailbox that is switched off takes nothing more, at once.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			m := *cat.ProjectBySlug("sales").Mailbox()
			m.DisabledAt = models.At(h.clock.Now())
			return models.UpdateMailbox(ctx, tx, &m)
		})
		if err := netsmtp.SendMail(s.Addr().String(), nil, "", []string{"sales@lodge.example"}, []byte(raw)); err == nil || !strings.HasPrefix(err.Error(), "550 ") {
			t.Errorf("a mailbox that is off: %v", err)
		}
		// A store that is down is no reason to say 250.
		h.records().down.Store(true)
		if err := netsmtp.SendMail(s.Addr().String(), nil, "ada@customer.example", []string{"support@lodge.example"}, []byte(raw)); err == nil || !strings.HasPrefix(err.Error(), "451 ") {
			t.Errorf("a full disk: %v", err)
		}
		h.records().down.Store(false)
		// Null sender, and the same mail again: both are taken; what it is, its reading says.
		if err := netsmtp.SendMail(s.Addr().String(), nil, "", []string{"support@lodge.example"}, []byte(raw)); err != nil {
			t.Error(err)
		}
		if len(h.kept()) != 3 {
			t.Errorf("%d kept", len(h.kept()))
		}
	})
}

// EM-2: a stranger's own Authentication-Results count for nothing at our SMTP door, whatever the mailbox
// trusts; those of our own mail server count at the LMTP door, where nobody's SPF can be asked for.
func TestNobodyVouchesForThemselvesAtTheDoor(t *testing.T) {
	box := &models.Mailbox{TrustedReceiver: "mx.lodge.example"}
	m := mail.Arrived{Client: net.IPv4(203, 0, 113, 9), Helo: "evil.example", From: "ada@customer.example"}
	if got := believed(m, box); got.TrustedReceiver != "" || !got.OwnCheck || !got.Client.Equal(m.Client) || got.Helo != m.Helo || got.EnvelopeFrom != m.From {
		t.Errorf("SMTP: %+v", got)
	}
	m.LMTP = true
	if got := believed(m, box); got.TrustedReceiver != "mx.lodge.example" || !got.OwnCheck || got.Client != nil {
		t.Errorf("LMTP: %+v", got)
	}
}

// NU-5's other side: a client that hears no 250 sends again; the mail is kept each time and lost never.
func TestNoAnswerMeansOnceMore(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	_, s := h.listens(false)
	raw := strings.ReplaceAll(mailOf("sent twice"), "\n", "\r\n")
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "EHLO x.example\r\nMAIL FROM:<ada@customer.example>\r\nRCPT TO:<support@lodge.example>\r\nDATA\r\n")
	time.Sleep(200 * time.Millisecond)
	fmt.Fprintf(conn, "%s.\r\n", raw)
	conn.Close() // before any answer
	until(t, "it is kept all the same", func() bool { return len(h.kept()) == 1 })
	if err := netsmtp.SendMail(s.Addr().String(), nil, "ada@customer.example", []string{"support@lodge.example"}, []byte(raw)); err != nil {
		t.Fatal(err)
	}
	if got := h.kept(); len(got) != 2 || got[0] != got[1] {
		t.Errorf("%q", got)
	}
}

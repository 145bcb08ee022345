package testmail

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Dovecot is a Dovecot of the test's own: IMAP with IDLE and STARTTLS, and LMTP to deliver by, on loopback
// ports, with the account User.
type Dovecot struct {
	t testing.TB
	// IMAP and LMTP are its ports.
	IMAP, LMTP int
	// Cert is the PEM of the certificate its STARTTLS shows.
	Cert []byte
	dir  string
	stop func()
}

// StartDovecot starts it in a temporary folder; it ends with the test. Without an installed Dovecot, or
// without the right to start one (root), the test is skipped, or fails when LODGE_TEST_REQUIRE contains
// "mail".
func StartDovecot(t testing.TB) *Dovecot {
	t.Helper()
	d, err := startDovecot(t)
	if err != nil {
		if strings.Contains(os.Getenv("LODGE_TEST_REQUIRE"), "mail") {
			t.Fatalf("Dovecot is required: %v", err)
		}
		t.Skipf("Dovecot is not available: %v", err)
	}
	t.Cleanup(d.Stop)
	return d
}

func startDovecot(t testing.TB) (*Dovecot, error) {
	program, err := exec.LookPath("dovecot")
	if err != nil {
		if program = "/usr/sbin/dovecot"; !exists(program) {
			return nil, errors.New("install dovecot-imapd and dovecot-lmtpd")
		}
	}
	if !exists("/usr/lib/dovecot/imap-login") || !exists("/usr/lib/dovecot/lmtp") {
		return nil, errors.New("install dovecot-imapd and dovecot-lmtpd")
	}
	if os.Getuid() != 0 {
		return nil, errors.New("it must be started by root")
	}
	// Not t.TempDir: Dovecot's own users must get through to it, and its sockets have short names only.
	dir, err := os.MkdirTemp("/tmp", "testmail-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	d := &Dovecot{t: t, dir: dir, stop: func() {}}
	d.IMAP, d.LMTP = freePort(t), freePort(t)
	var key []byte
	d.Cert, key, _ = Certificate(t)
	mails := filepath.Join(dir, "mails")
	for _, err := range []error{
		os.Mkdir(mails, 0o777), os.Chmod(mails, 0o777),
		os.WriteFile(filepath.Join(dir, "cert.pem"), d.Cert, 0o644),
		os.WriteFile(filepath.Join(dir, "key.pem"), key, 0o600),
		os.WriteFile(filepath.Join(dir, "users"), []byte(User+":{PLAIN}"+Password+"\n"), 0o644),
		os.WriteFile(filepath.Join(dir, "dovecot.conf"), []byte(d.config()), 0o644),
	} {
		if err != nil {
			os.RemoveAll(dir)
			return nil, err
		}
	}
	return d, d.start(program)
}

func (d *Dovecot) config() string {
	return fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/run
log_path = %[1]s/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:%[1]s/mails/%%u
first_valid_uid = 1
mail_uid = nobody
mail_gid = nogroup
default_internal_user = dovecot
default_login_user = dovenull
default_process_limit = 10
default_vsz_limit = 512M
mailbox_idle_check_interval = 1s
recipient_delimiter = +
passdb {
  driver = passwd-file
  args = username_format=%%u %[1]s/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=%[1]s/mails/%%u
}
namespace inbox {
  inbox = yes
}
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = %[2]d
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %[3]d
  }
}
service anvil {
  chroot =
}
`, d.dir, d.IMAP, d.LMTP)
}

// leash runs the server until its own input ends: with the test binary, however that ends.
const leash = `"$1" -F -c "$2/dovecot.conf" </dev/null &
server=$!
trap '' INT TERM
while read -r _; do :; done
kill "$server" 2>/dev/null
wait "$server"
rm -rf "$2"
`

func (d *Dovecot) start(program string) error {
	cmd := exec.Command("sh", "-c", leash, "sh", program, d.dir)
	hold, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	d.stop = func() {
		hold.Close()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		if greets(d.IMAP, "* OK") && greets(d.LMTP, "220 ") {
			return nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(d.dir, "log"))
			d.Stop()
			return fmt.Errorf("it does not answer: %s", log)
		}
	}
}

// Stop ends it and takes its folder away; a second time does nothing.
func (d *Dovecot) Stop() {
	if d.t.Failed() {
		if log, err := os.ReadFile(filepath.Join(d.dir, "log")); err == nil {
			d.t.Logf("Dovecot says:\n%s", log)
		}
	}
	d.stop()
	d.stop = func() {}
	os.RemoveAll(d.dir)
}

// Deliver brings a mail by LMTP, as a mail server would.
func (d *Dovecot) Deliver(raw string) {
	d.t.Helper()
	if err := DeliverLMTP(fmt.Sprintf("127.0.0.1:%d", d.LMTP), "ada@customer.example", []string{User}, raw); err != nil {
		d.t.Fatal(err)
	}
}

// Files are the names of the mails in INBOX, with their flags behind ":2,", those that no client has seen first.
func (d *Dovecot) Files() (names []string) {
	d.t.Helper()
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(d.dir, "mails", User, sub))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			d.t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, e.Name())
		}
	}
	return names
}

// DeliverLMTP brings a mail to an LMTP server; an error is the first refusal.
func DeliverLMTP(addr, from string, to []string, raw string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	text := textproto.NewConn(conn)
	step := func(want int, format string, args ...any) error {
		if format != "" {
			if err := text.PrintfLine(format, args...); err != nil {
				return err
			}
		}
		_, _, err := text.ReadResponse(want)
		return err
	}
	if err := errors.Join(step(220, ""), step(250, "LHLO mta.example"), step(250, "MAIL FROM:<%s>", from)); err != nil {
		return err
	}
	for _, a := range to {
		if err := step(250, "RCPT TO:<%s>", a); err != nil {
			return err
		}
	}
	if err := step(354, "DATA"); err != nil {
		return err
	}
	w := text.DotWriter()
	if _, err := io.WriteString(w, raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	for range to {
		if err := step(250, ""); err != nil {
			return err
		}
	}
	return nil
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func greets(port int, want string) bool {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Second))
	got := make([]byte, len(want))
	_, err = io.ReadFull(conn, got)
	return err == nil && string(got) == want
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

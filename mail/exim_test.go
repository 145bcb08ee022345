package mail

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// eximConfig makes Exim a server of its own that touches nothing of the system: STARTTLS, sign-in
// over it only, mails into a folder. The words in capitals are filled in.
const eximConfig = `primary_hostname = mx.test.example
exim_user = Debian-exim
exim_group = Debian-exim
keep_environment =
spool_directory = DIR/spool
log_file_path = DIR/log/%slog
pid_file_path = DIR/exim.pid
daemon_smtp_ports = PORT
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = DIR/cert.pem
tls_privatekey = DIR/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
acl_smtp_rcpt = recipient
acl_smtp_data = accept
begin acl
recipient:
  deny message = 5.1.1 no such user
       local_parts = nobody
  defer message = 4.2.1 come again
       local_parts = later
  accept authenticated = *
  deny message = sign in first
begin routers
all:
  driver = accept
  transport = folder
begin transports
folder:
  driver = appendfile
  directory = DIR/mail
  maildir_format
  user = Debian-exim
  envelope_to_add
  return_path_add
begin authenticators
PLAIN:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{lodge}}{eq{$auth3}{s3cret}}}}
  server_set_id = $auth2
LOGIN:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{lodge}}{eq{$auth2}{s3cret}}}}
  server_set_id = $auth1
`

// exim starts a real mail server that knows one way to sign in. Without Exim the test is
// skipped, or fails when LODGE_TEST_REQUIRE contains "mail".
func exim(t *testing.T, mechanism string) (dir string, o SMTPOptions) {
	t.Helper()
	without := func(why string) {
		if strings.Contains(os.Getenv("LODGE_TEST_REQUIRE"), "mail") {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	program, err := exec.LookPath("exim4")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/exim4"); err != nil {
			without("no Exim here: apt-get install --no-install-recommends exim4-daemon-light")
		}
	}
	account, err := user.Lookup("Debian-exim")
	if err != nil || os.Getuid() != 0 {
		without("Exim takes a configuration of our own from root only")
	}
	dir = t.TempDir()
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	for _, name := range []string{"spool", "log", "mail"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(filepath.Join(dir, name), uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	settings, roots := certificate(t)
	key, err := x509.MarshalPKCS8PrivateKey(settings.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	text := strings.NewReplacer("DIR", dir, "PORT", strconv.Itoa(port)).Replace(eximConfig)
	for _, other := range []string{"PLAIN", "LOGIN"} {
		if other != mechanism {
			i := strings.Index(text, other+":\n  driver")
			end := strings.Index(text[i:], "server_set_id")
			end += strings.Index(text[i+end:], "\n") + 1
			text = text[:i] + text[i+end:]
		}
	}
	for name, content := range map[string][]byte{
		"exim.conf": []byte(text),
		"cert.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: settings.Certificates[0].Certificate[0]}),
		"key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, 0, gid); err != nil {
			t.Fatal(err)
		}
	}
	// The server runs as somebody else, who must get through the folders above.
	for up := dir; up != os.TempDir() && up != "/"; up = filepath.Dir(up) {
		_ = os.Chmod(up, 0o755)
	}
	var said bytes.Buffer
	server := exec.Command(program, "-C", filepath.Join(dir, "exim.conf"), "-bdf", "-q1m")
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log", "mainlog"))
			t.Logf("%s\n%s", said.String(), log)
		}
	})
	for deadline := time.Now().Add(time.Minute); ; {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			c.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("Exim does not answer")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return dir, SMTPOptions{Host: "127.0.0.1", Port: port, TLS: "starttls", RootCAs: roots, User: "lodge", Password: "s3cret", Timeout: 20 * time.Second}
}

// arrived waits for the one mail that was delivered.
func arrived(t *testing.T, dir string) []byte {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(dir, "mail", "new", "*"))
		if len(files) > 1 {
			t.Fatalf("%d mails", len(files))
		}
		if len(files) == 1 {
			raw, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
	}
	t.Fatal("the mail did not arrive")
	return nil
}

// EM-4, A26: a real server takes our mail over STARTTLS with both ways to sign in, and what it
// delivers is what we signed.
func TestRealServer(t *testing.T) {
	for _, mechanism := range []string{"PLAIN", "LOGIN"} {
		t.Run(mechanism, func(t *testing.T) {
			dir, o := exim(t, mechanism)
			z := zone{}
			m := sample()
			m.To.Addr, m.EnvelopeFrom = "joerg@mx.test.example", "bounce+abc234@example.com"
			m.Text = ".\n..\nFrom here on\n.\r\nMAIL FROM:<x@evil.example>\r\n.\r\nlast line"
			m.Attachments = []Attachment{{Name: "Größe.bin", Type: "application/octet-stream", Open: opener("\x00.\r\n.\r\n\xff")}}
			m.Sign = z.signer(t, "example.com").Sign
			smtp := NewSMTP(o)
			if err := smtp.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			raw := arrived(t, dir)
			if got := z.verified(t, raw); len(got) != 2 {
				t.Errorf("verified %v in\n%s", got, raw)
			}
			if v := Authenticate(t.Context(), bytes.NewReader(raw), ownCheck(z)); v.Domain != "example.com" {
				t.Errorf("verdict %+v", v)
			}
			for _, want := range []string{"Return-path: <bounce+abc234@example.com>", "Envelope-to: joerg@mx.test.example", "with esmtpsa", "Message-ID: " + m.MessageID, "\nlast line"} {
				if !strings.Contains(string(raw), want) {
					t.Errorf("lacks %q:\n%s", want, raw)
				}
			}
			for _, bad := range []string{"root", "localhost"} {
				if host, _ := os.Hostname(); strings.Contains(string(raw), "helo="+bad) || host != "" && regexp.MustCompile(`[\s@\[(]`+regexp.QuoteMeta(host)+`[\s.\])>]`).Match(raw) {
					t.Errorf("names this machine:\n%s", raw)
				}
			}

			var temp *TempError
			var perm *PermError
			m.To.Addr = "nobody@mx.test.example"
			if err := smtp.Send(t.Context(), m); !errors.As(err, &perm) || perm.Code != 550 || perm.Sender {
				t.Errorf("an unknown mailbox gives %v", err)
			}
			m.To.Addr = "later@mx.test.example"
			if err := smtp.Send(t.Context(), m); !errors.As(err, &temp) || temp.Code != 451 {
				t.Errorf("a busy mailbox gives %v", err)
			}
			o.Password = "wrong"
			m.To.Addr = "joerg@mx.test.example"
			if err := NewSMTP(o).Send(t.Context(), m); !errors.As(err, &temp) || temp.Code != 535 {
				t.Errorf("a wrong password gives %v", err)
			}
			o.Password, o.TLS = "s3cret", "none"
			if err := NewSMTP(o).Send(t.Context(), m); err == nil {
				t.Error("signed in without TLS")
			}
			if files, _ := filepath.Glob(filepath.Join(dir, "mail", "new", "*")); len(files) != 1 {
				t.Errorf("%d mails were taken", len(files))
			}
		})
	}
}

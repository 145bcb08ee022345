package mail

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lodge/internal/testmail"
)

func imapOptions(s *testmail.IMAP) IMAPOptions {
	return IMAPOptions{Host: "127.0.0.1", Port: s.Port(), TLS: "none", User: testmail.User, Password: testmail.Password, Patience: 5 * time.Second}
}

// EM-6: each thing that can be wrong with an account has its own word.
func TestTryIMAPNamesWhatIsWrong(t *testing.T) {
	settings, roots := testmail.TLS(t)
	plain := testmail.StartIMAP(t, testmail.IMAPOptions{TLS: settings})
	wrapped := testmail.StartIMAP(t, testmail.IMAPOptions{TLS: settings, Wrapped: true})
	bare := testmail.StartIMAP(t, testmail.IMAPOptions{})
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer web.Close()
	go func() {
		for {
			c, err := web.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "220 mail.lodge.example ESMTP\r\n")
			c.Close()
		}
	}()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := free.Addr().(*net.TCPAddr).Port
	free.Close()

	for name, row := range map[string]struct {
		server *testmail.IMAP
		change func(*IMAPOptions)
		want   string
	}{
		"works":                     {plain, func(*IMAPOptions) {}, ""},
		"STARTTLS works":            {plain, func(o *IMAPOptions) { o.TLS, o.RootCAs = "starttls", roots }, ""},
		"TLS works":                 {wrapped, func(o *IMAPOptions) { o.TLS, o.RootCAs = "tls", roots }, ""},
		"no such host":              {plain, func(o *IMAPOptions) { o.Host, o.TLS = "mail.lodge.invalid", "tls" }, IMAPUnresolved},
		"nobody there":              {plain, func(o *IMAPOptions) { o.Port = nobody }, IMAPUnreachable},
		"an SMTP server":            {plain, func(o *IMAPOptions) { o.Port = web.Addr().(*net.TCPAddr).Port }, IMAPNotIMAP},
		"unknown certificate":       {wrapped, func(o *IMAPOptions) { o.TLS = "tls" }, IMAPTLS},
		"unknown at STARTTLS":       {plain, func(o *IMAPOptions) { o.TLS = "starttls" }, IMAPTLS},
		"TLS where there is none":   {plain, func(o *IMAPOptions) { o.TLS, o.RootCAs = "tls", roots }, IMAPTLS},
		"STARTTLS is never skipped": {bare, func(o *IMAPOptions) { o.TLS, o.RootCAs = "starttls", roots }, IMAPTLS},
		"a password in the open":    {plain, func(o *IMAPOptions) { o.Host = "192.0.2.1" }, IMAPUnprotected},
		"wrong password":            {plain, func(o *IMAPOptions) { o.Password = "wrong-secret-1" }, IMAPSignIn},
		"no such folder":            {plain, func(o *IMAPOptions) { o.Folder = "Nowhere" }, IMAPFolder},
		"no token": {plain, func(o *IMAPOptions) {
			o.AccessToken = func(context.Context) (string, error) { return "", errors.New("expired") }
		}, IMAPToken},
		"token refused": {plain, func(o *IMAPOptions) {
			o.AccessToken = func(context.Context) (string, error) { return "token-secret-1", nil }
		}, IMAPSignIn},
	} {
		t.Run(name, func(t *testing.T) {
			o := imapOptions(row.server)
			row.change(&o)
			err := TryIMAP(t.Context(), o)
			if row.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var typed *IMAPError
			if !errors.As(err, &typed) || typed.Word != row.want {
				t.Fatalf("got %v, want the word %s", err, row.want)
			}
			for _, s := range []string{"wrong-secret-1", "token-secret-1", testmail.Password} {
				if strings.Contains(err.Error(), s) {
					t.Errorf("the error shows a secret: %v", err)
				}
			}
		})
	}
	if strings.Contains(bare.Said(), testmail.Password) {
		t.Error("the password went over a connection that should have been protected")
	}
}

// A server that repeats what it was told must not put the password onto a page.
func TestIMAPErrorsHoldNoPassword(t *testing.T) {
	o := IMAPOptions{Password: "correct-horse"}
	err := o.fault(IMAPSignIn, errors.New("NO login failed for x with correct-horse\r\n\x1b[31m"))
	if strings.Contains(err.Error(), "correct-horse") || strings.ContainsAny(err.Error(), "\r\n") {
		t.Error(err)
	}
}

// A server that says nothing does not hold anybody for ever, and a cancelled look ends at once.
func TestIMAPSilence(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	o := IMAPOptions{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: "none", Patience: 200 * time.Millisecond}
	began := time.Now()
	if err := TryIMAP(t.Context(), o); IMAPWord(err) != IMAPLost || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	o.Patience, began = time.Minute, time.Now()
	if err := TryIMAP(ctx, o); err == nil || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func openBox(t *testing.T, o IMAPOptions) IMAPBox {
	t.Helper()
	box, err := OpenIMAP(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	return box
}

// EM-4: the list behind a bookmark holds what is behind it and nothing else; fetching marks nothing.
func TestIMAPBoxReads(t *testing.T) {
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	s.Put("Date: Mon, 02 Nov 2020 10:00:00 +0100\nSubject: one\n\nfirst", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	s.Put("Subject: two\n\nsecond", time.Time{})
	for _, change := range []bool{false, true} {
		o := imapOptions(s)
		o.Change = change
		box := openBox(t, o)
		if top, err := box.Top(t.Context()); err != nil || top != 2 {
			t.Errorf("top %d, %v", top, err)
		}
		all, err := box.After(t.Context(), 0, true)
		if err != nil || len(all) != 2 || all[0].UID != 1 || all[0].Received.UTC().Hour() != 3 || all[0].Dated.Year() != 2020 || all[0].Size == 0 || !all[1].Dated.IsZero() {
			t.Errorf("%+v, %v", all, err)
		}
		if behind, err := box.After(t.Context(), 2, false); err != nil || len(behind) != 0 {
			t.Errorf("behind the last mail: %+v, %v", behind, err)
		}
		var text string
		found, err := box.Fetch(t.Context(), 2, func(r io.Reader) error {
			raw, err := io.ReadAll(r)
			text = string(raw)
			return err
		})
		if err != nil || !found || text != "Subject: two\r\n\r\nsecond" {
			t.Errorf("%q, %v, %v", text, found, err)
		}
		if found, err := box.Fetch(t.Context(), 77, func(io.Reader) error { return nil }); found || err != nil {
			t.Errorf("a mail that is not there: %v, %v", found, err)
		}
		ours := errors.New("our disk is full")
		if _, err := box.Fetch(t.Context(), 1, func(io.Reader) error { return ours }); !errors.Is(err, ours) {
			t.Errorf("our own fault became %v", err)
		}
		if subject, err := box.Subject(t.Context(), 1); err != nil || subject != "one" {
			t.Errorf("%q, %v", subject, err)
		}
	}
	for i, flags := range s.Flags() {
		if len(flags) > 0 {
			t.Errorf("mail %d is marked %v", i, flags)
		}
	}
	if strings.Contains(strings.ReplaceAll(s.Said(), "BODY.PEEK[", ""), "FETCH 2 (UID BODY[") {
		t.Error("a mail was fetched without PEEK")
	}
}

// A connection that breaks in the middle of a mail is no end of the mail.
func TestIMAPBreaksInsideAMail(t *testing.T) {
	s := testmail.StartIMAP(t, testmail.IMAPOptions{})
	s.Put("Subject: long\n\n"+strings.Repeat("all work and no play\n", 200_000), time.Time{})
	box := openBox(t, imapOptions(s))
	got, kept := 0, false
	_, err := box.Fetch(t.Context(), 1, func(r io.Reader) error {
		buf := make([]byte, 1000)
		n, _ := io.ReadFull(r, buf)
		got = n
		s.Stop()
		_, err := io.Copy(io.Discard, r)
		kept = err == nil
		return err
	})
	if err == nil || IMAPWord(err) != IMAPLost || kept || got != 1000 {
		t.Errorf("half a mail is taken for a whole one: %v, %v", err, kept)
	}
}

// IDLE wakes at once; a server that can do neither wakes nobody before the time is up.
func TestIMAPWaits(t *testing.T) {
	for name, row := range map[string]struct {
		o     testmail.IMAPOptions
		early bool
	}{"idle": {testmail.IMAPOptions{}, true}, "mute": {testmail.IMAPOptions{Mute: true}, false}, "without": {testmail.IMAPOptions{WithoutIdle: true}, false}} {
		t.Run(name, func(t *testing.T) {
			s := testmail.StartIMAP(t, row.o)
			box := openBox(t, imapOptions(s))
			time.AfterFunc(100*time.Millisecond, func() { s.Put("Subject: news\n\n", time.Time{}) })
			limit, began := 1500*time.Millisecond, time.Now()
			if row.early {
				limit = time.Minute
			}
			if err := box.Wait(t.Context(), limit); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); row.early && took > 30*time.Second || !row.early && took < limit {
				t.Errorf("woke after %v", took)
			}
			all, err := box.After(t.Context(), 0, false)
			if err != nil || len(all) != 1 {
				t.Errorf("%+v, %v", all, err)
			}
			if name == "without" && strings.Contains(s.Said(), " IDLE\r\n") {
				t.Error("IDLE was asked of a server that cannot do it")
			}
			s.Stop()
			if err := box.Wait(t.Context(), time.Minute); err == nil {
				t.Error("a server that has gone is waited for")
			}
		})
	}
}

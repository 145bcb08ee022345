package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"lodge/config"
	"lodge/jobs"
	"lodge/mail"
)

// openDoors opens the sockets that mail is taken at, so that a taken port is known before anything
// else is started. Nobody is answered yet.
func openDoors(c *config.Config) (doors []net.Listener, err error) {
	defer func() {
		if err != nil {
			for _, l := range doors {
				l.Close()
			}
		}
	}()
	for _, d := range c.MailDoors() {
		var l net.Listener
		if d.Network == "unix" {
			l, err = mail.ListenSocket(d.Address)
		} else {
			l, err = net.Listen(d.Network, d.Address)
		}
		switch {
		case errors.Is(err, fs.ErrPermission):
			return doors, fmt.Errorf("smtp-listen: %q may not be opened: ports below 1024 need the right to (CAP_NET_BIND_SERVICE): %w", d.Text, err)
		case err != nil:
			return doors, fmt.Errorf("smtp-listen: %q cannot be opened: %w", d.Text, err)
		}
		doors = append(doors, l)
	}
	return doors, nil
}

// takeMail answers at the doors from now on.
func (a *App) takeMail(doors []net.Listener, certificate *tls.Config) {
	reception := &jobs.Reception{DB: a.db, Desk: a.desk}
	for i, d := range a.config.MailDoors() {
		s := a.doors.OpenDoor(doors[i], mail.ListenOptions{Receiver: reception, Name: a.config.MailName(), LMTP: d.LMTP, TLS: certificate, Log: a.log})
		a.SMTPAddrs = append(a.SMTPAddrs, s.Addr().String())
		a.log.Info("taking mail", "at", s.Addr().String(), "lmtp", d.LMTP, "starttls", certificate != nil)
	}
}

// mailCertificate reads what STARTTLS is offered with; nil offers none.
func mailCertificate(in config.SMTPIn) (*tls.Config, error) {
	if in.Cert == "" {
		return nil, nil
	}
	c := &certificate{certFile: in.Cert, keyFile: in.Key}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("smtp-cert and smtp-key: %w", err)
	}
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12}, nil
}

// certificate is read again when its file has changed: certificates are renewed beside a running server.
type certificate struct {
	certFile, keyFile string

	mu      sync.Mutex
	pair    *tls.Certificate
	written time.Time
	looked  time.Time
}

func (c *certificate) load() error {
	info, err := os.Stat(c.certFile)
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.pair, c.written, c.looked = &pair, info.ModTime(), time.Now()
	return nil
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) > time.Minute {
		c.looked = time.Now()
		if info, err := os.Stat(c.certFile); err == nil && !info.ModTime().Equal(c.written) {
			_ = c.load() // half written yet: the old one serves until the next look
		}
	}
	return c.pair, nil
}

// closeDoors takes no more mail; what was being taken is kept and answered first.
func (a *App) closeDoors(ctx context.Context) error {
	err := a.doors.Stop(ctx)
	for _, l := range a.unanswered {
		l.Close()
	}
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/assets"
	"lodge/config"
	"lodge/desk"
	"lodge/files"
	"lodge/handlers"
	"lodge/jobs"
	"lodge/locale"
	"lodge/mail"
	"lodge/models"
	"lodge/sample"
	"lodge/search"
	"lodge/secret"
	"lodge/views"
)

// store is what stays on disk, and the verbs over it: enough for commands that do not serve.
type store struct {
	db    *models.DB
	keys  *secret.Keys
	files *files.Disk
	desk  *desk.Desk
	index *search.Index
	// tickets is the agents' index, a folder of its own.
	tickets *search.Tickets
	// now is the clock that everything goes by; nil is the real one.
	now func() time.Time
	// loopback lets providers of identity on this machine be asked without https.
	loopback bool
}

// openStore opens the data folder and the database. The index is opened by whoever serves:
// it belongs to one process, and commands work beside a running server.
func openStore(ctx context.Context, c *config.Config, log *slog.Logger) (*store, error) {
	return openStoreAt(ctx, c, log, nil)
}

// openStoreAt is openStore by another clock; nil is the real one.
func openStoreAt(ctx context.Context, c *config.Config, log *slog.Logger, now func() time.Time) (*store, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &store{now: now, loopback: c.Dev}
	var err error
	if s.keys, err = secret.Load(c.Data); err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	if s.db, err = models.Open(ctx, models.Options{Dir: c.Data, Address: c.DatabaseURL, Log: log}); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	if s.files, err = files.OpenDisk(filepath.Join(c.Data, "files")); err != nil {
		s.Close()
		return nil, fmt.Errorf("files: %w", err)
	}
	s.desk = desk.New(desk.Options{DB: s.db, Files: s.files, Keys: s.keys, Now: now, Log: log})
	return s, nil
}

// openIndex opens the search index and gives the desk its eyes.
func (s *store) openIndex(dir string, log *slog.Logger) (err error) {
	if s.index, err = search.Open(filepath.Join(dir, "index"), s.db.Epoch(), log); err != nil {
		if errors.Is(err, search.ErrLocked) {
			return fmt.Errorf("another Lodge is running on this data folder: %w", err)
		}
		return fmt.Errorf("search index: %w", err)
	}
	if s.tickets, err = search.OpenTickets(filepath.Join(dir, "tickets"), s.db.Epoch(), log); err != nil {
		return fmt.Errorf("search index of tickets: %w", err)
	}
	s.desk = desk.New(desk.Options{DB: s.db, Files: s.files, Index: s.index, Tickets: s.tickets, Keys: s.keys, Now: s.now, Log: log, Loopback: s.loopback})
	return nil
}

// Close lets go of the index, then of the database.
func (s *store) Close() error {
	var errs []error
	if s.index != nil {
		errs = append(errs, s.index.Close())
	}
	if s.tickets != nil {
		errs = append(errs, s.tickets.Close())
	}
	return errors.Join(append(errs, s.db.Close())...)
}

// App is the whole program as a value, so that tests start the real thing.
type App struct {
	*store
	config config.Config
	log    *slog.Logger
	// URL is the address people use, known once it listens.
	URL string
	// SMTPAddrs are where mail is taken, in the order of smtp-listen, known once it listens.
	SMTPAddrs []string
	doors     jobs.Doors
	// unanswered are doors that are open and not served yet.
	unanswered []net.Listener
	server     *fiber.App
	listen     net.Listener
	runner     *jobs.Runner
	failed     chan error
	// streams ends live pages before the server waits for its connections.
	streams  chan struct{}
	stopOnce sync.Once
	live     sync.WaitGroup
	unwatch  context.CancelFunc
	stopErr  error
	// filled is what demo made, for its welcome.
	filled *sample.Filled
}

// NewApp opens everything that is on disk. Call Stop even when Start fails.
func NewApp(c *config.Config, log *slog.Logger) (*App, error) { return newAppAt(c, log, nil) }

// newAppAt is NewApp by another clock; nil is the real one.
func newAppAt(c *config.Config, log *slog.Logger, now func() time.Time) (*App, error) {
	s, err := openStoreAt(context.Background(), c, log, now)
	if err != nil {
		return nil, err
	}
	if err := s.openIndex(c.Data, log); err != nil {
		s.Close()
		return nil, err
	}
	return &App{store: s, config: *c, log: log, failed: make(chan error, 1), streams: make(chan struct{})}, nil
}

// Start listens and serves. Port 0 takes a free port; URL says which.
func (a *App) Start(ctx context.Context) (err error) {
	c := &a.config
	if c.Demo {
		if err := a.fill(ctx); err != nil {
			return fmt.Errorf("fill the demo: %w", err)
		}
	}
	if a.listen, err = net.Listen("tcp", c.Addr); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if _, port, _ := net.SplitHostPort(c.Addr); port == "0" && c.BaseURL == "" {
		c.Addr = "localhost:" + strconv.Itoa(a.listen.Addr().(*net.TCPAddr).Port)
	}
	a.URL = c.PublicURL()
	certificate, err := mailCertificate(c.SMTPIn)
	if err != nil {
		return err
	}
	if a.unanswered, err = openDoors(c); err != nil {
		return err
	}
	words, err := locale.Load()
	if err != nil {
		return err
	}
	dir := ""
	if c.Dev {
		if dir, err = sourceDir(); err != nil {
			return err
		}
		if err := assets.UseDir(filepath.Join(dir, "assets")); err != nil {
			return err
		}
		dir = filepath.Join(dir, "views")
	}
	pages, err := views.New(views.Options{Dev: c.Dev, Dir: dir, Catalogue: words})
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	a.runner = jobs.New(jobs.Options{DB: a.db, Desk: a.desk, Index: a.index, Tickets: a.tickets, Files: a.files, Views: pages, Transport: a.transport(), BaseURL: a.URL,
		From: a.sender(), Log: a.log, Now: a.now, Probe: jobs.ProbeOptions{Listening: strings.Join(c.SMTPIn.Listen, ", "), Host: c.MailName()}})
	a.runner.Start()
	a.takeMail(a.unanswered, certificate)
	a.unanswered = nil
	watch, cancel := context.WithCancel(context.Background())
	a.unwatch = cancel
	a.live.Go(func() { a.desk.RunLive(watch) })
	a.server = handlers.New(handlers.Options{Desk: a.desk, Views: pages, Locale: words, BaseURL: c.BaseURL, LinkURL: a.URL, Mail: a.mailState(), MailTools: a.runner.MailTools(), ReadMail: readMail, TrustedProxies: c.Proxies(), Secure: c.SecureCookies(),
		Dev: c.Dev || c.Demo, Log: a.log, Stop: a.streams})
	go func() {
		if err := a.server.Listener(a.listen); err != nil {
			a.failed <- err
		}
	}()
	a.log.Info("serving", "url", a.URL, "version", version)
	return nil
}

// fill makes the demo's desk, unless this folder has one already.
func (a *App) fill(ctx context.Context) error {
	empty, err := a.desk.NeedsSetup(ctx)
	if err != nil || !empty {
		return err
	}
	var clock sample.Clock
	past := desk.New(desk.Options{DB: a.db, Files: a.files, Index: a.index, Keys: a.keys, Now: clock.Now, Log: a.log})
	a.filled, err = sample.Fill(ctx, sample.Options{Desk: past, DB: a.db, Clock: &clock})
	return err
}

// sourceDir finds the checkout that dev mode reads templates and styles from.
func sourceDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "views", "views.go")); err != nil {
		return "", errors.New("dev mode reads templates from the source folder: start it there")
	}
	return dir, nil
}

// Failed tells when the server ended by itself.
func (a *App) Failed() <-chan error { return a.failed }

// Stop ends everything in order: live pages, requests in flight, doors for mail, jobs, index, database.
func (a *App) Stop(ctx context.Context) error {
	a.stopOnce.Do(func() {
		var errs []error
		close(a.streams)
		if a.unwatch != nil {
			a.unwatch()
		}
		if a.server != nil {
			errs = append(errs, a.server.ShutdownWithContext(ctx))
		} else if a.listen != nil {
			a.listen.Close()
		}
		errs = append(errs, a.closeDoors(ctx))
		if a.runner != nil {
			errs = append(errs, a.runner.Stop(ctx))
		}
		a.live.Wait()
		a.stopErr = errors.Join(append(errs, a.store.Close())...)
		a.log.Info("stopped")
	})
	return a.stopErr
}

// transport chooses the way mails leave: a server, the outbox page, or nowhere yet.
func (a *App) transport() mail.Transport {
	s := a.config.SMTP
	switch {
	case s.Host != "":
		return mail.NewSMTP(mail.SMTPOptions{Host: s.Host, Port: s.Port, User: s.User, Password: s.Password, TLS: s.TLS})
	case a.config.Demo || a.config.Dev:
		return jobs.Outbox{DB: a.db}
	}
	a.log.Warn("no mail server is set: mails wait for 48 hours; set --smtp-host")
	return noServer{}
}

// mailState tells the first run how mails leave.
func (a *App) mailState() handlers.MailState {
	s := a.config.SMTP
	switch {
	case s.Host != "":
		return handlers.MailState{Kind: "smtp", Server: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), From: a.sender(), Test: a.runner.SendTest}
	case a.config.Demo || a.config.Dev:
		return handlers.MailState{Kind: "outbox", Test: a.runner.SendTest}
	}
	return handlers.MailState{Kind: "none"}
}

// noServer keeps mails waiting until a server is named.
type noServer struct{}

func (noServer) Send(context.Context, mail.Message) error {
	return &mail.TempError{Err: errors.New("no mail server is set")}
}

func (a *App) sender() string {
	if a.config.SMTP.From != "" {
		return a.config.SMTP.From
	}
	return "support@lodge.invalid"
}

// greet prints where the desk is and, on the first run, the one-time link that sets it up.
func (a *App) greet(ctx context.Context, to io.Writer) error {
	needed, err := a.desk.NeedsSetup(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "Lodge is serving on %s\n", a.URL)
	if !needed {
		return nil
	}
	token, err := a.desk.SetupToken(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "\nSet it up here; the link works once and for 24 hours:\n\n  %s/setup/%s\n\n", a.URL, token)
	return nil
}

// welcome prints what there is to see in the demo.
func (a *App) welcome(ctx context.Context, to io.Writer) error {
	open, err := a.desk.Portal().Projects(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(to, "\nA filled desk is waiting on %s\n\n", a.URL)
	for _, p := range open {
		fmt.Fprintf(to, "  %-22s %s/ticket/%s   articles: %s/doc/%s\n", p.Name, a.URL, p.Slug, a.URL, p.Slug)
	}
	if a.filled != nil {
		fmt.Fprintln(to)
		for _, thread := range a.filled.Threads[:min(3, len(a.filled.Threads))] {
			fmt.Fprintf(to, "  A reporter's ticket    %s%s\n", a.URL, thread.MailedPath)
		}
		fmt.Fprintf(to, "  An intake link         %s%s\n", a.URL, a.filled.IntakePath)
		fmt.Fprintf(to, "\n  Agents' desk           %s/agent\n", a.URL)
		for _, s := range a.filled.SignIns {
			fmt.Fprintf(to, "    %-20s %s   %s\n", string(s.Role), s.Email, s.Password)
		}
		fmt.Fprintf(to, "\n  Customers              %s/sign-in\n", a.URL)
		for _, s := range a.filled.Customers {
			fmt.Fprintf(to, "    %-20s %s   %s\n", s.Name, s.Email, s.Password)
		}
	} else {
		fmt.Fprintf(to, "\n  Agents' desk           %s/agent   %s   %s\n", a.URL, sample.Cast.Ada.Address, sample.Password)
	}
	fmt.Fprintf(to, "\n  Mails it has sent      %s/dev/outbox\n\nEnd it with Ctrl-C.\n\n", a.URL)
	return nil
}

// Lodge is a self-hosted helpdesk whose front door is a public ticket portal: one program
// with its pages, its database and its search index inside.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"lodge/config"
	"lodge/sample"
)

// version is set by release builds (-ldflags "-X main.version=…").
var version = "0.1.0-dev"

// commands is the command line. Without a word Lodge serves.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the helpdesk (the default)."`
	Demo    demoCommand    `cmd:"" help:"Serve a desk filled with examples; nothing is kept unless --data names a folder."`
	Sample  sampleCommand  `cmd:"" help:"Fill a new data folder with as many tickets and articles as you like, to try Lodge at size."`
	Config  configCommand  `cmd:"" help:"Print the settings in force, with secrets hidden."`
	Intake  intakeCommand  `cmd:"" help:"Make or revoke a create link that is filled in for one customer."`
	Mail    mailCommand    `cmd:"" help:"Put mails through the intake by hand."`
	Admin   adminCommand   `cmd:"" help:"Help for agents who are locked out."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

type serveCommand struct {
	config.Config `embed:""`
}

type demoCommand struct {
	config.Config `embed:""`
}

type configCommand struct {
	config.Config `embed:""`
}

type versionCommand struct{}

type sampleCommand struct {
	config.Config `embed:""`
	Tickets       int   `default:"1000" help:"How many tickets."`
	Articles      int   `default:"200" help:"How many public articles."`
	Seed          int64 `default:"1" help:"The same seed makes the same desk."`
}

type intakeCommand struct {
	Make   intakeMakeCommand   `cmd:"" help:"Make an intake link and print it."`
	Revoke intakeRevokeCommand `cmd:"" help:"End an intake link before its time."`
}

type intakeMakeCommand struct {
	config.Config `embed:""`
	Project       string `required:"" help:"The project's slug."`
	Email         string `required:"" help:"The customer's address."`
	Name          string `help:"The customer's name."`
	Days          int    `help:"How many days it lives, 1 to 90; the project's setting when left out."`
}

type intakeRevokeCommand struct {
	config.Config `embed:""`
	ID            int64 `arg:"" help:"The number that making it printed."`
}

func main() {
	// Pages are short-lived garbage on a small live heap: collecting less often is the one
	// runtime setting that measurably pays. GOGC in the environment still wins.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	var cmd commands
	parser := kong.Parse(&cmd, kong.Name("lodge"), kong.Description("A helpdesk whose front door is a public ticket portal."), kong.UsageOnError())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parser.BindTo(ctx, (*context.Context)(nil))
	if err := parser.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "lodge:", err)
		os.Exit(1)
	}
}

func newLog(c *config.Config, to io.Writer) *slog.Logger {
	opts := &slog.HandlerOptions{Level: c.Level()}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(to, opts))
	}
	return slog.New(slog.NewTextHandler(to, opts))
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(ctx context.Context) error {
	return serve(ctx, &c.Config, nil)
}

// serve runs an App to its end; ready is called once it listens.
func serve(ctx context.Context, c *config.Config, ready func(*App) error) error {
	if err := c.Check(); err != nil {
		return err
	}
	app, err := NewApp(c, newLog(c, os.Stderr))
	if err != nil {
		return err
	}
	if err := app.Start(ctx); err != nil {
		app.Stop(context.Background())
		return err
	}
	if ready != nil {
		err = ready(app)
	} else {
		err = app.greet(ctx, os.Stdout)
	}
	// Starting leaves garbage that serving never uses again: give its memory back.
	debug.FreeOSMemory()
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-app.Failed():
		}
	}
	end, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	return errors.Join(err, app.Stop(end))
}

// Run serves the example desk. In a folder that it has filled before it simply goes on.
func (c *demoCommand) Run(ctx context.Context) error {
	c.Demo = true
	if c.Data == config.Default().Data {
		dir, err := os.MkdirTemp("", "lodge-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c.Data = dir
	}
	return serve(ctx, &c.Config, func(app *App) error { return app.welcome(ctx, os.Stdout) })
}

// Run fills a folder by the bulk loader and prints what is in it as JSON.
func (c *sampleCommand) Run(ctx context.Context) error {
	if err := c.Check(); err != nil {
		return err
	}
	store, err := openStore(ctx, &c.Config, newLog(&c.Config, os.Stderr))
	if err != nil {
		return err
	}
	defer store.Close()
	made, err := sample.Bulk(ctx, sample.BulkOptions{DB: store.db, Keys: store.keys, Tickets: c.Tickets, Articles: c.Articles, Seed: c.Seed,
		Progress: func(done, total int) { fmt.Fprintf(os.Stderr, "\r%d of %d tickets", done, total) }})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr)
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", " ")
	return out.Encode(made)
}

// Run prints the settings in force.
func (c *configCommand) Run() error {
	return errors.Join(c.Print(os.Stdout), c.Check())
}

// Run makes an intake link and prints it with its number.
func (c *intakeMakeCommand) Run(ctx context.Context) error {
	return withDesk(ctx, &c.Config, func(store *store) error {
		token, id, err := store.desk.MakeIntakeLink(ctx, c.Project, c.Email, c.Name, c.Days)
		if err != nil {
			return err
		}
		fmt.Printf("%s/ticket/%s?customer_token=%s\nlink %d; revoke it with: lodge intake revoke %d\n", c.PublicURL(), c.Project, token, id, id)
		return nil
	})
}

// Run ends an intake link.
func (c *intakeRevokeCommand) Run(ctx context.Context) error {
	return withDesk(ctx, &c.Config, func(store *store) error { return store.desk.RevokeIntakeLink(ctx, c.ID) })
}

// Run prints the version.
func (versionCommand) Run() error {
	fmt.Println("lodge", version)
	return nil
}

func withDesk(ctx context.Context, c *config.Config, f func(*store) error) error {
	if err := c.Check(); err != nil {
		return err
	}
	store, err := openStore(ctx, c, newLog(c, os.Stderr))
	if err != nil {
		return err
	}
	defer store.Close()
	return f(store)
}

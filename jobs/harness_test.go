package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lodge/desk"
	"lodge/files"
	"lodge/internal/testpg"
	"lodge/locale"
	"lodge/mail"
	"lodge/models"
	"lodge/search"
	"lodge/secret"
	"lodge/views"
)

// clock is the time of a test: it stands still until it is moved.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Now().UnixMilli())
	return c
}

func (c *clock) Now() time.Time          { return time.UnixMilli(c.at.Load()).UTC() }
func (c *clock) forward(d time.Duration) { c.at.Add(int64(d / time.Millisecond)) }

// post is a mail server that can be away, refuse, and be cut off.
type post struct {
	mu   sync.Mutex
	sent []mail.Message
	// fault, if set, decides about each mail before it is taken; after decides when it has been.
	fault, after func(mail.Message) error
}

func (p *post) Send(ctx context.Context, m mail.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := mail.Compose(m); err != nil {
		return &mail.PermError{Err: err}
	}
	if p.fault != nil {
		if err := p.fault(m); err != nil {
			return err
		}
	}
	p.sent = append(p.sent, m)
	if p.after != nil {
		return p.after(m)
	}
	return nil
}

func (p *post) set(fault, after func(mail.Message) error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.after = fault, after
}

func (p *post) mails() []mail.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]mail.Message(nil), p.sent...)
}

func (p *post) to(addr string) []mail.Message {
	var some []mail.Message
	for _, m := range p.mails() {
		if m.To.Addr == addr {
			some = append(some, m)
		}
	}
	return some
}

var away = &mail.TempError{Err: errors.New("connection refused")}

// house is a desk with everything that jobs work with.
type house struct {
	t       testing.TB
	db      *models.DB
	dir     string
	keys    *secret.Keys
	desk    *desk.Desk
	portal  *desk.Portal
	files   files.Store
	index   *search.Index
	views   *views.Views
	clock   *clock
	post    *post
	project *models.Project
	agent   desk.Actor
}

// eachHouse runs a test on SQLite and on PostgreSQL.
func eachHouse(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, newHouse(t, models.Options{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { test(t, newHouse(t, models.Options{Address: testpg.Start(t)})) })
}

var words = sync.OnceValues(func() (*views.Views, error) {
	catalogue, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return views.New(views.Options{Catalogue: catalogue})
})

func newHouse(t testing.TB, o models.Options) *house {
	t.Helper()
	h := &house{t: t, dir: t.TempDir(), clock: newClock(), post: &post{}}
	var err error
	if h.db, err = models.Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	if h.keys, err = secret.Load(h.dir); err != nil {
		t.Fatal(err)
	}
	if h.files, err = files.OpenDisk(filepath.Join(h.dir, "files")); err != nil {
		t.Fatal(err)
	}
	if h.index, err = search.Open(filepath.Join(h.dir, "index"), h.db.Epoch(), nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.index.Close() })
	if h.views, err = words(); err != nil {
		t.Fatal(err)
	}
	h.desk = desk.New(desk.Options{DB: h.db, Files: h.files, Index: h.index, Keys: h.keys, Now: h.clock.Now})
	h.portal = h.desk.Portal()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		h.project, err = desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "support", Name: "Support", Locale: "en", MailFrom: "support@lodge.example",
			Settings: func(s *models.ProjectSettings) { s.MinimumFillSeconds, s.AddressCreates, s.UndoSeconds = 0, 1000, 0 }}, h.clock.Now())
		return err
	})
	h.agent = h.newAgent("Grace Hopper", "grace@lodge.example", models.RoleAgent)
	return h
}

func (h *house) newAgent(name, addr string, role models.Role) desk.Actor {
	h.t.Helper()
	a := &models.Agent{Address: addr, AddressKey: addr, Name: name, Role: role, CreatedAt: models.At(h.clock.Now())}
	h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
	return desk.Actor{ID: a.ID, Name: a.Name, Role: role}
}

func (h *house) write(f func(ctx context.Context, tx *models.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(h.t.Context(), f); err != nil {
		h.t.Fatal(err)
	}
}

// runner makes a worker of its own on the house's database.
func (h *house) runner(name string) *Runner {
	return New(Options{DB: h.db, Desk: h.desk, Files: h.files, Views: h.views, Transport: h.post, BaseURL: "https://help.lodge.example", Worker: name,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: h.clock.Now})
}

// running starts a worker that ends with the test.
func (h *house) running(name string) *Runner {
	r := h.runner(name)
	r.Start()
	h.t.Cleanup(func() { r.Stop(context.Background()) })
	return r
}

func (h *house) settle(r *Runner) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 30*time.Second)
	defer cancel()
	if err := r.Settle(ctx); err != nil {
		h.t.Fatalf("the work does not come to its end: %v", err)
	}
}

// copyFirst makes n more tickets like the first one.
func (h *house) copyFirst(n int) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		first, err := models.TicketByNumber(ctx, tx, 1)
		if err != nil {
			return err
		}
		for i := range n {
			k := *first
			k.ID, k.Reference = 0, fmt.Sprintf("T-%d", i)
			if err := models.InsertTicket(ctx, tx, &k); err != nil {
				return err
			}
		}
		return nil
	})
}

// file opens a ticket by the public form.
func (h *house) file(in desk.SubmitInput) desk.Link {
	h.t.Helper()
	if in.Slug == "" {
		in.Slug = "support"
	}
	if in.Title == "" {
		in.Title = "Printer on fire"
	}
	if in.Description == "" {
		in.Description = "It burns."
	}
	if in.Client == "" {
		in.Client = fmt.Sprint("client-", clients.Add(1))
	}
	form, err := h.portal.Form(h.t.Context(), in.Slug, desk.FormAsk{})
	if err != nil {
		h.t.Fatal(err)
	}
	in.FormID = form.FormID
	done, err := h.portal.Submit(h.t.Context(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	return desk.Link{Token: done.Token}
}

var clients atomic.Int64

// prove makes an address its owner's.
func (h *house) prove(addr string) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c, err := models.EnsureContact(ctx, tx, models.Contact{Address: addr, AddressKey: addr, Name: "Ada", Origin: "web", CreatedAt: models.At(h.clock.Now())})
		if err != nil {
			return err
		}
		return models.ProveContact(ctx, tx, c.ID, models.At(h.clock.Now()))
	})
}

// latest is the number of the newest ticket.
func (h *house) latest() int64 {
	h.t.Helper()
	page, err := h.desk.Queue(h.t.Context(), h.agent, desk.QueueAsk{View: models.ViewAll})
	if err != nil {
		h.t.Fatal(err)
	}
	top := int64(0)
	for _, t := range page.Tickets {
		top = max(top, t.Number)
	}
	return top
}

func (h *house) answer(number int64, body string, uploads ...desk.Upload) {
	h.t.Helper()
	if _, err := h.desk.ReplyAsAgent(h.t.Context(), h.agent, number, desk.AgentReply{Body: body, Uploads: uploads}); err != nil {
		h.t.Fatal(err)
	}
}

// deliveries are those about a ticket, in order.
func (h *house) deliveries(number int64) []*models.Delivery {
	h.t.Helper()
	t, err := models.TicketByNumber(h.t.Context(), h.db, number)
	if err != nil {
		h.t.Fatal(err)
	}
	all, err := models.DeliveriesOfTicket(h.t.Context(), h.db, t.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// whole is everything a mail says, headers as well.
func whole(t testing.TB, m mail.Message) string {
	t.Helper()
	raw, err := mail.Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join([]string{string(raw), m.Subject, m.Text, m.HTML, m.To.Name}, "\n")
}

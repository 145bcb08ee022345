package desk

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/files"
	"lodge/internal/testpg"
	"lodge/models"
	"lodge/search"
	"lodge/secret"
)

// house is a desk on a real database in a temporary folder, with a clock that the test moves.
type house struct {
	*Desk
	t       *testing.T
	dir     string
	db      *models.DB
	mu      sync.Mutex
	time    time.Time
	project *models.Project
	ada     Actor
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.time
}

func (h *house) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.time = h.time.Add(d)
}

// onEach runs a test on SQLite and, where there is one, on PostgreSQL.
func onEach(t *testing.T, f func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) { f(t, newHouse(t, "")) })
	t.Run("postgres", func(t *testing.T) { f(t, newHouse(t, testpg.Start(t))) })
}

func newHouse(t *testing.T, address string) *house {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	h := &house{t: t, dir: dir, time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	var err error
	if h.db, err = models.Open(ctx, models.Options{Dir: dir, Address: address}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.db.Close() })
	store, err := files.OpenDisk(dir + "/files")
	if err != nil {
		t.Fatal(err)
	}
	index, err := search.Open(dir+"/index", h.db.Epoch(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	keys, err := secret.FromBytes([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	h.Desk = New(Options{DB: h.db, Files: store, Index: index, Keys: keys, Now: h.clock})
	h.write(func(ctx context.Context, tx *models.Tx) error {
		if h.project, err = NewProject(ctx, tx, ProjectPlan{Slug: "acme", Name: "Acme", Settings: func(s *models.ProjectSettings) { s.UndoSeconds = 0 }}, h.clock()); err != nil {
			return err
		}
		ada := &models.Agent{Address: "ada@acme.example", AddressKey: "ada@acme.example", Name: "Ada Inner", PublicName: "Ada", Role: models.RoleAgent, CreatedAt: models.At(h.clock())}
		if err := models.InsertAgent(ctx, tx, ada); err != nil {
			return err
		}
		h.ada = Actor{ID: ada.ID, Name: ada.Name, Role: ada.Role}
		return nil
	})
	return h
}

func (h *house) write(f func(ctx context.Context, tx *models.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), f); err != nil {
		h.t.Fatal(err)
	}
}

// settings changes the project's rules as its settings page would.
func (h *house) settings(change func(p *models.Project)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("acme")
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

// form shows the create form and waits as long as a person takes to fill it in.
func (h *house) form() SubmitInput {
	h.t.Helper()
	form, err := h.Portal().Form(context.Background(), "acme", FormAsk{})
	if err != nil {
		h.t.Fatal(err)
	}
	h.later(10 * time.Second)
	return SubmitInput{Slug: "acme", FormID: form.FormID, Email: "rosa@example.com", Name: "Rosa", Title: "Printer is on fire", Description: "It began this morning.", Client: "192.0.2.7"}
}

// file files a ticket and gives its link, with the proof a mail would carry when proven.
func (h *house) file(proven bool) Link {
	h.t.Helper()
	h.later(time.Hour) // limits of earlier tickets are over
	done, err := h.Portal().Submit(context.Background(), h.form())
	if err != nil {
		h.t.Fatal(err)
	}
	link := Link{Token: done.Token}
	if proven {
		p, _, err := h.Portal().d.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(done.Token))
		if err != nil {
			h.t.Fatal(err)
		}
		link, _ = h.ParticipantLinks(&p.Person.Participant)
	}
	return link
}

func (h *house) thread(link Link) *PublicThread {
	h.t.Helper()
	page, err := h.Portal().Thread(context.Background(), link, "")
	if err != nil {
		h.t.Fatal(err)
	}
	return page
}

func (h *house) reply(link Link, body string) *Replied {
	h.t.Helper()
	done, err := h.Portal().Reply(context.Background(), link, ReplyInput{FormID: h.thread(link).FormID, Body: body})
	if err != nil {
		h.t.Fatal(err)
	}
	return done
}

func (h *house) ticket() *models.Ticket {
	h.t.Helper()
	rows, err := models.Queue(context.Background(), h.db, models.QueueQuery{View: models.ViewAll, Limit: 1})
	if err != nil || len(rows) == 0 {
		h.t.Fatal("no ticket", err)
	}
	t, err := models.TicketByID(context.Background(), h.db, rows[0].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

func (h *house) count(view string) int {
	h.t.Helper()
	n, err := models.QueueCount(context.Background(), h.db, models.QueueQuery{View: view, AgentID: h.ada.ID}, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) upload(name, body string) Upload {
	h.t.Helper()
	u, err := h.Receive(context.Background(), name, strings.NewReader(body), 1<<20)
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

func (h *house) kind(err error, want models.Kind) {
	h.t.Helper()
	if got := models.KindOf(err); err == nil || got != want {
		h.t.Fatalf("got %v (%s), want a %s", err, got, want)
	}
}

func (h *house) fault(err error, field string) {
	h.t.Helper()
	e, ok := models.AsError(err)
	if !ok || e.Fields[field].Key == "" {
		h.t.Fatalf("got %v, want a fault of field %q", err, field)
	}
}

func readAll(t *testing.T, c *Content) string {
	t.Helper()
	defer c.Body.Close()
	b, err := io.ReadAll(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// admin is an administrator that the audit log knows; always the same one.
func (h *house) admin() Actor {
	h.t.Helper()
	a, err := models.AgentByKey(context.Background(), h.db, "ines@acme.example")
	if err != nil {
		a = &models.Agent{Address: "ines@acme.example", AddressKey: "ines@acme.example", Name: "Ines", Role: models.RoleAdmin, CreatedAt: models.At(h.clock())}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
	}
	return Actor{ID: a.ID, Name: a.Name, Role: a.Role}
}

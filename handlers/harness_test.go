package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/files"
	"lodge/internal/testpg"
	"lodge/locale"
	"lodge/models"
	"lodge/search"
	"lodge/secret"
	"lodge/views"
)

// testApp is the whole door on real parts in a temporary folder: database, files, index,
// key, desk and pages. Its clock is moved by the test.
type testApp struct {
	t       testing.TB
	app     *fiber.App
	desk    *desk.Desk
	db      *models.DB
	project *models.Project
	logs    *lockedBuffer

	mu   sync.Mutex
	time time.Time
	addr string // of the listener, once there is one
}

// lockedBuffer collects the log of handlers that run side by side.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var loadPages = sync.OnceValues(func() (*views.Views, error) {
	words, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return views.New(views.Options{Catalogue: words})
})

// onEach runs a test on SQLite and, where there is one, on PostgreSQL.
func onEach(t *testing.T, f func(t *testing.T, a *testApp)) {
	t.Run("sqlite", func(t *testing.T) { f(t, newTestApp(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, newTestAppOn(t, testpg.Start(t))) })
}

// newTestApp opens the door of a workspace with the public project "acme", one article,
// and a project "hidden" whose portal is off.
func newTestApp(t testing.TB, change ...func(*Options)) *testApp {
	t.Helper()
	return newTestAppOn(t, "", change...)
}

func newTestAppOn(t testing.TB, address string, change ...func(*Options)) *testApp {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	a := &testApp{t: t, time: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), logs: &lockedBuffer{}}
	log := slog.New(slog.NewJSONHandler(a.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	a.db, err = models.Open(ctx, models.Options{Dir: dir, Address: address, Log: log})
	must(err)
	t.Cleanup(func() { a.db.Close() })
	store, err := files.OpenDisk(dir + "/files")
	must(err)
	index, err := search.Open(dir+"/index", a.db.Epoch(), nil)
	must(err)
	t.Cleanup(func() { index.Close() })
	keys, err := secret.FromBytes([]byte(strings.Repeat("k", 32)))
	must(err)
	a.desk = desk.New(desk.Options{DB: a.db, Files: store, Index: index, Keys: keys, Now: a.clock, Log: log})
	var article *models.Article
	a.write(func(ctx context.Context, tx *models.Tx) error {
		if a.project, err = desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "acme", Name: "Acme", ResponseTime: "We typically respond within 4 hours", Settings: func(s *models.ProjectSettings) { s.UndoSeconds = 0 }}, a.clock()); err != nil {
			return err
		}
		hidden, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "hidden", Name: "Hidden house", Private: true}, a.clock())
		if err != nil {
			return err
		}
		col := &models.Collection{ProjectID: a.project.ID, Slug: "printing", Name: "Printing"}
		if err := models.InsertCollection(ctx, tx, col); err != nil {
			return err
		}
		now := models.At(a.clock())
		article = &models.Article{ProjectID: a.project.ID, CollectionID: &col.ID, Slug: "printer-fire", Title: "When the printer is on fire", Summary: "Keep calm and pull the plug.",
			Body: "Pull the plug.", HTML: "<p>Pull the plug.</p>", Plain: "Pull the plug.", Visibility: "public", Locale: "en", PublishedAt: now, CreatedAt: now, UpdatedAt: now}
		if err := models.InsertArticle(ctx, tx, article); err != nil {
			return err
		}
		secretArticle := &models.Article{ProjectID: a.project.ID, CollectionID: &col.ID, Slug: "draft", Title: "DRAFT-SECRET", Body: "DRAFT-SECRET", HTML: "DRAFT-SECRET", Plain: "DRAFT-SECRET",
			Visibility: "draft", Locale: "en", CreatedAt: now, UpdatedAt: now}
		if err := models.InsertArticle(ctx, tx, secretArticle); err != nil {
			return err
		}
		_ = hidden
		return nil
	})
	must(index.Rebuild(ctx, "0", func(yield func(search.Doc) error) error {
		return yield(search.Doc{ID: desk.DocID(article.ID), Kind: "article", Project: article.ProjectID, Visibility: search.Public, Locale: "en",
			Title: article.Title, Body: article.Summary + "\n" + article.Plain, Updated: a.clock()})
	}))
	pages, err := loadPages()
	must(err)
	words, err := locale.Load()
	must(err)
	o := Options{Desk: a.desk, Views: pages, Locale: words, Log: log}
	for _, f := range change {
		f(&o)
	}
	a.app = New(o)
	return a
}

func (a *testApp) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.time
}

func (a *testApp) later(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.time = a.time.Add(d)
}

func (a *testApp) write(f func(ctx context.Context, tx *models.Tx) error) {
	a.t.Helper()
	if err := a.db.Write(context.Background(), f); err != nil {
		a.t.Fatal(err)
	}
}

// settings changes the project's rules as its settings page would.
func (a *testApp) settings(change func(p *models.Project)) {
	a.t.Helper()
	a.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("acme")
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

// workspace changes the rules of the whole desk.
func (a *testApp) workspace(change func(w *models.Workspace)) {
	a.t.Helper()
	a.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		w := cat.Workspace
		change(&w)
		return models.UpdateWorkspace(ctx, tx, &w)
	})
}

// request is a row of a test: what is sent.
type request struct {
	method, path string
	form         url.Values // URL-encoded, unless there are files
	files        []upload   // with form as multipart
	body         string     // raw, instead of a form
	header       map[string]string
	htmx         bool
}

type upload struct{ name, body string }

// response is what came back.
type response struct {
	status int
	header http.Header
	body   string
}

// multipartBody writes text fields before files, as the page does.
func multipartBody(form url.Values, uploads []upload) (body, contentType string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, all := range form {
		for _, value := range all {
			_ = w.WriteField(name, value)
		}
	}
	for _, f := range uploads {
		part, _ := w.CreateFormFile(views.FieldFiles, f.name)
		_, _ = io.WriteString(part, f.body)
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

func (r request) build() *http.Request {
	method, body, kind := r.method, r.body, ""
	if method == "" {
		method = http.MethodGet
	}
	switch {
	case r.files != nil:
		body, kind = multipartBody(r.form, r.files)
	case r.form != nil:
		body, kind = r.form.Encode(), "application/x-www-form-urlencoded"
	}
	var reader io.Reader
	if body != "" || method == http.MethodPost {
		reader = strings.NewReader(body)
	}
	q, err := http.NewRequest(method, "http://example.com"+r.path, reader)
	if err != nil {
		panic(err)
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	if method != http.MethodGet && method != http.MethodHead {
		q.Header.Set("Origin", "http://example.com")
	}
	if r.htmx {
		q.Header.Set(hxRequest, "true")
	}
	for name, value := range r.header {
		if value == "" {
			q.Header.Del(name)
		} else {
			q.Header.Set(name, value)
		}
	}
	return q
}

// do runs a request through the whole server, without a network.
func (a *testApp) do(r request) response {
	a.t.Helper()
	res, err := a.app.Test(r.build(), -1)
	if err != nil {
		a.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		a.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	return response{res.StatusCode, res.Header, string(body)}
}

func (a *testApp) get(path string) response { a.t.Helper(); return a.do(request{path: path}) }
func (a *testApp) poll(path string) response {
	a.t.Helper()
	return a.do(request{path: path, htmx: true})
}
func (a *testApp) post(path string, form url.Values) response {
	a.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return a.do(request{method: http.MethodPost, path: path, form: form})
}

// want checks a row's answer: its status, what it must and what it must not hold.
func (r response) want(t testing.TB, status int, must []string, mustNot ...string) response {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d; body: %s", r.status, status, short(r.body))
	}
	for _, text := range must {
		if !strings.Contains(r.body, text) && !strings.Contains(html.UnescapeString(r.body), text) {
			t.Errorf("the answer does not hold %q: %s", text, short(r.body))
		}
	}
	all := r.body
	for name, values := range r.header {
		all += "\n" + name + ": " + strings.Join(values, ", ")
	}
	for _, text := range mustNot {
		if strings.Contains(all, text) {
			t.Errorf("the answer holds %q", text)
		}
	}
	return r
}

func short(body string) string {
	if len(body) > 3000 {
		return body[:3000] + "…"
	}
	return body
}

var hiddenForm = regexp.MustCompile(`name="form" value="([^"]+)"`)

// formID finds the signed id of the form on a page.
func (r response) formID(t testing.TB) string {
	t.Helper()
	m := hiddenForm.FindStringSubmatch(r.body)
	if m == nil {
		t.Fatalf("no form on the page: %s", short(r.body))
	}
	return html.UnescapeString(m[1])
}

// attribute finds the first value of an attribute whose value begins with prefix.
func (r response) attribute(t testing.TB, name, prefix string) string {
	t.Helper()
	m := regexp.MustCompile(name + `="(` + regexp.QuoteMeta(html.EscapeString(prefix)) + `[^"]*)"`).FindStringSubmatch(r.body)
	if m == nil {
		t.Fatalf("no %s beginning with %q: %s", name, prefix, short(r.body))
	}
	return html.UnescapeString(m[1])
}

// ticketForm shows the create form and fills it in, as slowly as a person would.
func (a *testApp) ticketForm() url.Values {
	a.t.Helper()
	id := a.get("/ticket/acme").formID(a.t)
	a.later(10 * time.Second)
	return url.Values{"form": {id}, "email": {"rosa@example.com"}, "name": {"Rosa"}, "title": {"Printer is on fire"},
		"description": {"It began this morning."}, "type": {"question"}, "template": {"general-question"}, "field.goal": {"Put it out"}}
}

// fileTicket files a ticket and gives the path of its thread.
func (a *testApp) fileTicket() string {
	a.t.Helper()
	a.later(2 * time.Hour) // limits of earlier tickets are over
	r := a.post("/ticket/acme", a.ticketForm()).want(a.t, http.StatusSeeOther, nil)
	path, _, _ := strings.Cut(r.header.Get("Location"), "?")
	if !strings.HasPrefix(path, "/ticket/thread/") {
		a.t.Fatalf("led to %q", r.header.Get("Location"))
	}
	return path
}

// mailed gives the same thread as the mail to its holder names it, and the holder's
// unsubscribe link.
func (a *testApp) mailed(thread string) (withProof, unsubscribe string) {
	a.t.Helper()
	person := a.person(thread)
	link, token := a.desk.ParticipantLinks(&person.Participant)
	return threadURL(link, ""), unsubscribeURL(token, "")
}

func (a *testApp) person(thread string) *models.Person {
	a.t.Helper()
	token := strings.TrimPrefix(thread, "/ticket/thread/")
	access, _, err := a.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(token))
	if err != nil {
		a.t.Fatal(err)
	}
	return &access.Person
}

// tickets counts what there is.
func (a *testApp) tickets() int {
	a.t.Helper()
	n, err := models.QueueCount(context.Background(), a.db, models.QueueQuery{View: models.ViewAll}, 1000)
	if err != nil {
		a.t.Fatal(err)
	}
	return n
}

// join adds somebody else to the ticket of a thread and gives their own path.
func (a *testApp) join(thread, address string) string {
	a.t.Helper()
	p := &models.Participant{TicketID: a.person(thread).TicketID, JoinedAs: models.JoinedCC, CreatedAt: models.At(a.clock())}
	a.write(func(ctx context.Context, tx *models.Tx) error {
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: address, AddressKey: address, CreatedAt: p.CreatedAt})
		if err != nil {
			return err
		}
		p.ContactID = contact.ID
		if err := models.InsertParticipant(ctx, tx, p); err != nil {
			return err
		}
		link, unsubscribe := a.desk.ParticipantLinks(p)
		for kind, token := range map[string]string{models.TokenThread: link.Token, models.TokenUnsubscribe: unsubscribe} {
			if err := models.InsertToken(ctx, tx, &models.Token{Hash: secret.Hash(token), Kind: kind, SubjectID: p.ID, Generation: p.Generation, CreatedAt: p.CreatedAt}); err != nil {
				return err
			}
		}
		return nil
	})
	link, _ := a.desk.ParticipantLinks(p)
	return threadURL(desk.Link{Token: link.Token}, "")
}

// logLines are the log's lines, each of which must be JSON of its own (A110).
func (a *testApp) logLines() []map[string]any {
	a.t.Helper()
	var all []map[string]any
	for line := range strings.SplitSeq(strings.TrimSpace(a.logs.String()), "\n") {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			a.t.Errorf("not a line of JSON: %q", line)
			continue
		}
		all = append(all, m)
	}
	return all
}

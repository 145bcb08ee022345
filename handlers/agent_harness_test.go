package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/files"
	"lodge/locale"
	"lodge/models"
	"lodge/search"
	"lodge/secret"
	"lodge/views"
)

const agentPassword = "correct horse battery"

// agentPasswordHash is made once: hashing is slow by design.
var agentPasswordHash = sync.OnceValues(func() (string, error) { return desk.HashPassword(agentPassword) })

var pages = sync.OnceValues(func() (*views.Views, error) {
	catalogue, err := locale.Load()
	if err != nil {
		return nil, err
	}
	return views.New(views.Options{Catalogue: catalogue})
})

// office is a running server with agents, for the tests of their pages.
type office struct {
	t    testing.TB
	db   *models.DB
	desk *desk.Desk
	app  *fiber.App
	base string
	host string
	dir  string
	now  atomic.Int64
	// agents by their first name, in small letters.
	agents map[string]*models.Agent
}

func newOffice(t testing.TB, change func(*Options)) *office {
	t.Helper()
	o := &office{t: t, agents: map[string]*models.Agent{}}
	o.now.Store(time.Now().UnixMilli())
	dir := t.TempDir()
	o.dir = dir
	var err error
	check := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	o.db, err = models.Open(t.Context(), models.Options{Dir: dir})
	check()
	t.Cleanup(func() { o.db.Close() })
	keys, err := secret.Load(dir)
	check()
	store, err := files.OpenDisk(filepath.Join(dir, "files"))
	check()
	index, err := search.Open(filepath.Join(dir, "index"), o.db.Epoch(), nil)
	check()
	t.Cleanup(func() { index.Close() })
	catalogue, err := locale.Load()
	check()
	v, err := pages()
	check()
	o.desk = desk.New(desk.Options{DB: o.db, Files: store, Index: index, Keys: keys, Loopback: true, Now: func() time.Time { return time.UnixMilli(o.now.Load()).UTC() }})
	live, end := context.WithCancel(context.Background())
	go o.desk.RunLive(live)
	t.Cleanup(end)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check()
	o.host = listener.Addr().String()
	o.base = "http://" + o.host
	stop := make(chan struct{})
	options := Options{Desk: o.desk, Views: v, Locale: catalogue, Stop: stop}
	if change != nil {
		change(&options)
	}
	app := New(options)
	o.app = app
	go app.Listener(listener)
	t.Cleanup(func() {
		close(stop)
		app.ShutdownWithTimeout(5 * time.Second)
	})
	return o
}

// open fills the office with a project and agents. Companies share their tickets.
func (o *office) open() *office {
	o.t.Helper()
	o.settle(func(s *models.WorkspaceSettings) { s.CompanyPortal = true })
	o.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "support", Name: "Support", Locale: "en", Settings: func(s *models.ProjectSettings) { s.MinimumFillSeconds, s.UndoSeconds = 0, 0 }}, o.desk.Now())
		return err
	})
	for name, role := range map[string]models.Role{"grace": models.RoleAgent, "alan": models.RoleAgent, "vera": models.RoleViewer} {
		hash, err := agentPasswordHash()
		if err != nil {
			o.t.Fatal(err)
		}
		a := &models.Agent{Address: name + "@lodge.example", AddressKey: name + "@lodge.example", Name: strings.ToUpper(name[:1]) + name[1:], Role: role, PasswordHash: hash, CreatedAt: models.At(o.desk.Now())}
		o.write(func(ctx context.Context, tx *models.Tx) error { return models.InsertAgent(ctx, tx, a) })
		o.agents[name] = a
	}
	return o
}

func (o *office) write(f func(ctx context.Context, tx *models.Tx) error) {
	o.t.Helper()
	if err := o.db.Write(o.t.Context(), f); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) forward(d time.Duration) { o.now.Add(int64(d / time.Millisecond)) }

func (o *office) actor(name string) desk.Actor {
	a := o.agents[name]
	return desk.Actor{ID: a.ID, Name: a.Name, Role: a.Role}
}

// file opens a ticket and gives its link and number.
func (o *office) file(title string) (desk.Link, int64) {
	o.t.Helper()
	p := o.desk.Portal()
	form, err := p.Form(o.t.Context(), "support", desk.FormAsk{})
	if err != nil {
		o.t.Fatal(err)
	}
	done, err := p.Submit(o.t.Context(), desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: "ada@example.com", Name: "Ada", Title: title, Description: "It burns.", Client: title})
	if err != nil {
		o.t.Fatal(err)
	}
	page, err := o.desk.Queue(o.t.Context(), o.actor("grace"), desk.QueueAsk{View: models.ViewAll})
	if err != nil {
		o.t.Fatal(err)
	}
	top := int64(0)
	for _, t := range page.Tickets {
		top = max(top, t.Number)
	}
	return desk.Link{Token: done.Token}, top
}

// browser is one visitor: it keeps cookies and says where its forms come from.
type browser struct {
	o       *office
	cookies map[string]string
	// last is the token of the forms on the last page.
	last string
}

func (o *office) browser() *browser { return &browser{o: o, cookies: map[string]string{}} }

type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) must(t testing.TB, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("answers %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

func (a answer) has(t testing.TB, words ...string) answer {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("lacks %q in %s", w, a.body)
		}
	}
	return a
}

func (a answer) lacks(t testing.TB, words ...string) answer {
	t.Helper()
	for _, w := range words {
		if strings.Contains(a.body, w) {
			t.Errorf("holds %q in %s", w, a.body)
		}
	}
	return a
}

var tokenField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

var plainClient = &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (b *browser) do(method, path, contentType string, body io.Reader, headers ...string) answer {
	b.o.t.Helper()
	r, err := http.NewRequestWithContext(b.o.t.Context(), method, b.o.base+path, body)
	if err != nil {
		b.o.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if method != http.MethodGet {
		r.Header.Set("Origin", b.o.base)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			r.Header.Del(headers[i])
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
	res, err := plainClient.Do(r)
	if err != nil {
		b.o.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.o.t.Fatal(err)
	}
	for _, cookie := range res.Cookies() {
		if cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		} else {
			b.cookies[cookie.Name] = cookie.Value
		}
	}
	if m := tokenField.FindStringSubmatch(string(raw)); m != nil {
		b.last = m[1]
	}
	return answer{res.StatusCode, res.Header, string(raw)}
}

func (b *browser) get(path string, headers ...string) answer {
	b.o.t.Helper()
	return b.do(http.MethodGet, path, "", nil, headers...)
}

// post sends a form with exactly these fields.
func (b *browser) post(path string, fields url.Values, headers ...string) answer {
	b.o.t.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(fields.Encode()), headers...)
}

// send sends a form with the token of the last page.
func (b *browser) send(path string, pairs ...string) answer {
	b.o.t.Helper()
	fields := url.Values{"csrf": {b.last}}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	return b.post(path, fields)
}

// upload sends a form with files, text first.
func (b *browser) upload(path string, fields map[string]string, names map[string]string, headers ...string) answer {
	b.o.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		w.WriteField(name, value)
	}
	for name, content := range names {
		f, err := w.CreateFormFile("files", name)
		if err != nil {
			b.o.t.Fatal(err)
		}
		fmt.Fprint(f, content)
	}
	w.Close()
	return b.do(http.MethodPost, path, w.FormDataContentType(), &body, headers...)
}

// signIn signs an agent in by the form.
func (o *office) signIn(name string) *browser {
	o.t.Helper()
	b := o.browser()
	b.get("/agent/sign-in").must(o.t, http.StatusOK)
	b.send("/agent/sign-in", "email", name+"@lodge.example", "password", agentPassword).must(o.t, http.StatusSeeOther)
	b.get("/agent").must(o.t, http.StatusOK)
	return b
}

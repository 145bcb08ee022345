package handlers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/assets"
)

// A60, A91, A92: every answer, page, fragment, file and error, carries the same strict headers.
func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	a := newTestApp(t, func(o *Options) { o.Secure = true })
	thread := a.fileTicket()
	for _, r := range []request{
		{path: "/"}, {path: "/ticket/acme"}, {path: "/ticket/nowhere"}, {path: "/nowhere"}, {path: thread}, {path: thread + "/updates?after=0", htmx: true},
		{path: thread + "/updates?after=0"}, {path: thread + "/updates?after=9"}, {path: "/doc/acme"}, {path: "/healthz"}, {path: "/robots.txt"}, {path: assets.URL("app.css")},
		{method: "POST", path: "/ticket/acme", form: url.Values{}}, {method: "POST", path: "/ticket/acme/fields", form: url.Values{}, htmx: true},
		{method: "POST", path: "/ticket/acme", form: url.Values{}, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, {method: "DELETE", path: thread}, {method: "NONSENSE", path: "/"},
	} {
		got := a.do(r)
		// A58: a path with a secret is told to nobody. Others to ourselves only, so that a
		// plain form can state its origin, also on plain HTTP in a LAN (OP-6).
		referrer := "same-origin"
		if strings.HasPrefix(r.path, "/ticket/thread/") {
			referrer = "no-referrer"
		}
		for name, want := range map[string]string{"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": referrer,
			"Permissions-Policy": permissions, "Cross-Origin-Opener-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000"} {
			if got.header.Get(name) != want && r.method != "NONSENSE" {
				t.Errorf("%s %s: %s is %q", r.method, r.path, name, got.header.Get(name))
			}
		}
		if got.header.Get("Server") != "" || got.header.Get("X-Powered-By") != "" {
			t.Errorf("%s names its software", r.path)
		}
		open := strings.HasPrefix(r.path, "/doc/") || strings.HasPrefix(r.path, "/assets/")
		if !open && r.method != "NONSENSE" && (got.header.Get("Cache-Control") != "no-store" || got.header.Get("X-Robots-Tag") != "noindex, nofollow") {
			t.Errorf("%s %s may be kept: %q, %q", r.method, r.path, got.header.Get("Cache-Control"), got.header.Get("X-Robots-Tag"))
		}
		if open && (strings.Contains(got.header.Get("Cache-Control"), "no-store") || got.header.Get("X-Robots-Tag") != "") {
			t.Errorf("%s may not be kept", r.path)
		}
	}
	if got := newTestApp(t).get("/"); got.header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without https")
	}
}

// A85: whatever another site's page sends is refused and changes nothing.
func TestForgedRequestsAreRefused(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	before := a.get(thread).body
	for name, header := range map[string]map[string]string{
		"other origin":       {"Origin": "https://evil.example"},
		"other scheme":       {"Origin": "ftp://example.com"},
		"other port":         {"Origin": "http://example.com:81"},
		"look-alike":         {"Origin": "http://example.com.evil.example"},
		"cross-site":         {"Sec-Fetch-Site": "cross-site"},
		"same-site":          {"Sec-Fetch-Site": "same-site"},
		"null":               {"Origin": "null", "Host": "127.0.0.1"},
		"null, cross-site":   {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
		"htmx only":          {"Origin": "https://evil.example", "HX-Request": "true"},
		"cookie, no origin":  {"Origin": "", "Cookie": "lang=en"},
		"method in a header": {"Origin": "https://evil.example", "X-HTTP-Method-Override": "GET"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/ticket/acme", thread + "/replies", thread + "/closure", "/preferences", "/ticket/acme/suggestions"} {
				form := url.Values{"body": {"FORGED"}, "title": {"FORGED"}, "_method": {"GET"}, "lang": {"de"}}
				r := request{method: "POST", path: path, form: form, header: header}
				q := r.build()
				if header["Host"] != "" {
					q.Host = header["Host"]
				}
				res, err := a.app.Test(q, -1)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != http.StatusForbidden || len(res.Cookies()) > 0 {
					t.Errorf("%s: %d", path, res.StatusCode)
				}
			}
		})
	}
	if got := a.get(thread).body; strings.Contains(got, "FORGED") || len(got) != len(before) {
		t.Error("a forged request had an effect")
	}
}

// A85: our own pages are let in, in all the ways browsers say so.
func TestOwnPagesAreLetIn(t *testing.T) {
	bare, set := newTestApp(t), newTestApp(t, func(o *Options) { o.BaseURL, o.Secure = "https://Help.Example.com:443/", true })
	for name, row := range map[string]struct {
		app    *testApp
		header map[string]string
		host   string
		path   string
		ok     bool
	}{
		"own host":                     {bare, map[string]string{"Origin": "http://example.com"}, "", "", true},
		"own host behind https":        {bare, map[string]string{"Origin": "https://example.com"}, "", "", true},
		"own port":                     {bare, map[string]string{"Origin": "http://box.lan:8080"}, "box.lan:8080", "", true},
		"a program":                    {bare, map[string]string{"Origin": ""}, "", "", true},
		"fetch same-origin":            {bare, map[string]string{"Origin": "", "Sec-Fetch-Site": "same-origin"}, "", "", true},
		"null of our own page":         {bare, map[string]string{"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "", "", true},
		"null on a plain network":      {bare, map[string]string{"Origin": "null"}, "box.lan:8080", "/ticket/thread/x/replies", true},
		"null elsewhere":               {bare, map[string]string{"Origin": "null"}, "box.lan:8080", "/ticket/acme", false},
		"null on the own machine":      {bare, map[string]string{"Origin": "null"}, "127.0.0.1:8080", "/ticket/thread/x/replies", false},
		"configured":                   {set, map[string]string{"Origin": "https://help.example.com"}, "inner:8080", "", true},
		"configured, by another name":  {set, map[string]string{"Origin": "http://inner:8080"}, "inner:8080", "", false},
		"configured, null":             {set, map[string]string{"Origin": "null"}, "help.example.com", "/ticket/thread/x/replies", false},
		"configured, null and vouched": {set, map[string]string{"Origin": "null", "Sec-Fetch-Site": "same-origin"}, "help.example.com", "/ticket/thread/x/replies", true},
	} {
		t.Run(name, func(t *testing.T) {
			path := row.path
			if path == "" {
				path = "/preferences"
			}
			q := (request{method: "POST", path: path, form: url.Values{"lang": {"de"}}, header: row.header}).build()
			if row.host != "" {
				q.Host = row.host
			}
			res, err := row.app.app.Test(q, -1)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if (res.StatusCode != http.StatusForbidden) != row.ok {
				t.Errorf("status %d", res.StatusCode)
			}
		})
	}
}

// A5, PC-7: the client's address is what trusted proxies vouch for, and nothing else.
func TestClientAddress(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("fd00::/8")}
	for _, row := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.9", nil, "203.0.113.9/32"},
		{"203.0.113.9", []string{"6.6.6.6"}, "203.0.113.9/32"},
		{"10.0.0.1", nil, "10.0.0.1/32"},
		{"10.0.0.1", []string{"203.0.113.9"}, "203.0.113.9/32"},
		{"10.0.0.1", []string{"6.6.6.6, 203.0.113.9"}, "203.0.113.9/32"},
		{"10.0.0.1", []string{"6.6.6.6", "203.0.113.9, 10.1.1.1"}, "203.0.113.9/32"},
		{"10.0.0.1", []string{"6.6.6.6, nonsense, 10.2.2.2"}, "10.2.2.2/32"},
		{"10.0.0.1", []string{"10.3.3.3"}, "10.3.3.3/32"},
		{"10.0.0.1", []string{"203.0.113.9:4711"}, "203.0.113.9/32"},
		{"10.0.0.1", []string{"::ffff:203.0.113.9"}, "203.0.113.9/32"},
		{"::ffff:10.0.0.1", []string{"2001:db8:1:2:3::4"}, "2001:db8:1:2::/64"},
		{"fd00::1", []string{"[2001:db8:1:2::4]:80"}, "2001:db8:1:2::/64"},
		{"2001:db8:1:2:aaaa::1", []string{"6.6.6.6"}, "2001:db8:1:2::/64"},
		{"10.0.0.1", []string{""}, "10.0.0.1/32"},
	} {
		h := &Handlers{Options: Options{TrustedProxies: trusted}}
		app := fiber.New()
		app.Get("/", func(c *fiber.Ctx) error { return c.SendString(h.client(c)) })
		got := serveAs(t, app, row.peer, row.forwarded)
		if got != row.want {
			t.Errorf("%s with %q is %s, want %s", row.peer, row.forwarded, got, row.want)
		}
	}
}

// peerConn is a connection from an address of our choice.
type peerConn struct {
	net.Conn
	from net.Addr
}

func (p peerConn) RemoteAddr() net.Addr { return p.from }

func serveAs(t *testing.T, app *fiber.App, peer string, forwarded []string) string {
	t.Helper()
	near, far := net.Pipe()
	defer near.Close()
	_ = app.Handler() // makes the routes ready
	go func() { _ = app.Server().ServeConn(peerConn{far, &net.TCPAddr{IP: net.ParseIP(peer), Port: 1}}) }()
	go func() {
		_, _ = io.WriteString(near, "GET / HTTP/1.1\r\nHost: x\r\n")
		for _, f := range forwarded {
			_, _ = io.WriteString(near, "X-Forwarded-For: "+f+"\r\n")
		}
		_, _ = io.WriteString(near, "X-Real-IP: 7.7.7.7\r\nCF-Connecting-IP: 8.8.8.8\r\nForwarded: for=9.9.9.9\r\nConnection: close\r\n\r\n")
	}()
	res, err := http.ReadResponse(bufio.NewReader(near), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	return string(body)
}

// A5: spoofed headers do not get around the limit.
func TestSpoofedAddressIsOneClient(t *testing.T) {
	a := newTestApp(t)
	for i := range 6 {
		form := a.ticketForm()
		form.Set("email", fmt.Sprintf("rosa%d@example.com", i))
		want := http.StatusSeeOther
		if i == 5 {
			want = http.StatusTooManyRequests
		}
		spoof := map[string]string{"X-Forwarded-For": fmt.Sprintf("198.51.100.%d", i), "X-Real-IP": fmt.Sprintf("198.51.100.%d", i), "CF-Connecting-IP": "1.1.1.1", "Forwarded": "for=2.2.2.2"}
		a.do(request{method: "POST", path: "/ticket/acme", form: form, header: spoof}).want(t, want, nil)
	}
}

// A59, A110: the log holds patterns, one JSON line a request, and no link, address or trick of a head.
func TestLogHoldsNoSecrets(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	mailed, unsubscribe := a.mailed(thread)
	for _, path := range []string{mailed, thread + "/updates?after=0", thread + "/files/x", unsubscribe, "/nowhere/" + strings.TrimPrefix(thread, "/ticket/thread/")} {
		a.do(request{path: path, header: map[string]string{"User-Agent": "evil\x1b[31m", "Referer": mailed}})
	}
	a.post(thread+"/replies", url.Values{"body": {"SECRET-WORDS\r\nlevel=ERROR"}})
	a.post("/ticket/acme", url.Values{"email": {"rosa@"}})
	for _, token := range []string{strings.TrimPrefix(thread, "/ticket/thread/"), strings.TrimPrefix(unsubscribe, unsubscribeRoute), strings.Split(mailed, "?p=")[1], "rosa@", "SECRET-WORDS", "evil"} {
		if strings.Contains(a.logs.String(), token) {
			t.Errorf("the log holds %q", token)
		}
	}
	found := false
	for _, line := range a.logLines() {
		found = found || line["route"] == "/ticket/thread/:token" && line["status"] == 200.0 && line["request"] != ""
	}
	if !found {
		t.Error("no line for the thread page")
	}
}

// A108: a fault of ours is a page with a reference to the log and nothing of the fault.
func TestPanicBecomesAPage(t *testing.T) {
	a := newTestApp(t)
	a.app.Get("/boom", func(*fiber.Ctx) error { panic("SELECT secret FROM /var/lib") })
	a.app.Post("/boom", func(*fiber.Ctx) error { panic("again") })
	r := a.get("/boom").want(t, http.StatusInternalServerError, []string{"Something broke on our side"}, "SELECT", "/var/lib", ".go:")
	id := r.header.Get("X-Request-ID")
	if id == "" || !strings.Contains(r.body, id) {
		t.Error("the page has no reference")
	}
	found := false
	for _, line := range a.logLines() {
		found = found || line["msg"] == "request failed" && line["request"] == id && strings.Contains(fmt.Sprint(line["error"]), "SELECT")
	}
	if !found {
		t.Error("the log does not hold the fault")
	}
	a.do(request{method: "POST", path: "/boom", htmx: true, form: url.Values{}}).want(t, http.StatusInternalServerError, []string{"notice--error"}, "<html")
	a.get("/").want(t, http.StatusOK, nil)
}

// OP-3: the probes tell alive from ready.
func TestProbes(t *testing.T) {
	broken := false
	a := newTestApp(t, func(o *Options) {
		o.Ready = func(context.Context) error {
			if broken {
				return fmt.Errorf("no database")
			}
			return nil
		}
	})
	a.get("/readyz").want(t, http.StatusOK, []string{"ok"})
	broken = true
	a.get("/readyz").want(t, http.StatusServiceUnavailable, nil, "database")
	a.get("/healthz").want(t, http.StatusOK, []string{"ok"})
}

// PT-5: the stream says "changed" when the ticket changes, and ends with the process.
func TestStream(t *testing.T) {
	stop := make(chan struct{})
	a := newTestApp(t, func(o *Options) { o.Stop = stop })
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go a.desk.RunLive(ctx)
	thread := a.fileTicket()
	a.do(request{method: "HEAD", path: thread + "/stream"}).want(t, http.StatusNoContent, nil)
	base := "http://" + a.listen()
	res, err := http.Get(base + thread + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store, no-transform" {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			lines <- s.Text()
		}
	}()
	if first := <-lines; !strings.HasPrefix(first, "retry:") {
		t.Errorf("begins with %q", first)
	}
	a.post(thread+"/replies", url.Values{"body": {"SECRET-WORDS"}}).want(t, http.StatusSeeOther, nil)
	wait := time.After(20 * time.Second)
	for seen := false; !seen; {
		select {
		case line, open := <-lines:
			if !open {
				t.Fatal("the stream ended")
			}
			if strings.Contains(line, "SECRET") {
				t.Error("the stream tells what was written")
			}
			seen = line == "event: changed"
		case <-wait:
			t.Fatal("no change arrived")
		}
	}
	close(stop)
	for open := true; open; {
		select {
		case _, open = <-lines:
		case <-wait:
			t.Fatal("the stream does not end")
		}
	}
}

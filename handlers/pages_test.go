package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/assets"
)

// A89: the way back stays on our host.
func TestPreferencesLeadBackSafely(t *testing.T) {
	a := newTestApp(t)
	for back, want := range map[string]string{
		"/ticket/acme": "/ticket/acme", "/doc/acme/search?q=a%20b": "/doc/acme/search?q=a%20b", "": "/", "//evil.example": "/", "/\\evil.example": "/", "https:evil.example": "/",
		"https://evil.example": "/", "%2f%2fevil.example": "/", "/%09/evil.example": "/", "/\t/evil.example": "/", "\\\\evil": "/", "javascript:alert(1)": "/", "/%2fevil.example": "/",
		"/%5cevil.example": "/", "/a\r\nSet-Cookie: x=y": "/", "/.//evil.example": "/.//evil.example", "///evil.example": "/",
	} {
		r := a.post("/preferences", url.Values{"lang": {"de"}, "theme": {"dark"}, "back": {back}}).want(t, http.StatusSeeOther, nil)
		if got := r.header.Get("Location"); got != want {
			t.Errorf("back %q leads to %q, want %q", back, got, want)
		}
	}
	r := a.post("/preferences", url.Values{"lang": {"de"}, "theme": {"dark"}})
	cookies := strings.Join(r.header["Set-Cookie"], "\n")
	for _, want := range []string{"lang=de", "theme=dark", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookies, want) {
			t.Errorf("no %s in %q", want, cookies)
		}
	}
	if r := a.post("/preferences", url.Values{"lang": {"xx"}, "theme": {"<b>"}}); len(r.header["Set-Cookie"]) > 0 {
		t.Errorf("nonsense was kept: %q", r.header["Set-Cookie"])
	}
	a.do(request{path: "/", header: map[string]string{"Cookie": "lang=de; theme=dark"}}).want(t, http.StatusOK, []string{`lang="de"`, `data-theme="dark"`})
	a.do(request{path: "/", header: map[string]string{"Accept-Language": "de-AT,de;q=0.9"}}).want(t, http.StatusOK, []string{`lang="de"`})
	a.do(request{path: "/", header: map[string]string{"Accept-Language": "de", "Cookie": "lang=en"}}).want(t, http.StatusOK, []string{`lang="en"`})
}

// EV-1: assets are packed, named by their content and kept for ever.
func TestAssets(t *testing.T) {
	a := newTestApp(t)
	address := assets.URL("app.css")
	for coding, want := range map[string]string{"": "", "gzip": "gzip", "br, gzip": "br", "gzip;q=0": "", "br;q=0.0, gzip;q=1.0": "gzip", "identity": ""} {
		r := a.do(request{path: address, header: map[string]string{"Accept-Encoding": coding}}).want(t, http.StatusOK, nil)
		if got := r.header.Get("Content-Encoding"); got != want || r.header.Get("Vary") != "Accept-Encoding" || !strings.Contains(r.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%q: %q, %q, %q", coding, got, r.header.Get("Vary"), r.header.Get("Cache-Control"))
		}
		a.do(request{path: address, header: map[string]string{"Accept-Encoding": coding, "If-None-Match": r.header.Get("ETag")}}).want(t, http.StatusNotModified, nil)
	}
	for _, path := range []string{"/assets/app.css", "/assets/../go.mod", "/assets/app.000000000000.css", "/assets/"} {
		a.get(path).want(t, http.StatusNotFound, nil)
	}
}

// A109: nothing of ours or of the machine's is served beside the pages.
func TestNothingElseIsServed(t *testing.T) {
	a := newTestApp(t)
	for _, path := range []string{"/debug/pprof/", "/metrics", "/.env", "/.git/config", "/swagger", "/app.css.map", "/lodge.db", "/nowhere", "/dev/outbox"} {
		a.get(path).want(t, http.StatusNotFound, []string{"We could not find that page"})
	}
	a.do(request{method: "PUT", path: "/ticket/acme", form: url.Values{}}).want(t, http.StatusMethodNotAllowed, nil)
}

// A90: what stands in an address is never part of a page unescaped.
func TestAddressesAreEscaped(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	probe := url.QueryEscape(`"><script>probe</script>`)
	for _, path := range []string{"/?q=" + probe, "/ticket?x=" + probe, "/ticket/acme?customer_token=" + probe, "/ticket/acme?template=" + probe, "/ticket/" + url.PathEscape(`"><script>probe</script>`),
		thread + "?p=" + probe, thread + "?notice=" + probe, "/doc/acme/search?q=" + probe, "/doc/acme/" + url.PathEscape(`"><script>probe</script>`), "/ticket/unsubscribe/" + url.PathEscape(`"><script>probe</script>`)} {
		if got := a.get(path); strings.Contains(got.body, "<script>probe") || strings.Contains(got.body, "⟦") {
			t.Errorf("%s: %s", path, short(got.body))
		}
	}
}

// KB-1, KB-3: home, collection, article and search; a draft is nowhere.
func TestDocs(t *testing.T) {
	a := newTestApp(t)
	a.get("/doc/acme").want(t, http.StatusOK, []string{"/doc/acme/collections/printing", "/doc/acme/printer-fire", `href="/ticket/acme"`}, "DRAFT-SECRET")
	a.get("/doc/acme/collections/printing").want(t, http.StatusOK, []string{"When the printer is on fire"}, "DRAFT-SECRET")
	a.get("/doc/acme/printer-fire").want(t, http.StatusOK, []string{"<p>Pull the plug.</p>", "/doc/acme/collections/printing"}, "DRAFT-SECRET")
	a.get("/doc/acme/search?q=printers").want(t, http.StatusOK, []string{"/doc/acme/printer-fire", `value="printers"`}, "DRAFT-SECRET")
	a.get("/doc/acme/search?q=zebra&from=-5").want(t, http.StatusOK, []string{"Nothing found"})
	a.get("/doc/acme/search").want(t, http.StatusOK, nil)
	for _, path := range []string{"/doc/acme/draft", "/doc/acme/nowhere", "/doc/acme/collections/nowhere", "/doc/hidden/search?q=x"} {
		a.get(path).want(t, http.StatusNotFound, nil, "DRAFT-SECRET")
	}
}

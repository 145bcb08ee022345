package browser

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const plain = `<!doctype html><html lang="en"><title>A page</title><meta name="viewport" content="width=device-width">
<main><h1>A page</h1><form action="/sent" method="post" enctype="multipart/form-data"><label>Name <input id="name" name="name"></label>
<input type="file" id="file" name="file" aria-label="File"><select id="pick" name="pick" aria-label="Pick"><option>a<option>b</select><button id="send">Send</button></form>
<p id="said">still</p></main><script>document.getElementById("said").textContent = "scripts";</script>`

func serve(t *testing.T, html string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/sent":
			_ = r.ParseMultipartForm(1 << 20)
			names := ""
			for _, f := range r.MultipartForm.File["file"] {
				names += f.Filename
			}
			_, _ = w.Write([]byte("<!doctype html><title>Sent</title><p id=got>" + r.FormValue("name") + "|" + r.FormValue("pick") + "|" + names))
		case "/favicon.ico":
			w.WriteHeader(http.StatusNoContent)
		default:
			_, _ = w.Write([]byte(html))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestTabs: a form is filled in and sent, with the page's scripts on and off (EV-1).
func TestTabs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "note.txt")
	if err := os.WriteFile(file, []byte("note"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, off := range map[string]bool{"with scripts": false, "without scripts": true} {
		t.Run(name, func(t *testing.T) {
			tab := New(t, Options{NoScripts: off, Width: 390, Height: 800})
			tab.Open(serve(t, plain))
			if scripts := tab.Text("#said") == "scripts"; scripts == off {
				t.Errorf("the page's scripts ran: %v", scripts)
			}
			if w := Eval[int](tab, "innerWidth"); w != 390 {
				t.Errorf("%d px wide", w)
			}
			tab.Fill("#name", "first")
			tab.Fill("#name", "Ada ✓")
			tab.Choose("#pick", "b")
			tab.Attach("#file", file)
			tab.Click("#send")
			tab.WaitText("#got", "Ada ✓|b|note.txt")
			if r := tab.Requests(); len(r) < 2 || r[0].Status != 200 || r[0].Bytes == 0 {
				t.Errorf("requests: %+v", r)
			}
		})
	}
}

// TestFaultsAreFound: what the checks look for, they find (EV-2).
func TestFaultsAreFound(t *testing.T) {
	tab := New(t, Options{})
	tab.Open(serve(t, plain))
	if faults := tab.Axe(); len(faults) > 0 {
		t.Errorf("a good page: %v", faults)
	}
	tab.Open(serve(t, strings.Replace(plain, "<label>Name", "<style>:focus{outline:none}</style><label hidden>Name</label><p style='color:#aaa'>pale<label>", 1)))
	if faults := strings.Join(tab.Axe(), "\n"); !strings.Contains(faults, "color-contrast") {
		t.Errorf("faults: %s", faults)
	}
	tab.Press("Tab")
	if why := Eval[string](tab, focusShown); why != "is not marked" {
		t.Errorf("focus %s", why)
	}
	tab.Open(serve(t, `<!doctype html><title>x</title><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><script>1</script><img src="http://127.0.0.2:9/x.png">`))
	tab.WaitFor("img")
	tab.Wait("true")
	for _, part := range []string{"foreign host", "Content Security Policy"} {
		found := false
		tab.until(func() bool {
			tab.mu.Lock()
			defer tab.mu.Unlock()
			found = strings.Contains(strings.Join(tab.faults, "\n"), part)
			return found
		})
		if !found {
			t.Errorf("no complaint about %s: %v", part, tab.faults)
		}
	}
	tab.Forgive("")
}

// TestAxeIsUnmodified compares the vendored files with their checksums.
func TestAxeIsUnmodified(t *testing.T) {
	sums, err := os.Open("axe/CHECKSUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer sums.Close()
	n := 0
	for lines := bufio.NewScanner(sums); lines.Scan(); n++ {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		data, err := os.ReadFile("axe/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s is not what was published", name)
		}
	}
	if n != 3 {
		t.Errorf("%d files", n)
	}
}

// TestClickArrives: what is asked after a click is asked of the page that the click led to, even
// when it takes its time and looks like the one before.
func TestClickArrives(t *testing.T) {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/favicon.ico" {
			return
		}
		n++
		if n > 1 {
			time.Sleep(200 * time.Millisecond)
		}
		_, _ = w.Write([]byte(`<!doctype html><title>Page</title><p id="n">` + strconv.Itoa(n) + `</p><form method="post"><button id="go">Go</button></form>`))
	}))
	t.Cleanup(server.Close)
	for _, off := range []bool{false, true} {
		n = 0
		tab := New(t, Options{NoScripts: off})
		tab.Open(server.URL)
		for i := range 5 {
			tab.Click("#go")
			tab.WaitFor("#n")
			if got := tab.Text("#n"); got != strconv.Itoa(i+2) {
				t.Fatalf("page %s after click %d", got, i+1)
			}
		}
	}
}

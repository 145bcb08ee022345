package handlers

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
)

// smuggled is a request hidden in a body; its answer would be the word "ok" and 200.
const smuggled = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

// A105: no route leaves a body in the connection to be run as the next request, whatever
// it answers, for known and unknown addresses and methods.
func TestNoBodyIsRunAsARequest(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	_, unsubscribe := a.mailed(thread)
	for _, route := range a.app.GetRoutes(true) {
		if route.Method == http.MethodHead || route.Method == http.MethodConnect || route.Method == http.MethodTrace {
			continue
		}
		path := strings.NewReplacer(":token", strings.TrimPrefix(thread, "/ticket/thread/"), ":slug", "acme", ":pid", "abcdef", ":collection", "printing",
			":article", "printer-fire", ":number", "1", "*", "app.css").Replace(route.Path)
		if strings.HasPrefix(route.Path, unsubscribeRoute) {
			path = unsubscribe + strings.TrimPrefix(route.Path, unsubscribeRoute+":token")
		}
		if strings.HasSuffix(path, "/stream") {
			continue // ends with its reader; see TestStream
		}
		checkSmuggling(t, a, route.Method, path)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "GET", "OPTIONS", "PROPFIND", "NONSENSE"} {
		checkSmuggling(t, a, method, "/nowhere")
		checkSmuggling(t, a, method, "/ticket/nowhere")
		checkSmuggling(t, a, method, "/ticket/acme")
	}
}

func checkSmuggling(t *testing.T, a *testApp, method, path string) {
	t.Helper()
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(smuggled), smuggled)
	big := strings.Repeat("x", 100<<10) + smuggled
	boundary := "--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nx\r\n--b--\r\n"
	for name, body := range map[string]string{
		"plain":     rawForm(method, path, "", smuggled),
		"form":      rawForm(method, path, "application/x-www-form-urlencoded", smuggled),
		"json":      rawForm(method, path, "application/json", smuggled),
		"multipart": rawForm(method, path, "multipart/form-data; boundary=b", boundary+smuggled),
		"broken":    rawForm(method, path, "multipart/form-data", smuggled),
		"chunked":   rawForm(method, path, "multipart/form-data; boundary=b", chunked, "Transfer-Encoding: chunked"),
		"encoded":   rawForm(method, path, "application/x-www-form-urlencoded", smuggled, "Content-Encoding: gzip"),
		"foreign":   rawForm(method, path, "multipart/form-data; boundary=b", big, "Sec-Fetch-Site: cross-site"),
	} {
		answers := a.raw(body)
		if len(answers) != 1 {
			t.Errorf("%s %s, %s body: %d answers, the last is %d %q", method, path, name, len(answers), answers[max(0, len(answers)-1)].status, answers[max(0, len(answers)-1)].body)
		}
	}
}

// A105: what is allowed on a connection still works after it: pipelined requests are answered one by one.
func TestPipelinedRequestsAreKeptApart(t *testing.T) {
	a := newTestApp(t)
	thread := a.fileTicket()
	reply, kind := multipartBody(url.Values{"body": {"Pipelined"}}, []upload{{"a.txt", "abc"}})
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(reply), reply)
	all := a.raw(
		rawForm("POST", thread+"/replies", kind, chunked, "Transfer-Encoding: chunked"),
		smuggled,
		rawForm("POST", "/ticket/acme/suggestions", "application/x-www-form-urlencoded", "title=zebra"),
		rawForm("POST", "/preferences", "application/x-www-form-urlencoded", "1\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: chunked"),
		smuggled)
	var statuses []int
	for _, r := range all {
		statuses = append(statuses, r.status)
	}
	if fmt.Sprint(statuses) != "[303 200 200 303 200]" {
		t.Errorf("answers %v", statuses)
	}
}

// A105: heads that two servers could read in two ways are refused and the connection is closed.
func TestAmbiguousHeadsAreRefused(t *testing.T) {
	a := newTestApp(t)
	for name, head := range map[string]string{
		"length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"two lengths":       "Content-Length: 5\r\nContent-Length: 0\r\n",
		"same length twice": "Content-Length: 5\r\ncontent-length: 5\r\n",
		"other coding":      "Transfer-Encoding: xchunked\r\n",
		"list of codings":   "Transfer-Encoding: gzip, chunked\r\n",
		"identity":          "Transfer-Encoding: identity\r\n",
		"folded":            "X-A: b\r\n\tContent-Length: 5\r\n",
		"negative":          "Content-Length: -5\r\n",
		"plus":              "Content-Length: +5\r\n",
		"hex":               "Content-Length: 0x5\r\n",
		"space":             "Content-Length : 5\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			answers := a.raw("POST /preferences HTTP/1.1\r\nHost: 127.0.0.1\r\n" + head + "\r\n0\r\n\r\n" + smuggled)
			if len(answers) != 1 || answers[0].status != http.StatusBadRequest {
				t.Errorf("answers %v", answers)
			}
		})
	}
	if answers := a.raw("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + strings.Repeat("a", 64<<10) + "\r\n\r\n"); len(answers) != 1 || answers[0].status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a huge head: %v", answers)
	}
}

// PC-6, A105: a body over its cap is refused by its announced length, and while it arrives when that lies.
func TestOrdinaryBodiesHaveACap(t *testing.T) {
	a := newTestApp(t)
	body := "title=" + strings.Repeat("x", ordinaryBody)
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for name, raw := range map[string]string{
		"by length": rawForm("POST", "/ticket/acme/suggestions", "application/x-www-form-urlencoded", body),
		"by lie":    rawForm("POST", "/ticket/acme/suggestions", "application/x-www-form-urlencoded", chunked, "Transfer-Encoding: chunked"),
	} {
		answers := a.raw(raw, smuggled)
		if len(answers) == 0 || answers[0].status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %v", name, answers)
		}
	}
	a.post("/ticket/acme/suggestions", url.Values{"title": {strings.Repeat("x", 100<<10)}}).want(t, http.StatusOK, nil)
	a.do(request{method: "POST", path: "/ticket/acme/suggestions", form: url.Values{"title": {"x"}}, header: map[string]string{"Content-Encoding": "gzip"}}).want(t, http.StatusUnsupportedMediaType, nil)
}

// PC-6: an upload whose length lies is stopped while it arrives, its text is kept, and no file is.
func TestUploadThatLiesIsStopped(t *testing.T) {
	a := newTestApp(t)
	a.settings(func(p *models.Project) { p.Settings.RequestMB, p.Settings.FileMB = 1, 1 })
	form, kind := multipartBody(a.ticketForm(), []upload{{"a.bin", strings.Repeat("x", 600<<10)}, {"b.bin", strings.Repeat("y", 900<<10)}})
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(form), form)
	answers := a.raw(rawForm("POST", "/ticket/acme", kind, chunked, "Transfer-Encoding: chunked"), smuggled)
	if len(answers) != 2 || answers[1].status != http.StatusOK {
		t.Fatalf("%d answers", len(answers))
	}
	answers[0].want(t, http.StatusRequestEntityTooLarge, []string{"It began this morning."})
	// Cut off halfway: neither a ticket nor a file.
	form, kind = multipartBody(a.ticketForm(), []upload{{"a.bin", strings.Repeat("x", 100<<10)}})
	cut := rawForm("POST", "/ticket/acme", kind, form)
	for _, at := range []int{len(cut) - 60<<10, len(cut) - 10, len(cut) - 1} {
		if answers := a.raw(cut[:at]); len(answers) > 0 && answers[0].status < 400 {
			t.Errorf("a form cut off was taken: %d", answers[0].status)
		}
	}
	long := a.ticketForm()
	long.Set("title", "Z"+strings.Repeat("z", 20<<10)) // the last field, longer than what the server reads ahead
	encoded := rawForm("POST", "/ticket/acme", "application/x-www-form-urlencoded", long.Encode())
	if answers := a.raw(encoded[:len(encoded)-1000]); len(answers) != 1 || answers[0].status != http.StatusBadRequest {
		t.Errorf("a form cut off was read: %v", answers)
	}
	if a.tickets() != 0 {
		t.Error("a form cut off made a ticket")
	}
}

// A105: a body that is larger than what is worth reading away closes the connection.
func TestEndlessBodyClosesTheConnection(t *testing.T) {
	a := newTestApp(t)
	c, err := net.Dial("tcp", a.listen())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sent := 0
	go func() {
		_, _ = io.WriteString(c, "POST /ticket/acme HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"x\"\r\n\r\n")
		block := make([]byte, 1<<20)
		for {
			n, err := c.Write(block)
			if sent += n; err != nil {
				return
			}
		}
	}()
	// The end of the connection, with or without an answer before it, is all that counts.
	_, _ = io.Copy(io.Discard, c)
}

// A99, A100: odd forms are refused or read by the documented rule, and never a fault of ours.
func TestOddForms(t *testing.T) {
	a := newTestApp(t)
	many := url.Values{}
	for i := range 1000 {
		many.Set(fmt.Sprintf("f[%d]", i), "x")
	}
	a.post("/ticket/acme", many).want(t, http.StatusBadRequest, nil)
	a.post("/ticket/acme", url.Values{"tags.18446744073704": {"x"}, "f[99999999]": {"x"}}).want(t, http.StatusUnprocessableEntity, nil)
	for name, r := range map[string]request{
		"bad escape":      {body: "title=%zz", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		"no boundary":     {body: "x", header: map[string]string{"Content-Type": "multipart/form-data"}},
		"not a multipart": {body: "x", header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}},
		"no end":          {body: "--b\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx", header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}},
		"nameless":        {body: "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}},
		"long name":       {body: strings.Repeat("n", 200) + "=x", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
		"bad type":        {body: "x", header: map[string]string{"Content-Type": ";;;"}},
	} {
		t.Run(name, func(t *testing.T) {
			r.method, r.path = "POST", "/ticket/acme"
			a.do(r).want(t, http.StatusBadRequest, nil)
		})
	}
	for _, kind := range []string{"application/json", "text/plain"} {
		a.do(request{method: "POST", path: "/ticket/acme", body: `{"title":"x"}`, header: map[string]string{"Content-Type": kind}}).want(t, http.StatusUnsupportedMediaType, nil)
	}
	form := a.ticketForm()
	form["title"] = []string{"The first counts", "not this one"}
	form.Set("description", "NUL \x00 and bad \xff\xfe bytes")
	r := a.post("/ticket/acme", form).want(t, http.StatusSeeOther, nil)
	a.get(r.header.Get("Location")).want(t, http.StatusOK, []string{"The first counts", "and bad"}, "not this one", "\x00")
}

func TestUploadRoutesMatchWholePaths(t *testing.T) {
	h := &Handlers{}
	h.postUpload(fiber.New(), "/ticket/:slug", func(*fiber.Ctx) error { return nil })
	for path, want := range map[string]bool{"/ticket/acme": true, "/ticket/": false, "/ticket": false, "/ticket/acme/fields": false, "/ticket/acme/": true, "/ticket/acme//": false, "/other/acme": false} {
		if got := h.takesUpload("POST", path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if h.takesUpload("PUT", "/ticket/acme") {
		t.Error("another method")
	}
}

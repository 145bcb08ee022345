package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a tab waits for anything. It is generous because it only costs
// time when a test fails.
const patience = 30 * time.Second

// Options say how a tab looks at the world. The zero value is a wide window with scripts,
// a light scheme, no motion, English.
type Options struct {
	// NoScripts switches the page's scripts off.
	NoScripts bool
	// Width and Height are CSS pixels; 0 is 1280 × 900.
	Width, Height int
	// Dark asks for the dark scheme, Motion for moving things.
	Dark, Motion bool
	// Language is the browser's first language; empty is English.
	Language string
	// Abroad are other hosts that pages may lead to.
	Abroad []string
}

// Tab is one visitor: a page with cookies, storage and cache of its own. Its methods end
// the test when something fails. At the end of the test it fails it for every complaint
// of the console and every request to a host that is not the first page's.
type Tab struct {
	t   testing.TB
	ctx context.Context
	Options

	mu       sync.Mutex
	host     string
	requests map[network.RequestID]*Request
	order    []*Request
	faults   []string
	// frame is the page's own frame; loading says that it is on its way to another page.
	frame   cdp.FrameID
	loading bool
}

// Request is one thing that the page loaded.
type Request struct {
	URL    string
	Status int64
	// Bytes is what came over the wire, heads included; 0 until it is all there.
	Bytes int64
	done  bool
}

// New opens a tab. Without Chromium the test is skipped; see Require.
func New(t testing.TB, o Options) *Tab {
	t.Helper()
	Require(t)
	p, _ := shared()
	ctx, _ := chromedp.NewContext(p.ctx, chromedp.WithNewBrowserContext())
	tab := &Tab{t: t, ctx: ctx, Options: o, requests: map[network.RequestID]*Request{}}
	tab.must("open a tab", chromedp.Do(ctx))
	tab.must("listen", chromedp.Listen(ctx, tab.hear))
	tab.must("watch the network", call(tab, network.Enable, network.EnableParams{}))
	tab.must("watch the log", call(tab, log.Enable, cdp.Empty{}))
	tab.must("watch the page", call(tab, page.Enable, page.EnableParams{}))
	if o.Language == "" {
		tab.Language = "en"
	}
	tab.must("set the language", call(tab, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": tab.Language}}))
	tab.must("set the time zone", call(tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "UTC"}))
	tab.Resize(o.Width, o.Height)
	tab.look()
	if o.NoScripts {
		tab.scripts(false)
	}
	t.Cleanup(tab.close)
	return tab
}

func (tab *Tab) close() {
	if tab.t.Failed() {
		text, _ := eval[string](tab, `(document.body?.innerText ?? "").slice(0, 1500)`)
		address, _ := eval[string](tab, "location.href")
		tab.t.Logf("the page at the end: %s\n%s", address, text)
		if dir := os.Getenv("LODGE_TEST_SHOTS"); dir != "" {
			if png, err := tab.shoot(false); err == nil {
				_ = os.WriteFile(dir+"/"+strings.ReplaceAll(tab.t.Name(), "/", "_")+".png", png, 0o644)
			}
		}
	}
	tab.mu.Lock()
	for _, fault := range tab.faults {
		tab.t.Errorf("the browser complains: %s", fault)
	}
	tab.mu.Unlock()
	_ = chromedp.Cancel(tab.ctx)
}

// hear runs inside the loop that reads the browser's messages: it only takes notes.
func (tab *Tab) hear(ev any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		r := &Request{URL: ev.Request.URL}
		tab.requests[ev.RequestID] = r
		tab.order = append(tab.order, r)
		if u, err := url.Parse(r.URL); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			if tab.host == "" {
				tab.host = u.Host
			}
			if u.Host != tab.host && !slices.Contains(tab.Abroad, u.Host) {
				tab.faults = append(tab.faults, "a request to a foreign host: "+r.URL)
			}
		}
	case *page.EventFrameStartedLoading:
		tab.loading = tab.loading || ev.FrameID == tab.frame
	case *page.EventFrameStoppedLoading:
		tab.loading = tab.loading && ev.FrameID != tab.frame
	case *network.EventResponseReceived:
		if r := tab.requests[ev.RequestID]; r != nil {
			r.Status = ev.Response.Status
		}
	case *network.EventLoadingFinished:
		if r := tab.requests[ev.RequestID]; r != nil {
			r.Bytes, r.done = int64(ev.EncodedDataLength), true
		}
	case *network.EventLoadingFailed:
		if r := tab.requests[ev.RequestID]; r != nil {
			r.done = true
		}
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
		tab.faults = append(tab.faults, text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			said, _ := json.Marshal(ev.Args)
			// htmx repeats a refused answer on the console; the page itself says it to people.
			if !strings.Contains(string(said), "Response Status Error Code 4") {
				tab.faults = append(tab.faults, string(said))
			}
		}
	case *log.EventEntryAdded:
		e := ev.Entry
		// Refusals are answers of ours, and stories provoke them on purpose.
		refusal := e.Source == log.EntrySourceNetwork && strings.Contains(e.Text, "status of 4")
		if (e.Level == log.EntryLevelError || e.Level == log.EntryLevelWarning) && !refusal {
			tab.faults = append(tab.faults, fmt.Sprintf("%s: %s %s", e.Source, e.Text, e.URL))
		}
	}
}

// Forgive drops the complaints so far whose text contains part: a story that provokes one
// on purpose says so.
func (tab *Tab) Forgive(part string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	var kept []string
	for _, fault := range tab.faults {
		if !strings.Contains(fault, part) {
			kept = append(kept, fault)
		}
	}
	tab.faults = kept
}

// Requests are the requests since the tab was opened or the last call of Forget.
func (tab *Tab) Requests() []Request {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	var all []Request
	for _, r := range tab.order {
		all = append(all, *r)
	}
	return all
}

// WaitLoaded waits until everything that was asked for is there. On a page with a stream
// that never comes true.
func (tab *Tab) WaitLoaded() {
	tab.t.Helper()
	if !tab.until(func() bool {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		for _, r := range tab.order {
			if !r.done {
				return false
			}
		}
		return true
	}) {
		tab.t.Fatalf("still loading: %+v", tab.Requests())
	}
}

// Forget clears the list of Requests.
func (tab *Tab) Forget() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.order = nil
}

// Resize sets the window; 0 is 1280 × 900. A narrow window is a phone's.
func (tab *Tab) Resize(width, height int) {
	tab.t.Helper()
	tab.Width, tab.Height = width, height
	if tab.Width == 0 {
		tab.Width = 1280
	}
	if tab.Height == 0 {
		tab.Height = 900
	}
	tab.must("resize", call(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: int64(tab.Width), Height: int64(tab.Height), DeviceScaleFactor: 1, Mobile: tab.Width < 600,
		ScrollbarType: emulation.SetDeviceMetricsOverrideScrollbarTypeOverlay}))
}

func (tab *Tab) scripts(on bool) {
	tab.t.Helper()
	tab.must("switch scripts", call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// Scheme changes the visitor's colour scheme.
func (tab *Tab) Scheme(dark bool) {
	tab.t.Helper()
	tab.Dark = dark
	tab.look()
}

func (tab *Tab) look() {
	tab.t.Helper()
	scheme, motion := "light", "reduce"
	if tab.Dark {
		scheme = "dark"
	}
	if tab.Motion {
		motion = "no-preference"
	}
	tab.must("set the scheme", call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion}}}))
}

// Open loads a page and waits until it stands.
func (tab *Tab) Open(address string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	res, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: address})
	tab.must("open "+address, err)
	tab.mu.Lock()
	tab.frame = res.FrameID
	tab.mu.Unlock()
	if res.ErrorText != "" {
		tab.t.Fatalf("open %s: %s", address, res.ErrorText)
	}
	tab.Wait(`document.readyState === "complete" && location.href !== "about:blank"`)
}

// Screenshot is a PNG of the window, or of the whole page.
func (tab *Tab) Screenshot(whole bool) []byte {
	tab.t.Helper()
	png, err := tab.shoot(whole)
	tab.must("take a screenshot", err)
	return png
}

func (tab *Tab) shoot(whole bool) ([]byte, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	params := page.CaptureScreenshotParams{}
	if whole {
		type size struct{ W, H float64 }
		s, err := eval[size](tab, `({W: document.documentElement.clientWidth, H: document.documentElement.scrollHeight})`)
		if err != nil {
			return nil, err
		}
		beyond := true
		params.CaptureBeyondViewport = &beyond
		params.Clip = &page.Viewport{Width: s.W, Height: s.H, Scale: 1}
	}
	res, err := chromedp.Call(ctx, page.CaptureScreenshot, params)
	if err != nil {
		return nil, err
	}
	return res.Data, nil
}

func (tab *Tab) must(what string, err error) {
	tab.t.Helper()
	if err != nil {
		tab.t.Fatalf("%s: %v", what, err)
	}
}

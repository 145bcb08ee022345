package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func call[P, R any](tab *Tab, cmd cdp.Command[P, R], params P) error {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	_, err := chromedp.Call(ctx, cmd, params)
	return err
}

func eval[T any](tab *Tab, js string) (T, error) {
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// Eval gives the value of an expression in the page, also where the page's own scripts are
// switched off.
func Eval[T any](tab *Tab, js string) T {
	tab.t.Helper()
	v, err := eval[T](tab, js)
	if err != nil {
		tab.t.Fatalf("%s: %v", short(js), err)
	}
	return v
}

// arrived waits, after something that may lead to another page, until that page stands: what
// is asked next is asked of it and not of the one before.
func (tab *Tab) arrived() {
	// The page says that it leaves a moment after the click: once it has come round to the next thing.
	_, _ = eval[int](tab, "0")
	time.Sleep(40 * time.Millisecond)
	tab.until(func() bool {
		tab.mu.Lock()
		defer tab.mu.Unlock()
		return !tab.loading
	})
}

// Wait waits until an expression is true. While a page gives way to the next it is false.
func (tab *Tab) Wait(js string) {
	tab.t.Helper()
	var last error
	ok := tab.until(func() bool {
		v, err := eval[bool](tab, "!!("+js+")")
		last = err
		return err == nil && v
	})
	if !ok {
		tab.t.Fatalf("this did not come true: %s (%v)", js, last)
	}
}

func (tab *Tab) until(done func() bool) bool {
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-every.C {
		if done() {
			return true
		}
		if tab.ctx.Err() != nil {
			return false
		}
	}
	return false
}

// WaitFor waits until the page stands and an element matches.
func (tab *Tab) WaitFor(selector string) {
	tab.t.Helper()
	tab.Wait(`document.readyState === "complete" && document.querySelector(` + Quote(selector) + `)`)
}

// WaitGone waits until no element matches.
func (tab *Tab) WaitGone(selector string) {
	tab.t.Helper()
	tab.Wait(`document.readyState === "complete" && !document.querySelector(` + Quote(selector) + `)`)
}

// WaitSettled waits until htmx has asked, swapped and woken up what it swapped in.
func (tab *Tab) WaitSettled() {
	tab.t.Helper()
	tab.Wait(`!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, form[aria-busy]")`)
}

// WaitText waits until the element's visible text contains a text.
func (tab *Tab) WaitText(selector, text string) {
	tab.t.Helper()
	tab.Wait(`document.readyState === "complete" && (document.querySelector(` + Quote(selector) + `)?.innerText ?? "").includes(` + Quote(text) + `)`)
}

// Eval tells whether an expression is true now.
func (tab *Tab) Eval(js string) bool {
	tab.t.Helper()
	return Eval[bool](tab, "!!("+js+")")
}

// Has tells whether an element matches now.
func (tab *Tab) Has(selector string) bool {
	tab.t.Helper()
	return Eval[bool](tab, `!!document.querySelector(`+Quote(selector)+`)`)
}

// Text is the visible text of the first element that matches.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return Eval[string](tab, `document.querySelector(`+Quote(selector)+`)?.innerText ?? ""`)
}

// Value is what a field holds.
func (tab *Tab) Value(selector string) string {
	tab.t.Helper()
	return Eval[string](tab, `document.querySelector(`+Quote(selector)+`).value`)
}

// URL is the page's address.
func (tab *Tab) URL() string {
	tab.t.Helper()
	return Eval[string](tab, `location.href`)
}

// HTML is the page as it stands.
func (tab *Tab) HTML() string {
	tab.t.Helper()
	return Eval[string](tab, `document.documentElement.outerHTML`)
}

// Focused describes the focused element: its id, else its name, else its text.
func (tab *Tab) Focused() string {
	tab.t.Helper()
	return Eval[string](tab, `(e => e ? e.id || e.name || e.innerText.trim() : "")(document.activeElement)`)
}

// spot finds the middle of an element once it lies still and nothing covers it.
const spot = `(selector => {
	const el = document.querySelector(selector);
	if (!el) return {Why: "there is none"};
	el.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
	const box = el.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
	if (!box.width || !box.height) return {Why: "it is not shown"};
	const hit = document.elementFromPoint(x, y);
	if (!hit || !(el === hit || el.contains(hit) || hit.closest("label")?.control === el)) return {Why: "it is covered by " + (hit ? hit.outerHTML.slice(0, 120) : "nothing")};
	return {X: x, Y: y, Why: ""};
})`

type point struct {
	X, Y float64
	Why  string
}

// waitPainted waits for the page's first picture, for a few seconds at most: until then
// Chromium drops what is pressed and clicked, as if it were meant for the page before.
func (tab *Tab) waitPainted() {
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if painted, err := eval[bool](tab, `performance.getEntriesByType("paint").length > 0`); err == nil && painted {
			return
		}
	}
}

// Click presses the first element that matches, with the mouse and where it is.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.waitPainted()
	var at, before point
	ok := tab.until(func() bool {
		before = at
		var err error
		if at, err = eval[point](tab, spot+"("+Quote(selector)+")"); err != nil {
			at = point{Why: err.Error()}
		}
		return at.Why == "" && at == before
	})
	if !ok {
		tab.t.Fatalf("cannot click %s: %s", selector, at.Why)
	}
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMouseMoved, input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		params := input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y}
		if kind != input.DispatchMouseEventTypeMouseMoved {
			params.Button, params.ClickCount = input.MouseButtonLeft, 1
		}
		tab.must("click "+selector, call(tab, input.DispatchMouseEvent, params))
	}
	tab.arrived()
}

// Fill puts a text into a field in place of what it held, as one paste would.
func (tab *Tab) Fill(selector, text string) {
	tab.t.Helper()
	tab.WaitFor(selector)
	Eval[bool](tab, `(e => { e.focus(); e.select?.(); return true; })(document.querySelector(`+Quote(selector)+`))`)
	if text == "" {
		tab.Press("Delete")
	} else {
		tab.must("fill in "+selector, call(tab, input.InsertText, input.InsertTextParams{Text: text}))
	}
	// Browsers normalise what a field holds; only a lost text is a fault.
	if tab.Value(selector) == "" && text != "" {
		tab.t.Fatalf("%s did not take %q", selector, text)
	}
}

// Type types a text key by key into what has focus.
func (tab *Tab) Type(text string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	tab.must("type", chromedp.Do(ctx, chromedp.KeyEvent(text)))
}

var keys = map[string]string{"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Delete": kb.Delete, "ArrowDown": kb.ArrowDown, "ArrowUp": kb.ArrowUp,
	"ArrowRight": kb.ArrowRight, "ArrowLeft": kb.ArrowLeft, "End": kb.End, "Home": kb.Home}

// Press presses keys, one after another: a letter, or a name such as Tab, Shift+Tab or
// Control+Enter.
func (tab *Tab) Press(chords ...string) {
	tab.t.Helper()
	tab.waitPainted()
	for _, chord := range chords {
		var modifiers []chromedp.Modifier
		key := chord
		for {
			name, rest, found := strings.Cut(key, "+")
			if !found || rest == "" {
				break
			}
			modifiers = append(modifiers, map[string]chromedp.Modifier{"Shift": kb.ModifierShift, "Control": kb.ModifierCtrl, "Alt": kb.ModifierAlt}[name])
			key = rest
		}
		if named, ok := keys[key]; ok {
			key = named
		}
		ctx, cancel := context.WithTimeout(tab.ctx, patience)
		err := chromedp.Do(ctx, chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
		cancel()
		tab.must("press "+chord, err)
	}
	tab.arrived()
}

// Choose sets a select as a person would, so that scripts hear of it.
func (tab *Tab) Choose(selector, value string) {
	tab.t.Helper()
	tab.WaitFor(selector)
	got := Eval[string](tab, fmt.Sprintf(`(e => { e.focus(); e.value = %s; e.dispatchEvent(new Event("input", {bubbles: true})); e.dispatchEvent(new Event("change", {bubbles: true})); return e.value; })(document.querySelector(%s))`, Quote(value), Quote(selector)))
	if got != value {
		tab.t.Fatalf("%s has no choice %q", selector, value)
	}
}

// Attach chooses files in a file field.
func (tab *Tab) Attach(selector string, paths ...string) {
	tab.t.Helper()
	tab.WaitFor(selector)
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	field, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject](`document.querySelector(`+Quote(selector)+`)`))
	tab.must("find "+selector, err)
	_, err = chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: paths, ObjectID: field.ObjectID})
	tab.must("attach files", err)
}

// Quote writes a string as JavaScript does.
func Quote(s string) string {
	q, _ := json.Marshal(s)
	return string(q)
}

func short(js string) string {
	if len(js) > 200 {
		return js[:200] + "…"
	}
	return js
}

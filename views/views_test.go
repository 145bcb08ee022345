package views

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/net/html"

	"lodge/locale"
)

func open(t testing.TB) *Views {
	t.Helper()
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(Options{Catalogue: words})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func show(t testing.TB, v *Views, lang string, s Sample) string {
	t.Helper()
	var b bytes.Buffer
	var err error
	if s.Layout == "" {
		err = v.Fragment(&b, lang, s.Template, s.Data)
	} else {
		err = v.Page(&b, lang, s.Layout, s.Page())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// EV-1: every public page and fragment renders in every language, with no word or value left out.
func TestEverySampleRenders(t *testing.T) {
	v := open(t)
	shown := map[string]bool{}
	for _, lang := range []string{"en", "de"} {
		for _, s := range Gallery() {
			shown[s.Template] = true
			t.Run(lang+" "+s.Name, func(t *testing.T) {
				text := show(t, v, lang, s)
				for _, bad := range []string{"⟦", "<no value>", "%!", "ZgotmplZ", "{{", "&lt;nil&gt;"} {
					if strings.Contains(text, bad) {
						t.Errorf("holds %q", bad)
					}
				}
				if s.Layout != "" && !strings.Contains(text, `<html lang="`+lang+`"`) {
					t.Error("does not name its language")
				}
				if strings.Contains(s.Name, "empty") && s.Layout == "" && strings.TrimSpace(text) != "" {
					t.Errorf("is not empty: %q", text)
				}
			})
		}
	}
	err := templates(embedded, func(name string, _ []byte) error {
		room, file, _ := strings.Cut(name, "/")
		if (room == "portal" || room == "docs" || room == "errors") && !strings.HasPrefix(file, "_") && !shown[name] {
			t.Errorf("%s has no sample in the gallery", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// EV-2: ids are unique in a page, labels and descriptions point at something, every control has a name.
func TestPagesAreWiredForAssistiveTechnology(t *testing.T) {
	v := open(t)
	for _, s := range Gallery() {
		if s.Layout == "" {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			doc, err := html.Parse(strings.NewReader(show(t, v, "en", s)))
			if err != nil {
				t.Fatal(err)
			}
			ids, labelled := map[string]int{}, map[string]bool{}
			var refs []string
			headings := 0
			walk(doc, func(n *html.Node) {
				if id := attr(n, "id"); id != "" {
					ids[id]++
				}
				if n.Data == "label" {
					labelled[attr(n, "for")] = true
				}
				if n.Data == "h1" {
					headings++
				}
				for _, name := range []string{"aria-labelledby", "aria-describedby", "for"} {
					refs = append(refs, strings.Fields(attr(n, name))...)
				}
				if n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#") && len(attr(n, "href")) > 1 {
					refs = append(refs, attr(n, "href")[1:])
				}
			})
			for id, count := range ids {
				if count > 1 {
					t.Errorf("id %q stands %d times", id, count)
				}
			}
			for _, id := range refs {
				if ids[id] == 0 {
					t.Errorf("something points at #%s, which is not there", id)
				}
			}
			if headings != 1 {
				t.Errorf("%d first headings", headings)
			}
			walk(doc, func(n *html.Node) {
				if n.Data != "input" && n.Data != "select" && n.Data != "textarea" || attr(n, "type") == "hidden" {
					return
				}
				wrapped := false
				for p := n.Parent; p != nil; p = p.Parent {
					wrapped = wrapped || p.Data == "label"
				}
				if !wrapped && !labelled[attr(n, "id")] && attr(n, "aria-label") == "" {
					t.Errorf("%s %q has no label", n.Data, attr(n, "name"))
				}
			})
		})
	}
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// PC-4: a refused form shows every value again, ties each message to its field and links to it from the summary.
func TestRefusedFormKeepsEverything(t *testing.T) {
	v := open(t)
	for _, s := range Gallery() {
		if s.Name != "portal/create, refused" {
			continue
		}
		text := show(t, v, "en", s)
		for _, want := range []string{
			`value="ada@lovelace"`, `value="Rear brake squeals after rain"`, `href="#email"`, `href="#field-frame"`, `href="#field-parts"`, `href="#files"`,
			`id="email-error"`, `id="field-frame-error"`, `name="keep" value="s1" checked`, `name="keep" value="s2">`, "rear-brake.jpg", `tabindex="-1" id="problems"`, "5 things",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %s", want)
			}
		}
		// PC-6: text stands before files.
		if strings.Index(text, `name="description"`) > strings.Index(text, `type="file"`) {
			t.Error("the file field stands before the text")
		}
	}
}

// PT-2: what people typed is text, never markup, wherever it stands.
func TestTypedTextIsEscaped(t *testing.T) {
	v := open(t)
	evil := `"><script>alert(1)</script>{{.}}`
	form := Create{Title: evil, Description: evil, Email: evil, Project: Project{Name: evil}, Errors: map[string]string{FieldTitle: evil}}
	form.Upload.Staged = []StagedFile{{Value: evil, Name: evil}}
	header := ThreadHeader{Title: evil, Status: Status{"open", evil}, Agent: evil, Fields: []PublicField{{evil, evil}}}
	message := []Message{{ID: "m", Author: evil, Files: []File{{Name: evil, URL: "javascript:alert(1)"}}}}
	for name, data := range map[string]any{"portal/create": form, "portal/thread": Thread{Header: header, Messages: message, Reply: &ReplyForm{Body: evil, Address: evil}}} {
		text := show(t, v, "en", Sample{Template: name, Layout: "portal", Title: evil, Data: data})
		if strings.Contains(text, "<script>alert") || strings.Contains(text, `href="javascript:`) {
			t.Errorf("%s lets markup through", name)
		}
	}
}

// PT-5: the answer to a poll and to a reply carry their parts out of band and leave the rest of the page alone.
func TestLiveAnswersAreOutOfBand(t *testing.T) {
	v := open(t)
	for _, s := range Gallery() {
		if s.Template != "portal/_updates" && s.Template != "portal/_reply_added" {
			continue
		}
		text := show(t, v, "en", s)
		for _, want := range []string{`hx-swap-oob="beforeend:#messages"`, `id="ticket-header" hx-swap-oob="true"`, `hx-swap="none" hx-sync="this:drop" hx-swap-oob="true"`, `id="live" hx-swap-oob="innerHTML"`, "is-fresh"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", s.Name, want)
			}
		}
	}
}

var (
	letters  = regexp.MustCompile(`\pL{2,}`)
	comment  = regexp.MustCompile(`\{\{-?\s*/\*.*?\*/\s*-?\}\}`)
	spoken   = map[string]bool{"placeholder": true, "aria-label": true, "title": true, "alt": true, "aria-description": true, "aria-roledescription": true}
	userText = map[string]bool{"script": true, "style": true, "code": true}
)

// EV-1, EV-2: no template holds a bare word, an inline style or script, or a definition in the shared name space.
func TestTemplatesHoldNoBareWords(t *testing.T) {
	if problems := inspect(t, embedded); len(problems) > 0 {
		t.Error(strings.Join(problems, "\n"))
	}
	bad := fstest.MapFS{
		"portal/a.html": {Data: []byte(`<p>Hello {{.Name}}</p>`)},
		"portal/b.html": {Data: []byte(`<input placeholder="Your name">`)},
		"portal/c.html": {Data: []byte(`<p style="color:red">{{.}}</p>`)},
		"portal/d.html": {Data: []byte(`<p onclick="x()">{{.}}</p>`)},
		"portal/e.html": {Data: []byte(`{{define "x"}}{{end}}`)},
		"portal/f.html": {Data: []byte(`<script>x()</script>`)},
		"portal/g.html": {Data: []byte(`<p hx-on:click="x()">{{.}}</p>`)},
		"portal/h.html": {Data: []byte(`<p {{if .}}title="Bad words"{{end}}></p>`)},
	}
	if problems := inspect(t, bad); len(problems) != len(bad) {
		t.Errorf("found %d of %d planted faults: %v", len(problems), len(bad), problems)
	}
}

func inspect(t *testing.T, files fs.FS) (problems []string) {
	err := templates(files, func(name string, source []byte) error {
		report := func(format string, args ...any) { problems = append(problems, name+": "+fmt.Sprintf(format, args...)) }
		if bytes.Contains(source, []byte("{{define")) || bytes.Contains(source, []byte("{{block")) {
			report("defines a template inside its file")
		}
		plain := comment.ReplaceAll(source, nil)
		plain = action.ReplaceAll(plain, []byte("\u2063"))
		if !bytes.Contains(plain, []byte("<")) && bytes.Contains(plain, []byte(`="`)) {
			plain = []byte("<i " + string(plain) + ">") // a fragment of attributes
		}
		z := html.NewTokenizer(bytes.NewReader(plain))
		inside := ""
		for {
			kind := z.Next()
			if kind == html.ErrorToken {
				return nil
			}
			token := z.Token()
			switch kind {
			case html.TextToken:
				if text := strings.TrimSpace(token.Data); inside == "script" && text != "" {
					report("holds an inline script")
				} else if letters.MatchString(text) && !userText[inside] {
					report("bare words %q", text)
				}
			case html.StartTagToken, html.SelfClosingTagToken:
				inside = token.Data
				for _, a := range token.Attr {
					key := strings.TrimFunc(a.Key, func(r rune) bool { return !unicode.IsLetter(r) })
					switch {
					case spoken[key] && letters.MatchString(a.Val):
						report("bare words in %s=%q", a.Key, a.Val)
					case key == "style" && !strings.HasPrefix(name, "mail/"):
						report("inline style")
					case strings.HasPrefix(key, "on") || strings.HasPrefix(key, "hx-on"):
						report("inline script in %s", a.Key)
					}
				}
			case html.EndTagToken:
				inside = ""
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// A missing word or icon stops the start and is named, together with all others.
func TestMissingWordsAreNamed(t *testing.T) {
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{"portal/x.html": {Data: []byte(`{{t "no.such"}} {{tf "no.other" "A" 1}} {{if .}}{{icon "no-icon"}}{{end}}`)}}
	_, err = load(files, words)
	if err == nil {
		t.Fatal("loaded")
	}
	for _, want := range []string{"no.such", "no.other", "no-icon", "portal/x"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// The engine's own layouts fail when pages and fragments are rendered side by side; ours must not. Run with -race too.
func TestPagesAndFragmentsSideBySide(t *testing.T) {
	v := open(t)
	samples := Gallery()
	want := map[string]string{}
	for _, lang := range []string{"en", "de"} {
		for _, s := range samples {
			want[lang+s.Name+fmt.Sprint(s.Data)] = show(t, v, lang, s)
		}
	}
	v = open(t) // fresh, so that the first, escaping execution happens side by side as well
	var all sync.WaitGroup
	for g := range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range 400 {
				s, lang := samples[(i*7+g*3)%len(samples)], []string{"en", "de"}[(i+g)%2]
				var b bytes.Buffer
				var err error
				if s.Layout == "" {
					err = v.Fragment(&b, lang, s.Template, s.Data)
				} else {
					err = v.Page(&b, lang, s.Layout, s.Page())
				}
				if err != nil {
					t.Errorf("%s: %v", s.Name, err)
					return
				}
				if b.String() != want[lang+s.Name+fmt.Sprint(s.Data)] {
					t.Errorf("%s %s: differs when rendered side by side", lang, s.Name)
					return
				}
			}
		}()
	}
	all.Wait()
}

func TestAFailedPageWritesNothing(t *testing.T) {
	v := open(t)
	var b bytes.Buffer
	if err := v.Page(&b, "en", "portal", Page{Body: "portal/create", Data: 7}); err == nil || b.Len() > 0 {
		t.Errorf("error %v, %d bytes written", err, b.Len())
	}
}

func TestDevelopmentReadsTemplatesAgain(t *testing.T) {
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, embedded); err != nil {
		t.Fatal(err)
	}
	v, err := New(Options{Dev: true, Dir: dir, Catalogue: words})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "portal", "_new.html"), []byte(`{{- t "common.docs" -}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := v.Fragment(&b, "de", "portal/_new", nil); err != nil || b.String() != "Wissensdatenbank" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"Ada Lovelace": "AL", "ada@example.com": "A", "Mei": "M", "Jean Luc Picard": "JP", "": "?", "émile zola": "ÉZ"} {
		if got := initials(name); got != want {
			t.Errorf("initials(%q) = %q, want %q", name, got, want)
		}
	}
}

func BenchmarkThreadPage(b *testing.B) {
	v := open(b)
	for _, s := range Gallery() {
		if s.Name == "portal/thread" {
			b.ReportAllocs()
			for b.Loop() {
				if err := v.Page(io.Discard, "en", s.Layout, s.Page()); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	words, err := locale.Load()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := New(Options{Catalogue: words}); err != nil {
			b.Fatal(err)
		}
	}
}

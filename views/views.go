// Package views turns typed values into HTML: pages, fragments of pages for htmx, and mails.
//
// There is one template engine for each language. Constant words ({{t "key"}}) and icons ({{icon "name"}}) are written
// into a template's source when it is loaded, so they cost nothing afterwards and a missing one stops the start.
// The engine's own Render is never used with a layout: it changes the shared functions at each call, which fails when
// pages and fragments are rendered side by side. A layout is rendered as a template of its own instead and pulls the
// page's body in with {{yield .}}.
package views

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"
	text "text/template"

	engine "github.com/gofiber/template/html/v2"

	"lodge/locale"
)

// The patterns name files, not folders: files of a folder that begin with an underscore would be left out.
//
//go:embed */*.html
var embedded embed.FS

// Options say where the templates and the words come from.
type Options struct {
	// Dev reads the templates from Dir again whenever one has changed.
	Dev bool
	// Dir is the checkout's views folder; used with Dev only.
	Dir string
	// Catalogue holds the words; required.
	Catalogue *locale.Catalogue
}

// Views renders pages and fragments. It is safe for concurrent use.
type Views struct {
	options   Options
	languages []Choice

	mutex sync.RWMutex
	sets  map[string]*set
	stamp string
	// mails are the subjects and plain texts by language; see mail.go.
	mails map[string]*text.Template
}

// New loads every template for every language. A missing word or icon, or a template that does not parse, is an error
// that names each of them.
func New(options Options) (*Views, error) {
	if options.Catalogue == nil {
		return nil, errors.New("views: no catalogue")
	}
	v := &Views{options: options}
	for _, code := range options.Catalogue.Locales() {
		v.languages = append(v.languages, Choice{Value: code, Label: options.Catalogue.For(code).T("locale.name")})
	}
	var files fs.FS = embedded
	if options.Dev {
		files = os.DirFS(options.Dir)
		v.stamp = stamp(files)
	}
	sets, err := load(files, options.Catalogue)
	if err != nil {
		return nil, err
	}
	v.sets = sets
	if v.mails, err = loadMails(embeddedMails, options.Catalogue); err != nil {
		return nil, err
	}
	return v, nil
}

// load parses all templates once for each language.
func load(files fs.FS, catalogue *locale.Catalogue) (map[string]*set, error) {
	sets := map[string]*set{}
	for _, code := range catalogue.Locales() {
		words := catalogue.For(code)
		if err := check(files, words); err != nil {
			return nil, err
		}
		e := engine.NewFileSystem(http.FS(folded{files, words}), ".html")
		e.Directory = "/"
		funcs := functions(words)
		e.AddFuncMap(funcs)
		// Bound to this engine before Load: templates know their functions when they are parsed.
		e.AddFunc("yield", func(p Page) (any, error) { return body(e, p) })
		if err := e.Load(); err != nil {
			return nil, fmt.Errorf("views: %w", err)
		}
		sets[code], _ = compile(e, funcs)
	}
	return sets, nil
}

// Page renders a whole page: the layout ("portal", "bare", "agent" or "partial", with or without "layouts/") around
// the template p.Body with p.Data. Nothing is written when rendering fails.
func (v *Views) Page(w io.Writer, lang, layout string, p Page) error {
	words := v.options.Catalogue.For(lang)
	if p.Lang == "" {
		p.Lang = words.Locale()
	}
	if p.Theme != "light" && p.Theme != "dark" {
		p.Theme = "auto"
	}
	if p.Languages == nil {
		p.Languages = v.languages
	}
	if !strings.Contains(layout, "/") {
		layout = "layouts/" + layout
	}
	return v.render(w, words.Locale(), layout, p)
}

// Fragment renders one template without any layout. Nothing is written when rendering fails.
func (v *Views) Fragment(w io.Writer, lang, name string, data any) error {
	return v.render(w, v.options.Catalogue.For(lang).Locale(), name, data)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (v *Views) render(w io.Writer, lang, name string, data any) error {
	set, err := v.set(lang)
	if err != nil {
		return err
	}
	b := buffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); buffers.Put(b) }()
	if err := set.execute(b, name, data); err != nil {
		return fmt.Errorf("views: %s: %w", name, err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// set gives the templates of a language; in development they are loaded again after a change.
func (v *Views) set(lang string) (*set, error) {
	if !v.options.Dev {
		return v.sets[lang], nil
	}
	files := os.DirFS(v.options.Dir)
	mark := stamp(files)
	v.mutex.RLock()
	set, fresh := v.sets[lang], mark == v.stamp
	v.mutex.RUnlock()
	if fresh {
		return set, nil
	}
	v.mutex.Lock()
	defer v.mutex.Unlock()
	sets, err := load(files, v.options.Catalogue)
	if err != nil {
		return nil, err
	}
	v.sets, v.stamp = sets, mark
	return sets[lang], nil
}

// Package assets holds the style sheet, the scripts and the icons, joined, hashed and compressed.
//
// The style sheet and our scripts are plain files under css/ and js/, joined in name order; there is no build step. Those
// in css/desk and js/desk are for agents alone: visitors of the portal never load them.
// A file's address carries the hash of its content, so that a handler may let browsers keep it for ever.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

//go:embed css js vendor brand
var embedded embed.FS

// Prefix is the path under which every asset is served.
const Prefix = "/assets/"

// Asset is one file ready to be sent. Brotli and Gzip are nil where compressing does not pay.
type Asset struct {
	Body, Brotli, Gzip []byte
	// Type is the media type for Content-Type.
	Type string
	// ETag is a quoted strong validator of Body (RFC 9110, 8.8.3); a compressed answer must alter it.
	ETag string
}

// entry compresses its asset when it is first asked for, which keeps start-up free of that work.
type entry struct {
	plain Asset
	url   string
	once  sync.Once
	full  Asset
}

func (e *entry) asset() Asset {
	e.once.Do(func() {
		e.full = e.plain
		if compressible(e.plain.Type) {
			e.full.Brotli, e.full.Gzip = compress(e.plain.Body)
		}
	})
	return e.full
}

// set is one immutable state of all assets, by name and by address.
type set struct {
	byName, byPath map[string]*entry
	icons          map[string]bool
	stamp          string
}

var current atomic.Pointer[set]

func init() {
	s, err := build(embedded)
	if err != nil {
		// The files are part of the program; a broken one cannot be put right at run time.
		panic(err)
	}
	current.Store(s)
}

// Lookup finds an asset by its whole address, such as "/assets/app.0a1b2c3d4e5f.css". An address with another hash is unknown.
func Lookup(address string) (Asset, bool) {
	e, ok := now().byPath[address]
	if !ok {
		return Asset{}, false
	}
	return e.asset(), true
}

// URL gives the address of "app.css", "app.js", "desk.css", "desk.js", "htmx.js", "icons.svg" or "favicon.svg"; an unknown name gives "".
func URL(name string) string {
	if e, ok := now().byName[name]; ok {
		return e.url
	}
	return ""
}

// HasIcon tells whether the sprite holds an icon of that name.
func HasIcon(name string) bool { return now().icons[name] }

// dev is the folder read again on every change; nil in production.
var dev struct {
	sync.Mutex
	dir string
}

// UseDir reads the assets from a checkout's assets folder from now on, again after every change (development only).
func UseDir(dir string) error {
	dev.Lock()
	defer dev.Unlock()
	s, err := build(os.DirFS(dir))
	if err != nil {
		return err
	}
	s.stamp = stamp(os.DirFS(dir))
	dev.dir = dir
	current.Store(s)
	return nil
}

// now gives the present set; in development it is built again when a file has changed.
func now() *set {
	s := current.Load()
	if s.stamp == "" {
		return s
	}
	dev.Lock()
	defer dev.Unlock()
	files := os.DirFS(dev.dir)
	if mark := stamp(files); mark != s.stamp {
		// A file caught half written keeps the old state until the next look.
		if fresh, err := build(files); err == nil {
			fresh.stamp = mark
			current.Store(fresh)
			return fresh
		}
	}
	return s
}

// stamp is a cheap digest of names, sizes and times of our own files.
func stamp(files fs.FS) string {
	var b strings.Builder
	for _, dir := range []string{"css", "css/desk", "js", "js/desk", "brand"} {
		list, _ := fs.ReadDir(files, dir)
		for _, f := range list {
			if info, err := f.Info(); err == nil {
				fmt.Fprintf(&b, "%s/%s %d %d\n", dir, f.Name(), info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return b.String() + "."
}

func build(files fs.FS) (*set, error) {
	s := &set{byName: map[string]*entry{}, byPath: map[string]*entry{}, icons: map[string]bool{}}
	css, err := join(files, "css", ".css")
	if err != nil {
		return nil, err
	}
	js, err := join(files, "js", ".js")
	if err != nil {
		return nil, err
	}
	deskCSS, err := join(files, "css/desk", ".css")
	if err != nil {
		return nil, err
	}
	deskJS, err := join(files, "js/desk", ".js")
	if err != nil {
		return nil, err
	}
	htmx, err := fs.ReadFile(files, "vendor/htmx-2.0.11/htmx.min.js")
	if err != nil {
		return nil, err
	}
	favicon, err := fs.ReadFile(files, "brand/favicon.svg")
	if err != nil {
		return nil, err
	}
	icons, err := sprite(files, "vendor/lucide", s.icons)
	if err != nil {
		return nil, err
	}
	s.add("app.css", "text/css; charset=utf-8", css)
	s.add("app.js", "text/javascript; charset=utf-8", js)
	s.add("desk.css", "text/css; charset=utf-8", deskCSS)
	s.add("desk.js", "text/javascript; charset=utf-8", deskJS)
	s.add("htmx.js", "text/javascript; charset=utf-8", htmx)
	s.add("icons.svg", "image/svg+xml", icons)
	s.add("favicon.svg", "image/svg+xml", favicon)
	return s, nil
}

func (s *set) add(name, mediaType string, body []byte) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	e := &entry{
		url:   Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext,
		plain: Asset{Body: body, Type: mediaType, ETag: `"` + hash + `"`},
	}
	s.byName[name], s.byPath[e.url] = e, e
}

// join puts the files of a folder together in name order.
func join(files fs.FS, dir, ext string) ([]byte, error) {
	names, err := fs.Glob(files, dir+"/*"+ext)
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out bytes.Buffer
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		out.Write(body)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

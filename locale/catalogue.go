// Package locale holds every word a person reads, in English and German, and
// the way each language writes plurals, dates and sizes.
//
// The catalogues are TOML files in the go-i18n format, one folder a language
// and one file an area. They are read once: afterwards a constant string is one
// map lookup, and a string with arguments is a join of prepared pieces. No
// template engine runs over catalogue text, so a person's name that looks like
// a template stays a name.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed en/*.toml de/*.toml
var embedded embed.FS

// Default is the language that stands in for one we do not have.
const Default = "en"

// supported lists the languages in the order in which the matcher prefers them;
// the first is what an unknown language gets.
var supported = []string{Default, "de"}

// Catalogue is the set of all languages. It is immutable and safe for
// concurrent use.
type Catalogue struct {
	locales []string
	strings map[string]*Strings
	matcher language.Matcher
}

// Load reads the embedded catalogues. It fails on a key given twice, on a
// placeholder that is not a plain name, and on a language without the entries
// that dates and sizes need.
func Load() (*Catalogue, error) {
	return load(embedded, supported)
}

func load(fsys fs.FS, locales []string) (*Catalogue, error) {
	c := &Catalogue{locales: locales, strings: make(map[string]*Strings, len(locales))}
	tags := make([]language.Tag, 0, len(locales))
	for _, name := range locales {
		tag, err := language.Parse(name)
		if err != nil {
			return nil, fmt.Errorf("locale %s: %w", name, err)
		}
		messages, err := read(fsys, name)
		if err != nil {
			return nil, err
		}
		s, err := newStrings(name, tag, messages)
		if err != nil {
			return nil, fmt.Errorf("locale %s: %w", name, err)
		}
		c.strings[name] = s
		tags = append(tags, tag)
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// read collects the messages of one language from all its area files.
func read(fsys fs.FS, name string) (map[string]*message, error) {
	files, err := fs.Glob(fsys, path.Join(name, "*.toml"))
	if err != nil {
		return nil, err
	}
	messages := map[string]*message{}
	from := map[string]string{}
	for _, file := range files {
		raw, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		parsed, err := i18n.ParseMessageFileBytes(raw, name+".toml",
			map[string]i18n.UnmarshalFunc{"toml": toml.Unmarshal})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, m := range parsed.Messages {
			if first, ok := from[m.ID]; ok {
				return nil, fmt.Errorf("%s: key %q is already in %s", file, m.ID, first)
			}
			from[m.ID] = file
			compiled, err := compileMessage(m)
			if err != nil {
				return nil, fmt.Errorf("%s: key %q: %w", file, m.ID, err)
			}
			messages[m.ID] = compiled
		}
	}
	return messages, nil
}

// Locales returns the codes of all languages, the default first.
func (c *Catalogue) Locales() []string {
	return append([]string(nil), c.locales...)
}

// For returns the strings of a language. A regional code falls back to its
// language, anything else to English; the result is never nil.
func (c *Catalogue) For(locale string) *Strings {
	if s, ok := c.strings[locale]; ok {
		return s
	}
	return c.strings[c.known(locale, Default)]
}

// known maps a code such as de-AT to one we have, or gives otherwise.
func (c *Catalogue) known(locale, otherwise string) string {
	if _, ok := c.strings[locale]; ok {
		return locale
	}
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	if _, ok := c.strings[base]; ok {
		return base
	}
	return otherwise
}

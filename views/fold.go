package views

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"lodge/assets"
	"lodge/locale"
)

var (
	constantWord = regexp.MustCompile(`\{\{(-?)\s*t\s+"([^"]*)"\s*(-?)\}\}`)
	constantIcon = regexp.MustCompile(`\{\{(-?)\s*icon\s+"([^"]*)"\s*(-?)\}\}`)
	action       = regexp.MustCompile(`\{\{.*?\}\}`)
	wordInAction = regexp.MustCompile(`(?:^|[\s({|])(t|tf|tn)\s+"([^"]*)"`)
	iconInAction = regexp.MustCompile(`(?:^|[\s({|])icon\s+"([^"]*)"`)
)

// check reports every word and icon that a template names and that does not exist, all of them at once.
func check(files fs.FS, words *locale.Strings) error {
	var problems []error
	err := templates(files, func(name string, source []byte) error {
		for _, a := range action.FindAll(source, -1) {
			for _, m := range wordInAction.FindAllSubmatch(a, -1) {
				if !words.Has(string(m[2])) {
					problems = append(problems, fmt.Errorf("views: %s: no word %q in %q", name, m[2], words.Locale()))
				}
			}
			for _, m := range iconInAction.FindAllSubmatch(a, -1) {
				if !assets.HasIcon(string(m[1])) {
					problems = append(problems, fmt.Errorf("views: %s: no icon %q", name, m[1]))
				}
			}
		}
		return nil
	})
	return errors.Join(append(problems, err)...)
}

// templates visits every template file with its name, which is its path without the extension.
func templates(files fs.FS, visit func(name string, source []byte) error) error {
	list, err := fs.Glob(files, "*/*.html")
	if err != nil {
		return err
	}
	for _, file := range list {
		source, err := fs.ReadFile(files, file)
		if err != nil {
			return err
		}
		if err := visit(strings.TrimSuffix(file, ".html"), source); err != nil {
			return err
		}
	}
	return nil
}

// fold writes constant words and icons into a template's source. The trim marks of an action keep their meaning.
func fold(source []byte, words *locale.Strings) []byte {
	source = replace(constantWord, source, func(key string) string {
		// Braces would be read as a program; words never need them.
		return strings.ReplaceAll(html.EscapeString(words.T(key)), "{{", "{&#123;")
	})
	return replace(constantIcon, source, func(name string) string { return string(icon(name)) })
}

// replace puts the text for each constant action in its place; a trim mark becomes an empty comment that trims.
func replace(pattern *regexp.Regexp, source []byte, text func(string) string) []byte {
	return pattern.ReplaceAllFunc(source, func(found []byte) []byte {
		m := pattern.FindSubmatch(found)
		out := text(string(m[2]))
		if len(m[1]) > 0 {
			out = "{{- /**/}}" + out
		}
		if len(m[3]) > 0 {
			out += "{{/**/ -}}"
		}
		return []byte(out)
	})
}

// folded is a file system whose templates have their constant words and icons in place.
type folded struct {
	fs.FS
	words *locale.Strings
}

func (f folded) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || path.Ext(name) != ".html" {
		return file, err
	}
	defer func() { _ = file.Close() }()
	source, err := fs.ReadFile(f.FS, name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return &foldedFile{bytes.NewReader(fold(source, f.words)), info}, nil
}

type foldedFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *foldedFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *foldedFile) Close() error               { return nil }

// stamp is a cheap digest of all templates' names, sizes and times.
func stamp(files fs.FS) string {
	var b strings.Builder
	list, _ := fs.Glob(files, "*/*.html")
	for _, name := range list {
		if info, err := fs.Stat(files, name); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String()
}

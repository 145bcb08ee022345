package views

import (
	"bytes"
	"html/template"
	"reflect"
	"strconv"
	"sync"
)

var (
	stringType = reflect.TypeFor[string]()
	htmlType   = reflect.TypeFor[template.HTML]()
)

// writers write a value as html/template's chains of escapers do. A chain that is not here
// keeps its template from being compiled.
var writers = map[string]func(m *machine, v reflect.Value){
	"htmlescaper": func(m *machine, v reflect.Value) {
		if v = plain(v); v.IsValid() && v.Type() == htmlType {
			m.w.WriteString(v.String())
			return
		}
		escape(m.w, printed(v))
	},
	// In quoted attributes, and in titles and text areas, the same characters are escaped.
	"attrescaper":   func(m *machine, v reflect.Value) { escape(m.w, printed(v)) },
	"rcdataescaper": func(m *machine, v reflect.Value) { escape(m.w, printed(v)) },
	"urlfilter urlnormalizer attrescaper": func(m *machine, v reflect.Value) {
		s := printed(v)
		if s == "" || s[0] != '/' || !settled(s) {
			s = inLink(wholeLink, s)
			m.w.WriteString(s)
			return
		}
		escape(m.w, s)
	},
	"urlnormalizer attrescaper": func(m *machine, v reflect.Value) {
		s := printed(v)
		if !settled(s) {
			m.w.WriteString(inLink(restOfLink, s))
			return
		}
		escape(m.w, s)
	},
	"urlescaper attrescaper": func(m *machine, v reflect.Value) {
		s := printed(v)
		for i := range len(s) {
			if !unreserved(s[i]) {
				m.w.WriteString(inLink(fragmentLink, s))
				return
			}
		}
		m.w.WriteString(s)
	},
}

// printed is a value as text. Types that carry a promise about their content, or print
// themselves, are left to html/template.
func printed(v reflect.Value) string {
	v = plain(v)
	if !v.IsValid() {
		leave("nothing to print")
	}
	switch t := v.Type(); {
	case t == stringType:
		return v.String()
	case t.NumMethod() > 0 || t.PkgPath() == htmlType.PkgPath():
		leave("printing %v", t)
	case t.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	}
	leave("printing %v", v.Type())
	return ""
}

// escape replaces what has a meaning in text and in quoted attributes (the replacement
// table of html/template).
func escape(w *bytes.Buffer, s string) {
	written := 0
	for i := range len(s) {
		var with string
		switch s[i] {
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '&':
			with = "&amp;"
		case '"':
			with = "&#34;"
		case '\'':
			with = "&#39;"
		case '+':
			with = "&#43;"
		case 0:
			with = "\uFFFD"
		default:
			continue
		}
		w.WriteString(s[written:i])
		w.WriteString(with)
		written = i + 1
	}
	w.WriteString(s[written:])
}

// unreserved are the characters that mean themselves everywhere in an address (RFC 3986, 2.3).
func unreserved(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '.' || b == '_' || b == '~'
}

// settled says whether an address holds only characters that normalizing leaves alone.
func settled(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case unreserved(b), b == '/', b == '?', b == '=', b == '&', b == '#', b == '@', b == ':':
		case b == '%' && i+2 < len(s) && hex(s[i+1]) && hex(s[i+2]):
		default:
			return false
		}
	}
	return true
}

func hex(b byte) bool { return b >= '0' && b <= '9' || b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' }

// Addresses that are not plain go through html/template itself: filtering and normalizing
// them is nothing to write twice.
var (
	wholeLink    = template.Must(template.New("").Parse(`<a href="{{.}}">`))
	restOfLink   = template.Must(template.New("").Parse(`<a href="/{{.}}">`))
	fragmentLink = template.Must(template.New("").Parse(`<a href="#{{.}}">`))
	linkStarts   = map[*template.Template]int{wholeLink: len(`<a href="`), restOfLink: len(`<a href="/`), fragmentLink: len(`<a href="#`)}
	linkBuffers  = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

func inLink(t *template.Template, s string) string {
	b := linkBuffers.Get().(*bytes.Buffer)
	defer func() { b.Reset(); linkBuffers.Put(b) }()
	if t.Execute(b, s) != nil {
		leave("a link")
	}
	return string(b.Bytes()[linkStarts[t] : b.Len()-len(`">`)])
}

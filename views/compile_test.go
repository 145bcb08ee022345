package views

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Every template is compiled: one that is not would be correct, but slow without a word.
func TestEveryTemplateCompiles(t *testing.T) {
	v := open(t)
	for lang, s := range v.sets {
		_, problems := compile(s.Engine, functions(v.options.Catalogue.For(lang)))
		for _, p := range problems {
			t.Errorf("%s: %v", lang, p)
		}
	}
}

// A91: the compiled templates escape as html/template does, byte for byte, whatever stands
// in the data.
func TestCompiledTemplatesWriteWhatHTMLTemplateWrites(t *testing.T) {
	v := open(t)
	hostile := []string{
		"", `"><script>alert(1)</script>`, `'"&<>+` + "`=\x00\x7f", "javascript:alert(1)", "JAVASCRIPT:x", "//evil.example/?a=b&c=d#e", "/a b?c=%zz&d=%2f+ü",
		"mailto:a@b.example", "data:text/html,x", "https://a.example/x y?z='", "\xff\xfe broken", "a\u2028b\ufdd0", "&amp; &#34;", "../x", "a/b:c", "?q=1", " /x", "{{.}}", "</textarea></title>",
	}
	for _, s := range v.sets {
		for _, sample := range Gallery() {
			compare(t, s, sample, sample.Name)
			for _, evil := range hostile {
				copied := sample
				copied.Data = poisoned(reflect.ValueOf(sample.Data), evil).Interface()
				compare(t, s, copied, fmt.Sprintf("%s with %q", sample.Name, evil))
			}
		}
	}
}

func compare(t *testing.T, s *set, sample Sample, name string) {
	t.Helper()
	what, data := sample.Template, sample.Data
	if sample.Layout != "" {
		p := sample.Page()
		if p.Lang == "" {
			p.Lang = "en"
		}
		p.Data, p.Title, p.Path = sample.Data, name, name
		what, data = "layouts/"+sample.Layout, any(p)
	}
	var fast, slow bytes.Buffer
	if reason := s.try(&fast, what, data); reason != nil {
		t.Errorf("%s: left to html/template: %v", name, reason)
		return
	}
	if err := s.Templates.ExecuteTemplate(&slow, what, data); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !bytes.Equal(fast.Bytes(), slow.Bytes()) {
		f, w := fast.String(), slow.String()
		at := 0
		for at < min(len(f), len(w)) && f[at] == w[at] {
			at++
		}
		from := max(at-60, 0)
		t.Errorf("%s: differs at %d:\n got %q\nwant %q", name, at, f[from:min(at+60, len(f))], w[from:min(at+60, len(w))])
	}
}

// poisoned is a copy of a value in which every plain string is another one.
func poisoned(v reflect.Value, with string) reflect.Value {
	if !v.IsValid() {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Type() == stringType {
			out.SetString(with)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return v
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out.Field(i).Set(poisoned(v.Field(i), with))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(poisoned(v.Index(i), with))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
			for _, key := range v.MapKeys() {
				out.SetMapIndex(key, poisoned(v.MapIndex(key), with))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(poisoned(v.Elem(), with))
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(poisoned(v.Elem(), with))
		}
	}
	return out
}

// A program that meets what it does not know leaves the page to html/template, and the
// answer, or the error, is that of html/template.
func TestUnknownDataIsLeftToHTMLTemplate(t *testing.T) {
	s := open(t).sets["en"]
	for name, data := range map[string]any{
		"no data": nil, "a nil pointer": (*Message)(nil), "a map": map[string]any{"Event": false}, "another struct": struct{ Title string }{"x"},
		"a number for a name": struct {
			Event, Fresh, OOB bool
			ID                float64
			Text              string
			At                time.Time
		}{Event: true, ID: 1.5},
	} {
		var fast, done, slow bytes.Buffer
		if s.try(&fast, "portal/_message", data) == nil {
			t.Errorf("%s: not left", name)
		}
		got, want := s.execute(&done, "portal/_message", data), s.Templates.ExecuteTemplate(&slow, "portal/_message", data)
		if fmt.Sprint(got) != fmt.Sprint(want) || (want == nil && done.String() != slow.String()) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// What was written before a page was given up does not stay.
func TestAGivenUpPageLeavesNothingBehind(t *testing.T) {
	s := open(t).sets["en"]
	var b bytes.Buffer
	b.WriteString("before ")
	err := s.execute(&b, "layouts/portal", Page{Title: "x", Body: "portal/nothing"})
	if err == nil || !strings.Contains(err.Error(), "portal/nothing") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkThread(b *testing.B) {
	v := open(b)
	for _, sample := range Gallery() {
		if sample.Template != "portal/thread" {
			continue
		}
		page := sample.Page()
		s := v.sets["en"]
		b.Run("compiled", func(b *testing.B) {
			b.ReportAllocs()
			var w bytes.Buffer
			for b.Loop() {
				w.Reset()
				_ = s.execute(&w, "layouts/portal", page)
			}
		})
		b.Run("walked", func(b *testing.B) {
			b.ReportAllocs()
			var w bytes.Buffer
			for b.Loop() {
				w.Reset()
				_ = s.Templates.ExecuteTemplate(&w, "layouts/portal", page)
			}
		})
		return
	}
}

package locale

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Strings is everything one language says. It is immutable and safe for
// concurrent use. All results are plain text: whoever writes them into HTML
// escapes them there.
type Strings struct {
	locale   string
	tag      language.Tag
	constant map[string]string
	messages map[string]*message

	months, shortMonths, weekdays, shortWeekdays, units []string
	decimal, group                                      string
	// zones are the abbreviations of time zones that the language has words of its own for.
	zones map[string]string
}

func newStrings(name string, tag language.Tag, messages map[string]*message) (*Strings, error) {
	s := &Strings{
		locale: name, tag: tag, messages: messages,
		constant: make(map[string]string, len(messages)),
	}
	for key, m := range messages {
		s.constant[key] = m.other.fill(nil)
	}
	for _, list := range []struct {
		key  string
		size int
		into *[]string
	}{
		{"locale.months", 12, &s.months},
		{"locale.months_short", 12, &s.shortMonths},
		{"locale.weekdays", 7, &s.weekdays},
		{"locale.weekdays_short", 7, &s.shortWeekdays},
		{"locale.units", 5, &s.units},
	} {
		parts := strings.Split(s.constant[list.key], "|")
		if len(parts) != list.size {
			return nil, fmt.Errorf("%s needs %d parts and has %d", list.key, list.size, len(parts))
		}
		*list.into = parts
	}
	for _, key := range []string{"locale.date", "locale.datetime", "locale.time", "locale.day", "locale.opens"} {
		if !s.Has(key) {
			return nil, fmt.Errorf("%s is missing", key)
		}
	}
	s.zones = map[string]string{}
	for _, pair := range strings.Split(s.constant["locale.zones"], "|") {
		if name, own, ok := strings.Cut(pair, "="); ok {
			s.zones[name] = own
		}
	}
	s.decimal, s.group = s.T("locale.decimal"), s.T("locale.group")
	return s, nil
}

// Locale is the code of the language, as in <html lang>.
func (s *Strings) Locale() string { return s.locale }

// Has tells whether the key exists.
func (s *Strings) Has(key string) bool {
	_, ok := s.constant[key]
	return ok
}

// Keys returns all keys, sorted.
func (s *Strings) Keys() []string {
	keys := make([]string, 0, len(s.constant))
	for key := range s.constant {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Placeholders returns the names of the arguments a key takes, sorted; none
// for a constant or unknown key.
func (s *Strings) Placeholders(key string) []string {
	if m, ok := s.messages[key]; ok {
		return m.names()
	}
	return nil
}

// T returns a constant string. An unknown key gives ⟦key⟧.
func (s *Strings) T(key string) string {
	if text, ok := s.constant[key]; ok {
		return text
	}
	return missing(key)
}

// Tf returns a string with its placeholders filled from name and value pairs:
// Tf("portal.hello", "Name", "Ada"). Values are put in as they are.
func (s *Strings) Tf(key string, pairs ...any) string {
	m, ok := s.messages[key]
	if !ok {
		return missing(key)
	}
	return m.other.fill(pairs)
}

// Tn returns the plural form of a string for n. {{.Count}} is n, grouped as
// the language does; further arguments as in Tf.
func (s *Strings) Tn(key string, n int, pairs ...any) string {
	m, ok := s.messages[key]
	if !ok {
		return missing(key)
	}
	p := m.other
	if len(m.forms) > 0 {
		size := n
		if size < 0 {
			size = -size
		}
		if form, ok := m.forms[plural.Cardinal.MatchPlural(s.tag, size, 0, 0, 0, 0)]; ok {
			p = form
		}
	}
	all := make([]any, 0, len(pairs)+2)
	all = append(all, pairs...)
	all = append(all, "Count", s.number(n))
	return p.fill(all)
}

// number groups the digits of n in threes, from five digits on.
func (s *Strings) number(n int) string {
	text := strconv.Itoa(n)
	digits := strings.TrimPrefix(text, "-")
	if len(digits) < 5 {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:len(text)-len(digits)])
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(s.group)
		}
		b.WriteRune(r)
	}
	return b.String()
}

package views

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lodge/locale"
)

// gaps are the places in a project's own words and what is put in there.
type gaps struct {
	values map[string]string
	// missing are the variables without a value, neutral what stands for some of them: nothing
	// that somebody typed is told to an address that has not proven itself (A3).
	missing []string
	neutral map[string]string
}

// ownVariable finds a variable.
var ownVariable = regexp.MustCompile(`\{([a-z]+)\}`)

// gaps gives what a mail has for each variable; Title is empty where it must not be told.
func (m Mail) gaps(words *locale.Strings) gaps {
	g := gaps{values: map[string]string{"name": m.Name, "agent": m.agents(words), "author": m.Author, "title": m.Title, "reference": m.Reference, "status": m.Status, "project": m.Project, "workspace": m.Workspace,
		"response": m.ResponseTime, "resolution": m.ResolutionTime, "hours": m.awayText(words)},
		neutral: map[string]string{"title": words.T("mail.untitled"), "author": words.T("mail.somebody"), "agent": words.T("mail.somebody")}}
	for name, value := range g.values {
		if g.values[name] = singleLine(value); g.values[name] == "" {
			g.missing = append(g.missing, name)
		}
	}
	slices.Sort(g.missing)
	return g
}

// agents names who answered: each once, also where one mail tells several answers.
func (m Mail) agents(words *locale.Strings) string {
	var names []string
	for _, one := range m.Messages {
		if one.Author != "" && !slices.Contains(names, one.Author) {
			names = append(names, one.Author)
		}
	}
	if len(names) < 2 {
		return m.Author
	}
	last := len(names) - 1
	return words.Tf("mail.names", "Names", strings.Join(names[:last], ", "), "Last", names[last])
}

// paragraphs are the parts of a text between empty lines, with their variables filled in.
func (g gaps) paragraphs(body string) []string {
	var all []string
	for _, p := range strings.Split(body, "\n\n") {
		if p = strings.TrimSpace(g.fill(p)); p != "" {
			all = append(all, p)
		}
	}
	return all
}

// fill puts the values in, after the words have closed around those that are missing.
func (g gaps) fill(words string) string {
	for _, name := range g.missing {
		words = g.close(words, name)
	}
	var b strings.Builder
	rest := 0
	for _, at := range ownVariable.FindAllStringSubmatchIndex(words, -1) {
		value, known := g.values[words[at[2]:at[3]]]
		if !known {
			continue
		}
		b.WriteString(words[rest:at[0]])
		b.WriteString(value)
		rest = at[1]
	}
	return b.String() + words[rest:]
}

// openMark and shutMark are marks that a value may stand between.
const openMark, shutMark = `["“„«»‘‚'(]`, `["”“»«’‘')]`

// close takes a variable without a value out of the words, so that what is left is a sentence:
// with the marks or brackets around it, with the comma behind it at the beginning of a line, with
// the space before it anywhere else. Where something neutral stands for it, that comes in.
func (g gaps) close(words, name string) string {
	gap := regexp.QuoteMeta("{" + name + "}")
	if neutral := g.neutral[name]; neutral != "" {
		return putIn(words, "{"+name+"}", neutral)
	}
	words = regexp.MustCompile(`[ ]?`+openMark+gap+shutMark).ReplaceAllString(words, "")
	words = regexp.MustCompile(`(?m)^`+gap+`[ ]?[,:;–-]?[ ]*\p{L}?`).ReplaceAllStringFunc(words, func(found string) string {
		letter, _ := utf8.DecodeLastRuneInString(found)
		if !unicode.IsLetter(letter) {
			return ""
		}
		return string(unicode.ToUpper(letter))
	})
	return regexp.MustCompile(`[ ]?`+gap).ReplaceAllString(words, "")
}

// putIn writes neutral words for a variable; at the beginning of a sentence with a capital.
func putIn(words, gap, neutral string) string {
	parts := strings.Split(words, gap)
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i == len(parts)-1 {
			break
		}
		if before := strings.TrimRight(b.String(), " "); before == "" || strings.HasSuffix(before, "\n") || strings.ContainsRune(".!?", rune(before[len(before)-1])) {
			first, size := utf8.DecodeRuneInString(neutral)
			b.WriteRune(unicode.ToUpper(first))
			b.WriteString(neutral[size:])
			continue
		}
		b.WriteString(neutral)
	}
	return b.String()
}

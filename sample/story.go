package sample

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// The stories of the demo's tickets and its articles stand as text, so that writing one
// needs no Go. A story:
//
//	=== Title
//	from: rosa
//	filed: 21d 4h          how long before now; or: first due in 25m, next due 2h ago (see due);
//	                       or: fri 17:50 Europe/Berlin, before the last change of its clocks
//	team: Engineering      what rules are going to make of it; priority: urgent alike
//	type: problem          a type's slug; template, field.<slug> and files alike
//
//	The description.
//
//	@@ 35m ada answers -> waiting | agent.log
//	What ada writes; 35 minutes after the step before, with a status and files. “worked 2h” are
//	two hours of working time, and “mon 9:10” is that moment in the zone that the story names.
//
// Steps: answers, notes, replies, closes, unsubscribes, sets <status>, assigns <agent>.
//
//go:embed stories/*.txt articles/*/*.md
var texts embed.FS

type story struct {
	project, title, description string
	head                        map[string]string
	files                       []string
	filed                       beginning
	steps                       []step
}

type step struct {
	after         delay
	who, does, to string
	text          string
	files         []string
}

// readStories reads all stories; a fault in one names its place.
func readStories() ([]story, error) {
	names, err := fs.Glob(texts, "stories/*.txt")
	if err != nil {
		return nil, err
	}
	var all []story
	for _, name := range names {
		raw, err := texts.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, block := range blocks(string(raw)) {
			s, err := readStory(block)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, s.title, err)
			}
			s.project = strings.TrimSuffix(path.Base(name), ".txt")
			all = append(all, s)
		}
	}
	return all, nil
}

// blocks splits a file at the lines that begin with "=== ", which stay their first lines.
func blocks(raw string) []string {
	var all []string
	for part := range strings.SplitSeq("\n"+raw, "\n=== ") {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// header reads "key: value" lines up to the first empty one.
func header(lines string) (head map[string]string, rest string, err error) {
	head = map[string]string{}
	top, rest, _ := strings.Cut(lines, "\n\n")
	for line := range strings.Lines(top) {
		key, value, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found {
			return nil, "", fmt.Errorf("%q is no header", line)
		}
		head[key] = strings.TrimSpace(value)
	}
	return head, strings.TrimSpace(rest), nil
}

func readStory(block string) (s story, err error) {
	s.title, block, _ = strings.Cut(block, "\n")
	var rest string
	if s.head, rest, err = header(block); err != nil {
		return s, err
	}
	if s.filed, err = readBeginning(s.head["filed"]); err != nil {
		return s, err
	}
	s.files = strings.Fields(s.head["files"])
	parts := strings.Split("\n"+rest, "\n@@ ")
	s.description = strings.TrimSpace(parts[0])
	for _, part := range parts[1:] {
		st, err := readStep(part)
		if err != nil {
			return s, err
		}
		s.steps = append(s.steps, st)
	}
	return s, nil
}

func readStep(part string) (st step, err error) {
	first, text, _ := strings.Cut(part, "\n")
	st.text = strings.TrimSpace(text)
	first, files, _ := strings.Cut(first, " | ")
	st.files = strings.Fields(files)
	first, status, _ := strings.Cut(first, " -> ")
	words := strings.Fields(first)
	n := st.after.read(words)
	if len(words) < n+2 {
		return st, fmt.Errorf("%q is no step", first)
	}
	st.who, st.does, st.to = words[n], words[n+1], strings.TrimSpace(status)
	if len(words) > n+2 {
		st.to = words[n+2]
	}
	return st, nil
}

// ago reads "21d 4h 30m".
func ago(s string) (total time.Duration, err error) {
	for word := range strings.FieldsSeq(s) {
		unit := map[byte]time.Duration{'d': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute}[word[len(word)-1]]
		var n int
		if _, err := fmt.Sscanf(word, "%d", &n); err != nil || unit == 0 {
			return 0, fmt.Errorf("%q is no time", word)
		}
		total += time.Duration(n) * unit
	}
	if total <= 0 {
		return 0, fmt.Errorf("%q is no time", s)
	}
	return total, nil
}

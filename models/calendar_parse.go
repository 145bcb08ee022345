package models

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// What people write in place of hours, in the languages there are.
var (
	closedWords = map[string]bool{"": true, "-": true, "closed": true, "none": true, "geschlossen": true, "zu": true, "frei": true, "ruhetag": true}
	wholeWords  = map[string]bool{"24h": true, "24 h": true, "all day": true, "round the clock": true, "ganztägig": true, "ganzer tag": true, "rund um die uhr": true}

	spanBreak = regexp.MustCompile(`\s*(?:[,;/&+\n]|\band\b|\bund\b)\s*`)
	spanShape = regexp.MustCompile(`^(?:from|von)?\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|uhr)?\s*(?:-|to|till|until|bis)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|uhr)?$`)
	dashes    = strings.NewReplacer("–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "\u00a0", " ", "\u202f", " ", "\u2009", " ")
)

// ParseSpans reads the hours of a day as people write them: “9:00–12:30, 13:30–18:00”, “9-17”,
// “22:00-6:00” for a night, “9am to 5pm”, nothing or “closed”. What overlaps becomes one. bad is
// the part that could not be read, empty when all could.
func ParseSpans(text string) (spans []Span, bad string) {
	plain := strings.Join(strings.Fields(strings.ToLower(dashes.Replace(text))), " ")
	if closedWords[plain] {
		return nil, ""
	}
	if wholeWords[plain] {
		return []Span{{0, 24 * 60}}, ""
	}
	for _, part := range spanBreak.Split(plain, -1) {
		if part == "" {
			continue
		}
		m := spanShape.FindStringSubmatch(part)
		if m == nil {
			return nil, part
		}
		if m[3] == "" && (strings.HasPrefix(m[6], "a") || strings.HasPrefix(m[6], "p")) {
			return nil, part // “9-5pm”: whether the nine is of the morning is anybody's guess
		}
		from, ok1 := clockMinute(m[1], m[2], m[3])
		to, ok2 := clockMinute(m[4], m[5], m[6])
		if !ok1 || !ok2 || from == 24*60 {
			return nil, part
		}
		if to <= from {
			to += 24 * 60
		}
		spans = append(spans, Span{from, to})
	}
	return inOrder(spans), ""
}

// clockMinute is the minute of the day, 0 to 1440.
func clockMinute(hour, minute, half string) (int, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi("0" + minute)
	switch {
	case half == "" || half == "h" || half == "uhr":
	case h < 1 || h > 12:
		return 0, false
	case half[0] == 'a':
		h %= 12
	default:
		h = h%12 + 12
	}
	at := h*60 + m
	return at, m < 60 && at <= 24*60
}

// FormatSpans writes what ParseSpans reads, between each span and the next what is given, such as
// “, ”; nothing for a day without any.
func FormatSpans(spans []Span, between string) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		to := s.To
		if to > 24*60 {
			to -= 24 * 60
		}
		parts[i] = clockWord(s.From) + "–" + clockWord(to)
	}
	return strings.Join(parts, between)
}

func clockWord(minute int) string { return fmt.Sprintf("%d:%02d", minute/60, minute%60) }

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is one figure of the table.
type row struct {
	figure, measured, floor, ratio, goal string
	verdict                              string
}

type table []row

const (
	verdictOK   = "ok"
	verdictMiss = "MISS"
)

// judge is a verdict by whether the goal is reached.
func judge(reached bool) string {
	if reached {
		return verdictOK
	}
	return verdictMiss
}

func (t *table) add(r row) {
	*t = append(*t, r)
	say("  %s: %s", r.figure, strings.TrimSpace(strings.Join([]string{r.measured, r.ratio, r.verdict}, "  ")))
}

// print writes the table as Markdown and counts the missed goals.
func (t table) print(to io.Writer) (missed int) {
	rows := [][]string{{"figure", "measured", "floor", "ratio", "goal", ""}}
	for _, r := range t {
		rows = append(rows, []string{r.figure, r.measured, r.floor, r.ratio, r.goal, r.verdict})
		if r.verdict == verdictMiss {
			missed++
		}
	}
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for n, cells := range rows {
		line := "|"
		rule := "|"
		for i, cell := range cells {
			line += " " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)) + " |"
			rule += strings.Repeat("-", widths[i]+2) + "|"
		}
		fmt.Fprintln(to, line)
		if n == 0 {
			fmt.Fprintln(to, rule)
		}
	}
	return missed
}

// spread is a figure of several rounds.
type spread []float64

// middle is the median.
func (s spread) middle() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// text shows the median and how far the rounds lay apart.
func (s spread) text(format string) string {
	if len(s) == 0 {
		return "–"
	}
	return fmt.Sprintf(format+" ("+format+"–"+format+")", s.middle(), slices.Min(s), slices.Max(s))
}

package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// corpus makes n articles of about 1.2 kB: words of the small library, which readers know, among 20,000 made
// words that are as unevenly common as real ones.
func corpus(n int) []Doc {
	random := rand.New(rand.NewPCG(7, 11))
	zipf := rand.NewZipf(random, 1.1, 3, 19_999)
	syllables := []string{"ba", "ko", "ri", "ten", "mul", "sa", "vor", "lin", "der", "go", "pan", "est", "ung", "ic", "tra"}
	made := func() string {
		var b strings.Builder
		for k := zipf.Uint64() + 15; k > 0; k /= 15 {
			b.WriteString(syllables[k%15])
		}
		return b.String()
	}
	words := func(n int) string {
		all := make([]string, n)
		for i := range all {
			all[i] = made()
		}
		return strings.Join(all, " ")
	}
	all := make([]Doc, n)
	for i := range all {
		a := library[i%len(library)]
		all[i] = Doc{ID: fmt.Sprint(i), Kind: "article", Project: int64(1 + i%3), Visibility: Public, Locale: a.locale, Updated: day,
			Title: a.title + " " + words(3), Headings: words(8), Body: a.body + " " + words(140)}
		if i%20 == 0 {
			all[i].Visibility = "internal"
		}
	}
	return all
}

// typing is what arrives while somebody writes a ticket: unfinished, misspelt, and with a description.
func typing(n int, all []Doc) []Suggest {
	random := rand.New(rand.NewPCG(3, 5))
	queries := make([]Suggest, n)
	for i := range queries {
		d := all[random.IntN(len(all))]
		title := []rune(d.Title)
		title = title[:2+random.IntN(len(title)-2)]
		if k := len(title); i%4 == 0 && k > 6 {
			title[k-3], title[k-4] = title[k-4], title[k-3]
		}
		queries[i] = Suggest{Project: d.Project, Title: string(title), Locale: d.Locale, Limit: 5}
		if i%3 == 0 {
			queries[i].Text = d.Body[:min(len(d.Body), 30+random.IntN(400))]
		}
	}
	return queries
}

// KB-3: the goal is a p99 of 20 ms at 10,000 articles.
func BenchmarkSuggest10k(b *testing.B) {
	dir := b.TempDir()
	all := corpus(10_000)
	start := time.Now()
	i := built(b, dir, all)
	build := time.Since(start)
	queries := typing(2000, all)
	all = nil
	_ = i.Close()
	start = time.Now()
	i = openIn(b, dir)
	opened := time.Since(start)
	runtime.GC()
	took := make([]float64, 0, max(b.N, 1))
	answered := 0
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		start := time.Now()
		hits, err := i.Suggest(b.Context(), queries[n%len(queries)])
		if err != nil {
			b.Fatal(err)
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
		if len(hits) > 0 {
			answered++
		}
	}
	slices.Sort(took)
	at := func(p float64) float64 { return took[int(math.Ceil(p*float64(len(took))))-1] }
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(100*float64(answered)/float64(len(took)), "answered-%")
	b.ReportMetric(build.Seconds(), "build-s")
	b.ReportMetric(float64(opened.Microseconds())/1000, "open-ms")
	b.ReportMetric(float64(runtime.NumGoroutine()), "goroutines")
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			var kB float64
			if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kB); err == nil {
				b.ReportMetric(kB/1024, "rss-MB")
			}
		}
	}
}

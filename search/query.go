package search

import (
	"math"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
)

// Weights. A title names the matter, a body mentions it.
const (
	boostTitle    = 6
	boostHeadings = 2
	boostBody     = 1
	boostPrefix   = 3
	boostTypo     = 2
	boostSynonym  = 0.5
	boostText     = 0.7   // words of the description
	boostLocale   = 3     // among equals, the language of the words
	boostFilter   = 0.001 // filters; zero would divide by zero in an empty index
)

const (
	shortestPrefix = 2 // letters
	shortestTypo   = 4 // letters; shorter words have too many neighbours
	mostSwaps      = 14
)

// pick chooses how a word may match.
type pick struct {
	prefix bool   // the word may be unfinished
	typos  bool   // one letter wrong, missing, extra, or two neighbours swapped, in titles
	titles bool   // titles and headings only
	only   string // in this language's stem, and not in headings: enough for the words of a description
}

// term asks for one exact term of the index.
func term(text, field string, boost float64) query.Query {
	q := query.NewTermQuery(text)
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func anyOf(list []query.Query) query.Query {
	if len(list) == 1 {
		return list[0]
	}
	return query.NewDisjunctionQuery(list)
}

func allOf(list []query.Query) query.Query {
	if len(list) == 1 {
		return list[0]
	}
	return query.NewConjunctionQuery(list)
}

// query asks for one word in all fields.
func (w word) query(p pick, boost float64) query.Query {
	var fields []query.Query
	terms := w.terms
	if p.only != "" {
		terms = []string{w.stem(p.only)}
	}
	add := func(field string, weight float64) {
		var variants []query.Query
		for _, t := range terms {
			variants = append(variants, term(t, field, weight*boost))
		}
		fields = append(fields, anyOf(variants))
	}
	add(fieldTitle, boostTitle)
	if p.only == "" {
		add(fieldHeadings, boostHeadings)
	}
	if !p.titles {
		add(fieldBody, boostBody)
	}
	letters := utf8.RuneCountInString(w.folded)
	if p.prefix && letters >= shortestPrefix {
		q := query.NewPrefixQuery(w.folded)
		q.SetField(fieldRaw)
		q.SetBoost(boostPrefix * boost)
		fields = append(fields, q)
	}
	if p.typos && letters >= shortestTypo {
		fields = append(fields, near(w.folded, fieldRaw, boostTypo*boost)...)
		for _, t := range w.terms { // the typo may hide a plural
			if t != w.folded && utf8.RuneCountInString(t) >= shortestTypo {
				fields = append(fields, near(t, fieldTitle, boostTypo*boost)...)
			}
		}
	}
	return anyOf(fields)
}

// near asks for the terms one typo away, the first letter being right.
func near(text, field string, boost float64) []query.Query {
	q := query.NewFuzzyQuery(text)
	q.SetField(field)
	q.SetFuzziness(1)
	q.SetPrefix(1)
	q.SetBoost(boost)
	all := []query.Query{q}
	for _, swapped := range swaps(text) {
		all = append(all, term(swapped, field, boost))
	}
	return all
}

// swaps exchanges two neighbours, which counts as two errors for the index but as one slip for a hand.
func swaps(s string) (all []string) {
	runes := []rune(s)
	for i := 1; i+1 < len(runes) && len(all) < mostSwaps; i++ {
		if runes[i] == runes[i+1] {
			continue
		}
		runes[i], runes[i+1] = runes[i+1], runes[i]
		all = append(all, string(runes))
		runes[i], runes[i+1] = runes[i+1], runes[i]
	}
	return all
}

// query asks for a slot: all its words, or all words of one of its synonyms.
func (s slot) query(p pick, boost float64) query.Query {
	phrase := func(words []word, p pick, boost float64) query.Query {
		var all []query.Query
		for i, w := range words {
			one := p
			one.prefix = p.prefix && s.unfinished && i == len(words)-1
			all = append(all, w.query(one, boost))
		}
		return allOf(all)
	}
	ways := []query.Query{phrase(s.words, p, boost)}
	for _, other := range s.others {
		ways = append(ways, phrase(other, pick{titles: p.titles}, boost*boostSynonym))
	}
	return anyOf(ways)
}

func queries(list []slot, p pick, boost float64) (all []query.Query) {
	for _, s := range list {
		all = append(all, s.query(p, boost))
	}
	return all
}

// within restricts what must match to one scope. The scope stands beside the words inside the conjunction that
// a hit has to satisfy, and once more around the whole: a boolean query whose required part can match nothing
// falls back to its optional part, which must not open other projects.
func within(scope, language string, required query.Query, optional []query.Query) query.Query {
	filter := term(scope, fieldScope, boostFilter)
	must := query.NewConjunctionQuery([]query.Query{filter, required})
	if language != plain {
		optional = append(optional, term(language, fieldLocale, boostLocale))
	}
	if len(optional) == 0 {
		return must
	}
	ranked := query.NewBooleanQuery([]query.Query{must}, optional, nil)
	return query.NewConjunctionQuery([]query.Query{term(scope, fieldScope, boostFilter), ranked})
}

// stages are the queries to try, strictest first. A later one is only run when those before found too little.
type stage struct {
	query  query.Query
	enough int // run while fewer hits than this were found
}

// suggestStages: all words of the title, the last perhaps unfinished; then with typos; then some of the words;
// then some of the description's. The description only ranks as long as the title finds something.
func suggestStages(r request, scope string) []stage {
	hints := func() []query.Query { return queries(bare(r.text), pick{only: r.language}, boostText) }
	exact, typos := pick{prefix: true}, pick{prefix: true, typos: true}
	var all []stage
	if len(r.title) > 0 { // all words of a description never stand in one article
		all = append(all,
			stage{within(scope, r.language, allOf(queries(r.title, exact, 1)), hints()), math.MaxInt},
			stage{within(scope, r.language, allOf(queries(r.title, typos, 1)), hints()), 3})
	}
	if len(r.title) > 0 {
		all = append(all, some(r, scope, hints)...)
	}
	if len(r.text) > 0 { // without typos: so many words find enough
		words := query.NewDisjunctionQuery(queries(bare(r.text), pick{prefix: true, only: r.language}, 1))
		words.SetMin(float64(enough(len(r.text))))
		all = append(all, stage{within(scope, r.language, words, nil), 1})
	}
	return all
}

// searchStages are those of the search page: the first that finds anything gives all pages of the answer.
func searchStages(r request, scope string) []stage {
	if len(r.title) == 0 {
		return nil
	}
	exact, typos := pick{prefix: true}, pick{prefix: true, typos: true}
	all := []stage{
		{within(scope, r.language, allOf(queries(r.title, exact, 1)), nil), math.MaxInt},
		{within(scope, r.language, allOf(queries(r.title, typos, 1)), nil), 1},
	}
	return append(all, some(r, scope, func() []query.Query { return nil })...)
}

// some asks for a third of the words, and for two at least when there are three or more: one common word in a
// body is no answer to a sentence. One of three in a title is, when there is nothing better. These are two
// queries, not one: a disjunction of disjunctions makes Bleve start over for each document, at fifty times the cost.
func some(r request, scope string, optional func() []query.Query) []stage {
	p := pick{prefix: true, typos: true}
	least := func(n int, p pick) stage {
		words := query.NewDisjunctionQuery(queries(r.title, p, 1))
		words.SetMin(float64(n))
		return stage{within(scope, r.language, words, optional()), 1}
	}
	n := len(r.title)
	all := []stage{least(enough(n), p)}
	if third(n) < enough(n) {
		p.titles = true
		all = append(all, least(third(n), p))
	}
	return all
}

func third(n int) int { return (n + 2) / 3 }

// enough is how many of n words must be found when they may stand anywhere.
func enough(n int) int {
	if n < 3 {
		return third(n)
	}
	return max(third(n), 2)
}

// bare drops synonyms: hints need none.
func bare(list []slot) []slot {
	all := make([]slot, len(list))
	for i, s := range list {
		all[i] = slot{words: s.words, unfinished: s.unfinished}
	}
	return all
}

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
	prefix bool // the word may be unfinished
	typos  bool // one letter wrong, missing, extra, or two neighbours swapped, in titles
	titles bool // titles and headings only
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
	add := func(field string, weight float64) {
		var variants []query.Query
		for _, t := range w.terms {
			variants = append(variants, term(t, field, weight*boost))
		}
		fields = append(fields, anyOf(variants))
	}
	add(fieldTitle, boostTitle)
	add(fieldHeadings, boostHeadings)
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
	required, context := r.title, r.text
	if len(required) == 0 {
		required, context = r.text, nil
	}
	if len(required) == 0 {
		return nil
	}
	hints := func() []query.Query { return queries(bare(context), pick{prefix: true}, boostText) }
	exact, typos := pick{prefix: true}, pick{prefix: true, typos: true}
	var all []stage
	if len(r.title) > 0 { // all words of a description never stand in one article
		all = append(all,
			stage{within(scope, r.language, allOf(queries(required, exact, 1)), hints()), math.MaxInt},
			stage{within(scope, r.language, allOf(queries(required, typos, 1)), hints()), 3})
	}
	all = append(all, stage{within(scope, r.language, some(required, typos), hints()), 1})
	if len(r.title) > 0 && len(r.text) > 0 {
		all = append(all, stage{within(scope, r.language, some(r.text, exact), nil), 1})
	}
	return all
}

// searchStages are those of the search page: the first that finds anything gives all pages of the answer.
func searchStages(r request, scope string) []stage {
	if len(r.title) == 0 {
		return nil
	}
	exact, typos := pick{prefix: true}, pick{prefix: true, typos: true}
	return []stage{
		{within(scope, r.language, allOf(queries(r.title, exact, 1)), nil), math.MaxInt},
		{within(scope, r.language, allOf(queries(r.title, typos, 1)), nil), 1},
		{within(scope, r.language, some(r.title, typos), nil), 1},
	}
}

// some asks for a third of the words in titles or headings, or for a third and at least two of three anywhere:
// one common word in a body is no answer to a whole sentence.
func some(list []slot, p pick) query.Query {
	third := (len(list) + 2) / 3
	anywhere := third
	if len(list) >= 3 {
		anywhere = max(third, 2)
	}
	inTitles := p
	inTitles.titles = true
	titles := query.NewDisjunctionQuery(queries(list, inTitles, 1))
	titles.SetMin(float64(third))
	bodies := query.NewDisjunctionQuery(queries(list, p, 1))
	bodies.SetMin(float64(anywhere))
	return query.NewDisjunctionQuery([]query.Query{titles, bodies})
}

// bare drops synonyms: hints need none.
func bare(list []slot) []slot {
	all := make([]slot, len(list))
	for i, s := range list {
		all[i] = slot{words: s.words, unfinished: s.unfinished}
	}
	return all
}

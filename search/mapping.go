package search

import (
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
)

// Fields of the index. Nothing is stored and no term vectors are kept: that would take four times the disk, and
// snippets are cut from the database's text by Mark.
const (
	fieldScope    = "scope"     // visibility, kind and project in one term, so that no query can forget one of them
	fieldLocale   = "locale"    // the language alone
	fieldTitle    = "title"     // stemmed in the document's language
	fieldHeadings = "headings"  // likewise
	fieldBody     = "body"      // likewise
	fieldRaw      = "title_raw" // whole words, folded to plain letters: for prefixes and typos
	fieldUpdated  = "updated"   // Unix seconds
)

const (
	plain  = "plain"  // words in lower case: the analyser of languages we do not stem
	folded = "folded" // and ü = u = ue, é = e, ß = ss
)

// longest bounds what one document brings into the index.
const longest = 1 << 20

// entry is a Doc as the index sees it.
type entry struct {
	Scope    string  `json:"scope"`
	Locale   string  `json:"locale"`
	Title    string  `json:"title"`
	Headings string  `json:"headings"`
	Body     string  `json:"body"`
	Raw      string  `json:"title_raw"`
	Updated  float64 `json:"updated"`
}

// BleveType picks the analysers by language.
func (e entry) BleveType() string { return e.Locale }

func newEntry(d Doc) entry {
	title := clean(d.Title)
	return entry{
		Scope:    scope(d.Visibility, d.Kind, d.Project),
		Locale:   language(d.Locale),
		Title:    title,
		Headings: clean(d.Headings),
		Body:     clean(d.Body),
		Raw:      title,
		Updated:  float64(d.Updated.Unix()),
	}
}

// clean cuts and repairs text before analysers see it.
func clean(s string) string {
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.ToValidUTF8(s, " ")
}

func scope(visibility, kind string, project int64) string {
	return visibility + " " + kind + " " + strconv.FormatInt(project, 10)
}

// language reduces a locale to what we stem.
func language(locale string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	switch base {
	case en.AnalyzerName, de.AnalyzerName:
		return base
	}
	return plain
}

// newMapping tells Bleve what to do with an entry.
func newMapping() *mapping.IndexMappingImpl {
	m := bleve.NewIndexMapping()
	must := func(err error) {
		if err != nil {
			panic(err) // constants below, checked by every test
		}
	}
	must(m.AddCustomAnalyzer(plain, map[string]any{
		"type": custom.Name, "tokenizer": unicode.Name, "token_filters": []string{lowercase.Name},
	}))
	must(m.AddCustomAnalyzer(folded, map[string]any{
		"type": custom.Name, "char_filters": []string{asciifolding.Name}, "tokenizer": unicode.Name,
		"token_filters": []string{lowercase.Name, de.NormalizeName},
	}))
	m.DefaultAnalyzer = plain
	m.DefaultMapping = document(plain)
	m.AddDocumentMapping(en.AnalyzerName, document(en.AnalyzerName))
	m.AddDocumentMapping(de.AnalyzerName, document(de.AnalyzerName))
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}

func document(analyzer string) *mapping.DocumentMapping {
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		return f
	}
	updated := bleve.NewNumericFieldMapping()
	updated.Store, updated.Index, updated.IncludeInAll, updated.DocValues = false, true, false, true

	d := bleve.NewDocumentStaticMapping()
	d.AddFieldMappingsAt(fieldScope, text(keyword.Name))
	d.AddFieldMappingsAt(fieldLocale, text(keyword.Name))
	d.AddFieldMappingsAt(fieldTitle, text(analyzer))
	d.AddFieldMappingsAt(fieldHeadings, text(analyzer))
	d.AddFieldMappingsAt(fieldBody, text(analyzer))
	d.AddFieldMappingsAt(fieldRaw, text(folded))
	d.AddFieldMappingsAt(fieldUpdated, updated)
	return d
}

// theMapping and the analysers are made once; they hold no state between calls.
var (
	theMapping = newMapping()
	english    = theMapping.AnalyzerNamed(en.AnalyzerName)
	german     = theMapping.AnalyzerNamed(de.AnalyzerName)
	unstemmed  = theMapping.AnalyzerNamed(plain)
	folding    = theMapping.AnalyzerNamed(folded)
	tokenizer  = unicode.NewUnicodeTokenizer()
)

// firstTerm is what an analyser makes of a single word; empty for its stop words.
func firstTerm(a analysis.Analyzer, word string) string {
	tokens := a.Analyze([]byte(word)) // a copy: some filters write into their input
	if len(tokens) == 0 {
		return ""
	}
	return string(tokens[0].Term)
}

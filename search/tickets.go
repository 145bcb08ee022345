package search

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
)

// Tickets is the agents' index: what was written on tickets, public and internal apart. It is
// a folder of its own, so that nothing of it can be found by the public search and none of
// its size is felt there. A nil Tickets is never Ready and finds nothing.
type Tickets struct{ index *Index }

// Ticket is one ticket to find. Only words are kept of it, none of its text.
type Ticket struct {
	ID      int64
	Project int64
	// State is one word that a query can ask for, such as "open" or "spam".
	State  string
	Locale string // of its project; decides how its words are stemmed
	Title  string
	// Reference and Number are what people quote.
	Reference string
	Number    int64
	// People are names and addresses.
	People string
	// Public is what the reporter may read, Internal the notes.
	Public, Internal string
	// Contacts take part in it; Company is the one that shares it with its members, 0 for none.
	Contacts []int64
	Company  int64
}

// TicketQuery asks for tickets by their words.
type TicketQuery struct {
	Text   string
	Locale string
	// Projects, when not nil, are the only ones looked into. It stands inside the query.
	Projects []int64
	// States narrows to these; nil is all.
	States []string
	// Internal looks into notes too.
	Internal bool
	// Contact and Company, where they are not 0, narrow to what this contact takes part in, and to
	// what this company shares. They stand inside the query, too; what is then looked into is what
	// people outside read: no number, no addresses, never a note.
	Contact, Company int64
	Limit            int // 50 when 0, at most 250
}

// Limits of what one ticket brings into the index, in bytes.
const (
	mostPublic   = 16 << 10
	mostInternal = 8 << 10
	mostFound    = 250
)

// Fields of the index of tickets, beside fieldTitle and fieldRaw.
const (
	fieldProject   = "project"
	fieldState     = "state"
	fieldReference = "reference"
	fieldNumber    = "number"
	fieldPeople    = "people"
	fieldPublic    = "public"
	fieldInternal  = "internal"
	fieldContact   = "contact"
	fieldCompany   = "company"
)

type ticketEntry struct {
	Project   string   `json:"project"`
	State     string   `json:"state"`
	Locale    string   `json:"-"`
	Title     string   `json:"title"`
	Raw       string   `json:"title_raw"`
	Reference string   `json:"reference"`
	Number    string   `json:"number"`
	People    string   `json:"people"`
	Public    string   `json:"public"`
	Internal  string   `json:"internal"`
	Contact   []string `json:"contact"`
	Company   string   `json:"company"`
}

// BleveType picks the analysers by language.
func (e ticketEntry) BleveType() string { return e.Locale }

func ticketID(id int64) string { return strconv.FormatInt(id, 36) }

func newTicketEntry(t Ticket) keyed {
	title := clean(t.Title)
	e := ticketEntry{Project: strconv.FormatInt(t.Project, 10), State: t.State, Locale: language(t.Locale), Title: title, Raw: title, Reference: t.Reference,
		Number: strconv.FormatInt(t.Number, 10), People: clean(head(t.People, 1<<10)), Public: clean(cutBytes(t.Public, mostPublic)), Internal: clean(cutBytes(t.Internal, mostInternal))}
	for _, id := range t.Contacts {
		e.Contact = append(e.Contact, strconv.FormatInt(id, 10))
	}
	if t.Company != 0 {
		e.Company = strconv.FormatInt(t.Company, 10)
	}
	return keyed{ticketID(t.ID), e, len(e.Title) + len(e.Public) + len(e.Internal) + 200}
}

func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

var ticketShape = &shape{newTicketMapping()}

func newTicketMapping() *mapping.IndexMappingImpl {
	m := newMapping()
	m.DefaultMapping = ticketDocument(plain)
	m.TypeMapping = map[string]*mapping.DocumentMapping{}
	m.AddDocumentMapping(en.AnalyzerName, ticketDocument(en.AnalyzerName))
	m.AddDocumentMapping(de.AnalyzerName, ticketDocument(de.AnalyzerName))
	return m
}

func ticketDocument(analyzer string) *mapping.DocumentMapping {
	text := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		return f
	}
	d := bleve.NewDocumentStaticMapping()
	for _, field := range []string{fieldProject, fieldState, fieldNumber, fieldContact, fieldCompany} {
		d.AddFieldMappingsAt(field, text(keyword.Name))
	}
	for _, field := range []string{fieldTitle, fieldPublic, fieldInternal} {
		d.AddFieldMappingsAt(field, text(analyzer))
	}
	for _, field := range []string{fieldRaw, fieldPeople, fieldReference} {
		d.AddFieldMappingsAt(field, text(folded))
	}
	return d
}

// OpenTickets opens the agents' index in dir, as Open does.
func OpenTickets(dir string, epoch string, log *slog.Logger) (*Tickets, error) {
	i, err := openAs(dir, epoch, ticketShape, log)
	if err != nil {
		return nil, err
	}
	i.synonyms.Store(newThesaurus(nil)) // an agent searches for the very word
	return &Tickets{i}, nil
}

// Ready tells whether queries are answered.
func (t *Tickets) Ready() bool { return t != nil && t.index.Ready() }

// NeedsRebuild tells whether Rebuild must be called.
func (t *Tickets) NeedsRebuild() bool { return t.index.NeedsRebuild() }

// Position is as of Index.
func (t *Tickets) Position() string { return t.index.Position() }

// Close gives the folder back.
func (t *Tickets) Close() error { return t.index.Close() }

// Apply puts and deletes tickets and moves the position, as of Index.
func (t *Tickets) Apply(ctx context.Context, put []Ticket, del []int64, position string) error {
	all, gone := make([]keyed, len(put)), make([]string, len(del))
	for i, one := range put {
		all[i] = newTicketEntry(one)
	}
	for i, id := range del {
		gone[i] = ticketID(id)
	}
	return t.index.apply(ctx, all, gone, position)
}

// Rebuild makes the index anew, as of Index.
func (t *Tickets) Rebuild(ctx context.Context, position string, each func(yield func(Ticket) error) error) error {
	return t.index.rebuild(ctx, position, func(yield func(keyed) error) error {
		return each(func(one Ticket) error { return yield(newTicketEntry(one)) })
	})
}

// Find gives the ids of the tickets that answer a text best, the best first. The first of all
// words, all words with a typo, some words that finds anything decides. ErrUnavailable while
// there is no index.
func (t *Tickets) Find(ctx context.Context, q TicketQuery) ([]int64, error) {
	if t == nil {
		return nil, ErrUnavailable
	}
	if q.Projects != nil && len(q.Projects) == 0 {
		return nil, nil
	}
	r := newRequest(q.Text, "", q.Locale, t.index.synonyms.Load())
	var found []int64
	err := t.index.read(func(b bleve.Index) error {
		found = nil
		for _, s := range ticketStages(r, q) {
			result, err := b.SearchInContext(ctx, bleve.NewSearchRequestOptions(s.query, page(q.Limit, 50, mostFound), 0, false))
			if err != nil {
				return err
			}
			for _, hit := range ranked(result) {
				if id, err := strconv.ParseInt(hit.ID, 36, 64); err == nil {
					found = append(found, id)
				}
			}
			if len(found) > 0 {
				return nil
			}
		}
		return nil
	})
	return found, err
}

// ticketFilter is the part of a query that nothing typed can get around.
func ticketFilter(q TicketQuery) []query.Query {
	var all []query.Query
	any := func(field string, values []string) {
		var terms []query.Query
		for _, v := range values {
			terms = append(terms, term(v, field, boostFilter))
		}
		all = append(all, anyOf(terms))
	}
	if q.Projects != nil {
		var values []string
		for _, id := range q.Projects {
			values = append(values, strconv.FormatInt(id, 10))
		}
		any(fieldProject, values)
	}
	if q.States != nil {
		any(fieldState, q.States)
	}
	if q.Contact != 0 {
		any(fieldContact, []string{strconv.FormatInt(q.Contact, 10)})
	}
	if q.Company != 0 {
		any(fieldCompany, []string{strconv.FormatInt(q.Company, 10)})
	}
	return all
}

// ticketStages are the queries to try, strictest first.
func ticketStages(r request, q TicketQuery) []stage {
	filter := ticketFilter(q)
	build := func(words query.Query) query.Query {
		return allOf(append(slices.Clone(filter), words))
	}
	each := func(p pick) (all []query.Query) {
		for _, s := range r.title {
			var words []query.Query
			for i, w := range s.words {
				one := p
				one.prefix = s.unfinished && i == len(s.words)-1
				words = append(words, w.ticket(one, q))
			}
			all = append(all, allOf(words))
		}
		return all
	}
	var stages []stage
	if len(r.title) > 0 {
		stages = append(stages, stage{build(allOf(each(pick{}))), math.MaxInt}, stage{build(allOf(each(pick{typos: true}))), 1})
	}
	if len(r.title) > 2 {
		some := query.NewDisjunctionQuery(each(pick{}))
		some.SetMin(float64(enough(len(r.title))))
		stages = append(stages, stage{build(some), 1})
	}
	return stages
}

// What a word counts for where it stands.
const (
	boostQuoted   = 12 // a number or reference
	boostPeople   = 4
	boostInternal = 0.8
	// shortestTicketPrefix is longer than for articles: there are many more words.
	shortestTicketPrefix = 3
)

// ticket asks for one word in all fields of a ticket.
func (w word) ticket(p pick, q TicketQuery) query.Query {
	outside := q.Contact != 0 || q.Company != 0
	fields := []query.Query{term(w.folded, fieldReference, boostQuoted)}
	prefixes := map[string]float64{fieldRaw: boostPrefix}
	if !outside {
		fields = append(fields, term(w.lower, fieldNumber, boostQuoted), term(w.folded, fieldPeople, boostPeople))
		prefixes[fieldPeople] = boostPeople / 2
	}
	add := func(field string, boost float64) {
		for _, t := range w.terms {
			fields = append(fields, term(t, field, boost))
		}
	}
	add(fieldTitle, boostTitle)
	add(fieldPublic, boostBody)
	if q.Internal && !outside {
		add(fieldInternal, boostInternal)
	}
	letters := utf8.RuneCountInString(w.folded)
	if p.prefix && letters >= shortestTicketPrefix {
		for field, boost := range prefixes {
			q := query.NewPrefixQuery(w.folded)
			q.SetField(field)
			q.SetBoost(boost)
			fields = append(fields, q)
		}
	}
	if p.typos && letters >= shortestTypo {
		fields = append(fields, near(w.folded, fieldRaw, boostTypo)...)
		if !outside {
			fields = append(fields, near(w.folded, fieldPeople, boostTypo)...)
		}
	}
	return anyOf(fields)
}

// Package search finds articles by their words: suggestions while a reporter types, and the search page of the
// docs. It knows its own Doc and nothing of our tables. The index is a copy: it can be deleted at any time and
// is made again from the database, and a broken one answers ErrUnavailable while pages go on (KB-3).
//
// Queries are built by code from terms. Bleve's query string language, with its wildcards, regular expressions
// and field names, is never reachable from what somebody typed.
package search

import (
	"errors"
	"time"
)

// What a caller answers differently from a fault of the disk.
var (
	// ErrUnavailable: there is no usable index now; show the page without results.
	ErrUnavailable = errors.New("search: no index")
	// ErrLocked: another process has the index open. The index is not at fault and must not be rebuilt.
	ErrLocked = errors.New("search: the index is open in another process")
)

// Public is the only visibility that Suggest and Search ever find.
const Public = "public"

// Doc is one thing to find.
type Doc struct {
	ID         string // what a Hit names; unique over all kinds
	Kind       string // "article"
	Project    int64
	Visibility string // Public or anything else; others are kept but not found
	Locale     string // of the words: "en", "de-AT"; any other language is searched without stemming
	Title      string
	Headings   string
	Body       string    // plain text
	Updated    time.Time // newer first among equal hits of a Search
}

// Hit is one result, best first. Scores compare within one answer only.
type Hit struct {
	ID    string
	Score float64
}

// Suggest asks for articles that may answer a ticket that is being written.
type Suggest struct {
	Project int64  // only its public articles
	Title   string // may end in an unfinished word
	Text    string // the description; its last words help to choose
	Locale  string // of the page; decides when the words do not tell their language
	Limit   int    // 5 when 0, at most 20
}

// Query asks for a page of results.
type Query struct {
	Kind    string // "article" when empty
	Project int64
	Text    string
	Locale  string
	From    int // at most 1000
	Size    int // 20 when 0, at most 100
}

package views

import (
	"html/template"
	"time"
)

// Articles is the input of agent/articles: the articles of a project. Filters by visibility and
// collection stand in Page.Agent.
type Articles struct {
	// Project is the name of the project that is shown; Projects are links to all, left out when
	// there is one.
	Project  string
	Projects []FilterLink
	// SearchURL is the GET target of the search (parameter q); Keep are the filters it carries on.
	SearchURL, Query string
	Keep             []Hidden
	Rows             []ArticleRow
	// NewURL and CollectionsURL are empty for who may not write.
	NewURL, CollectionsURL string
	// OlderURL and NewestURL are pages of the list; empty where there is none.
	OlderURL, NewestURL string
	// Filtered: something narrows the list, so that an empty one says so.
	Filtered bool
}

// ArticleRow is a line of Articles. EditURL is empty for who may not write.
type ArticleRow struct {
	Title, URL, EditURL string
	Visibility          Visibility
	Collection          string
	Views               int
	UpdatedAt           time.Time
}

// Visibility says who may read an article: Key is draft, internal or public, Label its word.
type Visibility struct{ Key, Label string }

// ArticlePage is the input of agent/article: an article as agents read it.
type ArticlePage struct {
	Crumbs     []Link
	Title      string
	Summary    string
	Visibility Visibility
	Collection string
	UpdatedAt  time.Time
	// Body is cleaned HTML.
	Body template.HTML
	// EditURL is empty for who may not write; VisitorURL is the public page, empty while there is none.
	EditURL, VisitorURL string
	// Change publishes it or takes it back; nil for who may not.
	Change *Step
}

// ArticleEditor is the input of agent/article_edit. It posts title, summary, body, slug, collection,
// locale, visibility and version; "publish" saves it as public, FieldDo "preview" only shows it.
type ArticleEditor struct {
	Crumbs  []Link
	Heading string
	Action  string
	CSRF    string
	// Version is empty for a new article.
	Version string
	// Head stands above the text, Meta below it.
	Head, Meta []Input
	Body       string
	// BodyError and Error are whole sentences; may be empty.
	BodyError, Error string
	Visibility       Visibility
	// PreviewURL answers agent/_article_preview to a posted body.
	PreviewURL string
	Preview    ArticlePreview
	// DraftKey names the draft kept in the browser; NewKey is that of the project's new article, which
	// this one may have been.
	DraftKey, NewKey string
	// Theirs is what was saved meanwhile; nil when nothing was.
	Theirs *ArticleTheirs
	// URLs of an article that exists; empty for a new one, VisitorURL also while it is not public.
	ReadURL, DeleteURL, VisitorURL string
}

// ArticleTheirs is the text that somebody else saved.
type ArticleTheirs struct {
	Title, Body string
	At          time.Time
}

// ArticlePreview is the input of agent/_article_preview.
type ArticlePreview struct {
	// Body is cleaned HTML.
	Body template.HTML
}

// Problems lists the errors in the order of the form.
func (e ArticleEditor) Problems() []FieldError {
	f := Form{Inputs: e.Head, Error: e.Error}
	all := f.Problems()
	if e.BodyError != "" {
		all = append(all, FieldError{ID: FieldBody, Text: e.BodyError})
	}
	return append(all, Form{Inputs: e.Meta}.Problems()...)
}

// ArticleCollections is the input of agent/article_collections.
type ArticleCollections struct {
	Crumbs []Link
	List   SortList
	Add    Form
}

// ArticleCollection is the input of agent/article_collection: the form of one.
type ArticleCollection struct {
	Crumbs    []Link
	Title     string
	Form      Form
	DeleteURL string
}

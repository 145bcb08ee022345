package views

import (
	"html/template"
	"time"
)

// ArticleLink is an article in a list. Snippet is escaped text, with <mark> around matches in search results.
type ArticleLink struct {
	Title   string
	Snippet template.HTML
	URL     string
	// Collection is the name of the article's collection; may be empty.
	Collection string
	UpdatedAt  time.Time
}

// CollectionLink is a collection in a list.
type CollectionLink struct {
	Title, Description, URL string
	Count                   int
}

// DocsBase is what every page of the docs shares.
type DocsBase struct {
	Project Project
	// HomeURL is the docs' front page, SearchURL the GET target of the search field (parameter q).
	HomeURL, SearchURL string
	Query              string
	// NewTicketURL leads to the create page; empty when the portal takes no tickets.
	NewTicketURL string
}

// DocsHome is the input of docs/home (KB-1).
type DocsHome struct {
	DocsBase
	Collections     []CollectionLink
	Popular, Recent []ArticleLink
}

// DocsCollection is the input of docs/collection.
type DocsCollection struct {
	DocsBase
	Title, Description string
	Articles           []ArticleLink
}

// Heading is a line of an article's table of contents. Level is 2 or 3; Anchor is the heading's id, without the #.
type Heading struct {
	Level         int
	Title, Anchor string
}

// DocsArticle is the input of docs/article, a reading page.
type DocsArticle struct {
	DocsBase
	// Collection is the way back; an empty URL leaves it out.
	Collection Link
	Title      string
	Summary    string
	// Body is cleaned HTML.
	Body      template.HTML
	Contents  []Heading
	UpdatedAt time.Time
	Related   []ArticleLink
}

// DocsSearch is the input of docs/search.
type DocsSearch struct {
	DocsBase
	Results []ArticleLink
	// Total is the number of hits; MoreURL the next page, empty on the last.
	Total   int
	MoreURL string
	// Popular is offered when nothing was found.
	Popular []ArticleLink
}

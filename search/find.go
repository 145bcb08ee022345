package search

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/blevesearch/bleve/v2"
)

const (
	defaultSuggestions = 5
	mostSuggestions    = 20
	defaultPage        = 20
	mostPage           = 100
	furthestPage       = 1000
)

// Suggest finds public articles of one project by the words of a ticket being written. It answers fewer rather
// than unrelated ones; nothing typed or nothing found is no error. ErrUnavailable while there is no index.
func (i *Index) Suggest(ctx context.Context, q Suggest) ([]Hit, error) {
	r := newRequest(q.Title, q.Text, q.Locale, i.synonyms.Load())
	limit := page(q.Limit, defaultSuggestions, mostSuggestions)
	var hits []Hit
	err := i.read(func(b bleve.Index) error {
		hits = nil // a second try starts anew
		for _, s := range suggestStages(r, scope(Public, "article", q.Project)) {
			if len(hits) >= s.enough {
				continue
			}
			result, err := b.SearchInContext(ctx, bleve.NewSearchRequestOptions(s.query, limit, 0, false))
			if err != nil {
				return err
			}
			// What a stricter stage found stays in front.
			for _, hit := range ranked(result) {
				known := slices.ContainsFunc(hits, func(h Hit) bool { return h.ID == hit.ID })
				if !known && len(hits) < limit {
					hits = append(hits, hit)
				}
			}
		}
		return nil
	})
	return hits, err
}

// Search finds a page of public documents of one kind and project, and how many there are in all. The first of
// all words, all words with typos, some words that finds anything decides all pages. ErrUnavailable while there
// is no index.
func (i *Index) Search(ctx context.Context, q Query) (hits []Hit, total int, err error) {
	if q.Kind == "" {
		q.Kind = "article"
	}
	r := newRequest(q.Text, "", q.Locale, i.synonyms.Load())
	from, size := min(max(q.From, 0), furthestPage), page(q.Size, defaultPage, mostPage)
	err = i.read(func(b bleve.Index) error {
		hits, total = nil, 0
		for _, s := range searchStages(r, scope(Public, q.Kind, q.Project)) {
			if total >= s.enough {
				break
			}
			request := bleve.NewSearchRequestOptions(s.query, size, from, false)
			request.SortBy([]string{"-_score", "-" + fieldUpdated})
			result, err := b.SearchInContext(ctx, request)
			if err != nil {
				return err
			}
			if total = int(result.Total); total > 0 {
				for _, m := range result.Hits {
					hits = append(hits, Hit{ID: m.ID, Score: m.Score})
				}
				return nil
			}
		}
		return nil
	})
	return hits, total, err
}

// ranked makes the order of equal scores independent of how the index came about.
func ranked(result *bleve.SearchResult) []Hit {
	hits := make([]Hit, len(result.Hits))
	for i, m := range result.Hits {
		hits[i] = Hit{ID: m.ID, Score: m.Score}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return hits
}

func page(n, usual, most int) int {
	if n <= 0 {
		return usual
	}
	return min(n, most)
}

// read runs a query on the present index, and once more when that was swapped meanwhile. A panic or a fault of
// the mapped file means the index is broken: it is set aside, and the process goes on.
func (i *Index) read(f func(bleve.Index) error) error {
	for range 3 {
		g := i.current.Load()
		if g == nil || g.broken.Load() {
			return ErrUnavailable
		}
		err := guard(func() error { return f(g.bleve) })
		switch {
		case err == nil:
			return nil
		case errors.Is(err, bleve.ErrorIndexClosed):
			if i.closed.Load() {
				return ErrUnavailable
			}
			continue
		case errors.Is(err, errPanic):
			i.fail(g, err)
			return ErrUnavailable
		}
		return err
	}
	return ErrUnavailable
}

package jobs

import (
	"context"
	"encoding/json"
	"strings"

	"lodge/desk"
	"lodge/models"
	"lodge/search"
)

// nounArticle is how the log of changes names what the index holds.
const nounArticle = "article"

// documents reads what is true now of some articles: what to put into the index, and what
// to take out because it is gone or no longer public. A hidden article's words are not kept.
func documents(ctx context.Context, c models.Conn, ids []int64) (put []search.Doc, del []string, err error) {
	list, err := models.ArticlesForIndex(ctx, c, ids)
	if err != nil {
		return nil, nil, err
	}
	public := map[int64]bool{}
	for i := range list {
		if a := &list[i]; a.Visibility == models.VisibilityPublic {
			public[a.ID] = true
			put = append(put, document(a))
		}
	}
	for _, id := range ids {
		if !public[id] {
			del = append(del, desk.DocID(id))
		}
	}
	return put, del, nil
}

// eachDocument hands over every public article, for a new index.
func eachDocument(ctx context.Context, c models.Conn, yield func(search.Doc) error) error {
	return models.EachArticle(ctx, c, 100, func(batch []models.Article) error {
		for i := range batch {
			if batch[i].Visibility != models.VisibilityPublic {
				continue
			}
			if err := yield(document(&batch[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

func document(a *models.Article) search.Doc {
	return search.Doc{ID: desk.DocID(a.ID), Kind: nounArticle, Project: a.ProjectID, Visibility: search.Public, Locale: a.Locale, Title: a.Title,
		Headings: headings(a.TOC), Body: a.Summary + "\n" + a.Plain, Updated: a.UpdatedAt.Time()}
}

// headings are the words of an article's table of contents.
func headings(toc string) string {
	var list []struct{ Text string }
	if json.Unmarshal([]byte(toc), &list) != nil {
		return ""
	}
	words := make([]string, len(list))
	for i, h := range list {
		words[i] = h.Text
	}
	return strings.Join(words, "\n")
}

package handlers

import (
	"strings"

	"lodge/desk"
	"lodge/models"
)

// The articles of the project "support": one that is public, made again whenever it is gone.
var _ = func() struct{} {
	matrixPaths = append(matrixPaths, func(o *office, pattern string) string {
		if !strings.HasPrefix(pattern, articlesHome) {
			return pattern
		}
		ctx, ines := o.t.Context(), o.actor("ines")
		list, err := o.desk.Articles(ctx, ines, desk.ArticleAsk{Project: "support"})
		if err == nil && len(list.Articles) == 0 {
			_, err = o.desk.CreateArticle(ctx, ines, "support", desk.ArticleInput{Title: "Of the matrix", Body: "Words.", Locale: "en", Visibility: models.VisibilityPublic})
		}
		if err == nil && len(list.Collections) == 0 {
			_, err = o.desk.CreateCollection(ctx, ines, "support", desk.CollectionInput{Name: "Shelf"})
		}
		if err != nil {
			o.t.Fatal(err)
		}
		if list, err = o.desk.Articles(ctx, ines, desk.ArticleAsk{Project: "support"}); err != nil {
			o.t.Fatal(err)
		}
		return strings.NewReplacer(":id", decimal(list.Articles[0].ID), ":collection", "shelf").Replace(pattern)
	})
	return matrixRows(map[string]access{
		"GET /agent/articles":                                         {303, 303, 200, 200, 200, 200},
		"GET /agent/articles/:id":                                     {303, 303, 200, 404, 200, 200},
		"GET /agent/articles/:id/deletion":                            {303, 303, 403, 404, 200, 200},
		"GET /agent/articles/:id/edit":                                {303, 303, 403, 404, 200, 200},
		"GET /agent/articles/collections/:slug":                       {303, 303, 403, 404, 200, 200},
		"GET /agent/articles/collections/:slug/:collection":           {303, 303, 403, 404, 200, 200},
		"GET /agent/articles/collections/:slug/:collection/deletion":  {303, 303, 403, 404, 200, 200},
		"GET /agent/articles/new/:slug":                               {303, 303, 403, 404, 200, 200},
		"POST /agent/articles/:id":                                    {403, 403, 403, 404, 409, 409},
		"POST /agent/articles/:id/deletion":                           {403, 403, 403, 404, 303, 303},
		"POST /agent/articles/:id/visibility":                         {403, 403, 403, 404, 422, 422},
		"POST /agent/articles/collections/:slug":                      {403, 403, 403, 404, 422, 422},
		"POST /agent/articles/collections/:slug/:collection":          {403, 403, 403, 404, 422, 422},
		"POST /agent/articles/collections/:slug/:collection/deletion": {403, 403, 403, 404, 303, 303},
		"POST /agent/articles/collections/:slug/order":                {403, 403, 403, 404, 303, 303},
		"POST /agent/articles/new/:slug":                              {403, 403, 403, 404, 422, 422},
		"POST /agent/articles/preview":                                {403, 403, 403, 200, 200, 200},
	})
}()

package models

import "testing"

// PT-15: the report and the questions before asking, on both databases, and by their indexes.
func TestFeedbackQueries(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		for _, q := range []FeedbackQuery{{Limit: 5}, {Projects: []int64{1, 2, 3}, Agent: 1, Team: 2, Type: 3, Since: 5, BeforeAt: 9, BeforeID: 3, Limit: 5}, {Projects: []int64{}}} {
			if _, err := FeedbackCounts(t.Context(), db, q); err != nil {
				t.Fatal(err)
			}
			if _, _, err := FeedbackAsked(t.Context(), db, q); err != nil {
				t.Fatal(err)
			}
			if all, err := FeedbackList(t.Context(), db, q); err != nil || len(all) != 0 {
				t.Fatal(all, err)
			}
		}
		if asked, err := FeedbackAskedSince(t.Context(), db, 1, 5); err != nil || asked {
			t.Fatal(asked, err)
		}
		if waived, err := FeedbackWaived(t.Context(), db, 1); err != nil || waived {
			t.Fatal(waived, err)
		}
		if f, err := FeedbackOn(t.Context(), db, 1, 1, 1); err != nil || f != nil {
			t.Fatal(f, err)
		}
		if _, err := TicketFeedback(t.Context(), db, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := StatusEvents(t.Context(), db, 1); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFeedbackQueriesAreIndexed(t *testing.T) {
	db := openLiteDB(t)
	for _, q := range []FeedbackQuery{{Since: 5, Limit: 5}, {Projects: []int64{1}, Since: 5, BeforeAt: 9, BeforeID: 3, Limit: 5}} {
		if _, err := FeedbackList(t.Context(), db, q); err != nil {
			t.Fatal(err)
		}
		if _, _, err := FeedbackAsked(t.Context(), db, q); err != nil {
			t.Fatal(err)
		}
	}
	assertIndexed(t, db)
}

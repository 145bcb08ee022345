package desk

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"lodge/models"
	"lodge/search"
)

// mostHits is how many of the best answers of the index a search looks at: the filters of the
// page narrow these.
const mostHits = 250

// SearchState is the word under which the index of tickets keeps the state of one.
func SearchState(t *models.TicketWords) string {
	switch {
	case t.SpamAt != 0:
		return "spam"
	case t.Merged:
		return "merged"
	case t.SnoozedUntil != 0:
		return "snoozed"
	case t.EndedAt != 0:
		return "ended"
	}
	return "open"
}

// viewStates are the states that a view can hold.
func viewStates(view string) []string {
	switch view {
	case models.ViewSnoozed, models.ViewSpam, models.ViewEnded:
		return []string{view}
	case models.ViewAll:
		return []string{"open", "ended", "merged"}
	}
	return []string{"open"}
}

// queueSearch fills a page with what answers a text, the best first.
func (d *Desk) queueSearch(ctx context.Context, actor Actor, view *queueView, ask QueueAsk, page *QueuePage, now time.Time) error {
	from := 0
	if ask.Before != "" {
		n, err := strconv.Atoi(ask.Before)
		if err != nil || n < 0 || n > mostHits {
			return models.NotFound()
		}
		from = n
	} else {
		jump, err := d.quoted(ctx, actor, ask.Text)
		if err != nil {
			return err
		}
		page.Jump = jump
	}
	q := view.q
	locale := view.cat.Workspace.Locale
	projects := q.Projects
	if q.ProjectID != 0 {
		projects = []int64{q.ProjectID}
	}
	found, err := d.tickets.Find(ctx, search.TicketQuery{Text: ask.Text, Locale: locale, Projects: projects, States: viewStates(q.View), Internal: true, Limit: mostHits})
	if errors.Is(err, search.ErrUnavailable) {
		page.Partial = true
		q.Title, q.Limit = ask.Text, mostHits
	} else if err != nil {
		return err
	} else if len(found) == 0 {
		return nil
	}
	q.IDs, q.Limit, q.Sort = found, mostHits, models.SortUpdated
	rows, _, _, err := models.QueuePage(ctx, d.db, q)
	if err != nil {
		return err
	}
	if !page.Partial {
		rows = inOrder(rows, found)
	}
	rows = rows[min(from, len(rows)):]
	if len(rows) > queuePage {
		rows, page.Next = rows[:queuePage], strconv.Itoa(from+queuePage)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	texts, err := models.TicketTexts(ctx, d.db, ids, snippetFirst, snippetLast, snippetRead)
	if err != nil {
		return err
	}
	for _, r := range rows {
		t := queueTicket(view.cat, r, now)
		t.Heading = searchSpans(search.Mark(r.Title, ask.Text, locale, 400))
		t.Snippet, t.SnippetInternal = foundIn(texts[r.ID], ask.Text, locale)
		page.Tickets = append(page.Tickets, t)
	}
	return nil
}

// How much of a ticket is looked through for its snippet.
const (
	snippetFirst = 2
	snippetLast  = 6
	snippetRead  = 1500
)

// foundIn is the first text in which something of a search stands.
func foundIn(texts []models.TicketText, query, locale string) ([]Span, bool) {
	for _, text := range texts {
		found := search.Mark(text.Text, query, locale, snippet)
		for _, s := range found {
			if s.Match {
				return searchSpans(found), text.Internal
			}
		}
	}
	return nil, false
}

func searchSpans(list []search.Span) []Span {
	var all []Span
	for _, s := range list {
		all = append(all, Span{Text: s.Text, Match: s.Match})
	}
	return all
}

// inOrder puts rows into the order of their ids.
func inOrder(rows []*models.QueueRow, ids []int64) []*models.QueueRow {
	byID := map[int64]*models.QueueRow{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	sorted := make([]*models.QueueRow, 0, len(rows))
	for _, id := range ids {
		if r := byID[id]; r != nil {
			sorted = append(sorted, r)
		}
	}
	return sorted
}

// quoted is the number of the ticket that a text names by "#number" or by its reference, when
// the actor may read it; 0 when it names none.
func (d *Desk) quoted(ctx context.Context, actor Actor, text string) (int64, error) {
	var t *models.Ticket
	err := error(models.NotFound())
	if n, bad := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); bad == nil && strings.HasPrefix(text, "#") {
		t, err = models.TicketByNumber(ctx, d.db, n)
	} else if len(text) >= 4 && len(text) <= 20 && strings.Contains(text, "-") && !strings.Contains(text, " ") {
		t, err = models.QueueTicketByReference(ctx, d.db, strings.ToUpper(text))
	}
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return 0, nil
	}
	if err != nil || !actor.CanIn(models.ActRead, t.ProjectID) {
		return 0, err
	}
	return t.Number, nil
}

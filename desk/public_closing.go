package desk

import (
	"context"
	"slices"

	"lodge/models"
)

// addLines puts what the clock did to a ticket where its time is among the messages of a page: that
// its customer was reminded, and that it closed because nobody wrote. after is the page's cursor.
func (p *Portal) addLines(ctx context.Context, h *holder, page *PublicThread, after int64) error {
	lines, err := models.PublicLines(ctx, p.d.db, h.Ticket.ID, after)
	if err != nil || len(lines) == 0 {
		return err
	}
	all := make([]PublicMessage, 0, len(lines)+len(page.Messages))
	for i, l := range lines {
		m := PublicMessage{PID: l.Kind + "-" + itoa(l.PublicVersion), Event: l.Kind, Days: l.Days, At: l.At.Time()}
		if m.Author = l.Name; m.Author == "" {
			m.Author = trim(l.Address)
		}
		// How to open it again stands only where that is still the latest word.
		m.Reopens = l.Kind == models.EventAutoClosed && i == len(lines)-1 && page.ReplyReopens
		all = append(all, m)
	}
	all = append(all, page.Messages...)
	slices.SortStableFunc(all, func(a, b PublicMessage) int { return a.At.Compare(b.At) })
	page.Messages = all
	return nil
}

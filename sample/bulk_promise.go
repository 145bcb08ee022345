package sample

import (
	"encoding/json"

	"lodge/desk"
	"lodge/models"
)

// keep is what models.SaveTicket does for the clock and the promises of a ticket.
func (l *life) keep() { l.history.Keep(l.g.catalog, &l.t, l.at) }

// tell is desk.Desk.TellPromises, minute by minute until a moment.
func (l *life) tell(until models.Stamp) {
	for {
		var first *models.Promise
		var at models.Stamp
		for _, p := range l.history.Promises {
			if next := p.NextStage(); next != 0 && next <= until && (first == nil || next < at) {
				first, at = p, next
			}
		}
		if first == nil {
			return
		}
		now := l.at
		l.at = at
		l.t.Version++
		raw, err := json.Marshal(desk.PromiseData(l.g.catalog, &l.history, first))
		if err != nil {
			panic(err)
		}
		l.record(models.Event{Kind: first.Stage(at), Data: string(raw)})
		l.at = now
	}
}

// over hands the ticket with its history on.
func (l *life) over() {
	l.tell(models.At(l.g.Now))
	rows := l.g.rows
	rows.Tickets = append(rows.Tickets, l.t)
	for _, s := range l.history.Segments {
		s.TicketID = l.t.ID
		rows.Segments = append(rows.Segments, s)
	}
	for _, p := range l.history.Promises {
		p.TicketID = l.t.ID
		rows.Promises = append(rows.Promises, *p)
	}
}

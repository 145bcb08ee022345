package desk

import (
	"context"
	"time"

	"lodge/models"
)

// PublicTime is how long something takes, as people outside are told. Either Text is a sentence
// that the project wrote, or Count and Unit are what it took lately; all empty: nothing is said.
type PublicTime struct {
	Text string
	// Count is a number of Units: "minutes", "hours" or "days".
	Count int
	Unit  string
	// Working: of working time.
	Working bool
}

// PublicPromise is what people outside are told of how long things take (CP-10).
type PublicPromise struct {
	// Response is about the first answer, Resolution about the whole.
	Response, Resolution PublicTime
}

// PublicHours says that nobody is at work, and when somebody is again.
type PublicHours struct {
	Away bool
	// Back is in the zone of the working hours; zero when they never open again.
	Back time.Time
}

// PublicTurn says who has to act next.
type PublicTurn string

// Whose turn it is. Nobody's: the last word was ours and nothing is asked for, or the ticket rests
// or has ended; its status says which.
const (
	TurnOurs   PublicTurn = "ours"
	TurnTheirs PublicTurn = "theirs"
	TurnNobody PublicTurn = ""
)

// PublicNext is when the next word of a ticket is due. Its times are in the zone of the working
// hours they come from; zero is not known, or not to be told.
type PublicNext struct {
	Turn    PublicTurn
	Promise PublicPromise
	Hours   PublicHours
	// Outside: filed outside working hours, not answered yet, and nobody is back.
	Outside bool
	// ResponseBy and ResolutionBy are still to come.
	ResponseBy, ResolutionBy time.Time
	// ClosesAt is when it closes by itself unless the customer answers.
	ClosesAt time.Time
	// Until is when what is said here stops being true although nothing happens; zero is never.
	Until time.Time
}

// PromiseOf is what people outside are told of how long things take with a type of ticket; nil is
// a ticket without one.
func PromiseOf(cat *models.Catalog, p *models.Project, kind *models.TicketType) PublicPromise {
	if p.Settings.ShowTargets == models.TargetsNone {
		return PublicPromise{}
	}
	if p.Settings.ResponseSource == models.ResponseComputed {
		return computedPromise(cat, p, kind)
	}
	told := PublicPromise{PublicTime{Text: p.Settings.ResponseTime}, PublicTime{Text: p.Settings.ResolutionTime}}
	if kind != nil && kind.ResponseTime != "" {
		told.Response.Text = kind.ResponseTime
	}
	if kind != nil && kind.ResolutionTime != "" {
		told.Resolution.Text = kind.ResolutionTime
	}
	return told
}

func computedPromise(cat *models.Catalog, p *models.Project, kind *models.TicketType) PublicPromise {
	return PublicPromise{computedTime(cat, p, kind, models.PromiseFirst), computedTime(cat, p, kind, models.PromiseResolution)}
}

// computedTime is what something took lately with a type, or else with all of the project.
func computedTime(cat *models.Catalog, p *models.Project, kind *models.TicketType, metric string) PublicTime {
	var stat *models.ResponseStat
	if kind != nil {
		stat = cat.ResponseStat(p.ID, kind.ID, metric)
	}
	if stat == nil {
		stat = cat.ResponseStat(p.ID, 0, metric)
	}
	if stat == nil {
		return PublicTime{}
	}
	calendar := projectCalendar(cat, p)
	told := PublicTime{Working: calendar != nil && !calendar.Always, Unit: "minutes", Count: int(stat.Minutes)}
	switch day := calendar.WorkingDay(); {
	case stat.Minutes > 24*60:
		told.Unit, told.Count = "days", int((stat.Minutes+day-1)/day)
	case stat.Minutes >= 60:
		told.Unit, told.Count = "hours", int(stat.Minutes/60)
	}
	return told
}

// projectCalendar is the working time of a project as a whole, nil for always.
func projectCalendar(cat *models.Catalog, p *models.Project) *models.Calendar {
	return cat.CalendarFor(&models.Ticket{ProjectID: p.ID})
}

// hoursOf says whether nobody is at work by a calendar.
func hoursOf(calendar *models.Calendar, now time.Time) PublicHours {
	if calendar.Open(now) {
		return PublicHours{}
	}
	back, ok := calendar.Next(now)
	if !ok {
		return PublicHours{Away: true}
	}
	return PublicHours{Away: true, Back: back.In(calendar.Location())}
}

// NextOf says whose turn a ticket is and when the next word is due, without dates: they take a
// read (see dates). Who is told: the page of the ticket and its acknowledgement.
func NextOf(cat *models.Catalog, p *models.Project, t *models.Ticket, now time.Time) PublicNext {
	var next PublicNext
	switch {
	case t.Category.Ended(), t.MergedIntoID != nil, t.Category == models.CategoryOnHold:
		return next
	case t.Category == models.CategoryWaiting:
		next.Turn = TurnTheirs
		if at, closes := ClosesAt(p, t); closes && at.After(now) {
			next.ClosesAt, next.Until = at.In(cat.CalendarFor(t).Location()), at
		}
		return next
	case t.AnsweredAt != 0 && t.AskedAt == 0:
		return next // the last word was ours
	}
	next.Turn = TurnOurs
	var kind *models.TicketType
	if t.TypeID != nil {
		if kind = p.Type(*t.TypeID); kind != nil && !kind.Public {
			kind = nil // how agents sort is not told
		}
	}
	next.Promise = PromiseOf(cat, p, kind)
	next.Hours = hoursOf(cat.CalendarFor(t), now)
	next.Outside = t.OutsideHours && t.AnsweredAt == 0 && next.Hours.Away
	next.Until = next.Hours.Back
	return next
}

// SampleNext is what an acknowledgement of a project can tell, for previews: as if the ticket had
// been filed outside working hours, where there are any.
func SampleNext(cat *models.Catalog, p *models.Project, now time.Time) PublicNext {
	next := PublicNext{Turn: TurnOurs, Promise: PromiseOf(cat, p, nil)}
	calendar := projectCalendar(cat, p)
	if calendar == nil || calendar.Always {
		return next
	}
	next.Outside, next.Hours = true, PublicHours{Away: true}
	away := now
	for range 14 * 24 {
		if !calendar.Open(away) {
			break
		}
		away = away.Add(time.Hour)
	}
	if back, ok := calendar.Next(away); ok {
		next.Hours.Back = back.In(calendar.Location())
	}
	return next
}

// dates adds until when a ticket is to be answered and solved, where the project tells that
// (show_targets). One small read, and only for tickets that are promised something.
func (d *Desk) dates(ctx context.Context, cat *models.Catalog, p *models.Project, t *models.Ticket, next *PublicNext, now time.Time) error {
	if p.Settings.ShowTargets != models.TargetsDates || t.PromiseAt == 0 || next.Turn == TurnTheirs || t.Category.Ended() || t.MergedIntoID != nil {
		return nil
	}
	pending, err := models.PendingPromises(ctx, d.db, t.ID, models.At(now))
	if err != nil {
		return err
	}
	for _, promise := range pending {
		calendar := cat.CalendarFor(t)
		if promise.CalendarID != nil {
			calendar = cat.Calendar(*promise.CalendarID)
		}
		at, by := promise.DueAt.Time().In(calendar.Location()), &next.ResponseBy
		if promise.Kind == models.PromiseResolution {
			by = &next.ResolutionBy
		}
		if by.IsZero() {
			*by = at
			next.until(at)
		}
	}
	return nil
}

// until brings the end of what is said forward.
func (n *PublicNext) until(at time.Time) {
	if n.Until.IsZero() || at.Before(n.Until) {
		n.Until = at
	}
}

// tell adds to a form what is told of time: with the type that is chosen in it, which is the
// asked one, the default one or the first that the form offers.
func (f *CreateForm) tell(cat *models.Catalog, p *models.Project, asked string, now time.Time) {
	f.Hours = hoursOf(projectCalendar(cat, p), now)
	types := p.PublicTypes()
	var chosen *models.TicketType
	for _, slug := range []string{asked, f.DefaultType} {
		for _, kind := range types {
			if chosen == nil && kind.Slug == slug {
				chosen = kind
			}
		}
	}
	if chosen == nil && len(types) > 0 {
		chosen = types[0]
	}
	f.Promise = PromiseOf(cat, p, chosen)
	for _, kind := range types {
		f.PromiseByType = f.PromiseByType || PromiseOf(cat, p, kind) != f.Promise
	}
}

// Outdated says that a page which told the time of something has to be drawn again. until is in
// Unix seconds, 0 for a page that told none.
func (p *Portal) Outdated(until int64) bool {
	return until > 0 && !p.d.Now().Before(time.Unix(until, 0))
}

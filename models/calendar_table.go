package models

import (
	"slices"
	"time"
)

// timetable is a calendar's working time made ready for reckoning: the spans of each day in order,
// none overlapping another, and the days that differ found by their number.
type timetable struct {
	week   [7][]Span
	once   map[int64][]Span // by days since 1970
	yearly map[int][]Span   // by month*32 + day
	// never: no day has any working time at all.
	never bool
	// ends is the last day that can have any, where only days that come once do.
	ends int64
}

// compile makes the timetable. A date that is none is on no day.
func (c *Calendar) compile() *timetable {
	p := &timetable{never: true}
	for i, spans := range c.Hours {
		p.week[i] = inOrder(spans)
		p.never = p.never && len(p.week[i]) == 0
	}
	for _, h := range c.Holidays {
		spans := inOrder(h.Spans)
		if day, err := time.Parse(time.DateOnly, h.Date); err == nil {
			if p.once == nil {
				p.once = map[int64][]Span{}
			}
			p.once[day.Unix()/daySeconds] = spans
		} else if day, err := time.Parse(time.DateOnly, leapYear+h.Date); err == nil {
			if p.yearly == nil {
				p.yearly = map[int][]Span{}
			}
			p.yearly[int(day.Month())*32+day.Day()] = spans
		} else {
			continue
		}
		p.never = p.never && len(spans) == 0
	}
	p.ends = 1<<63 - 1
	if p.empty() {
		p.ends = 0
		for day := range p.once {
			p.ends = max(p.ends, day)
		}
	}
	return p
}

// empty says that no day of the week and none of every year has working time.
func (p *timetable) empty() bool {
	for _, spans := range p.week {
		if len(spans) > 0 {
			return false
		}
	}
	for _, spans := range p.yearly {
		if len(spans) > 0 {
			return false
		}
	}
	return true
}

const (
	daySeconds = 24 * 60 * 60
	// leapYear stands before a date of every year when it is read: 29 February is one.
	leapYear = "2000-"
)

// inOrder sorts spans and joins those that touch or overlap; what has no length, or does not
// begin within the day, or ends later than a day after its beginning, is left out.
func inOrder(spans []Span) []Span {
	var out []Span
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b Span) int { return a.From - b.From })
	for _, s := range sorted {
		switch last := len(out) - 1; {
		case s.From < 0 || s.From >= 24*60 || s.To <= s.From || s.To > s.From+24*60:
		case last >= 0 && s.From <= out[last].To:
			out[last].To = max(out[last].To, s.To)
		default:
			out = append(out, s)
		}
	}
	return out
}

// on are the spans that begin on a day, given by its number since 1970: once goes before every
// year, and that before the day of the week.
func (p *timetable) on(day int64) []Span {
	if p.once != nil {
		if spans, ok := p.once[day]; ok {
			return spans
		}
	}
	if p.yearly != nil {
		_, month, date := civil(day)
		if spans, ok := p.yearly[month*32+date]; ok {
			return spans
		}
	}
	return p.week[weekday(day)]
}

// weekday is 0 for Monday; 1 January 1970 was a Thursday.
func weekday(day int64) int { return int(((day+3)%7 + 7) % 7) }

// civil is the date of a day in the Gregorian calendar. It runs for each day that is walked over,
// where time.Time's own would take most of the time. The eras are 400 years of 146,097 days that
// begin on 1 March, so that the leap day is the last of a year.
func civil(day int64) (year, month, date int) {
	z := day + 719_468
	era := floor(z, 146_097)
	doe := z - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	date = int(doy - (153*mp+2)/5 + 1)
	month = int(mp) + 3
	if month > 12 {
		month -= 12
	}
	year = int(yoe + era*400)
	if month <= 2 {
		year++
	}
	return year, month, date
}

// floor divides and rounds down, also below zero.
func floor(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

package models

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// oracle is the plain meaning of a calendar: what does the clock on the wall show in this minute,
// and does a span of today's date, or one of yesterday's that goes past midnight, cover it. It
// knows nothing of how Calendar reckons and looks at one minute after another.
type oracle struct{ *Calendar }

func (o oracle) open(t time.Time) bool {
	wall := t.In(o.Location())
	year, month, day := wall.Date()
	minute := wall.Hour()*60 + wall.Minute()
	return o.covers(time.Date(year, month, day, 12, 0, 0, 0, time.UTC), minute) ||
		o.covers(time.Date(year, month, day-1, 12, 0, 0, 0, time.UTC), minute+1440)
}

func (o oracle) covers(date time.Time, minute int) bool {
	spans := o.Hours[(int(date.Weekday())+6)%7]
	for _, layout := range []string{"01-02", "2006-01-02"} { // once goes before every year
		for _, h := range o.Holidays {
			if h.Date == date.Format(layout) {
				spans = h.Spans
			}
		}
	}
	for _, s := range spans {
		if s.From <= minute && minute < s.To {
			return true
		}
	}
	return false
}

// between counts the open minutes of [a, b); both must be whole minutes.
func (o oracle) between(a, b time.Time) (sum time.Duration) {
	for ; a.Before(b); a = a.Add(time.Minute) {
		if o.open(a) {
			sum += time.Minute
		}
	}
	return sum
}

// add is the end of the minute in which the last of d whole minutes passes, within some days.
func (o oracle) add(a time.Time, d time.Duration, days int) (time.Time, bool) {
	for end := a.AddDate(0, 0, days); a.Before(end); {
		open := o.open(a)
		a = a.Add(time.Minute)
		if open {
			if d -= time.Minute; d <= 0 {
				return a, true
			}
		}
	}
	return time.Time{}, false
}

// The changes of the clocks that are worth a visit, and where nothing changes.
var zonesOfTests = []struct {
	name    string
	changes []string
}{
	{"Europe/Berlin", []string{"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2039-03-27T01:00:00Z", "2040-12-31T12:00:00Z"}},
	{"America/New_York", []string{"2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z"}},
	{"Australia/Lord_Howe", []string{"2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"}}, // half an hour
	{"Asia/Kathmandu", []string{"2026-01-01T00:00:00Z", "1985-12-31T18:30:00Z"}},
	{"Pacific/Apia", []string{"2011-12-30T10:00:00Z"}}, // a day that never was
	{"America/St_Johns", []string{"2026-03-08T05:30:00Z", "2011-11-06T02:31:00Z"}},
	{"UTC", []string{"2026-02-28T23:00:00Z", "2028-02-28T12:00:00Z"}},
	{"Africa/Casablanca", []string{"2026-02-15T02:00:00Z", "2026-03-22T02:00:00Z"}}, // summer time is off for a month
}

// anyCalendar has anything a calendar can have: no span to four a day, some past midnight,
// some out of order and overlapping, days of every year and of one, near the year's ends and at.
func anyCalendar(r *rand.Rand, zone string, near time.Time) *Calendar {
	c := &Calendar{Name: "random", Zone: zone}
	spans := func(most int) (all []Span) {
		for range r.IntN(most + 1) {
			from := r.IntN(1440)
			length := 1 + r.IntN(300)
			switch r.IntN(8) {
			case 0:
				length = 1 + r.IntN(1440)
			case 1:
				from = from / 60 * 60
				length = 60
			case 2:
				from, length = 0, 1440
			}
			all = append(all, Span{from, from + length})
		}
		return all
	}
	for day := range c.Hours {
		c.Hours[day] = spans(3)
	}
	taken := map[string]bool{}
	for range r.IntN(5) {
		day := near.AddDate(0, 0, r.IntN(12)-6)
		layout := []string{"01-02", "2006-01-02"}[r.IntN(2)]
		if date := day.Format(layout); !taken[date] {
			taken[date] = true
			c.Holidays = append(c.Holidays, Holiday{Date: date, Spans: spans(2)})
		}
	}
	if r.IntN(3) == 0 && !taken["02-29"] {
		c.Holidays = append(c.Holidays, Holiday{Date: "02-29", Spans: spans(1)})
	}
	if err := c.Prepare(); err != nil {
		panic(err)
	}
	return c
}

func describe(c *Calendar) string {
	return fmt.Sprintf("%s %v %+v", c.Zone, c.Hours, c.Holidays)
}

// AG-6: the reckoning of working time is what the clock on the wall says, minute by minute, over
// every change of the clocks.
func TestCalendarAgainstMinutes(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	for _, zone := range zonesOfTests {
		t.Run(zone.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, uint64(len(zone.name))))
			for i := range rounds {
				change, err := time.Parse(time.RFC3339, zone.changes[i%len(zone.changes)])
				if err != nil {
					t.Fatal(err)
				}
				c := anyCalendar(r, zone.name, change)
				o := oracle{c}
				a := change.Add(time.Duration(r.IntN(4*1440)-3*1440) * time.Minute)
				b := a.Add(time.Duration(r.IntN(5*1440)) * time.Minute)
				want := o.between(a, b)
				if got := c.Between(a, b); got != want {
					t.Fatalf("%s\nBetween(%s, %s) = %s, minute by minute %s", describe(c), a, b, got, want)
				}
				for range 200 {
					at := a.Add(time.Duration(r.Int64N(int64(5 * 24 * time.Hour))))
					if got, want := c.Open(at), o.open(at); got != want {
						t.Fatalf("%s\nOpen(%s) = %v, the wall says %v", describe(c), at, got, want)
					}
				}
				d := time.Duration(1+r.IntN(900)) * time.Minute
				if at, ok := o.add(a, d, 9); ok {
					if got, found := c.Add(a, d); !found || !got.Equal(at) {
						t.Fatalf("%s\nAdd(%s, %s) = %s %v, minute by minute %s", describe(c), a, d, got, found, at)
					}
				}
				next, ok := c.Next(a)
				for at, end := a, a.AddDate(0, 0, 9); at.Before(end); at = at.Add(time.Minute) {
					if o.open(at) {
						if !ok || !next.Equal(at) {
							t.Fatalf("%s\nNext(%s) = %s %v, minute by minute %s", describe(c), a, next, ok, at)
						}
						break
					}
				}
				if closes, ok := c.Closes(a); ok {
					at := a
					for at.Before(closes.Add(time.Minute)) && o.open(at) {
						at = at.Add(time.Minute)
					}
					if !at.Equal(closes) {
						t.Fatalf("%s\nCloses(%s) = %s, minute by minute %s", describe(c), a, closes, at)
					}
				}
			}
		})
	}
}

// AG-6: what holds for any calendar at any moments, down to the nanosecond.
func checkLaws(t *testing.T, c *Calendar, a time.Time, d, e time.Duration) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		t.Fatalf("%s\nfrom %s by %s and %s: %s", describe(c), a, d, e, fmt.Sprintf(format, args...))
	}
	at, ok := c.Add(a, d)
	if ok {
		if got := c.Between(a, at); got != d {
			fail("%s of working time reach %s, which is %s away", d, at, got)
		}
		if d > 0 && !c.Open(at.Add(-1)) {
			fail("the moment before %s is not working time", at)
		}
	} else if got := c.Between(a, a.Add(farthest)); got >= d {
		fail("it is said to be never, and there are %s", got)
	}
	far, farOK := c.Add(a, d+e)
	if farOK && !ok {
		fail("less working time is never, more is not")
	}
	if farOK && far.Before(at) {
		fail("more working time ends sooner: %s before %s", far, at)
	}
	if farOK {
		if again, ok := c.Add(at, e); d > 0 && e > 0 && (!ok || !again.Equal(far)) {
			fail("in two steps %s, in one %s", again, far)
		}
	}
	if later, ok := c.Add(a.Add(e), d); ok && farOK && later.Before(at) && d > 0 {
		fail("who begins later is done sooner: %s before %s", later, at)
	}
	b, m := a.Add(d+e), a.Add(d)
	if whole, parts := c.Between(a, b), c.Between(a, m)+c.Between(m, b); whole != parts {
		fail("the whole is %s, its parts %s", whole, parts)
	}
	if got := c.Between(a, b); got < 0 || got > b.Sub(a) {
		fail("%s of working time within %s", got, b.Sub(a))
	}
	if c.Between(b, a) != 0 && d+e > 0 {
		fail("working time backwards")
	}
	next, ok := c.Next(a)
	switch {
	case !ok:
		if c.Between(a, a.Add(farthest)) != 0 {
			fail("it never opens, and yet there is time")
		}
	case next.Before(a), !c.Open(next), c.Between(a, next) != 0, c.Open(a) != next.Equal(a):
		fail("opens next at %s", next)
	}
	closes, ok := c.Closes(a)
	switch {
	case !ok:
	case c.Open(closes) && closes.After(a), closes.Before(a), c.Between(a, closes) != closes.Sub(a), c.Open(a) == closes.Equal(a):
		fail("closes at %s", closes)
	}
	var sum time.Duration
	last := a
	c.Pieces(a, b, func(from, to time.Time) bool {
		if from.Before(last) || !from.Before(to) || to.After(b) {
			fail("piece from %s to %s after %s", from, to, last)
		}
		sum, last = sum+to.Sub(from), to
		return true
	})
	if sum != c.Between(a, b) {
		fail("pieces of %s", sum)
	}
}

// AG-6
func TestCalendarLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	rounds := 600
	if testing.Short() {
		rounds = 60
	}
	for i := range rounds {
		zone := zonesOfTests[i%len(zonesOfTests)]
		change, _ := time.Parse(time.RFC3339, zone.changes[r.IntN(len(zone.changes))])
		c := anyCalendar(r, zone.name, change)
		a := change.Add(time.Duration(r.Int64N(int64(20*24*time.Hour))) - 10*24*time.Hour)
		checkLaws(t, c, a, time.Duration(r.Int64N(int64(40*time.Hour))), time.Duration(r.Int64N(int64(90*time.Hour))))
	}
	checkLaws(t, &Calendar{Always: true}, noon, time.Hour, time.Minute)
}

func calendar(t testing.TB, zone string, hours [7][]Span, holidays ...Holiday) *Calendar {
	t.Helper()
	c := &Calendar{Name: "test", Zone: zone, Hours: hours, Holidays: holidays}
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	return c
}

// weekdays are the same spans from Monday to Friday.
func weekdays(spans ...Span) (hours [7][]Span) {
	for day := range 5 {
		hours[day] = spans
	}
	return hours
}

// AG-6: cases that a support lead would count on the fingers.
func TestCalendarByHand(t *testing.T) {
	nine := weekdays(Span{540, 1080})
	night := [7][]Span{}
	for day := range night {
		night[day] = []Span{{1320, 1800}} // 22:00–6:00
	}
	for name, row := range map[string]struct {
		c    *Calendar
		from string
		d    time.Duration
		want string
	}{
		"over a weekend":                       {calendar(t, "Europe/Berlin", nine), "2026-11-27T17:50:00+01:00", time.Hour, "2026-11-30T09:50:00+01:00"},
		"before opening":                       {calendar(t, "Europe/Berlin", nine), "2026-11-25T06:00:00+01:00", 30 * time.Minute, "2026-11-25T09:30:00+01:00"},
		"to the very end of a day":             {calendar(t, "Europe/Berlin", nine), "2026-11-25T17:00:00+01:00", time.Hour, "2026-11-25T18:00:00+01:00"},
		"nothing":                              {calendar(t, "Europe/Berlin", nine), "2026-11-28T12:00:00+01:00", 0, "2026-11-28T12:00:00+01:00"},
		"over the end of summer time":          {calendar(t, "Europe/Berlin", nine), "2026-10-23T17:00:00+02:00", 2 * time.Hour, "2026-10-26T10:00:00+01:00"},
		"over Christmas":                       {calendar(t, "Europe/Berlin", nine, Holiday{Date: "12-25"}, Holiday{Date: "2026-12-24", Spans: []Span{{540, 720}}}), "2026-12-24T11:00:00+01:00", 2 * time.Hour, "2026-12-28T10:00:00+01:00"},
		"spans out of order":                   {calendar(t, "UTC", weekdays(Span{780, 1080}, Span{540, 720})), "2026-11-25T00:00:00Z", 2 * time.Hour, "2026-11-25T11:00:00Z"},
		"spans that overlap":                   {calendar(t, "UTC", weekdays(Span{540, 720}, Span{600, 780})), "2026-11-25T00:00:00Z", 4 * time.Hour, "2026-11-25T13:00:00Z"},
		"a night with an hour too few":         {calendar(t, "Europe/Berlin", night), "2026-03-28T22:00:00+01:00", 7 * time.Hour, "2026-03-29T06:00:00+02:00"},
		"a night with an hour too many":        {calendar(t, "Europe/Berlin", night), "2026-10-24T22:00:00+02:00", 9 * time.Hour, "2026-10-25T06:00:00+01:00"},
		"only in the hour that is skipped":     {calendar(t, "Europe/Berlin", [7][]Span{6: {{120, 180}}}), "2026-03-28T00:00:00+01:00", time.Minute, "2026-04-05T02:01:00+02:00"},
		"in the hour that comes twice":         {calendar(t, "Europe/Berlin", [7][]Span{6: {{120, 180}}}), "2026-10-24T00:00:00+02:00", 2 * time.Hour, "2026-10-25T03:00:00+01:00"},
		"a day that never was":                 {calendar(t, "Pacific/Apia", weekdays(Span{540, 1020})), "2011-12-29T16:00:00-10:00", 2 * time.Hour, "2012-01-02T10:00:00+14:00"},
		"half an hour at Lord Howe":            {calendar(t, "Australia/Lord_Howe", [7][]Span{6: {{60, 180}}}), "2026-04-04T00:00:00Z", 150 * time.Minute, "2026-04-05T03:00:00+10:30"},
		"29 February":                          {calendar(t, "UTC", [7][]Span{}, Holiday{Date: "02-29", Spans: []Span{{600, 660}}}), "2026-11-25T00:00:00Z", 90 * time.Minute, "2032-02-29T10:30:00Z"},
		"once goes before every year":          {calendar(t, "UTC", nine, Holiday{Date: "11-25"}, Holiday{Date: "2026-11-25", Spans: []Span{{600, 660}}}), "2026-11-25T00:00:00Z", time.Hour, "2026-11-25T11:00:00Z"},
		"a night before a holiday reaches in":  {calendar(t, "UTC", night, Holiday{Date: "12-25"}), "2026-12-24T23:00:00Z", 8 * time.Hour, "2026-12-26T23:00:00Z"},
		"two months of closed days in a row":   {calendar(t, "UTC", nine, closed("2026-12-01", 62)...), "2026-11-30T17:00:00Z", 2 * time.Hour, "2027-02-01T10:00:00Z"},
		"round the clock spelled out in spans": {calendar(t, "UTC", [7][]Span{{{0, 1440}}, {{0, 1440}}, {{0, 1440}}, {{0, 1440}}, {{0, 1440}}, {{0, 1440}}, {{0, 1440}}}), "2026-11-25T12:00:00Z", 100 * time.Hour, "2026-11-29T16:00:00Z"},
	} {
		from, err1 := time.Parse(time.RFC3339, row.from)
		want, err2 := time.Parse(time.RFC3339, row.want)
		if err1 != nil || err2 != nil {
			t.Fatal(name, err1, err2)
		}
		if got, ok := row.c.Add(from, row.d); !ok || !got.Equal(want) {
			t.Errorf("%s: %s %v, want %s", name, got.In(row.c.Location()), ok, want)
		}
	}
}

// closed are so many days without work in a row.
func closed(first string, days int) (all []Holiday) {
	day, _ := time.Parse(time.DateOnly, first)
	for i := range days {
		all = append(all, Holiday{Date: day.AddDate(0, 0, i).Format(time.DateOnly)})
	}
	return all
}

// AG-6: a calendar that never opens says so, and does not look for ever.
func TestCalendarThatNeverOpens(t *testing.T) {
	every := func(hours [7][]Span) *Calendar {
		var holidays []Holiday
		for day := time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2028; day = day.AddDate(0, 0, 1) {
			holidays = append(holidays, Holiday{Date: day.Format("01-02")})
		}
		return calendar(t, "Europe/Berlin", hours, holidays...)
	}
	for name, c := range map[string]*Calendar{
		"without hours":              calendar(t, "Europe/Berlin", [7][]Span{}),
		"closed on each day":         every(weekdays(Span{540, 1080})),
		"with a day that is over":    calendar(t, "Europe/Berlin", [7][]Span{}, Holiday{Date: "2020-01-01", Spans: []Span{{540, 600}}}),
		"with spans that are none":   calendar(t, "Europe/Berlin", weekdays(Span{600, 600}, Span{700, 600}, Span{-10, 20}, Span{1440, 1500}, Span{0, 1500})),
		"with a date that is no day": calendar(t, "Europe/Berlin", [7][]Span{}, Holiday{Date: "02-30", Spans: []Span{{540, 600}}}),
	} {
		if c.Open(noon) {
			t.Errorf("%s: open", name)
		}
		if at, ok := c.Next(noon); ok {
			t.Errorf("%s: opens at %s", name, at)
		}
		if at, ok := c.Add(noon, time.Minute); ok {
			t.Errorf("%s: has a minute until %s", name, at)
		}
		if got := c.Between(noon, noon.AddDate(100, 0, 0)); got != 0 {
			t.Errorf("%s: has %s", name, got)
		}
		if at, ok := c.Closes(noon); !ok || !at.Equal(noon) {
			t.Errorf("%s: closes at %s", name, at)
		}
	}
	// Even the longest look ahead is short: ten years of closed days, a thousand times.
	c := every(weekdays(Span{540, 1080}))
	began := time.Now()
	for range 1000 {
		c.Add(noon, time.Minute)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("a thousand looks ahead took %s", took)
	}
}

// AG-6: a calendar that was never prepared, or whose copy was changed and prepared again, reckons
// by what it holds.
func TestCalendarPrepared(t *testing.T) {
	c := &Calendar{Zone: "UTC", Hours: weekdays(Span{540, 1080})}
	if !c.Open(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) {
		t.Error("closed without being prepared")
	}
	if err := c.Prepare(); err != nil {
		t.Fatal(err)
	}
	changed := *c
	changed.Hours = weekdays(Span{600, 1080})
	if err := changed.Prepare(); err != nil {
		t.Fatal(err)
	}
	if changed.Open(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) || !c.Open(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)) {
		t.Error("the copy's change is not its own")
	}
	if err := (&Calendar{Name: "x", Zone: "Europe/Atlantis"}).Prepare(); err == nil {
		t.Error("an unknown zone was taken")
	}
}

// AG-6
func TestCivil(t *testing.T) {
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	for range 150_000 {
		n := floor(day.Unix(), daySeconds)
		if y, m, d := civil(n); y != day.Year() || m != int(day.Month()) || d != day.Day() || weekday(n) != (int(day.Weekday())+6)%7 {
			t.Fatalf("day %d is %d-%d-%d, want %s", n, y, m, d, day)
		}
		day = day.AddDate(0, 0, 1)
	}
}

// AG-6: any calendar at any moment keeps the laws and agrees with the minutes.
func FuzzCalendar(f *testing.F) {
	f.Add(uint64(1), int64(1_774_746_000), int64(3600), int64(60), uint8(0))
	f.Add(uint64(9), int64(1_325_239_200), int64(86400), int64(1), uint8(4))
	f.Add(uint64(77), int64(-2_000_000_000), int64(7), int64(7), uint8(5))
	f.Fuzz(func(t *testing.T, seed uint64, unix, d, e int64, zone uint8) {
		if unix < -1<<32 || unix > 1<<33 || d < 0 || e < 0 || d > 400*3600 || e > 400*3600 {
			t.Skip()
		}
		r := rand.New(rand.NewPCG(seed, 3))
		a := time.Unix(unix, 0).UTC()
		c := anyCalendar(r, zonesOfTests[int(zone)%len(zonesOfTests)].name, a)
		checkLaws(t, c, a.Add(time.Duration(r.Int64N(1e9))), time.Duration(d)*time.Second, time.Duration(e)*time.Second)
		a = a.Truncate(time.Minute)
		b := a.Add(time.Duration(min(d, 48*3600)) * time.Second).Truncate(time.Minute)
		if _, offset := a.In(c.Location()).Zone(); offset%60 != 0 {
			return // before about 1900 clocks stood apart by seconds: minutes are not whole there
		}
		if got, want := c.Between(a, b), (oracle{c}).between(a, b); got != want {
			t.Fatalf("%s\nBetween(%s, %s) = %s, minute by minute %s", describe(c), a, b, got, want)
		}
	})
}

// The aim is 10 µs for 30 working days: an edit of a calendar moves a hundred thousand tickets.
func BenchmarkCalendarAdd(b *testing.B) {
	c := calendar(b, "Europe/Berlin", weekdays(Span{540, 720}, Span{780, 1080}), append(closed("2026-12-24", 9), Holiday{Date: "12-25"}, Holiday{Date: "01-01"})...)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Add(noon, 30*8*time.Hour); !ok {
			b.Fatal("never")
		}
	}
}

func BenchmarkCalendarNever(b *testing.B) {
	c := calendar(b, "Europe/Berlin", [7][]Span{}, Holiday{Date: "2020-01-01", Spans: []Span{{540, 600}}}, Holiday{Date: "01-01"})
	for b.Loop() {
		c.Next(noon)
	}
}

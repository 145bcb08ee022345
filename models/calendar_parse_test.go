package models

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// AG-6: hours are read as people write them.
func TestParseSpans(t *testing.T) {
	for text, want := range map[string][]Span{
		"":                         nil,
		"  closed ":                nil,
		"Geschlossen":              nil,
		"–":                        nil,
		"9-17":                     {{540, 1020}},
		"9–17":                     {{540, 1020}},
		"9:00-12:30, 13:30-18:00":  {{540, 750}, {810, 1080}},
		"09.00 — 12.30; 13h30–18h": {{540, 750}, {810, 1080}},
		"13:30-18:00 9:00-12:30":   nil, // refused below
		"13-18, 9-12":              {{540, 720}, {780, 1080}},
		"9-13 and 11-17":           {{540, 1020}},
		"9-12,12-17":               {{540, 1020}},
		"22:00-6:00":               {{1320, 1800}},
		"22-24":                    {{1320, 1440}},
		"0-24":                     {{0, 1440}},
		"24h":                      {{0, 1440}},
		"9:00–9:00":                {{540, 1980}},
		"9am to 5:30 pm":           {{540, 1050}},
		"12am-12pm":                {{0, 720}},
		"von 9 bis 17 Uhr":         {{540, 1020}},
		"9 Uhr–12 Uhr und 14–18":   {{540, 720}, {840, 1080}},
	} {
		got, bad := ParseSpans(text)
		if strings.Contains(text, "0 9:") {
			if bad == "" {
				t.Errorf("%q was taken as %v", text, got)
			}
			continue
		}
		if bad != "" || !slices.Equal(got, want) {
			t.Errorf("%q is %v, refused %q, want %v", text, got, bad, want)
		}
	}
	for _, text := range []string{"9", "9-", "nine to five", "25-26", "9:60-10", "24:30-25", "24-25", "9-17-18", "13pm-14pm", "9-5pm", "-9-17", "<script>", "9:00–17:00, later"} {
		if got, bad := ParseSpans(text); bad == "" {
			t.Errorf("%q was taken as %v", text, got)
		}
	}
	if _, bad := ParseSpans("9:00–17:00, later"); bad != "later" {
		t.Errorf("the part that could not be read is given as %q", bad)
	}
}

// AG-6: what the form shows again is what was saved, and what it reads is never no working time.
func FuzzParseSpans(f *testing.F) {
	for _, text := range []string{"9-17", "22:00–6:00", "9:00-12:30, 13:30-18:00", "closed", "9am to 5pm", "0-24"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans, bad := ParseSpans(text)
		if bad != "" {
			return
		}
		var v Invalid
		c := Calendar{Name: "x", Zone: "UTC", Always: true, Hours: [7][]Span{spans}}
		c.Check(&v, false)
		if err := v.Err(); err != nil && len(spans) <= MaxSpans {
			t.Fatalf("%q is read as %v, which is refused: %v", text, spans, err)
		}
		again, bad := ParseSpans(FormatSpans(spans, ", "))
		if bad != "" || !slices.Equal(again, spans) {
			t.Fatalf("%q is %v, shown as %q, which is %v", text, spans, FormatSpans(spans, ", "), again)
		}
	})
}

// AG-6: a calendar is refused by the field that is wrong.
func TestCalendarCheck(t *testing.T) {
	good := func() *Calendar {
		return &Calendar{Name: "Office", Zone: "Europe/Berlin", Hours: weekdays(Span{540, 1020})}
	}
	many := good()
	many.Holidays = closed("2026-01-01", MaxHolidays+1)
	for name, row := range map[string]struct {
		change func(c *Calendar)
		field  string
	}{
		"good":                  {func(*Calendar) {}, ""},
		"no name":               {func(c *Calendar) { c.Name = "" }, "name"},
		"a long name":           {func(c *Calendar) { c.Name = strings.Repeat("ä", MaxCalendarName+1) }, "name"},
		"a name just so long":   {func(c *Calendar) { c.Name = strings.Repeat("ä", MaxCalendarName) }, ""},
		"no zone":               {func(c *Calendar) { c.Zone = "" }, "zone"},
		"the machine's zone":    {func(c *Calendar) { c.Zone = "Local" }, "zone"},
		"an unknown zone":       {func(c *Calendar) { c.Zone = "../etc/passwd" }, "zone"},
		"ends as it begins":     {func(c *Calendar) { c.Hours[2] = []Span{{600, 600}} }, "day2"},
		"before the day":        {func(c *Calendar) { c.Hours[2] = []Span{{-1, 600}} }, "day2"},
		"begins the day after":  {func(c *Calendar) { c.Hours[6] = []Span{{1440, 1500}} }, "day6"},
		"longer than a day":     {func(c *Calendar) { c.Hours[0] = []Span{{600, 2041}} }, "day0"},
		"too many spans":        {func(c *Calendar) { c.Hours[0] = nine() }, "day0"},
		"never open":            {func(c *Calendar) { c.Hours = [7][]Span{} }, "day0"},
		"always, without hours": {func(c *Calendar) { c.Hours, c.Always = [7][]Span{}, true }, ""},
		"30 February":           {func(c *Calendar) { c.Holidays = []Holiday{{Date: "02-30"}} }, "holiday.0"},
		"29 February":           {func(c *Calendar) { c.Holidays = []Holiday{{Date: "02-29"}} }, ""},
		"29 February of 2027":   {func(c *Calendar) { c.Holidays = []Holiday{{Date: "12-25"}, {Date: "2027-02-29"}} }, "holiday.1"},
		"a date in words":       {func(c *Calendar) { c.Holidays = []Holiday{{Date: "Christmas"}} }, "holiday.0"},
		"the same date twice":   {func(c *Calendar) { c.Holidays = []Holiday{{Date: "12-25"}, {Date: "12-25"}} }, "holiday.1"},
		"once and every year":   {func(c *Calendar) { c.Holidays = []Holiday{{Date: "12-25"}, {Date: "2026-12-25"}} }, ""},
		"a long name of a day":  {func(c *Calendar) { c.Holidays = []Holiday{{Date: "12-25", Name: strings.Repeat("x", 81)}} }, "holiday.0"},
		"hours of a day":        {func(c *Calendar) { c.Holidays = []Holiday{{Date: "12-25", Spans: []Span{{5, 4}}}} }, "holiday.0"},
		"more days than a year": {func(c *Calendar) { c.Holidays = many.Holidays }, "holidays"},
	} {
		c := good()
		row.change(c)
		var v Invalid
		c.Check(&v, false)
		e, refused := AsError(v.Err())
		if refused != (row.field != "") || refused && (len(e.Order) != 1 || e.Order[0] != row.field) {
			t.Errorf("%s: %v, want a fault of %q", name, v.Err(), row.field)
		}
	}
	var v Invalid
	c := good()
	c.Hours[0], c.Holidays = []Span{{600, 660}, {540, 610}}, []Holiday{{Date: "2026-12-24"}, {Date: "12-31"}, {Date: "05-01"}}
	c.Check(&v, true)
	if e, _ := AsError(v.Err()); e == nil || e.Fields["name"].Key != "agent.hours.error.taken" {
		t.Errorf("a taken name: %v", v.Err())
	}
	v = Invalid{}
	c.Check(&v, false)
	if !slices.Equal(c.Hours[0], []Span{{540, 660}}) || c.Holidays[0].Date != "05-01" || c.Holidays[2].Date != "2026-12-24" {
		t.Errorf("not in order: %v %v", c.Hours[0], c.Holidays)
	}
}

// nine are more spans than a day may have, with room between them.
func nine() (all []Span) {
	for i := range MaxSpans + 1 {
		all = append(all, Span{i * 100, i*100 + 60})
	}
	return all
}

// AG-6: the zones to choose from are in the program, whatever the machine has.
func TestZones(t *testing.T) {
	if len(Zones) < 400 || !slices.Contains(Zones, "Europe/Berlin") || !slices.Contains(Zones, "UTC") {
		t.Fatalf("%d zones", len(Zones))
	}
	t.Setenv("ZONEINFO", "/nowhere")
	for _, zone := range Zones {
		if !KnownZone(zone) {
			t.Errorf("%s is not known", zone)
		}
	}
}

// AG-6: days with the same hours are said together, as people say them.
func TestCalendarWeek(t *testing.T) {
	day, short := []Span{{540, 1020}}, []Span{{540, 720}}
	c := calendar(t, "UTC", [7][]Span{day, day, short, day, day, short, nil})
	week := c.Week()
	if len(week) != 2 || !slices.Equal(week[0].Days, [][2]int{{0, 1}, {3, 4}}) || !slices.Equal(week[1].Days, [][2]int{{2, 2}, {5, 5}}) {
		t.Fatalf("%+v", week)
	}
	if got := (&Calendar{}).Week(); got != nil {
		t.Fatalf("a week without work is %+v", got)
	}
}

// AG-6: the days to come are those of the calendar's wall, with nights where they end.
func TestCalendarDays(t *testing.T) {
	c := calendar(t, "Pacific/Auckland", [7][]Span{{{1320, 1800}}, {{540, 720}}, {}, {}, {}, {}, {}}, Holiday{Date: "2026-11-24", Name: "Fair", Spans: []Span{{600, 660}}})
	// Noon of the 22nd in UTC is the small hours of Monday 23 in Auckland.
	days := c.Days(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), 9)
	if len(days) != 9 || days[0].Date.Format(time.DateOnly) != "2026-11-23" || !slices.Equal(days[0].Shown, []Span{{1320, 1440}}) {
		t.Fatalf("%+v", days[0])
	}
	if d := days[1]; !slices.Equal(d.Shown, []Span{{0, 360}, {600, 660}}) || !slices.Equal(d.Spans, []Span{{600, 660}}) || d.Holiday == nil || d.Holiday.Name != "Fair" {
		t.Fatalf("%+v", d)
	}
	if d := days[8]; !slices.Equal(d.Shown, []Span{{0, 360}, {540, 720}}) || d.Holiday != nil || d.Shift != 0 {
		t.Fatalf("%+v", d)
	}
	spring := calendar(t, "Europe/Berlin", weekdays(Span{540, 1020})).Days(time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC), 3)
	if spring[0].Shift != 0 || spring[1].Shift != time.Hour || spring[2].Shift != 0 {
		t.Fatalf("the clocks change by %v, %v, %v", spring[0].Shift, spring[1].Shift, spring[2].Shift)
	}
}

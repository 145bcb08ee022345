package locale

import (
	"testing"
	"time"
	_ "time/tzdata"
)

// CP-10: when a desk is back is said in its own zone, and the zone is said with it.
func TestTimeIn(t *testing.T) {
	c := mustLoad(t)
	zone := func(name string) *time.Location {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	winter := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC) // a Monday
	summer := time.Date(2026, 7, 5, 22, 5, 0, 0, time.UTC)
	for _, row := range []struct {
		at                        time.Time
		locale, style, zone, want string
	}{
		{winter, "en", "opens", "Europe/Berlin", "Mon 30 Nov, 9:00 CET"},
		{winter, "de", "opens", "Europe/Berlin", "Mo, 30. Nov., 9:00 MEZ"},
		{summer, "en", "opens", "Europe/Berlin", "Mon 6 Jul, 0:05 CEST"},
		{summer, "de", "opens", "Europe/Berlin", "Mo, 6. Juli, 0:05 MESZ"},
		{winter, "en", "opens", "America/New_York", "Mon 30 Nov, 3:00 EST"},
		{winter, "en", "opens", "Asia/Kathmandu", "Mon 30 Nov, 13:45 UTC+5:45"},
		{winter, "de", "opens", "America/Sao_Paulo", "Mo, 30. Nov., 5:00 UTC−3"},
		{winter, "en", "opens", "Pacific/Apia", "Mon 30 Nov, 21:00 UTC+13"},
		{winter, "en", "opens", "UTC", "Mon 30 Nov, 8:00 UTC"},
		{summer, "en", "datetime", "Europe/Berlin", "6 Jul 2026, 00:05 CEST"},
		{summer, "en", "date", "Europe/Berlin", "6 Jul 2026"},
		{summer, "en", "time", "Australia/Lord_Howe", "08:35 UTC+10:30"},
		{summer, "de", "day", "Europe/Berlin", "Montag, 6. Juli 2026"},
		{summer, "en", "", "America/St_Johns", "5 Jul 2026, 19:35 NDT"},
	} {
		if got := c.For(row.locale).TimeIn(row.at, row.style, zone(row.zone)); got != row.want {
			t.Errorf("%s %q in %s: got %q, want %q", row.locale, row.style, row.zone, got, row.want)
		}
	}
	en := c.For("en")
	if got, want := en.TimeIn(winter, "opens", nil), "Mon 30 Nov, 8:00 UTC"; got != want {
		t.Errorf("without a zone: got %q, want %q", got, want)
	}
	if got, want := c.For("de").ShortDate(winter)+" "+en.ShortDate(winter)+" "+en.Weekday(time.Monday)+" "+c.For("de").ShortWeekday(time.Sunday), "30. Nov. 30 Nov Monday So"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := en.TimeIn(time.Time{}, "opens", time.UTC); got != "" {
		t.Errorf("the zero time shows as %q", got)
	}
	if got, want := en.TimeIn(winter, "time", time.FixedZone("", 0)), "08:00 UTC"; got != want {
		t.Errorf("a zone without a name: got %q, want %q", got, want)
	}
}

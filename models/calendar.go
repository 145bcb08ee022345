package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
	_ "time/tzdata" // working time is the same on a machine without zone files

	"github.com/uptrace/bun"
)

// Calendar says when a team is at work. A nil Calendar is one that is always open.
type Calendar struct {
	bun.BaseModel `bun:"table:calendars"`
	ID            int64 `bun:",pk,autoincrement"`
	Name          string
	Zone          string // IANA, such as Europe/Berlin
	// Always: day and night; Hours and Holidays say nothing then.
	Always      bool
	RawHours    string `bun:"hours"`
	RawHolidays string `bun:"holidays"`
	// Version moves with every change of what counts as working time.
	Version   int64
	CreatedAt Stamp

	// Hours are the spans of each weekday, Monday first.
	Hours    [7][]Span `bun:"-"`
	Holidays []Holiday `bun:"-"`
	zone     *time.Location
	table    *timetable
}

// Span is working time within a day, in minutes of the clock on the wall: From until To. A To
// above 1440 lies on the next day, and belongs to the day that it began on.
type Span struct{ From, To int }

// MarshalJSON writes a span as [from, to].
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal([2]int{s.From, s.To}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Span) UnmarshalJSON(raw []byte) error {
	var pair [2]int
	if err := json.Unmarshal(raw, &pair); err != nil {
		return err
	}
	s.From, s.To = pair[0], pair[1]
	return nil
}

// Holiday is a day that has spans of its own in place of its weekday's; none: nobody works.
type Holiday struct {
	// Date is YYYY-MM-DD for once, MM-DD for every year.
	Date  string `json:"date"`
	Name  string `json:"name"`
	Spans []Span `json:"spans,omitempty"`
}

// Prepare decodes what is stored and makes it ready for reckoning. A Calendar that was made by
// hand needs it too, and one whose hours have changed needs it again.
func (c *Calendar) Prepare() (err error) {
	if c.zone, err = time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("calendar %s: %w", c.Name, err)
	}
	if c.RawHours != "" {
		c.Hours = [7][]Span{}
		if err := json.Unmarshal([]byte(c.RawHours), &c.Hours); err != nil {
			return fmt.Errorf("hours of calendar %s: %w", c.Name, err)
		}
	}
	if c.RawHolidays != "" {
		c.Holidays = nil
		if err := json.Unmarshal([]byte(c.RawHolidays), &c.Holidays); err != nil {
			return fmt.Errorf("holidays of calendar %s: %w", c.Name, err)
		}
	}
	c.table = c.compile()
	return nil
}

func (c *Calendar) write() error {
	hours, err := json.Marshal(c.Hours)
	if err != nil {
		return err
	}
	days := c.Holidays
	if days == nil {
		days = []Holiday{}
	}
	holidays, err := json.Marshal(days)
	if err != nil {
		return err
	}
	c.RawHours, c.RawHolidays = string(hours), string(holidays)
	return c.Prepare()
}

// Location is the calendar's time zone; UTC for none.
func (c *Calendar) Location() *time.Location {
	if c == nil || c.zone == nil {
		return time.UTC
	}
	return c.zone
}

// InsertCalendar adds a calendar and gives it its id.
func InsertCalendar(ctx context.Context, tx *Tx, c *Calendar) error {
	if err := c.write(); err != nil {
		return err
	}
	c.Version = max(c.Version, 1)
	if err := insert(ctx, tx, c); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateCalendar writes a calendar back and moves its version.
func UpdateCalendar(ctx context.Context, tx *Tx, c *Calendar) error {
	if err := c.write(); err != nil {
		return err
	}
	c.Version++
	if err := save(ctx, tx, c, "name", "zone", "always", "hours", "holidays", "version"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

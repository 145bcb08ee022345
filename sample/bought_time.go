package sample

import (
	"context"
	"fmt"
	"time"

	"lodge/desk"
	"lodge/models"
)

// boughtTime is what companies bought of support time, by their names.
var boughtTime = []struct {
	company, minutes, note string
	ago                    time.Duration
}{
	{"Tidewater Labs", "10h", "Contract TW-118", 80 * 24 * time.Hour},
	{"Calder Print", "1h 15m", "Invoice 2088", 70 * 24 * time.Hour},
	{"Havnen Collective", "4h", "Trial package", 60 * 24 * time.Hour},
	{"Oldtown Library", "5h", "Grant of the city", 50 * 24 * time.Hour},
}

// spent is what agents note on one ticket after another.
var spent = []string{"25m", "40m", "15m", "1h 10m", "30m"}

// boughtTimes are the purchases, and the time that agents note on the tickets of who bought some.
func (f *filler) boughtTimes() []moment {
	var all []moment
	buys := map[string]bool{}
	for _, b := range boughtTime {
		buys[b.company] = true
		at := f.Now.Add(-b.ago)
		all = append(all, moment{at, func(ctx context.Context) error {
			k, err := models.CompanyByName(ctx, f.DB, b.company)
			if err == nil {
				err = f.Desk.BuyTime(ctx, f.actors[Cast.Ben.Address], k.ID, desk.BoughtTime{Minutes: b.minutes, Day: at.Format(time.DateOnly), Note: b.note})
			}
			if err != nil {
				return fmt.Errorf("%s buys time: %w", b.company, err)
			}
			return nil
		}})
	}
	for i := range f.threads {
		t := &f.threads[i]
		at := t.last.Add(10 * time.Minute)
		if !at.Before(f.Now) {
			continue
		}
		all = append(all, moment{at, func(ctx context.Context) error {
			ticket, err := models.TicketByNumber(ctx, f.DB, t.number)
			if err != nil || ticket.CompanyID == nil || ticket.MergedIntoID != nil {
				return err
			}
			k, err := models.CompanyByID(ctx, f.DB, *ticket.CompanyID)
			if err != nil || !buys[k.Name] {
				return err
			}
			return f.Desk.SpendTime(ctx, f.actors[Cast.Ada.Address], t.number, spent[i%len(spent)], "")
		}})
	}
	return all
}

package desk

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// timeMovesPage is how many lines of the history of available time one page has.
const timeMovesPage = 50

// AvailableTime is what a company bought and used, in minutes (CP-13).
type AvailableTime struct {
	Company CompanyRef
	// Left is below 0 when more was used than bought.
	Bought, Used, Left int64
	// Buys: more was bought than taken back. Low: less is left than the workspace's time_low_minutes.
	Buys, Low bool
	Moves     []TimeMove
	// Next is empty at the end.
	Next      string
	MayChange bool
	// Today is the actor's day, YYYY-MM-DD.
	Today string
}

// TimeLeft is what is left of the time that a ticket's company bought.
type TimeLeft struct {
	CompanyID int64
	// Minutes are below 0 when more was used than bought.
	Minutes int64
	// Low: less than the workspace's time_low_minutes.
	Low bool
}

func timeLeft(cat *models.Catalog, companyID, minutes int64) *TimeLeft {
	limit := int64(cat.Workspace.Settings.TimeLowMinutes)
	return &TimeLeft{CompanyID: companyID, Minutes: minutes, Low: limit > 0 && minutes < limit}
}

// TimeMove is a line of the history: a purchase, or time spent on a ticket.
type TimeMove struct {
	Purchase bool
	ID       int64
	// Minutes of a purchase are added, those of a ticket used; a purchase below 0 takes back.
	Minutes   int64
	Who, Note string
	At        time.Time
	// Day is when it was bought, YYYY-MM-DD.
	Day string
	// TakesBack: it undoes an earlier purchase; TakenBack: a later one undoes it.
	TakesBack, TakenBack bool
	// Number and Title are the ticket's. Elsewhere: it is in a project that the actor does not see,
	// so only how much it was and when is told.
	Number    int64
	Title     string
	Elsewhere bool
}

// AvailableTime gives a company's bought and used time with its history, the newest first.
// before is Next of the page before.
func (d *Desk) AvailableTime(ctx context.Context, actor Actor, companyID int64, before string) (*AvailableTime, error) {
	k, err := d.company(ctx, d.db, actor, companyID)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	page := &AvailableTime{Company: CompanyRef{ID: k.ID, Name: k.Name}, Bought: k.MinutesBought, Used: k.MinutesUsed, Left: k.TimeLeft(), Buys: k.BuysTime(),
		Low: k.TimeLow(cat.Workspace.Settings.TimeLowMinutes), MayChange: actor.everywhere(models.ActContacts) == nil, Today: d.today(actor)}
	page.Moves, page.Next, err = d.timeMoves(ctx, actor, companyID, before, timeMovesPage)
	return page, err
}

// today is the day that it is for the actor.
func (d *Desk) today(actor Actor) string { return d.Now().In(actor.Clock("")).Format(time.DateOnly) }

// EachTimeMove tells the whole history of a company's available time, the newest first, for a
// file of it. tell gets the company's name once more with each line.
func (d *Desk) EachTimeMove(ctx context.Context, actor Actor, companyID int64, tell func(company string, m TimeMove) error) error {
	k, err := d.company(ctx, d.db, actor, companyID)
	if err != nil {
		return err
	}
	for before := ""; ; {
		moves, next, err := d.timeMoves(ctx, actor, companyID, before, 500)
		if err != nil {
			return err
		}
		for _, m := range moves {
			if err := tell(k.Name, m); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		before = next
	}
}

// timeMoves merges purchases and time entries by time. Where a page ends is kept as the last id
// of each, so that both are read by their own index.
func (d *Desk) timeMoves(ctx context.Context, actor Actor, companyID int64, before string, limit int) (all []TimeMove, next string, err error) {
	var lastBought, lastUsed int64
	if before != "" {
		a, b, ok := strings.Cut(before, ".")
		var err1, err2 error
		lastBought, err1 = strconv.ParseInt(a, 36, 64)
		lastUsed, err2 = strconv.ParseInt(b, 36, 64)
		if !ok || err1 != nil || err2 != nil || lastBought < 0 || lastUsed < 0 {
			return nil, "", models.NotFound()
		}
	}
	bought, err := models.PurchasesOf(ctx, d.db, companyID, lastBought, limit+1)
	if err != nil {
		return nil, "", err
	}
	used, err := models.TimeOfCompany(ctx, d.db, companyID, lastUsed, limit+1)
	if err != nil {
		return nil, "", err
	}
	for len(all) < limit && len(bought)+len(used) > 0 {
		if len(used) == 0 || len(bought) > 0 && bought[0].CreatedAt >= used[0].CreatedAt {
			p := bought[0]
			all = append(all, TimeMove{Purchase: true, ID: p.ID, Minutes: p.Minutes, Who: p.AgentName, Note: p.Note, At: p.CreatedAt.Time(), Day: p.BoughtOn, TakesBack: p.TakesBackID != nil, TakenBack: p.TakenBack})
			lastBought, bought = p.ID, bought[1:]
			continue
		}
		e := used[0]
		m := TimeMove{ID: e.ID, Minutes: e.Minutes, At: e.CreatedAt.Time()}
		if actor.CanIn(models.ActRead, e.ProjectID) {
			m.Who, m.Note, m.Number, m.Title = e.AgentName, e.Note, e.Number, e.Title
		} else {
			m.Elsewhere = true
		}
		all = append(all, m)
		lastUsed, used = e.ID, used[1:]
	}
	if len(bought)+len(used) > 0 {
		next = strconv.FormatInt(lastBought, 36) + "." + strconv.FormatInt(lastUsed, 36)
	}
	return all, next, nil
}

// BoughtTime is a purchase as it was typed: minutes such as "10h" (see models.ParseBought), a day
// such as 2026-11-30.
type BoughtTime struct{ Minutes, Day, Note string }

// BuyTime adds a purchase of time to a company; less than 0 corrects what was bought before.
func (d *Desk) BuyTime(ctx context.Context, actor Actor, companyID int64, in BoughtTime) error {
	var v models.Invalid
	minutes := models.ParseBought(in.Minutes)
	if minutes == 0 {
		v.Add("minutes", "agent.available.error.minutes")
	}
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(in.Day))
	switch {
	case err != nil || day.Year() < 2000:
		v.Add("day", "agent.available.error.day")
	case day.Format(time.DateOnly) > d.today(actor):
		v.Add("day", "agent.available.error.day_ahead")
	}
	if in.Note = line(in.Note); utf8.RuneCountInString(in.Note) > 200 {
		v.Add("note", "agent.time.error.note")
	}
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		if err := v.Err(); err != nil {
			return err
		}
		err := models.InsertPurchase(ctx, tx, &models.TimePurchase{CompanyID: k.ID, Minutes: minutes, BoughtOn: day.Format(time.DateOnly), Note: in.Note, AgentID: &actor.ID, CreatedAt: models.At(now)})
		if err != nil && models.KindOf(err) == models.KindConflict {
			return invalid("minutes", "agent.available.error.more")
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, actor, "company.time_bought", k.Name, map[string]any{"minutes": minutes, "day": day.Format(time.DateOnly)}, now)
	})
}

// TakeBackTime undoes a purchase by another one, so that history shows both.
func (d *Desk) TakeBackTime(ctx context.Context, actor Actor, companyID, id int64) error {
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		p, err := models.PurchaseOf(ctx, tx, companyID, id)
		if err != nil {
			return err
		}
		if p.TakenBack || p.TakesBackID != nil {
			return models.Conflict("agent.available.error.taken_back")
		}
		err = models.InsertPurchase(ctx, tx, &models.TimePurchase{CompanyID: k.ID, Minutes: -p.Minutes, BoughtOn: d.today(actor), Note: p.Note, AgentID: &actor.ID, CreatedAt: models.At(now), TakesBackID: &p.ID})
		if err != nil && models.KindOf(err) == models.KindConflict {
			return models.Conflict("agent.available.error.more")
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, actor, "company.time_taken_back", k.Name, map[string]any{"minutes": -p.Minutes, "day": p.BoughtOn}, now)
	})
}

// timeLow tells agents once that little is left of the bought time of a ticket's company: again
// only after it bought more, or after there was enough in between. spent is what has just come
// to its used time.
func (d *Desk) timeLow(ctx context.Context, tx *models.Tx, t *models.Ticket, spent int64, now time.Time) error {
	if t.CompanyID == nil {
		return nil
	}
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	k, err := models.CompanyByID(ctx, tx, *t.CompanyID)
	if err != nil {
		return err
	}
	limit := cat.Workspace.Settings.TimeLowMinutes
	if !k.TimeLow(limit) || k.LowToldAt != 0 && k.TimeLeft()+spent < int64(limit) {
		return nil
	}
	if err := models.NoteTimeLow(ctx, tx, k.ID, models.At(now)); err != nil {
		return err
	}
	return d.record(ctx, tx, t, &models.Event{Kind: models.EventTimeLow, CreatedAt: models.At(now)}, map[string]any{"company": k.Name, "left": k.TimeLeft()}, true)
}

package sample

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"lodge/desk"
	"lodge/models"
)

// partners are the companies that have bought faster answers.
var partners = []string{"Tidewater Labs", "Wessel IT"}

// targets writes a table of targets: first, next answer and solution from low to urgent.
func targets(rows ...[3]string) map[int64]map[string]string {
	all := map[int64]map[string]string{}
	for i, row := range rows {
		all[models.PriorityLow+int64(i)] = map[string]string{models.PromiseFirst: row[0], models.PromiseNext: row[1], models.PromiseResolution: row[2]}
	}
	return all
}

// promises sets the policies up, before anything is promised by them.
func (f *filler) promises(ctx context.Context) error {
	boss := f.actors[Cast.Ines.Address]
	cat, err := f.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	fast := models.PolicyConditions{}
	for _, name := range partners {
		k, err := models.CompanyByName(ctx, f.DB, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fast.Companies = append(fast.Companies, k.ID)
	}
	for _, p := range []desk.PolicyInput{
		{Name: "Partners", PolicyConditions: fast, PauseOnHold: true,
			Targets: targets([3]string{"2h", "4h", "48h"}, [3]string{"1h", "2h", "24h"}, [3]string{"30m", "1h", "8h"}, [3]string{"15m", "30m", "4h"})},
		{Name: "Servers", PolicyConditions: models.PolicyConditions{Projects: []int64{cat.ProjectBySlug("server").ID}}, PauseOnHold: true,
			Targets: targets([3]string{"4h", "8h", ""}, [3]string{"2h", "4h", "80h"}, [3]string{"1h", "2h", "16h"}, [3]string{"30m", "1h", "8h"})},
		{Name: "Standard", Default: true,
			Targets: targets([3]string{"8h", "16h", ""}, [3]string{"4h", "8h", ""}, [3]string{"2h", "4h", "24h"}, [3]string{"1h", "2h", "8h"})},
	} {
		p.On, p.Warn = true, "75"
		if _, err := f.Desk.SavePolicy(ctx, boss, 0, p); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// companyIDs are the companies of the people of stories who work for one, by the word that stories
// name them with.
func (f *filler) companyIDs(ctx context.Context) (map[string]int64, error) {
	found := map[string][]int64{}
	for _, k := range companies {
		row, err := models.CompanyByName(ctx, f.DB, k.name)
		if err != nil {
			return nil, err
		}
		for key, r := range reporters {
			domain := r.Address[strings.IndexByte(r.Address, '@')+1:]
			if slices.Contains(k.domains, domain) || slices.ContainsFunc(k.members, func(m colleague) bool { return m.key == key }) {
				found[key] = append(found[key], row.ID)
			}
		}
	}
	only := map[string]int64{}
	for key, ids := range found {
		if len(ids) == 1 { // who works for two is of none until an agent has chosen
			only[key] = ids[0]
		}
	}
	return only, nil
}

// silence are the moments at which the clock may remind a customer who is waited for since then, and
// close the ticket.
func (f *filler) silence(p *models.Project, since time.Time) (all []moment) {
	if p.Settings.RemindDays == 0 {
		return nil
	}
	day := 24 * time.Hour
	remind := since.Add(time.Duration(p.Settings.RemindDays) * day)
	for _, at := range []time.Time{remind, remind.Add(time.Duration(p.Settings.CloseDays) * day)} {
		if at.After(f.Now) {
			break
		}
		all = append(all, moment{at, func(ctx context.Context) error {
			// A running desk has sent its mails by then: it closes nothing whose reminder waits.
			err := f.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
				return models.ForgetJobs(ctx, tx, desk.JobNotify, models.At(at.Add(-mailedFor)))
			})
			if err != nil {
				return err
			}
			_, _, err = f.Desk.CloseSilent(ctx)
			return err
		}})
	}
	return all
}

// minutes lets the clock of the past run until a moment, as the minutes of a running desk would
// have: what is promised is warned of and broken when it came to that, and not all of it today.
func (f *filler) minutes(ctx context.Context, until time.Time) error {
	for {
		next, err := models.NextStageAt(ctx, f.DB)
		if err != nil || next == 0 || next > models.At(until) {
			return err
		}
		f.Clock.Set(next.Time())
		if told, err := f.Desk.TellPromises(ctx); err != nil || told == 0 {
			return err
		}
	}
}

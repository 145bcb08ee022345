package desk

import (
	"context"
	"unicode/utf8"

	"lodge/models"
)

// SplitPlan is what can become a ticket of its own (AG-2).
type SplitPlan struct {
	Ticket   RelatedTicket
	Version  int64
	Messages []ThreadLine
	// People may become its reporter.
	People []MergePerson
}

// SplitInput says which messages become a new ticket.
type SplitInput struct {
	Title string
	// Messages are their public ids.
	Messages []string
	// Reporter is the contact of a participant; 0 takes the author of the first chosen public
	// message from outside.
	Reporter int64
	Version  int64
}

// PlanSplit gives what can be split off a ticket.
func (d *Desk) PlanSplit(ctx context.Context, actor Actor, number int64) (*SplitPlan, error) {
	_, project, t, err := d.agentTicket(ctx, actor, models.ActMerge, number)
	if err != nil {
		return nil, err
	}
	if err := settled(t); err != nil {
		return nil, err
	}
	plan := &SplitPlan{Ticket: inShort(project, t), Version: t.Version}
	people, err := models.People(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		plan.People = append(plan.People, mergePerson(p))
	}
	plan.Messages, err = d.threadLines(ctx, t.ID)
	return plan, err
}

// Split copies messages of a thread onto a new ticket of the same project, which is linked to
// the old one. Public text stays public there, notes stay notes, and the old thread stays as
// it was: nobody outside loses what they could read. Its only participant is its reporter,
// who could read all of it already. It gives the new ticket's number.
func (d *Desk) Split(ctx context.Context, actor Actor, number int64, in SplitInput) (int64, error) {
	_, project, t, err := d.agentTicket(ctx, actor, models.ActMerge, number)
	if err != nil {
		return 0, err
	}
	var v models.Invalid
	in.Title = line(in.Title)
	switch {
	case in.Title == "":
		v.Add("title", "portal.create.error.title")
	case utf8.RuneCountInString(in.Title) > project.Settings.TitleLength:
		v.Add("title", "portal.create.error.title_long", "Count", project.Settings.TitleLength)
	}
	if len(in.Messages) == 0 {
		v.Add("messages", "agent.split.error.none")
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	now := d.Now()
	stamp := models.At(now)
	made := int64(0)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if t, err = models.LockTicket(ctx, tx, t.ID); err != nil {
			return err
		}
		if err := settled(t); err != nil {
			return err
		}
		if in.Version > 0 && t.Version != in.Version {
			return models.Conflict("agent.error.changed")
		}
		entries, err := models.Entries(ctx, tx, t.ID, 0)
		if err != nil {
			return err
		}
		entries = chosenEntries(entries, in.Messages)
		if len(entries) == 0 {
			v.Add("messages", "agent.split.error.none")
			return v.Err()
		}
		reporter, err := splitReporter(ctx, tx, t, entries, in.Reporter)
		if err != nil {
			return err
		}
		n := &newTicket{project: project, contact: *reporter, title: in.Title, typeID: t.TypeID, origin: models.OriginAgent, unproven: t.Unproven && reporter.ProvenAt == 0,
			by: &actor.ID, quiet: true, priority: t.Priority, assigneeID: t.AssigneeID, teamID: t.TeamID, companyID: t.CompanyID, entries: entries}
		fresh, _, _, err := d.create(ctx, tx, n, now)
		if err != nil {
			return err
		}
		made = fresh.Number
		if _, err := models.LinkTickets(ctx, tx, t.ID, fresh.ID, stamp); err != nil {
			return err
		}
		if err := d.record(ctx, tx, fresh, &models.Event{Kind: models.EventSplitFrom, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": t.Number}, false); err != nil {
			return err
		}
		step(t, false, stamp)
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		return d.record(ctx, tx, t, &models.Event{Kind: models.EventSplit, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": fresh.Number}, false)
	})
	return made, err
}

func chosenEntries(entries []*models.Entry, pids []string) []*models.Entry {
	want := map[string]bool{}
	for _, pid := range pids {
		want[pid] = true
	}
	var all []*models.Entry
	for _, e := range entries {
		if want[e.PID] {
			all = append(all, e)
		}
	}
	return all
}

// splitReporter is the chosen participant, else the author of the first chosen public message
// from outside, as long as they take part; else the reporter of the ticket.
func splitReporter(ctx context.Context, tx *models.Tx, t *models.Ticket, entries []*models.Entry, chosen int64) (*models.Contact, error) {
	people, err := models.People(ctx, tx, t.ID)
	if err != nil {
		return nil, err
	}
	on := map[int64]*models.Person{}
	for _, p := range people {
		on[p.ContactID] = p
	}
	if chosen != 0 {
		if p := on[chosen]; p != nil {
			return &p.Contact, nil
		}
		var v models.Invalid
		v.Add("reporter", "agent.split.error.reporter")
		return nil, v.Err()
	}
	for _, e := range entries {
		if e.Kind != models.MessageNote && e.ContactID != nil && on[*e.ContactID] != nil {
			return &on[*e.ContactID].Contact, nil
		}
	}
	if p := on[t.ReporterID]; p != nil {
		return &p.Contact, nil
	}
	return models.ContactByID(ctx, tx, t.ReporterID)
}

// bring writes the entries that a new ticket begins with, and gives the first.
func (d *Desk) bring(ctx context.Context, tx *models.Tx, t *models.Ticket, entries []*models.Entry, now models.Stamp) (*models.Message, error) {
	if err := d.copyEntries(ctx, tx, t, entries, false, now); err != nil {
		return nil, err
	}
	all, err := models.Entries(ctx, tx, t.ID, 0)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0].Message, nil
}

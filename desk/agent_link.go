package desk

import (
	"context"
	"unicode/utf8"

	"lodge/models"
)

// Link links two tickets; each page then names the other. Linked already is no change.
func (d *Desk) Link(ctx context.Context, actor Actor, number int64, target string) error {
	return d.linking(ctx, actor, number, target, models.EventLinked, models.LinkTickets)
}

// Unlink takes a link away.
func (d *Desk) Unlink(ctx context.Context, actor Actor, number int64, target string) error {
	return d.linking(ctx, actor, number, target, models.EventUnlinked, func(ctx context.Context, tx *models.Tx, a, b int64, _ models.Stamp) (bool, error) {
		return models.UnlinkTickets(ctx, tx, a, b)
	})
}

func (d *Desk) linking(ctx context.Context, actor Actor, number int64, target, kind string, change func(context.Context, *models.Tx, int64, int64, models.Stamp) (bool, error)) error {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActMerge, number)
	if err != nil {
		return err
	}
	_, other, err := d.other(ctx, actor, models.ActMerge, t, target)
	if err != nil {
		return err
	}
	now := models.At(d.Now())
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, b, err := lockBoth(ctx, tx, t.ID, other.ID)
		if err != nil {
			return err
		}
		changed, err := change(ctx, tx, a.ID, b.ID, now)
		if err != nil || !changed {
			return err
		}
		for _, pair := range [][2]*models.Ticket{{a, b}, {b, a}} {
			step(pair[0], false, now)
			if err := models.SaveTicket(ctx, tx, pair[0]); err != nil {
				return err
			}
			if err := d.record(ctx, tx, pair[0], &models.Event{Kind: kind, AgentID: &actor.ID, CreatedAt: now}, map[string]any{"other": pair[1].Number}, false); err != nil {
				return err
			}
		}
		return nil
	})
}

// FollowUpPlan is what a follow-up of a ticket would begin with.
type FollowUpPlan struct {
	Ticket RelatedTicket
	People []MergePerson
	Fields []models.FieldValue
}

// FollowUpInput is a follow-up that an agent opens.
type FollowUpInput struct {
	Title, Body string
	// Tell mails the text to its people; they can read it in any case.
	Tell bool
}

// PlanFollowUp gives what a follow-up of a ticket would carry on.
func (d *Desk) PlanFollowUp(ctx context.Context, actor Actor, number int64) (*FollowUpPlan, error) {
	_, project, t, err := d.agentTicket(ctx, actor, models.ActCreate, number)
	if err != nil {
		return nil, err
	}
	plan := &FollowUpPlan{Ticket: inShort(project, t), Fields: t.Fields()}
	people, err := models.People(ctx, d.db, t.ID)
	for _, p := range people {
		plan.People = append(plan.People, mergePerson(p))
	}
	return plan, err
}

// FollowUp opens a linked ticket that carries type, fields and participants of an old one. Its
// description is the agent's own words. It gives the new ticket's number.
func (d *Desk) FollowUp(ctx context.Context, actor Actor, number int64, in FollowUpInput) (int64, error) {
	_, project, old, err := d.agentTicket(ctx, actor, models.ActCreate, number)
	if err != nil {
		return 0, err
	}
	var v models.Invalid
	in.Title, in.Body = line(in.Title), text(in.Body)
	switch {
	case in.Title == "":
		v.Add("title", "portal.create.error.title")
	case utf8.RuneCountInString(in.Title) > project.Settings.TitleLength:
		v.Add("title", "portal.create.error.title_long", "Count", project.Settings.TitleLength)
	}
	if in.Body == "" {
		v.Add("body", "portal.reply.error.body")
	} else if len(in.Body) > project.Settings.TextKB<<10 {
		v.Add("body", "portal.create.error.text_long", "Count", project.Settings.TextKB)
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	now := d.Now()
	stamp := models.At(now)
	made := int64(0)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if old, err = models.LockTicket(ctx, tx, old.ID); err != nil {
			return err
		}
		reporter, err := models.ContactByID(ctx, tx, old.ReporterID)
		if err != nil {
			return err
		}
		n := &newTicket{project: project, contact: *reporter, title: in.Title, description: in.Body, typeID: old.TypeID, fields: old.Fields(), origin: models.OriginAgent,
			follows: old, by: &actor.ID, written: true, priority: old.Priority, assigneeID: old.AssigneeID, teamID: old.TeamID, companyID: old.CompanyID}
		t, m, _, err := d.create(ctx, tx, n, now)
		if err != nil {
			return err
		}
		made = t.Number
		if err := d.carryPeople(ctx, tx, old, t, old.ReporterID, stamp); err != nil {
			return err
		}
		if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventFollowUpOf, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": old.Number}, false); err != nil {
			return err
		}
		if in.Tell {
			if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventAgentReplied, Public: true, AgentID: &actor.ID, MessageID: &m.ID, CreatedAt: stamp}, nil, true); err != nil {
				return err
			}
		}
		step(old, false, stamp)
		if err := models.SaveTicket(ctx, tx, old); err != nil {
			return err
		}
		return d.record(ctx, tx, old, &models.Event{Kind: models.EventFollowedUp, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": t.Number}, false)
	})
	return made, err
}

// carryPeople enrols the participants of a ticket in the one that follows it up, each with
// links of their own. except takes part there already.
func (d *Desk) carryPeople(ctx context.Context, tx *models.Tx, old, t *models.Ticket, except int64, now models.Stamp) error {
	people, err := models.People(ctx, tx, old.ID)
	if err != nil {
		return err
	}
	for _, other := range people {
		if other.ContactID == except {
			continue
		}
		p := &models.Participant{TicketID: t.ID, ContactID: other.ContactID, JoinedAs: models.JoinedCC, UnsubscribedAt: other.UnsubscribedAt, Wish: other.Wish, CreatedAt: now}
		if err := models.InsertParticipant(ctx, tx, p); err != nil {
			return err
		}
		if _, err := d.keepLinks(ctx, tx, p, now); err != nil {
			return err
		}
	}
	return nil
}

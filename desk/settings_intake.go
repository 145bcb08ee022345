package desk

import (
	"context"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// intakeShown is how long the page after making a link shows it. The database could give it
// for ever, since links are derived; but a page that lists working links is a page to steal
// them from, and a new link is one press away.
const intakeShown = 5 * time.Minute

// IntakeSheet is one page of a project's intake links.
type IntakeSheet struct {
	*ProjectSheet
	Links []*models.IntakeLine
	// Older is where the next page begins, 0 when there is none.
	Older int64
	// Token is the secret of the link that was asked for, when the actor has just made it.
	Token string
	Now   models.Stamp
}

// IntakeLinks lists a project's intake links, newest first (PC-8). before is the link behind
// which the page begins, 0 for the newest. made names a link to show once more: only to who made
// it, and only for some minutes.
func (d *Desk) IntakeLinks(ctx context.Context, actor Actor, slug string, before, made int64) (*IntakeSheet, error) {
	sheet, err := d.ProjectSheet(ctx, actor, slug, models.ActIntake)
	if err != nil {
		return nil, err
	}
	const most = 50
	now := models.At(d.Now())
	page := &IntakeSheet{ProjectSheet: sheet, Now: now}
	if page.Links, err = models.IntakeLinks(ctx, d.db, sheet.Project.ID, before, most+1); err != nil {
		return nil, err
	}
	if len(page.Links) > most {
		page.Links = page.Links[:most]
		page.Older = page.Links[most-1].ID
	}
	if made > 0 {
		l, err := models.IntakeLinkByID(ctx, d.db, made)
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return nil, err
		}
		if err == nil && l.ProjectID == sheet.Project.ID && at(l.AgentID) == actor.ID && l.RevokedAt == 0 && now < l.CreatedAt.Add(intakeShown) {
			page.Token = d.keys.Token(secret.Intake, l.ID, 1)
		}
	}
	return page, nil
}

// AddIntakeLink makes an intake link for one person in one project and gives its id.
// IntakeLinks shows it to the actor for some minutes.
func (d *Desk) AddIntakeLink(ctx context.Context, actor Actor, slug, email, name string, days int) (int64, error) {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActIntake)
	if err != nil {
		return 0, err
	}
	now := d.Now()
	var v models.Invalid
	canonical, err := address.Canonical(email)
	if err != nil {
		v.Add("email", "portal.create.error.email")
	}
	if name = line(name); utf8.RuneCountInString(name) > p.Settings.NameLength {
		v.Add("name", "portal.create.error.name_long", "Count", p.Settings.NameLength)
	}
	if days < 1 || days > 90 {
		v.Add("days", "agent.settings.error.number", "Min", 1, "Max", 90)
	}
	if err := v.Err(); err != nil {
		return 0, err
	}
	var id int64
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		link, err := d.makeIntakeLink(ctx, tx, p, actor, canonical, name, days, now)
		if err != nil {
			return err
		}
		id = link.ID
		return audit(ctx, tx, actor, "intake.made", slug, map[string]any{"link": id, "contact": canonical, "days": days}, now)
	})
	return id, err
}

// EndIntakeLink revokes a link of a project. Ending an ended one is nothing new.
func (d *Desk) EndIntakeLink(ctx context.Context, actor Actor, slug string, id int64) error {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActIntake)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		link, err := models.IntakeLinkByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if link.ProjectID != p.ID {
			return models.NotFound()
		}
		ended, err := endIntakeLink(ctx, tx, id, models.At(now))
		if err != nil || !ended {
			return err
		}
		return audit(ctx, tx, actor, "intake.revoked", slug, map[string]any{"link": id}, now)
	})
}

package desk

import (
	"context"
	"time"

	"lodge/models"
)

// mayErase: only an administrator takes a person out for good.
func (a Actor) mayErase() error {
	if err := a.everywhere(models.ActContacts); err != nil {
		return err
	}
	if a.Role != models.RoleAdmin {
		return models.Forbidden()
	}
	return nil
}

// EraseContact anonymises a person: name and address are replaced, the tickets stay, every
// link is dead and nothing is mailed any more. name stands where the person's name was. It
// cannot be undone. The audit log says that it was done, not to whom.
func (d *Desk) EraseContact(ctx context.Context, actor Actor, id int64, name string) error {
	if err := actor.mayErase(); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, err := d.living(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		return eraseContact(ctx, tx, actor, contact, name, now)
	})
}

// eraseContact is EraseContact of whoever may.
func eraseContact(ctx context.Context, tx *models.Tx, actor Actor, contact *models.Contact, name string, now time.Time) error {
	if err := eraseHeld(ctx, tx, contact, now); err != nil {
		return err
	}
	if err := models.EraseContact(ctx, tx, contact.ID, line(name), models.At(now)); err != nil {
		return err
	}
	return audit(ctx, tx, actor, "contact.erased", itoa(contact.ID), nil, now)
}

package desk

import (
	"context"
	"strings"
	"time"

	"lodge/address"
	"lodge/models"
)

// AddMember makes the contact with an address a member of a company; who is not known yet
// becomes a contact.
func (d *Desk) AddMember(ctx context.Context, actor Actor, companyID int64, email string, manager bool) error {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	var v models.Invalid
	typed := strings.TrimSpace(email)
	email, err := address.Canonical(typed)
	switch {
	case typed == "":
		v.Add("address", "agent.contact.error.address_missing")
	case err != nil:
		v.Add("address", "portal.create.error.email")
	case d.Portal().ownAddress(ctx, email):
		v.Add("address", "agent.contact.error.own")
	}
	if err := v.Err(); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: contactKey(email), Origin: models.OriginAgent, AgentID: &actor.ID, CreatedAt: models.At(now)})
		if err != nil {
			return err
		}
		return d.setMember(ctx, tx, actor, companyID, contact.ID, manager)
	})
}

// SetMember makes a contact a member of a company, or changes whether they are its manager.
func (d *Desk) SetMember(ctx context.Context, actor Actor, companyID, contactID int64, manager bool) error {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		contact, err := d.living(ctx, tx, actor, contactID)
		if err != nil {
			return err
		}
		return d.setMember(ctx, tx, actor, companyID, contact.ID, manager)
	})
}

func (d *Desk) setMember(ctx context.Context, tx *models.Tx, actor Actor, companyID, contactID int64, manager bool) error {
	k, err := models.CompanyByID(ctx, tx, companyID)
	if err != nil {
		return err
	}
	now := d.Now()
	made, err := models.SetMember(ctx, tx, companyID, contactID, manager, models.At(now))
	if err != nil {
		return err
	}
	kind := "company.member_changed"
	if made {
		kind = "company.member_added"
	}
	return audit(ctx, tx, actor, kind, k.Name, map[string]any{"contact": contactID, "manager": manager}, now)
}

// DropMember ends a membership: from the next request on the company's tickets are none of theirs.
func (d *Desk) DropMember(ctx context.Context, actor Actor, companyID, contactID int64) error {
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		was, err := models.DropMember(ctx, tx, companyID, contactID)
		if err != nil {
			return err
		}
		if !was {
			return models.NotFound()
		}
		return audit(ctx, tx, actor, "company.member_removed", k.Name, map[string]any{"contact": contactID}, now)
	})
}

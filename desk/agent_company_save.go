package desk

import (
	"context"
	"slices"
	"unicode/utf8"

	"lodge/models"
)

const companyNameLength = 140

// CompanySheet is what the form of a company shows and sends back. Version is the state it was
// read from; empty saves over anything.
type CompanySheet struct {
	Name, Notes, Sees string
	Version           string
}

func companySheet(k *models.Company) *CompanySheet {
	return &CompanySheet{Name: k.Name, Notes: k.Notes, Sees: k.Sees, Version: stateOf(k.Name, k.Notes, k.Sees)}
}

// CompanySheet reads a company for its form.
func (d *Desk) CompanySheet(ctx context.Context, actor Actor, id int64) (*CompanySheet, error) {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return nil, err
	}
	k, err := models.CompanyByID(ctx, d.db, id)
	if err != nil {
		return nil, err
	}
	return companySheet(k), nil
}

func checkCompany(in *CompanySheet) error {
	var v models.Invalid
	in.Name, in.Notes = line(in.Name), text(in.Notes)
	switch {
	case in.Name == "":
		v.Add("name", "agent.company.error.name_missing")
	case utf8.RuneCountInString(in.Name) > companyNameLength:
		v.Add("name", "agent.company.error.name", "Max", companyNameLength)
	}
	if !slices.Contains(models.CompanySees, in.Sees) {
		v.Add("sees", "agent.settings.error.choice")
	}
	if utf8.RuneCountInString(in.Notes) > notesLength {
		v.Add("notes", "agent.contact.error.notes", "Max", notesLength)
	}
	return v.Err()
}

// nameFree refuses a name that is another company's, whatever its spelling.
func nameFree(ctx context.Context, tx *models.Tx, name string, own int64) error {
	k, err := models.CompanyByName(ctx, tx, name)
	if err == nil && k.ID != own {
		var v models.Invalid
		v.Add("name", "agent.company.error.taken")
		return v.Err()
	}
	if err != nil && models.KindOf(err) != models.KindNotFound {
		return err
	}
	return nil
}

// CreateCompany makes a company and gives its id.
func (d *Desk) CreateCompany(ctx context.Context, actor Actor, in CompanySheet) (id int64, err error) {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return 0, err
	}
	now := d.Now()
	if err := checkCompany(&in); err != nil {
		return 0, err
	}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := nameFree(ctx, tx, in.Name, 0); err != nil {
			return err
		}
		k := &models.Company{Name: in.Name, Notes: in.Notes, Sees: in.Sees, CreatedAt: models.At(now)}
		if err := models.InsertCompany(ctx, tx, k); err != nil {
			return err
		}
		id = k.ID
		return audit(ctx, tx, actor, "company.created", k.Name, map[string]any{"id": id}, now)
	})
	return id, err
}

// ChangeCompany saves a company's name, notes and what its members see.
func (d *Desk) ChangeCompany(ctx context.Context, actor Actor, id int64, in CompanySheet) error {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	if err := checkCompany(&in); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		k, err := models.CompanyByID(ctx, tx, id)
		if err != nil {
			return err
		}
		before := companySheet(k)
		if in.Version != "" && in.Version != before.Version {
			return models.Conflict("agent.company.error.changed")
		}
		if err := nameFree(ctx, tx, in.Name, id); err != nil {
			return err
		}
		changes := map[string]any{}
		if before.Name != in.Name {
			changes["name"] = [2]string{before.Name, in.Name}
		}
		if before.Sees != in.Sees {
			changes["sees"] = [2]string{before.Sees, in.Sees}
		}
		if before.Notes != in.Notes {
			changes["notes"] = true
		}
		if len(changes) == 0 {
			return nil
		}
		k.Name, k.Notes, k.Sees = in.Name, in.Notes, in.Sees
		if err := models.UpdateCompany(ctx, tx, k); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "company.changed", k.Name, changes, now)
	})
}

// DeleteCompany takes a company away. Its members stay contacts, its tickets go on without a company.
func (d *Desk) DeleteCompany(ctx context.Context, actor Actor, id int64) error {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		k, err := models.CompanyByID(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := models.DeleteCompany(ctx, tx, id, models.At(now))
		if err != nil {
			return err
		}
		return audit(ctx, tx, actor, "company.deleted", k.Name, map[string]any{"tickets": n, "bought": k.MinutesBought, "used": k.MinutesUsed}, now)
	})
}

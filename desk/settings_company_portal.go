package desk

import (
	"context"
	"slices"
	"strings"

	"lodge/models"
)

// The items of the company portal's checklist.
const (
	CompanyPortalDomain = "domain"
	CompanyPortalCookie = "cookie"
	CompanyPortalKey    = "key"
)

// CompanyPortalItems lists them in their order.
var CompanyPortalItems = []string{CompanyPortalDomain, CompanyPortalCookie, CompanyPortalKey}

// CompanyPortalItem is one item of the checklist: met, or waived by an admin knowingly.
type CompanyPortalItem struct {
	Key         string
	Met, Waived bool
}

// CompanyPortalSheet is what the company portal's settings page shows.
type CompanyPortalSheet struct {
	On    bool
	Items []CompanyPortalItem
	// Guests is how many customers would get in, up to CompanyPortalMost.
	Guests  int
	Version int64
}

// CompanyPortalMost is how far CompanyPortalSheet.Guests counts.
const CompanyPortalMost = 1000

// CompanyPortalChange is what the page posts; Waived are keys of items.
type CompanyPortalChange struct {
	On      bool
	Waived  []string
	Version int64
}

// CompanyPortalSheet reads the company portal's settings.
func (d *Desk) CompanyPortalSheet(ctx context.Context, actor Actor) (*CompanyPortalSheet, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	sheet := &CompanyPortalSheet{On: CompanyPortalOn(cat), Version: cat.Version}
	if sheet.Items, err = d.companyPortalItems(ctx, d.db, cat, strings.Split(cat.Workspace.Settings.CompanyPortalWaived, ",")); err != nil {
		return nil, err
	}
	sheet.Guests, err = models.CountCompanyGuests(ctx, d.db, openProjects(cat), CompanyPortalMost)
	return sheet, err
}

func (d *Desk) companyPortalItems(ctx context.Context, c models.Conn, cat *models.Catalog, waived []string) ([]CompanyPortalItem, error) {
	facts, err := models.ReadCompanyPortalFacts(ctx, c, models.At(d.Now()))
	if err != nil {
		return nil, err
	}
	met := map[string]bool{CompanyPortalDomain: facts.Domain, CompanyPortalKey: facts.Key,
		CompanyPortalCookie: models.SettingValues(cat.Workspace.Settings)["identity_cookie"] != ""}
	var items []CompanyPortalItem
	for _, key := range CompanyPortalItems {
		items = append(items, CompanyPortalItem{Key: key, Met: met[key], Waived: slices.Contains(waived, key)})
	}
	return items, nil
}

// ChangeCompanyPortal switches the company portal. Switching it on needs each item of the
// checklist met or waived; what is waived is in the audit log.
func (d *Desk) ChangeCompanyPortal(ctx context.Context, actor Actor, in CompanyPortalChange) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		items, err := d.companyPortalItems(ctx, tx, cat, in.Waived)
		if err != nil {
			return err
		}
		var v models.Invalid
		var waived []string
		for _, item := range items {
			if item.Waived {
				waived = append(waived, item.Key)
			}
			if in.On && !item.Met && !item.Waived {
				v.Add("waive_"+item.Key, "agent.company_portal.error.open")
			}
		}
		if err := v.Err(); err != nil {
			return err
		}
		if in.Version != 0 && in.Version != cat.Version {
			return models.Conflict("agent.settings.error.changed")
		}
		w := cat.Workspace
		before := w.Settings
		w.Settings.CompanyPortal, w.Settings.CompanyPortalWaived = in.On, strings.Join(waived, ",")
		changes := models.SettingChanges(before, w.Settings)
		if len(changes) == 0 {
			return nil
		}
		if err := models.UpdateWorkspace(ctx, tx, &w); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "workspace.changed", w.Name, changes, now)
	})
}

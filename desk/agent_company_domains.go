package desk

import (
	"context"
	"time"

	"lodge/address"
	"lodge/models"
)

// domainsMost is how many domains a company may have.
const domainsMost = 50

// onCompany runs a change of a company's people or domains in one transaction, for who may
// change contacts everywhere: a company reaches over all projects.
func (d *Desk) onCompany(ctx context.Context, actor Actor, companyID int64, change func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error) error {
	if err := actor.everywhere(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		k, err := models.CompanyByID(ctx, tx, companyID)
		if err != nil {
			return err
		}
		return change(ctx, tx, k, now)
	})
}

// AddDomain lets everybody with a proven address at a domain join a company by themselves
// (CO-6). Domains where anybody gets an address are refused, and ones that are another company's.
func (d *Desk) AddDomain(ctx context.Context, actor Actor, companyID int64, typed string) error {
	domain, err := address.ParseDomain(typed)
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		var v models.Invalid
		have, failed := models.DomainsOfCompany(ctx, tx, companyID)
		switch {
		case failed != nil:
			return failed
		case err != nil:
			v.Add("domain", "agent.company.domain.error")
		case address.PublicDomain(domain):
			v.Add("domain", "agent.company.domain.error.public")
		case len(have) >= domainsMost:
			v.Add("domain", "agent.company.domain.error.many", "Max", domainsMost)
		}
		if err := v.Err(); err != nil {
			return err
		}
		failed = models.InsertDomain(ctx, tx, companyID, domain, models.At(now))
		if failed != nil && models.KindOf(failed) == models.KindConflict {
			v.Add("domain", "agent.company.domain.error.taken")
			return v.Err()
		}
		if failed != nil {
			return failed
		}
		return audit(ctx, tx, actor, "company.domain_added", k.Name, map[string]any{"domain": domain}, now)
	})
}

// DropDomain ends the rule. Who joined by it stays.
func (d *Desk) DropDomain(ctx context.Context, actor Actor, companyID int64, domain string) error {
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		was, err := models.DropDomain(ctx, tx, companyID, domain)
		if err != nil {
			return err
		}
		if !was {
			return models.NotFound()
		}
		return audit(ctx, tx, actor, "company.domain_removed", k.Name, map[string]any{"domain": domain}, now)
	})
}

// JoinByDomain makes everybody who proved an address at the company's domains before the rule
// was made a member.
func (d *Desk) JoinByDomain(ctx context.Context, actor Actor, companyID int64) error {
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		n, err := models.JoinAll(ctx, tx, companyID, models.At(now))
		if err != nil || n == 0 {
			return err
		}
		return audit(ctx, tx, actor, "company.members_joined", k.Name, map[string]any{"count": n}, now)
	})
}

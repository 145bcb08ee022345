package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// SetMemberSees says what one member of a company sees of its tickets, one of models.CompanySees;
// empty: as the company says (CO-1). Of a manager it is kept, and means something once they are none.
func (d *Desk) SetMemberSees(ctx context.Context, actor Actor, companyID, contactID int64, sees string) error {
	if sees != "" && !slices.Contains(models.CompanySees, sees) {
		return invalid("sees", "agent.settings.error.choice")
	}
	return d.onCompany(ctx, actor, companyID, func(ctx context.Context, tx *models.Tx, k *models.Company, now time.Time) error {
		was, err := models.SetMemberSees(ctx, tx, companyID, contactID, sees)
		if err != nil || was == sees {
			return err
		}
		return audit(ctx, tx, actor, "company.member_changed", k.Name, map[string]any{"contact": contactID, "sees": [2]string{was, sees}}, now)
	})
}

package desk

import (
	"context"
	"time"

	"lodge/models"
)

const ToldPassword = "password"

func tellCustomer(ctx context.Context, tx *models.Tx, contactID int64, what string, key string, now time.Time) error {
	return nil
}
func (p *Portal) takeOwnCode(ctx context.Context, account *models.Customer, code string, now time.Time) (taken bool, err error) {
	return false, nil
}

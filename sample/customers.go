package sample

import (
	"context"
	"fmt"

	"lodge/desk"
)

// customers are those of the reporters who have an account: a manager and her colleague, and
// somebody whose company lets her read but not answer.
var customers = []Reporter{
	Cast.Priya,
	{Name: "Sam Okoye", Address: "sam.okoye@tidewater-labs.example", Locale: "en"},
	Cast.Rosa,
}

// accounts gives some reporters an account, as by a mailed link, with the sample's password.
func (f *filler) accounts(ctx context.Context) error {
	portal := f.Desk.Portal()
	for _, r := range customers {
		me, err := portal.EnsureCustomer(ctx, desk.NewCustomer{Address: r.Address, Name: r.Name, Locale: r.Locale})
		if err != nil {
			return fmt.Errorf("%s: %w", r.Address, err)
		}
		me.Method = desk.ByLink
		if err := portal.SetPassword(ctx, me, desk.PasswordInput{New: Password}); err != nil {
			return fmt.Errorf("%s: %w", r.Address, err)
		}
		f.out.Customers = append(f.out.Customers, SignIn{Name: r.Name, Email: r.Address, Password: Password})
	}
	return nil
}

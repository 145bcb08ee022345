package main

import (
	"context"
	"fmt"

	"lodge/config"
	"lodge/desk"
	"lodge/models"
)

type adminCommand struct {
	Reset adminResetCommand `cmd:"" help:"Print a one-time link that sets an agent's new password. Works beside a running server."`
}

type adminResetCommand struct {
	config.Config `embed:""`
	Email         string `required:"" help:"The agent's address."`
	TwoFactor     bool   `help:"Turn the agent's second factor off as well."`
	MakeAdmin     bool   `help:"Make the agent an administrator, and enable them if they are disabled."`
}

// Run makes the link and prints it.
func (c *adminResetCommand) Run(ctx context.Context) error {
	return withDesk(ctx, &c.Config, func(store *store) error {
		token, err := store.desk.AdminReset(ctx, desk.AdminResetInput{Email: c.Email, DropFactor: c.TwoFactor, MakeAdmin: c.MakeAdmin})
		switch {
		case err != nil && models.KindOf(err) == models.KindNotFound:
			return fmt.Errorf("no agent has the address %s", c.Email)
		case err != nil && models.KindOf(err) == models.KindConflict:
			return fmt.Errorf("%s is disabled; add --make-admin to enable them as an administrator", c.Email)
		case err != nil:
			return err
		}
		fmt.Printf("Open this within 30 minutes to choose a new password; it works once:\n\n  %s/agent/reset/%s\n", c.PublicURL(), token)
		return nil
	})
}

package sample

import (
	"context"

	"lodge/desk"
	"lodge/models"
)

// macros are the ready answers of the sample desk.
func (f *filler) macros(ctx context.Context) error {
	boss := f.actors[Cast.Ines.Address]
	for _, m := range []desk.MacroSheet{
		{Name: "Ask for the log", Body: "Hello {{reporter.first_name}},\n\nthank you for writing. Could you send us the last 50 lines of the log? You find it under *Settings → Support → Show log*.\n\n{{agent.name}}",
			MacroActions: models.MacroActions{Status: "waiting", Tags: []string{"needs log"}, Take: true}},
		{Name: "Fixed in the next version", Body: "Hello {{reporter.first_name}},\n\nwe found the cause, and the next version has it fixed. I write again on the day it is out.\n\n{{agent.name}}",
			MacroActions: models.MacroActions{Tags: []string{"next version"}}},
		{Name: "Hand over to engineering", Body: "What was tried so far:\n\nWhat we know about the cause:\n", MacroActions: models.MacroActions{Note: true, Priority: models.PriorityHigh, Tags: []string{"engineering"}}},
	} {
		if _, err := f.Desk.SaveMacro(ctx, boss, 0, m); err != nil {
			return err
		}
	}
	return nil
}

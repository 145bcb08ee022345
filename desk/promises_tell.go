package desk

import "context"

// TellPromises notes which promises are near their end and which are broken, each stage of each
// promise once (AG-6), a bounded number of tickets a call. It is for the clock, and says how many
// events it wrote.
func (d *Desk) TellPromises(ctx context.Context) (int, error) { return 0, nil }

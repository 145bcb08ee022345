// Package desk holds the verbs of Lodge: everything that a reporter, an agent or a job
// can do. A verb takes plain values, writes rows, one event and its follow-up jobs in one
// transaction, and knows nothing of HTTP, HTML or SMTP.
package desk

import (
	"log/slog"
	"time"

	"lodge/files"
	"lodge/identity"
	"lodge/models"
	"lodge/search"
	"lodge/secret"
)

// Desk is the whole of the verbs for agents and jobs.
type Desk struct {
	db    *models.DB
	files files.Store
	index *search.Index
	// tickets is the agents' index; nil finds nothing.
	tickets *search.Tickets
	keys    *secret.Keys
	now     func() time.Time
	log     *slog.Logger
	live    *live
	// identity asks others who somebody is.
	identity *identity.Client
}

// Options are the parts a Desk works with. Now may be nil for the real clock.
type Options struct {
	DB    *models.DB
	Files files.Store
	Index *search.Index
	// Tickets is the agents' index; without one only titles are searched.
	Tickets *search.Tickets
	Keys    *secret.Keys
	Now     func() time.Time
	Log     *slog.Logger
	// Loopback lets providers of identity on this very machine be asked without https.
	Loopback bool
}

// New makes a Desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{db: o.DB, files: o.Files, index: o.Index, tickets: o.Tickets, keys: o.Keys, now: o.Now, log: o.Log, live: newLive(o.DB, o.Log),
		identity: identity.New(identity.Options{Loopback: o.Loopback, Now: o.Now})}
}

// Now is the desk's clock in UTC; a verb reads it once.
func (d *Desk) Now() time.Time { return d.now().UTC() }

// Portal is all that public pages may do. Its results have no field for anything
// internal; handlers of public pages hold a Portal and no database handle.
type Portal struct {
	d *Desk
	// me is who is signed in; its zero value is a guest.
	me Customer
}

// Portal gives the public side of the desk.
func (d *Desk) Portal() *Portal { return &Portal{d: d} }

package desk

import (
	"context"
	"time"

	"lodge/models"
)

// Conversation is one ticket for whoever comes to its page: by a thread link, or signed in. Its
// verbs are the same for both; each of them finds the ticket anew, so that who may not come in any
// more is out at once.
type Conversation struct {
	p *Portal
	// enter finds the ticket and what its visitor may do with it, or NotFound.
	enter func(ctx context.Context, now time.Time) (*place, error)
	// news says whether there is something after a page's cursor, as cheaply as it can.
	news func(ctx context.Context, after, rules int64, now time.Time) (bool, error)
	// scope binds forms to this way in.
	scope string
	// every is how often an open stream asks whether its reader may still read.
	every time.Duration
}

// ByLink is the conversation that a thread link opens.
func (p *Portal) ByLink(link Link) *Conversation {
	return &Conversation{p: p, scope: scopeOf("reply", link.Token),
		enter: func(ctx context.Context, now time.Time) (*place, error) {
			h, err := p.open(ctx, link, now)
			if err != nil {
				return nil, err
			}
			return &place{holder: h, rights: models.Rights{Read: true, Own: true, Reply: true, Close: h.Person.Reporter()}}, nil
		},
		news: func(ctx context.Context, after, rules int64, now time.Time) (bool, error) {
			return p.pulse(ctx, link, after, rules, now)
		}}
}

// Thread gives the page of one participant (PT-2).
func (p *Portal) Thread(ctx context.Context, link Link, formID string) (*PublicThread, error) {
	return p.ByLink(link).Thread(ctx, formID)
}

// Updates gives what is newer than a page's cursor (PT-5).
func (p *Portal) Updates(ctx context.Context, link Link, after, rules int64) (*PublicThread, error) {
	return p.ByLink(link).Updates(ctx, after, rules)
}

// MayReply gives the limits of a reply before its body is read.
func (p *Portal) MayReply(ctx context.Context, link Link) (Limits, error) {
	return p.ByLink(link).MayReply(ctx)
}

// StageReply keeps the files of a reply that was not sent yet.
func (p *Portal) StageReply(ctx context.Context, link Link, formID string, keep []string, uploads []Upload) error {
	return p.ByLink(link).StageReply(ctx, formID, keep, uploads)
}

// Reply adds a participant's message (PT-3).
func (p *Portal) Reply(ctx context.Context, link Link, in ReplyInput) (*Replied, error) {
	return p.ByLink(link).Reply(ctx, in)
}

// Close ends the reporter's own ticket (PT-8).
func (p *Portal) Close(ctx context.Context, link Link) error { return p.ByLink(link).Close(ctx) }

// File opens a file of the thread (PT-11).
func (p *Portal) File(ctx context.Context, link Link, pid string, thumb bool) (*Content, error) {
	return p.ByLink(link).File(ctx, pid, thumb)
}

// Watch wakes the holder's page when something changes that it shows.
func (p *Portal) Watch(ctx context.Context, link Link) (<-chan struct{}, func(), error) {
	return p.ByLink(link).Watch(ctx)
}

package desk

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// The times that a block can last; anything else is refused.
const (
	BlockDay     = "day"
	BlockMonth   = "month"
	BlockForever = "forever"
)

// BlockInput turns a sender away.
type BlockInput struct {
	// Kind is models.BlockAddress or BlockDomain; Value an address or a domain. Of an
	// address, a domain block takes the domain.
	Kind, Value, Reason string
	// For is one of BlockDay, BlockMonth, BlockForever.
	For string
	// Confirmed: everybody of a public mail service is meant.
	Confirmed bool
}

// BlockedSender is a line of the list. ExpiresAt is zero for a block without end.
type BlockedSender struct {
	ID                      int64
	Kind, Value, Reason, By string
	Created, ExpiresAt      time.Time
}

const reasonLength = 200

// Block turns an address or a whole domain away: what they send to any form or thread is
// refused in the words of a limit, so that nobody learns that they are blocked. It is written
// to the audit log. A public mail service as a whole needs Confirmed.
func (d *Desk) Block(ctx context.Context, actor Actor, in BlockInput) error {
	if err := actor.may(models.ActSpam); err != nil {
		return err
	}
	now := d.Now()
	b := &models.Block{Kind: in.Kind, Reason: line(in.Reason), AgentID: &actor.ID, CreatedAt: models.At(now)}
	var v models.Invalid
	switch in.Kind {
	case models.BlockAddress:
		email, err := address.Canonical(strings.TrimSpace(in.Value))
		if err != nil {
			v.Add("value", "agent.block.error.address")
		}
		b.Value = address.Key(email)
	case models.BlockDomain:
		b.Value = blockDomain(in.Value)
		switch {
		case b.Value == "":
			v.Add("value", "agent.block.error.domain")
		case d.ownDomain(ctx, b.Value):
			v.Add("value", "agent.block.error.own")
		case address.PublicDomain(b.Value) && !in.Confirmed:
			v.Add("confirm", "agent.block.error.public", "Domain", b.Value)
		}
	default:
		v.Add("kind", "agent.block.error.kind")
	}
	switch in.For {
	case BlockDay:
		b.ExpiresAt = models.At(now.Add(24 * time.Hour))
	case BlockMonth:
		b.ExpiresAt = models.At(now.Add(30 * 24 * time.Hour))
	case BlockForever:
	default:
		v.Add("for", "agent.block.error.for")
	}
	if utf8.RuneCountInString(b.Reason) > reasonLength {
		v.Add("reason", "agent.block.error.reason", "Count", reasonLength)
	}
	if err := v.Err(); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.PutBlock(ctx, tx, b); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "block.added", b.Value, map[string]any{"kind": b.Kind, "for": in.For}, now)
	})
}

// blockDomain reads a domain, also out of an address; empty for what is none.
func blockDomain(s string) string {
	s = strings.TrimSpace(s)
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[at+1:]
	}
	canonical, err := address.Canonical("someone@" + s)
	if err != nil {
		return ""
	}
	return address.Domain(canonical)
}

// ownDomain says whether this desk sends from a domain: nobody means to block themselves.
func (d *Desk) ownDomain(ctx context.Context, domain string) bool {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return false
	}
	own := []string{cat.Workspace.SupportAddress}
	for _, p := range cat.Projects {
		for _, m := range p.Mailboxes {
			own = append(append(own, m.Address), m.Aliases...)
		}
	}
	for _, a := range own {
		if a != "" && address.Domain(a) == domain && !address.PublicDomain(domain) {
			return true
		}
	}
	return false
}

// blocksAtOnce is the length of a page of the list.
const blocksAtOnce = 50

// Blocks lists who is turned away, the newest first. before is the cursor of an earlier page
// (0: the first); next that of the page after, 0 at the end.
func (d *Desk) Blocks(ctx context.Context, actor Actor, before int64) (all []BlockedSender, next int64, err error) {
	if err := actor.may(models.ActSpam); err != nil {
		return nil, 0, err
	}
	rows, err := models.Blocks(ctx, d.db, models.At(d.Now()), before, blocksAtOnce+1)
	if len(rows) > blocksAtOnce {
		rows = rows[:blocksAtOnce]
		next = rows[blocksAtOnce-1].ID
	}
	for _, b := range rows {
		out := BlockedSender{ID: b.ID, Kind: b.Kind, Value: b.Value, Reason: b.Reason, By: b.AgentName, Created: b.CreatedAt.Time()}
		if b.ExpiresAt != 0 {
			out.ExpiresAt = b.ExpiresAt.Time()
		}
		all = append(all, out)
	}
	return all, next, err
}

// Unblock lifts a block, which is written to the audit log.
func (d *Desk) Unblock(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActSpam); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		b, err := models.BlockByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := models.DropBlock(ctx, tx, id); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "block.lifted", b.Value, map[string]any{"kind": b.Kind}, d.Now())
	})
}

// Blocked says whether an address is turned away now, by itself or by its domain. Mail in
// asks it too.
func (d *Desk) Blocked(ctx context.Context, email string, now time.Time) (bool, error) {
	return models.Blocked(ctx, d.db, address.Key(email), address.ParentDomains(address.Domain(email)), models.At(now))
}

// blockedAs is the refusal of a blocked sender. It is, word for word and at the same place of
// the same verb, that of somebody who has sent too much, with a time that runs down as a
// limit's does: nothing says that it is about them. It is not "thank you" either, as for a
// machine: who is blocked by mistake must not believe that help is on its way.
func (d *Desk) blockedAs(ctx context.Context, email, refusal string, window time.Duration, now time.Time) error {
	blocked, err := d.Blocked(ctx, email, now)
	if err != nil || !blocked {
		return err
	}
	window = max(window, time.Minute)
	return models.TooMany(refusal, window-now.Sub(now.Truncate(window)))
}

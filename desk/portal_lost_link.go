package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"lodge/address"
	"lodge/models"
	"lodge/secret"
)

// UnprovenWindow is what a project's limit of mails to an unproven address counts in.
const UnprovenWindow = 24 * time.Hour

// UnprovenMails names the allowance of mails to an address that has not proven itself: all
// mails that a stranger can cause there are taken from this one (A1).
func UnprovenMails(addr string) string {
	sum := sha256.Sum256([]byte(address.Key(addr)))
	return "unproven-mails:" + hex.EncodeToString(sum[:16])
}

// linksAsked is how many times an hour one client can ask for links.
const linksAsked = 10

// NewLink has the link of somebody whose own no longer works mailed to them (PT-14). It answers
// alike for every token, and every token takes the same way: only the job finds out whether
// this one ever lived, and mails nobody but the participant it was made for.
func (p *Portal) NewLink(ctx context.Context, token, client string) error {
	d, now := p.d, p.d.Now()
	if _, err := p.anyOpen(ctx); err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("new-link-client", client), amount: 1, limit: linksAsked, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		var args linksArgs
		old, err := models.TokenByHash(ctx, tx, models.TokenThread, secret.Hash(token))
		switch {
		case err == nil:
			args.Participant = old.SubjectID
		case models.KindOf(err) != models.KindNotFound:
			return err
		}
		return models.Enqueue(ctx, tx, JobLinks, "", args, now)
	})
}

// LostLinkInput is the form of somebody who has lost their links.
type LostLinkInput struct {
	Email string
	// Honeypot is the field that people never see; Confirmed: they were asked once more.
	Honeypot  string
	Confirmed bool
	Client    string
}

// LostLinks has the links of an address's open tickets mailed to that address (PT-14). Known
// and unknown addresses take the same way; a used-up allowance is not told either, unless it
// is the client's own. What was typed is never mailed to: only the address that is kept.
func (p *Portal) LostLinks(ctx context.Context, in LostLinkInput) error {
	d, now := p.d, p.d.Now()
	if _, err := p.anyOpen(ctx); err != nil {
		return err
	}
	email, err := address.Canonical(in.Email)
	if err != nil {
		var v models.Invalid
		v.Add("email", "portal.create.error.email")
		return v.Err()
	}
	if in.Honeypot != "" && !in.Confirmed {
		return ErrConfirm
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		limit := charge{name: allowance("lost-link-client", in.Client), amount: 1, limit: linksAsked, window: time.Hour, refusal: "errors.too_many"}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		ok, _, err := models.Charge(ctx, tx, allowance("lost-link-address", address.Key(email)), 1, mailsAnHour, time.Hour, now)
		if err != nil || !ok {
			return err
		}
		var args linksArgs
		contact, err := models.ContactByKey(ctx, tx, contactKey(email))
		switch {
		case err == nil:
			args.Contact = contact.ID
		case models.KindOf(err) != models.KindNotFound:
			return err
		}
		return models.Enqueue(ctx, tx, JobLinks, "", args, now)
	})
}

// LostLinkOpen says whether links can be asked for: while any portal is open (PT-12).
func (p *Portal) LostLinkOpen(ctx context.Context) (PublicWorkspace, error) {
	cat, err := p.anyOpen(ctx)
	if err != nil {
		return PublicWorkspace{}, err
	}
	return publicWorkspace(cat), nil
}

// anyOpen gives the catalog, or NotFound while no portal is open.
func (p *Portal) anyOpen(ctx context.Context) (*models.Catalog, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err == nil && len(cat.PublicProjects()) == 0 {
		err = ErrPortalOff
	}
	return cat, err
}

package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// mergeMost is how many tickets a contact may bring along: moving them is one transaction.
const mergeMost = 2000

// MergePreview shows two contacts before they become one: Keep stays, Other becomes an alias.
type MergePreview struct{ Keep, Other MergeSide }

// MergeSide is one of them. Tickets stops counting at 2000.
type MergeSide struct {
	ContactLine
	Notes   string
	Tickets int
}

// PreviewMerge shows what a merge would do. other is the address or the id of the one that
// becomes part of keep.
func (d *Desk) PreviewMerge(ctx context.Context, actor Actor, keepID int64, other string) (*MergePreview, error) {
	keep, err := d.living(ctx, d.db, actor, keepID)
	if err != nil {
		return nil, err
	}
	found, err := d.named(ctx, actor, other)
	if err != nil {
		return nil, err
	}
	if err := d.mayMerge(ctx, d.db, actor, keep, found); err != nil {
		return nil, err
	}
	p := &MergePreview{}
	for c, side := range map[*models.Contact]*MergeSide{keep: &p.Keep, found: &p.Other} {
		*side = MergeSide{ContactLine: contactLine(c), Notes: c.Notes}
		of, err := models.MembershipsOf(ctx, d.db, []int64{c.ID})
		if err != nil {
			return nil, err
		}
		for _, m := range of[c.ID] {
			side.Companies = append(side.Companies, CompanyRef{m.CompanyID, m.Company, m.Manager})
		}
		if side.Tickets, _, err = models.CountParticipations(ctx, d.db, c.ID, nil, mergeMost); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// named finds the contact that somebody typed the address or the id of.
func (d *Desk) named(ctx context.Context, actor Actor, typed string) (*models.Contact, error) {
	var v models.Invalid
	v.Add("with", "agent.contact.merge.error.unknown")
	typed = strings.TrimSpace(typed)
	id, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		known, err := models.ContactByKey(ctx, d.db, contactKey(typed))
		if models.KindOf(err) == models.KindNotFound && err != nil {
			return nil, v.Err()
		}
		if err != nil {
			return nil, err
		}
		id = known.ID
	}
	contact, err := d.living(ctx, d.db, actor, id)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return nil, v.Err()
	}
	return contact, err
}

func (d *Desk) mayMerge(ctx context.Context, c models.Conn, actor Actor, keep, other *models.Contact) error {
	var v models.Invalid
	if keep.ID == other.ID {
		v.Add("with", "agent.contact.merge.error.same")
		return v.Err()
	}
	signsIn := map[int64]bool{}
	for _, contact := range []*models.Contact{keep, other} {
		_, err := models.CustomerByContact(ctx, c, contact.ID)
		if err != nil && models.KindOf(err) != models.KindNotFound {
			return err
		}
		signsIn[contact.ID] = err == nil
	}
	if signsIn[other.ID] && !signsIn[keep.ID] {
		// Their password and passkeys prove nothing about another contact and would be lost.
		v.Add("with", "agent.contact.merge.error.sign_in")
	}
	for _, contact := range []*models.Contact{keep, other} {
		all, elsewhere, err := models.CountParticipations(ctx, c, contact.ID, actor.projectIDs(), mergeMost+1)
		switch {
		case err != nil:
			return err
		case elsewhere > 0:
			// Whoever stays can read all that the other could: nobody gives that away who may not see it.
			v.Add("with", "agent.contact.merge.error.elsewhere")
		case contact == other && all > mergeMost:
			v.Add("with", "agent.contact.merge.error.many", "Max", mergeMost)
		}
	}
	return v.Err()
}

// MergeContacts makes two contacts one (AG-3): keep stays as it is, other becomes an alias of
// it. Tickets, messages, mails, links and companies of other are keep's from then on.
func (d *Desk) MergeContacts(ctx context.Context, actor Actor, keepID, otherID int64) error {
	if err := actor.may(models.ActContacts); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		keep, err := d.living(ctx, tx, actor, keepID)
		if err != nil {
			return err
		}
		other, err := d.living(ctx, tx, actor, otherID)
		if err != nil {
			return err
		}
		if err := d.mayMerge(ctx, tx, actor, keep, other); err != nil {
			return err
		}
		return d.mergeContact(ctx, tx, actor, keep, other, now)
	})
}

// mergeContact makes other part of keep, both of them living, after everything has been checked.
func (d *Desk) mergeContact(ctx context.Context, tx *models.Tx, actor Actor, keep, other *models.Contact, now time.Time) error {
	seats, err := models.MergeContact(ctx, tx, other.ID, keep.ID, models.At(now))
	if err != nil {
		return err
	}
	if err := d.keepSeats(ctx, tx, seats, now); err != nil {
		return err
	}
	if keep.Name == "" {
		keep.Name = other.Name
	}
	if keep.Locale == "" {
		keep.Locale = other.Locale
	}
	keep.Notes = bothNotes(keep.Notes, other.Notes)
	if err := models.SaveContact(ctx, tx, keep); err != nil {
		return err
	}
	return audit(ctx, tx, actor, "contact.merged", itoa(keep.ID), map[string]any{"other": other.ID}, now)
}

// bothNotes puts the notes of two under each other; what would be too long is cut at its end.
func bothNotes(a, b string) string {
	both := strings.TrimSpace(a + "\n\n" + b)
	if utf8.RuneCountInString(both) > notesLength {
		both = string([]rune(both)[:notesLength])
	}
	return both
}

func sorted(words []string) []string {
	slices.Sort(words)
	return words
}

package desk

import (
	"context"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// MayUpload says no before files are read, when the client may not leave any more of them
// today. The limit of tickets is not asked here: a form over it is refused by Submit, which
// keeps its files for the next try (PC-4, PC-7).
func (p *Portal) MayUpload(ctx context.Context, slug, client string) error {
	cat, project, err := p.project(ctx, slug)
	if err != nil {
		return err
	}
	if p.me.ID == 0 && !cat.GuestCreate(project) {
		return &SignInFirst{}
	}
	return peek(ctx, p.d.db, []charge{clientBytes(cat, client, 1)}, p.d.Now())
}

// Stage keeps the files of a form that was not sent yet or was too large, for its next
// showing, and takes the uploads in any case.
func (p *Portal) Stage(ctx context.Context, slug, client, formID string, keep []string, uploads []Upload) error {
	cat, _, err := p.project(ctx, slug)
	if err != nil {
		p.d.Discard(uploads)
		return err
	}
	now := p.d.Now()
	p.d.stage(ctx, p.d.readForm(formID, p.createScope(slug), now).key(), keep, uploads, []charge{clientBytes(cat, client, 0)}, now)
	return nil
}

// Submit files a ticket from the public form. Refused input is an Invalid with a fault by
// each field; the files that came with it wait for the next try (PC-4). Only the reporter
// is enrolled, whatever was posted (PC-9).
func (p *Portal) Submit(ctx context.Context, in SubmitInput) (*Submitted, error) {
	cat, project, err := p.project(ctx, in.Slug)
	if err == nil && !cat.GuestCreate(project) {
		err = &SignInFirst{}
	}
	if err == nil {
		err = p.mayEnter(project)
	}
	if err != nil {
		p.d.Discard(in.Uploads)
		return nil, err
	}
	return p.submit(ctx, cat, project, in, nil)
}

// submit is the one way a form becomes a ticket; own is nil for guests, and what a signed-in
// customer adds.
func (p *Portal) submit(ctx context.Context, cat *models.Catalog, project *models.Project, in SubmitInput, own *OwnInput) (*Submitted, error) {
	d, now := p.d, p.d.Now()
	shown := d.readForm(in.FormID, p.createScope(in.Slug), now)
	formKey := shown.key()
	done, err := p.submitted(ctx, formKey)
	if err != nil || done != nil {
		d.Discard(in.Uploads)
		return done, err
	}
	draft, err := p.checkSubmit(ctx, cat, project, in, own, formKey, now)
	if err == nil && own == nil {
		err = p.suspect(ctx, project, in, shown, now)
	}
	if err == nil {
		err = peek(ctx, d.db, createCharges(cat, project, in.Client, draft.contact.Address), now)
	}
	if err == nil {
		err = d.blockedAs(ctx, draft.contact.Address, "errors.too_many_tickets", time.Duration(project.Settings.AddressMinutes)*time.Minute, now)
	}
	if err != nil {
		d.stage(ctx, formKey, in.Keep, in.Uploads, []charge{clientBytes(cat, in.Client, 0)}, now)
		return nil, err
	}
	waits, known := false, (*models.Contact)(nil)
	if own == nil {
		if waits, known, err = p.mustConfirm(ctx, project, draft); err != nil {
			d.Discard(in.Uploads)
			return nil, err
		}
	}
	fresh, err := d.keep(ctx, in.Uploads)
	if err != nil {
		d.Discard(in.Uploads)
		return nil, err
	}
	var link Link
	var reference string
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if done, err = p.submittedIn(ctx, tx, formKey); err != nil || done != nil {
			return err
		}
		if err := spend(ctx, tx, createCharges(cat, project, in.Client, draft.contact.Address), now); err != nil {
			return err
		}
		staged, err := chosen(ctx, tx, formKey, in.Keep, models.At(now))
		if err != nil {
			return err
		}
		draft.files = append(staged, fresh...)
		if draft.intake != 0 {
			if err := models.CountIntakeUse(ctx, tx, draft.intake); err != nil {
				return err
			}
		}
		if waits {
			h, err := d.holdTicket(ctx, tx, draft, known, in.Locale, now)
			if err != nil {
				return err
			}
			return d.finishHeldForm(ctx, tx, formKey, h.ID, now)
		}
		if err := p.stillMember(ctx, tx, draft); err != nil {
			return err
		}
		ticket, message, issued, err := d.create(ctx, tx, draft, now)
		if err != nil {
			return err
		}
		link = issued
		if own != nil {
			reference = ticket.Reference
			if err := models.DropDraft(ctx, tx, p.me.ID, newDraft(in.Slug)); err != nil {
				return err
			}
		}
		return d.finishForm(ctx, tx, formKey, ticket.ID, message.ID, now)
	})
	if models.KindOf(err) == models.KindConflict && err != nil {
		// Another transaction took the form at the same moment (PostgreSQL sees that only
		// at the unique row): its ticket is this one's.
		if first, lookup := p.submitted(ctx, formKey); lookup == nil && first != nil {
			return first, nil
		}
	}
	if err != nil {
		return nil, err
	}
	if done != nil {
		return done, nil
	}
	return &Submitted{Token: link.Token, Held: waits, Reference: reference}, nil
}

// submitted finds the ticket a form has already made, so that a double click, a retry or
// the Back button opens it instead of making another (PC-13).
func (p *Portal) submitted(ctx context.Context, formKey []byte) (*Submitted, error) {
	return p.submittedIn(ctx, p.d.db, formKey)
}

func (p *Portal) submittedIn(ctx context.Context, c models.Conn, formKey []byte) (*Submitted, error) {
	if len(formKey) == 0 {
		return nil, nil
	}
	sub, err := models.SubmissionByKey(ctx, c, formKey)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if sub.HeldID != nil {
		// Also once it was confirmed: that was for the address's reader to do, and the link is theirs.
		return &Submitted{Held: true, Repeated: true}, nil
	}
	people, err := models.People(ctx, c, sub.TicketID)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	link, _ := p.d.ParticipantLinks(&people[0].Participant)
	done := &Submitted{Token: link.Token, Repeated: true}
	if p.me.ID != 0 {
		ticket, err := models.TicketByID(ctx, c, sub.TicketID)
		if err != nil {
			return nil, err
		}
		done.Reference = ticket.Reference
	}
	return done, nil
}

// finishForm marks a form as used and lets go of what it had staged.
func (d *Desk) finishForm(ctx context.Context, tx *models.Tx, formKey []byte, ticketID, messageID int64, now time.Time) error {
	if len(formKey) == 0 {
		return nil
	}
	if err := models.InsertSubmission(ctx, tx, &models.Submission{FormKey: formKey, TicketID: ticketID, MessageID: messageID, CreatedAt: models.At(now)}); err != nil {
		return err
	}
	return models.DropStaged(ctx, tx, formKey)
}

// finishHeldForm does so for a form whose ticket or reply waits.
func (d *Desk) finishHeldForm(ctx context.Context, tx *models.Tx, formKey []byte, heldID int64, now time.Time) error {
	if len(formKey) == 0 {
		return nil
	}
	if err := models.InsertSubmission(ctx, tx, &models.Submission{FormKey: formKey, HeldID: &heldID, CreatedAt: models.At(now)}); err != nil {
		return err
	}
	return models.DropStaged(ctx, tx, formKey)
}

// checkSubmit reads the form into a ticket or collects every fault it has.
func (p *Portal) checkSubmit(ctx context.Context, cat *models.Catalog, project *models.Project, in SubmitInput, own *OwnInput, formKey []byte, now time.Time) (*newTicket, error) {
	var v models.Invalid
	s := project.Settings
	t := &newTicket{project: project, origin: models.OriginWeb, unproven: true}
	if len(in.Foreign) > 0 {
		v.Add("form", "portal.create.error.foreign")
	}
	if own != nil {
		if err := p.checkOwn(ctx, cat, project, own, t, &v, now); err != nil {
			return nil, err
		}
	} else if err := p.checkReporter(ctx, project, in, t, &v, now); err != nil {
		return nil, err
	}
	t.title = line(in.Title)
	switch {
	case t.title == "":
		v.Add("title", "portal.create.error.title")
	case utf8.RuneCountInString(t.title) > s.TitleLength:
		v.Add("title", "portal.create.error.title_long", "Count", s.TitleLength)
	}
	t.description, t.message = text(in.Description), text(in.Message)
	if t.description == "" {
		v.Add("description", "portal.create.error.description")
	}
	if len(t.description)+len(t.message) > s.TextKB<<10 {
		v.Add("description", "portal.create.error.text_long", "Count", s.TextKB)
	}
	if !s.InitialMessage {
		t.message = ""
	}
	t.typeID = project.DefaultTypeID
	if in.Type != "" {
		t.typeID = nil
		for _, kind := range project.PublicTypes() {
			if kind.Slug == in.Type {
				t.typeID = &kind.ID
			}
		}
		if t.typeID == nil {
			v.Add("type", "portal.create.error.type")
		}
	}
	template, err := project.ChooseTemplate(in.Template)
	if err != nil {
		v.Add("template", "portal.create.error.template")
	}
	t.template = template
	t.fields = template.Accept(in.Fields, &v)
	staged, err := chosen(ctx, p.d.db, formKey, in.Keep, models.At(now))
	if err != nil {
		return nil, err
	}
	checkFiles(staged, in.Uploads, limitsOf(s), &v)
	return t, v.Err()
}

// checkReporter finds out who is asking: the person of a valid intake link, locked, or
// the typed address.
func (p *Portal) checkReporter(ctx context.Context, project *models.Project, in SubmitInput, t *newTicket, v *models.Invalid, now time.Time) error {
	if in.CustomerToken != "" {
		link, contact, err := p.intake(ctx, project, in.CustomerToken, now)
		if err == nil {
			t.contact, t.intake = *contact, link.ID
			return nil
		}
		if models.KindOf(err) != models.KindNotFound {
			return err
		}
	}
	email, err := address.Canonical(in.Email)
	switch {
	case strings.TrimSpace(in.Email) == "":
		v.Add("email", "portal.create.error.email_missing")
	case err != nil:
		v.Add("email", "portal.create.error.email")
	case p.ownAddress(ctx, email):
		// A ticket from ourselves would be answered to ourselves, for ever (A9).
		v.Add("email", "portal.create.error.email_own")
	}
	name := line(in.Name)
	if utf8.RuneCountInString(name) > project.Settings.NameLength {
		v.Add("name", "portal.create.error.name_long", "Count", project.Settings.NameLength)
	}
	t.contact = models.Contact{Address: email, AddressKey: contactKey(email), Name: name, Locale: in.Locale, Origin: models.OriginWeb, CreatedAt: models.At(now)}
	return nil
}

// contactKey makes two spellings of an address one person. Unlike the key that limits
// count by, it keeps a "+tag": that may be another mailbox.
func contactKey(email string) string { return strings.ToLower(email) }

// ownAddress says whether an address is one that this desk itself sends from or is
// reached at.
func (p *Portal) ownAddress(ctx context.Context, email string) bool {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return false
	}
	key := address.Key(email)
	if own := cat.Workspace.SupportAddress; own != "" && address.Key(own) == key {
		return true
	}
	for _, project := range cat.Projects {
		for _, m := range project.Mailboxes {
			if reaches(m, key) {
				return true
			}
		}
	}
	return false
}

func checkFiles(staged []kept, uploads []Upload, limits Limits, v *models.Invalid) {
	total := int64(0)
	for _, k := range staged {
		total += k.size
	}
	for _, u := range uploads {
		total += u.Size()
		if u.Size() > limits.File {
			v.Add("files", "portal.create.error.file_large", "Name", u.Name, "Megabytes", limits.File>>20)
		}
	}
	if n := len(staged) + len(uploads); n > limits.Files {
		v.Add("files", "portal.create.error.files_many", "Count", limits.Files)
	}
	if total > limits.Request {
		v.Add("files", "portal.create.error.files_large", "Megabytes", limits.Request>>20)
	}
}

// confirmWait is how long after the question a form without its proof of work may be
// confirmed: a person needs longer to read it, a flood becomes slow. Who is quicker sees
// the same page again, so it must not be longer than a quick reader needs.
const confirmWait = time.Second

// suspect asks once more when a form looks like a machine's: the field that people never
// see is filled in, it came sooner than anybody types, or the proof of work is missing
// (PC-13). It is never silently dropped, and a confirmation only counts once it was asked for.
func (p *Portal) suspect(ctx context.Context, project *models.Project, in SubmitInput, shown shownForm, now time.Time) error {
	s := project.Settings
	odd := in.Honeypot != "" ||
		shown.Nonce == "" ||
		now.Sub(shown.issued()) < time.Duration(s.MinimumFillSeconds)*time.Second ||
		(s.ProofOfWorkBits > 0 && !solved(Challenge{Text: shown.Nonce, Bits: s.ProofOfWorkBits}, in.Work))
	if !odd {
		return nil
	}
	if shown.Nonce == "" {
		// Shown too long ago or damaged: the next page has a fresh id and is confirmed there.
		return ErrConfirm
	}
	name := "confirm:" + hex.EncodeToString(shown.key()[:16])
	asked, until, err := models.Spent(ctx, p.d.db, name, now)
	if err != nil {
		return err
	}
	if in.Confirmed && asked > 0 && now.Sub(until.Add(-formLife)) >= confirmWait {
		return nil
	}
	if asked == 0 {
		if _, _, err := models.Charge(ctx, p.d.db, name, 1, 1, formLife, now); err != nil {
			return err
		}
	}
	return ErrConfirm
}

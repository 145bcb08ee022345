package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/models"
)

// How a held mail is taken up, as the reading of it finds it in the payload.
const (
	HeldAsReply  = "reply"  // it joins the ticket it was meant for, and its sender takes part
	HeldAsTicket = "ticket" // it opens a new one
)

// heldChoice is the payload of a held mail once somebody has decided: package jobs reads it.
type heldChoice struct {
	As      string `json:"as"`
	Company int64  `json:"company_id,omitempty"`
}

// HeldAsk narrows the list. Kind is one of models.HeldTicket … or empty; Ticket is a ticket's
// number or 0; Before is the cursor of an earlier page.
type HeldAsk struct {
	Kind   string
	Ticket int64
	Before int64
}

// HeldLine is something that waits, as agents see it.
type HeldLine struct {
	ID                   int64
	Kind, Reason         string
	Project              Choice
	Name, Address        string
	Title, Excerpt       string
	CreatedAt, ExpiresAt time.Time
	Ticket               int64 // the number of the ticket it would join; 0 is none
	TicketTitle          string
	CanDecide            bool
	MailID               int64
}

// HeldPage is one page of what waits.
type HeldPage struct {
	Lines []HeldLine
	// Next is the cursor of the page after, 0 at the end.
	Next int64
	// CanDecide says that the actor may decide about at least one line.
	CanDecide bool
}

const heldAtOnce = 30

// HeldList lists what waits in the projects that the actor may read, the newest first.
func (d *Desk) HeldList(ctx context.Context, actor Actor, ask HeldAsk) (*HeldPage, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	switch ask.Kind {
	case "", models.HeldTicket, models.HeldReply, models.HeldMail:
	default:
		return nil, models.NotFound()
	}
	q := models.HeldQuery{Projects: actor.projectIDs(), Kind: ask.Kind, Before: ask.Before, Limit: heldAtOnce + 1, Now: models.At(d.Now())}
	if ask.Ticket != 0 {
		_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, ask.Ticket)
		if err != nil {
			return nil, err
		}
		q.Ticket = t.ID
	}
	rows, err := models.HeldWaitingList(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	page := &HeldPage{}
	if len(rows) > heldAtOnce {
		rows = rows[:heldAtOnce]
		page.Next = rows[heldAtOnce-1].ID
	}
	for _, r := range rows {
		line := heldLine(actor, cat, &r.Held)
		if r.Number.Valid && actor.CanIn(models.ActRead, r.TicketProjectID.Int64) {
			line.Ticket, line.TicketTitle = r.Number.Int64, r.TicketTitle.String
		}
		page.CanDecide = page.CanDecide || line.CanDecide
		page.Lines = append(page.Lines, line)
	}
	return page, nil
}

func heldLine(actor Actor, cat *models.Catalog, h *models.Held) HeldLine {
	line := HeldLine{ID: h.ID, Kind: h.Kind, Reason: h.Reason, Name: h.Name, Address: h.Address, Title: h.Title, Excerpt: h.Excerpt, CreatedAt: h.CreatedAt.Time(), ExpiresAt: h.ExpiresAt.Time(),
		CanDecide: actor.CanIn(models.ActReply, h.ProjectID)}
	if p := cat.Project(h.ProjectID); p != nil {
		line.Project = Choice{p.Slug, p.Name}
	}
	if h.MailID != nil {
		line.MailID = *h.MailID
	}
	return line
}

// mostHeld is as far as what waits is counted.
const mostHeld = 100

// HeldWaiting counts what waits in the actor's projects, up to 100.
func (d *Desk) HeldWaiting(ctx context.Context, actor Actor) (int, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	return models.HeldWaitingCount(ctx, d.db, models.HeldQuery{Projects: actor.projectIDs(), Limit: mostHeld, Now: models.At(d.Now())})
}

// HeldOnTicket counts what would join a ticket that the actor may read, up to 100.
func (d *Desk) HeldOnTicket(ctx context.Context, actor Actor, number int64) (int, error) {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return 0, err
	}
	return models.HeldWaitingCount(ctx, d.db, models.HeldQuery{Projects: actor.projectIDs(), Ticket: t.ID, Limit: mostHeld, Now: models.At(d.Now())})
}

// HeldItem is one thing that waits, as a whole.
type HeldItem struct {
	HeldLine
	// State is models.HeldWaiting …; what is decided has little left to show.
	State string
	// Text is what was written, as plain text; of a mail the beginning.
	Text string
	// Type and Fields are the answers of a form.
	Type   string
	Fields []PublicValue
	Files  []StagedFile
	// Asked: its sender was asked by mail to confirm it. Askable: they should have been.
	Asked, Askable bool
	// Mail is what is known of a held mail.
	Mail *HeldMailInfo
	// Known is the contact behind the address; 0 is nobody. Proven: the address is theirs.
	Known  int64
	Proven bool
	// Companies of the sender, for a mail that opens a ticket; Company is the only one (CO-4).
	Companies []Choice
	Company   string
	// Blockable: the sender can be turned away by the actor.
	Blockable bool
	// Result is the number of the ticket it has become or joined; 0 while there is none.
	Result int64
}

// HeldMailInfo is what is known of a held mail before it is read again. Checks says in the words
// of mail servers how its sender was checked; ProvenBy is the domain that is vouched for, or empty.
type HeldMailInfo struct {
	From, Subject    string
	Size             int64
	ReceivedAt       time.Time
	ProvenBy, Checks string
}

// Held reads one thing that waits, or has waited.
func (d *Desk) Held(ctx context.Context, actor Actor, id int64) (*HeldItem, error) {
	h, err := d.heldFor(ctx, actor, id, models.ActRead)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	item := &HeldItem{HeldLine: heldLine(actor, cat, h), State: h.State, Asked: h.AskedAt != 0, Askable: h.Reason == models.HeldToVerify || h.Reason == models.HeldTyped, Blockable: actor.Can(models.ActSpam)}
	now := d.Now()
	if h.State == models.HeldWaiting && models.At(now) >= h.ExpiresAt {
		item.State = models.HeldExpired
	}
	item.CanDecide = item.CanDecide && item.State == models.HeldWaiting
	if item.Ticket, item.TicketTitle, err = d.numberOf(ctx, actor, h.TicketID); err != nil {
		return nil, err
	}
	if item.Result, _, err = d.numberOf(ctx, actor, h.ResultTicketID); err != nil {
		return nil, err
	}
	if item.State != models.HeldWaiting {
		return item, nil
	}
	if item.Text, err = heldText(h); err != nil {
		return nil, err
	}
	if h.Kind == models.HeldTicket {
		if err := heldAnswers(cat.Project(h.ProjectID), h, item); err != nil {
			return nil, err
		}
	}
	if item.Files, err = d.staged(ctx, heldKey(h.ID), models.At(now)); err != nil {
		return nil, err
	}
	if err := d.heldMail(ctx, h, item); err != nil {
		return nil, err
	}
	return item, d.heldSender(ctx, h, item)
}

// heldFor finds something held inside what an agent may do.
func (d *Desk) heldFor(ctx context.Context, actor Actor, id int64, need models.Action) (*models.Held, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	h, err := models.HeldByID(ctx, d.db, id)
	if err != nil {
		return nil, err
	}
	return h, actor.mayIn(need, h.ProjectID)
}

// numberOf is the number of a ticket that the actor may read, else 0.
func (d *Desk) numberOf(ctx context.Context, actor Actor, id *int64) (int64, string, error) {
	if id == nil {
		return 0, "", nil
	}
	t, err := models.TicketByID(ctx, d.db, *id)
	if models.KindOf(err) == models.KindNotFound && err != nil || err == nil && !actor.CanIn(models.ActRead, t.ProjectID) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	return t.Number, t.Title, nil
}

// heldAnswers adds the type and the answers of a form.
func heldAnswers(project *models.Project, h *models.Held, item *HeldItem) error {
	var waits heldTicket
	if err := json.Unmarshal([]byte(h.Payload), &waits); err != nil || project == nil {
		return err
	}
	if waits.Type != nil {
		if kind := project.Type(*waits.Type); kind != nil {
			item.Type = kind.Name
		}
	}
	for _, f := range waits.Fields {
		item.Fields = append(item.Fields, PublicValue{Label: f.Label, Kind: f.Kind, Values: f.Values})
	}
	return nil
}

// heldMail adds what is known of a mail.
func (d *Desk) heldMail(ctx context.Context, h *models.Held, item *HeldItem) error {
	if h.MailID == nil {
		return nil
	}
	m, err := models.MailOfHeld(ctx, d.db, *h.MailID)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	item.Mail = &HeldMailInfo{From: m.FromAddress, Subject: m.Subject, Size: m.Size, ReceivedAt: m.ReceivedAt.Time()}
	if m.FromName != "" {
		item.Mail.From = m.FromName + " <" + m.FromAddress + ">"
	}
	var verdict struct{ Domain, Why string }
	if json.Unmarshal([]byte(m.Verdict), &verdict) == nil {
		item.Mail.ProvenBy, item.Mail.Checks = verdict.Domain, verdict.Why
	}
	return nil
}

// heldSender adds who is behind the address.
func (d *Desk) heldSender(ctx context.Context, h *models.Held, item *HeldItem) error {
	contact, err := models.ContactByKey(ctx, d.db, contactKey(h.Address))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	item.Known, item.Proven = contact.ID, contact.ProvenAt != 0
	if h.Kind != models.HeldMail {
		return nil
	}
	companies, err := models.CompaniesOfContact(ctx, d.db, contact.ID)
	for _, k := range companies {
		item.Companies = append(item.Companies, Choice{itoa(k.ID), k.Name})
	}
	if only := models.PickCompany(models.CompanyIDs(companies)); only != nil {
		item.Company = itoa(*only)
	}
	return err
}

// HeldAccept says how something held is taken up. As counts for a mail only: HeldAsReply or
// HeldAsTicket; Company is one of the sender's companies for a new ticket, or 0.
type HeldAccept struct {
	As      string
	Company int64
}

// AcceptHeld takes up something that waits: a ticket is made, a reply is posted, with the mark that
// its author has not confirmed it; a mail is read again (number 0: it comes later). It is a
// Conflict when somebody else has decided meanwhile.
func (d *Desk) AcceptHeld(ctx context.Context, actor Actor, id int64, in HeldAccept) (number int64, err error) {
	if _, err := d.heldFor(ctx, actor, id, models.ActReply); err != nil {
		return 0, err
	}
	now := d.Now()
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		h, err := d.undecided(ctx, tx, id, now)
		if err != nil {
			return err
		}
		if h.Kind == models.HeldMail {
			if err := d.acceptMail(ctx, tx, actor, h, in, now); err != nil {
				return err
			}
		} else {
			out, err := d.release(ctx, tx, h, false, &actor.ID, now)
			if err != nil {
				return err
			}
			ok, err := models.SettleHeld(ctx, tx, h.ID, models.HeldAccepted, &actor.ID, &out.ticket.ID, models.At(now))
			if err == nil && !ok {
				err = models.Conflict("agent.held.error.decided")
			}
			if err != nil {
				return err
			}
			number = out.ticket.Number
		}
		return audit(ctx, tx, actor, "held.accepted", itoa(id), nil, now)
	})
	return number, err
}

// undecided reads something held for deciding about it.
func (d *Desk) undecided(ctx context.Context, tx *models.Tx, id int64, now time.Time) (*models.Held, error) {
	h, err := models.LockHeld(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if h.State != models.HeldWaiting || models.At(now) >= h.ExpiresAt {
		return nil, models.Conflict("agent.held.error.decided")
	}
	return h, nil
}

// acceptMail lets a held mail be read again, now with an agent's word for it.
func (d *Desk) acceptMail(ctx context.Context, tx *models.Tx, actor Actor, h *models.Held, in HeldAccept, now time.Time) error {
	switch in.As {
	case HeldAsReply:
		if h.TicketID == nil {
			return invalid("as", "agent.held.error.as")
		}
		t, err := models.TicketByID(ctx, tx, *h.TicketID)
		if err != nil {
			return err
		}
		if err := actor.mayIn(models.ActReply, t.ProjectID); err != nil {
			return err
		}
		in.Company = 0
	case HeldAsTicket:
		if in.Company != 0 {
			if err := senderOf(ctx, tx, h, in.Company); err != nil {
				return err
			}
		}
	default:
		return invalid("as", "agent.held.error.as")
	}
	return d.takeMail(ctx, tx, h, models.HeldAccepted, &actor.ID, heldChoice{As: in.As, Company: in.Company}, now)
}

// senderOf refuses a company that the sender of something held does not belong to.
func senderOf(ctx context.Context, tx *models.Tx, h *models.Held, companyID int64) error {
	contact, err := models.ContactByKey(ctx, tx, contactKey(h.Address))
	if err == nil {
		companies, err := models.CompaniesOfContact(ctx, tx, contact.ID)
		if err != nil {
			return err
		}
		for _, k := range companies {
			if k.ID == companyID {
				return nil
			}
		}
	} else if models.KindOf(err) != models.KindNotFound {
		return err
	}
	return invalid("company", "agent.held.error.company")
}

// takeMail asks for a held mail to be read again, under what was decided.
func (d *Desk) takeMail(ctx context.Context, tx *models.Tx, h *models.Held, state string, agentID *int64, choice heldChoice, now time.Time) error {
	if h.MailID == nil {
		return models.NotFound()
	}
	payload, err := json.Marshal(choice)
	if err != nil {
		return err
	}
	ok, err := models.AcceptHeldMail(ctx, tx, h.ID, state, agentID, string(payload), models.At(now))
	if err == nil && !ok {
		err = models.Conflict("agent.held.error.decided")
	}
	if err != nil {
		return err
	}
	return models.Enqueue(ctx, tx, JobIntake, JobIntake+":held:"+itoa(h.ID), map[string]int64{"mail": *h.MailID, "held": h.ID}, now)
}

// RejectHeld drops something that waits, with its files. Its sender hears nothing (EM-2). It is a
// Conflict when somebody else has decided meanwhile.
func (d *Desk) RejectHeld(ctx context.Context, actor Actor, id int64) error {
	if _, err := d.heldFor(ctx, actor, id, models.ActReply); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		h, err := d.undecided(ctx, tx, id, now)
		if err != nil {
			return err
		}
		ok, err := dropHeld(ctx, tx, h, &actor.ID, now)
		if err == nil && !ok {
			err = models.Conflict("agent.held.error.decided")
		}
		if err != nil {
			return err
		}
		return audit(ctx, tx, actor, "held.rejected", itoa(id), nil, now)
	})
}

// RejectHeldAll drops several, up to a page of them; those that somebody else has decided about
// meanwhile are left alone. It says how many it has dropped.
func (d *Desk) RejectHeldAll(ctx context.Context, actor Actor, ids []int64) (int, error) {
	if err := actor.may(models.ActReply); err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, invalid("ids", "agent.held.error.none")
	}
	n := 0
	for _, id := range ids[:min(len(ids), heldAtOnce)] {
		err := d.RejectHeld(ctx, actor, id)
		switch k := models.KindOf(err); {
		case err == nil:
			n++
		case k != models.KindConflict && k != models.KindNotFound:
			return n, err
		}
	}
	return n, nil
}

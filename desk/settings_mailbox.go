package desk

import (
	"context"
	"strconv"
	"time"

	"lodge/models"
)

// MailboxLine is a mailbox in the list of its project.
type MailboxLine struct {
	Mailbox *models.Mailbox
	State   *models.MailboxState
}

// MailboxList is a project's mailboxes. Project must not be changed.
type MailboxList struct {
	Project *models.Project
	Lines   []MailboxLine
}

// Mailboxes reads a project's mailboxes and how they go (EM-4).
func (d *Desk) Mailboxes(ctx context.Context, actor Actor, slug string) (*MailboxList, error) {
	_, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	states, err := models.MailboxStatesOf(ctx, d.db, p.ID)
	if err != nil {
		return nil, err
	}
	list := &MailboxList{Project: p}
	for _, m := range p.Mailboxes {
		state := states[m.ID]
		if state == nil {
			state = &models.MailboxState{MailboxID: m.ID}
		}
		list.Lines = append(list.Lines, MailboxLine{Mailbox: m, State: state})
	}
	return list, nil
}

// MailboxSheet is what the form of a mailbox shows. Input never holds a secret.
type MailboxSheet struct {
	Project *models.Project
	// Mailbox is nil for one that is not there yet.
	Mailbox   *models.Mailbox
	State     *models.MailboxState
	Workspace string
	Input     MailboxInput
}

// NewMailboxSheet is the empty form of a mailbox.
func (d *Desk) NewMailboxSheet(ctx context.Context, actor Actor, slug string) (*MailboxSheet, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	m := models.NewMailbox(p.ID, "", "", 0)
	return &MailboxSheet{Project: p, Workspace: cat.Workspace.Name, State: &models.MailboxState{}, Input: mailboxInput(m, MailAccount{}, MailAccount{}, cat.Version)}, nil
}

// MailboxSheet reads a mailbox for its form and its other pages.
func (d *Desk) MailboxSheet(ctx context.Context, actor Actor, slug string, id int64) (*MailboxSheet, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, models.ActSettings)
	if err != nil {
		return nil, err
	}
	m := mailboxIn(p, id)
	if m == nil {
		return nil, models.NotFound()
	}
	state, err := models.MailboxStateOf(ctx, d.db, id)
	if err != nil {
		return nil, err
	}
	imap, err := d.IMAPAccount(m)
	if err != nil {
		return nil, err
	}
	smtp, err := d.SMTPAccount(m)
	if err != nil {
		return nil, err
	}
	return &MailboxSheet{Project: p, Mailbox: m, State: state, Workspace: cat.Workspace.Name, Input: mailboxInput(m, imap, smtp, cat.Version)}, nil
}

func mailboxIn(p *models.Project, id int64) *models.Mailbox {
	for _, m := range p.Mailboxes {
		if m.ID == id {
			return m
		}
	}
	return nil
}

// AddMailbox gives a project a mailbox and answers with its id.
func (d *Desk) AddMailbox(ctx context.Context, actor Actor, slug string, in MailboxInput) (id int64, err error) {
	err = d.changeProject(ctx, actor, slug, in.Version, "mailbox.added", func(ctx context.Context, tx *models.Tx, cat *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		m := models.NewMailbox(p.ID, "", "", models.At(now))
		if err := d.fillMailbox(cat, m, in); err != nil {
			return nil, err
		}
		if err := models.InsertMailbox(ctx, tx, m); err != nil {
			return nil, err
		}
		id = m.ID
		return map[string]any{"mailbox": m.Address, "receive": m.Receive, "send": m.Send}, nil
	})
	return id, err
}

// ChangeMailbox saves a mailbox. A secret that is left empty stays what it was, as long as it
// would go to the same server.
func (d *Desk) ChangeMailbox(ctx context.Context, actor Actor, slug string, id int64, in MailboxInput) error {
	return d.changeMailbox(ctx, actor, slug, id, in.Version, "mailbox.changed", func(_ context.Context, _ *models.Tx, cat *models.Catalog, m *models.Mailbox, _ time.Time) (map[string]any, error) {
		old := *m
		if err := d.fillMailbox(cat, m, in); err != nil {
			return nil, err
		}
		return mailboxChanges(&old, m), nil
	})
}

// changeMailbox is the frame of every change of a mailbox: f changes its copy and says what is
// different. Nothing different is nothing to keep.
func (d *Desk) changeMailbox(ctx context.Context, actor Actor, slug string, id, version int64, kind string, f func(ctx context.Context, tx *models.Tx, cat *models.Catalog, m *models.Mailbox, now time.Time) (map[string]any, error)) error {
	return d.changeProject(ctx, actor, slug, version, kind, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		found := mailboxIn(p, id)
		if found == nil {
			return nil, models.NotFound()
		}
		m := *found
		changes, err := f(ctx, tx, cat, &m, now)
		if err != nil || len(changes) == 0 {
			return nil, err
		}
		changes["mailbox"] = m.Address
		return changes, models.UpdateMailbox(ctx, tx, &m)
	})
}

// SwitchMailbox takes a mailbox out of use or back into it: switched off it neither receives nor
// sends, and keeps its settings.
func (d *Desk) SwitchMailbox(ctx context.Context, actor Actor, slug string, id int64, on bool) error {
	kind := "mailbox.disabled"
	if on {
		kind = "mailbox.enabled"
	}
	return d.changeMailbox(ctx, actor, slug, id, 0, kind, func(_ context.Context, _ *models.Tx, _ *models.Catalog, m *models.Mailbox, now time.Time) (map[string]any, error) {
		if m.Live() == on {
			return nil, nil
		}
		was, is := "enabled", "disabled"
		m.DisabledAt = models.At(now)
		if on {
			was, is, m.DisabledAt = is, was, 0
		}
		return map[string]any{"state": [2]string{was, is}}, nil
	})
}

// RemoveMailbox deletes a mailbox with its secrets. Tickets and mails that came in by it stay.
func (d *Desk) RemoveMailbox(ctx context.Context, actor Actor, slug string, id int64) error {
	return d.changeProject(ctx, actor, slug, 0, "mailbox.removed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		m := mailboxIn(p, id)
		if m == nil {
			return nil, models.NotFound()
		}
		return map[string]any{"mailbox": m.Address}, models.DeleteMailbox(ctx, tx, id)
	})
}

// TrustReceiver sets whose word about the senders of a mailbox's mails is believed; empty is
// nobody's.
func (d *Desk) TrustReceiver(ctx context.Context, actor Actor, slug string, id int64, receiver string) error {
	return d.changeMailbox(ctx, actor, slug, id, 0, "mailbox.trusted", func(_ context.Context, _ *models.Tx, _ *models.Catalog, m *models.Mailbox, _ time.Time) (map[string]any, error) {
		var v models.Invalid
		receiver := checkReceiver(&v, receiver)
		if err := v.Err(); err != nil {
			return nil, err
		}
		changes := differences(map[string][2]string{"trusted_receiver": {m.TrustedReceiver, receiver}})
		m.TrustedReceiver = receiver
		return changes, nil
	})
}

// SetDKIMKey gives a mailbox a key to sign its mails with, PEM of a private key, under a name that
// no other has in its domain; nil takes it away. The log names the selector, never the key.
func (d *Desk) SetDKIMKey(ctx context.Context, actor Actor, slug string, id int64, key []byte) error {
	return d.changeMailbox(ctx, actor, slug, id, 0, "mailbox.dkim", func(_ context.Context, _ *models.Tx, _ *models.Catalog, m *models.Mailbox, now time.Time) (map[string]any, error) {
		old := m.DKIMSelector
		m.DKIMSelector, m.DKIMSecret = "", ""
		if key != nil {
			m.DKIMSelector, m.DKIMSecret = "lodge"+itoa(id)+"-"+strconv.FormatInt(now.Unix(), 36), d.keys.Hide(hideDKIM, key)
		}
		return differences(map[string][2]string{"selector": {old, m.DKIMSelector}}), nil
	})
}

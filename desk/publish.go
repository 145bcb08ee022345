package desk

import (
	"context"
	"time"

	"lodge/models"
	"lodge/secret"
)

// An agent's reply waits undo_seconds before anybody outside sees it (NU-5). Until then only
// the row of the message exists: no public version, no event, no mail, and the status and the
// assignee that go with the reply wait as well, since thread pages show both. Publishing does
// it all in one transaction, exactly once: by the job, by "send now", whoever is first.

// hold writes a reply that waits and the job that will publish it.
func (d *Desk) hold(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket, e entry, statusSlug string, now time.Time, wait time.Duration) (*models.Message, error) {
	if statusSlug != "" {
		if _, err := nextStatus(project, t, statusSlug); err != nil {
			return nil, err
		}
	}
	stamp := models.At(now)
	step(t, false, stamp)
	e.publishAt, e.then = stamp.Add(wait), statusSlug
	m, err := d.write(ctx, tx, t, e, now)
	if err != nil {
		return nil, err
	}
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return nil, err
	}
	if err := models.NoteChange(ctx, tx, "ticket", t.ID, now); err != nil {
		return nil, err
	}
	return m, models.Enqueue(ctx, tx, JobPublish, JobPublish+":"+itoa(m.ID), map[string]int64{"message": m.ID}, e.publishAt.Time())
}

// spoken does what follows a public answer of an agent whose row is visible now: status,
// assignee, event and mails.
func (d *Desk) spoken(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket, m *models.Message, next *models.Status, now time.Time) error {
	stamp, from, chosen, was := models.At(now), t.StatusID, next != nil, *t
	t.Answered(stamp)
	if next == nil {
		next = project.OnAgentReply(t)
	}
	if next != nil {
		t.SetStatus(next, now)
	}
	took := t.AssigneeID == nil
	if took {
		// Who answers has it, until somebody says otherwise.
		t.AssigneeID = m.AgentID
	}
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	if from != t.StatusID {
		ev := &models.Event{Kind: models.EventStatusChanged, Public: true, AgentID: m.AgentID, CreatedAt: stamp}
		if err := d.record(ctx, tx, t, ev, map[string]any{"from": from, "to": t.StatusID}, false); err != nil {
			return err
		}
	}
	if took {
		if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventAssigned, AgentID: m.AgentID, CreatedAt: stamp}, map[string]any{"to": *m.AgentID}, false); err != nil {
			return err
		}
	}
	var moved map[string]any
	if from != t.StatusID {
		// One mail tells of the answer and of the status that came with it.
		moved = map[string]any{"was": from, "is": t.StatusID, "chosen": chosen}
	}
	if err := d.record(ctx, tx, t, &models.Event{Kind: models.EventAgentReplied, Public: true, AgentID: m.AgentID, MessageID: &m.ID, CreatedAt: stamp}, moved, true); err != nil {
		return err
	}
	return d.routeChange(ctx, tx, &was, t, now)
}

// Publish makes a waiting reply visible outside, for the job. A reply that is published
// already, or was taken back, is nothing to do.
func (d *Desk) Publish(ctx context.Context, messageID int64) error {
	m, err := models.MessageByID(ctx, d.db, messageID)
	if err != nil {
		if models.KindOf(err) == models.KindNotFound {
			return nil
		}
		return err
	}
	if !m.Waiting() {
		return nil
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		_, err := d.publish(ctx, tx, m.TicketID, m.PID, now)
		return err
	})
}

// publish is Publish within a transaction; it says false when there was nothing to do.
func (d *Desk) publish(ctx context.Context, tx *models.Tx, ticketID int64, pid string, now time.Time) (bool, error) {
	t, err := models.LockTicket(ctx, tx, ticketID)
	if err != nil || t.SpamAt != 0 {
		// Nothing goes out to spam; whoever wrote it may take it back or, once it is none, send it.
		return false, err
	}
	m, err := models.LockMessage(ctx, tx, ticketID, pid)
	if models.KindOf(err) == models.KindNotFound || (err == nil && !m.Waiting()) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return false, err
	}
	project := cat.Project(t.ProjectID)
	if project == nil {
		return false, models.NotFound()
	}
	step(t, true, models.At(now))
	if done, err := models.PublishMessage(ctx, tx, m.ID, t.Version, t.PublicVersion, models.At(now)); err != nil || !done {
		return false, err
	}
	// Somebody may have moved the ticket while the reply waited: where the graph has no step
	// from there any more the words go out and the status stays.
	next, err := nextStatus(project, t, m.ThenStatus)
	if m.ThenStatus == "" || err != nil {
		next = nil
	}
	return true, d.spoken(ctx, tx, project, t, m, next, now)
}

// TakenBack is a reply as it was before it was sent: FormID names a fresh form that holds
// its files.
type TakenBack struct{ Body, FormID, Status string }

// TakeBack undoes an agent's own reply while it waits. It is a Conflict once people outside
// may have read it.
func (d *Desk) TakeBack(ctx context.Context, actor Actor, number int64, pid string) (*TakenBack, error) {
	now := d.Now()
	_, _, t, err := d.agentTicket(ctx, actor, models.ActReply, number)
	if err != nil {
		return nil, err
	}
	id, form := d.newForm(agentScope(actor, number), now)
	back := &TakenBack{FormID: id}
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		m, err := ownWaiting(ctx, tx, actor, t, pid)
		if err != nil {
			return err
		}
		files, gone, err := models.TakeBackMessage(ctx, tx, m)
		if err != nil {
			return err
		}
		if !gone {
			return models.Conflict("agent.undo.late")
		}
		back.Body, back.Status = m.Body, m.ThenStatus
		stamp := models.At(now)
		for _, f := range files {
			staged := &models.StagedFile{PID: secret.PublicID(), FormKey: form.key(), Name: f.Name, Size: f.Size, ContentType: f.ContentType, SHA256: f.SHA256, Blob: f.Blob,
				ExpiresAt: stamp.Add(stagedFor), CreatedAt: stamp}
			if err := models.InsertStaged(ctx, tx, staged); err != nil {
				return err
			}
		}
		step(t, false, stamp)
		if err := models.SaveTicket(ctx, tx, t); err != nil {
			return err
		}
		return models.NoteChange(ctx, tx, "ticket", t.ID, now)
	})
	if err != nil {
		return nil, err
	}
	return back, nil
}

// SendNow publishes an agent's own waiting reply before its time. One that is published
// already is nothing to do.
func (d *Desk) SendNow(ctx context.Context, actor Actor, number int64, pid string) error {
	now := d.Now()
	_, _, t, err := d.agentTicket(ctx, actor, models.ActReply, number)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, err := ownWaiting(ctx, tx, actor, t, pid); err != nil {
			if models.KindOf(err) == models.KindConflict {
				return nil
			}
			return err
		}
		_, err := d.publish(ctx, tx, t.ID, pid, now)
		return err
	})
}

// ownWaiting finds a waiting reply of the actor: NotFound for anybody else's or none, a
// Conflict when it is published.
func ownWaiting(ctx context.Context, tx *models.Tx, actor Actor, t *models.Ticket, pid string) (*models.Message, error) {
	m, err := models.LockMessage(ctx, tx, t.ID, pid)
	if err != nil {
		return nil, err
	}
	if m.Kind != models.MessagePublic || m.AgentID == nil || *m.AgentID != actor.ID {
		return nil, models.NotFound()
	}
	if !m.Waiting() {
		return nil, models.Conflict("agent.undo.late")
	}
	return m, nil
}

package desk

import (
	"context"
	"time"

	"lodge/models"
)

// ReplyAsAgent answers the people outside. A new ticket counts as being worked on from
// the first answer; Status sets another status with it, along the graph. Where the project
// has undo_seconds, all of it happens that much later (publish.go).
func (d *Desk) ReplyAsAgent(ctx context.Context, actor Actor, number int64, in AgentReply) (string, error) {
	d.macroStatus(ctx, actor, number, &in)
	pid, err := d.agentWrites(ctx, actor, number, in, models.MessagePublic)
	return pid, d.withMacro(ctx, actor, number, in.Macro, err)
}

// Note writes for colleagues only: no mail, no public version, no page outside.
func (d *Desk) Note(ctx context.Context, actor Actor, number int64, in AgentReply) (string, error) {
	pid, err := d.agentWrites(ctx, actor, number, in, models.MessageNote)
	return pid, d.withMacro(ctx, actor, number, in.Macro, err)
}

func (d *Desk) agentWrites(ctx context.Context, actor Actor, number int64, in AgentReply, kind string) (string, error) {
	now := d.Now()
	need := models.ActReply
	if kind == models.MessageNote {
		need = models.ActNote
	}
	_, project, t, err := d.agentTicket(ctx, actor, need, number)
	if err != nil {
		d.Discard(in.Uploads)
		return "", err
	}
	formKey := d.readForm(in.FormID, agentScope(actor, number), now).key()
	if again, err := d.replied(ctx, d.db, formKey); err != nil || again != nil {
		d.Discard(in.Uploads)
		if again != nil {
			return again.PID, nil
		}
		return "", err
	}
	body, err := d.checkReply(ctx, in.Body, formKey, in.Keep, in.Uploads, agentLimits(project.Settings), now)
	if err == nil && kind == models.MessagePublic {
		if err = settled(t); err == nil {
			err = checkUnfilled(body)
		}
	}
	if err == nil && in.Status != "" && kind == models.MessagePublic {
		_, err = nextStatus(project, t, in.Status)
	}
	if err == nil {
		err = newer(ctx, d.db, actor, t, in.Seen, kind)
	}
	if err != nil {
		d.stage(ctx, formKey, in.Keep, in.Uploads, nil, now)
		return "", err
	}
	fresh, err := d.keep(ctx, in.Uploads)
	if err != nil {
		d.Discard(in.Uploads)
		return "", err
	}
	pid := ""
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		again, err := d.replied(ctx, tx, formKey)
		if err != nil {
			return err
		}
		if again != nil {
			pid = again.PID
			return nil
		}
		if t, err = models.LockTicket(ctx, tx, t.ID); err != nil {
			return err
		}
		if err := newer(ctx, tx, actor, t, in.Seen, kind); err != nil {
			return err
		}
		staged, err := chosen(ctx, tx, formKey, in.Keep, models.At(now))
		if err != nil {
			return err
		}
		e := entry{kind: kind, agent: &actor.ID, body: body, origin: models.OriginAgent, files: append(staged, fresh...)}
		m, err := d.agentWrote(ctx, tx, project, t, e, in.Status, now)
		if err != nil {
			return err
		}
		pid = m.PID
		return d.finishForm(ctx, tx, formKey, t.ID, m.ID, now)
	})
	if err != nil {
		if first := d.firstOf(ctx, err, formKey); first != nil {
			return first.PID, nil
		}
	}
	return pid, err
}

// ErrNewer holds a public reply once: others have written since its writer last looked. Nothing
// was made and the files wait; what is newer is Desk.Newer.
var ErrNewer = &models.Error{Kind: models.KindConflict, Message: "agent.composer.held"}

// newer refuses a public reply that answers an older state of the conversation than there is.
func newer(ctx context.Context, c models.Conn, actor Actor, t *models.Ticket, seen int64, kind string) error {
	if kind != models.MessagePublic || seen < 1 || t.Version <= seen {
		return nil
	}
	all, err := models.EntriesSince(ctx, c, t.ID, seen, actor.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	return ErrNewer
}

// Newer gives what others have written on a ticket since a version (at most 20 entries).
func (d *Desk) Newer(ctx context.Context, actor Actor, number, seen int64) ([]AgentEntry, error) {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	all, err := models.EntriesSince(ctx, d.db, t.ID, seen, actor.ID)
	var out []AgentEntry
	for _, e := range all {
		out = append(out, agentEntry(e, actor))
	}
	return out, err
}

// agentWrote writes an agent's message or note with the status that goes with it.
func (d *Desk) agentWrote(ctx context.Context, tx *models.Tx, project *models.Project, t *models.Ticket, e entry, statusSlug string, now time.Time) (*models.Message, error) {
	stamp, public := models.At(now), e.kind == models.MessagePublic
	if err := settled(t); public && err != nil {
		return nil, err
	}
	if undo := project.Settings.UndoSeconds; public && undo > 0 {
		return d.hold(ctx, tx, project, t, e, statusSlug, now, time.Duration(undo)*time.Second)
	}
	var next *models.Status
	if public && statusSlug != "" {
		var err error
		if next, err = nextStatus(project, t, statusSlug); err != nil {
			return nil, err
		}
	}
	step(t, public, stamp)
	m, err := d.write(ctx, tx, t, e, now)
	if err != nil {
		return nil, err
	}
	if public {
		return m, d.spoken(ctx, tx, project, t, m, next, now)
	}
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return nil, err
	}
	return m, d.record(ctx, tx, t, &models.Event{Kind: models.EventNoted, AgentID: e.agent, MessageID: &m.ID, CreatedAt: stamp}, nil, mentions(e.body))
}

// StageAgent keeps the files of an agent's form that was too large or said neither reply
// nor note, for its next showing, and takes the uploads in any case.
func (d *Desk) StageAgent(ctx context.Context, actor Actor, number int64, formID string, keep []string, uploads []Upload) error {
	if err := actor.may(models.ActNote); err != nil {
		d.Discard(uploads)
		return err
	}
	now := d.Now()
	d.stage(ctx, d.readForm(formID, agentScope(actor, number), now).key(), keep, uploads, nil, now)
	return nil
}

// agentScope binds a composer to its agent and ticket.
func agentScope(actor Actor, number int64) string {
	return scopeOf("agent", itoa(actor.ID)+"/"+itoa(number))
}

// nextStatus finds a status of the project that the graph allows from the present one.
func nextStatus(project *models.Project, t *models.Ticket, slug string) (*models.Status, error) {
	s := project.StatusBySlug(slug)
	if s == nil {
		var v models.Invalid
		v.Add("status", "agent.status.error.unknown")
		return nil, v.Err()
	}
	if s.ID != t.StatusID && !project.Graph.Allows(t.StatusID, s.ID) {
		return nil, models.Conflict("agent.status.error.step")
	}
	return s, nil
}

func agentLimits(s models.ProjectSettings) Limits {
	l := limitsOf(s)
	l.File, l.Request, l.Files = int64(s.AgentFileMB)<<20, int64(s.AgentRequestMB)<<20, max(l.Files, 50)
	return l
}

// AgentLimits gives the limits of what an agent may send to a ticket.
func (d *Desk) AgentLimits(ctx context.Context, actor Actor, number int64) (Limits, error) {
	_, project, _, err := d.agentTicket(ctx, actor, models.ActNote, number)
	if err != nil {
		return Limits{}, err
	}
	return agentLimits(project.Settings), nil
}

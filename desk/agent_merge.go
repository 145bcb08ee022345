package desk

import (
	"context"
	"time"

	"lodge/markup"
	"lodge/models"
	"lodge/secret"
)

// MergePlan is the difference that merging one ticket into another would make, shown before
// anything is done (AG-2): merging the tickets of two customers lets each read the other's
// words unless somebody decides otherwise.
type MergePlan struct {
	Source, Target               RelatedTicket
	SourceVersion, TargetVersion int64
	// Movable take part in the source only: who is ticked joins the target and reads all
	// of its conversation. Both take part in both. Readers take part in the target only:
	// they read what comes along as public messages.
	Movable, Both, Readers []MergePerson
	// Messages come along; TargetMessages and TargetFiles are what newcomers would see there.
	Messages                    []ThreadLine
	Files                       int
	TargetMessages, TargetFiles int
	// Public: the messages come along as public ones unless somebody decides otherwise;
	// only where nobody reads anything new by that.
	Public bool
}

// MergePerson is somebody outside on one of the two tickets.
type MergePerson struct {
	ContactID            int64
	Name, Address        string
	JoinedAs             string
	Synthetic, Reporting bool
}

// ThreadLine is an entry of a thread in short.
type ThreadLine struct {
	PID, Kind, Author string
	Agent, Note       bool
	At                time.Time
	Text              string
	Files             []PublicFile
	// Removed: taken out for good before.
	Removed bool
}

// MergeInput says how two tickets are merged.
type MergeInput struct {
	// Target is the number or reference of the ticket that stays.
	Target string
	// Move are the contacts of the source who join the target.
	Move []int64
	// Public: its messages come along as public ones; otherwise as notes that only agents read.
	Public bool
	// The versions of both tickets that the plan was shown for.
	SourceVersion, TargetVersion int64
}

// PlanMerge gives the difference that a merge would make.
func (d *Desk) PlanMerge(ctx context.Context, actor Actor, number int64, target string) (*MergePlan, error) {
	_, project, src, err := d.agentTicket(ctx, actor, models.ActMerge, number)
	if err != nil {
		return nil, err
	}
	if err := settled(src); err != nil {
		return nil, err
	}
	other, dst, err := d.other(ctx, actor, models.ActMerge, src, target)
	if err != nil {
		return nil, err
	}
	if err := mergeable(dst); err != nil {
		return nil, err
	}
	plan := &MergePlan{Source: inShort(project, src), Target: inShort(other, dst), SourceVersion: src.Version, TargetVersion: dst.Version}
	srcPeople, err := models.People(ctx, d.db, src.ID)
	if err != nil {
		return nil, err
	}
	dstPeople, err := models.People(ctx, d.db, dst.ID)
	if err != nil {
		return nil, err
	}
	there, here := byContact(dstPeople), byContact(srcPeople)
	for _, p := range srcPeople {
		if there[p.ContactID] != nil {
			plan.Both = append(plan.Both, mergePerson(p))
		} else {
			plan.Movable = append(plan.Movable, mergePerson(p))
		}
	}
	for _, p := range dstPeople {
		if here[p.ContactID] == nil {
			plan.Readers = append(plan.Readers, mergePerson(p))
		}
	}
	if plan.Messages, err = d.threadLines(ctx, src.ID); err != nil {
		return nil, err
	}
	for _, m := range plan.Messages {
		plan.Files += len(m.Files)
	}
	lines, err := d.threadLines(ctx, dst.ID)
	for _, m := range lines {
		if !m.Note {
			plan.TargetMessages++
			plan.TargetFiles += len(m.Files)
		}
	}
	plan.Public = len(plan.Readers) == 0
	return plan, err
}

// Merge makes one ticket part of another. Its messages are copied there with their files, so
// that what people outside could read on the old one stays as it was; the old one is closed.
// Links of people who are on both, or are ticked, open the other ticket from then on; all
// others keep the old one. It gives the number of the ticket that stays.
//
// Nobody is told, and public pages never name it (PT-2).
func (d *Desk) Merge(ctx context.Context, actor Actor, number int64, in MergeInput) (int64, error) {
	_, project, src, err := d.agentTicket(ctx, actor, models.ActMerge, number)
	if err != nil {
		return 0, err
	}
	_, dst, err := d.other(ctx, actor, models.ActMerge, src, in.Target)
	if err != nil {
		return 0, err
	}
	now := d.Now()
	stamp := models.At(now)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if src, dst, err = lockBoth(ctx, tx, src.ID, dst.ID); err != nil {
			return err
		}
		if err := settled(src); err != nil {
			return err
		}
		if err := mergeable(dst); err != nil {
			return err
		}
		if src.Version != in.SourceVersion || dst.Version != in.TargetVersion {
			// What was agreed to is not what would happen.
			return models.Conflict("agent.merge.error.changed")
		}
		entries, err := models.Entries(ctx, tx, src.ID, 0)
		if err != nil {
			return err
		}
		step(dst, in.Public && anyPublic(entries), stamp)
		if err := d.copyEntries(ctx, tx, dst, entries, !in.Public, stamp); err != nil {
			return err
		}
		if in.Public {
			hears(dst, src, entries)
		}
		if err := d.moveInto(ctx, tx, src, dst, in.Move, stamp); err != nil {
			return err
		}
		d.endFor(project, src, now)
		src.MergedIntoID = &dst.ID
		step(src, true, stamp)
		for _, t := range []*models.Ticket{src, dst} {
			if err := models.SaveTicket(ctx, tx, t); err != nil {
				return err
			}
		}
		if err := d.record(ctx, tx, src, &models.Event{Kind: models.EventMerged, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": dst.Number}, false); err != nil {
			return err
		}
		return d.record(ctx, tx, dst, &models.Event{Kind: models.EventMergedFrom, AgentID: &actor.ID, CreatedAt: stamp}, map[string]any{"other": src.Number}, false)
	})
	return dst.Number, err
}

// hears lets a ticket know when the public words that came along were said, where the last of them
// is newer than its own. Whoever waited for an answer on the other ticket waits on this one when
// theirs is the last word. An answer that was given over there keeps no promise that was made here.
func hears(dst, src *models.Ticket, entries []*models.Entry) {
	var last *models.Entry
	for _, e := range entries {
		if e.Kind != models.MessageNote && (last == nil || e.PublishAt >= last.PublishAt) {
			last = e
		}
	}
	if last == nil || last.PublishAt <= dst.TalkedAt {
		return
	}
	dst.TalkedAt, dst.RemindedAt = last.PublishAt, 0
	if last.AgentID == nil && dst.AskedAt == 0 {
		dst.AskedAt = src.AskedAt
	}
}

// mergeable says whether a ticket can take another one in.
func mergeable(dst *models.Ticket) error {
	if settled(dst) == nil {
		return nil
	}
	var v models.Invalid
	v.Add("target", "agent.merge.error.over")
	return v.Err()
}

// moveInto moves people from one ticket to another: those on both already, and those whose
// contact is chosen. Nobody else gains anything.
func (d *Desk) moveInto(ctx context.Context, tx *models.Tx, src, dst *models.Ticket, chosen []int64, now models.Stamp) error {
	srcPeople, err := models.People(ctx, tx, src.ID)
	if err != nil {
		return err
	}
	dstPeople, err := models.People(ctx, tx, dst.ID)
	if err != nil {
		return err
	}
	there, ticked := byContact(dstPeople), map[int64]bool{}
	for _, id := range chosen {
		ticked[id] = true
	}
	for _, p := range srcPeople {
		to := there[p.ContactID]
		if to == nil {
			if !ticked[p.ContactID] {
				continue
			}
			to = &models.Participant{TicketID: dst.ID, ContactID: p.ContactID, JoinedAs: models.JoinedCC, UnsubscribedAt: p.UnsubscribedAt, Wish: p.Wish, CreatedAt: now}
			if err := models.InsertParticipant(ctx, tx, to); err != nil {
				return err
			}
			if _, err := d.keepLinks(ctx, tx, to, now); err != nil {
				return err
			}
		}
		if err := models.MoveParticipant(ctx, tx, &p.Participant, to); err != nil {
			return err
		}
	}
	return nil
}

// copyEntries writes copies of entries onto a ticket at its present versions. asNotes makes
// all of them internal; notes stay notes in any case. Their times stay theirs.
func (d *Desk) copyEntries(ctx context.Context, tx *models.Tx, to *models.Ticket, entries []*models.Entry, asNotes bool, now models.Stamp) error {
	var messages []*models.Message
	for _, e := range entries {
		if e.PublishAt > now {
			return models.Conflict("agent.merge.error.unsent")
		}
		m := e.Message
		m.ID, m.PID, m.TicketID, m.Version, m.PublicVersion = 0, secret.PublicID(), to.ID, to.Version, 0
		if m.CopiedFromID == nil {
			m.CopiedFromID = &e.ID
		}
		if asNotes || m.Kind == models.MessageNote {
			m.Kind = models.MessageNote
		} else {
			// A thread has one description: its own.
			m.Kind, m.PublicVersion = models.MessagePublic, to.PublicVersion
		}
		messages = append(messages, &m)
	}
	if err := models.InsertMessages(ctx, tx, to.ID, messages); err != nil {
		return err
	}
	var files []*models.Attachment
	for i, e := range entries {
		for _, f := range e.Files {
			a := *f
			a.ID, a.PID, a.TicketID, a.MessageID = 0, secret.PublicID(), to.ID, messages[i].ID
			files = append(files, &a)
		}
	}
	return models.InsertAttachments(ctx, tx, files)
}

// endFor ends a ticket whatever the graph says: with the project's own closed status, else
// any that ends it.
func (d *Desk) endFor(project *models.Project, t *models.Ticket, now time.Time, prefer ...models.Category) {
	for _, category := range append(prefer, models.CategoryClosed, models.CategoryResolved, models.CategoryRejected) {
		for _, s := range project.Statuses {
			if s.Category == category {
				t.SetStatus(s, now)
				return
			}
		}
	}
	if t.EndedAt == 0 {
		t.EndedAt = models.At(now)
	}
}

func anyPublic(entries []*models.Entry) bool {
	for _, e := range entries {
		if e.Kind != models.MessageNote {
			return true
		}
	}
	return false
}

func byContact(people []*models.Person) map[int64]*models.Participant {
	all := map[int64]*models.Participant{}
	for _, p := range people {
		all[p.ContactID] = &p.Participant
	}
	return all
}

func mergePerson(p *models.Person) MergePerson {
	out := MergePerson{ContactID: p.ContactID, Name: p.Contact.Name, JoinedAs: p.JoinedAs, Synthetic: p.Contact.Synthetic, Reporting: p.Reporter()}
	if !p.Contact.Synthetic {
		out.Address = p.Contact.Address
	}
	return out
}

func inShort(project *models.Project, t *models.Ticket) RelatedTicket {
	out := RelatedTicket{Number: t.Number, Reference: t.Reference, Title: t.Title, Project: project.Name, UpdatedAt: t.UpdatedAt.Time()}
	if s := project.Status(t.StatusID); s != nil {
		out.Status = AgentStatus{s.Slug, s.Name, string(s.Category)}
	}
	return out
}

// excerpt is how many characters of an entry a list of entries shows.
const excerpt = 160

// threadLines gives a thread's entries in short.
func (d *Desk) threadLines(ctx context.Context, ticketID int64) ([]ThreadLine, error) {
	entries, err := models.Entries(ctx, d.db, ticketID, 0)
	if err != nil {
		return nil, err
	}
	var all []ThreadLine
	for _, e := range entries {
		line := ThreadLine{PID: e.PID, Kind: e.Kind, Agent: e.AgentID != nil, Note: e.Kind == models.MessageNote, At: e.CreatedAt.Time(),
			Text: markup.Shorten(markup.Plain(e.HTML), excerpt), Removed: e.RedactedAt != 0}
		if line.Agent {
			line.Author = e.AgentName.String
		} else if line.Author = e.ContactName.String; line.Author == "" {
			line.Author = e.ContactAddress.String
		}
		for _, f := range e.Files {
			line.Files = append(line.Files, PublicFile{PID: f.PID, Name: f.Name, Type: f.ContentType, Size: f.Size})
		}
		all = append(all, line)
	}
	return all, nil
}

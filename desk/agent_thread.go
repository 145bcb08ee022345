package desk

import (
	"context"
	"hash/fnv"
	"strconv"

	"lodge/models"
)

const (
	// entriesShown is how many entries of a thread one page shows; the others are a page of
	// their own away.
	entriesShown = 60
	// htmlShown bounds their text in bytes, so that a page of long mails stays light; a few
	// are shown in any case.
	htmlShown, leastShown = 120_000, 5
)

// EarlierEntries gives an agent's page of a ticket with the entries before a cursor (the
// Earlier of the page after it).
func (d *Desk) EarlierEntries(ctx context.Context, actor Actor, number, before int64) (*AgentTicket, error) {
	if before < 1 {
		return nil, models.NotFound()
	}
	return d.ticketSince(ctx, actor, number, "", 0, before)
}

// TicketUpdates gives what is newer than what a page shows, or nil. When only the mails or
// the people there have changed, the result is Quiet and has nothing else. Deadlines that were
// found again, after a change of working hours or policies, move no version of the ticket: open
// pages see by the mark of the promises that they show others.
func (d *Desk) TicketUpdates(ctx context.Context, actor Actor, number int64, seen Seen) (*AgentTicket, error) {
	now := d.Now()
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return nil, err
	}
	if t.Version > seen.Version {
		return d.ticketSince(ctx, actor, number, "", max(seen.Version, 0), 0)
	}
	mails, err := models.MailStates(ctx, d.db, t.ID, 0)
	if err != nil {
		return nil, err
	}
	here, err := models.Presences(ctx, d.db, t.ID, models.At(now))
	if err != nil {
		return nil, err
	}
	is := Seen{Version: t.Version, Mails: mailMark(mails), Here: hereMark(here, actor), Promises: promisesMark(t)}
	if (seen.Mails == "" || seen.Mails == is.Mails) && (seen.Here == "" || seen.Here == is.Here) {
		if seen.Promises == "" || seen.Promises == is.Promises {
			return nil, nil
		}
		return d.ticketSince(ctx, actor, number, "", t.Version, 0)
	}
	is.Promises = seen.Promises // what is quiet does not draw them: the next question does
	page := &AgentTicket{Number: t.Number, Version: t.Version, Quiet: true, Seen: is}
	if page.Here, err = d.namesOf(ctx, here, actor); err != nil {
		return nil, err
	}
	if seen.Mails == is.Mails {
		return page, nil
	}
	entries, _, err := models.EntriesPage(ctx, d.db, t.ID, 0, entriesShown)
	if err != nil {
		return nil, err
	}
	byMessage := mailsByMessage(mails)
	for _, e := range entries {
		if e.AgentID != nil && len(byMessage[e.ID]) > 0 {
			page.Entries = append(page.Entries, AgentEntry{PID: e.PID, Kind: e.Kind, Agent: true, Mails: byMessage[e.ID]})
		}
	}
	return page, nil
}

// agentThread reads the thread of a page: the newest entries, those before a cursor, or those
// newer than a version.
func (d *Desk) agentThread(ctx context.Context, actor Actor, project *models.Project, t *models.Ticket, page *AgentTicket, names map[int64]string, after, before int64) error {
	var entries []*models.Entry
	var events []*models.TimelineEvent
	var err error
	if after > 0 {
		if entries, err = models.EntriesAfter(ctx, d.db, t.ID, after); err == nil {
			events, err = models.Timeline(ctx, d.db, t.ID, after)
		}
	} else {
		entries, events, err = d.threadPage(ctx, t, page, before)
	}
	if err != nil {
		return err
	}
	if entries, err = models.WithFiles(ctx, d.db, t.ID, entries); err != nil {
		return err
	}
	mails, err := models.MailStates(ctx, d.db, t.ID, before)
	if err != nil {
		return err
	}
	page.Seen.Version, page.Seen.Mails = t.Version, mailMark(mails)
	byMessage := mailsByMessage(mails)
	page.lastMails = lastMails(mails)
	var shown []*models.Entry
	for _, e := range entries {
		out := agentEntry(e, actor)
		if e.RedactedAt != 0 {
			out.RemovedAt, out.RemovedBy = e.RedactedAt.Time(), agentName(names, e.RedactedBy)
		}
		if e.Waiting() {
			out.PublishAt = e.PublishAt.Time()
			if s := project.StatusBySlug(e.ThenStatus); s != nil {
				out.ThenStatus = s.Name
			}
			if before == 0 {
				page.Waiting = append(page.Waiting, out)
			}
			continue
		}
		if out.Agent && e.Kind == models.MessagePublic {
			out.Mails = byMessage[e.ID]
		}
		page.Entries, shown = append(page.Entries, out), append(shown, e)
	}
	if err := d.markCopies(ctx, t.ID, shown, page.Entries); err != nil {
		return err
	}
	for _, e := range events {
		page.Events = append(page.Events, agentEvent(e, project, names))
	}
	return nil
}

// threadPage reads one page of the thread with what happened meanwhile.
func (d *Desk) threadPage(ctx context.Context, t *models.Ticket, page *AgentTicket, before int64) ([]*models.Entry, []*models.TimelineEvent, error) {
	var to models.Stamp
	if before > 0 {
		// What happened is shown up to where the page after this one begins.
		next, err := models.MessageByID(ctx, d.db, before)
		if err != nil {
			return nil, nil, err
		}
		if next.TicketID != t.ID {
			return nil, nil, models.NotFound()
		}
		to = next.CreatedAt
	}
	entries, earlier, err := models.EntriesPage(ctx, d.db, t.ID, before, entriesShown)
	if err != nil {
		return nil, nil, err
	}
	room, first := htmlShown, len(entries)
	for first > 0 && (len(entries)-first < leastShown || room >= len(entries[first-1].HTML)) {
		first--
		room -= len(entries[first].HTML)
	}
	earlier, entries = earlier || first > 0, entries[first:]
	page.Before = before
	var from models.Stamp
	if len(entries) > 0 && earlier {
		page.Earlier, from = entries[0].ID, entries[0].CreatedAt
	}
	events, err := models.TimelineBetween(ctx, d.db, t.ID, from, to)
	return entries, events, err
}

func agentEntry(e *models.Entry, actor Actor) AgentEntry {
	out := AgentEntry{PID: e.PID, Kind: e.Kind, Agent: e.AgentID != nil, At: e.PublishAt.Time(), HTML: e.HTML, Unproven: e.Unproven, Unconfirmed: e.Unconfirmed, Version: e.Version}
	if e.Waiting() {
		out.At = e.CreatedAt.Time()
	}
	if out.Agent {
		out.Author, out.Own = e.AgentName.String, *e.AgentID == actor.ID
	} else {
		out.Author, out.Address = e.ContactName.String, e.ContactAddress.String
		if out.Author == "" {
			out.Author = out.Address
		}
	}
	out.ByMail, out.Original = e.Origin == models.OriginMail, e.MailID != nil
	for _, f := range e.Files {
		out.Files = append(out.Files, PublicFile{PID: f.PID, Name: f.Name, Type: f.ContentType, Size: f.Size, HasThumb: f.Thumb != "", Width: int(f.ThumbWidth), Height: int(f.ThumbHeight), ContentID: f.ContentID})
	}
	return out
}

func agentMail(s models.MailState) AgentMail {
	m := AgentMail{Name: s.Name, Address: s.Address, State: s.State, Tries: s.Attempts, At: s.UpdatedAt.Time(), Next: s.NextAt.Time()}
	switch {
	case s.State == models.DeliverySent && s.Digest:
		m.State = MailDigested
	case s.State == models.DeliverySent && s.Together:
		m.State = MailTogether
	}
	switch s.State {
	case models.DeliveryFailed, models.DeliveryBounced, models.DeliverySuppressed, models.DeliveryDeferred:
		m.Why, m.Detail = mailReason(s)
	}
	return m
}

func mailsByMessage(all []models.MailState) map[int64][]AgentMail {
	by := map[int64][]AgentMail{}
	for _, s := range all {
		by[s.MessageID] = append(by[s.MessageID], agentMail(s))
	}
	return by
}

// lastMails are the latest mails to each person, for the marks beside "To:".
func lastMails(all []models.MailState) map[int64]AgentMail {
	last := map[int64]AgentMail{}
	for _, s := range all {
		last[s.ContactID] = agentMail(s)
	}
	return last
}

func (t *AgentTicket) lastMail(contactID int64) *AgentMail {
	if m, found := t.lastMails[contactID]; found {
		return &m
	}
	return nil
}

// mailMark is another one whenever any mail of the ticket has moved.
func mailMark(all []models.MailState) string {
	h := fnv.New64a()
	for _, s := range all {
		h.Write(strconv.AppendInt(append(strconv.AppendInt(nil, s.DeliveryID, 10), agentMail(s).State...), int64(s.Attempts), 10))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

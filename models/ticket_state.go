package models

import "time"

// ReplyOutcome is what a participant's reply does to a ticket's state.
type ReplyOutcome int

// The outcomes of a reply by someone outside.
const (
	// ReplyKeeps leaves the status; the ticket was being worked on.
	ReplyKeeps ReplyOutcome = iota
	// ReplyReopens sets the project's reopened status (PT-9).
	ReplyReopens
	// ReplyAnswers ends the waiting for the customer.
	ReplyAnswers
	// ReplyFollowsUp opens a linked ticket: the old one ended too long ago (reopen_days).
	ReplyFollowsUp
)

// OnReply decides what a reply from outside does. A resolved, closed or rejected ticket
// reopens; with ReopenDays set only within that many days of its end. A ticket that
// waited for the customer goes back to work. The status that follows is nil when nothing
// changes or the project names none.
func (p *Project) OnReply(t *Ticket, now time.Time) (ReplyOutcome, *Status) {
	var reopened *Status
	if p.ReopenedStatusID != nil {
		reopened = p.Status(*p.ReopenedStatusID)
	}
	switch {
	case t.MergedIntoID != nil:
		// Who was not moved with a merge cannot join the other ticket, and this one is over.
		return ReplyFollowsUp, nil
	case t.Category.Ended():
		if days := p.Settings.ReopenDays; days > 0 && now.After(t.EndedAt.Time().Add(time.Duration(days)*24*time.Hour)) {
			return ReplyFollowsUp, nil
		}
		return ReplyReopens, reopened
	case t.Category == CategoryWaiting:
		return ReplyAnswers, reopened
	}
	return ReplyKeeps, nil
}

// OnAgentReply gives the status an agent's first answer moves a new ticket to: the
// reopened one where the graph allows it, since the ticket is being worked on now.
func (p *Project) OnAgentReply(t *Ticket) *Status {
	if t.Category != CategoryNew || p.ReopenedStatusID == nil {
		return nil
	}
	if s := p.Status(*p.ReopenedStatusID); s != nil && p.Graph.Allows(t.StatusID, s.ID) {
		return s
	}
	return nil
}

// SelfClose gives the status that the reporter's own closing leads to, or nil when there
// is no such button: the setting forbids it, the project names no self-closed status,
// the graph has no step to it, or the ticket has ended that way already (PT-8).
func (p *Project) SelfClose(t *Ticket) *Status {
	switch p.Settings.CustomerClose {
	case CustomerCloseAlways:
	case CustomerCloseWhenResolved:
		if t.Category != CategoryResolved {
			return nil
		}
	default:
		return nil
	}
	if p.SelfClosedStatusID == nil || t.Category == CategoryClosed || t.Category == CategoryRejected {
		return nil
	}
	s := p.Status(*p.SelfClosedStatusID)
	if s == nil || !p.Graph.Allows(t.StatusID, s.ID) {
		return nil
	}
	return s
}

// SetStatus moves the ticket to a status and keeps its end times true.
func (t *Ticket) SetStatus(s *Status, now time.Time) {
	t.StatusID, t.Category = s.ID, s.Category
	switch {
	case s.Category == CategoryResolved:
		t.ResolvedAt, t.EndedAt = At(now), At(now)
	case s.Category.Ended():
		if t.EndedAt == 0 {
			t.EndedAt = At(now)
		}
	default:
		t.ResolvedAt, t.EndedAt = 0, 0
	}
}

// LinkAlive says whether thread links of a ticket still open it: while it is open and
// linkDays after its end. 0 days means as long as the ticket is open.
func LinkAlive(endedAt Stamp, linkDays int, now time.Time) bool {
	return endedAt == 0 || now.Before(endedAt.Time().Add(time.Duration(linkDays)*24*time.Hour))
}

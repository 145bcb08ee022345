package desk

import (
	"encoding/json"

	"lodge/models"
)

// The mails that events send; the words are in views.
const (
	MailCreated         = "created"
	MailCreatedUnproven = "created_unproven"
	MailAgentReplied    = "agent_replied"
	MailCustomerReplied = "customer_replied"
	MailStatusChanged   = "status_changed"
	MailClosed          = "closed"
	MailFollowedUp      = "followed_up"
	MailPersonAdded     = "person_added"
	MailLinkReplaced    = "link_replaced"
	MailReminder        = "reminder"
	MailFeedback        = "feedback"
	MailPreferences     = "preferences"
	MailDigest          = "digest"
	MailAgentNotice     = "agent_notice"
)

// Why somebody gets no mail, as it is kept on the delivery; mailReason reads these words.
const (
	LeftNoMailbox    = "no mailbox"
	LeftUnsubscribed = "unsubscribed"
	LeftClosingOnly  = "only when closed"
	LeftBounced      = "bounced"
)

// Recipient is one person an event is told to: someone outside or an agent, never both.
type Recipient struct {
	Person   *models.Person
	Agent    *models.Agent
	Template string
	// Digest: not by a mail of its own but by the daily digest.
	Digest bool
	// Left, when set, says why this person is not told although the project would (Left…).
	Left string
}

// Key names the recipient in one word, so that one event reaches one person once.
func (r Recipient) Key() string {
	if r.Agent != nil {
		return "agent:" + itoa(r.Agent.ID)
	}
	return "contact:" + itoa(r.Person.ContactID)
}

// Recipients decides who is told about an event, by which mail and when (NU-1, NU-4): the
// project's matrix says which audience hears of it, each person's wish whether and how. Never
// the one who did it, nobody who unsubscribed, nobody whose address is synthetic (PT-4) or has
// turned mail back. people are the ticket's participants; agents those who hear of this event
// (AgentsTold) and want a mail about it.
func Recipients(event *models.Event, project *models.Project, people []*models.Person, agents []*models.Agent) []Recipient {
	var told []Recipient
	for _, r := range decide(event, project, people) {
		if r.Left == "" {
			told = append(told, r)
		}
	}
	for _, a := range agents {
		if a.DisabledAt == 0 {
			told = append(told, Recipient{Agent: a, Template: MailAgentNotice})
		}
	}
	return told
}

// LeftOut are those whom the project would tell of an event and who are not told, with the
// reason (NU-5).
func LeftOut(event *models.Event, project *models.Project, people []*models.Person) []Recipient {
	var left []Recipient
	for _, r := range decide(event, project, people) {
		if r.Left != "" {
			left = append(left, r)
		}
	}
	return left
}

// decide applies the matrix, then each person's own wish.
func decide(event *models.Event, project *models.Project, people []*models.Person) []Recipient {
	var all []Recipient
	c := statusMoved(event, project)
	for _, p := range people {
		template := mailFor(event, project.Settings, c, p)
		if template == "" {
			continue
		}
		r := Recipient{Person: p, Template: template, Left: Left(p, template, c.closes)}
		r.Digest = r.Left == "" && p.MailWish() == models.WishDigest && wished(template) && !urgent(template)
		all = append(all, r)
	}
	return all
}

// Left says why a person gets no mail by this template, or nothing. closes: the mail tells that
// the ticket has ended.
func Left(p *models.Person, template string, closes bool) string {
	switch wish := p.MailWish(); {
	case p.Contact.Synthetic:
		return LeftNoMailbox
	case wish == models.WishNone:
		return LeftUnsubscribed
	case p.BouncedAt != 0:
		return LeftBounced
	case wish == models.WishClosing && !closes && wished(template):
		return LeftClosingOnly
	}
	return ""
}

// wished says whether a mail is one that wishes are about. The others answer what somebody did
// themselves or bring them their link; only "nothing" keeps them away.
func wished(template string) bool {
	switch template {
	case MailAgentReplied, MailCustomerReplied, MailStatusChanged, MailClosed, MailReminder, MailFeedback:
		return true
	}
	return false
}

// mailFor is the matrix: the mail that the project sends one person about an event, or none. An
// event that is told as an answer tells its change of status too, so that one action is one mail.
func mailFor(event *models.Event, s models.ProjectSettings, c statusChange, p *models.Person) string {
	of := func(reporter, others bool) bool { return (p.Reporter() && reporter) || (!p.Reporter() && others) }
	self := event.ContactID != nil && *event.ContactID == p.ContactID
	status := func() string {
		switch {
		case c.closes && of(s.NotifyClosedReporter, s.NotifyClosedOthers):
			return MailClosed
		case c.seen && !c.closes && of(s.NotifyStatusReporter, s.NotifyStatusOthers):
			return MailStatusChanged
		}
		return ""
	}
	switch event.Kind {
	case models.EventCreated:
		switch {
		case !of(s.NotifyCreatedReporter && !quietly(event), s.NotifyCreatedOthers):
			return ""
		case !p.Reporter():
			return MailPersonAdded
		case p.Contact.ProvenAt == 0:
			// Whoever typed this address may not own it: nothing typed is sent there.
			return MailCreatedUnproven
		}
		return MailCreated
	case models.EventAgentReplied:
		if of(s.NotifyRepliedReporter, s.NotifyRepliedOthers) {
			return MailAgentReplied
		}
		return status()
	case models.EventReplied:
		switch {
		case self:
			return ""
		case of(s.NotifyCustomerReporter, s.NotifyCustomerOthers):
			return MailCustomerReplied
		}
		return status()
	case models.EventFeedbackAsked:
		if of(s.Feedback && s.NotifyFeedbackReporter, false) {
			return MailFeedback
		}
	case models.EventReminded:
		if of(s.NotifyReminderReporter, s.NotifyReminderOthers) {
			return MailReminder
		}
	case models.EventStatusChanged, models.EventClosed, models.EventAutoClosed, models.EventRouted:
		if self {
			return ""
		}
		return status()
	case models.EventFollowUp, models.EventPersonAdded, models.EventLinkReplaced:
		if self {
			return map[string]string{models.EventFollowUp: MailFollowedUp, models.EventPersonAdded: MailPersonAdded, models.EventLinkReplaced: MailLinkReplaced}[event.Kind]
		}
	}
	return ""
}

// statusChange is what an event does to what people outside read as the ticket's status.
type statusChange struct {
	// seen: the public label is another one; closes: the ticket has ended.
	seen, closes bool
}

// statusMoved reads the change of status from an event: of its own, or of the answer that made it.
func statusMoved(event *models.Event, project *models.Project) statusChange {
	var data struct{ From, To, Was, Is int64 }
	_ = json.Unmarshal([]byte(event.Data), &data)
	from, to := project.Status(max(data.From, data.Was)), project.Status(max(data.To, data.Is))
	if to == nil {
		return statusChange{}
	}
	seen := from == nil || from.Label() != to.Label()
	return statusChange{seen: seen, closes: to.Category.Ended() && (seen || !from.Category.Ended())}
}

// ClosesTicket says whether an event ends its ticket for the people outside.
func ClosesTicket(event *models.Event, project *models.Project) bool {
	return statusMoved(event, project).closes
}

// NamesStatus says whether the mail about an answer names the ticket's status: it came with one
// that its writer chose, or opened the ticket again.
func NamesStatus(event *models.Event) bool {
	var data struct{ Chosen, Reopened bool }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return data.Chosen || data.Reopened
}

// StatusAfter is the id of the status that an event left its ticket in, 0 when it changed none.
func StatusAfter(event *models.Event) int64 {
	var data struct{ To, Is int64 }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return max(data.To, data.Is)
}

// TellsText says whether a mail carries the message that its event is about. Those that do not
// never read it.
func TellsText(template string) bool {
	switch template {
	case MailCreatedUnproven, MailStatusChanged, MailClosed, MailPersonAdded:
		return false
	}
	return true
}

// WishOff is the word for somebody whom the project itself mails no answers.
const WishOff = "off"

// answerWish is what mails about an answer a person gets: by their own wish, or WishOff.
func answerWish(project *models.Project, p *models.Person) string {
	wish := p.MailWish()
	if wish != models.WishNone && mailFor(&models.Event{Kind: models.EventAgentReplied}, project.Settings, statusChange{}, p) == "" {
		return WishOff
	}
	return wish
}

// quietly says of the beginning of a ticket that its reporter is not to be told: the agent who
// made it said so.
func quietly(event *models.Event) bool {
	var data struct{ Quiet bool }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return data.Quiet
}

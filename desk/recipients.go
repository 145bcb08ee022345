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
	MailFollowedUp      = "followed_up"
	MailPersonAdded     = "person_added"
	MailLinkReplaced    = "link_replaced"
	MailPreferences     = "preferences"
	MailAgentNotice     = "agent_notice"
)

// Recipient is one person an event is told to: someone outside or an agent, never both.
type Recipient struct {
	Person   *models.Person
	Agent    *models.Agent
	Template string
}

// Key names the recipient in one word, so that one event reaches one person once.
func (r Recipient) Key() string {
	if r.Agent != nil {
		return "agent:" + itoa(r.Agent.ID)
	}
	return "contact:" + itoa(r.Person.ContactID)
}

// Recipients decides who is told about an event (NU-1). Never the one who did it, nobody
// who unsubscribed, nobody behind a synthetic address (PT-4). people are the ticket's
// participants; agents those who hear of this event (AgentsTold) and want a mail about it.
func Recipients(event *models.Event, project *models.Project, people []*models.Person, agents []*models.Agent) []Recipient {
	var told []Recipient
	outside := func(template string, only func(*models.Person) bool) {
		for _, p := range people {
			if p.UnsubscribedAt != 0 || p.Contact.Synthetic || (only != nil && !only(p)) {
				continue
			}
			t := template
			if t == MailCreated && p.Contact.ProvenAt == 0 {
				// Whoever typed this address may not own it: nothing typed is sent there.
				t = MailCreatedUnproven
			}
			told = append(told, Recipient{Person: p, Template: t})
		}
	}
	switch event.Kind {
	case models.EventCreated:
		if project.Settings.NotifyCreated && !quietly(event) {
			outside(MailCreated, func(p *models.Person) bool { return p.Reporter() })
		}
	case models.EventAgentReplied:
		if project.Settings.NotifyReplied {
			outside(MailAgentReplied, nil)
		}
	case models.EventFollowUp:
		outside(MailFollowedUp, func(p *models.Person) bool { return event.ContactID != nil && p.ContactID == *event.ContactID })
	case models.EventPersonAdded, models.EventLinkReplaced:
		template := map[string]string{models.EventPersonAdded: MailPersonAdded, models.EventLinkReplaced: MailLinkReplaced}[event.Kind]
		outside(template, func(p *models.Person) bool { return event.ContactID != nil && p.ContactID == *event.ContactID })
	}
	for _, a := range agents {
		if a.DisabledAt == 0 {
			told = append(told, Recipient{Agent: a, Template: MailAgentNotice})
		}
	}
	return told
}

// quietly says of the beginning of a ticket that its reporter is not to be told: the agent who
// made it said so.
func quietly(event *models.Event) bool {
	var data struct{ Quiet bool }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return data.Quiet
}

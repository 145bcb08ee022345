package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/models"
)

// TicketProperties is what an agent's sidebar shows and changes of a ticket.
type TicketProperties struct {
	CanEdit bool
	// TypeSlug and TeamID are the present ones, empty and 0 for none.
	TypeSlug string
	Types    []Choice
	TeamID   int64
	// Teams holds ids as Slug.
	Teams []Choice
	// Company is the present one's name; Companies are those of the participants.
	Company      string
	Companies    []string
	DueAt        time.Time
	SnoozedUntil time.Time
	Tags         []string
	Template     string
	Questions    []Question
	// LinkUntil is when the participants' links stop working; zero while the ticket is open.
	// LinkOver says that they have.
	LinkUntil time.Time
	LinkOver  bool
	// Minutes is the time that agents spent on the ticket.
	Minutes int64
	// Promises are all that were made, the oldest first.
	Promises []PromiseLine
	// Left is what is left of the time that the company bought; nil where none was.
	Left *TimeLeft
	// Unread is how many unread notices the agent who looks has about this ticket.
	Unread int
}

// Question is one field of the ticket's template with its answer. Field is nil for an answer
// whose question the template no longer asks: it can be read and not changed.
type Question struct {
	models.FieldValue
	Field *models.Field
}

// PropertyChange is what an event about a property says. Was and Is are raw: a name, the number
// of a priority, a day such as 2026-11-30 (due), or a moment in Unix milliseconds (snooze); the
// page knows by the kind which.
type PropertyChange struct {
	// Label is a field's question.
	Label, Kind    string
	Was, Is        string
	Added, Removed []string
}

// changeOf reads what an event says about a property; nil for the other kinds.
func changeOf(e *models.TimelineEvent) *PropertyChange {
	switch e.Kind {
	case models.EventRetitled, models.EventTypeSet, models.EventPrioritySet, models.EventTeamSet, models.EventCompanySet, models.EventDueSet, models.EventTagged,
		models.EventFieldSet, models.EventSnoozed, models.EventWoken, models.EventDueSoon:
	default:
		return nil
	}
	var data struct {
		Label, Kind, Was, Is string
		Added, Removed       []string
	}
	_ = json.Unmarshal([]byte(e.Data), &data)
	return &PropertyChange{Label: data.Label, Kind: data.Kind, Was: data.Was, Is: data.Is, Added: data.Added, Removed: data.Removed}
}

// properties reads the sheet of a ticket, and marks the participants whose mail came back.
func (d *Desk) properties(ctx context.Context, actor Actor, cat *models.Catalog, project *models.Project, t *models.Ticket, people []*models.Person, shown []AgentParticipant, now time.Time) (*TicketProperties, error) {
	sheet, err := models.Properties(ctx, d.db, t.ID, t.CompanyID, actor.ID)
	if err != nil {
		return nil, err
	}
	p := &TicketProperties{CanEdit: actor.CanIn(models.ActEdit, project.ID), DueAt: t.DueAt.Time(), SnoozedUntil: t.SnoozedUntil.Time(), Unread: sheet.Unread, Minutes: sheet.Minutes}
	for _, kind := range project.Types {
		p.Types = append(p.Types, Choice{kind.Slug, kind.Name})
		if t.TypeID != nil && *t.TypeID == kind.ID {
			p.TypeSlug = kind.Slug
		}
	}
	if t.TeamID != nil {
		p.TeamID = *t.TeamID
	}
	for _, team := range sheet.Teams {
		p.Teams = append(p.Teams, Choice{itoa(team.ID), team.Name})
	}
	for _, tag := range sheet.Tags {
		p.Tags = append(p.Tags, tag.Name)
	}
	for _, c := range sheet.Companies {
		if t.CompanyID != nil && *t.CompanyID == c.ID {
			p.Company = c.Name
		} else {
			p.Companies = append(p.Companies, c.Name)
		}
	}
	if sheet.Left != nil {
		p.Left = timeLeft(cat, *t.CompanyID, *sheet.Left)
	}
	p.Template, p.Questions = questions(project, t)
	p.Promises = promiseLines(cat, sheet.History, now)
	if t.EndedAt != 0 {
		p.LinkUntil = t.EndedAt.Time().Add(time.Duration(project.Settings.LinkDays) * 24 * time.Hour)
		p.LinkOver = !models.LinkAlive(t.EndedAt, project.Settings.LinkDays, now)
	}
	for i, person := range people {
		shown[i].Bounced = sheet.Bounced[person.ContactID]
	}
	return p, nil
}

// questions are the template's fields with their answers, then the answers to what the
// template no longer asks.
func questions(project *models.Project, t *models.Ticket) (string, []Question) {
	var all []Question
	answers := map[string]models.FieldValue{}
	for _, f := range t.Fields() {
		answers[f.Slug] = f
	}
	name := ""
	if t.TemplateID != nil {
		if template := project.Template(*t.TemplateID); template != nil {
			name = template.Name
			for _, f := range template.Fields {
				q := Question{Field: f, FieldValue: models.FieldValue{Slug: f.Slug, Label: f.Label, Kind: f.Kind, Public: f.InThread && !f.Hidden}}
				if given, ok := answers[f.Slug]; ok {
					q.Values = given.Values
					delete(answers, f.Slug)
				}
				all = append(all, q)
			}
		}
	}
	for _, f := range t.Fields() {
		if _, left := answers[f.Slug]; left {
			all = append(all, Question{FieldValue: f})
		}
	}
	return name, all
}

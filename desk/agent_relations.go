package desk

import (
	"context"
	"strings"
	"time"

	"lodge/models"
)

// RelatedTicket is another ticket in short.
type RelatedTicket struct {
	Number           int64
	Reference, Title string
	Project          string
	Reporter         string
	Status           AgentStatus
	UpdatedAt        time.Time
	// How it is related, one of models.Related…; empty for a ticket that was searched for.
	How string
}

// Relations are what stands beside a ticket, and what its agent may do about that.
type Relations struct {
	Tickets []RelatedTicket
	// Merged: it became part of another ticket and is over. Spam: it is marked so.
	Merged, Spam bool
	// ReporterID is the contact a new ticket like this one would begin with.
	ReporterID int64
	// CanMerge also splits and links.
	CanMerge, CanCreate, CanSpam, CanRedact bool
}

// relate adds to an agent's page of a ticket what it has to do with other tickets. Those of
// projects that the agent does not have are left out.
func (d *Desk) relate(ctx context.Context, actor Actor, cat *models.Catalog, project *models.Project, t *models.Ticket, page *AgentTicket) error {
	rows, err := models.RelatedTickets(ctx, d.db, t)
	if err != nil {
		return err
	}
	role := actor.RoleIn(project.ID)
	r := &page.Relations
	*r = Relations{Tickets: seen(actor, cat, rows), Merged: t.MergedIntoID != nil, Spam: t.SpamAt != 0, ReporterID: t.ReporterID, CanMerge: role.Can(models.ActMerge),
		CanCreate: role.Can(models.ActCreate), CanSpam: role.Can(models.ActSpam), CanRedact: role.Can(models.ActRedact)}
	if r.Merged || r.Spam {
		// Whoever would read an answer reads elsewhere, or not at all.
		page.CanReply, page.CanStatus, page.Next, page.Resolve = false, false, nil, ""
	}
	return nil
}

// seen are the tickets that an actor may read, in short.
func seen(actor Actor, cat *models.Catalog, rows []*models.Related) []RelatedTicket {
	var all []RelatedTicket
	for _, r := range rows {
		project := cat.Project(r.ProjectID)
		if project == nil || !actor.CanIn(models.ActRead, r.ProjectID) {
			continue
		}
		out := RelatedTicket{Number: r.Number, Reference: r.Reference, Title: r.Title, Project: project.Name, Reporter: r.Reporter, UpdatedAt: r.UpdatedAt.Time(), How: r.How}
		if s := project.Status(r.StatusID); s != nil {
			out.Status = AgentStatus{s.Slug, s.Name, string(s.Category)}
		}
		all = append(all, out)
	}
	return all
}

// findMost is how many tickets a search for another one shows.
const findMost = 12

// FindOthers looks for another ticket among those the actor may act on in their projects: by
// number, by reference, or by words of its title. Without words it gives the latest of the
// same reporter, which are the likeliest to belong together.
func (d *Desk) FindOthers(ctx context.Context, actor Actor, need models.Action, number int64, words string) ([]RelatedTicket, error) {
	cat, _, t, err := d.agentTicket(ctx, actor, need, number)
	if err != nil {
		return nil, err
	}
	q := models.FindQuery{Except: t.ID, Projects: actor.projectsFor(need), Limit: findMost}
	switch words = strings.TrimSpace(words); {
	case words == "":
		q.ReporterID = t.ReporterID
	case ticketNumber(words) != 0:
		q.Number = ticketNumber(words)
	case reference(words) != "":
		q.Reference = reference(words)
	default:
		q.Words = words
	}
	rows, err := models.FindTickets(ctx, d.db, q)
	if err == nil && len(rows) == 0 && q.Reference != "" {
		q.Reference, q.Words = "", words // a word that looks like a reference
		rows, err = models.FindTickets(ctx, d.db, q)
	}
	return seen(actor, cat, rows), err
}

// projectsFor are the projects in which an actor may do something; nil is all.
func (a Actor) projectsFor(need models.Action) []int64 {
	if a.Projects == nil {
		return nil
	}
	var ids []int64
	for _, id := range a.projectIDs() {
		if a.CanIn(need, id) {
			ids = append(ids, id)
		}
	}
	if ids == nil {
		ids = []int64{}
	}
	return ids
}

// ticketNumber reads "12" or "#12"; 0 for anything else.
func ticketNumber(s string) int64 {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	if s == "" || len(s) > 15 {
		return 0
	}
	n := int64(0)
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0
		}
		n = n*10 + int64(r-'0')
	}
	return n
}

// reference reads a ticket's reference in any spelling of its letters.
func reference(s string) string {
	s = strings.ToUpper(strings.Trim(strings.TrimSpace(s), "[]"))
	if len(s) < 4 || len(s) > 16 || !strings.Contains(s, "-") || strings.ContainsAny(s, " \t") {
		return ""
	}
	return s
}

// other finds the ticket that a form names by number or reference. One that does not exist
// and one that the actor may not touch are the same fault of the same field (A67).
func (d *Desk) other(ctx context.Context, actor Actor, need models.Action, t *models.Ticket, named string) (*models.Project, *models.Ticket, error) {
	var v models.Invalid
	number := ticketNumber(named)
	if number == 0 && reference(named) != "" {
		rows, err := models.FindTickets(ctx, d.db, models.FindQuery{Except: t.ID, Reference: reference(named), Projects: actor.projectsFor(need), Limit: 1})
		if err != nil {
			return nil, nil, err
		}
		if len(rows) == 1 {
			number = rows[0].Number
		}
	}
	if number == t.Number {
		v.Add("target", "agent.relation.error.same")
		return nil, nil, v.Err()
	}
	if number != 0 {
		_, project, other, err := d.agentTicket(ctx, actor, need, number)
		if err == nil {
			return project, other, nil
		}
		if kind := models.KindOf(err); kind != models.KindNotFound && kind != models.KindForbidden {
			return nil, nil, err
		}
	}
	v.Add("target", "agent.relation.error.unknown")
	return nil, nil, v.Err()
}

// lockBoth locks two tickets, always the older one first, so that two who do so at once do
// not wait for each other.
func lockBoth(ctx context.Context, tx *models.Tx, a, b int64) (*models.Ticket, *models.Ticket, error) {
	first, err := models.LockTicket(ctx, tx, min(a, b))
	if err != nil {
		return nil, nil, err
	}
	second, err := models.LockTicket(ctx, tx, max(a, b))
	if a < b {
		return first, second, err
	}
	return second, first, err
}

// settled says no to what cannot be done with a ticket that is over for good.
func settled(t *models.Ticket) error {
	switch {
	case t.MergedIntoID != nil:
		return models.Conflict("agent.relation.error.merged")
	case t.SpamAt != 0:
		return models.Conflict("agent.relation.error.spam")
	}
	return nil
}

// markCopies says of entries that came from another ticket which one that was.
func (d *Desk) markCopies(ctx context.Context, ticketID int64, entries []*models.Entry, shown []AgentEntry) error {
	copied := false
	for _, e := range entries {
		copied = copied || e.CopiedFromID != nil
	}
	if !copied {
		return nil
	}
	from, err := models.CopiedFrom(ctx, d.db, ticketID)
	for i, e := range entries {
		if e.CopiedFromID != nil {
			shown[i].CopiedFrom = from[*e.CopiedFromID]
		}
	}
	return err
}

func agentName(names map[int64]string, id *int64) string {
	if id == nil {
		return ""
	}
	return names[*id]
}

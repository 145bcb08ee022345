package desk

import (
	"context"
	"strings"
	"time"

	"lodge/address"
	"lodge/models"
)

// ProjectPlan is what a new project begins with.
type ProjectPlan struct {
	Slug, Name, Summary, Locale, MailFrom string
	ResponseTime                          string
	Private                               bool
	// Settings may change the defaults before they are kept.
	Settings func(*models.ProjectSettings)
}

// NewProject makes a project with the statuses, the transition graph, the types and the
// templates that every desk starts from (SE-5). All of them are rows from then on: nothing
// in the program relies on their names.
func NewProject(ctx context.Context, tx *models.Tx, plan ProjectPlan, now time.Time) (*models.Project, error) {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return nil, err
	}
	p := &models.Project{Slug: plan.Slug, Name: plan.Name, Summary: plan.Summary, Locale: plan.Locale, Portal: models.PortalPublic,
		Position: int64(len(cat.Projects)), Settings: models.DefaultProjectSettings(), CreatedAt: models.At(now)}
	if plan.Private {
		p.Portal = models.PortalNone
	}
	p.Settings.ResponseTime = plan.ResponseTime
	if plan.Settings != nil {
		plan.Settings(&p.Settings)
	}
	if err := models.InsertProject(ctx, tx, p); err != nil {
		return nil, err
	}
	if plan.MailFrom != "" {
		m := models.NewMailbox(p.ID, plan.MailFrom, address.Key(plan.MailFrom), models.At(now))
		m.Receive = models.ReceiveListener
		if err := models.InsertMailbox(ctx, tx, m); err != nil {
			return nil, err
		}
		p.Mailboxes = append(p.Mailboxes, m)
	}
	words := starterWords(plan.Locale)
	statuses := map[string]*models.Status{}
	for i, s := range words.statuses {
		row := &models.Status{ProjectID: p.ID, Slug: s.slug, Name: s.name, PublicLabel: s.public, Category: s.category, Position: int64(i)}
		if err := models.InsertStatus(ctx, tx, row); err != nil {
			return nil, err
		}
		statuses[s.slug] = row
	}
	for from, next := range starterGraph {
		for _, to := range next {
			if err := models.InsertTransition(ctx, tx, &models.Transition{ProjectID: p.ID, FromID: statuses[from].ID, ToID: statuses[to].ID}); err != nil {
				return nil, err
			}
		}
	}
	for i, t := range words.types {
		row := &models.TicketType{ProjectID: p.ID, Slug: t.slug, Name: t.name, Public: t.slug != "incident", Position: int64(i)}
		if err := models.InsertType(ctx, tx, row); err != nil {
			return nil, err
		}
		if i == 0 {
			p.DefaultTypeID = &row.ID
		}
	}
	for i, t := range words.templates {
		t.ProjectID, t.Position = p.ID, int64(i)
		if err := models.InsertTemplate(ctx, tx, t); err != nil {
			return nil, err
		}
	}
	p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID = &statuses["open"].ID, &statuses["in-progress"].ID, &statuses["closed"].ID
	return p, models.UpdateProject(ctx, tx, p)
}

// starterGraph is the graph a project begins with, by slugs.
var starterGraph = map[string][]string{
	"open":        {"in-progress", "waiting", "resolved", "closed", "rejected"},
	"in-progress": {"waiting", "resolved", "closed", "rejected"},
	"waiting":     {"in-progress", "resolved", "closed", "rejected"},
	"resolved":    {"in-progress", "closed"},
	"closed":      {"in-progress"},
	"rejected":    {"in-progress"},
}

// slug makes a public name from a title: lower-case letters, digits and hyphens.
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case strings.ContainsRune("äöüß", r):
			b.WriteString(map[rune]string{'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss"}[r])
		default:
			if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
				b.WriteByte('-')
			}
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) > 60 {
		s = strings.Trim(s[:60], "-")
	}
	// Words that stand after /ticket/ or /doc/ themselves.
	if s == "" || s == "thread" || s == "unsubscribe" || s == "lost-link" {
		s = "support"
	}
	return s
}

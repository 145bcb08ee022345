package sample

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"lodge/desk"
	"lodge/models"
)

// privateProject is for agents only: its portal is switched off when its tickets are there.
const privateProject = "office"

// plans are the projects of the demo, each with other rules, so that every setting can be
// seen at work.
var plans = []struct {
	desk.ProjectPlan
	// onHold adds a status for what waits for others than the reporter.
	onHold string
	// templates stand in place of the usual ones; enforce makes the first the only one.
	templates []*models.Template
	enforce   bool
}{
	{ProjectPlan: desk.ProjectPlan{Slug: "backup", Name: "Backup app", Summary: "Nordwind for Windows, macOS and Linux desktops: backing up, restoring, syncing.", Locale: "en",
		MailFrom: "help@nordwind.example", ResponseTime: "We typically respond within 4 hours.",
		Settings: func(s *models.ProjectSettings) {
			s.ThreadAttachments, s.ShowTargets, s.ResponseSource = models.ThreadFilesDownload, models.TargetsText, models.ResponseComputed
			s.RemindDays, s.CloseDays = 3, 4
		}}, onHold: "On hold"},
	{ProjectPlan: desk.ProjectPlan{Slug: "server", Name: "Server agent", Summary: "The nwagent command line for servers and databases.", Locale: "en",
		MailFrom: "server@nordwind.example", ResponseTime: "We typically respond within 2 hours on working days.",
		Settings: func(s *models.ProjectSettings) { s.ReopenDays, s.ShowTargets = 14, models.TargetsDates }}, onHold: "Waiting for a release", enforce: true,
		templates: []*models.Template{{Slug: "server-report", Name: "Server report", Fields: []*models.Field{
			{Slug: "version", Label: "Version of nwagent", Kind: models.FieldText, Required: true, InThread: true, Help: "What “nwagent version” prints."},
			{Slug: "system", Label: "Operating system", Kind: models.FieldSelect, Options: []string{"Debian or Ubuntu", "Red Hat family", "SUSE", "FreeBSD", "Windows Server"}, Required: true, InThread: true},
			{Slug: "since", Label: "Since when?", Kind: models.FieldDate, InThread: true},
			{Slug: "output", Label: "Last lines of the log", Kind: models.FieldLongText, InThread: true, Help: "journalctl -u nwagent -n 30"},
			{Slug: "severity", Label: "Severity for us", Kind: models.FieldText, Hidden: true, DefaultValue: "to be judged"},
			{Slug: "contract", Label: "Support contract", Kind: models.FieldText, ReadOnly: true, DefaultValue: "Standard", InThread: true},
		}}}},
	{ProjectPlan: desk.ProjectPlan{Slug: "billing", Name: "Accounts and billing", Summary: "Invoices, plans, payment and access to your account.", Locale: "en",
		MailFrom: "billing@nordwind.example", ResponseTime: "We typically respond within one working day.",
		Settings: func(s *models.ProjectSettings) {
			s.ReplyIdentity, s.InitialMessage, s.CustomerClose = models.ReplyByTypedEmail, true, models.CustomerCloseWhenResolved
			s.ResolutionTime = "Our team aims to resolve most requests within 2 working days."
		}}},
	{ProjectPlan: desk.ProjectPlan{Slug: "kundendienst", Name: "Kundendienst", Summary: "Hilfe auf Deutsch: Sicherung, Wiederherstellung, Rechnungen.", Locale: "de",
		MailFrom: "hilfe@nordwind.example", ResponseTime: "Wir antworten meist innerhalb von 4 Stunden.",
		Settings: func(s *models.ProjectSettings) { s.ThreadAttachments = models.ThreadFilesDownload }}},
	{ProjectPlan: desk.ProjectPlan{Slug: privateProject, Name: "Our own office", Summary: "Requests from inside Nordwind.", Locale: "en"}},
}

func (f *filler) projects(ctx context.Context) error {
	begin := f.begin()
	return f.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		for _, plan := range plans {
			own := plan.Settings
			plan.Settings = func(s *models.ProjectSettings) {
				s.UndoSeconds = 0 // until the story has been told
				if own != nil {
					own(s)
				}
			}
			p, err := desk.NewProject(ctx, tx, plan.ProjectPlan, begin)
			if err != nil {
				return err
			}
			if plan.onHold != "" {
				if err := addOnHold(ctx, tx, p, plan.onHold); err != nil {
					return err
				}
			}
			for i, shared := range plan.templates {
				t := *shared
				t.ID, t.ProjectID, t.Position = 0, p.ID, int64(i)-10 // before the usual ones
				t.Fields = nil
				for _, field := range shared.Fields {
					own := *field
					t.Fields = append(t.Fields, &own)
				}
				if err := models.InsertTemplate(ctx, tx, &t); err != nil {
					return err
				}
				if plan.enforce && i == 0 {
					p.EnforcedTemplateID = &t.ID
				}
			}
			if err := models.UpdateProject(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// addOnHold gives a project a status for waiting that is not the reporter's, reachable
// from work and leading back to it.
func addOnHold(ctx context.Context, tx *models.Tx, p *models.Project, name string) error {
	cat, err := models.TxCatalog(ctx, tx)
	if err != nil {
		return err
	}
	full := cat.Project(p.ID)
	hold := &models.Status{ProjectID: p.ID, Slug: "on-hold", Name: name, PublicLabel: "On hold", Category: models.CategoryOnHold, Position: 2}
	if err := models.InsertStatus(ctx, tx, hold); err != nil {
		return err
	}
	for _, s := range full.Statuses {
		steps := []models.Transition{}
		switch s.Category {
		case models.CategoryNew:
			steps = append(steps, models.Transition{ProjectID: p.ID, FromID: s.ID, ToID: hold.ID})
		case models.CategoryOpen, models.CategoryWaiting:
			steps = append(steps, models.Transition{ProjectID: p.ID, FromID: s.ID, ToID: hold.ID}, models.Transition{ProjectID: p.ID, FromID: hold.ID, ToID: s.ID})
		default:
			steps = append(steps, models.Transition{ProjectID: p.ID, FromID: hold.ID, ToID: s.ID})
		}
		for i := range steps {
			if err := models.InsertTransition(ctx, tx, &steps[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// articles writes the collections of all projects.
func (f *filler) articles(ctx context.Context) error {
	return f.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range cat.Projects {
			names, err := fs.Glob(texts, "articles/"+p.Slug+"/*.md")
			if err != nil {
				return err
			}
			for _, name := range names {
				if err := f.collection(ctx, tx, p, name, 0); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
		return nil
	})
}

// collection writes one file of articles: a header of the collection, then articles, each
// begun by "=== Title" and a header (summary, updated, views, visibility). most > 0 stops
// after so many.
func (f *filler) collection(ctx context.Context, tx *models.Tx, p *models.Project, name string, most int) error {
	raw, err := texts.ReadFile(name)
	if err != nil {
		return err
	}
	all := blocks(string(raw))
	head, _, err := header(all[0])
	if err != nil {
		return err
	}
	position, _ := strconv.ParseInt(head["position"], 10, 64)
	col := &models.Collection{ProjectID: p.ID, Slug: strings.TrimSuffix(path.Base(name), ".md"), Name: head["collection"], Summary: head["summary"], Position: position}
	if err := models.InsertCollection(ctx, tx, col); err != nil {
		return err
	}
	for i, block := range all[1:] {
		if most > 0 && i == most {
			break
		}
		title, rest, _ := strings.Cut(block, "\n")
		head, body, err := header(rest)
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		updated, err := ago(head["updated"])
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		views, _ := strconv.ParseInt(head["views"], 10, 64)
		a := &models.Article{ProjectID: p.ID, CollectionID: &col.ID, Slug: slugOf(title), Title: title, Summary: head["summary"], Body: body, Locale: p.Locale, Views: views,
			Visibility: models.VisibilityPublic, CreatedAt: models.At(f.Now.Add(-2 * updated)), UpdatedAt: models.At(f.Now.Add(-updated))}
		if v := head["visibility"]; v != "" {
			a.Visibility = v
		}
		if a.Visibility == models.VisibilityPublic {
			a.PublishedAt = a.CreatedAt
		}
		render(a)
		if err := models.InsertArticle(ctx, tx, a); err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
		f.out.Articles++
	}
	return nil
}

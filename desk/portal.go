package desk

import (
	"context"
	"time"

	"lodge/markup"
	"lodge/models"
	"lodge/secret"
)

// PublicWorkspace is what every public page may say about the desk as a whole.
type PublicWorkspace struct {
	Name, SupportAddress, Locale string
	// Registration: anybody may ask for an account.
	Registration bool
}

// Workspace describes the desk for the frame around public pages.
func (p *Portal) Workspace(ctx context.Context) (PublicWorkspace, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return PublicWorkspace{}, err
	}
	return publicWorkspace(cat), nil
}

func publicWorkspace(cat *models.Catalog) PublicWorkspace {
	w := &cat.Workspace
	return PublicWorkspace{Name: w.Name, SupportAddress: w.SupportAddress, Locale: w.Locale, Registration: registrationOpen(cat)}
}

// Projects lists the projects whose portal is open.
func (p *Portal) Projects(ctx context.Context) ([]PublicProject, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	var open []PublicProject
	for _, project := range cat.PublicProjects() {
		if within(ctx, project) {
			open = append(open, publicProject(cat, project))
		}
	}
	return open, nil
}

// Project finds one open project. Unknown, disabled and portal-off are the same NotFound (PC-1).
func (p *Portal) Project(ctx context.Context, slug string) (*PublicProject, error) {
	cat, project, err := p.project(ctx, slug)
	if err != nil {
		return nil, err
	}
	public := publicProject(cat, project)
	return &public, nil
}

func (p *Portal) project(ctx context.Context, slug string) (*models.Catalog, *models.Project, error) {
	cat, err := p.d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	project := cat.ProjectBySlug(slug)
	if project == nil || !project.Open() || !within(ctx, project) {
		return nil, nil, models.NotFound()
	}
	return cat, project, nil
}

func publicProject(cat *models.Catalog, p *models.Project) PublicProject {
	return PublicProject{Slug: p.Slug, Name: p.Name, Summary: p.Summary, Locale: cat.Language(p), Suggestions: p.Settings.Suggestions && cat.GuestDocs(p),
		GuestCreate: cat.GuestCreate(p), GuestDocs: cat.GuestDocs(p), Domain: p.Domain, PollSeconds: min(max(p.Settings.PollSeconds, 15), 300), Limits: limitsOf(p.Settings),
		Promise: PromiseOf(cat, p, nil)}
}

// holder is somebody with a live thread link.
type holder struct {
	*models.Access
	catalog *models.Catalog
	project *models.Project
	// proven: the link came from a mail to the holder's own address.
	proven bool
	// given is who the link was given to: the holder, or before a merge the same person on the
	// ticket that is part of this one now.
	given models.Participant
}

// open turns a link into its holder. Unknown, malformed, expired, revoked, foreign and
// portal-off are one NotFound, after the same single lookup.
func (p *Portal) open(ctx context.Context, link Link, now time.Time) (*holder, error) {
	h, err := p.enter(ctx, link, now)
	if err != nil || h.catalog.GuestTrack(h.project) && h.project.Settings.RequiredProvider == "" {
		return h, err
	}
	// The public page of a ticket never knows its reference, so it is asked for here.
	t, err := models.TicketByID(ctx, p.d.db, h.Ticket.ID)
	if err != nil {
		return nil, err
	}
	return nil, &SignInFirst{Reference: t.Reference, Provider: h.project.Settings.RequiredProvider}
}

// enter is open for what a link does even where guests may not follow tickets: saying that it is
// not theirs.
func (p *Portal) enter(ctx context.Context, link Link, now time.Time) (*holder, error) {
	access, cat, err := p.d.db.AccessByHash(ctx, models.TokenThread, secret.Hash(link.Token))
	if err != nil {
		return nil, err
	}
	if access.Token.Generation != access.Person.Generation {
		return nil, models.NotFound()
	}
	given := access.Person.Participant
	if access, cat, err = p.moved(ctx, access, cat); err != nil {
		return nil, err
	}
	project := cat.Project(access.Ticket.ProjectID)
	if !alive(access.Token, project, access.Ticket.EndedAt, now) || access.Ticket.SpamAt != 0 {
		return nil, dead(access.Token, project, now)
	}
	if !within(ctx, project) {
		return nil, models.NotFound()
	}
	return &holder{Access: access, catalog: cat, project: project, given: given,
		proven: link.Proof != "" && p.d.keys.CheckProof(secret.Thread, given.ID, int(given.Generation), link.Proof)}, nil
}

// moved follows a link to the ticket that its participant was moved to by a merge: their own
// place there, no more than that (AG-8). Everybody else stays where they are.
func (p *Portal) moved(ctx context.Context, a *models.Access, cat *models.Catalog) (*models.Access, *models.Catalog, error) {
	if a.Person.MovedToID == nil {
		return a, cat, nil
	}
	there, cat, err := p.d.db.MovedAccess(ctx, a.Person.ID)
	if err != nil {
		return nil, nil, err
	}
	there.Token = a.Token
	return there, cat, nil
}

func alive(t models.Token, project *models.Project, endedAt models.Stamp, now time.Time) bool {
	return project != nil && project.Open() && t.Live(models.At(now)) && models.LinkAlive(endedAt, project.Settings.LinkDays, now)
}

// ErrPortalOff is the NotFound of a link that would live if its portal were open (PT-12): a new
// link would open nothing either.
var ErrPortalOff = models.NotFound()

// dead is the refusal of a link that is not alive.
func dead(t models.Token, project *models.Project, now time.Time) error {
	if t.Live(models.At(now)) && (project == nil || !project.Open()) {
		return ErrPortalOff
	}
	return models.NotFound()
}

// ErrConfirm asks the sender of a suspect form to confirm once more (PC-13). Nothing has
// been made; the files are staged.
var ErrConfirm = &models.Error{Kind: models.KindConflict, Message: "portal.confirm"}

// trim shortens an address so that others cannot read it.
func trim(address string) string { return markup.TrimAddress(address) }

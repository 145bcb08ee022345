package desk

import (
	"context"
	"errors"

	"lodge/models"
)

// SignInFirst is the refusal of what guests may not do here, though customers may (CP-12). To
// everything that asks for kinds it is a Forbidden.
type SignInFirst struct {
	// Reference is the ticket it is about; empty where it is about none.
	Reference string
	// Provider is the slug of the identity provider that must be signed in with; empty is any way.
	Provider string
}

// Error says what is wrong for the log.
func (e *SignInFirst) Error() string { return "desk: only for people who are signed in" }

// Unwrap makes it a Forbidden.
func (e *SignInFirst) Unwrap() error { return models.Forbidden() }

// AskedToSignIn finds such a refusal in an error.
func AskedToSignIn(err error) (*SignInFirst, bool) {
	var e *SignInFirst
	return e, errors.As(err, &e)
}

// registrationOpen says whether anybody may ask for an account.
func registrationOpen(cat *models.Catalog) bool { return signInWays(cat).SignUp }

// As is the portal as a signed-in customer uses it: what is closed to guests alone is open.
func (p *Portal) As(me Customer) *Portal {
	mine := *p
	mine.me = me
	return &mine
}

// mayRead says whether the articles of a project are for whoever asks.
func (p *Portal) mayRead(cat *models.Catalog, project *models.Project) error {
	if p.me.ID == 0 && !cat.GuestDocs(project) {
		return &SignInFirst{}
	}
	return p.mayEnter(project)
}

// mayEnter is the one place where it is asked how a customer has signed in before a project is
// shown to them (CP-3).
func (p *Portal) mayEnter(project *models.Project) error {
	if MayEnter(project, p.me) {
		return nil
	}
	return &SignInFirst{Provider: project.Settings.RequiredProvider}
}

type projectOnly struct{}

// Within restricts what the portal shows to one project, for requests at its own host name.
func Within(ctx context.Context, slug string) context.Context {
	return context.WithValue(ctx, projectOnly{}, slug)
}

// within says whether a project may be shown in this context.
func within(ctx context.Context, project *models.Project) bool {
	only, restricted := ctx.Value(projectOnly{}).(string)
	return !restricted || only == project.Slug
}

// DomainProject gives the slug of the project that a host name belongs to, or "" when it belongs
// to none. It costs no query, so it may be behind by a moment.
func (p *Portal) DomainProject(ctx context.Context, host string) (string, error) {
	cat, err := p.d.db.KnownCatalog(ctx)
	if err != nil {
		return "", err
	}
	if project := cat.ProjectByDomain(host); project != nil {
		return project.Slug, nil
	}
	return "", nil
}

// openHere are the open projects that the present host name leads to and this customer may enter.
func (p *Portal) openHere(ctx context.Context, cat *models.Catalog) []*models.Project {
	var all []*models.Project
	for _, project := range cat.PublicProjects() {
		if within(ctx, project) && p.mayEnter(project) == nil {
			all = append(all, project)
		}
	}
	return all
}

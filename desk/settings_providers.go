package desk

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/identity"
	"lodge/models"
)

// ProviderLine is a provider in the list of the settings. Nothing here is secret.
type ProviderLine struct {
	ID                           int64
	Slug, Name, Issuer, ClientID string
	Off                          bool
	// Required are the names of the projects that let nobody in who came another way.
	Required []string
}

// ProviderInput is a provider as its form sends it. An empty ClientSecret stays what it was.
type ProviderInput struct{ Name, Issuer, ClientID, ClientSecret string }

// SignInProviders lists what customers can sign in with, those that are off among them.
func (d *Desk) SignInProviders(ctx context.Context, actor Actor) ([]ProviderLine, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	all, err := models.Providers(ctx, d.db)
	var lines []ProviderLine
	for _, p := range all {
		l := ProviderLine{ID: p.ID, Slug: p.Slug, Name: p.Name, Issuer: p.Issuer, ClientID: p.ClientID, Off: p.DisabledAt != 0}
		for _, project := range cat.Projects {
			if project.Settings.RequiredProvider == p.Slug {
				l.Required = append(l.Required, project.Name)
			}
		}
		lines = append(lines, l)
	}
	return lines, err
}

// SignInProvider reads one of them.
func (d *Desk) SignInProvider(ctx context.Context, actor Actor, id int64) (*ProviderLine, error) {
	lines, err := d.SignInProviders(ctx, actor)
	for i := range lines {
		if lines[i].ID == id {
			return &lines[i], nil
		}
	}
	if err == nil {
		err = models.NotFound()
	}
	return nil, err
}

// AddProvider adds one, last and on, and gives its id. Its slug is made of the name, once.
func (d *Desk) AddProvider(ctx context.Context, actor Actor, in ProviderInput) (id int64, err error) {
	err = d.changeProviders(ctx, actor, func(ctx context.Context, tx *models.Tx, all []*models.IdentityProvider, now time.Time) error {
		p := &models.IdentityProvider{Kind: models.ProviderOIDC, CreatedAt: models.At(now)}
		taken := map[string]bool{}
		for _, one := range all {
			taken[one.Slug], p.Position = true, max(p.Position, one.Position+1)
		}
		if len(all) >= models.MaxProviders {
			return models.Conflict("agent.providers.error.many")
		}
		p.Slug = freeSlug(in.Name, func(slug string) bool { return taken[slug] })
		if err := d.fillProvider(p, in); err != nil {
			return err
		}
		if err := models.InsertProvider(ctx, tx, p); err != nil {
			return err
		}
		id = p.ID
		return audit(ctx, tx, actor, "provider.added", p.Name, map[string]any{"issuer": p.Issuer}, now)
	})
	return id, err
}

// ChangeProvider saves one. A secret that is left empty stays, as long as it goes to the same
// provider.
func (d *Desk) ChangeProvider(ctx context.Context, actor Actor, id int64, in ProviderInput) error {
	return d.changeProvider(ctx, actor, id, func(ctx context.Context, tx *models.Tx, p *models.IdentityProvider, now time.Time) error {
		old := *p
		if err := d.fillProvider(p, in); err != nil {
			return err
		}
		changes := differences(map[string][2]string{"name": {old.Name, p.Name}, "issuer": {old.Issuer, p.Issuer}, "client_id": {old.ClientID, p.ClientID}})
		if old.ClientSecret != p.ClientSecret {
			changes["secret"] = "replaced"
		}
		if len(changes) == 0 {
			return nil
		}
		if err := models.UpdateProvider(ctx, tx, p); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "provider.changed", p.Name, changes, now)
	})
}

// SwitchProvider takes one out of use, or back into it. Sessions that began with it go on.
func (d *Desk) SwitchProvider(ctx context.Context, actor Actor, id int64, on bool) error {
	return d.changeProvider(ctx, actor, id, func(ctx context.Context, tx *models.Tx, p *models.IdentityProvider, now time.Time) error {
		if on == (p.DisabledAt == 0) {
			return nil
		}
		kind := "provider.enabled"
		if p.DisabledAt = 0; !on {
			kind, p.DisabledAt = "provider.disabled", models.At(now)
		}
		if err := models.UpdateProvider(ctx, tx, p); err != nil {
			return err
		}
		return audit(ctx, tx, actor, kind, p.Name, nil, now)
	})
}

// RaiseProvider moves one before its neighbour in the order of the buttons.
func (d *Desk) RaiseProvider(ctx context.Context, actor Actor, id int64) error {
	return d.changeProviders(ctx, actor, func(ctx context.Context, tx *models.Tx, all []*models.IdentityProvider, now time.Time) error {
		for i, p := range all {
			if p.ID != id {
				continue
			}
			if i == 0 {
				return nil
			}
			above := all[i-1]
			p.Position, above.Position = above.Position, p.Position
			for _, one := range []*models.IdentityProvider{p, above} {
				if err := models.UpdateProvider(ctx, tx, one); err != nil {
					return err
				}
			}
			return audit(ctx, tx, actor, "provider.moved", p.Name, nil, now)
		}
		return models.NotFound()
	})
}

// ProviderCheck is what a provider publishes of itself, or why that cannot be read.
type ProviderCheck struct {
	identity.Found
	// Fault is empty, "unsafe" or "away"; Detail is what went wrong, in nobody's language.
	Fault, Detail string
}

// CheckProvider asks a provider what it publishes. Nothing changes.
func (d *Desk) CheckProvider(ctx context.Context, actor Actor, id int64) (ProviderCheck, error) {
	p, err := d.SignInProvider(ctx, actor, id)
	if err != nil {
		return ProviderCheck{}, err
	}
	found, err := d.identity.Check(ctx, p.Issuer)
	switch {
	case errors.Is(err, identity.ErrUnsafe):
		return ProviderCheck{Fault: "unsafe"}, nil
	case err != nil:
		return ProviderCheck{Fault: "away", Detail: err.Error()}, nil
	}
	return ProviderCheck{Found: found}, nil
}

func (d *Desk) changeProviders(ctx context.Context, actor Actor, f func(ctx context.Context, tx *models.Tx, all []*models.IdentityProvider, now time.Time) error) error {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if _, err := models.TxCatalog(ctx, tx); err != nil {
			return err
		}
		all, err := models.Providers(ctx, tx)
		if err != nil {
			return err
		}
		return f(ctx, tx, all, now)
	})
}

func (d *Desk) changeProvider(ctx context.Context, actor Actor, id int64, f func(ctx context.Context, tx *models.Tx, p *models.IdentityProvider, now time.Time) error) error {
	return d.changeProviders(ctx, actor, func(ctx context.Context, tx *models.Tx, all []*models.IdentityProvider, now time.Time) error {
		for _, p := range all {
			if p.ID == id {
				return f(ctx, tx, p, now)
			}
		}
		return models.NotFound()
	})
}

// fillProvider checks what was typed. A secret goes only to the provider it was typed for.
func (d *Desk) fillProvider(p *models.IdentityProvider, in ProviderInput) error {
	var v models.Invalid
	name, issuer, client := line(in.Name), strings.TrimSpace(in.Issuer), strings.TrimSpace(in.ClientID)
	if name == "" || utf8.RuneCountInString(name) > 60 {
		v.Add("name", "agent.providers.error.name")
	}
	if issuer != "" && !strings.Contains(issuer, "://") {
		issuer = "https://" + issuer
	}
	if len(issuer) > 500 || d.identity.CheckAddress(issuer) != nil {
		v.Add("issuer", "agent.providers.error.issuer")
	}
	if client == "" || len(client) > 500 {
		v.Add("client_id", "agent.providers.error.client_id")
	}
	moved := p.Issuer != "" && hostOf(p.Issuer) != hostOf(issuer)
	if in.ClientSecret == "" && (p.ClientSecret == "" || moved) || len(in.ClientSecret) > 1000 {
		v.Add("client_secret", "agent.providers.error.client_secret")
	}
	if err := v.Err(); err != nil {
		return err
	}
	p.Name, p.Issuer, p.ClientID = name, issuer, client
	if in.ClientSecret != "" {
		p.ClientSecret = d.keys.Hide(hideProvider+p.Slug, []byte(in.ClientSecret))
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// checkRequiredProvider refuses a project's wish for a provider that is not there: nobody could
// come in.
func checkRequiredProvider(ctx context.Context, tx *models.Tx, before, after models.ProjectSettings, v *models.Invalid) error {
	if after.RequiredProvider == "" || after.RequiredProvider == before.RequiredProvider {
		return nil
	}
	p, err := models.ProviderBySlug(ctx, tx, after.RequiredProvider)
	if models.KindOf(err) == models.KindNotFound && err != nil || err == nil && p.DisabledAt != 0 {
		v.Add("required_provider", "agent.settings.error.choice")
		return nil
	}
	return err
}

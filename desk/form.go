package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
	"strconv"
	"time"

	"lodge/models"
	"lodge/secret"
)

// formLife is how long a shown form can still be sent as itself. A later one is taken
// all the same, only without its staged files and its protection from double submits.
const formLife = stagedFor

// shownForm is what a signed form id says: which form, shown where and when.
type shownForm struct {
	Nonce  string `json:"n"`
	Scope  string `json:"s"`
	Issued int64  `json:"t"`
}

func (f shownForm) key() []byte {
	if f.Nonce == "" {
		return nil
	}
	sum := sha256.Sum256([]byte("form " + f.Scope + " " + f.Nonce))
	return sum[:]
}

func (f shownForm) issued() time.Time { return time.UnixMilli(f.Issued) }

// newForm signs the id of a form that is shown now.
func (d *Desk) newForm(scope string, now time.Time) (string, shownForm) {
	f := shownForm{Nonce: secret.PublicID(), Scope: scope, Issued: now.UnixMilli()}
	return d.keys.Seal("form", f, now.Add(formLife)), f
}

// readForm checks a posted form id; one that is forged, expired or of another page is as
// good as none.
func (d *Desk) readForm(sealed, scope string, now time.Time) shownForm {
	var f shownForm
	if sealed == "" || d.keys.Unseal("form", sealed, now, &f) != nil || f.Scope != scope {
		return shownForm{}
	}
	return f
}

// again gives the same id when it still holds, otherwise a fresh one.
func (d *Desk) again(sealed, scope string, now time.Time) (string, shownForm) {
	if f := d.readForm(sealed, scope, now); f.Nonce != "" {
		return sealed, f
	}
	return d.newForm(scope, now)
}

// scopeOf binds a form to a page without writing down whose: a hash of the path's secret.
func scopeOf(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + " " + name))
	return kind + ":" + hex.EncodeToString(sum[:12])
}

// FormAsk says which showing of a project's form is wanted.
type FormAsk struct {
	// Type is the chosen type's slug, Template the chosen template's; CustomerToken an intake link's token;
	// FormID a posted id to show the same form again.
	Type, Template, CustomerToken, FormID string
}

// Form gives what the public create page shows (PC-1, PC-2, PC-3, PC-8). Only metadata of
// fields that are asked leaves this function.
func (p *Portal) Form(ctx context.Context, slug string, ask FormAsk) (*CreateForm, error) {
	now := p.d.Now()
	cat, project, err := p.project(ctx, slug)
	if err != nil {
		return nil, err
	}
	if !cat.GuestCreate(project) {
		return nil, &SignInFirst{}
	}
	if err := p.mayEnter(project); err != nil {
		return nil, err
	}
	return p.form(ctx, cat, project, ask, now)
}

func (p *Portal) form(ctx context.Context, cat *models.Catalog, project *models.Project, ask FormAsk, now time.Time) (*CreateForm, error) {
	d, slug := p.d, project.Slug
	form := createForm(cat, project, ask.Template)
	form.tell(cat, project, ask.Type, now)
	id, shown := d.again(ask.FormID, p.createScope(slug), now)
	form.FormID = id
	if bits := project.Settings.ProofOfWorkBits; bits > 0 && p.me.ID == 0 {
		form.Challenge = &Challenge{Text: shown.Nonce, Bits: bits}
	}
	if ask.CustomerToken != "" {
		_, contact, err := p.intake(ctx, project, ask.CustomerToken, now)
		switch {
		case err == nil:
			form.Customer = &PublicCustomer{Name: contact.Name, Address: contact.Address}
		case models.KindOf(err) == models.KindNotFound:
			form.IntakeDead = true
		default:
			return nil, err
		}
	}
	staged, err := d.staged(ctx, shown.key(), models.At(now))
	form.Staged = staged
	return form, err
}

// createForm is the part of the form that the project's rules alone decide. The preview of a
// template shows the very same (SE-3).
func createForm(cat *models.Catalog, project *models.Project, chosen string) *CreateForm {
	form := &CreateForm{Project: publicProject(cat, project), InitialMessage: project.Settings.InitialMessage}
	for _, t := range project.PublicTypes() {
		form.Types = append(form.Types, Choice{t.Slug, t.Name})
		if project.DefaultTypeID != nil && t.ID == *project.DefaultTypeID {
			form.DefaultType = t.Slug
		}
	}
	for _, t := range project.Templates {
		form.Templates = append(form.Templates, Choice{t.Slug, t.Name})
	}
	template, err := project.ChooseTemplate(chosen)
	if err == nil && template != nil {
		form.Template = template.Slug
		form.Locked = enforced(project, template)
		form.Fields = formFields(template)
	}
	if form.Locked {
		form.Templates = []Choice{{template.Slug, template.Name}}
	}
	return form
}

// formFields are the questions that reporters are put. A condition names another question of the
// form and nothing else.
func formFields(t *models.Template) []FormField {
	var all []FormField
	for _, f := range t.AskedFields() {
		shown := FormField{Slug: f.Slug, Label: f.Label, Kind: f.Kind, Help: f.Help, Options: f.Options, Required: f.Required}
		if on := t.Condition(f); on != nil {
			shown.If = &FieldCondition{Slug: on.Slug, Label: on.Label, Checkbox: on.Kind == models.FieldCheckbox, Values: f.ShowValues}
		}
		all = append(all, shown)
	}
	return all
}

// intake finds the person an intake link names; dead, foreign and unknown are one answer.
func (p *Portal) intake(ctx context.Context, project *models.Project, token string, now time.Time) (*models.IntakeLink, *models.Contact, error) {
	link, contact, err := models.IntakeByHash(ctx, p.d.db, secret.Hash(token))
	if err != nil {
		return nil, nil, err
	}
	if link.ProjectID != project.ID || link.RevokedAt != 0 || models.At(now) >= link.ExpiresAt {
		return nil, nil, models.NotFound()
	}
	return link, contact, nil
}

// solved checks a proof of work.
func solved(c Challenge, counter string) bool {
	if counter == "" || len(counter) > 20 {
		return false
	}
	if _, err := strconv.ParseUint(counter, 10, 64); err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(c.Text + ":" + counter))
	zeros := 0
	for _, b := range sum {
		if b != 0 {
			return zeros+bits.LeadingZeros8(b) >= c.Bits
		}
		zeros += 8
	}
	return true
}

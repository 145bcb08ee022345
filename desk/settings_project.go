package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// ProjectLine is a project in the list of the settings.
type ProjectLine struct {
	Slug, Name string
	// Open: its portal answers. Disabled: it is out of use for everybody outside.
	Open, Disabled bool
	// Tickets counts those that have not ended, up to 100.
	Tickets int
	// Settings and Intake say what the actor may change there.
	Settings, Intake bool
}

// ProjectList is the list of the projects that the actor may change something in. Whole says
// that they may add projects and order them.
type ProjectList struct {
	Lines []ProjectLine
	Whole bool
}

// ProjectList reads the list of projects.
func (d *Desk) ProjectList(ctx context.Context, actor Actor) (*ProjectList, error) {
	if err := actor.may(models.ActIntake); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	open, err := models.OpenByProject(ctx, d.db, 100)
	if err != nil {
		return nil, err
	}
	list := &ProjectList{Whole: actor.mayAll(models.ActSettings) == nil}
	for _, p := range cat.Projects {
		line := ProjectLine{Slug: p.Slug, Name: p.Name, Open: p.Open(), Disabled: p.DisabledAt != 0, Tickets: open[p.ID],
			Settings: actor.CanIn(models.ActSettings, p.ID), Intake: actor.CanIn(models.ActIntake, p.ID)}
		if line.Settings || line.Intake {
			list.Lines = append(list.Lines, line)
		}
	}
	return list, nil
}

// mayAll is the first line of verbs about all projects together: a right in some of them is
// not enough.
func (a Actor) mayAll(action models.Action) error {
	if a.Projects != nil {
		return models.Forbidden()
	}
	return a.may(action)
}

var slugShape = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// AddProject makes a project with everything a project begins with (NewProject) and gives its
// slug. Its portal is off: opening it to everybody is a step of its own (SE-1). Without a slug
// one is made of the name.
func (d *Desk) AddProject(ctx context.Context, actor Actor, name, address, locale string) (string, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return "", err
	}
	now := d.Now()
	var v models.Invalid
	name, address = line(name), strings.TrimSpace(address)
	checkName(&v, "name", name)
	if address == "" {
		address = slug(name)
	}
	if !slugShape.MatchString(address) || len(address) > 60 || slug(address) != address {
		v.Add("slug", "agent.project.error.slug")
	}
	checkLocale(&v, locale)
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		if cat.ProjectBySlug(address) != nil {
			v.Add("slug", "agent.project.error.slug_taken")
		}
		if err := v.Err(); err != nil {
			return err
		}
		words := locale
		if words == "" {
			words = cat.Workspace.Locale
		}
		p, err := NewProject(ctx, tx, ProjectPlan{Slug: address, Name: name, Locale: words, Private: true}, now)
		if err != nil {
			return err
		}
		if p.Locale != locale {
			p.Locale = locale
			if err := models.UpdateProject(ctx, tx, p); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "project.added", address, map[string]any{"name": name}, now)
	})
	return address, err
}

func checkName(v *models.Invalid, field, name string) {
	if name == "" || utf8.RuneCountInString(name) > 140 {
		v.Add(field, "agent.project.error.name")
	}
}

// checkLocale allows the workspace's language, which is empty, and those there are words in.
func checkLocale(v *models.Invalid, locale string) {
	if locale != "" && locale != "en" && locale != "de" {
		v.Add("locale", "agent.settings.error.choice")
	}
}

// MoveProject moves a project by some places in every list; up is negative.
func (d *Desk) MoveProject(ctx context.Context, actor Actor, slug string, by int) error {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return err
	}
	if err := checkMove(by); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := cat.ProjectBySlug(slug)
		if p == nil {
			return models.NotFound()
		}
		var ids []int64
		for _, other := range cat.Projects {
			ids = append(ids, other.ID)
		}
		was, is := shift(ids, p.ID, by)
		if was == is {
			return nil
		}
		if err := models.SaveOrder(ctx, tx, models.OrderProjects, ids); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "project.moved", slug, map[string]any{"position": [2]int{was + 1, is + 1}}, now)
	})
}

// checkMove refuses a move to where a row is already: the page never asks for it.
func checkMove(by int) error {
	var v models.Invalid
	if by == 0 {
		v.Add("by", "agent.settings.error.choice")
	}
	return v.Err()
}

// shift moves an id by some places, as far as there are any, and gives its place before and after.
func shift(ids []int64, id int64, by int) (was, is int) {
	was = slices.Index(ids, id)
	is = min(max(was+min(max(by, -len(ids)), len(ids)), 0), len(ids)-1)
	rest := slices.Delete(slices.Clone(ids), was, was+1)
	copy(ids, slices.Insert(rest, is, id))
	return was, is
}

// ProjectSheet is what the pages of a project's settings show. Project must not be changed.
type ProjectSheet struct {
	Project *models.Project
	// Values are the settings by name, as text.
	Values  map[string]string
	Version int64
	// Computed is what the last 90 days say of how long things take.
	Computed PublicPromise
	// Settings and Intake say what the actor may change here.
	Settings, Intake bool
}

// ProjectSheet reads a project's settings for who may do need there.
func (d *Desk) ProjectSheet(ctx context.Context, actor Actor, slug string, need models.Action) (*ProjectSheet, error) {
	cat, p, err := d.projectFor(ctx, actor, slug, need)
	if err != nil {
		return nil, err
	}
	return &ProjectSheet{Project: p, Values: models.SettingValues(p.Settings), Version: cat.Version, Computed: computedPromise(cat, p, nil),
		Settings: actor.CanIn(models.ActSettings, p.ID), Intake: actor.CanIn(models.ActIntake, p.ID)}, nil
}

// projectFor finds a project that the actor may do something in. Unknown and foreign are one answer.
func (d *Desk) projectFor(ctx context.Context, actor Actor, slug string, need models.Action) (*models.Catalog, *models.Project, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	p := cat.ProjectBySlug(slug)
	if p == nil {
		if err := actor.may(need); err != nil {
			return nil, nil, err
		}
		return nil, nil, models.NotFound()
	}
	return cat, p, actor.mayIn(need, p.ID)
}

// onCatalog is the frame of every change of the catalog: one after the other, by what holds at this
// moment.
func (d *Desk) onCatalog(ctx context.Context, change func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error) error {
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockCatalog(ctx, tx); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		return change(ctx, tx, cat, now)
	})
}

// changeProject is the frame of every change of a project's settings: f changes its copy and
// says what is different; then it is kept and audited. Nothing different is nothing to keep.
// With version > 0 it is a Conflict when any setting has changed since that version was shown.
func (d *Desk) changeProject(ctx context.Context, actor Actor, slug string, version int64, kind string, f func(ctx context.Context, tx *models.Tx, cat *models.Catalog, p *models.Project, now time.Time) (map[string]any, error)) error {
	if _, _, err := d.projectFor(ctx, actor, slug, models.ActSettings); err != nil {
		return err
	}
	return d.onCatalog(ctx, func(ctx context.Context, tx *models.Tx, cat *models.Catalog, now time.Time) error {
		found := cat.ProjectBySlug(slug)
		if found == nil {
			return models.NotFound()
		}
		p := *found
		changes, err := f(ctx, tx, cat, &p, now)
		if err != nil {
			return err
		}
		if version > 0 && version != cat.Version {
			return models.Conflict("agent.settings.error.changed")
		}
		if len(changes) == 0 {
			return nil
		}
		if err := models.UpdateProject(ctx, tx, &p); err != nil {
			return err
		}
		return audit(ctx, tx, actor, kind, p.Slug, changes, now)
	})
}

// ProjectGeneral is what a project's first page of settings holds. Locale may be empty: the
// workspace's.
type ProjectGeneral struct {
	Name, Summary, Locale string
	// Calendar is the id of its working hours; 0 for always open.
	Calendar int64
	Version  int64
}

// ChangeProject saves a project's name, summary, language and working hours. Its slug stays what it
// is: it stands in links that other people hold.
func (d *Desk) ChangeProject(ctx context.Context, actor Actor, slug string, in ProjectGeneral) error {
	return d.changeProject(ctx, actor, slug, in.Version, "project.changed", func(ctx context.Context, tx *models.Tx, cat *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		var v models.Invalid
		hours := chosenCalendar(cat, in.Calendar, &v)
		in.Name, in.Summary = line(in.Name), line(in.Summary)
		checkName(&v, "name", in.Name)
		if utf8.RuneCountInString(in.Summary) > 300 {
			v.Add("summary", "agent.settings.error.text", "Max", 300)
		}
		checkLocale(&v, in.Locale)
		if err := v.Err(); err != nil {
			return nil, err
		}
		changes := differences(map[string][2]string{"name": {p.Name, in.Name}, "summary": {p.Summary, in.Summary}, "locale": {p.Locale, in.Locale}})
		p.Name, p.Summary, p.Locale = in.Name, in.Summary, in.Locale
		return changes, setProjectHours(ctx, tx, cat, p, hours, changes, now)
	})
}

// differences keeps the pairs of before and after that differ.
func differences(pairs map[string][2]string) map[string]any {
	changes := map[string]any{}
	for name, pair := range pairs {
		if pair[0] != pair[1] {
			changes[name] = pair
		}
	}
	return changes
}

// ErrConfirmPortal asks for the word of whoever opens a portal: nothing has been saved.
var ErrConfirmPortal = &models.Error{Kind: models.KindInvalid, Message: "agent.portal.confirm"}

// SetPortal opens or closes a project's public portal (SE-1). Opening it needs confirmed;
// without it the answer is ErrConfirmPortal and nothing changes. Closed, every public address
// of the project answers alike at once; open again, every link lives again (PT-12).
func (d *Desk) SetPortal(ctx context.Context, actor Actor, slug, portal string, confirmed bool, version int64) error {
	return d.changeProject(ctx, actor, slug, version, "project.portal", func(_ context.Context, _ *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		if portal != models.PortalPublic && portal != models.PortalNone {
			var v models.Invalid
			v.Add("portal", "agent.settings.error.choice")
			return nil, v.Err()
		}
		if portal == models.PortalPublic && p.Portal != portal && !confirmed {
			return nil, ErrConfirmPortal
		}
		changes := differences(map[string][2]string{"portal": {p.Portal, portal}})
		p.Portal = portal
		return changes, nil
	})
}

// ChangeProjectSettings saves one group of a project's settings, by name as text
// (models.ProjectSettingList). Settings of other groups stay as they are, whatever is posted.
func (d *Desk) ChangeProjectSettings(ctx context.Context, actor Actor, slug, group string, values map[string]string, version int64) error {
	return d.changeProject(ctx, actor, slug, version, "project.changed", func(ctx context.Context, tx *models.Tx, _ *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		list := models.SettingsIn(models.ProjectSettingList, group)
		if len(list) == 0 {
			return nil, models.NotFound()
		}
		before := p.Settings
		var v models.Invalid
		if err := models.ChangeSettings(&p.Settings, list, values, &v); err != nil {
			return nil, err
		}
		// One file that may be larger than everything together would promise what is never taken.
		if is := p.Settings; group == "limits" && v.Err() == nil {
			if is.FileMB > is.RequestMB {
				v.Add("file_mb", "agent.project.error.file_over_request")
			}
			if is.AgentFileMB > is.AgentRequestMB {
				v.Add("agent_file_mb", "agent.project.error.file_over_request")
			}
		}
		if err := checkRequiredProvider(ctx, tx, before, p.Settings, &v); err != nil {
			return nil, err
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		return models.SettingChanges(before, p.Settings), nil
	})
}

// DisableProject takes a project out of use for everybody outside, or back into it. Agents keep
// its tickets; its portal is not available, whatever it is set to (PC-1).
func (d *Desk) DisableProject(ctx context.Context, actor Actor, slug string, disabled bool) error {
	kind := "project.enabled"
	if disabled {
		kind = "project.disabled"
	}
	return d.changeProject(ctx, actor, slug, 0, kind, func(_ context.Context, _ *models.Tx, _ *models.Catalog, p *models.Project, now time.Time) (map[string]any, error) {
		if (p.DisabledAt != 0) == disabled {
			return nil, nil
		}
		was, is := "enabled", "disabled"
		p.DisabledAt = models.At(now)
		if !disabled {
			was, is, p.DisabledAt = is, was, 0
		}
		return map[string]any{"state": [2]string{was, is}}, nil
	})
}

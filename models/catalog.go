package models

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"
)

// Catalog is one consistent copy of everything an administrator sets: the workspace, its
// projects and their types, statuses, templates and fields. It is shared by requests and
// must not be changed; a new version replaces it whole.
type Catalog struct {
	Version   int64
	Workspace Workspace
	Projects  []*Project
	// Calendars stand by name; Policies and Routing in their order (AG-4, AG-6).
	Calendars []*Calendar
	Policies  []*Policy
	Routing   []*RoutingRule
	byID      map[int64]*Project
	bySlug    map[string]*Project

	teamCalendars map[int64]int64
	stats         map[statKey]*ResponseStat
}

// Workspace is the one row about the whole desk.
type Workspace struct {
	bun.BaseModel  `bun:"table:workspaces"`
	ID             int64 `bun:",pk"`
	Name           string
	SupportAddress string
	Locale         string
	RawSettings    string `bun:"settings"`
	CatalogVersion int64
	Epoch          string
	SetUpAt        Stamp
	CreatedAt      Stamp

	Settings WorkspaceSettings `bun:"-"`
}

// Project is a portal and a permission boundary; customers see it as the category.
type Project struct {
	bun.BaseModel      `bun:"table:projects"`
	ID                 int64 `bun:",pk,autoincrement"`
	Slug               string
	Name               string
	Summary            string
	Portal             string
	Locale             string
	Position           int64
	InitialStatusID    *int64
	ReopenedStatusID   *int64
	SelfClosedStatusID *int64
	DefaultTypeID      *int64
	EnforcedTemplateID *int64
	RawSettings        string `bun:"settings"`
	DisabledAt         Stamp
	CreatedAt          Stamp
	// CalendarID is the working time of its people; nil: always.
	CalendarID *int64
	// AutoClosedStatusID is where tickets go that are closed for want of an answer; nil: the first
	// closed status that the graph has a step to.
	AutoClosedStatusID *int64
	// Domain is the host name that leads to this project alone (CP-4); empty: none.
	Domain string

	Settings  ProjectSettings `bun:"-"`
	Types     []*TicketType   `bun:"-"`
	Statuses  []*Status       `bun:"-"`
	Templates []*Template     `bun:"-"`
	Mailboxes []*Mailbox      `bun:"-"`
	Graph     Graph           `bun:"-"`

	// What has been deleted: no longer offered, but tickets and their history may still name it.
	formerTypes    []*TicketType
	formerStatuses []*Status
}

// TicketType sorts tickets inside a project; one that is not public is for agents only.
type TicketType struct {
	bun.BaseModel `bun:"table:ticket_types"`
	ID            int64 `bun:",pk,autoincrement"`
	ProjectID     int64
	Slug          string
	Name          string
	Public        bool
	Position      int64
	// LeavingAt: deleted then, and its tickets move to ReplacedByID (nil: to no type); GoneAt: all of them have.
	ReplacedByID *int64
	LeavingAt    Stamp
	GoneAt       Stamp
	// ResponseTime and ResolutionTime are told in place of the project's texts; empty: those.
	ResponseTime   string
	ResolutionTime string
}

// Project finds a project by id, or nil.
func (c *Catalog) Project(id int64) *Project { return c.byID[id] }

// ProjectBySlug finds a project by its public slug, or nil.
func (c *Catalog) ProjectBySlug(slug string) *Project { return c.bySlug[slug] }

// PublicProjects are those whose portal is open, in their order.
func (c *Catalog) PublicProjects() []*Project {
	var open []*Project
	for _, p := range c.Projects {
		if p.Open() {
			open = append(open, p)
		}
	}
	return open
}

// Open says whether the public portal of this project answers (PC-1, PT-12).
func (p *Project) Open() bool { return p.Portal == PortalPublic && p.DisabledAt == 0 }

// Status finds one of the project's statuses, or nil. A deleted one is found too: it is in the
// history, and until they have moved it is the status of its tickets.
func (p *Project) Status(id int64) *Status {
	for _, all := range [][]*Status{p.Statuses, p.formerStatuses} {
		for _, s := range all {
			if s.ID == id {
				return s
			}
		}
	}
	return nil
}

// StatusBySlug finds one of the project's statuses, or nil.
func (p *Project) StatusBySlug(slug string) *Status {
	for _, s := range p.Statuses {
		if s.Slug == slug {
			return s
		}
	}
	return nil
}

// Type finds one of the project's types, or nil; a deleted one too, as with Status.
func (p *Project) Type(id int64) *TicketType {
	for _, all := range [][]*TicketType{p.Types, p.formerTypes} {
		for _, t := range all {
			if t.ID == id {
				return t
			}
		}
	}
	return nil
}

// PublicTypes are the types a reporter may choose from.
func (p *Project) PublicTypes() []*TicketType {
	var public []*TicketType
	for _, t := range p.Types {
		if t.Public {
			public = append(public, t)
		}
	}
	return public
}

// Template finds one of the project's templates, or nil.
func (p *Project) Template(id int64) *Template {
	for _, t := range p.Templates {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Language is the project's own locale, or the workspace's.
func (c *Catalog) Language(p *Project) string {
	if p != nil && p.Locale != "" {
		return p.Locale
	}
	return c.Workspace.Locale
}

// Catalog gives the copy that is true now: one small read tells whether the kept copy
// still holds, so replicas need no word from each other.
func (db *DB) Catalog(ctx context.Context) (*Catalog, error) {
	var version int64
	if err := db.row(db.brief(ctx), "SELECT catalog_version FROM workspaces WHERE id = 1").Scan(&version); err != nil {
		return nil, fmt.Errorf("catalog version: %w", err)
	}
	return db.catalogAt(ctx, version)
}

// KnownCatalog gives the copy that this process has read last, which may be behind by a moment, and
// reads it only when there is none: for what every request asks and no rule hangs on.
func (db *DB) KnownCatalog(ctx context.Context) (*Catalog, error) {
	if kept := db.catalog.Load(); kept != nil {
		return kept, nil
	}
	return db.Catalog(ctx)
}

// catalogAt serves callers whose own query has already read the version.
func (db *DB) catalogAt(ctx context.Context, version int64) (*Catalog, error) {
	if kept := db.catalog.Load(); kept != nil && kept.Version == version {
		return kept, nil
	}
	var fresh *Catalog
	// One snapshot for all its queries: an administrator may be changing things meanwhile.
	err := db.readBun.RunInTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}, func(ctx context.Context, tx bun.Tx) (err error) {
		fresh, err = loadCatalog(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load catalog: %w", err)
	}
	db.catalog.Store(fresh)
	return fresh, nil
}

// TxCatalog reads the catalog inside a transaction, for verbs that must decide by the
// rules of this very moment.
func TxCatalog(ctx context.Context, tx *Tx) (*Catalog, error) {
	var version int64
	if err := tx.row(ctx, "SELECT catalog_version FROM workspaces WHERE id = 1").Scan(&version); err != nil {
		return nil, err
	}
	if kept := tx.db.catalog.Load(); kept != nil && kept.Version == version {
		return kept, nil
	}
	return loadCatalog(ctx, tx.orm())
}

func loadCatalog(ctx context.Context, orm bun.IDB) (*Catalog, error) {
	cat := &Catalog{byID: map[int64]*Project{}, bySlug: map[string]*Project{}}
	if err := orm.NewSelect().Model(&cat.Workspace).Where("id = 1").Scan(ctx); err != nil {
		return nil, err
	}
	cat.Version = cat.Workspace.CatalogVersion
	cat.Workspace.Settings = DefaultWorkspaceSettings()
	if err := readSettings(cat.Workspace.RawSettings, &cat.Workspace.Settings); err != nil {
		return nil, fmt.Errorf("workspace settings: %w", err)
	}
	if err := orm.NewSelect().Model(&cat.Projects).Order("position", "id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, p := range cat.Projects {
		p.Settings = DefaultProjectSettings()
		if err := readSettings(p.RawSettings, &p.Settings); err != nil {
			return nil, fmt.Errorf("settings of project %s: %w", p.Slug, err)
		}
		p.Graph = Graph{next: map[int64][]int64{}}
		cat.byID[p.ID], cat.bySlug[p.Slug] = p, p
	}
	var types []*TicketType
	if err := orm.NewSelect().Model(&types).Order("position", "id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, t := range types {
		if p := cat.byID[t.ProjectID]; t.LeavingAt == 0 {
			p.Types = append(p.Types, t)
		} else {
			p.formerTypes = append(p.formerTypes, t)
		}
	}
	var statuses []*Status
	if err := orm.NewSelect().Model(&statuses).Order("position", "id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, s := range statuses {
		if p := cat.byID[s.ProjectID]; s.LeavingAt == 0 {
			p.Statuses = append(p.Statuses, s)
		} else {
			p.formerStatuses = append(p.formerStatuses, s)
		}
	}
	var transitions []Transition
	if err := orm.NewSelect().Model(&transitions).Order("from_id", "to_id").Scan(ctx); err != nil {
		return nil, err
	}
	for _, t := range transitions {
		g := cat.byID[t.ProjectID].Graph
		g.next[t.FromID] = append(g.next[t.FromID], t.ToID)
	}
	if err := loadMailboxes(ctx, orm, cat); err != nil {
		return nil, err
	}
	if err := loadPromises(ctx, orm, cat); err != nil {
		return nil, err
	}
	return cat, loadTemplates(ctx, orm, cat)
}

func loadTemplates(ctx context.Context, orm bun.IDB, cat *Catalog) error {
	var templates []*Template
	if err := orm.NewSelect().Model(&templates).Order("position", "id").Scan(ctx); err != nil {
		return err
	}
	byID := map[int64]*Template{}
	for _, t := range templates {
		byID[t.ID] = t
		cat.byID[t.ProjectID].Templates = append(cat.byID[t.ProjectID].Templates, t)
	}
	var fields []*Field
	if err := orm.NewSelect().Model(&fields).Order("position", "id").Scan(ctx); err != nil {
		return err
	}
	for _, f := range fields {
		if err := json.Unmarshal([]byte(f.RawOptions), &f.Options); err != nil {
			return fmt.Errorf("options of field %s: %w", f.Slug, err)
		}
		if err := json.Unmarshal([]byte(f.RawShowValues), &f.ShowValues); err != nil {
			return fmt.Errorf("condition of field %s: %w", f.Slug, err)
		}
		byID[f.TemplateID].Fields = append(byID[f.TemplateID].Fields, f)
	}
	return nil
}

// touchCatalog makes every process load the catalog again.
func touchCatalog(ctx context.Context, tx *Tx) error {
	tx.everything = true
	_, err := tx.exec(ctx, "UPDATE workspaces SET catalog_version = catalog_version + 1 WHERE id = 1")
	return err
}

// InsertProject writes a project with its settings and gives it its id.
func InsertProject(ctx context.Context, tx *Tx, p *Project) error {
	raw, err := json.Marshal(p.Settings)
	if err != nil {
		return err
	}
	p.RawSettings = string(raw)
	if err := insert(ctx, tx, p); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateProject writes a project's own columns and settings back.
func UpdateProject(ctx context.Context, tx *Tx, p *Project) error {
	raw, err := json.Marshal(p.Settings)
	if err != nil {
		return err
	}
	p.RawSettings = string(raw)
	if err := save(ctx, tx, p, "slug", "name", "summary", "portal", "locale", "position", "initial_status_id",
		"reopened_status_id", "self_closed_status_id", "default_type_id", "enforced_template_id", "settings", "disabled_at", "calendar_id", "auto_closed_status_id", "domain"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateWorkspace writes the workspace's name, address, locale, settings and set-up time back.
func UpdateWorkspace(ctx context.Context, tx *Tx, w *Workspace) error {
	raw, err := json.Marshal(w.Settings)
	if err != nil {
		return err
	}
	w.RawSettings = string(raw)
	if err := save(ctx, tx, w, "name", "support_address", "locale", "settings", "set_up_at"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// InsertType adds a ticket type to its project.
func InsertType(ctx context.Context, tx *Tx, t *TicketType) error {
	if err := insert(ctx, tx, t); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// InsertStatus adds a status to its project.
func InsertStatus(ctx context.Context, tx *Tx, s *Status) error {
	if err := insert(ctx, tx, s); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// InsertTransition allows one step between two statuses of a project.
func InsertTransition(ctx context.Context, tx *Tx, t *Transition) error {
	if err := insert(ctx, tx, t); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// InsertTemplate adds a template and its fields to its project.
func InsertTemplate(ctx context.Context, tx *Tx, t *Template) error {
	t.Version = max(t.Version, 1)
	if err := insert(ctx, tx, t); err != nil {
		return err
	}
	for i, f := range t.Fields {
		if err := f.write(); err != nil {
			return err
		}
		f.TemplateID, f.Position = t.ID, int64(i)
		if err := insert(ctx, tx, f); err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}

package desk

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/address"
	"lodge/models"
)

// NewTicketAsk says which showing of the agents' form for a new ticket is wanted.
type NewTicketAsk struct {
	// Project and Template are slugs; FormID a posted id to show the same form again.
	Project, Template, FormID string
	// Email, or ContactID, is whom it is for.
	Email     string
	ContactID int64
}

// NewTicketForm is what an agent fills in for somebody (AG-3).
type NewTicketForm struct {
	Project       Choice
	Projects      []Choice
	FormID        string
	Types         []Choice
	DefaultType   string
	Templates     []Choice
	Template      string
	Locked        bool
	Fields        []AgentFormField
	Agents, Teams []Choice
	Absent        Absent
	Contact       *NewTicketContact
	Limits        Limits
	Staged        []StagedFile
	// CanTell: the project mails reporters about their new tickets at all.
	CanTell bool
}

// AgentFormField is a question as agents see it; Inside: people outside never do.
type AgentFormField struct {
	FormField
	Inside  bool
	Default string
}

// NewTicketContact is a contact that is known already.
type NewTicketContact struct {
	ID            int64
	Name, Address string
	Synthetic     bool
	// Proven: the address is its holder's. Blocked: a sender who is turned away.
	Proven, Blocked bool
	// Companies can be chosen; Company is the id of the only one, or empty (CO-4).
	Companies []Choice
	Company   string
}

// NewTicketInput is a filled-in form.
type NewTicketInput struct {
	FormID, Project          string
	Email, Name              string
	ContactID                int64
	Title, Description       string
	Type, Template           string
	Fields                   map[string][]string
	Priority, Assignee, Team string
	// Company is the id of one; it counts when CompanyFor names the contact that the choices
	// were shown for, otherwise the contact's only company does.
	Company    string
	CompanyFor int64
	// Tell mails the contact that the ticket was opened, with their link.
	Tell    bool
	Keep    []string
	Uploads []Upload
}

// creatable are the projects an actor may open tickets in.
func creatable(actor Actor, cat *models.Catalog) []*models.Project {
	var all []*models.Project
	for _, p := range cat.Projects {
		if p.DisabledAt == 0 && actor.CanIn(models.ActCreate, p.ID) {
			all = append(all, p)
		}
	}
	return all
}

// createIn finds the project of a new ticket: the named one, or without a name the first.
func (d *Desk) createIn(ctx context.Context, actor Actor, slug string) (*models.Catalog, *models.Project, error) {
	if err := actor.may(models.ActCreate); err != nil {
		return nil, nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range creatable(actor, cat) {
		if slug == "" || p.Slug == slug {
			return cat, p, nil
		}
	}
	return nil, nil, models.NotFound()
}

// NewTicketLimits gives the limits of the form's request before its body is read.
func (d *Desk) NewTicketLimits(ctx context.Context, actor Actor, projectSlug string) (Limits, error) {
	_, project, err := d.createIn(ctx, actor, projectSlug)
	if err != nil {
		return Limits{}, err
	}
	return agentLimits(project.Settings), nil
}

// NewTicketForm gives the form for a ticket that an agent opens for somebody.
func (d *Desk) NewTicketForm(ctx context.Context, actor Actor, ask NewTicketAsk) (*NewTicketForm, error) {
	cat, project, err := d.createIn(ctx, actor, ask.Project)
	if err != nil {
		return nil, err
	}
	now := d.Now()
	f := &NewTicketForm{Project: Choice{project.Slug, project.Name}, Limits: agentLimits(project.Settings), CanTell: project.Settings.NotifyCreatedReporter}
	for _, p := range creatable(actor, cat) {
		f.Projects = append(f.Projects, Choice{p.Slug, p.Name})
	}
	for _, t := range project.Types {
		f.Types = append(f.Types, Choice{t.Slug, t.Name})
		if project.DefaultTypeID != nil && t.ID == *project.DefaultTypeID {
			f.DefaultType = t.Slug
		}
	}
	for _, t := range project.Templates {
		f.Templates = append(f.Templates, Choice{t.Slug, t.Name})
	}
	template, err := project.ChooseTemplate(ask.Template)
	if err != nil {
		// A template of the project that was chosen before this one.
		template, _ = project.ChooseTemplate("")
	}
	if template != nil {
		f.Template, f.Locked = template.Slug, project.EnforcedTemplateID != nil && *project.EnforcedTemplateID == template.ID
		for _, field := range template.Fields {
			f.Fields = append(f.Fields, AgentFormField{FormField: FormField{Slug: field.Slug, Label: field.Label, Kind: field.Kind, Help: field.Help, Options: field.Options, Required: field.Required},
				Inside: field.Hidden, Default: field.DefaultValue})
		}
	}
	if err := d.newTicketPeople(ctx, project, f); err != nil {
		return nil, err
	}
	if f.Contact, err = d.NewTicketContact(ctx, actor, ask.Email, ask.ContactID); err != nil {
		return nil, err
	}
	id, shown := d.again(ask.FormID, newTicketScope(actor), now)
	f.FormID = id
	f.Staged, err = d.staged(ctx, shown.key(), models.At(now))
	return f, err
}

func (d *Desk) newTicketPeople(ctx context.Context, project *models.Project, f *NewTicketForm) error {
	agents, err := models.AnswerersOf(ctx, d.db, project.ID)
	if err != nil {
		return err
	}
	for _, a := range agents {
		f.Agents = append(f.Agents, Choice{itoa(a.ID), a.Name})
	}
	if f.Absent, err = d.absent(ctx); err != nil {
		return err
	}
	teams, err := models.TeamNames(ctx, d.db)
	for _, t := range teams {
		f.Teams = append(f.Teams, Choice{itoa(t.ID), t.Name})
	}
	return err
}

// newTicketScope binds the form to its agent; the project may be changed while it is filled in.
func newTicketScope(actor Actor) string { return scopeOf("agent-new", itoa(actor.ID)) }

// NewTicketContact finds who a ticket is for, by id or by address; nil is somebody new. Who
// only ever wrote to projects that the actor does not have is somebody new to them.
func (d *Desk) NewTicketContact(ctx context.Context, actor Actor, email string, id int64) (*NewTicketContact, error) {
	if err := actor.may(models.ActCreate); err != nil {
		return nil, err
	}
	k, err := d.knownContact(ctx, actor, email, id)
	if err != nil || k == nil {
		return nil, err
	}
	out := &NewTicketContact{ID: k.ID, Name: k.Name, Synthetic: k.Synthetic, Proven: k.ProvenAt != 0}
	if !k.Synthetic {
		out.Address = k.Address
	}
	companies, err := models.CompaniesToPick(ctx, d.db, k.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range companies {
		out.Companies = append(out.Companies, Choice{itoa(c.ID), c.Name})
	}
	if len(companies) == 1 {
		out.Company = itoa(companies[0].ID)
	}
	out.Blocked, err = d.Blocked(ctx, k.Address, d.Now())
	return out, err
}

func (d *Desk) knownContact(ctx context.Context, actor Actor, email string, id int64) (*models.Contact, error) {
	var k *models.Contact
	var err error
	switch canonical, bad := address.Canonical(strings.TrimSpace(email)); {
	case id != 0:
		k, err = models.ContactByID(ctx, d.db, id)
	case bad != nil:
		return nil, nil
	default:
		k, err = models.ContactByKey(ctx, d.db, contactKey(canonical))
	}
	if err != nil {
		return nil, quiet(err)
	}
	known, err := models.KnownIn(ctx, d.db, k.ID, actor.projectIDs())
	if err != nil || !known {
		return nil, err
	}
	return k, nil
}

// suggestedContacts is how many contacts are offered while an address is typed.
const suggestedContacts = 8

// StageNewTicket keeps the files of a form that was not sent yet or was too large, for its next
// showing, and takes the uploads in any case.
func (d *Desk) StageNewTicket(ctx context.Context, actor Actor, formID string, keep []string, uploads []Upload) error {
	if err := actor.may(models.ActCreate); err != nil {
		d.Discard(uploads)
		return err
	}
	now := d.Now()
	d.stage(ctx, d.readForm(formID, newTicketScope(actor), now).key(), keep, uploads, nil, now)
	return nil
}

// CreateTicket opens a ticket in somebody's name. The contact is its reporter and the author of
// what is described; the timeline says which agent wrote it down. It gives the ticket's number;
// the same form sent twice makes one ticket.
func (d *Desk) CreateTicket(ctx context.Context, actor Actor, in NewTicketInput) (int64, error) {
	_, project, err := d.createIn(ctx, actor, in.Project)
	if err != nil {
		d.Discard(in.Uploads)
		return 0, err
	}
	now := d.Now()
	formKey := d.readForm(in.FormID, newTicketScope(actor), now).key()
	if done, err := d.madeBy(ctx, d.db, formKey); err != nil || done != 0 {
		d.Discard(in.Uploads)
		return done, err
	}
	n, err := d.checkNewTicket(ctx, actor, project, in, formKey, now)
	if err != nil {
		d.stage(ctx, formKey, in.Keep, in.Uploads, nil, now)
		return 0, err
	}
	fresh, err := d.keep(ctx, in.Uploads)
	if err != nil {
		d.Discard(in.Uploads)
		return 0, err
	}
	made := int64(0)
	err = d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if made, err = d.madeBy(ctx, tx, formKey); err != nil || made != 0 {
			return err
		}
		staged, err := chosen(ctx, tx, formKey, in.Keep, models.At(now))
		if err != nil {
			return err
		}
		n.files = append(staged, fresh...)
		t, m, _, err := d.create(ctx, tx, n, now)
		if err != nil {
			return err
		}
		made = t.Number
		return d.finishForm(ctx, tx, formKey, t.ID, m.ID, now)
	})
	if err != nil && models.KindOf(err) == models.KindConflict {
		if first, lookup := d.madeBy(ctx, d.db, formKey); lookup == nil && first != 0 {
			return first, nil
		}
	}
	return made, err
}

// madeBy gives the number of the ticket that a form has made already, or 0.
func (d *Desk) madeBy(ctx context.Context, c models.Conn, formKey []byte) (int64, error) {
	if len(formKey) == 0 {
		return 0, nil
	}
	sub, err := models.SubmissionByKey(ctx, c, formKey)
	if err != nil {
		return 0, quiet(err)
	}
	t, err := models.TicketByID(ctx, c, sub.TicketID)
	if err != nil {
		return 0, err
	}
	return t.Number, nil
}

func (d *Desk) checkNewTicket(ctx context.Context, actor Actor, project *models.Project, in NewTicketInput, formKey []byte, now time.Time) (*newTicket, error) {
	var v models.Invalid
	s, limits := project.Settings, agentLimits(project.Settings)
	n := &newTicket{project: project, origin: models.OriginAgent, by: &actor.ID, quiet: !in.Tell, title: line(in.Title), description: text(in.Description)}
	if err := d.checkNewContact(ctx, actor, project, in, n, &v, now); err != nil {
		return nil, err
	}
	switch {
	case n.title == "":
		v.Add("title", "portal.create.error.title")
	case utf8.RuneCountInString(n.title) > s.TitleLength:
		v.Add("title", "portal.create.error.title_long", "Count", s.TitleLength)
	}
	if n.description == "" {
		v.Add("description", "agent.new.error.description")
	} else if int64(len(n.description)) > limits.Text {
		v.Add("description", "portal.create.error.text_long", "Count", limits.Text>>10)
	}
	if in.Type != "" {
		for _, kind := range project.Types {
			if kind.Slug == in.Type {
				n.typeID = &kind.ID
			}
		}
		if n.typeID == nil {
			v.Add("type", "portal.create.error.type")
		}
	}
	template, err := project.ChooseTemplate(in.Template)
	if err != nil {
		v.Add("template", "portal.create.error.template")
	}
	n.template, n.fields = template, template.AcceptFromAgent(in.Fields, &v)
	n.priority = models.PriorityNormal
	if in.Priority != "" {
		if n.priority, err = strconv.ParseInt(in.Priority, 10, 64); err != nil || n.priority < models.PriorityLow || n.priority > models.PriorityUrgent {
			v.Add("priority", "agent.new.error.priority")
		}
	}
	if err := d.checkHands(ctx, project, in, n, &v); err != nil {
		return nil, err
	}
	staged, err := chosen(ctx, d.db, formKey, in.Keep, models.At(now))
	if err != nil {
		return nil, err
	}
	checkFiles(staged, in.Uploads, limits, &v)
	return n, v.Err()
}

// checkNewContact finds out who it is for, and the company with them (CO-4).
func (d *Desk) checkNewContact(ctx context.Context, actor Actor, project *models.Project, in NewTicketInput, n *newTicket, v *models.Invalid, now time.Time) error {
	known, err := d.knownContact(ctx, actor, in.Email, in.ContactID)
	if err != nil {
		return err
	}
	if known != nil {
		n.contact = *known
	} else {
		email, err := address.Canonical(in.Email)
		switch {
		case strings.TrimSpace(in.Email) == "":
			v.Add("email", "agent.new.error.email_missing")
		case err != nil:
			v.Add("email", "portal.create.error.email")
		case d.Portal().ownAddress(ctx, email):
			v.Add("email", "agent.new.error.email_own")
		}
		name := line(in.Name)
		if utf8.RuneCountInString(name) > project.Settings.NameLength {
			v.Add("name", "portal.create.error.name_long", "Count", project.Settings.NameLength)
		}
		n.contact = models.Contact{Address: email, AddressKey: contactKey(email), Name: name, Origin: models.OriginAgent, CreatedAt: models.At(now)}
		return nil
	}
	companies, err := models.CompaniesToPick(ctx, d.db, known.ID)
	if err != nil {
		return err
	}
	if in.CompanyFor != known.ID {
		// The choice was never shown, or for somebody else: the only company, or none.
		if len(companies) == 1 {
			n.companyID = &companies[0].ID
		}
		return nil
	}
	if in.Company == "" {
		return nil
	}
	for i := range companies {
		if itoa(companies[i].ID) == in.Company {
			n.companyID = &companies[i].ID
			return nil
		}
	}
	v.Add("company", "agent.new.error.company")
	return nil
}

// checkHands reads who gets the ticket: an agent who may answer in its project, and a team.
func (d *Desk) checkHands(ctx context.Context, project *models.Project, in NewTicketInput, n *newTicket, v *models.Invalid) error {
	if in.Assignee != "" {
		agents, err := models.AnswerersOf(ctx, d.db, project.ID)
		if err != nil {
			return err
		}
		for i := range agents {
			if itoa(agents[i].ID) == in.Assignee {
				n.assigneeID = &agents[i].ID
			}
		}
		if n.assigneeID == nil {
			v.Add("assignee", "agent.assign.error")
		}
	}
	if in.Team != "" {
		teams, err := models.TeamNames(ctx, d.db)
		if err != nil {
			return err
		}
		for i := range teams {
			if itoa(teams[i].ID) == in.Team {
				n.teamID = &teams[i].ID
			}
		}
		if n.teamID == nil {
			v.Add("team", "agent.new.error.team")
		}
	}
	return nil
}

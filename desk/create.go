package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lodge/markup"
	"lodge/models"
	"lodge/secret"
)

// newTicket is a checked ticket on its way into the database.
type newTicket struct {
	project     *models.Project
	contact     models.Contact
	title       string
	description string
	message     string
	typeID      *int64
	template    *models.Template
	fields      []models.FieldValue
	files       []kept
	origin      string
	unproven    bool
	intake      int64
	follows     *models.Ticket
	// by is the agent who makes it for the contact; nil when the contact does. written: the
	// description is the agent's own words.
	by      *int64
	written bool
	// quiet: the reporter gets no mail about the ticket's beginning.
	quiet bool
	// mailID is the mail it came by, foreign the cleaned HTML of that mail's text, or empty.
	mailID     *int64
	foreign    string
	priority   int64 // 0 is normal
	assigneeID *int64
	teamID     *int64
	companyID  *int64
	// dueAt and private are what a signed-in customer may say (CP-8).
	dueAt   models.Stamp
	private bool
	// company, when set, was chosen by an agent for a ticket of somebody else's words, or by the
	// signed-in customer themselves; 0 is none.
	company *int64
	// entries come along from another ticket; then the first is the description and none of
	// the texts above is used.
	entries []*models.Entry
}

// create writes a ticket: reporter, description, optional first message, files, links,
// event. It is the one way a ticket comes to be.
func (d *Desk) create(ctx context.Context, tx *models.Tx, n *newTicket, now time.Time) (*models.Ticket, *models.Message, Link, error) {
	stamp := models.At(now)
	reporter, err := models.EnsureContact(ctx, tx, n.contact)
	if err != nil {
		return nil, nil, Link{}, err
	}
	if n.project.InitialStatusID == nil {
		return nil, nil, Link{}, models.Unavailable(errNoStatus)
	}
	t := &models.Ticket{ProjectID: n.project.ID, Title: n.title, TypeID: n.typeID, Priority: models.PriorityNormal, ReporterID: reporter.ID, Origin: n.origin,
		Version: 1, PublicVersion: 1, Unproven: n.unproven, CreatedAt: stamp, UpdatedAt: stamp, PublicAt: stamp}
	if n.template != nil {
		t.TemplateID = &n.template.ID
	}
	if n.follows != nil {
		t.FollowsID, t.AssigneeID, t.TeamID, t.CompanyID = &n.follows.ID, n.follows.AssigneeID, n.follows.TeamID, n.follows.CompanyID
	}
	if n.priority != 0 {
		t.Priority = n.priority
	}
	t.DueAt, t.Private = n.dueAt, n.private
	switch {
	case n.by != nil:
		t.AssigneeID, t.TeamID, t.CompanyID = n.assigneeID, n.teamID, n.companyID
	case n.follows != nil:
		t.CompanyID = n.follows.CompanyID
	case n.company != nil:
		if *n.company != 0 {
			t.CompanyID = n.company
		}
	default:
		companies, err := models.CompaniesOfContact(ctx, tx, reporter.ID)
		if err != nil {
			return nil, nil, Link{}, err
		}
		t.CompanyID = models.PickCompany(models.CompanyIDs(companies))
	}
	t.SetFields(n.fields)
	t.SetStatus(n.project.Status(*n.project.InitialStatusID), now)
	n.spoke(t, stamp)
	if t.Reference, err = freeReference(ctx, tx); err != nil {
		return nil, nil, Link{}, err
	}
	if err := models.InsertTicket(ctx, tx, t); err != nil {
		return nil, nil, Link{}, err
	}
	person := &models.Participant{TicketID: t.ID, ContactID: reporter.ID, JoinedAs: models.JoinedReporter, CreatedAt: stamp}
	if err := models.InsertParticipant(ctx, tx, person); err != nil {
		return nil, nil, Link{}, err
	}
	link, err := d.keepLinks(ctx, tx, person, stamp)
	if err != nil {
		return nil, nil, Link{}, err
	}
	first, err := d.begin(ctx, tx, t, n, now)
	if err != nil {
		return nil, nil, Link{}, err
	}
	if n.by == nil {
		if err := models.SeenByCustomer(ctx, tx, person.ID, t.PublicVersion, stamp); err != nil {
			return nil, nil, Link{}, err
		}
	}
	if n.message != "" {
		if _, err := d.write(ctx, tx, t, entry{kind: models.MessagePublic, contact: &reporter.ID, body: n.message, origin: n.origin, unproven: n.unproven}, now); err != nil {
			return nil, nil, Link{}, err
		}
	}
	routed, err := d.route(ctx, tx, t, n.happening(first, reporter), now)
	if err != nil {
		return nil, nil, Link{}, err
	}
	e := &models.Event{Kind: models.EventCreated, Public: true, ContactID: &reporter.ID, AgentID: n.by, MessageID: &first.ID, CreatedAt: stamp}
	var data map[string]any
	if n.quiet {
		data = map[string]any{"quiet": true}
	}
	if err := d.record(ctx, tx, t, e, routed.beside(data), n.follows == nil); err != nil {
		return nil, nil, Link{}, err
	}
	return t, first, link, d.recordRouted(ctx, tx, routed, n.follows == nil)
}

// spoke notes who has said something by what a ticket begins with: the customer asks, an agent's own
// words are answer enough, and what comes along from another ticket has its own times.
func (n *newTicket) spoke(t *models.Ticket, now models.Stamp) {
	switch {
	case len(n.entries) > 0:
		// In the order in which people outside could read them.
		for _, e := range slices.SortedStableFunc(slices.Values(n.entries), func(a, b *models.Entry) int { return cmp.Compare(a.PublishAt, b.PublishAt) }) {
			switch {
			case e.Kind == models.MessageNote:
			case e.AgentID != nil:
				t.Answered(e.PublishAt)
			default:
				t.Asked(e.PublishAt)
			}
		}
		if t.TalkedAt == 0 {
			t.TalkedAt = now
		}
	case n.written:
		t.Answered(now)
	default:
		t.Asked(now)
	}
}

// begin writes what a ticket begins with: its description, or what comes along from another.
func (d *Desk) begin(ctx context.Context, tx *models.Tx, t *models.Ticket, n *newTicket, now time.Time) (*models.Message, error) {
	if len(n.entries) > 0 {
		return d.bring(ctx, tx, t, n.entries, models.At(now))
	}
	e := entry{kind: models.MessageDescription, contact: &t.ReporterID, body: n.description, origin: n.origin, unproven: n.unproven, files: n.files, mailID: n.mailID, foreign: n.foreign}
	if n.written {
		e.contact, e.agent = nil, n.by
	}
	return d.write(ctx, tx, t, e, now)
}

// entry is a message or note on its way into a thread.
type entry struct {
	kind                  string
	contact, agent        *int64
	body                  string
	origin                string
	unproven, unconfirmed bool
	files                 []kept
	// publishAt, when set, lets the entry wait; then is the slug of the status that waits with it.
	publishAt models.Stamp
	then      string
	// mailID is the mail it came by; foreign the cleaned HTML of its text, or empty.
	mailID  *int64
	foreign string
}

// html is the body as pages show it: agents write Markdown, everybody else a plain letter.
func (e entry) html() string {
	if e.foreign != "" {
		return e.foreign
	}
	if e.agent != nil {
		return markup.Reply(e.body)
	}
	return markup.Message(e.body)
}

// write adds an entry to a thread at the ticket's present versions.
func (d *Desk) write(ctx context.Context, tx *models.Tx, t *models.Ticket, e entry, now time.Time) (*models.Message, error) {
	stamp := models.At(now)
	m := &models.Message{PID: secret.PublicID(), TicketID: t.ID, Kind: e.kind, ContactID: e.contact, AgentID: e.agent, Body: e.body, HTML: e.html(),
		MarkupVersion: markup.Version, Origin: e.origin, Unproven: e.unproven, Unconfirmed: e.unconfirmed, Version: t.Version, PublishAt: stamp, CreatedAt: stamp, MailID: e.mailID}
	if e.publishAt != 0 {
		m.PublishAt, m.ThenStatus = e.publishAt, e.then
	} else if e.kind != models.MessageNote {
		m.PublicVersion = t.PublicVersion
	}
	if err := models.InsertMessage(ctx, tx, m); err != nil {
		return nil, err
	}
	return m, d.attach(ctx, tx, m, e.files)
}

func freeReference(ctx context.Context, tx *models.Tx) (string, error) {
	for {
		ref := secret.Reference()
		taken, err := models.ReferenceTaken(ctx, tx, ref)
		if err != nil || !taken {
			return ref, err
		}
	}
}

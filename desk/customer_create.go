package desk

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"lodge/models"
)

// OwnForm is the form for a new ticket of a signed-in customer (CP-8).
type OwnForm struct {
	*CreateForm
	// Companies are the customer's own, by name; Company is the one chosen first, empty when they
	// must choose themselves or have none.
	Companies []string
	Company   string
	// Priority and Due: the project lets customers say how urgent it is, and by when.
	Priority, Due bool
	// Private is one of models.PrivateOff …; it means something only to members of a company.
	Private string
	// Today is the first day that may be asked for.
	Today string
}

// OwnInput is what a signed-in customer adds to a form. What the project does not let customers
// say is not looked at (A73).
type OwnInput struct {
	// Company is one of the customer's own by name, Personal for none, or empty for
	// what stands there without a choice.
	Company string
	// Priority is the word of one; Due a day such as 2026-11-30. Both may be empty.
	Priority, Due string
	// Private: colleagues do not see it.
	Private bool
}

// Personal is the choice of no company, which no company can be called.
const Personal = "\x00personal"

// Priorities are the words of the priorities, the least urgent first.
var Priorities = []string{"low", "normal", "high", "urgent"}

// createScope binds a form to its page, and of a customer to themselves.
func (p *Portal) createScope(slug string) string {
	if p.me.ID != 0 {
		return scopeOf("create of "+itoa(p.me.ID), slug)
	}
	return scopeOf("create", slug)
}

// newDraft names the draft of a new ticket.
func newDraft(slug string) string { return "new:" + slug }

// creatableBy finds a project in which a customer opens a ticket.
func (p *Portal) creatableBy(ctx context.Context, slug string) (*models.Catalog, *models.Project, error) {
	cat, project, err := p.project(ctx, slug)
	if err == nil {
		err = p.mayEnter(project)
	}
	return cat, project, err
}

// OwnForm gives the form of a project for a signed-in customer; the portal must be theirs (As).
func (p *Portal) OwnForm(ctx context.Context, slug string, ask FormAsk) (*OwnForm, error) {
	now := p.d.Now()
	cat, project, err := p.creatableBy(ctx, slug)
	if err != nil {
		return nil, err
	}
	ask.CustomerToken = ""
	form, err := p.form(ctx, cat, project, ask, now)
	if err != nil {
		return nil, err
	}
	form.Customer = &PublicCustomer{Name: p.me.Name, Address: p.me.Address}
	form.Project.Suggestions, form.Project.GuestDocs, form.Project.GuestCreate = project.Settings.Suggestions, true, true
	own := &OwnForm{CreateForm: form, Priority: project.Settings.CustomerPriority, Due: project.Settings.CustomerDue, Private: project.Settings.PrivateTickets,
		Today: now.In(p.zone(cat, project)).Format(time.DateOnly)}
	companies, err := models.CompaniesOfContact(ctx, p.d.db, p.me.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range companies {
		own.Companies = append(own.Companies, k.Name)
	}
	if len(companies) == 1 {
		own.Company = companies[0].Name
	}
	return own, nil
}

// zone is where a customer's day is: as they chose, else that of the project's working hours.
func (p *Portal) zone(cat *models.Catalog, project *models.Project) *time.Location {
	if place, err := time.LoadLocation(p.me.Zone); p.me.Zone != "" && err == nil {
		return place
	}
	if project.CalendarID != nil {
		if c := cat.Calendar(*project.CalendarID); c != nil {
			return c.Location()
		}
	}
	return time.UTC
}

// SubmitOwn files a ticket of a signed-in customer: proven, never held, and counted for
// themselves whatever network they are in. The portal must be theirs (As).
func (p *Portal) SubmitOwn(ctx context.Context, in SubmitInput, own OwnInput) (*Submitted, error) {
	cat, project, err := p.creatableBy(ctx, in.Slug)
	if err != nil {
		p.d.Discard(in.Uploads)
		return nil, err
	}
	in.Client, in.CustomerToken = p.Client(), ""
	return p.submit(ctx, cat, project, in, &own)
}

// Client is what limits of a signed-in customer are counted by.
func (p *Portal) Client() string { return "customer " + itoa(p.me.ID) }

// checkOwn makes the ticket the customer's own, with what the project lets them say about it.
func (p *Portal) checkOwn(ctx context.Context, cat *models.Catalog, project *models.Project, own *OwnInput, t *newTicket, v *models.Invalid, now time.Time) error {
	contact, _, _, err := p.d.db.SignedInCustomer(ctx, p.me.ID)
	if err != nil {
		return err
	}
	t.contact, t.unproven = *contact, false
	companies, err := models.CompaniesOfContact(ctx, p.d.db, p.me.ID)
	if err != nil {
		return err
	}
	none := int64(0)
	t.company = models.PickCompany(models.CompanyIDs(companies))
	switch {
	case own.Company == Personal || len(companies) == 0:
		t.company = &none
	case own.Company != "":
		t.company = nil
		for _, k := range companies {
			if k.Name == own.Company {
				t.company = &k.ID
			}
		}
	}
	if t.company == nil {
		v.Add("company", "portal.new.company.error")
	}
	if t.company != nil && *t.company != 0 {
		t.private = project.Settings.PrivateTickets == models.PrivateAlways || project.Settings.PrivateTickets == models.PrivateChoice && own.Private
	}
	if project.Settings.CustomerPriority && own.Priority != "" {
		for i, word := range Priorities {
			if word == own.Priority {
				t.priority = int64(i) + models.PriorityLow
			}
		}
		if t.priority == 0 {
			v.Add("priority", "portal.new.priority.error")
		}
	}
	if day := strings.TrimSpace(own.Due); project.Settings.CustomerDue && day != "" {
		here := p.zone(cat, project)
		due, err := time.ParseInLocation(time.DateOnly, day, here)
		if err != nil || day < now.In(here).Format(time.DateOnly) || due.Year() > 2200 {
			v.Add("due", "portal.new.due.error")
		} else {
			t.dueAt = models.At(time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 0, 0, here))
		}
	}
	return nil
}

// stillMember asks once more, in the transaction, whether the ticket's company is the customer's.
func (p *Portal) stillMember(ctx context.Context, tx *models.Tx, t *newTicket) error {
	if p.me.ID == 0 || t.company == nil || *t.company == 0 {
		return nil
	}
	companies, err := models.CompaniesOfContact(ctx, tx, p.me.ID)
	if err != nil {
		return err
	}
	for _, k := range companies {
		if k.ID == *t.company {
			return nil
		}
	}
	return models.Forbidden()
}

// maxDraft bounds what is kept of a form, in bytes.
const maxDraft = 1 << 20

// SaveNewDraft keeps what a customer has typed into the form of a project, for any of their
// devices. Nothing typed is nothing kept.
func (p *Portal) SaveNewDraft(ctx context.Context, slug string, typed map[string][]string) error {
	if _, _, err := p.creatableBy(ctx, slug); err != nil {
		return err
	}
	now := models.At(p.d.Now())
	raw, err := json.Marshal(typed)
	if err != nil {
		return err
	}
	if len(raw) > maxDraft {
		return models.TooLarge("errors.413.text")
	}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if len(typed) == 0 {
			return models.DropDraft(ctx, tx, p.me.ID, newDraft(slug))
		}
		return models.KeepDraft(ctx, tx, p.me.ID, newDraft(slug), string(raw), now)
	})
}

// NewDraft gives what a customer has typed into the form of a project; nil when there is nothing.
func (p *Portal) NewDraft(ctx context.Context, slug string) (map[string][]string, error) {
	body, _, err := models.CustomerDraft(ctx, p.d.db, p.me.ID, newDraft(slug))
	if models.KindOf(err) == models.KindNotFound && err != nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var typed map[string][]string
	if err := json.Unmarshal([]byte(body), &typed); err != nil {
		return nil, err
	}
	if form := typed["form"]; len(form) > 0 {
		// A script may have kept it at the very moment it was sent: it is a ticket already.
		sent, err := p.submitted(ctx, p.d.readForm(form[0], p.createScope(slug), p.d.Now()).key())
		if err != nil || sent != nil {
			return nil, err
		}
	}
	return typed, nil
}

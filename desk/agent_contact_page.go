package desk

import (
	"context"
	"strconv"
	"time"

	"lodge/models"
)

// ContactPage is one contact as agents see it.
type ContactPage struct {
	ContactLine
	Locale, Origin, Notes string
	CreatedAt             time.Time
	ProvenAt, ErasedAt    time.Time // zero is not
	// Aliases are addresses of contacts that became part of this one.
	Aliases []string
	// Tickets are the ones the agent may see; TicketsNext asks for older ones.
	Tickets     []HistoryTicket
	TicketsNext string
	Failed      []FailedMail
	// Choices are the companies they are in none of.
	Choices []CompanyRef
	// MayChange: name, address, notes, merge; MayJoin: companies; MayErase: anonymise.
	MayChange, MayJoin, MayErase, MayCreate, MayBlock bool
}

// HistoryTicket is a ticket in somebody's or a company's history.
type HistoryTicket struct {
	Number               int64
	Title, Project       string
	Status               PublicStatus
	Assignee             string
	CreatedAt, UpdatedAt time.Time
	Spam                 bool
	JoinedAs             string      // in a contact's history
	Reporter             ContactLine // in a company's
}

// FailedMail is a mail that did not arrive.
type FailedMail struct {
	Ticket TicketRef
	Error  string
	At     time.Time
}

// Contact gives the page of a contact (AG-3). The id of an alias gives the page of the contact
// it became part of. before is TicketsNext of the page before.
func (d *Desk) Contact(ctx context.Context, actor Actor, id int64, before string) (*ContactPage, error) {
	contact, err := d.contact(ctx, d.db, actor, models.ActRead, id)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	from, err := historyCursor(before)
	if err != nil {
		return nil, err
	}
	change := actor.Can(models.ActContacts) && contact.ErasedAt == 0
	page := &ContactPage{ContactLine: contactLine(contact), Locale: contact.Locale, Origin: contact.Origin, Notes: contact.Notes, CreatedAt: contact.CreatedAt.Time(),
		MayChange: change, MayJoin: change && actor.Projects == nil, MayErase: change && actor.mayErase() == nil,
		MayCreate: contact.ErasedAt == 0 && actor.Can(models.ActCreate), MayBlock: !contact.Synthetic && actor.Can(models.ActSpam)}
	if contact.ProvenAt != 0 {
		page.ProvenAt = contact.ProvenAt.Time()
	}
	if contact.ErasedAt != 0 {
		page.ErasedAt = contact.ErasedAt.Time()
	}
	if err := d.contactSides(ctx, actor, contact, page); err != nil {
		return nil, err
	}
	rows, err := models.TicketsOfContact(ctx, d.db, contact.ID, actor.projectIDs(), from, historyPage+1)
	if err != nil {
		return nil, err
	}
	if len(rows) > historyPage {
		rows = rows[:historyPage]
		page.TicketsNext = strconv.FormatInt(rows[historyPage-1].ID, 36)
	}
	for _, r := range rows {
		page.Tickets = append(page.Tickets, historyTicket(cat, r))
	}
	failed, err := models.FailedMails(ctx, d.db, contact.ID, actor.projectIDs(), failedMost)
	for _, m := range failed {
		page.Failed = append(page.Failed, FailedMail{Ticket: TicketRef{Number: m.Number, Title: m.Title}, Error: m.LastError, At: m.UpdatedAt.Time()})
	}
	return page, err
}

// contactSides reads the companies and aliases of a contact.
func (d *Desk) contactSides(ctx context.Context, actor Actor, contact *models.Contact, page *ContactPage) error {
	of, err := models.MembershipsOf(ctx, d.db, []int64{contact.ID})
	if err != nil {
		return err
	}
	member := map[int64]bool{}
	for _, m := range of[contact.ID] {
		member[m.CompanyID] = true
		page.Companies = append(page.Companies, CompanyRef{m.CompanyID, m.Company, m.Manager})
	}
	if page.MayJoin {
		all, err := d.companyRefs(ctx, actor)
		if err != nil {
			return err
		}
		for _, k := range all {
			if !member[k.ID] {
				page.Choices = append(page.Choices, k)
			}
		}
	}
	if contact.ErasedAt != 0 {
		return nil
	}
	aliases, err := models.AliasesOf(ctx, d.db, contact.ID)
	for _, a := range aliases {
		if !a.Synthetic {
			page.Aliases = append(page.Aliases, a.Address)
		} else if a.Name != "" {
			page.Aliases = append(page.Aliases, a.Name)
		}
	}
	return err
}

func historyCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 36, 64)
	if err != nil || n < 1 {
		return 0, models.NotFound()
	}
	return n, nil
}

func historyTicket(cat *models.Catalog, l *models.TicketLine) HistoryTicket {
	t := HistoryTicket{Number: l.Number, Title: l.Title, Assignee: l.Assignee, CreatedAt: l.CreatedAt.Time(), UpdatedAt: l.UpdatedAt.Time(), Spam: l.Spam, JoinedAs: l.JoinedAs,
		Status: PublicStatus{Category: string(l.Category)}}
	if p := cat.Project(l.ProjectID); p != nil {
		t.Project = p.Name
		if s := p.Status(l.StatusID); s != nil {
			t.Status.Label = s.Name
		}
	}
	if l.ReporterID != 0 {
		t.Reporter = contactLine(&models.Contact{ID: l.ReporterID, Name: l.ReporterName, Address: l.ReporterAddress, Synthetic: l.Synthetic})
	}
	return t
}

package desk

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"lodge/models"
)

const companiesPage = 50

// CompanyLine is a company in a list. Members and Open stop counting at 100.
type CompanyLine struct {
	ID            int64
	Name          string
	Members, Open int
	LastAt        time.Time // zero is never
	// Low: little is left of its bought time; Left says how much, in minutes.
	Low  bool
	Left int64
}

// CompaniesPage is one page of companies. Next is empty at the end.
type CompaniesPage struct {
	Companies []CompanyLine
	Next      string
	MayChange bool
}

// Companies lists companies by name; text finds those whose name contains it. after is Next of
// the page before. An agent of some projects sees those that have a ticket or a known contact there.
func (d *Desk) Companies(ctx context.Context, actor Actor, text, after string) (*CompaniesPage, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	q := models.CompanyQuery{Text: text, Projects: actor.projectIDs(), AgentID: actor.ID, Limit: companiesPage + 1}
	if after != "" {
		name, id, _ := strings.Cut(after, ".")
		raw, err1 := base64.RawURLEncoding.DecodeString(name)
		n, err2 := strconv.ParseInt(id, 36, 64)
		if err1 != nil || err2 != nil {
			return nil, models.NotFound()
		}
		q.After, q.AfterID = string(raw), n
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := models.Companies(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	page := &CompaniesPage{MayChange: actor.everywhere(models.ActContacts) == nil}
	if len(rows) > companiesPage {
		rows = rows[:companiesPage]
		last := rows[companiesPage-1]
		page.Next = base64.RawURLEncoding.EncodeToString([]byte(last.NameKey)) + "." + strconv.FormatInt(last.ID, 36)
	}
	for _, r := range rows {
		line := CompanyLine{ID: r.ID, Name: r.Name, Members: r.Members, Open: r.Open, Low: r.TimeLow(cat.Workspace.Settings.TimeLowMinutes), Left: r.TimeLeft()}
		if r.LastAt != 0 {
			line.LastAt = r.LastAt.Time()
		}
		page.Companies = append(page.Companies, line)
	}
	return page, nil
}

// companyRefs are the companies an agent can choose from, by name.
func (d *Desk) companyRefs(ctx context.Context, actor Actor) ([]CompanyRef, error) {
	all, err := models.CompanyNames(ctx, d.db, actor.projectIDs(), actor.ID, companyChoices)
	var refs []CompanyRef
	for _, k := range all {
		refs = append(refs, CompanyRef{ID: k.ID, Name: k.Name})
	}
	return refs, err
}

// company finds a company inside what an agent sees.
func (d *Desk) company(ctx context.Context, c models.Conn, actor Actor, id int64) (*models.Company, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	k, err := models.CompanyByID(ctx, c, id)
	if err != nil {
		return nil, err
	}
	seen, err := models.CompanySeen(ctx, c, id, actor.projectIDs(), actor.ID)
	if err == nil && !seen {
		return nil, models.NotFound()
	}
	return k, err
}

// CompanyPage is one company as agents see it.
type CompanyPage struct {
	ID          int64
	Name, Notes string
	Sees        string // one of models.CompanySees
	CreatedAt   time.Time
	Domains     []string
	// Joinable counts people whose proven address is at one of the domains and who are no
	// members, up to 100.
	Joinable    int
	Members     []ContactLine
	MembersNext string
	MayChange   bool
}

// Company gives the page of a company. before is MembersNext of the page before.
func (d *Desk) Company(ctx context.Context, actor Actor, id int64, before string) (*CompanyPage, error) {
	k, err := d.company(ctx, d.db, actor, id)
	if err != nil {
		return nil, err
	}
	page := &CompanyPage{ID: k.ID, Name: k.Name, Notes: k.Notes, Sees: k.Sees, CreatedAt: k.CreatedAt.Time(), MayChange: actor.everywhere(models.ActContacts) == nil}
	if page.Domains, err = models.DomainsOfCompany(ctx, d.db, id); err != nil {
		return nil, err
	}
	if page.MayChange && len(page.Domains) > 0 {
		if page.Joinable, err = models.CountJoinable(ctx, d.db, id, 100); err != nil {
			return nil, err
		}
	}
	members, err := d.Contacts(ctx, actor, ContactAsk{Company: id, After: before})
	if err != nil {
		return nil, err
	}
	page.Members, page.MembersNext = members.Contacts, members.Next
	return page, nil
}

// CompanyTickets is one page of a company's tickets.
type CompanyTickets struct {
	Company   CompanyRef
	Tickets   []HistoryTicket
	Next      string
	MayChange bool
}

// CompanyTickets lists a company's tickets that the agent may see, the last changed first
// (CO-4). state is models.ViewOpen, models.ViewEnded or empty for all.
func (d *Desk) CompanyTickets(ctx context.Context, actor Actor, id int64, state, before string) (*CompanyTickets, error) {
	k, err := d.company(ctx, d.db, actor, id)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	q := models.CompanyTicketQuery{CompanyID: id, State: state, Projects: actor.projectIDs(), Limit: historyPage + 1}
	if state != "" && state != models.ViewOpen && state != models.ViewEnded {
		return nil, models.NotFound()
	}
	if before != "" {
		at, last, ok := strings.Cut(before, ".")
		stamp, err1 := strconv.ParseInt(at, 36, 64)
		n, err2 := strconv.ParseInt(last, 36, 64)
		if !ok || err1 != nil || err2 != nil {
			return nil, models.NotFound()
		}
		q.Before, q.BeforeID = models.Stamp(stamp), n
	}
	rows, err := models.TicketsOfCompany(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	page := &CompanyTickets{Company: CompanyRef{ID: k.ID, Name: k.Name}, MayChange: actor.everywhere(models.ActContacts) == nil}
	if len(rows) > historyPage {
		rows = rows[:historyPage]
		last := rows[historyPage-1]
		page.Next = strconv.FormatInt(int64(last.UpdatedAt), 36) + "." + strconv.FormatInt(last.ID, 36)
	}
	for _, r := range rows {
		page.Tickets = append(page.Tickets, historyTicket(cat, r))
	}
	return page, nil
}

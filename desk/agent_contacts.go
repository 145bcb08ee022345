package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"lodge/models"
)

const (
	contactsPage   = 50
	historyPage    = 25
	suggestedMost  = 8
	failedMost     = 10
	companyChoices = 500
)

// ContactAsk asks for one page of contacts. After is ContactsPage.Next of the page before.
type ContactAsk struct {
	Text    string
	Company int64 // 0 is all
	After   string
}

// ContactLine is a contact in a list. Address is empty where there is no mailbox.
type ContactLine struct {
	ID                int64
	Name, Address     string
	Synthetic, Proven bool
	Companies         []CompanyRef
	// Manager of the company whose members are listed.
	Manager bool
	// Sees is what they see there instead of what the company says; empty: as the company says.
	Sees string
	// Open counts tickets that have not ended.
	Open int
	Last TicketRef // Number 0 is none
}

// Shown is the name, or the address, or empty for somebody without either.
func (c ContactLine) Shown() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Address
}

// CompanyRef names a company and the part somebody has in it.
type CompanyRef struct {
	ID      int64
	Name    string
	Manager bool
}

// TicketRef names a ticket.
type TicketRef struct {
	Number int64
	Title  string
	At     time.Time
}

// ContactsPage is one page of contacts. Next is empty at the end.
type ContactsPage struct {
	Contacts []ContactLine
	Next     string
	// Company is the one the list is narrowed to; its ID 0 is none.
	Company   CompanyRef
	Companies []CompanyRef // the choices
	MayChange bool
}

// everywhere is the first line of verbs whose effect no project bounds.
func (a Actor) everywhere(action models.Action) error {
	if err := a.may(action); err != nil {
		return err
	}
	if a.Projects != nil {
		return models.Forbidden()
	}
	return nil
}

// Contacts lists contacts that the agent may see (AG-3): who has only some projects sees those
// who take part in tickets there, and those they made themselves.
func (d *Desk) Contacts(ctx context.Context, actor Actor, ask ContactAsk) (*ContactsPage, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	page := &ContactsPage{MayChange: actor.Can(models.ActContacts)}
	if ask.Company != 0 {
		k, err := d.company(ctx, d.db, actor, ask.Company)
		if err != nil {
			return nil, err
		}
		page.Company = CompanyRef{ID: k.ID, Name: k.Name}
	}
	after, err := contactCursor(ask.After)
	if err != nil {
		return nil, err
	}
	rows, next, err := models.Contacts(ctx, d.db, models.ContactQuery{Text: ask.Text, CompanyID: ask.Company, Projects: actor.projectIDs(), AgentID: actor.ID, After: after, Limit: contactsPage})
	if err != nil {
		return nil, err
	}
	page.Contacts = contactLines(rows, ask.Company)
	if next != nil {
		page.Next = base64.RawURLEncoding.EncodeToString(next.Word) + "." + strconv.FormatInt(next.ID, 36)
	}
	page.Companies, err = d.companyRefs(ctx, actor)
	return page, err
}

// SuggestContacts gives a few contacts for what somebody types into a field.
func (d *Desk) SuggestContacts(ctx context.Context, actor Actor, text string) ([]ContactLine, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	rows, _, err := models.Contacts(ctx, d.db, models.ContactQuery{Text: text, Projects: actor.projectIDs(), AgentID: actor.ID, Limit: suggestedMost})
	return contactLines(rows, 0), err
}

func contactLines(rows []*models.ContactRow, company int64) []ContactLine {
	lines := []ContactLine{}
	for _, r := range rows {
		line := contactLine(&r.Contact)
		line.Open = r.Open
		if r.LastNumber != 0 {
			line.Last = TicketRef{Number: r.LastNumber, Title: r.LastTitle, At: r.LastAt.Time()}
		}
		for _, m := range r.Companies {
			line.Companies = append(line.Companies, CompanyRef{m.CompanyID, m.Company, m.Manager})
			if m.CompanyID == company {
				line.Sees = m.Sees
			}
			line.Manager = line.Manager || m.CompanyID == company && m.Manager
		}
		lines = append(lines, line)
	}
	return lines
}

func contactLine(c *models.Contact) ContactLine {
	line := ContactLine{ID: c.ID, Name: c.Name, Synthetic: c.Synthetic, Proven: c.ProvenAt != 0}
	if !c.Synthetic {
		line.Address = c.Address
	}
	return line
}

func contactCursor(text string) (*models.ContactCursor, error) {
	if text == "" {
		return nil, nil
	}
	word, id, _ := strings.Cut(text, ".")
	raw, err1 := base64.RawURLEncoding.DecodeString(word)
	n, err2 := strconv.ParseInt(id, 36, 64)
	if err1 != nil || err2 != nil {
		return nil, models.NotFound()
	}
	return &models.ContactCursor{Word: raw, ID: n}, nil
}

// contact finds a contact inside what an agent sees; an alias leads to the contact it became
// part of.
func (d *Desk) contact(ctx context.Context, c models.Conn, actor Actor, need models.Action, id int64) (*models.Contact, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	contact, err := models.ContactByID(ctx, c, id)
	if err == nil && contact.MergedIntoID != nil {
		contact, err = models.ContactByID(ctx, c, *contact.MergedIntoID)
	}
	if err != nil {
		return nil, err
	}
	seen, err := models.SeesContact(ctx, c, contact.ID, actor.projectIDs(), actor.ID)
	if err != nil {
		return nil, err
	}
	if !seen {
		return nil, models.NotFound()
	}
	return contact, actor.may(need)
}

// living is a contact that can still be changed.
func (d *Desk) living(ctx context.Context, c models.Conn, actor Actor, id int64) (*models.Contact, error) {
	contact, err := d.contact(ctx, c, actor, models.ActContacts, id)
	if err == nil && contact.ErasedAt != 0 {
		return nil, models.NotFound()
	}
	return contact, err
}

// stateOf names what a form was filled from, so that saving over somebody else's change is noticed.
func stateOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

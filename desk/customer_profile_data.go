package desk

import (
	"context"
	"encoding/json"
	"time"

	"lodge/models"
)

// OwnData is everything that this desk keeps about a customer and that they may see: nothing of
// what agents write among themselves, no number or id of a row, nobody else's address (A69).
type OwnData struct {
	Exported time.Time     `json:"exported"`
	Profile  OwnProfile    `json:"profile"`
	Tickets  []OwnTicket   `json:"tickets"`
	Feedback []OwnFeedback `json:"feedback"`
	Sessions []OwnSession  `json:"sessions"`
	Passkeys []OwnPasskey  `json:"passkeys"`
	SignIns  []OwnSignIn   `json:"sign_ins_with_others"`
}

// OwnProfile is the person.
type OwnProfile struct {
	Name      string            `json:"name"`
	Language  string            `json:"language"`
	Zone      string            `json:"time_zone"`
	Since     time.Time         `json:"since"`
	Addresses []OwnAddress      `json:"addresses"`
	Mails     map[string]string `json:"mails_by_project"`
	TwoFactor bool              `json:"two_factor"`
}

// OwnAddress is one of their addresses.
type OwnAddress struct {
	Address   string `json:"address"`
	Main      bool   `json:"main"`
	Confirmed bool   `json:"confirmed"`
}

// OwnTicket is a ticket they reported or take part in, with what they have written.
type OwnTicket struct {
	Reference string       `json:"reference"`
	Title     string       `json:"title"`
	Project   string       `json:"project"`
	Status    string       `json:"status"`
	Reported  bool         `json:"reported_by_you"`
	Opened    time.Time    `json:"opened"`
	Changed   time.Time    `json:"changed"`
	Joined    time.Time    `json:"joined"`
	Answers   []OwnAnswer  `json:"answers,omitempty"`
	Messages  []OwnMessage `json:"messages"`
}

// OwnAnswer is an answer on the form of a ticket they reported, as far as its page shows it.
type OwnAnswer struct {
	Question string   `json:"question"`
	Answer   []string `json:"answer"`
}

// OwnMessage is a public message of theirs.
type OwnMessage struct {
	Written time.Time `json:"written"`
	Text    string    `json:"text"`
}

// OwnFeedback is what they said about how a ticket was resolved.
type OwnFeedback struct {
	Ticket  string    `json:"ticket"`
	Score   int       `json:"score"`
	Comment string    `json:"comment"`
	Given   time.Time `json:"given"`
}

// OwnSession is a browser in which they are signed in.
type OwnSession struct {
	Device string    `json:"device"`
	Began  time.Time `json:"began"`
	Seen   time.Time `json:"last_used"`
}

// OwnPasskey is a passkey, without what it is checked by.
type OwnPasskey struct {
	Name  string     `json:"name"`
	Added time.Time  `json:"added"`
	Used  *time.Time `json:"last_used,omitempty"`
}

// OwnSignIn is a provider they sign in with.
type OwnSignIn struct {
	Provider string    `json:"provider"`
	Address  string    `json:"address"`
	Linked   time.Time `json:"linked"`
}

// OwnData collects it. Nothing is changed.
func (p *Portal) OwnData(ctx context.Context, me Customer) (*OwnData, error) {
	d, now := p.d, p.d.Now()
	contact, account, cat, err := d.db.SignedInCustomer(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	out := &OwnData{Exported: now, Profile: OwnProfile{Name: contact.Name, Language: contact.Locale, Zone: account.Zone, Since: account.CreatedAt.Time(), Mails: map[string]string{}, TwoFactor: account.TOTPAt != 0},
		Tickets: []OwnTicket{}, Feedback: []OwnFeedback{}, Sessions: []OwnSession{}, Passkeys: []OwnPasskey{}, SignIns: []OwnSignIn{}}
	addresses, err := d.customerAddresses(ctx, contact, now)
	if err != nil {
		return nil, err
	}
	for _, a := range addresses {
		out.Profile.Addresses = append(out.Profile.Addresses, OwnAddress{a.Address, a.Main, a.Proven})
	}
	wishes, err := d.customerWishes(ctx, cat, me.ID)
	if err != nil {
		return nil, err
	}
	for _, w := range wishes {
		out.Profile.Mails[w.Project] = w.Wish
	}
	if err := p.ownTickets(ctx, me, cat, out, now); err != nil {
		return nil, err
	}
	feedback, err := models.OwnFeedbacks(ctx, d.db, me.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range feedback {
		out.Feedback = append(out.Feedback, OwnFeedback{f.Reference, f.Score, f.Comment, f.GivenAt.Time()})
	}
	sessions, err := d.customerSessions(ctx, me.ID, nil, now)
	if err != nil {
		return nil, err
	}
	for _, s := range sessions {
		out.Sessions = append(out.Sessions, OwnSession{s.Device, s.Began, s.SeenAt})
	}
	keys, err := d.customerPasskeys(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		one := OwnPasskey{Name: k.Name, Added: k.Added}
		if !k.Used.IsZero() {
			one.Used = &k.Used
		}
		out.Passkeys = append(out.Passkeys, one)
	}
	identities, err := models.OwnIdentities(ctx, d.db, me.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range identities {
		out.SignIns = append(out.SignIns, OwnSignIn{i.Issuer, i.Address, i.CreatedAt.Time()})
	}
	return out, nil
}

func (p *Portal) ownTickets(ctx context.Context, me Customer, cat *models.Catalog, out *OwnData, now time.Time) error {
	tickets, err := models.OwnTickets(ctx, p.d.db, me.ID)
	if err != nil {
		return err
	}
	messages, err := models.OwnMessages(ctx, p.d.db, me.ID, models.At(now))
	if err != nil {
		return err
	}
	said := map[int64][]OwnMessage{}
	for _, m := range messages {
		said[m.TicketID] = append(said[m.TicketID], OwnMessage{m.WrittenAt.Time(), m.Body})
	}
	for _, t := range tickets {
		project := cat.Project(t.ProjectID)
		if project == nil {
			continue
		}
		one := OwnTicket{Reference: t.Reference, Title: t.Title, Project: project.Name, Reported: t.Reporter, Opened: t.CreatedAt.Time(), Changed: t.PublicAt.Time(), Joined: t.JoinedAt.Time(), Messages: said[t.ID]}
		if status := project.Status(t.StatusID); status != nil {
			one.Status = status.Label()
		}
		if one.Messages == nil {
			one.Messages = []OwnMessage{}
		}
		if t.Reporter {
			var fields []models.FieldValue
			_ = json.Unmarshal([]byte(t.RawFields), &fields)
			for _, f := range fields {
				if f.Public {
					one.Answers = append(one.Answers, OwnAnswer{f.Label, f.Values})
				}
			}
		}
		out.Tickets = append(out.Tickets, one)
	}
	return nil
}

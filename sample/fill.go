package sample

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lodge/desk"
	"lodge/models"
	"lodge/secret"
)

// Options are the parts of the desk to fill. Clock must be the one whose Now the desk was
// made with: Fill lives through the past weeks with it and lets it go at the end. Now is
// when the story ends; zero is the real time.
type Options struct {
	Desk  *desk.Desk
	DB    *models.DB
	Clock *Clock
	Now   time.Time
}

// Filled is what was made and the ways in.
type Filled struct {
	Workspace string
	// Projects are the slugs of the open portals; Private of those without one.
	Projects, Private []string
	SignIns           []SignIn
	// Customers are those of the portal.
	Customers []SignIn
	// Threads are the reporters' own links, what happened last first; those of private
	// projects are left out.
	Threads []Thread
	// IntakePath opens a form prefilled for a customer; UnsubscribePath stops mails.
	IntakePath, UnsubscribePath string
	Tickets, Messages, Articles int
}

// mailedFor is how far back Fill leaves mails to be sent: older news would come into the
// outbox as if it had happened just now.
const mailedFor = 36 * time.Hour

// linksLive is how long after its last word the demo prints a ticket's link: none that has run out.
const linksLive = 60 * 24 * time.Hour

// demoUndo is how many seconds the demo's agents can take a reply back: long enough to see
// it, short enough to see the mail.
const demoUndo = 5

// Fill makes a small believable desk through the verbs that people use, in a few seconds.
// Jobs for small pictures, recent mails and the search index are left to the runner.
func Fill(ctx context.Context, o Options) (*Filled, error) {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	defer o.Clock.Release()
	f := &filler{Options: o, out: &Filled{Workspace: "Nordwind"}, teams: map[string]int64{}}
	for _, do := range []func(context.Context) error{f.people, f.projects, f.macros, f.articles, f.keepCompanies, f.accounts, f.hours, f.promises, f.routing, f.stories, f.finish} {
		if err := do(ctx); err != nil {
			return nil, fmt.Errorf("sample: %w", err)
		}
	}
	return f.out, nil
}

// Small makes the least that pages can be tried on: the cast, one project "acme" with its
// templates, three articles, and no tickets.
func Small(ctx context.Context, o Options) (*Filled, error) {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Clock != nil {
		defer o.Clock.Release()
	}
	f := &filler{Options: o, out: &Filled{Workspace: "Acme"}, teams: map[string]int64{}}
	if err := f.people(ctx); err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	err := o.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		p, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "acme", Name: "Acme support", Summary: "Help with Acme.", Locale: "en", MailFrom: "help@acme.example",
			Settings: func(s *models.ProjectSettings) { s.UndoSeconds = 0 }}, o.Now)
		if err != nil {
			return err
		}
		f.out.Projects = []string{p.Slug}
		return f.collection(ctx, tx, p, "articles/backup/restoring.md", 3)
	})
	if err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	return f.out, nil
}

// begin is when the desk was set up: long enough ago that the clocks of every zone have been changed
// since, with days to spare.
func (o *Options) begin() time.Time { return o.Now.AddDate(0, -9, 0) }

type filler struct {
	Options
	out     *Filled
	actors  map[string]desk.Actor
	teams   map[string]int64 // by name
	clients int
	threads []lived
}

// lived is a ticket of a story once it has been filed.
type lived struct {
	story       story
	number      int64
	link        desk.Link
	unsubscribe string
	last        time.Time
}

// moment is something that happens in a story, at its time among all stories.
type moment struct {
	at time.Time
	do func(context.Context) error
}

func (f *filler) people(ctx context.Context) (err error) {
	begin := f.begin()
	f.actors, f.out.SignIns, err = staff(ctx, f.DB, f.out.Workspace, "help@nordwind.example", nil, begin)
	if err != nil {
		return err
	}
	return f.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		for _, team := range []struct {
			name    string
			members []Agent
		}{{"First line", []Agent{Cast.Ada, Cast.Ben}}, {"Billing", []Agent{Cast.Ben}}, {"Engineering", []Agent{Cast.Ines, Cast.Ada}}, {"Night desk", []Agent{Cast.Ada, Cast.Ines}}} {
			var ids []int64
			for _, a := range team.members {
				ids = append(ids, f.actors[a.Address].ID)
			}
			id, err := models.InsertTeam(ctx, tx, team.name, models.At(begin), ids...)
			if err != nil {
				return err
			}
			f.teams[team.name] = id
		}
		return nil
	})
}

// stories lets all that is told happen in the order of its times, so that numbers, events
// and changes stand in the order they would in earnest.
func (f *filler) stories(ctx context.Context) error {
	all, err := readStories()
	if err != nil {
		return err
	}
	cat, err := f.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	companies, err := f.companyIDs(ctx)
	if err != nil {
		return err
	}
	f.threads = make([]lived, len(all))
	var moments []moment
	for i, s := range all {
		t := &f.threads[i]
		times, err := reckon(cat, companies, f.teams, s, f.Now)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", s.project, s.title, err)
		}
		t.story, t.last = s, times[len(times)-1]
		moments = append(moments, moment{times[0], func(ctx context.Context) error { return f.file(ctx, t) }})
		for n, st := range s.steps {
			moments = append(moments, moment{times[n+1], func(ctx context.Context) error { return f.step(ctx, t, st) }})
			if st.to == "waiting" {
				moments = append(moments, f.silence(cat.ProjectBySlug(s.project), times[n+1])...)
			}
		}
	}
	moments = append(moments, f.mails()...)
	moments = append(moments, f.boughtTimes()...)
	moments = append(moments, f.feedback()...)
	moments = append(moments, moment{f.Now.Add(-fresh), f.readNotices})
	slices.SortStableFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	for _, m := range moments {
		if err := f.minutes(ctx, m.at); err != nil {
			return err
		}
		f.Clock.Set(m.at)
		if err := m.do(ctx); err != nil {
			return err
		}
	}
	return f.minutes(ctx, f.Now)
}

// file opens a story's ticket: on the public form, or in the chat.
func (f *filler) file(ctx context.Context, t *lived) error {
	s := t.story
	who, known := reporters[s.head["from"]]
	if !known {
		return fmt.Errorf("%s: nobody is called %q", s.title, s.head["from"])
	}
	if who.Chat != "" {
		link, err := f.Desk.FromDiscord(ctx, desk.ChatTicket{Slug: s.project, User: who.Chat, Name: who.Name, Title: s.title, Description: s.description, Locale: who.Locale})
		if err != nil {
			return f.fault(s, "files", err)
		}
		return f.opened(ctx, t, link.Token)
	}
	portal, sent := f.Desk.Portal(), f.Clock.Now()
	f.Clock.Set(sent.Add(-time.Minute)) // nobody fills a form in no time
	form, err := portal.Form(ctx, s.project, desk.FormAsk{Template: s.head["template"]})
	if err != nil {
		return f.fault(s, "opens the form", err)
	}
	f.Clock.Set(sent)
	in := desk.SubmitInput{Slug: s.project, FormID: form.FormID, Email: who.Address, Name: who.Name, Title: s.title, Description: s.description, Message: s.head["message"],
		Type: s.head["type"], Template: s.head["template"], Fields: map[string][]string{}, Client: f.client(), Locale: who.Locale}
	for _, field := range form.Fields {
		if value := s.head["field."+field.Slug]; value != "" {
			in.Fields["field."+field.Slug] = []string{value}
		}
	}
	if in.Uploads, err = f.uploads(ctx, s.files); err != nil {
		return f.fault(s, "attaches", err)
	}
	submitted, err := portal.Submit(ctx, in)
	if err != nil {
		return f.fault(s, "submits", err)
	}
	return f.opened(ctx, t, submitted.Token)
}

// opened learns the links of a fresh ticket.
func (f *filler) opened(ctx context.Context, t *lived, token string) error {
	access, _, err := f.DB.AccessByHash(ctx, models.TokenThread, secret.Hash(token))
	if err != nil {
		return err
	}
	ticket, err := models.TicketByID(ctx, f.DB, access.Ticket.ID)
	if err != nil {
		return err
	}
	t.number = ticket.Number
	t.link, t.unsubscribe = f.Desk.ParticipantLinks(&access.Person.Participant)
	if t.story.head["proof"] == "no" {
		t.link.Proof = ""
	}
	f.out.Tickets++
	f.out.Messages++
	return nil
}

// client is another reader's address prefix each time.
func (f *filler) client() string {
	f.clients++
	return fmt.Sprintf("198.51.%d.%d", 100+f.clients/250, 1+f.clients%250)
}

func (f *filler) uploads(ctx context.Context, names []string) ([]desk.Upload, error) {
	var all []desk.Upload
	for _, name := range names {
		u, err := f.Desk.Receive(ctx, name, bytes.NewReader(attachment(name, f.Clock.Now())), 10<<20)
		if err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, nil
}

func (f *filler) fault(s story, does string, err error) error {
	return fmt.Errorf("%s: %s %s: %w", s.project, s.title, does, err)
}

// step lets one step of a story happen.
func (f *filler) step(ctx context.Context, t *lived, st step) error {
	uploads, err := f.uploads(ctx, st.files)
	if err != nil {
		return f.fault(t.story, "attaches", err)
	}
	switch st.does {
	case "replies":
		in := desk.ReplyInput{Body: st.text, Email: reporters[st.who].Address, Uploads: uploads, Client: f.client()}
		var replied *desk.Replied
		replied, err = f.Desk.Portal().Reply(ctx, t.link, in)
		if err == nil && replied.Held {
			break // it waits until its sender has confirmed it
		}
		if err == nil && replied.FollowUp != "" {
			err = f.opened(ctx, t, replied.FollowUp) // what comes behind is about the new ticket
			break
		}
		f.out.Messages++
	case "closes":
		err = f.Desk.Portal().Close(ctx, t.link)
	case "unsubscribes":
		f.out.UnsubscribePath = "/ticket/unsubscribe/" + t.unsubscribe
		err = f.Desk.Portal().Unsubscribe(ctx, t.unsubscribe)
	default:
		err = f.work(ctx, t, st, uploads)
	}
	if err != nil {
		return f.fault(t.story, st.who+" "+st.does, err)
	}
	return nil
}

// work is a step of an agent.
func (f *filler) work(ctx context.Context, t *lived, st step, uploads []desk.Upload) (err error) {
	actor, known := f.actors[agents[st.who].Address]
	if !known {
		return errors.New("there is no such agent")
	}
	written := desk.AgentReply{Body: st.text, Uploads: uploads, Status: st.to}
	switch st.does {
	case "answers":
		_, err = f.Desk.ReplyAsAgent(ctx, actor, t.number, written)
		f.out.Messages++
	case "notes":
		_, err = f.Desk.Note(ctx, actor, t.number, written)
	case "sets":
		err = f.Desk.ChangeStatus(ctx, actor, t.number, st.to, 0)
	case "assigns":
		err = f.Desk.Assign(ctx, actor, t.number, f.actors[agents[st.to].Address].ID, 0)
	default:
		err = errors.New("there is no such step")
	}
	return err
}

// fresh is how old notices may be that nobody has read yet.
const fresh = 3 * time.Hour

// readNotices lets everybody have read what is older than that.
func (f *filler) readNotices(ctx context.Context) error {
	for _, s := range f.out.SignIns {
		if err := f.Desk.ReadNotices(ctx, f.actors[s.Email], 0); err != nil {
			return err
		}
	}
	return nil
}

// finish closes the private portals, drops old mails and lists the ways in.
func (f *filler) finish(ctx context.Context) error {
	f.Clock.Set(f.Now)
	if _, err := f.Desk.ReckonResponseTimes(ctx); err != nil {
		return err
	}
	if err := f.leave(ctx); err != nil {
		return err
	}
	token, _, err := f.Desk.MakeIntakeLink(ctx, "billing", Cast.Mila.Address, Cast.Mila.Name, 30)
	if err != nil {
		return err
	}
	f.out.IntakePath = "/ticket/billing?customer_token=" + token
	err = f.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		for _, shared := range cat.Projects {
			p := *shared
			// The past was told without waiting; visitors have a moment to take a reply back.
			p.Settings.UndoSeconds = demoUndo
			if p.Slug != privateProject {
				f.out.Projects = append(f.out.Projects, p.Slug)
			} else {
				f.out.Private = append(f.out.Private, p.Slug)
				p.Portal = models.PortalNone
			}
			if err := models.UpdateProject(ctx, tx, &p); err != nil {
				return err
			}
		}
		return models.ForgetJobs(ctx, tx, desk.JobNotify, models.At(f.Now.Add(-mailedFor)))
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(f.threads, func(a, b lived) int { return cmp.Compare(b.last.UnixMilli(), a.last.UnixMilli()) })
	for _, t := range f.threads {
		if t.story.project != privateProject && f.Now.Sub(t.last) < linksLive {
			f.out.Threads = append(f.out.Threads, newThread(t.story.title, t.story.project, t.link))
		}
	}
	return nil
}

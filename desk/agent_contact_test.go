package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lodge/models"
	"lodge/secret"
)

// other is a second project with an agent who has only that one.
func (h *house) other() (*models.Project, Actor) {
	h.t.Helper()
	var p *models.Project
	var actor Actor
	h.write(func(ctx context.Context, tx *models.Tx) (err error) {
		if p, err = NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other", Settings: func(s *models.ProjectSettings) { s.MinimumFillSeconds = 0 }}, h.clock()); err != nil {
			return err
		}
		frida := &models.Agent{Address: "frida@acme.example", AddressKey: "frida@acme.example", Name: "Frida", Role: models.RoleAgent, CreatedAt: models.At(h.clock())}
		if err := models.InsertAgent(ctx, tx, frida); err != nil {
			return err
		}
		actor = Actor{ID: frida.ID, Name: frida.Name, Role: frida.Role, Projects: map[int64]models.Role{p.ID: models.RoleAgent}}
		return models.SetAgentProjects(ctx, tx, frida.ID, actor.Projects)
	})
	return p, actor
}

// filedBy opens a ticket of somebody in a project and gives the link that a mail would carry.
func (h *house) filedBy(slug, email, title string) Link {
	h.t.Helper()
	h.later(2 * 60 * 60 * 1e9)
	form := h.form()
	form.Slug, form.Email, form.Name, form.Title, form.Client = slug, email, "", title, title
	if slug != "acme" {
		page, err := h.Portal().Form(context.Background(), slug, FormAsk{})
		if err != nil {
			h.t.Fatal(err)
		}
		form.FormID = page.FormID
		h.later(10 * 1e9)
	}
	done, err := h.Portal().Submit(context.Background(), form)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.mailed(done.Token)
}

// mailed is a link with the proof that its mail carries.
func (h *house) mailed(token string) Link {
	h.t.Helper()
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(token))
	if err != nil {
		h.t.Fatal(err)
	}
	link, _ := h.ParticipantLinks(&a.Person.Participant)
	return link
}

func (h *house) contactOf(email string) *models.Contact {
	h.t.Helper()
	c, err := models.ContactByKey(context.Background(), h.db, email)
	if err != nil {
		h.t.Fatal(email, err)
	}
	return c
}

func shown(page *ContactsPage) string {
	var all []string
	for _, c := range page.Contacts {
		all = append(all, c.Address)
	}
	return strings.Join(all, " ")
}

func (h *house) contacts(actor Actor, text string) string {
	h.t.Helper()
	page, err := h.Contacts(context.Background(), actor, ContactAsk{Text: text})
	if err != nil {
		h.t.Fatal(err)
	}
	return shown(page)
}

// AG-3: contacts are found by any word of name and address, small or large, and by nothing else.
func TestContactSearch(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for _, c := range [][2]string{{"rosa@calder-print.example", "Rosa Calder"}, {"j.o-neil@print.example", "José O’Neil"}, {"rosalind@zeta.example", ""}} {
			if _, err := h.CreateContact(context.Background(), h.ada, ContactSheet{Address: c[0], Name: c[1]}); err != nil {
				t.Fatal(err)
			}
		}
		for text, want := range map[string]string{
			"rosa": "rosa@calder-print.example rosalind@zeta.example", "CALDER": "rosa@calder-print.example", "rosa cal": "rosa@calder-print.example", "cal rosal": "",
			"jose": "j.o-neil@print.example", "neil": "j.o-neil@print.example", "rosa@calder-print.example": "rosa@calder-print.example", "@print.example": "j.o-neil@print.example",
			"print.example": "j.o-neil@print.example", "sa@cal": "", "%": "", "...": "", "<rosalind@zeta.example>": "rosalind@zeta.example",
		} {
			if got := h.contacts(h.ada, text); got != want {
				t.Errorf("%q finds %q, want %q", text, got, want)
			}
		}
		// Without a text: the newest first.
		if got := h.contacts(h.ada, " "); got != "rosalind@zeta.example j.o-neil@print.example rosa@calder-print.example" {
			t.Error(got)
		}
		few, err := h.SuggestContacts(context.Background(), h.ada, "ro")
		if err != nil || len(few) != 2 {
			t.Errorf("%v, %v", few, err)
		}
	})
}

// AG-3: pages follow each other without a gap or a twin, by word and by age.
func TestContactPaging(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for i := range 120 {
			if _, err := h.CreateContact(context.Background(), h.ada, ContactSheet{Address: fmt.Sprintf("sam.%03d@sam.example", i), Name: "Sam Samuel"}); err != nil {
				t.Fatal(err)
			}
		}
		for _, text := range []string{"", "sa", "sam sam", "samuel sam"} {
			seen, after := map[int64]bool{}, ""
			for pages := 1; ; pages++ {
				page, err := h.Contacts(context.Background(), h.ada, ContactAsk{Text: text, After: after})
				if err != nil {
					t.Fatal(err)
				}
				for _, c := range page.Contacts {
					if seen[c.ID] {
						t.Fatalf("%q: %s twice", text, c.Address)
					}
					seen[c.ID] = true
				}
				if after = page.Next; after == "" {
					if pages != 3 || len(seen) != 120 {
						t.Errorf("%q: %d contacts on %d pages", text, len(seen), pages)
					}
					break
				}
			}
		}
		_, err := h.Contacts(context.Background(), h.ada, ContactAsk{After: "?"})
		h.kind(err, models.KindNotFound)
	})
}

// A67, AG-3: an agent of one project sees who takes part there, and of them only what happened
// there; nothing else exists for them.
func TestContactScope(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, frida := h.other()
		h.filedBy("acme", "rosa@example.com", "Only in acme")
		h.filedBy("acme", "both@example.com", "Acme side")
		h.filedBy("other", "both@example.com", "Other side")
		rosa, both := h.contactOf("rosa@example.com"), h.contactOf("both@example.com")
		if got := h.contacts(frida, ""); got != "both@example.com" {
			t.Errorf("lists %q", got)
		}
		for _, text := range []string{"rosa", "rosa@example.com", "example.com"} {
			if got := h.contacts(frida, text); strings.Contains(got, "rosa") {
				t.Errorf("%q finds %q", text, got)
			}
		}
		if few, _ := h.SuggestContacts(ctx, frida, "rosa"); len(few) != 0 {
			t.Error("suggests a foreign contact")
		}
		page, err := h.Contact(ctx, frida, both.ID, "")
		if err != nil || len(page.Tickets) != 1 || page.Tickets[0].Title != "Other side" || page.MayJoin || page.MayErase {
			t.Errorf("%+v, %v", page, err)
		}
		if all, err := h.Contact(ctx, h.ada, both.ID, ""); err != nil || len(all.Tickets) != 2 {
			t.Errorf("%+v, %v", all, err)
		}
		list, err := h.Contacts(ctx, frida, ContactAsk{})
		if err != nil || list.Contacts[0].Open != 1 || list.Contacts[0].Last.Title != "Other side" {
			t.Errorf("%+v, %v", list, err)
		}
		for what, f := range map[string]func(id int64) error{
			"reads":   func(id int64) error { _, err := h.Contact(ctx, frida, id, ""); return err },
			"edits":   func(id int64) error { return h.ChangeContact(ctx, frida, id, ContactSheet{Address: "x@example.com"}) },
			"form":    func(id int64) error { _, err := h.ContactSheet(ctx, frida, id); return err },
			"merges":  func(id int64) error { return h.MergeContacts(ctx, frida, both.ID, id) },
			"merges2": func(id int64) error { return h.MergeContacts(ctx, frida, id, both.ID) },
		} {
			if err := f(rosa.ID); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s: %v", what, err)
			}
			if err := f(4711); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s nobody: %v", what, err)
			}
		}
		// What reaches into projects they do not have is refused, the rest is theirs to change.
		h.fault(h.ChangeContact(ctx, frida, both.ID, ContactSheet{Address: "new@example.com"}), "address")
		mine, err := h.CreateContact(ctx, frida, ContactSheet{Address: "mine@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		h.fault(h.MergeContacts(ctx, frida, mine, both.ID), "with")
		h.fault(h.MergeContacts(ctx, frida, both.ID, mine), "with")
		if got := h.contacts(frida, ""); got != "mine@example.com both@example.com" {
			t.Errorf("lists %q", got)
		}
		if err := h.ChangeContact(ctx, frida, mine, ContactSheet{Address: "mine2@example.com", Name: "Mine"}); err != nil {
			t.Error(err)
		}
		h.kind(h.EraseContact(ctx, frida, mine, "x"), models.KindForbidden)
	})
}

// A67: viewers read and change nothing; an agent does not erase; nobody is nobody.
func TestContactRoles(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		id, err := h.CreateContact(ctx, h.ada, ContactSheet{Address: "rosa@example.com", Notes: "Pays late."})
		if err != nil {
			t.Fatal(err)
		}
		viewer := Actor{ID: 99, Role: models.RoleViewer}
		if page, err := h.Contact(ctx, viewer, id, ""); err != nil || page.MayChange || page.MayJoin || page.MayCreate || page.MayBlock || page.Notes != "Pays late." {
			t.Errorf("%+v, %v", page, err)
		}
		for who, actor := range map[string]Actor{"viewer": viewer, "nobody": {}} {
			for what, err := range map[string]error{
				"edits": h.ChangeContact(ctx, actor, id, ContactSheet{Address: "x@example.com"}), "merges": h.MergeContacts(ctx, actor, id, id), "erases": h.EraseContact(ctx, actor, id, "x"),
				"joins": h.SetMember(ctx, actor, 1, id, true), "adds": h.AddMember(ctx, actor, 1, "x@example.com", true), "drops": h.DropMember(ctx, actor, 1, id),
				"domain": h.AddDomain(ctx, actor, 1, "acme.example"), "drops domain": h.DropDomain(ctx, actor, 1, "x"), "joins all": h.JoinByDomain(ctx, actor, 1), "deletes": h.DeleteCompany(ctx, actor, 1),
				"changes company": h.ChangeCompany(ctx, actor, 1, CompanySheet{Name: "X"}),
			} {
				if models.KindOf(err) != models.KindForbidden {
					t.Errorf("%s %s: %v", who, what, err)
				}
			}
			_, err1 := h.CreateContact(ctx, actor, ContactSheet{Address: "y@example.com"})
			_, err2 := h.CreateCompany(ctx, actor, CompanySheet{Name: "X", Sees: models.SeesOwn})
			if models.KindOf(err1) != models.KindForbidden || models.KindOf(err2) != models.KindForbidden {
				t.Errorf("%s creates: %v, %v", who, err1, err2)
			}
		}
		h.kind(h.EraseContact(ctx, h.ada, id, "x"), models.KindForbidden)
		_, err = h.Contacts(ctx, Actor{}, ContactAsk{})
		h.kind(err, models.KindForbidden)
	})
}

// AG-3: a new address is not proven, gets links of its own, and kills those mailed to the old
// one. Saving over somebody else's change is noticed; a taken address is refused.
func TestChangeContact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.filedBy("acme", "rosa@example.com", "Mine")
		h.reply(link, "It is me.")
		rosa := h.contactOf("rosa@example.com")
		if rosa.ProvenAt == 0 {
			t.Fatal("not proven by a mailed link")
		}
		sheet, err := h.ContactSheet(ctx, h.ada, rosa.ID)
		if err != nil {
			t.Fatal(err)
		}
		stale := *sheet
		sheet.Name, sheet.Notes, sheet.Locale = " Rosa \n Calder ", "Prefers calls.", "de"
		if err := h.ChangeContact(ctx, h.ada, rosa.ID, *sheet); err != nil {
			t.Fatal(err)
		}
		if c := h.contactOf("rosa@example.com"); c.Name != "Rosa Calder" || c.Notes != "Prefers calls." || c.Locale != "de" || c.ProvenAt == 0 {
			t.Errorf("%+v", c)
		}
		h.thread(link) // still opens
		h.kind(h.ChangeContact(ctx, h.ada, rosa.ID, stale), models.KindConflict)
		h.filedBy("acme", "otto@example.com", "His")
		for address, field := range map[string]string{"": "address", "nonsense": "address", "otto@example.com": "address", "OTTO@example.com": "address"} {
			h.fault(h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: address}), field)
		}
		h.fault(h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: "rosa@example.com", Locale: "xx"}), "locale")
		h.fault(h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: "rosa@example.com", Name: strings.Repeat("x", 141)}), "name")
		if err := h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: "rosa@new.example", Name: "Rosa"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Portal().Thread(ctx, link, ""); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the link mailed to the old address opens: %v", err)
		}
		c := h.contactOf("rosa@new.example")
		if c.ID != rosa.ID || c.ProvenAt != 0 {
			t.Errorf("%+v", c)
		}
		people, err := models.People(ctx, h.db, h.ticketByTitle("Mine").ID)
		if err != nil {
			t.Fatal(err)
		}
		fresh, unsubscribe := h.ParticipantLinks(&people[0].Participant)
		h.thread(fresh)
		if _, err := h.Portal().Subscription(ctx, unsubscribe); err != nil {
			t.Error(err)
		}
		if got := h.contacts(h.ada, "new.example"); got != "rosa@new.example" {
			t.Errorf("found as %q", got)
		}
		if got := h.contacts(h.ada, "calder"); got != "" {
			t.Errorf("the old name finds %q", got)
		}
		h.auditLacks("rosa@")
	})
}

func (h *house) ticketByTitle(title string) *models.Ticket {
	h.t.Helper()
	rows, err := models.Queue(context.Background(), h.db, models.QueueQuery{View: models.ViewAll, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	i := slices.IndexFunc(rows, func(r *models.QueueRow) bool { return r.Title == title })
	if i < 0 {
		h.t.Fatal("no ticket ", title)
	}
	t, err := models.TicketByID(context.Background(), h.db, rows[i].ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// auditLacks: the log names people by number, so that nobody who was erased lives on in it.
func (h *house) auditLacks(words ...string) {
	h.t.Helper()
	log, err := models.Audit(context.Background(), h.db, models.AuditQuery{Limit: 500})
	if err != nil {
		h.t.Fatal(err)
	}
	if len(log) == 0 {
		h.t.Error("nothing in the audit log")
	}
	for _, e := range log {
		for _, w := range words {
			if strings.Contains(e.Subject+e.Data, w) {
				h.t.Errorf("the audit log holds %s: %s %s %s", w, e.Kind, e.Subject, e.Data)
			}
		}
	}
}

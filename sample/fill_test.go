package sample

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/internal/testpg"
	"lodge/models"
)

func (w *world) fill(t testing.TB) *Filled {
	t.Helper()
	filled, err := Fill(t.Context(), Options{Desk: w.desk, DB: w.db, Clock: w.clock, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Set(noon.Add(time.Minute))
	return filled
}

// each visits every ticket as agents see it.
func (w *world) each(t *testing.T, filled *Filled, f func(*desk.AgentTicket)) {
	t.Helper()
	ada, err := w.desk.SignIn(t.Context(), desk.SignInInput{Email: Cast.Ada.Address, Password: Password, Client: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	for n := range int64(filled.Tickets) {
		ticket, err := w.desk.Ticket(t.Context(), ada, n+1, "")
		if err != nil {
			t.Fatalf("ticket %d of %d: %v", n+1, filled.Tickets, err)
		}
		f(ticket)
	}
	if _, err := w.desk.Ticket(t.Context(), ada, int64(filled.Tickets)+1, ""); models.KindOf(err) != models.KindNotFound {
		t.Errorf("there are more tickets than were counted: %v", err)
	}
}

// OP-2: the demo is a believable desk: every state, kind of entry and setting occurs, on
// both databases, and the ways in that are printed work.
func TestFill(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testFill(t, openDB(t, models.Options{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { testFill(t, openDB(t, models.Options{Address: testpg.Start(t)})) })
}

func testFill(t *testing.T, db *models.DB) {
	w := newWorld(t, db)
	filled := w.fill(t)
	ctx, portal := t.Context(), w.desk.Portal()
	if err := models.Verify(ctx, db); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	var notes []string
	last := time.Time{}
	w.each(t, filled, func(ticket *desk.AgentTicket) {
		seen[ticket.Status.Category]++
		if len(ticket.Entries) == 0 || ticket.Entries[0].Kind != models.MessageDescription || len(ticket.Entries[0].HTML) < 20 {
			t.Errorf("%s has no description", ticket.Title)
		}
		if ticket.CreatedAt.Before(last) || ticket.UpdatedAt.Before(ticket.CreatedAt) || ticket.UpdatedAt.After(noon) {
			t.Errorf("%s: filed %v, changed %v, after one filed %v", ticket.Title, ticket.CreatedAt, ticket.UpdatedAt, last)
		}
		last = ticket.CreatedAt
		for _, e := range ticket.Entries {
			seen[e.Kind]++
			if e.Kind == models.MessageNote {
				notes = append(notes, e.HTML)
			}
			for _, f := range e.Files {
				seen[f.Type]++
			}
			if strings.Contains(e.HTML, "<pre>") {
				seen["code"]++
			}
		}
		for _, p := range ticket.Participants {
			if p.Unsubscribed {
				seen["unsubscribed"]++
			}
			if p.Synthetic && p.Name == "otto#1234" {
				seen["discord"]++
			}
		}
		for _, e := range ticket.Events {
			seen["event "+e.Kind]++
		}
		for _, f := range ticket.Fields {
			if f.Slug == "triage" && !f.Public {
				seen["hidden default"]++
			}
		}
		if ticket.Unproven {
			seen["unproven"]++
		}
	})
	for _, what := range []string{"new", "open", "waiting", "on_hold", "resolved", "closed", "rejected", models.MessagePublic, models.MessageNote, "image/png", "text/plain", "application/pdf",
		"code", "unsubscribed", "discord", "hidden default", "unproven", "event reopened", "event follow_up", "event assigned", "event closed"} {
		if seen[what] == 0 {
			t.Errorf("nowhere: %s (seen: %v)", what, seen)
		}
	}
	if filled.Tickets < 45 || filled.Articles < 45 {
		t.Errorf("only %d tickets and %d articles", filled.Tickets, filled.Articles)
	}
	notes = append(notes, notesOfCompanies(t, w)...)
	w.publicSide(t, filled, notes)
	if _, err := portal.Subscription(ctx, strings.TrimPrefix(filled.UnsubscribePath, "/ticket/unsubscribe/")); err != nil {
		t.Errorf("unsubscribe link: %v", err)
	}
	slug, token, _ := strings.Cut(strings.TrimPrefix(filled.IntakePath, "/ticket/"), "?customer_token=")
	form, err := portal.Form(ctx, slug, desk.FormAsk{CustomerToken: token})
	if err != nil || form.Customer == nil || form.Customer.Address != Cast.Mila.Address {
		t.Errorf("intake link: %+v, %v", form, err)
	}
	for _, s := range filled.SignIns {
		if _, err := w.desk.SignIn(ctx, desk.SignInInput{Email: s.Email, Password: s.Password, Client: "192.0.2.2"}); err != nil {
			t.Errorf("%s cannot sign in: %v", s.Email, err)
		}
	}
}

// notesOfCompanies checks that the people of the demo work for somebody, and gives what is
// noted of them: no page outside may show it.
func notesOfCompanies(t *testing.T, w *world) []string {
	t.Helper()
	ctx := t.Context()
	ada, err := w.desk.SignIn(ctx, desk.SignInInput{Email: Cast.Ada.Address, Password: Password, Client: "192.0.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.desk.Companies(ctx, ada, "", "")
	if err != nil || len(list.Companies) < 8 {
		t.Fatalf("%d companies, %v", len(list.Companies), err)
	}
	var notes []string
	managers, joined, tickets := 0, 0, 0
	for _, k := range list.Companies {
		page, err := w.desk.Company(ctx, ada, k.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		of, err := w.desk.CompanyTickets(ctx, ada, k.ID, "", "")
		if err != nil {
			t.Fatal(err)
		}
		tickets += len(of.Tickets)
		if page.Notes != "" {
			notes = append(notes, page.Notes)
		}
		for _, m := range page.Members {
			if m.Manager {
				managers++
			}
			if len(page.Domains) > 0 && m.Address == Cast.Mila.Address {
				joined++
			}
		}
	}
	karl, err := w.desk.Contacts(ctx, ada, desk.ContactAsk{Text: "karl wessel"})
	if err != nil || len(karl.Contacts) != 1 || len(karl.Contacts[0].Companies) != 2 {
		t.Errorf("%+v, %v", karl, err)
	}
	tom, err := models.ContactByKey(ctx, w.db, "tom@ashbyfarm.example")
	if err != nil || tom.Address != Cast.Tom.Address {
		t.Errorf("%+v, %v", tom, err)
	}
	if managers < 4 || joined != 1 || tickets < 12 {
		t.Errorf("%d managers, %d joined by domain, %d tickets of companies", managers, joined, tickets)
	}
	for _, remark := range remarks {
		notes = append(notes, remark)
	}
	return notes
}

// publicSide looks at everything as people outside see it.
func (w *world) publicSide(t *testing.T, filled *Filled, notes []string) {
	t.Helper()
	ctx, portal := t.Context(), w.desk.Portal()
	german, longest, enforced := false, 0, false
	for _, slug := range filled.Projects {
		form, err := portal.Form(ctx, slug, desk.FormAsk{})
		if err != nil {
			t.Fatal(err)
		}
		enforced = enforced || form.Locked
		german = german || form.Project.Locale == "de"
		home, err := portal.Docs(ctx, slug)
		if err != nil || len(home.Collections) < 2 {
			t.Errorf("%s has %d collections, %v", slug, len(home.Collections), err)
		}
		for _, c := range home.Collections {
			page, err := portal.Collection(ctx, slug, c.Slug)
			if err != nil || len(page.Articles) == 0 {
				t.Errorf("%s/%s: %v", slug, c.Slug, err)
				continue
			}
			for _, card := range page.Articles {
				a, err := portal.Article(ctx, slug, card.Slug)
				if err != nil {
					t.Errorf("%s/%s: %v", slug, card.Slug, err)
					continue
				}
				if n := len(strings.Fields(a.HTML)); n < 80 || card.Summary == "" {
					t.Errorf("%s: %d words, summary %q", card.Slug, n, card.Summary)
				}
			}
		}
	}
	for _, th := range filled.Threads {
		page, err := portal.Thread(ctx, desk.Link{Token: th.Token, Proof: th.Proof}, "")
		if err != nil {
			t.Fatalf("%s: %v", th.Title, err)
		}
		if page.Title != th.Title || page.Project.Slug != th.Project {
			t.Errorf("%s leads to %s", th.Title, page.Title)
		}
		for _, m := range page.Messages {
			for _, note := range notes {
				if strings.Contains(m.HTML, note) || m.HTML != "" && strings.Contains(note, m.HTML) {
					t.Errorf("%s shows a note: %s", th.Title, m.HTML)
				}
			}
			for word := range strings.FieldsSeq(m.HTML) {
				longest = max(longest, len(word))
			}
		}
	}
	if !german || !enforced || longest < 200 {
		t.Errorf("german %v, enforced template %v, longest word %d", german, enforced, longest)
	}
	for _, slug := range filled.Private {
		if _, err := portal.Project(ctx, slug); models.KindOf(err) != models.KindNotFound {
			t.Errorf("%s is open: %v", slug, err)
		}
	}
	if len(filled.Private) == 0 || len(filled.Projects) < 3 {
		t.Errorf("projects %v, private %v", filled.Projects, filled.Private)
	}
}

// Jobs that are left belong to the last days: no mail tells of weeks ago as of now. Small
// pictures are wanted for all.
func TestFillLeavesRecentMails(t *testing.T) {
	w := newWorld(t, openDB(t, models.Options{Dir: t.TempDir()}))
	w.fill(t)
	jobs, err := models.ClaimJobs(t.Context(), w.db, "test", time.Now().AddDate(1, 0, 0), time.Hour, 1000)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, j := range jobs {
		kinds[j.Kind]++
		if j.Kind == desk.JobNotify && j.RunAt.Time().Before(noon.Add(-mailedFor)) {
			t.Errorf("a mail of %v waits", j.RunAt.Time())
		}
	}
	if kinds[desk.JobNotify] == 0 || kinds[desk.JobThumb] == 0 {
		t.Errorf("jobs: %v", kinds)
	}
}

// A desk that people work on is not filled.
func TestFillRefusesASetUpDesk(t *testing.T) {
	w := newWorld(t, openDB(t, models.Options{Dir: t.TempDir()}))
	if _, err := Small(t.Context(), Options{Desk: w.desk, DB: w.db, Now: noon}); err != nil {
		t.Fatal(err)
	}
	if _, err := Fill(t.Context(), Options{Desk: w.desk, DB: w.db, Clock: w.clock, Now: noon}); err == nil {
		t.Error("filled a second time")
	}
	if _, err := Bulk(t.Context(), BulkOptions{DB: w.db, Keys: w.keys, Tickets: 1}); err == nil {
		t.Error("loaded into a desk in use")
	}
}

func TestSmall(t *testing.T) {
	w := newWorld(t, openDB(t, models.Options{Dir: t.TempDir()}))
	small, err := Small(t.Context(), Options{Desk: w.desk, DB: w.db, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	form, err := w.desk.Portal().Form(t.Context(), "acme", desk.FormAsk{})
	if err != nil || len(form.Templates) != 3 {
		t.Errorf("form: %+v, %v", form, err)
	}
	home, err := w.desk.Portal().Docs(t.Context(), "acme")
	if err != nil || len(home.Recent) != 3 || small.Articles != 3 {
		t.Errorf("docs: %+v, %v", home, err)
	}
	if len(small.SignIns) != 4 || small.Tickets != 0 || fmt.Sprint(small.Projects) != "[acme]" {
		t.Errorf("small: %+v", small)
	}
}

func TestClock(t *testing.T) {
	c := &Clock{}
	if d := time.Since(c.Now()); d < 0 || d > time.Minute {
		t.Errorf("a new clock is %v off", d)
	}
	c.Set(noon)
	if !c.Now().Equal(noon) {
		t.Error("set, and not shown")
	}
	c.Release()
	if time.Since(c.Now()) > time.Minute {
		t.Error("released, and still standing")
	}
}

// A fault in a story names its place.
func TestStoriesAreChecked(t *testing.T) {
	for _, bad := range []string{
		"Title\nfrom rosa\n\nText", "Title\nfrom: rosa\nfiled: soon\n\nText", "Title\nfiled: second due in 1h\n\nText", "Title\nfiled: fri 25:00 Europe/Berlin\n\nText",
		"Title\nfiled: 1h\n\nText\n\n@@ ada\nDoes nothing.", "Title\nfiled: 3w\n\nText",
	} {
		if s, err := readStory(bad); err == nil {
			t.Errorf("read %q as %+v", bad, s)
		}
	}
	s, err := readStory("T\nfrom: rosa\nfiled: 2d 1h 5m\n\nText\nof two lines.\n\n@@ 1h 30m ada answers -> waiting | a.png b.log\nHello.\n\n> quoted")
	if err != nil || s.filed.ago != 49*time.Hour+5*time.Minute || s.description != "Text\nof two lines." {
		t.Fatalf("%+v, %v", s, err)
	}
	st := s.steps[0]
	if st.after.after != 90*time.Minute || st.who != "ada" || st.does != "answers" || st.to != "waiting" || len(st.files) != 2 || st.text != "Hello.\n\n> quoted" {
		t.Errorf("%+v", st)
	}
}

package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// shared is an office with one ticket of a company, for the tests of customers' pages: Ada opened
// it and belongs to the company.
type shared struct {
	*office
	test      *testing.T
	link      desk.Link
	number    int64
	reference string
	company   int64
}

// address is where the ticket's page is for who is signed in.
func (s *shared) address(rest string) string { return customerHome + "/" + s.reference + rest }

func newShared(t *testing.T) *shared {
	t.Helper()
	s := &shared{test: t, office: newOffice(t, func(*Options) {}).open()}
	s.link, s.number = s.file("The pump is loud")
	s.reference = s.ticket().Reference
	ada := s.customer("ada@example.com")
	s.write(func(ctx context.Context, tx *models.Tx) error {
		k := &models.Company{Name: "Harbour", NameKey: "harbour", Sees: models.SeesOwn, CreatedAt: models.At(s.desk.Now())}
		if err := models.InsertCompany(ctx, tx, k); err != nil {
			return err
		}
		s.company = k.ID
		if _, err := models.SetMember(ctx, tx, k.ID, ada.ID, false, k.CreatedAt); err != nil {
			return err
		}
		return nil
	})
	s.raw("UPDATE tickets SET company_id = ? WHERE reference = ?", s.company, s.reference)
	return s
}

func (s *shared) ticket() *models.Ticket {
	s.t.Helper()
	t, err := models.TicketByNumber(s.t.Context(), s.db, s.number)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

// member is a browser of a signed-in member of the company who sees what sees says; "manager" is
// one, and "" belongs to no company.
func (s *shared) member(name, sees string) *browser {
	s.t.Helper()
	contact := s.customer(name + "@example.com")
	if sees != "" {
		s.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.SetMember(ctx, tx, s.company, contact.ID, sees == "manager", models.At(s.desk.Now()))
			return err
		})
		if sees != "manager" {
			s.raw("UPDATE company_members SET sees = ? WHERE contact_id = ?", sees, contact.ID)
		}
	}
	return s.signedIn(contact, desk.ByPassword)
}

// reporter is Ada's browser.
func (s *shared) reporter() *browser {
	contact, err := models.ContactByKey(s.t.Context(), s.db, "ada@example.com")
	if err != nil {
		s.t.Fatal(err)
	}
	return s.signedIn(contact, desk.ByPassword)
}

// replyFields are those of the reply form on a page.
func replyFields(t *testing.T, page answer, body string) map[string]string {
	t.Helper()
	form := between(t, page.body, `name="form" value="`, `"`)
	csrf := between(t, page.body, `name="csrf" value="`, `"`)
	if form == "" || csrf == "" {
		t.Fatalf("no reply form in %s", page.body)
	}
	return map[string]string{"form": form, "csrf": csrf, "body": body}
}

// TestTicketOfACustomer: CP-9. The reporter sees the ticket with its side, replies, and the public
// page of the same ticket shows nothing of the side.
func TestTicketOfACustomer(t *testing.T) {
	s := newShared(t)
	s.raw("UPDATE tickets SET priority = 4, due_at = ? WHERE reference = ?", int64(models.At(s.desk.Now())), s.reference)
	s.raw("INSERT INTO teams (name, created_at) VALUES ('Second Line', 1)")
	s.raw("UPDATE tickets SET team_id = (SELECT id FROM teams WHERE name = 'Second Line') WHERE reference = ?", s.reference)
	b := s.reporter()
	page := b.get(s.address("")).must(t, http.StatusOK).has(t, "The pump is loud", s.reference, "Urgent", "Second Line", "Harbour", "It burns.", `id="reply-form"`)
	s.browser().get(threadURL(s.link, "")).must(t, http.StatusOK).has(t, "It burns.").
		lacks(t, s.reference, "Urgent", "Second Line", "Harbour", "ticket-side", "/my-tickets/", "data-draft-url", "data-seen")

	sent := b.upload(s.address("/replies"), replyFields(t, page, "Still loud."), map[string]string{"noise.txt": "brrr"}).must(t, http.StatusSeeOther)
	if to := sent.header.Get("Location"); !strings.HasPrefix(to, s.address("")+"?notice=sent") {
		t.Fatalf("leads to %s", to)
	}
	page = b.get(s.address("")).must(t, http.StatusOK).has(t, "Still loud.", "noise.txt")
	// Files are opened here whatever links may do.
	file := between(t, page.body, `class="file-chip" href="`, `"`)
	if got := b.get(file).must(t, http.StatusOK); got.body != "brrr" {
		t.Fatalf("the file holds %q", got.body)
	}
	// A reply without the session's token is refused, with its file.
	fields := replyFields(t, page, "Forged.")
	delete(fields, "csrf")
	b.upload(s.address("/replies"), fields, map[string]string{"x.txt": "x"}).must(t, http.StatusForbidden)
	b.get(s.address("")).lacks(t, "Forged.")
	b.get(s.address("/print")).must(t, http.StatusOK).has(t, "Still loud.", s.reference).lacks(t, "reply-form", "site-header")
	b.get(s.address("/replies")).must(t, http.StatusSeeOther)
	if v := s.ticket().PublicVersion; b.get(s.address("/updates?after="+decimal(v))).status != http.StatusNoContent {
		t.Error("a poll finds news where there is none")
	}
	b.get(s.address("/updates?after=1"), "HX-Request", "true").must(t, http.StatusOK).has(t, "Still loud.", "ticket-side")
}

// TestTicketJoined: CO-2. A colleague who may reply must join first; then the conversation says so,
// the ticket is theirs, and they are told of answers. Who only may read cannot join.
func TestTicketJoined(t *testing.T) {
	s := newShared(t)
	carl, rita := s.member("carl", models.SeesCompanyAndReply), s.member("rita", models.SeesCompany)
	page := carl.get(s.address("")).must(t, http.StatusOK).has(t, "Join conversation").lacks(t, `id="reply-form"`)
	carl.upload(s.address("/replies"), map[string]string{"csrf": carl.last, "body": "Too early."}, nil).must(t, http.StatusForbidden)
	_ = page
	carl.send(s.address("/part")).must(t, http.StatusSeeOther)
	carl.get(s.address("")).must(t, http.StatusOK).has(t, `id="reply-form"`, "Carl joined the conversation", "Leave conversation").lacks(t, "Too early.")
	s.browser().get(threadURL(s.link, "")).must(t, http.StatusOK).has(t, "Carl joined the conversation").lacks(t, "carl@example.com")
	people, err := models.People(t.Context(), s.db, s.ticket().ID)
	if err != nil || len(people) != 2 || people[1].JoinedAs != models.JoinedSelf {
		t.Fatalf("%v, %v", people, err)
	}
	// Joining twice is joining once.
	version := s.ticket().Version
	carl.send(s.address("/part")).must(t, http.StatusSeeOther)
	if s.ticket().Version != version {
		t.Error("joined twice")
	}
	rita.get(s.address("")).must(t, http.StatusOK).has(t, "Harbour shares it").lacks(t, "Join conversation", `id="reply-form"`)
	rita.send(s.address("/part")).must(t, http.StatusForbidden)
	if people, _ = models.People(t.Context(), s.db, s.ticket().ID); len(people) != 2 {
		t.Error("who may only read has joined")
	}
	// Leaving ends it; the reporter cannot leave.
	carl.get(s.address("/leave")).must(t, http.StatusOK)
	carl.send(s.address("/leave")).must(t, http.StatusSeeOther)
	if people, _ = models.People(t.Context(), s.db, s.ticket().ID); len(people) != 1 {
		t.Error("has not left")
	}
	ada := s.reporter()
	ada.get(s.address("")).must(t, http.StatusOK).lacks(t, "Leave conversation")
	ada.send(s.address("/leave")).must(t, http.StatusConflict).has(t, "cannot leave it")
	if people, _ = models.People(t.Context(), s.db, s.ticket().ID); len(people) != 1 {
		t.Error("the reporter has left")
	}
}

// TestTicketOfAManager: the rights table. A manager replies without asking, which makes them a
// participant, and closes.
func TestTicketOfAManager(t *testing.T) {
	s := newShared(t)
	s.rules(func(p *models.Project) { p.Settings.CustomerClose = models.CustomerCloseAlways })
	m := s.member("mona", "manager")
	page := m.get(s.address("")).must(t, http.StatusOK).has(t, `id="reply-form"`, "If you reply, you join", "Close ticket")
	m.send(s.address("/closure")).must(t, http.StatusSeeOther)
	if s.ticket().Category != models.CategoryClosed {
		t.Fatal("not closed")
	}
	if people, _ := models.People(t.Context(), s.db, s.ticket().ID); len(people) != 1 {
		t.Error("closing enrols")
	}
	m.upload(s.address("/replies"), replyFields(t, page, "One more thing."), nil).must(t, http.StatusSeeOther)
	if s.ticket().Category == models.CategoryClosed {
		t.Error("a reply does not open it again")
	}
	people, _ := models.People(t.Context(), s.db, s.ticket().ID)
	if len(people) != 2 || people[1].JoinedAs != models.JoinedSelf || people[1].Contact.Address != "mona@example.com" {
		t.Errorf("replying does not enrol: %v", people)
	}
	// A colleague who joined may not close.
	c := s.member("carl", models.SeesCompanyAndReply)
	c.get(s.address("")).must(t, http.StatusOK).lacks(t, "Close ticket")
	c.send(s.address("/part")).must(t, http.StatusSeeOther)
	c.send(s.address("/closure")).must(t, http.StatusForbidden)
	if s.ticket().Category == models.CategoryClosed {
		t.Error("closed by who may not")
	}
}

// TestTicketColleagueAdded: PT-14. The reporter adds a colleague by choosing; nobody outside the
// company can be added by any key, and a participant cannot add at all.
func TestTicketColleagueAdded(t *testing.T) {
	s := newShared(t)
	s.member("carl", models.SeesOwn)
	stranger := s.customer("eve@elsewhere.example")
	ada := s.reporter()
	page := ada.get(s.address("/people")).must(t, http.StatusOK).has(t, "Carl (").lacks(t, "carl@example.com", "Eve")
	key := between(t, page.body, `Choose someone</option><option value="`, `"`)
	for _, wrong := range []string{"", "1", decimal(stranger.ID), strings.Repeat("a", 24)} {
		ada.send(s.address("/people"), "colleague", wrong).must(t, http.StatusUnprocessableEntity).has(t, "Choose someone from the list.")
	}
	ada.send(s.address("/people"), "colleague", key).must(t, http.StatusSeeOther)
	ada.get(s.address("/people")).must(t, http.StatusOK).has(t, "added by a colleague", "Everybody from your company already takes part.")
	carl := s.signedIn(s.contactOf("carl@example.com"), desk.ByPassword)
	carl.get(s.address("")).must(t, http.StatusOK)
	s.member("dora", models.SeesOwn)
	carl.get(s.address("/people")).must(t, http.StatusOK).lacks(t, "Dora", "Add a colleague")
	carl.send(s.address("/people"), "colleague", key).must(t, http.StatusForbidden)
}

func (s *shared) contactOf(address string) *models.Contact {
	s.t.Helper()
	contact, err := models.ContactByKey(s.t.Context(), s.db, address)
	if err != nil {
		s.t.Fatal(err)
	}
	return contact
}

// TestTicketSeen: CP-9. Opening the page changes nothing; the mark moves by a post only and never
// back, and what came since is marked.
func TestTicketSeen(t *testing.T) {
	s := newShared(t)
	ada := s.reporter()
	seen := func() (n int64) {
		place, _, err := s.db.PlaceByReference(t.Context(), s.contactOf("ada@example.com").ID, s.reference)
		if err != nil {
			t.Fatal(err)
		}
		return place.Seen
	}
	before := seen()
	ada.get(s.address("")).must(t, http.StatusOK).lacks(t, "New since your visit")
	if seen() != before {
		t.Fatal("a GET has moved the mark")
	}
	first := s.ticket().PublicVersion
	ada.send(s.address("/seen"), "version", decimal(first)).must(t, http.StatusSeeOther)
	s.answer("We come tomorrow.")
	page := ada.get(s.address("")).must(t, http.StatusOK).has(t, "New since your visit")
	if strings.Index(page.body, "New since your visit") > strings.Index(page.body, "We come tomorrow.") {
		t.Error("the line is below what is new")
	}
	ada.send(s.address("/seen"), "version", "999999").must(t, http.StatusSeeOther)
	now := s.ticket().PublicVersion
	if seen() != now {
		t.Errorf("read up to %d of %d", seen(), now)
	}
	ada.send(s.address("/seen"), "version", "1").must(t, http.StatusSeeOther)
	if seen() != now {
		t.Error("the mark went back")
	}
	ada.get(s.address("")).must(t, http.StatusOK).lacks(t, "New since your visit")
	// A colleague who only reads has no mark, and leaves none.
	s.member("rita", models.SeesCompany).get(s.address("")).must(t, http.StatusOK).lacks(t, "data-seen=")
}

// TestTicketDraft: a half-written reply waits on another device, is nobody else's, and is gone once
// it was sent.
func TestTicketDraft(t *testing.T) {
	s := newShared(t)
	ada, other := s.reporter(), s.reporter()
	page := ada.get(s.address("")).must(t, http.StatusOK)
	ada.send(s.address("/draft"), "body", "HALF-A-THOUGHT").must(t, http.StatusSeeOther)
	other.get(s.address("")).must(t, http.StatusOK).has(t, "HALF-A-THOUGHT")
	s.member("mona", "manager").get(s.address("")).must(t, http.StatusOK).lacks(t, "HALF-A-THOUGHT")
	s.browser().get(threadURL(s.link, "")).must(t, http.StatusOK).lacks(t, "HALF-A-THOUGHT")
	// Without scripts the button of the form keeps it, with its files.
	fields := replyFields(t, page, "MORE-OF-IT")
	fields["_do"] = "draft"
	ada.upload(s.address("/replies"), fields, map[string]string{"a.txt": "a"}).must(t, http.StatusOK).has(t, "Your draft is saved", "a.txt", "MORE-OF-IT")
	other.get(s.address("")).must(t, http.StatusOK).has(t, "MORE-OF-IT").lacks(t, "HALF-A-THOUGHT")
	ada.upload(s.address("/replies"), replyFields(t, page, "All of it."), nil).must(t, http.StatusSeeOther)
	other.get(s.address("")).must(t, http.StatusOK).has(t, "All of it.").lacks(t, "MORE-OF-IT")
	// Who may not reply keeps no draft.
	rita := s.member("rita", models.SeesCompany)
	rita.get(s.address("")).must(t, http.StatusOK)
	rita.post(s.address("/draft"), url.Values{"csrf": {rita.last}, "body": {"x"}}).must(t, http.StatusForbidden)
}

// answer lets an agent reply.
func (s *shared) answer(body string) {
	s.t.Helper()
	if _, err := s.desk.ReplyAsAgent(s.t.Context(), s.actor("grace"), s.number, desk.AgentReply{Body: body}); err != nil {
		s.t.Fatal(err)
	}
}

// TestTicketMerged: CP-9, AG-8. The address of a merged ticket leads to the other one whoever was
// moved there, and tells everybody else nothing new.
func TestTicketMerged(t *testing.T) {
	s := newShared(t)
	ada, eve, mona := s.reporter(), s.member("eve", ""), s.member("mona", "manager")
	_, target := s.file("The pump is still loud")
	into, err := models.TicketByNumber(t.Context(), s.db, target)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := s.desk.PlanMerge(t.Context(), s.actor("grace"), s.number, decimal(target))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.desk.Merge(t.Context(), s.actor("grace"), s.number, desk.MergeInput{Target: decimal(target), SourceVersion: plan.SourceVersion, TargetVersion: plan.TargetVersion}); err != nil {
		t.Fatal(err)
	}
	if to := ada.get(s.address("")).must(t, http.StatusSeeOther).header.Get("Location"); to != customerHome+"/"+into.Reference {
		t.Errorf("leads to %s", to)
	}
	ada.get(customerHome+"/"+into.Reference).must(t, http.StatusOK).has(t, "The pump is still loud")
	eve.get(s.address("")).must(t, http.StatusNotFound).lacks(t, into.Reference)
	mona.get(s.address("")).must(t, http.StatusOK).lacks(t, into.Reference, "still loud")
}

// TestTicketFollowedUp: PT-9. A reply after the time to reopen opens a linked ticket and leads to
// its page, not to a link.
func TestTicketFollowedUp(t *testing.T) {
	s := newShared(t)
	s.rules(func(p *models.Project) {
		p.Settings.CustomerClose, p.Settings.ReopenDays = models.CustomerCloseAlways, 7
	})
	ada := s.reporter()
	ada.get(s.address("")).must(t, http.StatusOK)
	ada.send(s.address("/closure")).must(t, http.StatusSeeOther)
	s.raw("UPDATE tickets SET ended_at = ended_at - 864000000 WHERE reference = ?", s.reference)
	page := ada.get(s.address("")).must(t, http.StatusOK)
	to := ada.upload(s.address("/replies"), replyFields(t, page, "It is back."), nil).must(t, http.StatusSeeOther).header.Get("Location")
	if !strings.HasPrefix(to, customerHome+"/") || strings.HasPrefix(to, s.address("")) {
		t.Fatalf("leads to %s", to)
	}
	ada.get(to).must(t, http.StatusOK).has(t, "It is back.")
	ada.get(s.address("")).must(t, http.StatusOK).lacks(t, "It is back.")
}

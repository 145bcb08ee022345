package handlers

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
)

// ticketRights is what each persona gets from a route of a ticket: who opened it, who takes part,
// colleagues by what they see (own, company, company_and_reply), a manager of the company, a
// customer of elsewhere, an agent's session, and nobody.
type ticketRights struct{ reporter, participant, own, company, replier, manager, stranger, agent, nobody int }

var customerPersonas = []string{"reporter", "participant", "own", "company", "replier", "manager", "stranger", "agent", "nobody"}

func (r ticketRights) all() []int {
	return []int{r.reporter, r.participant, r.own, r.company, r.replier, r.manager, r.stranger, r.agent, r.nobody}
}

// customerMatrix is written by hand (A67). Posts carry the session's token and nothing else. The
// tickets of each row are fresh, so that no row lives off another one's effects. Open is a ticket
// that the company shares, private one that it shares with nobody.
var customerMatrix = map[string]struct{ open, private ticketRights }{
	"GET /my-tickets/:reference": {
		ticketRights{200, 200, 404, 200, 200, 200, 404, 303, 303},
		ticketRights{200, 200, 404, 404, 404, 404, 404, 303, 303}},
	"GET /my-tickets/:reference/updates": {
		ticketRights{303, 303, 404, 303, 303, 303, 404, 303, 303},
		ticketRights{303, 303, 404, 404, 404, 404, 404, 303, 303}},
	// HEAD asks for a stream without staying on the line.
	"GET /my-tickets/:reference/stream": {
		ticketRights{204, 204, 404, 204, 204, 204, 404, 303, 303},
		ticketRights{204, 204, 404, 404, 404, 404, 404, 303, 303}},
	"POST /my-tickets/:reference/replies": {
		ticketRights{422, 422, 404, 403, 403, 422, 404, 403, 403},
		ticketRights{422, 422, 404, 404, 404, 404, 404, 403, 403}},
	"GET /my-tickets/:reference/replies": {
		ticketRights{303, 303, 404, 303, 303, 303, 404, 303, 303},
		ticketRights{303, 303, 404, 404, 404, 404, 404, 303, 303}},
	"GET /my-tickets/:reference/closure": {
		ticketRights{200, 303, 404, 303, 303, 200, 404, 303, 303},
		ticketRights{200, 303, 404, 404, 404, 404, 404, 303, 303}},
	"POST /my-tickets/:reference/closure": {
		ticketRights{303, 403, 404, 403, 403, 303, 404, 403, 403},
		ticketRights{303, 403, 404, 404, 404, 404, 404, 403, 403}},
	"GET /my-tickets/:reference/files/:pid": {
		ticketRights{200, 200, 404, 200, 200, 200, 404, 303, 303},
		ticketRights{200, 200, 404, 404, 404, 404, 404, 303, 303}},
	// A text has no small picture: whoever may read it learns as little as a stranger.
	"GET /my-tickets/:reference/files/:pid/thumb": {
		ticketRights{404, 404, 404, 404, 404, 404, 404, 303, 303},
		ticketRights{404, 404, 404, 404, 404, 404, 404, 303, 303}},
	"POST /my-tickets/:reference/seen": {
		ticketRights{303, 303, 404, 303, 303, 303, 404, 403, 403},
		ticketRights{303, 303, 404, 404, 404, 404, 404, 403, 403}},
	"POST /my-tickets/:reference/draft": {
		ticketRights{303, 303, 404, 403, 403, 303, 404, 403, 403},
		ticketRights{303, 303, 404, 404, 404, 404, 404, 403, 403}},
	"POST /my-tickets/:reference/part": {
		ticketRights{303, 303, 404, 403, 303, 303, 404, 403, 403},
		ticketRights{303, 303, 404, 404, 404, 404, 404, 403, 403}},
	"GET /my-tickets/:reference/leave": {
		ticketRights{303, 200, 404, 303, 303, 303, 404, 303, 303},
		ticketRights{303, 200, 404, 404, 404, 404, 404, 303, 303}},
	"POST /my-tickets/:reference/leave": {
		ticketRights{409, 303, 404, 303, 303, 303, 404, 403, 403},
		ticketRights{409, 303, 404, 404, 404, 404, 404, 403, 403}},
	"GET /my-tickets/:reference/people": {
		ticketRights{200, 200, 404, 200, 200, 200, 404, 303, 303},
		ticketRights{200, 200, 404, 404, 404, 404, 404, 303, 303}},
	"POST /my-tickets/:reference/people": {
		ticketRights{422, 403, 404, 403, 403, 422, 404, 403, 403},
		ticketRights{422, 403, 404, 404, 404, 404, 404, 403, 403}},
	"GET /my-tickets/:reference/print": {
		ticketRights{200, 200, 404, 200, 200, 200, 404, 303, 303},
		ticketRights{200, 200, 404, 404, 404, 404, 404, 303, 303}},
}

// otherMatrix names routes below a ticket that have a test of their own elsewhere.
var otherMatrix = map[string]bool{"GET /my-tickets/:reference/feedback": true, "POST /my-tickets/:reference/feedback": true}

// crowd is everybody of the matrix, signed in, and what each of their browsers posts with.
func (s *shared) crowd() map[string]*browser {
	s.t.Helper()
	all := map[string]*browser{"reporter": s.reporter(), "participant": s.member("pat", ""), "own": s.member("owen", models.SeesOwn), "company": s.member("cora", models.SeesCompany),
		"replier": s.member("ria", models.SeesCompanyAndReply), "manager": s.member("mona", "manager"), "stranger": s.member("eve", ""), "agent": s.signIn("grace"), "nobody": s.browser()}
	for persona, b := range all {
		if persona != "agent" && persona != "nobody" {
			b.last = s.tokenOf(b)
		}
	}
	return all
}

// tokenOf is the token that the forms of a customer's session carry.
func (s *shared) tokenOf(b *browser) string {
	s.t.Helper()
	store := newSessionStore(s.desk, sessionCustomer, false)
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		v, err := store.open(c)
		if err != nil {
			return err
		}
		return c.SendString(v.token())
	})
	ask := mustRequest(s.t)
	for name, value := range b.cookies {
		ask.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r, err := app.Test(ask)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	token, err := io.ReadAll(r.Body)
	if err != nil || len(token) == 0 {
		s.t.Fatalf("no token: %v", err)
	}
	return string(token)
}

// another opens a further ticket of the company, with a file, in which Pat takes part. It gives its
// reference and the file's public id.
func (s *shared) another(title string, private bool) (reference, pid string) {
	s.t.Helper()
	link, number := s.file(title)
	t, err := models.TicketByNumber(s.t.Context(), s.db, number)
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	page := b.get(threadURL(link, "")).must(s.t, http.StatusOK)
	b.upload(threadURL(link, "/replies"), map[string]string{"form": between(s.test, page.body, `name="form" value="`, `"`), "body": "See the file."}, map[string]string{"log.txt": "0123456789"}).must(s.t, http.StatusSeeOther)
	s.raw("UPDATE tickets SET company_id = ?, private = ? WHERE id = ?", s.company, private, t.ID)
	pat := s.contactOf("pat@example.com")
	s.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertParticipant(ctx, tx, &models.Participant{TicketID: t.ID, ContactID: pat.ID, JoinedAs: models.JoinedCC, CreatedAt: 1})
	})
	entries, err := models.PublicEntries(s.t.Context(), s.db, t.ID, 0, models.At(s.desk.Now()))
	if err != nil || len(entries) != 2 || len(entries[1].Files) != 1 {
		s.t.Fatalf("%v, %v", entries, err)
	}
	return t.Reference, entries[1].Files[0].PID
}

var requestWords = regexp.MustCompile(`[A-Za-z0-9_-]{16,}`)

// same is an answer's body without what differs from request to request and session to session.
func same(body string) string { return requestWords.ReplaceAllString(body, "·") }

// TestA67EveryRouteOfATicketForEveryCustomer: A67. A route without a row fails, refusals are all
// alike, and none of them changes the ticket.
func TestA67EveryRouteOfATicketForEveryCustomer(t *testing.T) {
	s := newShared(t)
	s.rules(func(p *models.Project) { p.Settings.ThreadReplies, p.Settings.AddressCreates = 1000, 10_000 })
	crowd := s.crowd()
	routes := map[string]bool{}
	for _, stack := range s.app.Stack() {
		for _, r := range stack {
			if (r.Method == http.MethodGet || r.Method == http.MethodPost) && strings.HasPrefix(r.Path, ticketRoute) && !otherMatrix[r.Method+" "+r.Path] {
				routes[r.Method+" "+r.Path] = true
			}
		}
	}
	for route := range customerMatrix {
		if !routes[route] {
			t.Errorf("the row %s has no route", route)
		}
	}
	for route := range routes {
		row, known := customerMatrix[route]
		if !known {
			t.Errorf("the route %s has no row", route)
			continue
		}
		method, pattern, _ := strings.Cut(route, " ")
		for _, private := range []bool{false, true} {
			want := row.open.all()
			if private {
				want = row.private.all()
			}
			for i, persona := range customerPersonas {
				b := crowd[persona]
				reference, pid := s.another(route+" "+persona+" "+strconv.FormatBool(private), private)
				path := strings.NewReplacer(":reference", reference, ":pid", pid).Replace(pattern)
				before := s.stateOf(reference)
				ask := func(path string) answer {
					switch {
					case strings.HasSuffix(pattern, "/stream"):
						return b.do(http.MethodHead, path, "", nil)
					case method == http.MethodGet:
						return b.get(path)
					}
					return b.do(method, path, "application/x-www-form-urlencoded", strings.NewReader("csrf="+b.last))
				}
				got := ask(path)
				if got.status != want[i] {
					t.Errorf("%s as %s (private: %v): %d, want %d", route, persona, private, got.status, want[i])
				}
				if got.status >= 400 || method == http.MethodGet {
					if after := s.stateOf(reference); after != before {
						t.Errorf("%s as %s (private: %v) has changed %s to %s", route, persona, private, before, after)
					}
				}
				if got.status == http.StatusNotFound && !strings.HasSuffix(pattern, "/thumb") {
					unknown := ask(strings.NewReplacer(":reference", "NOTHING0", ":pid", pid).Replace(pattern))
					a, b := same(strings.ReplaceAll(got.body, reference, "NOTHING0")), same(unknown.body)
					if unknown.status != got.status || a != b {
						t.Errorf("%s as %s (private: %v) tells a foreign ticket from none:\n%s\n%s", route, persona, private, a, b)
					}
				}
			}
		}
	}
}

// stateOf is all of a ticket that a refusal must leave alone.
func (s *shared) stateOf(reference string) string {
	s.t.Helper()
	place, _, err := s.db.PlaceByReference(s.t.Context(), s.contactOf("ada@example.com").ID, reference)
	if err != nil {
		s.t.Fatal(err)
	}
	t, err := models.TicketByID(s.t.Context(), s.db, place.Ticket.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	people, err := models.People(s.t.Context(), s.db, t.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.Join([]string{decimal(t.Version), decimal(t.StatusID), decimal(int64(len(people))), decimal(place.Seen)}, " ")
}

// TestA66FilesOfTicketsOfCustomers: A66. A file is opened by who may read its ticket and by its own
// ticket's address only, in whole, in part, and small.
func TestA66FilesOfTicketsOfCustomers(t *testing.T) {
	s := newShared(t)
	crowd := s.crowd()
	mine, pid := s.another("Mine", false)
	hidden, foreign := s.another("Hidden", true)
	if _, err := s.desk.Note(t.Context(), s.actor("grace"), s.number, desk.AgentReply{Body: "noted"}); err != nil {
		t.Fatal(err)
	}
	cora := crowd["company"]
	cora.get(customerHome+"/"+mine+"/files/"+pid).must(t, http.StatusOK).has(t, "0123456789")
	for _, path := range []string{mine + "/files/" + foreign, hidden + "/files/" + foreign, hidden + "/files/" + pid, mine + "/files/1", mine + "/files/" + foreign + "/thumb", mine + "/files/..%2f" + pid} {
		for _, headers := range [][]string{nil, {"Range", "bytes=0-3"}} {
			if got := cora.get(customerHome+"/"+path, headers...); got.status != http.StatusNotFound || strings.Contains(got.body, "0123") {
				t.Errorf("%s %v: %d", path, headers, got.status)
			}
		}
	}
	if got := crowd["stranger"].get(customerHome+"/"+mine+"/files/"+pid, "Range", "bytes=0-3"); got.status != http.StatusNotFound {
		t.Errorf("a stranger gets a part of a file: %d", got.status)
	}
}

// TestA68PollEndsWithTheMembership: A68. The next poll after somebody has left the company is
// refused like that of a stranger.
func TestA68PollEndsWithTheMembership(t *testing.T) {
	s := newShared(t)
	cora, poll := s.member("cora", models.SeesCompany), s.address("/updates?after=1")
	cora.get(poll, "HX-Request", "true").must(t, http.StatusNoContent)
	for _, odd := range []string{"%25", "_", "*", "%25_%25"} {
		cora.get(customerHome+"/"+odd+"/updates?after=0", "HX-Request", "true").must(t, http.StatusNotFound)
	}
	s.raw("DELETE FROM company_members WHERE contact_id = ?", s.contactOf("cora@example.com").ID)
	s.answer("SECRETWORDS")
	cora.get(poll, "HX-Request", "true").must(t, http.StatusNotFound).lacks(t, "SECRETWORDS")
	cora.get(s.address("")).must(t, http.StatusNotFound).lacks(t, "SECRETWORDS", "The pump is loud")
}

// TestA69NotesStayInsideForCustomers: A69. What agents write among themselves, their tags and the
// ticket's number are on no page of any customer.
func TestA69NotesStayInsideForCustomers(t *testing.T) {
	s := newShared(t)
	if _, err := s.desk.Note(t.Context(), s.actor("grace"), s.number, desk.AgentReply{Body: "seedednote"}); err != nil {
		t.Fatal(err)
	}
	if err := s.desk.SetTags(t.Context(), s.actor("grace"), s.number, []string{"seededtag"}, 0); err != nil {
		t.Fatal(err)
	}
	mona := s.member("mona", "manager")
	for _, b := range []*browser{s.reporter(), mona} {
		for _, path := range []string{"", "/updates?after=0&rules=-1", "/people", "/print", "/closure"} {
			b.get(s.address(path), "HX-Request", "true").must(t, http.StatusOK).lacks(t, "seedednote", "seededtag", "#"+decimal(s.number), "grace@lodge.example")
		}
	}
}

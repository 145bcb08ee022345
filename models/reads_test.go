package models

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// seats are a participant's and an intake link's rows on top of a desk.
type seats struct {
	desk
	agent, participant, intake int64
}

func newSeats(t testing.TB, db *DB) seats {
	t.Helper()
	s := seats{desk: newDesk(t, db)}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		agent := &Agent{Address: "bob@desk.example", AddressKey: "bob@desk.example", Name: "Bob Smith", PublicName: "Bob", Role: RoleAgent, CreatedAt: At(noon)}
		p := &Participant{TicketID: s.ticket, ContactID: s.contact, JoinedAs: JoinedReporter, CreatedAt: At(noon)}
		link := &IntakeLink{ProjectID: s.project, ContactID: s.contact, ExpiresAt: At(noon) + 1, CreatedAt: At(noon)}
		for _, insert := range []error{InsertAgent(ctx, tx, agent), InsertParticipant(ctx, tx, p), InsertIntakeLink(ctx, tx, link)} {
			if insert != nil {
				return insert
			}
		}
		s.agent, s.participant, s.intake = agent.ID, p.ID, link.ID
		for kind, subject := range map[string]int64{TokenThread: p.ID, TokenIntake: link.ID} {
			if err := InsertToken(ctx, tx, &Token{Hash: hashOf(kind), Kind: kind, SubjectID: subject, Generation: 1, CreatedAt: At(noon)}); err != nil {
				return err
			}
		}
		for i, m := range []Message{
			{Kind: MessageDescription, ContactID: &s.contact, PublicVersion: 1},
			{Kind: MessageNote, AgentID: &agent.ID},
			{Kind: MessagePublic, AgentID: &agent.ID, PublicVersion: 2},
			{Kind: MessagePublic, AgentID: &agent.ID, PublicVersion: 3, PublishAt: At(noon) + 1},
		} {
			m.PID, m.TicketID, m.Body, m.HTML, m.Version, m.CreatedAt = fmt.Sprint("m", i), s.ticket, "text", "<p>text</p>", int64(i+1), At(noon)
			if err := InsertMessage(ctx, tx, &m); err != nil {
				return err
			}
			if err := InsertAttachment(ctx, tx, &Attachment{PID: fmt.Sprint("f", i), TicketID: s.ticket, MessageID: m.ID, Name: "a.txt", SHA256: hashOf("f"), Blob: fmt.Sprint("blob", i), CreatedAt: At(noon)}); err != nil {
				return err
			}
		}
		return InsertStaged(ctx, tx, &StagedFile{PID: "s", FormKey: hashOf("form"), SHA256: hashOf("s"), Blob: "staged", ExpiresAt: At(noon) + 1, CreatedAt: At(noon)})
	})
	return s
}

func pids(all []*Entry) (pids []string) {
	for _, e := range all {
		name := e.PID
		for _, f := range e.Files {
			name += "+" + f.PID
		}
		pids = append(pids, name)
	}
	return pids
}

// A66: notes, their files and what is not published yet never reach a reader outside.
func TestThreadReadsOnBothDatabases(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		if got := fmt.Sprint(pids(must(PublicEntries(ctx, db, s.ticket, 0, At(noon)))(t))); got != "[m0+f0 m2+f2]" {
			t.Errorf("public: %s", got)
		}
		if got := fmt.Sprint(pids(must(PublicEntries(ctx, db, s.ticket, 1, At(noon)+1))(t))); got != "[m2+f2 m3+f3]" {
			t.Errorf("newer, a moment later: %s", got)
		}
		if got := fmt.Sprint(pids(must(Entries(ctx, db, s.ticket, 0))(t))); got != "[m0+f0 m1+f1 m2+f2 m3+f3]" {
			t.Errorf("agents: %s", got)
		}
		for pid, want := range map[string]bool{"f0": true, "f1": false, "f2": true, "f3": false, "s": false} {
			if _, _, err := PublicAttachment(ctx, db, s.ticket, pid, At(noon)); (err == nil) != want {
				t.Errorf("file %s: %v", pid, err)
			}
		}
		if _, _, err := PublicAttachment(ctx, db, s.ticket+1, "f0", At(noon)); KindOf(err) != KindNotFound {
			t.Errorf("a file of another ticket: %v", err)
		}
	})
}

// A54: a token opens only what its kind is for.
func TestLinkReadsOnBothDatabases(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		a, cat, err := db.AccessByHash(ctx, TokenThread, hashOf(TokenThread))
		if err != nil {
			t.Fatal(err)
		}
		if a.Ticket.ID != s.ticket || a.Person.ID != s.participant || a.Person.Contact.ID != s.contact || a.Token.Generation != 1 || cat.Project(a.Ticket.ProjectID) == nil {
			t.Errorf("access %+v", a)
		}
		for _, wrong := range []struct{ kind, hash string }{{TokenUnsubscribe, TokenThread}, {TokenThread, TokenIntake}, {TokenThread, "unknown"}} {
			if _, _, err := db.AccessByHash(ctx, wrong.kind, hashOf(wrong.hash)); KindOf(err) != KindNotFound {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		pulse, _, err := db.PulseByHash(ctx, hashOf(TokenThread), At(noon))
		if err != nil || pulse.TicketID != s.ticket || pulse.PublicVersion != 0 {
			t.Errorf("pulse %+v, %v", pulse, err)
		}
		link, contact, err := IntakeByHash(ctx, db, hashOf(TokenIntake))
		if err != nil || link.ID != s.intake || contact.ID != s.contact {
			t.Errorf("intake %+v, %v", link, err)
		}
		if _, _, err := IntakeByHash(ctx, db, hashOf(TokenThread)); KindOf(err) != KindNotFound {
			t.Errorf("a thread link as an intake link: %v", err)
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			generation, err := RaiseGeneration(ctx, tx, s.participant, At(noon))
			if generation != 2 {
				t.Errorf("generation %d", generation)
			}
			return err
		})
		if token := must(TokenByHash(ctx, db, TokenThread, hashOf(TokenThread)))(t); token.Live(At(noon)) {
			t.Error("a replaced link lives")
		}
	})
}

func TestQueueReadsOnBothDatabases(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx, s := t.Context(), newSeats(t, db)
		for view, want := range map[string]int{ViewMine: 0, ViewUnassigned: 1, ViewOpen: 1, ViewEnded: 0, ViewAll: 1} {
			for _, q := range []QueueQuery{
				{View: view, AgentID: s.agent, Limit: 9},
				{View: view, AgentID: s.agent, Limit: 9, ProjectID: s.project, Before: At(noon) + 1, Since: At(noon) - 1},
			} {
				if rows := must(Queue(ctx, db, q))(t); len(rows) != want {
					t.Errorf("%s: %d rows", view, len(rows))
				}
				if n := must(QueueCount(ctx, db, q, 50))(t); n != want {
					t.Errorf("%s: counted %d", view, n)
				}
			}
		}
		if live := must(LiveBlobs(ctx, db, []string{"blob0", "staged", "gone", ""}))(t); len(live) != 2 || !live["blob0"] || !live["staged"] {
			t.Errorf("live %v", live)
		}
		if staged := must(StagedFiles(ctx, db, hashOf("form"), At(noon)))(t); len(staged) != 1 {
			t.Errorf("%d staged", len(staged))
		}
		if events := must(Timeline(ctx, db, s.ticket, 0))(t); len(events) != 1 {
			t.Errorf("%d events", len(events))
		}
		if people := must(People(ctx, db, s.ticket))(t); len(people) != 1 || !people[0].Reporter() {
			t.Errorf("%d people", len(people))
		}
	})
}

// The reads of pages and polls stay fast however many rows there are.
func TestHotReadsUseIndexes(t *testing.T) {
	db := openLiteDB(t)
	ctx, s := t.Context(), newSeats(t, db)
	_, _, _ = db.AccessByHash(ctx, TokenThread, hashOf(TokenThread))
	_ = db.row(ctx, pulseQuery, hashOf(TokenThread), At(noon)) // polls have a way of their own
	_, _, _ = IntakeByHash(ctx, db, hashOf(TokenIntake))
	_, _ = TokenByHash(ctx, db, TokenThread, hashOf(TokenThread))
	must(PublicEntries(ctx, db, s.ticket, 0, At(noon)))(t)
	must(Entries(ctx, db, s.ticket, 0))(t)
	_, _, _ = PublicAttachment(ctx, db, s.ticket, "f0", At(noon))
	must(LiveBlobs(ctx, db, []string{"blob0"}))(t)
	must(StagedFiles(ctx, db, hashOf("form"), At(noon)))(t)
	must(Timeline(ctx, db, s.ticket, 0))(t)
	must(People(ctx, db, s.ticket))(t)
	_, _ = TicketByID(ctx, db, s.ticket)
	_, _ = TicketByNumber(ctx, db, 1)
	must(ReferenceTaken(ctx, db, "K7-3QX"))(t)
	_, _ = ContactByKey(ctx, db, "ann@example.com")
	_, _ = AgentByKey(ctx, db, "bob@desk.example")
	_, _ = SubmissionByKey(ctx, db, hashOf("form"))
	for _, view := range []string{ViewMine, ViewUnassigned, ViewOpen, ViewEnded, ViewAll} {
		for _, project := range []int64{0, s.project} {
			q := QueueQuery{View: view, AgentID: s.agent, ProjectID: project, Limit: 9}
			must(Queue(ctx, db, q))(t)
			must(QueueCount(ctx, db, q, 50))(t)
			q.Before, q.BeforeID, q.Since = At(noon), 1, 1
			must(Queue(ctx, db, q))(t)
		}
	}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if _, err := RaiseGeneration(ctx, tx, s.participant, At(noon)); err != nil {
			return err
		}
		if err := RevokeTokens(ctx, tx, TokenIntake, s.intake, At(noon)); err != nil {
			return err
		}
		if err := DropExpiredStaged(ctx, tx, At(noon)); err != nil {
			return err
		}
		if err := PruneSubmissions(ctx, tx, At(noon)); err != nil {
			return err
		}
		return ConfirmAuthor(ctx, tx, s.ticket, s.contact)
	})
	// A new contact makes SQLite plan a walk of intake_links that foreign keys never need.
	assertIndexed(t, db, "INSERT INTO contacts")
	db.stmts.byText.Range(func(key, _ any) bool {
		text := key.(string)
		if plan := explain(t, db, text); strings.Contains(text, "FROM tickets t JOIN") && strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("the whole queue is sorted for one page:\n%s  in %s", plan, text)
		}
		return true
	})
}

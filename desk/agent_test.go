package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
)

// AG-2: an agent's first answer takes the ticket and puts it to work; a status goes along
// the graph only; a page that is out of date is refused.
func TestAgentWorksATicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(false)
		number := h.ticketOf(link.Token).Number
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || !page.Unproven || page.Resolve != "resolved" || len(page.Next) != 5 {
			t.Fatalf("page %+v, %v", page, err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{FormID: page.FormID, Body: "Hello **Rosa**"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ReplyAsAgent(ctx, h.ada, number, AgentReply{FormID: page.FormID, Body: "Hello **Rosa**"}); err != nil {
			t.Fatal(err)
		}
		after, _ := h.Ticket(ctx, h.ada, number, "")
		if len(after.Entries) != 2 || after.Status.Slug != "in-progress" || after.AssigneeID != h.ada.ID || !strings.Contains(after.Entries[1].HTML, "<strong>Rosa</strong>") {
			t.Fatalf("after %+v", after)
		}
		h.kind(h.ChangeStatus(ctx, h.ada, number, "open", 0), models.KindConflict)
		h.fault(h.ChangeStatus(ctx, h.ada, number, "nowhere", 0), "status")
		h.kind(h.ChangeStatus(ctx, h.ada, number, "resolved", page.Version), models.KindConflict)
		if err := h.ChangeStatus(ctx, h.ada, number, "resolved", after.Version); err != nil {
			t.Fatal(err)
		}
		if h.ticketOf(link.Token).ResolvedAt == 0 {
			t.Fatal("no time of resolution")
		}
		if _, err := h.Ticket(ctx, h.ada, number+1, ""); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("unknown ticket: %v", err)
		}
	})
}

// A67, A95: what a role may not do is refused by every verb; nobody is nobody.
func TestRoles(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.ticketOf(h.file(false).Token).Number
		viewer := Actor{ID: 99, Role: models.RoleViewer}
		for who, actor := range map[string]Actor{"nobody": {}, "unknown role": {ID: 5, Role: "owner"}} {
			if _, err := h.Ticket(ctx, actor, number, ""); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s reads: %v", who, err)
			}
			if _, err := h.Queue(ctx, actor, QueueAsk{}); models.KindOf(err) != models.KindForbidden {
				t.Errorf("%s sees the queue: %v", who, err)
			}
		}
		if _, err := h.Ticket(ctx, viewer, number, ""); err != nil {
			t.Errorf("a viewer cannot read: %v", err)
		}
		if _, err := h.ReplyAsAgent(ctx, viewer, number, AgentReply{Body: "x"}); models.KindOf(err) != models.KindForbidden {
			t.Errorf("a viewer replies: %v", err)
		}
		h.kind(h.ChangeStatus(ctx, viewer, number, "resolved", 0), models.KindForbidden)
		h.kind(h.Assign(ctx, viewer, number, h.ada.ID, 0), models.KindForbidden)
	})
}

// AG-1: the queue pages by keys, newest change first, without losing or doubling a ticket.
func TestQueuePagesByKeys(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			for i := range 120 {
				n := &newTicket{project: cat.ProjectBySlug("acme"), title: fmt.Sprint(i), description: "d", origin: models.OriginWeb,
					contact: models.Contact{Address: "a@b.example", AddressKey: "a@b.example", CreatedAt: 1}}
				if _, _, _, err := h.create(ctx, tx, n, h.clock().Add(time.Duration(i/3)*time.Second)); err != nil {
					return err
				}
			}
			return nil
		})
		seen := map[int64]bool{}
		ask := QueueAsk{View: models.ViewUnassigned, Project: "acme"}
		for pages := 0; ; pages++ {
			page, err := h.Queue(ctx, h.ada, ask)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Tickets {
				if seen[row.Number] {
					t.Fatalf("ticket %d twice", row.Number)
				}
				seen[row.Number] = true
			}
			if pages == 0 && (len(page.Tickets) != 50 || page.Counts[2].Count != 99 || !page.Counts[2].More) {
				t.Fatalf("%d rows, counts %+v", len(page.Tickets), page.Counts)
			}
			if ask.Before = page.Next; ask.Before == "" {
				break
			}
		}
		if len(seen) != 120 {
			t.Fatalf("%d of 120", len(seen))
		}
		for _, bad := range []QueueAsk{{View: "everything"}, {Project: "nobody"}, {Before: "x"}} {
			_, err := h.Queue(ctx, h.ada, bad)
			h.kind(err, models.KindNotFound)
		}
	})
}

// SE-5, A75: the set-up link works once; two posts at once make one administrator and one
// project; afterwards it is closed for ever.
func TestSetUpHappensOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		old, err := h.SetupToken(ctx)
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.SetupToken(ctx)
		if err != nil {
			t.Fatal(err)
		}
		h.kind(h.SetupOpen(ctx, old), models.KindNotFound)
		in := SetupInput{Workspace: "Nordwind", Project: "Häfen & Boote", Name: "Ines", Email: "ines@nordwind.example", Password: "short"}
		var draft SetupDraft
		for _, step := range SetupSteps[:4] {
			err := h.SetupStep(ctx, token, step, &draft, in)
			if step == SetupYou {
				h.fault(err, "password")
				_, err := h.SetUp(ctx, token, draft, "de", true)
				h.kind(err, models.KindConflict) // nothing is made before every step is done
				in.Password = "a long enough password"
				err = h.SetupStep(ctx, token, step, &draft, in)
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if sealed, err := h.SealSetupDraft(token, draft); err != nil || h.OpenSetupDraft(token, sealed) != draft || h.OpenSetupDraft(old, sealed) != (SetupDraft{}) {
			t.Fatal("the draft does not travel, or opens for another link", err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 4 {
			wg.Go(func() {
				_, err := h.SetUp(ctx, token, draft, "de", true)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made++
				}
			})
		}
		wg.Wait()
		agents, _ := models.Agents(ctx, h.db)
		if made != 1 || len(agents) != 2 { // Ada was there
			t.Fatalf("%d set-ups, %d agents", made, len(agents))
		}
		h.kind(h.SetupOpen(ctx, token), models.KindNotFound)
		if needed, _ := h.NeedsSetup(ctx); needed {
			t.Fatal("still open")
		}
		form, err := h.Portal().Form(ctx, "haefen-boote", FormAsk{Template: "bug-report"})
		if err != nil || form.Project.Locale != "de" || len(form.Fields) != 4 {
			t.Fatalf("first project %+v, %v", form, err)
		}
		if docs, err := h.Portal().Docs(ctx, "haefen-boote"); err != nil || len(docs.Collections) != 1 || docs.Collections[0].Articles != 4 {
			t.Fatalf("first articles %+v, %v", docs, err)
		}
		if _, err := h.SignIn(ctx, SignInInput{Email: "Ines@Nordwind.example", Password: in.Password, Client: "c"}); err != nil {
			t.Fatal(err)
		}
	})
}

// A79, A82: every failure is one answer; after a few of them the door stays shut for a
// while, also for the right password, and opens again.
func TestSignInThrottle(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		hash, err := HashPassword("the right password")
		if err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SetPassword(ctx, tx, h.ada.ID, hash) })
		try := func(email, password string) error {
			_, err := h.SignIn(ctx, SignInInput{Email: email, Password: password, Client: "192.0.2.1"})
			return err
		}
		unknown, wrong := try("nobody@acme.example", "x"), try("ada@acme.example", "x")
		if unknown == nil || wrong == nil || unknown.Error() != wrong.Error() {
			t.Fatalf("%v and %v", unknown, wrong)
		}
		if err := try("ada@acme.example", "the right password"); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			h.fault(try("ada@acme.example", strings.Repeat("x", 200)), "password")
		}
		h.kind(try("ada@acme.example", "the right password"), models.KindTooMany)
		h.later(31 * time.Second)
		if err := try("ada@acme.example", "the right password"); err != nil {
			t.Fatalf("after waiting: %v", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.DisableAgent(ctx, tx, h.ada.ID, 1) })
		h.fault(try("ada@acme.example", "the right password"), "password")
		if _, err := h.Actor(ctx, h.ada.ID); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("a disabled agent is still in: %v", err)
		}
	})
}

// PT-5: a change wakes the pages of its ticket, and of agents, and nobody else's.
func TestLiveWakesWatchers(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		mine, other := h.file(false), h.file(false)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() { h.RunLive(ctx); close(ended) }()
		<-h.live.follows
		my, leave, err := h.Portal().Watch(ctx, mine)
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
		others, leaveOthers, err := h.Portal().Watch(ctx, other)
		if err != nil {
			t.Fatal(err)
		}
		defer leaveOthers()
		all, leaveAll := h.WatchAll()
		defer leaveAll()
		if _, err := h.ReplyAsAgent(ctx, h.ada, h.ticketOf(mine.Token).Number, AgentReply{Body: "Hello"}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]<-chan struct{}{"the ticket's page": my, "the agents' page": all} {
			select {
			case <-c:
			case <-time.After(time.Minute):
				t.Fatalf("%s was not woken", name)
			}
		}
		select {
		case <-others:
			t.Fatal("another ticket's page was woken")
		default:
		}
		if _, _, err := h.Portal().Watch(ctx, Link{Token: "nonsense"}); models.KindOf(err) != models.KindNotFound {
			t.Fatal("a dead link may watch")
		}
		stop()
		<-ended
		for range my { // ends when the channel is closed: watchers are told that the desk stops
		}
	})
}

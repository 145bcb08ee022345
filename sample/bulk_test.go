package sample

import (
	"context"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/files"
	"lodge/internal/testpg"
	"lodge/markup"
	"lodge/models"
	"lodge/secret"
)

// noon is the moment tests happen at; they never read the clock.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// eachDB runs a test on a fresh SQLite file and on a fresh PostgreSQL database.
func eachDB(t *testing.T, test func(t *testing.T, db *models.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, openDB(t, models.Options{Dir: t.TempDir()})) })
	t.Run("postgres", func(t *testing.T) { test(t, openDB(t, models.Options{Address: testpg.Start(t)})) })
}

func openDB(t testing.TB, o models.Options) *models.DB {
	t.Helper()
	db, err := models.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func testKeys(t testing.TB) *secret.Keys {
	t.Helper()
	keys, err := secret.FromBytes([]byte(strings.Repeat("k", secret.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// world is a desk on a database with a clock of its own.
type world struct {
	db    *models.DB
	desk  *desk.Desk
	clock *Clock
	keys  *secret.Keys
}

func newWorld(t testing.TB, db *models.DB) *world {
	t.Helper()
	store, err := files.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: db, clock: &Clock{}, keys: testKeys(t)}
	w.clock.Set(noon)
	w.desk = desk.New(desk.Options{DB: db, Files: store, Keys: w.keys, Now: w.clock.Now})
	return w
}

func (w *world) bulk(t testing.TB, tickets, articles int) *Loaded {
	t.Helper()
	last := 0
	loaded, err := Bulk(t.Context(), BulkOptions{DB: w.db, Keys: w.keys, Tickets: tickets, Articles: articles, Seed: 7, Now: noon,
		Progress: func(done, total int) {
			if done < last || done > total {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
		}})
	if err != nil {
		t.Fatal(err)
	}
	if last != tickets+articles {
		t.Errorf("progress ends at %d of %d", last, tickets+articles)
	}
	return loaded
}

// OP-2: a bulk desk is a desk. Its links open, people answer on it, its queue shows what
// changed, its agents sign in, and whatever is filed next fits behind it.
func TestBulkIsADesk(t *testing.T) {
	eachDB(t, func(t *testing.T, db *models.DB) {
		w := newWorld(t, db)
		loaded := w.bulk(t, 300, 40)
		ctx := t.Context()
		if err := models.Verify(ctx, db); err != nil {
			t.Fatal(err)
		}
		if loaded.Tickets != 300 || loaded.Articles != 40 || loaded.Open == 0 || loaded.Messages < 900 || loaded.Contacts < 30 || len(loaded.Threads) < loaded.Open {
			t.Errorf("counts: %+v", loaded)
		}
		portal := w.desk.Portal()
		for _, th := range loaded.Threads {
			page, err := portal.Thread(ctx, desk.Link{Token: th.Token, Proof: th.Proof}, "")
			if err != nil {
				t.Fatalf("%s: %v", th.Path, err)
			}
			if page.Project.Slug != th.Project || len(page.Messages) == 0 {
				t.Errorf("thread: %+v", page)
			}
			if th.Path != "/ticket/thread/"+th.Token || th.MailedPath != th.Path+"?p="+th.Proof {
				t.Errorf("paths: %+v", th)
			}
		}
		w.companies(t)
		th := loaded.Threads[0]
		replied, err := portal.Reply(ctx, desk.Link{Token: th.Token, Proof: th.Proof}, desk.ReplyInput{Body: "One more thing."})
		if err != nil {
			t.Fatal(err)
		}
		page, err := portal.Thread(ctx, desk.Link{Token: th.Token}, "")
		if err != nil || page.Messages[len(page.Messages)-1].PID != replied.PID {
			t.Errorf("the reply is not the last message: %v", err)
		}
		actor, err := w.desk.SignIn(ctx, desk.SignInInput{Email: loaded.SignIns[1].Email, Password: loaded.SignIns[1].Password, Client: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		queue, err := w.desk.Queue(ctx, actor, desk.QueueAsk{View: models.ViewAll})
		if err != nil || len(queue.Tickets) == 0 || queue.Tickets[0].Title != page.Title {
			t.Errorf("the ticket that was answered does not lead the queue: %v", err)
		}
		w.clock.Set(noon)
		form, err := portal.Form(ctx, "support", desk.FormAsk{})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Set(noon.Add(time.Minute))
		if _, err := portal.Submit(ctx, desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: "new@example.com", Title: "Next", Description: "After all of them.", Client: "192.0.2.9"}); err != nil {
			t.Fatal(err)
		}
		next, err := models.TicketByNumber(ctx, db, 301)
		if err != nil || next.Title != "Next" {
			t.Errorf("the next ticket is not number 301: %v", err)
		}
	})
}

// CO-4: tickets of a bulk desk have the company that the verbs would have given them, and its
// contacts are found by their words.
func (w *world) companies(t *testing.T) {
	t.Helper()
	ctx, with, several := t.Context(), 0, 0
	rows, err := models.Queue(ctx, w.db, models.QueueQuery{View: models.ViewAll, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		ticket, err := models.TicketByID(ctx, w.db, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		of, err := models.CompaniesOfContact(ctx, w.db, ticket.ReporterID)
		if err != nil {
			t.Fatal(err)
		}
		if want := models.PickCompany(models.CompanyIDs(of)); !reflect.DeepEqual(ticket.CompanyID, want) {
			t.Errorf("ticket %d has the company %v, want %v", row.Number, ticket.CompanyID, want)
		}
		if ticket.CompanyID != nil {
			with++
		}
		if len(of) > 1 {
			several++
		}
	}
	if with < 20 || with > len(rows)/2 {
		t.Errorf("%d of %d tickets have a company, %d reporters several", with, len(rows), several)
	}
	found, _, err := models.Contacts(ctx, w.db, models.ContactQuery{Text: rows[0].ReporterAddress, Limit: 2})
	if err != nil || len(found) != 1 || found[0].Address != rows[0].ReporterAddress || found[0].LastNumber == 0 {
		t.Errorf("%s: %+v, %v", rows[0].ReporterAddress, found, err)
	}
}

// shape is a row's columns with what is random in them taken out: kinds of values, NULLs,
// versions and states.
func shape(t *testing.T, row any) map[string]any {
	t.Helper()
	out := map[string]any{}
	v := reflect.Indirect(reflect.ValueOf(row))
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch name {
		case "BaseModel":
			continue
		case "Version", "PublicVersion", "Generation", "MarkupVersion", "Category", "Kind", "Origin", "Unproven", "Unconfirmed", "Public", "Data", "JoinedAs", "Priority", "Synthetic", "RawFields":
			out[name] = f.Interface()
		case "StatusID", "TypeID", "TemplateID":
			// Both desks were made by the same function: the ids agree.
			out[name] = f.Interface()
			if f.Kind() == reflect.Pointer && !f.IsNil() {
				out[name] = f.Elem().Interface()
			}
		case "Reference", "PID":
			pattern := `^[2-9A-Z]{2}-[2-9A-Z]{3}$`
			if name == "PID" {
				pattern = `^[a-z2-7]{16}$`
			}
			out[name] = regexp.MustCompile(pattern).MatchString(f.String())
		default:
			out[name] = f.IsZero()
			if f.Kind() == reflect.Slice {
				out[name] = f.Len()
			}
		}
	}
	return out
}

// rowsOf reads everything about one ticket.
func rowsOf(t *testing.T, db *models.DB, keys *secret.Keys, number int64) map[string][]map[string]any {
	t.Helper()
	ctx := t.Context()
	ticket, err := models.TicketByNumber(ctx, db, number)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]map[string]any{"tickets": {shape(t, ticket)}}
	people, err := models.People(ctx, db, ticket.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		all["participants"] = append(all["participants"], shape(t, &p.Participant))
		all["contacts"] = append(all["contacts"], shape(t, &p.Contact))
		for kind, stored := range map[secret.Kind]string{secret.Thread: models.TokenThread, secret.Unsubscribe: models.TokenUnsubscribe} {
			row, err := models.TokenByHash(ctx, db, stored, secret.Hash(keys.Token(kind, p.ID, 1)))
			if err != nil {
				t.Fatalf("%s link: %v", kind, err)
			}
			all["tokens "+stored] = append(all["tokens "+stored], shape(t, row))
		}
	}
	entries, err := models.Entries(ctx, db, ticket.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		all["messages"] = append(all["messages"], shape(t, &e.Message))
	}
	history, err := models.HistoryOf(ctx, db, ticket.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range history.Segments {
		all["segments"] = append(all["segments"], map[string]any{"state": s.State})
	}
	for _, p := range history.Promises {
		all["promises"] = append(all["promises"], shape(t, p))
	}
	events, err := models.Timeline(ctx, db, ticket.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		all["events"] = append(all["events"], shape(t, &e.Event))
	}
	return all
}

// What the loader writes is what the verbs write, column by column, through a whole life:
// filed, noted, assigned, answered, answered back, asked, resolved, closed.
func TestBulkWritesWhatTheVerbsWrite(t *testing.T) {
	for _, proven := range []bool{true, false} {
		ctx := t.Context()
		made := newWorld(t, openDB(t, models.Options{Dir: t.TempDir()}))
		made.promise(t, 100_000, 0)
		g := newGenerator(BulkOptions{DB: made.db, Keys: made.keys, Tickets: 1, Seed: 1, Now: noon})
		if err := g.setUp(ctx); err != nil {
			t.Fatal(err)
		}
		l := &life{g: g, p: g.projects[0], at: models.At(noon.AddDate(0, 0, -9)), left: 20}
		g.contacts = nil
		l.file()
		l.t.TemplateID, l.t.RawFields, l.t.TypeID, l.t.Priority = nil, "[]", l.p.DefaultTypeID, models.PriorityNormal
		g.contacts[0].proves, g.contacts[0].proven, g.rows.Contacts[0].ProvenAt = proven, 0, 0
		if proven {
			g.rows.Contacts[0].ProvenAt = l.at
		}
		g.rows.Contacts[0].Name = "Ann"
		l.note()
		l.assign(g.agents[0])
		l.answer(nil)
		l.reply()
		l.answer(l.p.graph["waiting"])
		l.reply()
		l.answer(l.p.graph["resolved"])
		l.change(l.p.graph["closed"])
		l.over()
		g.rows.Participants = g.rows.Participants[:1]
		for _, tok := range g.tokens {
			g.rows.Tokens = append(g.rows.Tokens, models.Token{Hash: slices.Clone(tok.hash[:]), Kind: tok.kind, SubjectID: tok.subject, Generation: 1, CreatedAt: tok.created})
		}
		if err := models.Load(ctx, made.db, func(ctx context.Context, loader *models.Loader) error { return loader.Write(ctx, g.rows) }); err != nil {
			t.Fatal(err)
		}

		lived := newWorld(t, openDB(t, models.Options{Dir: t.TempDir()}))
		lived.promise(t, 100_000, 0)
		h := newGenerator(BulkOptions{DB: lived.db, Keys: lived.keys, Tickets: 1, Seed: 1, Now: noon})
		if err := h.setUp(ctx); err != nil {
			t.Fatal(err)
		}
		if err := lived.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			p := *cat.ProjectBySlug("support")
			p.Settings.UndoSeconds = 0 // the past is told without waiting
			return models.UpdateProject(ctx, tx, &p)
		}); err != nil {
			t.Fatal(err)
		}
		lived.live(t, h.agents[0], proven)

		want, got := rowsOf(t, lived.db, lived.keys, 1), rowsOf(t, made.db, made.keys, 1)
		for table := range want {
			if !reflect.DeepEqual(want[table], got[table]) {
				a, _ := json.MarshalIndent(want[table], "", " ")
				b, _ := json.MarshalIndent(got[table], "", " ")
				t.Errorf("proven %v: %s by the verbs\n%s\nby the loader\n%s", proven, table, a, b)
			}
		}
	}
}

// live leads one ticket through the same life by the verbs.
func (w *world) live(t *testing.T, agentID int64, proven bool) {
	t.Helper()
	ctx, portal := t.Context(), w.desk.Portal()
	now := noon.AddDate(0, 0, -9)
	next := func() { now = now.Add(time.Hour); w.clock.Set(now) }
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	next()
	form, err := portal.Form(ctx, "support", desk.FormAsk{})
	ok(err)
	next()
	sent, err := portal.Submit(ctx, desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: "ann@example.com", Name: "Ann", Title: "Broken", Description: "It is.", Client: "192.0.2.1", Locale: "en"})
	ok(err)
	link := desk.Link{Token: sent.Token}
	if proven {
		link.Proof = w.keys.Proof(secret.Thread, 1, 1)
	}
	actor, err := w.desk.Actor(ctx, agentID)
	ok(err)
	next()
	_, err = w.desk.Note(ctx, actor, 1, desk.AgentReply{Body: "Looks odd."})
	ok(err)
	next()
	ok(w.desk.Assign(ctx, actor, 1, agentID, 0))
	for _, status := range []string{"", "waiting"} {
		next()
		_, err = w.desk.ReplyAsAgent(ctx, actor, 1, desk.AgentReply{Body: "Please try again.", Status: status})
		ok(err)
		next()
		_, err = portal.Reply(ctx, link, desk.ReplyInput{Body: "Still broken."})
		ok(err)
	}
	next()
	_, err = w.desk.ReplyAsAgent(ctx, actor, 1, desk.AgentReply{Body: "Fixed.", Status: "resolved"})
	ok(err)
	next()
	ok(w.desk.ChangeStatus(ctx, actor, 1, "closed", 0))
}

// Stored HTML is what package markup makes of the stored text, though it is not asked for
// every message.
func TestBulkBodies(t *testing.T) {
	g := newGenerator(BulkOptions{Seed: 3, Now: noon})
	words := 0
	for range 2000 {
		body, html := g.body()
		if want := markup.Message(body); html != want {
			t.Fatalf("%q\nis      %q\nbut not %q", body, html, want)
		}
		words += len(strings.Fields(body))
	}
	if mean := words / 2000; mean < 45 || mean > 65 {
		t.Errorf("a message has %d words on average, want about 55", mean)
	}
}

// References and public ids look like the real ones and never come twice; public ids grow.
func TestBulkNames(t *testing.T) {
	g := newGenerator(BulkOptions{Seed: 3, Now: noon})
	seen, last := map[string]bool{}, ""
	for n := range int64(200_000) {
		ref, pid := reference(n), g.pid(n)
		if seen[ref] || pid <= last {
			t.Fatalf("%d: reference %s, pid %s after %s", n, ref, pid, last)
		}
		seen[ref], last = true, pid
	}
	for range 50 {
		if strings.Trim(secret.Reference(), referenceLetters+"-") != "" || strings.Trim(secret.PublicID(), pidLetters) != "" {
			t.Fatal("the real ones have other letters")
		}
	}
}

// The vocabulary is wide and uneven: at least two thousand words, a few of them everywhere.
func TestVocabulary(t *testing.T) {
	g := newGenerator(BulkOptions{Seed: 5, Now: noon})
	if n := len(g.words.all); n < 3000 {
		t.Errorf("%d words", n)
	}
	count := map[string]int{}
	for range 20_000 {
		for _, w := range strings.Fields(strings.ToLower(g.words.fill(articleTitles[g.r.IntN(len(articleTitles))]))) {
			count[w]++
		}
	}
	if len(count) < 2000 {
		t.Errorf("titles use only %d words", len(count))
	}
}

// The same seed makes the same desk.
func TestBulkIsRepeatable(t *testing.T) {
	rows := func() *models.Rows {
		g := newGenerator(BulkOptions{Keys: testKeys(t), DB: nil, Tickets: 5, Seed: 11, Now: noon})
		for _, name := range []string{"a", "b", "c"} {
			open := models.Status{ID: 1, Slug: "open", Category: models.CategoryNew}
			id := int64(1)
			p := &models.Project{ID: 1, Slug: name, Statuses: []*models.Status{&open}, InitialStatusID: &id, Settings: models.DefaultProjectSettings()}
			g.projects = append(g.projects, &bulkProject{Project: p, graph: map[string]*models.Status{"waiting": &open, "resolved": &open, "closed": &open, "rejected": &open},
				types: []*int64{&id}, templates: []filledTemplate{{nil, "[]"}}})
		}
		g.agents = []int64{1, 2}
		var all *models.Rows
		g.run(func(r *models.Rows) bool {
			if all == nil {
				all = r
			}
			return true
		})
		return all
	}
	a, b := rows(), rows()
	if len(a.Tickets) != 5 || !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
}

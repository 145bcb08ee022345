package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"lodge/desk"
	"lodge/models"
	"lodge/secret"
)

// BulkOptions say how much to load and where. Tickets and Articles may be 0.
type BulkOptions struct {
	DB   *models.DB
	Keys *secret.Keys
	// Tickets, about four messages each; Articles, about two hundred words each.
	Tickets, Articles int
	// Seed decides everything but the links, which follow from Keys, and the times, which
	// end at Now (zero: the real time).
	Seed int64
	Now  time.Time
	// Progress, when not nil, is told after each batch how much of all is loaded.
	Progress func(done, total int)
}

// Loaded is what was loaded and the ways in; it is printed as JSON for load tests.
type Loaded struct {
	Tickets  int `json:"tickets"`
	Open     int `json:"open"`
	Messages int `json:"messages"`
	Contacts int `json:"contacts"`
	Articles int `json:"articles"`
	// Projects are slugs; ArticlePaths a few hundred public pages.
	Projects     []string `json:"projects"`
	SignIns      []SignIn `json:"sign_ins"`
	Threads      []Thread `json:"threads"`
	ArticlePaths []string `json:"article_paths"`
	// Queries are beginnings of titles as somebody types them, for measuring suggestions.
	Queries []string `json:"queries"`
}

const (
	// ticketsAtOnce is a batch: large enough that a page of an index is written for many
	// rows at once, small enough to stay in memory.
	ticketsAtOnce  = 10_000
	articlesAtOnce = 2_000
	tokensAtOnce   = 100_000
	mostThreads    = 4_000
	mostPaths      = 400
	mostQueries    = 1_000
)

// bulkStaff work on a bulk desk beside the cast.
var bulkStaff = []Agent{
	{Name: "Cleo Arnaud", Address: "cleo@nordwind.example", Role: models.RoleAgent}, {Name: "Dev Malhotra", Address: "dev@nordwind.example", Role: models.RoleAgent},
	{Name: "Elsa Wiik", Address: "elsa@nordwind.example", Role: models.RoleAgent}, {Name: "Finn Doyle", Address: "finn@nordwind.example", Role: models.RoleAgent},
	{Name: "Gina Russo", Address: "gina@nordwind.example", Role: models.RoleAgent}, {Name: "Hugo Blanc", Address: "hugo@nordwind.example", Role: models.RoleAgent},
	{Name: "Iris Tan", Address: "iris@nordwind.example", Role: models.RoleAgent}, {Name: "Jens Aalto", Address: "jens@nordwind.example", Role: models.RoleAgent},
}

var bulkProjects = []desk.ProjectPlan{
	{Slug: "support", Name: "Product support", Locale: "en", ResponseTime: "We typically respond within 4 hours."},
	{Slug: "billing", Name: "Billing", Locale: "en"},
	{Slug: "shop", Name: "Shop", Locale: "en"},
}

// Bulk fills a new database with rows as the verbs would have left them: consistent
// states, living links, times over three years. The search index is not made here: it
// follows the log of changes, or is made anew when there is none.
func Bulk(ctx context.Context, o BulkOptions) (*Loaded, error) {
	if o.Tickets < 0 || o.Articles < 0 || o.DB == nil || o.Keys == nil {
		return nil, fmt.Errorf("sample: %d tickets and %d articles in no database or without keys", o.Tickets, o.Articles)
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	g := newGenerator(o)
	if err := g.setUp(ctx); err != nil {
		return nil, fmt.Errorf("sample: %w", err)
	}
	// Making rows and writing them share two cores: one batch is made while the one
	// before it is written.
	batches := make(chan *models.Rows, 1)
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(batches)
		g.run(func(rows *models.Rows) bool {
			select {
			case batches <- rows:
				return true
			case <-stop.Done():
				return false
			}
		})
	}()
	done := 0
	err := models.Load(ctx, o.DB, func(ctx context.Context, l *models.Loader) error {
		for rows := range batches {
			if err := l.Write(ctx, rows); err != nil {
				return err
			}
			done += len(rows.Tickets) + len(rows.Articles)
			o.Progress(done, o.Tickets+o.Articles)
		}
		return ctx.Err()
	})
	if err != nil {
		cancel()
		for range batches {
		}
		return nil, fmt.Errorf("sample: %w", err)
	}
	return g.result(), nil
}

// generator makes rows. It belongs to one goroutine after setUp.
type generator struct {
	BulkOptions
	r         *rand.Rand
	words     *vocabulary
	sentences []string
	out       Loaded
	projects  []*bulkProject
	catalog   *models.Catalog
	agents    []int64
	rows      *models.Rows

	contacts  []contact
	companies int64
	tokens    []token
	reserve   []reserved
	eligible  int

	ticketIDs, participantIDs, messageIDs, eventIDs, articleIDs int64
}

// bulkProject is a project with what its tickets are drawn from.
type bulkProject struct {
	*models.Project
	graph       map[string]*models.Status // by slug
	types       []*int64
	templates   []filledTemplate
	collections []int64
	slugs       map[string]bool
}

// filledTemplate is a template with answers, accepted by its own rules.
type filledTemplate struct {
	id  *int64
	raw string
}

// contact is what later tickets need to know of a contact.
type contact struct {
	created, proven models.Stamp
	// proves: this person answers from mailed links.
	proves bool
	// company is the only one they are in, 0 for none or several.
	company int64
}

type token struct {
	hash    [32]byte
	subject int64
	created models.Stamp
	kind    string
}

// reserved is a link for the printed list.
type reserved struct {
	participant int64
	project     string
}

func newGenerator(o BulkOptions) *generator {
	r := rand.New(rand.NewPCG(uint64(o.Seed), 0x10d6e))
	g := &generator{BulkOptions: o, r: r, words: newVocabulary(r), rows: &models.Rows{}, catalog: &models.Catalog{}}
	g.sentences = make([]string, 20_000)
	for i := range g.sentences {
		g.sentences[i] = g.words.fill(sentences[r.IntN(len(sentences))])
	}
	return g
}

// setUp makes what the tickets stand on, through the same functions as a real set-up.
func (g *generator) setUp(ctx context.Context) error {
	begin := g.Now.Add(-span - 24*time.Hour)
	actors, signIns, err := staff(ctx, g.DB, "Nordwind at size", "help@nordwind.example", bulkStaff, begin)
	if err != nil {
		return err
	}
	g.out.SignIns = signIns
	for _, a := range actors {
		if a.Role != models.RoleViewer {
			g.agents = append(g.agents, a.ID)
		}
	}
	slices.Sort(g.agents)
	err = g.DB.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		for _, plan := range bulkProjects {
			if _, err := desk.NewProject(ctx, tx, plan, begin); err != nil {
				return err
			}
			g.out.Projects = append(g.out.Projects, plan.Slug)
		}
		return nil
	})
	if err != nil {
		return err
	}
	cat, err := g.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	g.catalog = cat
	for _, p := range cat.Projects {
		g.projects = append(g.projects, g.prepare(p))
	}
	return nil
}

func (g *generator) prepare(p *models.Project) *bulkProject {
	b := &bulkProject{Project: p, graph: map[string]*models.Status{}, templates: []filledTemplate{{nil, "[]"}}, slugs: map[string]bool{}}
	for _, s := range p.Statuses {
		b.graph[s.Slug] = s
	}
	for _, t := range p.PublicTypes() {
		b.types = append(b.types, &t.ID)
	}
	for _, t := range p.Templates {
		for range 20 {
			posted := map[string][]string{}
			for _, f := range t.AskedFields() {
				value := g.sentences[g.r.IntN(len(g.sentences))]
				if len(f.Options) > 0 {
					value = f.Options[g.r.IntN(len(f.Options))]
				}
				posted["field."+f.Slug] = []string{value}
			}
			var v models.Invalid
			var ticket models.Ticket
			ticket.SetFields(t.Accept(posted, &v))
			b.templates = append(b.templates, filledTemplate{&t.ID, ticket.RawFields})
		}
	}
	return b
}

// run makes everything batch by batch until hand says no.
func (g *generator) run(hand func(*models.Rows) bool) {
	flush := func() bool {
		rows := g.rows
		g.rows = &models.Rows{}
		return hand(rows)
	}
	g.collections()
	for i := range g.Articles {
		g.article(i)
		if (i+1)%articlesAtOnce == 0 && !flush() {
			return
		}
	}
	for i := range g.Tickets {
		g.ticket(i)
		if (i+1)%ticketsAtOnce == 0 && !flush() {
			return
		}
	}
	if !flush() {
		return
	}
	// The tokens' table is ordered by hash: sorted, its pages are written once each.
	slices.SortFunc(g.tokens, func(a, b token) int { return slices.Compare(a.hash[:], b.hash[:]) })
	for some := range slices.Chunk(g.tokens, tokensAtOnce) {
		for i := range some {
			t := &some[i]
			g.rows.Tokens = append(g.rows.Tokens, models.Token{Hash: t.hash[:], Kind: t.kind, SubjectID: t.subject, Generation: 1, CreatedAt: t.created})
		}
		if !flush() {
			return
		}
	}
}

// links keeps the hashes of a participant's links.
func (g *generator) links(participant int64, at models.Stamp) {
	for kind, name := range map[secret.Kind]string{secret.Thread: models.TokenThread, secret.Unsubscribe: models.TokenUnsubscribe} {
		t := token{subject: participant, created: at, kind: name}
		copy(t.hash[:], secret.Hash(g.Keys.Token(kind, participant, 1)))
		g.tokens = append(g.tokens, t)
	}
}

// offer puts a living link on the printed list, each with the same chance.
func (g *generator) offer(participant int64, project string) {
	g.eligible++
	if len(g.reserve) < mostThreads {
		g.reserve = append(g.reserve, reserved{participant, project})
		return
	}
	if i := g.r.IntN(g.eligible); i < mostThreads {
		g.reserve[i] = reserved{participant, project}
	}
}

func (g *generator) result() *Loaded {
	b := g.out
	b.Tickets, b.Messages, b.Contacts, b.Articles = g.Tickets, int(g.messageIDs), len(g.contacts), g.Articles
	b.Threads = []Thread{}
	for _, r := range g.reserve {
		b.Threads = append(b.Threads, newThread("", r.project, desk.Link{
			Token: g.Keys.Token(secret.Thread, r.participant, 1), Proof: g.Keys.Proof(secret.Thread, r.participant, 1)}))
	}
	b.Queries = []string{}
	for range mostQueries {
		words := strings.Fields(g.words.fill(titles[g.r.IntN(len(titles))]))
		words = words[:min(len(words), 2+g.r.IntN(5))]
		last := words[len(words)-1]
		words[len(words)-1] = last[:max(len(last)-g.r.IntN(3), 1)]
		b.Queries = append(b.Queries, strings.Join(words, " "))
	}
	return &b
}

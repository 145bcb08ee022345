package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

// PC-2, PC-12, PC-14: a filed ticket can be read at once by its own link, and its reporter
// is a contact from then on.
func TestSubmitMakesTicketContactAndLink(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Type, in.Name = "problem", "Rosa\u202e Luz\n"
		done, err := h.Portal().Submit(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		page := h.thread(Link{Token: done.Token})
		if page.Title != "Printer is on fire" || page.Type != "Problem" || page.Me.Address != "rosa@example.com" || page.Me.Name != "Rosa Luz" || !page.Me.Reporter {
			t.Fatalf("page %+v", page)
		}
		if len(page.Messages) != 1 || !page.Messages[0].Own || !strings.Contains(page.Messages[0].HTML, "It began this morning.") {
			t.Fatalf("messages %+v", page.Messages)
		}
		c, err := models.ContactByKey(context.Background(), h.db, "rosa@example.com")
		if err != nil || c.ProvenAt != 0 {
			t.Fatalf("contact %+v, %v", c, err)
		}
		ticket := h.ticket()
		if ticket.Category != models.CategoryNew || !ticket.Unproven || ticket.Number != 1 {
			t.Fatalf("ticket %+v", ticket)
		}
	})
}

// PC-4, EV-3: every fault is named by its field at once, nothing is written, and the files
// wait for the next try.
func TestSubmitRefusesByFieldAndKeepsFiles(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Email, in.Title, in.Description, in.Type = "not an address", " \n", "", "nonsense"
		in.Uploads = []Upload{h.upload("log.txt", "it burns")}
		_, err := h.Portal().Submit(context.Background(), in)
		h.kind(err, models.KindInvalid)
		for _, field := range []string{"email", "title", "description", "type"} {
			h.fault(err, field)
		}
		if h.count(models.ViewAll) != 0 {
			t.Fatal("a refused form made a ticket")
		}
		form, err := h.Portal().Form(context.Background(), "acme", FormAsk{FormID: in.FormID})
		if err != nil || form.FormID != in.FormID || len(form.Staged) != 1 || form.Staged[0].Name != "log.txt" {
			t.Fatalf("form %+v, %v", form, err)
		}
		next := h.form()
		next.FormID, next.Keep = in.FormID, []string{form.Staged[0].PID}
		done, err := h.Portal().Submit(context.Background(), next)
		if err != nil {
			t.Fatal(err)
		}
		files := h.thread(Link{Token: done.Token}).Messages[0].Files
		if len(files) != 1 || files[0].Name != "log.txt" || files[0].Size != 8 {
			t.Fatalf("files %+v", files)
		}
		content, err := h.AgentFile(context.Background(), h.ada, files[0].PID, false)
		if err != nil || readAll(t, content) != "it burns" {
			t.Fatalf("bytes are gone: %v", err)
		}
	})
}

// PC-4, A106: a staged file belongs to its form alone and is gone after a day.
func TestStagedFilesAreTheFormsOwn(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Title, in.Uploads = "", []Upload{h.upload("secret.txt", "mine")}
		_, err := h.Portal().Submit(context.Background(), in)
		h.fault(err, "title")
		form, _ := h.Portal().Form(context.Background(), "acme", FormAsk{FormID: in.FormID})
		thief := h.form()
		thief.Keep = []string{form.Staged[0].PID}
		done, err := h.Portal().Submit(context.Background(), thief)
		if err != nil {
			t.Fatal(err)
		}
		if files := h.thread(Link{Token: done.Token}).Messages[0].Files; len(files) != 0 {
			t.Fatalf("another form's file was taken: %+v", files)
		}
		h.later(25 * time.Hour)
		form, err = h.Portal().Form(context.Background(), "acme", FormAsk{FormID: in.FormID})
		if err != nil || len(form.Staged) != 0 || form.FormID == in.FormID {
			t.Fatalf("after a day: %+v, %v", form, err)
		}
	})
}

// PC-3, A74: hidden and read-only fields take their defaults whatever is posted; foreign
// templates are refused; an enforced one wins; required fields are required by the server.
func TestSubmitTemplates(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Template = "bug-report"
		in.Fields = map[string][]string{"field.triage": {"attacker"}, "field.unknown": {"x"}}
		_, err := h.Portal().Submit(context.Background(), in)
		h.fault(err, "field.steps")
		in.Fields["field.steps"] = []string{"Press print"}
		if _, err = h.Portal().Submit(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(h.ticket().Fields())
		if strings.Contains(got, "attacker") || strings.Contains(got, "unknown") || !strings.Contains(got, "intake") || !strings.Contains(got, "Press print") {
			t.Fatalf("fields %s", got)
		}
		form, err := h.Portal().Form(context.Background(), "acme", FormAsk{Template: "bug-report"})
		if err != nil {
			t.Fatal(err)
		}
		if shown := fmt.Sprintf("%+v", form); strings.Contains(strings.ToLower(shown), "triage") || strings.Contains(shown, "intake") {
			t.Fatalf("a hidden field is on the form: %s", shown)
		}
		foreign := h.form()
		foreign.Template = "of-another-project"
		_, err = h.Portal().Submit(context.Background(), foreign)
		h.fault(err, "template")

		h.settings(func(p *models.Project) { p.EnforcedTemplateID = &h.projectTemplate("general-question").ID })
		enforced := h.form()
		enforced.Template = "bug-report"
		done, err := h.Portal().Submit(context.Background(), enforced)
		if err != nil {
			t.Fatal(err)
		}
		if id := h.ticketOf(done.Token).TemplateID; id == nil || *id != h.projectTemplate("general-question").ID {
			t.Fatal("the enforced template did not win")
		}
	})
}

func (h *house) projectTemplate(slug string) *models.Template {
	cat, err := h.db.Catalog(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	for _, t := range cat.ProjectBySlug("acme").Templates {
		if t.Slug == slug {
			return t
		}
	}
	h.t.Fatal("no template", slug)
	return nil
}

func (h *house) ticketOf(token string) *models.Ticket {
	h.t.Helper()
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(token))
	if err != nil {
		h.t.Fatal(err)
	}
	t, err := models.TicketByID(context.Background(), h.db, a.Ticket.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// PC-7, A104: of 200 at once exactly five are let through, and a refusal costs nothing.
func TestCreateLimitHoldsForParallelPosts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		var inputs []SubmitInput
		for i := range 200 {
			in := h.form()
			in.Email = fmt.Sprintf("person%d@example.com", i)
			inputs = append(inputs, in)
		}
		h.later(time.Minute)
		var wg sync.WaitGroup
		results := make(chan error, len(inputs))
		for _, in := range inputs {
			wg.Go(func() {
				_, err := h.Portal().Submit(context.Background(), in)
				results <- err
			})
		}
		wg.Wait()
		close(results)
		made := 0
		for err := range results {
			if err == nil {
				made++
				continue
			}
			if e, ok := models.AsError(err); !ok || e.Kind != models.KindTooMany || e.RetryAfter <= 0 {
				t.Fatalf("refused with %v", err)
			}
		}
		if made != 5 || h.count(models.ViewAll) != 5 {
			t.Fatalf("%d let through, %d tickets, want 5", made, h.count(models.ViewAll))
		}
		h.later(11 * time.Minute)
		if _, err := h.Portal().Submit(context.Background(), h.form()); err != nil {
			t.Fatalf("after the window: %v", err)
		}
	})
}

// PC-7, A6: one address counts as one whatever its spelling and from whatever client.
func TestCreateLimitByAddress(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		spellings := []string{"Rosa@example.com", "rosa+1@example.com", "ROSA+2@EXAMPLE.com", " rosa@example.com ", "rosa@Example.Com", "rosa+x@example.com"}
		for i, email := range spellings {
			in := h.form()
			in.Email, in.Client = email, fmt.Sprintf("198.51.100.%d", i)
			_, err := h.Portal().Submit(context.Background(), in)
			if i < 5 && err != nil {
				t.Fatalf("%q: %v", email, err)
			}
			if i == 5 {
				h.kind(err, models.KindTooMany)
			}
		}
	})
}

// PC-9: no extra recipient, whatever is posted.
func TestSubmitRefusesRecipients(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Foreign = []string{"cc"}
		_, err := h.Portal().Submit(context.Background(), in)
		h.fault(err, "form")
		in.Foreign = nil
		if _, err = h.Portal().Submit(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		people, err := models.People(context.Background(), h.db, h.ticket().ID)
		if err != nil || len(people) != 1 {
			t.Fatalf("participants %v, %v", people, err)
		}
	})
}

// PC-13, A107: a form sent twice, even at once, makes one ticket.
func TestDoubleSubmitMakesOneTicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		tokens := make(chan string, 8)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				done, err := h.Portal().Submit(context.Background(), in)
				if err != nil {
					t.Error(err)
					return
				}
				tokens <- done.Token
			})
		}
		wg.Wait()
		close(tokens)
		seen := map[string]bool{}
		for token := range tokens {
			seen[token] = true
		}
		if len(seen) != 1 || h.count(models.ViewAll) != 1 {
			t.Fatalf("%d links, %d tickets", len(seen), h.count(models.ViewAll))
		}
	})
}

// PC-13: a suspect form is asked once more, never dropped; confirming counts only after
// the question.
func TestSuspectSubmitIsAskedOnceMore(t *testing.T) {
	suspicions := map[string]func(h *house, in *SubmitInput){
		"honeypot": func(h *house, in *SubmitInput) { in.Honeypot = "https://spam.example" },
		"too fast": func(h *house, in *SubmitInput) {
			form, _ := h.Portal().Form(context.Background(), "acme", FormAsk{})
			in.FormID = form.FormID
		},
		"no proof of work": func(h *house, in *SubmitInput) {
			h.settings(func(p *models.Project) { p.Settings.ProofOfWorkBits = 8 })
		},
	}
	for name, suspect := range suspicions {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, h *house) {
				in := h.form()
				suspect(h, &in)
				in.Confirmed = true // a machine that always says so gains nothing
				if _, err := h.Portal().Submit(context.Background(), in); !errors.Is(err, ErrConfirm) {
					t.Fatalf("got %v", err)
				}
				h.later(5 * time.Second)
				if _, err := h.Portal().Submit(context.Background(), in); err != nil {
					t.Fatalf("confirmed, but %v", err)
				}
			})
		})
	}
}

// PC-13: a solved proof of work passes without a question.
func TestProofOfWork(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.settings(func(p *models.Project) { p.Settings.ProofOfWorkBits = 10 })
		form, err := h.Portal().Form(context.Background(), "acme", FormAsk{})
		if err != nil || form.Challenge == nil {
			t.Fatal("no challenge", err)
		}
		h.later(10 * time.Second)
		in := h.form()
		in.FormID = form.FormID
		for i := 0; ; i++ {
			if in.Work = fmt.Sprint(i); solved(*form.Challenge, in.Work) {
				break
			}
		}
		if _, err := h.Portal().Submit(context.Background(), in); err != nil {
			t.Fatal(err)
		}
	})
}

// PC-8, A56: an intake link fills in its person, for its project and its time only, and
// can do nothing but create.
func TestIntakeLink(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			return err
		})
		token, id, err := h.MakeIntakeLink(ctx, "acme", "otto@example.com", "Otto", 7)
		if err != nil {
			t.Fatal(err)
		}
		form, err := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: token})
		if err != nil || form.Customer == nil || form.Customer.Address != "otto@example.com" {
			t.Fatalf("form %+v, %v", form, err)
		}
		for name, ask := range map[string]struct{ slug, token string }{"another project": {"other", token}, "unknown": {"acme", strings.Repeat("x", 32)}, "thread link": {"acme", h.file(false).Token}} {
			form, err := h.Portal().Form(ctx, ask.slug, FormAsk{CustomerToken: ask.token})
			if err != nil || form.Customer != nil || !form.IntakeDead {
				t.Fatalf("%s: %+v, %v", name, form, err)
			}
		}
		in := h.form()
		in.CustomerToken, in.Email = token, "somebody@else.example"
		done, err := h.Portal().Submit(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if me := h.thread(Link{Token: done.Token}).Me; me.Address != "otto@example.com" {
			t.Fatalf("filed for %q", me.Address)
		}
		if _, err := h.Portal().Thread(ctx, Link{Token: token}, ""); models.KindOf(err) != models.KindNotFound {
			t.Fatalf("an intake link reads: %v", err)
		}
		h.later(8 * 24 * time.Hour)
		if form, _ := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: token}); form.Customer != nil || !form.IntakeDead {
			t.Fatal("an expired link still fills in")
		}
		token, id, _ = h.MakeIntakeLink(ctx, "acme", "otto@example.com", "", 90)
		if err := h.RevokeIntakeLink(ctx, id); err != nil {
			t.Fatal(err)
		}
		if form, _ := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: token}); form.Customer != nil {
			t.Fatal("a revoked link still fills in")
		}
		if _, _, err := h.MakeIntakeLink(ctx, "acme", "otto@example.com", "", 91); err == nil {
			t.Fatal("91 days were accepted")
		}
	})
}

// PC-1: unknown, disabled and portal-off are the same; guest_create off closes the door.
func TestClosedPortals(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		in := h.form()
		_, err := h.Portal().Form(ctx, "nobody", FormAsk{})
		h.kind(err, models.KindNotFound)
		h.settings(func(p *models.Project) { p.Portal = models.PortalNone })
		_, off := h.Portal().Form(ctx, "acme", FormAsk{})
		if off == nil || off.Error() != err.Error() {
			t.Fatalf("portal off says %v, unknown says %v", off, err)
		}
		_, err = h.Portal().Submit(ctx, in)
		h.kind(err, models.KindNotFound)
		h.settings(func(p *models.Project) { p.Portal = models.PortalPublic })
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			w.Settings.GuestCreate = false
			return models.UpdateWorkspace(ctx, tx, &w)
		})
		_, err = h.Portal().Form(ctx, "acme", FormAsk{})
		h.kind(err, models.KindForbidden)
		_, err = h.Portal().Submit(ctx, in)
		h.kind(err, models.KindForbidden)
	})
}

// PC-2: the optional first message becomes the thread's first reply, only where it is asked.
func TestInitialMessage(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		in := h.form()
		in.Message = "And please hurry."
		done, err := h.Portal().Submit(context.Background(), in)
		if err != nil || len(h.thread(Link{Token: done.Token}).Messages) != 1 {
			t.Fatal("a message that nobody asked for was kept", err)
		}
		h.settings(func(p *models.Project) { p.Settings.InitialMessage = true })
		in = h.form()
		in.Message = "And please hurry."
		done, err = h.Portal().Submit(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if m := h.thread(Link{Token: done.Token}).Messages; len(m) != 2 || !strings.Contains(m[1].HTML, "hurry") {
			t.Fatalf("messages %+v", m)
		}
	})
}

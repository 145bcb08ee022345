package jobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// only counts the mails to an address since the first n.
func (s *stage) since(addr string, n int) []mail.Message {
	s.t.Helper()
	s.settle(s.runner)
	return s.post.to(addr)[n:]
}

// NU-1: one action is one mail. An answer with a status names it, by its public label; what the
// desk does by itself with a first answer is not worth a word.
func TestAnswerWithStatusIsOneMail(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := h.stage()
	before := len(s.post.to("ada@example.com"))
	s.answer(s.number, "We look into it.")
	if got := s.since("ada@example.com", before); len(got) != 1 || strings.Contains(got[0].Text, "status") {
		t.Fatalf("the first answer: %d mails\n%s", len(got), got[0].Text)
	}
	s.clock.forward(time.Hour)
	if _, err := h.desk.ReplyAsAgent(t.Context(), h.agent, s.number, desk.AgentReply{Body: "Please try again.", Status: "waiting"}); err != nil {
		t.Fatal(err)
	}
	got := s.since("ada@example.com", before+1)
	if len(got) != 1 || !strings.Contains(got[0].Text, "Please try again.") || !strings.Contains(got[0].Text, "“Waiting for you”") {
		t.Fatalf("with a status: %d mails %v", len(got), got)
	}
	if strings.Contains(whole(t, got[0]), "Waiting for customer") {
		t.Error("the mail says the agents’ own name of the status")
	}
	s.clock.forward(time.Hour)
	if _, err := h.desk.ReplyAsAgent(t.Context(), h.agent, s.number, desk.AgentReply{Body: "It is out.", Status: "resolved"}); err != nil {
		t.Fatal(err)
	}
	got = s.since("ada@example.com", before+2)
	if len(got) != 1 || !strings.Contains(got[0].Text, "“Resolved”") || !strings.Contains(got[0].Text, "opens the ticket again") {
		t.Fatalf("the last answer: %d mails %v", len(got), got)
	}
}

// NU-1: moving between live statuses is one mail, ending another kind, never both; a status
// that is left again before its mail goes is not told.
func TestStatusMails(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := h.stage()
	before := len(s.post.to("ada@example.com"))
	s.status("in-progress")
	s.status("waiting")
	s.status("resolved")
	got := s.since("ada@example.com", before)
	if len(got) != 3 {
		t.Fatalf("%d mails, want 3", len(got))
	}
	for i, want := range []string{"In progress: Printer on fire", "Waiting for you: Printer on fire", "Resolved: Printer on fire"} {
		if !strings.HasPrefix(got[i].Subject, want) {
			t.Errorf("subject %q, want %q", got[i].Subject, want)
		}
	}
	if last := got[2]; !strings.Contains(last.Text, "is finished") || !strings.Contains(last.Text, "opens the ticket again") || last.UnsubscribeURL == "" || !strings.Contains(last.Text, "/ticket/thread/") {
		t.Errorf("says\n%s", last.Text)
	}
	if len(s.since("otto@example.com", 0)) != 1 {
		t.Error("somebody else was told")
	}
	for _, slug := range []string{"in-progress", "waiting"} {
		if err := h.desk.ChangeStatus(t.Context(), h.agent, s.number, slug, 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.since("ada@example.com", before+3); len(got) != 1 || !strings.HasPrefix(got[0].Subject, "Waiting for you") {
		t.Errorf("%d mails about two changes at once", len(got))
	}
}

// NU-1: who closes their own ticket is told nothing of it; others are where the project says so.
// A note, a tag and an assignment never mail anybody outside.
func TestWhoDidItAndWhatIsInside(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	s := h.stage()
	s.projectSettings(func(p *models.ProjectSettings) {
		p.NotifyClosedOthers, p.NotifyStatusOthers, p.NotifyCustomerOthers, p.NotifyCustomerReporter = true, true, true, true
	})
	ada, otto := len(s.post.to("ada@example.com")), len(s.post.to("otto@example.com"))
	if _, err := h.desk.Note(t.Context(), h.agent, s.number, desk.AgentReply{Body: "seededsecret"}); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.ChangeTags(t.Context(), h.agent, s.number, []string{"seededtag"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Assign(t.Context(), h.agent, s.number, h.agent.ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := h.desk.SetPriority(t.Context(), h.agent, s.number, models.PriorityUrgent, 0); err != nil {
		t.Fatal(err)
	}
	if len(s.since("ada@example.com", ada))+len(s.since("otto@example.com", otto)) != 0 {
		t.Error("something internal was mailed")
	}
	if err := h.portal.Close(t.Context(), s.ada); err != nil {
		t.Fatal(err)
	}
	if a, o := s.since("ada@example.com", ada), s.since("otto@example.com", otto); len(a) != 0 || len(o) != 1 || !strings.Contains(o[0].Text, "is finished") {
		t.Errorf("Ada has %d mails about her own closing, Otto %d", len(a), len(o))
	}
}

func (h *house) projectSettings(change func(*models.ProjectSettings)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.Projects[0]
		change(&p.Settings)
		return models.UpdateProject(ctx, tx, &p)
	})
}

// A3, NU-1: each of these mails to an address that nobody has proven holds fixed words, the
// agents' and the project's, and nothing that was typed by somebody outside; and nobody reads
// another's address in full.
func TestNotificationsRepeatNothingToTheUnproven(t *testing.T) {
	for template, act := range map[string]func(s *stage){
		desk.MailStatusChanged:   func(s *stage) { s.status("waiting") },
		desk.MailClosed:          func(s *stage) { s.status("resolved") },
		desk.MailCustomerReplied: func(s *stage) { s.says(s.otto, "evilreply") },
		desk.MailAgentReplied: func(s *stage) { // three answers, two of them in one mail
			for range 3 {
				s.answer(s.number, "Please call us.")
				s.settle(s.runner)
			}
			s.clock.forward(time.Hour)
		},
		desk.MailDigest: func(s *stage) {
			s.wish(models.WishDigest, models.WishAll)
			s.answer(s.number, "Please call us.")
			s.says(s.otto, "evilreply")
			s.clock.forward(25 * time.Hour)
		},
	} {
		t.Run(template, func(t *testing.T) {
			h := newHouse(t, models.Options{Dir: t.TempDir()})
			s := &stage{house: h, runner: h.running("w")}
			h.projectSettings(func(p *models.ProjectSettings) { p.NotifyCustomerReporter, p.NotifyCustomerOthers = true, true })
			s.ada = h.file(desk.SubmitInput{Email: "victim@example.com", Name: "Police evilname", Title: "URGENT evilpay http://evil.example", Description: "evilaccount"})
			s.number = h.latest()
			h.prove("evilotto@example.com")
			if err := h.desk.AddParticipant(t.Context(), h.agent, s.number, "evilotto@example.com", ""); err != nil {
				t.Fatal(err)
			}
			s.otto, _ = h.desk.ParticipantLinks(&s.people()[1].Participant)
			h.settle(s.runner)
			before := len(h.post.to("victim@example.com"))
			act(s)
			got := s.since("victim@example.com", before)
			if len(got) == 0 {
				t.Fatal("no mail")
			}
			for _, m := range got {
				for _, word := range []string{"evil", "URGENT", "Police"} {
					if strings.Contains(whole(t, m), word) {
						t.Errorf("says %q:\n%s", word, whole(t, m))
					}
				}
			}
			told := ""
			for _, d := range h.deliveries(s.number) {
				told += d.Template + " "
			}
			if !strings.Contains(told, template) {
				t.Errorf("no such mail: %s", told)
			}
		})
	}
	// Once proven, the text is there, and still no address of somebody else.
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.projectSettings(func(p *models.ProjectSettings) { p.NotifyCustomerReporter = true })
	s := h.stage()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		otto, err := models.ContactByKey(ctx, tx, "otto@example.com")
		if err != nil {
			return err
		}
		otto.Name = ""
		return models.SaveContact(ctx, tx, otto)
	})
	before := len(s.post.to("ada@example.com"))
	s.says(s.otto, "It burns here as well.")
	got := s.since("ada@example.com", before)
	if len(got) != 1 || !strings.Contains(got[0].Text, "It burns here as well.") || strings.Contains(whole(t, got[0]), "otto@example.com") {
		t.Errorf("%d mails %v", len(got), got)
	}
}

// wish saves the reporter's choice for the ticket and for all of the project's.
func (s *stage) wish(ticket, all string) {
	s.t.Helper()
	_, token := s.desk.ParticipantLinks(&s.people()[0].Participant)
	if err := s.portal.SavePreferences(s.t.Context(), token, desk.PreferencesInput{Ticket: ticket, All: all}); err != nil {
		s.t.Fatal(err)
	}
}

// NU-4: each choice decides which mails come, for the ticket before for all of the project's;
// the confirmation of a new ticket comes but with "nothing".
func TestWishesDecide(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		for _, c := range []struct{ ticket, all, want string }{
			{"", models.WishAll, "answer status closed created"},
			{"", models.WishClosing, "closed created"},
			{models.WishAll, models.WishClosing, "answer status closed created"},
			{models.WishClosing, models.WishAll, "closed created"},
			{"", models.WishNone, ""},
			{models.WishNone, models.WishAll, "created"},
			{models.WishAll, models.WishNone, "answer status closed"},
			{models.WishDigest, models.WishAll, "created"},
			{"", models.WishDigest, "created"},
		} {
			s.status("in-progress")
			s.wish(c.ticket, c.all)
			s.clock.forward(10 * time.Minute)
			var got []string
			did := func(what string, act func()) {
				before := len(s.post.to("ada@example.com"))
				act()
				if len(s.since("ada@example.com", before)) > 0 {
					got = append(got, what)
				}
			}
			did("answer", func() { s.answer(s.number, "We look into it.") })
			did("status", func() { s.status("waiting") })
			did("closed", func() { s.status("resolved") })
			did("created", func() { h.file(desk.SubmitInput{Email: "ada@example.com"}) })
			if all := strings.Join(got, " "); all != c.want {
				t.Errorf("ticket %q, project %q: %q, want %q", c.ticket, c.all, all, c.want)
			}
		}
		// The last answer with a status that ends the ticket is a closing.
		s.status("in-progress")
		s.wish(models.WishClosing, models.WishAll)
		before := len(s.post.to("ada@example.com"))
		s.clock.forward(time.Hour)
		if _, err := h.desk.ReplyAsAgent(t.Context(), h.agent, s.number, desk.AgentReply{Body: "It is out.", Status: "resolved"}); err != nil {
			t.Fatal(err)
		}
		if got := s.since("ada@example.com", before); len(got) != 1 || !strings.Contains(got[0].Text, "It is out.") {
			t.Errorf("%d mails about the end", len(got))
		}
	})
}

// NU-4: one digest a day tells of every ticket with news, once, whatever restarts; a day without
// news has none.
func TestDigest(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		// The question how it went is a mail of its own whatever the wish, and not what is counted here.
		h.projectSettings(func(s *models.ProjectSettings) { s.Feedback = false })
		s.wish("", models.WishDigest)
		first, ada := s.number, s.people()[0].ContactID
		h.file(desk.SubmitInput{Email: "ada@example.com", Title: "Printer is wet"})
		second := h.latest()
		before := len(s.since("ada@example.com", 0))
		h.answer(first, "seededtext one")
		h.answer(first, "seededtext two")
		h.answer(second, "seededtext three")
		if err := h.desk.ChangeStatus(t.Context(), h.agent, second, "resolved", 0); err != nil {
			t.Fatal(err)
		}
		if got := s.since("ada@example.com", before); len(got) != 0 {
			t.Fatalf("%d mails before the morning", len(got))
		}
		states := func(n int64) string {
			var all []string
			for _, d := range h.deliveries(n) {
				if d.ContactID == nil || *d.ContactID != ada {
					continue
				}
				if d.Template == desk.MailAgentReplied || d.Template == desk.MailDigest || d.Template == desk.MailClosed {
					all = append(all, d.State)
				}
			}
			return strings.Join(all, " ")
		}
		if got := states(second); got != "digest digest" {
			t.Errorf("states %q", got)
		}
		// The job dies after its work, and another takes it over.
		h.clock.forward(25 * time.Hour)
		dies := h.runner("dies")
		jobs, err := models.ClaimJobs(t.Context(), h.db, "dies", h.clock.Now(), lease, 9)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs {
			_ = dies.try(j)
			if j.Kind == desk.JobDigest {
				_ = dies.try(j)
			}
		}
		h.settle(s.runner)
		h.clock.forward(lease + time.Second)
		got := s.since("ada@example.com", before)
		if len(got) != 1 {
			t.Fatalf("%d digests, want 1", len(got))
		}
		m := got[0]
		for _, want := range []string{"Printer on fire", "2 new answers", "Printer is wet", "1 new answer", "Status: Resolved", "/ticket/thread/"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the digest lacks %q:\n%s", want, m.Text)
			}
		}
		if strings.Contains(whole(t, m), "seededtext") || !strings.HasSuffix(m.UnsubscribeURL, "/all") || !strings.Contains(m.UnsubscribeURL, "/ticket/preferences/") {
			t.Errorf("the digest says\n%s\nand stops at %s", m.Text, m.UnsubscribeURL)
		}
		if got := states(first) + " " + states(second); strings.Count(got, "sent") != 1 || strings.Count(got, "folded") != 3 {
			t.Errorf("afterwards %q", got)
		}
		h.clock.forward(49 * time.Hour)
		if n := len(s.since("ada@example.com", before+1)); n != 0 {
			t.Errorf("%d digests without news", n)
		}
		// What is stopped before the morning is not told in it.
		h.answer(second, "More.")
		s.settle(s.runner)
		s.wish("", models.WishNone)
		h.clock.forward(25 * time.Hour)
		if n := len(s.since("ada@example.com", before+1)); n != 0 {
			t.Errorf("%d digests to somebody who wants nothing", n)
		}
	})
}

// NU-5: whatever is answered when, with workers that die and a server that is away, each answer
// is told to each person in exactly one mail, in order, and mails keep their distance.
func TestAnswersAreToldOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		other := h.running("other")
		for seed := range uint64(4) {
			r := rand.New(rand.NewPCG(seed, 7))
			h.clock.forward(time.Hour)
			h.settle(s.runner)
			mark := map[string]int{"ada@example.com": len(h.post.to("ada@example.com")), "otto@example.com": len(h.post.to("otto@example.com"))}
			var bodies []string
			down := false
			for step := range 30 {
				switch r.IntN(6) {
				case 0, 1, 2:
					body := fmt.Sprintf("answer-%d-%d-end", seed, step)
					bodies = append(bodies, body)
					h.answer(s.number, body)
				case 3:
					h.clock.forward(time.Duration(r.IntN(400)) * time.Second)
				case 4:
					h.settle(s.runner)
				case 5:
					if down = !down; down {
						h.post.set(func(mail.Message) error { return away }, nil)
					} else {
						h.post.set(nil, nil)
					}
				}
			}
			h.post.set(nil, nil)
			h.settle(s.runner)
			for range 6 {
				h.clock.forward(time.Hour)
				h.settle(s.runner)
				h.settle(other)
			}
			for addr, n := range mark {
				mails := h.post.to(addr)[n:]
				var told []string
				// The clock leaps over leases, so a worker may send what another has sent: then under
				// the same Message-ID, and the same words.
				sent := map[string]string{}
				for _, m := range mails {
					if text, again := sent[m.MessageID]; again {
						if text != m.Text {
							t.Errorf("seed %d: two mails under one Message-ID", seed)
						}
						continue
					}
					sent[m.MessageID] = m.Text
					at := map[string]int{}
					var mine []string
					for _, b := range bodies {
						if i := strings.Index(m.Text, b); i >= 0 {
							at[b], mine = i, append(mine, b)
							if strings.Count(m.Text, b) != 1 {
								t.Errorf("seed %d: %s stands twice in one mail", seed, b)
							}
						}
					}
					if !slices.IsSortedFunc(mine, func(a, b string) int { return at[a] - at[b] }) {
						t.Errorf("seed %d: out of order in\n%s", seed, m.Text)
					}
					told = append(told, mine...)
				}
				slices.Sort(told)
				want := slices.Sorted(slices.Values(bodies))
				if !slices.Equal(told, want) {
					t.Errorf("seed %d: %s was told %d of %d answers: %v", seed, addr, len(told), len(want), told)
				}
				if len(bodies) > 6 && len(sent) == len(bodies) {
					t.Errorf("seed %d: %d answers in %d mails", seed, len(bodies), len(mails))
				}
			}
		}
		for _, d := range h.deliveries(s.number) {
			if d.State != models.DeliverySent && d.State != models.DeliveryFolded {
				t.Errorf("delivery %d ended as %s: %s", d.ID, d.State, d.LastError)
			}
		}
	})
}

// NU-5: an answer that comes while the shared mail is being sent goes in the next one; one that
// is taken out for good while it waits is in none, and takes no other with it.
func TestSharedMailIsFixedBeforeItGoes(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := h.stage()
		before := len(s.post.to("ada@example.com"))
		s.answer(s.number, "One.")
		s.settle(s.runner)
		s.answer(s.number, "Two.")
		s.settle(s.runner)
		s.answer(s.number, "Three.")
		s.settle(s.runner)
		// The mail with two and three is on its way when four is written.
		once := true
		s.post.set(func(m mail.Message) error {
			if once && strings.Contains(m.Text, "Two.") {
				once = false
				return away
			}
			return nil
		}, nil)
		s.clock.forward(6 * time.Minute)
		s.settle(s.runner)
		s.answer(s.number, "Four.")
		s.settle(s.runner)
		for range 4 {
			s.clock.forward(30 * time.Minute)
			s.settle(s.runner)
		}
		got := s.since("ada@example.com", before)
		if len(got) != 3 || !strings.Contains(got[1].Text+got[2].Text, "Four.") {
			t.Fatalf("%d mails %v", len(got), got)
		}
		for _, m := range got {
			if strings.Contains(m.Text, "Two.") && (!strings.Contains(m.Text, "Three.") || strings.Contains(m.Text, "Four.")) {
				t.Errorf("says\n%s", m.Text)
			}
		}
	})
}

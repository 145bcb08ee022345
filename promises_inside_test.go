package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"lodge/models"
)

// inner is what a public form could try to set of a ticket.
var inner = []string{"+sla", "1", "+policy", "1", "+policy_id", "1", "+priority", "4", "+due", "2026-10-23", "+due_at", "1", "+team", "1", "+team_id", "1", "+calendar", "1", "+calendar_id", "1",
	"+links", "1", "+parent", "1", "+merge_into", "1", "+follows", "1", "+status", "closed", "+category", "closed", "+assignee", "1", "+assignee_id", "1", "+agent", "1", "+company", "1", "+company_id", "1",
	"+tags", "urgent", "+add", "urgent", "+until", "hour", "+outside_hours", "1", "+spent", "60", "+minutes", "60", "+skills", "1", "+rule", "1", "+origin", "agent", "+created_at", "1", "+locale", "xx"}

// A73: what a public form posts besides its own controls changes nothing of a ticket: not its
// priority, promises, team, agent, status, links, tags or time.
func TestA73PublicFormsSetNothingInside(t *testing.T) {
	t.Parallel()
	w := newPromiseWorld(t, "2026-10-23 10:00")
	admin := w.agent("ines@lodge.example")
	w.setUp(admin)
	// Nobody is given by turns, so that two tickets are alike.
	admin.open("/agent/settings/routing/1").submit("/agent/settings/routing/1", "on", "")
	rosa := w.visitor()
	var threads []string
	file := func(email string, more ...string) *models.Ticket {
		t.Helper()
		rosa.open("/ticket/"+harbour).submit("/ticket/"+harbour, append([]string{"email", email, "name", "Rosa", "title", "The crane", "description", "It stands."}, more...)...)
		threads = append(threads, rosa.here)
		w.settle()
		return w.ticket(int64(len(threads)))
	}
	honest, forged := file("rosa@calder-print.example"), file("rosa@calder-print.example", inner...)
	if a, b := w.inside(honest), w.inside(forged); a != b {
		t.Errorf("a forged form makes\n%s\nan honest one\n%s", b, a)
	}
	// Nor do an answer, and what comes with closing.
	for i, more := range [][]string{nil, inner} {
		rosa.open(threads[i])
		path, _, _ := strings.Cut(threads[i], "?")
		rosa.submit(path+"/replies", append([]string{"body", "Still."}, more...)...)
		w.settle()
	}
	if a, b := w.inside(w.ticket(1)), w.inside(w.ticket(2)); a != b {
		t.Errorf("after a forged reply\n%s\nafter an honest one\n%s", b, a)
	}
}

func (w *promiseWorld) ticket(number int64) *models.Ticket {
	w.t.Helper()
	k, err := models.TicketByNumber(w.t.Context(), w.db, number)
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}

// inside is all of a ticket that is not its own name and secret: columns, tags, promises, and what happened.
func (w *promiseWorld) inside(k *models.Ticket) string {
	w.t.Helper()
	all := map[string]any{}
	own := *k
	own.ID, own.Number, own.Reference = 0, 0, ""
	all["ticket"] = own
	events, err := models.Timeline(w.t.Context(), w.db, k.ID, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	all["events"] = kinds
	for _, table := range []string{"tags", "promises", "links", "time"} {
		all[table] = w.related(table, k)
	}
	raw, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	return string(raw)
}

// related is what an agent's page of a ticket says of one thing.
func (w *promiseWorld) related(what string, k *models.Ticket) any {
	w.t.Helper()
	actor := w.staff["ines@lodge.example"]
	switch what {
	case "promises":
		lines, err := w.desk.TicketPromises(w.t.Context(), actor, k.Number)
		if err != nil {
			w.t.Fatal(err)
		}
		return lines
	case "time":
		page, err := w.desk.Time(w.t.Context(), actor, k.Number)
		if err != nil {
			w.t.Fatal(err)
		}
		return len(page.Entries)
	}
	shown, err := w.desk.Ticket(w.t.Context(), actor, k.Number, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if what == "tags" {
		return shown.Properties.Tags
	}
	return shown.Relations
}

// TestPromisesStayInside: A73, CP-10, PT-2. A ticket with a policy, a rule, a skill, a team, working
// hours, tags and a priority of its own has none of their names on any public page, in any header of
// one, or in any mail to people outside, in either language and at every stage of it.
func TestPromisesStayInside(t *testing.T) {
	t.Parallel()
	secrets := []string{"Bollard", "Capstan", "Mooring team", "Quay hours", "Winch", "keelmark", "Urgent", "Dringend", "Invoice 17", "Note of ours", "promise_", "sla_", "round_robin"}
	for _, language := range []string{"en", "de"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			w := newPromiseWorld(t, "2026-10-23 08:00")
			admin := w.agent("ines@lodge.example")
			w.setUp(admin)
			admin.open("/agent/settings/skills/new").submit("/agent/settings/skills", "name", "Winch master")
			ada := strconv.FormatInt(w.staff["ada@lodge.example"].ID, 10)
			admin.open("/agent/settings/agents/" + ada)
			admin.submit("/agent/settings/agents/"+ada+"/work", "skills", admin.option("skills", "Winch master"))
			admin.open("/agent/settings/routing/1")
			admin.submit("/agent/settings/routing/1", "skills", admin.option("skills", "Winch master"), "tags", "keelmark", "priority", "4")

			rosa := w.visitor()
			rosa.client.Transport = speaks(language)
			seen := 0
			look := func(stage string, paths ...string) {
				t.Helper()
				for _, path := range paths {
					res, err := rosa.client.Get(w.URL + path)
					if err != nil {
						t.Fatal(err)
					}
					raw, err := io.ReadAll(res.Body)
					res.Body.Close()
					if err != nil || res.StatusCode >= 500 {
						t.Fatal(path, res.StatusCode, err)
					}
					var head strings.Builder
					res.Header.Write(&head)
					seen += len(raw)
					w.tellsNone(stage+" "+path, head.String()+string(raw), secrets)
				}
			}
			w.at("2026-10-23 18:20")
			look("before", "/", "/ticket", "/ticket/"+harbour)
			rosa.open("/ticket/" + harbour)
			if lang := `lang="` + language + `"`; !strings.Contains(rosa.body, lang) {
				t.Fatalf("the page is not in %s", language)
			}
			rosa.submit("/ticket/"+harbour, append([]string{"email", "rosa@calder-print.example", "name", "Rosa", "title", "The crane", "description", "It stands."}, inner...)...)
			w.minute()
			mailed := mailedLink.FindString(w.mails("rosa@calder-print.example")[0].Text)
			thread, _, _ := strings.Cut(mailed, "?")
			for _, m := range w.mails("rosa@calder-print.example") {
				for _, link := range unsubscribeLink.FindAllString(m.Text, -1) {
					look("mails", strings.TrimPrefix(link, w.URL))
				}
			}
			everywhere := func(stage string) {
				t.Helper()
				_, query, _ := strings.Cut(mailed, "?")
				look(stage, mailed, thread, thread+"/updates?after=0", thread+"/updates?after=0&"+query, thread+"/closure", thread+"/people?"+query, thread+"/link?"+query, thread+"/not-mine?"+query, "/ticket/"+harbour)
				for _, m := range w.mails("rosa@calder-print.example") {
					head, _ := json.Marshal(m.Headers)
					w.tellsNone(stage+" mail "+m.Subject, m.Subject+m.Text+m.HTML+string(head), secrets)
				}
			}
			everywhere("filed")
			agent := w.agent("ada@lodge.example")
			if got := w.ticket(1); got.Priority != models.PriorityUrgent || got.TeamID == nil || got.PromiseKind == "" {
				t.Fatalf("the ticket has nothing to hide: %+v", got)
			}
			agent.open("/agent/tickets/1").says("for the agents", "keelmark", "Mooring team", "Capstan rule", "Bollard policy")
			agent.submit("/agent/tickets/1/replies", "mode", "note", "body", "Note of ours")
			w.at("2026-10-26 09:55") // near
			w.minute()
			everywhere("near")
			w.at("2026-10-26 11:00") // late
			w.minute()
			everywhere("late")
			agent = w.agent("ada@lodge.example")
			agent.open("/agent/tickets/1").submit("/agent/tickets/1/replies", "body", "Which one?", "+status", "waiting")
			agent.open("/agent/tickets/1/time").submit("/agent/tickets/1/time", "spent", "100m", "note", "Note of ours")
			w.settle()
			everywhere("waiting")
			w.at("2026-10-31 12:00")
			w.minute()
			everywhere("reminded")
			w.at("2026-11-03 12:00")
			w.minute()
			everywhere("closed")
			if got := w.ticket(1).Category; got != models.CategoryClosed {
				t.Errorf("it is %s", got)
			}
			rosa.open(mailed).reply("Again.")
			w.minute()
			everywhere("opened again")
			if n := len(w.mails("rosa@calder-print.example")); n < 4 || seen < 100_000 {
				t.Errorf("only %d mails and %d bytes of pages were looked at", n, seen)
			}
		})
	}
}

// tellsNone checks that a text has none of some words.
func (w *promiseWorld) tellsNone(where, text string, words []string) {
	w.t.Helper()
	for _, word := range words {
		if i := strings.Index(strings.ToLower(text), strings.ToLower(word)); i >= 0 {
			w.t.Errorf("%s tells “%s”: …%s…", where, word, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

// speaks asks for pages in a language.
type speaks string

func (s speaks) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Accept-Language", string(s))
	return http.DefaultTransport.RoundTrip(r)
}

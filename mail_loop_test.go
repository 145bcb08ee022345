package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/models"
)

// side is one of two desks that write to each other.
type side struct {
	app   *App
	agent desk.Actor
	got   int // mails that came from the other
}

// unmarked is a mail without what tells that a machine wrote it; with threads, without what it
// answers to as well.
func unmarked(raw string, threads bool) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	gone := []string{"auto-submitted:", "x-auto-response-suppress:", "x-lodge-loop:", "list-unsubscribe", "precedence:", "return-path:"}
	if threads {
		gone = append(gone, "in-reply-to:", "references:")
	}
	var kept []string
	drop := false
	for _, line := range strings.Split(head, "\r\n") {
		if line == "" || line[0] != ' ' && line[0] != '\t' {
			drop = false
			for _, name := range gone {
				drop = drop || strings.HasPrefix(strings.ToLower(line), name)
			}
		}
		if !drop {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

// tickets are all of a desk, with their pages.
func (s *side) tickets(t *testing.T) (all []*desk.AgentTicket) {
	t.Helper()
	rows, err := models.Queue(context.Background(), s.app.db, models.QueueQuery{View: models.ViewAll, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		ticket, err := s.app.desk.Ticket(context.Background(), s.agent, row.Number, "")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ticket)
	}
	return all
}

// warnings counts the notes about a loop on a desk's tickets.
func (s *side) warnings(t *testing.T) (n int) {
	t.Helper()
	for _, ticket := range s.tickets(t) {
		for _, e := range ticket.Events {
			if e.Kind == models.EventMailLoop {
				n++
			}
		}
	}
	return n
}

// A19: two desks that are each other's customer, with a server between them that takes away what
// marks automatic mail. Acknowledgements alone stop at once. Where something on each side answers
// every customer besides, the exchange stops after five answers an hour and both desks say so.
func TestTwoDesksStopTalking(t *testing.T) {
	for _, row := range []struct {
		name             string
		answers, threads bool
		most             int // mails in one direction
	}{
		{"acknowledgements", false, false, 2},
		{"acknowledgements without threads", false, true, 2},
		{"answers to everything", true, false, 10},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newMailWorld(t)
			sides := map[string]*side{}
			var mu sync.Mutex
			var hops sync.WaitGroup
			for _, domain := range []string{"north.example", "south.example"} {
				s := &side{}
				sides[domain] = s
				w.routes[domain] = func(from, to, raw string) {
					mu.Lock()
					s.got++
					n := s.got
					mu.Unlock()
					if n > 40 {
						return // it has not stopped; that is seen below
					}
					hops.Go(func() { // a hop takes a moment
						time.Sleep(20 * time.Millisecond)
						_, author, _ := strings.Cut(from, "@")
						overLMTP(t, s.app.SMTPAddrs[0], from, to, checked(to, "x@"+author, unmarked(raw, row.threads), true))
					})
				}
				c := config.Default()
				c.Addr, c.Data, c.LogLevel, c.SMTPIn.Listen = "127.0.0.1:0", t.TempDir(), "error", []string{"lmtp://127.0.0.1:0"}
				k := &talk{mailWorld: w}
				s.app = startPrepared(t, c, func(app *App) {
					k.prepare(app, desk.MailboxInput{Address: "support@" + domain, Receive: models.ReceiveListener, TrustedReceiver: trusted})
					app.undoSeconds(t, "support", 0)
				})
				s.agent = k.agent
			}
			quit, robots := make(chan struct{}), sync.WaitGroup{}
			stop := sync.OnceFunc(func() { close(quit); robots.Wait(); hops.Wait() })
			t.Cleanup(stop)
			if row.answers {
				for _, s := range sides {
					robots.Go(func() { s.robot(t, quit) })
				}
			}
			// It begins with one mail that looks as if the other had sent it.
			first := note{from: "support@south.example", to: "support@north.example", subject: "Hello", id: "<begin@south.example>", text: "Is anybody there?\n"}
			w.carry("support@south.example", "support@north.example", first.raw())
			count := func() [2]int {
				mu.Lock()
				defer mu.Unlock()
				return [2]int{sides["north.example"].got, sides["south.example"].got}
			}
			for last, since, end := count(), time.Now(), time.Now().Add(2*time.Minute); time.Since(since) < 3*time.Second; time.Sleep(20 * time.Millisecond) {
				if now := count(); now != last {
					last, since = now, time.Now()
				}
				if time.Now().After(end) {
					t.Fatalf("they still talk after %v mails", count())
				}
			}
			stop()
			got := count()
			if got[0] > row.most || got[1] > row.most || got[0] < 2 || got[1] < 1 {
				t.Errorf("%v mails went", got)
			}
			for domain, s := range sides {
				taken := 0
				for _, ticket := range s.tickets(t) {
					for _, e := range ticket.Entries {
						if !e.Agent {
							taken++
						}
					}
				}
				warned := s.warnings(t)
				t.Logf("%s: %d mails taken in, %d warnings", domain, taken, warned)
				if row.answers && warned == 0 {
					t.Errorf("%s shows no warning", domain)
				}
				if row.answers && taken > 1+5+2 { // what opened it, five answers, and those that crossed with ours at the start
					t.Errorf("%s has taken in %d mails", domain, taken)
				}
			}
		})
	}
}

// robot answers every mail of a customer, as a badly made integration would.
func (s *side) robot(t *testing.T, quit chan struct{}) {
	done := map[string]bool{}
	for {
		select {
		case <-quit:
			return
		case <-time.After(30 * time.Millisecond):
		}
		for _, ticket := range s.tickets(t) {
			for _, e := range ticket.Entries {
				if key := fmt.Sprint(ticket.Number, e.PID); !e.Agent && !done[key] {
					done[key] = true
					if _, err := s.app.desk.ReplyAsAgent(context.Background(), s.agent, ticket.Number, desk.AgentReply{Body: "Thank you for your message " + key}); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
}

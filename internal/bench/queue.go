package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	agentsQueue = "/agent"
	dueQueue    = "/agent?sort=due&view=open"
	// goalDue is how much more CPU the order by what is due may take than the one by last change.
	goalDue = 1.1
	// goalQueue is how much more CPU the list may take with ten times the tickets.
	goalQueue = 1.3
)

// queuePages are what agents look at: the page of 50 rows with its counters, and what is
// asked of the same lists.
var queuePages = []struct{ name, path string }{
	{"agents' queue", agentsQueue},
	{"agents' queue, unassigned", "/agent?view=unassigned"},
	{"agents' queue, all", "/agent?view=all"},
	{"agents' queue, narrowed by priority", "/agent?priority=urgent&view=open"},
	{"agents' queue, next due first", dueQueue},
	{"agents' queue, mine, next due first", "/agent?sort=due&view=mine"},
	{"agents' queue, overdue", "/agent?due=overdue&view=open"},
	{"agents' queue, due soon", "/agent?due=soon&view=open"},
}

// queue opens the agents' lists as somebody who is signed in, one request after the other.
// The CPU of the first, at 100,000 tickets and at a million, is what is compared (docs/bench.md).
func (b *bench) queue() error {
	cookie, err := b.signIn()
	if err != nil {
		return err
	}
	for _, page := range queuePages {
		o, err := b.asAgent(cookie, page.path)
		if err != nil {
			return fmt.Errorf("%s: %w", page.path, err)
		}
		b.table.add(row{figure: page.name + ", p50", measured: millis(o.wait(0.5))})
		b.table.add(row{figure: page.name + ", p99", measured: millis(o.wait(0.99))})
		if o.known {
			b.table.add(row{figure: page.name + ", CPU", measured: millis(o.cpu)})
		}
		if o.known && page.path == agentsQueue {
			if err := b.compareQueue(o.cpu); err != nil {
				return err
			}
		}
	}
	if err := b.compareDue(cookie); err != nil {
		return err
	}
	if err := b.lodge.settle(settleWait); err != nil {
		return err
	}
	for _, text := range b.data.Queries[:min(3, len(b.data.Queries))] {
		o, err := b.asAgent(cookie, "/agent?"+url.Values{"q": {text}, "view": {"all"}}.Encode())
		if err != nil {
			return err
		}
		b.table.add(row{figure: "searching tickets for “" + text + "”, p50", measured: millis(o.wait(0.5))})
	}
	return nil
}

// compareDue sets the list in the order of what is due beside the one by last change, turn by
// turn, so that a busy machine is unfair to neither.
func (b *bench) compareDue(cookie string) error {
	var ratios []float64
	for range b.rounds {
		byUpdate, err := b.asAgent(cookie, "/agent?view=open")
		if err != nil {
			return err
		}
		byDue, err := b.asAgent(cookie, dueQueue)
		if err != nil {
			return err
		}
		if byUpdate.known && byDue.known && byUpdate.cpu > 0 {
			ratios = append(ratios, float64(byDue.cpu)/float64(byUpdate.cpu))
		}
	}
	if len(ratios) == 0 {
		return nil
	}
	slices.Sort(ratios)
	middle := ratios[len(ratios)/2]
	b.table.add(row{figure: "agents' queue, next due first over last change first, CPU", ratio: fmt.Sprintf("%.2f (%.2f–%.2f)", middle, ratios[0], ratios[len(ratios)-1]),
		goal: fmt.Sprintf("≤ %.1f", goalDue), verdict: judge(middle <= goalDue)})
	return nil
}

// compareQueue keeps the CPU of the list at this size beside the data folder, and compares it
// with that of a run at another size: first --tickets 100000, then --tickets 1000000.
func (b *bench) compareQueue(cpu time.Duration) error {
	mark, err := digest("models/migrations", "sample")
	if err != nil {
		return err
	}
	path := func(tickets string) string {
		return filepath.Join(os.TempDir(), "lodge-bench-queue-"+mark+"-"+tickets)
	}
	if err := os.WriteFile(path(strconv.Itoa(b.tickets)), []byte(strconv.FormatInt(int64(cpu), 10)), 0o600); err != nil {
		return err
	}
	others, err := filepath.Glob(path("*"))
	if err != nil {
		return err
	}
	for _, other := range others {
		tickets, err := strconv.Atoi(strings.TrimPrefix(other, path("")))
		if err != nil || tickets >= b.tickets {
			continue
		}
		raw, err := os.ReadFile(other)
		if err != nil {
			return err
		}
		before, err := strconv.ParseInt(string(raw), 10, 64)
		if err != nil || before <= 0 {
			continue
		}
		ratio := float64(cpu) / float64(before)
		b.table.add(row{figure: fmt.Sprintf("agents' queue, CPU at %d over %d tickets", b.tickets, tickets), measured: millis(cpu), floor: millis(time.Duration(before)), ratio: fmt.Sprintf("%.2f", ratio),
			goal: fmt.Sprintf("≤ %.1f", goalQueue), verdict: judge(ratio <= goalQueue)})
	}
	return nil
}

func (b *bench) asAgent(cookie, path string) (outcome, error) {
	t := target{to: b.lodge, want: fasthttp.StatusOK, set: func(_ int, r *fasthttp.Request) {
		r.URI().Update(path)
		r.Header.Set("Cookie", cookie)
	}}
	if _, err := load(t, span{requests: 50, clients: 1}); err != nil {
		return outcome{}, err
	}
	return load(t, span{long: b.seconds, clients: 1, waits: true})
}

// signIn gives the cookies of an agent's session.
func (b *bench) signIn() (string, error) {
	page, err := ask(b.lodge, func(r *fasthttp.Request) { r.URI().Update("/agent/sign-in") })
	if err != nil {
		return "", err
	}
	form := hiddenFields(page.Body())
	form.Del("back")
	form.Set("email", b.data.SignIns[0].Email)
	form.Set("password", b.data.SignIns[0].Password)
	cookie := cookies(page)
	in, err := ask(b.lodge, func(r *fasthttp.Request) {
		post(r, "/agent/sign-in", form)
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Origin", "http://"+b.lodge.addr)
	})
	if err != nil {
		return "", err
	}
	if in.StatusCode() != fasthttp.StatusSeeOther {
		return "", fmt.Errorf("signing in: status %d", in.StatusCode())
	}
	return cookies(in), nil
}

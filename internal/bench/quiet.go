package main

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	goalStart     = time.Second
	goalMemory    = 100_000_000
	goalFirstLoad = 100_000
	goalRequests  = 10
	starts        = 5
	// settleWait is how long the indexes of a million tickets may take to be made.
	settleWait = 40 * time.Minute
)

func (b *bench) launch(name, data string) (*process, error) {
	// One connection here stands for many visitors, each of whom names their own address.
	return launch(b.work, name, b.program, "--data", data, "--trusted-proxies", "127.0.0.1")
}

// prime starts once on the folder, so that the index is there from then on, as it is
// whenever a Lodge in service is started again.
func (b *bench) prime() error {
	p, err := b.launch("prime", b.data.dir)
	if err != nil {
		return err
	}
	err = p.settle(settleWait)
	if stopped := p.stop(); err == nil {
		err = stopped
	}
	return err
}

// start measures from executing the program to its first good answer. The last one stays.
func (b *bench) start() error {
	var took spread
	for range starts {
		if err := b.lodge.stop(); err != nil {
			return err
		}
		p, err := b.launch("lodge", b.data.dir)
		if err != nil {
			return err
		}
		b.lodge = p
		took = append(took, float64(p.took.Milliseconds()))
	}
	b.table.add(row{figure: "start on an existing database", measured: took.text("%.0f") + " ms", goal: fmt.Sprintf("≤ %d ms", goalStart.Milliseconds()),
		verdict: judge(took.middle() <= float64(goalStart.Milliseconds()))})
	return nil
}

// memory is read right after the start and again after a rest, before any load.
func (b *bench) memory() error {
	show := func(when string, goal string) {
		r := row{figure: "memory, " + when, measured: "not told by this system", goal: goal}
		if m, known := memoryOf(b.lodge.cmd.Process.Pid); known {
			r.measured = fmt.Sprintf("%.0f MB resident (%.0f shared by proportion, %.0f anonymous)", mega(m.resident), mega(m.proportional), mega(m.anonymous))
			if goal != "" {
				r.verdict = judge(m.resident <= goalMemory)
			}
		}
		b.table.add(r)
	}
	show("just started", "")
	time.Sleep(b.idle)
	show("idle, index open", fmt.Sprintf("≤ %d MB", goalMemory/1_000_000))
	return nil
}

func mega(n int64) float64 { return float64(n) / 1e6 }

var asset = regexp.MustCompile(`/assets/[A-Za-z0-9._/-]+`)

// firstLoad counts what a browser without a cache receives for the create page: heads and
// bodies of the page and of all that it and its styles name.
func (b *bench) firstLoad() error {
	page := "/ticket/" + b.data.Projects[0]
	seen, bytes := []string{page}, 0
	for i := 0; i < len(seen); i++ {
		answer, err := ask(b.lodge, func(r *fasthttp.Request) {
			r.URI().Update(seen[i])
			r.Header.Set("Accept-Encoding", "gzip, deflate, br")
		})
		if err != nil {
			return err
		}
		if answer.StatusCode() != fasthttp.StatusOK {
			return fmt.Errorf("%s: status %d", seen[i], answer.StatusCode())
		}
		bytes += len(answer.Header.Header()) + len(answer.Body())
		kind := string(answer.Header.ContentType())
		if i > 0 && kind != "text/css; charset=utf-8" && kind != "text/css" {
			continue
		}
		text, err := answer.BodyUncompressed()
		if err != nil {
			return err
		}
		for _, address := range asset.FindAll(text, -1) {
			if !slices.Contains(seen, string(address)) {
				seen = append(seen, string(address))
			}
		}
	}
	b.table.add(row{figure: "create page, first load", measured: fmt.Sprintf("%.1f KB", float64(bytes)/1000), goal: fmt.Sprintf("≤ %d KB", goalFirstLoad/1000), verdict: judge(bytes <= goalFirstLoad)})
	b.table.add(row{figure: "create page, requests", measured: fmt.Sprint(len(seen)), goal: fmt.Sprintf("≤ %d", goalRequests), verdict: judge(len(seen) <= goalRequests)})
	return nil
}

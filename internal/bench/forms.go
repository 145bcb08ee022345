package main

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	goalSuggest = 20 * time.Millisecond
	queries     = 3000
	minimumFill = 4 * time.Second // sooner than that a form looks like a machine's
	created     = 600
)

// post prepares a form.
func post(r *fasthttp.Request, path string, form url.Values) {
	r.URI().Update(path)
	r.Header.SetMethod(fasthttp.MethodPost)
	r.Header.SetContentType("application/x-www-form-urlencoded")
	r.SetBodyString(form.Encode())
}

// suggestions asks as somebody who types does, one request after the other: each query is
// some beginning of a title.
func (b *bench) suggestions() error {
	r := rand.New(rand.NewPCG(1, 2))
	var typed []string
	for len(typed) < queries {
		query := []rune(b.data.Queries[r.IntN(len(b.data.Queries))])
		if len(query) < 4 {
			continue
		}
		typed = append(typed, string(query[:3+r.IntN(len(query)-2)]))
	}
	var hits atomic.Int64
	path := "/ticket/" + b.data.Projects[0] + "/suggestions"
	t := target{to: b.lodge, want: fasthttp.StatusOK, set: func(i int, r *fasthttp.Request) {
		post(r, path, url.Values{"title": {typed[i]}, "description": {""}})
		r.Header.Set("HX-Request", "true")
	}}
	for _, query := range typed[:200] { // also the warm-up
		answer, err := ask(b.lodge, func(r *fasthttp.Request) { post(r, path, url.Values{"title": {query}}) })
		if err != nil {
			return err
		}
		if strings.Contains(string(answer.Body()), "/doc/") {
			hits.Add(1)
		}
	}
	if hits.Load() == 0 {
		return errNothing
	}
	// A wait is not a ratio: on a machine that is busy with something else it grows. What an
	// empty answer has to wait at the same time, in turns of a hundred, tells how busy.
	if err := b.startFloor(12 << 10); err != nil {
		return err
	}
	var asked, empty outcome
	for from := 0; from < queries; from += 100 {
		one := t
		one.set = func(i int, r *fasthttp.Request) { t.set(from+i, r) }
		o, err := load(one, span{requests: 100, clients: 1, waits: true})
		if err != nil {
			return err
		}
		asked.waits = append(asked.waits, o.waits...)
		if o, err = load(get(b.floor, fasthttp.StatusNoContent, false, "/empty"), span{requests: 100, clients: 1, waits: true}); err != nil {
			return err
		}
		empty.waits = append(empty.waits, o.waits...)
	}
	slices.Sort(asked.waits)
	slices.Sort(empty.waits)
	p99 := asked.wait(0.99)
	b.table.add(row{figure: "suggestion, p99 of " + fmt.Sprint(queries), measured: millis(p99), floor: millis(empty.wait(0.99)), goal: "≤ " + millis(goalSuggest),
		verdict: judge(p99 <= goalSuggest)})
	b.table.add(row{figure: "suggestion, p50", measured: millis(asked.wait(0.5)), floor: millis(empty.wait(0.5))})
	b.table.add(row{figure: "suggestion, queries with hits", measured: fmt.Sprintf("%d %%", hits.Load()/2)})
	return nil
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d)/1e6) }

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z_]+)" value="([^"]*)"`)

// hiddenFields are the values that a page's forms carry on unseen, the first of each name.
func hiddenFields(page []byte) url.Values {
	form := url.Values{}
	for _, m := range hiddenField.FindAllSubmatch(page, -1) {
		if name := string(m[1]); !form.Has(name) {
			form.Set(name, html.UnescapeString(string(m[2])))
		}
	}
	return form
}

// cookies are what an answer set, as the next request sends it.
func cookies(answer *fasthttp.Response) string {
	var all []string
	answer.Header.VisitAllCookie(func(_, value []byte) {
		pair, _, _ := strings.Cut(string(value), ";")
		all = append(all, pair)
	})
	return strings.Join(all, "; ")
}

// creates files tickets in a copy of the folder, so that the kept one stays what it was.
// Every ticket has a form of its own and comes from an address of its own: the limits and
// the checks of the public form are all in force.
func (b *bench) creates() error {
	if err := b.lodge.stop(); err != nil {
		return err
	}
	data := filepath.Join(b.work, "copy")
	if err := os.CopyFS(data, os.DirFS(b.data.dir)); err != nil {
		return err
	}
	lodge, err := b.launch("copy", data)
	if err != nil {
		return err
	}
	b.lodge = lodge
	path := "/ticket/" + b.data.Projects[0]
	forms := make([]url.Values, created)
	for i := range forms {
		page, err := ask(lodge, func(r *fasthttp.Request) { r.URI().Update(path) })
		if err != nil {
			return err
		}
		form := hiddenFields(page.Body())
		form.Del("back")
		form.Set("email", fmt.Sprintf("bench%d@visitor.example", i))
		form.Set("title", fmt.Sprintf("The figures of report %d do not add up", i))
		form.Set("description", strings.Repeat("The sum in the last row is not the sum of the rows above it. ", 5))
		forms[i] = form
	}
	time.Sleep(minimumFill)
	o, err := load(target{to: lodge, want: fasthttp.StatusSeeOther, set: func(i int, r *fasthttp.Request) {
		post(r, path, forms[i])
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", 1+i>>16, i>>8&255, i&255))
	}}, span{requests: created, clients: b.clients, waits: true})
	if err != nil {
		return err
	}
	b.table.add(row{figure: fmt.Sprintf("creating tickets, %d at once", b.clients), measured: fmt.Sprintf("%.0f/s", o.rate())})
	b.table.add(row{figure: "creating tickets, p99", measured: millis(o.wait(0.99))})
	return nil
}

package main

import (
	"errors"
	"fmt"
	"html"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	goalThread = 0.15
	goalPoll   = 3.0
	hotLinks   = 200
)

// link is a thread's page and its poll.
type link struct{ page, poll string }

var pollAddress = regexp.MustCompile(`hx-get="(/ticket/thread/[^"]+/updates[^"]*)"`)

// readLinks opens every thread once: for the address of its poll, for the mean size of the
// page, which the floor's page gets, and to warm both caches alike.
func (b *bench) readLinks() error {
	bytes := 0
	client := &fasthttp.HostClient{Addr: b.lodge.addr, ReadBufferSize: 32 << 10, ReadTimeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	for _, thread := range b.data.Threads {
		request.SetRequestURI("http://" + b.lodge.addr + thread.Path)
		if err := client.Do(request, response); err != nil {
			return err
		}
		found := pollAddress.FindSubmatch(response.Body())
		if response.StatusCode() != fasthttp.StatusOK || found == nil {
			return fmt.Errorf("a thread's page has status %d and %d bytes, and no poll", response.StatusCode(), len(response.Body()))
		}
		bytes += len(response.Body())
		b.links = append(b.links, link{thread.Path, html.UnescapeString(string(found[1]))})
	}
	return b.startFloor(bytes / len(b.links))
}

// startFloor starts the floor with a page of so many bytes; once is enough.
func (b *bench) startFloor(size int) error {
	if b.floor != nil {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b.floor, err = launch(b.work, "floor", self, floorCommand, "--size", strconv.Itoa(size))
	return err
}

// pages measures what visitors do all day beside the floor: every round gives each of them
// one turn, and a ratio is taken within its round.
func (b *bench) pages() error {
	var wide, polls []string
	for _, l := range b.links {
		wide, polls = append(wide, l.page), append(polls, l.poll)
	}
	hot := wide[:min(len(wide), hotLinks)]
	const constant, widePage, hotPage, empty, poll = 0, 1, 2, 3, 4
	turns := []target{
		constant: get(b.floor, 200, false, "/page"),
		widePage: get(b.lodge, 200, false, wide...),
		hotPage:  get(b.lodge, 200, false, hot...),
		empty:    get(b.floor, 204, false, "/empty"),
		poll:     get(b.lodge, 204, true, polls...),
	}
	for _, t := range turns { // the first turn is not counted
		if _, err := load(t, span{long: b.seconds / 3, clients: b.clients}); err != nil {
			return err
		}
	}
	rounds := make([][]outcome, b.rounds)
	for i := range rounds {
		for _, t := range turns {
			o, err := load(t, span{long: b.seconds, clients: b.clients})
			if err != nil {
				return err
			}
			rounds[i] = append(rounds[i], o)
		}
	}
	rate := func(of, floor int) (r spread) {
		for _, o := range rounds {
			r = append(r, o[of].rate()/o[floor].rate())
		}
		return r
	}
	cpu := func(of, floor int) (r spread) {
		for _, o := range rounds {
			if o[of].known && o[floor].cpu > 0 {
				r = append(r, float64(o[of].cpu)/float64(o[floor].cpu))
			}
		}
		return r
	}
	each := func(of int, figure func(outcome) float64) (r spread) {
		for _, o := range rounds {
			r = append(r, figure(o[of]))
		}
		return r
	}
	perSecond := func(of int) string { return fmt.Sprintf("%.0f/s", each(of, outcome.rate).middle()) }
	used := func(of int) string {
		return fmt.Sprintf("%.1f µs", each(of, func(o outcome) float64 { return float64(o.cpu) / 1e3 }).middle())
	}
	for _, f := range []struct {
		name string
		at   int
	}{{"thread page, many links", widePage}, {"thread page, few links", hotPage}} {
		r := rate(f.at, constant)
		b.table.add(row{figure: f.name + ", requests", measured: perSecond(f.at), floor: perSecond(constant), ratio: r.text("%.2f"),
			goal: fmt.Sprintf("≥ %.2f", goalThread), verdict: judge(r.middle() >= goalThread)})
		if r := cpu(f.at, constant); len(r) > 0 {
			b.table.add(row{figure: f.name + ", CPU", measured: used(f.at), floor: used(constant), ratio: r.text("%.1f")})
		}
	}
	r := cpu(poll, empty)
	if len(r) == 0 {
		b.table.add(row{figure: "unchanged poll, CPU", measured: "not told by this system", goal: fmt.Sprintf("≤ %.0f", goalPoll)})
	} else {
		b.table.add(row{figure: "unchanged poll, CPU", measured: used(poll), floor: used(empty), ratio: r.text("%.2f"), goal: fmt.Sprintf("≤ %.0f", goalPoll),
			verdict: judge(r.middle() <= goalPoll)})
	}
	b.table.add(row{figure: "unchanged poll, requests", measured: perSecond(poll), floor: perSecond(empty), ratio: rate(poll, empty).text("%.2f")})
	if m, known := memoryOf(b.lodge.cmd.Process.Pid); known {
		b.table.add(row{figure: "memory, after that load", measured: fmt.Sprintf("%.0f MB resident (%.0f anonymous)", mega(m.resident), mega(m.anonymous))})
	}
	return nil
}

// errNothing says that an answer which should hold something was empty.
var errNothing = errors.New("nothing is ever suggested: is there an index?")

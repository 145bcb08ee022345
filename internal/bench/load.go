package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// target is one kind of request to one server.
type target struct {
	to *process
	// set makes the i-th request of a run; it may be called from many goroutines.
	set func(i int, r *fasthttp.Request)
	// want is the only status that counts as an answer.
	want int
}

// outcome is what one run of a target gave.
type outcome struct {
	requests int
	took     time.Duration
	// cpu is what the server used for one request; known says whether that can be told.
	cpu   time.Duration
	known bool
	waits []time.Duration // sorted; only when asked for
}

func (o outcome) rate() float64 { return float64(o.requests) / o.took.Seconds() }

// wait gives a quantile of the waits, 0 to 1.
func (o outcome) wait(quantile float64) time.Duration {
	if len(o.waits) == 0 {
		return 0
	}
	return o.waits[min(int(quantile*float64(len(o.waits))), len(o.waits)-1)]
}

// span bounds a run: by time, by number of requests when that is not 0, or both.
type span struct {
	long     time.Duration
	requests int
	clients  int
	waits    bool // keep how long each answer took
}

// load sends requests over a fixed number of connections, each of which waits for its
// answer before it asks again.
func load(t target, s span) (outcome, error) {
	client := &fasthttp.HostClient{Addr: t.to.addr, MaxConns: s.clients, NoDefaultUserAgentHeader: true, DisableHeaderNamesNormalizing: false,
		DisablePathNormalizing: true, ReadBufferSize: 32 << 10, ReadTimeout: 30 * time.Second, MaxIdleConnDuration: time.Minute}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var workers sync.WaitGroup
	var once sync.Once
	var failed error
	var stop atomic.Bool
	kept := make([][]time.Duration, s.clients)
	before, _ := cpuTime(t.to.cmd.Process.Pid)
	began := time.Now()
	answered := make([]int, s.clients)
	for w := range s.clients {
		workers.Go(func() {
			request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
			defer fasthttp.ReleaseRequest(request)
			defer fasthttp.ReleaseResponse(response)
			for !stop.Load() {
				i := int(next.Add(1) - 1)
				if (s.requests > 0 && i >= s.requests) || (s.long > 0 && time.Since(began) >= s.long) {
					return
				}
				request.Reset()
				request.URI().SetScheme("http")
				request.URI().SetHost(t.to.addr)
				t.set(i, request)
				asked := time.Now()
				err := client.Do(request, response)
				if err == nil && response.StatusCode() != t.want {
					err = fmt.Errorf("%s %s: status %d, want %d", request.Header.Method(), route(request), response.StatusCode(), t.want)
				}
				if err != nil {
					once.Do(func() { failed = err })
					stop.Store(true)
					return
				}
				if s.waits {
					kept[w] = append(kept[w], time.Since(asked))
				}
				answered[w]++
			}
		})
	}
	workers.Wait()
	o := outcome{took: time.Since(began)}
	after, known := cpuTime(t.to.cmd.Process.Pid)
	for _, n := range answered {
		o.requests += n
	}
	if failed != nil {
		return o, failed
	}
	if o.requests == 0 {
		return o, fmt.Errorf("no answer within %v", s.long)
	}
	o.cpu, o.known = (after-before)/time.Duration(o.requests), known
	if s.waits {
		o.waits = slices.Concat(kept...)
		slices.Sort(o.waits)
	}
	return o, nil
}

// route is a request's path without what is secret in it.
func route(r *fasthttp.Request) string {
	path := string(r.URI().Path())
	if len(path) > 16 {
		return path[:16] + "…"
	}
	return path
}

// get is a target that asks for one address after the other.
func get(to *process, want int, htmx bool, addresses ...string) target {
	return target{to: to, want: want, set: func(i int, r *fasthttp.Request) {
		// A stride that shares no factor with any list here visits all of it in a scattered order.
		r.URI().Update(addresses[i*7919%len(addresses)])
		if htmx {
			r.Header.Set("HX-Request", "true")
		}
	}}
}

// ask sends one request and gives the answer; its body is a copy.
func ask(to *process, prepare func(*fasthttp.Request)) (*fasthttp.Response, error) {
	request, response := fasthttp.AcquireRequest(), &fasthttp.Response{}
	defer fasthttp.ReleaseRequest(request)
	request.URI().SetScheme("http")
	request.URI().SetHost(to.addr)
	prepare(request)
	client := &fasthttp.HostClient{Addr: to.addr, ReadBufferSize: 32 << 10, ReadTimeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	return response, client.Do(request, response)
}

//go:build unix

package handlers

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"lodge/desk"
)

// benchSize is a number of the benchmark's desk that the environment may change.
func benchSize(name string, standard int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return standard
}

// BenchmarkMyTickets: CP-7. A page of a customer with LODGE_BENCH_OWN tickets (10,000) on a desk of
// LODGE_BENCH_ALL (60,000), beside a constant page of its size, both asked over a connection by
// the same process: "ratio" is how many times the CPU it takes, the client's included on both sides.
func BenchmarkMyTickets(b *testing.B) {
	o := newOffice(b, nil).open()
	own, all := benchSize("LODGE_BENCH_OWN", 10_000), benchSize("LODGE_BENCH_ALL", 60_000)
	rosa, otto := o.customer("rosa@example.com"), o.customer("otto@example.com")
	firm := o.company("Nord", rosa.ID)
	seed := o.listed(otto, "Where is my invoice?")
	o.exec(fmt.Sprintf(`WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < %d)
		INSERT INTO tickets (project_id, number, reference, title, status_id, category, fields, priority, reporter_id, company_id, origin, version, public_version, created_at, updated_at, public_at, promise_at)
		SELECT project_id, 1000 + n, 'B' || n, title || ' ' || n, status_id, category, fields, 1 + n %% 4, CASE WHEN n %% %d = 0 THEN %d ELSE reporter_id END, CASE WHEN n %% %d = 1 THEN %d END, origin, 1, 1,
			created_at - n * 1000, updated_at, public_at - (n * 7919 %% 1000000) * 1000, created_at + n * 100000 FROM tickets, many WHERE id = %d`, all, all/own, rosa.ID, all/own, firm, seed.ID))
	o.exec("INSERT INTO participants (ticket_id, contact_id, joined_as, generation, created_at) SELECT id, reporter_id, 'reporter', 1, 1 FROM tickets WHERE number > 1000")
	o.exec(`UPDATE participants SET project_id = t.project_id, status_id = t.status_id, category = t.category, priority = t.priority, opened_at = t.created_at, public_at = t.public_at,
		public_version = t.public_version, promise_at = t.promise_at FROM tickets t WHERE t.id = participants.ticket_id`)
	o.exec("ANALYZE")
	jar := o.signedIn(rosa, desk.ByPassword)
	cookie := ""
	for name, value := range jar.cookies {
		cookie += name + "=" + value + "; "
	}
	host := serve(b, o.app)
	day := o.desk.Now().Add(-time.Duration(all) * time.Second / 2).Format(time.DateOnly)
	for name, path := range map[string]string{"plain": "/my-tickets", "created": "/my-tickets?sort=created", "priority": "/my-tickets?sort=priority&priority=low", "due": "/my-tickets?sort=due",
		"nothing": "/my-tickets?queue=all&priority=low&to=2001-01-01", "filtered": "/my-tickets?unread=1&priority=urgent&from=" + day, "company": "/my-tickets?who=company&sort=priority"} {
		b.Run(name, func(b *testing.B) {
			ask := func(host, path string) []byte {
				request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
				defer fasthttp.ReleaseRequest(request)
				defer fasthttp.ReleaseResponse(response)
				request.SetRequestURI("http://" + host + path)
				request.Header.Set("Cookie", cookie)
				if err := fasthttp.Do(request, response); err != nil || response.StatusCode() != fiber.StatusOK {
					b.Fatalf("%v %d %s", err, response.StatusCode(), response.Body())
				}
				return append([]byte(nil), response.Body()...)
			}
			page := ask(host, path)
			floor := fiber.New(fiber.Config{DisableStartupMessage: true})
			floor.Get("/", func(c *fiber.Ctx) error { return c.Send(page) })
			constant := serve(b, floor)
			ask(constant, "/")
			begin := processTime(b)
			for b.Loop() {
				ask(host, path)
			}
			mine := processTime(b) - begin
			begin = processTime(b)
			for range 20 * b.N {
				ask(constant, "/")
			}
			b.ReportMetric(float64(len(page)), "bytes")
			b.ReportMetric(float64(mine)/float64(b.N)/1e3, "cpu-µs/op")
			b.ReportMetric(20*float64(mine)/float64(processTime(b)-begin), "ratio")
		})
	}
}

func serve(b *testing.B, app *fiber.App) string {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
	return listener.Addr().String()
}

// processTime is the time that this process has worked until now.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"lodge/desk"
	"lodge/internal/testpg"
	"lodge/models"
)

// BenchmarkRecompute changes the working time of many open tickets (100,000, or as many as
// LODGE_TICKETS says) and waits until all their deadlines are found again, while somebody writes all
// the time. It reports the longest that one of those writes took.
func BenchmarkRecompute(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkRecompute(b, models.Options{Dir: b.TempDir()}) })
	b.Run("postgres", func(b *testing.B) { benchmarkRecompute(b, models.Options{Address: testpg.Start(b)}) })
}

func benchmarkRecompute(b *testing.B, o models.Options) {
	many, _ := strconv.Atoi(os.Getenv("LODGE_TICKETS"))
	if many == 0 {
		many = 100_000
	}
	h := newHouse(b, o)
	ctx := b.Context()
	policy, calendar := promisePolicy(h)
	cat, err := h.db.Catalog(ctx)
	if err != nil {
		b.Fatal(err)
	}
	p := cat.ProjectBySlug("support")
	status := p.Status(*p.InitialStatusID)
	now := models.At(h.clock.Now())
	err = models.Load(ctx, h.db, func(ctx context.Context, l *models.Loader) error {
		for begin := 0; begin < many; begin += 5000 {
			rows := &models.Rows{}
			if begin == 0 {
				rows.Contacts = []models.Contact{{ID: 1, Address: "ada@example.com", AddressKey: "ada@example.com", Name: "Ada", Origin: models.OriginWeb, CreatedAt: now}}
			}
			for i := begin; i < min(begin+5000, many); i++ {
				// Up to sixty days old, with up to eight stretches of waiting.
				at := now.Add(-time.Duration(i%86400) * time.Minute)
				t := models.Ticket{ID: int64(i + 1), ProjectID: p.ID, Number: int64(i + 1), Reference: fmt.Sprint("B-", i), Title: "Printer on fire", StatusID: status.ID, Category: status.Category,
					Priority: int64(1 + i%4), RawFields: "[]", ReporterID: 1, Origin: models.OriginWeb, Version: 1, PublicVersion: 1, CreatedAt: at, UpdatedAt: at, PublicAt: at}
				var story models.History
				t.Asked(at)
				story.Keep(cat, &t, at)
				for turn := range i % 5 {
					at = at.Add(3 * time.Hour)
					t.Answered(at)
					t.Category, t.ChangedAt = models.CategoryWaiting, at
					story.Keep(cat, &t, at)
					if at = at.Add(20 * time.Hour); turn%2 == 0 {
						t.Asked(at)
						t.Category = models.CategoryOpen
						story.Keep(cat, &t, at)
					}
				}
				rows.Tickets = append(rows.Tickets, t)
				for _, s := range story.Segments {
					s.TicketID = t.ID
					rows.Segments = append(rows.Segments, s)
				}
				for _, promise := range story.Promises {
					promise.TicketID = t.ID
					rows.Promises = append(rows.Promises, *promise)
				}
			}
			if err := l.Write(ctx, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	r := h.runner("bench")
	var took, longest []time.Duration
	for b.Loop() {
		for i := range 5 {
			calendar.Hours[i][0].From += 5 // another time each round
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.UpdateCalendar(ctx, tx, calendar); err != nil {
				return err
			}
			return models.QueueRecompute(ctx, tx, h.clock.Now())
		})
		admin := desk.Actor{ID: h.agent.ID, Role: models.RoleAdmin}
		preview := time.Now()
		moves, err := h.desk.PreviewMoves(ctx, admin, func(cat *models.Catalog) { cat.Policy(policy.ID).Targets[2][models.PromiseResolution] += 60 })
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("a preview of %d tickets in %s: %d move, at least %t", moves.Looked, time.Since(preview).Round(time.Millisecond), moves.Moved, moves.AtLeast)
		stop, waited := make(chan struct{}), make(chan []time.Duration)
		go func() {
			var all []time.Duration
			for {
				select {
				case <-stop:
					waited <- all
					return
				case <-time.After(10 * time.Millisecond):
				}
				began := time.Now()
				err := h.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
					return models.NoteChange(ctx, tx, "bench", 1, h.clock.Now())
				})
				if err != nil {
					b.Error(err)
				}
				all = append(all, time.Since(began))
			}
		}()
		began := time.Now()
		for {
			jobs, err := models.ClaimJobs(ctx, h.db, "bench", h.clock.Now(), time.Hour, 1)
			if err != nil {
				b.Fatal(err)
			}
			if len(jobs) == 0 {
				break
			}
			if jobs[0].Kind != models.JobRecompute {
				continue
			}
			if err := r.recompute(ctx, jobs[0]); err == nil {
				err = models.FinishJob(ctx, h.db, jobs[0].ID)
				if err != nil {
					b.Fatal(err)
				}
			} else if !errors.Is(err, errFinished) {
				b.Fatal(err)
			}
		}
		took = append(took, time.Since(began))
		close(stop)
		waits := <-waited
		slices.Sort(waits)
		longest = append(longest, waits[len(waits)-1])
		b.Logf("%d tickets in %s; of %d other writes half took %s, 99 of 100 %s, the longest %s", many, took[len(took)-1].Round(time.Millisecond), len(waits), waits[len(waits)/2].Round(time.Microsecond),
			waits[len(waits)*99/100].Round(time.Microsecond), waits[len(waits)-1].Round(time.Microsecond))
	}
	b.ReportMetric(float64(slices.Max(longest).Microseconds())/1000, "ms-longest-write")
	if err := models.CheckPromises(ctx, h.db); err != nil {
		b.Error(err)
	}
}

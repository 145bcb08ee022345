package jobs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// F6: whatever the clock does, an hour ahead or back, ten years, over both changes of summer time, a
// leap day and the end of 32 bits of seconds: the job of the minute tells of no promise twice,
// reckons no time below zero and closes nothing that nobody was reminded of. Once the clock is
// right, also a process that is new goes on at once.
func TestF6MinuteSurvivesTheClock(t *testing.T) {
	hour, year := time.Hour, 365*day
	starts := map[string]time.Time{
		"winter":     time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		"end of DST": time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC),
		"DST":        time.Date(2027, 3, 28, 0, 30, 0, 0, time.UTC),
		"leap day":   time.Date(2028, 2, 29, 8, 30, 0, 0, time.UTC),
		"2038":       time.Date(2038, 1, 19, 3, 14, 7, 0, time.UTC),
	}
	jumps := map[string][]time.Duration{
		"an hour":   {hour, -hour, hour, 3 * hour, -hour, hour},
		"two days":  {2 * day, -2 * day, 2 * day, 3 * day},
		"ten years": {10 * year, -10 * year, time.Minute},
		"back":      {-hour, -year, year + hour, hour},
	}
	eachHouse(t, func(t *testing.T, h *house) {
		promisePolicy(h)
		h.silence(5, 3)
		for from, start := range starts {
			if strings.HasSuffix(t.Name(), "postgres") && from != "2038" {
				continue // the days are the same there
			}
			for how, steps := range jumps {
				name := from + ", " + how
				h.clock.at.Store(start.UnixMilli())
				// One waits for us, one for the customer, one is answered and asks again.
				first := h.filed()
				waiting := h.filed()
				h.answered(waiting, "waiting")
				asked := h.filed()
				h.answered(asked, "")
				tickets := []int64{first, waiting, asked}
				r := h.running(name)
				for i, step := range append(steps, time.Minute) {
					h.clock.forward(step)
					for _, who := range []*Runner{r, h.runner(name + " too")} {
						if err := who.Minute(t.Context()); err != nil {
							t.Fatal(name, err)
						}
					}
					h.settle(r)
					if i == 0 {
						h.answered(asked, "")
					}
					h.soundAfterJumps(fmt.Sprintf("%s, step %d", name, i), tickets)
				}
				// The clock is right from here on, and the processes are new ones.
				if err := r.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
				h.clock.at.Store(max(start.UnixMilli(), h.clock.at.Load()))
				late := h.filed()
				again := h.running(name + " again")
				for range 24 {
					h.clock.forward(hour)
					if err := again.Minute(t.Context()); err != nil {
						t.Fatal(name, err)
					}
				}
				h.settle(again)
				if got := h.stages(late); got[models.EventPromiseWarned] != 1 || got[models.EventPromiseBroken] != 1 {
					t.Errorf("%s: of a new ticket a day later was told %v", name, got)
				}
				h.soundAfterJumps(name+", right again", append(tickets, late))
				for range 12 {
					h.clock.forward(day)
					if err := again.Minute(t.Context()); err != nil {
						t.Fatal(name, err)
					}
					h.settle(again)
				}
				h.soundAfterJumps(name+", days later", append(tickets, late))
				closed := 0
				for _, e := range h.clockEvents(waiting) {
					if e.Kind == models.EventAutoClosed {
						closed++
					}
				}
				// Whom a wrong clock has told a day ten years ahead, has until then.
				if how != "ten years" && closed != 1 {
					t.Errorf("%s: closed %d times", name, closed)
				}
				if err := again.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := models.Verify(t.Context(), h.db); err != nil {
			t.Error(err)
		}
	})
}

// silence lets the project remind and close after so many days.
func (h *house) silence(remind, closing int) {
	h.t.Helper()
	h.changeProject(func(p *models.Project) { p.Settings.RemindDays, p.Settings.CloseDays = remind, closing })
}

// filed opens a ticket and gives its number.
func (h *house) filed() int64 {
	h.t.Helper()
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	// Of tickets that a wrong clock touched the queue has too many in front.
	for n := h.latest(); ; n++ {
		if _, err := models.TicketByNumber(h.t.Context(), h.db, n+1); err != nil {
			return n
		}
	}
}

func (h *house) answered(number int64, status string) {
	h.t.Helper()
	if _, err := h.desk.ReplyAsAgent(h.t.Context(), h.agent, number, desk.AgentReply{Body: "We look into it.", Status: status}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) clockEvents(number int64) []*models.TimelineEvent {
	h.t.Helper()
	t, err := models.TicketByNumber(h.t.Context(), h.db, number)
	if err != nil {
		h.t.Fatal(err)
	}
	all, err := models.Timeline(h.t.Context(), h.db, t.ID, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

// stages counts the events of the clock on a ticket's first answer, by kind.
func (h *house) stages(number int64) map[string]int {
	h.t.Helper()
	count := map[string]int{}
	for _, e := range h.clockEvents(number) {
		var data struct{ Kind string }
		_ = json.Unmarshal([]byte(e.Data), &data)
		if data.Kind == models.PromiseFirst {
			count[e.Kind]++
		}
	}
	return count
}

// soundAfterJumps checks what the clock has told of tickets.
func (h *house) soundAfterJumps(when string, numbers []int64) {
	h.t.Helper()
	for _, number := range numbers {
		told, reminded := map[string]int{}, false
		for _, e := range h.clockEvents(number) {
			var data struct {
				Kind                          string
				Started, Due, Paused, Minutes int64
				Days                          int
			}
			if err := json.Unmarshal([]byte(e.Data), &data); err != nil {
				continue
			}
			switch e.Kind {
			case models.EventPromiseWarned, models.EventPromiseBroken:
				stage := fmt.Sprint(e.Kind, " ", data.Kind, " of ", data.Started, " due ", data.Due)
				if told[stage]++; told[stage] > 1 {
					h.t.Errorf("%s: #%d was told twice: %s", when, number, stage)
				}
				if data.Paused < 0 || data.Minutes <= 0 || data.Due < data.Started {
					h.t.Errorf("%s: #%d was told %s", when, number, e.Data)
				}
			case models.EventReminded:
				if reminded {
					h.t.Errorf("%s: #%d was reminded twice", when, number)
				}
				reminded = true
			case models.EventAutoClosed:
				if !reminded {
					h.t.Errorf("%s: #%d closed without a reminder", when, number)
				}
			}
			if data.Days < 0 {
				h.t.Errorf("%s: #%d: %s", when, number, e.Data)
			}
		}
		lines, err := h.desk.TicketPromises(h.t.Context(), h.agent, number)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, p := range lines {
			if p.Used < 0 || p.Left > time.Duration(p.Minutes)*time.Minute || !p.Due.IsZero() && p.Due.Before(p.Started) || !p.MetAt.IsZero() && p.MetAt.Before(p.Started) {
				h.t.Errorf("%s: #%d has %+v", when, number, p)
			}
			for _, pause := range p.Pauses {
				if !pause.To.IsZero() && pause.To.Before(pause.From) {
					h.t.Errorf("%s: #%d has the pause %+v", when, number, pause)
				}
			}
		}
	}
}

package jobs

import (
	"context"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"lodge/desk"
	"lodge/models"
)

// berlinHours gives the project the working hours of a desk in Berlin: Monday to Friday, 9 to 17.
func (h *house) berlinHours(change func(p *models.Project)) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c := &models.Calendar{Name: "Berlin", Zone: "Europe/Berlin", CreatedAt: models.At(h.clock.Now())}
		for day := range 5 {
			c.Hours[day] = []models.Span{{From: 9 * 60, To: 17 * 60}}
		}
		if err := models.InsertCalendar(ctx, tx, c); err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.CalendarID = &c.ID
		change(&p)
		return models.UpdateProject(ctx, tx, &p)
	})
}

// CP-10: the acknowledgement of a ticket that was filed outside working hours says so and when
// somebody is back, in the reader's language and the desk's zone; within them it does not. An
// address that has not proven itself reads nothing of it, and no other mail tells of time.
func TestAcknowledgementTellsOfTime(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.clock.at.Store(time.Date(2030, 3, 29, 20, 0, 0, 0, time.UTC).UnixMilli()) // Friday evening before summer time begins
		h.berlinHours(func(p *models.Project) {
			p.Settings.ResponseTime, p.Settings.ResolutionTime = "We typically respond within 4 hours", "Our team aims to resolve this type of issue within 24 hours."
			p.Settings.BatchMinutes = 0
		})
		r := h.running("one")
		h.prove("ada@example.com")
		h.file(desk.SubmitInput{Email: "ada@example.com", Locale: "en"})
		h.file(desk.SubmitInput{Email: "new@example.com"})
		h.settle(r)
		const outside = "You’ve submitted this ticket outside our normal business hours. Our team will respond when they’re back online. We are back Monday 1 April, 9:00 (CEST)."
		m := h.last("ada@example.com")
		for part, body := range map[string]string{"text": m.Text, "html": m.HTML} {
			for _, want := range []string{outside, "We typically respond within 4 hours.", "Our team aims to resolve this type of issue within 24 hours."} {
				if !strings.Contains(body, want) {
					t.Errorf("%s lacks %q:\n%s", part, want, body)
				}
			}
		}
		if all := whole(t, h.last("new@example.com")); strings.Contains(all, "business hours") || strings.Contains(all, "4 hours") || strings.Contains(all, "9:00 (") {
			t.Errorf("to somebody unproven:\n%s", all)
		}
		h.answer(h.latest()-1, "Pull the plug.")
		h.settle(r)
		if m := h.last("ada@example.com"); !strings.Contains(m.Text, "Pull the plug.") || strings.Contains(m.Text, "business hours") || strings.Contains(m.Text, "4 hours") {
			t.Errorf("an answer tells of time:\n%s", m.Text)
		}
		h.clock.at.Store(time.Date(2030, 4, 1, 7, 0, 0, 0, time.UTC).UnixMilli())
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.settle(r)
		if m := h.last("ada@example.com"); !strings.Contains(m.Text, "We received") && !strings.HasPrefix(m.Subject, "We received") || strings.Contains(m.Text, "business hours") || !strings.Contains(m.Text, "within 4 hours.") {
			t.Errorf("within hours:\n%s", m.Text)
		}
	})
}

// CP-10: the hourly look is taken by one of several workers, and tells what three of four answers
// took in working time.
func TestResponseTimesByTheHour(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.clock.at.Store(time.Date(2030, 11, 29, 15, 30, 0, 0, time.UTC).UnixMilli()) // Friday 16:30
		h.berlinHours(func(p *models.Project) {
			p.Settings.ResponseSource, p.Settings.ResponseTime = models.ResponseComputed, "WRITTEN"
		})
		first := h.latest()
		for range 20 {
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			h.clock.forward(time.Second)
		}
		h.clock.at.Store(time.Date(2030, 12, 2, 9, 0, 0, 0, time.UTC).UnixMilli()) // Monday 10:00
		for n := first + 1; n <= first+20; n++ {
			h.answer(n, "Pull the plug.")
		}
		one, two := h.runner("one"), h.runner("two")
		if taken, err := models.TakeLease(t.Context(), h.db, responseTimesName, "two", time.Minute, h.clock.Now()); err != nil || !taken {
			t.Fatal(err)
		}
		told := func() desk.PublicTime {
			t.Helper()
			p, err := h.portal.Project(t.Context(), "support")
			if err != nil {
				t.Fatal(err)
			}
			return p.Promise.Response
		}
		if err := one.ResponseTimes(t.Context()); err != nil || told() != (desk.PublicTime{}) {
			t.Fatal("two of them look", err, told())
		}
		if err := two.ResponseTimes(t.Context()); err != nil || told() != (desk.PublicTime{Count: 2, Unit: "hours", Working: true}) {
			t.Fatalf("%v %+v", err, told())
		}
		cat, err := h.db.Catalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := two.ResponseTimes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now, err := h.db.Catalog(t.Context()); err != nil || now.Version != cat.Version {
			t.Fatal("the catalog moves every hour", err)
		}
	})
}

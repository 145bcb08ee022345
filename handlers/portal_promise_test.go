package handlers

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"lodge/desk"
	"lodge/models"
)

// raw runs statements past the verbs: promises are another area's to make.
func (o *office) raw(query string, args ...any) {
	o.t.Helper()
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "lodge.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		o.t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(query, args...); err != nil {
		o.t.Fatal(err)
	}
}

// promise promises something of a ticket.
func (o *office) promise(ticket int64, kind string, due time.Time) {
	o.t.Helper()
	o.raw(`INSERT INTO promises (ticket_id, kind, policy_id, minutes, started_at, due_at) VALUES (?, ?, 1, 60, ?, ?)
		ON CONFLICT (ticket_id, kind, started_at) DO UPDATE SET due_at = excluded.due_at`, ticket, kind, models.At(o.desk.Now()), models.At(due))
	o.raw("UPDATE tickets SET promise_at = ?, promise_kind = ? WHERE id = ?", models.At(due), kind, ticket)
}

// hours gives the project the working hours of a desk in Berlin: Monday to Friday, 9 to 17.
func (o *office) hours() {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		c := &models.Calendar{Name: "Berlin", Zone: "Europe/Berlin", CreatedAt: models.At(o.desk.Now())}
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
		return models.UpdateProject(ctx, tx, &p)
	})
}

// at sets the clock.
func (o *office) clockTo(at time.Time) { o.now.Store(at.UnixMilli()) }

func berlin(t *testing.T, day, clock string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const outsideWords = "You’ve submitted this ticket outside our normal business hours. Our team will respond when they’re back online."

// CP-10: outside working hours the form says so before anything is typed, with the time they are
// back in the desk's own zone, also on the weekend on which summer time ends and in German.
func TestFormSaysThatNobodyIsThere(t *testing.T) {
	o := newOffice(t, nil).open()
	o.clockTo(berlin(t, "2026-11-27", "16:00"))
	form := func() answer { return o.browser().get("/ticket/support").must(t, http.StatusOK) }
	form().lacks(t, "offline") // no calendar: always there
	o.hours()
	form().lacks(t, "offline")
	o.forward(time.Hour) // 17:00, the first minute that is not working time
	form().has(t, "Our team is offline just now; we are back Monday 30 November, 9:00 (CET).")
	o.browser().get("/ticket/support", "Accept-Language", "de").has(t, "ab Montag, 30. November, 9:00 Uhr (MEZ) sind wir zurück")
	o.clockTo(berlin(t, "2026-11-30", "08:59"))
	form().has(t, "back Monday 30 November, 9:00 (CET)")
	o.forward(time.Minute)
	form().lacks(t, "offline")
	for friday, back := range map[string]string{"2026-10-23": "Monday 26 October, 9:00 (CET)", "2026-03-27": "Monday 30 March, 9:00 (CEST)"} {
		o.clockTo(berlin(t, friday, "23:30"))
		form().has(t, back)
	}
	// A calendar that never opens again promises no time.
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		c := *cat.Calendars[0]
		c.Hours = [7][]models.Span{}
		return models.UpdateCalendar(ctx, tx, &c)
	})
	form().has(t, "Our team is offline just now. You can send").lacks(t, "back Monday", "0001")
}

// CP-10: the sentences about time follow the chosen type, on reload, after a refusal and when the
// fields are swapped; nothing of types that customers cannot choose is told.
func TestFormTellsTheTimeOfTheType(t *testing.T) {
	o := newOffice(t, nil).open()
	o.rules(func(p *models.Project) {
		p.Settings.ResponseTime, p.Settings.ResolutionTime = "We typically respond within 4 hours", "Our team aims to resolve this type of issue within 24 hours."
	})
	b := o.browser()
	b.get("/ticket/support").must(t, http.StatusOK).has(t, "We typically respond within 4 hours.", "Our team aims to resolve this type of issue within 24 hours.").lacks(t, `name="type" hx-post`)
	var types []*models.TicketType
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		types = cat.ProjectBySlug("support").PublicTypes()
		urgent := *types[1]
		urgent.ResponseTime = "Outages: within 15 minutes, day & night"
		if err := models.UpdateType(ctx, tx, &urgent); err != nil {
			return err
		}
		return models.InsertType(ctx, tx, &models.TicketType{ProjectID: o.project("support"), Slug: "inner", Name: "INNER", ResponseTime: "INNER-PROMISE", Position: 9})
	})
	b.get("/ticket/support").has(t, "We typically respond within 4 hours.", `name="type" hx-post="/ticket/support/fields"`, `hx-params="not files,keep,pow"`).lacks(t, "Outages", "INNER")
	b.get("/ticket/support?type="+types[1].Slug).must(t, http.StatusOK).
		has(t, "Outages: within 15 minutes, day &amp; night.", "resolve this type of issue", `value="`+types[1].Slug+`" selected`).lacks(t, "respond within 4 hours", "INNER")
	b.get("/ticket/support?type=inner").must(t, http.StatusOK).lacks(t, "INNER")
	// Refused: the chosen type's promise stands with the form.
	b.post("/ticket/support", url.Values{"type": {types[1].Slug}, "title": {"x"}}).must(t, http.StatusUnprocessableEntity).has(t, "Outages").lacks(t, "within 4 hours")
	swapped := b.post("/ticket/support/fields", url.Values{"type": {types[1].Slug}}, "HX-Request", "true").must(t, http.StatusOK)
	swapped.has(t, `id="promise" role="status" hx-swap-oob="true"`, "Outages").lacks(t, "within 4 hours", "INNER")
	b.post("/ticket/support/fields", url.Values{"type": {"inner"}}, "HX-Request", "true").must(t, http.StatusOK).has(t, "within 4 hours").lacks(t, "INNER")
	o.rules(func(p *models.Project) { p.Settings.ShowTargets = models.TargetsNone })
	b.get("/ticket/support?type="+types[1].Slug).lacks(t, "Outages", "within 4 hours", "24 hours")
	o.rules(func(p *models.Project) { p.Portal = models.PortalNone })
	b.get("/ticket/support").must(t, http.StatusNotFound).lacks(t, "hours", "Outages")
	b.post("/ticket/support/fields", url.Values{"type": {types[1].Slug}}, "HX-Request", "true").must(t, http.StatusNotFound).lacks(t, "Outages")
}

// CP-10, PT-2: on the ticket's page the notice stands until somebody answered or is back; the
// status line says whose turn it is all the while.
func TestThreadSaysWhoseTurnItIs(t *testing.T) {
	o := newOffice(t, nil).open()
	o.rules(func(p *models.Project) { p.Settings.ResponseTime = "We typically respond within 4 hours" })
	o.hours()
	o.clockTo(berlin(t, "2026-11-27", "10:00"))
	page := func(l desk.Link) answer {
		return o.browser().get("/ticket/thread/"+l.Token).must(t, http.StatusOK)
	}
	within, _ := o.file("At noon")
	page(within).has(t, "It is our turn. We typically respond within 4 hours.").lacks(t, "business hours", "is back")
	o.clockTo(berlin(t, "2026-11-27", "18:30"))
	page(within).has(t, "It is our turn. Our team is back Monday 30 November, 9:00 (CET).").lacks(t, "business hours", "within 4 hours")
	outside, n := o.file("At night")
	page(outside).has(t, outsideWords, "We are back Monday 30 November, 9:00 (CET).", "It is our turn.").lacks(t, "within 4 hours")
	o.browser().get("/ticket/thread/"+outside.Token, "Accept-Language", "de").has(t, "außerhalb unserer Geschäftszeiten", "Montag, 30. November, 9:00 Uhr (MEZ)", "Wir sind am Zug.")
	o.clockTo(berlin(t, "2026-11-30", "09:00"))
	page(outside).lacks(t, "business hours", "is back").has(t, "It is our turn. We typically respond within 4 hours.")
	o.clockTo(berlin(t, "2026-11-28", "12:00"))
	if _, err := o.desk.ReplyAsAgent(o.t.Context(), o.actor("grace"), n, desk.AgentReply{Body: "Hello", Status: "waiting"}); err != nil {
		t.Fatal(err)
	}
	page(outside).has(t, "It is your turn: we are waiting for your answer.").lacks(t, "business hours", "is our turn", "is back")
	if err := o.desk.ChangeStatus(o.t.Context(), o.actor("grace"), n, "resolved", 0); err != nil {
		t.Fatal(err)
	}
	page(outside).has(t, "Solved. Reply if it is not").lacks(t, "turn", "business hours")
	o.browser().get("/ticket/thread/"+strings.Repeat("x", len(outside.Token))).must(t, http.StatusNotFound).lacks(t, "turn", "business hours", "November")
	o.rules(func(p *models.Project) { p.Portal = models.PortalNone })
	o.browser().get("/ticket/thread/"+within.Token).must(t, http.StatusNotFound).lacks(t, "turn", "business hours", "November")
}

// show_targets, AG-6: dates stand on the page while they are to come, in the zone of the working
// hours, and nothing of the policy, the kind or an agent stands with them.
func TestThreadTellsDates(t *testing.T) {
	o := newOffice(t, nil).open()
	o.hours()
	o.rules(func(p *models.Project) {
		p.Settings.ResponseTime, p.Settings.ShowTargets = "We typically respond within 4 hours", models.TargetsDates
	})
	o.clockTo(berlin(t, "2026-11-27", "10:00"))
	link, n := o.file("Dated")
	ticket, err := models.TicketByNumber(t.Context(), o.db, n)
	if err != nil {
		t.Fatal(err)
	}
	page := func() answer {
		return o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK)
	}
	page().lacks(t, "Response by", "Resolution by")
	o.raw("INSERT INTO sla_policies (id, name, created_at) VALUES (1, 'GOLD-POLICY', 1) ON CONFLICT DO NOTHING")
	o.promise(ticket.ID, models.PromiseResolution, berlin(t, "2026-12-01", "12:00"))
	o.promise(ticket.ID, models.PromiseFirst, berlin(t, "2026-11-27", "14:00"))
	shown := page().has(t, "Response by <strong>Friday 27 November, 14:00 (CET)<", "Resolution by <strong>Tuesday 1 December, 12:00 (CET)<", "We typically respond within 4 hours.").lacks(t, "GOLD", "policy", "Policy", "first", "Grace", "#"+decimal(n))
	o.browser().get("/ticket/thread/"+link.Token, "Accept-Language", "de").has(t, "Antwort bis <strong>Freitag, 27. November, 14:00 Uhr (MEZ)<", "Lösung bis <strong>Dienstag, 1. Dezember, 12:00 Uhr (MEZ)<")

	// A poll costs nothing until the date has come; then the page is drawn without it.
	poll := pollURL(t, shown.body)
	o.browser().get(poll, "HX-Request", "true").must(t, http.StatusNoContent)
	o.clockTo(berlin(t, "2026-11-27", "14:00"))
	drawn := o.browser().get(poll, "HX-Request", "true").must(t, http.StatusOK).lacks(t, "Response by", "27 November").has(t, "Resolution by", `id="ticket-header" hx-swap-oob="true"`, "We typically respond")
	o.browser().get(pollURL(t, drawn.body), "HX-Request", "true").must(t, http.StatusNoContent)
	page().lacks(t, "Response by", "27 November, 14:00").has(t, "We typically respond within 4 hours.", "Resolution by <strong>Tuesday")
	o.clockTo(berlin(t, "2026-12-02", "10:00"))
	page().lacks(t, "Resolution by", "Response by", "December, 12:00")

	o.clockTo(berlin(t, "2026-11-27", "11:00"))
	for _, none := range []string{models.TargetsNone, models.TargetsText} {
		o.rules(func(p *models.Project) { p.Settings.ShowTargets = none })
		page().lacks(t, "Response by", "Resolution by")
	}
}

func pollURL(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `id="poll"`)
	if !ok {
		t.Fatal("no poll on the page")
	}
	_, rest, _ = strings.Cut(rest, `hx-get="`)
	address, _, _ := strings.Cut(rest, `"`)
	return strings.ReplaceAll(address, "&amp;", "&")
}

// CP-10, SE-3: the settings page says what the last 90 days would say, and each type has sentences
// of its own, kept when they are refused.
func TestPagesOfPromises(t *testing.T) {
	w := &watched{office: staffed(t)}
	w.ines = w.signIn("ines")
	page := supportSettings + "/thread"
	w.ines.get(page).must(t, http.StatusOK).has(t, "Response and resolution time", "Now there are not enough yet.")
	w.answered()
	w.ines.get(page).has(t, "Now it would be: “We typically respond within 1 hour.”").lacks(t, "not enough")

	types := supportSettings + "/types"
	version := field(t, w.ines.get(types).must(t, http.StatusOK).has(t, `name="response_time"`, `name="resolution_time"`).body, "version")
	long := strings.Repeat("x", 141)
	w.ines.send(types, "version", version, "name", "Outage", "public", "1", "response_time", long, "resolution_time", "RESOLVED-SOON").must(t, http.StatusUnprocessableEntity).has(t, long, "RESOLVED-SOON", `href="#response_time"`)
	w.ines.send(types, "version", version, "name", "Outage", "public", "1", "response_time", "Within 15 minutes", "resolution_time", "RESOLVED-SOON").must(t, http.StatusSeeOther)
	w.browser().get("/ticket/support?type=outage").must(t, http.StatusOK).has(t, "Within 15 minutes.", "RESOLVED-SOON.")
	vera := w.signIn("vera")
	vera.send(types, "name", "Another", "response_time", "x").must(t, http.StatusForbidden)
}

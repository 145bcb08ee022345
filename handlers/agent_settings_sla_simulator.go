package handlers

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const (
	simulatorPage = slaPage + "/simulator"
	// simulatorRows is how much can happen; typedAt is how a browser writes a moment.
	simulatorRows = 8
	typedAt       = "2006-01-02T15:04"
	// calendarAlways is the choice of day and night.
	calendarAlways = "always"
)

// simulatorCase is a case as the address says it: everything stands there, so that it can be shared.
type simulatorCase struct {
	policy      *models.Policy // nil for typed targets
	first, next string
	resolution  string
	hold        bool
	warn        string
	priority    int64
	calendar    *models.Calendar
	always      bool
	at, what    []string
}

// simulator lets things happen to a ticket that is never written, and draws what a policy makes of
// it. Without a case it shows an example.
func (a *agents) simulator(c *fiber.Ctx) error {
	sheet, err := a.desk.SimulatorSheet(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	k := readCase(c, sheet)
	examples := simulatorExamples(words, k, a.desk.Now())
	if len(k.at) == 0 {
		k.at, k.what = examples[0].at, examples[0].what
	}
	page := k.page(words, sheet)
	for _, e := range examples {
		page.Examples = append(page.Examples, views.Link{Label: e.label, URL: simulatorPage + "?" + k.with(e.at, e.what).query()})
	}
	status := fiber.StatusOK
	if simulation, ok := k.simulation(words, &page); ok {
		page.Result = drawn(words, simulation, desk.Simulate(simulation), k.zone())
	} else {
		status = fiber.StatusUnprocessableEntity
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.sim.title"), Body: "settings/sla_simulator", Data: page})
}

// readCase reads a case from the address; what is not understood there is as if it were not said.
func readCase(c *fiber.Ctx, sheet *desk.SimulatorSheet) simulatorCase {
	q := c.Context().QueryArgs()
	several := func(name string) (all []string) {
		for _, raw := range q.PeekMulti(name) {
			if len(all) < simulatorRows {
				all = append(all, string(raw))
			}
		}
		return all
	}
	k := simulatorCase{first: strings.Clone(c.Query("first")), next: strings.Clone(c.Query("next")), resolution: strings.Clone(c.Query("resolution")), hold: c.Query("hold") != "", warn: strings.Clone(c.Query("warn")),
		priority: queryID(c, "priority"), at: several("at"), what: several("what")}
	if k.priority < models.PriorityLow || k.priority > models.PriorityUrgent {
		k.priority = models.PriorityNormal
	}
	id := queryID(c, "policy")
	if i := slices.IndexFunc(sheet.Policies, func(p *models.Policy) bool { return p.ID == id }); i >= 0 {
		k.policy = sheet.Policies[i]
	} else if !q.Has("policy") && len(sheet.Policies) > 0 {
		k.policy = sheet.Policies[0]
	}
	if k.policy == nil && k.first+k.next+k.resolution == "" {
		k.first, k.next, k.resolution, k.warn = "4h", "8h", "24h", "75"
	}
	k.calendar = sheet.Usual
	if k.policy != nil && k.policy.CalendarID != nil {
		if own := findCalendar(sheet, *k.policy.CalendarID); own != nil {
			k.calendar = own
		}
	}
	switch text := c.Query("calendar"); text {
	case "":
	case calendarAlways:
		k.calendar = nil
	default:
		if chosen := findCalendar(sheet, queryID(c, "calendar")); chosen != nil {
			k.calendar = chosen
		}
	}
	return k
}

func findCalendar(sheet *desk.SimulatorSheet, id int64) *models.Calendar {
	for _, k := range sheet.Calendars {
		if k.ID == id {
			return k
		}
	}
	return nil
}

// zone is the time zone that the case is written in.
func (k simulatorCase) zone() *time.Location { return k.calendar.Location() }

func (k simulatorCase) with(at, what []string) simulatorCase {
	k.at, k.what = at, what
	return k
}

// query writes a case as an address does.
func (k simulatorCase) query() string {
	q := url.Values{"policy": {""}, "priority": {decimal(k.priority)}, "calendar": {calendarAlways}}
	if k.calendar != nil {
		q.Set("calendar", decimal(k.calendar.ID))
	}
	if k.policy != nil {
		q.Set("policy", decimal(k.policy.ID))
	} else {
		for name, value := range map[string]string{"first": k.first, "next": k.next, "resolution": k.resolution, "warn": k.warn, "hold": checked(k.hold)} {
			if value != "" {
				q.Set(name, value)
			}
		}
	}
	for i, at := range k.at {
		if at != "" && i < len(k.what) {
			q.Add("at", at)
			q.Add("what", k.what[i])
		}
	}
	return q.Encode()
}

// page is the form of a case.
func (k simulatorCase) page(words *locale.Strings, sheet *desk.SimulatorSheet) views.SimulatorPage {
	page := views.SimulatorPage{BackURL: slaPage, Action: simulatorPage, Zone: k.zone().String(),
		Policies:  []views.Choice{{Label: words.T("agent.sim.policy.own"), Selected: k.policy == nil}},
		Calendars: []views.Choice{{Value: calendarAlways, Label: words.T("agent.sim.always"), Selected: k.calendar == nil}},
		First:     views.Input{Kind: "text", Name: "first", Label: words.T("agent.sla.kind.first"), Value: k.first, MaxLength: 20},
		Next:      views.Input{Kind: "text", Name: "next", Label: words.T("agent.sla.kind.next"), Value: k.next, MaxLength: 20}, Resolution: views.Input{Kind: "text", Name: "resolution", Label: words.T("agent.sla.kind.resolution"), Value: k.resolution, MaxLength: 20},
		Warn:        views.Input{Kind: "number", Name: "warn", Label: words.T("agent.sim.warn"), Value: k.warn, Min: "1", Max: "99", Unit: "%"},
		PauseOnHold: views.Input{Kind: "checkbox", Name: "hold", Label: words.T("agent.sla.pause_on_hold"), Value: checked(k.hold)}}
	for _, p := range sheet.Policies {
		page.Policies = append(page.Policies, views.Choice{Value: decimal(p.ID), Label: p.Name, Selected: k.policy != nil && k.policy.ID == p.ID})
	}
	for _, one := range sheet.Calendars {
		page.Calendars = append(page.Calendars, views.Choice{Value: decimal(one.ID), Label: one.Name + " (" + one.Zone + ")", Selected: k.calendar != nil && k.calendar.ID == one.ID})
	}
	for n := models.PriorityUrgent; n >= models.PriorityLow; n-- {
		page.Priorities = append(page.Priorities, views.Choice{Value: strconv.Itoa(n), Label: priorityWord(words, n), Selected: int64(n) == k.priority})
	}
	for i := range simulatorRows {
		row := views.HappeningRow{ID: fmt.Sprintf("at-%d", i+1), Number: strconv.Itoa(i + 1)}
		chosen := desk.HappensFiled
		if i > 0 {
			chosen = desk.HappensAnswer
		}
		if i < len(k.at) {
			row.At = k.at[i]
			if i < len(k.what) && slices.Contains(desk.AllHappenings, k.what[i]) {
				chosen = k.what[i]
			}
		}
		for _, what := range desk.AllHappenings {
			row.Choices = append(row.Choices, views.Choice{Value: what, Label: words.T("agent.sim.what." + what), Selected: what == chosen})
		}
		page.Rows = append(page.Rows, row)
	}
	return page
}

// simulation reads what a case says, and writes what is wrong beside its field.
func (k simulatorCase) simulation(words *locale.Strings, page *views.SimulatorPage) (desk.Simulation, bool) {
	s := desk.Simulation{Priority: k.priority, Calendar: k.calendar}
	wrong := func(id string, at *string, text string) {
		*at = text
		page.Errors = append(page.Errors, views.FieldError{ID: id, Text: text})
	}
	if k.policy != nil {
		s.Policy = *k.policy
	} else {
		s.Policy = models.Policy{ID: 1, PauseOnHold: k.hold, Targets: models.PolicyTargets{k.priority: {}}}
		for kind, in := range map[string]*views.Input{models.PromiseFirst: &page.First, models.PromiseNext: &page.Next, models.PromiseResolution: &page.Resolution} {
			if strings.TrimSpace(in.Value) == "" {
				continue
			}
			minutes, ok := models.ParseTarget(in.Value)
			if !ok {
				wrong(in.Name, &in.Error, words.Tf("agent.sla.error.target", "Hours", models.MaxTarget/60))
			}
			s.Policy.Targets[k.priority][kind] = minutes
		}
		slices.SortFunc(page.Errors, func(a, b views.FieldError) int { return cmp.Compare(a.ID, b.ID) })
		if warn := strings.TrimSpace(k.warn); warn != "" {
			n, err := strconv.ParseInt(warn, 10, 64)
			if err != nil || n < 1 || n > 99 {
				wrong("warn", &page.Warn.Error, words.T("agent.sla.error.warn"))
			}
			s.Policy.WarnPercent = n
		}
	}
	filed := 0
	for i := range page.Rows {
		row := &page.Rows[i]
		if row.At == "" {
			continue
		}
		at, err := time.ParseInLocation(typedAt, row.At, k.zone())
		what := desk.HappensAnswer
		if i < len(k.what) {
			what = k.what[i]
		}
		switch {
		case err != nil || at.Year() < 2000 || at.Year() > 2100:
			wrong(row.ID, &row.Error, words.T("agent.sim.error.time"))
		case at.Format(typedAt) != row.At:
			// The clocks went forward over it.
			wrong(row.ID, &row.Error, words.Tf("agent.sim.error.skipped", "Time", words.TimeIn(at, "opens", k.zone())))
		case !slices.Contains(desk.AllHappenings, what):
			wrong(row.ID, &row.Error, words.T("agent.settings.error.choice"))
		default:
			if what == desk.HappensFiled {
				if filed++; filed > 1 {
					wrong(row.ID, &row.Error, words.T("agent.sim.error.filed_twice"))
				}
			}
			s.Happenings = append(s.Happenings, desk.Happening{At: at, What: what})
		}
	}
	if len(page.Errors) > 0 {
		return s, false
	}
	slices.SortStableFunc(s.Happenings, func(a, b desk.Happening) int { return a.At.Compare(b.At) })
	switch {
	case len(s.Happenings) == 0 || s.Happenings[0].What != desk.HappensFiled:
		wrong(page.Rows[0].ID, &page.Rows[0].Error, words.T("agent.sim.error.filed_first"))
		return s, false
	case s.Happenings[len(s.Happenings)-1].At.Sub(s.Happenings[0].At) > 366*24*time.Hour:
		wrong(page.Rows[0].ID, &page.Rows[0].Error, words.T("agent.sim.error.long"))
		return s, false
	}
	return s, true
}

// example is a case ready to look at.
type example struct {
	label    string
	at, what []string
}

// simulatorExamples are cases that people ask about, soon after now in the zone of the case.
func simulatorExamples(words *locale.Strings, k simulatorCase, now time.Time) []example {
	zone := k.zone()
	local := now.In(zone)
	day := func(after time.Time, weekday time.Weekday) time.Time {
		ahead := (int(weekday) - int(after.Weekday()) + 7) % 7
		return time.Date(after.Year(), after.Month(), after.Day()+ahead, 0, 0, 0, 0, zone)
	}
	make := func(key string, from time.Time, steps ...any) example {
		e := example{label: words.T("agent.sim.example." + key)}
		for i := 0; i+3 < len(steps); i += 4 {
			at := time.Date(from.Year(), from.Month(), from.Day()+steps[i].(int), steps[i+1].(int), steps[i+2].(int), 0, 0, zone)
			e.at, e.what = append(e.at, at.Format(typedAt)), append(e.what, steps[i+3].(string))
		}
		return e
	}
	friday, monday := day(local, time.Friday), day(local, time.Monday)
	all := []example{
		make("weekend", friday, 0, 17, 50, desk.HappensFiled, 3, 9, 10, desk.HappensAnswer, 3, 9, 10, desk.HappensWaiting, 5, 11, 0, desk.HappensWrites, 5, 15, 30, desk.HappensAnswer, 6, 10, 0, desk.HappensResolved),
		make("hold", monday, 0, 9, 30, desk.HappensFiled, 0, 10, 15, desk.HappensAnswer, 0, 11, 0, desk.HappensHold, 2, 9, 0, desk.HappensWork, 2, 16, 45, desk.HappensResolved),
		make("reopened", monday, 0, 10, 0, desk.HappensFiled, 0, 11, 0, desk.HappensAnswer, 0, 15, 0, desk.HappensResolved, 1, 9, 0, desk.HappensWrites, 1, 14, 0, desk.HappensAnswer, 2, 11, 30, desk.HappensResolved),
	}
	if _, change := local.ZoneBounds(); !change.IsZero() {
		before := change.In(zone).AddDate(0, 0, -2)
		all = append(all, make("clocks", time.Date(before.Year(), before.Month(), before.Day(), 0, 0, 0, 0, zone), 0, 16, 30, desk.HappensFiled, 3, 10, 0, desk.HappensAnswer, 4, 12, 0, desk.HappensResolved))
	}
	return all
}

package desk

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// week is the input of a calendar with the same hours from Monday to Friday.
func week(name, hours string) CalendarInput {
	return CalendarInput{Name: name, Zone: "Europe/Berlin", Days: [7]string{hours, hours, hours, hours, hours}}
}

// recomputed says whether promises are to be found again, asked for since the last call.
func (h *house) recomputed() (asked bool) {
	h.t.Helper()
	jobs, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock().Add(time.Hour), time.Nanosecond, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == models.JobRecompute {
			asked = true
			if err := models.FinishJob(context.Background(), h.db, j.ID); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	return asked
}

// AG-6: working hours are saved, changed and deleted; what moves working time has promises found
// again, and nothing else does.
func TestCalendars(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		in := week("Office", "9-12:30, 13:30–18")
		in.Holidays = []HolidayInput{{Date: "2026-12-25", Yearly: true, Name: "Christmas"}, {}, {Date: "2026-12-24", Name: "Eve", Hours: "9-12"}}
		id, err := h.SaveCalendar(ctx, ines, 0, in)
		if err != nil {
			t.Fatal(err)
		}
		cat, err := h.db.Catalog(ctx)
		if err != nil {
			t.Fatal(err)
		}
		c := cat.Calendar(id)
		if c == nil || len(c.Hours[0]) != 2 || len(c.Holidays) != 2 || c.Holidays[0].Date != "12-25" || c.Holidays[1].Date != "2026-12-24" {
			t.Fatalf("%+v", c)
		}
		berlin, _ := time.LoadLocation("Europe/Berlin")
		if c.Open(time.Date(2026, 12, 24, 12, 30, 0, 0, berlin)) || !c.Open(time.Date(2026, 12, 24, 11, 30, 0, 0, berlin)) || c.Open(time.Date(2030, 12, 25, 11, 30, 0, 0, berlin)) {
			t.Error("the days that differ do not")
		}
		if h.recomputed() {
			t.Error("hours that nothing goes by move promises")
		}
		sheet, err := h.Calendar(ctx, ines, id)
		if err != nil || sheet.Input.Days[0] != "9:00–12:30, 13:30–18:00" || len(sheet.Input.Holidays) != 2 || !sheet.Input.Holidays[0].Yearly || len(sheet.Input.Holidays[0].Date) != 10 {
			t.Fatalf("%+v, %v", sheet, err)
		}
		// Saved as it is shown, nothing changes; a name alone moves no time.
		if _, err := h.SaveCalendar(ctx, ines, id, sheet.Input); err != nil || len(h.auditOf("calendar.changed")) != 0 {
			t.Fatalf("saved as it was: %v", err)
		}
		sheet.Input.Name = "Harbour office"
		if _, err := h.SaveCalendar(ctx, ines, id, sheet.Input); err != nil || h.recomputed() {
			t.Fatalf("renamed: %v, or not the jobs that were meant", err)
		}
		_, err = h.SaveCalendar(ctx, ines, id, sheet.Input) // by a page from before
		if err != nil {
			h.kind(err, models.KindConflict)
		} else {
			t.Error("an old page wrote over a newer state")
		}
		sheet, _ = h.Calendar(ctx, ines, id)
		sheet.Input.Days[2], sheet.Input.Holidays = "", sheet.Input.Holidays[:1]
		if _, err := h.SaveCalendar(ctx, ines, id, sheet.Input); err != nil || !h.recomputed() {
			t.Fatalf("%v, or not the jobs that were meant", err)
		}
		var data map[string][2]string
		log := h.auditOf("calendar.changed")
		if len(log) != 2 || json.Unmarshal([]byte(log[0].Data), &data) != nil && json.Unmarshal([]byte(log[1].Data), &data) != nil {
			t.Fatalf("%+v", log)
		}
		for _, e := range log {
			if strings.Contains(e.Data, "holidays") && (!strings.Contains(e.Data, "2026-12-24 Eve 9:00–12:00") || strings.Contains(e.Data, "Christmas") || !strings.Contains(e.Data, "wednesday")) {
				t.Errorf("the audit log says %s", e.Data)
			}
		}
		// What is wrong is said by its field, and rows keep their places.
		_, err = h.SaveCalendar(ctx, ines, 0, week("HARBOUR office", "9-17"))
		h.fault(err, "name")
		_, err = h.SaveCalendar(ctx, ines, 0, week("Other", "nine"))
		h.fault(err, "day0")
		_, err = h.SaveCalendar(ctx, ines, 0, week("Other", ""))
		h.fault(err, "day0")
		bad := week("Other", "9-17")
		bad.Holidays = []HolidayInput{{}, {Date: "2026-12-25"}, {}, {Date: "2026-12-25", Name: "again"}}
		_, err = h.SaveCalendar(ctx, ines, 0, bad)
		h.fault(err, "holiday.3")
		bad.Holidays = []HolidayInput{{}, {Name: "no date"}}
		_, err = h.SaveCalendar(ctx, ines, 0, bad)
		h.fault(err, "holiday.1")
		bad = week("Other", "9-17")
		bad.Zone = "Local"
		_, err = h.SaveCalendar(ctx, ines, 0, bad)
		h.fault(err, "zone")
		_, err = h.SaveCalendar(ctx, ines, 999, week("Other", "9-17"))
		h.kind(err, models.KindNotFound)
		// A day that comes every year keeps its own on a leap day.
		leap := week("Leap", "9-17")
		leap.Holidays = []HolidayInput{{Date: "2028-02-29", Yearly: true}}
		other, err := h.SaveCalendar(ctx, ines, 0, leap)
		if err != nil {
			t.Fatal(err)
		}
		if sheet, err := h.Calendar(ctx, ines, other); err != nil || sheet.Input.Holidays[0].Date != "2028-02-29" {
			t.Fatalf("%+v, %v", sheet, err)
		}
		// SE-4: agents and those who have only some projects do none of it.
		for _, who := range []Actor{h.ada, {ID: ines.ID, Projects: map[int64]models.Role{1: models.RoleAdmin}}} {
			_, err := h.Calendars(ctx, who)
			h.kind(err, models.KindForbidden)
			_, err = h.Calendar(ctx, who, id)
			h.kind(err, models.KindForbidden)
			_, err = h.SaveCalendar(ctx, who, id, sheet.Input)
			h.kind(err, models.KindForbidden)
			_, err = h.PreviewCalendar(ctx, who, id, sheet.Input)
			h.kind(err, models.KindForbidden)
			h.kind(h.DeleteCalendar(ctx, who, id, nil), models.KindForbidden)
		}
	})
}

// AG-6: a preview saves nothing and is refused as saving would be.
func TestCalendarPreview(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		id, err := h.SaveCalendar(ctx, ines, 0, week("Office", "9-17"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.PreviewCalendar(ctx, ines, id, week("Office", "10-11"))
		if err != nil || !p.Asked || len(p.Calendar.Hours[0]) != 1 || p.Calendar.Hours[0][0].From != 600 {
			t.Fatalf("%+v, %v", p, err)
		}
		if p, err := h.PreviewCalendar(ctx, ines, 0, week("New", "22-6")); err != nil || p.Asked {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = h.PreviewCalendar(ctx, ines, id, week("Office", "never"))
		h.fault(err, "day0")
		_, err = h.PreviewCalendar(ctx, ines, 999, week("Office 2", "9-17"))
		h.kind(err, models.KindNotFound)
		all, err := h.Calendars(ctx, ines)
		if err != nil || len(all) != 1 || all[0].Calendar.Hours[0][0].From != 540 || h.recomputed() || len(h.auditOf("calendar.changed")) != 0 {
			t.Fatalf("the preview saved: %+v, %v", all, err)
		}
	})
}

// AG-6: projects and teams choose their hours; deleting hours that something goes by asks for others.
func TestCalendarChoice(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		office, err1 := h.SaveCalendar(ctx, ines, 0, week("Office", "9-17"))
		night, err2 := h.SaveCalendar(ctx, ines, 0, week("Night", "22-6"))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		h.file(false)
		ticket := h.ticket()
		catalog := func() *models.Catalog {
			cat, err := h.db.Catalog(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return cat
		}
		project := catalog().Project(ticket.ProjectID)
		general := ProjectGeneral{Name: project.Name, Summary: project.Summary, Locale: project.Locale, Calendar: office}
		if catalog().CalendarFor(ticket) != nil {
			t.Fatal("hours before any were chosen")
		}
		general.Calendar = 999
		h.fault(h.ChangeProject(ctx, ines, project.Slug, general), "calendar")
		general.Calendar = office
		if err := h.ChangeProject(ctx, ines, project.Slug, general); err != nil {
			t.Fatal(err)
		}
		if got := catalog().CalendarFor(ticket); got == nil || got.ID != office || !h.recomputed() {
			t.Fatalf("the project goes by %+v, or not the jobs that were meant", got)
		}
		if err := h.ChangeProject(ctx, ines, project.Slug, general); err != nil || h.recomputed() {
			t.Fatalf("chosen again: %v, or not the jobs that were meant", err)
		}
		if log := h.auditOf("project.changed"); len(log) != 1 || !strings.Contains(log[0].Data, `"calendar":["","Office"]`) {
			t.Fatalf("%+v", log)
		}

		_, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Owls", Calendar: -1})
		h.fault(err, "calendar")
		team, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Owls"})
		if err != nil {
			t.Fatal(err)
		}
		ticket.TeamID = &team
		if got := catalog().CalendarFor(ticket); got == nil || got.ID != office {
			t.Fatalf("a team without hours goes by %+v", got)
		}
		if _, err := h.SaveTeam(ctx, ines, team, TeamInput{Name: "Owls", Calendar: night}); err != nil {
			t.Fatal(err)
		}
		if got := catalog().CalendarFor(ticket); got == nil || got.ID != night || !h.recomputed() {
			t.Fatalf("the team goes by %+v, or not the jobs that were meant", got)
		}
		if log := h.auditOf("team.changed"); len(log) != 1 || !strings.Contains(log[0].Data, `"calendar":["","Night"]`) {
			t.Fatalf("%+v", log)
		}
		if sheet, err := h.Team(ctx, ines, team); err != nil || sheet.Calendar != night || len(sheet.Calendars) != 2 {
			t.Fatalf("%+v, %v", sheet, err)
		}

		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.InsertPolicy(ctx, tx, &models.Policy{Name: "Gold", CalendarID: &office, CreatedAt: 1})
		})
		all, err := h.Calendars(ctx, ines)
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		// By name: Night first.
		if u := all[0].Use; len(u.Teams) != 1 || len(u.Projects)+len(u.Policies) != 0 || u.Teams[0].Name != "Owls" {
			t.Errorf("by the night go %+v", u)
		}
		if u := all[1].Use; len(u.Teams) != 0 || len(u.Projects) != 1 || len(u.Policies) != 1 {
			t.Errorf("by the office go %+v", u)
		}
		h.kind(h.DeleteCalendar(ctx, ines, office, nil), models.KindConflict)
		h.fault(h.DeleteCalendar(ctx, ines, office, &office), "instead")
		gone := int64(999)
		h.fault(h.DeleteCalendar(ctx, ines, office, &gone), "instead")
		if catalog().Calendar(office) == nil || h.recomputed() {
			t.Fatal("refused and done")
		}
		if err := h.DeleteCalendar(ctx, ines, office, &night); err != nil {
			t.Fatal(err)
		}
		cat := catalog()
		if cat.Calendar(office) != nil || *cat.Project(ticket.ProjectID).CalendarID != night || *cat.Policies[0].CalendarID != night || !h.recomputed() {
			t.Fatal("what went by the office does not go by the night")
		}
		none := int64(0)
		if err := h.DeleteCalendar(ctx, ines, night, &none); err != nil {
			t.Fatal(err)
		}
		cat = catalog()
		if cat.CalendarFor(ticket) != nil || cat.Project(ticket.ProjectID).CalendarID != nil || cat.Policies[0].CalendarID != nil || cat.TeamCalendar(team) != nil {
			t.Fatal("something goes by hours that are gone")
		}
		h.kind(h.DeleteCalendar(ctx, ines, night, nil), models.KindNotFound)
		if log := h.auditOf("calendar.deleted"); len(log) != 2 {
			t.Fatalf("%+v", log)
		}
	})
}

// AG-6: a team that is deleted leaves its tickets to the hours of their projects.
func TestDeletedTeamMovesHours(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		team, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Owls"})
		if err != nil {
			t.Fatal(err)
		}
		h.file(false)
		ticket := h.ticket()
		ticket.TeamID = &team
		h.write(func(ctx context.Context, tx *models.Tx) error { return models.SaveTicket(ctx, tx, ticket) })
		if err := h.DeleteTeam(ctx, ines, team, 1); err != nil || !h.recomputed() {
			t.Fatalf("%v, or not the jobs that were meant", err)
		}
	})
}

// AG-6: the preview says how many open tickets move, and saving moves just those.
func TestCalendarPreviewMoves(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, office := h.promise()
		h.at(2026, 11, 23, 7, 0) // a Monday
		number := h.ticketOf(h.file(true).Token).Number
		was := h.ticketByNumber(number).PromiseAt
		sheet, err := h.Calendar(ctx, h.admin(), office.ID)
		if err != nil {
			t.Fatal(err)
		}
		in := sheet.Input
		if p, err := h.PreviewCalendar(ctx, h.admin(), office.ID, in); err != nil || p.Moves.Looked != 1 || p.Moves.Moved != 0 {
			t.Fatalf("as it is: %+v, %v", p, err)
		}
		in.Holidays = []HolidayInput{{Date: "2026-11-23", Name: "Storm"}}
		p, err := h.PreviewCalendar(ctx, h.admin(), office.ID, in)
		if err != nil || p.Moves.Moved != 1 || len(p.Moves.Examples) != 1 || !p.Moves.Examples[0].Is.After(was.Time().Add(12*time.Hour)) {
			t.Fatalf("closed on the day: %+v, %v", p, err)
		}
		if h.ticketByNumber(number).PromiseAt != was {
			t.Fatal("the preview moved the ticket")
		}
		h.recomputed()
		if _, err := h.SaveCalendar(ctx, h.admin(), office.ID, in); err != nil || !h.recomputed() {
			t.Fatalf("saved: %v, or nothing is found again", err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, _, err := models.RecomputePromises(ctx, tx, 0, 256, models.At(h.clock()))
			return err
		})
		if got := h.ticketByNumber(number).PromiseAt.Time(); !got.Equal(p.Moves.Examples[0].Is) {
			t.Fatalf("moved to %s, the preview said %s", got, p.Moves.Examples[0].Is)
		}
	})
}

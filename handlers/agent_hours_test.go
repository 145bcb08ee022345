package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// calendarForm is the form of working hours with the same hours from Monday to Friday.
func calendarForm(name, hours string, more ...string) []string {
	form := []string{"name", name, "zone", "Europe/Berlin", "always", ""}
	for i := range 5 {
		form = append(form, "day"+decimal(int64(i)), hours)
	}
	return append(form, more...)
}

// sendRows posts a form whose names come more than once.
func sendRows(b *browser, path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	form.Set("csrf", b.last)
	return b.post(path, form)
}

// AG-6: an administrator adds working hours, sees what they mean, changes and deletes them, without scripts.
func TestHoursPages(t *testing.T) {
	o := staffed(t)
	o.now.Store(time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC).UnixMilli()) // a Wednesday, 9:30 in Berlin
	b := o.signIn("ines")
	b.get(hoursHome).must(t, http.StatusOK).has(t, "Open around the clock", hoursHome+"/new")
	b.get("/agent/settings").has(t, hoursHome, "Promises")
	b.get(hoursHome+"/new").must(t, http.StatusOK).has(t, `value="9:00–17:00"`, `<optgroup label="Europe">`, `value="Asia/Kathmandu"`, `name="holiday_date"`).lacks(t, "/deletion", "preview-heading")

	// EV-3: what is wrong stands by its field, and everything typed stays.
	bad := sendRows(b, hoursHome, calendarForm("Office & yard", "nine", "holiday_date", "", "holiday_every", "year", "holiday_name", "Christmas", "holiday_hours", "")...)
	bad.must(t, http.StatusUnprocessableEntity).has(t, "Office &amp; yard", `value="nine"`, "“nine” is not read as hours", `href="#day0"`, `href="#holiday.0"`, "Enter a date, or empty the row.", `value="Christmas"`, `<option value="year" selected>`)

	// A preview saves nothing.
	b.get(hoursHome + "/new")
	tried := sendRows(b, hoursHome+"/preview", calendarForm("Office", "22:00-6:00", "holiday_date", "2026-11-26", "holiday_every", "once", "holiday_name", "Fair", "holiday_hours", "10-12")...)
	tried.must(t, http.StatusOK).has(t, "Nothing is saved yet.", "22:00–6:00", "Fair", "10:00–12:00", "Europe/Berlin (CET now)", `value="22:00-6:00"`, `<rect class="weeks__open" x="0" width="360"`)
	b.get(hoursHome).lacks(t, "Office")

	b.get(hoursHome + "/new")
	sendRows(b, hoursHome, calendarForm("Office", "9-12:30, 13:30–18", "day5", "10:00 bis 14:00", "holiday_date", "2026-12-25", "holiday_every", "year", "holiday_name", "Christmas", "holiday_hours", "")...).must(t, http.StatusSeeOther)
	b.get(hoursHome+"?saved=1").must(t, http.StatusOK).has(t, "Saved.", "Mon–Fri 9:00–12:30 and 13:30–18:00 · Sat 10:00–14:00 · 1 day differs", "Open until Wed 25 Nov, 12:30 CET", "No project, team or policy")
	o.now.Store(time.Date(2026, 11, 28, 20, 0, 0, 0, time.UTC).UnixMilli())
	b = o.signIn("ines") // the session has run out meanwhile
	b.get(hoursHome).has(t, "Closed until Mon 30 Nov, 9:00 CET")

	page := b.get(hoursHome+"/1").must(t, http.StatusOK).has(t, `value="10:00–14:00"`, `value="2026-12-25"`, "The next two weeks", hoursHome+"/1/deletion")
	version := field(t, page.body, "version")
	sendRows(b, hoursHome+"/1", append(calendarForm("Office", "8-16"), "version", version)...).must(t, http.StatusSeeOther)
	// By a page from before: told, and the second time on purpose.
	b.get(hoursHome + "/1")
	old := sendRows(b, hoursHome+"/1", append(calendarForm("Office", "7-15"), "version", version)...).must(t, http.StatusConflict).has(t, "Somebody else saved", `value="7-15"`)
	sendRows(b, hoursHome+"/1", append(calendarForm("Office", "7-15"), "version", field(t, old.body, "version"))...).must(t, http.StatusSeeOther)
	b.get(hoursHome).has(t, "Mon–Fri 7:00–15:00").lacks(t, "Sat")
	moves := sendRows(b, hoursHome+"/1/preview", calendarForm("Office", "10-16")...).must(t, http.StatusOK)
	if !strings.Contains(moves.body, "another deadline") && !strings.Contains(moves.body, "No deadline") {
		t.Error("the preview does not say what moves")
	}
	b.get(hoursHome+"/77").must(t, http.StatusNotFound)
	b.get(hoursHome+"/x").must(t, http.StatusNotFound)

	log, err := models.Audit(t.Context(), o.db, models.AuditQuery{Kind: "calendar", Limit: 10})
	if err != nil || len(log) != 3 || log[0].AgentName != "Ines" {
		t.Fatalf("the audit log holds %v, %v", log, err)
	}
	b.get("/agent/settings/audit").has(t, "Working hours were changed: “Office”", "Monday")
	o.signIn("grace").get(hoursHome).must(t, http.StatusForbidden)
}

// AG-6, CP-10: a project and a team choose their hours on their own pages, and deleting hours that
// are gone by asks what stands in their place.
func TestHoursChoice(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get(hoursHome + "/new")
	sendRows(b, hoursHome, calendarForm("Office", "9-17")...).must(t, http.StatusSeeOther)
	b.get(hoursHome + "/new")
	sendRows(b, hoursHome, calendarForm("Night", "22-6")...).must(t, http.StatusSeeOther)

	general := projectURL("support", "")
	page := b.get(general).must(t, http.StatusOK).has(t, "Working hours", `<option value="" selected>Around the clock</option>`, "Office", "Night")
	b.send(general, "version", field(t, page.body, "version"), "name", "Support", "locale", "en", "calendar", "99").must(t, http.StatusUnprocessableEntity).has(t, `href="#calendar"`)
	b.send(general, "version", field(t, page.body, "version"), "name", "Support", "locale", "en", "calendar", "x").must(t, http.StatusUnprocessableEntity)
	b.send(general, "version", field(t, page.body, "version"), "name", "Support", "locale", "en", "calendar", "1").must(t, http.StatusSeeOther)
	b.get(general).has(t, `<option value="1" selected>Office</option>`)

	b.get(teamsPath+"/new").must(t, http.StatusOK).has(t, "Like the project’s")
	b.send(teamsPath, "name", "Owls", "calendar", "2").must(t, http.StatusSeeOther)
	b.get(teamURL(1)).has(t, `<option value="2" selected>Night</option>`)
	b.get(hoursHome).has(t, "<dt>Projects</dt><dd>Support</dd>", "<dt>Teams</dt><dd>Owls</dd>")

	b.get(hoursHome+"/1/deletion").must(t, http.StatusOK).has(t, "Support", "In their place", `value="2"`).lacks(t, `name="instead" value="1"`)
	b.send(hoursHome+"/1/deletion").must(t, http.StatusConflict).has(t, "Choose what stands in their place.")
	b.send(hoursHome+"/1/deletion", "instead", "nonsense").must(t, http.StatusUnprocessableEntity).has(t, `href="#instead"`)
	b.get(hoursHome+"/1").must(t, http.StatusOK)
	b.send(hoursHome+"/1/deletion", "instead", "2").must(t, http.StatusSeeOther)
	b.get(hoursHome+"/1").must(t, http.StatusNotFound)
	b.get(general).has(t, `<option value="2" selected>Night</option>`)
	b.get(hoursHome + "/2/deletion")
	b.send(hoursHome+"/2/deletion", "instead", "0").must(t, http.StatusSeeOther)
	b.get(general).has(t, `<option value="" selected>Around the clock</option>`)
	b.get(hoursHome).has(t, "Open around the clock")
}

package handlers

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lodge/models"
)

// AG-4: skills are named, given and taken away on their own page; what is refused stays typed.
func TestSkillPages(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get("/agent/settings").must(t, http.StatusOK).has(t, `href="/agent/settings/skills"`)
	b.get(skillsPage).must(t, http.StatusOK).has(t, "No skills yet")
	grace := decimal(o.agents["grace"].ID)
	b.get(skillsPage+"/new").must(t, http.StatusOK)
	b.send(skillsPage, "name", "", "members", grace).must(t, http.StatusUnprocessableEntity).has(t, `id="name-error"`, `value="`+grace+`" checked`)
	b.send(skillsPage, "name", "Linux", "members", grace).must(t, http.StatusSeeOther)
	b.get(skillsPage).must(t, http.StatusOK).has(t, "Linux", "Grace")
	b.send(skillsPage, "name", "linux").must(t, http.StatusUnprocessableEntity).has(t, `value="linux"`, "Another skill has this name")
	skills, err := models.Skills(t.Context(), o.db)
	if err != nil || len(skills) != 1 {
		t.Fatal(skills, err)
	}
	page := skillURL(skills[0].ID)
	o.write(func(ctx context.Context, tx *models.Tx) error {
		return models.InsertRoutingRule(ctx, tx, &models.RoutingRule{Name: "Servers", Actions: models.RouteActions{Skills: []int64{skills[0].ID}}})
	})
	b.get(page).must(t, http.StatusOK).has(t, `value="Linux"`, "Servers", "find nobody until you change them")
	b.send(page, "name", "Unix").must(t, http.StatusSeeOther)
	b.get(skillsPage).must(t, http.StatusOK).has(t, "Unix", "Nobody yet", "1 rule asks for it").lacks(t, "Linux")
	b.send(page+"/deletion").must(t, http.StatusSeeOther)
	b.get(page).must(t, http.StatusNotFound)
}

// AG-4: an admin sets room, skills and absence on an agent's page; colleagues see who is away in the
// lists they choose from.
func TestWorkOnAnAgentsPage(t *testing.T) {
	o := staffed(t)
	b, grace := o.signIn("ines"), o.signIn("grace")
	page := personURL(o.agents["grace"].ID)
	b.get(page).must(t, http.StatusOK).has(t, `id="work-form"`, `name="capacity"`, `name="new_skills"`, `name="away"`)
	until := o.desk.Now().Add(72 * time.Hour)
	b.send(page+"/work", "capacity", "many", "new_skills", "Linux", "away", "1").must(t, http.StatusUnprocessableEntity).has(t, `id="capacity-error"`, `value="many"`, `value="Linux"`, `name="away" value="1" checked`)
	b.send(page+"/work", "away", "1", "away_until", "tomorrow").must(t, http.StatusUnprocessableEntity).has(t, `id="away_until-error"`)
	b.send(page+"/work", "away", "1", "away_until", o.desk.Now().Add(-time.Hour).Format(localTime)).must(t, http.StatusUnprocessableEntity).has(t, `id="away_until-error"`, "in the future")
	b.send(page+"/work", "capacity", "5", "new_skills", "Linux, French", "away", "1", "away_until", until.Format(localTime)).must(t, http.StatusSeeOther)
	b.get(page).must(t, http.StatusOK).has(t, `value="5"`, "Linux", "French", "Away until", `value="`+until.Format(localTime)+`"`)
	b.get(teamsPath).must(t, http.StatusOK)
	b.get(peoplePath).must(t, http.StatusOK).has(t, "Away until")
	_, number := o.file("Printer")
	b.get(ticketURL(number)).must(t, http.StatusOK).has(t, "Grace (away until ")
	b.get("/agent/tickets/new").must(t, http.StatusOK).has(t, "Grace (away until ")
	b.get("/agent").must(t, http.StatusOK).has(t, "Grace (away until ")
	b.get(auditPath).must(t, http.StatusOK).has(t, "The work of grace@lodge.example was changed", "Open tickets at most", "Away until")
	o.forward(73 * time.Hour)
	b = o.signIn("ines")
	b.get(ticketURL(number)).must(t, http.StatusOK).has(t, "Grace").lacks(t, "away")
	grace = o.signIn("grace")
	grace.send(page+"/work", "capacity", "0").must(t, http.StatusForbidden)
}

// A10: agents say themselves that they are away, and may give their open tickets back.
func TestAwayOnTheProfile(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	id := o.agents["grace"].ID
	b.get(profilePath).must(t, http.StatusOK).has(t, `id="away-form"`).lacks(t, "give_back", "Away until")
	_, number := o.file("Printer")
	if err := o.desk.Assign(t.Context(), o.actor("grace"), number, id, 0); err != nil {
		t.Fatal(err)
	}
	b.get(profilePath).must(t, http.StatusOK).has(t, "Give my open ticket back")
	b.send(profilePath+"/away", "away", "1", "away_until", "2020-01-01T10:00", "give_back", "1").must(t, http.StatusUnprocessableEntity).has(t, `id="away_until-error"`, `value="2020-01-01T10:00"`, `name="give_back" value="1" checked`)
	got := b.send(profilePath+"/away", "away", "1", "give_back", "1").must(t, http.StatusSeeOther)
	b.get(got.header.Get("Location")).must(t, http.StatusOK).has(t, "1 ticket went back.", "people__away")
	ticket, err := models.TicketByNumber(t.Context(), o.db, number)
	if err != nil || ticket.AssigneeID != nil {
		t.Errorf("still theirs: %+v, %v", ticket, err)
	}
	o.signIn("ines").get(ticketURL(number)).must(t, http.StatusOK).has(t, "Grace (away)")
	b.get(profilePath)
	b.send(profilePath+"/away").must(t, http.StatusSeeOther)
	b.get(profilePath).must(t, http.StatusOK).lacks(t, "people__away")
}

package handlers

import (
	"net/http"
	"strings"

	"lodge/desk"
	"lodge/models"
	"lodge/secret"
)

// CP-13: the settings about the support time that companies buy.
var _ = proves(map[string]proof{
	"time_low_minutes": {want: map[string]string{"0": "silent", "30": "silent", "90": "told"}, watch: func(o *watched) string {
		number, _ := o.boughtTime("2h", "40")
		rows, err := o.desk.Companies(o.t.Context(), o.actor("ines"), "", "")
		if err != nil {
			o.t.Fatal(err)
		}
		marked := strings.Contains(o.ines.get(companiesHome).must(o.t, http.StatusOK).body, "company-left")
		ticket, err := models.TicketByNumber(o.t.Context(), o.db, number)
		if err != nil {
			o.t.Fatal(err)
		}
		events, err := models.Timeline(o.t.Context(), o.db, ticket.ID, 0)
		if err != nil {
			o.t.Fatal(err)
		}
		told := false
		for _, e := range events {
			told = told || e.Kind == models.EventTimeLow
		}
		switch low := rows.Companies[0].Low; {
		case told && low && marked:
			return "told"
		case !told && !low && !marked:
			return "silent"
		}
		return "of two minds"
	}},
	"show_available_time": {want: map[string]string{"1": "true", "": "false"}, watch: func(o *watched) string {
		_, link := o.boughtTime("2h", "40")
		return o.holds("/ticket/thread/"+link.Token+"?p="+link.Proof, "1 h 20 min of support time left")
	}},
})

// boughtTime makes a company that bought time and spent some on a ticket of a member, and gives
// the link of that member's mail.
func (o *watched) boughtTime(bought, spent string) (int64, desk.Link) {
	o.t.Helper()
	ctx, ines := o.t.Context(), o.actor("ines")
	link := o.filed()
	access, _, err := o.db.AccessByHash(ctx, models.TokenThread, secret.Hash(link.Token))
	if err != nil {
		o.t.Fatal(err)
	}
	link, _ = o.desk.ParticipantLinks(&access.Person.Participant)
	number := o.move("")
	id, err := o.desk.CreateCompany(ctx, ines, desk.CompanySheet{Name: "Company " + decimal(number), Sees: models.SeesOwn})
	if err != nil {
		o.t.Fatal(err)
	}
	for _, err := range []error{
		o.desk.SetMember(ctx, ines, id, access.Person.ContactID, false), o.desk.SetCompany(ctx, ines, number, id, 0),
		o.desk.BuyTime(ctx, ines, id, desk.BoughtTime{Minutes: bought, Day: o.desk.Now().Format("2006-01-02")}), o.desk.SpendTime(ctx, ines, number, spent, ""),
	} {
		if err != nil {
			o.t.Fatal(err)
		}
	}
	return number, link
}

package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lodge/models"
)

// told is what the form and the page of a ticket hold of some texts.
func (o *watched) told(texts ...string) string {
	form := o.browser().get("/ticket/support").must(o.t, http.StatusOK).body
	thread := o.browser().get("/ticket/thread/"+o.filed().Token).must(o.t, http.StatusOK).body
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprint(strings.Contains(form, text), strings.Contains(thread, text)))
	}
	return strings.Join(all, ", ")
}

// answered says that four of five of the latest tickets were answered within 50 minutes.
func (o *watched) answered() {
	o.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := models.SaveResponseStats(ctx, tx, []*models.ResponseStat{{ProjectID: o.project("support"), Metric: models.PromiseFirst, Minutes: 60, Tickets: 25}}, o.desk.Now())
		return err
	})
}

// promised promises the newest ticket an answer within a day.
func (o *watched) promised() {
	t, err := models.TicketByNumber(o.t.Context(), o.db, o.move(""))
	if err != nil {
		o.t.Fatal(err)
	}
	o.promise(t.ID, models.PromiseFirst, o.desk.Now().Add(24*time.Hour))
}

// CP-10: each value of the settings about time, on the form and on the ticket's page.
var _ = proves(map[string]proof{
	"show_targets": {with: map[string]string{"response_time": "Within a fortnight."}, want: map[string]string{
		models.TargetsNone: "form false, thread false, date false", models.TargetsText: "form true, thread true, date false", models.TargetsDates: "form true, thread true, date true"}, watch: func(o *watched) string {
		form, thread := o.holds("/ticket/support", "fortnight"), "/ticket/thread/"+o.filed().Token
		o.promised()
		return "form " + form + ", thread " + o.holds(thread, "fortnight") + ", date " + o.holds(thread, "Response by")
	}},
	"response_time": {want: map[string]string{"": "false false, false false", "Within a fortnight.": "true true, false false", "At once.": "false false, true true"}, watch: func(o *watched) string {
		return o.told("Within a fortnight.", "At once.")
	}},
	"resolution_time": {want: map[string]string{"": "false false", "Solved within 24 hours": "true true"}, watch: func(o *watched) string { return o.told("Solved within 24 hours.") }},
	"response_source": {with: map[string]string{"response_time": "Within a fortnight."}, want: map[string]string{models.ResponseWritten: "true true, false false", models.ResponseComputed: "false false, true true"}, watch: func(o *watched) string {
		o.answered()
		return o.told("Within a fortnight.", "We typically respond within 1 hour.")
	}},
})

package handlers

import (
	"fmt"
	"time"

	"lodge/models"
)

// Closing by itself: who is mailed the reminder is proven where the mails leave.
var _ = proves(map[string]proof{
	"notify_reminder_reporter": {where: "jobs"}, "notify_reminder_others": {where: "jobs"},

	"remind_days": {want: map[string]string{"0": "4: 0, 5: 0, 365: 0", "5": "4: 0, 5: 1, 365: 0", "365": "4: 0, 5: 0, 365: 1"}, watch: func(o *watched) string { return o.silence(true) }},
	"close_days":  {want: map[string]string{"0": "4: 0, 5: 0, 365: 0", "5": "4: 0, 5: 1, 365: 0", "365": "4: 0, 5: 0, 365: 1"}, watch: func(o *watched) string { return o.silence(false) }},
})

// silence says after how many days a ticket that waits is reminded, or closed.
func (o *watched) silence(reminders bool) string {
	o.t.Helper()
	o.filed()
	o.move("waiting")
	all := ""
	last := 0
	for _, day := range []int{4, 5, 365} {
		o.forward(time.Duration(day-last) * 24 * time.Hour)
		last = day
		n, closed, err := o.desk.CloseSilent(o.t.Context())
		if err != nil {
			o.t.Fatal(err)
		}
		if !reminders {
			n = closed
		}
		if all != "" {
			all += ", "
		}
		all += fmt.Sprint(day, ": ", n)
	}
	return all
}

// days sets after how many days the project reminds and closes.
func (o *office) days(remind, closing int) {
	o.t.Helper()
	o.rules(func(p *models.Project) { p.Settings.RemindDays, p.Settings.CloseDays = remind, closing })
}

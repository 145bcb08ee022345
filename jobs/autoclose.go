package jobs

import (
	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// wordsOfClosing writes what a mail says about closing by itself: in a reminder the day on which
// the ticket will, by the calendar of the project; in the mail about the closing that this was why.
// It says false for a reminder that is none any more, because somebody wrote or the ticket moved
// before it left.
func wordsOfClosing(d *models.Delivery, event *models.Event, ticket *models.Ticket, cat *models.Catalog, project *models.Project, words *views.Mail) bool {
	switch d.Template {
	case desk.MailReminder:
		if !desk.StillReminds(event, ticket) {
			return false
		}
		if at, closes := desk.ClosesAt(project, ticket); closes {
			words.ClosesOn = desk.DayIn(desk.ZoneOf(cat, project), at)
		}
	case desk.MailClosed:
		words.SilentDays = desk.SilentDays(event)
	}
	return true
}

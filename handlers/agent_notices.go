package handlers

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

const (
	noticesHome       = "/agent/notices"
	notificationsPage = settingsHome + "/notifications"
)

// noticeRoutes are what agents are told, and how they want it (AG-7). Reading is a post: a GET
// changes nothing.
func (a *agents) noticeRoutes(r fiber.Router) {
	r.Get(noticesHome, a.notices)
	r.Post(noticesHome, a.readNotices)
	r.Get(noticesHome+"/bell", func(c *fiber.Ctx) error {
		bell := a.bell(c)
		bell.Held = a.heldCount(c)
		bell.Held.OOB = true
		return a.part(c, fiber.StatusOK, "agent/_bell", bell)
	})
	r.Post("/agent/tickets/:number/notices", a.readTicketNotices)
	r.Get(notificationsPage, a.notifications)
	r.Post(notificationsPage, a.saveNotifications)
}

// bell is the link to the notices, with their number at the beginning of the request.
func (a *agents) bell(c *fiber.Ctx) *views.Bell {
	return &views.Bell{PageURL: noticesHome, URL: noticesHome + "/bell", Unread: actorOf(c).Unread}
}

// bellAfter is the bell after some were read. An answer must not fail for its number.
func (a *agents) bellAfter(c *fiber.Ctx) *views.Bell {
	bell := a.bell(c)
	if unread, err := a.desk.UnreadNotices(c.UserContext(), actorOf(c)); err == nil {
		bell.Unread = unread
	}
	return bell
}

// notices is the list behind the bell.
func (a *agents) notices(c *fiber.Ctx) error {
	before, err := strconv.ParseInt(c.Query("before", "0"), 10, 64)
	if err != nil || before < 0 {
		return models.NotFound()
	}
	page, err := a.desk.Notices(c.UserContext(), actorOf(c), before)
	if err != nil {
		return err
	}
	words, token := a.language(c), visitOf(c).token()
	data := views.NoticeList{Action: noticesHome, CSRF: token, SettingsURL: notificationsPage, Unread: page.Unread}
	for _, n := range page.Notices {
		who := n.Who
		if who == "" {
			who = words.T("agent.event.system")
		}
		kind := "agent.notices.kind."
		if n.ByRule {
			kind = "agent.notices.by_rule."
		}
		item := views.NoticeItem{ID: n.ID, Icon: noticeIcons[n.Kind], URL: ticketURL(n.Number) + "?from=" + queryEscape(noticesHome), Title: n.Title, Number: n.Number,
			Text: words.Tf(kind+n.Kind, "Who", who), At: n.At, Unread: n.Unread, CSRF: token, ReadURL: noticesHome}
		data.Notices = append(data.Notices, item)
	}
	if page.Next > 0 {
		data.NextURL = noticesHome + "?before=" + decimal(page.Next)
	}
	clockTexts(words, actorOf(c), page, &data)
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.notices"), Body: "agent/notices", Data: data})
}

var noticeIcons = map[string]string{models.NoticeNew: "inbox", models.NoticeAssigned: "user", models.NoticeMentioned: "at-sign",
	models.NoticeAnswered: "message-square", models.NoticeReopened: "rotate-ccw", models.NoticeDue: "alarm-clock", models.NoticeLowScore: "star", models.NoticeWarned: "alarm-clock", models.NoticeBroken: "triangle-alert", models.NoticeTimeLow: "timer"}

// readNotices marks one notice as read, or without an id all of them.
func (a *agents) readNotices(c *fiber.Ctx) error {
	id := int64(0)
	if text := posted(c).first("id"); text != "" {
		var err error
		if id, err = strconv.ParseInt(text, 10, 64); err != nil || id < 1 {
			return fiber.ErrBadRequest
		}
	}
	if err := a.desk.ReadNotices(c.UserContext(), actorOf(c), id); err != nil {
		return err
	}
	return c.Redirect(noticesHome, fiber.StatusSeeOther)
}

// readTicketNotices is posted by a ticket's page once somebody looks at it.
func (a *agents) readTicketNotices(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	if err := a.desk.ReadTicketNotices(c.UserContext(), actorOf(c), n); err != nil {
		return err
	}
	if !isHTMX(c) {
		return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
	}
	bell := a.bellAfter(c)
	bell.OOB = true
	return a.part(c, fiber.StatusOK, "agent/_bell", bell)
}

// notifications shows how the agent is told.
func (a *agents) notifications(c *fiber.Ctx) error {
	s, err := a.desk.NoticeSettings(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	return a.showNotifications(c, fiber.StatusOK, s, nil)
}

// saveNotifications keeps it.
func (a *agents) saveNotifications(c *fiber.Ctx) error {
	form := posted(c)
	s := &desk.NoticeSettings{App: tickedOnes(form["app"]), Mail: tickedOnes(form["mail"]), QuietFrom: form.first("quiet_from"), QuietUntil: form.first("quiet_until"), Zone: form.first("zone")}
	err := a.desk.SaveNoticeSettings(c.UserContext(), actorOf(c), *s)
	if e, ok := refusal(err); ok {
		return a.showNotifications(c, statusOf(e), s, e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, notificationsPage)
}

func tickedOnes(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

func (a *agents) showNotifications(c *fiber.Ctx, status int, s *desk.NoticeSettings, refused *models.Error) error {
	words := a.language(c)
	const key = "agent.settings.notifications"
	kinds := func(chosen map[string]bool) (all []views.Choice) {
		for _, kind := range models.NoticeKinds {
			choice := views.Choice{Value: kind, Label: words.T("agent.notice." + kind), Selected: chosen[kind]}
			if words.Has("agent.notice." + kind + ".help") {
				choice.Help = words.T("agent.notice." + kind + ".help")
			}
			all = append(all, choice)
		}
		return all
	}
	f := views.Form{Action: notificationsPage, CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Inputs: []views.Input{
		{Kind: "checkboxes", Name: "app", Label: words.T(key + ".app"), Help: words.T(key + ".app.help"), Choices: kinds(s.App)},
		{Kind: "checkboxes", Name: "mail", Label: words.T(key + ".mail"), Choices: kinds(s.Mail)},
		{Kind: "heading", Label: words.T(key + ".quiet"), Help: words.T(key + ".quiet.help")},
		{Kind: "time", Name: "quiet_from", Label: words.T(key + ".from"), Help: words.T(key + ".time.help"), Value: s.QuietFrom, Optional: true},
		{Kind: "time", Name: "quiet_until", Label: words.T(key + ".until"), Value: s.QuietUntil, Optional: true},
		{Kind: "select", Name: "zone", Label: words.T(key + ".zone"), Help: words.T(key + ".zone.help"), Choices: zoneChoices(s.Zone)},
	}}
	if refused != nil {
		withErrors(words, &f, refused)
	}
	data := views.SettingsForm{Title: words.T(key), Lead: words.T(key + ".lead"), Form: f}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/form", Data: data, Flash: a.savedFlash(c)})
}

// zones are the time zones offered: one for each clock that many people live by.
var zones = []string{"", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Phoenix", "America/Chicago", "America/Mexico_City",
	"America/New_York", "America/Toronto", "America/Bogota", "America/Halifax", "America/St_Johns", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "Atlantic/Azores",
	"Europe/London", "Europe/Lisbon", "Africa/Lagos", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Rome", "Europe/Zurich", "Europe/Vienna", "Europe/Amsterdam",
	"Europe/Stockholm", "Europe/Warsaw", "Africa/Johannesburg", "Africa/Cairo", "Europe/Athens", "Europe/Helsinki", "Europe/Kyiv", "Asia/Jerusalem", "Europe/Istanbul", "Africa/Nairobi",
	"Asia/Riyadh", "Asia/Tehran", "Asia/Dubai", "Asia/Kabul", "Asia/Karachi", "Asia/Tashkent", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Dhaka", "Asia/Bangkok", "Asia/Jakarta",
	"Asia/Shanghai", "Asia/Hong_Kong", "Asia/Singapore", "Asia/Manila", "Australia/Perth", "Asia/Seoul", "Asia/Tokyo", "Australia/Adelaide", "Australia/Brisbane", "Australia/Sydney",
	"Pacific/Auckland"}

func zoneChoices(chosen string) []views.Choice {
	var all []views.Choice
	found := false
	for _, zone := range zones {
		label := zone
		if zone == "" {
			label = "UTC"
		}
		found = found || zone == chosen
		all = append(all, views.Choice{Value: zone, Label: label, Selected: zone == chosen})
	}
	if !found {
		all = append(all, views.Choice{Value: chosen, Label: chosen, Selected: true})
	}
	return all
}

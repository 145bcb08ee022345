package handlers

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// What a changed property leaves for the sidebar that answers it: which row it was, and the
// sentence and kind of a refusal.
const (
	localProperty = "agent-property"
	localRefusal  = "agent-refusal"
	localKind     = "agent-refusal-kind"
)

// propertyRoutes change one property each (AG-2). Status and assignee have theirs beside the
// ticket's.
func (a *agents) propertyRoutes(r fiber.Router) {
	const ticket = "/agent/tickets/:number/"
	r.Post(ticket+"title", a.changeProperty("title", func(c *fiber.Ctx, n, seen int64) error {
		return a.desk.Retitle(c.UserContext(), actorOf(c), n, posted(c).first("title"), seen)
	}))
	r.Post(ticket+"type", a.changeProperty("type", func(c *fiber.Ctx, n, seen int64) error {
		return a.desk.SetType(c.UserContext(), actorOf(c), n, said(c, "type", noSuch), seen)
	}))
	r.Post(ticket+"priority", a.changeProperty("priority", func(c *fiber.Ctx, n, seen int64) error {
		priority, _ := strconv.Atoi(posted(c).first("priority")) // 0 is none of them
		return a.desk.SetPriority(c.UserContext(), actorOf(c), n, priority, seen)
	}))
	r.Post(ticket+"team", a.changeProperty("team", func(c *fiber.Ctx, n, seen int64) error {
		return a.desk.SetTeam(c.UserContext(), actorOf(c), n, optionalID(said(c, "team", noSuch)), seen)
	}))
	r.Post(ticket+"company", a.changeProperty("company", func(c *fiber.Ctx, n, seen int64) error {
		company, err := a.desk.CompanyByName(c.UserContext(), actorOf(c), said(c, "company", noSuch))
		if models.KindOf(err) == models.KindInvalid && err != nil {
			company = -1 // refused by the verb, which asks first who may
		} else if err != nil {
			return err
		}
		return a.desk.SetCompany(c.UserContext(), actorOf(c), n, company, seen)
	}))
	r.Post(ticket+"due", a.changeProperty("due", func(c *fiber.Ctx, n, seen int64) error {
		return a.desk.SetDue(c.UserContext(), actorOf(c), n, dueTime(said(c, "due", noSuch), actorOf(c).Clock("")), seen)
	}))
	r.Post(ticket+"snooze", a.changeProperty("snooze", func(c *fiber.Ctx, n, seen int64) error {
		form := posted(c)
		until := snoozeTime(form.first(views.FieldUntil), form.first(views.FieldUntilDate), a.desk.Now().In(actorOf(c).Clock(form.first(views.FieldZone))))
		return a.desk.Snooze(c.UserContext(), actorOf(c), n, until, seen)
	}))
	r.Post(ticket+"tags", a.changeProperty("tags", func(c *fiber.Ctx, n, seen int64) error {
		form := posted(c)
		return a.desk.ChangeTags(c.UserContext(), actorOf(c), n, listed(form.first(views.FieldTagAdd)), form[views.FieldTagRemove])
	}))
	r.Post(ticket+"fields/:slug", func(c *fiber.Ctx) error {
		slug := strings.Clone(c.Params("slug"))
		return a.changeProperty("field-"+slug, func(c *fiber.Ctx, n, seen int64) error {
			return a.desk.SetField(c.UserContext(), actorOf(c), n, slug, posted(c)[views.FieldValues], seen)
		})(c)
	})
	r.Get("/agent/options/tags", func(c *fiber.Ctx) error {
		names, err := a.desk.TagNames(c.UserContext(), actorOf(c), c.Query(views.FieldTagAdd))
		if err != nil {
			return err
		}
		return a.part(c, fiber.StatusOK, "agent/_options", names)
	})
	r.Get("/agent/options/companies", func(c *fiber.Ctx) error {
		names, err := a.desk.CompanyNames(c.UserContext(), actorOf(c), c.Query("company"))
		if err != nil {
			return err
		}
		return a.part(c, fiber.StatusOK, "agent/_options", names)
	})
}

// changeProperty is the frame of the routes that change one.
func (a *agents) changeProperty(id string, change func(c *fiber.Ctx, n, seen int64) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		n, err := number(c)
		if err != nil {
			return err
		}
		seen, err := seenVersion(c)
		if err != nil {
			return err
		}
		return a.property(c, n, id, change(c, n, seen))
	}
}

// property answers a changed or refused property; id is its row.
func (a *agents) property(c *fiber.Ctx, n int64, id string, verb error) error {
	c.Locals(localProperty, id)
	return a.changed(c, n, verb)
}

// changedRow is where a page that is loaded anew begins: at the row that was changed. Status
// and assignee have buttons elsewhere too, so with them it begins at its top.
func changedRow(c *fiber.Ctx) string {
	switch id, _ := c.Locals(localProperty).(string); id {
	case "", "status", "assignee":
		return ""
	default:
		return "#property-" + id
	}
}

// noSuch stands for what was not said at all: no verb takes it for a value, and it is not the
// empty text, which would take the property off.
const noSuch = "\x00"

// said is a posted value, or instead when the field was not posted.
func said(c *fiber.Ctx, field, instead string) string {
	if form := posted(c); form.has(field) {
		return form.first(field)
	}
	return instead
}

// optionalID reads an id; 0 for none, -1 for what is no id, which verbs refuse.
func optionalID(text string) int64 {
	if text == "" {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return -1
	}
	return id
}

// dueTime reads a day as the end of it by the agent's clock; empty is no due date, and what is
// no day is one that the verb refuses.
func dueTime(text string, clock *time.Location) time.Time {
	if text == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, clock)
	if err != nil {
		return time.Unix(0, 0)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 0, 0, clock)
}

// morning is when a snoozed ticket comes back on a day.
const morning = 9

// snoozeTime reads until when; now is by the agent's clock. The zero time wakes; what is no
// time is one that the verb refuses.
func snoozeTime(word, date string, now time.Time) time.Time {
	at := func(days int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+days, morning, 0, 0, 0, now.Location())
	}
	switch word {
	case views.SnoozeWake:
		return time.Time{}
	case views.SnoozeHour:
		return now.Add(time.Hour)
	case views.SnoozeTomorrow:
		return at(1)
	case views.SnoozeMonday:
		days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
		if days == 0 {
			days = 7
		}
		return at(days)
	case views.SnoozeDate:
		if day, err := time.ParseInLocation(time.DateOnly, date, now.Location()); err == nil {
			return time.Date(day.Year(), day.Month(), day.Day(), morning, 0, 0, 0, now.Location())
		}
	}
	return time.Unix(0, 0)
}

// dateValue is a moment as a day by the actor's clock, for a control; other times on the page
// are moved to the visitor's zone by a script.
func dateValue(at time.Time, actor desk.Actor) string {
	if at.IsZero() {
		return ""
	}
	return at.In(actor.Clock("")).Format(time.DateOnly)
}

package handlers

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/views"
)

// outdated are rules that hold nowhere: the page is drawn anew, because a time it told has come.
const outdated = -1

// updates answers a poll: 204 while nothing is new, which costs one small read (PT-5),
// otherwise what is new. Opened as a page it leads to the thread, which shows the same.
func (h *Handlers) updates(c *fiber.Ctx) error { return h.byLink(c).updates(c) }

func (k *talk) updates(c *fiber.Ctx) error {
	after, err := strconv.ParseInt(c.Query("after", "0"), 10, 64)
	if err != nil || after < 0 {
		return fiber.ErrBadRequest
	}
	rules := int64(c.QueryInt("rules"))
	if k.portal.Outdated(int64(c.QueryInt("until"))) {
		rules = outdated
	}
	t, err := k.with.Updates(c.UserContext(), after, rules)
	if err != nil {
		return err
	}
	if t == nil {
		c.Status(fiber.StatusNoContent)
		return nil
	}
	if !isHTMX(c) {
		return c.Redirect(k.at.url(""), fiber.StatusSeeOther)
	}
	var seen time.Time
	if at, err := strconv.ParseInt(c.Query("seen"), 10, 64); err == nil {
		seen = time.Unix(at, 0)
	}
	words := k.words(c, t)
	changed := takeRemoved(t)
	return k.fragment(c, fiber.StatusOK, words.Locale(), "portal/_updates", views.Updates{
		Messages: k.messages(t, seen), Changed: k.messages(changed, seen), Header: k.header(words, t), Poll: k.poll(t, seen), NewCount: others(t)})
}

// takeRemoved takes the messages that were removed out of what is new: they stand on the page
// already and are replaced there.
func takeRemoved(t *desk.PublicThread) *desk.PublicThread {
	removed := *t
	removed.Messages = nil
	var rest []desk.PublicMessage
	for _, m := range t.Messages {
		if m.Removed {
			removed.Messages = append(removed.Messages, m)
		} else {
			rest = append(rest, m)
		}
	}
	t.Messages = rest
	return &removed
}

// others counts the messages that the reader did not write.
func others(t *desk.PublicThread) int {
	n := 0
	for _, m := range t.Messages {
		if !m.Own && m.Event == "" {
			n++
		}
	}
	return n
}

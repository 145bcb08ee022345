package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// bulkForm is what the agent may do to several tickets; nil when that is nothing.
func (a *agents) bulkForm(c *fiber.Ctx, ask desk.QueueAsk, choices *desk.QueueChoices) *views.BulkForm {
	words, actor := a.language(c), actorOf(c)
	f := &views.BulkForm{Action: "/agent/bulk", CSRF: visitOf(c).token(), Back: ask.Query(), AllURL: queueURL(agentHome, ask, "pick", "all")}
	for _, action := range desk.BulkActions {
		if !actor.Can(action.Need) {
			continue
		}
		key := "agent.bulk." + action.Name
		control := views.BulkControl{Name: action.Name, Button: words.T(key + ".do"), Kind: "select"}
		if words.Has(key) {
			control.Label = words.T(key)
		}
		add := func(value, label string) {
			control.Choices = append(control.Choices, views.Choice{Value: value, Label: label})
		}
		list := func(all []desk.Choice) {
			for _, choice := range all {
				add(choice.Slug, choice.Name)
			}
		}
		switch action.Value {
		case desk.BulkAgent:
			// The agent who looks is whom they give tickets to most.
			if me := decimal(actor.ID); slices.ContainsFunc(choices.Agents, func(c desk.Choice) bool { return c.Slug == me }) {
				add(me, words.T("agent.queue.me"))
			}
			add("", words.T("agent.queue.nobody"))
			for _, choice := range choices.Agents {
				add(choice.Slug, a.withAbsence(words, actor, choice, choices.Absent))
			}
		case desk.BulkStatus:
			list(choices.Statuses)
		case desk.BulkTeam:
			list(choices.Teams)
			add("", words.T("agent.bulk.team.none"))
		case desk.BulkPriority:
			for _, p := range slices.Backward(desk.QueuePriorities) {
				add(p, words.T("agent.queue.priority."+p))
			}
		case desk.BulkText:
			control.Kind = "text"
		case desk.BulkTime:
			control.Kind = "time"
		case desk.BulkNothing:
			control.Kind, control.Danger = "none", action.Need == models.ActSpam
		}
		f.Actions = append(f.Actions, control)
	}
	if len(f.Actions) == 0 {
		return nil
	}
	return f
}

// bulk does one thing to the chosen tickets. When each was changed the list comes back by a
// redirect; otherwise the list says for each refused ticket why, and those stay chosen.
func (a *agents) bulk(c *fiber.Ctx) error {
	form, words := posted(c), a.language(c)
	query, _ := url.ParseQuery(form.first(views.FieldBack))
	ask := desk.ReadQueueAsk(query.Get)
	if ask.View == "" {
		ask.View = models.ViewOpen
	}
	var tickets []desk.BulkTicket
	for _, pick := range form[views.FieldTicket] {
		number, version, _ := strings.Cut(pick, ".")
		n, err1 := strconv.ParseInt(number, 10, 64)
		v, err2 := strconv.ParseInt(version, 10, 64)
		if err1 != nil || err2 != nil || n < 1 || v < 1 {
			return fiber.ErrBadRequest
		}
		tickets = append(tickets, desk.BulkTicket{Number: n, Version: v})
	}
	action := form.first(views.FieldBulk)
	results, err := a.desk.Bulk(c.UserContext(), actorOf(c), action, form.first(action), tickets)
	e, refused := refusal(err)
	if err != nil && !refused {
		return err
	}
	report, status := &views.BulkReport{}, fiber.StatusOK
	var picked []string
	changed, same := 0, 0
	if refused {
		report.Summary, status = refusedChange(words, e), statusOf(e)
		report.Refused = []views.BulkRefusal{}
		for _, t := range tickets {
			picked = append(picked, decimal(t.Number))
		}
	}
	for _, r := range results {
		switch r.Outcome {
		case desk.BulkChanged:
			changed++
		case desk.BulkSame:
			same++
		default:
			line := views.BulkRefusal{Number: r.Number, Title: r.Title, Why: refusedChange(words, r.Why)}
			if r.Title != "" {
				line.URL = ticketURL(r.Number)
			}
			report.Refused, picked, status = append(report.Refused, line), append(picked, decimal(r.Number)), fiber.StatusUnprocessableEntity
			if r.Why.Kind == models.KindConflict && len(report.Refused) == 1 {
				status = fiber.StatusConflict
			}
		}
	}
	if status == fiber.StatusOK && same == 0 {
		return c.Redirect(queueURL(agentHome, ask, "changed", strconv.Itoa(changed)), fiber.StatusSeeOther)
	}
	if !refused {
		report.Summary = bulkSummary(words.Tf, changed, same, len(report.Refused))
	}
	page, err := a.desk.Queue(c.UserContext(), actorOf(c), ask)
	if models.KindOf(err) == models.KindNotFound && err != nil {
		ask = desk.QueueAsk{View: models.ViewOpen}
		page, err = a.desk.Queue(c.UserContext(), actorOf(c), ask)
	}
	if err != nil {
		return err
	}
	return a.showQueue(c, status, ask, page, report, picked, nil)
}

// bulkSummary is "3 changed. 1 refused." with the parts that there are.
func bulkSummary(say func(key string, args ...any) string, changed, same, refused int) string {
	var parts []string
	if changed > 0 {
		parts = append(parts, say("agent.bulk.changed", "Changed", changed))
	}
	if same > 0 {
		parts = append(parts, say("agent.bulk.same", "Same", same))
	}
	if refused > 0 {
		parts = append(parts, say("agent.bulk.refused", "Refused", refused))
	}
	return strings.Join(parts, " ")
}

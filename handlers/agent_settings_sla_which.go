package handlers

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// which is the form that asks which policy a ticket would get, with the answer when the address
// asks. A refusal is in the form and is also the error.
func (a *agents) which(c *fiber.Ctx, words *locale.Strings, choices desk.PolicyChoices) (views.WhichForm, error) {
	f := views.WhichForm{Action: slaPage, Number: c.Query("number"), Company: c.Query("company")}
	ask := desk.WhichAsk{Project: queryID(c, "project"), Type: queryID(c, "type"), Team: queryID(c, "team"), Company: c.Query("company"), Priority: queryID(c, "priority")}
	if c.Query("priority") == "" {
		ask.Priority = models.PriorityNormal
	}
	for _, p := range choices.Projects {
		f.Projects = append(f.Projects, views.Choice{Value: decimal(p.ID), Label: p.Name, Selected: p.ID == ask.Project})
		group := views.ChoiceGroup{Label: p.Name}
		for _, kind := range p.Types {
			group.Choices = append(group.Choices, views.Choice{Value: decimal(kind.ID), Label: kind.Name, Selected: kind.ID == ask.Type})
		}
		if len(group.Choices) > 0 {
			f.Types = append(f.Types, group)
		}
	}
	for _, t := range choices.Teams {
		f.Teams = append(f.Teams, views.Choice{Value: decimal(t.ID), Label: t.Name, Selected: t.ID == ask.Team})
	}
	for n := models.PriorityUrgent; n >= models.PriorityLow; n-- {
		f.Priorities = append(f.Priorities, views.Choice{Value: strconv.Itoa(n), Label: priorityWord(words, n), Selected: int64(n) == ask.Priority})
	}
	number := strings.TrimPrefix(strings.TrimSpace(f.Number), "#")
	switch {
	case number != "":
		n, ok := number64(number)
		if !ok || n == 0 {
			n = -1 // no ticket has it
		}
		ask.Number = n
	case c.Query("project") == "" && c.Query("type") == "":
		return f, nil
	}
	answer, err := a.desk.WhichPolicy(c.UserContext(), actorOf(c), ask)
	if e, ok := refusal(err); ok {
		fields := map[string]*string{"number": &f.NumberError, "project": &f.ProjectError, "type": &f.TypeError, "company": &f.CompanyError}
		for _, field := range e.Order {
			if at := fields[field]; at != nil {
				*at = say(words, e.Fields[field])
			} else {
				f.Error = say(words, e.Fields[field])
			}
		}
		return f, err
	}
	if err != nil {
		return f, err
	}
	f.Answer = a.whichAnswer(words, answer)
	return f, nil
}

// queryID reads an id from the address: 0 for none, -1 for what is no id.
func queryID(c *fiber.Ctx, name string) int64 {
	text := c.Query(name)
	if text == "" {
		return 0
	}
	n, ok := number64(text)
	if !ok {
		return -1
	}
	return n
}

func (a *agents) whichAnswer(words *locale.Strings, w *desk.Which) *views.WhichAnswer {
	out := &views.WhichAnswer{Facts: []string{w.Project}}
	if w.Number != 0 {
		out.Title, out.URL = "#"+decimal(w.Number)+" "+w.Title, ticketURL(w.Number)
	}
	for _, fact := range []string{w.Type, priorityWord(words, int(w.Priority)), w.Team, w.Company} {
		if fact != "" {
			out.Facts = append(out.Facts, fact)
		}
	}
	zone := w.Calendar.Location()
	if w.Policy != nil {
		out.Name, out.PolicyURL = w.Policy.Name, policyURL(w.Policy.ID)
		out.SimulatorURL = slaPage + "/simulator?policy=" + decimal(w.Policy.ID) + "&priority=" + decimal(w.Priority)
		name := ""
		if w.Calendar != nil {
			name = w.Calendar.Name
			out.SimulatorURL += "&calendar=" + decimal(w.Calendar.ID)
		}
		out.Calendar = words.Tf("agent.sla.which.calendar."+w.CalendarFrom, "Name", name)
		out.Filed = words.Tf("agent.sla.which.filed", "When", words.TimeIn(w.Now, "opens", zone))
	}
	for _, d := range w.Deadlines {
		line := views.WhichLine{Label: words.T("agent.sla.kind." + d.Kind), Target: duration(words, d.Minutes)}
		switch {
		case d.Kind == models.PromiseNext:
			line.Due = words.T("agent.sla.which.next")
		case d.Never:
			line.Due = words.T("agent.sla.never")
		default:
			line.Due = words.TimeIn(d.Due, "opens", zone)
		}
		out.Deadlines = append(out.Deadlines, line)
	}
	for _, r := range w.Reasons {
		reason := views.WhichReason{Name: r.Policy.Name, URL: policyURL(r.Policy.ID), Text: words.T("agent.sla.reason." + r.Why), Chosen: r.Why == models.ReasonChosen || r.Why == models.ReasonDefault}
		if r.Why == models.ReasonMismatch {
			var names []string
			for _, name := range r.Misses {
				names = append(names, words.T("agent.sla.condition."+name))
			}
			reason.Text = words.Tf("agent.sla.reason.mismatch", "Names", strings.Join(names, ", "))
		}
		out.Reasons = append(out.Reasons, reason)
	}
	return out
}

package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const slaPage = settingsHome + "/sla"

func policyURL(id int64) string { return slaPage + "/" + decimal(id) }

// slaRoutes are the policies: how soon tickets are answered and solved (AG-6).
func (a *agents) slaRoutes(r fiber.Router) {
	r.Get(slaPage, a.policies)
	r.Get(slaPage+"/new", a.newPolicy)
	r.Post(slaPage+"/new", a.savePolicy)
	r.Get(slaPage+"/simulator", a.simulator)
	r.Get(slaPage+"/:id", a.policy)
	r.Post(slaPage+"/:id", a.savePolicy)
	r.Post(slaPage+"/:id/position", a.movePolicy)
	r.Post(slaPage+"/:id/state", a.switchPolicy)
	r.Get(slaPage+"/:id/deletion", a.askPolicyDeletion)
	r.Post(slaPage+"/:id/deletion", a.deletePolicy)
}

// policies lists the policies, and says which one a ticket would get.
func (a *agents) policies(c *fiber.Ctx) error {
	list, err := a.desk.Policies(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words, token := a.language(c), visitOf(c).token()
	data := views.PoliciesPage{NewURL: slaPage + "/new", SimulatorURL: slaPage + "/simulator"}
	for i, line := range list.Lines {
		here := policyURL(line.ID)
		row := views.PolicyRow{ID: "policy-" + decimal(line.ID), Name: line.Name, URL: here, SimulatorURL: slaPage + "/simulator?policy=" + decimal(line.ID), DeleteURL: here + "/deletion",
			Default: line.IsDefault, Off: line.DisabledAt != 0, Conditions: policyConditions(words, line), Targets: targetLines(words, line.Targets), Tickets: line.Tickets, SwitchURL: here + "/state", CSRF: token,
			Move: views.MoveButtons{Action: here + "/position", CSRF: token, Name: line.Name, First: i == 0, Last: i == len(list.Lines)-1}}
		switch {
		case !line.IsDefault && line.Policy.Conditions.Empty():
			row.Warning = words.T("agent.sla.catches_nothing")
		case line.Gone > 0:
			row.Warning = words.T("agent.sla.gone.warning")
		}
		if line.Calendar != "" {
			row.Details = append(row.Details, words.Tf("agent.sla.calendar.named", "Name", line.Calendar))
		} else {
			row.Details = append(row.Details, words.T("agent.sla.calendar.theirs"))
		}
		if line.PauseOnHold {
			row.Details = append(row.Details, words.T("agent.sla.pauses_on_hold"))
		}
		if line.WarnPercent > 0 {
			row.Details = append(row.Details, words.Tf("agent.sla.warns", "Percent", int(line.WarnPercent)))
		}
		data.Rows = append(data.Rows, row)
	}
	status := fiber.StatusOK
	data.Which, err = a.which(c, words, list.PolicyChoices)
	if e, ok := refusal(err); ok {
		status = statusOf(e)
	} else if err != nil {
		return err
	}
	return a.showSettings(c, status, views.Page{Title: words.T("agent.settings.sla"), Body: "settings/sla", Data: data, Flash: a.savedFlash(c)})
}

// policyConditions says in words which tickets a policy is for.
func policyConditions(words *locale.Strings, line desk.PolicyLine) string {
	if line.IsDefault {
		return words.T("agent.sla.for.default")
	}
	var parts []string
	for _, one := range []struct {
		name  string
		names []string
	}{{models.ConditionProject, line.Projects}, {models.ConditionType, line.Types}, {models.ConditionTeam, line.Teams}, {models.ConditionCompany, line.Companies}} {
		if len(one.names) > 0 {
			parts = append(parts, words.Tf("agent.sla.for."+one.name, "Names", shortList(words, one.names)))
		}
	}
	if line.Gone > 0 {
		parts = append(parts, words.Tn("agent.sla.for.gone", line.Gone))
	}
	if len(parts) == 0 {
		return words.T("agent.sla.for.nothing")
	}
	return strings.Join(parts, " · ")
}

// shortList joins names; of many the first five.
func shortList(words *locale.Strings, names []string) string {
	if len(names) > 6 {
		return strings.Join(names[:5], ", ") + " " + words.Tn("agent.sla.more_names", len(names)-5)
	}
	return strings.Join(names, ", ")
}

// targetLines says the targets in words, a line for each priority; one line where all are the same.
func targetLines(words *locale.Strings, targets models.PolicyTargets) []string {
	var lines, texts []string
	same := true
	for priority := int64(models.PriorityUrgent); priority >= models.PriorityLow; priority-- {
		text := targetText(words, targets[priority])
		if len(texts) > 0 && texts[0] != text {
			same = false
		}
		texts = append(texts, text)
		if text != "" {
			lines = append(lines, words.Tf("agent.sla.line", "Priority", priorityWord(words, int(priority)), "Targets", text))
		}
	}
	if same && texts[0] != "" {
		return []string{words.Tf("agent.sla.line", "Priority", words.T("agent.sla.every_priority"), "Targets", texts[0])}
	}
	return lines
}

func targetText(words *locale.Strings, kinds map[string]int64) string {
	var parts []string
	for _, kind := range models.PromiseKinds {
		if minutes := kinds[kind]; minutes > 0 {
			parts = append(parts, words.Tf("agent.sla.line."+kind, "Time", duration(words, minutes)))
		}
	}
	return strings.Join(parts, ", ")
}

func (a *agents) newPolicy(c *fiber.Ctx) error {
	return a.showPolicy(c, fiber.StatusOK, 0, policyForm{})
}

func (a *agents) policy(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showPolicy(c, fiber.StatusOK, id, policyForm{})
}

// savePolicy keeps a policy, or shows the form again: with a company added to it, with a preview of
// what saving would do, or with what was refused. Without an id in the path it is a new one.
func (a *agents) savePolicy(c *fiber.Ctx) error {
	id := int64(0)
	if c.Params("id") != "" {
		var err error
		if id, err = idOf(c, "id"); err != nil {
			return err
		}
	}
	form := posted(c)
	in := postedPolicy(form)
	var err error
	switch form.first("do") {
	case "add":
		if err = a.desk.AddCompany(c.UserContext(), actorOf(c), &in); err == nil {
			return a.showPolicy(c, fiber.StatusOK, id, policyForm{typed: &in})
		}
	case "preview":
		var moves desk.MovePreview
		if moves, err = a.desk.PreviewPolicy(c.UserContext(), actorOf(c), id, in); err == nil {
			return a.showPolicy(c, fiber.StatusOK, id, policyForm{typed: &in, moves: &moves})
		}
	default:
		_, err = a.desk.SavePolicy(c.UserContext(), actorOf(c), id, in)
	}
	if e, ok := refusal(err); ok {
		return a.showPolicy(c, statusOf(e), id, policyForm{typed: &in, refused: e})
	}
	if err != nil {
		return err
	}
	return a.saved(c, slaPage)
}

func (a *agents) movePolicy(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.desk.MovePolicy(c.UserContext(), actorOf(c), id, by(c)); err != nil {
		return err
	}
	return c.Redirect(slaPage+"#policy-"+decimal(id), fiber.StatusSeeOther)
}

// switchPolicy takes a policy out of use or into use.
func (a *agents) switchPolicy(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	if err := a.desk.SwitchPolicy(c.UserContext(), actorOf(c), id, posted(c).first("on")); err != nil {
		return err
	}
	return a.saved(c, slaPage)
}

// askPolicyDeletion says what a deletion does before it does.
func (a *agents) askPolicyDeletion(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	return a.showPolicyDeletion(c, fiber.StatusOK, id, "")
}

func (a *agents) showPolicyDeletion(c *fiber.Ctx, status int, id int64, fault string) error {
	sheet, err := a.desk.PolicySheet(c.UserContext(), actorOf(c), id, nil)
	if err != nil {
		return err
	}
	words := a.language(c)
	text := words.T("agent.sla.delete.none")
	switch {
	case sheet.Tickets > 99:
		text = words.T("agent.sla.delete.many")
	case sheet.Tickets > 0:
		text = words.Tn("agent.sla.delete.tickets", sheet.Tickets)
	}
	if sheet.PolicyInput.Default {
		text += " " + words.T("agent.sla.delete.default")
	}
	moves, err := a.desk.PreviewPolicyGone(c.UserContext(), actorOf(c), id)
	if err != nil {
		return err
	}
	data := views.PolicyDelete{Title: words.Tf("agent.sla.delete.title", "Name", sheet.Name), Text: text, Action: policyURL(id) + "/deletion", BackURL: slaPage, CSRF: visitOf(c).token(), Tickets: sheet.Tickets, Error: fault}
	if moves.Moved > 0 {
		told := previewOf(words, &moves)
		data.Moves = append([]string{told.Lead}, told.Facts...)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title, Body: "settings/sla_delete", Data: data})
}

func (a *agents) deletePolicy(c *fiber.Ctx) error {
	id, err := idOf(c, "id")
	if err != nil {
		return err
	}
	told, ok := number64(posted(c).first("tickets"))
	if !ok {
		told = 0
	}
	err = a.desk.DeletePolicy(c.UserContext(), actorOf(c), id, int(told))
	if e, ok := refusal(err); ok {
		return a.showPolicyDeletion(c, statusOf(e), id, firstProblem(a.language(c), e))
	}
	if err != nil {
		return err
	}
	return a.saved(c, slaPage)
}

package desk

import (
	"strings"

	"lodge/models"
)

// The details of a rule's entry in the audit log. A condition is named by what it looks at and, for an
// answer, by its question: "if type", "unless field Colour".
const (
	AuditIf     = "if "
	AuditUnless = "unless "
)

// changes tells the audit log what differs between two states of a rule, everything by its name. A rule
// that is being added differs from nothing.
func (n *ruleNames) changes(was, is *models.RoutingRule) map[string]any {
	pairs := map[string][2]string{}
	if was.ID != 0 {
		for name, value := range n.details(was) {
			pairs[name] = [2]string{value, ""}
		}
	}
	for name, value := range n.details(is) {
		pairs[name] = [2]string{pairs[name][0], value}
	}
	return differences(pairs)
}

// details are the words and marks of a rule by the names that the audit log has for them. What is gone
// is left out.
func (n *ruleNames) details(r *models.RoutingRule) map[string]string {
	l := n.line(n.cat, r)
	all := map[string]string{"name": l.Name, "project": l.Project, "on_create": yes(l.OnCreate), "on_change": yes(l.OnChange), "stop": yes(l.Stop), "on": yes(l.On),
		"rule.team": l.Does.Team, "rule.assign": l.Does.Assign, "rule.agent": l.Does.Agent, "rule.skills": strings.Join(l.Does.Skills, ", "), "rule.tags": strings.Join(l.Does.Tags, ", "),
		"rule.status": l.Does.Status, "rule.reassign": yes(l.Does.Reassign)}
	if l.Does.Priority != 0 {
		all["rule.priority"] = itoa(int64(l.Does.Priority))
	}
	for _, c := range l.Conditions {
		name := AuditIf
		if c.Not {
			name = AuditUnless
		}
		if name += c.On; c.Field != "" {
			name += " " + c.Field
		}
		if all[name] != "" {
			all[name] += "; "
		}
		all[name] += strings.Join(c.Values, ", ")
	}
	return all
}

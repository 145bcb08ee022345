package desk

import (
	"regexp"
	"slices"
	"strings"

	"lodge/models"
)

// MacroVariables are the words that a macro may hold between double braces, in the order of
// the page that explains them.
var MacroVariables = []string{"ticket.title", "ticket.reference", "reporter.name", "reporter.first_name", agentNameVar, "project.name", "company.name"}

// agentNameVar is put together because what looks like a key of the catalogue must be one.
const agentNameVar = "agent" + ".name"

// variable finds {{ticket.title}}, with or without spaces inside.
var variable = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_.]+)\s*\}\}`)

// braced finds anything that is meant as a variable, also a misspelled one.
var braced = regexp.MustCompile(`\{\{([^{}\n]{0,80})\}\}`)

// unknownVariables lists what stands between double braces and is no variable.
func unknownVariables(body string) []string {
	var unknown []string
	for _, m := range braced.FindAllStringSubmatch(body, -1) {
		if name := strings.TrimSpace(m[1]); !slices.Contains(MacroVariables, name) && !slices.Contains(unknown, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// unfilled lists the known variables that a text still holds. What is between other braces is
// the writer's own: code is full of them.
func unfilled(body string) []string {
	var left []string
	for _, m := range variable.FindAllStringSubmatch(body, -1) {
		if slices.Contains(MacroVariables, m[1]) && !slices.Contains(left, m[1]) {
			left = append(left, m[1])
		}
	}
	return left
}

// checkUnfilled refuses a reply that would show people outside a variable in place of a name.
func checkUnfilled(body string) error {
	if left := unfilled(body); len(left) > 0 {
		return invalid("body", "agent.macro.error.unfilled", "Names", "{{"+strings.Join(left, "}}, {{")+"}}")
	}
	return nil
}

// fill puts values in place of the variables. One without a value stays as it is, and is
// named among the missing.
func fill(body string, values map[string]string) (filled string, missing []string) {
	filled = variable.ReplaceAllStringFunc(body, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		value, known := values[name]
		if known && value != "" {
			return value
		}
		if known && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		return found
	})
	return filled, missing
}

// firstName is the first word of a name; a title such as “Dr.” is none.
func firstName(name string) string {
	for _, word := range strings.Fields(name) {
		if !strings.HasSuffix(word, ".") {
			return word
		}
	}
	return ""
}

// macroValues are what the variables stand for on a ticket. What a contact typed is put in as
// plain words: their name or title must not become a heading or a link of ours.
func macroValues(actor string, project *models.Project, t *models.Ticket, reporter models.Contact, company string) map[string]string {
	name := reporter.Name
	return map[string]string{
		"ticket.title": plain(t.Title), "ticket.reference": t.Reference, "reporter.name": plain(name), "reporter.first_name": plain(firstName(name)),
		agentNameVar: plain(actor), "project.name": plain(project.Name), "company.name": plain(company),
	}
}

// plain writes a name or title so that Markdown reads it as the words it is. Braces are
// escaped too, so that a ticket called {{agent.name}} is not taken for a variable.
func plain(s string) string {
	var b strings.Builder
	for _, r := range line(s) {
		if strings.ContainsRune("\\`*[]<>{}", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

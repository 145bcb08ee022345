package handlers

import (
	"net/http"
	"regexp"
	"testing"
)

// AG-4, EV-1, EV-3: rules are made, tried, changed, moved, switched and deleted by plain forms; what
// was typed is kept through more conditions, a trial, a refusal and somebody else's change.
func TestRoutingRulePages(t *testing.T) {
	o := staffed(t)
	_, n := o.file("The printer is on fire")
	b := o.signIn("ines")
	b.get(settingsHome).must(t, http.StatusOK).has(t, routingPage)
	b.get(routingPage).must(t, http.StatusOK).has(t, "No rules yet").lacks(t, routingPage+"/trial")
	b.get(routingPage+"/new").must(t, http.StatusOK).has(t, `name="everything"`, "For every ticket")
	// Two conditions, one after the other; everything typed stays.
	typed := []string{"rule", "0", "version", "0", "name", "Fire <alarm>", "project", "support", "when", "create", "assign", "", "priority", "4", "tags", "fire", "on", "1"}
	b.send(routingPage+"/form", append(typed, "add", "words")...).must(t, http.StatusOK).has(t, "Fire &lt;alarm&gt;", `name="on.0" value="words"`, `name="value.0"`, `value="support" selected`, `value="4" selected`, `value="fire"`).lacks(t, `name="everything"`)
	typed = append(typed, "on.0", "words", "not.0", "", "value.0", "fire\nsmoke")
	b.send(routingPage+"/form", append(typed, "add", "hours")...).must(t, http.StatusOK).has(t, "fire\nsmoke", `name="on.1" value="hours"`, `value="outside"`)
	// Removing the first leaves the second.
	b.send(routingPage+"/form", append(typed, "on.1", "hours", "value.1", "outside", "drop", "0")...).must(t, http.StatusOK).has(t, `name="on.0" value="hours"`, `value="outside" checked`).lacks(t, `name="on.1"`, "smoke")
	// Tried before it is saved; a refusal keeps all of it.
	b.send(routingPage+"/form", append(typed, "try", "1")...).must(t, http.StatusOK).has(t, "1 of 1 tickets would be different.", "Priority: Normal → Urgent", ticketURL(n), "fire\nsmoke")
	b.get(routingPage).has(t, "No rules yet")
	b.send(routingPage, append(typed, "on.1", "hours", "name", "x")...).must(t, http.StatusUnprocessableEntity).has(t, `href="#value.1"`, "Choose or write at least one.", "fire\nsmoke", "Fire &lt;alarm&gt;")
	b.send(routingPage, typed...).must(t, http.StatusSeeOther)
	page := b.get(routingPage).must(t, http.StatusOK).has(t, "Fire &lt;alarm&gt;", "it says “fire” or “smoke”", "priority Urgent", "tags fire", "Never applied", routingPage+"/trial")
	at := regexp.MustCompile(`href="(` + routingPage + `/\d+)"`).FindStringSubmatch(page.body)
	if at == nil {
		t.Fatal("the rule has no page")
	}
	rule := at[1]
	b.get(rule).must(t, http.StatusOK).has(t, "Edit rule", "fire\nsmoke", `name="version" value="1"`, rule+"/deletion")
	typed[1], typed[3], typed[5] = "1", "1", "Renamed"
	b.send(rule, typed...).must(t, http.StatusSeeOther)
	typed[5] = "From an old page"
	again := b.send(rule, typed...).must(t, http.StatusConflict).has(t, "From an old page", "Somebody else saved")
	if field(t, again.body, "version") != "2" {
		t.Error("the second save would be refused again")
	}
	b.get(routingPage+"/trial").must(t, http.StatusOK).has(t, "1 of 1 tickets would be different.", "Renamed")
	// SE-4: the audit log says what a rule was and is, in words.
	b.get(auditPath+"?kind=rule.added").must(t, http.StatusOK).has(t, "Condition “Words”", "fire, smoke", "Priority", "<ins>Urgent</ins>", "When made", "<ins>on</ins>").lacks(t, "rule.priority", "rule priority", "<ins>4</ins>", "if words")
	b.get(auditPath+"?kind=rule.changed").must(t, http.StatusOK).has(t, "<ins>Renamed</ins>").lacks(t, "Condition")
	// A second rule for every ticket, only when that is said.
	b.get(routingPage + "/new")
	everything := []string{"name", "Rest", "when", "create", "assign", "", "priority", "1", "on", "1"}
	b.send(routingPage, everything...).must(t, http.StatusUnprocessableEntity).has(t, `href="#everything"`)
	b.send(routingPage, append(everything, "everything", "1")...).must(t, http.StatusSeeOther)
	id := regexp.MustCompile(`\d+$`).FindString(rule)
	b.get(routingPage).has(t, "For every ticket, when it comes in")
	b.send(routingPage+"/order", "key", id, "step", "1").must(t, http.StatusSeeOther)
	b.get(routingPage)
	b.send(rule+"/state").must(t, http.StatusSeeOther)
	b.get(routingPage).has(t, "Switch on Renamed")
	b.send(rule+"/deletion").must(t, http.StatusUnprocessableEntity)
	b.get(rule+"/deletion").must(t, http.StatusOK).has(t, "Delete Renamed")
	b.send(rule+"/deletion", "confirm", "1").must(t, http.StatusSeeOther)
	b.get(routingPage).lacks(t, "Renamed")
	b.get(rule).must(t, http.StatusNotFound)
	for _, name := range []string{"grace", "vera", "frida"} {
		other := o.signIn(name)
		other.get(routingPage).must(t, http.StatusForbidden).lacks(t, "Rest")
		other.get(routingPage+"/trial").must(t, http.StatusForbidden)
		other.get(settingsHome).lacks(t, routingPage)
	}
}

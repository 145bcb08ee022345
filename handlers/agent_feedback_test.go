package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/desk"
)

// PT-15: what was said stands on the ticket and in the report, for who may read its project and nobody
// else; filters narrow it, and the file holds no formula.
func TestFeedbackReport(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	b.get(feedbackHome).must(t, http.StatusOK).has(t, "No feedback yet").lacks(t, "<meter")
	link, _, number := o.rateable()
	b.get(ticketURL(number)).has(t, "Don’t ask for feedback")
	if err := o.desk.Portal().GiveFeedback(t.Context(), link, desk.FeedbackInput{Score: 2, Comment: "=1+1 <i>slow</i>"}); err != nil {
		t.Fatal(err)
	}
	b.get(ticketURL(number)).has(t, "2 stars", "1 &lt;i&gt;slow", "Ada gave feedback: 2 of 5").lacks(t, "Don’t ask for feedback")
	b.get(feedbackHome).has(t, "2.0", "average of 1 answer", "Printer on fire", ticketURL(number), `value="1"`)
	o.signIn("vera").get(feedbackHome).has(t, "Printer on fire")
	frida := o.signIn("frida")
	frida.get(feedbackHome).must(t, http.StatusOK).has(t, "No feedback yet").lacks(t, "Printer", "slow")
	frida.get(feedbackHome+"?project=support").lacks(t, "Printer", "slow")
	frida.get(feedbackHome+".csv").must(t, http.StatusOK).lacks(t, "Printer", "slow")
	for query, there := range map[string]bool{"days=30": true, "days=": true, "project=support": true, "agent=" + decimal(o.agents["grace"].ID): true, "agent=" + decimal(o.agents["ines"].ID): false, "team=99999": false, "project=nothing": false} {
		if got := strings.Contains(b.get(feedbackHome+"?"+query).must(t, http.StatusOK).body, "Printer on fire"); got != there {
			t.Errorf("%s: %v", query, got)
		}
	}
	b.get(feedbackHome+"?days=x").must(t, http.StatusNotFound)
	b.get(feedbackHome+"?before=x").must(t, http.StatusNotFound)
	o.forward(40 * oneDay)
	b = o.signIn("grace")
	b.get(feedbackHome+"?days=30").lacks(t, "Printer on fire")
	b.get(feedbackHome+".csv").must(t, http.StatusOK).has(t, "'=1+1", "Printer on fire", decimal(number))
	b.cookies["lang"] = "de"
	b.get(feedbackHome).has(t, "2,0", "Rückmeldungen").lacks(t, "⟦")
}

// PT-15: an agent keeps a ticket's reporter from being asked, and lets them be asked again; a viewer
// and an agent of another project do not.
func TestAgentsWaiveFeedback(t *testing.T) {
	o := staffed(t)
	_, _, number := o.rateable()
	path := ticketURL(number) + "/feedback"
	b := o.signIn("grace")
	b.get(ticketURL(number))
	b.send(path, "waived", "1").must(t, http.StatusSeeOther)
	b.get(ticketURL(number)).has(t, "Ask after all", "does not want anybody asked")
	b.send(path, "waived", "1").must(t, http.StatusSeeOther)
	b.send(path).must(t, http.StatusSeeOther)
	b.get(ticketURL(number)).has(t, "Don’t ask for feedback")
	for name, status := range map[string]int{"vera": http.StatusForbidden, "frida": http.StatusNotFound} {
		v := o.signIn(name)
		v.get("/agent")
		v.post(path, url.Values{"csrf": {v.last}, "waived": {"1"}}).must(t, status)
	}
}

// PT-15: an erased contact leaves the score and no word.
func TestErasureEmptiesTheComment(t *testing.T) {
	o := staffed(t)
	link, _, number := o.rateable()
	for _, comment := range []string{"My name is Ada.", "I am Ada."} {
		if err := o.desk.Portal().GiveFeedback(t.Context(), link, desk.FeedbackInput{Score: 4, Comment: comment}); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.desk.EraseContact(t.Context(), o.actor("ines"), o.said(number)[0].ContactID, "Erased"); err != nil {
		t.Fatal(err)
	}
	if f := o.said(number); len(f) != 1 || f[0].Score != 4 || f[0].Comment != "" || f[0].RawHistory != "[]" {
		t.Errorf("kept %+v", f[0])
	}
}

package handlers

import (
	"net/http"
	"regexp"
	"testing"
)

// AG-2, EV-3: time is noted and taken back on a page of its own; the reporter's page knows nothing of it.
func TestTimePage(t *testing.T) {
	o := staffed(t)
	link, n := o.file("Printer")
	b := o.signIn("grace")
	base := "/agent/tickets/" + decimal(n)
	b.get(base).must(t, http.StatusOK).has(t, base+"/time")
	b.get(base+"/time").must(t, http.StatusOK).has(t, "No time yet")
	b.send(base+"/time", "spent", "a while", "note", "half typed").must(t, http.StatusUnprocessableEntity).has(t, `value="a while"`, "half typed", `href="#spent"`)
	b.send(base+"/time", "spent", "1:20", "note", "SECRETLOG").must(t, http.StatusSeeOther)
	page := b.get(base+"/time").must(t, http.StatusOK).has(t, "1 h 20 min", "SECRETLOG", "Grace")
	b.get(base).has(t, "1 h 20 min", "Grace noted time")
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).lacks(t, "SECRETLOG", "1 h 20", "noted time")
	o.signIn("vera").get(base+"/time").must(t, http.StatusOK).has(t, "SECRETLOG").lacks(t, "/removal", `name="spent"`)
	remove := regexp.MustCompile(`action="(` + base + `/time/\d+/removal)"`).FindStringSubmatch(page.body)
	if remove == nil {
		t.Fatal("no way to take it back")
	}
	b.get(base + "/time")
	b.send(remove[1]).must(t, http.StatusSeeOther)
	b.get(base+"/time").has(t, "No time yet")
}

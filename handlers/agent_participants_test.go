package handlers

import (
	"net/http"
	"regexp"
	"testing"
)

// AG-2, EV-3: the page of a ticket's people, with its refusals; a viewer only looks.
func TestParticipantsPage(t *testing.T) {
	o := staffed(t)
	link, n := o.file("Printer")
	b := o.signIn("grace")
	base := "/agent/tickets/" + decimal(n)
	b.get(base).must(t, http.StatusOK).has(t, base+"/participants")
	b.get(base+"/participants").must(t, http.StatusOK).has(t, "ada@example.com", "works while the ticket is open")
	b.send(base+"/participants", "email", "nobody", "name", "Half Typed").must(t, http.StatusUnprocessableEntity).has(t, `value="nobody"`, "Half Typed", `href="#email"`)
	b.send(base+"/participants", "email", "mila@vance.example", "name", "Mila Vance").must(t, http.StatusSeeOther)
	page := b.get(base+"/participants?done=added").must(t, http.StatusOK).has(t, "Mila Vance", "mila@vance.example", "The mail with the link is on its way.")
	remove := regexp.MustCompile(`action="(` + base + `/participants/\d+/removal)"`).FindStringSubmatch(page.body)
	if remove == nil {
		t.Fatal("no way to remove anybody")
	}
	o.signIn("vera").get(base+"/participants").must(t, http.StatusOK).has(t, "Mila Vance").lacks(t, "/removal", "/link\"", `name="email"`)
	o.signIn("frida").get(base+"/participants").must(t, http.StatusNotFound)
	// The reporter's page knows nothing of her.
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).lacks(t, "Mila", "vance.example")
	b.get(base + "/participants")
	b.send(remove[1]).must(t, http.StatusSeeOther)
	b.get(base+"/participants").lacks(t, "Mila Vance")
	b.get(base).has(t, "Grace added Mila Vance", "Grace removed Mila Vance")
}

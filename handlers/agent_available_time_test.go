package handlers

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
	"lodge/secret"
)

// CP-13, EV-3: a company's time is added, shown with what was used of it, taken back and
// downloaded on its page; the sidebar and the page of time say what is left.
func TestAvailableTimePage(t *testing.T) {
	o := staffed(t)
	link, n := o.file("=Printer")
	access, _, err := o.db.AccessByHash(t.Context(), models.TokenThread, secret.Hash(link.Token))
	if err != nil {
		t.Fatal(err)
	}
	k := o.company("Harbour Couriers", access.Person.ContactID)
	if err := o.desk.SetCompany(t.Context(), o.actor("grace"), n, k, 0); err != nil {
		t.Fatal(err)
	}
	b := o.signIn("grace")
	base, ticket := companyURL(k)+"/time", ticketURL(n)
	b.get(ticket).must(t, http.StatusOK).lacks(t, "Bought time")
	b.get(companyURL(k)).must(t, http.StatusOK).has(t, base)
	b.get(base).must(t, http.StatusOK).has(t, "No time bought", `name="minutes"`)
	b.send(base, "minutes", "ten", "day", "2026-13-01", "note", "half typed").must(t, http.StatusUnprocessableEntity).has(t, `value="ten"`, "half typed", `href="#minutes"`, `href="#day"`, "Write hours or minutes")
	today := o.desk.Now().Format("2006-01-02")
	b.send(base, "minutes", "1h 30m", "day", today, "note", "Invoice <7>").must(t, http.StatusSeeOther)
	b.send(ticket+"/time", "spent", "40", "note", "=cmd()").must(t, http.StatusSeeOther)
	page := b.get(base).must(t, http.StatusOK).has(t, "50 min left", "40 min of 1 h 30 min used", "&#43;1 h 30 min", "−40 min", "Invoice &lt;7&gt;", ticket, `value="44"`, "bought__left--low")
	b.get(ticket).must(t, http.StatusOK).has(t, "Bought time", "50 min left", base)
	b.get(ticket+"/time").must(t, http.StatusOK).has(t, "50 min left")
	b.get(companiesHome).must(t, http.StatusOK).has(t, "50 min left")
	file := b.get(base+".csv").must(t, http.StatusOK).has(t, "bought,90,"+today, "used,-40,", "'=Printer", "'=cmd()", "Invoice <7>")
	if lines := strings.Count(file.body, "\n"); lines != 3 {
		t.Errorf("%d lines:\n%s", lines, file.body)
	}
	// The customer's own page: by the mailed link alone, and never what agents noted.
	mailed, _ := o.desk.ParticipantLinks(&access.Person.Participant)
	o.browser().get("/ticket/thread/"+mailed.Token+"?p="+mailed.Proof).must(t, http.StatusOK).has(t, "Your company has 50 min of support time left.").lacks(t, "cmd()", "Harbour")
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).lacks(t, "support time")
	remove := regexp.MustCompile(`action="(` + base + `/\d+/removal)"`).FindStringSubmatch(page.body)
	if remove == nil {
		t.Fatal("no way to take it back")
	}
	// A viewer reads and changes nothing; who sees nothing of the company gets no page.
	vera := o.signIn("vera")
	vera.get(base).must(t, http.StatusOK).has(t, "50 min left").lacks(t, "/removal", `name="minutes"`)
	vera.send(base, "minutes", "1h", "day", today).must(t, http.StatusForbidden)
	vera.send(remove[1]).must(t, http.StatusForbidden)
	o.signIn("frida").get(base).must(t, http.StatusNotFound)
	b.get(base)
	b.send(remove[1]).must(t, http.StatusSeeOther)
	b.get(base).has(t, "Taken back", "No time bought")
	b.send(remove[1]).must(t, http.StatusConflict).has(t, "taken back already")
	// Over is said plainly.
	b.get(base)
	b.send(base, "minutes", "10m", "day", today).must(t, http.StatusSeeOther)
	b.get(base).has(t, "30 min over", `value="100"`)
	o.browser().get("/ticket/thread/"+mailed.Token+"?p="+mailed.Proof).has(t, "Your company has used 30 min more support time than it bought.")
	if err := o.desk.SpendTime(t.Context(), desk.Actor{ID: 1}, n, "5", ""); err == nil {
		t.Error("nobody may note time")
	}
	if err := models.CheckBoughtTime(t.Context(), o.db); err != nil {
		t.Error(err)
	}
}

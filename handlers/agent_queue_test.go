package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// pick is what the list posts for a ticket.
func (o *office) pick(number int64) string {
	o.t.Helper()
	t, err := o.desk.Ticket(o.t.Context(), o.actor("grace"), number, "")
	if err != nil {
		o.t.Fatal(err)
	}
	return fmt.Sprintf("%d.%d", number, t.Version)
}

// AG-1: filters are words of the address; what does not exist is not found; empty ones go.
func TestQueueFiltersLiveInTheAddress(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.file("Printer on fire")
	b := o.signIn("grace")
	for address, there := range map[string]bool{
		"/agent?status=new": true, "/agent?status=category.new": true, "/agent?status=waiting": false, "/agent?priority=normal": true, "/agent?priority=urgent": false,
		"/agent?assignee=nobody": true, "/agent?assignee=me": false, "/agent?project=other": false, "/agent?sort=created": true, "/agent?sort=due": false,
		"/agent?view=snoozed": false, "/agent?view=spam": false, "/agent?view=team": false, "/agent?q=printer&view=all": true, "/agent?q=xylophone": false,
	} {
		page := b.get(address).must(t, http.StatusOK)
		if got := strings.Contains(page.body, "on fire</a>"); got != there {
			t.Errorf("%s shows it: %v", address, got)
		}
	}
	for _, wrong := range []string{"status=nonsense", "type=nonsense", "priority=9", "team=1", "team=x", "assignee=x", "assignee=999", "company=nobody", "tag=nothing", "sort=title", "view=everything", "q=x&before=-1"} {
		b.get("/agent?"+wrong).must(t, http.StatusNotFound)
		b.get("/agent/rows?"+wrong, "HX-Request", "true").must(t, http.StatusNotFound)
	}
	to := b.get("/agent?view=open&project=&status=new&q=").must(t, http.StatusSeeOther).header.Get("Location")
	if to != "/agent?status=new&view=open" {
		t.Errorf("an address with empty words leads to %q", to)
	}
	page := b.get("/agent?status=new&priority=normal").must(t, http.StatusOK)
	page.has(t, "filter-chip", "/agent?priority=normal&amp;view=open", "/agent?status=new&amp;view=open", "/agent/views/new?query=")
	page.has(t, `name="q"`, `id="filter-status"`, `method="get" action="/agent"`)
}

// AG-1: a number or a reference opens its ticket; never one of a foreign project.
func TestQueueSearchJumps(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	_, n := o.file("Printer on fire")
	ticket, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil {
		t.Fatal(err)
	}
	b, foreign := o.signIn("grace"), o.signIn("frida")
	for _, quoted := range []string{fmt.Sprintf("#%d", n), ticket.Reference, strings.ToLower(ticket.Reference)} {
		address := "/agent?view=all&q=" + url.QueryEscape(quoted)
		if to := b.get(address).must(t, http.StatusSeeOther).header.Get("Location"); !strings.HasPrefix(to, ticketURL(n)+"?from=") {
			t.Errorf("%s leads to %q", quoted, to)
		}
		foreign.get(address).must(t, http.StatusOK).lacks(t, "Printer on fire", ticketURL(n))
		foreign.get("/agent/find?q="+url.QueryEscape(quoted), "HX-Request", "true").must(t, http.StatusOK).lacks(t, "Printer on fire", ticketURL(n))
	}
	foreign.get("/agent?view=all&q=printer").must(t, http.StatusOK).lacks(t, "on fire</a>")
	foreign.get("/agent?view=all&project=support").must(t, http.StatusNotFound)
	b.get("/agent?q="+url.QueryEscape("#999")).must(t, http.StatusOK)
}

// AG-1: the palette finds lists, pages and tickets, and only what the agent may see.
func TestPalette(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	found := b.get("/agent/find?q=", "HX-Request", "true").must(t, http.StatusOK)
	found.has(t, "Unassigned", "/agent?view=unassigned", `role="option"`).lacks(t, "<html", "Printer")
	b.get("/agent/find?q=print", "HX-Request", "true").must(t, http.StatusOK).has(t, "Printer on fire", ticketURL(n), "/agent?q=print&amp;view=all")
	b.get(fmt.Sprintf("/agent/find?q=%d", n), "HX-Request", "true").must(t, http.StatusOK).has(t, ticketURL(n))
	b.get("/agent/find?q=workspace", "HX-Request", "true").must(t, http.StatusOK).lacks(t, "/agent/settings/workspace")
	o.signIn("ines").get("/agent/find?q=workspace", "HX-Request", "true").must(t, http.StatusOK).has(t, "/agent/settings/workspace")
	b.get("/agent/find?q=%3Cb%3Ex", "HX-Request", "true").must(t, http.StatusOK).lacks(t, "<b>x")
	if to := b.get("/agent/find?q=fire").must(t, http.StatusSeeOther).header.Get("Location"); to != "/agent?q=fire&view=all" {
		t.Errorf("without scripts it leads to %q", to)
	}
}

// AG-1: one post changes several tickets, each by its own rules; each has a result.
func TestBulkActions(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	_, first := o.file("First")
	_, second := o.file("Second")
	b := o.signIn("grace")
	b.get("/agent").must(t, http.StatusOK).has(t, `action="/agent/bulk"`, `value="`+o.pick(first)+`"`, `name="do" value="assign"`)
	b.get("/agent?pick=all").must(t, http.StatusOK).has(t, "checked data-pick")
	me := fmt.Sprint(o.agents["grace"].ID)
	done := b.send("/agent/bulk", "list", "view=open", "do", "assign", "assign", me, "ticket", o.pick(first), "ticket", o.pick(second)).must(t, http.StatusSeeOther)
	if to := done.header.Get("Location"); to != "/agent?changed=2&view=open" {
		t.Errorf("leads to %q", to)
	}
	b.get("/agent?changed=2&view=open").must(t, http.StatusOK).has(t, "2 tickets changed.")
	// Once more: nothing to change is said, not skipped.
	b.send("/agent/bulk", "list", "view=mine", "do", "assign", "assign", me, "ticket", o.pick(first)).must(t, http.StatusOK).has(t, "1 were so already.")
	// A stale version is refused, the other one is changed.
	stale := o.pick(first)
	if err := o.desk.ChangeStatus(t.Context(), o.actor("alan"), first, "waiting", 0); err != nil {
		t.Fatal(err)
	}
	refused := b.send("/agent/bulk", "list", "view=open", "do", "status", "status", "resolved", "ticket", stale, "ticket", o.pick(second)).must(t, http.StatusConflict)
	refused.has(t, "1 changed. 1 refused.", fmt.Sprintf("#%d First", first), "checked data-pick")
	if got, err := o.desk.Ticket(t.Context(), o.actor("grace"), first, ""); err != nil || got.Status.Slug != "waiting" {
		t.Errorf("status %+v %v", got.Status, err)
	}
	if got, err := o.desk.Ticket(t.Context(), o.actor("grace"), second, ""); err != nil || got.Status.Slug != "resolved" {
		t.Errorf("status %+v %v", got.Status, err)
	}
	// A step that the graph does not have; a ticket that is not there; one of a foreign project.
	b.send("/agent/bulk", "list", "view=open", "do", "status", "status", "nonsense", "ticket", o.pick(first)).must(t, http.StatusUnprocessableEntity).has(t, "1 refused.")
	b.send("/agent/bulk", "list", "view=open", "do", "status", "status", "open", "ticket", "999.1").must(t, http.StatusUnprocessableEntity).has(t, "#999")
	frida := o.signIn("frida")
	frida.send("/agent/bulk", "list", "view=open", "do", "assign", "assign", "", "ticket", o.pick(first)).must(t, http.StatusUnprocessableEntity).lacks(t, "First").has(t, "1 refused.")
	// Nothing chosen, nonsense, and a role that may not.
	b.send("/agent/bulk", "list", "view=open", "do", "assign", "assign", me).must(t, http.StatusUnprocessableEntity).has(t, "Choose at least one ticket.")
	b.send("/agent/bulk", "list", "view=open", "do", "assign", "assign", "x", "ticket", o.pick(first)).must(t, http.StatusUnprocessableEntity)
	b.send("/agent/bulk", "do", "nonsense", "ticket", o.pick(first)).must(t, http.StatusNotFound)
	b.send("/agent/bulk", "do", "assign", "ticket", "first").must(t, http.StatusBadRequest)
	b.send("/agent/bulk", "list", "view=nonsense", "do", "assign", "assign", "", "ticket", o.pick(first)).must(t, http.StatusSeeOther)
	vera := o.signIn("vera")
	vera.get("/agent").must(t, http.StatusOK).has(t, ">First<").lacks(t, "/agent/bulk", "data-pick")
	vera.send("/agent/bulk", "list", "view=open", "do", "assign", "assign", me, "ticket", o.pick(first)).must(t, http.StatusForbidden)
	o.browser().post("/agent/bulk", url.Values{"do": {"assign"}, "ticket": {o.pick(first)}}).must(t, http.StatusForbidden)
}

// CO-4: lists are saved for oneself, a team or everyone; each only by who may.
func TestSavedViewsOnPages(t *testing.T) {
	o := newOffice(t, nil).open()
	o.openToAll()
	o.file("Printer on fire")
	var team int64
	o.write(func(ctx context.Context, tx *models.Tx) (err error) {
		team, err = models.InsertTeam(ctx, tx, "Night shift", models.At(o.desk.Now()), o.agents["grace"].ID, o.agents["vera"].ID)
		return err
	})
	grace, vera, alan, ines, frida := o.signIn("grace"), o.signIn("vera"), o.signIn("alan"), o.signIn("ines"), o.signIn("frida")
	query := "priority=normal&project=support&view=open"
	grace.get("/agent/views/new?query="+url.QueryEscape(query)).must(t, http.StatusOK).has(t, "Everyone in Night shift", `value="priority=normal&amp;project=support&amp;view=open"`).lacks(t, ">Everyone<")
	for _, wrong := range [][]string{{"name", " ", "whose", "me", "query", query}, {"name", "x", "whose", "all", "query", query}, {"name", "x", "whose", "77", "query", query},
		{"name", "x", "whose", "me", "query", "project=nothing"}, {"name", "x", "whose", "me", "query", ""}, {"name", strings.Repeat("x", 61), "whose", "me", "query", query}} {
		grace.send("/agent/views", wrong...).must(t, http.StatusUnprocessableEntity).has(t, "error-summary")
	}
	to := grace.send("/agent/views", "name", "Mine alone", "whose", "me", "query", query+"&before=x.1").must(t, http.StatusSeeOther).header.Get("Location")
	if to != "/agent?"+query+"&saved=1" {
		t.Errorf("leads to %q", to)
	}
	grace.send("/agent/views", "name", "Of the team", "whose", fmt.Sprint(team), "query", query).must(t, http.StatusSeeOther)
	ines.get("/agent/views/new?query="+url.QueryEscape(query)).must(t, http.StatusOK).has(t, ">Everyone<")
	ines.send("/agent/views", "name", "Of all", "whose", "all", "query", query).must(t, http.StatusSeeOther)

	grace.get("/agent").has(t, "Mine alone", "Of the team", "Of all")
	vera.get("/agent").has(t, "Of the team", "Of all").lacks(t, "Mine alone")
	alan.get("/agent").has(t, "Of all").lacks(t, "Mine alone", "Of the team")
	// About a project that is not hers.
	frida.get("/agent").lacks(t, "Of all")
	grace.get("/agent?"+query).must(t, http.StatusOK).has(t, "<h1>Mine alone</h1>", "/agent/views/1", `aria-current="page"`)

	for _, other := range []*browser{alan, vera, frida, ines} {
		other.get("/agent/views/1").must(t, http.StatusNotFound)
		other.send("/agent/views/1", "name", "Stolen", "whose", "me").must(t, http.StatusNotFound)
		other.send("/agent/views/1/deletion").must(t, http.StatusNotFound)
	}
	alan.send("/agent/views/2/deletion").must(t, http.StatusNotFound)
	grace.send("/agent/views/3", "name", "x", "whose", "me").must(t, http.StatusNotFound)
	vera.get("/agent/views/2").must(t, http.StatusOK).has(t, "Of the team", "/agent/views/2/deletion")
	vera.send("/agent/views/2", "name", "Renamed", "whose", fmt.Sprint(team)).must(t, http.StatusSeeOther)
	vera.send("/agent/views/2", "name", "", "whose", fmt.Sprint(team)).must(t, http.StatusUnprocessableEntity).has(t, "error-summary")
	grace.get("/agent").has(t, "Renamed")
	grace.send("/agent/views/1/deletion").must(t, http.StatusSeeOther)
	grace.get("/agent?gone=1").must(t, http.StatusOK).has(t, "The view is deleted.").lacks(t, "Mine alone")
}

// AG-1: the list's words never reach public pages; the verbs refuse a nobody.
func TestQueueIsForAgents(t *testing.T) {
	o := newOffice(t, nil).open()
	_, n := o.file("Printer on fire")
	o.browser().get("/agent/find?q=printer", "HX-Request", "true").must(t, http.StatusForbidden)
	o.browser().get("/doc/support/search?q=printer").lacks(t, "on fire", ticketURL(n))
	if _, err := o.desk.FindTickets(t.Context(), desk.Actor{}, "printer", 5); models.KindOf(err) != models.KindForbidden {
		t.Errorf("nobody finds: %v", err)
	}
	if _, err := o.desk.Bulk(t.Context(), desk.Actor{}, "assign", "", []desk.BulkTicket{{Number: n, Version: 1}}); models.KindOf(err) != models.KindForbidden {
		t.Errorf("nobody changes: %v", err)
	}
	if _, err := o.desk.SaveView(t.Context(), desk.Actor{}, desk.SavedView{Name: "x", Whose: "me", Query: "view=open"}); models.KindOf(err) != models.KindForbidden {
		t.Errorf("nobody saves: %v", err)
	}
}

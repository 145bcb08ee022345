package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// AG-2: properties are edited in place, without scripts by a redirect and with them by what
// changed; a refusal stands at its row, keeps what was typed and changes nothing.
func TestSidebarEdits(t *testing.T) {
	o := staffed(t)
	link, n := o.file("Printer on fire")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		_, err := models.EnsureCompany(ctx, tx, "Calder Print", 1)
		return err
	})
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address).must(t, http.StatusOK).has(t, address+"/priority?after=1", `name="company"`, "Add a tag", `id="take"`)
	for path, pairs := range map[string][]string{"/priority": {"priority", "4"}, "/type": {"type", "problem"}, "/company": {"company", "calder PRINT"}, "/due": {"due", "2030-01-31"},
		"/tags": {"add", "seededtag, other"}, "/title": {"title", "Printer still on fire"}} {
		got := b.send(address+path, pairs...).must(t, http.StatusSeeOther)
		if !strings.HasPrefix(got.header.Get("Location"), address+"#property-") {
			t.Errorf("%s leads to %q", path, got.header.Get("Location"))
		}
	}
	b.send(address+"/snooze", "until", "tomorrow", "zone", "Europe/Berlin").must(t, http.StatusSeeOther)
	page := b.get(address).must(t, http.StatusOK)
	page.has(t, "Calder Print", `value="2030-01-31"`, "seededtag", "Printer still on fire", "Wake now", "changed the priority from Normal to Urgent", "snoozed the ticket")
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil {
		t.Fatal(err)
	}
	berlin, _ := time.LoadLocation("Europe/Berlin")
	if at := got.Properties.SnoozedUntil.In(berlin); at.Hour() != 9 || at.Minute() != 0 {
		t.Errorf("comes back at %s", at)
	}

	// By a script: the row says that it is saved, and only what is new comes.
	htmx := func(path string, pairs ...string) answer {
		fields := url.Values{"csrf": {b.last}}
		for i := 0; i+1 < len(pairs); i += 2 {
			fields.Add(pairs[i], pairs[i+1])
		}
		return b.post(address+path, fields, "HX-Request", "true")
	}
	seen := fmt.Sprintf("?after=%d", got.Version)
	saved := htmx("/priority"+seen, "priority", "1").must(t, http.StatusOK)
	saved.has(t, "property__saved", "from Urgent to Low", `id="sidebar"`).lacks(t, "<html", "snoozed the ticket")
	// The same property on a page that did not see that; another one is free.
	stale := htmx("/priority"+seen, "priority", "3").must(t, http.StatusConflict)
	stale.has(t, "priority-error", "Grace changed this after you opened the page", `value="1" selected`)
	htmx("/due"+seen, "due", "").must(t, http.StatusOK)
	// Refused: the sentence at the row, the text as it was typed.
	refused := htmx("/company", "company", "Half Typed Ltd").must(t, http.StatusUnprocessableEntity)
	refused.has(t, "company-error", `value="Half Typed Ltd"`)
	b.send(address+"/title", "title", " ").must(t, http.StatusUnprocessableEntity).has(t, "title-error", "<html")
	for _, wrong := range []string{"/priority?after=x", "/due?after=-1"} {
		b.send(address+wrong, "priority", "1", "due", "").must(t, http.StatusBadRequest)
	}

	// PT-2: nothing of it is outside.
	public := o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK)
	public.has(t, "Printer still on fire").lacks(t, "seededtag", "Calder Print", "2030", "Urgent", "snooze", "Grace")

	// A viewer reads it all and has no control.
	o.signIn("vera").get(address).must(t, http.StatusOK).has(t, "seededtag", "Calder Print", "Low").lacks(t, address+"/priority", address+"/tags", address+"/snooze", `name="add"`)
	// Suggestions while typing.
	b.get("/agent/options/tags?add=SEE").must(t, http.StatusOK).has(t, `value="seededtag"`).lacks(t, "other")
	b.get("/agent/options/companies?company=cal").must(t, http.StatusOK).has(t, `value="Calder Print"`)
}

// AG-2: days are the agent's own, and “next Monday” is never today.
func TestSnoozeTimes(t *testing.T) {
	monday := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for word, want := range map[string]time.Time{"hour": monday.Add(time.Hour), "tomorrow": time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), "monday": time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC),
		"wake": {}, "date": time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC), "never": time.Unix(0, 0)} {
		if got := snoozeTime(word, "2026-12-24", monday); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", word, got, want)
		}
	}
	if got := snoozeTime("monday", "", monday.AddDate(0, 0, 6)); got.Day() != 30 {
		t.Errorf("from Sunday: %s", got)
	}
	tokyo, _ := time.LoadLocation("Asia/Tokyo")
	if got := dueTime("2026-11-30", tokyo).UTC(); got.Hour() != 14 || got.Day() != 30 {
		t.Errorf("due %s", got)
	}
}

// AG-2, SE-4: macros are made in settings, offered for a ticket, and show what is missing.
func TestMacroPages(t *testing.T) {
	o := staffed(t)
	_, n := o.file("Printer on fire")
	b := o.signIn("ines")
	b.get("/agent/settings/macros").must(t, http.StatusOK).has(t, "No macros yet")
	b.get("/agent/settings/macros/new").must(t, http.StatusOK).has(t, "{{ticket.title}}")
	fields := []string{"name", "Ask for the log", "body", "Hello {{reporter.nmae}}", "mode", "reply", "status", "waiting", "priority", "3", "tags", "log, print", "take", "1", "own", "shared"}
	b.send("/agent/settings/macros/new", fields...).must(t, http.StatusUnprocessableEntity).has(t, "{{reporter.nmae}}", "These are no variables", `value="log, print"`, `href="#body"`)
	fields[3] = "Hello {{reporter.first_name}} of {{company.name}}"
	b.send("/agent/settings/macros/new", fields...).must(t, http.StatusSeeOther)
	b.get("/agent/settings/macros").has(t, "Ask for the log", "sets priority High", "adds log, print")
	macros, err := o.desk.Macros(t.Context(), o.actor("ines"))
	if err != nil || len(macros) != 1 {
		t.Fatal(macros, err)
	}
	address := fmt.Sprintf("/agent/tickets/%d/macros", n)
	one := fmt.Sprintf("%s/%d", address, macros[0].ID)
	grace := o.signIn("grace")
	grace.get(address).must(t, http.StatusOK).has(t, one, "For everyone").lacks(t, "<html")
	grace.get(address+"?q=zebra").must(t, http.StatusOK).lacks(t, one)
	grace.get(one).must(t, http.StatusOK).has(t, "Hello Ada of {{company.name}}", "notice--warning", `data-macro-mode="reply"`)
	// An agent without the right makes only macros of their own, whatever is posted.
	grace.get("/agent/settings/macros/new").lacks(t, `name="own"`)
	grace.send("/agent/settings/macros/new", "name", "Mine", "body", "x", "own", "shared").must(t, http.StatusSeeOther)
	o.signIn("ines").get("/agent/settings/macros").lacks(t, "Mine")
	grace.get(fmt.Sprintf("/agent/settings/macros/%d", macros[0].ID)).must(t, http.StatusForbidden)
	b.get("/agent/settings/macros")
	b.send(fmt.Sprintf("/agent/settings/macros/%d/deletion", macros[0].ID)).must(t, http.StatusSeeOther)
	grace.get(one).must(t, http.StatusNotFound)
	// A reply with a variable left is refused with its text.
	page := grace.get(fmt.Sprintf("/agent/tickets/%d", n))
	grace.upload(fmt.Sprintf("/agent/tickets/%d/replies", n), map[string]string{"csrf": grace.last, "form": field(t, page.body, "form"), "mode": "reply", "body": "Dear {{reporter.name}}"}, nil).
		must(t, http.StatusUnprocessableEntity).has(t, "Fill in {{reporter.name}} before you send", "Dear {{reporter.name}}")
}

// SE-4: tags are renamed, merged and deleted by their own page.
func TestTagPages(t *testing.T) {
	o := staffed(t)
	_, n := o.file("Printer on fire")
	if err := o.desk.SetTags(t.Context(), o.actor("grace"), n, []string{"red", "blue"}, 0); err != nil {
		t.Fatal(err)
	}
	b := o.signIn("ines")
	page := b.get("/agent/settings/tags").must(t, http.StatusOK).has(t, "red", "blue")
	_, rest, _ := strings.Cut(page.body, `href="/agent/settings/tags/`)
	id, _, _ := strings.Cut(rest, `"`) // blue stands first
	address := "/agent/settings/tags/" + id
	b.get(address).must(t, http.StatusOK).has(t, "On 1 ticket.")
	b.send(address, "name", "Red").must(t, http.StatusUnprocessableEntity).has(t, `value="Red"`, "Merge the two instead")
	b.send(address+"/merge", "into", "none").must(t, http.StatusUnprocessableEntity).has(t, `value="none"`)
	b.send(address+"/merge", "into", "RED").must(t, http.StatusSeeOther)
	b.get("/agent/settings/tags").has(t, "red").lacks(t, "blue")
	b.get(address).must(t, http.StatusNotFound)
}

// AG-7: the bell counts, the page lists, a GET reads nothing, and only one's own are read.
func TestNoticePages(t *testing.T) {
	o := staffed(t)
	_, n := o.file("Printer on fire")
	_, other := o.file("Another fire")
	ticket := func(number int64) int64 {
		t.Helper()
		row, err := models.TicketByNumber(t.Context(), o.db, number)
		if err != nil {
			t.Fatal(err)
		}
		return row.ID
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		for i, row := range []models.Notice{{AgentID: o.agents["grace"].ID, TicketID: ticket(n), Kind: models.NoticeAssigned}, {AgentID: o.agents["grace"].ID, TicketID: ticket(other), Kind: models.NoticeDue},
			{AgentID: o.agents["alan"].ID, TicketID: ticket(n), Kind: models.NoticeNew}} {
			row.EventID, row.CreatedAt = int64(i+1), models.At(o.desk.Now())
			if _, err := models.InsertNotice(ctx, tx, &row); err != nil {
				return err
			}
		}
		return nil
	})
	unread := func(name string) int {
		t.Helper()
		got, err := o.desk.UnreadNotices(t.Context(), o.actor(name))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	b := o.signIn("grace")
	b.get("/agent").has(t, "2 unread notices")
	b.get("/agent/notices").must(t, http.StatusOK).has(t, "Printer on fire", "Another fire", "Due soon", "Mark all as read")
	b.get(fmt.Sprintf("/agent/tickets/%d", n)).must(t, http.StatusOK).has(t, `id="ticket-notices"`)
	if unread("grace") != 2 {
		t.Fatal("a GET read something")
	}
	read := b.post(fmt.Sprintf("/agent/tickets/%d/notices", n), url.Values{"csrf": {b.last}}, "HX-Request", "true").must(t, http.StatusOK)
	read.has(t, `id="bell"`, "hx-swap-oob", "1 unread notice").lacks(t, "<html")
	if unread("grace") != 1 || unread("alan") != 1 {
		t.Fatalf("unread %d and %d", unread("grace"), unread("alan"))
	}
	b.get(fmt.Sprintf("/agent/tickets/%d", n)).lacks(t, `id="ticket-notices"`)
	b.get("/agent/notices")
	b.send("/agent/notices", "id", "3").must(t, http.StatusSeeOther) // Alan's
	if unread("alan") != 1 {
		t.Fatal("read somebody else's")
	}
	b.send("/agent/notices").must(t, http.StatusSeeOther)
	if unread("grace") != 0 || unread("alan") != 1 {
		t.Fatal("not all of one's own")
	}
	// Who lost the project sees no titles of it any more.
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		return models.SetAgentProjects(ctx, tx, o.agents["grace"].ID, map[int64]models.Role{cat.ProjectBySlug("other").ID: models.RoleAgent})
	})
	b.get("/agent/notices").must(t, http.StatusOK).lacks(t, "Printer on fire", "Another fire")
}

// AG-7: how one is told is saved, and refused with what was typed.
func TestNotificationSettings(t *testing.T) {
	o := staffed(t)
	b := o.signIn("vera")
	b.get("/agent/settings/notifications").must(t, http.StatusOK).has(t, "Quiet hours", `value="assigned" checked`)
	b.send("/agent/settings/notifications", "app", "due", "quiet_from", "20:00", "zone", "Europe/Berlin").must(t, http.StatusUnprocessableEntity).has(t, `value="20:00"`, `href="#quiet_until"`, `value="Europe/Berlin" selected`)
	b.send("/agent/settings/notifications", "app", "due", "mail", "mentioned", "quiet_from", "20:00", "quiet_until", "07:00", "zone", "Europe/Berlin").must(t, http.StatusSeeOther)
	s, err := o.desk.NoticeSettings(t.Context(), o.actor("vera"))
	if err != nil || !s.App["due"] || s.App["new"] || !s.Mail["mentioned"] || s.Mail["due"] || s.QuietUntil != "07:00" {
		t.Errorf("kept %+v, %v", s, err)
	}
}

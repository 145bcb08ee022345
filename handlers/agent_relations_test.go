package handlers

import (
	"context"
	"database/sql"
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

func at(n int64) string { return "/agent/tickets/" + strconv.FormatInt(n, 10) }

// fileOf opens a ticket of somebody and gives its link and number.
func (o *office) fileOf(email, title, text string) (desk.Link, int64) {
	o.t.Helper()
	p := o.desk.Portal()
	form, err := p.Form(o.t.Context(), "support", desk.FormAsk{})
	if err != nil {
		o.t.Fatal(err)
	}
	done, err := p.Submit(o.t.Context(), desk.SubmitInput{Slug: "support", FormID: form.FormID, Email: email, Title: title, Description: text, Client: title})
	if err != nil {
		o.t.Fatal(err)
	}
	page, err := o.desk.Queue(o.t.Context(), o.actor("grace"), desk.QueueAsk{View: models.ViewAll})
	if err != nil {
		o.t.Fatal(err)
	}
	top := int64(0)
	for _, t := range page.Tickets {
		top = max(top, t.Number)
	}
	return desk.Link{Token: done.Token}, top
}

// AG-2, AG-8, PT-2: the way of a merge through its pages, without scripts: search, the
// difference, the confirmation; no public page says a word of it.
func TestMergePages(t *testing.T) {
	o := staffed(t)
	rosa, src := o.fileOf("rosa@example.com", "SRCTITLE", "SRCWORDS")
	tom, dst := o.fileOf("tom@example.net", "DSTTITLE", "DSTWORDS")
	b := o.signIn("grace")
	b.get(at(src)).must(t, http.StatusOK).has(t, at(src)+"/merge", at(src)+"/split", at(src)+"/links", "popovertarget").lacks(t, at(src)+"/redaction")
	b.get(at(src)+"/merge").must(t, http.StatusOK).has(t, "No other tickets of this person")
	b.get(at(src)+"/merge?q=dsttitle").must(t, http.StatusOK).has(t, "DSTTITLE", at(src)+"/merge?target="+decimal(dst))
	b.get(at(src)+"/merge?target=999").must(t, http.StatusUnprocessableEntity).has(t, "There is no such ticket")
	page := b.get(at(src)+"/merge?target="+decimal(dst)).must(t, http.StatusOK).has(t, "rosa@example.com", "tom@example.net", "SRCWORDS", "1 message comes along", "reads all of its public conversation (1 message, 0 files)")
	if !regexp.MustCompile(`name="as" value="notes" checked`).MatchString(page.body) || strings.Contains(page.body, `name="move" value="1" checked`) {
		t.Error("something that lets people read more is chosen before anybody has chosen it")
	}
	fields := []string{"target", decimal(dst), "version", field(t, page.body, "version"), "target_version", field(t, page.body, "target_version"), "as", "notes"}
	stale := append([]string{}, fields...)
	stale[5] = "77"
	b.send(at(src)+"/merge", stale...).must(t, http.StatusConflict).has(t, "has changed since")
	o.signIn("vera").send(at(src)+"/merge", fields...).must(t, http.StatusForbidden)
	o.signIn("frida").send(at(src)+"/merge", fields...).must(t, http.StatusNotFound)
	done := b.send(at(src)+"/merge", fields...).must(t, http.StatusSeeOther)
	if done.header.Get("Location") != at(dst) {
		t.Errorf("leads to %s", done.header.Get("Location"))
	}
	b.get(at(dst)).must(t, http.StatusOK).has(t, "SRCWORDS", "from #"+decimal(src), "Merged here", "merged #"+decimal(src)+" into this ticket")
	b.get(at(src)).must(t, http.StatusOK).has(t, "Merged into", "The conversation goes on").lacks(t, `name="mode" value="reply"`)
	b.get(at(src)+"/merge?target="+decimal(dst)).must(t, http.StatusConflict)
	for link, words := range map[desk.Link][2]string{rosa: {"SRCWORDS", "DST"}, tom: {"DSTWORDS", "SRC"}} {
		o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).has(t, words[0]).lacks(t, words[1], "erge", "#"+decimal(src), "#"+decimal(dst))
	}
}

// AG-2: splitting and linking through their pages; what is refused keeps what was typed.
func TestSplitAndLinkPages(t *testing.T) {
	o := staffed(t)
	_, n := o.fileOf("rosa@example.com", "Two things", "FIRSTTHING")
	_, other := o.fileOf("tom@example.net", "Elsewhere", "x")
	b := o.signIn("grace")
	page := b.get(at(n)+"/split").must(t, http.StatusOK).has(t, "FIRSTTHING")
	version, pid := field(t, page.body, "version"), regexp.MustCompile(`name="messages" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	b.send(at(n)+"/split", "version", version, "title", "Kept title").must(t, http.StatusUnprocessableEntity).has(t, "Kept title", "Choose at least one message", `href="#messages"`)
	b.send(at(n)+"/split", "version", version, "messages", pid).must(t, http.StatusUnprocessableEntity).has(t, `value="`+pid+`" checked`)
	b.send(at(n)+"/split", "version", version, "title", "The second thing", "messages", pid).must(t, http.StatusSeeOther)
	b.get(at(other+1)).must(t, http.StatusOK).has(t, "The second thing", "FIRSTTHING", "split this ticket off")
	b.get(at(n)+"/links?q=elsewhere").must(t, http.StatusOK).has(t, `name="target" value="`+decimal(other)+`"`)
	b.send(at(n)+"/links", "target", decimal(other)).must(t, http.StatusSeeOther)
	b.get(at(other)).has(t, "Linked", "Two things")
	b.send(at(n)+"/links/removal", "target", decimal(other)).must(t, http.StatusSeeOther)
	b.get(at(other)).lacks(t, "Two things</a>")
	b.send(at(n)+"/follow-up", "title", "", "body", "Kept body").must(t, http.StatusUnprocessableEntity).has(t, "Kept body")
	b.send(at(n)+"/follow-up", "title", "Once more", "body", "We looked again.", "tell", "1").must(t, http.StatusSeeOther)
	b.get(at(other+2)).must(t, http.StatusOK).has(t, "Once more", "We looked again.", "Follows", "follow-up of #"+decimal(n))
}

// AG-8: spam and its sender by one form; the public page is the same "not available" as any
// other; blocked senders are listed and can be let in again.
func TestSpamAndBlockPages(t *testing.T) {
	o := staffed(t)
	link, n := o.fileOf("rosa@example.com", "Buy", "SPAMWORDS")
	b := o.signIn("grace")
	page := b.get(at(n)+"/spam").must(t, http.StatusOK).has(t, "rosa@example.com")
	version := field(t, page.body, "version")
	b.send(at(n)+"/spam", "version", "99").must(t, http.StatusConflict)
	b.send(at(n)+"/spam", "version", version, "block", "1", "for", "day").must(t, http.StatusSeeOther)
	b.get(at(n)).must(t, http.StatusOK).has(t, "Marked as spam", "Not spam").lacks(t, `name="mode" value="reply"`)
	gone, unknown := o.browser().get("/ticket/thread/"+link.Token), o.browser().get("/ticket/thread/nonsense")
	if gone.status != unknown.status || strings.ReplaceAll(gone.body, link.Token, "nonsense") != unknown.body {
		t.Error("the page of spam differs from one that never was")
	}
	form, err := o.desk.Portal().Form(t.Context(), "support", desk.FormAsk{})
	if err != nil {
		t.Fatal(err)
	}
	refused := o.browser().post("/ticket/support", url.Values{"form": {form.FormID}, "email": {"rosa@example.com"}, "title": {"Kept title"}, "description": {"Kept text"}})
	refused.must(t, http.StatusTooManyRequests).has(t, "Kept title", "Kept text", "Several tickets came from you").lacks(t, "block", "Block")
	if refused.header.Get("Retry-After") == "" {
		t.Error("a limit says when to try again")
	}
	list := b.get("/agent/settings/blocks").must(t, http.StatusOK).has(t, "rosa@example.com", "Spam, #"+decimal(n), "Grace")
	id := regexp.MustCompile(`/agent/settings/blocks/(\d+)/removal`).FindStringSubmatch(list.body)[1]
	b.send("/agent/settings/blocks", "kind", "domain", "value", "gmail.com", "for", "forever", "reason", "Kept reason").must(t, http.StatusUnprocessableEntity).has(t, "Kept reason", "Anybody can have an address at gmail.com", `name="confirm"`)
	b.send("/agent/settings/blocks", "kind", "domain", "value", "gmail.com", "for", "forever", "confirm", "1").must(t, http.StatusSeeOther)
	b.send("/agent/settings/blocks/"+id+"/removal").must(t, http.StatusSeeOther)
	b.get("/agent/settings/blocks").lacks(t, "rosa@example.com").has(t, "gmail.com")
	b.send(at(n)+"/spam/removal").must(t, http.StatusSeeOther)
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).has(t, "SPAMWORDS")
}

// AG-8: removing for good asks once more, says who did it inside, and outside only that it is gone.
func TestRedactionPages(t *testing.T) {
	o := staffed(t)
	link, n := o.fileOf("rosa@example.com", "Card", "CARDWORDS")
	b := o.signIn("ines")
	list := b.get(at(n)+"/redaction").must(t, http.StatusOK).has(t, "CARDWORDS")
	pid := regexp.MustCompile(`/redaction\?message=([^"]+)"`).FindStringSubmatch(list.body)[1]
	b.get(at(n)+"/redaction?message="+pid).must(t, http.StatusOK).has(t, "CARDWORDS", "cannot be undone")
	b.send(at(n)+"/redaction", "message", pid).must(t, http.StatusUnprocessableEntity).has(t, "Tick this to go on")
	o.signIn("grace").send(at(n)+"/redaction", "message", pid, "sure", "1").must(t, http.StatusForbidden)
	thread := o.browser().get("/ticket/thread/"+link.Token).has(t, "CARDWORDS")
	poll := html.UnescapeString(regexp.MustCompile(`hx-get="(/ticket/thread/[^"]+/updates[^"]*)"`).FindStringSubmatch(thread.body)[1])
	desktop := b.get(at(n))
	agentPoll := html.UnescapeString(regexp.MustCompile(`hx-get="(` + at(n) + `/updates[^"]*)"`).FindStringSubmatch(desktop.body)[1])
	b.send(at(n)+"/redaction", "message", pid, "sure", "1").must(t, http.StatusSeeOther)
	// Pages that are open replace it where it stands, and add nothing at the end.
	o.browser().get(poll, "HX-Request", "true").must(t, http.StatusOK).has(t, "This message was removed.", `id="m-`+pid+`" hx-swap-oob="true"`).lacks(t, "beforeend:#messages", "CARDWORDS")
	b.get(agentPoll, "HX-Request", "true").must(t, http.StatusOK).has(t, "Removed for good by Ines", `id="entry-`+pid+`" hx-swap-oob="true"`).lacks(t, "CARDWORDS")
	b.get(at(n)).must(t, http.StatusOK).has(t, "Removed for good by Ines").lacks(t, "CARDWORDS")
	o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK).has(t, "This message was removed.").lacks(t, "CARDWORDS", "Ines")
	b.send(at(n)+"/redaction", "message", pid, "sure", "1").must(t, http.StatusUnprocessableEntity)
}

// company makes a company with one member, past the verbs: they are another page's.
func (o *office) company(name string, contact int64) int64 {
	o.t.Helper()
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "lodge.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		o.t.Fatal(err)
	}
	defer raw.Close()
	var id int64
	if err := raw.QueryRow("INSERT INTO companies (name, name_key, created_at) VALUES (?, ?, 1) RETURNING id", name, strings.ToLower(name)).Scan(&id); err != nil {
		o.t.Fatal(err)
	}
	if _, err := raw.Exec("INSERT INTO company_members (company_id, contact_id, created_at) VALUES (?, ?, 1)", id, contact); err != nil {
		o.t.Fatal(err)
	}
	return id
}

// AG-3, CO-4, EV-3: opening a ticket for somebody: files survive a refusal, the only company is
// chosen unless it is cleared, hidden fields are the agent's to fill in, one form is one ticket.
func TestNewTicketForSomebody(t *testing.T) {
	o := staffed(t)
	_, before := o.fileOf("rosa@example.com", "Known", "x")
	var rosa int64
	o.write(func(ctx context.Context, tx *models.Tx) error {
		k, err := models.ContactByKey(ctx, tx, "rosa@example.com")
		if err != nil {
			return err
		}
		rosa = k.ID
		return nil
	})
	acme := o.company("Acme", rosa)
	b := o.signIn("grace")
	page := b.get("/agent/tickets/new?contact="+decimal(rosa)).must(t, http.StatusOK).has(t, `value="rosa@example.com"`, `<option value="`+decimal(acme)+`" selected>Acme`)
	form := map[string]string{"csrf": b.last, "form": field(t, page.body, "form"), "project": "support", "email": "rosa@example.com", "title": "", "description": "Kept words", "priority": "3", "assignee": "", "tell": "1"}
	refused := b.upload("/agent/tickets?project=support", form, map[string]string{"kept.txt": "KEPTBYTES"}).must(t, http.StatusUnprocessableEntity).has(t, "Kept words", "kept.txt", `href="#title"`, `<option value="3" selected>`)
	keep := regexp.MustCompile(`name="keep" value="([^"]+)"`).FindStringSubmatch(refused.body)[1]
	form["keep"], form["title"], form["csrf"] = keep, "Called about the bill", b.last
	made := b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusSeeOther)
	again := b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusSeeOther)
	if made.header.Get("Location") != at(before+1) || again.header.Get("Location") != at(before+1) {
		t.Fatalf("leads to %s and %s", made.header.Get("Location"), again.header.Get("Location"))
	}
	b.get(at(before+1)).must(t, http.StatusOK).has(t, "Called about the bill", "Kept words", "kept.txt", "Grace opened the ticket")
	ticket := func(n int64) *models.Ticket {
		got, err := models.TicketByNumber(t.Context(), o.db, n)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := ticket(before + 1); got.CompanyID == nil || *got.CompanyID != acme || got.Priority != 3 || got.Origin != models.OriginAgent || got.ReporterID != rosa || got.AssigneeID != nil {
		t.Errorf("it is %+v", got)
	}
	// CO-4: cleared is cleared; somebody else's company is refused.
	form["form"], form["company"], form["company_for"] = "", "", decimal(rosa)
	delete(form, "keep")
	b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusSeeOther)
	if got := ticket(before + 2); got.CompanyID != nil {
		t.Errorf("the cleared company is %d", *got.CompanyID)
	}
	form["company"] = "999"
	b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusUnprocessableEntity).has(t, "Choose one of the contact’s companies")
	// A button that looks something up makes nothing and keeps all.
	form["_do"], form["company"] = "contact", ""
	b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusOK).has(t, "Kept words", "Acme")
	delete(form, "_do")
	form["email"], form["priority"], form["team"], form["assignee"] = "nobody", "9", "44", decimal(o.agents["vera"].ID)
	b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusUnprocessableEntity).has(t, "complete e-mail address", "Choose a priority", "Choose a team")
	// Without the session's token nothing is made, whatever else is right.
	form["csrf"] = "forged"
	b.upload("/agent/tickets?project=support", form, nil).must(t, http.StatusForbidden)
	if _, err := models.TicketByNumber(t.Context(), o.db, before+3); models.KindOf(err) != models.KindNotFound {
		t.Error("a refused form has made a ticket")
	}
	// A67: who has another project neither opens tickets here nor learns who writes here.
	f := o.signIn("frida")
	f.get("/agent/tickets/new?project=support").must(t, http.StatusNotFound)
	f.get("/agent/tickets/new?contact="+decimal(rosa)).must(t, http.StatusOK).lacks(t, "rosa@example.com", "Acme")
	f.get("/agent/contacts/suggest?email=rosa", "HX-Request", "true").must(t, http.StatusOK).lacks(t, "rosa@example.com")
	b.get("/agent/contacts/suggest?email=ros", "HX-Request", "true").must(t, http.StatusOK).has(t, "rosa@example.com")
	b.get("/agent/tickets/new/contact?email=rosa@example.com", "HX-Request", "true").must(t, http.StatusOK).has(t, "Acme")
	o.signIn("vera").get("/agent/tickets/new").must(t, http.StatusForbidden)
}

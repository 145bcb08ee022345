package handlers

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

const (
	closingPath = supportSettings + "/closing"
	oneDay      = 24 * time.Hour
)

// Closing by itself: its page saves days and status, says in a sentence what they do, refuses what
// cannot be and a stale version with everything typed kept, and leaves a trace.
func TestClosingSettings(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get(supportSettings+"/thread").must(t, http.StatusOK).has(t, closingPath, "Tickets that wait for the customer stay open")
	page := b.get(closingPath).must(t, http.StatusOK).has(t, "Tickets that wait for the customer stay open", `name="remind_days"`, `name="close_days"`, "The first closed status that can be reached", "At most 30 reminders")
	version := field(t, page.body, "version")
	closed := decimal(o.support().StatusBySlug("closed").ID)
	resolved := decimal(o.support().StatusBySlug("resolved").ID)
	rejected := decimal(o.support().StatusBySlug("rejected").ID)
	if strings.Contains(page.body, `<option value="`+rejected+`"`) || !strings.Contains(page.body, `<option value="`+resolved+`"`) {
		t.Error("the choice is not that of closed and resolved statuses")
	}
	for _, c := range [][3]string{{"-1", "3", ""}, {"366", "3", ""}, {"a few", "3", ""}, {"5", "400", ""}, {"5", "3", rejected}, {"5", "3", "99999"}, {"5", "3", "x"}} {
		b.send(closingPath, "version", version, "remind_days", c[0], "close_days", c[1], "auto_closed", c[2]).must(t, http.StatusUnprocessableEntity).has(t, `value="`+c[0]+`"`, `value="`+c[1]+`"`)
	}
	if p := o.support(); p.Settings.RemindDays != 0 || p.Settings.CloseDays != 0 || p.AutoClosedStatusID != nil {
		t.Error("a refused form changed something")
	}
	b.send(closingPath, "version", version, "remind_days", "5", "close_days", "3", "auto_closed", resolved).must(t, http.StatusSeeOther)
	b.get(closingPath+"?saved=1").must(t, http.StatusOK).has(t, "Saved.", "they are reminded after 5 days of silence, and it is closed 3 days later", `<option value="`+resolved+`" selected>`).lacks(t, "do not close by themselves")
	b.get(supportSettings+"/thread").has(t, "they are reminded after 5 days of silence")
	b.get(supportSettings+"/statuses").has(t, "Closed by itself")
	if p := o.support(); p.Settings.RemindDays != 5 || p.Settings.CloseDays != 3 || *p.AutoClosedStatusID != p.StatusBySlug("resolved").ID || !p.Settings.NotifyRepliedReporter {
		t.Errorf("kept %d %d", p.Settings.RemindDays, p.Settings.CloseDays)
	}
	again := b.send(closingPath, "version", version, "remind_days", "1", "close_days", "0", "auto_closed", closed).must(t, http.StatusConflict).has(t, "Somebody else saved", `value="1"`, `<option value="`+closed+`" selected>`)
	b.send(closingPath, "version", field(t, again.body, "version"), "remind_days", "1", "close_days", "0", "auto_closed", "").must(t, http.StatusSeeOther)
	b.get(closingPath).has(t, "reminded after 1 day of silence. It stays open")
	log, err := models.Audit(t.Context(), o.db, models.AuditQuery{Kind: "project.changed", Limit: 10})
	if err != nil || len(log) != 2 || !strings.Contains(log[1].Data, "remind_days") || !strings.Contains(log[1].Data, "Resolved") {
		t.Errorf("the audit log holds %v, %v", log, err)
	}
	b.cookies["lang"] = "de"
	b.get(closingPath).must(t, http.StatusOK).has(t, `lang="de"`, "wird er nach 1 Tag Stille erinnert").lacks(t, "⟦", "agent.closing")
}

// Where nothing can close its page says why, like the button that customers do not have.
func TestClosingSettingsSayWhatIsInTheWay(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	o.days(0, 3)
	b.get(closingPath).has(t, "closed after 3 days of silence, without a reminder").lacks(t, "do not close by themselves")
	o.rules(func(p *models.Project) {
		p.Settings.RemindDays, p.Settings.NotifyReminderReporter = 5, false
		rejected := p.StatusBySlug("rejected").ID
		p.AutoClosedStatusID = &rejected
	})
	b.get(closingPath).has(t, "Tickets in “Waiting for customer” do not close by themselves", "mailed to nobody")
	b.get(supportSettings+"/statuses").has(t, "Tickets in “Waiting for customer” do not close by themselves")
	o.rules(func(p *models.Project) { p.DisabledAt = 1 })
	b.get(closingPath).has(t, "out of use")
}

// SE-2: a status that tickets close to by themselves cannot stop meaning that, and whoever deletes it
// names another one for the task.
func TestTheStatusOfClosingKeepsItsMeaning(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	resolved := o.support().StatusBySlug("resolved")
	o.rules(func(p *models.Project) { p.Settings.CloseDays, p.AutoClosedStatusID = 3, &resolved.ID })
	one := supportSettings + "/statuses/" + decimal(resolved.ID)
	page := b.get(one).must(t, http.StatusOK)
	b.send(one, "version", field(t, page.body, "version"), "name", "Resolved", "public_label", "", "category", "open").must(t, http.StatusUnprocessableEntity).has(t, "What closes by itself comes into this status")
	b.get(one+"/deletion").must(t, http.StatusOK).has(t, `name="replacement"`)
	b.send(one+"/deletion", "replacement", "").must(t, http.StatusUnprocessableEntity)
	open := decimal(o.support().StatusBySlug("in-progress").ID)
	b.send(one+"/deletion", "replacement", open).must(t, http.StatusUnprocessableEntity).has(t, "What closes by itself")
	closed := o.support().StatusBySlug("closed").ID
	b.send(one+"/deletion", "replacement", decimal(closed)).must(t, http.StatusSeeOther)
	if p := o.support(); p.AutoClosedStatusID == nil || *p.AutoClosedStatusID != closed {
		t.Error("its task went to nobody")
	}
}

// silent is a ticket that waits for its customer since our answer, in a project that reminds after 5
// days and closes 3 days later.
func (o *office) silent() (desk.Link, int64) {
	o.t.Helper()
	o.days(5, 3)
	link, number := o.file("Printer on fire")
	o.forward(time.Hour)
	if _, err := o.desk.ReplyAsAgent(o.t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "Which printer is it?", Status: "waiting"}); err != nil {
		o.t.Fatal(err)
	}
	return link, number
}

func (o *office) closeSilent(want int) {
	o.t.Helper()
	reminded, closed, err := o.desk.CloseSilent(o.t.Context())
	if err != nil || reminded+closed != want {
		o.t.Fatalf("reminded %d, closed %d, %v", reminded, closed, err)
	}
	o.noMails()
}

// noMails lets the jobs about mails be done without sending any.
func (o *office) noMails() {
	o.t.Helper()
	jobs, err := models.ClaimJobs(o.t.Context(), o.db, "test", o.desk.Now(), time.Minute, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, j := range jobs {
		if err := models.FinishJob(o.t.Context(), o.db, j.ID); err != nil {
			o.t.Fatal(err)
		}
	}
}

// PT-2, PT-5, PT-9: the customer reads on their page that they were asked and that and why the ticket
// closed, brought by the poll too, in both languages; nothing internal and no question about how it was.
func TestClosingShowsOnTheThread(t *testing.T) {
	o := staffed(t)
	link, number := o.silent()
	if _, err := o.desk.Note(t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "seedednote"}); err != nil {
		t.Fatal(err)
	}
	visitor := o.browser()
	path := "/ticket/thread/" + link.Token
	page := visitor.get(path).must(t, http.StatusOK).lacks(t, "still need help", "did not hear")
	poll := func(page answer) string {
		at := regexp.MustCompile(`id="poll"[^>]* hx-get="([^"]+)"`).FindStringSubmatch(page.body)
		if at == nil {
			t.Fatal("no poll")
		}
		return html.UnescapeString(at[1])
	}
	next := poll(page)
	visitor.get(next, "HX-Request", "true").must(t, http.StatusNoContent)
	o.forward(5 * oneDay)
	o.closeSilent(1)
	news := visitor.get(next, "HX-Request", "true").must(t, http.StatusOK).has(t, "We asked whether you still need help", "event-line", "Waiting for you").lacks(t, "new message", "seedednote")
	next = poll(news)
	visitor.get(next, "HX-Request", "true").must(t, http.StatusNoContent)
	o.forward(3 * oneDay)
	o.closeSilent(1)
	visitor.get(next, "HX-Request", "true").must(t, http.StatusOK).has(t, "Closed because we did not hear from you for 8 days.", "Write to open it again.", "chip--closed").lacks(t, "We asked whether", "new message")
	page = visitor.get(path).must(t, http.StatusOK).has(t, "We asked whether you still need help", "Closed because we did not hear from you for 8 days. Write to open it again.").
		lacks(t, "seedednote", "auto_closed<", "silence", "eedback", "ating")
	at := func(part string) int { return strings.Index(page.body, part) }
	if !(at("Which printer is it?") < at("We asked whether") && at("We asked whether") < at("Closed because")) {
		t.Error("the lines are not where their time is")
	}
	visitor.cookies["lang"] = "de"
	visitor.get(path).must(t, http.StatusOK).has(t, "Wir haben gefragt, ob Sie noch Hilfe brauchen", "Geschlossen, weil wir 8 Tage lang nichts von Ihnen gehört haben. Schreiben Sie, um es wieder zu öffnen.")
	delete(visitor.cookies, "lang")
	// An answer opens it; the line stays, and no longer asks for one.
	if done, err := o.desk.Portal().Reply(t.Context(), link, desk.ReplyInput{Body: "Back from holiday."}); err != nil || !done.Reopened {
		t.Fatal(done, err)
	}
	visitor.get(path).must(t, http.StatusOK).has(t, "Closed because we did not hear from you for 8 days.", "Back from holiday.").lacks(t, "Write to open it again.")
}

// Agents read beside the status what the clock will do.
func TestClosingShowsToAgents(t *testing.T) {
	o := staffed(t)
	_, number := o.silent()
	talked := o.desk.Now()
	b := o.signIn("grace")
	day := func(d int) string { return talked.Add(time.Duration(d) * oneDay).Format("2 Jan 2006") }
	b.get(ticketURL(number)).must(t, http.StatusOK).has(t, "Reminder on "+day(5)+", closes on "+day(8))
	o.forward(5 * oneDay)
	o.closeSilent(1)
	b = o.signIn("grace")
	b.get(ticketURL(number)).must(t, http.StatusOK).has(t, "Reminded on "+day(5)+", closes on "+day(8))
	o.days(5, 0)
	b.get(ticketURL(number)).must(t, http.StatusOK).has(t, "Reminded on "+day(5)+"<").lacks(t, "closes on")
	o.days(0, 0)
	o.forward(oneDay)
	if err := o.desk.ChangeStatus(t.Context(), o.actor("grace"), number, "in-progress", 0); err != nil {
		t.Fatal(err)
	}
	o.days(5, 3)
	b = o.signIn("grace")
	b.get(ticketURL(number)).must(t, http.StatusOK).lacks(t, "Reminder on", "Reminded on", "closes on")
}

// A stale page that still waits is told that the ticket closed meanwhile.
func TestAnOldPageDoesNotUndoTheClosing(t *testing.T) {
	o := staffed(t)
	_, number := o.silent()
	o.days(0, 5)
	page, err := o.desk.Ticket(t.Context(), o.actor("grace"), number, "")
	if err != nil {
		t.Fatal(err)
	}
	o.forward(5 * oneDay)
	o.closeSilent(1)
	err = o.desk.ChangeStatus(t.Context(), o.actor("grace"), number, "in-progress", page.Version)
	if models.KindOf(err) != models.KindConflict || err == nil {
		t.Errorf("got %v", err)
	}
}

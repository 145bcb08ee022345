package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// rateable is a ticket of Ada's that Grace answered and resolved; bob takes part in it.
func (o *office) rateable() (link, bob desk.Link, number int64) {
	o.t.Helper()
	link, number = o.file("Printer on fire")
	o.forward(time.Hour)
	if err := o.desk.AddParticipant(o.t.Context(), o.actor("grace"), number, "bob@example.com", "Bob"); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.desk.ReplyAsAgent(o.t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "It is out.", Status: "resolved"}); err != nil {
		o.t.Fatal(err)
	}
	people, err := models.People(o.t.Context(), o.db, o.ticket(number).ID)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, p := range people {
		if !p.Reporter() {
			bob, _ = o.desk.ParticipantLinks(&p.Participant)
		}
	}
	return link, bob, number
}

func (o *office) ticket(number int64) *models.Ticket {
	o.t.Helper()
	t, err := models.TicketByNumber(o.t.Context(), o.db, number)
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

// said is what the table holds of a ticket.
func (o *office) said(number int64) []*models.Feedback {
	o.t.Helper()
	all, err := models.TicketFeedback(o.t.Context(), o.db, o.ticket(number).ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// PT-15: the card, the form without scripts, the thanks, the change within 7 days with what was said
// before, and then no more; one for each resolution.
func TestFeedbackByTheReporter(t *testing.T) {
	o := staffed(t)
	link, _, number := o.rateable()
	b, path := o.browser(), "/ticket/thread/"+link.Token
	b.get(path).must(t, http.StatusOK).has(t, "How did we do?", path+"/feedback?score=5", "5 stars")
	// A64: whoever opens the link of a mail, a scanner too, stores nothing.
	b.get(path+"/feedback?score=1").must(t, http.StatusOK).has(t, `id="score-1" name="score" value="1" checked`, `type="radio"`)
	if len(o.said(number)) != 0 {
		t.Fatal("a GET stored something")
	}
	b.post(path+"/feedback", url.Values{"comment": {"Quick <b>and</b> friendly."}}).must(t, http.StatusUnprocessableEntity).has(t, "Choose one of the answers.", "Quick &lt;b&gt;and")
	b.post(path+"/feedback", url.Values{"score": {"6"}}).must(t, http.StatusUnprocessableEntity)
	b.post(path+"/feedback", url.Values{"score": {"4"}, "comment": {strings.Repeat("ä", 1001)}}).must(t, http.StatusUnprocessableEntity).has(t, "Use at most 1000 characters.", `value="4" checked`)
	if len(o.said(number)) != 0 {
		t.Fatal("a refused form stored something")
	}
	before := o.ticket(number)
	b.post(path+"/feedback", url.Values{"score": {"4"}, "comment": {"Quick."}}).must(t, http.StatusSeeOther)
	b.get(path+"/feedback?done=thanks").must(t, http.StatusOK).has(t, "Thank you for your feedback", "4 stars").lacks(t, "Open the ticket again")
	b.get(path).has(t, "Your feedback", "4 stars").lacks(t, "How did we do?")
	if after := o.ticket(number); after.PublicVersion != before.PublicVersion || after.Version != before.Version+1 {
		t.Error("feedback is inside only")
	}
	o.forward(6 * oneDay)
	b.post(path+"/feedback", url.Values{"score": {"1"}, "comment": {"It burns again."}}).must(t, http.StatusSeeOther)
	b.get(path+"/feedback?done=thanks").has(t, "1 star", "Not solved yet?", path+"#reply")
	f := o.said(number)
	if len(f) != 1 || f[0].Score != 1 || f[0].Comment != "It burns again." || !strings.Contains(f[0].RawHistory, `"score":4`) || !strings.Contains(f[0].RawHistory, "Quick.") {
		t.Fatalf("kept %+v", f)
	}
	o.forward(25 * time.Hour)
	b.get(path+"/feedback").must(t, http.StatusOK).has(t, "can no longer be changed", "It burns again.").lacks(t, `type="radio"`)
	b.post(path+"/feedback", url.Values{"score": {"5"}}).must(t, http.StatusConflict).has(t, "can no longer be changed")
	b.get(path).has(t, "1 star").lacks(t, ">Change<")
	// Another resolution is another question.
	if _, err := o.desk.Portal().Reply(t.Context(), link, desk.ReplyInput{Body: "It burns."}); err != nil {
		t.Fatal(err)
	}
	b.get(path).lacks(t, "rating-card")
	b.get(path+"/feedback").must(t, http.StatusSeeOther)
	b.post(path+"/feedback", url.Values{"score": {"5"}}).must(t, http.StatusConflict).has(t, "The ticket is open again")
	if err := o.desk.ChangeStatus(t.Context(), o.actor("grace"), number, "resolved", 0); err != nil {
		t.Fatal(err)
	}
	b.post(path+"/feedback", url.Values{"score": {"5"}}).must(t, http.StatusSeeOther)
	if f := o.said(number); len(f) != 2 || f[0].Score != 5 || f[1].Score != 1 {
		t.Errorf("kept %+v", f)
	}
	b.cookies["lang"] = "de"
	b.get(path+"/feedback").has(t, "Wie zufrieden sind Sie?", "5 Sterne").lacks(t, "⟦")
}

// PT-15: right after the customer's own close the page asks.
func TestOwnCloseAsksForFeedback(t *testing.T) {
	o := staffed(t)
	link, number := o.file("Printer on fire")
	o.forward(time.Hour)
	b, path := o.browser(), "/ticket/thread/"+link.Token
	if _, err := o.desk.ReplyAsAgent(t.Context(), o.actor("grace"), number, desk.AgentReply{Body: "It is out."}); err != nil {
		t.Fatal(err)
	}
	b.post(path+"/closure", url.Values{}).must(t, http.StatusSeeOther)
	b.get(path+"?notice=closed").has(t, "How did we do?")
	b.post(path+"/feedback", url.Values{"score": {"5"}}).must(t, http.StatusSeeOther)
	if len(o.said(number)) != 1 {
		t.Error("it was not kept")
	}
}

// PT-15, A54: only the reporter: not who else takes part, nobody with a token of another kind, no
// colleague of the company, no stranger who is signed in; none with the portal off.
func TestA54FeedbackIsTheReportersAlone(t *testing.T) {
	o := staffed(t)
	link, bob, number := o.rateable()
	reference := o.ticket(number).Reference
	visitor := o.browser()
	rate := url.Values{"score": {"5"}}
	visitor.get("/ticket/thread/"+bob.Token).must(t, http.StatusOK).lacks(t, "How did we do?", "rating-card")
	people, err := models.People(t.Context(), o.db, o.ticket(number).ID)
	if err != nil {
		t.Fatal(err)
	}
	_, unsubscribe := o.desk.ParticipantLinks(&people[0].Participant)
	for name, token := range map[string]string{"a participant": bob.Token, "to unsubscribe": unsubscribe, "to confirm": o.desk.ConfirmToken(1), "made up": strings.Repeat("a", len(link.Token))} {
		if got := visitor.get("/ticket/thread/" + token + "/feedback").status; got != http.StatusNotFound {
			t.Errorf("%s: GET %d", name, got)
		}
		if got := visitor.post("/ticket/thread/"+token+"/feedback", rate).status; got != http.StatusNotFound {
			t.Errorf("%s: POST %d", name, got)
		}
	}
	mine := "/my-tickets/" + reference + "/feedback"
	colleague, stranger := o.customer("cleo@example.com"), o.customer("sam@example.com")
	company := o.company("Acme", colleague.ID)
	o.raw("UPDATE tickets SET company_id = ?", company)
	o.raw("UPDATE companies SET sees = ?", models.SeesCompanyAndReply)
	for _, who := range []*models.Contact{colleague, stranger, o.customer("bob@example.com")} {
		b := o.signedIn(who, desk.ByPassword)
		b.get(mine).must(t, http.StatusNotFound)
		if err := o.desk.Portal().GiveMyFeedback(t.Context(), desk.Customer{ID: who.ID}, reference, desk.FeedbackInput{Score: 5}); models.KindOf(err) != models.KindNotFound {
			t.Errorf("%s: %v", who.Address, err)
		}
	}
	if len(o.said(number)) != 0 {
		t.Fatal("somebody else rated")
	}
	// The reporter, signed in.
	ada := o.signedIn(o.customer("ada@example.com"), desk.ByPassword)
	page := ada.get(mine).must(t, http.StatusOK).has(t, "How did we do?")
	ada.post(mine, rate).must(t, http.StatusForbidden)
	ada.post(mine, url.Values{"csrf": {field(t, page.body, "csrf")}}).must(t, http.StatusUnprocessableEntity)
	ada.post(mine, url.Values{"score": {"2"}, "csrf": {field(t, page.body, "csrf")}}).must(t, http.StatusSeeOther)
	ada.get(mine+"?done=thanks").must(t, http.StatusOK).has(t, "Thank you", "/my-tickets/"+reference+"#reply")
	o.rules(func(p *models.Project) { p.Portal = models.PortalNone })
	visitor.get("/ticket/thread/"+link.Token+"/feedback").must(t, http.StatusNotFound)
	visitor.post("/ticket/thread/"+link.Token+"/feedback", rate).must(t, http.StatusNotFound)
	ada.get(mine).must(t, http.StatusNotFound)
}

// PT-15: ten times in ten minutes, then a wait; everything typed stays.
func TestFeedbackHasALimit(t *testing.T) {
	o := staffed(t)
	link, _, number := o.rateable()
	b, path := o.browser(), "/ticket/thread/"+link.Token+"/feedback"
	for i := range 10 {
		b.post(path, url.Values{"score": {"5"}, "comment": {strings.Repeat("x", i+1)}}).must(t, http.StatusSeeOther)
	}
	b.post(path, url.Values{"score": {"3"}, "comment": {"One more."}}).must(t, http.StatusTooManyRequests).has(t, "many times", "One more.", `value="3" checked`)
	o.forward(11 * time.Minute)
	b.post(path, url.Values{"score": {"3"}, "comment": {"One more."}}).must(t, http.StatusSeeOther)
	if f := o.said(number); len(f) != 1 || f[0].Score != 3 {
		t.Errorf("kept %+v", f)
	}
}

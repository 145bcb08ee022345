package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// EM-2, A21: the cc of a proven participant joins with a link of their own; that of anybody else
// is only suggested; our addresses, agents and machines never join, and one mail brings ten.
func TestMailCC(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, reply := h.rosas()
		in := h.letter("rosa@example.com", "Re: Printer", "With my colleague")
		in.To = []InboundAddress{{Addr: reply}, {Name: "Carl", Addr: "carl@example.com"}}
		in.Cc = []InboundAddress{{Addr: "help@acme.example"}, {Addr: "ada@acme.example"}, {Addr: "no-reply@example.com"}, {Addr: "team-request@example.com"}, {Addr: "Rosa@example.com"}, {Addr: "not an address"}, {Addr: "carl@example.com"}}
		h.want(h.takes(in), models.MailBecameReply, "")
		people, err := models.People(ctx, h.db, ticket.ID)
		if err != nil || len(people) != 2 || people[1].Contact.Address != "carl@example.com" || people[1].Contact.Name != "Carl" || people[1].JoinedAs != models.JoinedCC {
			t.Fatalf("the participants are %+v %v", people, err)
		}
		if ev := h.lastEvent(ticket); ev.Kind != models.EventPersonAdded || ev.Public || *ev.ContactID != people[1].ContactID {
			t.Errorf("the event is %+v", ev.Event)
		}
		// Carl's own answer joins from then on.
		_, carls := h.sent(ticket, &people[1].ContactID, nil)
		in = h.letter("carl@example.com", "Re: Printer", "CARLSWORDS")
		in.To = []InboundAddress{{Addr: carls}}
		h.want(h.takes(in), models.MailBecameReply, "")

		// Ten at once, the others are suggested.
		in = h.letter("rosa@example.com", "Re: Printer", "With everybody")
		in.To = []InboundAddress{{Addr: reply}}
		for i := range 5000 {
			in.Cc = append(in.Cc, InboundAddress{Addr: fmt.Sprintf("many%d@example.com", i)})
		}
		h.want(h.takes(in), models.MailBecameReply, "")
		people, err = models.People(ctx, h.db, ticket.ID)
		if err != nil || len(people) != 12 {
			t.Errorf("%d participants", len(people))
		}

		// A stranger's mail with 5,000 addressees enrols nobody and keeps at most forty of them.
		in.From.Addr, in.Proven, in.To, in.MessageID = "spam@evil.example", false, []InboundAddress{{Addr: "help@acme.example"}}, "<spam@evil.example>"
		got := h.takes(in)
		h.want(got, models.MailBecameTicket, "")
		fresh := h.ticketByNumber(got.Ticket)
		people, err = models.People(ctx, h.db, fresh.ID)
		if err != nil || len(people) != 1 {
			t.Errorf("a stranger's mail enrolled %d", len(people))
		}
		ev := h.lastEvent(fresh)
		var data struct {
			Addresses []string
			Count     int
		}
		if err := json.Unmarshal([]byte(ev.Data), &data); err != nil || ev.Kind != models.EventMailCC || ev.Public || len(data.Addresses) != 40 || data.Count < 40 {
			t.Errorf("the suggestion is %s %+v", ev.Kind, data)
		}
	})
}

// A23, EM-5: a bounce marks the recipient of the one mail it names by a key of ours, once; a soft
// one is a note; what names nothing of ours marks nobody.
func TestBounces(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, sent, _ := h.rosas()
		_, bystander := h.join(ticket, "tom@example.com")
		all := []InboundBounced{{Address: "tom@example.com", Status: "5.1.1", Hard: true}, {Address: "rosa@example.com", Status: "5.1.1", Detail: "no such user", Hard: true}}
		for i := range 1000 {
			all = append(all, InboundBounced{Address: fmt.Sprintf("customer%d@example.com", i), Status: "5.1.1", Hard: true})
		}
		dsn := func(to, mailID string, of ...InboundBounced) InboundMail {
			in := h.letter("mailer-daemon@elsewhere.example", "Undelivered", "It came back.")
			in.Proven, in.Class, in.To, in.Bounce = false, ClassBounce, []InboundAddress{{Addr: to}}, &InboundBounce{MailID: mailID, Recipients: of}
			return in
		}
		marked := func(email string) bool { return h.bouncedAt(email) != 0 }
		h.changesNothing(ticket, func() {
			for _, mailID := range []string{"", "<guess@acme.example>", h.MailID("acme.example", sent.ID+5), strings.Replace(sent.MailID, "acme", "other", 1)} {
				h.want(h.takes(dsn("help@acme.example", mailID, all...)), models.MailIgnored, MailUnknownBounce)
			}
			h.want(h.takes(dsn("help+"+h.ReplyKey(sent.ID, 1)+"@acme.example", "", all...)), models.MailIgnored, MailUnknownBounce)
		})
		if marked("rosa@example.com") || marked("tom@example.com") {
			t.Error("a report without a key has marked somebody")
		}
		// Soft: the delivery has a note, nobody is marked.
		h.changesNothing(ticket, func() {
			h.want(h.takes(dsn("bounce+"+h.BounceKey(sent.ID)+"@acme.example", "", InboundBounced{Address: "rosa@example.com", Status: "4.2.2", Detail: "full"})), models.MailWasBounce, "")
		})
		if d, err := models.DeliveryByID(ctx, h.db, sent.ID); err != nil || d.State != models.DeliverySent || !strings.Contains(d.LastError, "4.2.2") {
			t.Errorf("after a soft bounce the delivery is %+v", d)
		}
		if marked("rosa@example.com") {
			t.Error("a soft bounce marks the address")
		}
		// Hard, by our Message-ID, among a thousand others.
		got := h.takes(dsn("help@acme.example", sent.MailID, all...))
		h.want(got, models.MailWasBounce, "")
		if got.Ticket != ticket.Number {
			t.Errorf("the bounce names ticket %d", got.Ticket)
		}
		if d, err := models.DeliveryByID(ctx, h.db, sent.ID); err != nil || d.State != models.DeliveryBounced || !strings.Contains(d.LastError, "5.1.1") {
			t.Errorf("after a hard bounce the delivery is %+v", d)
		}
		if !marked("rosa@example.com") || marked("tom@example.com") {
			t.Error("it has marked the wrong ones")
		}
		if ev := h.lastEvent(ticket); ev.Kind != models.EventMailBounced || ev.Public || *ev.ContactID != ticket.ReporterID {
			t.Errorf("the event is %+v", ev.Event)
		}
		if now := h.ticketByNumber(ticket.Number); now.StatusID != ticket.StatusID || now.PublicVersion != ticket.PublicVersion {
			t.Error("a bounce has changed what people outside see")
		}
		// Another copy of the report says nothing new.
		h.changesNothing(ticket, func() {
			h.want(h.takes(dsn("bounce+"+strings.ToUpper(h.BounceKey(sent.ID))+"@acme.example", "", all...)), models.MailWasBounce, "")
		})
		// By the return path alone, whatever address the other server knows Tom by.
		toms, _ := h.sent(ticket, &bystander, nil)
		h.want(h.takes(dsn("help+"+h.BounceKey(toms.ID)+"@acme.example", "", InboundBounced{Address: "thomas@internal.example", Status: "5.1.1", Hard: true})), models.MailWasBounce, "")
		if !marked("tom@example.com") {
			t.Error("a bounce to the return path does not mark its recipient")
		}
		// Whoever writes by mail again is reached again.
		d, reply := h.sent(ticket, &ticket.ReporterID, nil)
		in := h.letter("rosa@example.com", "I am back", "BACK")
		in.To, in.InReplyTo = []InboundAddress{{Addr: reply}}, []string{d.MailID}
		h.want(h.takes(in), models.MailBecameReply, "")
		if marked("rosa@example.com") {
			t.Error("an answer by mail leaves the mark")
		}
	})
}

func (h *mailHouse) bouncedAt(email string) models.Stamp {
	h.t.Helper()
	at, err := models.BouncedAt(context.Background(), h.db, h.contactOf(email).ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return at
}

// EM-7: an agent's own mail to a notification of theirs is their public answer, or with @note a
// note, with their rights at this moment.
func TestAgentsAnswerByMail(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, link, _, _ := h.rosas()
		bea := h.newAgent("Bea", models.RoleAgent)
		sent, reply := h.sent(ticket, nil, &bea.ID)
		in := h.letter("Bea@acme.example", "Re: Printer", "AGENTSANSWER")
		in.To = []InboundAddress{{Addr: reply}}
		in.Files = []InboundFile{{Name: "manual.txt", Bytes: []byte("manual")}}
		got := h.takes(in)
		h.want(got, models.MailBecameReply, "")
		all := h.entries(ticket)
		last := all[len(all)-1]
		if got.Ticket != ticket.Number || last.AgentID == nil || *last.AgentID != bea.ID || last.Kind != models.MessagePublic || last.PublicVersion == 0 || last.Origin != models.OriginMail || len(last.Files) != 1 {
			t.Fatalf("the answer is %+v", last.Message)
		}
		h.must(h.whole(link), []string{"AGENTSANSWER"}, []string{"Bea@", "bea@acme.example"})
		if now := h.ticketByNumber(ticket.Number); now.AssigneeID == nil || *now.AssigneeID != bea.ID {
			t.Error("who answers by mail has the ticket, as on the page")
		}
		for i, body := range []string{"@note\nNOTEWORDS", "@NOTE: NOTEWORDS", "  @note  \n\nNOTEWORDS\n"} {
			in = h.letter("bea@acme.example", "Re: Printer", strings.TrimSpace(body)+fmt.Sprint(i))
			in.InReplyTo = []string{sent.MailID}
			h.want(h.takes(in), models.MailBecameReply, "")
			all = h.entries(ticket)
			last = all[len(all)-1]
			if last.Kind != models.MessageNote || last.Body != "NOTEWORDS"+fmt.Sprint(i) || last.PublicVersion != 0 {
				t.Errorf("%q became %+v", body, last.Message)
			}
		}
		in = h.letter("bea@acme.example", "Re: Printer", "@notebook is a word")
		in.InReplyTo = []string{sent.MailID}
		h.want(h.takes(in), models.MailBecameReply, "")
		h.must(h.whole(link), []string{"@notebook"}, []string{"NOTEWORDS"})

		// The project's undo delay holds by mail too.
		h.settings(func(p *models.Project) { p.Settings.UndoSeconds = 30 })
		in = h.letter("bea@acme.example", "Re: Printer", "CANBETAKENBACK")
		in.InReplyTo = []string{sent.MailID}
		h.want(h.takes(in), models.MailBecameReply, "")
		h.must(h.whole(link), nil, []string{"CANBETAKENBACK"})
		all = h.entries(ticket)
		if last = all[len(all)-1]; !last.Waiting() {
			t.Error("it does not wait")
		}
		if _, err := h.TakeBack(ctx, bea, ticket.Number, last.PID); err != nil {
			t.Error(err)
		}
	})
}

// A12: mail under an agent's name that is not proven, or answers to nobody's or somebody else's
// notification, is never an agent's message and reaches no customer.
func TestForgedAgentsAreHeld(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, link, rosas, rosasReply := h.rosas()
		bea, carl := h.newAgent("Bea", models.RoleAgent), h.newAgent("Carl", models.RoleAgent)
		sent, reply := h.sent(ticket, nil, &bea.ID)
		_, carls := h.sent(ticket, nil, &carl.ID)
		h.changesNothing(ticket, func() {
			for name, change := range map[string]func(*InboundMail){
				"not proven":          func(in *InboundMail) { in.To, in.Proven = []InboundAddress{{Addr: reply}}, false },
				"not proven, by id":   func(in *InboundMail) { in.InReplyTo, in.Proven = []string{sent.MailID}, false },
				"a customer's key":    func(in *InboundMail) { in.To = []InboundAddress{{Addr: rosasReply}} },
				"a customer's id":     func(in *InboundMail) { in.InReplyTo = []string{rosas.MailID} },
				"another agent's key": func(in *InboundMail) { in.To = []InboundAddress{{Addr: carls}} },
				"an agent, as a customer": func(in *InboundMail) {
					in.From.Addr, in.InReplyTo, in.Proven = "carl@acme.example", []string{rosas.MailID}, false
				},
			} {
				in := h.letter("bea@acme.example", "Re: Printer", "FORGEDWORDS "+name)
				change(&in)
				h.want(h.takes(in), models.MailHeld, MailForgedAgent)
			}
			// An agent's key in a customer's hands makes them no agent.
			in := h.letter("rosa@evil.example", "Re: Printer", "FORGEDWORDS")
			in.To = []InboundAddress{{Addr: reply}}
			h.want(h.takes(in), models.MailHeld, MailNotParticipant)
			// Ids that look like ours open nothing; the agent's own address opens no ticket.
			in = h.letter("bea@acme.example", "Re: Printer", "FORGEDWORDS")
			in.InReplyTo = []string{"<notify-1-1-0123456789abcdef@acme.example>"}
			h.want(h.takes(in), models.MailHeld, MailFromAgent)
		})
		h.must(h.whole(link), nil, []string{"FORGEDWORDS"})
	})
}

// A14: who has lost the project, the role or the account since the notification writes nothing.
func TestAgentsWhoLostAccess(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, _ := h.rosas()
		p, _ := h.other()
		for name, lose := range map[string]func(tx *models.Tx, id int64) error{
			"Moved": func(tx *models.Tx, id int64) error {
				return models.SetAgentProjects(ctx, tx, id, map[int64]models.Role{p.ID: models.RoleAgent})
			},
			"Viewing": func(tx *models.Tx, id int64) error {
				return models.SetAgentRole(ctx, tx, id, "Viewing", models.RoleViewer)
			},
			"Disabled": func(tx *models.Tx, id int64) error { return models.DisableAgent(ctx, tx, id, models.At(h.clock())) },
		} {
			a := h.newAgent(name, models.RoleAgent)
			_, reply := h.sent(ticket, nil, &a.ID)
			h.write(func(ctx context.Context, tx *models.Tx) error { return lose(tx, a.ID) })
			h.changesNothing(ticket, func() {
				in := h.letter(strings.ToLower(name)+"@acme.example", "Re: Printer", "LOSTWORDS")
				in.To = []InboundAddress{{Addr: reply}}
				row, got := h.takesRow(in)
				h.want(got, models.MailIgnored, MailNoRights)
				// They are told, at their own address and in fixed words, and no more than three times an hour.
				if told := h.letters(); len(told) != 1 || *told[0] != (AgentLetter{Template: MailAgentRefused, Name: name, Address: strings.ToLower(name) + "@acme.example", AnswersTo: row.MailID}) {
					t.Errorf("%s is told %+v", name, told)
				}
				for i := range 4 {
					in.Text, in.Full = fmt.Sprint("LOSTWORDS again ", i), ""
					h.want(h.takes(in), models.MailIgnored, MailNoRights)
				}
				if told := h.letters(); len(told) != 2 {
					t.Errorf("%s is told %d times more", name, len(told))
				}
				// Nobody is told of what others send under their name, or what no person reads.
				h.later(2 * time.Hour)
				in.Text, in.Proven = "FORGED", false
				h.want(h.takes(in), models.MailHeld, MailForgedAgent)
				in.Text, in.Proven = "ROBOT", true
				id := h.keepRaw(MailArrival{EnvelopeFrom: "<>"})
				if got, err := h.TakeMail(ctx, id, in); err != nil || got.Reason != MailNoRights {
					t.Error(got, err)
				}
				in.Text = "ARCHIVE"
				id = h.keepRaw(MailArrival{EnvelopeFrom: in.From.Addr, Source: models.MailFromReplay})
				if got, err := h.TakeMail(ctx, id, in); err != nil || got.Reason != MailNoRights {
					t.Error(got, err)
				}
				if told := h.letters(); len(told) != 0 {
					t.Errorf("%s is told of others' mail: %+v", name, told)
				}
			})
		}
	})
}

// A19: answers that come within seconds of our mails stop after five in an hour, with a warning
// for agents; a person's later mails are not counted.
func TestMailLoopStops(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, _, _, _ := h.rosas()
		answer := func(i int) MailResult {
			_, reply := h.sent(ticket, &ticket.ReporterID, nil)
			h.later(-2*loopSoon + 1e9) // a second after it was sent
			in := h.letter("rosa@example.com", "Re: Re: Re:", fmt.Sprint("We have received your message ", i))
			in.To = []InboundAddress{{Addr: reply}}
			return h.takes(in)
		}
		for i := range 5 {
			h.want(answer(i), models.MailBecameReply, "")
			// Of two desks that answer each other one stops first, and the other must know as well.
			if ev := h.lastEvent(ticket); (ev.Kind == models.EventMailLoop) != (i == loopWarn-1) || ev.Kind == models.EventMailLoop && ev.Public {
				t.Errorf("after %d answers: %+v", i+1, ev.Event)
			}
		}
		h.want(answer(6), models.MailHeld, MailLoop)
		if ev := h.lastEvent(ticket); ev.Kind != models.EventMailLoop || ev.Public {
			t.Errorf("the warning is %+v", ev.Event)
		}
		h.want(answer(7), models.MailHeld, MailLoop)
		_, reply := h.sent(ticket, &ticket.ReporterID, nil)
		in := h.letter("rosa@example.com", "Re: Re: Re:", "A person, a minute later")
		in.To = []InboundAddress{{Addr: reply}}
		h.want(h.takes(in), models.MailBecameReply, "")
	})
}

// RFC 3834: of the tickets that one address opens by mail one an hour is acknowledged, and none of
// an address where nobody reads.
func TestMailIsAcknowledgedOnceAnHour(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		quiet := func(from, body string) bool {
			in := h.letter(from, "Hello", body)
			got := h.takes(in)
			h.want(got, models.MailBecameTicket, "")
			return quietly(&h.lastEvent(h.ticketByNumber(got.Ticket)).Event)
		}
		if quiet("nina@example.com", "one") || !quiet("nina@example.com", "two") || !quiet("Nina+tag@example.com", "three") || quiet("otto@example.com", "one") {
			t.Error("not one an hour to an address")
		}
		h.later(61 * 60 * 1e9)
		if quiet("nina@example.com", "four") {
			t.Error("none an hour later")
		}
		if !quiet("no-reply@shop.example", "order 5") {
			t.Error("a machine is answered")
		}
	})
}

// EM-1, A42: files are kept under the agents' limits; what does not fit is named to agents and
// never stops the mail. HTML stands as it was cleaned, with its pictures by name.
func TestMailFilesAndHTML(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		h.settings(func(p *models.Project) { p.Settings.AgentFileMB, p.Settings.AgentRequestMB = 1, 2 })
		ticket, _, _, reply := h.rosas()
		mega := make([]byte, 1<<20)
		in := h.letter("rosa@example.com", "Re: Printer", "See below")
		in.To, in.HTML = []InboundAddress{{Addr: reply}}, `<p>See <img data-cid="shot@mail" alt="shot"></p>`
		in.Files = []InboundFile{{Name: "shot.png", ContentID: "shot@mail", Bytes: []byte("png")}, {Name: "too\x00large.bin", Bytes: append(mega, 1)}, {Name: "one.bin", Bytes: mega}, {Name: "two.bin", Bytes: mega}, {Name: "last.txt", Bytes: []byte("last")}}
		h.want(h.takes(in), models.MailBecameReply, "")
		all := h.entries(ticket)
		last := all[len(all)-1]
		var names []string
		for _, f := range last.Files {
			names = append(names, f.Name+"/"+f.ContentID)
		}
		if strings.Join(names, " ") != "shot.png/shot@mail one.bin/ last.txt/" || last.HTML != in.HTML || last.Body != "See below" {
			t.Errorf("it became %v %q", names, last.HTML)
		}
		ev := h.lastEvent(ticket)
		if ev.Kind != models.EventMailFiles || ev.Public || !strings.Contains(ev.Data, "toolarge.bin") || !strings.Contains(ev.Data, "two.bin") {
			t.Errorf("the event is %s %s", ev.Kind, ev.Data)
		}
		// A text over the limit is cut, never refused.
		in = h.letter("rosa@example.com", "Long", strings.Repeat("äöü ", 100_000))
		in.To, in.HTML = []InboundAddress{{Addr: reply}}, strings.Repeat("<p>x</p>", 100_000)
		h.want(h.takes(in), models.MailBecameReply, "")
		all = h.entries(ticket)
		if last := all[len(all)-1]; len(last.Body) > 256<<10+4 || len(last.Body) < 255<<10 || strings.Contains(last.HTML, "<p>x</p>") {
			t.Errorf("%d bytes are kept", len(last.Body))
		}
	})
}

// EM-2: what an agent lets in joins as they chose, once, and its sender takes part from then on;
// what its sender confirms is proven.
func TestHeldMailIsLetIn(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, link, _, reply := h.rosas()
		letIn := func(in InboundMail, state, payload string) (MailResult, *models.Held) {
			t.Helper()
			row, got := h.takesRow(in)
			if got.Outcome != models.MailHeld {
				t.Fatalf("it ended as %+v", got)
			}
			held := h.heldRow(row.ID)
			in.Held = held.ID
			h.changesNothing(ticket, func() {
				// While it waits, and after a rejection, a job that comes by does nothing.
				if again, err := h.TakeMail(ctx, row.ID, in); err != nil || again.Outcome != models.MailHeld {
					t.Errorf("it is let in before anybody has decided: %+v %v", again, err)
				}
			})
			h.write(func(ctx context.Context, tx *models.Tx) error {
				done, err := models.AcceptHeldMail(ctx, tx, held.ID, state, &h.ada.ID, payload, models.At(h.clock()))
				if err == nil && !done {
					t.Error("it does not wait")
				}
				return err
			})
			done, err := h.TakeMail(ctx, row.ID, in)
			if err != nil {
				t.Fatal(err)
			}
			before := h.state(ticket)
			if again, err := h.TakeMail(ctx, row.ID, in); err != nil || !again.Again || again.Outcome != done.Outcome {
				t.Errorf("the second time: %+v %v", again, err)
			}
			if h.state(ticket) != before {
				t.Error("the second time changed something")
			}
			return done, h.heldRow(row.ID)
		}
		stranger := func(from, words string) InboundMail {
			in := h.letter(from, "Re: Printer", words)
			in.To, in.Proven = []InboundAddress{{Addr: reply}}, false
			return in
		}
		got, held := letIn(stranger("xaver@example.net", "LETIN"), models.HeldAccepted, `{"as":"reply"}`)
		h.want(got, models.MailBecameReply, "")
		if held.ResultTicketID == nil || *held.ResultTicketID != ticket.ID {
			t.Errorf("what was held says %+v", held)
		}
		xaver := h.contactOf("xaver@example.net")
		if p := h.personOn(ticket.ID, xaver.ID); p.JoinedAs != models.JoinedCC || xaver.ProvenAt != 0 {
			t.Errorf("they joined as %+v", p)
		}
		all := h.entries(ticket)
		if last := all[len(all)-1]; last.Body != "LETIN" || !last.Unproven || *last.ContactID != xaver.ID {
			t.Errorf("it became %+v", last.Message)
		}
		h.must(h.whole(link), []string{"LETIN"}, []string{"xaver@example.net"})

		// CP-13: with a company of its own choice the ticket's time is that company's, who hear of it when
		// little is left.
		poor := h.company("Poor")
		h.buy(poor, "2h")
		h.spend(ticket.Number, "90")
		got, _ = letIn(stranger("wanda@example.net", "WITHCOMPANY"), models.HeldAccepted, fmt.Sprintf(`{"as":"reply","company_id":%d}`, poor))
		h.want(got, models.MailBecameReply, "")
		if lows := h.lows(ticket); len(lows) != 1 || !strings.Contains(lows[0], `"left":30`) {
			t.Errorf("of the time that is left is told %v", lows)
		}

		got, _ = letIn(stranger("yuri@example.net", "ASNOTE"), models.HeldAccepted, `{"as":"note"}`)
		h.want(got, models.MailBecameReply, "")
		h.must(h.whole(link), nil, []string{"ASNOTE"})
		people, err := models.People(ctx, h.db, ticket.ID)
		if err != nil || len(people) != 3 {
			t.Errorf("a note has enrolled somebody: %d", len(people))
		}

		got, _ = letIn(stranger("zoe@example.net", "ASTICKET"), models.HeldAccepted, fmt.Sprintf(`{"as":"ticket","company_id":%d}`, h.company("Zoo")))
		h.want(got, models.MailBecameTicket, "")
		if fresh := h.ticketByNumber(got.Ticket); fresh.ID == ticket.ID || fresh.CompanyID == nil || !fresh.Unproven {
			t.Errorf("the ticket is %+v", fresh)
		}

		h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = "always" })
		in := h.letter("will@example.net", "Hello", "CONFIRMED")
		in.Proven = false
		got, _ = letIn(in, models.HeldConfirmed, "{}")
		h.want(got, models.MailBecameTicket, "")
		if fresh := h.ticketByNumber(got.Ticket); fresh.Unproven || h.contactOf("will@example.net").ProvenAt == 0 || quietly(&h.lastEvent(fresh).Event) {
			t.Error("who has confirmed is not proven, or hears nothing of the ticket")
		}
	})
}

// lodge mail replay --dry-run: a trial says what would be, and nothing is there after it.
func TestTryMailChangesNothing(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, reply := h.rosas()
		h.changesNothing(ticket, func() {
			in := h.letter("rosa@example.com", "Re: Printer", "TRIED")
			in.To, in.Files = []InboundAddress{{Addr: reply}}, []InboundFile{{Name: "a.txt", Bytes: []byte("TRIEDBYTES")}}
			got, err := h.TryMail(ctx, MailArrival{Source: models.MailFromReplay}, in)
			if err != nil || got.Outcome != models.MailBecameReply || got.Ticket != ticket.Number {
				t.Errorf("a trial says %+v, %v", got, err)
			}
			in.To, in.From.Addr, in.Text = []InboundAddress{{Addr: "help@acme.example"}}, "new@example.com", "TRIED2"
			if got, err = h.TryMail(ctx, MailArrival{Source: models.MailFromReplay}, in); err != nil || got.Outcome != models.MailBecameTicket {
				t.Errorf("a trial says %+v, %v", got, err)
			}
		})
		if _, err := models.MailInByID(ctx, h.db, 1); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a trial has kept a mail: %v", err)
		}
		if _, err := models.ContactByKey(ctx, h.db, "new@example.com"); models.KindOf(err) != models.KindNotFound {
			t.Errorf("a trial has kept a contact: %v", err)
		}
	})
}

// A29: what is no text in a mail stops neither database.
func TestMailWithBytesThatAreNoText(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		in := h.letter("nina@example.com", "a\x00b\xff", "text\x00\xff")
		in.MessageID, in.HTML, in.From.Name = "<\x00\xff@x>", "<p>\x00\xff</p>", "Ni\x00na\xff"
		in.Files = []InboundFile{{Name: "\x00\xff.txt", ContentID: "c\x00\xff", Bytes: []byte("x")}}
		h.want(h.takes(in), models.MailBecameTicket, "")
		in.From.Addr, in.MessageID = "\x00\xff@x", "<2@x>"
		h.want(h.takes(in), models.MailIgnored, MailNoAuthor)
	})
}

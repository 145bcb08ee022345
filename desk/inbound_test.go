package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// EM-1: an answer joins by the secret address, whatever its case, its place in the mail, its
// domain after a forwarder, and its subject; by our Message-ID as well.
func TestMailJoinsByKeyAndByMessageID(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, link, sent, reply := h.rosas()
		for i, change := range []func(*InboundMail){
			func(in *InboundMail) { in.To = []InboundAddress{{Addr: reply}} },
			func(in *InboundMail) { in.To = []InboundAddress{{Addr: strings.ToUpper(reply)}} },
			func(in *InboundMail) { in.Cc, in.To = []InboundAddress{{Addr: reply}}, nil },
			func(in *InboundMail) {
				in.DeliveredTo = []string{strings.Replace(reply, "@acme.example", "@forwarded.example", 1)}
			},
			func(in *InboundMail) {
				local, domain, _ := strings.Cut(reply, "@")
				in.To = []InboundAddress{{Addr: `"` + local + `"@` + domain}}
			},
			func(in *InboundMail) { in.InReplyTo = []string{sent.MailID} },
			func(in *InboundMail) { in.InReplyTo = []string{strings.ToUpper(sent.MailID)} },
			func(in *InboundMail) {
				in.InReplyTo, in.References = []string{"<unknown@example.com>"}, []string{sent.MailID, "<x@example.com>"}
			},
		} {
			in := h.letter("Rosa@Example.com", "Something else entirely", fmt.Sprint("ANSWER", i))
			change(&in)
			row, got := h.takesRow(in)
			h.want(got, models.MailBecameReply, "")
			if got.Ticket != ticket.Number || row.TicketID == nil || *row.TicketID != ticket.ID || row.MessageID == nil {
				t.Errorf("%d: it joined %d, row %+v", i, got.Ticket, row)
			}
			if all := h.entries(ticket); all[len(all)-1].Body != fmt.Sprint("ANSWER", i) || all[len(all)-1].Origin != models.OriginMail || all[len(all)-1].Unproven ||
				all[len(all)-1].MailID == nil || *all[len(all)-1].MailID != row.ID {
				t.Errorf("%d: the message is %+v", i, all[len(all)-1].Message)
			}
		}
		h.must(h.whole(link), []string{"ANSWER0", "ANSWER7"}, nil)
		if h.contactOf("rosa@example.com").ProvenAt == 0 {
			t.Error("who answers by mail of their own has proven the address")
		}
		if h.ticketByNumber(ticket.Number).Unproven {
			t.Error("and the ticket is still marked")
		}
	})
}

// A12, A13, A16: historic, shortened, wrong and foreign ids, keys of a replaced link and numbers
// in a subject join nothing.
func TestMailJoinsNothingElse(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, _, sent, reply := h.rosas()
		key := keyIn(reply)
		id := strings.Trim(sent.MailID, "<>")
		h.settings(func(p *models.Project) { p.Settings.AddressCreates = 1000 })
		for i, change := range []func(*InboundMail){
			func(in *InboundMail) { in.Subject = "Re: [#" + itoa(ticket.Number) + "]" },
			func(in *InboundMail) { in.Subject = "Re: Printer is on fire [" + ticket.Reference + "]" },
			func(in *InboundMail) { in.To = []InboundAddress{{Addr: "help+" + itoa(sent.ID) + "@acme.example"}} },
			func(in *InboundMail) {
				in.To = []InboundAddress{{Addr: "help+id" + itoa(ticket.Number) + "@acme.example"}}
			},
			func(in *InboundMail) { in.To = []InboundAddress{{Addr: "help+" + key[:28] + "@acme.example"}} },
			func(in *InboundMail) { in.To = []InboundAddress{{Addr: "help+" + key[:28] + "x@acme.example"}} },
			func(in *InboundMail) {
				in.To = []InboundAddress{{Addr: "help+" + h.BounceKey(sent.ID) + "@acme.example"}}
			},
			func(in *InboundMail) {
				in.To = []InboundAddress{{Addr: "help+" + h.ReplyKey(sent.ID, 0) + "@acme.example"}}
			},
			func(in *InboundMail) { in.InReplyTo = []string{"<" + id[:20] + "@acme.example>"} },
			func(in *InboundMail) {
				in.InReplyTo = []string{"<" + strings.Replace(id, "acme.example", "evil.example", 1) + ">"}
			},
			func(in *InboundMail) { in.InReplyTo = []string{h.MailID("acme.example", sent.ID+1)} },
			func(in *InboundMail) {
				in.InReplyTo = []string{"<notify-1-1-zzz@acme.example>", "<l.aaaaaaaaaaaaaaaaaaaaaaaaaa@acme.example>"}
			},
			func(in *InboundMail) {
				in.References = []string{"<reply-" + itoa(sent.ID) + "-0123456789abcdef@acme.example>"}
			},
		} {
			before := len(h.entries(ticket))
			in := h.letter("rosa@example.com", "A question", fmt.Sprint("NEW", i))
			change(&in)
			got := h.takes(in)
			h.want(got, models.MailBecameTicket, "")
			if got.Ticket == ticket.Number || len(h.entries(ticket)) != before {
				t.Errorf("%d joined the ticket", i)
			}
		}
		// A link that was replaced ends its address; Rosa's own mail still finds the ticket by the id.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.RaiseGeneration(ctx, tx, h.personOn(ticket.ID, ticket.ReporterID).ID, models.At(h.clock()))
			return err
		})
		in := h.letter("rosa@example.com", "By the old address", "OLDKEY")
		in.To = []InboundAddress{{Addr: reply}}
		if got := h.takes(in); got.Outcome != models.MailBecameTicket {
			t.Errorf("the address of a replaced link joins: %+v", got)
		}
	})
}

// A7, A10, A11, A15, EM-2: whoever knows the address, the Message-ID or the subject and takes no
// part changes nothing, reads nothing, and is held for an agent.
func TestMailOfStrangersIsHeld(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, link, sent, reply := h.rosas()
		for name, c := range map[string]struct {
			from, reason string
			proven       bool
			change       func(*InboundMail)
		}{
			"A7 another service's mail": {"no-reply@slack.example", MailNotParticipant, true, func(in *InboundMail) { in.To = []InboundAddress{{Addr: reply}} }},
			"A10 forged, with a cc": {"rosa@example.com", MailNotProven, false, func(in *InboundMail) {
				in.To, in.Cc = []InboundAddress{{Addr: reply}}, []InboundAddress{{Addr: "eve@evil.example"}}
			}},
			"A11 the key has leaked":     {"xaver@example.net", MailNotParticipant, true, func(in *InboundMail) { in.To = []InboundAddress{{Addr: reply}} }},
			"A15 references, new sender": {"rosa@private.example", MailNotParticipant, true, func(in *InboundMail) { in.References = []string{sent.MailID} }},
			"a stranger, not proven":     {"xaver@example.net", MailNotParticipant, false, func(in *InboundMail) { in.InReplyTo = []string{sent.MailID} }},
		} {
			t.Run(name, func(t *testing.T) {
				h.changesNothing(ticket, func() {
					in := h.letter(c.from, "code", "code 483920")
					in.Proven = c.proven
					c.change(&in)
					row, got := h.takesRow(in)
					h.want(got, models.MailHeld, c.reason)
					held := h.heldRow(row.ID)
					if held.Kind != models.HeldMail || held.TicketID == nil || *held.TicketID != ticket.ID || held.Address != c.from || held.State != models.HeldWaiting || !strings.Contains(held.Excerpt, "483920") {
						t.Errorf("held as %+v", held)
					}
				})
				h.must(h.whole(link), nil, []string{"483920"})
			})
		}
	})
}

// A17: nothing but the fields that are read counts, so no header can set a priority or a state;
// a new ticket has what the project gives it.
func TestMailOpensATicket(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		in := h.letter("nina@example.com", "  Invoice\r\n wrong ", "The sum is off.\n\nNina")
		in.From.Name = "Nina Nord"
		in.Files = []InboundFile{{Name: "../invoice.pdf", Bytes: []byte("%PDF-1.4 sum")}}
		_, got := h.takesRow(in)
		h.want(got, models.MailBecameTicket, "")
		ticket := h.ticketByNumber(got.Ticket)
		if ticket.Title != "Invoice wrong" || ticket.Origin != models.OriginMail || ticket.ProjectID != h.project.ID || ticket.Priority != models.PriorityNormal || ticket.Unproven {
			t.Errorf("the ticket is %+v", ticket)
		}
		nina := h.contactOf("nina@example.com")
		if nina.Name != "Nina Nord" || nina.ProvenAt == 0 || ticket.ReporterID != nina.ID {
			t.Errorf("the reporter is %+v", nina)
		}
		all := h.entries(ticket)
		if len(all) != 1 || all[0].Kind != models.MessageDescription || !strings.Contains(all[0].Body, "The sum is off.") || len(all[0].Files) != 1 || all[0].Files[0].Name != "invoice.pdf" || all[0].Files[0].Size != 12 {
			t.Errorf("the thread is %+v", all)
		}
		c, err := h.AgentFile(context.Background(), h.ada, all[0].Files[0].PID, false)
		if err != nil || readAll(t, c) != "%PDF-1.4 sum" {
			t.Errorf("the file's bytes: %v", err)
		}
		// Not proven: the ticket says so.
		in = h.letter("otto@example.com", "", "")
		in.Proven = false
		in.Text, in.Full = "Only words\nand more", "Only words\nand more"
		got = h.takes(in)
		ticket = h.ticketByNumber(got.Ticket)
		if !ticket.Unproven || ticket.Title != "Only words" || h.contactOf("otto@example.com").ProvenAt != 0 {
			t.Errorf("the ticket is %+v", ticket)
		}
	})
}

// A20: our own mail that comes back is nothing, whatever names it: its sender, its id, its mark.
func TestOwnMailIsIgnored(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, _, sent, reply := h.rosas()
		h.changesNothing(ticket, func() {
			for _, change := range []func(*InboundMail){
				func(in *InboundMail) { in.Class = ClassOwn },
				func(in *InboundMail) { in.From.Addr = "help@acme.example" },
				func(in *InboundMail) { in.From.Addr = strings.ToUpper(reply) },
				func(in *InboundMail) { in.MessageID = strings.ToUpper(sent.MailID) },
			} {
				in := h.letter("rosa@example.com", "Re: Printer", "again")
				in.To = []InboundAddress{{Addr: reply}}
				change(&in)
				h.want(h.takes(in), models.MailIgnored, MailOwn)
			}
		})
	})
}

// A18, EM-5: auto-replies and lists change nothing, with and without a thread.
func TestMachinesAreIgnored(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, _, sent, reply := h.rosas()
		h.changesNothing(ticket, func() {
			for class, reason := range map[string]string{ClassAuto: MailAuto, ClassList: MailList} {
				for _, with := range []bool{true, false} {
					in := h.letter("rosa@example.com", "Out of office", "I am away until Monday.")
					in.Class = class
					if with {
						in.To, in.InReplyTo = []InboundAddress{{Addr: reply}}, []string{sent.MailID}
					}
					h.want(h.takes(in), models.MailIgnored, reason)
				}
			}
			for _, in := range []InboundMail{
				{MessageID: "<none@x>", Class: ClassPerson, Subject: "no author", Text: "x", To: []InboundAddress{{Addr: "help@acme.example"}}},
				{MessageID: "<two@x>", Class: ClassPerson, From: InboundAddress{Addr: "a@good.example, b@evil.example"}, Text: "x", To: []InboundAddress{{Addr: "help@acme.example"}}},
			} {
				h.want(h.takes(in), models.MailIgnored, MailNoAuthor)
			}
			in := h.letter("rosa@example.com", "to nobody", "x")
			in.To = []InboundAddress{{Addr: "someone@else.example"}}
			h.want(h.takes(in), models.MailIgnored, MailNoMailbox)
			in = h.letter("rosa@example.com", "", "")
			in.To = []InboundAddress{{Addr: reply}}
			h.want(h.takes(in), models.MailIgnored, MailEmpty)
		})
	})
}

// EM-5: five copies of a mail make one message, whichever of our addresses they came by, and a
// job that runs twice makes it once.
func TestTheSameMailFiveTimes(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, reply := h.rosas()
		in := h.letter("rosa@example.com", "Re: Printer", "ONCE")
		in.To = []InboundAddress{{Addr: reply}, {Addr: "help@acme.example"}}
		h.want(h.takes(in), models.MailBecameReply, "")
		for range 4 {
			got := h.takes(in)
			h.want(got, models.MailIgnored, MailDuplicate)
			if got.Ticket != ticket.Number {
				t.Errorf("a copy names ticket %d", got.Ticket)
			}
		}
		if n := len(h.entries(ticket)); n != 2 {
			t.Errorf("%d entries", n)
		}
		// The job's process died after the work: it is done again.
		in = h.letter("rosa@example.com", "A new one", "TWICE")
		id := h.keepRaw(MailArrival{EnvelopeFrom: "rosa@example.com"})
		first, err := h.TakeMail(ctx, id, in)
		if err != nil {
			t.Fatal(err)
		}
		h.changesNothing(ticket, func() {
			again, err := h.TakeMail(ctx, id, in)
			if err != nil || !again.Again || again.Ticket != first.Ticket || again.Outcome != models.MailBecameTicket {
				t.Errorf("the second time: %+v, %v", again, err)
			}
		})
		// The same words under the same id by somebody else are another mail: nobody can push a mail
		// aside whose id they know.
		other := in
		other.From.Addr = "eve@evil.example"
		h.want(h.takes(other), models.MailBecameTicket, "")
		// The other project's mailbox gets its own ticket, once.
		p, _ := h.other()
		h.mailbox(p.ID, "sales@acme.example")
		both := h.letter("lena@example.com", "To both", "BOTH")
		both.To = []InboundAddress{{Addr: "help@acme.example"}, {Addr: "sales@acme.example"}}
		one := h.takes(both)
		h.want(one, models.MailBecameTicket, "")
		h.want(h.takes(both), models.MailIgnored, MailDuplicate)
	})
}

// EM-5 on the databases' own terms: copies that are read at the same moment make one message.
func TestCopiesAtOnceMakeOneMessage(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ticket, _, _, reply := h.rosas()
		in := h.letter("rosa@example.com", "Re: Printer", "RACE")
		in.To = []InboundAddress{{Addr: reply}}
		results := make(chan MailResult, 6)
		for range cap(results) {
			id := h.keepRaw(MailArrival{EnvelopeFrom: "rosa@example.com"})
			go func() {
				got, err := h.TakeMail(context.Background(), id, in)
				if err != nil {
					got.Reason = err.Error()
				}
				results <- got
			}()
		}
		made := map[string]int{}
		for range cap(results) {
			got := <-results
			made[got.Outcome+" "+got.Reason]++
		}
		if made["reply "] != 1 || made["ignored duplicate"] != cap(results)-1 {
			t.Errorf("they became %v", made)
		}
		if n := len(h.entries(ticket)); n != 2 {
			t.Errorf("%d entries", n)
		}
	})
}

// PT-9, AG-8: by mail a reply reopens, follows up, and goes where links go after a merge, as on
// the page; a merge moves who was moved and nobody else.
func TestMailFollowsTheTicket(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, reply := h.rosas()
		if err := h.ChangeStatus(ctx, h.ada, ticket.Number, "resolved", h.ticketByNumber(ticket.Number).Version); err != nil {
			t.Fatal(err)
		}
		in := h.letter("rosa@example.com", "Re: Printer", "BURNSAGAIN")
		in.To = []InboundAddress{{Addr: reply}}
		h.want(h.takes(in), models.MailBecameReply, "")
		if h.ticketByNumber(ticket.Number).Category.Ended() {
			t.Error("the answer did not reopen the ticket")
		}
		_, target := h.fileAs("tom@example.com", "Target", "DST")
		h.mergeNow(h.ticketByNumber(ticket.Number), target, false, ticket.ReporterID)
		in = h.letter("rosa@example.com", "Re: Printer", "AFTERMERGE")
		in.To = []InboundAddress{{Addr: reply}}
		if got := h.takes(in); got.Outcome != models.MailBecameReply || got.Ticket != target.Number {
			t.Errorf("after the merge: %+v", got)
		}
		// A stranger with the same key is held on the ticket that stayed.
		in = h.letter("eve@evil.example", "Re: Printer", "EVIL")
		in.To = []InboundAddress{{Addr: reply}}
		row, got := h.takesRow(in)
		h.want(got, models.MailHeld, MailNotParticipant)
		if held := h.heldRow(row.ID); *held.TicketID != target.ID {
			t.Errorf("held on ticket %d", *held.TicketID)
		}
	})
}

// A6, EM-2: the address of a merged contact is the person's; a blocked sender and a spam ticket
// are as on the page; an unsubscribed participant may answer.
func TestMailOfAliasesBlockedAndUnsubscribed(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		ctx := context.Background()
		ticket, _, _, reply := h.rosas()
		_, aliasID := h.join(ticket, "rosa@old.example")
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.DeleteParticipant(ctx, tx, h.personOnTx2(ctx, tx, ticket.ID, aliasID).ID); err != nil {
				return err
			}
			_, err := models.MergeContact(ctx, tx, aliasID, ticket.ReporterID, models.At(h.clock()))
			return err
		})
		in := h.letter("rosa@old.example", "Re: Printer", "BYALIAS")
		in.InReplyTo = []string{h.sentAgain(ticket).MailID}
		h.want(h.takes(in), models.MailBecameReply, "")
		if h.contactOf("rosa@example.com").ProvenAt != 0 {
			t.Error("mail from the old address has proven the new one")
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := models.SetSubscription(ctx, tx, h.personOnTx2(ctx, tx, ticket.ID, ticket.ReporterID).ID, models.At(h.clock()))
			return err
		})
		in = h.letter("rosa@example.com", "Re: Printer", "UNSUBSCRIBED")
		in.InReplyTo = []string{h.sentAgain(ticket).MailID}
		h.want(h.takes(in), models.MailBecameReply, "")
		if p := h.personOn(ticket.ID, ticket.ReporterID); p.UnsubscribedAt == 0 {
			t.Error("answering has subscribed them again")
		}
		if err := h.Block(ctx, h.ada, BlockInput{Kind: models.BlockAddress, Value: "rosa@example.com", For: BlockForever}); err != nil {
			t.Fatal(err)
		}
		h.changesNothing(ticket, func() {
			in := h.letter("rosa@example.com", "Re: Printer", "BLOCKED")
			in.To = []InboundAddress{{Addr: reply}}
			h.want(h.takes(in), models.MailIgnored, MailBlocked)
			h.want(h.takes(h.letter("rosa@example.com", "New", "BLOCKED2")), models.MailIgnored, MailBlocked)
		})
	})
}

func (h *mailHouse) personOnTx2(ctx context.Context, tx *models.Tx, ticketID, contactID int64) *models.Person {
	people, err := models.People(ctx, tx, ticketID)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range people {
		if p.ContactID == contactID {
			return p
		}
	}
	h.t.Fatalf("contact %d is not on ticket %d", contactID, ticketID)
	return nil
}

func (h *mailHouse) sentAgain(t *models.Ticket) *models.Delivery {
	d, _ := h.sent(t, &t.ReporterID, nil)
	return d
}

// PC-7: more tickets from one address than the project allows are held, none is lost; the web's
// count and the mail's are one.
func TestMailOverTheLimitIsHeld(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		h.settings(func(p *models.Project) { p.Settings.AddressCreates = 3 })
		for i := range 5 {
			want, reason := models.MailBecameTicket, ""
			if i >= 3 {
				want, reason = models.MailHeld, MailTooMany
			}
			h.want(h.takes(h.letter("nina+"+fmt.Sprint(i)+"@example.com", "Alarm", fmt.Sprint("ALARM", i))), want, reason)
		}
		h.later(2 * time.Hour)
		h.want(h.takes(h.letter("nina@example.com", "Alarm", "LATER")), models.MailBecameTicket, "")
	})
}

// PC-12 by mail: with verify_anonymous an unproven sender confirms first.
func TestMailIsVerified(t *testing.T) {
	onEachMail(t, func(t *testing.T, h *mailHouse) {
		for _, c := range []struct {
			setting         string
			known, proven   bool
			outcome, reason string
		}{
			{"off", false, false, models.MailBecameTicket, ""},
			{"first_time", false, false, models.MailHeld, MailVerify},
			{"first_time", true, false, models.MailBecameTicket, ""},
			{"first_time", false, true, models.MailBecameTicket, ""},
			{"always", true, false, models.MailHeld, MailVerify},
			{"always", false, true, models.MailBecameTicket, ""},
		} {
			h.settings(func(p *models.Project) { p.Settings.VerifyAnonymous = c.setting })
			h.mails++
			from := fmt.Sprintf("nina%d@example.com", h.mails)
			if c.known {
				h.write(func(ctx context.Context, tx *models.Tx) error {
					k, err := models.EnsureContact(ctx, tx, models.Contact{Address: from, AddressKey: from, CreatedAt: models.At(h.clock())})
					if err != nil {
						return err
					}
					return models.ProveContact(ctx, tx, k.ID, models.At(h.clock()))
				})
			}
			in := h.letter(from, "Hello", "VERIFY "+from)
			in.Proven = c.proven
			row, got := h.takesRow(in)
			h.want(got, c.outcome, c.reason)
			if c.outcome == models.MailHeld {
				if held := h.heldRow(row.ID); held.TicketID != nil || held.ProjectID != h.project.ID {
					t.Errorf("held as %+v", held)
				}
			}
		}
	})
}

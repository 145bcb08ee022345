package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

// fileAs files a ticket of somebody and gives a proven link and the ticket.
func (h *house) fileAs(email, title, description string, uploads ...Upload) (Link, *models.Ticket) {
	h.t.Helper()
	h.later(time.Hour)
	in := h.form()
	in.Email, in.Name, in.Title, in.Description, in.Uploads = email, strings.Split(email, "@")[0], title, description, uploads
	done, err := h.Portal().Submit(context.Background(), in)
	if err != nil {
		h.t.Fatal(err)
	}
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(done.Token))
	if err != nil {
		h.t.Fatal(err)
	}
	t, err := models.TicketByID(context.Background(), h.db, a.Ticket.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	link, _ := h.ParticipantLinks(&a.Person.Participant)
	return link, t
}

// join enrols somebody else and gives their link.
func (h *house) join(t *models.Ticket, email string) (Link, int64) {
	h.t.Helper()
	var link Link
	var id int64
	h.write(func(ctx context.Context, tx *models.Tx) error {
		k, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: email, Name: strings.Split(email, "@")[0], CreatedAt: models.At(h.clock())})
		if err != nil {
			return err
		}
		p := &models.Participant{TicketID: t.ID, ContactID: k.ID, JoinedAs: models.JoinedCC, CreatedAt: models.At(h.clock())}
		if err := models.InsertParticipant(ctx, tx, p); err != nil {
			return err
		}
		id = k.ID
		link, err = h.keepLinks(ctx, tx, p, models.At(h.clock()))
		return err
	})
	return link, id
}

func (h *house) note(number int64, body string) {
	h.t.Helper()
	if _, err := h.Note(context.Background(), h.ada, number, AgentReply{Body: body}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) answer(number int64, body string, uploads ...Upload) {
	h.t.Helper()
	if _, err := h.ReplyAsAgent(context.Background(), h.ada, number, AgentReply{Body: body, Uploads: uploads}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) ticketByNumber(n int64) *models.Ticket {
	h.t.Helper()
	t, err := models.TicketByNumber(context.Background(), h.db, n)
	if err != nil {
		h.t.Fatal(err)
	}
	return t
}

// AG-2: a split leaves the old thread as it was; the new ticket belongs to who wrote it, notes
// stay notes, and nobody else of the old ticket reads it.
func TestSplit(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		rosa, src := h.fileAs("rosa@example.com", "Two things", "OPENING")
		eve, eveID := h.join(src, "eve@example.net")
		h.reply(eve, "EVEMATTER")
		h.note(src.Number, "EVENOTE")
		plan, err := h.PlanSplit(ctx, h.ada, src.Number)
		if err != nil || len(plan.Messages) != 3 {
			t.Fatal(plan, err)
		}
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "", Messages: nil})
		h.fault(err, "title")
		h.fault(err, "messages")
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "x", Messages: []string{plan.Messages[0].PID}, Version: plan.Version - 1})
		h.kind(err, models.KindConflict)
		_, err = h.Split(ctx, h.ada, src.Number, SplitInput{Title: "x", Messages: []string{plan.Messages[0].PID}, Reporter: 9999})
		h.fault(err, "reporter")
		number, err := h.Split(ctx, h.ada, src.Number, SplitInput{Title: "Eve's matter", Messages: []string{plan.Messages[1].PID, plan.Messages[2].PID}, Version: plan.Version})
		if err != nil {
			t.Fatal(err)
		}
		fresh := h.ticketByNumber(number)
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || fresh.ReporterID != eveID || len(page.Participants) != 1 || len(page.Entries) != 2 || page.Entries[1].Kind != models.MessageNote || page.Entries[0].CopiedFrom != src.Number {
			t.Fatalf("the new ticket is %+v, %v", page, err)
		}
		if len(page.Relations.Tickets) != 1 || page.Relations.Tickets[0].Number != src.Number {
			t.Errorf("it is not linked: %+v", page.Relations)
		}
		link, _ := h.ParticipantLinks(&h.personOn(fresh.ID, eveID).Participant)
		h.must(h.whole(link), []string{"EVEMATTER"}, []string{"EVENOTE", "OPENING"})
		h.must(h.whole(rosa), []string{"OPENING", "EVEMATTER"}, []string{"EVENOTE"})
	})
}

// AG-2: links are seen from both sides, once; a follow-up carries type, fields and people.
func TestLinksAndFollowUps(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, a := h.fileAs("rosa@example.com", "one", "x")
		h.join(a, "eve@example.net")
		_, b := h.fileAs("tom@example.com", "two", "y")
		for range 2 {
			if err := h.Link(ctx, h.ada, a.Number, b.Reference); err != nil {
				t.Fatal(err)
			}
		}
		for _, n := range []int64{a.Number, b.Number} {
			page, err := h.Ticket(ctx, h.ada, n, "")
			if err != nil || len(page.Relations.Tickets) != 1 || page.Relations.Tickets[0].How != models.RelatedLink || len(page.Events) != 2 {
				t.Fatalf("%+v %+v, %v", page.Relations, page.Events, err)
			}
		}
		if err := h.Unlink(ctx, h.ada, b.Number, itoa(a.Number)); err != nil {
			t.Fatal(err)
		}
		if page, _ := h.Ticket(ctx, h.ada, a.Number, ""); len(page.Relations.Tickets) != 0 {
			t.Errorf("still linked: %+v", page.Relations)
		}
		h.fault(h.Link(ctx, h.ada, a.Number, itoa(a.Number)), "target")
		_, err := h.FollowUp(ctx, h.ada, a.Number, FollowUpInput{})
		h.fault(err, "title")
		h.fault(err, "body")
		number, err := h.FollowUp(ctx, h.ada, a.Number, FollowUpInput{Title: "And then", Body: "We looked again.", Tell: true})
		if err != nil {
			t.Fatal(err)
		}
		page, err := h.Ticket(ctx, h.ada, number, "")
		if err != nil || len(page.Participants) != 2 || !page.Entries[0].Agent || page.Relations.Tickets[0].How != models.RelatedFollows {
			t.Fatalf("the follow-up is %+v, %v", page, err)
		}
		// AG-2: what an agent has of other projects stays theirs.
		narrow := Actor{ID: h.ada.ID, Role: models.RoleAgent, Projects: map[int64]models.Role{}}
		h.kind(h.Link(ctx, narrow, a.Number, itoa(b.Number)), models.KindForbidden)
	})
}

package jobs

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// stage is a ticket of Ada's that Otto takes part in too; both have proven their addresses.
type stage struct {
	*house
	runner    *Runner
	number    int64
	ada, otto desk.Link
}

func (h *house) stage() *stage {
	h.t.Helper()
	s := &stage{house: h, runner: h.running("w")}
	h.prove("ada@example.com")
	h.prove("otto@example.com")
	h.file(desk.SubmitInput{Email: "ada@example.com"})
	s.number = h.latest()
	if err := h.desk.AddParticipant(h.t.Context(), h.agent, s.number, "otto@example.com", "Otto"); err != nil {
		h.t.Fatal(err)
	}
	h.settle(s.runner)
	for _, p := range s.people() {
		link, _ := h.desk.ParticipantLinks(&p.Participant)
		if p.Reporter() {
			s.ada = link
		} else {
			s.otto = link
		}
	}
	return s
}

func (s *stage) people() []*models.Person {
	s.t.Helper()
	t, err := models.TicketByNumber(s.t.Context(), s.db, s.number)
	if err != nil {
		s.t.Fatal(err)
	}
	people, err := models.People(s.t.Context(), s.db, t.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return people
}

func (s *stage) status(slug string) {
	s.t.Helper()
	if err := s.desk.ChangeStatus(s.t.Context(), s.agent, s.number, slug, 0); err != nil {
		s.t.Fatal(err)
	}
	s.settle(s.runner)
}

func (s *stage) says(link desk.Link, body string) {
	s.t.Helper()
	if _, err := s.portal.Reply(s.t.Context(), link, desk.ReplyInput{Body: body}); err != nil {
		s.t.Fatal(err)
	}
	s.settle(s.runner)
}

// told counts the mails of a template that have gone to the reporter and to the other.
func (s *stage) told(template string) string {
	s.t.Helper()
	s.settle(s.runner)
	ada, otto := 0, 0
	for _, d := range s.deliveries(s.number) {
		if d.Template != template || d.State != models.DeliverySent || d.ContactID == nil {
			continue
		}
		for _, p := range s.people() {
			if p.ContactID == *d.ContactID && p.Reporter() {
				ada++
			} else if p.ContactID == *d.ContactID {
				otto++
			}
		}
	}
	return fmt.Sprintf("%d %d", ada, otto)
}

// NU-1: each cell of the matrix, on and off, decides about its audience and nobody else.
func TestEveryNotificationSettingIsProven(t *testing.T) {
	acted := func(template string, act func(s *stage)) func(h *house) string {
		return func(h *house) string {
			s := h.stage()
			act(s)
			return s.told(template)
		}
	}
	replied := acted(desk.MailAgentReplied, func(s *stage) { s.answer(s.number, "We look into it.") })
	moved := acted(desk.MailStatusChanged, func(s *stage) { s.status("waiting") })
	closed := acted(desk.MailClosed, func(s *stage) { s.status("resolved") })
	reminded := acted(desk.MailReminder, func(s *stage) { s.silent(5, 3, 5) })
	created := func(h *house) string {
		s := &stage{house: h, runner: h.running("w")}
		h.prove("ada@example.com")
		h.prove("otto@example.com")
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		s.number = h.latest()
		// Otto is on it from its first moment.
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ticket, err := models.TicketByNumber(ctx, tx, s.number)
			if err != nil {
				return err
			}
			otto, err := models.ContactByKey(ctx, tx, "otto@example.com")
			if err != nil {
				return err
			}
			return models.InsertParticipant(ctx, tx, &models.Participant{TicketID: ticket.ID, ContactID: otto.ID, JoinedAs: models.JoinedCC, CreatedAt: models.At(h.clock.Now())})
		})
		e := &models.Event{TicketID: 1, Kind: models.EventCreated, Public: true, CreatedAt: models.At(h.clock.Now())}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.InsertEvent(ctx, tx, e); err != nil {
				return err
			}
			return models.Enqueue(ctx, tx, desk.JobNotify, "again", map[string]int64{"event": e.ID}, h.clock.Now())
		})
		h.settle(s.runner)
		got := map[string]int{}
		for _, d := range h.deliveries(s.number) {
			if d.EventID == e.ID {
				got[d.Template]++
			}
		}
		return fmt.Sprint(got[desk.MailCreated], got[desk.MailPersonAdded])
	}
	provesMail(t, "notifications", map[string]mailProof{
		"notify_created_reporter": {created, map[string]string{"1": "1 0", "": "0 0"}},

		"notify_created_others": {created, map[string]string{"1": "1 1", "": "1 0"}},

		"notify_replied_reporter": {replied, map[string]string{"1": "1 1", "": "0 1"}},

		"notify_replied_others": {replied, map[string]string{"1": "1 1", "": "1 0"}},

		"notify_customer_reporter": {acted(desk.MailCustomerReplied, func(s *stage) { s.says(s.otto, "Me too.") }),
			map[string]string{"1": "1 0", "": "0 0"}},

		"notify_customer_others": {acted(desk.MailCustomerReplied, func(s *stage) { s.says(s.ada, "Me too.") }),
			map[string]string{"1": "0 1", "": "0 0"}},

		"notify_status_reporter": {moved, map[string]string{"1": "1 0", "": "0 0"}},

		"notify_status_others": {moved, map[string]string{"1": "1 1", "": "1 0"}},

		"notify_closed_reporter": {closed, map[string]string{"1": "1 0", "": "0 0"}},

		"notify_closed_others": {closed, map[string]string{"1": "1 1", "": "1 0"}},

		"notify_reminder_reporter": {reminded, map[string]string{"1": "1 0", "": "0 0"}},

		"notify_reminder_others": {reminded, map[string]string{"1": "1 1", "": "1 0"}},

		"batch_minutes": {acted(desk.MailAgentReplied, func(s *stage) {
			for _, body := range []string{"One.", "Two.", "Three."} {
				s.answer(s.number, body)
				s.settle(s.runner)
				s.clock.forward(2 * time.Minute)
			}
			s.clock.forward(time.Hour)
		}), map[string]string{"0": "3 3", "2": "3 3", "5": "2 2"}},
	})
}

package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"lodge/desk"
	"lodge/mail"
	"lodge/models"
)

// queueMails lays an answer to each of n people in the queue, 25 of them on each ticket.
func (h *house) queueMails(n int) {
	h.t.Helper()
	const each = 25
	for i := 0; i < n; i += each {
		h.file(desk.SubmitInput{Email: fmt.Sprintf("reporter%d@example.com", i)})
	}
	r := h.running("acknowledges")
	h.settle(r)
	if err := r.Stop(context.Background()); err != nil {
		h.t.Fatal(err)
	}
	h.post.mu.Lock()
	h.post.sent = nil
	h.post.mu.Unlock()
	now := models.At(h.clock.Now())
	h.write(func(ctx context.Context, tx *models.Tx) error {
		for i := range n {
			ticket, err := models.TicketByNumber(ctx, tx, int64(i/each+1))
			if err != nil {
				return err
			}
			events, err := models.DeliveriesOfTicket(ctx, tx, ticket.ID)
			if err != nil {
				return err
			}
			addr := person(i)
			c, err := models.EnsureContact(ctx, tx, models.Contact{Address: addr, AddressKey: addr, Origin: "web", CreatedAt: now})
			if err != nil {
				return err
			}
			if err := models.InsertParticipant(ctx, tx, &models.Participant{TicketID: ticket.ID, ContactID: c.ID, JoinedAs: models.JoinedCC, CreatedAt: now}); err != nil {
				return err
			}
			d := &models.Delivery{EventID: events[0].EventID, TicketID: ticket.ID, ContactID: &c.ID, Recipient: fmt.Sprint("contact:", c.ID), Template: desk.MailPersonAdded, CreatedAt: now, UpdatedAt: now}
			if _, err := models.InsertDelivery(ctx, tx, d); err != nil {
				return err
			}
			if err := models.Enqueue(ctx, tx, desk.JobDeliver, fmt.Sprint("deliver:", d.ID), map[string]int64{"Delivery": d.ID}, h.clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
}

func person(i int) string { return fmt.Sprintf("p%d@example.com", i) }

// NU-5, F7: the server is away for an hour with 1,000 mails waiting. Afterwards each is out
// within ten minutes, once, under a Message-ID of its own.
func TestServerAwayForAnHour(t *testing.T) {
	const n = 1000
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.queueMails(n)
	var mu sync.Mutex
	tries := map[string]int{}
	h.post.set(func(m mail.Message) error {
		mu.Lock()
		defer mu.Unlock()
		tries[m.To.Addr]++
		return away
	}, nil)
	r := h.running("w")
	for _, step := range []time.Duration{0, 20 * time.Minute, 40 * time.Minute} {
		h.clock.forward(step)
		h.settle(r)
	}
	if len(h.post.mails()) != 0 || len(tries) != n {
		t.Fatalf("%d mails left, %d were tried", len(h.post.mails()), len(tries))
	}
	h.post.set(nil, nil)
	h.clock.forward(10 * time.Minute)
	h.settle(r)
	ids, to := map[string]bool{}, map[string]int{}
	for _, m := range h.post.mails() {
		ids[m.MessageID] = true
		to[m.To.Addr]++
	}
	if len(h.post.mails()) != n || len(ids) != n || len(to) != n {
		t.Errorf("%d mails under %d ids to %d people, want %d", len(h.post.mails()), len(ids), len(to), n)
	}
	h.clock.forward(72 * time.Hour)
	h.settle(r)
	if len(h.post.mails()) != n {
		t.Errorf("days later: %d mails", len(h.post.mails()))
	}
}

// F7: while the server is away it is asked at most twelve times an hour for each mail.
func TestServerAwayIsNotHammered(t *testing.T) {
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.queueMails(3)
	tries := map[string]int{}
	h.post.set(func(m mail.Message) error { tries[m.To.Addr]++; return away }, nil)
	r := h.running("w")
	for range 60 {
		h.settle(r)
		h.clock.forward(time.Minute)
	}
	for to, k := range tries {
		if k > 12 || k < 5 {
			t.Errorf("%s was tried %d times", to, k)
		}
	}
}

// NU-5, F12: among 1,000 mails one can never be composed, one makes the sending panic, and one is
// refused for good. The others leave at the first try.
func TestPoisonAmongMails(t *testing.T) {
	const n = 1000
	h := newHouse(t, models.Options{Dir: t.TempDir()})
	h.queueMails(n)
	h.write(func(ctx context.Context, tx *models.Tx) error {
		c, err := models.ContactByKey(ctx, tx, person(17))
		if err != nil {
			return err
		}
		c.Address, c.AddressKey = "no address at all", "no address at all"
		return models.SaveContact(ctx, tx, c)
	})
	h.post.set(func(m mail.Message) error {
		switch m.To.Addr {
		case person(400):
			panic("poison")
		case person(800):
			return &mail.PermError{Code: 550, Err: errors.New("5.1.1 no such user")}
		}
		return nil
	}, nil)
	r := h.running("w")
	h.settle(r)
	sent := map[string]int{}
	for _, m := range h.post.mails() {
		sent[m.To.Addr]++
	}
	for i := range n {
		want := 1
		if slices.Contains([]int{17, 400, 800}, i) {
			want = 0
		}
		if sent[person(i)] != want {
			t.Errorf("%s got %d mails", person(i), sent[person(i)])
		}
	}
	// The rest ends too, each with its reason, and holds nobody up meanwhile.
	for range 12 {
		h.clock.forward(6 * time.Hour)
		h.settle(r)
	}
	states := map[string]int{}
	for number := int64(1); number <= h.latest(); number++ {
		for _, d := range h.deliveries(number) {
			if d.Template == desk.MailPersonAdded {
				states[d.State]++
			}
			if d.State == models.DeliveryFailed && d.LastError == "" {
				t.Errorf("failed without a reason: %+v", d)
			}
		}
	}
	if states[models.DeliverySent] != n-3 || states[models.DeliveryFailed] != 3 || len(h.post.mails()) != n-3 {
		t.Errorf("states %v, %d mails", states, len(h.post.mails()))
	}
}

// NU-5: a worker that comes back after its claim ran out does not take back what another has sent.
func TestLateFailureKeepsSentMail(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		h.post.set(func(mail.Message) error {
			// Meanwhile somebody else has had the mail taken.
			h.write(func(ctx context.Context, tx *models.Tx) error {
				return models.SetDeliveryState(ctx, tx, 1, models.DeliverySent, 1, "", h.clock.Now())
			})
			return &mail.TempError{Err: errors.New("no answer")}
		}, nil)
		r := h.running("late")
		h.settle(r)
		d, err := models.DeliveryByID(t.Context(), h.db, 1)
		if err != nil || d.State != models.DeliverySent || d.LastError != "" {
			t.Errorf("%+v %v", d, err)
		}
		h.clock.forward(48 * time.Hour)
		h.post.set(nil, nil)
		h.settle(r)
		if n := len(h.post.to("ada@example.com")); n != 0 {
			t.Errorf("it is sent again, %d times", n)
		}
	})
}

package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

// linkLetters are the mails with links that wait now; their jobs are done then.
func (h *house) linkLetters() (all []*LinksLetter) {
	h.t.Helper()
	ctx := context.Background()
	for range 2 { // the first counts, the second sends
		claimed, err := models.ClaimJobs(ctx, h.db, "test", h.clock().Add(time.Hour), time.Millisecond, 500)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, j := range claimed {
			if strings.Contains(j.Args, "token") {
				h.t.Error("a job holds a secret: " + j.Args)
			}
			if j.Kind == JobLinks {
				if letter, later, err := h.LinksLetter(ctx, j); err == nil && !later {
					all = append(all, letter)
				}
			}
			if err := models.FinishJob(ctx, h.db, j.ID); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	return all
}

// seatOf is the participant that a link was made for.
func (h *house) seatOf(link Link) *models.Person {
	h.t.Helper()
	a, _, err := h.db.AccessByHash(context.Background(), models.TokenThread, secret.Hash(link.Token))
	if err != nil {
		h.t.Fatal(err)
	}
	return &a.Person
}

// PT-14: how each person came to see the ticket; who has left or was moved elsewhere is not named,
// and no name of an agent stands there.
func TestWhoCanSeeATicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(true)
		number := h.ticketOf(link.Token).Number
		if err := h.AddParticipant(ctx, h.ada, number, "mila@vance.example", "Mila"); err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for address, how := range map[string]string{"carl@copy.example": models.JoinedCC, "jo@join.example": models.JoinedSelf} {
				contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: address, AddressKey: address, CreatedAt: models.At(h.clock())})
				if err != nil {
					return err
				}
				if err := models.InsertParticipant(ctx, tx, &models.Participant{TicketID: h.ticketOf(link.Token).ID, ContactID: contact.ID, JoinedAs: how, CreatedAt: models.At(h.clock())}); err != nil {
					return err
				}
			}
			return nil
		})
		how := func(l Link) map[string]string {
			t.Helper()
			page, err := h.Portal().People(ctx, l)
			if err != nil {
				t.Fatal(err)
			}
			all := map[string]string{}
			for _, p := range page.People {
				if p.Me != strings.HasPrefix(p.Address, "rosa@") {
					t.Errorf("%+v", p)
				}
				all[p.Address] = p.How
			}
			return all
		}
		got := how(link)
		want := map[string]string{"rosa@example.com": PublicOpened, "M•••@vance.example": PublicAdded, "m•••@vance.example": PublicAdded, "c•••@copy.example": PublicCopied, "j•••@join.example": PublicJoined}
		if len(got) != 4 {
			t.Errorf("%v", got)
		}
		for address, as := range got {
			if want[address] != as {
				t.Errorf("%s %s, want %s", address, as, want[address])
			}
		}
		// The follow-up carries them on.
		n, err := h.FollowUp(ctx, h.ada, number, FollowUpInput{Title: "Next", Body: "As agreed."})
		if err != nil {
			t.Fatal(err)
		}
		next, err := models.TicketByNumber(ctx, h.db, n)
		if err != nil {
			t.Fatal(err)
		}
		people, err := models.People(ctx, h.db, next.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range people {
			if p.Reporter() {
				l, _ := h.ParticipantLinks(&p.Participant)
				for address, as := range how(l) {
					if as != PublicCarried && as != PublicOpened {
						t.Errorf("%s %s", address, as)
					}
				}
			}
		}
	})
}

// PT-14, AG-8: after a merge the links of a person are of one place: it shows the people of the
// ticket that stays, replacing kills the links of both, and a dead link of either brings the one
// that lives. Who leaves it is gone from both.
func TestLinksOfAMergedTicket(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		first, second := h.file(true), h.file(true)
		src, dst := h.ticketOf(first.Token), h.ticketOf(second.Token)
		if err := h.AddParticipant(ctx, h.ada, dst.Number, "mila@vance.example", "Mila"); err != nil {
			t.Fatal(err)
		}
		dst = h.ticketOf(second.Token)
		if _, err := h.Merge(ctx, h.ada, src.Number, MergeInput{Target: itoa(dst.Number), SourceVersion: src.Version, TargetVersion: dst.Version}); err != nil {
			t.Fatal(err)
		}
		page, err := h.Portal().People(ctx, first)
		if err != nil || len(page.People) != 2 || !page.People[0].Me || page.People[1].Name != "Mila" {
			t.Fatalf("%+v, %v", page, err)
		}
		if err := h.Portal().ReplaceLink(ctx, first); err != nil {
			t.Fatal(err)
		}
		for _, l := range []Link{first, second} {
			_, err := h.Portal().Thread(ctx, l, "")
			h.kind(err, models.KindNotFound)
			_, err = h.Portal().Updates(ctx, l, 0, 0)
			h.kind(err, models.KindNotFound)
		}
		fresh, _ := h.ParticipantLinks(&h.seatOf(second).Participant)
		h.thread(fresh)
		h.linkLetters()
		for _, l := range []Link{first, second} {
			if err := h.Portal().NewLink(ctx, l.Token, "c"); err != nil {
				t.Fatal(err)
			}
			letters := h.linkLetters()
			if len(letters) != 1 || letters[0].Tickets[0].Link != fresh || letters[0].Address != "rosa@example.com" {
				t.Fatalf("%+v", letters)
			}
		}
		// Once it is not theirs, neither link brings anything.
		if done, err := h.Portal().NotMine(ctx, Link{Token: fresh.Token}); err == nil {
			t.Fatal("without the mailed part:", done)
		}
		if done, err := h.Portal().NotMine(ctx, fresh); err != nil || done != PublicDisown {
			t.Fatal(done, err)
		}
		for _, l := range []Link{first, second, fresh} {
			_, err := h.Portal().Thread(ctx, l, "")
			h.kind(err, models.KindNotFound)
			if err := h.Portal().NewLink(ctx, l.Token, "c"); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Portal().LostLinks(ctx, LostLinkInput{Email: "rosa@example.com", Client: "c"}); err != nil {
			t.Fatal(err)
		}
		if letters := h.linkLetters(); len(letters) != 0 {
			t.Errorf("%+v", letters)
		}
		// The agents' page says so, and gives no link by accident.
		people, err := h.TicketPeople(ctx, h.ada, dst.Number)
		if err != nil || !people.People[0].Left || !people.People[0].LinkDead || people.People[1].Left {
			t.Fatalf("%+v, %v", people, err)
		}
		h.kind(h.ReplaceLink(ctx, h.ada, dst.Number, people.People[0].ID), models.KindConflict)
	})
}

// PT-14: when an agent corrects a mistyped address, the place that the wrong one gave back is the
// right one's, mails included.
func TestCorrectedAddressTakesThePlaceBack(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.file(true)
		seat := h.seatOf(link)
		if _, err := h.Portal().NotMine(ctx, link); err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			contact, err := models.ContactByID(ctx, tx, seat.ContactID)
			if err != nil {
				return err
			}
			contact.Address, contact.AddressKey = "rosa@right.example", "rosa@right.example"
			if err := models.SaveContact(ctx, tx, contact); err != nil {
				return err
			}
			seats, err := models.RenewSeats(ctx, tx, contact.ID, models.At(h.clock()))
			for _, s := range seats {
				if _, err := h.keepLinks(ctx, tx, s, models.At(h.clock())); err != nil {
					return err
				}
			}
			return err
		})
		p, err := models.PersonByID(ctx, h.db, seat.ID)
		if err != nil || p.UnsubscribedAt != 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		fresh, _ := h.ParticipantLinks(&p.Participant)
		page, err := h.Portal().People(ctx, fresh)
		if err != nil || len(page.People) != 1 || page.People[0].Address != "rosa@right.example" {
			t.Fatalf("%+v, %v", page, err)
		}
		_, err = h.Portal().Thread(ctx, link, "")
		h.kind(err, models.KindNotFound)
	})
}

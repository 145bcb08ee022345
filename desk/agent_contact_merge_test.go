package desk

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lodge/models"
	"lodge/secret"
)

// AG-3: two contacts become one. What either could open still opens, mails and new tickets
// from the old address are the one person's, and nothing is there twice.
func TestMergeContacts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		keepLink, otherLink, shared := h.filedBy("acme", "rosa@example.com", "Of the one who stays"), h.filedBy("acme", "r.calder@work.example", "Of the other"), h.filedBy("acme", "r.calder@work.example", "Of both")
		keep, other := h.contactOf("rosa@example.com"), h.contactOf("r.calder@work.example")
		both := h.ticketByTitle("Of both")
		var twin Link
		h.write(func(ctx context.Context, tx *models.Tx) error {
			p := &models.Participant{TicketID: both.ID, ContactID: keep.ID, JoinedAs: models.JoinedCC, CreatedAt: 1}
			if err := models.InsertParticipant(ctx, tx, p); err != nil {
				return err
			}
			if _, err := h.keepLinks(ctx, tx, p, 1); err != nil {
				return err
			}
			twin, _ = h.ParticipantLinks(p)
			return nil
		})
		a, err := h.CreateCompany(ctx, h.ada, CompanySheet{Name: "A", Sees: models.SeesOwn})
		if err != nil {
			t.Fatal(err)
		}
		b, _ := h.CreateCompany(ctx, h.ada, CompanySheet{Name: "B", Sees: models.SeesOwn})
		for _, m := range []struct {
			company, contact int64
			manager          bool
		}{{a, keep.ID, false}, {a, other.ID, true}, {b, other.ID, false}} {
			if err := h.SetMember(ctx, h.ada, m.company, m.contact, m.manager); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.ChangeContact(ctx, h.ada, other.ID, ContactSheet{Address: "r.calder@work.example", Name: "Rosa Calder", Notes: "From work."}); err != nil {
			t.Fatal(err)
		}
		preview, err := h.PreviewMerge(ctx, h.ada, keep.ID, " R.Calder@work.example ")
		if err != nil || preview.Keep.Tickets != 2 || preview.Other.Tickets != 2 || preview.Other.Notes != "From work." || len(preview.Other.Companies) != 2 {
			t.Fatalf("%+v, %v", preview, err)
		}
		if err := h.MergeContacts(ctx, h.ada, keep.ID, other.ID); err != nil {
			t.Fatal(err)
		}
		page, err := h.Contact(ctx, h.ada, other.ID, "")
		if err != nil || page.ID != keep.ID || len(page.Tickets) != 3 || page.Address != "rosa@example.com" || page.Name != "Rosa Calder" || page.Notes != "From work." ||
			!slices.Equal(page.Aliases, []string{"r.calder@work.example"}) || len(page.Companies) != 2 || !page.Companies[0].Manager {
			t.Errorf("%+v, %v", page, err)
		}
		if i := slices.IndexFunc(page.Tickets, func(t HistoryTicket) bool { return t.Title == "Of both" }); i < 0 || page.Tickets[i].JoinedAs != models.JoinedReporter {
			t.Errorf("%+v", page.Tickets)
		}
		people, err := models.People(ctx, h.db, both.ID)
		if err != nil || len(people) != 1 || people[0].ContactID != keep.ID || h.ticketByTitle("Of both").ReporterID != keep.ID {
			t.Errorf("%v, %v", people, err)
		}
		// Every link that was given out opens its ticket, and what is there reads as one's own.
		for title, link := range map[string]Link{"Of the one who stays": keepLink, "Of the other": otherLink, "Of both": shared} {
			if page := h.thread(link); page.Title != title || page.Me.Address != "rosa@example.com" || !page.Messages[0].Own {
				t.Errorf("%s: %+v", title, page)
			}
		}
		if h.thread(twin).Title != "Of both" {
			t.Error("the other link of both")
		}
		// What was mailed to the other address proves nothing about the one that stays …
		h.reply(otherLink, "From the old mail.")
		h.reply(shared, "From the old mail.")
		if c := h.contactOf("rosa@example.com"); c.ProvenAt != 0 {
			t.Error("a mail to one address proved the other")
		}
		// … what is mailed from now on does, and it opens.
		of, _ := models.People(ctx, h.db, h.ticketByTitle("Of the other").ID)
		fresh, unsubscribe := h.ParticipantLinks(&of[0].Participant)
		h.thread(fresh)
		if _, err := h.Portal().Subscription(ctx, unsubscribe); err != nil {
			t.Error(err)
		}
		h.reply(fresh, "From the new mail.")
		if h.contactOf("rosa@example.com").ProvenAt == 0 {
			t.Error("a mailed link proves nothing")
		}
		// The old address still is this person.
		h.filedBy("acme", "R.Calder@work.example", "Later, from the old address")
		if got := h.ticketByTitle("Later, from the old address"); got.ReporterID != keep.ID {
			t.Errorf("reporter %d", got.ReporterID)
		}
		if got := h.contacts(h.ada, "work.example"); got != "rosa@example.com" {
			t.Errorf("the old address finds %q", got)
		}
		if got := h.contacts(h.ada, ""); got != "rosa@example.com" {
			t.Errorf("lists %q", got)
		}
		// Where one types who one is, either address will do, and nobody else's.
		h.settings(func(p *models.Project) { p.Settings.ReplyIdentity = models.ReplyByTypedEmail })
		for typed, ok := range map[string]bool{"rosa@example.com": true, " R.CALDER@work.example": true, "somebody@example.com": false} {
			_, err := h.Portal().Reply(ctx, fresh, ReplyInput{Email: typed, Body: "Typed " + typed})
			if (err == nil) != ok {
				t.Errorf("%q: %v", typed, err)
			}
		}
		h.kind(h.MergeContacts(ctx, h.ada, keep.ID, 4711), models.KindNotFound)
		h.fault(h.MergeContacts(ctx, h.ada, keep.ID, keep.ID), "with")
		h.fault(h.MergeContacts(ctx, h.ada, keep.ID, other.ID), "with") // an alias is the one who stays
		for _, typed := range []string{"nobody@example.com", "", "4711"} {
			_, err = h.PreviewMerge(ctx, h.ada, keep.ID, typed)
			h.fault(err, "with")
		}
		if err := models.Verify(ctx, h.db); err != nil {
			t.Error(err)
		}
		h.auditLacks("rosa@", "calder@", "Calder")
	})
}

// AG-3: an alias of an alias is an alias of the one who stays; mails that wait are sent once.
func TestMergeAgain(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.filedBy("acme", "a@example.com", "A")
		h.filedBy("acme", "b@example.com", "B")
		h.filedBy("acme", "c@example.com", "C")
		a, b, c := h.contactOf("a@example.com"), h.contactOf("b@example.com"), h.contactOf("c@example.com")
		ticket := h.ticketByTitle("A")
		event := &models.Event{TicketID: ticket.ID, Kind: models.EventAgentReplied, Version: 1, CreatedAt: 1}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.InsertEvent(ctx, tx, event); err != nil {
				return err
			}
			for _, contact := range []*models.Contact{a, b} {
				if contact == b {
					if err := models.InsertParticipant(ctx, tx, &models.Participant{TicketID: ticket.ID, ContactID: b.ID, JoinedAs: models.JoinedCC}); err != nil {
						return err
					}
				}
				id := contact.ID
				if _, err := models.InsertDelivery(ctx, tx, &models.Delivery{EventID: event.ID, TicketID: ticket.ID, ContactID: &id, Recipient: "contact:" + itoa(id), Template: "agent_replied"}); err != nil {
					return err
				}
			}
			return nil
		})
		if err := h.MergeContacts(ctx, h.ada, b.ID, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.MergeContacts(ctx, h.ada, c.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"a@example.com", "b@example.com"} {
			if h.contactOf(email).ID != c.ID {
				t.Errorf("%s is another", email)
			}
		}
		all, err := models.DeliveriesOfTicket(ctx, h.db, ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		for of, want := range map[int64]int{c.ID: 1, b.ID: 0} {
			n := 0
			for _, d := range all {
				if d.ContactID != nil && *d.ContactID == of && d.Recipient == "contact:"+itoa(of) {
					n++
				}
			}
			if n != want {
				t.Errorf("%d deliveries of contact %d, want %d", n, of, want)
			}
		}
	})
}

// Rights: erasing anonymises a person everywhere and keeps the tickets. No link opens, nothing
// is mailed, no list finds them, and who writes from the address again is somebody new.
func TestEraseContact(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		link := h.filedBy("acme", "rosa.calder@example.com", "To be kept")
		alias := h.filedBy("acme", "rosa.work@example.com", "Kept too")
		h.reply(link, "Proven.")
		rosa, work := h.contactOf("rosa.calder@example.com"), h.contactOf("rosa.work@example.com")
		if err := h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: rosa.Address, Name: "Rosa Calder", Notes: "Secret note", Locale: "de"}); err != nil {
			t.Fatal(err)
		}
		if err := h.MergeContacts(ctx, h.ada, rosa.ID, work.ID); err != nil {
			t.Fatal(err)
		}
		k, err := h.CreateCompany(ctx, h.ada, CompanySheet{Name: "Calder", Sees: models.SeesOwn})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SetMember(ctx, h.ada, k, rosa.ID, false); err != nil {
			t.Fatal(err)
		}
		token, _, err := h.MakeIntakeLink(ctx, "acme", rosa.Address, "", 7)
		if err != nil {
			t.Fatal(err)
		}
		ticket := h.ticketByTitle("To be kept")
		h.write(func(ctx context.Context, tx *models.Tx) error {
			id := rosa.ID
			event := &models.Event{TicketID: ticket.ID, Kind: models.EventAgentReplied, Version: 1, CreatedAt: 1}
			if err := models.InsertEvent(ctx, tx, event); err != nil {
				return err
			}
			_, err := models.InsertDelivery(ctx, tx, &models.Delivery{EventID: event.ID, TicketID: ticket.ID, ContactID: &id, Recipient: "contact:" + itoa(id), Template: "agent_replied",
				State: models.DeliveryDeferred, LastError: "550 rosa.calder@example.com unknown"})
			return err
		})
		people, _ := models.People(ctx, h.db, ticket.ID)
		current, unsubscribe := h.ParticipantLinks(&people[0].Participant)
		if err := h.EraseContact(ctx, h.admin(), rosa.ID, "Erased person"); err != nil {
			t.Fatal(err)
		}
		for what, l := range map[string]Link{"old": link, "alias": alias, "current": current} {
			if _, err := h.Portal().Thread(ctx, l, ""); models.KindOf(err) != models.KindNotFound {
				t.Errorf("the %s link opens: %v", what, err)
			}
		}
		if _, err := h.Portal().Subscription(ctx, unsubscribe); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the unsubscribe link opens: %v", err)
		}
		if form, err := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: token}); err != nil || form.Customer != nil {
			t.Errorf("the intake link opens: %+v, %v", form, err)
		}
		page, err := h.Ticket(ctx, h.ada, ticket.Number, "")
		if err != nil || page.Title != "To be kept" || len(page.Entries) != 2 || page.Entries[0].Author != "Erased person" || !page.Participants[0].Unsubscribed || !page.Participants[0].Synthetic {
			t.Errorf("%+v, %v", page, err)
		}
		of, err := h.Contact(ctx, h.admin(), rosa.ID, "")
		if err != nil || of.Name != "Erased person" || of.Address != "" || of.Notes != "" || of.Locale != "" || len(of.Companies)+len(of.Aliases) != 0 || of.ErasedAt.IsZero() || of.MayChange || of.MayErase || len(of.Tickets) != 2 {
			t.Errorf("%+v, %v", of, err)
		}
		for _, text := range []string{"rosa", "calder", "work", "secret", "erased", "example.com", ""} {
			if got := h.contacts(h.ada, text); got != "" {
				t.Errorf("%q finds %q", text, got)
			}
		}
		for _, id := range []int64{rosa.ID, work.ID} {
			c, err := models.ContactByID(ctx, h.db, id)
			if err != nil || strings.Contains(c.Address+c.AddressKey+c.Name+c.Notes, "osa") || !c.Synthetic {
				t.Errorf("%+v, %v", c, err)
			}
		}
		all, _ := models.DeliveriesOfTicket(ctx, h.db, ticket.ID)
		for _, d := range all {
			if strings.Contains(d.LastError, "rosa") || d.State == models.DeliveryQueued || d.State == models.DeliveryDeferred {
				t.Errorf("%+v", d)
			}
		}
		h.kind(h.EraseContact(ctx, h.admin(), rosa.ID, "x"), models.KindNotFound)
		h.kind(h.ChangeContact(ctx, h.ada, rosa.ID, ContactSheet{Address: "back@example.com"}), models.KindNotFound)
		again := h.filedBy("acme", "rosa.calder@example.com", "A new beginning")
		if c := h.contactOf("rosa.calder@example.com"); c.ID == rosa.ID || h.thread(again).Title != "A new beginning" {
			t.Errorf("%+v", c)
		}
		if _, err := models.TokenByHash(ctx, h.db, models.TokenIntake, secret.Hash(token)); err != nil {
			t.Error(err) // a dead link is still known as one
		}
		h.auditLacks("rosa", "calder")
	})
}

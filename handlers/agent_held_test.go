package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"lodge/models"
)

// PC-12: agents see what waits, read all of it and accept it; who comes second is told.
func TestHeldAcceptedOnItsPage(t *testing.T) {
	o := newOffice(t, nil).open()
	id := o.hold(func(h *models.Held) {
		h.Payload = `{"description":"It burns <b>here</b>.\nAnd there.","message":"Also it smells."}`
	})
	grace, alan := o.signIn("grace"), o.signIn("alan")
	grace.get("/agent").must(t, http.StatusOK).has(t, `<span id="held-count"><span class="badge badge--accent">1</span></span>`)
	grace.get("/agent/notices/bell", "HX-Request", "true").must(t, http.StatusOK).has(t, `<span id="held-count" hx-swap-oob="true"><span class="badge badge--accent">1</span></span>`)
	grace.get("/agent/held").must(t, http.StatusOK).has(t, "The printer waits", "rosa@example.com", "Waits for its sender to confirm the address", "Support")
	grace.get("/agent/held?kind=reply").must(t, http.StatusOK).lacks(t, "The printer waits").has(t, "Nothing is held")
	page := heldURL(id)
	grace.get(page).must(t, http.StatusOK).has(t, "It burns &lt;b&gt;here&lt;/b&gt;.", "Also it smells.", "Not a contact yet", "/agent/settings/blocks?value=rosa%40example.com")
	alan.get(page).must(t, http.StatusOK)

	to := grace.send(page+"/acceptance").must(t, http.StatusSeeOther).header.Get("Location")
	grace.get(to).must(t, http.StatusOK).has(t, "The printer waits", "Grace accepted this from what was held", "address not proven")
	alan.send(page+"/acceptance").must(t, http.StatusConflict).has(t, "Somebody else has decided about this meanwhile", "This was accepted already.", to)
	alan.get(page)
	alan.send(page+"/rejection").must(t, http.StatusConflict)
	alan.get(page).must(t, http.StatusOK).lacks(t, "/acceptance", "It burns")
	grace.get("/agent").has(t, `<span id="held-count"></span>`)
	for _, bad := range []string{"/agent/held/4711", "/agent/held/x", "/agent/held?before=x", "/agent/held?kind=x", "/agent/held?ticket=4711"} {
		grace.get(bad).must(t, http.StatusNotFound)
	}
}

// EM-2: what is rejected is gone, one by one or several at once; a viewer only reads.
func TestHeldRejected(t *testing.T) {
	o := newOffice(t, nil).open()
	first, second, third := o.hold(nil), o.hold(nil), o.hold(nil)
	vera := o.signIn("vera")
	vera.get("/agent/held").must(t, http.StatusOK).has(t, "The printer waits").lacks(t, "Reject chosen", `type="checkbox"`)
	vera.get(heldURL(first)).must(t, http.StatusOK).has(t, "Whoever may reply in this project").lacks(t, "/acceptance")
	vera.send(heldURL(first)+"/rejection").must(t, http.StatusForbidden)

	grace := o.signIn("grace")
	grace.get(heldURL(first))
	to := grace.send(heldURL(first)+"/rejection").must(t, http.StatusSeeOther).header.Get("Location")
	grace.get(to).must(t, http.StatusOK).has(t, "Rejected and deleted.")
	grace.send("/agent/held").must(t, http.StatusUnprocessableEntity).has(t, "Choose at least one.", "The printer waits")
	to = grace.send("/agent/held", "ids", decimal(second), "ids", decimal(third), "ids", decimal(first)).must(t, http.StatusSeeOther).header.Get("Location")
	grace.get(to).must(t, http.StatusOK).has(t, "2 messages were rejected and deleted.", "Nothing is held")
	grace.get("/agent?view=all").lacks(t, "The printer waits")
	grace.get(heldURL(second)).must(t, http.StatusOK).has(t, "This was rejected and deleted.").lacks(t, "rosa@example.com", "It burns")
}

// EM-2, CO-4: of a held mail an agent chooses what it becomes; the sender's only company is
// chosen already, of several none is.
func TestHeldMailOnItsPage(t *testing.T) {
	o := newOffice(t, nil).open()
	_, number := o.file("The thread")
	o.prove("otto@example.com")
	var ticketID, contactID, mailID int64
	company := func(name string) {
		o.write(func(ctx context.Context, tx *models.Tx) error {
			k := &models.Company{Name: name, CreatedAt: models.At(o.desk.Now())}
			if err := models.InsertCompany(ctx, tx, k); err != nil {
				return err
			}
			_, err := models.SetMember(ctx, tx, k.ID, contactID, false, models.At(o.desk.Now()))
			return err
		})
	}
	o.write(func(ctx context.Context, tx *models.Tx) error {
		ticket, err := models.TicketByNumber(ctx, tx, number)
		if err != nil {
			return err
		}
		contact, err := models.ContactByKey(ctx, tx, "otto@example.com")
		if err != nil {
			return err
		}
		m := &models.MailIn{ProjectID: &ticket.ProjectID, Source: models.MailFromIMAP, Blob: "raw", Size: 4711, SHA256: []byte("x"), FromAddress: "otto@example.com", FromName: "Otto", Subject: "Re: The thread",
			Verdict: `{"why":"dkim=none; spf=fail"}`, ReceivedAt: models.At(o.desk.Now())}
		_, err = models.InsertMailIn(ctx, tx, m)
		ticketID, contactID, mailID = ticket.ID, contact.ID, m.ID
		return err
	})
	hold := func() int64 {
		return o.hold(func(h *models.Held) {
			h.Kind, h.TicketID, h.MailID, h.Address, h.Reason, h.Title, h.Payload = models.HeldMail, &ticketID, &mailID, "otto@example.com", "not_participant", "Re: The thread", "{}"
		})
	}
	id := hold()
	company("Harbour Couriers")
	grace := o.signIn("grace")
	grace.get(ticketURL(number)).must(t, http.StatusOK).has(t, "1 message waits to be accepted into this ticket.", "/agent/held?ticket="+decimal(number))
	grace.get("/agent/held?ticket="+decimal(number)).must(t, http.StatusOK).has(t, "Re: The thread", "The sender does not take part in this ticket")
	grace.get(heldURL(id)).must(t, http.StatusOK).has(t, "Add it to #"+decimal(number)+" as a reply", "Open a new ticket", "Nothing proves where it comes from", "dkim=none; spf=fail", "/agent/mail/"+decimal(mailID),
		`selected>Harbour Couriers`)
	company("Engine and Sons")
	grace.get(heldURL(id)).must(t, http.StatusOK).has(t, "Harbour Couriers", "Engine and Sons").lacks(t, `selected>Harbour`, `selected>Engine`)
	grace.send(heldURL(id)+"/acceptance").must(t, http.StatusUnprocessableEntity).has(t, "Choose what is to become of the mail.")
	grace.send(heldURL(id)+"/acceptance", "as", "ticket", "company", "4711").must(t, http.StatusUnprocessableEntity).has(t, "This company is not one of the sender’s.")
	to := grace.send(heldURL(id)+"/acceptance", "as", "reply").must(t, http.StatusSeeOther).header.Get("Location")
	grace.get(to).must(t, http.StatusOK).has(t, "The mail is being added")
	grace.get(ticketURL(number)).lacks(t, "waits to be accepted")

	// A reason that nobody has words for is no reason to show its name.
	id = o.hold(func(h *models.Held) { h.Reason = "flux_capacitor" })
	grace.get(heldURL(id)).must(t, http.StatusOK).has(t, "Needs a look before it is let in").lacks(t, "flux_capacitor")
	if strings.Contains(grace.get("/agent/held").body, "flux_capacitor") {
		t.Error("in the list")
	}
}

package desk

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lodge/models"
	"lodge/secret"
)

const ownersPassword = "a quiet harbour at dusk"

// owner gives the contact of an address a sign-in and reads it as a request would.
func (h *house) owner(email, method string) Customer {
	h.t.Helper()
	hash := ""
	if method == ByPassword {
		var err error
		if hash, err = HashPassword(ownersPassword); err != nil {
			h.t.Fatal(err)
		}
	}
	now := models.At(h.clock())
	var id int64
	h.write(func(ctx context.Context, tx *models.Tx) error {
		contact, err := models.EnsureContact(ctx, tx, models.Contact{Address: email, AddressKey: email, Origin: models.OriginWeb, CreatedAt: now})
		if err != nil {
			return err
		}
		id = contact.ID
		if err := models.ProveContact(ctx, tx, id, now); err != nil {
			return err
		}
		return models.InsertCustomer(ctx, tx, &models.Customer{ContactID: id, PasswordHash: hash, CreatedAt: now})
	})
	me, err := h.Portal().Customer(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	me.Method = method
	return me
}

// profileLetters are the waiting mails to customers about their accounts.
func (h *house) profileLetters() []*ProfileLetter {
	h.t.Helper()
	jobs, err := models.ClaimJobs(context.Background(), h.db, "test", h.clock().Add(24*time.Hour), time.Minute, 200)
	if err != nil {
		h.t.Fatal(err)
	}
	var all []*ProfileLetter
	for _, j := range jobs {
		if j.Kind == JobProfileMail {
			if l, err := h.ProfileLetter(context.Background(), j); err == nil {
				all = append(all, l)
			}
		}
		if err := models.FinishJob(context.Background(), h.db, j.ID); err != nil {
			h.t.Fatal(err)
		}
	}
	return all
}

// addressLink adds an address and gives the token of the mail.
func (h *house) addressLink(me Customer, email string) string {
	h.t.Helper()
	h.profileLetters()
	if err := h.Portal().AddAddress(context.Background(), me, email, email); err != nil {
		h.t.Fatal(err)
	}
	letters := h.profileLetters()
	if len(letters) != 1 || letters[0].Template != MailAddressConfirm || letters[0].Address != strings.TrimSpace(email) || len(letters[0].Token) != secret.TokenLength {
		h.t.Fatalf("%+v", letters)
	}
	return letters[0].Token
}

func (h *house) seats(me Customer) int {
	h.t.Helper()
	n, _, err := models.CountParticipations(context.Background(), h.db, me.ID, nil, 100)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// CP-1, CP-11, A71: an address gives nothing before its owner has confirmed it; then its tickets
// are the customer's. The link works once, and only as what it is.
func TestFurtherAddressCountsOnceProven(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		h.filedBy("acme", "old@example.com", "From the old address")
		me := h.owner("rosa@example.com", ByPassword)
		token := h.addressLink(me, "old@example.com")
		proof, err := p.AddressOpen(ctx, token)
		if err != nil || proof.Address != "old@example.com" || strings.Contains(proof.Account, "rosa@") {
			t.Errorf("%+v %v", proof, err)
		}
		if n := h.seats(me); n != 0 || h.contactOf("old@example.com").ID == me.ID {
			t.Errorf("an unproven address gives %d tickets", n)
		}
		if err := p.ConfirmAddress(ctx, token); err != nil {
			t.Fatal(err)
		}
		if n := h.seats(me); n != 1 || h.contactOf("old@example.com").ID != me.ID || h.ticketByTitle("From the old address").ReporterID != me.ID {
			t.Errorf("a proven address gives %d tickets", n)
		}
		h.kind(p.ConfirmAddress(ctx, token), models.KindNotFound)
		_, err = p.AddressOpen(ctx, token)
		h.kind(err, models.KindNotFound)
		h.fault(p.AddAddress(ctx, me, "OLD@example.com", "c"), "email")
		h.fault(p.AddAddress(ctx, me, "rosa@example.com", "c"), "email")
		h.fault(p.AddAddress(ctx, me, "no address", "c"), "email")

		// One that nobody had is an alias, and agents find the person by it.
		if err := p.ConfirmAddress(ctx, h.addressLink(me, "fresh@example.com")); err != nil {
			t.Fatal(err)
		}
		if h.contactOf("fresh@example.com").ID != me.ID {
			t.Error("the fresh address is nobody's")
		}
		if found, err := h.Contacts(ctx, h.ada, ContactAsk{Text: "fresh@example.com"}); err != nil || len(found.Contacts) != 1 || found.Contacts[0].Address != "rosa@example.com" {
			t.Errorf("%+v %v", found, err)
		}
		h.filedBy("acme", "fresh@example.com", "From the fresh address")
		if n := h.seats(me); n != 2 {
			t.Errorf("%d tickets", n)
		}
	})
}

// A54, A71: links of another kind, expired ones and those of a request that was taken back open nothing.
func TestAddressLinksThatOpenNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		thread := h.filedBy("acme", "old@example.com", "From the old address")
		me := h.owner("rosa@example.com", ByPassword)
		h.kind(p.ConfirmAddress(ctx, thread.Token), models.KindNotFound)
		h.kind(p.ConfirmAddress(ctx, ""), models.KindNotFound)
		token := h.addressLink(me, "old@example.com")
		if _, err := p.Thread(ctx, Link{Token: token}, ""); err == nil {
			t.Error("the link of an address opens a thread")
		}
		if _, err := h.ResetOpen(ctx, token); err == nil {
			t.Error("the link of an address sets a password")
		}
		again := h.addressLink(me, "old@example.com")
		h.kind(p.ConfirmAddress(ctx, token), models.KindNotFound)
		if err := p.RemoveAddress(ctx, me, "old@example.com"); err != nil {
			t.Fatal(err)
		}
		h.kind(p.ConfirmAddress(ctx, again), models.KindNotFound)
		late := h.addressLink(me, "old@example.com")
		// Three mails an hour to one address, whoever asks.
		other := h.owner("jean@example.com", ByPassword)
		h.kind(p.AddAddress(ctx, other, "old@example.com", "elsewhere"), models.KindTooMany)
		h.later(24 * time.Hour)
		h.kind(p.ConfirmAddress(ctx, late), models.KindNotFound)
		if h.seats(me) != 0 || h.contactOf("old@example.com").ID == me.ID {
			t.Error("the address was added all the same")
		}
	})
}

// A71: nobody takes over who has a sign-in of their own, nor an address that somebody else added.
func TestAddressOfAnotherAccountIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		h.filedBy("acme", "jean@example.com", "Jean's own")
		jean, me := h.owner("jean@example.com", ByPassword), h.owner("rosa@example.com", ByPassword)
		if err := p.ConfirmAddress(ctx, h.addressLink(jean, "bartik@example.com")); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"jean@example.com", "bartik@example.com"} {
			token := h.addressLink(me, email)
			err := p.ConfirmAddress(ctx, token)
			h.kind(err, models.KindConflict)
			if e, _ := models.AsError(err); e.Message != "portal.address.taken" {
				t.Error(e.Message)
			}
			if _, err := p.AddressOpen(ctx, token); err != nil {
				t.Error("a refusal uses the link up")
			}
		}
		if h.seats(me) != 0 || h.seats(jean) != 1 {
			t.Error("tickets have moved")
		}
		if _, err := p.Customer(ctx, jean.ID); err != nil {
			t.Error(err)
		}
	})
}

// CP-1: another address becomes the main one, addresses go, the tickets stay; never the last one,
// never one that is not proven, never somebody else's.
func TestMainAddressAndRemoval(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		h.filedBy("acme", "old@example.com", "From the old address")
		h.filedBy("acme", "unproven@example.com", "From one that an agent merged")
		me, jean := h.owner("rosa@example.com", ByPassword), h.owner("jean@example.com", ByPassword)
		if err := p.ConfirmAddress(ctx, h.addressLink(me, "old@example.com")); err != nil {
			t.Fatal(err)
		}
		if err := h.MergeContacts(ctx, h.ada, me.ID, h.contactOf("unproven@example.com").ID); err != nil {
			t.Fatal(err)
		}
		h.profileLetters()
		h.kind(p.MakeMain(ctx, jean, "old@example.com"), models.KindNotFound)
		h.kind(p.RemoveAddress(ctx, jean, "old@example.com"), models.KindNotFound)
		h.kind(p.MakeMain(ctx, me, "unproven@example.com"), models.KindConflict)
		h.kind(p.MakeMain(ctx, me, "rosa@example.com"), models.KindNotFound)
		h.kind(p.RemoveAddress(ctx, me, "rosa@example.com"), models.KindConflict)
		if err := p.MakeMain(ctx, me, "old@example.com"); err != nil {
			t.Fatal(err)
		}
		told := map[string]bool{}
		for _, l := range h.profileLetters() {
			told[l.Address] = l.What == ToldMain
		}
		if !told["rosa@example.com"] || !told["old@example.com"] {
			t.Errorf("told %v", told)
		}
		if now, err := p.Customer(ctx, me.ID); err != nil || now.Address != "old@example.com" || h.contactOf("rosa@example.com").ID != me.ID {
			t.Errorf("%+v %v", now, err)
		}
		if err := p.RemoveAddress(ctx, me, "Rosa@example.com"); err != nil {
			t.Fatal(err)
		}
		if _, err := models.ContactByKey(ctx, h.db, "rosa@example.com"); models.KindOf(err) != models.KindNotFound || h.seats(me) != 2 {
			t.Errorf("%v, %d tickets", err, h.seats(me))
		}
		profile, err := p.Profile(ctx, me, nil)
		if err != nil || len(profile.Addresses) != 2 || !profile.Addresses[0].Main || profile.Addresses[1].Proven {
			t.Fatalf("%+v %v", profile.Addresses, err)
		}
		h.filedBy("acme", "rosa@example.com", "From who has the address now")
		if h.seats(me) != 2 {
			t.Error("a removed address still gives tickets")
		}
	})
}

// AG-3, A84: a merge by an agent never hands a sign-in to another contact, nor loses the only one.
func TestMergeKeepsSignIns(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		h.filedBy("acme", "plain@example.com", "Plain")
		plain := h.contactOf("plain@example.com")
		rosa, jean := h.owner("rosa@example.com", ByPassword), h.owner("jean@example.com", ByPassword)
		h.fault(h.MergeContacts(ctx, h.ada, plain.ID, rosa.ID), "with")
		if err := h.MergeContacts(ctx, h.ada, rosa.ID, plain.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.MergeContacts(ctx, h.ada, rosa.ID, jean.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Customer(ctx, jean.ID); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the merged account opens: %v", err)
		}
		if _, err := models.CustomerByContact(ctx, h.db, jean.ID); models.KindOf(err) != models.KindNotFound {
			t.Errorf("the merged account is kept: %v", err)
		}
		if _, err := p.Customer(ctx, rosa.ID); err != nil {
			t.Error(err)
		}
	})
}

// NU-4: what customers want to be mailed, for the projects they have tickets in and no others.
func TestWishesByProject(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			_, err := NewProject(ctx, tx, ProjectPlan{Slug: "other", Name: "Other"}, h.clock())
			return err
		})
		h.filedBy("acme", "rosa@example.com", "Mine")
		me := h.owner("rosa@example.com", ByPassword)
		if err := p.ChangeWishes(ctx, me, map[string]string{"acme": models.WishDigest, "other": models.WishNone}); err != nil {
			t.Fatal(err)
		}
		profile, err := p.Profile(ctx, me, nil)
		if err != nil || len(profile.Wishes) != 1 || profile.Wishes[0] != (CustomerWish{"acme", "Acme", models.WishDigest}) {
			t.Errorf("%+v %v", profile.Wishes, err)
		}
		people, err := models.People(ctx, h.db, h.ticketByTitle("Mine").ID)
		if err != nil || people[0].MailWish() != models.WishDigest {
			t.Errorf("%+v %v", people, err)
		}
		if wish, err := models.ProjectWish(ctx, h.db, me.ID, h.projectID("other")); err != nil || wish != models.WishAll {
			t.Errorf("%s %v", wish, err)
		}
		h.fault(p.ChangeWishes(ctx, me, map[string]string{"acme": "loud"}), "wish-acme")
	})
}

func (h *house) projectID(slug string) int64 {
	cat, err := h.db.Catalog(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return cat.ProjectBySlug(slug).ID
}

// A69: what a customer takes along holds all that is theirs and nothing of the desk's.
func TestOwnDataHoldsNothingInternal(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		link := h.filedBy("acme", "rosa@example.com", "Mine and SEEN")
		h.filedBy("acme", "jean@example.com", "FOREIGN ticket of jean")
		ticket := h.ticketByTitle("Mine and SEEN")
		h.reply(link, "SEEN too: my own words")
		h.note(ticket.Number, "SECRET note of the desk")
		h.answer(ticket.Number, "FOREIGN words of the agent")
		if err := h.ChangeTags(ctx, h.ada, ticket.Number, []string{"secret-tag"}, nil); err != nil {
			t.Fatal(err)
		}
		me := h.owner("rosa@example.com", ByPassword)
		contact := h.contactOf("rosa@example.com")
		if err := h.ChangeContact(ctx, h.ada, contact.ID, ContactSheet{Address: "rosa@example.com", Name: "Rosa SEEN", Notes: "SECRET about rosa"}); err != nil {
			t.Fatal(err)
		}
		if err := models.SaveSession(ctx, h.db, &models.Session{Hash: secret.Hash("s"), Kind: models.SessionCustomer, SubjectID: me.ID, Data: `{"device":"SEEN Firefox"}`, CreatedAt: 1, SeenAt: 1, ExpiresAt: models.At(h.clock().Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		if err := p.AddAddress(ctx, me, "seen-later@example.com", "c"); err != nil {
			t.Fatal(err)
		}
		data, err := p.OwnData(ctx, me)
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := json.Marshal(data)
		text := string(raw)
		for _, want := range []string{"Mine and SEEN", "SEEN too: my own words", "Rosa SEEN", "SEEN Firefox", "rosa@example.com", "seen-later@example.com", ticket.Reference, `"Acme"`, "It began this morning."} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %q", want)
			}
		}
		account, _ := models.CustomerByContact(ctx, h.db, me.ID)
		for _, not := range []string{"SECRET", "FOREIGN", "secret-tag", "jean", "ada@acme", "Ada Inner", account.PasswordHash, `"id"`, "number", "note", `"tags"`, sessionID(secret.Hash("s"))} {
			if strings.Contains(text, not) {
				t.Errorf("holds %q: %s", not, text)
			}
		}
		if len(data.Tickets) != 1 || len(data.Tickets[0].Messages) != 2 {
			t.Errorf("%+v", data.Tickets)
		}
	})
}

// CP-1: who is forgotten is gone from everywhere but their tickets, and everything that signs in.
func TestEraseMe(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx, p := context.Background(), h.Portal()
		link := h.filedBy("acme", "rosa@example.com", "Stays")
		me := h.owner("rosa@example.com", ByPassword)
		if err := p.ConfirmAddress(ctx, h.addressLink(me, "further@example.com")); err != nil {
			t.Fatal(err)
		}
		h.write(func(ctx context.Context, tx *models.Tx) error {
			if err := models.SetCustomerRecoveryCodes(ctx, tx, me.ID, [][]byte{recoveryHash("a")}); err != nil {
				return err
			}
			if err := models.InsertPasskey(ctx, tx, &models.Passkey{ContactID: me.ID, CredentialID: []byte("key"), Credential: "{}", CreatedAt: 1}); err != nil {
				return err
			}
			return nil
		})
		if err := models.SaveSession(ctx, h.db, &models.Session{Hash: secret.Hash("s"), Kind: models.SessionCustomer, SubjectID: me.ID, Data: "{}", CreatedAt: 1, SeenAt: 1, ExpiresAt: models.At(h.clock().Add(time.Hour))}); err != nil {
			t.Fatal(err)
		}
		h.fault(p.EraseMe(ctx, me, EraseInput{Confirm: Confirm{Password: "wrong", Client: "c"}, Address: "rosa@example.com", Name: "Erased person"}), "password")
		if _, err := p.Customer(ctx, me.ID); err != nil {
			t.Fatal("a wrong password erases")
		}
		if err := p.EraseMe(ctx, me, EraseInput{Confirm: Confirm{Password: ownersPassword, Client: "c"}, Name: "Erased person"}); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"rosa@example.com", "further@example.com"} {
			if _, err := models.ContactByKey(ctx, h.db, email); models.KindOf(err) != models.KindNotFound {
				t.Errorf("%s is still there: %v", email, err)
			}
		}
		if _, err := p.Customer(ctx, me.ID); models.KindOf(err) != models.KindNotFound {
			t.Errorf("signs in: %v", err)
		}
		if _, err := p.Thread(ctx, link, ""); err == nil {
			t.Error("the link still opens")
		}
		keys, _ := models.PasskeysOf(ctx, h.db, me.ID)
		codes, _ := models.CustomerRecoveryCodesLeft(ctx, h.db, me.ID)
		sessions, _ := models.SessionsOf(ctx, h.db, models.SessionCustomer, me.ID, h.clock())
		if len(keys) != 0 || codes != 0 || len(sessions) != 0 {
			t.Errorf("%d passkeys, %d codes, %d sessions are left", len(keys), codes, len(sessions))
		}
		if ticket := h.ticketByTitle("Stays"); ticket.ReporterID != me.ID {
			t.Error("the ticket has gone")
		}
		h.kind(p.EraseMe(ctx, me, EraseInput{Name: "x"}), models.KindNotFound)

		// Who has no password types the address.
		bare := h.owner("bare@example.com", ByLink)
		h.fault(p.EraseMe(ctx, bare, EraseInput{Address: "rosa@example.com", Name: "x"}), "address")
		if err := p.EraseMe(ctx, bare, EraseInput{Address: " Bare@example.com ", Name: "x"}); err != nil {
			t.Fatal(err)
		}
	})
}

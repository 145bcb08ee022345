package handlers

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/models"
)

const customerPassword = "a quiet harbour at dusk"

// customer gives a contact a sign-in with customerPassword, making the contact when there is none.
func (o *office) customer(address string) *models.Contact {
	o.t.Helper()
	hash, err := desk.HashPassword(customerPassword)
	if err != nil {
		o.t.Fatal(err)
	}
	now := models.At(o.desk.Now())
	var contact *models.Contact
	o.write(func(ctx context.Context, tx *models.Tx) (err error) {
		name, _, _ := strings.Cut(address, "@")
		if contact, err = models.EnsureContact(ctx, tx, models.Contact{Address: address, AddressKey: address, Name: strings.ToUpper(name[:1]) + name[1:], Origin: models.OriginWeb, CreatedAt: now}); err != nil {
			return err
		}
		if err = models.ProveContact(ctx, tx, contact.ID, now); err != nil {
			return err
		}
		return models.InsertCustomer(ctx, tx, &models.Customer{ContactID: contact.ID, PasswordHash: hash, CreatedAt: now})
	})
	return contact
}

// signedIn is a browser with a customer's session, made without the sign-in page; method as in
// desk.Customer.
func (o *office) signedIn(contact *models.Contact, method string) *browser {
	o.t.Helper()
	b := o.browser()
	store := newSessionStore(o.desk, sessionCustomer, false)
	app := fiber.New()
	app.Get("/", func(c *fiber.Ctx) error {
		v, err := store.open(c)
		if err != nil {
			return err
		}
		return v.signInBy(c, contact.ID, method)
	})
	r, err := app.Test(mustRequest(o.t))
	if err != nil {
		o.t.Fatal(err)
	}
	defer r.Body.Close()
	for _, c := range r.Cookies() {
		b.cookies[c.Name] = c.Value
	}
	return b
}

func mustRequest(t testing.TB) *http.Request {
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

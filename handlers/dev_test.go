package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// OP-2: the outbox shows what would have been sent, and exists for developers only.
func TestOutboxPages(t *testing.T) {
	for _, path := range []string{"/dev/outbox", "/dev/outbox.json", "/dev/outbox/1", "/dev/gallery"} {
		newOffice(t, nil).open().browser().get(path).must(t, http.StatusNotFound)
	}
	o := newOffice(t, func(op *Options) { op.Dev = true }).open()
	b := o.browser()
	if got := b.get("/dev/outbox.json").must(t, http.StatusOK).body; got != "[]" {
		t.Errorf("empty: %s", got)
	}
	for i := range 3 {
		m := &models.OutboxMail{Recipient: fmt.Sprintf("ada%d@example.com", i), Subject: fmt.Sprintf("Mail %d", i), Text: "See https://help.example/x now", HTML: `<p style="color:red">Hi</p><script>alert(1)</script>`,
			Headers: map[string]string{"From": "a@b.example", "Message-ID": "<1@b.example>"}, Attachments: []string{"manual.txt"}, CreatedAt: models.At(o.desk.Now())}
		if err := models.InsertOutboxMail(t.Context(), o.db, m); err != nil {
			t.Fatal(err)
		}
	}
	list := b.get("/dev/outbox").must(t, http.StatusOK).has(t, "Mail 0", "Mail 2", "ada1@example.com")
	if strings.Index(list.body, "Mail 2") > strings.Index(list.body, "Mail 0") {
		t.Error("not the newest first")
	}
	b.get("/dev/outbox/1").must(t, http.StatusOK).has(t, "Mail 0", "&lt;1@b.example&gt;", `href="https://help.example/x"`, "manual.txt")
	part := b.get("/dev/outbox/1/html").must(t, http.StatusOK)
	if policy := part.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || strings.Contains(policy, "script-src") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("policy %q", policy)
	}
	b.get("/dev/outbox/9").must(t, http.StatusNotFound)
	var mails []struct {
		To, Subject, Text, HTML string
		Headers                 map[string]string
	}
	if err := json.Unmarshal([]byte(b.get("/dev/outbox.json").must(t, http.StatusOK).body), &mails); err != nil {
		t.Fatal(err)
	}
	if len(mails) != 3 || mails[0].To != "ada0@example.com" || mails[0].Headers["Message-ID"] != "<1@b.example>" || mails[2].Subject != "Mail 2" {
		t.Errorf("mails %+v", mails)
	}
}

// Every sample of the gallery renders in every language.
func TestGallery(t *testing.T) {
	o := newOffice(t, func(op *Options) { op.Dev = true }).open()
	b := o.browser()
	b.get("/dev/gallery").must(t, http.StatusOK).has(t, "/dev/gallery/0?lang=de")
	catalogue, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for i := range views.Gallery() {
		for _, language := range catalogue.Locales() {
			b.get(fmt.Sprintf("/dev/gallery/%d?lang=%s", i, language)).must(t, http.StatusOK).has(t, `lang="`+language+`"`)
		}
	}
	b.get("/dev/gallery/9999").must(t, http.StatusNotFound)
}

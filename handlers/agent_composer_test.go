package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// waits gives the project's agents some seconds to take a reply back.
func (o *office) waits(seconds int) {
	o.t.Helper()
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Settings.UndoSeconds = seconds
		return models.UpdateProject(ctx, tx, &p)
	})
}

var (
	undoAction   = regexp.MustCompile(`action="(/agent/tickets/\d+/waiting/[^"]+/retraction\?after=\d+)"`)
	seenField    = regexp.MustCompile(`name="seen" value="(\d+)"`)
	composerForm = regexp.MustCompile(`name="form" value="([^"]+)"`)
)

func found(t *testing.T, pattern *regexp.Regexp, page answer) string {
	t.Helper()
	m := pattern.FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("nothing like %s in %s", pattern, page.body)
	}
	return m[1]
}

// NU-5: a reply waits with its buttons, and comes back into the box with and without scripts.
func TestUndoSend(t *testing.T) {
	o := newOffice(t, nil).open()
	o.waits(30)
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	public := func() answer { return o.browser().get("/ticket/thread/"+link.Token).must(t, http.StatusOK) }
	for _, scripts := range []bool{false, true} {
		page := b.get(address).must(t, http.StatusOK)
		headers := []string{}
		if scripts {
			headers = []string{"HX-Request", "true"}
		}
		sent := b.upload(address+"/replies?after="+found(t, seenField, page), map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "seen": found(t, seenField, page), "mode": "reply", "body": "Pull the *plug*."}, nil, headers...)
		if scripts {
			sent.must(t, http.StatusOK).has(t, "Pull the", "data-countdown", `id="waiting"`)
		} else {
			sent.must(t, http.StatusSeeOther)
		}
		page = b.get(address).has(t, "data-countdown", "Not sent yet", "Send now", "<em>plug</em>")
		public().lacks(t, "plug")
		// A colleague sees it wait, without the buttons.
		o.signIn("alan").get(address).has(t, "Not sent yet", "<em>plug</em>").lacks(t, "/retraction", "/publication")
		undo := found(t, undoAction, page)
		back := b.post(undo, url.Values{"csrf": {b.last}, "body": {"typed since"}, "mode": {"note"}}, headers...).must(t, http.StatusOK)
		back.has(t, "Pull the *plug*.\n\ntyped since", `value="note" checked`, "Your reply is back").lacks(t, "data-countdown", "<em>plug</em>")
		if strings.Contains(back.body, "<html") == scripts {
			t.Errorf("scripts %v: the wrong kind of answer", scripts)
		}
		// Too late, and twice.
		b.post(undo, url.Values{"csrf": {b.last}}, headers...).must(t, http.StatusNotFound)
		public().lacks(t, "plug")
	}
	page := b.get(address)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "mode": "reply", "body": "Now."}, nil).must(t, http.StatusSeeOther)
	page = b.get(address)
	undo := found(t, undoAction, page)
	b.send(strings.Replace(undo, "/retraction", "/publication", 1)).must(t, http.StatusSeeOther)
	public().has(t, "Now.")
	b.send(undo).must(t, http.StatusConflict).has(t, "That reply has been sent already.")
}

// AG-2: a reply is held once when somebody wrote meanwhile, with the newer words and all that
// was typed; the second press sends. Without scripts as with them.
func TestHeldReply(t *testing.T) {
	o := newOffice(t, nil).open()
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	for i, headers := range [][]string{nil, {"HX-Request", "true"}} {
		page := b.get(address).must(t, http.StatusOK)
		o.forward(time.Minute)
		if _, err := o.desk.Portal().Reply(t.Context(), link, desk.ReplyInput{Body: fmt.Sprintf("Solved %d", i)}); err != nil {
			t.Fatal(err)
		}
		fields := map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "seen": found(t, seenField, page), "mode": "reply", "body": fmt.Sprintf("My answer %d", i)}
		held := b.upload(address+"/replies", fields, map[string]string{"manual.txt": "pull"}, headers...).must(t, http.StatusConflict)
		held.has(t, "New since you began", fmt.Sprintf("Solved %d", i), fmt.Sprintf("My answer %d</textarea>", i), "manual.txt", "Send all the same", "newer-entry-")
		o.browser().get("/ticket/thread/"+link.Token).lacks(t, fmt.Sprintf("My answer %d", i))
		fields["seen"], fields["csrf"] = found(t, seenField, held), b.last
		want := http.StatusSeeOther
		if headers != nil {
			want = http.StatusOK
		}
		b.upload(address+"/replies", fields, nil, headers...).must(t, want)
		o.browser().get("/ticket/thread/"+link.Token).has(t, fmt.Sprintf("My answer %d", i))
	}
	// A nonsense version holds nobody up.
	page := b.get(address)
	b.upload(address+"/replies", map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "seen": "x", "mode": "reply", "body": "Hello"}, nil).must(t, http.StatusSeeOther)
}

// AG-2: the preview shows the stored HTML and the mail, and changes nothing; without scripts
// it stands in the form, which keeps everything.
func TestPreview(t *testing.T) {
	o := newOffice(t, nil).open()
	link, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	page := b.get(address).must(t, http.StatusOK)
	fields := map[string]string{"csrf": b.last, "form": found(t, composerForm, page), "seen": found(t, seenField, page), "mode": "reply", "body": "Pull the **plug**."}
	shown := b.upload(address+"/preview", fields, map[string]string{"manual.txt": "pull"}).must(t, http.StatusOK)
	shown.has(t, "<strong>plug</strong>", "Pull the **plug**.</textarea>", "manual.txt", `name="keep"`, "The mail", "ada@example.com", "<html").lacks(t, link.Token)
	part := b.upload(address+"/preview", fields, nil, "HX-Request", "true").must(t, http.StatusOK).has(t, "<strong>plug</strong>", "•••").lacks(t, "<html", "<textarea", link.Token)
	part.has(t, "Grace from Support answered").lacks(t, "grace@lodge.example")
	fields["show"] = "body"
	b.upload(address+"/preview", fields, nil, "HX-Request", "true").must(t, http.StatusOK).has(t, "<strong>plug</strong>").lacks(t, "The mail")
	fields["show"], fields["body"] = "", "<script>alert(1)</script>"
	b.upload(address+"/preview", fields, nil, "HX-Request", "true").must(t, http.StatusOK).lacks(t, "<script")
	mail := b.upload(address+"/preview/mail", fields, nil).must(t, http.StatusOK).lacks(t, "<script", link.Token)
	if policy := mail.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") {
		t.Errorf("policy %q", policy)
	}
	fields["body"] = " "
	b.upload(address+"/preview", fields, nil, "HX-Request", "true").must(t, http.StatusOK).has(t, "Write something")
	fields["csrf"] = "x"
	b.upload(address+"/preview", fields, nil).must(t, http.StatusForbidden)
	v := o.signIn("vera")
	v.get(address)
	v.upload(address+"/preview", map[string]string{"csrf": v.last, "mode": "reply", "body": "x"}, nil, "HX-Request", "true").must(t, http.StatusForbidden)
	v.upload(address+"/preview", map[string]string{"csrf": v.last, "mode": "note", "body": "*x*"}, nil, "HX-Request", "true").must(t, http.StatusOK).has(t, "<em>x</em>")
	got, err := o.desk.Ticket(t.Context(), o.actor("grace"), n, "")
	if err != nil || len(got.Entries) != 1 || len(got.Waiting) != 0 {
		t.Errorf("something was written: %+v, %v", got.Entries, err)
	}
}

// KB-4: public articles of the ticket's own project can be put into a reply, and no others.
func TestInsertArticle(t *testing.T) {
	o := newOffice(t, func(opt *Options) { opt.BaseURL = "" }).open()
	_, n := o.file("Printer on fire")
	b := o.signIn("grace")
	address := fmt.Sprintf("/agent/tickets/%d", n)
	b.get(address).has(t, address+"/articles", `href="/doc/support"`)
	b.get(address+"/articles").must(t, http.StatusOK).has(t, "no public articles")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p, now := cat.ProjectBySlug("support"), models.At(o.desk.Now())
		for slug, visibility := range map[string]string{"on-fire": models.VisibilityPublic, "how-we-think": "internal"} {
			a := &models.Article{ProjectID: p.ID, Slug: slug, Title: "When [it] burns: " + slug, Body: "x", HTML: "<p>x</p>", Plain: "x", TOC: "[]", Visibility: visibility, Locale: "en", PublishedAt: now, CreatedAt: now, UpdatedAt: now}
			if err := models.InsertArticle(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	b.get(address+"/articles", "HX-Request", "true").must(t, http.StatusOK).has(t, `data-insert="[When \[it\] burns: on-fire](`+o.base+`/doc/support/on-fire)"`).lacks(t, "how-we-think", "<html")
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Portal = models.PortalNone
		return models.UpdateProject(ctx, tx, &p)
	})
	b.get(address+"/articles").must(t, http.StatusOK).lacks(t, "on-fire")
	b.get(address).lacks(t, address+"/articles")
}

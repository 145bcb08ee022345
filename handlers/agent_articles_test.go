package handlers

import (
	"net/http"
	"strings"
	"testing"
)

// AG-2 (articles): from nothing to a public page by the forms alone; a second editor keeps both texts.
func TestArticleEditor(t *testing.T) {
	o := staffed(t)
	b, visitor := o.signIn("grace"), o.browser()
	b.get("/agent/articles").must(t, http.StatusOK).has(t, "No articles yet", "/agent/articles/new/support", `aria-current="page">Articles`)
	b.get("/agent/articles/collections/support").must(t, http.StatusOK).has(t, "No collections")
	b.send("/agent/articles/collections/support", "name", "First steps").must(t, http.StatusSeeOther)
	b.get("/agent/articles/new/support").must(t, http.StatusOK).has(t, `name="title"`, "First steps", `hx-post="/agent/articles/preview"`)
	write := func(more ...string) []string {
		return append([]string{"title", "Reset <your> password", "summary", "How", "locale", "en", "collection", "first-steps", "visibility", "draft", "body", "## Step\n\nDo *this*.\n\n<img src=x onerror=alert(1)>"}, more...)
	}
	// Without scripts the preview is the same page with everything kept, and nothing is saved.
	b.send("/agent/articles/new/support", write("_do", "preview")...).must(t, http.StatusOK).has(t, "<em>this</em>", "Reset &lt;your&gt; password").lacks(t, "<img src=x")
	b.get("/agent/articles").has(t, "No articles yet")
	b.send("/agent/articles/preview", "body", "**bold** <b>x</b>").must(t, http.StatusOK).has(t, "<strong>bold</strong>", "&lt;b&gt;").lacks(t, "<html", "<b>x")
	// EV-3: a refusal keeps what was typed.
	b.send("/agent/articles/new/support", "title", "", "body", "Half typed", "locale", "en", "visibility", "draft").must(t, http.StatusUnprocessableEntity).has(t, "Half typed", `href="#title"`)
	edit := b.send("/agent/articles/new/support", write()...).must(t, http.StatusSeeOther).header.Get("Location")
	page := b.get(edit).must(t, http.StatusOK).has(t, "Saved.", `value="reset-your-password"`, "Save and publish")
	page.lacks(t, "View as visitor")
	here, _, _ := strings.Cut(edit, "/edit")
	visitor.get("/doc/support/reset-your-password").must(t, http.StatusNotFound)
	o.signIn("vera").get(here).must(t, http.StatusNotFound)
	version := field(t, page.body, "version")
	b.send(here, write("slug", "reset-your-password", "version", version, "publish", "1")...).must(t, http.StatusSeeOther)
	b.get(edit).has(t, "View as visitor", "/doc/support/reset-your-password", "the old one leads to the new one").lacks(t, "Save and publish")
	visitor.get("/doc/support/reset-your-password").must(t, http.StatusOK).has(t, "Reset &lt;your&gt; password", "<em>this</em>", "First steps").lacks(t, "<img src=x")
	o.signIn("vera").get(here).must(t, http.StatusOK).has(t, "<em>this</em>").lacks(t, "/edit")

	// The second editor: 409, both texts, and the next save replaces on purpose.
	clash := b.send(here, write("slug", "reset-your-password", "version", version, "body", "My own words")...).must(t, http.StatusConflict)
	clash.has(t, "Somebody else saved this article", "What was saved meanwhile", "Do *this*.")
	mine := []string{"title", "Mine", "summary", "", "locale", "en", "collection", "", "visibility", "public", "slug", "mine", "body", "My own words"}
	clash = b.send(here, append(mine, "version", version)...).must(t, http.StatusConflict).has(t, "My own words", "Do *this*.", `value="Mine"`)
	moved := b.send(here, append(mine, "version", field(t, clash.body, "version"))...).must(t, http.StatusSeeOther).header.Get("Location")
	b.get(moved).has(t, "The address changed")
	if r := visitor.get("/doc/support/reset-your-password").must(t, http.StatusMovedPermanently); r.header.Get("Location") != "/doc/support/mine" {
		t.Errorf("leads to %s", r.header.Get("Location"))
	}
	b.get("/agent/articles?q=min&visibility=public").has(t, "Mine")
	b.get("/agent/articles?visibility=draft").lacks(t, "Mine").has(t, "No article matches")
	for _, wrong := range []string{"/agent/articles?project=nope", "/agent/articles?visibility=secret", "/agent/articles?collection=nope", "/agent/articles?before=x", "/agent/articles/0", "/agent/articles/x/edit", "/agent/articles/99"} {
		b.get(wrong).must(t, http.StatusNotFound)
	}

	// Taken back, then gone.
	b.get(here).has(t, "Unpublish")
	b.send(here+"/visibility", "visibility", "internal").must(t, http.StatusSeeOther)
	visitor.get("/doc/support/mine").must(t, http.StatusNotFound)
	visitor.get("/doc/support/reset-your-password").must(t, http.StatusNotFound)
	o.signIn("vera").get(here).must(t, http.StatusOK).has(t, "Internal", "My own words")
	b.get(here+"/deletion").must(t, http.StatusOK).has(t, "gone for good")
	b.send(here+"/deletion").must(t, http.StatusSeeOther)
	b.get(here).must(t, http.StatusNotFound)
}

// AG-2 (articles): an empty article cannot be published from its page; the editor says why.
func TestEmptyArticleStaysADraft(t *testing.T) {
	o := staffed(t)
	b := o.signIn("grace")
	b.get("/agent/articles/new/support")
	edit := b.send("/agent/articles/new/support", "title", "Later", "locale", "en", "visibility", "draft").must(t, http.StatusSeeOther).header.Get("Location")
	here, _, _ := strings.Cut(edit, "/edit")
	b.send(here+"/visibility", "visibility", "public").must(t, http.StatusUnprocessableEntity).has(t, "Write something before others can read it.", `href="#body"`)
	o.browser().get("/doc/support/later").must(t, http.StatusNotFound)
	b.get("/agent/articles/collections/support")
	for _, name := range []string{"One", "Two"} {
		b.send("/agent/articles/collections/support", "name", name).must(t, http.StatusSeeOther)
	}
	if to := b.send("/agent/articles/collections/support/order", "key", "two", "step", "-1").must(t, http.StatusSeeOther).header.Get("Location"); to != "/agent/articles/collections/support#up-two" {
		t.Errorf("leads to %s", to)
	}
	page := b.get("/agent/articles/collections/support").body
	if strings.Index(page, `data-sort-key="two"`) > strings.Index(page, `data-sort-key="one"`) {
		t.Error("the order did not change")
	}
	b.send("/agent/articles/collections/support/two", "name", "").must(t, http.StatusUnprocessableEntity)
	b.send("/agent/articles/collections/support/two/deletion").must(t, http.StatusSeeOther)
	b.get("/agent/articles/collections/support/two").must(t, http.StatusNotFound)
}

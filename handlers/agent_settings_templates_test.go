package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// SE-3, PC-3: from an empty template to what a reporter is asked, by the pages alone.
func TestTemplateEditor(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	home := "/agent/settings/projects/support/templates"
	b.get(home).must(t, http.StatusOK).has(t, "Bug report", home+"/bug-report", "They choose", "fills in 1 field")
	b.send(home, "name", "").must(t, http.StatusUnprocessableEntity).has(t, `href="#name"`)
	to := b.send(home, "name", "Return <a>").must(t, http.StatusSeeOther).header.Get("Location")
	if to != home+"/return-a" {
		t.Fatalf("leads to %s", to)
	}
	b.get(to).must(t, http.StatusOK).has(t, "Return &lt;a&gt;", "This template asks nothing yet").lacks(t, "Return <a>")
	b.get(to+"/fields/new").must(t, http.StatusOK).has(t, `value="long_text"`, "There is no choice or checkbox")
	// EV-3: what is refused comes back as it was typed.
	b.send(to+"/fields", "label", "Kind", "kind", "select", "access", "asked", "help", "Half typed").must(t, http.StatusUnprocessableEntity).
		has(t, "Half typed", "Write at least one option.", `href="#options"`, `<option value="select" selected>`)
	b.send(to+"/fields", "label", "Kind", "kind", "select", "options", "Lost\nBroken \"b\"", "access", "asked", "required", "1", "in_thread", "1").must(t, http.StatusSeeOther)
	b.get(to+"/fields/new").has(t, "Depending on “Kind”", `name="show.kind"`)
	b.send(to+"/fields", "label", "Which part?", "kind", "text", "access", "asked", "required", "1", "show_if", "kind").must(t, http.StatusUnprocessableEntity).has(t, "Choose which answers")
	b.send(to+"/fields", "label", "Which part?", "kind", "text", "access", "asked", "required", "1", "in_thread", "1", "show_if", "kind", "show.kind", "Broken \"b\"").must(t, http.StatusSeeOther)
	b.send(to+"/fields", "label", "Secret lane", "kind", "text", "access", "hidden", "default", "vault-7", "in_thread", "1").must(t, http.StatusSeeOther)
	b.get(to).must(t, http.StatusOK).has(t, "Hidden", "Default: vault-7", "Only if “Kind” is: Broken &#34;b&#34;", `id="up-which-part"`)
	b.send(to+"/fields/order", "key", "which-part", "step", "-1").must(t, http.StatusUnprocessableEntity).has(t, "A field must stand below the one it depends on: Which part?")
	b.send(to+"/fields/order", "key", "secret-lane", "step", "-1").must(t, http.StatusSeeOther)
	b.send(to+"/fields/kind/deletion").must(t, http.StatusUnprocessableEntity).has(t, "Other fields depend on this one: Which part?")

	// The public form: the second question is there, marked, and says when it counts; nothing of the hidden one is.
	secrets := []string{"vault-7", "Secret lane", "secret-lane"}
	visitor := o.browser()
	page := visitor.get("/ticket/support?template=return-a").must(t, http.StatusOK).lacks(t, secrets...)
	page.has(t, `data-show-if="field.kind"`, `data-show-values="[&#34;Broken`, "data-required data-unmet", "Only if “Kind” is: Broken")
	fields := url.Values{"template": {"return-a"}, "field.kind": {"Broken \"b\""}}
	visitor.post("/ticket/support/fields", fields, "HX-Request", "true").must(t, http.StatusOK).has(t, "data-show-if").lacks(t, append(secrets, "data-unmet")...)
	form := url.Values{"form": {field(t, page.body, "form")}, "email": {"rosa@example.com"}, "title": {"It broke"}, "description": {"In two."}, "template": {"return-a"}, "field.kind": {"Broken \"b\""}}
	visitor.post("/ticket/support", form).must(t, http.StatusUnprocessableEntity).has(t, `href="#field-which-part"`).lacks(t, append(secrets, "data-unmet")...)
	form.Set("field.kind", "Lost")
	form.Set("field.which-part", "smuggled")
	thread := visitor.post("/ticket/support", form).must(t, http.StatusSeeOther).header.Get("Location")
	visitor.get(thread).must(t, http.StatusOK).has(t, "Lost").lacks(t, append(secrets, "smuggled")...)

	// Two editors.
	editor := b.get(to+"/fields/kind").must(t, http.StatusOK)
	old := field(t, editor.body, "version")
	keep := []string{"kind", "select", "options", "Lost\nBroken \"b\"", "access", "asked", "required", "1", "label"}
	b.send(to+"/fields/kind", append([]string{"version", old}, append(keep, "What happened?")...)...).must(t, http.StatusSeeOther)
	again := b.send(to+"/fields/kind", append([]string{"version", old}, append(keep, "My own words")...)...).must(t, http.StatusConflict).has(t, "My own words", "Somebody else changed this template")
	b.send(to+"/fields/kind", append([]string{"version", field(t, again.body, "version")}, append(keep, "My own words")...)...).must(t, http.StatusSeeOther)
	b.get(to).has(t, "My own words")

	b.send(home+"/enforced", "enforced", "nothing").must(t, http.StatusUnprocessableEntity)
	b.send(home+"/enforced", "enforced", "return-a").must(t, http.StatusSeeOther)
	visitor.get("/ticket/support").must(t, http.StatusOK).has(t, "field.kind").lacks(t, `name="template"`)
	b.get(to+"/deletion").must(t, http.StatusOK).has(t, "It is enforced")
	b.send(to+"/deletion").must(t, http.StatusSeeOther)
	b.get(to).must(t, http.StatusNotFound)
	visitor.get("/ticket/support").must(t, http.StatusOK).has(t, `name="template"`).lacks(t, "field.kind")
	visitor.get(thread).has(t, "Lost")
}

// SE-3, PC-3: the preview is the public form, without what is hidden, and cannot be sent.
func TestTemplatePreview(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	home := "/agent/settings/projects/support/templates/bug-report/preview"
	page := b.get(home).must(t, http.StatusOK).has(t, `src="`+home+`/form"`, `<iframe`).lacks(t, "preview-frame--phone")
	if p := page.header.Get("Content-Security-Policy"); !strings.Contains(p, "frame-src 'self'") || !strings.Contains(p, "frame-ancestors 'none'") {
		t.Errorf("the page's policy is %s", p)
	}
	b.get(home+"?width=phone").must(t, http.StatusOK).has(t, "preview-frame--phone")
	framed := b.get(home+"/form").must(t, http.StatusOK)
	if p := framed.header.Get("Content-Security-Policy"); !strings.Contains(p, "form-action 'none'") || !strings.Contains(p, "frame-ancestors 'self'") || !strings.Contains(p, "script-src 'self'") {
		t.Errorf("the form's policy is %s", p)
	}
	framed.lacks(t, "triage", "Triage lane", "intake", `name="csrf"`)
	// The same form but for its id and its address.
	public := o.browser().get("/ticket/support?template=bug-report").must(t, http.StatusOK)
	part := func(body, from, to string) string {
		_, rest, _ := strings.Cut(body, from)
		inside, _, found := strings.Cut(rest, to)
		if !found {
			t.Fatalf("no %s … %s", from, to)
		}
		return inside
	}
	if a, b := part(framed.body, `class="create__part create__part--head"`, `<section class="suggestions"`), part(public.body, `class="create__part create__part--head"`, `<section class="suggestions"`); strings.Replace(a, `name="form" value=""`, "", 1) != strings.Replace(b, `name="form" value="`+field(t, b, "form")+`"`, "", 1) {
		t.Error("the preview is another form")
	}
	if action := part(framed.body, `method="post" action="`, `"`); action != home+"/form" {
		t.Errorf("the preview posts to %s", action)
	}
	b.send(home+"/form", "title", "x").must(t, http.StatusMethodNotAllowed)
	// A closed portal and another enforced template are said.
	b.send("/agent/settings/projects/support/templates/enforced", "enforced", "general-question").must(t, http.StatusSeeOther)
	b.get(home).must(t, http.StatusOK).has(t, "“General question” is enforced")
	b.send("/agent/settings/projects/support/templates/enforced", "enforced", "bug-report").must(t, http.StatusSeeOther)
	b.get(home+"/form").must(t, http.StatusOK).has(t, "field--locked").lacks(t, `name="template"`)
}

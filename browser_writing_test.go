package main

import (
	"strings"
	"testing"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/models"
	"lodge/sample"
)

// signInAdmin signs the administrator of the demo in.
func (s *site) signInAdmin(tab *browser.Tab) {
	tab.Open(s.URL + "/agent/sign-in")
	tab.Fill("#email", sample.Cast.Ines.Address)
	tab.Fill("#password", sample.Password)
	tab.Click("[data-default]")
	tab.WaitFor("#rows")
}

// SE-3, PC-3: a question comes and goes with the answer it depends on; what was typed stays; without scripts it is there with words.
func TestBrowserConditions(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	ctx := t.Context()
	ines, err := s.desk.SignIn(ctx, desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	project := s.filled.Projects[0]
	template, err := s.desk.CreateTemplate(ctx, ines, project, "Return")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []desk.FieldInput{
		{Label: "Kind", Kind: models.FieldSelect, Options: "Lost\nBroken", Required: true},
		{Label: "Part", Kind: models.FieldText, Required: true, ShowIf: "kind", ShowValues: []string{"Broken"}},
		{Label: "Insured", Kind: models.FieldCheckbox, ShowIf: "kind", ShowValues: []string{"Broken"}},
		{Label: "Policy", Kind: models.FieldText, ShowIf: "insured", ShowValues: []string{models.WhenTicked}},
	} {
		f.Access, f.InThread = desk.FieldIsAsked, true
		if _, err := s.desk.CreateField(ctx, ines, project, template, f); err != nil {
			t.Fatal(err)
		}
	}
	address := s.URL + "/ticket/" + project + "?template=" + template
	shown := func(tab *browser.Tab, id string) bool {
		return browser.Eval[bool](tab, `document.getElementById("`+id+`").getClientRects().length > 0`)
	}
	tab := browser.New(t, browser.Options{Width: 390, Height: 844})
	tab.Open(address)
	tab.WaitFor("#field-kind")
	tab.CheckAxe("conditions")
	if shown(tab, "field-part") || shown(tab, "field-policy") {
		t.Error("a question is shown before the answer it depends on")
	}
	tab.Choose("#field-kind", "Broken")
	tab.Wait(`document.getElementById("field-part").getClientRects().length > 0`)
	if shown(tab, "field-policy") || !tab.Eval(`document.getElementById("field-part").required`) {
		t.Error("the second step is wrong")
	}
	tab.Fill("#field-part", "The left hinge")
	tab.Click("#field-insured")
	tab.Wait(`document.getElementById("field-policy").getClientRects().length > 0`)
	tab.CheckAxe("conditions met")
	tab.Choose("#field-kind", "Lost")
	tab.Wait(`document.getElementById("field-part").getClientRects().length === 0`)
	if shown(tab, "field-policy") || tab.Eval(`document.getElementById("field-part").required`) {
		t.Error("a chain does not end with its first link")
	}
	tab.Choose("#field-kind", "Broken")
	tab.Wait(`document.getElementById("field-part").getClientRects().length > 0`)
	if tab.Value("#field-part") != "The left hinge" {
		t.Error("what was typed is lost")
	}
	plain := browser.New(t, browser.Options{NoScripts: true})
	plain.Open(address)
	plain.WaitFor("#field-part")
	if !shown(plain, "field-part") || !strings.Contains(plain.Text("#fields"), "Only if “Kind” is: Broken") || plain.Eval(`document.getElementById("field-part").required`) {
		t.Error("without scripts the question is not there with its words")
	}

	// The preview is live and cannot be sent.
	desktop := browser.New(t, browser.Options{Width: 1280, Height: 900})
	s.signInAdmin(desktop)
	desktop.Open(s.URL + "/agent/settings/projects/" + project + "/templates/" + template + "/preview?width=phone")
	desktop.Wait(`document.querySelector("iframe").contentDocument && document.querySelector("iframe").contentDocument.getElementById("field-kind")`)
	desktop.CheckAxe("preview")
	if width := browser.Eval[float64](desktop, `document.querySelector("iframe").contentWindow.innerWidth`); width != 390 {
		t.Errorf("the phone is %v px wide", width)
	}
	browser.Eval[bool](desktop, `(() => { const d = document.querySelector("iframe").contentDocument; d.getElementById("create").noValidate = true; d.querySelector("[data-default]").click(); return true })()`)
	desktop.Wait(`document.querySelector("iframe").contentDocument.getElementById("field-kind")`)
	if !desktop.Eval(`document.querySelector("iframe").contentWindow.location.pathname.endsWith("/preview/form")`) {
		t.Error("the preview was sent")
	}

	// The list is put in order by keyboard, and focus stays on the button.
	desktop.Open(s.URL + "/agent/settings/projects/" + project + "/templates/" + template)
	desktop.WaitFor("#down-insured")
	browser.Eval[bool](desktop, `document.getElementById("down-insured").focus(), true`)
	desktop.Press("Enter")
	desktop.WaitFor(".notice--error") // Policy depends on it
	desktop.Open(s.URL + "/agent/settings/projects/" + project + "/templates")
	desktop.WaitFor("#up-" + template)
	browser.Eval[bool](desktop, `document.getElementById("up-`+template+`").focus(), true`)
	desktop.Press("Enter")
	desktop.Wait(`document.activeElement.id === "up-` + template + `" && location.hash === "#up-` + template + `"`)
	// That the browser refused to send the preview is what was wanted.
	desktop.Forgive(`"form-action 'none'"`)
}

// AG-2 (articles): the preview follows what is typed, and a text that was never saved is offered again.
func TestBrowserArticleEditor(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	project := s.filled.Projects[0]
	tab := browser.New(t, browser.Options{Width: 1440, Height: 900})
	s.signInAdmin(tab)
	tab.Open(s.URL + "/agent/articles/new/" + project)
	tab.WaitFor("#body")
	tab.CheckAxe("new article")
	tab.Fill("#title", "Calm the lantern")
	tab.Fill("#body", "## Breathe\n\nIn and **out**.")
	tab.WaitText("#article-preview strong", "out")
	tab.Wait(`Object.keys(localStorage).some(k => k === "lodge-article:new:` + project + `")`)
	// The page is left without saving, and without the browser's question.
	browser.Eval[bool](tab, `document.getElementById("form").remove(), true`)
	second := tab
	second.Open(s.URL + "/agent/articles")
	second.WaitFor(".articles__list")
	second.CheckAxe("articles")
	second.Open(s.URL + "/agent/articles/new/" + project)
	second.WaitFor("[data-kept]:not([hidden])")
	second.CheckAxe("a kept text")
	second.Click("[data-kept-take]")
	if second.Value("#title") != "Calm the lantern" || !strings.Contains(second.Value("#body"), "**out**") {
		t.Errorf("brought back %q, %q", second.Value("#title"), second.Value("#body"))
	}
	second.Click("[name=publish]")
	second.WaitText(".flash", "Saved.")
	second.CheckAxe("a saved article")
	second.Wait(`!Object.keys(localStorage).some(k => k.startsWith("lodge-article:"))`)
	second.Open(s.URL + "/doc/" + project + "/calm-the-lantern")
	second.WaitText("h1", "Calm the lantern")
}

package main

import (
	"testing"

	"lodge/internal/browser"
	"lodge/sample"
)

// EM-4, EM-6: the form of a mailbox shows the parts that belong to a choice, with and without scripts; a set-up test is
// followed on its page by itself.
func TestBrowserMailbox(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	tab := browser.New(t, browser.Options{})
	s.signInAdmin(tab)
	tab.Open(s.URL + "/agent/settings/projects")
	page := browser.Eval[string](tab, `document.querySelector("a.sort-row__title, .boxes a, a[href*='/agent/settings/projects/']").getAttribute("href")`)
	shown := func(tab *browser.Tab, name string) bool {
		return browser.Eval[bool](tab, `!!document.querySelector("[name=`+name+`]").offsetParent`)
	}
	form := s.URL + page + "/mailboxes/new"
	tab.Open(form)
	tab.WaitFor("[name=address]")
	for _, name := range []string{"imap_host", "smtp_host", "plus", "trusted_receiver"} {
		if shown(tab, name) {
			t.Errorf("%s shows before it is chosen", name)
		}
	}
	tab.Click("[name=receive][value=imap]")
	if !shown(tab, "imap_host") || !shown(tab, "imap_password") || shown(tab, "imap_token_url") || !shown(tab, "plus") {
		t.Error("IMAP does not show what it needs")
	}
	tab.Click("[name=imap_auth][value=xoauth2]")
	if shown(tab, "imap_password") || !shown(tab, "imap_refresh_token") {
		t.Error("OAuth does not show what it needs")
	}
	tab.Click("[name=send][value=own]")
	tab.Click("[name=smtp_auth][value=none]")
	if !shown(tab, "smtp_host") || shown(tab, "smtp_user") {
		t.Error("a server of its own does not show what it needs")
	}
	tab.Fill("[name=from_name]", "{agent} of {project}")
	tab.Fill("[name=address]", "boats@nordwind.example")
	tab.WaitText("[data-sender-name]", "Ines Moreau of ")
	tab.WaitText("[data-sender-address]", "boats@nordwind.example")
	tab.CheckAxe("the form of a mailbox")
	tab.CheckFits("the form of a mailbox")

	// Without scripts too: the parts follow the choice by style alone.
	plain := browser.New(t, browser.Options{NoScripts: true})
	plain.Open(s.URL + "/agent/sign-in")
	plain.Fill("#email", sample.Cast.Ines.Address)
	plain.Fill("#password", sample.Password)
	plain.Click("[data-default]")
	plain.WaitFor("#rows")
	plain.Open(form + "?preset=google")
	if !shown(plain, "imap_host") || !shown(plain, "smtp_password") || shown(plain, "smtp_token_url") || plain.Value("[name=imap_host]") != "imap.gmail.com" {
		t.Error("without scripts the form does not show what was chosen")
	}

	// A mailbox that only sends, kept and tested in this demo: the page ends by itself.
	tab.Click("[name=receive][value=none]")
	tab.Click("[name=send][value=workspace]")
	tab.Click(".mailbox-form [data-default]")
	tab.WaitFor(".probe__start button")
	tab.Click(".probe__start button")
	tab.WaitFor("#probe .probe__head")
	tab.Wait(`!document.querySelector("#probe [data-poll]") && document.querySelector("#probe .probe__step--ok")`)
	tab.WaitText("#probe", "The mail is on the outbox page.")
	tab.CheckAxe("a set-up test")
}

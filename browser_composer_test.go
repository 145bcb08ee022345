package main

import (
	"context"
	"testing"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/sample"
)

// AG-2, NU-5: in a browser an agent formats a text, looks at what the customer will see, puts
// an article in, sends, takes it back, sends for good, and sees the mail go.
func TestBrowserComposer(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	s.newTicket(t, storySlug, "rosa.writes@example.com", "The printer is on fire again")
	number := s.number(t, "The printer is on fire again")
	s.undoSeconds(t, storySlug, 60)
	ines, err := s.desk.SignIn(context.Background(), desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	tab := browser.New(t, browser.Options{})
	s.signIn(tab)
	tab.Open(s.URL + "/agent/tickets/" + decimal(number))
	tab.WaitFor("#composer")
	if _, err := s.desk.HereNow(context.Background(), ines, number, desk.Beat{Typing: true}); err != nil {
		t.Fatal(err)
	}
	tab.WaitText("#presence", "is writing…")
	tab.Click("#body")
	tab.Press("Control+b")
	tab.Type("Hello")
	tab.Wait(`document.getElementById("body").value === "**Hello**"`)
	tab.Click("[data-preview]")
	tab.WaitFor("#body-preview strong")
	tab.Click("[data-preview]")
	tab.Click("[data-open=article-dialog]")
	tab.WaitFor("#article-dialog[open] [data-insert]")
	tab.CheckAxe("the article dialog")
	tab.Click("#article-dialog [data-insert]")
	tab.Wait(`/\]\(http.*\/doc\/` + storySlug + `\//.test(document.getElementById("body").value)`)
	tab.Click("[data-open=preview-dialog]")
	tab.WaitFor("#preview-dialog[open] .preview__text")
	tab.CheckAxe("the preview")
	tab.Press("Escape")
	tab.Click("#send")
	tab.WaitFor("#waiting [data-undo]")
	tab.CheckAxe("a waiting reply")
	tab.Click("#waiting [data-undo]")
	tab.Wait(`document.getElementById("body").value.indexOf("**Hello") === 0 && !document.querySelector("#waiting li")`)
	tab.Click("#send")
	tab.WaitFor("#waiting [data-undo]")
	tab.Click("#waiting form:last-child button")
	tab.WaitFor("#entries .mail-line--sent")
	tab.WaitGone("#waiting li")
	if browser.Eval[int](tab, `document.querySelectorAll("#entries .bubble--agent").length`) != 1 {
		t.Error("the answer does not stand there once")
	}
	tab.CheckAxe("a sent reply")
}

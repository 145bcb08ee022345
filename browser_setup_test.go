package main

import (
	"context"
	"testing"
	"time"

	"lodge/config"
	"lodge/internal/browser"
)

// TestBrowserSetup: SE-5. From an empty folder to the first ticket, by the link of the console.
func TestBrowserSetup(t *testing.T) {
	browser.Require(t)
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", t.TempDir(), "error"
			app := startApp(t, c)
			token, err := app.desk.SetupToken(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			tab := browser.New(t, browser.Options{NoScripts: !scripts})
			began := time.Now()
			tab.Open(app.URL + "/setup/" + token)
			tab.CheckAxe("set-up")
			tab.Fill("#workspace", "Calder Print")
			tab.Click("[data-default]")
			tab.WaitFor("#project")
			tab.CheckAxe("set-up, project")
			tab.Fill("#project", "Web shop")
			tab.Click("[data-default]")
			tab.WaitFor("#name")
			tab.CheckAxe("set-up, you")
			tab.Fill("#name", "Rosa Calder")
			tab.Fill("#email", "rosa@calder")
			tab.Fill("#password", "short but not empty")
			browser.Eval[bool](tab, `document.querySelector("form.stack").noValidate = true`)
			tab.Click("[data-default]")
			tab.WaitFor(".error-summary")
			tab.Wait(`document.activeElement.id === "problems"`)
			tab.WaitText("#email-error", "@")
			tab.CheckAxe("set-up refused")
			if tab.Value("#name") != "Rosa Calder" || tab.Value("#email") != "rosa@calder" || tab.Value("#password") != "" {
				t.Errorf("the form lost what was typed: %q, %q", tab.Value("#name"), tab.Value("#email"))
			}
			tab.Fill("#email", "rosa@calder-print.example")
			tab.Fill("#password", "a quiet lantern by the harbour")
			tab.Click("[data-default]")
			tab.WaitFor(".setup__facts")
			tab.CheckAxe("set-up, mail")
			// Back to the beginning: everything is still there.
			for _, want := range []string{"#name", "#project", "#workspace"} {
				tab.Click(".setup__bar .button--quiet")
				tab.WaitFor(want)
				if tab.Value(want) == "" {
					t.Errorf("%s is empty on the way back", want)
				}
			}
			for _, next := range []string{"#project", "#name", ".setup__facts", "#articles"} {
				tab.Click("[data-default]")
				tab.WaitFor(next)
			}
			tab.CheckAxe("set-up, articles")
			tab.CheckFits("set-up, articles")
			tab.Click("[data-default]")
			tab.WaitText("h1", "Your helpdesk is ready")
			tab.CheckAxe("set up")
			if took := time.Since(began); took > 2*time.Minute {
				t.Errorf("took a program %v", took)
			}
			tab.Click(".button--primary")
			tab.WaitFor("#password")
			tab.Fill("#email", "rosa@calder-print.example")
			tab.Fill("#password", "a quiet lantern by the harbour")
			tab.Click("[data-default]")
			tab.WaitFor("#rows")
			tab.CheckAxe("empty queue")
			// The link works once.
			tab.Open(app.URL + "/setup/" + token)
			tab.WaitText("h1", "used up")
			// The portal is open.
			tab.Open(app.URL + "/")
			tab.CheckAxe("home of one project")
			tab.Open(app.URL + "/doc/web-shop")
			tab.CheckAxe("first articles")
			tab.WaitText("main", "First steps")
			tab.Open(app.URL + "/ticket/web-shop")
			tab.Fill("#email", "otto@calder-print.example")
			tab.Fill("#title", "The basket is empty")
			tab.Fill("#description", "I put two posters in and it says that there is nothing.")
			time.Sleep(3100 * time.Millisecond) // who fills a form in faster is asked once more
			tab.Click("#create [data-default]")
			tab.WaitText("h1", "The basket is empty")
			thread := tab.URL()
			// The first ticket is answered from the desk.
			tab.Open(app.URL + "/agent?view=open")
			tab.WaitFor("#rows a")
			tab.Click("#rows tbody a")
			tab.WaitFor("#composer")
			tab.Fill("#body", "We refilled it.")
			tab.Click("#send")
			tab.WaitText("main", "We refilled it.")
			tab.WaitFor(".waiting")
			if scripts {
				tab.WaitSettled()
			}
			tab.Click(`.waiting__bar form[action*="/publication"] button`)
			tab.WaitGone(".waiting__when")
			tab.Open(thread)
			tab.WaitText("main", "We refilled it.")
		})
	}
}

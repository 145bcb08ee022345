package main

import (
	"testing"

	"lodge/config"
	"lodge/internal/browser"
	"lodge/sample"
)

// TestBrowserProjectSettings: SE-1, SE-2, SE-3, PC-8, EV-1, EV-2. The settings of a project with and without scripts:
// the portal is opened only after a question, a status moves by drag and by button, a link is made; no page offends axe
// or is wider than a small phone.
func TestBrowserProjectSettings(t *testing.T) {
	browser.Require(t)
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
			s := &site{App: startApp(t, c)}
			tab := browser.New(t, browser.Options{NoScripts: !scripts})
			tab.Open(s.URL + "/agent/sign-in")
			tab.Fill("#email", sample.Cast.Ines.Address)
			tab.Fill("#password", sample.Password)
			tab.Click("[data-default]")
			tab.WaitFor("#rows")
			home := s.URL + "/agent/settings/projects"
			visitor := browser.New(t, browser.Options{NoScripts: !scripts})
			visitor.Forgive("404")

			// The office has no portal. Saving asks; leaving it as it is saves nothing.
			tab.Open(home + "/office/portal")
			tab.Click(`input[name=portal][value=public]`)
			tab.Click("[data-default]")
			if scripts {
				tab.Wait(`document.querySelector("[data-portal-dialog]").open`)
				tab.CheckAxe("the question before opening")
				tab.Click("[data-portal-no]")
				tab.Wait(`!document.querySelector("[data-portal-dialog]").open`)
			} else {
				tab.WaitFor(".notice .consequences") // the dialog of the page before has them, too
				tab.CheckAxe("the question before opening")
			}
			visitor.Open(s.URL + "/ticket/office")
			if visitor.Has("#create") {
				t.Fatal("the portal is open without a word")
			}
			if scripts {
				tab.Click("[data-default]")
				tab.Wait(`document.querySelector("[data-portal-dialog]").open`)
				tab.Click("[data-portal-yes]")
			} else {
				tab.Click(".form__bar .button--primary")
			}
			tab.WaitFor(".flash")
			visitor.Open(s.URL + "/ticket/office")
			visitor.WaitFor("#create")

			// The first status goes one place down.
			tab.Open(home + "/office/statuses")
			first := browser.Eval[string](tab, `document.querySelector(".sort-row").id`)
			if scripts {
				// As the browser does it when a row is dragged over the next one and let go.
				browser.Eval[bool](tab, `(() => {
					const [from, to] = document.querySelectorAll(".sort-row"), data = new DataTransfer();
					const grip = from.querySelector("[data-sort-grip]");
					if (grip.hidden) return false;
					grip.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, pointerType: "mouse" }));
					if (!from.draggable) return false;
					from.dispatchEvent(new DragEvent("dragstart", { bubbles: true, dataTransfer: data }));
					to.dispatchEvent(new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: data }));
					to.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
					return true;
				})()`)
			} else {
				tab.Click("#" + first + ` button[value="1"]`)
			}
			tab.Wait(`document.querySelectorAll(".sort-row").length > 1 && document.querySelectorAll(".sort-row")[1].id === "` + first + `"`)

			// A link for a customer is shown once and opens the form with their address.
			tab.Open(home + "/office/intake")
			tab.Fill("#email", "otto@calder-print.example")
			tab.Click("[data-default]")
			tab.WaitFor(".made")
			tab.CheckAxe("a new intake link")
			visitor.Open(tab.Text(".made code"))
			visitor.WaitText("#create", "otto@calder-print.example")
			if !scripts {
				return
			}
			for _, page := range []string{"", "/office", "/office/portal", "/office/thread", "/office/create", "/office/mail", "/office/limits", "/office/statuses", "/office/statuses/" + first[len("status-"):], "/office/statuses/" + first[len("status-"):] + "/deletion", "/office/types", "/office/intake"} {
				tab.Resize(1280, 900)
				tab.Open(home + page)
				tab.CheckAxe("settings" + page)
				tab.Scheme(true)
				tab.Resize(320, 700)
				tab.CheckAxe("settings" + page + ", dark and narrow")
				tab.CheckFits("settings" + page)
				tab.Scheme(false)
			}
		})
	}
}

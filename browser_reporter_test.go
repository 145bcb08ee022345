package main

import (
	"strings"
	"testing"

	"lodge/internal/browser"
)

// storyReporter is the main job, end to end: PC-2, PC-3, PC-4, PC-5, PC-12, PT-2, PT-3,
// PT-5, PT-9, NU-1, EV-1, EV-3.
func storyReporter(t *testing.T, s *site, scripts bool) {
	mode := "with scripts"
	if !scripts {
		mode = "without scripts"
	}
	title, email := "The printer smokes, "+mode, "rosa."+strings.ReplaceAll(mode, " ", "-")+"@calder-print.example"
	const description = "It began this morning.\n\nNow there is smoke behind the tray."

	reporter := browser.New(t, browser.Options{NoScripts: !scripts, Height: 700})
	reporter.Open(s.URL + "/ticket/" + storySlug)
	reporter.Fill("#email", email)
	reporter.Fill("#name", "Rosa Calder")
	reporter.Fill("#title", title)
	reporter.Fill("#description", description)
	if scripts {
		// The form has moved aside once the last word is in.
		reporter.Wait(`[...document.querySelectorAll(".suggestion mark")].some(e => e.innerText === "smoke")`)
	}

	// Another template asks for other things and takes nothing away (PC-3).
	reporter.Choose("#template", "bug-report")
	if !scripts {
		reporter.Click(`[name="_do"][value="template"]`)
	}
	reporter.WaitFor("#field-steps")
	if html := reporter.HTML(); strings.Contains(html, "Triage") || strings.Contains(html, "intake") {
		t.Error("a hidden field is in the page")
	}
	for field, want := range map[string]string{"#title": title, "#description": description, "#email": email} {
		if got := reporter.Value(field); got != want {
			t.Errorf("%s is %q after another template was chosen", field, got)
		}
	}

	// A required field of the template is missing: everything stays, the files too (PC-4).
	reporter.Fill("#field-steps", "   ")
	reporter.Attach("#files", s.picture, s.note)
	if scripts {
		reporter.Wait(`document.querySelectorAll("[data-file-list] .file-chip").length === 2`)
		reporter.Wait(`document.querySelector("[data-file-list] img.thumb")?.naturalWidth > 0`)
	}
	reporter.Click("#create [data-default]")
	reporter.WaitFor(".error-summary")
	reporter.Wait(`document.activeElement.id === "problems"`)
	if got := reporter.Text("#field-steps-error"); !strings.Contains(got, "Steps to reproduce") {
		t.Errorf("beside the field: %q", got)
	}
	for field, want := range map[string]string{"#title": title, "#description": description, "#email": email, "#name": "Rosa Calder", "#template": "bug-report"} {
		if got := reporter.Value(field); got != want {
			t.Errorf("%s is %q after a refusal, want %q", field, got, want)
		}
	}
	if kept := browser.Eval[[]string](reporter, `[...document.querySelectorAll('[name="keep"]:checked')].map(e => e.closest("label").innerText.trim().split("\n")[0])`); len(kept) != 2 ||
		!strings.HasPrefix(kept[0], "smoke behind the tray.png") || !strings.HasPrefix(kept[1], "printer.log") {
		t.Errorf("kept files: %q", kept)
	}
	reporter.Fill("#field-steps", "Switch it on.")
	reporter.Click("#create [data-default]")

	// The reporter lands on the ticket (PC-12) and gets a mail that repeats nothing.
	reporter.WaitFor("#ticket-header")
	reporter.WaitText("h1", title)
	if !strings.HasPrefix(path(reporter), "/ticket/thread/") {
		t.Errorf("landed on %s", path(reporter))
	}
	for _, part := range []string{"smoke behind the tray.png", "printer.log", "Now there is smoke"} {
		reporter.WaitText("#messages", part)
	}
	mail := s.mail(t, email, "/ticket/thread/")
	if threadLink.FindString(mail.Text) == "" || strings.Contains(mail.Text+mail.HTML+mail.Subject, "smoke") {
		t.Errorf("the first mail to an unproven address: %q\n%s", mail.Subject, mail.Text)
	}

	// An agent finds it in the queue.
	agent := browser.New(t, browser.Options{NoScripts: !scripts})
	s.signIn(agent)
	agent.Open(s.URL + "/agent?view=unassigned&project=" + storySlug)
	agent.WaitText("#rows", title)
	agent.Click(`#rows a[title="` + title + `"]`)
	agent.WaitText("#entries", "Now there is smoke")
	agent.Wait(`[...document.querySelectorAll("#sidebar textarea, #sidebar input")].some(e => e.value === "Switch it on.")`)

	// The reporter is in the middle of a sentence when the answer comes (PT-5).
	const half = "By the way, it also"
	reporter.Fill("#body", half)
	if scripts {
		reporter.Press("ArrowLeft", "ArrowLeft")
		browser.Eval[bool](reporter, `window.scrollTo(0, 60), window.sameDocument = true`)
	}

	agent.Fill("#body", "Please switch it off at the wall. See the picture.")
	agent.Attach("#files", s.picture)
	agent.Click("#send")
	agent.WaitText("#entries", "switch it off at the wall")
	agent.WaitSettled()
	agent.Click("#resolve")
	agent.WaitText("#ticket-header .chip", "Resolved")

	if scripts {
		reporter.WaitText("#messages", "switch it off at the wall")
		reporter.WaitText("#ticket-header .chip", "Resolved")
		if !browser.Eval[bool](reporter, `window.sameDocument === true`) {
			t.Error("the page was loaded anew")
		}
		if got := reporter.Value("#body"); got != half {
			t.Errorf("the half-typed reply is now %q", got)
		}
		if reporter.Focused() != "body" || browser.Eval[int](reporter, `document.activeElement.selectionStart`) != len(half)-2 {
			t.Errorf("focus is on %q, the caret elsewhere", reporter.Focused())
		}
		if y := browser.Eval[int](reporter, `Math.round(scrollY)`); y != 60 {
			t.Errorf("scrolled to %d", y)
		}
	} else {
		reporter.Click("[data-poll-link] a")
		reporter.WaitText("#messages", "switch it off at the wall")
		reporter.WaitText("#ticket-header .chip", "Resolved")
	}
	reporter.WaitText(".bubble--agent", "smoke behind the tray.png")
	s.mail(t, email, "switch it off at the wall")

	// A reply opens the ticket again (PT-9), is added to the page and stands there once.
	if scripts {
		browser.Eval[bool](reporter, `document.querySelector("#messages").sameList = true`)
	}
	reporter.Fill("#body", "It smokes again, even without power.")
	if scripts {
		reporter.Press("Control+Enter")
	} else {
		reporter.Click("#reply-send")
	}
	reporter.WaitText("#messages", "even without power")
	reporter.WaitText("#ticket-header .chip", "In progress")
	reporter.Wait(`document.querySelector("#body").value === ""`)
	if scripts {
		// A poll that crosses the answer brings everything once more.
		reporter.WaitSettled()
		browser.Eval[bool](reporter, `htmx.ajax("GET", document.querySelector("[data-poll]").getAttribute("hx-get").replace(/after=\d+/, "after=0"),
			{source: document.querySelector("[data-poll]"), swap: "none"}).then(() => true)`)
		reporter.WaitSettled()
	}
	if n := browser.Eval[int](reporter, `document.querySelectorAll("#messages .bubble").length`); n != 3 {
		t.Errorf("%d messages", n)
	}
	if scripts && !reporter.Eval(`document.querySelector("#messages").sameList`) {
		t.Error("the whole conversation was drawn anew")
	}
	if !scripts {
		agent.Open(agent.URL())
	}
	agent.WaitText("#entries", "even without power")
	agent.WaitText("#ticket-header .chip", "In progress")

	// What was sent is no draft any more.
	reporter.Open(reporter.URL())
	if got := reporter.Value("#body"); got != "" {
		t.Errorf("after sending, the box holds %q", got)
	}
	if html := reporter.HTML(); strings.Contains(html, "#"+decimal(s.number(t, title))) {
		t.Error("the ticket's number is on the public page")
	}
}

// storySuggestions: PC-10.
func storySuggestions(t *testing.T, s *site) {
	const centred = `(() => { const f = document.querySelector(".create__form").getBoundingClientRect(); return Math.abs((f.left + f.right) / 2 - (document.body.clientWidth / 2)) < 2; })()`
	const beside = `(() => { const f = document.querySelector(".create__form").getBoundingClientRect(), s = document.querySelector(".suggestions__inner")?.getBoundingClientRect();
		return s && s.width > 250 && f.right < s.left && s.right <= document.documentElement.clientWidth; })()`
	tab := browser.New(t, browser.Options{Motion: true})
	tab.Open(s.URL + "/ticket/" + storySlug)
	tab.Wait(centred)
	tab.Fill("#title", "The prin")
	tab.Type("ter is on fire")
	tab.WaitText(".suggestion", "When the printer is on fire")
	tab.Wait(beside)
	if tab.Focused() != "title" || tab.Value("#title") != "The printer is on fire" {
		t.Errorf("focus is on %q, the title is %q", tab.Focused(), tab.Value("#title"))
	}
	tab.WaitText("#suggestions-status", "may help")
	if target := browser.Eval[string](tab, `document.querySelector(".suggestion").target`); target != "_blank" {
		t.Errorf("a suggestion opens in %q", target)
	}
	tab.WaitFor(".suggestion mark")
	tab.Fill("#title", "zzyzx qwvk")
	tab.WaitGone(".suggestion")
	tab.Wait(centred)

	// On a phone they stand below the title and the next field does not jump away.
	phone := browser.New(t, browser.Options{Width: 390, Height: 800})
	phone.Open(s.URL + "/ticket/" + storySlug)
	phone.Fill("#title", "printer")
	phone.WaitFor(".suggestion")
	phone.Wait(`document.querySelector("#title").getBoundingClientRect().bottom <= document.querySelector(".suggestions__inner").getBoundingClientRect().top
		&& document.querySelector(".suggestions__inner").getBoundingClientRect().bottom <= document.querySelector("#description").getBoundingClientRect().top`)
	phone.CheckFits("create with suggestions")

	// Without scripts a refused form brings them along.
	plain := browser.New(t, browser.Options{NoScripts: true})
	plain.Open(s.URL + "/ticket/" + storySlug)
	plain.Fill("#email", "rosa@calder-print.example")
	plain.Fill("#title", "The printer is on fire")
	plain.Fill("#description", "  ")
	plain.Click("#create [data-default]")
	plain.WaitText(".suggestion", "When the printer is on fire")
}

// storyFiles: PC-5.
func storyFiles(t *testing.T, s *site) {
	tab := browser.New(t, browser.Options{})
	tab.Open(s.URL + "/ticket/" + storySlug)
	const chips = `[...document.querySelectorAll("[data-file-list] .file-chip__name")].map(e => e.textContent).join()`
	tab.Attach("#files", s.picture)
	tab.Wait(chips + ` === "smoke behind the tray.png"`)
	// A second choice adds to the first.
	tab.Attach("#files", s.note)
	tab.Wait(chips + ` === "smoke behind the tray.png,printer.log"`)
	tab.Wait(`document.querySelector("#files").files.length === 2`)
	tab.Click("[data-file-list] li:first-child button")
	tab.Wait(chips + ` === "printer.log"`)
	tab.Wait(`document.activeElement.closest("[data-file-list]")`)
	tab.WaitText("[data-file-status]", "was removed")
	// Files may be dropped on the form and pasted into it.
	browser.Eval[bool](tab, `(() => {
		const all = new DataTransfer();
		all.items.add(new File(["x"], "dropped.txt", {type: "text/plain"}));
		const form = document.querySelector("#create");
		form.dispatchEvent(new DragEvent("dragover", {dataTransfer: all, bubbles: true, cancelable: true}));
		form.dispatchEvent(new DragEvent("drop", {dataTransfer: all, bubbles: true, cancelable: true}));
		const more = new DataTransfer();
		more.items.add(new File([new Uint8Array(11 << 20)], "huge.bin"));
		document.querySelector("#description").dispatchEvent(new ClipboardEvent("paste", {clipboardData: more, bubbles: true, cancelable: true}));
		return true;
	})()`)
	tab.Wait(chips + ` === "printer.log,dropped.txt"`)
	tab.WaitText("[data-file-error]", "huge.bin is larger than 10")
}

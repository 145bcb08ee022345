package main

import (
	"fmt"
	"testing"
	"time"

	"lodge/internal/browser"
	"lodge/models"
)

// TestBrowserPromises: AG-1, AG-6, CP-10, PT-2, PT-5, EV-1. An agent works through what is overdue and
// the chip changes by itself; a customer sees whose turn it is, and when the ticket closes, as soon as
// an agent waits for them. With scripts and without.
func TestBrowserPromises(t *testing.T) {
	browser.Require(t)
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprint("scripts ", scripts), func(t *testing.T) {
			t.Parallel()
			storyPromises(t, scripts)
		})
	}
}

func storyPromises(t *testing.T, scripts bool) {
	w := newPromiseWorld(t, "")
	const settings, project = "/agent/settings", "/agent/settings/projects/" + harbour
	admin := w.agent("ines@lodge.example")
	targets := []string{"name", "Day and night", "holds", "default", "warn", "75"}
	for priority := models.PriorityLow; priority <= models.PriorityUrgent; priority++ {
		targets = append(targets, fmt.Sprintf("target-%d-first", priority), "2h", fmt.Sprintf("target-%d-resolution", priority), "200h")
	}
	admin.open(settings+"/sla/new").submit(settings+"/sla/new", targets...)
	admin.open(project+"/closing").submit(project+"/closing", "remind_days", "5", "close_days", "3")
	// Two hours for the first answer: two tickets are late, one is near, one has its time.
	rosa := w.visitor()
	threads := map[string]string{}
	for _, one := range []struct {
		title string
		ago   time.Duration
	}{{"The crane is stuck", 5 * time.Hour}, {"The boat is adrift", 3 * time.Hour}, {"The rope is wet", 100 * time.Minute}, {"The light is out", 0}} {
		w.ago.Store(int64(one.ago))
		rosa.open("/ticket/"+harbour).submit("/ticket/"+harbour, "email", "rosa@calder-print.example", "title", one.title, "description", "See the title.")
		threads[one.title] = rosa.here
		w.settle()
	}

	agent, customer := browser.New(t, browser.Options{NoScripts: !scripts}), browser.New(t, browser.Options{NoScripts: !scripts})
	customer.Open(w.URL + threads["The crane is stuck"])
	customer.WaitText(".thread__line", "It is our turn")
	agent.Open(w.URL + "/agent/sign-in")
	agent.Fill("#email", "ada@lodge.example")
	agent.Fill("#password", "correct horse battery")
	agent.Click("[data-default]")
	agent.WaitFor("#rows")
	agent.WaitSettled()
	agent.Click(`a[href="/agent?due=overdue&view=open"]`)
	agent.Wait(`location.search.includes("due=overdue")`)
	const titles = `[...document.querySelectorAll("#rows [data-row] a[title]")].map(a => a.title).join()`
	agent.Wait(titles + ` === "The crane is stuck,The boat is adrift"`)

	// She answers, and the chip goes from what was late to what is owed now, without another page.
	agent.Click(`#rows a[title="The crane is stuck"]`)
	agent.WaitText("#ticket-header .due", "Answer overdue 3 h")
	if scripts {
		browser.Eval[bool](agent, `window.sameDocument = true`)
		browser.Eval[bool](customer, `window.sameDocument = true`)
	}
	agent.Fill("#body", "Please pull the red lever. Did it help?")
	agent.Click("#send")
	agent.WaitText("#entries", "pull the red lever")
	agent.WaitText("#ticket-header .due", "Solve by")
	agent.WaitGone("#ticket-header .due--late")
	if scripts && !browser.Eval[bool](agent, `window.sameDocument === true`) {
		t.Error("the ticket was loaded anew")
	}

	// She waits for the customer, whose page says so, with the day on which it closes.
	agent.WaitSettled()
	agent.Choose("#status", "waiting")
	if !scripts {
		agent.Click("#property-status button")
	}
	agent.WaitText("#ticket-header .chip", "Waiting for customer")
	agent.WaitText("#ticket-header .due", "Paused")
	if !scripts {
		customer.Click("[data-poll-link] a")
	}
	customer.WaitText("#messages", "pull the red lever")
	customer.WaitText(".thread__line", "It is your turn")
	// Five days of silence and three more, by a project without working hours: in UTC.
	k := w.ticket(1)
	customer.WaitText(".thread__line", "closes by itself on "+k.TalkedAt.Time().AddDate(0, 0, 8).UTC().Format("Monday 2 January"))
	if scripts && !browser.Eval[bool](customer, `window.sameDocument === true`) {
		t.Error("the thread was loaded anew")
	}

	// The next one: the list has one less.
	if scripts {
		agent.WaitSettled()
		agent.Press("Escape", "u")
	} else {
		agent.Open(w.URL + "/agent?due=overdue&view=open")
	}
	agent.Wait(`location.search.includes("due=overdue")`)
	agent.Wait(titles + ` === "The boat is adrift"`)
	agent.Click(`#rows a[title="The boat is adrift"]`)
	agent.WaitText("#ticket-header .due", "Answer overdue 1 h")
	agent.Fill("#body", "It is on its way back.")
	agent.Click("#send")
	agent.WaitText("#ticket-header .due", "Solve by")
	agent.WaitSettled()
	agent.Open(w.URL + "/agent?due=overdue&view=open")
	agent.WaitText("main", "Nothing is overdue")
	agent.Open(w.URL + "/agent?due=soon&view=open")
	agent.Wait(titles + ` === "The rope is wet"`)
}

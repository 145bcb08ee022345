package main

import (
	"context"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/internal/browser"
	"lodge/models"
	"lodge/sample"
)

// promise lets the desk of the demo owe something for each of its open tickets, and waits until it is worked out.
func (s *site) promise(t *testing.T) {
	t.Helper()
	ctx, now := t.Context(), s.desk.Now()
	targets := models.PolicyTargets{}
	for p := int64(models.PriorityLow); p <= models.PriorityUrgent; p++ {
		targets[p] = map[string]int64{models.PromiseFirst: 720, models.PromiseNext: 600, models.PromiseResolution: 60 * 24 * 20}
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.InsertPolicy(ctx, tx, &models.Policy{Name: "Standard", Position: -1, IsDefault: true, WarnPercent: 75, Targets: targets, CreatedAt: models.At(now)}); err != nil {
			return err
		}
		return models.QueueRecompute(ctx, tx, now)
	})
	if err != nil {
		t.Fatal(err)
	}
	ines, err := s.desk.SignIn(ctx, desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		page, err := s.desk.QueueList(ctx, ines, desk.QueueAsk{View: models.ViewOpen, Sort: models.SortDue})
		if err != nil || time.Now().After(end) {
			t.Fatalf("no promises: %v", err)
		}
		if len(page.Tickets) > 5 {
			return
		}
	}
}

// TestBrowserDue: AG-6, AG-1, EV-1, EV-2. The chips of what is due grow old by themselves, without a reload and without
// moving their row; the list and the ticket with its promises are sound at every width, light and dark.
func TestBrowserDue(t *testing.T) {
	browser.Require(t)
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	s.promise(t)
	tab := browser.New(t, browser.Options{})
	s.signIn(tab)
	tab.Open(s.URL + "/agent?view=open&sort=due")
	tab.Wait(`document.querySelectorAll("[data-due]").length > 3`)
	// What the script says is what the server said, where no time zone is in it.
	tab.Wait(`fetch(location.href).then(r => r.text()).then(html => {
		const drawn = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".due--late [data-due-text]"), shown = document.querySelectorAll(".due--late [data-due-text]");
		return drawn.length > 0 && drawn.length === shown.length && [...drawn].every((d, i) => d.textContent === shown[i].textContent);
	})`)
	const age = `(() => {
		const chip = document.querySelector("[data-row] [data-due][data-by]"), row = chip.closest("[data-row]");
		const before = row.getBoundingClientRect(), at = ms => { chip.setAttribute("data-due", Date.now() + ms); chip.setAttribute("data-soon", Date.now() + ms - 3600000); document.dispatchEvent(new Event("visibilitychange")); return chip.querySelector("[data-due-text]").textContent + "|" + chip.className + "|" + chip.querySelector("use").getAttribute("href").split("#")[1] + "|" + chip.querySelector("[data-due-tag]").textContent.trim(); };
		const seen = [at(2 * 3600000 + 10 * 60000), at(40 * 60000), at(-5 * 60000 - 1000)].map(s => s.replace(/^(Answer|Next answer|Solve|Solution) /, "")), after = row.getBoundingClientRect();
		if (before.top !== after.top || before.height !== after.height) seen.push("moved");
		return seen.join("\n");
	})()`
	want := "in 2 h 10 m|due due--promise|clock|\nin 40 m|due due--promise due--soon|alarm-clock|(due soon)\noverdue 5 m|due due--promise due--late|alarm-clock|"
	if got := browser.Eval[string](tab, age); got != want {
		t.Errorf("the chip grows old as\n%s\nwant\n%s", got, want)
	}
	ticket := browser.Eval[string](tab, `document.querySelector("[data-row]:has([data-due]) a").href`)
	for _, dark := range []bool{false, true} {
		tab.Scheme(dark)
		for _, width := range []int{1440, 820, 390, 320} {
			tab.Resize(width, 900)
			tab.Open(s.URL + "/agent?view=open&sort=due")
			tab.CheckFits("queue by what is due")
			if width == 1440 || width == 390 {
				tab.CheckAxe("queue by what is due")
			}
			tab.Open(ticket)
			tab.Eval(`(() => { document.querySelector(".sidebar__fold").open = true; return true; })()`)
			tab.WaitFor(".promise")
			tab.CheckFits("ticket with promises")
			if width == 1440 || width == 390 {
				tab.CheckAxe("ticket with promises")
			}
		}
	}
}

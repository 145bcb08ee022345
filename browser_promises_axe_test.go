package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/internal/browser"
	"lodge/models"
	"lodge/sample"
)

// EV-2, EV-3: the pages that came with promises have no fault that axe knows and nothing to scroll sideways at 390 and 320
// pixels, in both schemes: hours, policies and their simulator, rules, skills, absence, bought time, closing by itself,
// what is due on agents' pages, and what people outside are told of time, in both languages.
func TestBrowserPromisesAxe(t *testing.T) {
	browser.Require(t)
	s := newSite(t)
	o := s.promisesToLookAt(t)
	const settings, project = "/agent/settings/", "/agent/settings/projects/" + storySlug
	page := func(path string, id int64, more string) string { return path + decimal(id) + more }
	ticket := func(number int64) func(*testing.T, *site, *browser.Tab) {
		return func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + page("/agent/tickets/", number, ""))
			tab.WaitFor("#composer")
			browser.Eval[bool](tab, `document.querySelectorAll(".sidebar__fold, .promises__past").forEach(d => d.open = true), true`)
		}
	}
	thread := func(title string) view { return fixed(title, o.paths[title]) }
	outbox := func(to, part string) string { return page("/dev/outbox/", s.mail(t, to, part).ID, "") }
	groups := map[string][]view{
		"public": {fixed("create", "/ticket/"+storySlug), fixed("create, nobody there", "/ticket/stock"), thread("Filed when nobody is there"), thread("Due soon"),
			thread("Overdue since days"), thread("On hold"), thread("Your turn"), thread("Reminded"), thread("Closed by itself"), fixed("thread with dates and support time", o.link), fixed("acknowledgement outside hours", outbox("sofia@marques-foto.example", "back")),
			fixed("reminder", outbox("hanna@lundbakery.example", "closes")), fixed("closed", outbox("luis@example.com", "5 days"))},
		"hours": {fixed("hours", settings+"hours"), fixed("one", page(settings+"hours/", o.office, "")), fixed("deletion", page(settings+"hours/", o.office, "/deletion"))},
		"policies": {fixed("policies", settings+"sla"), fixed("which", page(settings+"sla?number=", o.broken, "")), fixed("new", settings+"sla/new"), fixed("deletion", page(settings+"sla/", o.gold, "/deletion")),
			{"preview", func(_ *testing.T, s *site, tab *browser.Tab) {
				tab.Open(s.URL + page(settings+"sla/", o.policy, ""))
				tab.Fill("#target-2-first", "15m")
				tab.Click("#policy [value=preview]")
				tab.WaitFor("#preview .table")
			}}},
		// What was typed and not kept asks before it lets go: such a page is the last of its tab.
		"policy refused": {{"refused", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + page(settings+"sla/", o.policy, ""))
			tab.Fill("#target-2-first", "3 days")
			tab.Click("#policy [data-default]")
			tab.WaitFor(".error-summary")
		}}},
		"simulator": {fixed("simulator", settings+"sla/simulator"), {"example", func(_ *testing.T, s *site, tab *browser.Tab) {
			tab.Open(s.URL + settings + "sla/simulator")
			tab.Click(".sim__examples a:last-of-type")
			tab.WaitFor(".sim__line")
		}}},
		"rules": {fixed("rules", settings+"routing"), fixed("trial", settings+"routing/trial"), fixed("deletion", page(settings+"routing/", o.rule, "/deletion")), fixed("one", page(settings+"routing/", o.rule, "")),
			{"refused", func(_ *testing.T, s *site, tab *browser.Tab) {
				tab.Open(s.URL + settings + "routing/new")
				tab.Click(`[name="assign"][value="agent"]`)
				tab.Click("#rule [data-default]")
				tab.WaitFor(".error-summary")
				tab.Wait(`document.querySelector("#agent").offsetParent && !document.querySelector("#skills").offsetParent`)
			}}},
		"people": {fixed("skills", settings+"skills"), fixed("skill", page(settings+"skills/", o.skill, "")), fixed("agents", settings+"agents"), fixed("agent", page(settings+"agents/", o.ben, "")), fixed("profile", settings+"profile"),
			fixed("teams", settings+"teams"), fixed("team", page(settings+"teams/", o.team, "")), fixed("time", page("/agent/companies/", o.company, "/time")), fixed("time, little", page("/agent/companies/", o.short, "/time")),
			fixed("time, none", page("/agent/companies/", o.poor, "/time"))},
		"project": {fixed("closing", project+"/closing"), fixed("types", project+"/types"), fixed("general", project), fixed("notifications", project+"/notifications"), fixed("conversation", project+"/thread"), fixed("limits", settings+"general")},
		"desk": {fixed("queue", "/agent?view=open&sort=due"), fixed("overdue", "/agent?view=overdue"), fixed("soon", "/agent?view=soon"), fixed("paused", "/agent?view=open&due=paused"), fixed("nothing", "/agent?view=overdue&project=quiet"),
			{"overdue ticket", ticket(o.broken)}, {"ticket on hold", ticket(o.held)}, {"closed ticket", ticket(o.closed)}, {"reminded ticket", ticket(o.reminded)}, fixed("notices", "/agent/notices")},
	}
	for name, views := range groups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := browser.New(t, browser.Options{Width: 1280, Height: 844})
			if name != "public" {
				s.signInAdmin(tab)
			}
			for _, v := range views {
				tab.Resize(1280, 844)
				v.bring(t, s, tab)
				o.look(t, tab, v.name)
			}
			if name == "simulator" {
				o.simulate(t, tab)
			}
		})
	}
	t.Run("German", func(t *testing.T) {
		t.Parallel()
		tab := browser.New(t, browser.Options{Width: 1280, Height: 844, Language: "de"})
		for _, v := range []view{fixed("create, nobody there", "/ticket/stock"), thread("Your turn"), fixed("thread with dates and support time", o.link)} {
			v.bring(t, s, tab)
			tab.WaitFor(`html[lang="de"]`)
			o.look(t, tab, v.name)
		}
	})
}

// look looks at a page in both schemes and at two narrow widths; what is wide has a box of its own.
func (o *owed) look(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	tab.Resize(1280, 844)
	tab.CheckAxe(name)
	tab.Scheme(true)
	tab.Resize(390, 844)
	tab.CheckAxe(name)
	tab.CheckFits(name)
	tab.Resize(320, 640)
	tab.CheckFits(name)
	tab.Scheme(false)
	if headings := browser.Eval[string](tab, `[...document.querySelectorAll("main :is(h1, h2, h3, h4)")].filter(h => h.checkVisibility()).map(h => h.localName[1]).join("")`); len(headings) == 0 || headings[0] != '1' {
		t.Errorf("%s: its headings are %q", name, headings)
	} else {
		for i := 1; i < len(headings); i++ {
			if headings[i] > headings[i-1]+1 {
				t.Errorf("%s: a heading is left out in %q", name, headings)
			}
		}
	}
	if tab.Has("[style], main script:not([src])") {
		t.Errorf("%s: a style or a script stands in the page", name)
	}
}

// simulate tells a case with the keyboard alone. On a phone the line of time is moved with the arrow keys in its own
// box, and no table is cut off.
func (o *owed) simulate(t *testing.T, tab *browser.Tab) {
	t.Helper()
	tab.Resize(390, 844)
	tab.Open(o.URL + "/agent/settings/sla/simulator")
	box := ".sim__figure .sim__scroll"
	tab.Wait(`document.querySelector("` + box + `").scrollWidth > document.querySelector("` + box + `").clientWidth + 50`)
	if cut := browser.Eval[string](tab, `[...document.querySelectorAll(".sim__scroll")].filter(b => b.querySelector("table") && b.scrollWidth > b.clientWidth).map(b => b.getAttribute("aria-label")).join()`); cut != "" {
		t.Errorf("cut off on a phone: %s", cut)
	}
	browser.Eval[bool](tab, `document.querySelector("`+box+`").focus(), true`)
	tab.CheckFocusShown("the line of time")
	for range 6 {
		tab.Press("ArrowRight")
	}
	tab.Wait(`document.querySelector("` + box + `").scrollLeft > 0`)
	tab.Resize(1280, 844)
	// In the order of the page: policy, priority, hours, each line its moment and what happens, then the button.
	browser.Eval[bool](tab, `document.querySelector("#policy").focus(), true`)
	want := []string{"priority", "calendar", "at", "what"}
	for i, at := 0, "policy"; i < len(want); {
		tab.Press("Tab")
		now := browser.Eval[string](tab, `document.activeElement.name || ""`)
		if now == at {
			continue // the parts of a date
		}
		tab.CheckFocusShown("the form of a case")
		if now != want[i] {
			t.Fatalf("after %q comes %q, want %q", at, now, want[i])
		}
		at, i = now, i+1
	}
	before := tab.Text(".sim__verdicts")
	tab.Choose("#priority", decimal(models.PriorityLow))
	tab.Choose("#policy", decimal(o.gold))
	browser.Eval[bool](tab, `document.querySelector(".sim__form .button--primary").focus(), true`)
	tab.Press("Enter")
	tab.Wait(`location.search.includes("policy=` + decimal(o.gold) + `")`)
	tab.WaitFor("#policy")
	if after := browser.Eval[string](tab, `document.querySelector(".sim__verdicts")?.textContent || ""`); after == before {
		t.Error("another policy comes to the same")
	}
}

// owed is a desk with all that has to do with promises, and where its parts are found.
type owed struct {
	*site
	ines                       desk.Actor
	office, policy, gold, rule int64
	skill, team, ben           int64
	company, short, poor       int64
	broken, soon, held         int64
	closed, reminded           int64
	link                       string            // of a thread in a mail, which proves whose it is
	paths                      map[string]string // of threads
}

// promisesToLookAt makes hours, policies, rules, skills, people who are away and bought time with the desk's own verbs,
// and tickets in each state of a promise. The past is made by a desk whose clock stands there.
func (s *site) promisesToLookAt(t *testing.T) *owed {
	t.Helper()
	ctx, o, now := t.Context(), &owed{site: s, paths: map[string]string{}}, time.Now()
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %+v", what, err)
		}
	}
	var err error
	o.ines, err = s.desk.SignIn(ctx, desk.SignInInput{Email: sample.Cast.Ines.Address, Password: sample.Password, Client: "192.0.2.5"})
	must("sign in", err)

	// Hours: an office, a night shift, and a team that is closed these days.
	in := desk.CalendarInput{Name: "Office in Hamburg", Zone: "Europe/Berlin", Days: [7]string{"8:30-12:30, 13:15-17:30", "8:30-12:30, 13:15-17:30", "8:30-12:30, 13:15-17:30", "8:30-12:30, 13:15-17:30", "8:30-14:00"},
		Holidays: []desk.HolidayInput{{Date: "2026-12-24", Yearly: true, Name: "Christmas Eve", Hours: "8:30-12:00"}, {Date: "2026-12-25", Yearly: true, Name: "Christmas Day"}, {Date: now.AddDate(0, 0, 3).Format(time.DateOnly), Name: "Works outing"}}}
	o.office, err = s.desk.SaveCalendar(ctx, o.ines, 0, in)
	must("office", err)
	_, err = s.desk.SaveCalendar(ctx, o.ines, 0, desk.CalendarInput{Name: "Night watch of the Bereitschaftsdienstkoordination", Zone: "America/Argentina/ComodRivadavia", Days: [7]string{"22:00-6:00", "22:00-6:00", "22:00-6:00", "22:00-6:00", "22:00-6:00", "0:00-24:00", "0:00-24:00"}})
	must("night", err)
	shut := desk.CalendarInput{Name: "Stocktaking", Zone: "Europe/Berlin", Days: in.Days}
	for day := -1; day <= 1; day++ {
		shut.Holidays = append(shut.Holidays, desk.HolidayInput{Date: now.AddDate(0, 0, day).Format(time.DateOnly), Name: "Stocktaking"})
	}
	stocktaking, err := s.desk.SaveCalendar(ctx, o.ines, 0, shut)
	must("stocktaking", err)

	// Companies with much, little and too little time, teams, skills, somebody away.
	tidewater, err := models.CompanyByName(ctx, s.db, "Tidewater Labs")
	must("company", err)
	o.company = tidewater.ID
	must("time", s.desk.BuyTime(ctx, o.ines, o.company, desk.BoughtTime{Minutes: "-30m", Day: now.AddDate(0, 0, -1).UTC().Format(time.DateOnly), Note: "Entered twice"}))
	calder, err := models.CompanyByName(ctx, s.db, "Calder Print")
	must("company", err)
	o.short = calder.ID
	wessel, err := models.CompanyByName(ctx, s.db, "Wessel IT")
	must("company", err)
	o.poor = wessel.ID
	agents, err := models.Agents(ctx, s.db)
	must("agents", err)
	var members []int64
	for _, a := range agents {
		if a.Role == models.RoleAgent {
			members = append(members, a.ID)
		}
	}
	o.ben = members[len(members)-1]
	o.team, err = s.desk.SaveTeam(ctx, o.ines, 0, desk.TeamInput{Name: "Druckerkundendienst", Members: members, Calendar: o.office})
	must("team", err)
	for _, name := range []string{"Printers", "Portuguese", "Datenschutzgrundverordnung"} {
		must("skill", s.desk.SaveSkill(ctx, o.ines, 0, name, members))
	}
	skills, err := s.desk.Skills(ctx, o.ines)
	must("skills", err)
	o.skill = skills[0].ID
	must("away", s.desk.SetWorkload(ctx, o.ines, o.ben, desk.WorkloadInput{Capacity: 12, Away: true, Until: now.AddDate(0, 0, 9), Skills: []int64{o.skill}}))

	cat, err := s.db.Catalog(ctx)
	must("catalog", err)
	project := cat.ProjectBySlug(storySlug)
	targets := func(first, next, solve string) map[int64]map[string]string {
		all := map[int64]map[string]string{}
		for p := int64(models.PriorityLow); p <= models.PriorityUrgent; p++ {
			all[p] = map[string]string{models.PromiseFirst: first, models.PromiseNext: next, models.PromiseResolution: solve}
		}
		return all
	}
	o.policy, err = s.desk.SavePolicy(ctx, o.ines, 0, desk.PolicyInput{Name: "Quay standard", Default: true, On: true, PauseOnHold: true, Warn: "75", Targets: targets("4h", "8h", "24h")})
	must("standard", err)
	gold := targets("30m", "2h", "9h")
	delete(gold, models.PriorityLow)
	o.gold, err = s.desk.SavePolicy(ctx, o.ines, 0, desk.PolicyInput{Name: "Gold", On: true, Warn: "80", PolicyConditions: models.PolicyConditions{Companies: []int64{o.company, o.short}, Projects: []int64{project.ID}}, Targets: gold, PauseOnHold: true})
	must("gold", err)
	_, err = s.desk.SavePolicy(ctx, o.ines, 0, desk.PolicyInput{Name: "Hafenbehördenrahmenvertrag mit Bereitschaft an Feiertagen", PolicyConditions: models.PolicyConditions{Teams: []int64{o.team}}, Targets: targets("1h", "", "16h"), Calendar: o.office})
	must("off", err)

	// Rules: many conditions, one that is off, one for everything.
	kinds := project.PublicTypes()
	o.rule, err = s.desk.SaveRule(ctx, o.ines, desk.RuleSheet{Name: "Fire at a printer", Project: storySlug, On: true, OnCreate: true, Stop: true,
		Conditions: []models.RouteCondition{{On: models.RouteWords, Values: []string{"fire", "smoke", "Druckerbrandmeldung"}}, {On: models.RouteType, Values: []string{decimal(kinds[0].ID), decimal(kinds[1].ID)}}, {On: models.RouteHours, Values: []string{"outside"}, Not: true}},
		Actions:    models.RouteActions{TeamID: o.team, Assign: models.RouteLeastLoaded, Skills: []int64{o.skill}, Priority: models.PriorityUrgent, Tags: []string{"fire"}}})
	must("rule", err)
	_, err = s.desk.SaveRule(ctx, o.ines, desk.RuleSheet{Name: "Gold customers go to Ben", On: true, OnCreate: true, OnChange: true, Conditions: []models.RouteCondition{{On: models.RouteCompany, Values: []string{"Tidewater Labs"}}},
		Actions: models.RouteActions{Assign: models.RouteAgent, AgentID: o.ben}})
	must("rule", err)
	_, err = s.desk.SaveRule(ctx, o.ines, desk.RuleSheet{Name: "Everything else", On: false, OnCreate: true, Everything: true, Actions: models.RouteActions{TeamID: o.team, Assign: models.RouteRoundRobin}})
	must("rule", err)

	// What people outside are told, and when tickets close by themselves.
	must("project", s.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug(storySlug)
		p.Settings.ResolutionTime = "Most of it is solved within 2 days"
		p.Settings.ShowTargets = models.TargetsDates
		if err := models.UpdateProject(ctx, tx, &p); err != nil {
			return err
		}
		hold := &models.Status{ProjectID: p.ID, Slug: "on-hold", Name: "On hold", PublicLabel: "On hold", Category: models.CategoryOnHold, Position: 20}
		if err := models.InsertStatus(ctx, tx, hold); err != nil {
			return err
		}
		for _, from := range p.Statuses {
			if err := models.InsertTransition(ctx, tx, &models.Transition{ProjectID: p.ID, FromID: from.ID, ToID: hold.ID}); err != nil {
				return err
			}
		}
		q, err := desk.NewProject(ctx, tx, desk.ProjectPlan{Slug: "stock", Name: "Warehouse", Settings: func(s *models.ProjectSettings) {
			s.MinimumFillSeconds, s.ResponseTime = 0, "We typically respond within 4 hours"
		}}, now)
		if err != nil {
			return err
		}
		q.CalendarID = &stocktaking
		return models.UpdateProject(ctx, tx, q)
	}))

	var clock sample.Clock
	past := desk.New(desk.Options{DB: s.db, Files: s.files, Index: s.index, Keys: s.keys, Now: clock.Now, Log: s.log})
	file := func(ago time.Duration, slug, email, title string) int64 {
		t.Helper()
		clock.Set(now.Add(-ago))
		form, err := past.Portal().Form(ctx, slug, desk.FormAsk{})
		must(title, err)
		done, err := past.Portal().Submit(ctx, desk.SubmitInput{Slug: slug, FormID: form.FormID, Email: email, Name: "Rosa Calder", Title: title,
			Description: "Since the update this morning the till prints every receipt twice, and the second one has no logo.", Client: "192.0.2.1", Locale: "en", Confirmed: true})
		must(title, err)
		o.paths[title] = "/ticket/thread/" + done.Token
		page, err := past.Queue(ctx, o.ines, desk.QueueAsk{View: models.ViewAll, Project: slug})
		must(title, err)
		for _, row := range page.Tickets {
			if row.Title == title {
				return row.Number
			}
		}
		t.Fatalf("no ticket %q", title)
		return 0
	}
	answer := func(ago time.Duration, number int64, slug string) {
		t.Helper()
		clock.Set(now.Add(-ago))
		ticket, err := past.Ticket(ctx, s.ada, number, "")
		must("read", err)
		_, err = past.ReplyAsAgent(ctx, s.ada, number, desk.AgentReply{FormID: ticket.FormID, Body: "Hello Rosa,\n\nwhich version does the till show under *About*?", Status: slug})
		must("answer", err)
	}
	silence := func(remind, end int) {
		t.Helper()
		must("silence", s.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			p := *cat.ProjectBySlug(storySlug)
			p.Settings.RemindDays, p.Settings.CloseDays = remind, end
			return models.UpdateProject(ctx, tx, &p)
		}))
	}
	silence(0, 5)
	const hour, day = time.Hour, 24 * time.Hour
	o.closed = file(12*day, storySlug, "luis@example.com", "Closed by itself")
	answer(12*day-2*hour, o.closed, "waiting")
	clock.Set(now.Add(-6 * day))
	_, _, err = past.CloseSilent(ctx)
	must("close", err)
	silence(3, 5)
	o.reminded = file(6*day, storySlug, "hanna@lundbakery.example", "Reminded")
	answer(6*day-2*hour, o.reminded, "waiting")
	clock.Set(now.Add(-2 * day))
	_, _, err = past.CloseSilent(ctx)
	must("remind", err)
	o.broken = file(5*day, storySlug, "nadia@oldtown-library.example", "Overdue since days")
	o.soon = file(3*hour+20*time.Minute, storySlug, "tom.ashby@ashbyfarm.example", "Due soon")
	o.held = file(2*day, storySlug, "grace@mbeki-legal.example", "On hold")
	answer(2*day-time.Minute*50, o.held, "on-hold")
	file(20*time.Minute, storySlug, "priya@tidewater-labs.example", "A fire at the printer")
	theirs := file(5*hour, storySlug, "emil@havnen-studio.example", "Your turn")
	answer(4*hour, theirs, "waiting")
	file(10*time.Minute, "stock", "sofia@marques-foto.example", "Filed when nobody is there")
	clock.Set(now)
	_, err = past.TellPromises(ctx)
	must("tell", err)
	o.link = strings.TrimPrefix(threadLink.FindString(s.mail(t, "priya@tidewater-labs.example", "A fire at the printer").Text), s.URL)
	return o
}

package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

func (a *agents) mailboxProbeRoutes(r fiber.Router, one string) {
	r.Get(one+"/test", a.mailboxProbe)
	r.Post(one+"/test", a.startMailboxProbe)
	r.Get(one+"/test/updates", a.mailboxProbeUpdates)
}

// mailboxProbe shows the set-up test of a mailbox: the last one, the one that runs, or none (EM-6).
func (a *agents) mailboxProbe(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	words, m := a.language(c), sheet.Mailbox
	data := views.MailboxProbe{Title: m.Address, BackURL: mailboxesURL(sheet.Project.Slug), Tabs: mailboxTabs(words, sheet, "test"), Action: mailboxURL(sheet.Project.Slug, m.ID) + "/test", CSRF: visitOf(c).token(), Run: a.probeRun(c, sheet)}
	if a.MailTools != nil && a.MailTools.Outbox() && m.Send == models.SendWorkspace {
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.T("agent.probe.demo")})
	}
	if !m.Live() {
		data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.mailboxes.health.off")})
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.mailbox.tab.test") + " · " + m.Address, Body: "settings/mailbox_probe", Data: data, Flash: a.savedFlash(c)})
}

func (a *agents) startMailboxProbe(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	if err := a.desk.StartMailProbe(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID); err != nil {
		return err
	}
	return c.Redirect(mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/test", fiber.StatusSeeOther)
}

// mailboxProbeUpdates answers the poll of a page whose test runs.
func (a *agents) mailboxProbeUpdates(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	if !isHTMX(c) {
		return c.Redirect(mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/test", fiber.StatusSeeOther)
	}
	run := a.probeRun(c, sheet)
	run.OOB = true
	return a.part(c, fiber.StatusOK, "settings/_probe", run)
}

// probeRun draws a set-up test.
func (a *agents) probeRun(c *fiber.Ctx, sheet *desk.MailboxSheet) views.ProbeRun {
	words, here := a.language(c), mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)
	run := views.ProbeRun{State: "none", HereURL: here + "/test"}
	probe := desk.ReadMailProbe(sheet.State, a.desk.Now())
	if probe == nil {
		for _, key := range desk.ProbeSteps {
			run.Steps = append(run.Steps, views.ProbeRow{Title: words.T("agent.probe.step." + key), Text: words.T("agent.probe.step." + key + ".text")})
		}
		return run
	}
	advice := false
	for _, s := range probe.Steps {
		advice = advice || s.State == desk.ProbeAdvice
		run.Steps = append(run.Steps, probeRow(words, s))
	}
	switch {
	case probe.Running():
		run.State, run.PollURL = "running", here+"/test/updates"
	case probe.Cut:
		run.State = "cut"
	case !probe.Green():
		run.State = "failed"
	case advice:
		run.State = "advice"
	default:
		run.State = "ok"
	}
	run.Heading, run.Text = words.T("agent.probe.head."+run.State), words.T("agent.probe.head."+run.State+".text")
	run.At = models.Stamp(probe.Started).Time()
	if probe.Receiver != "" && probe.Receiver != sheet.Mailbox.TrustedReceiver && !probe.Running() {
		run.TrustAction, run.Receiver, run.CSRF = here+"/receiver", probe.Receiver, visitOf(c).token()
	}
	if dns := probe.Step(desk.ProbeDNS); dns != nil && dns.State == desk.ProbeAdvice {
		run.DNSURL = here + "/dns"
	}
	if a.Dev && a.MailTools != nil && a.MailTools.Outbox() {
		run.OutboxURL = "/dev/outbox"
	}
	return run
}

// probeRow draws a step: its sentence is "agent.probe.<step>.<state>[.<word>]", and what to do about
// a failure "agent.probe.why.<word>".
func probeRow(words *locale.Strings, s desk.ProbeStep) views.ProbeRow {
	row := views.ProbeRow{State: s.State, Title: words.T("agent.probe.step." + s.Key), Detail: s.Detail}
	if s.State == desk.ProbeWaits {
		return row
	}
	row.StateText = words.T("agent.probe.state." + s.State)
	var args []any
	for name, value := range s.Values {
		args = append(args, name, value)
	}
	for _, key := range []string{"agent.probe." + s.Key + "." + s.State + "." + s.Word, "agent.probe." + s.Key + "." + s.State} {
		if strings.HasSuffix(key, ".") || !words.Has(key) {
			continue
		}
		row.Text = words.Tf(key, args...)
		break
	}
	if key := "agent.probe.why." + s.Word; (s.State == desk.ProbeFailed || s.State == desk.ProbeAdvice) && s.Word != "" && words.Has(key) {
		row.Advice = words.Tf(key, args...)
	}
	return row
}

package handlers

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// mailboxRoutes are the pages of a project's mailboxes (EM-4, EM-6).
func (a *agents) mailboxRoutes(r fiber.Router) {
	all := projectsHome + "/:slug/mailboxes"
	r.Get(all, a.mailboxes)
	r.Post(all, a.addMailbox)
	r.Get(all+"/new", a.newMailbox)
	one := all + "/:id"
	r.Get(one, a.mailbox)
	r.Post(one, a.saveMailbox)
	r.Post(one+"/state", a.switchMailbox)
	r.Get(one+"/deletion", a.askMailboxDeletion)
	r.Post(one+"/deletion", a.deleteMailbox)
	r.Post(one+"/receiver", a.trustReceiver)
	a.mailboxProbeRoutes(r, one)
	a.mailboxDNSRoutes(r, one)
	a.mailTextRoutes(r)
}

func mailboxesURL(slug string) string { return projectURL(slug, "/mailboxes") }

func mailboxURL(slug string, id int64) string { return mailboxesURL(slug) + "/" + decimal(id) }

// mailboxes lists a project's mailboxes and how they go.
func (a *agents) mailboxes(c *fiber.Ctx) error {
	list, err := a.desk.Mailboxes(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	words, p := a.language(c), list.Project
	data := views.MailboxesPage{Head: a.projectHead(c, p, "mailboxes"), AddURL: mailboxesURL(p.Slug) + "/new", CSRF: visitOf(c).token()}
	for _, l := range list.Lines {
		data.Rows = append(data.Rows, a.mailboxRow(words, p, l))
	}
	return a.showProject(c, fiber.StatusOK, data.Head, "settings/mailboxes", data)
}

func (a *agents) mailboxRow(words *locale.Strings, p *models.Project, l desk.MailboxLine) views.MailboxRow {
	m, here := l.Mailbox, mailboxURL(p.Slug, l.Mailbox.ID)
	row := views.MailboxRow{Address: m.Address, URL: here, Aliases: m.Aliases, Off: !m.Live(), First: m == p.Mailbox() && len(p.Mailboxes) > 1,
		TestURL: here + "/test", DNSURL: here + "/dns", SwitchURL: here + "/state"}
	switch m.Receive {
	case models.ReceiveIMAP:
		row.In = words.Tf("agent.mailboxes.in.imap", "Server", m.IMAPHost)
	case models.ReceiveListener:
		row.In = words.T("agent.mailboxes.in.listener")
	default:
		row.In = words.T("agent.mailboxes.in.none")
	}
	row.Out = words.T("agent.mailboxes.out.workspace")
	if m.Send == models.SendOwn {
		row.Out = words.Tf("agent.mailboxes.out.own", "Server", m.SMTPHost)
	}
	s := l.State
	row.Looked, row.Received = s.LookedAt.Time(), s.ReceivedAt.Time()
	switch {
	case row.Off:
		row.HealthKind, row.Health = "off", words.T("agent.mailboxes.health.off")
	case m.Receive == models.ReceiveNone:
		row.HealthKind, row.Health = "off", words.T("agent.mailboxes.health.none")
	case s.Error != "" && s.ErrorAt >= s.LookedAt:
		row.HealthKind, row.Health = "error", words.T("agent.mailboxes.health.error")
		row.Fault, row.Advice = mailboxFault(words, s.Error)
	case m.Receive == models.ReceiveListener && a.MailTools != nil && a.listener() == "":
		row.HealthKind, row.Health, row.Advice = "error", words.T("agent.probe.read.failed.listener"), words.T("agent.probe.why.listener")
	case s.ReceivedAt == 0 && (s.LookedAt != 0 || m.Receive == models.ReceiveListener):
		row.HealthKind, row.Health = "ok", words.T("agent.mailboxes.health.nothing_yet")
	case s.LookedAt == 0 && m.Receive == models.ReceiveIMAP:
		row.HealthKind, row.Health = "waiting", words.T("agent.mailboxes.health.never")
	default:
		row.HealthKind, row.Health = "ok", words.T("agent.mailboxes.health.ok")
	}
	if probe := desk.ReadMailProbe(s, a.desk.Now()); probe != nil {
		switch {
		case probe.Running():
			row.Tested = "running"
		case probe.Green():
			row.Tested = "ok"
		default:
			row.Tested = "failed"
		}
	}
	return row
}

// mailboxFaults are what to do about what a reader of mailboxes notes in one word.
var mailboxFaults = map[string]string{"unresolved": "resolve", "unreachable": "refused", "not_imap": "encryption", "unprotected": "encryption", "tls": "certificate", "token": "token",
	"sign_in": "auth", "folder": "folder", "lost": "timeout"}

// mailboxFault splits what is noted of a failed look into the server's words and what to do.
func mailboxFault(words *locale.Strings, noted string) (fault, advice string) {
	word, rest, found := strings.Cut(noted, ": ")
	if why := mailboxFaults[word]; found && why != "" {
		return rest, words.T("agent.probe.why." + why)
	}
	return noted, ""
}

// mailboxOfPath finds the mailbox that the address names in its project.
func (a *agents) mailboxOfPath(c *fiber.Ctx) (*desk.MailboxSheet, error) {
	id, err := idOf(c, "id")
	if err != nil {
		// Who may not is told so first, as everywhere.
		if _, err := a.desk.NewMailboxSheet(c.UserContext(), actorOf(c), c.Params("slug")); err != nil {
			return nil, err
		}
		return nil, models.NotFound()
	}
	return a.desk.MailboxSheet(c.UserContext(), actorOf(c), c.Params("slug"), id)
}

func (a *agents) newMailbox(c *fiber.Ctx) error {
	sheet, err := a.desk.NewMailboxSheet(c.UserContext(), actorOf(c), c.Params("slug"))
	if err != nil {
		return err
	}
	return a.showMailbox(c, fiber.StatusOK, sheet, applyPreset(c, sheet), nil)
}

func (a *agents) mailbox(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	return a.showMailbox(c, fiber.StatusOK, sheet, applyPreset(c, sheet), nil)
}

func (a *agents) addMailbox(c *fiber.Ctx) error {
	slug := strings.Clone(c.Params("slug"))
	in := postedMailbox(posted(c))
	id, err := a.desk.AddMailbox(c.UserContext(), actorOf(c), slug, in)
	if e, ok := refusal(err); ok {
		sheet, err := a.desk.NewMailboxSheet(c.UserContext(), actorOf(c), slug)
		if err != nil {
			return err
		}
		return a.showMailbox(c, statusOf(e), refusedMailbox(sheet, in, e), "", e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, mailboxURL(slug, id)+"/test")
}

func (a *agents) saveMailbox(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	slug, in := sheet.Project.Slug, postedMailbox(posted(c))
	err = a.desk.ChangeMailbox(c.UserContext(), actorOf(c), slug, sheet.Mailbox.ID, in)
	if e, ok := refusal(err); ok {
		return a.showMailbox(c, statusOf(e), refusedMailbox(sheet, in, e), "", e)
	}
	if err != nil {
		return err
	}
	return a.saved(c, mailboxURL(slug, sheet.Mailbox.ID))
}

// refusedMailbox is the sheet with everything that was typed, but no secret.
func refusedMailbox(sheet *desk.MailboxSheet, in desk.MailboxInput, e *models.Error) *desk.MailboxSheet {
	kept := sheet.Input
	version := kept.Version
	if e.Kind != models.KindConflict && in.Version < 1<<62 {
		version = in.Version
	}
	sheet.Input = in
	sheet.Input.Version = version
	for _, pair := range [][2]*desk.MailServerInput{{&sheet.Input.IMAP, &kept.IMAP}, {&sheet.Input.SMTP, &kept.SMTP}} {
		pair[0].HasPassword, pair[0].HasClientSecret, pair[0].HasRefreshToken = pair[1].HasPassword, pair[1].HasClientSecret, pair[1].HasRefreshToken
	}
	return sheet
}

func postedMailbox(form values) desk.MailboxInput {
	return desk.MailboxInput{Address: form.first("address"), Aliases: form.first("aliases"), FromName: form.first("from_name"), Receive: form.first("receive"), Plus: form.first("plus") != "",
		TrustedReceiver: form.first("trusted_receiver"), Folder: form.first("imap_folder"), After: form.first("imap_after"), Send: form.first("send"), IMAP: postedServer(form, "imap_"), SMTP: postedServer(form, "smtp_"), Version: version(form)}
}

func postedServer(form values, prefix string) desk.MailServerInput {
	get := func(name string) string { return form.first(prefix + name) }
	return desk.MailServerInput{Host: get("host"), Port: get("port"), TLS: get("tls"), Auth: get("auth"), User: get("user"), Password: get("password"), TokenURL: get("token_url"),
		ClientID: get("client_id"), ClientSecret: get("client_secret"), RefreshToken: get("refresh_token"), Scope: get("scope")}
}

func (a *agents) switchMailbox(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	state := posted(c).first("state")
	if state != "on" && state != "off" {
		var v models.Invalid
		v.Add("state", "agent.settings.error.choice")
		return v.Err()
	}
	if err := a.desk.SwitchMailbox(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID, state == "on"); err != nil {
		return err
	}
	return a.saved(c, mailboxesURL(sheet.Project.Slug))
}

func (a *agents) askMailboxDeletion(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	return a.showMailboxDeletion(c, fiber.StatusOK, sheet, nil)
}

func (a *agents) showMailboxDeletion(c *fiber.Ctx, status int, sheet *desk.MailboxSheet, refused *models.Error) error {
	words, here := a.language(c), mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)
	return a.showConfirm(c, status, views.SettingsForm{Title: words.Tf("agent.mailbox.delete.title", "Address", sheet.Mailbox.Address), Lead: words.T("agent.mailbox.delete.text"),
		Form: views.Form{Action: here + "/deletion", Submit: words.T("agent.mailbox.delete"), CancelURL: here}}, refused)
}

func (a *agents) deleteMailbox(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	if e := unconfirmed(c); e != nil {
		return a.showMailboxDeletion(c, statusOf(e), sheet, e)
	}
	if err := a.desk.RemoveMailbox(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID); err != nil {
		return err
	}
	return a.saved(c, mailboxesURL(sheet.Project.Slug))
}

// trustReceiver takes the word of a server about senders, as the set-up test offers it.
func (a *agents) trustReceiver(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	if err := a.desk.TrustReceiver(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID, posted(c).first("receiver")); err != nil {
		return err
	}
	return a.saved(c, mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/test")
}

// mailboxTabs are the pages of one mailbox.
func mailboxTabs(words *locale.Strings, sheet *desk.MailboxSheet, tab string) []views.AgentView {
	var tabs []views.AgentView
	for _, t := range []struct{ key, path string }{{"form", ""}, {"test", "/test"}, {"dns", "/dns"}} {
		tabs = append(tabs, views.AgentView{Label: words.T("agent.mailbox.tab." + t.key), URL: mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID) + t.path, Current: t.key == tab})
	}
	return tabs
}

// mailPresets are well-known providers: what they call their servers.
var mailPresets = []struct {
	key  string
	fill func(in *desk.MailboxInput)
}{
	{"google", func(in *desk.MailboxInput) {
		servers(in, "imap.gmail.com", "smtp.gmail.com", "587", "starttls", models.MailAuthPassword, "https://oauth2.googleapis.com/token", "https://mail.google.com/")
		in.TrustedReceiver = "mx.google.com"
	}},
	{"microsoft", func(in *desk.MailboxInput) {
		servers(in, "outlook.office365.com", "smtp.office365.com", "587", "starttls", models.MailAuthXOAUTH2, "https://login.microsoftonline.com/common/oauth2/v2.0/token",
			"https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access")
	}},
	{"fastmail", func(in *desk.MailboxInput) {
		servers(in, "imap.fastmail.com", "smtp.fastmail.com", "465", "tls", models.MailAuthPassword, "", "")
	}},
	{"other", func(in *desk.MailboxInput) {
		servers(in, "", "", "587", "starttls", models.MailAuthPassword, "", "")
	}},
}

// servers fills in the names of a provider; the user is the address, as nearly everywhere.
func servers(in *desk.MailboxInput, imap, smtp, port, tls, auth, tokens, scope string) {
	in.Receive, in.Send, in.Plus, in.Folder = models.ReceiveIMAP, models.SendOwn, true, "INBOX"
	in.IMAP.Host, in.IMAP.Port, in.IMAP.TLS, in.IMAP.Auth, in.IMAP.TokenURL, in.IMAP.Scope = imap, "993", "tls", auth, tokens, scope
	in.SMTP.Host, in.SMTP.Port, in.SMTP.TLS, in.SMTP.Auth, in.SMTP.TokenURL, in.SMTP.Scope = smtp, port, tls, auth, tokens, scope
	for _, s := range []*desk.MailServerInput{&in.IMAP, &in.SMTP} {
		if s.User == "" {
			s.User = in.Address
		}
	}
}

// applyPreset fills a form in with what a link to a provider names, and gives the provider; nothing
// is saved.
func applyPreset(c *fiber.Ctx, sheet *desk.MailboxSheet) string {
	chosen := c.Query("preset")
	for _, p := range mailPresets {
		if p.key == chosen {
			p.fill(&sheet.Input)
			return p.key
		}
	}
	return ""
}

// listener is the address of our own server for mail, empty when it is off.
func (a *agents) listener() string {
	if a.MailTools == nil {
		return ""
	}
	return a.MailTools.Listener()
}

// publicHost is the name that others reach this desk by.
func (a *agents) publicHost(c *fiber.Ctx) string {
	if u, err := url.Parse(a.publicBase(c)); err == nil {
		return u.Hostname()
	}
	return ""
}

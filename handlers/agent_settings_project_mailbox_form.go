package handlers

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// mailboxForm draws the controls of a mailbox.
type mailboxForm struct {
	words *locale.Strings
	in    desk.MailboxInput
	// refused: the form comes back, so that secrets have to be typed again.
	refused bool
}

func (f mailboxForm) t(key string) string { return f.words.T("agent.mailbox." + key) }

// help gives the explanation of a field where there is one.
func (f mailboxForm) help(name string) string {
	if key := "agent.mailbox." + name + ".help"; f.words.Has(key) {
		return f.words.T(key)
	}
	return ""
}

func (f mailboxForm) text(kind, name, label, value string, most int) views.Input {
	return views.Input{Kind: kind, Name: name, Label: f.t(label), Help: f.help(label), Value: value, MaxLength: most, Autocomplete: "off"}
}

// choices is a set of radio buttons: the texts are "agent.mailbox.<label>.<value>" and "….help".
func (f mailboxForm) choices(kind, name, label, chosen string, values ...string) views.Input {
	in := views.Input{Kind: kind, Name: name, Label: f.t(label), Help: f.help(label)}
	for _, v := range values {
		in.Choices = append(in.Choices, views.Choice{Value: v, Label: f.t(label + "." + v), Help: f.help(label + "." + v), Selected: v == chosen})
	}
	return in
}

// secret is a control for what is never shown again.
func (f mailboxForm) secret(name, label string, kept, typed, optional bool) views.Input {
	in := views.Input{Kind: "password", Name: name, Label: f.t(label), Help: f.help(label), Autocomplete: "new-password", Optional: optional && !kept, MaxLength: 8000}
	if kept {
		in.Help = f.t("secret.kept")
	}
	if f.refused && typed {
		in.Help = f.t("secret.again")
	}
	return in
}

// server are the controls of a server; own is imap or smtp.
func (f mailboxForm) server(own string, s desk.MailServerInput, auths ...string) []views.MailboxGroup {
	name := func(field string) string { return own + "_" + field }
	host := f.text("text", name("host"), own+"_host", s.Host, 253)
	host.Mono, host.Placeholder = true, own+".example.com"
	port := views.Input{Kind: "number", Name: name("port"), Label: f.t("port"), Value: s.Port, Min: "1", Max: "65535"}
	tls := f.choices("select", name("tls"), "tls", s.TLS, "tls", "starttls", "none")
	return []views.MailboxGroup{
		{Row: true, Inputs: []views.Input{host, port, tls}},
		{Inputs: []views.Input{f.choices("radio", name("auth"), "auth", s.Auth, auths...)}},
		{When: own + "-user", Inputs: []views.Input{f.text("text", name("user"), "user", s.User, 254)}},
		{When: own + "-password", Inputs: []views.Input{f.secret(name("password"), "password", s.HasPassword, s.Password != "", false)}},
		{When: own + "-xoauth2", Inputs: []views.Input{f.text("url", name("token_url"), "token_url", s.TokenURL, 1000), f.text("text", name("client_id"), "client_id", s.ClientID, 500),
			f.secret(name("client_secret"), "client_secret", s.HasClientSecret, s.ClientSecret != "", true), f.secret(name("refresh_token"), "refresh_token", s.HasRefreshToken, s.RefreshToken != "", false),
			func() views.Input {
				in := f.text("text", name("scope"), "scope", s.Scope, 1000)
				in.Optional = true
				return in
			}()}},
	}
}

func (f mailboxForm) parts() []views.MailboxPart {
	in := f.in
	on := map[bool]string{true: "1"}
	address := f.text("email", "address", "address", in.Address, 254)
	address.Required = true
	aliases := f.text("textarea", "aliases", "aliases", in.Aliases, 4000)
	aliases.Rows, aliases.Optional = 2, true
	name := f.text("text", "from_name", "from_name", in.FromName, 140)
	name.Optional, name.Placeholder = true, "{agent} · {project}"
	folder := f.text("text", "imap_folder", "imap_folder", in.Folder, 200)
	receiver := f.text("text", "trusted_receiver", "trusted_receiver", in.TrustedReceiver, 253)
	receiver.Optional, receiver.Mono, receiver.Placeholder = true, true, "mx.example.com"
	one := func(inputs ...views.Input) []views.MailboxGroup { return []views.MailboxGroup{{Inputs: inputs}} }
	imap := f.server("imap", in.IMAP, models.MailAuthPassword, models.MailAuthXOAUTH2)
	imap = append(imap, views.MailboxGroup{Inputs: []views.Input{folder, f.choices("radio", "imap_after", "imap_after", in.After, models.AfterKeep, models.AfterSeen, models.AfterDelete)}})
	return []views.MailboxPart{
		{Title: f.t("part.address"), Groups: one(address, aliases)},
		{Title: f.t("part.sender"), Key: "sender", Groups: one(name)},
		{Title: f.t("part.receive"), Groups: one(f.choices("radio", "receive", "receive", in.Receive, models.ReceiveNone, models.ReceiveIMAP, models.ReceiveListener))},
		{When: "imap", Groups: imap},
		{When: "listener", Key: "listener", Lead: f.t("listener.lead")},
		{When: "arrives", Groups: []views.MailboxGroup{{When: "imap", Inputs: []views.Input{{Kind: "checkbox", Name: "plus", Label: f.t("plus"), Help: f.help("plus"), Value: on[in.Plus]}}}, {Inputs: []views.Input{receiver}}}},
		{Title: f.t("part.send"), Groups: one(f.choices("radio", "send", "send", in.Send, models.SendWorkspace, models.SendOwn))},
		{When: "own", Groups: f.server("smtp", in.SMTP, models.MailAuthPassword, models.MailAuthXOAUTH2, desk.MailNoSignIn)},
	}
}

func (a *agents) showMailbox(c *fiber.Ctx, status int, sheet *desk.MailboxSheet, preset string, refused *models.Error) error {
	words, p, in := a.language(c), sheet.Project, sheet.Input
	f := mailboxForm{words: words, in: in, refused: refused != nil}
	data := views.MailboxForm{BackURL: mailboxesURL(p.Slug), Title: words.T("agent.mailboxes.add"), Parts: f.parts(),
		Form: views.Form{Action: mailboxesURL(p.Slug), CSRF: visitOf(c).token(), Submit: words.T("agent.save"), Version: decimal(in.Version)}}
	here := mailboxesURL(p.Slug) + "/new"
	if m := sheet.Mailbox; m != nil {
		here = mailboxURL(p.Slug, m.ID)
		data.Title, data.Tabs, data.Form.Action, data.DeleteURL = m.Address, mailboxTabs(words, sheet, "form"), here, here+"/deletion"
		if !m.Live() {
			data.Notices = append(data.Notices, views.Notice{Kind: "warning", Text: words.T("agent.mailboxes.health.off")})
		}
	}
	for _, preset := range mailPresets {
		data.Presets = append(data.Presets, views.AgentView{Label: words.T("agent.mailbox.preset." + preset.key), URL: here + "?preset=" + preset.key, Current: preset.key == c.Query("preset")})
	}
	if preset != "" {
		data.Notices = append(data.Notices, views.Notice{Kind: "info", Text: words.T("agent.mailbox.preset." + preset + ".note")})
	}
	agent := actorOf(c).Name
	data.Preview = &views.SenderPreview{Name: models.SenderName(in.FromName, agent, p.Name, sheet.Workspace), Address: in.Address, Agent: agent, Project: p.Name, Workspace: sheet.Workspace}
	if in.Address == "" {
		data.Preview.Address = "support@example.com"
	}
	data.ListenerHint = a.listenerHints(c, words, in.Address)
	if refused != nil {
		mailboxErrors(words, &data, refused)
	}
	return a.showSettings(c, status, views.Page{Title: data.Title + " · " + p.Name, Body: "settings/mailbox", Data: data, Flash: a.savedFlash(c)})
}

// listenerHints say what has to be set elsewhere so that mail reaches our own server.
func (a *agents) listenerHints(c *fiber.Ctx, words *locale.Strings, addr string) []views.Hint {
	_, domain, _ := strings.Cut(addr, "@")
	if domain == "" {
		domain = "example.com"
	}
	running := a.listener()
	help := words.T("agent.mailbox.listener.off")
	if running != "" {
		help = words.Tf("agent.mailbox.listener.on", "Address", running)
	}
	host := a.publicHost(c)
	return []views.Hint{
		{Label: words.T("agent.mailbox.listener.start"), Text: "--smtp-listen :25", Help: help},
		{Label: words.T("agent.mailbox.listener.mx"), Text: domain + ". MX 10 " + host + ".", Help: words.T("agent.mailbox.listener.mx.help")},
		{Label: words.T("agent.mailbox.listener.lmtp"), Text: "mailbox_transport = lmtp:inet:" + host + ":24", Help: words.T("agent.mailbox.listener.lmtp.help")},
	}
}

// mailboxErrors writes what was refused beside its fields, and the rest above the form.
func mailboxErrors(words *locale.Strings, data *views.MailboxForm, e *models.Error) {
	for _, field := range e.Order {
		found := false
		for _, part := range data.Parts {
			for _, g := range part.Groups {
				for i := range g.Inputs {
					if g.Inputs[i].Name == field {
						g.Inputs[i].Error, found = say(words, e.Fields[field]), true
					}
				}
			}
		}
		if !found {
			data.Form.Error = say(words, e.Fields[field])
		}
	}
	if len(e.Order) == 0 {
		data.Form.Error = strings.TrimSpace(say(words, models.Problem{Key: e.Message}))
	}
}

package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

func (a *agents) mailboxDNSRoutes(r fiber.Router, one string) {
	r.Get(one+"/dns", a.mailboxDNS)
	r.Post(one+"/signature", a.signMailbox)
	r.Get(one+"/signature/replacement", a.askSignature("replacement"))
	r.Post(one+"/signature/replacement", a.changeSignature("replacement"))
	r.Get(one+"/signature/deletion", a.askSignature("deletion"))
	r.Post(one+"/signature/deletion", a.changeSignature("deletion"))
}

// dnsWithin is how long a page waits for other people's name servers.
const dnsWithin = 6 * time.Second

// mailboxDNS shows whether a mailbox's mails are signed, and what the domain tells others about
// them, asked anew each time.
func (a *agents) mailboxDNS(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	words, m := a.language(c), sheet.Mailbox
	here := mailboxURL(sheet.Project.Slug, m.ID)
	data := views.MailboxDNS{Title: m.Address, BackURL: mailboxesURL(sheet.Project.Slug), Tabs: mailboxTabs(words, sheet, "dns"), Domain: m.Address[strings.LastIndexByte(m.Address, '@')+1:], HereURL: here + "/dns",
		Selector: m.DKIMSelector, CSRF: visitOf(c).token(), ReplaceURL: here + "/signature/replacement", RemoveURL: here + "/signature/deletion"}
	if a.MailTools != nil {
		data.MakeAction = here + "/signature"
		key, err := a.desk.DKIMKeys(m)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.UserContext(), dnsWithin)
		defer cancel()
		for _, r := range a.MailTools.DNS(ctx, m, key) {
			data.Records = append(data.Records, dnsRow(words, r))
		}
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.mailbox.tab.dns") + " · " + m.Address, Body: "settings/mailbox_dns", Data: data, Flash: a.savedFlash(c)})
}

// dnsRow draws a record: the texts are "agent.dns.<kind>" and "agent.dns.<kind>.<state>".
func dnsRow(words *locale.Strings, r desk.DNSRecord) views.DNSRow {
	row := views.DNSRow{Kind: r.Kind, State: r.State, Name: r.Name, Type: r.Type, Wanted: r.Wanted, Found: r.Found, Title: words.T("agent.dns." + r.Kind), StateText: words.T("agent.dns.state." + r.State)}
	row.Text = words.T("agent.dns.state." + r.State + ".text")
	for _, word := range []string{r.Advice, r.State} {
		if key := "agent.dns." + r.Kind + "." + word; words.Has(key) {
			row.Text = words.T(key)
			break
		}
	}
	if r.Optional && r.State == desk.DNSMissing {
		row.StateText = words.T("agent.dns.state.optional")
	}
	return row
}

// signMailbox makes the first key of a mailbox.
func (a *agents) signMailbox(c *fiber.Ctx) error {
	sheet, err := a.mailboxOfPath(c)
	if err != nil {
		return err
	}
	if sheet.Mailbox.DKIMSelector != "" {
		// A page from before the key was made: replacing one is asked about.
		return c.Redirect(mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/dns", fiber.StatusSeeOther)
	}
	return a.newSignature(c, sheet)
}

func (a *agents) newSignature(c *fiber.Ctx, sheet *desk.MailboxSheet) error {
	if a.MailTools == nil {
		return models.NotFound()
	}
	key, err := a.MailTools.NewDKIMKey()
	if err != nil {
		return err
	}
	if err := a.desk.SetDKIMKey(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID, key); err != nil {
		return err
	}
	return a.saved(c, mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/dns")
}

func (a *agents) askSignature(what string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		sheet, err := a.mailboxOfPath(c)
		if err != nil {
			return err
		}
		return a.showSignature(c, fiber.StatusOK, what, sheet, nil)
	}
}

// showSignature asks before a key is replaced or taken away.
func (a *agents) showSignature(c *fiber.Ctx, status int, what string, sheet *desk.MailboxSheet, refused *models.Error) error {
	words, here := a.language(c), mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)
	title, lead := words.T("agent.dns.sign.replace"), words.T("agent.dns.sign.replace.text")
	if what == "deletion" {
		title, lead = words.T("agent.dns.sign.remove"), words.T("agent.dns.sign.remove.text")
	}
	return a.showConfirm(c, status, views.SettingsForm{Title: title, Lead: lead, Form: views.Form{Action: here + "/signature/" + what, Submit: title, CancelURL: here + "/dns"}}, refused)
}

func (a *agents) changeSignature(what string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		sheet, err := a.mailboxOfPath(c)
		if err != nil {
			return err
		}
		if e := unconfirmed(c); e != nil {
			return a.showSignature(c, statusOf(e), what, sheet, e)
		}
		if what == "replacement" {
			return a.newSignature(c, sheet)
		}
		if err := a.desk.SetDKIMKey(c.UserContext(), actorOf(c), sheet.Project.Slug, sheet.Mailbox.ID, nil); err != nil {
			return err
		}
		return a.saved(c, mailboxURL(sheet.Project.Slug, sheet.Mailbox.ID)+"/dns")
	}
}

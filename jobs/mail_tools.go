package jobs

import (
	"context"
	"errors"
	"net"
	"strings"

	"lodge/address"
	"lodge/desk"
	"lodge/mail"
	"lodge/models"
	"lodge/views"
)

// mailTools are desk.MailTools made of what the runner has.
type mailTools struct{ *Runner }

// MailTools are what pages about mailboxes need of the world of mail.
func (r *Runner) MailTools() desk.MailTools { return mailTools{r} }

// NewDKIMKey makes the private keys of a mailbox.
func (t mailTools) NewDKIMKey() ([]byte, error) { return mail.NewDKIMKeys() }

// Listener is where our own server for mail listens.
func (t mailTools) Listener() string { return t.Probe.Listening }

// Outbox says that mails are kept for reading.
func (t mailTools) Outbox() bool {
	_, kept := t.Transport.(Outbox)
	return kept
}

// senders are what well-known providers want in the SPF record of a domain whose mail they send.
var senders = []struct{ host, include string }{
	{"gmail.com", "include:_spf.google.com"}, {"google.com", "include:_spf.google.com"},
	{"office365.com", "include:spf.protection.outlook.com"}, {"outlook.com", "include:spf.protection.outlook.com"},
	{"fastmail.com", "include:spf.messagingengine.com"}, {"messagingengine.com", "include:spf.messagingengine.com"},
}

// spfPart is what allows the server that a mailbox's mail leaves by. sure says that nothing else
// would do.
func (t mailTools) spfPart(m *models.Mailbox) (part string, sure bool) {
	host := m.SMTPHost
	if m.Send != models.SendOwn {
		host = ""
		if trier, ok := t.Transport.(mail.Trier); ok {
			server, _ := trier.Where()
			host, _, _ = net.SplitHostPort(server)
		}
	}
	for _, s := range senders {
		if host == s.host || strings.HasSuffix(host, "."+s.host) {
			return s.include, true
		}
	}
	switch ip := net.ParseIP(host); {
	case host == "" || host == "localhost" || ip != nil && ip.IsLoopback():
		return "mx", false
	case ip != nil && ip.To4() != nil:
		return "ip4:" + host, false
	case ip != nil:
		return "ip6:" + host, false
	}
	return "a:" + host, false
}

// DNS asks for the records of a mailbox's domain.
func (t mailTools) DNS(ctx context.Context, m *models.Mailbox, key []byte) []desk.DNSRecord {
	domain := address.Domain(m.Address)
	part, sure := t.spfPart(m)
	var all []desk.DNSRecord
	for _, c := range mail.CheckDNS(ctx, domain, m.DKIMSelector, key, t.Probe.LookupTXT) {
		r := desk.DNSRecord{Kind: c.What, Name: c.Name, Type: c.Type, Wanted: c.Value, Found: strings.Join(c.Found, "\n"), Advice: c.Advice, Optional: c.Optional}
		switch {
		case c.OK:
			r.State = desk.DNSGood
		case c.Advice == mail.DNSMissing:
			r.State = desk.DNSMissing
		case c.Advice == mail.DNSUnanswered:
			r.State = desk.DNSUnknown
		default:
			r.State = desk.DNSWrong
		}
		if c.What == mail.DNSForSPF {
			r.Wanted = "v=spf1 " + part + " ~all"
			if len(c.Found) == 1 {
				r.Wanted = c.Found[0]
				if has := strings.Contains(" "+strings.ToLower(c.Found[0])+" ", " "+part+" "); !has && sure {
					// The record is there and lets other servers send, not ours.
					r.Wanted = strings.Replace(c.Found[0], "v=spf1", "v=spf1 "+part, 1)
					r.State, r.Advice = desk.DNSWrong, ""
				}
			}
		}
		if r.State == desk.DNSGood {
			r.Wanted = "" // nothing to copy
		}
		all = append(all, r)
	}
	if m.Receive == models.ReceiveListener {
		all = append(all, t.mx(ctx, domain))
	}
	return all
}

// mx says whether mail to a domain comes to us.
func (t mailTools) mx(ctx context.Context, domain string) desk.DNSRecord {
	lookup := t.Probe.LookupMX
	if lookup == nil {
		lookup = net.DefaultResolver.LookupMX
	}
	host := t.Probe.Host
	if host == "" {
		host = t.host()
	}
	r := desk.DNSRecord{Kind: desk.DNSMX, Name: domain, Type: "MX", Wanted: "10 " + host + ".", State: desk.DNSWrong}
	found, err := lookup(ctx, domain)
	var dns *net.DNSError
	switch {
	case err != nil && !(errors.As(err, &dns) && dns.IsNotFound):
		r.State = desk.DNSUnknown
	case len(found) == 0:
		r.State = desk.DNSMissing
	}
	var names []string
	for _, mx := range found {
		names = append(names, mx.Host)
		if strings.EqualFold(strings.TrimSuffix(mx.Host, "."), host) {
			r.State, r.Wanted = desk.DNSGood, ""
		}
	}
	r.Found = strings.Join(names, " ")
	return r
}

// SendPreview sends a mail with made-up contents and a project's own words.
func (t mailTools) SendPreview(ctx context.Context, p *models.Project, preview desk.MailPreview) error {
	cat, err := t.DB.Catalog(ctx)
	if err != nil {
		return err
	}
	words := views.SampleMail(t.Views.Words(preview.Locale), preview.Template, cat.Workspace.Name, p.Name)
	words.SubjectReference, words.CanReply, words.ReopenDays = p.Settings.SubjectReference, desk.Answerable(p.Mailbox()), p.Settings.ReopenDays
	if preview.Template == desk.MailCreated {
		t.promise(&words, preview.Locale, desk.SampleNext(cat, p, t.Now()))
	}
	words.Own = &views.MailOwn{Subject: preview.Own.Subject, Body: preview.Own.Body}
	agent := ""
	if preview.Template == desk.MailAgentReplied {
		agent = words.Author
	}
	m := mail.Message{From: t.sender(cat, p, agent), To: mail.Address{Addr: preview.To}, Date: t.Now(), Auto: mail.AutoGenerated, Language: preview.Locale}
	m.MessageID = t.Desk.MailID(address.Domain(m.From.Addr), -t.Now().UnixNano())
	if m.Subject, m.Text, m.HTML, err = t.Views.Mail(preview.Locale, preview.Template, words); err != nil {
		return err
	}
	way, err := t.way(cat, p)
	if err != nil {
		return err
	}
	return way.Send(ctx, m)
}

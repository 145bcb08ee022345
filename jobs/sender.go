package jobs

import (
	netmail "net/mail"
	"net/netip"
	"net/url"
	"strings"

	"lodge/mail"
	"lodge/models"
)

// sender is the project's own mailbox, else the configured one. agent is the public name of who
// wrote, empty where nobody did.
func (r *Runner) sender(cat *models.Catalog, project *models.Project, agent string) mail.Address {
	if m := project.Mailbox(); m != nil {
		return mail.Address{Name: senderName(m.FromName, agent, project.Name, cat.Workspace.Name), Addr: m.Address}
	}
	name := cat.Workspace.Name
	for _, text := range []string{r.From, cat.Workspace.SupportAddress} {
		if parsed, err := netmail.ParseAddress(text); err == nil {
			if parsed.Name != "" {
				name = parsed.Name
			}
			return mail.Address{Name: name, Addr: parsed.Address}
		}
	}
	return mail.Address{Name: name, Addr: "support@" + r.host()}
}

// senderName fills in a mailbox's name for From.
func senderName(template, agent, project, workspace string) string {
	return models.SenderName(template, agent, project, workspace)
}

// host is our own name for mail addresses when nobody has set one; .invalid is a name
// that can never belong to somebody else (RFC 2606).
func (r *Runner) host() string {
	if u, err := url.Parse(r.BaseURL); err == nil {
		if _, notIP := netip.ParseAddr(u.Hostname()); notIP != nil && strings.Contains(u.Hostname(), ".") {
			return u.Hostname()
		}
	}
	return "lodge.invalid"
}

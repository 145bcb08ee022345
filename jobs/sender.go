package jobs

import (
	netmail "net/mail"
	"net/netip"
	"net/url"
	"regexp"
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

var nameVariable = regexp.MustCompile(`\{[^{}]*\}`)

// senderName fills in a mailbox's name for From: {agent}, {project}, {workspace}. Any other
// variable is left out: it never leaves the house. Where the name is to be the agent's and
// nobody wrote, a half-filled one would look broken ("via Northwind"): it is the project's then.
func senderName(template, agent, project, workspace string) string {
	if template == "" || agent == "" && strings.Contains(template, "{agent}") {
		return project
	}
	// Split first: a name that holds braces is a name.
	values, rest := nameVariable.FindAllString(template, -1), nameVariable.Split(template, -1)
	var b strings.Builder
	for i, text := range rest {
		b.WriteString(strings.Trim(strings.NewReplacer("{", "", "}", "").Replace(text), "\r\n"))
		if i == len(values) {
			break
		}
		switch values[i] {
		case "{agent}":
			b.WriteString(agent)
		case "{project}":
			b.WriteString(project)
		case "{workspace}":
			b.WriteString(workspace)
		}
	}
	name := strings.Trim(strings.Join(strings.Fields(b.String()), " "), " ·|,;:–—-/")
	if name == "" {
		return project
	}
	return name
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

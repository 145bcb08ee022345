package jobs

import (
	"strings"

	"lodge/models"
)

// base begins the links in mails of a project, without a slash at the end: its own host name, by
// the scheme of the desk's address, or that address (CP-4). It is what an administrator has set,
// never the Host of a request (A83).
func (r *Runner) base(p *models.Project) string {
	if p == nil || p.Domain == "" {
		return r.BaseURL
	}
	return r.at(p.Domain)
}

func (r *Runner) at(domain string) string {
	if domain == "" {
		return r.BaseURL
	}
	scheme, _, known := strings.Cut(r.BaseURL, "://")
	if !known {
		scheme = "https"
	}
	return scheme + "://" + domain
}

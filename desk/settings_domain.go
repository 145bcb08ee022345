package desk

import (
	"context"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"lodge/models"
)

var domainShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)

// SetDomain gives a project a host name of its own, or takes it off with an empty one (CP-4). own
// is the host of the desk's own address, which leads to all projects; empty when none is set.
func (d *Desk) SetDomain(ctx context.Context, actor Actor, slug, domain, own string, version int64) error {
	domain = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(domain)), ".")
	return d.changeProject(ctx, actor, slug, version, "project.domain", func(_ context.Context, _ *models.Tx, cat *models.Catalog, p *models.Project, _ time.Time) (map[string]any, error) {
		var v models.Invalid
		if domain != "" {
			_, notIP := netip.ParseAddr(domain)
			other := cat.ProjectByDomain(domain)
			switch {
			case len(domain) > 253 || notIP == nil || !domainShape.MatchString(domain):
				v.Add("domain", "agent.domain.error")
			case domain == strings.ToLower(own):
				v.Add("domain", "agent.domain.error.own")
			case other != nil && other.ID != p.ID:
				v.Add("domain", "agent.domain.error.taken")
			}
		}
		if err := v.Err(); err != nil {
			return nil, err
		}
		changes := differences(map[string][2]string{"domain": {p.Domain, domain}})
		p.Domain = domain
		return changes, nil
	})
}

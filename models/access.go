package models

import "strings"

// What a project says of guests beside the workspace's own rule.
const (
	AccessInherit = "inherit"
	AccessOn      = "on"
	AccessOff     = "off"
)

// What a project lets customers decide about who of their company sees a ticket.
const (
	PrivateOff    = "off"
	PrivateChoice = "choice"
	PrivateAlways = "always"
)

// GuestCreate says whether people without an account may open tickets in a project (CP-12).
func (c *Catalog) GuestCreate(p *Project) bool {
	return guests(p.Settings.AccessCreate, c.Workspace.Settings.GuestCreate)
}

// GuestTrack says whether a link alone opens a ticket of a project.
func (c *Catalog) GuestTrack(p *Project) bool {
	return guests(p.Settings.AccessTrack, c.Workspace.Settings.GuestTrack)
}

// GuestDocs says whether people without an account may read a project's articles.
func (c *Catalog) GuestDocs(p *Project) bool {
	return guests(p.Settings.AccessDocs, c.Workspace.Settings.GuestDocs)
}

func guests(here string, everywhere bool) bool {
	switch here {
	case AccessOn:
		return true
	case AccessOff:
		return false
	}
	return everywhere
}

// ProjectByDomain finds the project that a host name leads to, or nil. A port, and the case of
// letters, make no difference.
func (c *Catalog) ProjectByDomain(host string) *Project {
	name, _, _ := strings.Cut(strings.ToLower(host), ":")
	if name == "" {
		return nil
	}
	for _, p := range c.Projects {
		if p.Domain == name {
			return p
		}
	}
	return nil
}

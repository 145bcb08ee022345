package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lodge/models"
)

const ownHost = "help.acme.example"

// withDomain is an office whose project "support" has a host name of its own, beside another
// open project "other".
func withDomain(t *testing.T, change func(*Options)) *office {
	t.Helper()
	o := newOffice(t, change).open()
	o.openToAll()
	o.customize(func(p *models.Project) { p.Domain = ownHost })
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("other")
		p.Portal = models.PortalPublic
		return models.UpdateProject(ctx, tx, &p)
	})
	o.browser().get("/") // the kept copy of the settings is now the present one
	return o
}

// CP-4: a project's own host name leads to that project and to nothing else of the desk.
func TestOwnHostNames(t *testing.T) {
	o := withDomain(t, nil)
	b := o.browser()
	at := func(path string) answer { return b.get(path, "Host", ownHost) }
	at("/").must(t, http.StatusOK).has(t, `href="/ticket/support"`).lacks(t, `href="/ticket/other"`)
	at("/ticket/support").must(t, http.StatusOK)
	at("/doc/support").must(t, http.StatusOK)
	at("/search?q=x").must(t, http.StatusOK)
	if to := at("/ticket").must(t, http.StatusSeeOther).header.Get("Location"); to != "/ticket/support" {
		t.Errorf("/ticket leads to %q", to)
	}
	for _, path := range []string{"/ticket/other", "/doc/other", "/agent", "/agent/sign-in", "/agent/tickets/1", "/setup/x"} {
		at(path).must(t, http.StatusNotFound)
	}
	// The letter of the case and a port make no difference; other hosts are answered as ever.
	b.get("/ticket/other", "Host", "HELP.acme.example:8080").must(t, http.StatusNotFound)
	b.get("/ticket/other", "Host", "help.acme.example.evil.example").must(t, http.StatusOK)
	b.get("/ticket/other").must(t, http.StatusOK)
	// Threads and a customer's tickets of another project are not there either (A67).
	link, _ := o.file("Printer on fire")
	at("/ticket/thread/"+link.Token).must(t, http.StatusOK)
	o.customize(func(p *models.Project) { p.Domain = "" })
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("other")
		p.Domain = ownHost
		return models.UpdateProject(ctx, tx, &p)
	})
	o.browser().get("/")
	at("/ticket/thread/"+link.Token).must(t, http.StatusNotFound)
	b.get("/ticket/thread/"+link.Token).must(t, http.StatusOK)
}

// A85 at a project's own host name: forms come from that very host. The desk's own address and
// any other are strangers there, and the host name is one at the desk's own address.
func TestFormsAtOwnHostNames(t *testing.T) {
	o := withDomain(t, func(opt *Options) { opt.BaseURL, opt.Secure = "https://desk.example", true })
	b := o.browser()
	post := func(host, origin string) int {
		return b.post("/ticket/support", url.Values{}, "Host", host, "Origin", origin, "Sec-Fetch-Site", "").status
	}
	for _, c := range []struct {
		host, origin string
		want         int
	}{
		{"desk.example", "https://desk.example", http.StatusUnprocessableEntity},
		{ownHost, "https://" + ownHost, http.StatusUnprocessableEntity},
		{ownHost, "http://" + ownHost, http.StatusForbidden},
		{ownHost, "https://desk.example", http.StatusForbidden},
		{ownHost, "https://evil.example", http.StatusForbidden},
		{"desk.example", "https://" + ownHost, http.StatusForbidden},
		{"evil.example", "https://evil.example", http.StatusForbidden},
	} {
		if got := post(c.host, c.origin); got != c.want {
			t.Errorf("from %s at %s: %d, want %d", c.origin, c.host, got, c.want)
		}
	}
}

// CP-4, SE-1: the page takes a host name and nothing else, one project each, and says what the
// DNS needs.
func TestOwnHostNameIsSet(t *testing.T) {
	o := withDomain(t, nil)
	o.customize(func(p *models.Project) { p.Domain = "" })
	ines := o.signIn("ines")
	set := func(slug, name string) answer {
		page := ines.get("/agent/settings/projects/"+slug+"/domain").must(t, http.StatusOK)
		return ines.post("/agent/settings/projects/"+slug+"/domain", url.Values{"csrf": {ines.last}, "version": {field(t, page.body, "version")}, "domain": {name}})
	}
	set("support", " Help.ACME.example. ").must(t, http.StatusSeeOther)
	ines.get("/agent/settings/projects/support/domain").has(t, `value="help.acme.example"`, "help.acme.example. CNAME 127.0.0.1.")
	ines.get("/agent/settings/projects/support/portal").has(t, "http://help.acme.example/ticket/support")
	for name, why := range map[string]string{"help.acme.example": "Another project", "localhost": "Write a host name", "127.0.0.1": "Write a host name", "a b.example": "Write a host name",
		"help.acme.example:80": "Write a host name", "https://x.example": "Write a host name", "x.example/y": "Write a host name", "-x.example": "Write a host name", strings.Repeat("a.", 130) + "example": "Write a host name"} {
		set("other", name).must(t, http.StatusUnprocessableEntity).has(t, why)
	}
	if err := o.desk.SetDomain(t.Context(), o.actor("ines"), "other", "Desk.example", "desk.example", 0); models.KindOf(err) != models.KindInvalid {
		t.Errorf("the desk's own address was taken: %v", err)
	}
	if err := o.desk.SetDomain(t.Context(), o.actor("grace"), "other", "x.example", "", 0); models.KindOf(err) != models.KindForbidden {
		t.Errorf("an agent changed it: %v", err)
	}
	set("support", "").must(t, http.StatusSeeOther)
	set("other", "help.acme.example").must(t, http.StatusSeeOther)
	log, err := models.Audit(t.Context(), o.db, models.AuditQuery{Kind: "project.domain", Limit: 10})
	if err != nil || len(log) != 3 {
		t.Errorf("the audit log has %d entries, %v", len(log), err)
	}
}

// A83: what a request says of its host is in no page that is mailed or shown elsewhere: the
// sign-in leads on within the same host, whatever that is called.
func TestA83NoHostInRedirects(t *testing.T) {
	o := withDomain(t, nil)
	o.customize(func(p *models.Project) {
		p.Settings.AccessDocs, p.Settings.AccessCreate = models.AccessOff, models.AccessOff
	})
	for _, path := range []string{"/doc/support", "/ticket/support", "/helpdesk", "/my-tickets"} {
		a := o.browser().get(path, "Host", "evil.example", "X-Forwarded-Host", "evil.example").must(t, http.StatusSeeOther)
		if to := a.header.Get("Location"); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, "evil") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}

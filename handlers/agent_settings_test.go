package handlers

import (
	"net/http"
	"regexp"
	"testing"

	"lodge/models"
)

// staffed is an office with an administrator.
func staffed(t testing.TB) *office {
	o := newOffice(t, nil).open()
	o.openToAll()
	return o
}

// SE-4: the workspace's page saves, writes the audit log, and what it says holds at once.
func TestWorkspaceSettings(t *testing.T) {
	o := staffed(t)
	b := o.signIn("ines")
	b.get("/agent/settings").must(t, http.StatusOK).has(t, "/agent/settings/workspace")
	page := b.get("/agent/settings/workspace").must(t, http.StatusOK)
	version := field(t, page.body, "version")
	fields := []string{"version", version, "name", "Nordlicht", "support_address", "help@nordlicht.example", "locale", "en", "guest_docs", "1", "client_creates", "7",
		"create_window_minutes", "10", "client_upload_mb", "200", "sign_in_tries", "5", "require_two_factor", "off", "customer_two_factor", "optional", "time_low_minutes", "60"}
	b.send("/agent/settings/workspace", fields...).must(t, http.StatusSeeOther)
	b.get("/agent/settings/workspace?saved=1").must(t, http.StatusOK).has(t, "Nordlicht", "Saved.", `value="7"`)
	// guest_create was not ticked: nobody without an account opens a ticket any more.
	o.browser().get("/ticket/support").must(t, http.StatusNotFound)
	log, err := models.Audit(t.Context(), o.db, models.AuditQuery{Kind: "workspace", Limit: 10})
	if err != nil || len(log) != 1 || log[0].AgentName != "Ines" {
		t.Fatalf("the audit log holds %v, %v", log, err)
	}
	// EV-3: a refusal keeps what was typed and says what is wrong where it is; nothing is half saved.
	fields[3], fields[11] = "Half typed", "a few"
	b.send("/agent/settings/workspace", fields...).must(t, http.StatusUnprocessableEntity).has(t, "Half typed", `value="a few"`, "Enter a whole number from 1 to 10000.", `href="#client_creates"`)
	// Saving over what somebody else has saved meanwhile is said, with what was typed; the second save is on purpose.
	fields[11] = "8"
	again := b.send("/agent/settings/workspace", fields...).must(t, http.StatusConflict).has(t, "Half typed", "Somebody else saved")
	fields[1] = field(t, again.body, "version")
	b.send("/agent/settings/workspace", fields...).must(t, http.StatusSeeOther)
	b.get("/agent/settings/workspace").has(t, "Half typed", `value="8"`)
	o.signIn("grace").get("/agent/settings/workspace").must(t, http.StatusForbidden)
}

// field reads a hidden field's value from a page.
func field(t testing.TB, body, name string) string {
	t.Helper()
	at := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if at == nil {
		t.Fatalf("no field %s in %s", name, body)
	}
	return at[1]
}

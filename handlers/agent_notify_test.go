package handlers

import (
	"context"
	"net/http"
	"testing"

	"lodge/models"
)

// NU-1: the matrix is a table of named switches; it saves by a plain form, keeps what was typed
// when it is refused, and is for who may change settings alone.
func TestNotificationsPage(t *testing.T) {
	o := staffed(t)
	page := supportSettings + "/notifications"
	ines := o.signIn("ines")
	shown := ines.get(page).must(t, http.StatusOK).has(t, `<th scope="col"`, `<th scope="row">`, `aria-label="An agent replies: Reporter"`, `name="notify_replied_others" value="1" checked`)
	shown.lacks(t, `name="notify_customer_reporter" value="1" checked`, `name="notify_customer_others" value="1" checked`)
	ines.get(supportSettings).must(t, http.StatusOK).has(t, page)
	form := formFields(t, shown.body, "form")
	form.Set("csrf", ines.last)
	for _, s := range models.SettingsIn(models.ProjectSettingList, "notifications") {
		form.Del(s.Name)
	}
	form.Set("notify_customer_others", "1")
	form.Set("batch_minutes", "9999")
	ines.post(page, form).must(t, http.StatusUnprocessableEntity).has(t, `name="notify_customer_others" value="1" checked`, `value="9999"`, `href="#batch_minutes"`).lacks(t, `name="notify_replied_others" value="1" checked`)
	form.Set("batch_minutes", "0")
	ines.post(page, form).must(t, http.StatusSeeOther)
	ines.get(page).must(t, http.StatusOK).has(t, `name="notify_customer_others" value="1" checked`).lacks(t, `name="notify_created_reporter" value="1" checked`)
	ines.post(page, form).must(t, http.StatusConflict) // an old page
	o.signIn("grace").get(page).must(t, http.StatusForbidden)
}

// NU-4: agents see beside each person what mails they get, before they send.
func TestAgentsSeeWishes(t *testing.T) {
	o := staffed(t)
	_, n := o.file("Printer")
	grace := o.signIn("grace")
	at := "/agent/tickets/" + decimal(n)
	for wish, want := range map[string]string{models.WishClosing: "only when closed", models.WishDigest: "daily digest", models.WishNone: "unsubscribed"} {
		o.write(func(ctx context.Context, tx *models.Tx) error {
			ticket, err := models.TicketByNumber(ctx, tx, n)
			if err != nil {
				return err
			}
			return models.SetProjectWish(ctx, tx, ticket.ReporterID, ticket.ProjectID, wish, 1)
		})
		grace.get(at).must(t, http.StatusOK).has(t, `<span class="recipient__mark">`, want)
		grace.get(at+"/participants").must(t, http.StatusOK).has(t, want)
	}
	// Whom the project itself mails no answers is marked as well.
	o.write(func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		p := *cat.ProjectBySlug("support")
		p.Settings.NotifyRepliedReporter = false
		return models.UpdateProject(ctx, tx, &p)
	})
	o.write(func(ctx context.Context, tx *models.Tx) error {
		ticket, err := models.TicketByNumber(ctx, tx, n)
		if err != nil {
			return err
		}
		return models.SetProjectWish(ctx, tx, ticket.ReporterID, ticket.ProjectID, models.WishAll, 1)
	})
	grace.get(at).must(t, http.StatusOK).has(t, "not mailed in this project")
}

package handlers

import (
	"fmt"
	"strings"

	"lodge/desk"
	"lodge/models"
)

// leads is the status of a page, and where it leads.
func leads(a answer) string {
	text := status(a)
	if to := a.header.Get("Location"); to != "" {
		text += " " + to
	}
	return text
}

// bothWays tells what a project's rule makes of either rule of the workspace.
func bothWays(o *watched, workspace string, look func() string) string {
	first := look()
	o.set(map[string]string{workspace: ""})
	return first + ", " + look()
}

// CP-12: each value of who may do what without an account, in the workspace and in a project.
var _ = proves(map[string]proof{
	"guest_track": {want: map[string]string{"1": "200", "": "303"}, watch: func(o *watched) string {
		return status(o.browser().get("/ticket/thread/" + o.filed().Token))
	}},
	"access_create": {want: map[string]string{models.AccessInherit: "200, 303 /my-tickets/new/support", models.AccessOn: "200, 200", models.AccessOff: "303 /my-tickets/new/support, 303 /my-tickets/new/support"},
		watch: func(o *watched) string {
			return bothWays(o, "guest_create", func() string { return leads(o.browser().get("/ticket/support")) })
		}},
	"access_track": {want: map[string]string{models.AccessInherit: "200, 303", models.AccessOn: "200, 200", models.AccessOff: "303, 303"}, watch: func(o *watched) string {
		page := "/ticket/thread/" + o.filed().Token
		return bothWays(o, "guest_track", func() string { return status(o.browser().get(page)) })
	}},
	"access_docs": {want: map[string]string{models.AccessInherit: "200, 303 /sign-in?next=%2Fdoc%2Fsupport", models.AccessOn: "200, 200",
		models.AccessOff: "303 /sign-in?next=%2Fdoc%2Fsupport, 303 /sign-in?next=%2Fdoc%2Fsupport"},
		watch: func(o *watched) string {
			return bothWays(o, "guest_docs", func() string { return leads(o.browser().get("/doc/support")) })
		}},
	// CP-8: what signed-in customers say about a new ticket.
	"customer_priority": {want: map[string]string{"1": "asked true, priority 4", "": "asked false, priority 2"}, watch: func(o *watched) string {
		b := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
		asked := strings.Contains(b.get("/my-tickets/new/support").body, `name="priority"`)
		return fmt.Sprintf("asked %t, priority %d", asked, o.ownTicket(b.newTicket(o.t, "support", "priority", "urgent")).Priority)
	}},
	"customer_due": {want: map[string]string{"1": "asked true, due true", "": "asked false, due false"}, watch: func(o *watched) string {
		b := o.signedIn(o.customer("ada@acme.example"), desk.ByPassword)
		asked := strings.Contains(b.get("/my-tickets/new/support").body, `name="due"`)
		return fmt.Sprintf("asked %t, due %t", asked, o.ownTicket(b.newTicket(o.t, "support", "due", "2099-12-01")).DueAt != 0)
	}},
	"private_tickets": {want: map[string]string{models.PrivateOff: "asked false, chosen false, else false", models.PrivateChoice: "asked true, chosen true, else false",
		models.PrivateAlways: "asked false, chosen true, else true"}, watch: func(o *watched) string {
		ada := o.customer("ada@acme.example")
		o.member(ada, "Acme")
		b := o.signedIn(ada, desk.ByPassword)
		asked := strings.Contains(b.get("/my-tickets/new/support").body, `name="private"`)
		return fmt.Sprintf("asked %t, chosen %t, else %t", asked, o.ownTicket(b.newTicket(o.t, "support", "private", "1")).Private, o.ownTicket(b.newTicket(o.t, "support")).Private)
	}},
})

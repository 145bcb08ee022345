package handlers

import (
	"fmt"

	"lodge/desk"
)

// CP-2: what the workspace lets customers prove themselves by, and what it asks of them.
var _ = proves(map[string]proof{
	"sign_in_passkey": {want: map[string]string{"1": "200", "": "404"}, watch: func(o *watched) string {
		return fmt.Sprint(o.browser().get("/sign-in/passkey").status)
	}},
	"customer_two_factor": {want: map[string]string{"off": "profile 200, page 404", "optional": "profile 200, page 200", "required": "profile 303, page 200"}, watch: func(o *watched) string {
		o.n++
		b := o.signedIn(o.customer(fmt.Sprintf("prove%d@example.com", o.n)), desk.ByPassword)
		return fmt.Sprintf("profile %d, page %d", b.get("/my-profile").status, b.get("/my-profile/two-factor").status)
	}},
})

package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"lodge/desk"
	"lodge/models"
)

// there says whether a page has something to click or fill in.
func there(a answer, what string) string {
	if a.status != http.StatusOK {
		return status(a)
	}
	if strings.Contains(a.body, what) {
		return "there"
	}
	return "not there"
}

// CP-1, CP-3: each value of who may have an account and how customers sign in.
var _ = proves(map[string]proof{
	"registration": {want: map[string]string{models.RegistrationOpen: "200 true", models.RegistrationInvite: "200 false", models.RegistrationOff: "404 false"}, watch: func(o *watched) string {
		_, err := o.desk.Portal().EnsureCustomer(o.t.Context(), desk.NewCustomer{Address: "otto@calder.example"})
		return status(o.browser().get("/sign-up")) + " " + strconv.FormatBool(err == nil)
	}},
	"registration_allow": {want: map[string]string{"": "false", "calder.example": "true"}, watch: func(o *watched) string {
		o.set(map[string]string{"registration": models.RegistrationInvite})
		_, err := o.desk.Portal().EnsureCustomer(o.t.Context(), desk.NewCustomer{Address: "otto@calder.example"})
		return strconv.FormatBool(err == nil)
	}},
	"sign_in_password": {want: map[string]string{"1": "there", "": "not there"}, watch: func(o *watched) string {
		return there(o.browser().get("/sign-in"), `type="password"`)
	}},
	"sign_in_link": {want: map[string]string{"1": "200", "": "404"}, watch: func(o *watched) string {
		return status(o.browser().get("/sign-in/link"))
	}},
	"customer_idle_minutes": {want: map[string]string{"10": "303", "720": "200"}, watch: func(o *watched) string {
		b := o.signedIn(o.customer("idle@example.com"), desk.ByPassword)
		o.forward(11 * time.Minute)
		return status(b.get("/my-profile"))
	}},
	"customer_session_days": {want: map[string]string{"1": "303", "14": "200"}, watch: func(o *watched) string {
		b := o.signedIn(o.customer("long@example.com"), desk.ByPassword)
		for range 3 {
			o.forward(9 * time.Hour)
			b.get("/my-profile")
		}
		return status(b.get("/my-profile"))
	}},
})

package handlers

import "fmt"

// SE-4: who must have a second factor is led to set it up before anything else.
var _ = proves(map[string]proof{
	"require_two_factor": {want: map[string]string{"off": "admin 200, agent 200", "admins": "admin 303, agent 200", "all": "admin 303, agent 303"}, watch: func(o *watched) string {
		b := o.browser()
		b.get("/agent/sign-in")
		b.send("/agent/sign-in", "email", "grace@lodge.example", "password", agentPassword)
		return fmt.Sprintf("admin %d, agent %d", o.ines.get("/agent").status, b.get("/agent").status)
	}},
	"undo_seconds": {where: "jobs"},
})

package handlers

import (
	"fmt"
	"net/http"
	"strings"

	"lodge/desk"
	"lodge/models"
)

var _ = proves(map[string]proof{
	"verify_anonymous": {want: map[string]string{models.VerifyOff: "new arrives, proven arrives", models.VerifyFirstTime: "new waits, proven arrives", models.VerifyAlways: "new waits, proven waits"}, watch: func(o *watched) string {
		try := func(address string) string {
			done := false
			_, err := o.submit(func(in *desk.SubmitInput) { in.Email = address })
			if err != nil {
				o.t.Fatal(err)
			}
			page, err := o.desk.Queue(o.t.Context(), o.actor("grace"), desk.QueueAsk{View: models.ViewAll})
			if err != nil {
				o.t.Fatal(err)
			}
			for _, t := range page.Tickets {
				done = done || strings.Contains(fmt.Sprint(t), fmt.Sprintf("Ticket %d", o.n))
			}
			if done {
				return "arrives"
			}
			return "waits"
		}
		o.prove("proven@example.com")
		return "new " + try("stranger@example.com") + ", proven " + try("proven@example.com")
	}},
	"typed_confirm": {with: map[string]string{"reply_identity": models.ReplyByTypedEmail}, want: map[string]string{"1": "shown false, asked true", "": "shown true, asked false"}, watch: func(o *watched) string {
		link := o.filed()
		address := fmt.Sprintf("p%d@example.com", o.n)
		if _, err := o.desk.Portal().Reply(o.t.Context(), link, desk.ReplyInput{Body: "Under my own name", Email: address}); err != nil {
			o.t.Fatal(err)
		}
		held := o.ines.get("/agent/held").must(o.t, http.StatusOK)
		return "shown " + o.holds("/ticket/thread/"+link.Token, "Under my own name") + ", asked " + fmt.Sprint(strings.Contains(held.body, "Under my own name"))
	}},
})

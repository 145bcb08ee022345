package handlers

import (
	"net/http"
	"strings"
	"testing"
)

// PT-7: "Create new ticket" stands at the top of the thread, before the conversation, and leads to the project's form.
func TestThreadOffersANewTicket(t *testing.T) {
	a := newTestApp(t)
	page := a.get(a.fileTicket()).want(t, http.StatusOK, []string{"Create new ticket"})
	link, conversation := strings.Index(page.body, "Create new ticket"), strings.Index(page.body, `id="messages"`)
	if link > conversation || conversation < 0 {
		t.Errorf("the link stands at %d, the conversation at %d", link, conversation)
	}
	if !strings.Contains(page.body[:conversation], `href="/ticket/acme"`) {
		t.Error("it does not lead to the project's form")
	}
}

package jobs

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"lodge/desk"
	"lodge/models"
)

// notices are the kinds of an agent's notices, the newest first.
func (h *house) notices(a desk.Actor) string {
	h.t.Helper()
	page, err := h.desk.Notices(h.t.Context(), a, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	var kinds []string
	for _, n := range page.Notices {
		kinds = append(kinds, n.Kind)
	}
	return strings.Join(kinds, " ")
}

// AG-7: agents are told in the app and by mail, each as they want it; never of their own doing.
func TestAgentsAreTold(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		alan := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
		vera := h.newAgent("Vera Viewer", "vera@lodge.example", models.RoleViewer)
		outside := h.newAgent("Olga Other", "olga@lodge.example", models.RoleAgent)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SetAgentProjects(ctx, tx, outside.ID, map[int64]models.Role{})
		})
		link := h.file(desk.SubmitInput{Email: "ada@example.com", Name: "Ada"})
		r := h.running("w")
		h.settle(r)
		n := h.latest()
		if err := h.desk.Assign(t.Context(), h.agent, n, alan.ID, 0); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		if _, err := h.desk.Note(t.Context(), h.agent, n, desk.AgentReply{Body: "@alanturing and @veraviewer and @olgaother: the <b>seeded</b> secret"}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		if _, err := h.portal.Reply(t.Context(), link, desk.ReplyInput{Body: "Still burning."}); err != nil {
			t.Fatal(err)
		}
		h.settle(r)
		if got := h.notices(alan); got != "answered mentioned assigned new" {
			t.Errorf("Alan was told %q", got)
		}
		if got := h.notices(h.agent); got != "new" {
			t.Errorf("Grace was told %q", got)
		}
		if got := h.notices(vera); got != "" {
			t.Errorf("the viewer was told %q", got)
		}
		if page, err := models.Notices(t.Context(), h.db, outside.ID, 0, 10); err != nil || len(page) != 0 {
			t.Errorf("the agent of another project was told %v, %v", page, err)
		}
		mails := h.post.to("alan@lodge.example")
		if len(mails) != 3 {
			t.Fatalf("%d mails to Alan", len(mails))
		}
		for i, words := range []string{"Yours now #", "You were mentioned #", "Customer answered #"} {
			if !strings.HasPrefix(mails[i].Subject, words) {
				t.Errorf("mail %d is %q", i, mails[i].Subject)
			}
		}
		if !strings.Contains(mails[1].Text, "seeded") {
			t.Errorf("the mention says\n%s", mails[1].Text)
		}
		// A note reaches nobody outside, whoever it names.
		for _, to := range []string{"ada@example.com", "vera@lodge.example", "olga@lodge.example", "grace@lodge.example"} {
			for _, m := range h.post.to(to) {
				if strings.Contains(whole(t, m), "seeded") {
					t.Errorf("%s got the note", to)
				}
			}
		}
	})
}

// AG-7: what an agent does not want is not told; mails wait for quiet hours, and what was
// read meanwhile is not mailed at all.
func TestWishesAndQuietHours(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		now := time.Date(2026, 11, 24, 22, 0, 0, 0, time.UTC)
		h.clock.at.Store(now.UnixMilli())
		alan := h.newAgent("Alan Turing", "alan@lodge.example", models.RoleAgent)
		save := func(s desk.NoticeSettings) {
			if err := h.desk.SaveNoticeSettings(t.Context(), alan, s); err != nil {
				t.Fatal(err)
			}
		}
		all := map[string]bool{models.NoticeAssigned: true, models.NoticeMentioned: true}
		save(desk.NoticeSettings{App: all, Mail: all, QuietFrom: "20:00", QuietUntil: "07:00"})
		h.file(desk.SubmitInput{Email: "ada@example.com"})
		first := h.latest()
		h.file(desk.SubmitInput{Email: "bob@example.com"})
		second := h.latest()
		for _, n := range []int64{first, second} {
			if err := h.desk.Assign(t.Context(), h.agent, n, alan.ID, 0); err != nil {
				t.Fatal(err)
			}
		}
		r := h.running("w")
		h.settle(r)
		if got := h.notices(alan); got != "assigned assigned" {
			t.Fatalf("told %q: unwanted things are told, or the bell waits", got)
		}
		if len(h.post.to("alan@lodge.example")) != 0 {
			t.Fatal("a mail did not wait")
		}
		if err := h.desk.ReadTicketNotices(t.Context(), alan, first); err != nil {
			t.Fatal(err)
		}
		h.clock.forward(9*time.Hour + time.Minute)
		h.settle(r)
		mails := h.post.to("alan@lodge.example")
		if len(mails) != 1 || !strings.Contains(mails[0].Subject, "#"+strconv.FormatInt(second, 10)) {
			t.Fatalf("%d mails after quiet hours", len(mails))
		}
	})
}

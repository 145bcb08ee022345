package handlers

import (
	"net/http"
	"strings"
	"testing"

	"lodge/models"
)

// PC-3, PC-4, EV-3: whatever the reason a form comes back, the files that fit are still
// there: another template without scripts, a limit that is used up, one file too large,
// one too many.
func TestFilesStayForEveryReason(t *testing.T) {
	reasons := map[string]struct {
		status  int
		prepare func(a *testApp)
		do      string
		files   []upload
		kept    []string
	}{
		"another template": {http.StatusOK, nil, "template", []upload{{"log.txt", "x"}}, []string{"log.txt"}},
		"too many tickets": {http.StatusTooManyRequests, func(a *testApp) {
			a.workspace(func(w *models.Workspace) { w.Settings.ClientCreates = 0 })
		}, "", []upload{{"log.txt", "x"}}, []string{"log.txt"}},
		"one too large": {http.StatusRequestEntityTooLarge, func(a *testApp) {
			a.settings(func(p *models.Project) { p.Settings.FileMB = 1 })
		}, "", []upload{{"one.txt", "x"}, {"big.bin", strings.Repeat("x", 1<<20+1)}, {"two.txt", "y"}}, []string{"one.txt", "two.txt"}},
		"one too many": {http.StatusRequestEntityTooLarge, func(a *testApp) {
			a.settings(func(p *models.Project) { p.Settings.Files = 2 })
		}, "", []upload{{"one.txt", "x"}, {"two.txt", "y"}, {"three.txt", "z"}}, []string{"one.txt", "two.txt"}},
	}
	for name, reason := range reasons {
		t.Run(name, func(t *testing.T) {
			a := newTestApp(t)
			form := a.ticketForm()
			if reason.prepare != nil {
				reason.prepare(a)
			}
			if reason.do != "" {
				form.Set("_do", reason.do)
			}
			r := a.do(request{method: "POST", path: "/ticket/acme", form: form, files: reason.files})
			r.want(t, reason.status, append([]string{"It began this morning."}, reason.kept...), "⟦")
			if got := keeps(r.body); len(got) != len(reason.kept) {
				t.Errorf("%d files are kept, want %d", len(got), len(reason.kept))
			}
			if a.tickets() != 0 {
				t.Error("a ticket was made")
			}
		})
	}
}

// PT-3, PT-10: a reply over its limit keeps text and files, with scripts as without.
func TestReplyOverItsLimitKeepsFiles(t *testing.T) {
	for _, htmx := range []bool{false, true} {
		a := newTestApp(t)
		thread := a.fileTicket()
		form := a.get(thread).formID(t)
		a.settings(func(p *models.Project) { p.Settings.ThreadReplies = 0 })
		r := a.do(request{method: "POST", path: thread + "/replies", htmx: htmx, form: map[string][]string{"form": {form}, "body": {"Any news?"}}, files: []upload{{"log.txt", "x"}}})
		r.want(t, http.StatusTooManyRequests, []string{"Any news?", "log.txt", `name="keep"`}, "⟦")
		a.settings(func(p *models.Project) { p.Settings.ThreadReplies = 10 })
		done := a.do(request{method: "POST", path: thread + "/replies", form: map[string][]string{"form": {form}, "body": {"Any news?"}, "keep": keeps(r.body)}})
		done.want(t, http.StatusSeeOther, nil)
		a.get(thread).want(t, http.StatusOK, []string{"Any news?", "log.txt"})
	}
}

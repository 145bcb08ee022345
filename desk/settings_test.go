package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// Each setting changes what the desk does; no test here, no setting (PC-2, PC-6, PC-8, PC-10, PC-11, NU-1).
func TestSettingsChangeSomething(t *testing.T) {
	ctx := context.Background()
	submit := func(h *house, change func(*SubmitInput)) error {
		in := h.form()
		change(&in)
		_, err := h.Portal().Submit(ctx, in)
		return err
	}
	told := func(h *house, kind string) int {
		cat, err := h.db.Catalog(ctx)
		if err != nil {
			h.t.Fatal(err)
		}
		person := &models.Person{Participant: models.Participant{JoinedAs: models.JoinedReporter}}
		return len(Recipients(&models.Event{Kind: kind}, cat.ProjectBySlug("acme"), []*models.Person{person}, nil))
	}
	project := func(h *house) *PublicProject {
		p, err := h.Portal().Project(ctx, "acme")
		if err != nil {
			h.t.Fatal(err)
		}
		return p
	}
	settings := map[string]struct {
		change func(s *models.ProjectSettings)
		holds  func(h *house) bool // false with the default, true after the change
	}{
		"title_length": {func(s *models.ProjectSettings) { s.TitleLength = 5 }, func(h *house) bool {
			return models.KindOf(submit(h, func(in *SubmitInput) { in.Title = "sixsix" })) == models.KindInvalid
		}},
		"name_length": {func(s *models.ProjectSettings) { s.NameLength = 3 }, func(h *house) bool {
			err := submit(h, func(in *SubmitInput) { in.Name = "Rosa" })
			return err != nil && models.KindOf(err) == models.KindInvalid
		}},
		"text_kb": {func(s *models.ProjectSettings) { s.TextKB = 1 }, func(h *house) bool {
			err := submit(h, func(in *SubmitInput) { in.Description = strings.Repeat("x", 1025) })
			return err != nil && models.KindOf(err) == models.KindInvalid
		}},
		"file_mb": {func(s *models.ProjectSettings) { s.FileMB = 0 }, func(h *house) bool {
			err := submit(h, func(in *SubmitInput) { in.Uploads = []Upload{h.upload("a", "b")} })
			return err != nil && models.KindOf(err) == models.KindInvalid
		}},
		"request_mb": {func(s *models.ProjectSettings) { s.RequestMB = 0 }, func(h *house) bool {
			err := submit(h, func(in *SubmitInput) { in.Uploads = []Upload{h.upload("a", "b")} })
			return err != nil && models.KindOf(err) == models.KindInvalid
		}},
		"files": {func(s *models.ProjectSettings) { s.Files = 1 }, func(h *house) bool {
			err := submit(h, func(in *SubmitInput) { in.Uploads = []Upload{h.upload("a", "b"), h.upload("c", "d")} })
			return err != nil && models.KindOf(err) == models.KindInvalid
		}},
		"agent_file_mb": {func(s *models.ProjectSettings) { s.AgentFileMB = 0 }, func(h *house) bool {
			number := h.ticketOf(h.file(false).Token).Number
			_, err := h.Note(ctx, h.ada, number, AgentReply{Body: "x", Uploads: []Upload{h.upload("a", "b")}})
			return err != nil
		}},
		"agent_request_mb": {func(s *models.ProjectSettings) { s.AgentRequestMB = 0 }, func(h *house) bool {
			number := h.ticketOf(h.file(false).Token).Number
			_, err := h.Note(ctx, h.ada, number, AgentReply{Body: "x", Uploads: []Upload{h.upload("a", "b")}})
			return err != nil
		}},
		"show_targets":            {func(s *models.ProjectSettings) { s.ShowTargets = models.TargetsNone }, func(h *house) bool { return project(h).Promise == (PublicPromise{}) }},
		"response_time":           {func(s *models.ProjectSettings) { s.ResponseTime = "Soon." }, func(h *house) bool { return project(h).Promise.Response.Text == "Soon." }},
		"poll_seconds":            {func(s *models.ProjectSettings) { s.PollSeconds = 5 }, func(h *house) bool { return project(h).PollSeconds == 15 }},
		"suggestions":             {func(s *models.ProjectSettings) { s.Suggestions = false }, func(h *house) bool { return !project(h).Suggestions }},
		"notify_created_reporter": {func(s *models.ProjectSettings) { s.NotifyCreatedReporter = false }, func(h *house) bool { return told(h, models.EventCreated) == 0 }},
		"notify_replied_reporter": {func(s *models.ProjectSettings) { s.NotifyRepliedReporter = false }, func(h *house) bool { return told(h, models.EventAgentReplied) == 0 }},
		"intake_days": {func(s *models.ProjectSettings) { s.IntakeDays = 1 }, func(h *house) bool {
			token, _, err := h.MakeIntakeLink(ctx, "acme", "otto@example.com", "", 0)
			if err != nil {
				h.t.Fatal(err)
			}
			h.later(25 * time.Hour)
			form, err := h.Portal().Form(ctx, "acme", FormAsk{CustomerToken: token})
			return err == nil && form.IntakeDead
		}},
	}
	for name, setting := range settings {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, "")
			h.settings(func(p *models.Project) { p.Settings.ResponseTime = "We typically respond within 4 hours" })
			if setting.holds(h) {
				t.Fatal("it holds already with the default")
			}
			h.later(24 * time.Hour)
			h.settings(func(p *models.Project) { setting.change(&p.Settings) })
			if !setting.holds(h) {
				t.Fatal("the setting changes nothing")
			}
		})
	}
}

// The workspace's own settings: guests may not read articles, nor leave more files than the
// quota, and wrong passwords close the door after as many tries as are set (PC-7, KB-3, A82).
func TestWorkspaceSettingsChangeSomething(t *testing.T) {
	ctx := context.Background()
	h := newHouse(t, "")
	change := func(f func(*models.WorkspaceSettings)) {
		h.write(func(ctx context.Context, tx *models.Tx) error {
			cat, err := models.TxCatalog(ctx, tx)
			if err != nil {
				return err
			}
			w := cat.Workspace
			f(&w.Settings)
			return models.UpdateWorkspace(ctx, tx, &w)
		})
	}
	if _, err := h.Portal().Docs(ctx, "acme"); err != nil {
		t.Fatal(err)
	}
	change(func(w *models.WorkspaceSettings) { w.GuestDocs = false })
	_, err := h.Portal().Docs(ctx, "acme")
	h.kind(err, models.KindForbidden)
	if p, _ := h.Portal().Project(ctx, "acme"); p.GuestDocs || p.Suggestions {
		t.Fatal("articles are still offered")
	}
	if err := h.Portal().MayUpload(ctx, "acme", "c"); err != nil {
		t.Fatal(err)
	}
	change(func(w *models.WorkspaceSettings) { w.ClientUploadMB = 0 })
	h.kind(h.Portal().MayUpload(ctx, "acme", "c"), models.KindTooMany)
	change(func(w *models.WorkspaceSettings) { w.SignInTries = 1 })
	_, err = h.SignIn(ctx, SignInInput{Email: "x@acme.example", Password: "no", Client: "c"})
	h.fault(err, "password")
	_, err = h.SignIn(ctx, SignInInput{Email: "x@acme.example", Password: "no", Client: "c"})
	h.kind(err, models.KindTooMany)
	change(func(w *models.WorkspaceSettings) { w.ClientCreates, w.CreateWindowMinutes = 1, 1 })
	for i, want := range []models.Kind{"", models.KindTooMany} {
		if _, err := h.Portal().Submit(ctx, h.form()); (want == "") != (err == nil) {
			t.Fatalf("ticket %d: %v", i, err)
		}
	}
	h.later(61 * time.Second)
	if _, err := h.Portal().Submit(ctx, h.form()); err != nil {
		t.Fatalf("after the window: %v", err)
	}
}

package jobs

import (
	"fmt"
	"strings"
	"testing"

	"lodge/desk"
	"lodge/models"
)

// SE-3, NU-1, NU-2: each setting about mail makes a difference to the mails that leave, and none stands without a
// proof. The rest of the settings is proven where their pages are.
func TestEveryMailSettingIsProven(t *testing.T) {
	mails := func(h *house) string {
		h.settle(h.running("w"))
		return fmt.Sprint(len(h.post.to("ada@example.com")))
	}
	proofs := map[string]mailProof{
		// NU-5: a reply that can still be taken back is in no mail.
		"undo_seconds": {func(h *house) string {
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			h.answer(h.latest(), "We look into it.")
			return mails(h)
		}, map[string]string{"0": "2", "60": "1"}},
		"subject_reference": {func(h *house) string {
			h.prove("ada@example.com")
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			mails(h)
			return fmt.Sprint(strings.HasSuffix(h.post.to("ada@example.com")[0].Subject, "]"))
		}, map[string]string{"1": "true", "": "false"}},
		"unproven_mails": {func(h *house) string {
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			return mails(h)
		}, map[string]string{"0": "0", "1": "1", "2": "2"}},
		"mail_attachment_mb": {func(h *house) string {
			h.prove("ada@example.com")
			h.file(desk.SubmitInput{Email: "ada@example.com"})
			upload, err := h.desk.Receive(h.t.Context(), "plan.txt", strings.NewReader(strings.Repeat("x", 1500<<10)), 1<<30)
			if err != nil {
				h.t.Fatal(err)
			}
			h.answer(h.latest(), "The plan.", upload)
			mails(h)
			for _, m := range h.post.to("ada@example.com") {
				if strings.Contains(m.Text, "The plan.") {
					return fmt.Sprintf("attached %d, linked %v", len(m.Attachments), strings.Contains(m.Text, "/files/"))
				}
			}
			return "no mail"
		}, map[string]string{"1": "attached 0, linked true", "2": "attached 1, linked false"}},
	}
	provesMail(t, "mail", proofs)
}

// mailProof says what the mails are for each value of a setting.
type mailProof struct {
	watch func(h *house) string
	want  map[string]string
}

// provesMail saves each value of each setting of a group and watches.
func provesMail(t *testing.T, group string, proofs map[string]mailProof) {
	t.Helper()
	for _, s := range models.SettingsIn(models.ProjectSettingList, group) {
		t.Run(s.Name, func(t *testing.T) {
			p, found := proofs[s.Name]
			if !found {
				t.Fatal("nobody proves that this setting changes anything")
			}
			different := map[string]bool{}
			for value, want := range p.want {
				different[want] = true
				h := newHouse(t, models.Options{Dir: t.TempDir()})
				ines := h.newAgent("Ines Moreau", "ines@lodge.example", models.RoleAdmin)
				sheet, err := h.desk.ProjectSheet(t.Context(), ines, "support", models.ActSettings)
				if err != nil {
					t.Fatal(err)
				}
				sheet.Values[s.Name] = value
				if err := h.desk.ChangeProjectSettings(t.Context(), ines, "support", group, sheet.Values, sheet.Version); err != nil {
					t.Fatal(err)
				}
				if got := p.watch(h); got != want {
					t.Errorf("%q: %s, want %s", value, got, want)
				}
			}
			if len(different) < 2 {
				t.Error("its values make no difference")
			}
			if _, on := p.want[""]; s.Kind == models.SettingSwitch && (!on || p.want["1"] == "") {
				t.Error("both positions of a switch must be proven")
			}
		})
	}
}

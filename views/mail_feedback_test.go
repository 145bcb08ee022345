package views

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// PT-15: the mail that asks, word for word in both languages. It holds a link for each answer, and no
// form: mail programs send those by themselves.
func TestFeedbackMail(t *testing.T) {
	v := open(t)
	m := sampleMail
	m.Text, m.HTML, m.Files = "", "", nil
	for _, lang := range []string{"en", "de"} {
		m.Choices = nil
		for _, score := range []int{5, 4, 2, 1} {
			m.Choices = append(m.Choices, MailChoice{ScoreLabel(v.Words(lang), "labels", score), "https://help.northwind.example/ticket/thread/abc/feedback?p=def&score=" + string(rune('0'+score))})
		}
		subject, text, html, err := v.Mail(lang, MailFeedback, m)
		if err != nil {
			t.Fatal(err)
		}
		got := subject + "\n\n" + text + "\n\n" + html
		file := filepath.Join("testdata", "mail", "feedback."+lang+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file) //nolint:gosec // a path of this test
		if err != nil || string(want) != got {
			t.Errorf("%s: %v\n%s", file, err, got)
		}
		if strings.Contains(html, "<form") || strings.Count(text, "score=") != 4 {
			t.Errorf("%s:\n%s", lang, got)
		}
	}
}

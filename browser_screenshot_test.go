package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodge/config"
	"lodge/internal/browser"
	"lodge/sample"
)

// TestScreenshots makes the pictures of the README anew: LODGE_SCREENSHOTS=1 go test -run TestScreenshots .
func TestScreenshots(t *testing.T) {
	if os.Getenv("LODGE_SCREENSHOTS") == "" {
		t.Skip("only with LODGE_SCREENSHOTS=1")
	}
	c := config.Default()
	c.Addr, c.Data, c.Demo, c.LogLevel = "127.0.0.1:0", t.TempDir(), true, "error"
	s := &site{App: startApp(t, c)}
	save := func(name string, tab *browser.Tab) {
		t.Helper()
		browser.Eval[bool](tab, `document.activeElement.blur(), true`)
		if err := os.WriteFile(filepath.Join("docs", name), tab.Screenshot(false), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	create := browser.New(t, browser.Options{Width: 1280, Height: 860})
	create.Open(s.URL + "/ticket/" + s.filled.Projects[0])
	create.Fill("#email", sample.Cast.Rosa.Address)
	create.Fill("#name", sample.Cast.Rosa.Name)
	create.Fill("#title", "Restore stops at 82 % and starts again")
	create.Fill("#description", "We lost a disk and I am restoring 84 GB to a new one. Three times in a row the bar jumps back to zero.")
	create.Wait(`document.querySelectorAll(".suggestion").length > 2`)
	save("screenshot-create.png", create)

	thread := browser.New(t, browser.Options{Width: 1280, Height: 860})
	for _, link := range s.filled.Threads {
		if strings.HasPrefix(link.Title, "Restore stops") {
			thread.Open(s.URL + link.MailedPath)
		}
	}
	thread.WaitFor("#messages")
	save("screenshot-thread.png", thread)

	queue := browser.New(t, browser.Options{Width: 1280, Height: 860})
	s.signIn(queue)
	queue.Open(s.URL + "/agent?view=open")
	save("screenshot-queue.png", queue)
}

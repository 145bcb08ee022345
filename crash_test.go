package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/config"
	"lodge/models"
)

// TestMain lets the test binary be the program itself, so that a test can kill it.
func TestMain(m *testing.M) {
	if os.Getenv("LODGE_TEST_SERVE") != "" {
		c := config.Default()
		c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", os.Getenv("LODGE_TEST_SERVE"), "error"
		if door := os.Getenv("LODGE_TEST_DOOR"); door != "" {
			c.SMTPIn.Listen = []string{door}
		}
		err := serve(context.Background(), &c, func(app *App) error {
			fmt.Println("serving", app.URL)
			return nil
		})
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// startChild starts the program in a process of its own and waits until it serves.
func startChild(t *testing.T, dir string) (url string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "LODGE_TEST_SERVE="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // SIGKILL: nothing is flushed, nothing says goodbye
		_ = cmd.Wait()
	})
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "serving ") {
		t.Fatalf("the program did not start: %q, %v", line, err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "serving ")), kill
}

var formID = regexp.MustCompile(`name="form"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="form"`)

// fileTicket opens the form and files a ticket with a small file; it gives the path of the
// thread when the ticket was acknowledged, else "".
func fileTicket(client *http.Client, base, slug, title string) string {
	page, err := client.Get(base + "/ticket/" + slug)
	if err != nil {
		return ""
	}
	html, err := io.ReadAll(page.Body)
	page.Body.Close()
	found := formID.FindSubmatch(html)
	if err != nil || found == nil {
		return ""
	}
	id := string(found[1]) + string(found[2])
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range [][2]string{{"form", id}, {"email", title + "@example.com"}, {"title", title}, {"description", "It must survive."}} {
		_ = w.WriteField(f[0], f[1])
	}
	part, _ := w.CreateFormFile("files", title+".txt")
	_, _ = io.WriteString(part, strings.Repeat(title+"\n", 200))
	w.Close()
	answer, err := client.Post(base+"/ticket/"+slug, w.FormDataContentType(), &body)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		return ""
	}
	return answer.Header.Get("Location")
}

// F1, PC-5: kill -9 in the middle of creates loses no acknowledged ticket, doubles none and
// leaves no row without its bytes.
func TestKillLosesNothingAcknowledged(t *testing.T) {
	dir := t.TempDir()
	c := config.Default()
	c.Data, c.Addr, c.LogLevel = dir, "127.0.0.1:0", "error"
	prepareCrashDesk(t, &c)
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	acknowledged := map[string]string{} // title → thread path
	var mu sync.Mutex
	for round := range 5 {
		base, kill := startChild(t, dir)
		var wg sync.WaitGroup
		stop := time.After(time.Duration(100+rand.IntN(900)) * time.Millisecond)
		quit := make(chan struct{})
		for worker := range 8 {
			wg.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-quit:
						return
					default:
					}
					title := fmt.Sprintf("r%dw%di%d", round, worker, i)
					if path := fileTicket(client, base, "crash", title); path != "" {
						mu.Lock()
						acknowledged[title] = path
						mu.Unlock()
					}
				}
			})
		}
		<-stop
		kill()
		close(quit)
		wg.Wait()
	}
	if len(acknowledged) < 5 {
		t.Fatalf("only %d tickets were acknowledged: nothing was tested", len(acknowledged))
	}
	app := startApp(t, c)
	for title, path := range acknowledged {
		answer, err := client.Get(app.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		html, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK || !bytes.Contains(html, []byte(title)) {
			t.Errorf("the acknowledged ticket %s is gone: %d", title, answer.StatusCode)
		}
	}
	inspectCrashDesk(t, app, acknowledged)
}

// prepareCrashDesk makes a desk with one project whose limits do not stand in the way.
func prepareCrashDesk(t *testing.T, c *config.Config) {
	t.Helper()
	app := startApp(t, *c)
	err := app.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		return openProject(ctx, tx, "crash")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// inspectCrashDesk checks rows against rows and rows against bytes.
func inspectCrashDesk(t *testing.T, app *App, acknowledged map[string]string) {
	t.Helper()
	ctx := context.Background()
	titles := map[string]int{}
	q := models.QueueQuery{View: models.ViewAll, Limit: 500}
	for {
		rows, err := models.Queue(ctx, app.db, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			titles[row.Title]++
			entries, err := models.Entries(ctx, app.db, row.ID, 0)
			if err != nil || len(entries) == 0 || entries[0].Kind != models.MessageDescription {
				t.Errorf("ticket %s has no description: %v", row.Title, err)
				continue
			}
			for _, f := range entries[0].Files {
				bytes, err := app.files.Open(ctx, f.Blob)
				if err != nil {
					t.Errorf("file of %s: a row without bytes: %v", row.Title, err)
					continue
				}
				if bytes.Size() != f.Size {
					t.Errorf("file of %s: %d bytes of %d", row.Title, bytes.Size(), f.Size)
				}
				bytes.Close()
			}
			q.Before, q.BeforeID = row.UpdatedAt, row.ID
		}
	}
	for title, n := range titles {
		if n != 1 {
			t.Errorf("ticket %s stands there %d times", title, n)
		}
	}
	for title := range acknowledged {
		if titles[title] == 0 {
			t.Errorf("acknowledged ticket %s is in no queue", title)
		}
	}
	if err := models.Verify(ctx, app.db); err != nil {
		t.Error(err)
	}
}

// F24: a second process on the same folder ends at once and says why.
func TestSecondProcessIsRefused(t *testing.T) {
	c := config.Default()
	c.Data, c.Addr, c.LogLevel = t.TempDir(), "127.0.0.1:0", "error"
	startApp(t, c)
	second, err := NewApp(&c, newLog(&c, io.Discard))
	if err == nil {
		second.Stop(context.Background())
		t.Fatal("two processes share one folder")
	}
	if !strings.Contains(err.Error(), "another Lodge") {
		t.Fatalf("it says %q", err)
	}
}

// KB-3, F18: with a destroyed index the program starts, serves, and heals it in the background.
func TestCorruptIndexHeals(t *testing.T) {
	c := config.Default()
	c.Data, c.Addr, c.LogLevel = t.TempDir(), "127.0.0.1:0", "error"
	prepareCrashDesk(t, &c)
	addArticle(t, &c)
	err := filepath.WalkDir(filepath.Join(c.Data, "index"), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(filepath.Dir(path), "index-") {
			return os.Truncate(path, 10)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	app := startApp(t, c)
	for deadline := time.Now().Add(30 * time.Second); ; {
		found, err := app.desk.Portal().SearchDocs(context.Background(), "crash", "printer", 0)
		if err != nil {
			t.Fatal(err) // never an error meanwhile: a plain search answers
		}
		if !found.Partial && len(found.Articles) == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not healed: %+v", found)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

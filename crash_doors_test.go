package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lodge/config"
	"lodge/models"
)

// bring hands one mail over a socket and says whether it was taken.
func bring(socket, subject string) bool {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	text := textproto.NewConn(conn)
	if _, _, err := text.ReadResponse(220); err != nil {
		return false
	}
	for _, step := range []struct {
		say  string
		want int
	}{{"LHLO mta.example", 250}, {"MAIL FROM:<ada@customer.example>", 250}, {"RCPT TO:<support@lodge.example>", 250}, {"DATA", 354},
		{"Subject: " + subject + "\r\n\r\n" + strings.Repeat("It must survive.\r\n", 500) + ".", 250}} {
		if text.PrintfLine("%s", step.say) != nil {
			return false
		}
		if _, _, err := text.ReadResponse(step.want); err != nil {
			return false
		}
	}
	return true
}

// F1, EM-5: kill -9 while mail comes in loses none that was acknowledged, and the socket that is left behind is
// no reason not to start again.
func TestKillLosesNoAcknowledgedMail(t *testing.T) {
	dir := t.TempDir()
	c := config.Default()
	c.Data, c.Addr, c.LogLevel = dir, "127.0.0.1:0", "error"
	prepareCrashDesk(t, &c)
	socket := filepath.Join(dir, "lmtp.sock")
	t.Setenv("LODGE_TEST_DOOR", "lmtp+unix:"+socket)
	store, err := openStore(context.Background(), &c, newLog(&c, os.Stderr))
	if err != nil {
		t.Fatal(err)
	}
	err = store.db.Write(context.Background(), func(ctx context.Context, tx *models.Tx) error {
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		m := models.NewMailbox(cat.Projects[0].ID, "support@lodge.example", "support@lodge.example", models.At(time.Now()))
		m.Receive = models.ReceiveListener
		return models.InsertMailbox(ctx, tx, m)
	})
	store.Close()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	taken := map[string]bool{}
	for round := range 4 {
		_, kill := startChild(t, dir)
		quit := make(chan struct{})
		var all sync.WaitGroup
		for worker := range 6 {
			all.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-quit:
						return
					default:
					}
					subject := fmt.Sprintf("mail-%d-%d-%d", round, worker, i)
					if bring(socket, subject) {
						mu.Lock()
						taken[subject] = true
						mu.Unlock()
					}
				}
			})
		}
		time.Sleep(time.Duration(200+rand.IntN(600)) * time.Millisecond)
		kill()
		close(quit)
		all.Wait()
	}
	if len(taken) < 10 {
		t.Fatalf("only %d mails were taken", len(taken))
	}
	app := startApp(t, c)
	keys := map[string]string{} // blob → subject
	err = filepath.WalkDir(filepath.Join(dir, "files", "kept"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if subject, ok := strings.CutPrefix(string(raw), "Subject: "); ok && strings.HasSuffix(string(raw), "It must survive.\r\n") {
			subject, _, _ = strings.Cut(subject, "\r\n")
			keys[d.Name()] = subject
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var blobs []string
	for key := range keys {
		blobs = append(blobs, key)
	}
	live, err := models.LiveBlobs(context.Background(), app.db, blobs)
	if err != nil {
		t.Fatal(err)
	}
	for key := range live {
		delete(taken, keys[key])
	}
	for subject := range taken {
		t.Errorf("%s was acknowledged and is lost", subject)
	}
}

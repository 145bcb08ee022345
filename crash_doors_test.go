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
	"lodge/desk"
	"lodge/jobs"
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
		{"Subject: " + subject + "\r\nFrom: " + subject + "@customer.example\r\nMessage-ID: <" + subject + "@customer.example>\r\n\r\n" + strings.Repeat("It must survive.\r\n", 500) + ".", 250}} {
		if text.PrintfLine("%s", step.say) != nil {
			return false
		}
		if _, _, err := text.ReadResponse(step.want); err != nil {
			return false
		}
	}
	return true
}

// F1, EM-5: kill -9 while mail comes in and is read loses none that was acknowledged, each ends in one way and makes
// one message, and the socket that is left behind is no reason not to start again.
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
	inspectCrashMails(t, app, len(live))
}

// inspectCrashMails reads every kept mail once more, as the worker does that takes over the jobs of one that was
// killed, and looks for its one ticket with its one message.
func inspectCrashMails(t *testing.T, app *App, kept int) {
	t.Helper()
	ctx := context.Background()
	intake := jobs.Intake{DB: app.db, Desk: app.desk, Files: app.files}
	q := models.MailLogQuery{Limit: 500}
	seen, before, tickets := 0, 0, map[int64]int64{} // mail by ticket
	for {
		rows, err := models.MailLog(ctx, app.db, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			seen++
			q.Before = row.ID
			if row.Outcome != "" {
				before++
			}
			for range 2 {
				if _, _, err := intake.Take(ctx, desk.IntakeArgs{Mail: row.ID}); err != nil {
					t.Fatal(err)
				}
			}
			m, err := models.MailInByID(ctx, app.db, row.ID)
			if err != nil {
				t.Fatal(err)
			}
			if m.Outcome != models.MailBecameTicket || m.TicketID == nil || m.MessageID == nil {
				t.Errorf("mail %d ended as %q %q", m.ID, m.Outcome, m.Reason)
				continue
			}
			if other := tickets[*m.TicketID]; other != 0 {
				t.Errorf("mails %d and %d became one ticket", other, m.ID)
			}
			tickets[*m.TicketID] = m.ID
			entries, err := models.Entries(ctx, app.db, *m.TicketID, 0)
			if err != nil || len(entries) != 1 || entries[0].MailID == nil || *entries[0].MailID != m.ID {
				t.Errorf("mail %d made %d messages, %v", m.ID, len(entries), err)
			}
		}
	}
	t.Logf("%d mails, %d of them read before the last look", seen, before)
	if seen != kept || before == 0 {
		t.Errorf("%d mails of %d are in the log; %d were read before the end", seen, kept, before)
	}
	made := 0
	for list := (models.QueueQuery{View: models.ViewAll, Limit: 500}); ; {
		rows, err := models.Queue(ctx, app.db, list)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 {
			break
		}
		for _, row := range rows {
			made++
			list.Before, list.BeforeID = row.UpdatedAt, row.ID
		}
	}
	if made != len(tickets) {
		t.Errorf("%d tickets were made of %d mails", made, len(tickets))
	}
}

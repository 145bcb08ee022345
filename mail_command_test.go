package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/desk"
	"lodge/models"
)

func rawMail(from, to, subject, id, body string) string {
	return strings.ReplaceAll("From: "+from+"\nTo: "+to+"\nSubject: "+subject+"\nMessage-ID: <"+id+"@example.com>\nDate: Tue, 24 Nov 2026 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n"+body+"\n", "\n", "\r\n")
}

// keptFiles are the names of everything below a folder.
func keptFiles(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// EM-5, OP-6: lodge mail replay puts files, mailboxes and folders through the intake, beside a
// running server too, and prints a line a mail; a trial changes nothing; the same mail twice is one.
func TestMailReplay(t *testing.T) {
	c := config.Default()
	c.Addr, c.Data, c.LogLevel, c.Dev = "127.0.0.1:0", t.TempDir(), "error", false
	app := startApp(t, c)
	ctx := context.Background()
	if err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, "crash") }); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b/2.eml":      rawMail("otto@example.com", "x@else.example", "Second", "2", "SECONDWORDS"),
		"a/1.eml":      rawMail("Nina <nina@example.com>", "x@else.example", "First", "1", "FIRSTWORDS"),
		"c.mbox":       "From x Tue Nov 24\n" + rawMail("lena@example.com", "x@else.example", "Third", "3", ">From the start\nTHIRDWORDS") + "\nFrom y Tue Nov 24\n" + rawMail("nina@example.com", "x@else.example", "First", "1", "FIRSTWORDS"),
		"notes.txt":    "no mail at all",
		".hidden/x":    rawMail("evil@example.com", "x@else.example", "Hidden", "9", "x"),
		"expect.json":  "{}",
		"d/plain-mail": rawMail("mara@example.com", "x@else.example", "Fourth", "4", "FOURTHWORDS"),
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	replay := func(change func(*mailReplayCommand)) (lines []replayed) {
		t.Helper()
		cmd := mailReplayCommand{Config: c, Paths: []string{dir}}
		if change != nil {
			change(&cmd)
		}
		out, err := printed(t, cmd.Run)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out) {
			var r replayed
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			lines = append(lines, r)
		}
		return lines
	}
	before := keptFiles(t, filepath.Join(c.Data, "files"))
	tried := replay(func(cmd *mailReplayCommand) { cmd.DryRun = true })
	if after := keptFiles(t, filepath.Join(c.Data, "files")); after != before {
		t.Errorf("a trial left files: %s", after)
	}
	if _, err := models.MailInByID(ctx, app.db, 1); models.KindOf(err) != models.KindNotFound {
		t.Errorf("a trial left a row: %v", err)
	}
	done := replay(nil)
	if len(tried) != 5 || len(done) != 5 {
		t.Fatalf("%d lines tried, %d done", len(tried), len(done))
	}
	for i, want := range []replayed{
		{File: "a/1.eml", Outcome: "ticket", From: "nina@example.com", Subject: "First", Text: "FIRSTWORDS"},
		{File: "b/2.eml", Outcome: "ticket", From: "otto@example.com", Subject: "Second", Text: "SECONDWORDS"},
		{File: "c.mbox#1", Outcome: "ticket", From: "lena@example.com", Subject: "Third", Text: "From the start\nTHIRDWORDS"},
		{File: "c.mbox#2", Outcome: "ignored", Reason: "duplicate", From: "nina@example.com", Subject: "First", Text: "FIRSTWORDS"},
		{File: "d/plain-mail", Outcome: "ticket", From: "mara@example.com", Subject: "Fourth", Text: "FOURTHWORDS"},
	} {
		for name, got := range map[string]replayed{"tried": tried[i], "done": done[i]} {
			if got.File != filepath.Join(dir, want.File) || got.Outcome != want.Outcome || got.Reason != want.Reason || got.From != want.From || got.Subject != want.Subject ||
				strings.ReplaceAll(got.Text, "\r", "") != want.Text || got.Attachments == nil {
				t.Errorf("%s %d: %+v, want %+v", name, i, got, want)
			}
		}
		if tried[i].Ticket != 0 || done[i].Ticket == 0 { // a copy names the ticket of the first
			t.Errorf("%d: tried as ticket %d, done as %d", i, tried[i].Ticket, done[i].Ticket)
		}
	}
	for _, again := range replay(nil) {
		if again.Outcome != "ignored" || again.Reason != "duplicate" {
			t.Errorf("the same again: %+v", again)
		}
	}
	// What is wrong is said, and the others are read all the same.
	store, err := openStore(ctx, &c, newLog(&c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var out, faults bytes.Buffer
	cmd := mailReplayCommand{Config: c, Paths: []string{filepath.Join(dir, "missing.eml"), filepath.Join(dir, "b", "2.eml")}, Project: "crash"}
	if err := cmd.replay(ctx, store, &out, &faults); err == nil || !strings.Contains(faults.String(), "missing.eml") || !strings.Contains(out.String(), "duplicate") {
		t.Errorf("%v, %q, %q", err, faults.String(), out.String())
	}
	cmd.Project = "nowhere"
	if err := cmd.replay(ctx, store, &out, &faults); err == nil {
		t.Error("an unknown project is taken")
	}
}

// PT-5: a page that polls hears of an answer that a command beside the server has put in, although
// the server remembers its polls on SQLite.
func TestReplayReachesOpenPages(t *testing.T) {
	c := config.Default()
	c.Addr, c.Data, c.LogLevel = "127.0.0.1:0", t.TempDir(), "error"
	app := startApp(t, c)
	ctx := context.Background()
	if err := app.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error { return openProject(ctx, tx, "crash") }); err != nil {
		t.Fatal(err)
	}
	portal := app.desk.Portal()
	form, err := portal.Form(ctx, "crash", desk.FormAsk{})
	if err != nil {
		t.Fatal(err)
	}
	done, err := portal.Submit(ctx, desk.SubmitInput{Slug: "crash", FormID: form.FormID, Email: "rosa@example.com", Title: "Printer", Description: "It burns.", Client: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	link := desk.Link{Token: done.Token}
	page, err := portal.Thread(ctx, link, "")
	if err != nil {
		t.Fatal(err)
	}
	news := func() bool {
		t.Helper()
		fresh, err := portal.Updates(ctx, link, page.Cursor, 0)
		if err != nil {
			t.Fatal(err)
		}
		return fresh != nil
	}
	if news() {
		t.Fatal("there is news already")
	}
	store, err := openStore(ctx, &c, newLog(&c, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	deliveries := deliveriesOf(t, app)
	in := desk.InboundMail{MessageID: "<r@example.com>", From: desk.InboundAddress{Addr: "rosa@example.com"}, To: []desk.InboundAddress{{Addr: "x+" + store.desk.ReplyKey(deliveries.ID, 1) + "@else.example"}},
		Class: desk.ClassPerson, Text: "BESIDE", Full: "BESIDE", Proven: true}
	// Its reading is put off for the server, which may otherwise be quicker than the command.
	if err := store.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.Enqueue(ctx, tx, desk.JobIntake, desk.JobIntake+":1", desk.IntakeArgs{Mail: 1}, time.Now().Add(time.Hour))
	}); err != nil {
		t.Fatal(err)
	}
	id, _, err := store.desk.KeepMail(ctx, desk.MailArrival{Source: models.MailFromReplay, Raw: strings.NewReader("x")})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := store.desk.TakeMail(ctx, id, in); err != nil || got.Outcome != models.MailBecameReply {
		t.Fatal(got, err)
	}
	for end := time.Now().Add(time.Minute); !news(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the open page never hears of it")
		}
	}
}

// deliveriesOf waits for the first delivery of a desk.
func deliveriesOf(t *testing.T, app *App) *models.Delivery {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if d, err := models.DeliveryByID(context.Background(), app.db, 1); err == nil {
			return d
		}
	}
	t.Fatal("no delivery")
	return nil
}

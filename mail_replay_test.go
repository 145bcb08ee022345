package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lodge/config"
	"lodge/models"

	_ "modernc.org/sqlite"
)

// kept is a mail of /dev/outbox.json.
type kept struct {
	To, Subject, Text string
	Headers           map[string]string
}

// outboxOf reads the mails that a demo would have sent, as a program does.
func outboxOf(t *testing.T, app *App) (all []kept) {
	t.Helper()
	res, err := http.Get(app.URL + "/dev/outbox.json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// dump is all that a data folder holds: every row of every table, and the names and bytes of the files.
func dump(t *testing.T, data string) string {
	t.Helper()
	sum := sha256.New()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "lodge.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	rows, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	rows.Close()
	if !slices.Contains(tables, "tickets") {
		t.Fatalf("tables %v", tables)
	}
	for _, table := range tables {
		rows, err := db.Query(`SELECT * FROM "` + table + `"`)
		if err != nil {
			t.Fatal(table, err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(table, err)
			}
			for _, v := range values {
				fmt.Fprintf(sum, "%s %v\n", table, *v.(*any))
			}
		}
		rows.Close()
	}
	for _, name := range strings.Split(keptFiles(t, filepath.Join(data, "files")), "\n") {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%s %x\n", name, sha256.Sum256(raw))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// EM-1, EM-2, EM-5: what lodge mail replay makes of each kind of mail that answers to one of a
// demo's own, beside the running demo.
func TestReplayOfAnswers(t *testing.T) {
	c := config.Default()
	c.Addr, c.Data, c.LogLevel, c.Demo = "127.0.0.1:0", t.TempDir(), "error", true
	app := startApp(t, c)
	settling, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := app.runner.Settle(settling); err != nil {
		t.Fatal(err)
	}
	var ours *kept
	for _, m := range slices.Backward(outboxOf(t, app)) {
		if strings.Contains(m.Headers["Reply-To"], "+") && threadLink.MatchString(m.Text) {
			ours = &m
			break
		}
	}
	if ours == nil {
		t.Fatal("the demo has mailed nobody who could answer")
	}
	reply, id := ours.Headers["Reply-To"], ours.Headers["Message-ID"]
	reply = strings.TrimSuffix(reply[strings.LastIndexByte(reply, '<')+1:], ">")
	mailbox := ours.Headers["From"]
	mailbox = strings.TrimSuffix(mailbox[strings.LastIndexByte(mailbox, '<')+1:], ">")
	_, domain, _ := strings.Cut(ours.To, "@")
	pass := func(domain string) string {
		return "Authentication-Results: mx.provider.example; dmarc=pass header.from=" + domain + "\r\n"
	}
	n := 0
	write := func(raw string) string {
		n++
		file := filepath.Join(t.TempDir(), fmt.Sprint(n, ".eml"))
		if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	answer := func(from, text, with string) string {
		return note{from: from, to: reply, subject: "Re: " + ours.Subject, id: fmt.Sprintf("<%s@mail.example>", text), answers: with, text: text + "\n\nOn Tue, 24 Nov 2026 at 10:00, Support <" + mailbox + "> wrote:\n> QUOTED\n", file: "form.pdf"}.raw()
	}
	replay := func(trust string, dry bool, files ...string) map[string]any {
		t.Helper()
		cmd := mailReplayCommand{Config: c, Paths: files, Trust: trust, DryRun: dry}
		out, err := printed(t, cmd.Run)
		if err != nil {
			t.Fatal(err)
		}
		var line map[string]any
		if err := json.Unmarshal([]byte(out), &line); err != nil || strings.Count(out, "\n") != 1 {
			t.Fatalf("%v: %q", err, out)
		}
		for _, key := range []string{"outcome", "reason", "from", "subject", "text", "attachments"} {
			if _, ok := line[key]; !ok {
				t.Errorf("no %s in %s", key, out)
			}
		}
		return line
	}
	bounce := func(to, original string) string {
		return strings.ReplaceAll("From: MAILER-DAEMON@mx.provider.example\nTo: "+to+"\nSubject: Undelivered Mail Returned to Sender\nMessage-ID: <"+fmt.Sprint("dsn", len(to), len(original))+"@mx.provider.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"+
			"Content-Type: multipart/report; report-type=delivery-status; boundary=B\n\n--B\nContent-Type: text/plain\n\nUser unknown\n--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.provider.example\n\n"+
			"Final-Recipient: rfc822; "+ours.To+"\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--B\nContent-Type: message/rfc822\n\nFrom: "+mailbox+"\nTo: "+ours.To+"\nMessage-ID: "+original+"\nSubject: x\n\nx\n--B--\n", "\n", "\r\n")
	}
	vacation := strings.Replace(note{from: ours.To, to: reply, subject: "Out of office", id: "<vacation@mail.example>", answers: id, text: "I am away.\n"}.raw(), "Subject:", "Auto-Submitted: auto-replied\r\nSubject:", 1)
	good := write(pass(domain) + answer(ours.To, "GOODWORDS", id))
	const trust = "mx.provider.example"
	found, err := models.DeliveriesByMailIDs(context.Background(), app.db, []string{id})
	if err != nil || found[id] == nil {
		t.Fatal(err)
	}
	_, ourDomain, _ := strings.Cut(mailbox, "@")
	returnTo := "bounce+" + app.desk.BounceKey(found[id].ID) + "@" + ourDomain
	sum := sha256.Sum256(fileBytes("form.pdf"))
	rows := []struct {
		name, trust, file, outcome, reason string
	}{
		{"without trust", "", write(pass(domain) + answer(ours.To, "UNTRUSTEDWORDS", id)), "held", "not_authenticated"},
		{"another’s results", trust, write("Authentication-Results: mx.evil.example; dmarc=pass header.from=" + domain + "\r\n" + answer(ours.To, "OTHERSWORDS", id)), "held", "not_authenticated"},
		{"a stranger", trust, write(pass("evil.example") + answer("mallory@evil.example", "STRANGERSWORDS", id)), "held", "not_participant"},
		{"with trust", trust, good, "reply", ""},
		{"the same again", trust, good, "ignored", "duplicate"},
		{"a vacation note", trust, write(pass(domain) + vacation), "ignored", "auto"},
		{"only its subject", trust, write(pass(domain) + note{from: ours.To, to: mailbox, subject: "Re: " + ours.Subject, id: "<new@mail.example>", text: "SUBJECTWORDS\n"}.raw()), "ticket", ""},
		{"a bounce that names the mail", trust, write(bounce(mailbox, id)), "bounce", ""},
		{"a bounce to the address that the mail came from", "", write(bounce(returnTo, "<unknown@elsewhere.example>")), "bounce", ""},
		{"a bounce to a made-up address", "", write(bounce("bounce+"+strings.Repeat("a", 29)+"@"+ourDomain, "<unknown@elsewhere.example>")), "ignored", "bounce"},
		{"a bounce that names another", trust, write(bounce(mailbox, "<l.1.forged@"+domain+">")), "ignored", "bounce"},
	}
	before := dump(t, c.Data)
	for _, row := range rows {
		if got := replay(row.trust, true, row.file); row.reason != "duplicate" && (got["outcome"] != row.outcome || got["reason"] != row.reason) {
			t.Errorf("%s, tried: %v", row.name, got)
		}
	}
	if dump(t, c.Data) != before {
		t.Error("a trial has changed the data folder")
	}
	for _, row := range rows {
		got := replay(row.trust, false, row.file)
		if got["outcome"] != row.outcome || got["reason"] != row.reason {
			t.Errorf("%s: %v", row.name, got)
		}
		if row.outcome == "reply" {
			file := got["attachments"].([]any)[0].(map[string]any)
			if got["text"] != "GOODWORDS" || got["from"] != ours.To || got["subject"] != "Re: "+ours.Subject || file["name"] != "form.pdf" || file["size"] != float64(len(fileBytes("form.pdf"))) || file["sha256"] != hex.EncodeToString(sum[:]) {
				t.Errorf("%s: %v", row.name, got)
			}
		}
	}
	// The running program shows it, and nothing of what is held.
	res, err := browserAt().Get(threadLink.FindString(ours.Text))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if !strings.Contains(string(body), "GOODWORDS") || strings.Contains(string(body), "QUOTED") || strings.Contains(string(body), "UNTRUSTEDWORDS") || strings.Contains(string(body), "STRANGERSWORDS") {
		t.Errorf("the page:\n%s", body)
	}
}

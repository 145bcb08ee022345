package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lodge/config"
	"lodge/desk"
	"lodge/jobs"
	"lodge/mail"
	"lodge/models"
)

type mailCommand struct {
	Replay mailReplayCommand `cmd:"" help:"Read raw mails (.eml files, mbox files, folders of them) as if they had just come in, and print what became of each as a line of JSON. Works beside a running server."`
}

type mailReplayCommand struct {
	config.Config `embed:""`
	Paths         []string `arg:"" name:"path" help:"Files and folders; a folder is read with all below it, in the order of names."`
	DryRun        bool     `help:"Only say what would become of them; nothing is changed."`
	Project       string   `help:"The slug of the project that gets mail which none of our addresses received; needless where there is only one."`
	Trust         string   `help:"Believe the topmost Authentication-Results of this receiver, such as mx.example.com."`
	Quiet         bool     `help:"Acknowledge none of the tickets that are opened."`
}

// replayed is the line about one mail.
type replayed struct {
	File        string         `json:"file"`
	Outcome     string         `json:"outcome"`
	Reason      string         `json:"reason"`
	From        string         `json:"from"`
	Subject     string         `json:"subject"`
	Text        string         `json:"text"`
	Attachments []replayedFile `json:"attachments"`
	Ticket      int64          `json:"ticket,omitempty"`
}

type replayedFile struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// Run replays the mails, one after another.
func (c *mailReplayCommand) Run(ctx context.Context) error {
	return withDesk(ctx, &c.Config, func(store *store) error { return c.replay(ctx, store, os.Stdout, os.Stderr) })
}

// replay prints a line a mail. What cannot be opened is said on the side and fails the command in
// the end; it keeps no other mail from being read.
func (c *mailReplayCommand) replay(ctx context.Context, store *store, to, faults io.Writer) error {
	cat, err := store.db.Catalog(ctx)
	if err != nil {
		return err
	}
	var fallback *int64
	switch {
	case c.Project != "":
		p := cat.ProjectBySlug(c.Project)
		if p == nil {
			return fmt.Errorf("there is no project %q", c.Project)
		}
		fallback = &p.ID
	case len(cat.Projects) == 1:
		fallback = &cat.Projects[0].ID
	}
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	r := replayer{command: c, store: store, intake: jobs.Intake{DB: store.db, Desk: store.desk, Files: store.files}, project: fallback, seen: map[string]bool{}}
	failed := 0
	err = eachMail(c.Paths, func(file string, raw []byte, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var line *replayed
		if err == nil {
			line, err = r.one(ctx, file, raw)
		}
		if err != nil {
			failed++
			fmt.Fprintf(faults, "lodge: %s: %v\n", file, err)
			return nil
		}
		return out.Encode(line)
	})
	if err == nil && failed > 0 {
		err = fmt.Errorf("%d of the mails could not be read in", failed)
	}
	return err
}

type replayer struct {
	command *mailReplayCommand
	store   *store
	intake  jobs.Intake
	project *int64
	// seen are the mails of this trial, whose copies would be duplicates.
	seen map[string]bool
}

func (r *replayer) one(ctx context.Context, file string, raw []byte) (*replayed, error) {
	verdict := ""
	if r.command.Trust != "" {
		v := mail.Authenticate(ctx, bytes.NewReader(raw), mail.AuthInput{TrustedReceiver: r.command.Trust})
		said, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		verdict = string(said)
	}
	a := desk.MailArrival{Source: models.MailFromReplay, ProjectID: r.project, Verdict: verdict, Quiet: r.command.Quiet, Raw: bytes.NewReader(raw)}
	var result desk.MailResult
	var in desk.InboundMail
	var err error
	if r.command.DryRun {
		if in, err = r.intake.Read(ctx, raw, &models.MailIn{Source: a.Source, ProjectID: a.ProjectID, Verdict: verdict}); err == nil {
			in.Quiet = a.Quiet
			result, err = r.store.desk.TryMail(ctx, a, in)
		}
		if key := fmt.Sprint(result.ProjectID, " ", result.SameKey); err == nil && result.SameKey != "" && result.ProjectID != 0 {
			if r.seen[key] {
				result.Outcome, result.Reason, result.Ticket = models.MailIgnored, desk.MailDuplicate, 0
			}
			r.seen[key] = true
		}
		if result.Outcome == models.MailBecameTicket {
			result.Ticket = 0 // it would get the next number of that moment
		}
	} else {
		var id int64
		if id, _, err = r.store.desk.KeepMail(ctx, a); err != nil {
			return nil, err
		}
		if result, in, err = r.intake.Take(ctx, desk.IntakeArgs{Mail: id, Quiet: a.Quiet}); errors.Is(err, jobs.ErrUnreadable) {
			if err := r.store.desk.GiveUpMail(ctx, id); err != nil {
				return nil, err
			}
		}
	}
	if errors.Is(err, jobs.ErrUnreadable) {
		result, err = desk.MailResult{Outcome: models.MailIgnored, Reason: desk.MailBroken}, nil
	}
	if err != nil {
		return nil, err
	}
	line := &replayed{File: file, Outcome: result.Outcome, Reason: result.Reason, From: in.From.Addr, Subject: in.Subject, Text: in.Text, Attachments: []replayedFile{}, Ticket: result.Ticket}
	for _, f := range in.Files {
		sum := sha256.Sum256(f.Bytes)
		line.Attachments = append(line.Attachments, replayedFile{Name: f.Name, Size: len(f.Bytes), SHA256: hex.EncodeToString(sum[:])})
	}
	return line, nil
}

// looksLikeMail says whether a file that is found in a folder begins as a mail or a mailbox does:
// with a header field or a line of "From ".
func looksLikeMail(head []byte) bool {
	first, _, _ := strings.Cut(string(head), "\n")
	if strings.HasPrefix(first, "From ") {
		return true
	}
	name, _, found := strings.Cut(first, ":")
	if !found || name == "" {
		return false
	}
	for _, c := range name {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// readMail is all that a raw mail says, as text.
func readMail(raw []byte) (said string) {
	defer func() {
		if recover() != nil {
			said = "" // its headers are shown all the same
		}
	}()
	parsed, err := mail.Parse(bytes.NewReader(raw), mail.ParseOptions{})
	if err != nil {
		return ""
	}
	return parsed.Full
}

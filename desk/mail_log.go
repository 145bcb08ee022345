package desk

import (
	"context"
	"slices"
	"time"

	"lodge/models"
)

// MailLogAsk narrows the mail log: Outcome is one of MailOutcomes or empty; Before is the cursor of
// an earlier page.
type MailLogAsk struct {
	Outcome string
	Before  int64
}

// MailOutcomes are what can become of a mail, in the order of the filter.
var MailOutcomes = []string{models.MailBecameTicket, models.MailBecameReply, models.MailHeld, models.MailIgnored, models.MailWasBounce}

// MailLogLine is a mail that came in and what became of it.
type MailLogLine struct {
	ID                 int64
	Project            string
	Source, From, Name string
	Subject            string
	Outcome, Reason    string // Outcome is empty while it is being read
	Size               int64
	At                 time.Time
	Number             int64 // the ticket that it became or joined, 0 for none that the actor may read
	Title              string
	Held               int64 // what waits of it, 0 for nothing
	CanRead            bool  // it can be read again
}

// MailLogPage is one page of it; Next is the cursor of the page after, 0 at the end.
type MailLogPage struct {
	Lines []MailLogLine
	Next  int64
}

const mailLogAtOnce = 50

// MailLog lists the mails that came in, the newest first, to who may change the settings: of their
// projects, and to who has all of them also what is no project's (EM-5).
func (d *Desk) MailLog(ctx context.Context, actor Actor, ask MailLogAsk) (*MailLogPage, error) {
	if err := actor.may(models.ActSettings); err != nil {
		return nil, err
	}
	if ask.Outcome != "" && !slices.Contains(MailOutcomes, ask.Outcome) {
		return nil, models.NotFound()
	}
	q := models.MailLogQuery{Outcome: ask.Outcome, Before: ask.Before, Limit: mailLogAtOnce + 1}
	if actor.Projects != nil {
		q.Projects = []int64{}
		for _, id := range actor.projectIDs() {
			if actor.CanIn(models.ActSettings, id) {
				q.Projects = append(q.Projects, id)
			}
		}
	}
	rows, err := models.MailLog(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	page := &MailLogPage{}
	if len(rows) > mailLogAtOnce {
		rows = rows[:mailLogAtOnce]
		page.Next = rows[mailLogAtOnce-1].ID
	}
	for _, r := range rows {
		l := MailLogLine{ID: r.ID, Source: r.Source, From: r.FromAddress, Name: r.FromName, Subject: r.Subject, Outcome: r.Outcome, Reason: r.Reason, Size: r.Size, At: r.ReceivedAt.Time(),
			Held: r.HeldID.Int64, CanRead: r.Outcome == models.MailIgnored}
		if p := cat.Project(r.ProjectID.Int64); p != nil {
			l.Project = p.Name
		}
		if r.Number.Valid && actor.CanIn(models.ActRead, r.TicketProject.Int64) {
			l.Number, l.Title = r.Number.Int64, r.TicketTitle.String
		}
		page.Lines = append(page.Lines, l)
	}
	return page, nil
}

// ReadMailAgain has a mail read again that had no effect: after a fix, or when a sender is blocked
// no more. What became something is a Conflict.
func (d *Desk) ReadMailAgain(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActSettings); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		row, err := models.LockMailIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.ProjectID != nil {
			if err := actor.mayIn(models.ActSettings, *row.ProjectID); err != nil {
				return err
			}
		} else if actor.Projects != nil {
			return models.NotFound()
		}
		again, err := models.UndecideMailIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if !again {
			return models.Conflict("agent.mail_log.error.done")
		}
		return models.Enqueue(ctx, tx, JobIntake, JobIntake+":"+itoa(id), IntakeArgs{Mail: id}, now)
	})
}

package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

const (
	// JobFeedback asks a reporter how a ticket went: {"event": id of the resolution}.
	JobFeedback = "feedback"
	// FeedbackFor is how long what was said can be changed.
	FeedbackFor = 7 * 24 * time.Hour
	// FeedbackComment is how many characters a comment may have.
	FeedbackComment = 1000

	feedbackTries  = 10
	feedbackWindow = 10 * time.Minute
)

// PublicFeedback is what a reporter may say of how their ticket went, or has said.
type PublicFeedback struct {
	// Scale is models.FeedbackStars or FeedbackLabels; Scores are those that can be chosen, the best first.
	Scale  string
	Scores []int
	// Score and Comment are what was said; Score is 0 before.
	Score   int
	Comment string
	// Over: it was said too long ago to be changed.
	Over bool
	// Low offers to open the ticket again; Reopens says that an answer does.
	Low, Reopens bool
}

// FeedbackPage is the page of it.
type FeedbackPage struct {
	Workspace PublicWorkspace
	Project   PublicProject
	Title     string
	// Feedback is nil while there is nothing to be said, as when the ticket is open again.
	Feedback *PublicFeedback
}

// FeedbackInput is what was said.
type FeedbackInput struct {
	// Score is 0 when none was chosen.
	Score   int
	Comment string
}

// FeedbackScores are the scores that a scale offers, the best first. Labels leave the middle out, so
// that nobody is counted as neither: Excellent is 5, Good 4, Fair 2, Poor 1.
func FeedbackScores(s models.ProjectSettings) []int {
	if s.FeedbackScale == models.FeedbackLabels {
		return []int{5, 4, 2, 1}
	}
	return []int{5, 4, 3, 2, 1}
}

// FeedbackKey names the job that asks about a resolution.
func FeedbackKey(eventID int64) string { return JobFeedback + ":" + itoa(eventID) }

// Resolves says whether an event resolved its ticket, or closed one that was not resolved. What the
// clock closed, because nobody answered, and what was rejected is no resolution.
func Resolves(event *models.Event, project *models.Project) bool {
	from, to := statusesOf(event, project)
	return to != nil && contented(to) && !(from != nil && contented(from)) && event.Kind != models.EventAutoClosed
}

func contented(s *models.Status) bool {
	return s.Category == models.CategoryResolved || s.Category == models.CategoryClosed
}

func statusesOf(event *models.Event, project *models.Project) (from, to *models.Status) {
	var data struct{ From, To, Was, Is int64 }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return project.Status(max(data.From, data.Was)), project.Status(max(data.To, data.Is))
}

// resolution finds the event that resolved a ticket as it stands; nil when none did.
func resolution(ctx context.Context, c models.Conn, project *models.Project, t *models.Ticket) (*models.Event, error) {
	if t.Category != models.CategoryResolved && t.Category != models.CategoryClosed || t.SpamAt != 0 || t.MergedIntoID != nil || t.AnsweredAt == 0 || !project.Settings.Feedback {
		return nil, nil
	}
	events, err := models.StatusEvents(ctx, c, t.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		from, to := statusesOf(e, project)
		switch {
		case to == nil:
			continue
		case !contented(to):
			return nil, nil
		case from != nil && contented(from):
			continue // such as closing what was resolved
		case Resolves(e, project):
			return e, nil
		}
		return nil, nil
	}
	return nil, nil
}

// feedbackOn is what the holder may say of the ticket as it stands, or has said; nil for nothing.
// Only its reporter may (models.Rights).
func (p *Portal) feedbackOn(ctx context.Context, h *holder, now time.Time) (*PublicFeedback, error) {
	if !h.Person.Reporter() {
		return nil, nil
	}
	event, err := resolution(ctx, p.d.db, h.project, &h.Ticket)
	if err != nil || event == nil {
		return nil, err
	}
	said, err := models.FeedbackOn(ctx, p.d.db, h.Ticket.ID, event.ID, h.Person.ContactID)
	if err != nil {
		return nil, err
	}
	return publicFeedback(h, said, now), nil
}

func publicFeedback(h *holder, said *models.Feedback, now time.Time) *PublicFeedback {
	outcome, _ := h.project.OnReply(&h.Ticket, now)
	f := &PublicFeedback{Scale: h.project.Settings.FeedbackScale, Scores: FeedbackScores(h.project.Settings), Reopens: outcome == models.ReplyReopens}
	if said != nil && said.GivenAt != 0 {
		f.Score, f.Comment = said.Score, said.Comment
		f.Over = !now.Before(said.GivenAt.Time().Add(FeedbackFor))
		f.Low = f.Score <= h.project.Settings.FeedbackLow
	}
	return f
}

// Feedback is the page on which the holder of a link says how their ticket went. Only its reporter
// has one; for everybody else it is a NotFound.
func (p *Portal) Feedback(ctx context.Context, link Link) (*FeedbackPage, error) {
	now := p.d.Now()
	h, err := p.open(ctx, link, now)
	if err != nil {
		return nil, err
	}
	return p.feedbackPage(ctx, h, h.Person.Reporter(), now)
}

// MyFeedback is the same for a signed-in customer.
func (p *Portal) MyFeedback(ctx context.Context, me Customer, reference string) (*FeedbackPage, error) {
	now := p.d.Now()
	h, err := p.place(ctx, me, reference, now)
	if err != nil {
		return nil, err
	}
	return p.feedbackPage(ctx, h.holder, h.rights.Rate, now)
}

func (p *Portal) feedbackPage(ctx context.Context, h *holder, may bool, now time.Time) (*FeedbackPage, error) {
	if !may {
		return nil, models.NotFound()
	}
	f, err := p.feedbackOn(ctx, h, now)
	return &FeedbackPage{Workspace: publicWorkspace(h.catalog), Project: publicProject(h.catalog, h.project), Title: h.Ticket.Title, Feedback: f}, err
}

// GiveFeedback keeps what the holder of a link says, or says instead of what they said before. It is a
// Conflict when there is nothing to be said any more.
func (p *Portal) GiveFeedback(ctx context.Context, link Link, in FeedbackInput) error {
	now := p.d.Now()
	h, err := p.open(ctx, link, now)
	if err != nil {
		return err
	}
	return p.giveFeedback(ctx, h, h.Person.Reporter(), in, now)
}

// GiveMyFeedback is the same for a signed-in customer.
func (p *Portal) GiveMyFeedback(ctx context.Context, me Customer, reference string, in FeedbackInput) error {
	now := p.d.Now()
	h, err := p.place(ctx, me, reference, now)
	if err != nil {
		return err
	}
	return p.giveFeedback(ctx, h.holder, h.rights.Rate, in, now)
}

func (p *Portal) giveFeedback(ctx context.Context, h *holder, may bool, in FeedbackInput, now time.Time) error {
	if !may {
		return models.NotFound()
	}
	var v models.Invalid
	in.Comment = strings.TrimSpace(strings.ReplaceAll(in.Comment, "\r\n", "\n"))
	if !slices.Contains(FeedbackScores(h.project.Settings), in.Score) {
		v.Add("score", "portal.feedback.error.score")
	}
	if utf8.RuneCountInString(in.Comment) > FeedbackComment || strings.ContainsRune(in.Comment, 0) {
		v.Add("comment", "portal.feedback.error.comment", "Max", FeedbackComment)
	}
	if err := v.Err(); err != nil {
		return err
	}
	stamp := models.At(now)
	limit := charge{name: allowance("feedback", itoa(h.Person.ContactID), itoa(h.Ticket.ID)), amount: 1, limit: feedbackTries, window: feedbackWindow, refusal: "portal.feedback.error.too_many"}
	return p.d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, h.Ticket.ID)
		if err != nil {
			return err
		}
		event, err := resolution(ctx, tx, h.project, t)
		if err != nil {
			return err
		}
		if event == nil || t.ProjectID != h.project.ID {
			return models.Conflict("portal.feedback.error.closed")
		}
		f, err := models.FeedbackOn(ctx, tx, t.ID, event.ID, h.Person.ContactID)
		if err != nil {
			return err
		}
		if f == nil {
			f = newFeedback(t, event, h.Person.ContactID)
		}
		kind := models.EventFeedbackGiven
		if f.GivenAt != 0 {
			kind = models.EventFeedbackChanged
			switch {
			case !now.Before(f.GivenAt.Time().Add(FeedbackFor)):
				return models.Conflict("portal.feedback.error.over")
			case f.Score == in.Score && f.Comment == in.Comment:
				return nil
			}
		}
		if err := spend(ctx, tx, []charge{limit}, now); err != nil {
			return err
		}
		if err := prove(ctx, tx, h, now); err != nil {
			return err
		}
		if err := f.Say(in.Score, in.Comment, stamp); err != nil {
			return err
		}
		if made, err := models.SaveFeedback(ctx, tx, f); err != nil || !made {
			return err
		}
		data := map[string]any{"score": in.Score}
		if in.Score <= h.project.Settings.FeedbackLow {
			data["low"] = true
		}
		return p.d.feedbackEvent(ctx, tx, t, &models.Event{Kind: kind, ContactID: &h.Person.ContactID, CreatedAt: stamp}, data, true)
	})
}

func newFeedback(t *models.Ticket, event *models.Event, contactID int64) *models.Feedback {
	return &models.Feedback{TicketID: t.ID, EventID: event.ID, ContactID: contactID, ProjectID: t.ProjectID, AgentID: t.AssigneeID, TeamID: t.TeamID, TypeID: t.TypeID, CompanyID: t.CompanyID}
}

// feedbackEvent records what agents alone see. The ticket moves to no other place in their lists.
func (d *Desk) feedbackEvent(ctx context.Context, tx *models.Tx, t *models.Ticket, e *models.Event, data map[string]any, tell bool) error {
	t.Version++
	if err := models.SaveTicket(ctx, tx, t); err != nil {
		return err
	}
	return d.record(ctx, tx, t, e, data, tell)
}

// lowScore says whether agents are told of what was said.
func lowScore(event *models.Event) bool {
	var data struct{ Low bool }
	_ = json.Unmarshal([]byte(event.Data), &data)
	return data.Low
}

// AskFeedback asks the reporter how a ticket went, by the event that resolved it, once; or does
// nothing, for each of the reasons not to ask: the ticket is open again or another resolution
// came, was closed by the clock, is spam or part of another one, has no answer of ours, an agent does
// not want it, they have said it or were asked, they were asked about something else lately, or they
// have no proven mailbox or want no mail.
func (d *Desk) AskFeedback(ctx context.Context, eventID int64) error {
	now := d.Now()
	event, err := models.EventByID(ctx, d.db, eventID)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.LockTicket(ctx, tx, event.TicketID)
		if err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		project := cat.Project(t.ProjectID)
		if project == nil || !project.Open() || !project.Settings.NotifyFeedbackReporter {
			return nil
		}
		resolved, err := resolution(ctx, tx, project, t)
		if err != nil || resolved == nil || resolved.ID != eventID {
			return err
		}
		if waived, err := models.FeedbackWaived(ctx, tx, t.ID); err != nil || waived {
			return err
		}
		person, err := reporterOf(ctx, tx, t.ID)
		if err != nil || person == nil || person.Contact.ProvenAt == 0 || Left(person, MailFeedback, false) != "" {
			return err
		}
		if said, err := models.FeedbackOn(ctx, tx, t.ID, eventID, person.ContactID); err != nil || said != nil {
			return err
		}
		if rest := project.Settings.FeedbackRestDays; rest > 0 {
			if lately, err := models.FeedbackAskedSince(ctx, tx, person.ContactID, models.At(now.AddDate(0, 0, -rest))); err != nil || lately {
				return err
			}
		}
		f := newFeedback(t, resolved, person.ContactID)
		f.AskedAt, f.UpdatedAt = models.At(now), models.At(now)
		if made, err := models.SaveFeedback(ctx, tx, f); err != nil || !made {
			return err
		}
		return d.feedbackEvent(ctx, tx, t, &models.Event{Kind: models.EventFeedbackAsked, CreatedAt: models.At(now)}, map[string]any{"resolution": eventID}, true)
	})
}

func reporterOf(ctx context.Context, c models.Conn, ticketID int64) (*models.Person, error) {
	people, err := models.People(ctx, c, ticketID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if p.Reporter() {
			return p, nil
		}
	}
	return nil, nil
}

// StillAsks says whether the question that an event asks is still open when its mail leaves: the
// ticket stands resolved as it did, and nothing was said yet.
func (d *Desk) StillAsks(ctx context.Context, asked *models.Event, ticketID int64) (bool, error) {
	var data struct{ Resolution int64 }
	_ = json.Unmarshal([]byte(asked.Data), &data)
	t, err := models.TicketByID(ctx, d.db, ticketID)
	if err != nil {
		return false, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return false, err
	}
	project := cat.Project(t.ProjectID)
	if project == nil {
		return false, nil
	}
	resolved, err := resolution(ctx, d.db, project, t)
	if err != nil || resolved == nil || resolved.ID != data.Resolution {
		return false, err
	}
	person, err := reporterOf(ctx, d.db, t.ID)
	if err != nil || person == nil {
		return false, err
	}
	said, err := models.FeedbackOn(ctx, d.db, t.ID, resolved.ID, person.ContactID)
	return said != nil && said.GivenAt == 0, err
}

// WaiveFeedback says that nobody is to be asked how a ticket went, or after all. Its reporter can
// still say so on their page.
func (d *Desk) WaiveFeedback(ctx context.Context, actor Actor, number int64, waived bool) error {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActStatus, number)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		locked, err := models.LockTicket(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		if locked.ProjectID != t.ProjectID {
			return models.NotFound()
		}
		was, err := models.FeedbackWaived(ctx, tx, t.ID)
		if err != nil || was == waived {
			return err
		}
		kind := models.EventFeedbackWanted
		if waived {
			kind = models.EventFeedbackWaived
		}
		return d.feedbackEvent(ctx, tx, locked, &models.Event{Kind: kind, AgentID: &actor.ID, CreatedAt: models.At(now)}, nil, false)
	})
}

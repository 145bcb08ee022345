package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"lodge/models"
)

const feedbackPageSize = 50

// FeedbackAsk is what a report is about: the words of its address. Days is empty for all time.
type FeedbackAsk struct {
	Days, Project, Agent, Team, Type string
	// Before is an earlier page's Next.
	Before string
}

// FeedbackReport is what was said of tickets in the projects that the actor may read (AG-5).
type FeedbackReport struct {
	Projects, Agents, Teams, Types []Choice
	// Count is how many said something, Sum the sum of their scores, Scores how many gave 1 to 5.
	Count, Sum int
	Scores     [6]int
	// Asked by mail, Answered of them.
	Asked, Answered int
	ByAgent         []FeedbackByAgent
	Lines           []FeedbackLine
	Next            string
}

// FeedbackByAgent is what was said of the tickets of one agent; Name is empty for those of nobody.
type FeedbackByAgent struct {
	Name       string
	Count, Sum int
}

// FeedbackLine is one that was said. Number is 0 where the ticket is in a project that the actor may
// not read now.
type FeedbackLine struct {
	Score              int
	Comment            string
	At                 time.Time
	Number             int64
	Title, Agent, Name string
}

// Feedback reports what was said. A word that names nothing the actor may read finds nothing.
func (d *Desk) Feedback(ctx context.Context, actor Actor, ask FeedbackAsk) (*FeedbackReport, error) {
	q, report, err := d.feedbackQuery(ctx, actor, ask)
	if err != nil {
		return nil, err
	}
	counts, err := models.FeedbackCounts(ctx, d.db, q)
	if err != nil {
		return nil, err
	}
	by := map[int64]*FeedbackByAgent{}
	for _, n := range counts {
		if n.Score < 1 || n.Score > 5 {
			continue
		}
		if by[n.AgentID] == nil {
			by[n.AgentID] = &FeedbackByAgent{Name: n.Agent}
		}
		a := by[n.AgentID]
		a.Count, a.Sum = a.Count+n.Count, a.Sum+n.Count*n.Score
		report.Count, report.Sum = report.Count+n.Count, report.Sum+n.Count*n.Score
		report.Scores[n.Score] += n.Count
	}
	for _, a := range by {
		report.ByAgent = append(report.ByAgent, *a)
	}
	slices.SortFunc(report.ByAgent, func(a, b FeedbackByAgent) int { return strings.Compare(a.Name, b.Name) })
	if report.Asked, report.Answered, err = models.FeedbackAsked(ctx, d.db, q); err != nil {
		return nil, err
	}
	report.Lines, report.Next, err = d.feedbackLines(ctx, actor, q, feedbackPageSize)
	return report, err
}

// EachFeedback gives everything that a report lists, the latest first.
func (d *Desk) EachFeedback(ctx context.Context, actor Actor, ask FeedbackAsk, each func(FeedbackLine) error) error {
	ask.Before = ""
	for {
		q, _, err := d.feedbackQuery(ctx, actor, ask)
		if err != nil {
			return err
		}
		lines, next, err := d.feedbackLines(ctx, actor, q, 500)
		if err != nil {
			return err
		}
		for _, l := range lines {
			if err := each(l); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		ask.Before = next
	}
}

func (d *Desk) feedbackLines(ctx context.Context, actor Actor, q models.FeedbackQuery, limit int) ([]FeedbackLine, string, error) {
	q.Limit = limit + 1
	rows, err := models.FeedbackList(ctx, d.db, q)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		next = itoa(int64(last.GivenAt)) + "." + itoa(last.ID)
	}
	var all []FeedbackLine
	for _, r := range rows {
		line := FeedbackLine{Score: r.Score, Comment: r.Comment, At: r.GivenAt.Time(), Agent: r.Agent.String}
		// The ticket may have gone where the actor does not see it.
		if actor.CanIn(models.ActRead, r.TicketProjectID) {
			line.Number, line.Title, line.Name = r.Number, r.Title, r.Contact.String
		}
		all = append(all, line)
	}
	return all, next, nil
}

func (d *Desk) feedbackQuery(ctx context.Context, actor Actor, ask FeedbackAsk) (models.FeedbackQuery, *FeedbackReport, error) {
	var q models.FeedbackQuery
	if err := actor.may(models.ActRead); err != nil {
		return q, nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return q, nil, err
	}
	colleagues, err := d.Colleagues(ctx, actor)
	if err != nil {
		return q, nil, err
	}
	teams, err := models.Teams(ctx, d.db)
	if err != nil {
		return q, nil, err
	}
	r := &FeedbackReport{Agents: colleagues}
	nothing := false
	q.Projects = actor.projectIDs()
	for _, p := range cat.Projects {
		if !actor.CanIn(models.ActRead, p.ID) {
			continue
		}
		r.Projects = append(r.Projects, Choice{p.Slug, p.Name})
		if ask.Project != "" && ask.Project != p.Slug {
			continue
		}
		if ask.Project != "" {
			q.Projects = []int64{p.ID}
		}
		for _, t := range p.Types {
			name := t.Name
			if len(cat.Projects) > 1 {
				name = p.Name + ": " + name
			}
			r.Types = append(r.Types, Choice{itoa(t.ID), name})
		}
	}
	for _, t := range teams {
		r.Teams = append(r.Teams, Choice{itoa(t.ID), t.Name})
	}
	pick := func(word string, from []Choice, into *int64) {
		if word == "" {
			return
		}
		nothing = nothing || !slices.ContainsFunc(from, func(c Choice) bool { return c.Slug == word })
		*into, _ = strconv.ParseInt(word, 10, 64)
	}
	pick(ask.Agent, r.Agents, &q.Agent)
	pick(ask.Team, r.Teams, &q.Team)
	pick(ask.Type, r.Types, &q.Type)
	nothing = nothing || ask.Project != "" && !slices.ContainsFunc(r.Projects, func(c Choice) bool { return c.Slug == ask.Project })
	if ask.Days != "" {
		days, err := strconv.Atoi(ask.Days)
		if err != nil || days < 1 || days > 3650 {
			return q, nil, models.NotFound()
		}
		q.Since = models.At(d.Now().AddDate(0, 0, -days))
	}
	if ask.Before != "" {
		at, id, found := strings.Cut(ask.Before, ".")
		stamp, err := strconv.ParseInt(at, 10, 64)
		if q.BeforeID, _ = strconv.ParseInt(id, 10, 64); err != nil || !found || q.BeforeID < 1 {
			return q, nil, models.NotFound()
		}
		q.BeforeAt = models.Stamp(stamp)
	}
	if nothing {
		q.Projects = []int64{}
	}
	return q, r, nil
}

// AgentFeedback is what was said of a ticket, as agents see it.
type AgentFeedback struct {
	Score   int
	Comment string
	At      time.Time
}

// agentFeedback reads what was said of a ticket, and whether nobody is to be asked.
func (d *Desk) agentFeedback(ctx context.Context, t *models.Ticket, page *AgentTicket) error {
	said, err := models.TicketFeedback(ctx, d.db, t.ID)
	if err != nil {
		return err
	}
	for _, f := range said {
		page.Feedback = append(page.Feedback, AgentFeedback{Score: f.Score, Comment: f.Comment, At: f.UpdatedAt.Time()})
	}
	page.FeedbackWaived, err = models.FeedbackWaived(ctx, d.db, t.ID)
	return err
}

package handlers

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

const feedbackHome = "/agent/feedback"

// feedbackRoutes are what customers say about how their tickets went, for agents (PT-15).
func (a *agents) feedbackRoutes(r fiber.Router) {
	r.Get(feedbackHome, a.feedbackReport)
	r.Get(feedbackHome+".csv", a.feedbackFile)
	r.Post("/agent/tickets/:number/feedback", a.waiveFeedback)
}

// feedbackDays are the times that a report can be about; empty is all of it.
var feedbackDays = []string{"30", "90", "365", ""}

func feedbackAsk(c *fiber.Ctx) desk.FeedbackAsk {
	ask := desk.FeedbackAsk{Days: c.Query("days"), Project: c.Query("project"), Agent: c.Query("agent"), Team: c.Query("team"), Type: c.Query("type"), Before: c.Query("before")}
	if !c.Context().QueryArgs().Has("days") {
		ask.Days = feedbackDays[1]
	}
	return ask
}

func feedbackReportURL(path string, ask desk.FeedbackAsk) string {
	days := ask.Days
	if days == "" {
		// All time is a word of the address, since without any it is the last 90 days.
		return addressOf(path, "project", ask.Project, "agent", ask.Agent, "team", ask.Team, "type", ask.Type, "before", ask.Before) + daysSign(ask) + "days="
	}
	return addressOf(path, "days", days, "project", ask.Project, "agent", ask.Agent, "team", ask.Team, "type", ask.Type, "before", ask.Before)
}

func daysSign(ask desk.FeedbackAsk) string {
	if ask.Project+ask.Agent+ask.Team+ask.Type+ask.Before == "" {
		return "?"
	}
	return "&"
}

func (a *agents) feedbackReport(c *fiber.Ctx) error {
	words, ask := a.language(c), feedbackAsk(c)
	report, err := a.desk.Feedback(c.UserContext(), actorOf(c), ask)
	if err != nil {
		return err
	}
	data := views.FeedbackReport{Action: feedbackHome, Count: report.Count, Asked: report.Asked, Answered: report.Answered}
	var days []views.Choice
	for _, d := range feedbackDays {
		label := words.T("agent.feedback.days.all")
		if n, err := strconv.Atoi(d); err == nil {
			label = words.Tn("agent.feedback.days", n)
		}
		days = append(days, views.Choice{Value: d, Label: label, Selected: d == ask.Days})
	}
	data.Filters = []views.Input{{Kind: "select", Name: "days", Label: words.T("agent.feedback.period"), Choices: days}}
	for _, f := range []struct {
		name, label, chosen string
		choices             []desk.Choice
	}{{"project", "agent.queue.project", ask.Project, report.Projects}, {"agent", "agent.feedback.agent", ask.Agent, report.Agents},
		{"team", "agent.feedback.team", ask.Team, report.Teams}, {"type", "agent.feedback.type", ask.Type, report.Types}} {
		in := views.Input{Kind: "select", Name: f.name, Label: words.T(f.label), Choices: []views.Choice{{Label: words.T("agent.feedback.any"), Selected: f.chosen == ""}}}
		for _, choice := range f.choices {
			in.Choices = append(in.Choices, views.Choice{Value: choice.Slug, Label: choice.Name, Selected: choice.Slug == f.chosen})
		}
		if len(f.choices) > 1 || f.chosen != "" {
			data.Filters = append(data.Filters, in)
		}
	}
	data.Average = average(words, report.Sum, report.Count)
	if report.Asked > 0 {
		data.Rate = strconv.Itoa(report.Answered * 100 / report.Asked)
	}
	for score := 5; score >= 1; score-- {
		data.Bars = append(data.Bars, views.FeedbackBar{Label: words.Tn("portal.feedback.stars", score), Count: report.Scores[score], Of: max(report.Count, 1)})
	}
	for _, by := range report.ByAgent {
		name := by.Name
		if name == "" {
			name = words.T("agent.nobody")
		}
		data.Agents = append(data.Agents, views.FeedbackAgent{Name: name, Average: average(words, by.Sum, by.Count), Count: by.Count})
	}
	for _, l := range report.Lines {
		row := views.FeedbackRow{Score: l.Score, Label: words.Tn("portal.feedback.stars", l.Score), Comment: l.Comment, At: l.At, Agent: l.Agent, Who: l.Name, Title: l.Title, Number: l.Number}
		if l.Number != 0 {
			row.URL = ticketURL(l.Number)
		}
		data.Rows = append(data.Rows, row)
	}
	first := ask
	if first.Before = ""; ask.Before != "" {
		data.FirstURL = feedbackReportURL(feedbackHome, first)
	}
	if report.Next != "" {
		older := ask
		older.Before = report.Next
		data.OlderURL = feedbackReportURL(feedbackHome, older)
	}
	if len(report.Lines) > 0 {
		data.FileURL = feedbackReportURL(feedbackHome+".csv", first)
	}
	return a.show(c, fiber.StatusOK, views.Page{Title: words.T("agent.feedback"), Body: "agent/feedback", Data: data})
}

// average is a mean with one decimal, in the manner of the language; empty without any.
func average(words *locale.Strings, sum, count int) string {
	if count == 0 {
		return ""
	}
	tenths := (sum*20/count + 1) / 2
	return words.Tf("agent.feedback.decimal", "Whole", tenths/10, "Tenth", tenths%10)
}

// feedbackFile is all of a report as a file for a spreadsheet.
func (a *agents) feedbackFile(c *fiber.Ctx) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"time", "score", "comment", "ticket", "title", "agent", "reporter"})
	err := a.desk.EachFeedback(c.UserContext(), actorOf(c), feedbackAsk(c), func(l desk.FeedbackLine) error {
		number := ""
		if l.Number != 0 {
			number = decimal(l.Number)
		}
		return w.Write([]string{l.At.UTC().Format(time.RFC3339), strconv.Itoa(l.Score), tame(l.Comment), number, tame(l.Title), tame(l.Agent), tame(l.Name)})
	})
	if err != nil {
		return err
	}
	w.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="feedback.csv"`)
	return c.Send(b.Bytes())
}

// waiveFeedback says that nobody is to be asked how this ticket went, or after all.
func (a *agents) waiveFeedback(c *fiber.Ctx) error {
	n, err := number(c)
	if err != nil {
		return err
	}
	if err := a.desk.WaiveFeedback(c.UserContext(), actorOf(c), n, posted(c).first("waived") != ""); err != nil {
		return err
	}
	return c.Redirect(ticketURL(n), fiber.StatusSeeOther)
}

// sidebarFeedback is what the sidebar says of it.
func sidebarFeedback(words *locale.Strings, t *desk.AgentTicket, csrf string) views.SidebarFeedback {
	s := views.SidebarFeedback{Waived: t.FeedbackWaived}
	for _, f := range t.Feedback {
		s.Said = append(s.Said, views.FeedbackRow{Score: f.Score, Label: words.Tn("portal.feedback.stars", f.Score), Comment: f.Comment, At: f.At})
	}
	if t.CanStatus && t.AsksFeedback && len(t.Feedback) == 0 {
		s.Action, s.CSRF = ticketURL(t.Number)+"/feedback", csrf
	}
	return s
}

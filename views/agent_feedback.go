package views

import "time"

// FeedbackReport is the input of agent/feedback: what customers say about how their tickets went.
type FeedbackReport struct {
	Action  string
	Filters []Input
	// Average is empty where nobody said anything; Rate is a percentage, empty where nobody was asked.
	Average, Rate          string
	Count, Asked, Answered int
	Bars                   []FeedbackBar
	Agents                 []FeedbackAgent
	Rows                   []FeedbackRow
	// FileURL is the same as a file; FirstURL and OlderURL lead through the pages.
	FileURL, FirstURL, OlderURL string
}

// FeedbackBar is how many of all gave one score.
type FeedbackBar struct {
	Label     string
	Count, Of int
}

// FeedbackAgent is what was said of one agent's tickets.
type FeedbackAgent struct {
	Name, Average string
	Count         int
}

// FeedbackRow is one that was said. URL is empty for a ticket that the reader may not see.
type FeedbackRow struct {
	Score               int
	Label, Comment, Who string
	Agent, Title, URL   string
	Number              int64
	At                  time.Time
}

// SidebarFeedback is the input of agent/_feedback. Action, where not empty, takes whether nobody is
// to be asked.
type SidebarFeedback struct {
	Said         []FeedbackRow
	Waived       bool
	Action, CSRF string
}

func galleryAgentFeedback() []Sample {
	rows := []FeedbackRow{
		{Score: 5, Label: "5 stars", Comment: "Quick and friendly.", Who: "Ada Lovelace", Agent: "Mia Chen", Title: "Brakes squeal after rain", Number: 1042, URL: "/agent/tickets/1042", At: galleryNow.Add(-time.Hour)},
		{Score: 1, Label: "1 star", Agent: "Mia Chen", At: galleryNow.Add(-48 * time.Hour)},
	}
	page := FeedbackReport{Action: "/agent/feedback", Average: "4.2", Rate: "38", Count: 23, Asked: 60, Answered: 23, FileURL: "/agent/feedback.csv", OlderURL: "/agent/feedback?before=1.1",
		Filters: []Input{{Kind: "select", Name: "days", Label: "Period", Choices: []Choice{{Value: "90", Label: "Last 90 days", Selected: true}}}},
		Bars:    []FeedbackBar{{"5 stars", 14, 23}, {"4 stars", 4, 23}, {"3 stars", 2, 23}, {"2 stars", 1, 23}, {"1 star", 2, 23}},
		Agents:  []FeedbackAgent{{"Mia Chen", "4.4", 20}, {"Nobody", "2.7", 3}}, Rows: rows}
	return []Sample{
		{"agent/feedback", "agent/feedback", "agent", "Feedback", page},
		{"agent/feedback, empty", "agent/feedback", "agent", "Feedback", FeedbackReport{Action: page.Action, Filters: page.Filters}},
		{"agent/_feedback", "agent/_feedback", "", "", SidebarFeedback{Said: rows}},
		{"agent/_feedback, open", "agent/_feedback", "", "", SidebarFeedback{Action: "/agent/tickets/1042/feedback", CSRF: "token"}},
		{"agent/_feedback, waived", "agent/_feedback", "", "", SidebarFeedback{Action: "/agent/tickets/1042/feedback", CSRF: "token", Waived: true}},
	}
}

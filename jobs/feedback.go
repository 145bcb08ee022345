package jobs

import (
	"context"
	"net/url"
	"strconv"

	"lodge/desk"
	"lodge/models"
	"lodge/views"
)

// feedback asks the reporter of a resolved ticket how it went, when its time has come (PT-15).
func (r *Runner) feedback(ctx context.Context, j models.Job) error {
	var args struct{ Event int64 }
	if err := j.Read(&args); err != nil {
		return permanent{err}
	}
	return ifGone(r.Desk.AskFeedback(ctx, args.Event))
}

// wordsOfFeedback writes the ways to answer: one link for each score, which chooses and stores
// nothing. It says why nobody is asked any more, or nothing.
func (r *Runner) wordsOfFeedback(ctx context.Context, d *models.Delivery, project *models.Project, thread desk.Link, language string, words *views.Mail) (string, error) {
	if d.Template != desk.MailFeedback {
		return "", nil
	}
	event, err := models.EventByID(ctx, r.DB, d.EventID)
	if err != nil {
		return "", err
	}
	open, err := r.Desk.StillAsks(ctx, event, d.TicketID)
	if err != nil {
		return "", err
	}
	if !open || !project.Open() {
		return "not asked any more", nil
	}
	page := r.BaseURL + "/ticket/thread/" + thread.Token + "/feedback?p=" + url.QueryEscape(thread.Proof)
	words.Link = page
	spoken := r.Views.Words(language)
	for _, score := range desk.FeedbackScores(project.Settings) {
		words.Choices = append(words.Choices, views.MailChoice{Label: views.ScoreLabel(spoken, project.Settings.FeedbackScale, score), URL: page + "&score=" + strconv.Itoa(score)})
	}
	return "", nil
}

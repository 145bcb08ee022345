package views

import (
	"strconv"

	"lodge/locale"
)

// FeedbackChoice is one score that can be chosen.
type FeedbackChoice struct {
	Score int
	// Label is the whole name of the score, such as "4 stars" or "Good".
	Label string
	// URL leads to the page with it chosen; only on the card.
	URL      string
	Selected bool
}

// FeedbackCard is the input of portal/_feedback_card: the question how a ticket went, on its page.
type FeedbackCard struct {
	Stars   bool
	Choices []FeedbackChoice
	// Said is the label of what was said; empty before. URL leads to the page where it is changed,
	// empty when it is too late for that.
	Said, URL string
}

// Feedback is the input of portal/feedback, the page on which somebody says how their ticket went.
type Feedback struct {
	Title           string
	Action, BackURL string
	// CSRF is empty behind a link, which is its own secret.
	CSRF    string
	Stars   bool
	Choices []FeedbackChoice
	Comment string
	// MaxLength is that of the comment in characters.
	MaxLength                int
	ScoreError, CommentError string
	Notice                   *Notice
	// Said is the label of what was said before; Over: it can be changed no more.
	Said string
	Over bool
	// Thanks shows what was done instead of the form; Reopen offers to open the ticket again by an
	// answer, at ReplyURL.
	Thanks, Reopen bool
	ReplyURL       string
}

// Problems lists the errors in the order of the form.
func (f Feedback) Problems() []FieldError {
	var all []FieldError
	if f.ScoreError != "" && len(f.Choices) > 0 {
		all = append(all, FieldError{"score-" + strconv.Itoa(f.Choices[0].Score), f.ScoreError})
	}
	if f.CommentError != "" {
		all = append(all, FieldError{"comment", f.CommentError})
	}
	return all
}

// ScoreLabel is the whole name of a score in a scale (stars or labels). A score that labels do not
// have, because the scale was another one, is told in stars.
func ScoreLabel(words *locale.Strings, scale string, score int) string {
	if key := "portal.feedback.label." + strconv.Itoa(score); scale == "labels" && words.Has(key) {
		return words.T(key)
	}
	return words.Tn("portal.feedback.stars", score)
}

func galleryFeedback() []Sample {
	var stars, labels []FeedbackChoice
	for score := 1; score <= 5; score++ {
		stars = append(stars, FeedbackChoice{Score: score, Label: strconv.Itoa(score) + " stars", URL: "/t/feedback?score=" + strconv.Itoa(score), Selected: score == 4})
	}
	for i, label := range []string{"Excellent", "Good", "Fair", "Poor"} {
		labels = append(labels, FeedbackChoice{Score: []int{5, 4, 2, 1}[i], Label: label, URL: "/t/feedback"})
	}
	page := Feedback{Title: "Rear brake squeals after rain", Action: "/t/feedback", BackURL: "/t", Stars: true, Choices: stars, MaxLength: 1000}
	wrong, named, over, thanks := page, page, page, page
	wrong.ScoreError, wrong.CommentError, wrong.Comment = "Choose one of them.", "That is too long.", "Quick."
	named.Stars, named.Choices, named.CSRF = false, labels, "token"
	over.Over, over.Said, over.Comment = true, "4 stars", "Quick and friendly."
	thanks.Thanks, thanks.Said, thanks.Reopen, thanks.ReplyURL = true, "1 star", true, "/t#reply"
	return []Sample{
		{"portal/feedback", "portal/feedback", "portal", "How did we do?", page},
		{"portal/feedback, labels", "portal/feedback", "portal", "How did we do?", named},
		{"portal/feedback, refused", "portal/feedback", "portal", "How did we do?", wrong},
		{"portal/feedback, over", "portal/feedback", "portal", "How did we do?", over},
		{"portal/feedback, thanks", "portal/feedback", "portal", "Thank you", thanks},
		{"portal/_feedback_card", "portal/_feedback_card", "", "", FeedbackCard{Stars: true, Choices: stars, URL: "/t/feedback"}},
		{"portal/_feedback_card, labels", "portal/_feedback_card", "", "", FeedbackCard{Choices: labels, URL: "/t/feedback"}},
		{"portal/_feedback_card, said", "portal/_feedback_card", "", "", FeedbackCard{Said: "4 stars", URL: "/t/feedback"}},
	}
}

package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

const feedbackThanks = "thanks"

// feedbackRoutes let the reporter say how their ticket went, behind their link (PT-15).
func (h *Handlers) feedbackRoutes(r fiber.Router) {
	r.Get("/ticket/thread/:token/feedback", h.feedback)
	r.Post("/ticket/thread/:token/feedback", h.giveFeedback)
}

// feedbackRoutes are the same for who is signed in.
func (u *customers) feedbackRoutes(r fiber.Router) {
	r.Get(customerHome+"/:reference/feedback", u.myFeedback)
	r.Post(customerHome+"/:reference/feedback", u.giveMyFeedback)
}

// feedbackAt is where a form of feedback stands: its own address and that of its ticket.
type feedbackAt struct{ here, ticket, csrf string }

// feedback shows the form. The link of a mail names a score, which is chosen and not kept:
// scanners open links, too (A64).
func (h *Handlers) feedback(c *fiber.Ctx) error {
	link := linkOf(c)
	page, err := h.portal.Feedback(c.UserContext(), link)
	if err != nil {
		return err
	}
	if page.Feedback == nil {
		return c.Redirect(threadURL(link, ""), fiber.StatusSeeOther)
	}
	words := h.words(c, page.Project.Locale)
	at := feedbackAt{here: threadURL(link, "/feedback"), ticket: threadURL(link, "")}
	return h.feedbackPage(c, fiber.StatusOK, words, page, at.here, viewFeedback(c, words, page, at))
}

func (h *Handlers) giveFeedback(c *fiber.Ctx) error {
	link := linkOf(c)
	form, err := h.readText(c)
	if err != nil {
		return err
	}
	in := feedbackInput(form)
	err = h.portal.GiveFeedback(c.UserContext(), link, in)
	if err == nil {
		return leadTo(c, threadURL(link, "/feedback", queryDone, feedbackThanks))
	}
	e, ours := refusal(err)
	if !ours {
		return err
	}
	page, err := h.portal.Feedback(c.UserContext(), link)
	if err != nil {
		return err
	}
	words := h.words(c, page.Project.Locale)
	retryAfter(c, e)
	if page.Feedback == nil {
		t, err := h.portal.Thread(c.UserContext(), link, "")
		if err != nil {
			return err
		}
		talk := h.byLink(c)
		return talk.show(c, statusOf(e), t, talk.replyForm(words, t), views.Notice{Kind: "error", Text: whole(words, e)})
	}
	at := feedbackAt{here: threadURL(link, "/feedback"), ticket: threadURL(link, "")}
	return h.feedbackPage(c, statusOf(e), words, page, at.here, refusedFeedback(words, page, at, in, e))
}

func (h *Handlers) feedbackPage(c *fiber.Ctx, status int, words *locale.Strings, page *desk.FeedbackPage, path string, data views.Feedback) error {
	return h.page(c, status, "portal", views.Page{Title: feedbackTitle(words, data), Body: "portal/feedback", Data: data, Nav: nav(&page.Project, true, ""), Lang: words.Locale(),
		Workspace: viewWorkspace(page.Workspace), Path: path, NoIndex: true})
}

func feedbackTitle(words *locale.Strings, data views.Feedback) string {
	if data.Thanks {
		return words.T("portal.feedback.thanks")
	}
	return words.T("portal.feedback")
}

// myFeedback shows the form to who is signed in.
func (u *customers) myFeedback(c *fiber.Ctx) error {
	reference := strings.Clone(c.Params("reference"))
	page, err := u.portal.MyFeedback(c.UserContext(), customerOf(c), reference)
	if err != nil {
		return err
	}
	at := myFeedbackAt(c, reference)
	if page.Feedback == nil {
		return c.Redirect(at.ticket, fiber.StatusSeeOther)
	}
	return u.myFeedbackPage(c, fiber.StatusOK, page, viewFeedback(c, u.language(c), page, at))
}

func (u *customers) giveMyFeedback(c *fiber.Ctx) error {
	reference := strings.Clone(c.Params("reference"))
	in, at := feedbackInput(posted(c)), myFeedbackAt(c, reference)
	err := u.portal.GiveMyFeedback(c.UserContext(), customerOf(c), reference, in)
	if err == nil {
		return leadTo(c, at.here+"?"+queryDone+"="+feedbackThanks)
	}
	e, ours := refusal(err)
	if !ours {
		return err
	}
	page, err := u.portal.MyFeedback(c.UserContext(), customerOf(c), reference)
	if err != nil {
		return err
	}
	retryAfter(c, e)
	return u.myFeedbackPage(c, statusOf(e), page, refusedFeedback(u.language(c), page, at, in, e))
}

func (u *customers) myFeedbackPage(c *fiber.Ctx, status int, page *desk.FeedbackPage, data views.Feedback) error {
	return u.show(c, status, views.Page{Title: feedbackTitle(u.language(c), data), Body: "portal/feedback", Data: data, Nav: nav(&page.Project, true, ""), Workspace: viewWorkspace(page.Workspace)})
}

func myFeedbackAt(c *fiber.Ctx, reference string) feedbackAt {
	ticket := customerHome + "/" + queryEscape(reference)
	return feedbackAt{here: ticket + "/feedback", ticket: ticket, csrf: visitOf(c).token()}
}

func feedbackInput(form values) desk.FeedbackInput {
	score, _ := strconv.Atoi(form.first("score"))
	return desk.FeedbackInput{Score: score, Comment: form.first("comment")}
}

// viewFeedback draws the page: the form with what was said, or with the score that the address
// names, or the thanks for what was just said.
func viewFeedback(c *fiber.Ctx, words *locale.Strings, page *desk.FeedbackPage, at feedbackAt) views.Feedback {
	f := page.Feedback
	chosen := f.Score
	if n, err := strconv.Atoi(c.Query("score")); err == nil {
		chosen = n
	}
	data := feedbackForm(words, page, at, chosen, f.Comment)
	if c.Query(queryDone) == feedbackThanks && f.Score != 0 {
		data.Thanks, data.Reopen, data.ReplyURL = true, f.Low && f.Reopens, at.ticket+"#reply"
	}
	return data
}

func feedbackForm(words *locale.Strings, page *desk.FeedbackPage, at feedbackAt, chosen int, comment string) views.Feedback {
	data := views.Feedback{Title: page.Title, Action: at.here, BackURL: at.ticket, CSRF: at.csrf, Comment: comment, MaxLength: desk.FeedbackComment}
	if f := page.Feedback; f != nil {
		data.Stars, data.Choices, data.Over = f.Scale != models.FeedbackLabels, feedbackChoices(words, f, chosen, ""), f.Over
		if f.Score != 0 {
			data.Said = views.ScoreLabel(words, f.Scale, f.Score)
		}
		if f.Over {
			data.Comment = f.Comment
		}
	}
	return data
}

// refusedFeedback is the form again with everything that was typed, and why it was refused.
func refusedFeedback(words *locale.Strings, page *desk.FeedbackPage, at feedbackAt, in desk.FeedbackInput, e *models.Error) views.Feedback {
	data := feedbackForm(words, page, at, in.Score, in.Comment)
	if e.Kind != models.KindInvalid {
		data.Notice = &views.Notice{Kind: "error", Text: whole(words, e)}
		return data
	}
	if f, ok := e.Fields["score"]; ok {
		data.ScoreError = say(words, f)
	}
	if f, ok := e.Fields["comment"]; ok {
		data.CommentError = say(words, f)
	}
	return data
}

// feedbackChoices draws the scores: labels from the best, stars as they are counted. With a base
// address each leads there.
func feedbackChoices(words *locale.Strings, f *desk.PublicFeedback, chosen int, base string) []views.FeedbackChoice {
	var all []views.FeedbackChoice
	for _, score := range f.Scores {
		choice := views.FeedbackChoice{Score: score, Label: views.ScoreLabel(words, f.Scale, score), Selected: score == chosen}
		if base != "" {
			sign := "?"
			if strings.Contains(base, "?") {
				sign = "&"
			}
			choice.URL = base + sign + "score=" + strconv.Itoa(score)
		}
		all = append(all, choice)
	}
	if f.Scale != models.FeedbackLabels {
		slices.Reverse(all)
	}
	return all
}

// feedbackCard is the question on a ticket's page, or what was said; here is the address of the form.
func feedbackCard(words *locale.Strings, f *desk.PublicFeedback, here string) *views.FeedbackCard {
	if f == nil {
		return nil
	}
	card := &views.FeedbackCard{Stars: f.Scale != models.FeedbackLabels, URL: here}
	if f.Score == 0 {
		card.Choices = feedbackChoices(words, f, 0, here)
		return card
	}
	if card.Said = views.ScoreLabel(words, f.Scale, f.Score); f.Over {
		card.URL = ""
	}
	return card
}

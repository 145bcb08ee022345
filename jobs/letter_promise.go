package jobs

import (
	"lodge/desk"
	"lodge/views"
)

// promise says in an acknowledgement how long things take and, for a ticket filed outside working
// hours, when somebody is back (CP-10).
func (r *Runner) promise(words *views.Mail, language string, next desk.PublicNext) {
	texts := r.Views.Words(language)
	words.ResponseTime = views.Promised(next.Promise.Response).Sentence(texts, views.PromisedAnswer)
	words.ResolutionTime = views.Promised(next.Promise.Resolution).Sentence(texts, views.PromisedSolution)
	words.Outside, words.Back = next.Outside, next.Hours.Back
}

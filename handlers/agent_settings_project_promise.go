package handlers

import (
	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// sayComputed says beside the choice what customers would read from the last 90 days, so that
// nobody has to switch it on to find out (CP-10).
func sayComputed(words *locale.Strings, sheet *desk.ProjectSheet, inputs []views.Input) {
	now := words.T("agent.promise.none")
	if text := promiseText(words, sheet.Computed); text != "" {
		now = words.Tf("agent.promise.now", "Text", text)
	}
	for _, in := range inputs {
		for i := range in.Choices {
			if in.Name == "response_source" && in.Choices[i].Value == models.ResponseComputed {
				in.Choices[i].Help += " " + now
			}
		}
	}
}

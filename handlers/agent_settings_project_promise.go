package handlers

import (
	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

// computedPromise says what customers would read from the last 90 days, so that nobody has to
// switch it on to find out.
func (a *agents) computedPromise(words *locale.Strings, sheet *desk.ProjectSheet) views.Notice {
	if text := promiseText(words, sheet.Computed); text != "" {
		return views.Notice{Kind: "info", Text: words.Tf("agent.promise.now", "Text", text)}
	}
	return views.Notice{Kind: "info", Text: words.T("agent.promise.none")}
}

package handlers

import (
	"strconv"
	"strings"
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

// viewPromise says what the desk tells of time in words.
func viewPromise(words *locale.Strings, p desk.PublicPromise) views.Promise {
	return views.Promise{Response: views.Promised(p.Response).Sentence(words, views.PromisedAnswer), Resolution: views.Promised(p.Resolution).Sentence(words, views.PromisedSolution)}
}

// promiseText is viewPromise in one line.
func promiseText(words *locale.Strings, p desk.PublicPromise) string {
	v := viewPromise(words, p)
	return strings.TrimSpace(v.Response + " " + v.Resolution)
}

// viewAway is nil while somebody is at work.
func viewAway(h desk.PublicHours) *views.Away {
	if !h.Away {
		return nil
	}
	return &views.Away{Back: h.Back}
}

// viewTurn says whose turn a ticket is.
func viewTurn(n desk.PublicNext) views.Turn {
	return views.Turn{Ours: n.Turn == desk.TurnOurs, Away: viewAway(n.Hours), Outside: n.Outside, ResponseBy: n.ResponseBy, ResolutionBy: n.ResolutionBy, ClosesAt: n.ClosesAt}
}

// unix is a moment in an address, empty for the zero time.
func unix(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return strconv.FormatInt(at.Unix(), 10)
}

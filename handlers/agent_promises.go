package handlers

import (
	"strings"
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/views"
)

// policiesPage is where the policies are changed.
const policiesPage = settingsHome + "/sla"

// promiseLines are the promises to a ticket as its agents see them (AG-6): those still to be kept,
// the nearest first, and those that were kept or have ended, the latest first.
func promiseLines(words *locale.Strings, actor desk.Actor, now time.Time, t *desk.AgentTicket) views.SidebarPromises {
	var all views.SidebarPromises
	w := newDueWriter(words, actor, now)
	for _, p := range t.Properties.Promises {
		line := promiseLine(w, p)
		line.There, line.DueThere = dueThere(words, actor, p)
		if t.CanPolicies && p.Policy != "" {
			line.PolicyURL = policiesPage + "/" + decimal(p.PolicyID)
		}
		if p.MetAt.IsZero() && !p.Ended {
			all.Now = append(all.Now, line)
		} else {
			all.Past = append([]views.SidebarPromise{line}, all.Past...)
		}
	}
	return all
}

func promiseLine(w *dueWriter, p desk.PromiseLine) views.SidebarPromise {
	words, now := w.words, w.now
	line := views.SidebarPromise{Name: words.T("agent.promises." + p.Kind), Due: p.Due, Met: p.MetAt, Why: promiseWhy(words, p), Policy: p.Policy}
	switch {
	case !p.MetAt.IsZero() && p.Late:
		line.Mark, line.Says = "kept_late", words.T("agent.promises.kept_late")
	case !p.MetAt.IsZero():
		line.Mark, line.Says = "kept", words.T("agent.promises.kept")
	case p.Ended && p.Late:
		line.Mark, line.Says = "kept_late", words.T("agent.promises.broken_ended")
	case p.Ended:
		line.Mark, line.Says = "ended", words.T("agent.promises.ended")
	case p.Never:
		line.Mark, line.Says = "late", words.T("agent.promises.never")
	case p.Paused:
		line.Mark, line.Says = "paused", words.Tf("agent.promises.paused", "Left", views.WorkSpan(words, int64(p.Left/time.Minute)))
	default:
		line.Chip = w.chipAs(promiseMark(p, now), "any")
		line.Mark = line.Chip.State
		if p.Left > 0 {
			line.Says = words.Tf("agent.promises.work_left", "Left", views.WorkSpan(words, int64(p.Left/time.Minute)))
		}
	}
	var paused time.Duration
	for _, pause := range p.Pauses {
		to := pause.To
		if to.IsZero() {
			to = now
		}
		paused += to.Sub(pause.From)
	}
	if paused >= time.Minute && !p.Paused {
		line.Pauses = words.Tf("agent.promises.paused_for", "Time", views.ShortSpan(words, paused))
	}
	return line
}

// dueThere is when a promise is due by the clocks that it was reckoned by, for checking it by hand:
// the other times stand in the zone of whoever reads. Empty where that is known to be the same.
func dueThere(words *locale.Strings, actor desk.Actor, p desk.PromiseLine) (there, at string) {
	zone, err := time.LoadLocation(p.Zone)
	if p.Due.IsZero() || p.Zone == "" || err != nil {
		return "", ""
	}
	if actor.Zone != "" && p.Due.In(zone).Format(time.DateTime) == p.Due.In(actor.Clock("")).Format(time.DateTime) {
		return "", ""
	}
	return words.Tf("agent.promises.there", "Place", views.ZoneName(p.Zone)), words.TimeIn(p.Due, "datetime", zone)
}

// promiseMark is the chip of one promise that runs.
func promiseMark(p desk.PromiseLine, now time.Time) desk.DueMark {
	m := desk.DueMark{Kind: p.Kind, State: desk.DueCalm, At: p.Due, Soon: p.Warn}
	switch {
	case !p.Due.After(now):
		m.State = desk.DueLate
	case !p.Warn.IsZero() && !p.Warn.After(now):
		m.State = desk.DueSoon
	}
	return m
}

// promiseWhy is what a promise was worked out from: its target and whose working time.
func promiseWhy(words *locale.Strings, p desk.PromiseLine) string {
	target := views.WorkSpan(words, p.Minutes)
	if p.Calendar == "" {
		return words.Tf("agent.clock.always", "Time", target)
	}
	zone := ""
	if p.Zone != "" && !strings.Contains(p.Calendar, views.ZoneName(p.Zone)) {
		zone = " (" + views.ZoneName(p.Zone) + ")"
	}
	return words.Tf("agent.clock.work", "Time", target) + " · " + words.Tf("agent.clock.calendar", "Calendar", p.Calendar) + zone
}

package handlers

import (
	"time"

	"lodge/desk"
	"lodge/locale"
	"lodge/models"
	"lodge/views"
)

// drawn writes a simulation in words and numbers, and lays its drawing out.
func drawn(words *locale.Strings, s desk.Simulation, out *desk.Simulated, zone *time.Location) *views.Simulation {
	at := func(t time.Time) string { return words.TimeIn(t, "opens", zone) }
	v := &views.Simulation{Title: words.T("agent.sim.result")}
	in := views.TimelineInput{From: out.From, To: out.To, Zone: zone, Open: spansOf(out.Open),
		Day: func(t time.Time) string {
			return words.Tf("agent.sim.day", "Weekday", words.T("agent.sim.weekday."+shortDays[t.In(zone).Weekday()]), "Day", t.In(zone).Day())
		},
		Hour: func(t time.Time) string { return t.In(zone).Format("15:04") }}
	for _, h := range out.Happenings {
		in.Happenings = append(in.Happenings, h.At)
	}
	last := out.Happenings[len(out.Happenings)-1].At
	for _, p := range out.Promises {
		kind := words.T("agent.sla.kind." + p.Kind)
		line := views.SimulatedLine{Kind: kind, Since: at(p.Start), Target: lasted(words, p.Target), Used: lasted(words, p.Used), Due: at(p.Due), Met: at(p.Met), Verdict: verdict(words, p)}
		if p.Due.IsZero() {
			line.Due = "–"
		} else {
			line.DueText = words.Tf("agent.sim.due", "When", at(p.Due))
		}
		if p.Met.IsZero() {
			line.Met = "–"
		}
		switch p.Verdict {
		case desk.VerdictKept:
			line.Tone = "good"
		case desk.VerdictLate, desk.VerdictBroken:
			line.Tone = "bad"
		}
		v.Promises, v.Kinds = append(v.Promises, line), append(v.Kinds, kind)
		lane := views.LaneInput{Label: kind + " · " + line.Target, Verdict: line.Verdict, Tone: line.Tone, Start: p.Start, End: p.End(), Due: p.Due, Warn: p.Warn, Met: p.Met, Pauses: spansOf(p.Pauses)}
		switch {
		case !lane.End.IsZero():
		case p.Verdict == desk.VerdictOpen && !p.Due.After(out.To):
			lane.End = p.Due
		case p.Verdict == desk.VerdictOpen:
			lane.End = out.To
		default:
			lane.End = last
		}
		if !p.Due.IsZero() {
			lane.DueText = line.DueText
			if p.Due.After(out.To) {
				v.Notes = append(v.Notes, words.Tf("agent.sim.far", "Kind", kind, "When", at(p.Due)))
			}
		}
		for _, piece := range p.Pieces {
			state := ""
			switch {
			case !p.Due.IsZero() && !piece.From.Before(p.Due):
				state = "over"
			case !piece.From.Before(last):
				state = "future"
			}
			lane.Pieces = append(lane.Pieces, views.Stretch{From: piece.From, To: piece.To, State: state})
		}
		in.Lanes = append(in.Lanes, lane)
	}
	if len(out.Promises) == 0 {
		v.Notes = append(v.Notes, words.T("agent.sim.nothing"))
	}
	for _, stretch := range out.Stretches {
		state := stretch.State
		if state == models.ClockHolds && !s.Policy.PauseOnHold {
			state = models.ClockRuns // as far as anybody is promised something
		}
		in.Clock = append(in.Clock, views.Stretch{From: stretch.From, To: stretch.To, State: string(state)})
		line := views.StretchLine{From: at(stretch.From), To: at(stretch.To), Why: clockWords(words, stretch, s.Policy.PauseOnHold), Wall: lasted(words, stretch.To.Sub(stretch.From)), Working: lasted(words, stretch.Working), Future: stretch.Future}
		line.What = happenedAt(words, out.Happenings, stretch.From)
		if stretch.Future {
			line.Until = words.Tf("agent.sim.until", "When", at(stretch.To))
		}
		for _, counted := range stretch.Counted {
			text := "–"
			if counted > 0 {
				text = lasted(words, counted)
			}
			line.Counted = append(line.Counted, text)
		}
		v.Stretches = append(v.Stretches, line)
	}
	v.Line = views.DrawTimeline(in)
	return v
}

var shortDays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func spansOf(all []desk.TimeSpan) []views.Stretch {
	var out []views.Stretch
	for _, s := range all {
		out = append(out, views.Stretch{From: s.From, To: s.To})
	}
	return out
}

// happenedAt names what happened at a moment, in its order.
func happenedAt(words *locale.Strings, all []desk.Happening, at time.Time) string {
	text := ""
	for i, h := range all {
		if h.At.Equal(at) {
			if text != "" {
				text += ", "
			}
			text += decimal(int64(i+1)) + " " + words.T("agent.sim.what."+h.What)
		}
	}
	return text
}

// clockWords says why time counts in a stretch or does not.
func clockWords(words *locale.Strings, s desk.Stretch, pauses bool) string {
	switch {
	case s.State == models.ClockHolds && pauses:
		return words.T("agent.sim.clock.holds_paused")
	case s.Future && s.State == models.ClockRuns:
		return words.T("agent.sim.clock.future")
	}
	return words.T("agent.sim.clock." + string(s.State))
}

// verdict says how a promise came out.
func verdict(words *locale.Strings, p desk.SimulatedPromise) string {
	left := lasted(words, p.Left())
	switch p.Verdict {
	case desk.VerdictKept:
		return words.Tf("agent.sim.verdict.kept", "Time", left)
	case desk.VerdictLate:
		return words.Tf("agent.sim.verdict.late", "Time", left)
	case desk.VerdictBroken:
		return words.Tf("agent.sim.verdict.broken", "Time", left)
	case desk.VerdictOpen, desk.VerdictPaused:
		return words.Tf("agent.sim.verdict."+p.Verdict, "Time", left)
	}
	return words.T("agent.sim.verdict." + p.Verdict)
}

// lasted writes how long something takes in whole minutes, whether it is to come or over.
func lasted(words *locale.Strings, d time.Duration) string {
	return duration(words, int64(max(d, -d)/time.Minute))
}

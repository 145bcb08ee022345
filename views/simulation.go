package views

import (
	"fmt"
	"strings"
	"time"
)

// SimulatorPage is the input of settings/sla_simulator: a form whose whole state is in the address,
// and what it comes to.
type SimulatorPage struct {
	BackURL, Action string
	// Policies hold an empty value for targets that are typed.
	Policies, Priorities, Calendars []Choice
	First, Next, Resolution, Warn   Input
	PauseOnHold                     Input
	Zone                            string
	Rows                            []HappeningRow
	Examples                        []Link
	Errors                          []FieldError
	// Result is nil where the form was refused.
	Result *Simulation
}

// Problems lists what was refused.
func (p SimulatorPage) Problems() []FieldError { return p.Errors }

// HappeningRow is a line of the form: when, and what.
type HappeningRow struct {
	ID, Number, At, Error string
	Choices               []Choice
}

// Simulation is what a simulator draws and says.
type Simulation struct {
	Title     string
	Line      Timeline
	Promises  []SimulatedLine
	Stretches []StretchLine
	// Kinds are the promises' names, the columns of Stretches.
	Kinds []string
	// Notes are whole sentences about what the drawing leaves out; may be empty.
	Notes []string
}

// SimulatedLine is a promise as a sentence. Tone is good, bad, or empty.
type SimulatedLine struct {
	Kind, Since, Target, Used, Due, DueText, Met, Verdict, Tone string
}

// StretchLine is the time between two happenings.
type StretchLine struct {
	From, To, What, Why, Wall, Working string
	// Until says how far a stretch goes that has no end; empty for others.
	Until   string
	Counted []string
	Future  bool
}

// TimelineInput is what DrawTimeline draws, in moments; texts are ready to print.
type TimelineInput struct {
	From, To time.Time
	// Zone decides where days begin.
	Zone *time.Location
	// Open is working time.
	Open []Stretch
	// Clock is how the clock stood: State is runs, waits, holds or stopped.
	Clock []Stretch
	// Happenings are numbered from 1.
	Happenings []time.Time
	Lanes      []LaneInput
	// Day and Hour write a tick.
	Day, Hour func(t time.Time) string
}

// Stretch is a span of time with a state.
type Stretch struct {
	From, To time.Time
	State    string
}

// LaneInput is one promise. Due, Warn and Met are zero for none.
type LaneInput struct {
	Label, Verdict, Tone, DueText string
	Start, End, Due, Warn, Met    time.Time
	Pieces, Pauses                []Stretch
}

// Timeline is a drawing: all numbers are units of its view box.
type Timeline struct {
	Width, Height, Top, Bottom int
	Open                       []TimelineBox
	Ticks                      []TimelineTick
	Clock                      []TimelineBox
	Happenings                 []TimelineMark
	Lanes                      []TimelineLane
}

// TimelineBox is a rectangle.
type TimelineBox struct {
	X, Y, Width, Height int
	State               string
}

// TimelineTick is a line of the axis, with a label or without. Major ones begin a day.
type TimelineTick struct {
	X     int
	Label string
	Major bool
}

// LabelX is where its label begins.
func (t TimelineTick) LabelX() int { return t.X + 3 }

// TimelineMark is a happening: a numbered disc at Level, 0 being next to the line.
type TimelineMark struct {
	X, Y, LineTo int
	Number       int
}

// TimelineLane is one promise in the drawing.
type TimelineLane struct {
	Label, Verdict, Tone, DueText, DueAnchor string
	TextY, Y, Height                         int
	TrackX, TrackWidth                       int
	Pieces, Pauses                           []TimelineBox
	HasDue, HasWarn, HasMet, Late            bool
	Due, DueTextX, Warn, Met                 int
	DueTextY                                 int
	Flag                                     string
}

// Base is the lower edge of its bar, Middle the line through it.
func (l TimelineLane) Base() int   { return l.Y + l.Height }
func (l TimelineLane) Middle() int { return l.Y + l.Height/2 }

// DrawTimeline lays a timeline out.
func DrawTimeline(in TimelineInput) Timeline {
	const width, left, right, axis, disc, lane = 960, 10, 10, 30, 24, 66
	t := Timeline{Width: width, Top: axis}
	span := max(in.To.Sub(in.From), time.Hour)
	lead := span / 40 // room before the filing and behind the end, so that their marks are whole
	from, to := in.From.Add(-lead), in.From.Add(span+span/12)
	scale := newScale(in.Open, from, to)
	x := func(at time.Time) int { return left + int(scale.at(at)*(width-left-right)+0.5) }
	box := func(s Stretch, y, height int) TimelineBox {
		return TimelineBox{X: x(s.From), Y: y, Width: max(x(s.To)-x(s.From), 1), Height: height, State: s.State}
	}
	t.Ticks = ticks(in, from, to, width-right, x)

	// Happenings close to each other stand above one another.
	levels := []int{}
	for i, at := range in.Happenings {
		level := 0
		for level < len(levels) && x(at)-levels[level] < disc {
			level++
		}
		if level == len(levels) {
			levels = append(levels, 0)
		}
		levels[level] = x(at)
		t.Happenings = append(t.Happenings, TimelineMark{X: x(at), Y: level, Number: i + 1})
	}
	marks := axis + 8 + disc*len(levels)
	for i := range t.Happenings {
		t.Happenings[i].Y = marks - disc*t.Happenings[i].Y - disc/2
	}
	clock := marks + 4
	for _, s := range in.Clock {
		t.Clock = append(t.Clock, box(s, clock, 10))
	}
	y := clock + 26
	for _, l := range in.Lanes {
		bar := y + 22
		out := TimelineLane{Label: l.Label, Verdict: l.Verdict, Tone: l.Tone, DueText: l.DueText, TextY: y + 10, Y: bar, Height: 14, TrackX: x(l.Start), TrackWidth: max(x(l.End)-x(l.Start), 1)}
		for _, s := range l.Pieces {
			out.Pieces = append(out.Pieces, box(s, bar, 14))
		}
		for _, s := range l.Pauses {
			out.Pauses = append(out.Pauses, box(s, bar, 14))
		}
		if !l.Due.IsZero() && !l.Due.After(to) {
			out.HasDue, out.Due = true, x(l.Due)
			out.DueAnchor, out.DueTextX, out.DueTextY = "middle", out.Due, bar+31
			switch half := 4 * len([]rune(l.DueText)); {
			case out.Due-half < left:
				out.DueAnchor, out.DueTextX = "start", left
			case out.Due+half > width-right:
				out.DueAnchor, out.DueTextX = "end", width-right
			}
			out.Flag = fmt.Sprintf("M %d %d l 5 -7 h -10 z", out.Due, bar-1)
		}
		if !l.Warn.IsZero() && !l.Warn.After(to) {
			out.HasWarn, out.Warn = true, x(l.Warn)
		}
		if !l.Met.IsZero() {
			out.HasMet, out.Met = true, x(l.Met)
		}
		t.Lanes = append(t.Lanes, out)
		y += lane
	}
	t.Bottom = y - 6
	t.Height = t.Bottom + 6
	for i := range t.Happenings {
		t.Happenings[i].LineTo = t.Bottom
	}
	for _, s := range in.Open {
		t.Open = append(t.Open, box(s, axis, t.Bottom-axis))
	}
	return t
}

// scale says where a moment lies between 0 and 1. Working time is drawn evenly; nights and days off
// are drawn narrower, the longer the more, because nothing counts in them.
type scale struct {
	times  []time.Time
	places []float64
}

func newScale(open []Stretch, from, to time.Time) *scale {
	s := &scale{times: []time.Time{from}, places: []float64{0}}
	add := func(until time.Time, weight func(time.Duration) time.Duration) {
		last := s.times[len(s.times)-1]
		if until.After(last) {
			s.times, s.places = append(s.times, until), append(s.places, s.places[len(s.places)-1]+float64(weight(until.Sub(last))))
		}
	}
	narrow := func(d time.Duration) time.Duration { return min(d, 2*time.Hour+d/16) }
	even := func(d time.Duration) time.Duration { return d }
	for _, o := range open {
		add(o.From, narrow)
		add(o.To, even)
	}
	if len(open) == 0 {
		narrow = even
	}
	add(to, narrow)
	for i := range s.places {
		s.places[i] /= s.places[len(s.places)-1]
	}
	return s
}

func (s *scale) at(t time.Time) float64 {
	for i := 1; i < len(s.times); i++ {
		if !t.After(s.times[i]) || i == len(s.times)-1 {
			part := float64(t.Sub(s.times[i-1])) / float64(s.times[i].Sub(s.times[i-1]))
			return s.places[i-1] + max(part, 0)*(s.places[i]-s.places[i-1])
		}
	}
	return 0
}

// ticks are midnights, and hours where the whole is short. Labels stand where there is room, those
// of days with working time first.
func ticks(in TimelineInput, from, to time.Time, edge int, x func(time.Time) int) []TimelineTick {
	const room = 58
	var all []TimelineTick
	taken := []int{}
	label := func(tick *TimelineTick, text string) {
		for _, other := range taken {
			if tick.X-other < room && other-tick.X < room {
				return
			}
		}
		if tick.X+room < edge+8 {
			tick.Label, taken = text, append(taken, tick.X)
		}
	}
	start := from.In(in.Zone)
	next := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, in.Zone)
	}
	first := time.Date(start.Year(), start.Month(), start.Day(), 0, 0, 0, 0, in.Zone)
	type day struct {
		at      time.Time
		works   bool
		tick    int
		partial bool
	}
	var days []day
	for at := first; at.Before(to); at = next(at) {
		d := day{at: at, tick: len(all), partial: at.Before(from)}
		for _, o := range in.Open {
			d.works = d.works || o.From.Before(next(at)) && o.To.After(at)
		}
		tick := TimelineTick{X: x(laterOf(at, from)), Major: !d.partial}
		if d.partial && x(next(at))-tick.X < room {
			continue // too little of it is left to name it
		}
		all, days = append(all, tick), append(days, d)
	}
	for _, works := range []bool{true, false} {
		for _, d := range days {
			if d.works == works {
				label(&all[d.tick], in.Day(d.at))
			}
		}
	}
	if to.Sub(from) > 40*time.Hour {
		return all
	}
	for _, d := range days {
		for hour := 1; hour < 24; hour++ {
			at := time.Date(d.at.Year(), d.at.Month(), d.at.Day(), hour, 0, 0, 0, in.Zone)
			if at.Before(from) || !at.Before(to) {
				continue
			}
			tick := TimelineTick{X: x(at)}
			if label(&tick, in.Hour(at)); tick.Label != "" {
				all = append(all, tick)
			}
		}
	}
	return all
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Described lists the promises in one sentence each, for who does not see the drawing.
func (s Simulation) Described() string {
	var all []string
	for _, p := range s.Promises {
		all = append(all, p.Kind+": "+p.Verdict)
	}
	return strings.Join(all, ". ")
}

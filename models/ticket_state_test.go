package models

import (
	"testing"
	"time"
)

// stateProject has one status of every category, with the id of its place in this list.
var categories = []Category{CategoryNew, CategoryOpen, CategoryWaiting, CategoryOnHold, CategoryResolved, CategoryClosed, CategoryRejected}

func stateProject() *Project {
	p := &Project{Settings: DefaultProjectSettings(), Graph: Graph{next: map[int64][]int64{}}}
	for i, c := range categories {
		p.Statuses = append(p.Statuses, &Status{ID: int64(i + 1), Slug: string(c), Name: string(c), Category: c})
	}
	open, closed := idOf(CategoryOpen), idOf(CategoryClosed)
	p.ReopenedStatusID, p.SelfClosedStatusID = &open, &closed
	for i := range categories {
		p.Graph.next[int64(i+1)] = []int64{open, closed}
	}
	return p
}

func idOf(c Category) int64 {
	for i, known := range categories {
		if known == c {
			return int64(i + 1)
		}
	}
	return 0
}

func ticketIn(c Category) *Ticket {
	t := &Ticket{StatusID: idOf(c), Category: c}
	if c.Ended() {
		t.EndedAt = At(noon)
	}
	return t
}

func slugOf(s *Status) string {
	if s == nil {
		return ""
	}
	return s.Slug
}

// PT-9: an ended ticket reopens, one that waited goes on, all others stay as they are.
func TestOnReplyByCategory(t *testing.T) {
	for _, row := range []struct {
		category Category
		outcome  ReplyOutcome
		status   string
	}{
		{CategoryNew, ReplyKeeps, ""},
		{CategoryOpen, ReplyKeeps, ""},
		{CategoryOnHold, ReplyKeeps, ""},
		{CategoryWaiting, ReplyAnswers, "open"},
		{CategoryResolved, ReplyReopens, "open"},
		{CategoryClosed, ReplyReopens, "open"},
		{CategoryRejected, ReplyReopens, "open"},
	} {
		outcome, status := stateProject().OnReply(ticketIn(row.category), noon.Add(time.Hour))
		if outcome != row.outcome || slugOf(status) != row.status {
			t.Errorf("%s: outcome %d to %q", row.category, outcome, slugOf(status))
		}
	}
	p := stateProject()
	p.ReopenedStatusID = nil
	if _, status := p.OnReply(ticketIn(CategoryClosed), noon); status != nil {
		t.Errorf("no status is named, but got %q", status.Slug)
	}
}

// PT-9: reopen_days 0 means for ever; otherwise a later reply opens a follow-up.
func TestOnReplyAfterReopenDays(t *testing.T) {
	day := 24 * time.Hour
	for _, row := range []struct {
		days  int
		after time.Duration
		want  ReplyOutcome
	}{
		{0, 5000 * day, ReplyReopens},
		{14, 14 * day, ReplyReopens},
		{14, 14*day + time.Millisecond, ReplyFollowsUp},
	} {
		p := stateProject()
		p.Settings.ReopenDays = row.days
		if got, status := p.OnReply(ticketIn(CategoryResolved), noon.Add(row.after)); got != row.want || (got == ReplyFollowsUp) != (status == nil) {
			t.Errorf("%d days, after %v: %d", row.days, row.after, got)
		}
	}
	p := stateProject()
	p.Settings.ReopenDays = 1
	if got, _ := p.OnReply(ticketIn(CategoryWaiting), noon.Add(99*day)); got != ReplyAnswers {
		t.Errorf("one that never ended: %d", got)
	}
}

func TestOnAgentReplyTakesUpANewTicketOnly(t *testing.T) {
	for _, c := range categories {
		want := ""
		if c == CategoryNew {
			want = "open"
		}
		if got := slugOf(stateProject().OnAgentReply(ticketIn(c))); got != want {
			t.Errorf("%s to %q", c, got)
		}
	}
	p := stateProject()
	p.Graph.next[idOf(CategoryNew)] = nil
	if got := p.OnAgentReply(ticketIn(CategoryNew)); got != nil {
		t.Errorf("the graph has no such step: %q", got.Slug)
	}
}

// PT-8: every value of customer_close, for every category.
func TestSelfCloseBySetting(t *testing.T) {
	for setting, allowed := range map[string]map[Category]bool{
		CustomerCloseOff:          {},
		CustomerCloseWhenResolved: {CategoryResolved: true},
		CustomerCloseAlways:       {CategoryNew: true, CategoryOpen: true, CategoryWaiting: true, CategoryOnHold: true, CategoryResolved: true},
		"of a newer version":      {},
	} {
		for _, c := range categories {
			p := stateProject()
			p.Settings.CustomerClose = setting
			if got := p.SelfClose(ticketIn(c)); (got != nil) != allowed[c] {
				t.Errorf("%s, %s: %q", setting, c, slugOf(got))
			}
		}
	}
	p := stateProject()
	p.Graph.next[idOf(CategoryOpen)] = []int64{idOf(CategoryWaiting)}
	if p.SelfClose(ticketIn(CategoryOpen)) != nil {
		t.Error("the graph has no such step")
	}
	p = stateProject()
	p.SelfClosedStatusID = nil
	if p.SelfClose(ticketIn(CategoryOpen)) != nil {
		t.Error("the project names no status")
	}
}

func TestSetStatusKeepsEndTimesTrue(t *testing.T) {
	p := stateProject()
	ticket := ticketIn(CategoryOpen)
	step := func(c Category, now time.Time) { ticket.SetStatus(p.Status(idOf(c)), now) }
	step(CategoryResolved, noon)
	if ticket.ResolvedAt != At(noon) || ticket.EndedAt != At(noon) || ticket.Category != CategoryResolved || ticket.StatusID != idOf(CategoryResolved) {
		t.Errorf("resolved %+v", ticket)
	}
	step(CategoryClosed, noon.Add(time.Hour))
	if ticket.EndedAt != At(noon) || ticket.ResolvedAt != At(noon) {
		t.Error("closing what was resolved moves its end")
	}
	step(CategoryOpen, noon.Add(2*time.Hour))
	if ticket.EndedAt != 0 || ticket.ResolvedAt != 0 {
		t.Error("a reopened ticket has an end")
	}
	step(CategoryRejected, noon.Add(3*time.Hour))
	if ticket.EndedAt != At(noon.Add(3*time.Hour)) || ticket.ResolvedAt != 0 {
		t.Errorf("rejected %+v", ticket)
	}
}

func TestLinksLiveForTheirDaysAfterTheEnd(t *testing.T) {
	day := 24 * time.Hour
	for _, row := range []struct {
		ended Stamp
		days  int
		after time.Duration
		want  bool
	}{
		{0, 90, 5000 * day, true},
		{0, 0, 5000 * day, true},
		{At(noon), 90, 90*day - time.Millisecond, true},
		{At(noon), 90, 90 * day, false},
		{At(noon), 0, 0, false},
	} {
		if got := LinkAlive(row.ended, row.days, noon.Add(row.after)); got != row.want {
			t.Errorf("%+v: %v", row, got)
		}
	}
}

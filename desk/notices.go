package desk

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"lodge/models"
)

// mention finds @name in a note; an address such as ada@example.com is none.
var mention = regexp.MustCompile(`(?:^|[^\p{L}\p{N}_@.+/-])@([\p{L}\p{N}][\p{L}\p{N}._-]*)`)

// mentions says whether a text may name a colleague at all.
func mentions(body string) bool { return mention.MatchString(body) }

// handle is what a colleague is called by: their name without spaces, in small letters.
func handle(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, name))
}

// mentioned are the agents that a note names, by their public name or their name.
func mentioned(body string, agents []*models.Agent) []*models.Agent {
	named := map[string]bool{}
	for _, m := range mention.FindAllStringSubmatch(body, -1) {
		name := strings.ToLower(m[1])
		// The full stop that ends a sentence may be the name's own too (“Dr.”).
		named[name], named[strings.TrimRight(name, "._-")] = true, true
	}
	var found []*models.Agent
	for _, a := range agents {
		if named[handle(a.Name)] || (a.PublicName != "" && named[handle(a.PublicName)]) {
			found = append(found, a)
		}
	}
	return found
}

// Handles lists what the colleagues of a ticket's project are called by in notes: Slug is the
// handle, Name the whole name.
func (d *Desk) Handles(ctx context.Context, actor Actor, number int64) ([]Choice, error) {
	_, project, _, err := d.agentTicket(ctx, actor, models.ActNote, number)
	if err != nil {
		return nil, err
	}
	crew, err := models.AgentsIn(ctx, d.db, project.ID)
	var all []Choice
	for _, a := range crew {
		if a.Role.Can(models.ActReply) {
			all = append(all, Choice{handle(a.Shown()), a.Name})
		}
	}
	return all, err
}

// NoticeKind says what kind of notice an event makes for agents; empty for none.
func NoticeKind(event *models.Event) string {
	switch event.Kind {
	case models.EventCreated, models.EventTeamSet:
		return models.NoticeNew
	case models.EventAssigned:
		return models.NoticeAssigned
	case models.EventPromiseWarned:
		return models.NoticeWarned
	case models.EventPromiseBroken:
		return models.NoticeBroken
	case models.EventTimeLow:
		return models.NoticeTimeLow
	case models.EventNoted:
		return models.NoticeMentioned
	case models.EventReplied:
		var data struct{ Reopened bool }
		_ = json.Unmarshal([]byte(event.Data), &data)
		if data.Reopened {
			return models.NoticeReopened
		}
		return models.NoticeAnswered
	case models.EventDueSoon:
		return models.NoticeDue
	case models.EventFeedbackGiven, models.EventFeedbackChanged:
		if lowScore(event) {
			return models.NoticeLowScore
		}
	case models.EventRouted:
		return routedNotice(event)
	}
	return ""
}

// AgentsTold decides which agents hear of an event (AG-7). Never the one who did it, nobody
// who may not answer in the ticket's project, and of spam nobody. crew are the agents with
// their roles in that project; team the ids of the ticket's team, nil without one; note the
// text of a note. Whether and how each is told is up to their own settings.
func AgentsTold(event *models.Event, t *models.Ticket, note string, crew []*models.Agent, team []int64) []*models.Agent {
	if t.SpamAt != 0 {
		return nil
	}
	able := slices.DeleteFunc(slices.Clone(crew), func(a *models.Agent) bool {
		return a.DisabledAt != 0 || !a.Role.Can(models.ActReply) || (event.AgentID != nil && *event.AgentID == a.ID)
	})
	if event.Kind == models.EventRouted {
		return toldOfRule(event, able, team)
	}
	able, elsewhere := heardFromRule(event, t, able)
	if elsewhere {
		return nil
	}
	only := func(is func(a *models.Agent) bool) []*models.Agent {
		return slices.DeleteFunc(slices.Clone(able), func(a *models.Agent) bool { return !is(a) })
	}
	ofTeam := func(a *models.Agent) bool { return slices.Contains(team, a.ID) }
	switch NoticeKind(event) {
	case models.NoticeNew:
		if t.TeamID != nil {
			return only(ofTeam)
		}
		return able // without teams everybody is the team
	case models.NoticeAssigned:
		var data struct{ To int64 }
		_ = json.Unmarshal([]byte(event.Data), &data)
		return only(func(a *models.Agent) bool { return a.ID == data.To })
	case models.NoticeMentioned:
		return mentioned(note, able)
	case models.NoticeBroken:
		// Its whole team, so that somebody helps; where no team has it, whoever answers for it.
		if both := only(func(a *models.Agent) bool {
			return t.TeamID != nil && ofTeam(a) || t.AssigneeID != nil && a.ID == *t.AssigneeID
		}); len(both) > 0 {
			return both
		}
		return able
	case models.NoticeTimeLow:
		// Whoever works on it, and those who can sell more.
		return only(func(a *models.Agent) bool {
			return a.Role == models.RoleAdmin || t.AssigneeID != nil && a.ID == *t.AssigneeID
		})
	case models.NoticeAnswered, models.NoticeReopened, models.NoticeDue, models.NoticeWarned, models.NoticeLowScore:
		// Whoever answers for it: the assigned agent, without one the team, and for a ticket
		// that is nobody's yet everybody who can (PT-9).
		if t.AssigneeID != nil {
			if mine := only(func(a *models.Agent) bool { return a.ID == *t.AssigneeID }); len(mine) > 0 {
				return mine
			}
		}
		if t.TeamID != nil {
			if ours := only(ofTeam); len(ours) > 0 {
				return ours
			}
		}
		return able
	}
	return nil
}

// NoticePage is one page of an agent's notices, newest first; Next is the cursor of the page
// after, 0 at the end.
type NoticePage struct {
	Notices []NoticeLine
	Unread  int
	Next    int64
}

// NoticeLine is one notice.
type NoticeLine struct {
	ID     int64
	Kind   string
	Number int64
	Title  string
	// Who did it; empty for the clock.
	Who    string
	ByRule bool
	Unread bool
	At     time.Time
	// Clock is set where the clock did it.
	Clock *ClockEvent
}

const (
	noticePage = 50
	// unreadStop is where counting unread notices stops.
	unreadStop = 100
)

// Notices gives one page of the actor's notices; before is an earlier page's Next.
func (d *Desk) Notices(ctx context.Context, actor Actor, before int64) (*NoticePage, error) {
	unread, err := d.UnreadNotices(ctx, actor)
	if err != nil {
		return nil, err
	}
	rows, err := models.Notices(ctx, d.db, actor.ID, before, noticePage+1)
	if err != nil {
		return nil, err
	}
	page := &NoticePage{Unread: unread}
	if len(rows) > noticePage {
		rows = rows[:noticePage]
		page.Next = rows[noticePage-1].ID
	}
	for _, r := range rows {
		if actor.CanIn(models.ActRead, r.ProjectID) { // the project may have been taken from them since
			page.Notices = append(page.Notices, NoticeLine{ID: r.ID, Kind: r.Kind, Number: r.Number, Title: r.Title, Who: r.Who, ByRule: r.ByRule, Unread: r.ReadAt == 0, At: r.CreatedAt.Time()})
		}
	}
	return page, d.noticeFacts(ctx, rows, page)
}

// UnreadNotices counts the actor's unread notices, up to 100.
func (d *Desk) UnreadNotices(ctx context.Context, actor Actor) (int, error) {
	if err := actor.may(models.ActRead); err != nil {
		return 0, err
	}
	return models.UnreadNotices(ctx, d.db, actor.ID, unreadStop)
}

// ReadNotices marks notices of the actor's own as read: the one with the id, or with 0 all.
func (d *Desk) ReadNotices(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActRead); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.ReadNotices(ctx, tx, actor.ID, id, 0, models.At(now))
	})
}

// ReadTicketNotices marks the actor's notices about a ticket as read.
func (d *Desk) ReadTicketNotices(ctx context.Context, actor Actor, number int64) error {
	_, _, t, err := d.agentTicket(ctx, actor, models.ActRead, number)
	if err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		return models.ReadNotices(ctx, tx, actor.ID, 0, t.ID, models.At(now))
	})
}

package desk

import (
	"context"
	"strings"
	"testing"
	"time"

	"lodge/models"
)

// AG-7: who hears of what. Never the one who did it, no viewer, nobody of another project, of
// spam nobody.
func TestWhoIsTold(t *testing.T) {
	id := func(n int64) *int64 { return &n }
	crew := []*models.Agent{
		{ID: 1, Name: "Ada Lindqvist", PublicName: "Ada", Role: models.RoleAgent}, {ID: 2, Name: "Otto Brand", Role: models.RoleAgent}, {ID: 3, Name: "Ines", Role: models.RoleAdmin},
		{ID: 4, Name: "Vera", Role: models.RoleViewer}, {ID: 5, Name: "Frida"}, {ID: 6, Name: "Gone", Role: models.RoleAgent, DisabledAt: 1},
	}
	team := []int64{2, 4, 5, 6}
	for name, c := range map[string]struct {
		event  models.Event
		ticket models.Ticket
		note   string
		want   string
	}{
		"new, no team":            {models.Event{Kind: models.EventCreated}, models.Ticket{}, "", "1 2 3"},
		"new in a team":           {models.Event{Kind: models.EventCreated}, models.Ticket{TeamID: id(7)}, "", "2"},
		"made by an agent":        {models.Event{Kind: models.EventCreated, AgentID: id(1)}, models.Ticket{}, "", "2 3"},
		"given to a team":         {models.Event{Kind: models.EventTeamSet, AgentID: id(2)}, models.Ticket{TeamID: id(7)}, "", ""},
		"assigned":                {models.Event{Kind: models.EventAssigned, AgentID: id(1), Data: `{"to":2}`}, models.Ticket{AssigneeID: id(2)}, "", "2"},
		"taken":                   {models.Event{Kind: models.EventAssigned, AgentID: id(2), Data: `{"to":2}`}, models.Ticket{AssigneeID: id(2)}, "", ""},
		"assigned to a viewer":    {models.Event{Kind: models.EventAssigned, AgentID: id(1), Data: `{"to":4}`}, models.Ticket{}, "", ""},
		"mentioned":               {models.Event{Kind: models.EventNoted, AgentID: id(3)}, models.Ticket{}, "Ask @ADA, or @ottobrand.", "1 2"},
		"by inner name":           {models.Event{Kind: models.EventNoted, AgentID: id(3)}, models.Ticket{}, "(@AdaLindqvist)", "1"},
		"viewer, stranger, self":  {models.Event{Kind: models.EventNoted, AgentID: id(3)}, models.Ticket{}, "@vera @frida @ines @gone", ""},
		"no mention":              {models.Event{Kind: models.EventNoted, AgentID: id(3)}, models.Ticket{}, "mail x@ada, ada@ada.example, @adax", ""},
		"answered":                {models.Event{Kind: models.EventReplied}, models.Ticket{AssigneeID: id(1), TeamID: id(7)}, "", "1"},
		"answered, team's":        {models.Event{Kind: models.EventReplied}, models.Ticket{TeamID: id(7)}, "", "2"},
		"answered, nobody's":      {models.Event{Kind: models.EventReplied}, models.Ticket{}, "", "1 2 3"},
		"answered, holder is out": {models.Event{Kind: models.EventReplied}, models.Ticket{AssigneeID: id(5), TeamID: id(7)}, "", "2"},
		"due":                     {models.Event{Kind: models.EventDueSoon}, models.Ticket{AssigneeID: id(3)}, "", "3"},
		"promise near":            {models.Event{Kind: models.EventPromiseWarned}, models.Ticket{AssigneeID: id(1), TeamID: id(7)}, "", "1"},
		"promise near, team's":    {models.Event{Kind: models.EventPromiseWarned}, models.Ticket{TeamID: id(7)}, "", "2"},
		"promise near, nobody's":  {models.Event{Kind: models.EventPromiseWarned}, models.Ticket{}, "", "1 2 3"},
		"promise broken":          {models.Event{Kind: models.EventPromiseBroken}, models.Ticket{AssigneeID: id(1), TeamID: id(7)}, "", "1 2"},
		"promise broken, no team": {models.Event{Kind: models.EventPromiseBroken}, models.Ticket{AssigneeID: id(1)}, "", "1"},
		"promise broken, nobody":  {models.Event{Kind: models.EventPromiseBroken}, models.Ticket{}, "", "1 2 3"},
		"promise broken, spam":    {models.Event{Kind: models.EventPromiseBroken}, models.Ticket{AssigneeID: id(1), SpamAt: 1}, "", ""},
		"time low":                {models.Event{Kind: models.EventTimeLow}, models.Ticket{AssigneeID: id(1), TeamID: id(7)}, "", "1 3"},
		"time low, nobody's":      {models.Event{Kind: models.EventTimeLow}, models.Ticket{TeamID: id(7)}, "", "3"},
		"spam":                    {models.Event{Kind: models.EventReplied}, models.Ticket{AssigneeID: id(1), SpamAt: 1}, "", ""},
		"an agent's reply":        {models.Event{Kind: models.EventAgentReplied, AgentID: id(1)}, models.Ticket{}, "", ""},
	} {
		var got []string
		for _, a := range AgentsTold(&c.event, &c.ticket, c.note, crew, team) {
			got = append(got, itoa(a.ID))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: told %v, want %s", name, got, c.want)
		}
	}
}

// AG-7: mails wait for the end of quiet hours, by the agent's own clock, over midnight and
// over a change of the clocks.
func TestQuietHours(t *testing.T) {
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v.UTC()
	}
	night := NoticeSettings{QuietFrom: "20:00", QuietUntil: "07:30", Zone: "Europe/Berlin"}
	for _, c := range []struct {
		s         NoticeSettings
		now, want string
	}{
		{night, "2026-11-24T19:30:00Z", "2026-11-25T06:30:00Z"}, // 20:30 in Berlin
		{night, "2026-11-24T03:00:00Z", "2026-11-24T06:30:00Z"}, // 04:00
		{night, "2026-11-24T06:30:00Z", "2026-11-24T06:30:00Z"}, // 07:30 on the dot
		{night, "2026-11-24T18:59:00Z", "2026-11-24T18:59:00Z"}, // 19:59
		{night, "2026-10-24T20:00:00Z", "2026-10-25T06:30:00Z"}, // the night with an hour more
		{NoticeSettings{QuietFrom: "12:00", QuietUntil: "13:00"}, "2026-11-24T12:10:00Z", "2026-11-24T13:00:00Z"},
		{NoticeSettings{QuietFrom: "12:00", QuietUntil: "13:00"}, "2026-11-24T13:00:00Z", "2026-11-24T13:00:00Z"},
		{NoticeSettings{}, "2026-11-24T03:00:00Z", "2026-11-24T03:00:00Z"},
		{NoticeSettings{QuietFrom: "x", QuietUntil: "07:00"}, "2026-11-24T03:00:00Z", "2026-11-24T03:00:00Z"},
	} {
		if got := c.s.MailAt(at(c.now)); !got.Equal(at(c.want)) {
			t.Errorf("%+v at %s: %s, want %s", c.s, c.now, got, c.want)
		}
	}
}

// AG-7: an agent's wishes are kept beside whatever else their settings hold, and checked.
func TestNoticeSettingsAreKept(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			return models.SaveAgentSettings(ctx, tx, h.ada.ID, `{"other":{"a":1}}`)
		})
		s, err := h.NoticeSettings(ctx, h.ada)
		if err != nil || !s.App[models.NoticeNew] || s.Mail[models.NoticeNew] || !s.Mail[models.NoticeMentioned] {
			t.Fatalf("defaults %+v, %v", s, err)
		}
		for field, bad := range map[string]NoticeSettings{"quiet_from": {QuietFrom: "25:00", QuietUntil: "07:00"}, "quiet_until": {QuietFrom: "20:00"}, "zone": {Zone: "Mars/Olympus"}} {
			h.fault(h.SaveNoticeSettings(ctx, h.ada, bad), field)
		}
		h.fault(h.SaveNoticeSettings(ctx, h.ada, NoticeSettings{QuietFrom: "20:00", QuietUntil: "20:00"}), "quiet_until")
		if err := h.SaveNoticeSettings(ctx, h.ada, NoticeSettings{App: map[string]bool{models.NoticeDue: true}, QuietFrom: "20:00", QuietUntil: "07:00", Zone: "Asia/Tokyo"}); err != nil {
			t.Fatal(err)
		}
		s, _ = h.NoticeSettings(ctx, h.ada)
		if !s.App[models.NoticeDue] || s.App[models.NoticeNew] || s.Mail[models.NoticeDue] || s.Zone != "Asia/Tokyo" {
			t.Errorf("kept %+v", s)
		}
		a, err := models.AgentByID(ctx, h.db, h.ada.ID)
		if err != nil || !strings.Contains(a.Settings, `"other":{"a":1}`) {
			t.Errorf("settings %s, %v", a.Settings, err)
		}
		if actor, err := h.Actor(ctx, h.ada.ID); err != nil || actor.Clock("").String() != "Asia/Tokyo" {
			t.Errorf("clock %v, %v", actor.Clock(""), err)
		}
	})
}

// AG-7: a ticket is announced as due soon once for each due time, and not when it has ended.
func TestDueSoonIsSaidOnce(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		number := h.ticketOf(h.file(false).Token).Number
		said := func() (n int) {
			if _, err := h.TellDueSoon(ctx); err != nil {
				t.Fatal(err)
			}
			page, err := h.Ticket(ctx, h.ada, number, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Events {
				if e.Kind == models.EventDueSoon {
					n++
				}
			}
			return n
		}
		set := func(due time.Time) {
			if err := h.SetDue(ctx, h.ada, number, due, 0); err != nil {
				t.Fatal(err)
			}
		}
		set(h.clock().Add(25 * time.Hour))
		if said() != 0 {
			t.Fatal("too early")
		}
		h.later(2 * time.Hour)
		if said() != 1 || said() != 1 {
			t.Fatal("not once")
		}
		set(h.clock().Add(3 * time.Hour))
		if said() != 2 {
			t.Fatal("the new time was not announced")
		}
		set(time.Time{})
		if err := h.ChangeStatus(ctx, h.ada, number, "resolved", 0); err != nil {
			t.Fatal(err)
		}
		set(h.clock().Add(time.Hour))
		if said() != 2 {
			t.Fatal("an ended ticket was announced")
		}
	})
}

package desk

import (
	"context"
	"encoding/json"
	"time"
	_ "time/tzdata" // quiet hours need the zones wherever the program runs

	"lodge/models"
)

// NoticeSettings is how an agent wants to be told (AG-7). App and Mail hold the kinds of
// notices that are wanted; from QuietFrom to QuietUntil ("22:00", both empty for never) mails
// wait, by the clock of Zone, a name such as Europe/Berlin; empty is UTC.
type NoticeSettings struct {
	App, Mail             map[string]bool
	QuietFrom, QuietUntil string
	Zone                  string
}

// storedNotices is the part "notices" of an agent's settings. A kind that is not there is as
// it is by default, so that a new kind reaches those who saved before it existed.
type storedNotices struct {
	App        map[string]bool `json:"app"`
	Mail       map[string]bool `json:"mail"`
	QuietFrom  string          `json:"quiet_from,omitempty"`
	QuietUntil string          `json:"quiet_until,omitempty"`
	Zone       string          `json:"zone,omitempty"`
}

const noticesKey = "notices"

// NoticeSettingsOf reads how an agent wants to be told. By default everything is told in the
// app, and all but new tickets by mail: on a busy desk those would be most of the mail.
func NoticeSettingsOf(a *models.Agent) NoticeSettings {
	var all map[string]json.RawMessage
	var kept storedNotices
	_ = json.Unmarshal([]byte(a.Settings), &all)
	_ = json.Unmarshal(all[noticesKey], &kept)
	s := NoticeSettings{App: map[string]bool{}, Mail: map[string]bool{}, QuietFrom: kept.QuietFrom, QuietUntil: kept.QuietUntil, Zone: kept.Zone}
	for _, kind := range models.NoticeKinds {
		app, ok := kept.App[kind]
		s.App[kind] = app || !ok
		mail, ok := kept.Mail[kind]
		s.Mail[kind] = mail || (!ok && kind != models.NoticeNew)
	}
	return s
}

// Location is the zone of the agent's clock; UTC when none is set.
func (s NoticeSettings) Location() *time.Location {
	if s.Zone == "" {
		return time.UTC
	}
	place, err := time.LoadLocation(s.Zone)
	if err != nil {
		return time.UTC
	}
	return place
}

// MailAt says when a mail may go that is wanted now: at once, or when the quiet hours end.
func (s NoticeSettings) MailAt(now time.Time) time.Time {
	from, ok1 := minutes(s.QuietFrom)
	until, ok2 := minutes(s.QuietUntil)
	if !ok1 || !ok2 || from == until {
		return now
	}
	local := now.In(s.Location())
	at := local.Hour()*60 + local.Minute()
	day := local.Day()
	switch {
	case from < until && (at < from || at >= until), from > until && at < from && at >= until:
		return now
	case from > until && at >= from:
		day++ // the night's end is tomorrow
	}
	// By the calendar, so that a change of the clocks moves nothing.
	return time.Date(local.Year(), local.Month(), day, until/60, until%60, 0, 0, local.Location()).UTC()
}

func minutes(clock string) (int, bool) {
	t, err := time.Parse("15:04", clock)
	return t.Hour()*60 + t.Minute(), err == nil
}

// Clock is the time zone for what the actor types and reads as a date. typed, such as the zone
// of their browser, counts while they have set none; UTC is the last word.
func (a Actor) Clock(typed string) *time.Location {
	for _, name := range []string{a.Zone, typed} {
		if name == "" || name == "Local" {
			continue
		}
		if place, err := time.LoadLocation(name); err == nil {
			return place
		}
	}
	return time.UTC
}

// NoticeSettings reads how the actor wants to be told.
func (d *Desk) NoticeSettings(ctx context.Context, actor Actor) (*NoticeSettings, error) {
	if err := actor.may(models.ActRead); err != nil {
		return nil, err
	}
	a, err := models.AgentByID(ctx, d.db, actor.ID)
	if err != nil {
		return nil, err
	}
	s := NoticeSettingsOf(a)
	return &s, nil
}

// SaveNoticeSettings keeps how the actor wants to be told. Whatever else the agent's settings
// hold stays.
func (d *Desk) SaveNoticeSettings(ctx context.Context, actor Actor, in NoticeSettings) error {
	if err := actor.may(models.ActRead); err != nil {
		return err
	}
	var v models.Invalid
	_, fromOK := minutes(in.QuietFrom)
	_, untilOK := minutes(in.QuietUntil)
	if in.QuietFrom != "" && !fromOK || in.QuietFrom == "" && untilOK {
		v.Add("quiet_from", "agent.notices.error.time")
	}
	if in.QuietUntil != "" && !untilOK || in.QuietUntil == "" && fromOK {
		v.Add("quiet_until", "agent.notices.error.time")
	}
	if fromOK && untilOK && in.QuietFrom == in.QuietUntil {
		v.Add("quiet_until", "agent.notices.error.same")
	}
	if _, err := time.LoadLocation(in.Zone); err != nil || in.Zone == "Local" {
		v.Add("zone", "agent.notices.error.zone")
	}
	if err := v.Err(); err != nil {
		return err
	}
	kept := storedNotices{App: map[string]bool{}, Mail: map[string]bool{}, QuietFrom: in.QuietFrom, QuietUntil: in.QuietUntil, Zone: in.Zone}
	for _, kind := range models.NoticeKinds {
		kept.App[kind], kept.Mail[kind] = in.App[kind], in.Mail[kind]
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		a, err := models.AgentByID(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		all := map[string]json.RawMessage{}
		_ = json.Unmarshal([]byte(a.Settings), &all)
		if all == nil {
			all = map[string]json.RawMessage{}
		}
		all[noticesKey] = raw
		whole, err := json.Marshal(all)
		if err != nil {
			return err
		}
		return models.SaveAgentSettings(ctx, tx, a.ID, string(whole))
	})
}

package models

import (
	"context"
	"testing"
)

// AG-2, AG-7: what the sidebar, the bell and the clock ask for is found by an index, and the
// rows that must be one are one on both databases.
func TestPropertiesAndNotices(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		ctx := t.Context()
		agent := &Agent{Address: "a@x.example", AddressKey: "a@x.example", Name: "Ada", Role: RoleAgent, CreatedAt: 1}
		var company int64
		write(t, db, func(ctx context.Context, tx *Tx) (err error) {
			if err := InsertAgent(ctx, tx, agent); err != nil {
				return err
			}
			if company, err = EnsureCompany(ctx, tx, "Calder Print", 1); err != nil {
				return err
			}
			tags, err := EnsureTags(ctx, tx, []string{"Red", "RED2"}, 1)
			if err != nil {
				return err
			}
			if again, err := EnsureTags(ctx, tx, []string{"rEd"}, 1); err != nil || len(again) != 1 || again[0].ID != tags[0].ID || again[0].Name != "Red" {
				t.Errorf("another spelling is another tag: %v, %v", again, err)
			}
			if err := SetTicketTags(ctx, tx, d.ticket, tags); err != nil {
				return err
			}
			for i, want := range []bool{true, false} {
				made, err := InsertNotice(ctx, tx, &Notice{AgentID: agent.ID, EventID: d.event, TicketID: d.ticket, Kind: NoticeAssigned, CreatedAt: 1})
				if err != nil || made != want {
					t.Errorf("notice %d: %v, %v", i, made, err)
				}
			}
			if _, err := ChangedSince(ctx, tx, d.ticket, 0, `{"field":"x"`, EventFieldSet); err != nil {
				return err
			}
			_, err = TellDue(ctx, tx, d.ticket)
			return err
		})
		s, err := Properties(ctx, db, d.ticket, &company, agent.ID)
		if err != nil || len(s.Tags) != 2 || len(s.Companies) != 1 || s.Companies[0].Name != "Calder Print" || s.Unread != 1 || len(s.Bounced) != 0 {
			t.Errorf("sheet %+v, %v", s, err)
		}
		if all, err := Notices(ctx, db, agent.ID, 0, 10); err != nil || len(all) != 1 || all[0].Title != "Broken" {
			t.Errorf("notices %v, %v", all, err)
		}
		for what, read := range map[string]func() error{
			"unread": func() error { _, err := UnreadNotices(ctx, db, agent.ID, 10); return err }, "read": func() error { _, err := NoticeRead(ctx, db, agent.ID, d.event); return err },
			"snoozed": func() error { _, err := SnoozedDue(ctx, db, At(noon), 10); return err }, "due": func() error { _, err := DueUntold(ctx, db, At(noon), 10); return err },
			"tags": func() error { _, err := TagNames(ctx, db, "re", 10); return err }, "tag list": func() error { _, err := TagList(ctx, db, "", 10); return err },
			"companies": func() error { _, err := CompaniesLike(ctx, db, "cal", 10); return err },
		} {
			if err := read(); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
		write(t, db, func(ctx context.Context, tx *Tx) error { return ReadNotices(ctx, tx, agent.ID, 0, d.ticket, At(noon)) })
		if n, err := UnreadNotices(ctx, db, agent.ID, 10); err != nil || n != 0 {
			t.Errorf("%d unread, %v", n, err)
		}
		if n, err := PruneNotices(ctx, db, At(noon)); err != nil || n != 1 {
			t.Errorf("pruned %d, %v", n, err)
		}
		if !db.dialect.postgres {
			// Teams are a handful. Foreign keys of tables that nothing is deleted from need no index.
			assertIndexed(t, db, "FROM teams", "INSERT INTO", "DELETE FROM notices")
		}
	})
}

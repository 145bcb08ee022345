package models

import (
	"context"
	"fmt"
	"testing"
)

// EM-5: the mail log is paged by outcome and by project, and shows nobody else's.
func TestMailLog(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		other := d.project + 1000
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for i := range 20 {
				m := &MailIn{Source: MailFromIMAP, Blob: fmt.Sprint("b", i), SHA256: []byte{}, Subject: fmt.Sprint("mail ", i), Outcome: MailIgnored, Reason: "auto", ReceivedAt: At(noon)}
				switch i % 4 {
				case 0:
					m.ProjectID, m.Outcome, m.Reason, m.TicketID = &d.project, MailBecameTicket, "", &d.ticket
				case 1:
					m.ProjectID = &d.project
				case 2:
					m.ProjectID = &other
				}
				if _, err := InsertMailIn(ctx, tx, m); err != nil {
					return err
				}
			}
			return nil
		})
		for name, c := range map[string]struct {
			q    MailLogQuery
			want int
		}{
			"all":                  {MailLogQuery{}, 20},
			"of one project":       {MailLogQuery{Projects: []int64{d.project}}, 10},
			"tickets of it":        {MailLogQuery{Projects: []int64{d.project}, Outcome: MailBecameTicket}, 5},
			"ignored":              {MailLogQuery{Outcome: MailIgnored}, 15},
			"of two":               {MailLogQuery{Projects: []int64{d.project, other}}, 15},
			"of none":              {MailLogQuery{Projects: []int64{}}, 0},
			"held, there are none": {MailLogQuery{Outcome: MailHeld}, 0},
		} {
			got, last := 0, int64(0)
			for {
				c.q.Before, c.q.Limit = last, 3
				rows, err := MailLog(t.Context(), db, c.q)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					if last != 0 && r.ID >= last {
						t.Errorf("%s: %d after %d", name, r.ID, last)
					}
					last = r.ID
					if (r.Outcome == MailBecameTicket) != r.Number.Valid {
						t.Errorf("%s: the ticket of %+v", name, r)
					}
				}
				if got += len(rows); len(rows) < 3 {
					break
				}
			}
			if got != c.want {
				t.Errorf("%s: %d, want %d", name, got, c.want)
			}
		}
		if !db.Postgres() {
			assertIndexed(t, db, "INSERT INTO contacts")
		}
	})
}

// A42, AG-8: what is taken out for good takes the raw mail along, and every copy of it, and nothing
// else's.
func TestDropMailsOf(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		d := newDesk(t, db)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			var ids []int64
			for i, key := range []string{"same", "same", "other", ""} {
				m := &MailIn{Source: MailFromIMAP, Blob: fmt.Sprint("b", i), SameKey: key, SHA256: []byte{}, Subject: "SECRET", ReceivedAt: At(noon)}
				if _, err := InsertMailIn(ctx, tx, m); err != nil {
					return err
				}
				ids = append(ids, m.ID)
			}
			m := &Message{PID: "m1", TicketID: d.ticket, Kind: MessagePublic, ContactID: &d.contact, MailID: &ids[0], CreatedAt: At(noon), PublishAt: At(noon)}
			if err := InsertMessage(ctx, tx, m); err != nil {
				return err
			}
			keys, err := DropMailsOf(ctx, tx, []int64{m.ID})
			if err != nil {
				return err
			}
			if fmt.Sprint(keys) != "[b0 b1]" {
				t.Errorf("the bytes are %v", keys)
			}
			for i, id := range ids {
				row, err := MailInByID(ctx, tx, id)
				if err != nil {
					return err
				}
				if gone := row.Blob == "" && row.Subject == ""; gone != (i < 2) {
					t.Errorf("mail %d is %+v", i, row)
				}
			}
			return nil
		})
	})
}

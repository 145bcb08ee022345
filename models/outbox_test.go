package models

import (
	"fmt"
	"reflect"
	"testing"
)

func TestOutboxKeepsMailsAsTheyWere(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		first := &OutboxMail{Recipient: "Ann <ann@example.com>", Subject: "Größe [K7-3QX]", Text: "a 'quote' \\ and ?", HTML: "<p>ü</p>",
			Headers: map[string]string{"Message-ID": "<a@x>", "References": "<b@x> <c@x>"}, Attachments: []string{"a.pdf", "bild ü.png"}, CreatedAt: At(noon)}
		for _, m := range []*OutboxMail{first, {Subject: "second"}, {Subject: "third"}} {
			if err := InsertOutboxMail(ctx, db, m); err != nil {
				t.Fatal(err)
			}
		}
		if got := must(OutboxMailByID(ctx, db, first.ID))(t); !reflect.DeepEqual(got, first) {
			t.Errorf("read back %+v", got)
		}
		var subjects []string
		for _, m := range must(OutboxMails(ctx, db, 2))(t) {
			subjects = append(subjects, m.Subject)
		}
		if got := fmt.Sprint(subjects); got != "[second third]" {
			t.Errorf("the latest two: %s", got)
		}
		if got := must(OutboxMails(ctx, db, 9))(t); len(got) != 3 || got[0].ID != first.ID {
			t.Errorf("all: %d", len(got))
		}
		if _, err := OutboxMailByID(ctx, db, 999); KindOf(err) != KindNotFound {
			t.Errorf("unknown: %v", err)
		}
	})
}

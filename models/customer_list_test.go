package models

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lodge/internal/testpg"
)

// shelf is a yard whose reporter has a seat on each of its tickets, and somebody else on one.
type shelf struct {
	*yard
	other int64
}

func newShelf(t *testing.T, db *DB) shelf {
	t.Helper()
	s := shelf{yard: newYard(t, db)}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		if err := tx.row(ctx, "INSERT INTO contacts (address, address_key, created_at) VALUES ('bob@example.com', 'bob@example.com', 1) RETURNING id").Scan(&s.other); err != nil {
			return err
		}
		for i, name := range []string{"mine", "team", "firm", "other", "urgent", "tagged", "snoozed", "spam", "ended", "merged"} {
			k, err := LockTicket(ctx, tx, s.ids[name])
			if err != nil {
				return err
			}
			k.PublicVersion, k.PublicAt = 2, At(noon)+Stamp(i)+1
			if name == "ended" {
				k.Category = CategoryClosed
			}
			if err := InsertParticipant(ctx, tx, &Participant{TicketID: k.ID, ContactID: s.contact, JoinedAs: JoinedReporter, CreatedAt: At(noon)}); err != nil {
				return err
			}
			if err := SaveTicket(ctx, tx, k); err != nil {
				return err
			}
		}
		return InsertParticipant(ctx, tx, &Participant{TicketID: s.ids["team"], ContactID: s.other, JoinedAs: JoinedCC, CreatedAt: At(noon)})
	})
	return s
}

func customerTitles(rows []*CustomerRow) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Title)
	}
	return strings.Join(all, " ")
}

// CP-7, CP-11, A72: each filter and order of a customer's list finds what it names and nothing
// else; spam, merged tickets and seats that were left are nobody's; pages never repeat or lose a row.
func TestCustomerTickets(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		s := newShelf(t, db)
		all := []int64{s.yard.project, s.yard.other}
		if err := CheckSeats(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			q    CustomerQuery
			want string
		}{
			{"own", CustomerQuery{}, "ended snoozed 100% of it urgent other firm team mine"},
			{"no project", CustomerQuery{Projects: []int64{}}, ""},
			{"one project", CustomerQuery{Projects: []int64{s.yard.other}}, "other"},
			{"somebody else", CustomerQuery{ContactID: s.other}, "team"},
			{"stranger", CustomerQuery{ContactID: s.other + 99}, ""},
			{"created", CustomerQuery{Sort: SortCreated}, "mine team firm other urgent 100% of it snoozed ended"},
			{"priority", CustomerQuery{Sort: SortPriority}, "urgent ended snoozed 100% of it other firm team mine"},
			{"due, nothing promised", CustomerQuery{Sort: SortDue, Now: 1}, ""},
			{"urgent", CustomerQuery{Priority: PriorityUrgent}, "urgent"},
			{"categories", CustomerQuery{Categories: []Category{CategoryOpen, CategoryClosed}}, "ended other"},
			{"type that is none", CustomerQuery{TypeIDs: []int64{}}, ""},
			{"unknown type", CustomerQuery{TypeIDs: []int64{99}}, ""},
			{"from", CustomerQuery{From: At(noon) - 2}, "team mine"},
			{"until", CustomerQuery{To: At(noon) - 6}, "ended snoozed"},
			{"unread", CustomerQuery{Unread: true}, "ended snoozed 100% of it urgent other firm team mine"},
			{"found", CustomerQuery{IDs: []int64{s.ids["spam"], s.ids["team"], s.ids["urgent"]}}, "urgent team"},
			{"found, not theirs", CustomerQuery{ContactID: s.other, IDs: []int64{s.ids["urgent"]}}, ""},
			{"found nothing", CustomerQuery{IDs: []int64{}}, ""},
			{"company", CustomerQuery{CompanyID: s.firm, ContactID: s.other}, "firm"},
			{"company, unread by somebody without a seat", CustomerQuery{CompanyID: s.firm, ContactID: s.other, Unread: true}, ""},
			{"company, unread", CustomerQuery{CompanyID: s.firm, Unread: true}, "firm"},
			{"company, by priority", CustomerQuery{CompanyID: s.firm, Sort: SortPriority, Now: 1}, "firm"},
		} {
			if c.q.ContactID == 0 {
				c.q.ContactID = s.contact
			}
			if c.q.Projects == nil {
				c.q.Projects = all
			}
			c.q.Limit = 50
			whole, more, err := CustomerTickets(t.Context(), db, c.q)
			if got := customerTitles(whole); err != nil || more || got != c.want {
				t.Errorf("%s: %q %v %v, want %q", c.name, got, more, err, c.want)
			}
			var paged []*CustomerRow
			for c.q.Limit = 2; ; {
				some, more, err := CustomerTickets(t.Context(), db, c.q)
				if err != nil {
					t.Fatal(err)
				}
				if paged = append(paged, some...); !more || len(paged) > 50 {
					break
				}
				last := some[len(some)-1]
				c.q.After, c.q.AfterReference = last.Key, last.Reference
			}
			if got := customerTitles(paged); got != c.want {
				t.Errorf("%s, in pages: %q, want %q", c.name, got, c.want)
			}
		}
		counts, cut, err := CountCustomerTickets(t.Context(), db, CustomerQuery{ContactID: s.contact, Projects: all}, 100)
		sum, unread := 0, 0
		for _, n := range counts {
			sum, unread = sum+n.Count, unread+n.Unread
		}
		if err != nil || cut || sum != 8 || unread != 8 {
			t.Errorf("counts %d, %d unread, %v %v: %+v", sum, unread, cut, err, counts)
		}
		if _, cut, err = CountCustomerTickets(t.Context(), db, CustomerQuery{ContactID: s.contact, Projects: all}, 3); err != nil || !cut {
			t.Errorf("a bound is not told: %v %v", cut, err)
		}
	})
}

// CP-11, CO-1: what leaves a customer leaves the list in the same transaction: a seat that was left
// or moved, spam, a ticket made private.
func TestCustomerTicketsFollow(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		s := newShelf(t, db)
		own := CustomerQuery{ContactID: s.contact, Projects: []int64{s.yard.project, s.yard.other}, Limit: 50}
		firm := own
		firm.CompanyID = s.firm
		list := func(q CustomerQuery) string {
			rows, _, err := CustomerTickets(t.Context(), db, q)
			if err != nil {
				t.Fatal(err)
			}
			return " " + customerTitles(rows) + " "
		}
		change := func(name string, f func(*Ticket)) {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				k, err := LockTicket(ctx, tx, s.ids[name])
				if err != nil {
					return err
				}
				f(k)
				return SaveTicket(ctx, tx, k)
			})
		}
		change("urgent", func(k *Ticket) { k.SpamAt = 1 })
		change("firm", func(k *Ticket) { k.Private = true })
		change("team", func(k *Ticket) { k.Priority, k.PublicAt = PriorityHigh, At(noon)+500 })
		write(t, db, func(ctx context.Context, tx *Tx) error {
			people, err := People(ctx, tx, s.ids["mine"])
			if err != nil {
				return err
			}
			if err := LeaveSeat(ctx, tx, people[0].ID, 5); err != nil {
				return err
			}
			if people, err = People(ctx, tx, s.ids["tagged"]); err != nil {
				return err
			}
			return DeleteParticipant(ctx, tx, people[0].ID)
		})
		if got := list(own); got != " team ended snoozed other firm " {
			t.Errorf("own: %q", got)
		}
		if got := list(firm); got != "  " {
			t.Errorf("company: %q", got)
		}
		if err := Verify(t.Context(), db); err != nil {
			t.Error(err)
		}
		// A copy that does not follow is found.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "UPDATE participants SET priority = 4 WHERE ticket_id = ?", s.ids["other"])
			return err
		})
		if err := Verify(t.Context(), db); err == nil {
			t.Error("a stale copy is not found")
		}
	})
}

// customerPlans are the lists whose cost must not grow with the desk.
func customerPlans(s shelf) map[string]CustomerQuery {
	all := map[string]CustomerQuery{}
	for _, sort := range CustomerSorts {
		for _, company := range []int64{0, s.firm} {
			q := CustomerQuery{ContactID: s.contact, CompanyID: company, Projects: []int64{s.yard.project, s.yard.other}, Sort: sort, Now: 1, Limit: 25}
			all[fmt.Sprint(sort, " ", company)] = q
			q.Categories, q.Priority, q.TypeIDs, q.From, q.Unread = []Category{CategoryNew, CategoryOpen}, PriorityHigh, []int64{5}, 1, company == 0
			q.After, q.AfterReference = At(noon), "R-team"
			all[fmt.Sprint(sort, " ", company, ", filtered")] = q
		}
	}
	return all
}

// CP-7: a page is the front of one index, and filters look into the index alone.
func TestCustomerPlans(t *testing.T) {
	db := openDB(t, Options{Dir: t.TempDir()})
	s := newShelf(t, db)
	for name, q := range customerPlans(s) {
		text, _ := q.statement(db)
		if got := explain(t, db, text); !strings.Contains(got, "USING COVERING INDEX s") || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s takes\n%s", name, got)
		}
		count, _ := q.count(db)
		if got := explain(t, db, count); !strings.Contains(got, "USING COVERING INDEX s") {
			t.Errorf("counting %s takes\n%s", name, got)
		}
	}
}

// CP-7: the same on PostgreSQL, with the seats of a large customer among many others.
func TestCustomerPlansOnPostgres(t *testing.T) {
	db := openDB(t, Options{Address: testpg.Start(t)})
	s := newShelf(t, db)
	write(t, db, func(ctx context.Context, tx *Tx) error {
		for _, query := range []string{
			`INSERT INTO tickets (project_id, number, reference, title, status_id, category, fields, priority, reporter_id, company_id, origin, version, public_version, created_at, updated_at, public_at, ended_at, promise_at)
				SELECT project_id, 1000 + n, 'G-' || n, title, status_id, category, fields, 1 + n % 4, reporter_id, CASE WHEN n % 3 = 0 THEN (SELECT id FROM companies) END, origin, 1, 1, created_at + n, updated_at + n, public_at + n, 0, 1000 + n
				FROM tickets, generate_series(1, 30000) AS n WHERE reference = 'R-urgent'`,
			`INSERT INTO participants (ticket_id, contact_id, joined_as, generation, created_at) SELECT id, CASE WHEN number % 3 = 0 THEN reporter_id ELSE ` + fmt.Sprint(s.other) + ` END, 'reporter', 1, 1 FROM tickets WHERE number > 1000`,
			copySeats,
		} {
			if _, err := tx.exec(ctx, query); err != nil {
				return err
			}
		}
		for _, table := range []string{"tickets", "participants"} {
			if _, err := tx.exec(ctx, "ANALYZE "+table); err != nil {
				return err
			}
		}
		return nil
	})
	for name, q := range customerPlans(s) {
		if strings.Contains(name, "filtered") {
			continue // a page of few rows may rightly be sorted
		}
		text, args := q.statement(db)
		rows, err := db.query(t.Context(), "EXPLAIN "+text, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&plan, line)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if got := plan.String(); strings.Contains(got, "Sort") || strings.Contains(got, "Seq Scan") {
			t.Errorf("%s takes\n%s", name, got)
		}
	}
}

package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// yard is a queue with tickets of every kind.
type yard struct {
	desk
	other, otherStatus     int64
	agent, team, tag, firm int64
	ids                    map[string]int64
}

func newYard(t *testing.T, db *DB) *yard {
	t.Helper()
	y := &yard{desk: newDesk(t, db), ids: map[string]int64{}}
	write(t, db, func(ctx context.Context, tx *Tx) error {
		p := &Project{Slug: "other", Name: "Other", Portal: PortalPublic, Settings: DefaultProjectSettings(), CreatedAt: At(noon)}
		if err := InsertProject(ctx, tx, p); err != nil {
			return err
		}
		s := &Status{ProjectID: p.ID, Slug: "open", Name: "Open", Category: CategoryOpen}
		if err := InsertStatus(ctx, tx, s); err != nil {
			return err
		}
		y.other, y.otherStatus = p.ID, s.ID
		a := &Agent{Address: "a@example.com", AddressKey: "a@example.com", Name: "Ada", Role: RoleAgent, CreatedAt: At(noon)}
		if err := InsertAgent(ctx, tx, a); err != nil {
			return err
		}
		y.agent = a.ID
		var err error
		if y.team, err = InsertTeam(ctx, tx, "Night", At(noon), a.ID); err != nil {
			return err
		}
		if err := tx.row(ctx, "INSERT INTO tags (name, name_key, created_at) VALUES ('VIP', 'vip', 1) RETURNING id").Scan(&y.tag); err != nil {
			return err
		}
		if err := tx.row(ctx, "INSERT INTO companies (name, name_key, created_at) VALUES ('Nord', 'nord', 1) RETURNING id").Scan(&y.firm); err != nil {
			return err
		}
		for i, one := range []struct {
			name   string
			change func(*Ticket)
		}{
			{"mine", func(k *Ticket) { k.AssigneeID = &y.agent }},
			{"team", func(k *Ticket) { k.TeamID = &y.team }},
			{"firm", func(k *Ticket) { k.CompanyID, k.DueAt = &y.firm, At(noon)+5 }},
			{"other", func(k *Ticket) {
				k.ProjectID, k.StatusID, k.Category, k.DueAt = y.other, y.otherStatus, CategoryOpen, At(noon)+3
			}},
			{"urgent", func(k *Ticket) { k.Priority = PriorityUrgent }},
			{"tagged", func(k *Ticket) { k.Title = "100% of it" }},
			{"snoozed", func(k *Ticket) { k.SnoozedUntil = At(noon) + 100 }},
			{"spam", func(k *Ticket) { k.SpamAt = At(noon) }},
			{"ended", func(k *Ticket) { k.EndedAt, k.DueAt = At(noon), At(noon)+1 }},
			{"merged", func(k *Ticket) { k.EndedAt, k.MergedIntoID = At(noon), &y.ticket }},
		} {
			k := &Ticket{ProjectID: y.project, Reference: "R-" + one.name, Title: one.name, StatusID: y.status, Category: CategoryNew, RawFields: "[]", Priority: PriorityNormal,
				ReporterID: y.contact, Version: 1, CreatedAt: At(noon) - Stamp(i) - 1, UpdatedAt: At(noon) + Stamp(i) + 1}
			one.change(k)
			if err := InsertTicket(ctx, tx, k); err != nil {
				return err
			}
			y.ids[one.name] = k.ID
		}
		_, err = tx.exec(ctx, "INSERT INTO ticket_tags (ticket_id, tag_id) VALUES (?, ?)", y.ids["tagged"], y.tag)
		return err
	})
	return y
}

func titles(rows []*QueueRow) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Title)
	}
	return strings.Join(all, " ")
}

// AG-1: every view and filter finds what it names and nothing else; snoozed, merged and spam
// tickets are in no view but their own.
func TestQueueViewsAndFilters(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		y := newYard(t, db)
		for _, c := range []struct {
			name string
			q    QueueQuery
			want string
		}{
			{"mine", QueueQuery{View: ViewMine}, "mine"},
			{"team", QueueQuery{View: ViewTeam, Teams: []int64{y.team, 99}}, "team"},
			{"no team", QueueQuery{View: ViewTeam}, ""},
			{"unassigned", QueueQuery{View: ViewUnassigned}, "100% of it urgent other firm team Broken"},
			{"unassigned of few projects", QueueQuery{View: ViewUnassigned, Projects: []int64{y.other}}, "other"},
			{"open", QueueQuery{View: ViewOpen}, "100% of it urgent other firm team mine Broken"},
			{"open of two projects", QueueQuery{View: ViewOpen, Projects: []int64{y.project, y.other}}, "100% of it urgent other firm team mine Broken"},
			{"open of no project", QueueQuery{View: ViewOpen, Projects: []int64{}}, ""},
			{"snoozed", QueueQuery{View: ViewSnoozed}, "snoozed"},
			{"snoozed elsewhere", QueueQuery{View: ViewSnoozed, Projects: []int64{y.other}}, ""},
			{"spam", QueueQuery{View: ViewSpam}, "spam"},
			{"ended", QueueQuery{View: ViewEnded}, "ended"},
			{"all", QueueQuery{View: ViewAll}, "merged ended 100% of it urgent other firm team mine Broken"},
			{"by creation", QueueQuery{View: ViewOpen, Sort: SortCreated}, "Broken mine team firm other urgent 100% of it"},
			{"by creation, all", QueueQuery{View: ViewAll, Sort: SortCreated}, "Broken mine team firm other urgent 100% of it ended merged"},
			{"by due date", QueueQuery{View: ViewOpen, Sort: SortDue}, "other firm"},
			{"by due date, all", QueueQuery{View: ViewAll, Sort: SortDue}, "ended other firm"},
			{"by due date, of a tag", QueueQuery{View: ViewOpen, Sort: SortDue, TagID: y.tag}, ""},
			{"company", QueueQuery{View: ViewOpen, CompanyID: y.firm}, "firm"},
			{"tag", QueueQuery{View: ViewOpen, TagID: y.tag}, "100% of it"},
			{"tag elsewhere", QueueQuery{View: ViewOpen, TagID: y.tag, Projects: []int64{y.other}}, ""},
			{"priority", QueueQuery{View: ViewOpen, Priority: PriorityUrgent}, "urgent"},
			{"category", QueueQuery{View: ViewOpen, Category: CategoryOpen}, "other"},
			{"status", QueueQuery{View: ViewOpen, StatusIDs: []int64{y.otherStatus}}, "other"},
			{"unknown status", QueueQuery{View: ViewOpen, StatusIDs: []int64{}}, ""},
			{"unknown type", QueueQuery{View: ViewOpen, TypeIDs: []int64{}}, ""},
			{"somebody", QueueQuery{View: ViewOpen, AssigneeID: y.agent}, "mine"},
			{"nobody", QueueQuery{View: ViewOpen, Nobody: true, TeamID: y.team}, "team"},
			{"mine of somebody else", QueueQuery{View: ViewMine, AssigneeID: y.agent + 1}, ""},
			{"a title with a percent sign", QueueQuery{View: ViewOpen, Title: "100%"}, "100% of it"},
			{"a title with an underscore", QueueQuery{View: ViewOpen, Title: "_"}, ""},
			{"found ones", QueueQuery{View: ViewOpen, IDs: []int64{y.ids["mine"], y.ids["spam"], y.ids["other"]}, Projects: []int64{y.project}}, "mine"},
			{"news", QueueQuery{View: ViewOpen, Since: At(noon) + 5}, "100% of it"},
		} {
			c.q.AgentID, c.q.Limit = y.agent, 50
			rows, next, cut, err := QueuePage(t.Context(), db, c.q)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got := titles(rows); got != c.want || next.Key != 0 || cut {
				t.Errorf("%s: %q, want %q (next %v)", c.name, got, c.want, next)
			}
			if c.q.Sort == SortDue {
				continue // a counter has no order
			}
			if n := must(QueueCount(t.Context(), db, c.q, 100))(t); n != len(rows) {
				t.Errorf("%s: counted %d", c.name, n)
			}
		}
		// Page by page, each ticket once.
		for _, sort := range []string{SortUpdated, SortCreated, SortDue} {
			q := QueueQuery{View: ViewAll, Sort: sort, Projects: []int64{y.project, y.other}, Limit: 1}
			whole := titles(must(Queue(t.Context(), db, QueueQuery{View: ViewAll, Sort: sort, Limit: 50}))(t))
			var walked []string
			for range 20 {
				rows, next, _, err := QueuePage(t.Context(), db, q)
				if err != nil {
					t.Fatal(err)
				}
				walked = append(walked, titles(rows))
				if next.Key == 0 {
					break
				}
				q.Before, q.BeforeID = next.Key, next.ID
			}
			if got := strings.Join(walked, " "); got != whole {
				t.Errorf("%s page by page %q, at once %q", sort, got, whole)
			}
		}
		row := must(QueueRows(t.Context(), db, []int64{y.ids["tagged"], y.ids["firm"]}))(t)
		if len(row) != 2 || !slices.Equal(row[0].Tags, []string{"VIP"}) || *row[1].CompanyName != "Nord" {
			t.Errorf("rows %+v", row)
		}
	})
}

// AG-1: a filter that no index serves looks through a window and goes on behind it, so that
// nothing is missed and no page costs more.
func TestNarrowedQueueGoesOn(t *testing.T) {
	db := openLiteDB(t)
	y := newYard(t, db)
	q := QueueQuery{View: ViewOpen, Priority: PriorityUrgent}
	p := q.plan(db, false)
	if !p.narrowed || p.index != "queue_open" {
		t.Fatalf("plan %+v", p)
	}
	edge, err := p.window(t.Context(), db, QueueKey{}, 2)
	if err != nil || edge.ID != y.ids["other"] {
		t.Errorf("edge %+v %v", edge, err)
	}
	edge, err = p.window(t.Context(), db, edge, 2)
	if err != nil || edge.ID != y.ids["mine"] {
		t.Errorf("next edge %+v %v", edge, err)
	}
	edge, err = p.window(t.Context(), db, edge, 2)
	if err != nil || edge.Key != 0 {
		t.Errorf("last edge %+v %v", edge, err)
	}
}

// AG-1: every standard list and counter is the front of one index: nothing is sorted, no
// table is read whole.
func TestQueuePlans(t *testing.T) {
	db := openLiteDB(t)
	y := newYard(t, db)
	for _, c := range []struct {
		q     QueueQuery
		index string
	}{
		{QueueQuery{View: ViewMine}, "queue_open_assignee"},
		{QueueQuery{View: ViewMine, Projects: []int64{1, 2}}, "queue_open_assignee"},
		{QueueQuery{View: ViewTeam, Teams: []int64{1, 2}}, "queue_open_team"},
		{QueueQuery{View: ViewUnassigned}, "queue_free"},
		{QueueQuery{View: ViewUnassigned, Projects: []int64{1, 2, 3}}, "queue_free_project"},
		{QueueQuery{View: ViewUnassigned, ProjectID: 1}, "queue_free_project"},
		{QueueQuery{View: ViewOpen}, "queue_open"},
		{QueueQuery{View: ViewOpen, ProjectID: 1}, "queue_open_project"},
		{QueueQuery{View: ViewOpen, Projects: []int64{1, 2, 3}}, "queue_open_project"},
		{QueueQuery{View: ViewOpen, Category: CategoryWaiting}, "queue_open_category"},
		{QueueQuery{View: ViewOpen, StatusIDs: []int64{1}}, "tickets_status"},
		{QueueQuery{View: ViewOpen, CompanyID: 1}, "tickets_company"},
		{QueueQuery{View: ViewOpen, Nobody: true}, "queue_free"},
		{QueueQuery{View: ViewSnoozed}, "queue_snoozed"},
		{QueueQuery{View: ViewEnded}, "tickets_ended"},
		{QueueQuery{View: ViewEnded, ProjectID: 1}, "tickets_project"},
		{QueueQuery{View: ViewSpam}, "tickets_spam"},
		{QueueQuery{View: ViewAll}, "tickets_updated"},
		{QueueQuery{View: ViewAll, ProjectID: 1}, "tickets_project"},
		{QueueQuery{View: ViewOpen, Sort: SortCreated}, "queue_open_created"},
		{QueueQuery{View: ViewMine, Sort: SortCreated}, "queue_open_assignee_created"},
		{QueueQuery{View: ViewUnassigned, Sort: SortCreated}, "queue_free_created"},
		{QueueQuery{View: ViewOpen, Sort: SortCreated, ProjectID: 1}, "queue_open_project_created"},
		{QueueQuery{View: ViewAll, Sort: SortCreated}, "tickets_created"},
		{QueueQuery{View: ViewEnded, Sort: SortCreated}, "tickets_created"},
		{QueueQuery{View: ViewOpen, Sort: SortDue}, "queue_open_due"},
		{QueueQuery{View: ViewMine, Sort: SortDue}, "queue_open_assignee_due"},
		{QueueQuery{View: ViewAll, Sort: SortDue}, "tickets_due"},
	} {
		for _, before := range []Stamp{0, At(noon)} {
			c.q.AgentID, c.q.Limit, c.q.Before, c.q.BeforeID = y.agent, 50, before, 7
			if p := c.q.plan(db, false); p.index != c.index {
				t.Errorf("%+v takes %q, want %q", c.q, p.index, c.index)
			}
			must(Queue(t.Context(), db, c.q))(t)
			must(QueueCount(t.Context(), db, c.q, 100))(t)
		}
	}
	seen := 0
	db.stmts.byText.Range(func(key, _ any) bool {
		text := key.(string)
		if !strings.Contains(text, "INDEXED BY") {
			return true
		}
		seen++
		for detail := range strings.Lines(explain(t, db, text)) {
			if strings.Contains(detail, "TEMP B-TREE") || strings.HasPrefix(detail, "SCAN t\n") || whole(text, detail) {
				t.Errorf("%s  in %s", detail, text)
			}
		}
		return true
	})
	if seen < 40 {
		t.Errorf("only %d statements seen", seen)
	}
	assertIndexed(t, db, "INSERT INTO")
}

// CO-4: who sees which saved views.
func TestSavedViews(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		y := newYard(t, db)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			stranger := y.agent
			for i, v := range []*SavedView{{Name: "all"}, {Name: "team", TeamID: &y.team}, {Name: "mine", OwnerID: &stranger}} {
				v.Query = fmt.Sprint("view=open&n=", i)
				if err := InsertSavedView(ctx, tx, v, At(noon)); err != nil {
					return err
				}
			}
			return nil
		})
		names := func(agent int64, teams ...int64) string {
			var all []string
			for _, v := range must(SavedViews(t.Context(), db, agent, teams))(t) {
				all = append(all, v.Name)
			}
			return strings.Join(all, " ")
		}
		if got := names(y.agent, y.team); got != "mine team all" {
			t.Errorf("sees %q", got)
		}
		if got := names(y.agent + 1); got != "all" {
			t.Errorf("a stranger sees %q", got)
		}
		v := must(SavedViewByID(t.Context(), db, 1))(t)
		write(t, db, func(ctx context.Context, tx *Tx) error {
			v.Name, v.OwnerID = "hers", &y.agent
			if err := UpdateSavedView(ctx, tx, v); err != nil {
				return err
			}
			return DeleteSavedView(ctx, tx, 2)
		})
		if got := names(y.agent, y.team); got != "hers mine" {
			t.Errorf("then sees %q", got)
		}
		if n := must(CountSavedViews(t.Context(), db, &y.agent, nil))(t); n != 2 {
			t.Errorf("counts %d", n)
		}
	})
}

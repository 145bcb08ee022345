package models

import (
	"slices"
	"strings"
	"testing"
)

// graphOf makes a project of statuses "name:category" and steps "name>name".
func graphOf(statuses string, steps string) *Project {
	p := &Project{ID: 1}
	id := map[string]int64{}
	for i, s := range strings.Fields(statuses) {
		name, category, _ := strings.Cut(s, ":")
		id[name] = int64(i + 1)
		p.Statuses = append(p.Statuses, &Status{ID: id[name], ProjectID: 1, Name: name, Category: Category(category)})
	}
	var all []Transition
	for _, s := range strings.Fields(steps) {
		from, to, _ := strings.Cut(s, ">")
		all = append(all, Transition{FromID: id[from], ToID: id[to]})
	}
	return p.WithSteps(all)
}

func names(all []*Status) string {
	var n []string
	for _, s := range all {
		n = append(n, s.Name)
	}
	return strings.Join(n, " ")
}

// SE-2: what a graph does that nobody may have meant is found, over any number of steps.
func TestGraphWarnings(t *testing.T) {
	const six = "a:new b:open c:waiting d:on_hold e:closed f:rejected"
	for _, c := range []struct{ steps, stuck, unreached, noClose string }{
		{"", "a b c d", "b c d f", "a b c d"},
		{"a>b b>c c>d d>e e>f", "", "", "a b c"},
		{"a>b b>a c>d d>c a>f", "c d", "", "a b c d"},
		{"a>e b>e c>e d>e", "", "b c d f", ""},
		{"b>f a>b", "c d", "c d", "a b c d"},
	} {
		p := graphOf(six, c.steps)
		p.InitialStatusID, p.SelfClosedStatusID = &p.Statuses[0].ID, &p.Statuses[4].ID
		if got := names(p.Stuck()); got != c.stuck {
			t.Errorf("%q: stuck %q, want %q", c.steps, got, c.stuck)
		}
		if got := names(p.Unreached()); got != c.unreached {
			t.Errorf("%q: unreached %q, want %q", c.steps, got, c.unreached)
		}
		if got := names(p.NoSelfClose()); got != c.noClose {
			t.Errorf("%q: no close button in %q, want %q", c.steps, got, c.noClose)
		}
		if p.SelfClosedStatusID = nil; p.NoSelfClose() != nil {
			t.Error("without self-closed there is nothing to warn of one by one")
		}
	}
}

// SE-2: which statuses may have which task.
func TestCheckRoles(t *testing.T) {
	for _, c := range []struct {
		initial, reopened, selfClosed int // places, -1 for none
		want                          string
	}{
		{0, 1, 5, ""}, {1, 0, 4, ""}, {0, 2, -1, ""}, {0, 3, -1, ""},
		{2, 1, -1, "initial"}, {4, 1, -1, "initial"}, {-1, 1, -1, "initial"},
		{0, 4, -1, "reopened"}, {0, 6, -1, "reopened"}, {0, -1, -1, "reopened"},
		{0, 1, 0, "self_closed"}, {0, 1, 6, "self_closed"}, {0, 1, 2, "self_closed"},
	} {
		p := graphOf("a:new b:open c:waiting d:on_hold e:resolved f:closed g:rejected", "")
		id := func(i int) *int64 {
			if i < 0 {
				return nil
			}
			return &p.Statuses[i].ID
		}
		p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID = id(c.initial), id(c.reopened), id(c.selfClosed)
		var v Invalid
		p.CheckRoles(&v)
		got := ""
		if e, ok := AsError(v.Err()); ok {
			got = strings.Join(e.Order, " ")
		}
		if got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	p := graphOf("a:new b:open", "")
	p.InitialStatusID, p.ReopenedStatusID = &p.Statuses[0].ID, &p.Statuses[1].ID
	var v Invalid
	if p.CheckRoles(&v); v.Err() == nil {
		t.Error("a project without an end is kept")
	}
}

// SE-2: the counts of the page and the batches of a move use an index at any size.
func TestStatusPlans(t *testing.T) {
	db := openLiteDB(t)
	for _, c := range []struct{ query, index string }{
		{"SELECT s.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.status_id = s.id LIMIT 100) AS counted) FROM statuses s WHERE s.project_id = 1", "tickets_status"},
		{"SELECT s.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.type_id = s.id LIMIT 100) AS counted) FROM ticket_types s WHERE s.project_id = 1", "tickets_type"},
		{"SELECT p.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.project_id = p.id AND t.ended_at = 0 AND t.spam_at = 0 LIMIT 100) AS counted) FROM projects p", "tickets_project"},
		{"SELECT id FROM tickets WHERE status_id = 1 ORDER BY updated_at, id LIMIT 500", "tickets_status"},
		{"SELECT id FROM tickets WHERE type_id = 1 ORDER BY updated_at, id LIMIT 500", "tickets_type"},
		{"SELECT id, updated_at FROM tickets WHERE status_id = 1 AND category <> 'x' AND updated_at >= 5 AND (updated_at > 5 OR id > 7) ORDER BY updated_at, id LIMIT 500", "tickets_status"},
	} {
		rows, err := db.query(t.Context(), "EXPLAIN QUERY PLAN "+c.query)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		rows.Close()
		sorts := slices.ContainsFunc(plan, func(s string) bool { return strings.Contains(s, "TEMP B-TREE") })
		if !slices.ContainsFunc(plan, func(s string) bool { return strings.Contains(s, c.index) }) || sorts {
			t.Errorf("%s\n%s", c.query, strings.Join(plan, "\n"))
		}
	}
}

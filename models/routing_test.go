package models

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// AG-4: what a trial wrote is undone when it fails, also by a panic, and the rest of the transaction
// stands.
func TestTryUndoesItself(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		tag := func(ctx context.Context, tx *Tx, name string) error {
			_, err := EnsureTags(ctx, tx, []string{name}, 1)
			return err
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			if err := tag(ctx, tx, "before"); err != nil {
				return err
			}
			for name, f := range map[string]func(ctx context.Context) error{
				"refused": func(ctx context.Context) error { return errors.New("no") },
				"panics":  func(ctx context.Context) error { panic("no") },
				"wrong":   func(ctx context.Context) error { _, err := tx.exec(ctx, "SELECT nothing FROM nowhere"); return err },
			} {
				failed, fatal := tx.Try(ctx, func(ctx context.Context) error {
					if err := tag(ctx, tx, name); err != nil {
						return err
					}
					return f(ctx)
				})
				if failed == nil || fatal != nil {
					t.Errorf("%s: failed %v, fatal %v", name, failed, fatal)
				}
			}
			if failed, fatal := tx.Try(ctx, func(ctx context.Context) error { return tag(ctx, tx, "kept") }); failed != nil || fatal != nil {
				t.Error(failed, fatal)
			}
			return tag(ctx, tx, "after")
		})
		names, err := TagNames(t.Context(), db, "", 10)
		if err != nil || len(names) != 3 {
			t.Errorf("left %v, %v", names, err)
		}
	})
}

// AG-4: a rule whose row cannot be read applies to nothing and takes no desk down.
func TestBrokenRuleStandsInTheCatalog(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		for _, broken := range []struct{ conditions, actions string }{{"{", "{}"}, {"[]", "?"}, {`[{"on":5}]`, "{}"}} {
			write(t, db, func(ctx context.Context, tx *Tx) error {
				r := &RoutingRule{Name: "Broken", OnCreate: true}
				if err := InsertRoutingRule(ctx, tx, r); err != nil {
					return err
				}
				_, err := tx.exec(ctx, "UPDATE routing_rules SET conditions = ?, actions = ? WHERE id = ?", broken.conditions, broken.actions, r.ID)
				return err
			})
		}
		write(t, db, func(ctx context.Context, tx *Tx) error {
			return InsertRoutingRule(ctx, tx, &RoutingRule{Name: "Whole", OnCreate: true, Conditions: []RouteCondition{on(RouteChannel, OriginWeb)}})
		})
		cat := must(db.Catalog(t.Context()))(t)
		if len(cat.Routing) != 4 {
			t.Fatalf("%d rules", len(cat.Routing))
		}
		for _, r := range cat.Routing {
			ok, why := r.Match(&RouteFacts{Origin: OriginWeb})
			if whole := r.Name == "Whole"; ok != whole || r.Broken == whole || (!whole && why != RouteBroken) {
				t.Errorf("%s: %v %q", r.Name, ok, why)
			}
		}
	})
}

// AG-4: turns of one moment keep their order, and the same agent's go on.
func TestTurnsKeepTheirOrder(t *testing.T) {
	eachDB(t, func(t *testing.T, db *DB) {
		var a, b Agent
		write(t, db, func(ctx context.Context, tx *Tx) error {
			for i, agent := range []*Agent{&a, &b} {
				agent.Name = string(rune('A' + i))
				agent.Address = agent.Name + "@x.example"
				agent.AddressKey, agent.Role = agent.Address, RoleAgent
				if err := InsertAgent(ctx, tx, agent); err != nil {
					return err
				}
			}
			if _, err := InsertTeam(ctx, tx, "Team", 1, a.ID, b.ID); err != nil {
				return err
			}
			for _, id := range []int64{b.ID, a.ID, b.ID} {
				if err := TakeTurn(ctx, tx, id, 50); err != nil {
					return err
				}
			}
			return TakeTurn(ctx, tx, a.ID, 40)
		})
		teams := must(Teams(t.Context(), db))(t)
		all := must(RouteMembers(t.Context(), db, 1, teams[0].ID, 100))(t)
		if len(all) != 2 || all[0].TurnAt != 53 || all[1].TurnAt != 52 {
			t.Errorf("turns %+v", all)
		}
		// Somebody who was invited and never came is given nothing.
		write(t, db, func(ctx context.Context, tx *Tx) error {
			return InsertToken(ctx, tx, &Token{Hash: []byte("h"), Kind: TokenInvite, SubjectID: a.ID, ExpiresAt: 90})
		})
		if all = must(RouteMembers(t.Context(), db, 1, teams[0].ID, 100))(t); len(all) != 1 || all[0].ID != b.ID {
			t.Errorf("still %+v", all)
		}
	})
}

// AG-4: finding an agent and giving tickets back read an agent's own open tickets and no others.
func TestRoutingReadsByIndex(t *testing.T) {
	db := openLiteDB(t)
	ctx := t.Context()
	_ = must(RouteMembers(ctx, db, 1, 1, 1))(t)
	_ = must(RouteCandidateByID(ctx, db, 1, 1, 1))(t)
	_ = must(OpenTicketsAfter(ctx, db, 1, 0, 10))(t)
	_ = must(CountOpen(ctx, db, []int64{1, 2}))(t)
	_ = must(FirstWords(ctx, db, 1))(t)
	_ = must(TagSpellings(ctx, db, []string{"a", "b"}))(t)
	assertIndexed(t, db)
	found := false
	db.stmts.byText.Range(func(key, _ any) bool {
		if text := key.(string); strings.Contains(text, "FROM tickets WHERE") {
			found = true
			if plan := explain(t, db, text); !strings.Contains(plan, "tickets_open_of") {
				t.Errorf("%s\n%s", text, plan)
			}
		}
		return true
	})
	if !found {
		t.Error("no statement was found")
	}
}

package desk

import (
	"context"
	"slices"
	"testing"
	"time"

	"lodge/models"
)

func (h *house) auditOf(kind string) []*models.AuditEntry {
	h.t.Helper()
	log, err := models.Audit(context.Background(), h.db, models.AuditQuery{Kind: kind, Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	return log
}

// SE-4: the audit log narrows by kind, agent and day, and pages without a gap.
func TestAuditLog(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		h.write(func(ctx context.Context, tx *models.Tx) error {
			for i := range 120 {
				kind, who := "team.changed", ines
				if i%3 == 0 {
					kind, who = "person.changed", h.ada
				}
				if err := audit(ctx, tx, who, kind, "x", map[string]any{"name": [2]string{"a", "b"}, "count": 3}, h.clock().AddDate(0, 0, i-119)); err != nil {
					return err
				}
			}
			return nil
		})
		seen, pages := map[int64]bool{}, 0
		for ask := (AuditAsk{}); ; pages++ {
			page, err := h.AuditLog(ctx, ines, ask)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range page.Lines {
				if seen[l.ID] || (i > 0 && page.Lines[i-1].ID < l.ID) {
					t.Fatal("twice, or out of order")
				}
				seen[l.ID] = true
			}
			if !slices.Equal(page.Kinds, []string{"person.changed", "team.changed"}) {
				t.Fatal(page.Kinds)
			}
			if ask.Before = page.Next; ask.Before == "" {
				break
			}
		}
		if len(seen) != 120 || pages != 2 {
			t.Fatal(len(seen), pages)
		}
		for name, ask := range map[string]struct {
			AuditAsk
			want int
		}{
			"kind":       {AuditAsk{Kind: "person.changed"}, 40},
			"first word": {AuditAsk{Kind: "team"}, 80},
			"agent":      {AuditAsk{AgentID: h.ada.ID}, 40},
			"one day":    {AuditAsk{From: day(h.clock()), To: day(h.clock())}, 1},
			"two days":   {AuditAsk{From: day(h.clock()).AddDate(0, 0, -1)}, 2},
			"nothing":    {AuditAsk{Kind: "nonsense"}, 0},
		} {
			lines, err := h.AuditExport(ctx, ines, ask.AuditAsk)
			if err != nil || len(lines) != ask.want {
				t.Errorf("%s: %d, want %d, %v", name, len(lines), ask.want, err)
			}
		}
		page, err := h.AuditLog(ctx, ines, AuditAsk{})
		if err != nil || !slices.Equal(page.Lines[0].Changes, []AuditChange{{Name: "count", Is: "3"}, {Name: "name", Was: "a", Is: "b", Pair: true}}) {
			t.Fatalf("%+v, %v", page.Lines[0], err)
		}
	})
}

func day(t time.Time) time.Time { return t.Truncate(24 * time.Hour) }

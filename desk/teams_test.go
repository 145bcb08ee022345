package desk

import (
	"context"
	"encoding/json"
	"testing"

	"lodge/models"
)

// SE-4: deleting a team takes it from its tickets, after the person has been told how many.
func TestTeams(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		ines := h.newAgent("Ines", models.RoleAdmin)
		id, err := h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Harbour", Members: []int64{h.ada.ID, h.ada.ID}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SaveTeam(ctx, ines, 0, TeamInput{Name: "harbour"})
		h.fault(err, "name")
		_, err = h.SaveTeam(ctx, ines, 0, TeamInput{Name: "Crew", Members: []int64{999}})
		h.fault(err, "members")
		if _, err := h.SaveTeam(ctx, ines, id, TeamInput{Name: "Dock", Members: []int64{ines.ID}}); err != nil {
			t.Fatal(err)
		}
		all, err := h.Teams(ctx, ines)
		if err != nil || len(all) != 1 || all[0].Name != "Dock" || len(all[0].Members) != 1 || all[0].Members[0].ID != ines.ID {
			t.Fatalf("%+v, %v", all, err)
		}
		h.file(false)
		ticket := h.ticket()
		h.write(func(ctx context.Context, tx *models.Tx) error {
			ticket.TeamID = &id
			return models.SaveTicket(ctx, tx, ticket)
		})
		h.kind(h.DeleteTeam(ctx, ines, id, 0), models.KindConflict)
		if h.ticket().TeamID == nil {
			t.Fatal("refused and done")
		}
		if err := h.DeleteTeam(ctx, ines, id, 1); err != nil {
			t.Fatal(err)
		}
		if h.ticket().TeamID != nil {
			t.Fatal("the ticket still has the team")
		}
		h.kind(h.DeleteTeam(ctx, ines, id, 1), models.KindNotFound)
		var data map[string]any
		if log := h.auditOf("team.deleted"); len(log) != 1 || json.Unmarshal([]byte(log[0].Data), &data) != nil || data["tickets"] != "1" {
			t.Fatalf("%+v", log)
		}
	})
}

package desk

import (
	"context"
	"strings"

	"lodge/models"
)

// RolesInProject says who has what in a project. Everywhere holds for all projects alike and
// is told once, by RoleTable.
type RolesInProject struct {
	Project string
	// Names of agents by role.
	Names map[models.Role][]string
}

// RoleTable is who may do what where.
type RoleTable struct {
	Everywhere map[models.Role][]string
	Projects   []RolesInProject
}

// Roles reads who has which role where; disabled agents have none.
func (d *Desk) Roles(ctx context.Context, actor Actor) (*RoleTable, error) {
	people, err := d.People(ctx, actor)
	if err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	t := &RoleTable{Everywhere: map[models.Role][]string{}}
	byProject := map[int64]map[models.Role][]string{}
	for _, p := range people {
		if p.State == PersonDisabled {
			continue
		}
		if p.Everywhere {
			t.Everywhere[p.Role] = append(t.Everywhere[p.Role], p.Name)
		}
		for _, own := range p.Projects {
			if byProject[own.ID] == nil {
				byProject[own.ID] = map[models.Role][]string{}
			}
			byProject[own.ID][own.Role] = append(byProject[own.ID][own.Role], p.Name)
		}
	}
	for _, p := range cat.Projects {
		t.Projects = append(t.Projects, RolesInProject{p.Name, byProject[p.ID]})
	}
	return t, nil
}

func joined(names []string) string { return strings.Join(names, ", ") }

package handlers

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"lodge/models"
	"lodge/views"
)

// roles shows what each role may do and who has which one where. It changes nothing.
func (a *agents) roles(c *fiber.Ctx) error {
	table, err := a.desk.Roles(c.UserContext(), actorOf(c))
	if err != nil {
		return err
	}
	words := a.language(c)
	var data views.Roles
	for _, r := range models.Roles {
		data.Roles = append(data.Roles, views.RoleColumn{Name: words.T("agent.role." + string(r)), Text: words.T("agent.role." + string(r) + ".text")})
	}
	first := slices.Index(models.Actions, models.ActContacts)
	for _, group := range []struct {
		key     string
		actions []models.Action
	}{{"tickets", models.Actions[:first]}, {"shared", models.Actions[first:]}} {
		g := views.ActionGroup{Heading: words.T("agent.roles.group." + group.key)}
		for _, action := range group.actions {
			row := views.ActionRow{Name: words.T("agent.action." + string(action)), Text: words.T("agent.action." + string(action) + ".text")}
			for i, r := range models.Roles {
				row.May = append(row.May, views.RoleMay{Role: data.Roles[i].Name, May: r.Can(action)})
			}
			g.Rows = append(g.Rows, row)
		}
		data.Groups = append(data.Groups, g)
	}
	holders := func(names map[models.Role][]string) views.RoleHolders {
		var h views.RoleHolders
		for i, r := range models.Roles {
			h.Cells = append(h.Cells, views.RoleHolder{Role: data.Roles[i].Name, Names: strings.Join(names[r], ", ")})
		}
		return h
	}
	data.Everywhere = holders(table.Everywhere)
	for _, p := range table.Projects {
		h := holders(p.Names)
		h.Project = p.Project
		data.Projects = append(data.Projects, h)
	}
	return a.showSettings(c, fiber.StatusOK, views.Page{Title: words.T("agent.settings.roles"), Body: "people/roles", Data: data})
}

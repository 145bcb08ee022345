package desk

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// TeamSheet is a team with its members, for the pages of teams.
type TeamSheet struct {
	ID      int64
	Name    string
	Members []TeamMember
	// Tickets is how many tickets have this team; read by Team alone.
	Tickets int
	// Calendar is the id of its own working hours, 0 for those of the project; Calendars are
	// those to choose from. Read by Team alone.
	Calendar  int64
	Calendars []CalendarChoice
}

// TeamMember is an agent who is, or could be, in a team.
type TeamMember struct {
	ID     int64
	Name   string
	State  string
	Member bool
	// Away now; Until is when they are back, zero when nobody knows.
	Away  bool
	Until time.Time
}

func (d *Desk) teamMember(a *models.Agent, actor Actor, member bool) TeamMember {
	m := TeamMember{ID: a.ID, Name: a.Name, State: person(a, actor).State, Member: member, Away: a.AwayAt(models.At(d.Now()))}
	if m.Away {
		m.Until = a.AwayUntil.Time()
	}
	return m
}

// Teams lists all teams; Members are those who are in.
func (d *Desk) Teams(ctx context.Context, actor Actor) ([]TeamSheet, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	teams, err := models.Teams(ctx, d.db)
	if err != nil {
		return nil, err
	}
	agents, err := models.AllAgents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	var all []TeamSheet
	for _, t := range teams {
		sheet := TeamSheet{ID: t.ID, Name: t.Name}
		for _, a := range agents {
			if slices.Contains(t.Members, a.ID) {
				sheet.Members = append(sheet.Members, d.teamMember(a, actor, true))
			}
		}
		all = append(all, sheet)
	}
	return all, nil
}

// Team reads one team for its page, with id 0 a new one; Members are all who could be in.
func (d *Desk) Team(ctx context.Context, actor Actor, id int64) (*TeamSheet, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	t := &models.Team{}
	sheet := &TeamSheet{}
	var err error
	if id != 0 {
		if t, err = models.TeamByID(ctx, d.db, id); err != nil {
			return nil, err
		}
		if sheet.Tickets, err = models.TeamTickets(ctx, d.db, id); err != nil {
			return nil, err
		}
	}
	sheet.ID, sheet.Name = t.ID, t.Name
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	sheet.Calendars = calendarChoices(cat)
	if own := cat.TeamCalendar(id); own != nil {
		sheet.Calendar = own.ID
	}
	agents, err := models.AllAgents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		member := slices.Contains(t.Members, a.ID)
		if a.DisabledAt == 0 || member {
			sheet.Members = append(sheet.Members, d.teamMember(a, actor, member))
		}
	}
	return sheet, nil
}

// TeamInput is a team's name, who is in it, and the id of its own working hours, 0 for those
// of the project.
type TeamInput struct {
	Name     string
	Members  []int64
	Calendar int64
}

// SaveTeam adds a team (id 0) or changes one, and gives its id.
func (d *Desk) SaveTeam(ctx context.Context, actor Actor, id int64, in TeamInput) (int64, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return 0, err
	}
	now := d.Now()
	in.Name = line(in.Name)
	slices.Sort(in.Members)
	in.Members = slices.Compact(in.Members)
	made := id
	err := d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockPeople(ctx, tx); err != nil {
			return err
		}
		agents, err := models.AllAgents(ctx, tx)
		if err != nil {
			return err
		}
		cat, err := models.TxCatalog(ctx, tx)
		if err != nil {
			return err
		}
		var v models.Invalid
		hours := chosenCalendar(cat, in.Calendar, &v)
		if n := utf8.RuneCountInString(in.Name); n == 0 || n > 80 {
			v.Add("name", "agent.teams.error.name", "Count", 80)
		} else if taken, err := models.TeamNameTaken(ctx, tx, in.Name, id); err != nil {
			return err
		} else if taken {
			v.Add("name", "agent.teams.error.taken")
		}
		if len(agentNames(agents, in.Members)) != len(in.Members) {
			v.Add("members", "agent.settings.error.choice")
		}
		if err := v.Err(); err != nil {
			return err
		}
		if id == 0 {
			if made, err = models.InsertTeam(ctx, tx, in.Name, models.At(now), in.Members...); err != nil {
				return err
			}
			data := map[string]any{"members": joined(agentNames(agents, in.Members))}
			if hours != nil {
				if err := models.SetTeamCalendar(ctx, tx, made, &hours.ID); err != nil {
					return err
				}
				data["calendar"] = hours.Name
			}
			return audit(ctx, tx, actor, "team.added", in.Name, data, now)
		}
		changes := map[string]any{}
		if err := setTeamHours(ctx, tx, cat, id, hours, changes, now); err != nil {
			return err
		}
		return changeTeam(ctx, tx, actor, id, in, agents, changes, now)
	})
	return made, err
}

func changeTeam(ctx context.Context, tx *models.Tx, actor Actor, id int64, in TeamInput, agents []*models.Agent, changes map[string]any, now time.Time) error {
	t, err := models.TeamByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if t.Name != in.Name {
		changes["name"] = [2]string{t.Name, in.Name}
	}
	if !slices.Equal(t.Members, in.Members) {
		changes["members"] = [2]string{joined(agentNames(agents, t.Members)), joined(agentNames(agents, in.Members))}
	}
	if len(changes) == 0 {
		return nil
	}
	if err := models.RenameTeam(ctx, tx, id, in.Name); err != nil {
		return err
	}
	if err := models.SetTeamMembers(ctx, tx, id, in.Members); err != nil {
		return err
	}
	return audit(ctx, tx, actor, "team.changed", in.Name, changes, now)
}

func agentNames(agents []*models.Agent, ids []int64) []string {
	var names []string
	for _, a := range agents {
		if slices.Contains(ids, a.ID) {
			names = append(names, a.Name)
		}
	}
	return names
}

// DeleteTeam takes a team away. tickets is how many the person was told would lose it: when
// there are more by now, they are asked again (Conflict).
func (d *Desk) DeleteTeam(ctx context.Context, actor Actor, id int64, tickets int) error {
	if err := actor.may(models.ActPeople); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		t, err := models.TeamByID(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := models.TeamTickets(ctx, tx, id)
		if err != nil {
			return err
		}
		if n > tickets {
			return models.Conflict("agent.teams.error.more")
		}
		if err := models.DeleteTeam(ctx, tx, id); err != nil {
			return err
		}
		if n > 0 {
			// Its tickets go by the hours of their projects now, and maybe by another policy.
			if err := models.QueueRecompute(ctx, tx, now); err != nil {
				return err
			}
		}
		return audit(ctx, tx, actor, "team.deleted", t.Name, map[string]any{"tickets": itoa(int64(n))}, now)
	})
}

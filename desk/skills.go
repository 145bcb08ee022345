package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// SkillSheet is a skill with who has it.
type SkillSheet struct {
	ID   int64
	Name string
	// Members are the agents who have it; for Skill alone everybody who could, Member those who do.
	Members []TeamMember
	// Rules are the names of the rules that ask for it.
	Rules []string
}

// Skills lists what agents know (AG-4).
func (d *Desk) Skills(ctx context.Context, actor Actor) ([]SkillSheet, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	return d.skills(ctx, actor, func(s *models.Skill, a *models.Agent) bool { return slices.Contains(s.Agents, a.ID) })
}

// Skill reads one skill for its page; with id 0 a new one.
func (d *Desk) Skill(ctx context.Context, actor Actor, id int64) (*SkillSheet, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	if id == 0 {
		agents, err := models.AllAgents(ctx, d.db)
		sheet := &SkillSheet{}
		for _, a := range agents {
			if a.DisabledAt == 0 {
				sheet.Members = append(sheet.Members, d.teamMember(a, actor, false))
			}
		}
		return sheet, err
	}
	all, err := d.skills(ctx, actor, func(s *models.Skill, a *models.Agent) bool {
		return a.DisabledAt == 0 || slices.Contains(s.Agents, a.ID)
	})
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == id {
			return &all[i], nil
		}
	}
	return nil, models.NotFound()
}

func (d *Desk) skills(ctx context.Context, actor Actor, shown func(s *models.Skill, a *models.Agent) bool) ([]SkillSheet, error) {
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	skills, err := models.Skills(ctx, d.db)
	if err != nil {
		return nil, err
	}
	agents, err := models.AllAgents(ctx, d.db)
	if err != nil {
		return nil, err
	}
	var all []SkillSheet
	for _, s := range skills {
		sheet := SkillSheet{ID: s.ID, Name: s.Name}
		for _, a := range agents {
			if shown(s, a) {
				sheet.Members = append(sheet.Members, d.teamMember(a, actor, slices.Contains(s.Agents, a.ID)))
			}
		}
		for _, r := range cat.Routing {
			if slices.Contains(r.Actions.Skills, s.ID) {
				sheet.Rules = append(sheet.Rules, r.Name)
			}
		}
		all = append(all, sheet)
	}
	return all, nil
}

// SaveSkill adds a skill (id 0) or changes one: its name and who has it.
func (d *Desk) SaveSkill(ctx context.Context, actor Actor, id int64, name string, members []int64) error {
	if err := actor.may(models.ActPeople); err != nil {
		return err
	}
	now := d.Now()
	name = line(name)
	slices.Sort(members)
	members = slices.Compact(members)
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		if err := models.LockPeople(ctx, tx); err != nil {
			return err
		}
		skills, err := models.Skills(ctx, tx)
		if err != nil {
			return err
		}
		agents, err := models.AllAgents(ctx, tx)
		if err != nil {
			return err
		}
		var v models.Invalid
		var was *models.Skill
		for _, s := range skills {
			if s.ID == id {
				was = s
			} else if s.NameKey == models.SkillKey(name) {
				v.Add("name", "agent.skills.error.taken")
			}
		}
		if id != 0 && was == nil {
			return models.NotFound()
		}
		checkSkillName(name, "name", &v)
		if len(agentNames(agents, members)) != len(members) {
			v.Add("members", "agent.settings.error.choice")
		}
		if err := v.Err(); err != nil {
			return err
		}
		if was == nil {
			made, err := models.EnsureSkill(ctx, tx, name, models.At(now))
			if err != nil {
				return err
			}
			if err := models.SetSkillAgents(ctx, tx, made, members); err != nil {
				return err
			}
			return audit(ctx, tx, actor, "skill.added", name, map[string]any{"members": joined(agentNames(agents, members))}, now)
		}
		changes := map[string]any{}
		if was.Name != name {
			changes["name"] = [2]string{was.Name, name}
		}
		if !slices.Equal(was.Agents, members) {
			changes["members"] = [2]string{joined(agentNames(agents, was.Agents)), joined(agentNames(agents, members))}
		}
		if len(changes) == 0 {
			return nil
		}
		if err := models.RenameSkill(ctx, tx, id, name); err != nil {
			return err
		}
		if err := models.SetSkillAgents(ctx, tx, id, members); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "skill.changed", name, changes, now)
	})
}

func checkSkillName(name, field string, v *models.Invalid) {
	if n := utf8.RuneCountInString(name); n == 0 || n > models.MaxSkillName {
		v.Add(field, "agent.skills.error.name", "Count", models.MaxSkillName)
	}
}

// DeleteSkill takes a skill away from everybody. Rules that ask for it find nobody from then on, and
// say so.
func (d *Desk) DeleteSkill(ctx context.Context, actor Actor, id int64) error {
	if err := actor.may(models.ActPeople); err != nil {
		return err
	}
	now := d.Now()
	return d.db.Write(ctx, func(ctx context.Context, tx *models.Tx) error {
		skills, err := models.Skills(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range skills {
			if s.ID == id {
				if err := models.DeleteSkill(ctx, tx, id); err != nil {
					return err
				}
				return audit(ctx, tx, actor, "skill.deleted", s.Name, map[string]any{"people": itoa(int64(len(s.Agents)))}, now)
			}
		}
		return models.NotFound()
	})
}

// mostCapacity is how many open tickets a limit can say.
const mostCapacity = 1000

// Workload is what rules go by when they give an agent tickets.
type Workload struct {
	// Capacity is how many open tickets rules may give them, 0 no limit; Open how many they have.
	Capacity, Open int64
	Away           bool
	// Until is when they are back; zero: when they say so.
	Until  time.Time
	Skills []SkillChoice
}

// SkillChoice is a skill and whether somebody has it.
type SkillChoice struct {
	ID   int64
	Name string
	Has  bool
}

// WorkloadInput changes it. NewSkills are names, separated by commas.
type WorkloadInput struct {
	Capacity  int64
	Away      bool
	Until     time.Time
	Skills    []int64
	NewSkills string
	// GiveBack gives the agent's open tickets back to their teams.
	GiveBack bool
}

// Workload reads how much an agent may be given, and what they know.
func (d *Desk) Workload(ctx context.Context, actor Actor, agentID int64) (*Workload, error) {
	if err := actor.may(models.ActPeople); err != nil {
		return nil, err
	}
	a, err := models.AgentByID(ctx, d.db, agentID)
	if err != nil {
		return nil, err
	}
	open, err := models.CountOpen(ctx, d.db, []int64{agentID})
	if err != nil {
		return nil, err
	}
	w := &Workload{Capacity: a.Capacity, Open: int64(open[agentID]), Away: a.AwayAt(models.At(d.Now()))}
	if w.Away {
		w.Until = a.AwayUntil.Time()
	}
	skills, err := models.Skills(ctx, d.db)
	for _, s := range skills {
		w.Skills = append(w.Skills, SkillChoice{s.ID, s.Name, slices.Contains(s.Agents, agentID)})
	}
	return w, err
}

// SetWorkload says how much rules may give an agent, what they know, and whether they are away. Names
// of skills that there are not yet are made.
func (d *Desk) SetWorkload(ctx context.Context, actor Actor, agentID int64, in WorkloadInput) error {
	err := d.aboutPerson(ctx, actor, agentID, func(ctx context.Context, tx *models.Tx, a *models.Agent, now time.Time) error {
		skills, err := models.Skills(ctx, tx)
		if err != nil {
			return err
		}
		var v models.Invalid
		if in.Capacity < 0 || in.Capacity > mostCapacity {
			v.Add("capacity", "agent.work.error.capacity", "Max", mostCapacity)
		}
		until := checkAway(in.Away, in.Until, now, &v)
		has, names := []int64{}, map[int64]string{}
		var before, after []string
		for _, s := range skills {
			if names[s.ID] = s.Name; slices.Contains(s.Agents, a.ID) {
				before = append(before, s.Name)
			}
		}
		for _, id := range in.Skills {
			if names[id] == "" {
				v.Add("skills", "agent.settings.error.choice")
			} else if !slices.Contains(has, id) {
				has = append(has, id)
			}
		}
		fresh := splitNames(in.NewSkills)
		for _, name := range fresh {
			checkSkillName(name, "new_skills", &v)
		}
		if err := v.Err(); err != nil {
			return err
		}
		for _, name := range fresh {
			id, err := models.EnsureSkill(ctx, tx, name, models.At(now))
			if err != nil {
				return err
			}
			if names[id] == "" {
				names[id] = name
			}
			if !slices.Contains(has, id) {
				has = append(has, id)
			}
		}
		for _, id := range has {
			after = append(after, names[id])
		}
		slices.Sort(before)
		slices.Sort(after)
		changes := awayChanges(a, in.Away, until, now)
		if !slices.Equal(before, after) {
			changes["skills"] = [2]string{joined(before), joined(after)}
			if err := models.SetAgentSkills(ctx, tx, a.ID, has); err != nil {
				return err
			}
		}
		if a.Capacity != in.Capacity {
			changes["capacity"] = [2]string{itoa(a.Capacity), itoa(in.Capacity)}
			if err := models.SetCapacity(ctx, tx, a.ID, in.Capacity); err != nil {
				return err
			}
		}
		if len(changes) == 0 {
			return nil
		}
		if err := models.SetAway(ctx, tx, a.ID, in.Away, until); err != nil {
			return err
		}
		return audit(ctx, tx, actor, "person.work_changed", a.Address, changes, now)
	})
	if err != nil || !in.GiveBack || !in.Away {
		return err
	}
	_, err = d.giveBack(ctx, actor, agentID)
	return err
}

// splitNames reads names that are separated by commas; each once.
func splitNames(typed string) []string {
	var all []string
	for name := range strings.SplitSeq(typed, ",") {
		if name = line(name); name != "" && !slices.ContainsFunc(all, func(has string) bool { return models.SkillKey(has) == models.SkillKey(name) }) {
			all = append(all, name)
		}
	}
	return all
}

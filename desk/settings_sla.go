package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"lodge/models"
)

// policyTickets is how far the open tickets of a policy are counted.
const policyTickets = 100

// maxPolicies keeps the list readable, maxConditions one condition.
const (
	maxPolicies   = 100
	maxConditions = 200
)

// PolicyLine is a policy in the list, with its conditions in words. A condition that names
// something deleted stands under Gone.
type PolicyLine struct {
	*models.Policy
	Projects, Types, Teams, Companies []string
	// Gone counts what the conditions name that is no longer there.
	Gone int
	// Calendar is the name of its own calendar, empty for that of the ticket's team or project.
	Calendar string
	// Tickets have a promise of it still to be kept, up to 100.
	Tickets int
}

// PolicyList is what the page of the policies shows.
type PolicyList struct {
	Lines []PolicyLine
	PolicyChoices
}

// PolicyChoices is what conditions and the questions about policies choose from.
type PolicyChoices struct {
	// Projects are those with their types; they must not be changed.
	Projects  []*models.Project
	Teams     []models.NameOption
	Calendars []CalendarChoice
}

// Policies lists the policies in their order (AG-6).
func (d *Desk) Policies(ctx context.Context, actor Actor) (*PolicyList, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	tickets, err := models.TicketsByPolicy(ctx, d.db, policyTickets)
	if err != nil {
		return nil, err
	}
	list := &PolicyList{}
	if list.PolicyChoices, err = d.policyChoices(ctx, cat); err != nil {
		return nil, err
	}
	var companies []int64
	for _, p := range cat.Policies {
		companies = append(companies, p.Conditions.Companies...)
	}
	named, err := models.CompaniesNamed(ctx, d.db, companies)
	if err != nil {
		return nil, err
	}
	for _, p := range cat.Policies {
		line := PolicyLine{Policy: p, Tickets: tickets[p.ID]}
		line.Projects, line.Types, line.Teams, line.Companies, line.Gone = conditionNames(cat, list.Teams, named, p.Conditions)
		if p.CalendarID != nil {
			if own := cat.Calendar(*p.CalendarID); own != nil {
				line.Calendar = own.Name
			}
		}
		list.Lines = append(list.Lines, line)
	}
	return list, nil
}

func (d *Desk) policyChoices(ctx context.Context, cat *models.Catalog) (PolicyChoices, error) {
	teams, err := models.TeamNames(ctx, d.db)
	return PolicyChoices{Projects: cat.Projects, Teams: teams, Calendars: calendarChoices(cat)}, err
}

// conditionNames are the names of what conditions list, and how much of it is gone.
func conditionNames(cat *models.Catalog, teams, companies []models.NameOption, c models.PolicyConditions) (projects, types, teamNames, companyNames []string, gone int) {
	for _, id := range c.Projects {
		if p := cat.Project(id); p != nil {
			projects = append(projects, p.Name)
		} else {
			gone++
		}
	}
	for _, id := range c.Types {
		if p, kind := typeOf(cat.Projects, id); kind != nil {
			types = append(types, kind.Name)
			if len(cat.Projects) > 1 && len(c.Projects) != 1 {
				types[len(types)-1] = p.Name + ": " + kind.Name
			}
		} else {
			gone++
		}
	}
	pick := func(ids []int64, from []models.NameOption) (names []string) {
		for _, id := range ids {
			if i := slices.IndexFunc(from, func(n models.NameOption) bool { return n.ID == id }); i >= 0 {
				names = append(names, from[i].Name)
			} else {
				gone++
			}
		}
		return names
	}
	return projects, types, pick(c.Teams, teams), pick(c.Companies, companies), gone
}

// typeOf finds a type that is on offer, with its project.
func typeOf(projects []*models.Project, id int64) (*models.Project, *models.TicketType) {
	for _, p := range projects {
		for _, kind := range p.Types {
			if kind.ID == id {
				return p, kind
			}
		}
	}
	return nil, nil
}

// PolicyInput is a policy as its form sends it: numbers and lengths of time as they were typed.
type PolicyInput struct {
	Name string
	// Default: holds for tickets that no other policy names. Conditions are not kept with it.
	Default bool
	On      bool
	models.PolicyConditions
	// Company is a name that was typed to be added to the companies; may be empty.
	Company string
	// Targets are by priority and kind, such as "4h"; empty is no target.
	Targets     map[int64]map[string]string
	PauseOnHold bool
	// Warn is a whole number of percent, empty for no warning.
	Warn string
	// Calendar is an id, 0 for that of the ticket's team or project.
	Calendar int64
	Version  int64
}

// PolicySheet is what the page of one policy shows beside its input. ID is 0 for a new one.
type PolicySheet struct {
	ID   int64
	Name string // as it is kept
	PolicyInput
	PolicyChoices
	// CompanyNames are those of the input's companies that are still there.
	CompanyNames []models.NameOption
	// Default is the present default policy, if that is another one.
	OtherDefault string
	// Tickets have a promise of it still to be kept, up to 100.
	Tickets int
}

// PolicySheet reads one policy for its page, with id 0 a new one. typed, when not nil, takes the
// place of what is kept: a refused form is shown again with everything that was written.
func (d *Desk) PolicySheet(ctx context.Context, actor Actor, id int64, typed *PolicyInput) (*PolicySheet, error) {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return nil, err
	}
	cat, err := d.db.Catalog(ctx)
	if err != nil {
		return nil, err
	}
	sheet := &PolicySheet{ID: id, PolicyInput: PolicyInput{On: true, Warn: "75", Default: len(cat.Policies) == 0}}
	if id != 0 {
		p := cat.Policy(id)
		if p == nil {
			return nil, models.NotFound()
		}
		sheet.Name, sheet.PolicyInput = p.Name, policyInput(p)
		tickets, err := models.TicketsByPolicy(ctx, d.db, policyTickets)
		if err != nil {
			return nil, err
		}
		sheet.Tickets = tickets[id]
	}
	if typed != nil {
		sheet.PolicyInput = *typed
	}
	if sheet.PolicyChoices, err = d.policyChoices(ctx, cat); err != nil {
		return nil, err
	}
	for _, p := range cat.Policies {
		if p.IsDefault && p.ID != id {
			sheet.OtherDefault = p.Name
		}
	}
	sheet.CompanyNames, err = models.CompaniesNamed(ctx, d.db, sheet.Companies)
	return sheet, err
}

// policyInput writes a policy as its form shows it.
func policyInput(p *models.Policy) PolicyInput {
	in := PolicyInput{Name: p.Name, Default: p.IsDefault, On: p.DisabledAt == 0, PolicyConditions: p.Conditions, Targets: map[int64]map[string]string{}, PauseOnHold: p.PauseOnHold, Version: p.Version}
	if p.WarnPercent > 0 {
		in.Warn = itoa(p.WarnPercent)
	}
	if p.CalendarID != nil {
		in.Calendar = *p.CalendarID
	}
	for priority, kinds := range p.Targets {
		in.Targets[priority] = map[string]string{}
		for kind, minutes := range kinds {
			in.Targets[priority][kind] = models.TargetText(minutes)
		}
	}
	return in
}

// AddCompany brings the typed company into the list of an input. An unknown name is a fault of
// the field "company".
func (d *Desk) AddCompany(ctx context.Context, actor Actor, in *PolicyInput) error {
	if err := actor.mayAll(models.ActSettings); err != nil {
		return err
	}
	var v models.Invalid
	if err := takeCompany(ctx, d.db, in, &v); err != nil {
		return err
	}
	return v.Err()
}

func takeCompany(ctx context.Context, c models.Conn, in *PolicyInput, v *models.Invalid) error {
	name := line(in.Company)
	if name == "" {
		return nil
	}
	found, err := models.CompaniesByName(ctx, c, []string{name})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		v.Add("company", "agent.property.error.company")
		return nil
	}
	if !slices.Contains(in.Companies, found[0].ID) {
		in.Companies = append(slices.Clone(in.Companies), found[0].ID)
	}
	in.Company = ""
	return nil
}

// policy checks an input and makes the row of it. was is the kept one, nil for a new one.
func (in PolicyInput) policy(ctx context.Context, c models.Conn, cat *models.Catalog, was *models.Policy, now time.Time) (*models.Policy, error) {
	var v models.Invalid
	p := &models.Policy{CreatedAt: models.At(now), Position: int64(len(cat.Policies))}
	if was != nil {
		kept := *was
		p = &kept
	} else if len(cat.Policies) >= maxPolicies {
		v.Add("name", "agent.sla.error.many", "Count", maxPolicies)
	}
	p.Name = line(in.Name)
	if p.Name == "" || utf8.RuneCountInString(p.Name) > 80 {
		v.Add("name", "agent.sla.error.name", "Count", 80)
	}
	for _, other := range cat.Policies {
		if other.ID != p.ID && strings.EqualFold(other.Name, p.Name) {
			v.Add("name", "agent.sla.error.taken")
		}
	}
	p.IsDefault = in.Default
	if in.Default {
		p.Conditions = models.PolicyConditions{}
	} else {
		if err := takeCompany(ctx, c, &in, &v); err != nil {
			return nil, err
		}
		if err := in.check(ctx, c, cat, was, &v); err != nil {
			return nil, err
		}
		if p.Conditions = in.PolicyConditions; p.Conditions.Empty() && v.Err() == nil {
			v.Add("holds", "agent.sla.error.nothing")
		}
	}
	p.Targets = readTargets(in.Targets, &v)
	if p.Targets.Empty() && v.Err() == nil {
		v.Add("targets", "agent.sla.error.no_target")
	}
	p.PauseOnHold = in.PauseOnHold
	p.WarnPercent = 0
	if warn := strings.TrimSuffix(strings.TrimSpace(in.Warn), "%"); warn != "" {
		n, ok := wholeNumber(strings.TrimSpace(warn), 1, 99)
		if !ok {
			v.Add("warn", "agent.sla.error.warn")
		}
		p.WarnPercent = n
	}
	p.CalendarID = nil
	if in.Calendar != 0 {
		if cat.Calendar(in.Calendar) == nil {
			v.Add("calendar", "agent.settings.error.choice")
		}
		p.CalendarID = &in.Calendar
	}
	switch {
	case !in.On && p.DisabledAt == 0:
		p.DisabledAt = models.At(now)
	case in.On:
		p.DisabledAt = 0
	}
	return p, v.Err()
}

// check refuses conditions that name what is not there; what the kept policy names already may
// stay until somebody takes it off.
func (in *PolicyInput) check(ctx context.Context, c models.Conn, cat *models.Catalog, was *models.Policy, v *models.Invalid) error {
	kept := models.PolicyConditions{}
	if was != nil {
		kept = was.Conditions
	}
	each := func(field string, list *[]int64, kept []int64, known func(id int64) bool) {
		slices.Sort(*list)
		*list = slices.Compact(*list)
		for _, id := range *list {
			if !known(id) && !slices.Contains(kept, id) {
				v.Add(field, "agent.settings.error.choice")
			}
		}
		if len(*list) > maxConditions {
			v.Add(field, "agent.sla.error.conditions", "Count", maxConditions)
		}
	}
	teams, err := models.TeamNames(ctx, c)
	if err != nil {
		return err
	}
	companies, err := models.CompaniesNamed(ctx, c, in.Companies[:min(len(in.Companies), maxConditions+1)])
	if err != nil {
		return err
	}
	among := func(list []models.NameOption) func(int64) bool {
		return func(id int64) bool {
			return slices.ContainsFunc(list, func(n models.NameOption) bool { return n.ID == id })
		}
	}
	each("projects", &in.Projects, kept.Projects, func(id int64) bool { return cat.Project(id) != nil })
	each("types", &in.Types, kept.Types, func(id int64) bool { _, kind := typeOf(cat.Projects, id); return kind != nil })
	each("teams", &in.Teams, kept.Teams, among(teams))
	each("company", &in.Companies, kept.Companies, among(companies))
	// Types of projects that the condition leaves out would never be met together.
	if len(in.Projects) > 0 && len(in.Types) > 0 && v.Err() == nil {
		for _, id := range in.Types {
			if p, kind := typeOf(cat.Projects, id); kind != nil && !slices.Contains(in.Projects, p.ID) {
				v.Add("types", "agent.sla.error.type_elsewhere", "Type", kind.Name, "Project", p.Name)
			}
		}
	}
	return nil
}

// TargetField names the field of one target.
func TargetField(priority int64, kind string) string { return "target-" + itoa(priority) + "-" + kind }

func readTargets(typed map[int64]map[string]string, v *models.Invalid) models.PolicyTargets {
	all := models.PolicyTargets{}
	for priority := int64(models.PriorityUrgent); priority >= models.PriorityLow; priority-- {
		for _, kind := range models.PromiseKinds {
			text := strings.TrimSpace(typed[priority][kind])
			if text == "" {
				continue
			}
			minutes, ok := models.ParseTarget(text)
			if !ok {
				v.Add(TargetField(priority, kind), "agent.sla.error.target", "Hours", models.MaxTarget/60)
				continue
			}
			if all[priority] == nil {
				all[priority] = map[string]int64{}
			}
			all[priority][kind] = minutes
		}
		first, resolution := all[priority][models.PromiseFirst], all[priority][models.PromiseResolution]
		if first > 0 && resolution > 0 && first > resolution {
			v.Add(TargetField(priority, models.PromiseResolution), "agent.sla.error.order")
		}
	}
	return all
}

// wholeNumber reads a number within bounds.
func wholeNumber(text string, low, high int64) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= low && n <= high
}

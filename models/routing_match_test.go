package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func rule(conditions ...RouteCondition) *RoutingRule {
	return &RoutingRule{Name: "r", OnCreate: true, Conditions: conditions}
}

func on(what string, values ...string) RouteCondition {
	return RouteCondition{On: what, Values: values}
}

func not(c RouteCondition) RouteCondition {
	c.Not = true
	return c
}

// AG-4: what a condition looks at, one by one.
func TestRouteMatch(t *testing.T) {
	facts := RouteFacts{ProjectID: 1, TypeID: 3, Priority: PriorityHigh, StatusID: 7, TeamID: 2, CompanyID: 9, Domain: "nordwind.example", Origin: OriginMail, Language: "de",
		Fields: []FieldValue{{Slug: "product", Values: []string{"Crème  Machine"}}, {Slug: "parts", Values: []string{"Tank", "Lid"}}},
		Texts:  []string{"Ärger mit der Straßenbahn", "Please refund: the CAFÉ was closed.\nMy money\tback, now! 領収書をください"}}
	field := func(slug string, values ...string) RouteCondition {
		return RouteCondition{On: RouteField, Field: slug, Values: values}
	}
	other, own := int64(2), int64(1)
	for name, c := range map[string]struct {
		rule *RoutingRule
		ok   bool
		why  string
	}{
		"none":                  {rule(), true, ""},
		"own project":           {&RoutingRule{ProjectID: &own}, true, ""},
		"other project":         {&RoutingRule{ProjectID: &other}, false, RouteOtherProject},
		"broken":                {&RoutingRule{Broken: true}, false, RouteBroken},
		"type":                  {rule(on(RouteType, "2", "3")), true, ""},
		"other type":            {rule(on(RouteType, "4")), false, RouteType},
		"not that type":         {rule(not(on(RouteType, "4"))), true, ""},
		"not this type":         {rule(not(on(RouteType, "3"))), false, RouteType},
		"priority":              {rule(on(RoutePriority, "3", "4")), true, ""},
		"lower priority":        {rule(on(RoutePriority, "1")), false, RoutePriority},
		"status":                {rule(on(RouteStatus, "7")), true, ""},
		"team":                  {rule(on(RouteTeam, "2")), true, ""},
		"company":               {rule(on(RouteCompany, "9")), true, ""},
		"no number":             {rule(on(RouteCompany, "nine")), false, RouteCompany},
		"domain":                {rule(on(RouteDomain, "@NordWind.example ")), true, ""},
		"end of domain":         {rule(on(RouteDomain, "wind.example")), false, RouteDomain},
		"channel":               {rule(on(RouteChannel, OriginMail)), true, ""},
		"other channel":         {rule(on(RouteChannel, OriginWeb)), false, RouteChannel},
		"language":              {rule(on(RouteLanguage, "en", "de")), true, ""},
		"inside":                {rule(on(RouteHours, RouteInside)), true, ""},
		"outside":               {rule(on(RouteHours, RouteOutside)), false, RouteHours},
		"field":                 {rule(field("product", "creme  machine")), true, ""},
		"other field":           {rule(field("parts", "creme  machine")), false, RouteField},
		"unknown field":         {rule(field("colour", "red")), false, RouteField},
		"one of several":        {rule(field("parts", "lid")), true, ""},
		"part of an answer":     {rule(field("parts", "li")), false, RouteField},
		"word":                  {rule(on(RouteWords, "REFUND")), true, ""},
		"one of the words":      {rule(on(RouteWords, "invoice", "closed")), true, ""},
		"word of the title":     {rule(on(RouteWords, "arger")), true, ""},
		"accents":               {rule(on(RouteWords, "cafe")), true, ""},
		"sharp s":               {rule(on(RouteWords, "strassenbahn")), true, ""},
		"part of a word":        {rule(on(RouteWords, "straße", "fund")), false, RouteWords},
		"phrase":                {rule(on(RouteWords, "money back")), true, ""},
		"phrase over signs":     {rule(on(RouteWords, "refund, the café")), true, ""},
		"phrase cut short":      {rule(on(RouteWords, "money bac")), false, RouteWords},
		"phrase in wrong order": {rule(on(RouteWords, "back money")), false, RouteWords},
		"phrase over two texts": {rule(on(RouteWords, "straßenbahn please")), false, RouteWords},
		"no regex":              {rule(on(RouteWords, "ref.*")), false, RouteWords},
		"signs are no word":     {rule(on(RouteWords, "!!!", "")), false, RouteWords},
		"script without blanks": {rule(on(RouteWords, "領収書")), true, ""},
		"not a word":            {rule(not(on(RouteWords, "refund"))), false, RouteWords},
		"all hold":              {rule(on(RouteType, "3"), on(RouteWords, "refund"), not(on(RouteChannel, OriginWeb))), true, ""},
		"the first that fails":  {rule(on(RouteType, "3"), on(RouteWords, "invoice"), on(RouteChannel, OriginWeb)), false, RouteWords},
		"unknown condition":     {rule(on("moon", "full")), false, "moon"},
		"no values":             {rule(on(RouteType)), false, RouteType},
	} {
		f := facts
		if ok, why := c.rule.Match(&f); ok != c.ok || why != c.why {
			t.Errorf("%s: %v because of %q, want %v, %q", name, ok, why, c.ok, c.why)
		}
	}
	bare := RouteFacts{ProjectID: 1}
	for _, c := range []RouteCondition{on(RouteDomain, ""), on(RouteDomain, "nordwind.example"), on(RouteCompany, "9"), on(RouteWords, "refund")} {
		if ok, _ := rule(c).Match(&bare); ok {
			t.Errorf("%+v holds of nothing", c)
		}
		if ok, _ := rule(not(c)).Match(&bare); !ok {
			t.Errorf("not %+v does not hold of nothing", c)
		}
	}
}

// AG-4: a rule that was read and then given other conditions goes by those.
func TestRouteMatchGoesByWhatTheRuleSays(t *testing.T) {
	r := &RoutingRule{RawConditions: `[{"on":"words","values":["Refund"]}]`, RawActions: "{}"}
	if err := r.Prepare(); err != nil {
		t.Fatal(err)
	}
	f := RouteFacts{Texts: []string{"refund"}}
	if ok, _ := r.Match(&f); !ok {
		t.Fatal("as it was read")
	}
	changed := *r
	changed.Conditions = []RouteCondition{on(RouteWords, "invoice")}
	if ok, _ := changed.Match(&f); ok {
		t.Fatal("goes by the conditions it had")
	}
}

// AG-4: only the beginning of a very long text is looked through.
func TestRouteWordsOfLongText(t *testing.T) {
	f := RouteFacts{Texts: []string{strings.Repeat("é lorem ", 200_000) + "refund"}}
	if ok, _ := rule(on(RouteWords, "refund")).Match(&f); ok {
		t.Fatal("found at the end")
	}
	if ok, _ := rule(on(RouteWords, "lorem e")).Match(&f); !ok {
		t.Fatal("not found at the beginning")
	}
}

// AG-4: who is next.
func TestChooseAgent(t *testing.T) {
	crew := []RouteCandidate{{ID: 1, Open: 4, TurnAt: 30}, {ID: 2, Open: 2, TurnAt: 20, Skills: []int64{7}}, {ID: 3, Open: 2, TurnAt: 20, Skills: []int64{7, 8}}, {ID: 4, Away: true}, {ID: 5, Capacity: 3, Open: 3}}
	for name, c := range map[string]struct {
		how    string
		skills []int64
		besides,
		want int64
	}{
		"longest ago, then by id":  {RouteRoundRobin, nil, 0, 2},
		"fewest open":              {RouteLeastLoaded, nil, 2, 3},
		"another than who has it":  {RouteRoundRobin, nil, 2, 3},
		"who knows":                {RouteRoundRobin, []int64{8}, 0, 3},
		"who knows all of it":      {RouteLeastLoaded, []int64{7, 8}, 0, 3},
		"nobody knows":             {RouteRoundRobin, []int64{9}, 0, 0},
		"nobody else knows":        {RouteRoundRobin, []int64{8}, 3, 0},
		"most open, but the first": {RouteRoundRobin, nil, 0, 2},
	} {
		got := ChooseAgent(crew, c.how, c.skills, c.besides)
		if (got == nil) != (c.want == 0) || got != nil && got.ID != c.want {
			t.Errorf("%s: %+v, want %d", name, got, c.want)
		}
	}
	if got := ChooseAgent(crew[3:], RouteRoundRobin, nil, 0); got != nil {
		t.Errorf("away or full, and still %+v", got)
	}
}

// AG-4: away ends by the clock.
func TestAwayAt(t *testing.T) {
	for _, c := range []struct {
		agent Agent
		at    Stamp
		away  bool
	}{{Agent{}, 10, false}, {Agent{Away: true}, 10, true}, {Agent{Away: true, AwayUntil: 10}, 9, true}, {Agent{Away: true, AwayUntil: 10}, 10, false}, {Agent{AwayUntil: 20}, 10, false}} {
		if c.agent.AwayAt(c.at) != c.away {
			t.Errorf("%+v at %d", c.agent, c.at)
		}
	}
}

// AG-4: 200 rules cost a new ticket a few dozen microseconds.
func BenchmarkMatch200Rules(b *testing.B) {
	rules := make([]*RoutingRule, 200)
	for i := range rules {
		rules[i] = rule(on(RouteChannel, OriginMail, OriginWeb), on(RouteWords, fmt.Sprintf("word%d", i), "give me my money back", fmt.Sprintf("the part %d", i)), on(RouteType, "9"))
		r := rules[i]
		r.ready, r.readyOf = readyConditions(r.Conditions), &r.Conditions[0]
	}
	text := strings.Repeat("The machine gives me a lot of steam and hardly any coffee. ", 20)
	facts := RouteFacts{TypeID: 1, Origin: OriginMail, Texts: []string{"A machine that steams", text}}
	for b.Loop() {
		f := facts
		if slices.ContainsFunc(rules, func(r *RoutingRule) bool { ok, _ := r.Match(&f); return ok }) {
			b.Fatal("matches")
		}
	}
}

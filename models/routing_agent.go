package models

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
)

// RouteCandidate is an agent whom rules may give tickets to.
type RouteCandidate struct {
	ID   int64
	Name string
	// Away: now.
	Away bool
	// Capacity is how many open tickets rules may give them, 0 no limit; Open how many they have.
	Capacity, Open int64
	// TurnAt is when a rule last gave them a ticket, 0 never. It only orders agents: many tickets at
	// one moment make it run ahead of the clock.
	TurnAt Stamp
	Skills []int64
}

// Free says that one more ticket may be given to the agent.
func (c *RouteCandidate) Free() bool {
	return !c.Away && (c.Capacity == 0 || c.Open < c.Capacity)
}

// ChooseAgent finds who of the candidates is next: by RouteLeastLoaded who has the fewest open
// tickets, among equals and by RouteRoundRobin whose turn is longest ago, and then by id. skills,
// when there are any, must all be theirs; besides is who is not meant. nil: nobody is free.
func ChooseAgent(candidates []RouteCandidate, how string, skills []int64, besides int64) *RouteCandidate {
	var best *RouteCandidate
	for i := range candidates {
		c := &candidates[i]
		if c.ID == besides || !c.Free() || slices.ContainsFunc(skills, func(s int64) bool { return !slices.Contains(c.Skills, s) }) {
			continue
		}
		if best == nil || c.before(best, how) {
			best = c
		}
	}
	return best
}

func (c *RouteCandidate) before(o *RouteCandidate, how string) bool {
	if how == RouteLeastLoaded && c.Open != o.Open {
		return c.Open < o.Open
	}
	if c.TurnAt != o.TurnAt {
		return c.TurnAt < o.TurnAt
	}
	return c.ID < o.ID
}

// AwayAt says whether the agent is away at a moment.
func (a *Agent) AwayAt(now Stamp) bool { return a.Away && (a.AwayUntil == 0 || now < a.AwayUntil) }

// RouteMembers lists the agents of a team who can answer in a project, with what rules choose by.
func RouteMembers(ctx context.Context, c Conn, projectID, teamID int64, now Stamp) ([]RouteCandidate, error) {
	return routeCandidates(ctx, c, projectID, now, "a.id IN (SELECT m.agent_id FROM team_members m WHERE m.team_id = ?)", teamID)
}

// RouteCandidateByID reads one agent who can answer in a project, with what rules choose by, or nil.
func RouteCandidateByID(ctx context.Context, c Conn, projectID, agentID int64, now Stamp) (*RouteCandidate, error) {
	all, err := routeCandidates(ctx, c, projectID, now, "a.id = ?", agentID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// routeCandidates leaves out who was invited and has not come yet. It counts open tickets as the queue does: what sleeps, is spam or was merged is no
// work now. One walk through the part of the index that holds the agent's own.
func routeCandidates(ctx context.Context, c Conn, projectID int64, now Stamp, where string, arg int64) ([]RouteCandidate, error) {
	rows, err := c.query(ctx, `SELECT a.id, a.name, a.role, a.everywhere, a.capacity, a.away, a.away_until, p.role, COALESCE(r.given_at, 0),
		(SELECT COUNT(*) FROM tickets t`+c.root().dialect.indexed("queue_open_assignee")+` WHERE t.assignee_id = a.id AND t.ended_at = 0 AND t.spam_at = 0 AND t.snoozed_until = 0 AND t.merged_into_id IS NULL)
		FROM agents a LEFT JOIN agent_projects p ON p.agent_id = a.id AND p.project_id = ? LEFT JOIN routing_turns r ON r.agent_id = a.id
		WHERE a.disabled_at = 0 AND NOT (a.password_hash = '' AND EXISTS (SELECT 1 FROM tokens k WHERE k.subject_id = a.id AND k.kind = 'invite')) AND `+where+" ORDER BY a.id", projectID, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []RouteCandidate
	for rows.Next() {
		var k RouteCandidate
		a := &Agent{}
		var here sql.NullString
		if err := rows.Scan(&k.ID, &k.Name, &a.Role, &a.Everywhere, &k.Capacity, &a.Away, &a.AwayUntil, &here, &k.TurnAt, &k.Open); err != nil {
			return nil, err
		}
		if !a.Everywhere && a.Role != RoleAdmin {
			a.Role = Role(here.String)
		}
		if !a.Role.Can(ActReply) {
			continue
		}
		k.Away = a.AwayAt(now)
		all = append(all, k)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close()
	return all, routeSkills(ctx, c, all)
}

// routeSkills reads the skills of the candidates.
func routeSkills(ctx context.Context, c Conn, all []RouteCandidate) error {
	if len(all) == 0 {
		return nil
	}
	args := make([]any, len(all))
	for i := range all {
		args[i] = all[i].ID
	}
	rows, err := c.query(ctx, "SELECT agent_id, skill_id FROM agent_skills WHERE agent_id IN ("+places(len(args))+") ORDER BY agent_id, skill_id", args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var agent, skill int64
		if err := rows.Scan(&agent, &skill); err != nil {
			return err
		}
		if i := slices.IndexFunc(all, func(k RouteCandidate) bool { return k.ID == agent }); i >= 0 {
			all[i].Skills = append(all[i].Skills, skill)
		}
	}
	return rows.Err()
}

// TakeTurn notes that a rule has just given the agent a ticket: they are last in line now. Turns of
// one moment keep their order.
func TakeTurn(ctx context.Context, tx *Tx, agentID int64, now Stamp) error {
	_, err := tx.exec(ctx, `INSERT INTO routing_turns (agent_id, given_at)
		SELECT ?, CASE WHEN COALESCE(MAX(given_at), 0) >= ? THEN MAX(given_at) + 1 ELSE ? END FROM routing_turns WHERE 1 = 1
		ON CONFLICT (agent_id) DO UPDATE SET given_at = excluded.given_at`, agentID, now, now)
	return err
}

// LockTurns lets one transaction at a time find agents, so that two at once never both give the
// last free one a ticket. On SQLite transactions take turns anyway.
func LockTurns(ctx context.Context, tx *Tx) error {
	return tx.db.dialect.lockTurns(ctx, tx)
}

// CountRuns counts an application of each of these rules.
func CountRuns(ctx context.Context, tx *Tx, rules []int64, now Stamp) error {
	if len(rules) == 0 {
		return nil
	}
	// In one order, so that two transactions never wait for each other.
	rules = slices.Compact(slices.Sorted(slices.Values(rules)))
	args := []any{}
	for _, id := range rules {
		args = append(args, id, now)
	}
	_, err := tx.exec(ctx, "INSERT INTO routing_runs (rule_id, runs, last_at) VALUES "+strings.TrimSuffix(strings.Repeat("(?, 1, ?), ", len(rules)), ", ")+
		" ON CONFLICT (rule_id) DO UPDATE SET runs = routing_runs.runs + 1, last_at = excluded.last_at", args...)
	return err
}

// RouteRun is how often a rule was applied, and when last.
type RouteRun struct {
	Runs   int64
	LastAt Stamp
}

// RouteRuns gives the counters of all rules that were ever applied.
func RouteRuns(ctx context.Context, c Conn) (map[int64]RouteRun, error) {
	rows, err := c.query(ctx, "SELECT rule_id, runs, last_at FROM routing_runs")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]RouteRun{}
	for rows.Next() {
		var id int64
		var r RouteRun
		if err := rows.Scan(&id, &r.Runs, &r.LastAt); err != nil {
			return nil, err
		}
		all[id] = r
	}
	return all, rows.Err()
}

// FirstWords is the text that a ticket began with, as people outside can read it.
func FirstWords(ctx context.Context, c Conn, ticketID int64) (body string, err error) {
	err = c.row(ctx, "SELECT body FROM messages WHERE ticket_id = ? AND kind <> 'note' AND public_version > 0 ORDER BY id LIMIT 1", ticketID).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return body, err
}

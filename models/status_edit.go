package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Categories lists the categories in the order of a ticket's usual life.
var Categories = []Category{CategoryNew, CategoryOpen, CategoryWaiting, CategoryOnHold, CategoryResolved, CategoryClosed, CategoryRejected}

// Leaving lists the statuses that were deleted and whose tickets are still on their way.
func (p *Project) Leaving() []*Status {
	var all []*Status
	for _, s := range p.formerStatuses {
		if s.GoneAt == 0 {
			all = append(all, s)
		}
	}
	return all
}

// LeavingTypes is Leaving for types.
func (p *Project) LeavingTypes() []*TicketType {
	var all []*TicketType
	for _, t := range p.formerTypes {
		if t.GoneAt == 0 {
			all = append(all, t)
		}
	}
	return all
}

// LiveStatus finds a status that has not been deleted, or nil.
func (p *Project) LiveStatus(id int64) *Status {
	if s := p.Status(id); s != nil && s.LeavingAt == 0 {
		return s
	}
	return nil
}

// LiveType finds a type that has not been deleted, or nil.
func (p *Project) LiveType(id int64) *TicketType {
	if t := p.Type(id); t != nil && t.LeavingAt == 0 {
		return t
	}
	return nil
}

// Steps lists the graph's steps between statuses that have not been deleted.
func (p *Project) Steps() []Transition {
	var all []Transition
	for _, from := range p.Statuses {
		for _, to := range p.Next(from.ID) {
			all = append(all, Transition{ProjectID: p.ID, FromID: from.ID, ToID: to.ID})
		}
	}
	return all
}

// WithSteps is a copy of the project with another graph, to decide about before it is kept.
func (p *Project) WithSteps(steps []Transition) *Project {
	other := *p
	other.Graph = Graph{next: map[int64][]int64{}}
	for _, t := range steps {
		other.Graph.next[t.FromID] = append(other.Graph.next[t.FromID], t.ToID)
	}
	return &other
}

// Stuck lists the statuses that have not ended and from which no way of steps leads to one
// that has: a ticket there would stay open for ever.
func (p *Project) Stuck() []*Status {
	ends := map[int64]bool{}
	for _, s := range p.Statuses {
		ends[s.ID] = s.Category.Ended()
	}
	for range p.Statuses { // each round reaches at least one step further, or is done
		for _, s := range p.Statuses {
			for _, to := range p.Next(s.ID) {
				ends[s.ID] = ends[s.ID] || ends[to.ID]
			}
		}
	}
	var stuck []*Status
	for _, s := range p.Statuses {
		if !ends[s.ID] {
			stuck = append(stuck, s)
		}
	}
	return stuck
}

// Unreached lists the statuses that no step leads to and that no ticket begins in, is reopened
// into or is closed into by its reporter.
func (p *Project) Unreached() []*Status {
	reached := map[int64]bool{}
	for _, id := range []*int64{p.InitialStatusID, p.ReopenedStatusID, p.SelfClosedStatusID} {
		if id != nil {
			reached[*id] = true
		}
	}
	for _, t := range p.Steps() {
		reached[t.ToID] = true
	}
	var all []*Status
	for _, s := range p.Statuses {
		if !reached[s.ID] {
			all = append(all, s)
		}
	}
	return all
}

// NoSelfClose lists the statuses that have not ended and from which no step leads to the
// self-closed one: tickets there show no close button. Nil when there is no such status at all.
func (p *Project) NoSelfClose() []*Status {
	if p.SelfClosedStatusID == nil {
		return nil
	}
	var all []*Status
	for _, s := range p.Statuses {
		if !s.Category.Ended() && !p.Graph.Allows(s.ID, *p.SelfClosedStatusID) {
			all = append(all, s)
		}
	}
	return all
}

// CheckRoles collects under "initial", "reopened", "self_closed" and "auto_closed" what is wrong with the
// statuses that have a task: new tickets must not begin ended or waiting, reopened ones must be
// open, and closing must close. A project without self-closed has no close button.
func (p *Project) CheckRoles(v *Invalid) {
	at := func(id *int64) *Status {
		if id == nil {
			return nil
		}
		return p.LiveStatus(*id)
	}
	if s := at(p.InitialStatusID); s == nil || (s.Category != CategoryNew && s.Category != CategoryOpen) {
		v.Add("initial", "agent.statuses.error.initial")
	}
	if s := at(p.ReopenedStatusID); s == nil || s.Category.Ended() {
		v.Add("reopened", "agent.statuses.error.reopened")
	}
	if s := at(p.SelfClosedStatusID); p.SelfClosedStatusID != nil && (s == nil || (s.Category != CategoryClosed && s.Category != CategoryResolved)) {
		v.Add("self_closed", "agent.statuses.error.self_closed")
	}
	if s := at(p.AutoClosedStatusID); p.AutoClosedStatusID != nil && (s == nil || !MayAutoClose(s)) {
		v.Add("auto_closed", "agent.statuses.error.auto_closed")
	}
	ended := false
	for _, s := range p.Statuses {
		ended = ended || s.Category.Ended()
	}
	if !ended {
		v.Add("", "agent.statuses.error.ended")
	}
}

// UpdateStatus writes a status back.
func UpdateStatus(ctx context.Context, tx *Tx, s *Status) error {
	if err := save(ctx, tx, s, "slug", "name", "public_label", "category", "position", "replaced_by_id", "leaving_at", "gone_at"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// UpdateType writes a type back.
func UpdateType(ctx context.Context, tx *Tx, t *TicketType) error {
	if err := save(ctx, tx, t, "slug", "name", "public", "position", "replaced_by_id", "leaving_at", "gone_at", "response_time", "resolution_time"); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// RedirectReplacements lets what waits for a status to take its tickets wait for another one.
func RedirectReplacements(ctx context.Context, tx *Tx, from, to int64) error {
	if _, err := tx.exec(ctx, "UPDATE statuses SET replaced_by_id = ? WHERE replaced_by_id = ? AND gone_at = 0", to, from); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// RedirectTypes is RedirectReplacements for types; to nil is no type.
func RedirectTypes(ctx context.Context, tx *Tx, from int64, to *int64) error {
	if _, err := tx.exec(ctx, "UPDATE ticket_types SET replaced_by_id = ? WHERE replaced_by_id = ? AND gone_at = 0", to, from); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// SaveSteps replaces the steps between the project's statuses. Steps out of deleted ones stay,
// so that a ticket which has not moved yet can still be worked on.
func SaveSteps(ctx context.Context, tx *Tx, p *Project, steps []Transition) error {
	if _, err := tx.exec(ctx, `DELETE FROM transitions WHERE project_id = ?
		AND from_id IN (SELECT id FROM statuses WHERE project_id = ? AND leaving_at = 0)`, p.ID, p.ID); err != nil {
		return err
	}
	if len(steps) > 0 {
		args := make([]any, 0, 3*len(steps))
		for _, t := range steps {
			args = append(args, p.ID, t.FromID, t.ToID)
		}
		if _, err := tx.exec(ctx, "INSERT INTO transitions (project_id, from_id, to_id) VALUES "+strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(steps)), ", "), args...); err != nil {
			return err
		}
	}
	return touchCatalog(ctx, tx)
}

// ForgetStepsTo takes away the steps that lead to a status.
func ForgetStepsTo(ctx context.Context, tx *Tx, status int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM transitions WHERE to_id = ?", status); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// The tables whose rows have an order that people choose.
const (
	OrderProjects = "projects"
	OrderStatuses = "statuses"
	OrderTypes    = "ticket_types"
	OrderPolicies = "sla_policies"
	OrderRules    = "routing_rules"
)

// SaveOrder gives the rows of a table the positions 0, 1, 2 … in the order of their ids. Their versions
// stay: who edits one meanwhile is not disturbed.
func SaveOrder(ctx context.Context, tx *Tx, table string, ids []int64) error {
	if !slices.Contains([]string{OrderProjects, OrderStatuses, OrderTypes, OrderPolicies, OrderRules}, table) {
		return fmt.Errorf("the rows of %q have no order", table)
	}
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, 0, 3*len(ids))
	for i, id := range ids {
		args = append(args, id, int64(i))
	}
	for _, id := range ids {
		args = append(args, id)
	}
	// The cast: PostgreSQL takes bare arguments of a CASE for text.
	if _, err := tx.exec(ctx, "UPDATE "+table+" SET position = CASE id "+strings.Repeat("WHEN ? THEN CAST(? AS BIGINT) ", len(ids))+"ELSE position END WHERE id IN ("+places(len(ids))+")", args...); err != nil {
		return err
	}
	return touchCatalog(ctx, tx)
}

// OpenByProject counts the tickets that have not ended, project by project, up to most each.
func OpenByProject(ctx context.Context, c Conn, most int) (map[int64]int, error) {
	return countEach(ctx, c, `SELECT p.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.project_id = p.id AND t.ended_at = 0 AND t.spam_at = 0 LIMIT ?) AS counted) FROM projects p`, most)
}

// TicketsByStatus counts the tickets of each status of a project, deleted ones too, up to most each.
func TicketsByStatus(ctx context.Context, c Conn, projectID int64, most int) (map[int64]int, error) {
	return countEach(ctx, c, `SELECT s.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.status_id = s.id LIMIT ?) AS counted) FROM statuses s WHERE s.project_id = ? AND s.gone_at = 0`, most, projectID)
}

// TicketsByType counts the tickets of each type of a project, up to most each.
func TicketsByType(ctx context.Context, c Conn, projectID int64, most int) (map[int64]int, error) {
	return countEach(ctx, c, `SELECT s.id, (SELECT COUNT(*) FROM (SELECT 1 FROM tickets t WHERE t.type_id = s.id LIMIT ?) AS counted) FROM ticket_types s WHERE s.project_id = ? AND s.gone_at = 0`, most, projectID)
}

func countEach(ctx context.Context, c Conn, query string, args ...any) (map[int64]int, error) {
	rows, err := c.query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]int{}
	for rows.Next() {
		var id int64
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return nil, err
		}
		all[id] = n
	}
	return all, rows.Err()
}

// LockCatalog lets nobody else change the settings until this transaction ends, so that two
// pages saved at once are told of each other. On SQLite the transaction is alone anyway.
func LockCatalog(ctx context.Context, tx *Tx) error {
	if !tx.db.dialect.postgres {
		return nil
	}
	var version int64
	return tx.row(ctx, "SELECT catalog_version FROM workspaces WHERE id = 1 FOR UPDATE").Scan(&version)
}

package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"lodge/models"
)

// promisesOf reads the promises to a ticket in the order they began.
func (d *Desk) promisesOf(ctx context.Context, cat *models.Catalog, t *models.Ticket, now time.Time) ([]PromiseLine, error) {
	h, err := models.HistoryOf(ctx, d.db, t.ID)
	if err != nil {
		return nil, err
	}
	lines := make([]PromiseLine, 0, len(h.Promises))
	for _, p := range h.Promises {
		lines = append(lines, promiseLine(cat, h, p, now))
	}
	slices.SortStableFunc(lines, func(a, b PromiseLine) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(slices.Index(models.PromiseKinds, a.Kind), slices.Index(models.PromiseKinds, b.Kind)))
	})
	return lines, nil
}

// owes adds to an agent's page of a ticket what it owes.
func (d *Desk) owes(ctx context.Context, actor Actor, cat *models.Catalog, t *models.Ticket, page *AgentTicket, now time.Time) (err error) {
	paused := t.PromiseAt == 0 && t.PromiseKind != "" && (t.Clock == models.ClockWaits || t.Clock == models.ClockHolds)
	page.Due = dueMark(dueFacts{ended: t.EndedAt, due: t.DueAt, promised: t.PromiseAt, warn: t.PromiseWarnAt, kind: t.PromiseKind, paused: paused}, now)
	page.CanPolicies = actor.Can(models.ActSettings)
	page.Promises, err = d.promisesOf(ctx, cat, t, now)
	return err
}

package desk

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"lodge/models"
)

// promiseLines are the promises of a history in the order they began.
func promiseLines(cat *models.Catalog, h *models.History, now time.Time) []PromiseLine {
	lines := make([]PromiseLine, 0, len(h.Promises))
	for _, p := range h.Promises {
		lines = append(lines, promiseLine(cat, h, p, now))
	}
	slices.SortStableFunc(lines, func(a, b PromiseLine) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(slices.Index(models.PromiseKinds, a.Kind), slices.Index(models.PromiseKinds, b.Kind)))
	})
	return lines
}

// owes adds to an agent's page of a ticket what it owes first.
func owes(actor Actor, t *models.Ticket, page *AgentTicket, now time.Time) {
	paused := t.PromiseAt == 0 && t.PromiseKind != "" && (t.Clock == models.ClockWaits || t.Clock == models.ClockHolds)
	page.Due = dueMark(dueFacts{ended: t.EndedAt, due: t.DueAt, promised: t.PromiseAt, warn: t.PromiseWarnAt, kind: t.PromiseKind, paused: paused}, now)
	page.CanPolicies = actor.Can(models.ActSettings)
}

// promisesMark names what the deadlines of a ticket were worked out from.
func promisesMark(t *models.Ticket) string {
	h := fnv.New32a()
	h.Write([]byte(t.PromiseKey))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

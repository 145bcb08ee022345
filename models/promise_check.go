package models

import "fmt"

// check says what is wrong with the history of a ticket.
func (h *History) check(cat *Catalog, t *Ticket) error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("ticket %d: %s", t.Number, fmt.Sprintf(format, args...))
	}
	if t.NextAt != earlier(t.DueAt, t.PromiseAt) {
		return fail("next_at is %d, due_at %d and promise_at %d", t.NextAt, t.DueAt, t.PromiseAt)
	}
	if t.Clock == "" && t.PromiseKey == "" {
		return nil // from before there were promises, and not touched since
	}
	if len(h.Segments) == 0 {
		return fail("its clock has no beginning")
	}
	for i, s := range h.Segments[1:] {
		if before := h.Segments[i]; s.StartedAt < before.StartedAt || s.State == before.State {
			return fail("its clock goes from %s at %d to %s at %d", before.State, before.StartedAt, s.State, s.StartedAt)
		}
	}
	if last := h.Segments[len(h.Segments)-1]; last.State != t.Clock {
		return fail("its clock says %s and its last segment %s", t.Clock, last.State)
	}
	if t.stale(promiseKey(cat, t)) {
		return nil // a job has yet to come here
	}
	again, kept := *t, *h
	kept.Promises = nil
	for _, p := range h.Promises {
		own := *p
		kept.Promises = append(kept.Promises, &own)
	}
	kept.Keep(cat, &again, t.moment())
	if len(kept.Promises) != len(h.Promises) || len(kept.Segments) != len(h.Segments) {
		return fail("%d promises and %d segments, worked out again %d and %d", len(h.Promises), len(h.Segments), len(kept.Promises), len(kept.Segments))
	}
	for i, p := range kept.Promises {
		if !p.same(h.Promises[i]) {
			return fail("promise %+v, worked out again %+v", *h.Promises[i], *p)
		}
	}
	if again.PromiseKind != t.PromiseKind || again.PromiseAt != t.PromiseAt || again.PromiseWarnAt != t.PromiseWarnAt {
		return fail("%s at %d (near at %d), worked out again %s at %d (%d)", t.PromiseKind, t.PromiseAt, t.PromiseWarnAt, again.PromiseKind, again.PromiseAt, again.PromiseWarnAt)
	}
	return nil
}

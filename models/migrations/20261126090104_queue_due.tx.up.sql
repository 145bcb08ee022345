-- The lists by what is due: what tells "due soon" stands in the index too, so that looking for
-- it walks the index alone.
DROP INDEX IF EXISTS queue_open_due;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_due ON tickets (next_at, id, promise_warn_at, due_at, project_id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND next_at > 0;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_project_due ON tickets (project_id, next_at, id, promise_warn_at, due_at)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND next_at > 0;
--bun:split
-- Open tickets whose clock rests.
CREATE INDEX IF NOT EXISTS queue_open_paused ON tickets (updated_at, id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND promise_at = 0 AND promise_kind <> '' AND clock IN ('waits', 'holds');
--bun:split
CREATE INDEX IF NOT EXISTS promises_broken ON promises (ticket_id) WHERE broken_at > 0;

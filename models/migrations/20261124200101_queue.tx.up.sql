-- Every standard list of the agents' queue is the front of one index: what is in no list
-- (snoozed, merged, spam) is not in the index either, so that a page and a counter cost the
-- same however many tickets there are.
DROP INDEX IF EXISTS tickets_open;
--bun:split
DROP INDEX IF EXISTS tickets_project_open;
--bun:split
DROP INDEX IF EXISTS tickets_assignee;
--bun:split
DROP INDEX IF EXISTS tickets_queue;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open ON tickets (updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_project ON tickets (project_id, updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_assignee ON tickets (assignee_id, updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND assignee_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_team ON tickets (team_id, updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND team_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_category ON tickets (category, updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_free ON tickets (updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND assignee_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_free_project ON tickets (project_id, updated_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND assignee_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_snoozed ON tickets (updated_at DESC, id DESC) WHERE snoozed_until > 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_status ON tickets (status_id, updated_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_created ON tickets (created_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_project_created ON tickets (project_id, created_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_assignee_created ON tickets (assignee_id, created_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND assignee_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS queue_free_created ON tickets (created_at DESC, id DESC)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND assignee_id IS NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_created ON tickets (created_at DESC, id DESC);
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_due ON tickets (due_at, id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND due_at > 0;
--bun:split
CREATE INDEX IF NOT EXISTS queue_open_assignee_due ON tickets (assignee_id, due_at, id)
    WHERE ended_at = 0 AND spam_at = 0 AND snoozed_until = 0 AND merged_into_id IS NULL AND due_at > 0 AND assignee_id IS NOT NULL;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_due ON tickets (due_at, id) WHERE due_at > 0;

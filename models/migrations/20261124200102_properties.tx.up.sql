-- The due time that somebody has been told about: a ticket is announced as due soon once for
-- each time it is given, and the timer reads only those it has not announced yet.
ALTER TABLE tickets ADD COLUMN due_told {{.Int}} NOT NULL DEFAULT 0;
--bun:split
CREATE INDEX IF NOT EXISTS tickets_due_untold ON tickets (due_at) WHERE due_told <> due_at AND ended_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS notices_ticket ON notices (agent_id, ticket_id) WHERE read_at = 0;
--bun:split
CREATE INDEX IF NOT EXISTS macros_name ON macros (name, id);
